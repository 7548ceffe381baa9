"""Tests make their tables from the models, which is quicker; installations make them by migrations. Both have to be the same."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

Columns = dict[str, set[tuple[Any, ...]]]


@pytest.fixture
def migrated(
    settings: Settings, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    """A second database, made by the migrations."""
    settings.MIGRATION_MODULES = {}
    own = deepcopy(connection.settings_dict)
    own["TEST"] = {**own["TEST"], "NAME": f"{own['NAME']}_migrated" if connection.vendor == "postgresql" else None}
    connections.databases["migrated"] = own
    made = connections["migrated"]
    with django_db_blocker.unblock():
        before = own["NAME"]
        made.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        yield made
        made.creation.destroy_test_db(before, verbosity=0)
    del connections.databases["migrated"]
    del connections["migrated"]


def _tables(of: BaseDatabaseWrapper) -> tuple[Columns, Columns]:
    """Columns (name, type, null) and constraints (columns, kind) of every table of migov."""
    ours = {
        model._meta.db_table
        for app in apps.get_app_configs()
        if app.name.startswith("migov.")
        for model in app.get_models(include_auto_created=True)
    }
    columns: Columns = {}
    constraints: Columns = {}
    with of.cursor() as cursor:
        for table in sorted(of.introspection.table_names(cursor)):
            if table not in ours:
                continue
            columns[table] = {
                (one.name, one.type_code, bool(one.null_ok))
                for one in of.introspection.get_table_description(cursor, table)
            }
            constraints[table] = {
                (tuple(one["columns"] or ()), one["primary_key"], one["unique"], one["check"], str(one["foreign_key"]))
                for one in of.introspection.get_constraints(cursor, table).values()
            }
    return columns, constraints


@pytest.mark.django_db
def test_migrations_make_the_tables_that_the_models_describe(migrated: BaseDatabaseWrapper) -> None:
    of_models, of_migrations = _tables(connection), _tables(migrated)
    assert len(of_models[0]) > 100
    assert of_migrations[0] == of_models[0]
    assert of_migrations[1] == of_models[1]
