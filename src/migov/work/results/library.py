"""The standard indicators and dimensions that migov ships, so that a new office has a library to choose from."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from django.db import transaction

from migov.foundation.frameworks.models import Element
from migov.work.results.actions.library import standard_of
from migov.work.results.models import Dimension, StandardIndicator, StandardVersion

DATA = files("migov.work.results") / "data"
FIELDS = ("title", "definition", "unit", "measure", "across_periods", "across_projects", "method", "counts_people")


def shipped() -> list[dict[str, Any]]:
    """The shipped indicators as they stand in the file."""
    return _read("standard_indicators.toml", "indicators")


def _read(name: str, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((DATA / name).read_text(encoding="utf-8"))[part]
    return found


@transaction.atomic
def load_indicators() -> int:
    """Add the shipped dimensions and indicators that are not there yet. What an office has changed stays.

    Returns how many indicators were added. Elements of frameworks that are not loaded are left out. Three queries where nothing is to add.
    """
    dimensions = _load_dimensions()
    rows = shipped()
    there = set(StandardIndicator.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", flat=True))
    fresh = [row for row in rows if row["code"] not in there]
    if not fresh:
        return 0
    named = {pair[0] for row in fresh for pair in row["elements"]}
    elements = {
        (framework, code): pk
        for framework, code, pk in Element.objects.filter(framework__code__in=named).values_list(
            "framework__code", "code", "pk"
        )
    }
    for row in fresh:
        made = StandardIndicator.objects.create(code=row["code"], **{name: row[name] for name in FIELDS})
        made.elements.set(elements[tuple(pair)] for pair in row["elements"] if tuple(pair) in elements)
        made.dimensions.set(dimensions[code] for code in row["dimensions"])
        StandardVersion.objects.create(standard=made, version=made.version, says=standard_of(made).says)
    return len(fresh)


def _load_dimensions() -> dict[str, Dimension]:
    rows = _read("dimensions.toml", "dimensions")
    there = Dimension.objects.in_bulk(field_name="code")
    fresh = [Dimension(**row) for row in rows if row["code"] not in there]
    if fresh:
        Dimension.objects.bulk_create(fresh)
        there = Dimension.objects.in_bulk(field_name="code")
    return there
