"""Changes to offices, themes and people."""

from __future__ import annotations

import csv
from importlib.resources import files

from django.db import transaction

from migov.foundation.people.models import Theme

DATA = files("migov.foundation.people") / "data"


@transaction.atomic
def load_themes() -> int:
    """Create or update the shipped themes of expertise. Returns how many there are."""
    with (DATA / "themes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        Theme.objects.update_or_create(code=row["code"], defaults={"name": row["name"], "order": int(row["order"])})
    return len(rows)
