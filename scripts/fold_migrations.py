#!/usr/bin/env python
"""Folds what initial migrations add to a table afterwards (fields, constraints, indexes) into the step that creates it.

    MIGOV_HOME=$(mktemp -d) .venv/bin/python scripts/fold_migrations.py

Django draws all models anew after each step, so a new installation is set up twice as fast with a third of the steps. For initial
migrations that no installation has run, or has run whole: the tables are the same. Prints the steps before and after; files in which
nothing is to be folded stay as they are. `makemigrations --check` must find nothing afterwards.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[1] / "src"
OPTION = {"AddConstraint": ("constraints", "constraint"), "AddIndex": ("indexes", "index")}


def links(app: str, field: Any) -> set[str]:
    """Models of the same application that a field points at, in small letters."""
    remote = getattr(field, "remote_field", None)
    ends = [end for end in (getattr(remote, "model", None), getattr(remote, "through", None)) if end]
    names = [end if isinstance(end, str) else end._meta.label for end in ends]
    return {
        name.rpartition(".")[2].lower() for name in names if name != "self" and name.partition(".")[0] in (app, name)
    }


def folded(app: str, operations: list[Any]) -> list[Any]:
    """The steps, each model after those it points at. What closes a circle of models stays a step of its own, as does all after it."""
    creates = {one.name.lower(): one for one in operations if type(one).__name__ == "CreateModel"}
    added: dict[str, list[Any]] = defaultdict(list)
    rest = []
    for one in operations:
        kind, model = type(one).__name__, getattr(one, "model_name", "").lower()
        if kind in ("AddField", *OPTION) and model in creates:
            added[model].append(one)
        elif kind != "CreateModel":
            rest.append(one)

    def needs(model: str) -> set[str]:
        fields = [field for _name, field in creates[model].fields]
        fields += [one.field for one in added[model] if type(one).__name__ == "AddField"]
        return set().union(*(links(app, field) for field in fields)) & creates.keys() - {model}

    made, late, left = [], [], list(creates)
    while left:
        model = next((one for one in left if not needs(one) & set(left)), None)
        if model is None:  # a circle: the first field that closes one waits, and whatever of its model may name it
            model = next(one for one in left if any(type(step).__name__ == "AddField" for step in added[one]))
            late += added.pop(model)
            continue
        left.remove(model)
        step = creates[model]
        for one in added.get(model, ()):
            kind = type(one).__name__
            if kind == "AddField":
                step.fields.append((one.name, one.field))
            else:
                name, attribute = OPTION[kind]
                step.options[name] = [*step.options.get(name, []), getattr(one, attribute)]
        made.append(step)
    return [*made, *late, *rest]


def main() -> None:
    """Fold every initial migration of migov."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
    import django

    django.setup()
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.writer import MigrationWriter

    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        path = Path(str(sys.modules[migration.__module__].__file__))
        if not path.is_relative_to(SOURCE) or not name.startswith("0001"):
            continue
        before = len(migration.operations)
        migration.operations = folded(app, list(migration.operations))
        if len(migration.operations) < before:
            text = MigrationWriter(migration).as_string()
            again = "migrations.swappable_dependency(settings.AUTH_USER_MODEL)"
            path.write_text(text.replace('("people", "__first__")', again).replace("('people', '__first__')", again))
            print(f"{app}: {before} steps, now {len(migration.operations)}")


if __name__ == "__main__":
    main()
