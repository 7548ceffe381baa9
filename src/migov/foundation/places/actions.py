"""Loading the reference data of places that migov ships."""

from __future__ import annotations

import csv
import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import transaction

from migov.foundation.places.models import Place, PlaceKind, SubRegion

DATA = files("migov.foundation.places") / "data"


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


@cache
def notes() -> dict[str, Any]:
    """The footnote on Kosovo, the disclaimer of every map, and the source line of boundaries."""
    return tomllib.loads((DATA / "notes.toml").read_text(encoding="utf-8"))


@transaction.atomic
def load_places() -> int:
    """Create or update sub-regions and places from the shipped files. Returns how many places there are."""
    for row in _rows("subregions.csv"):
        SubRegion.objects.update_or_create(code=row["code"], defaults={"name": row["name"], "order": int(row["order"])})
    subregions = {subregion.code: subregion for subregion in SubRegion.objects.all()}
    places = [
        Place(
            code=row["iso3"],
            iso2=row["iso2"],
            m49=row["m49"],
            kind=PlaceKind.COUNTRY,
            name=row["name"],
            short_name=row["short_name"],
            subregion=subregions.get(row["subregion"]),
            is_territory=row["office_territory"] == "1",
            needs_footnote=row["footnote"] == "1",
            latitude=Decimal(row["lat"]) if row["lat"] else None,
            longitude=Decimal(row["lon"]) if row["lon"] else None,
            source=row["source"],
        )
        for row in _rows("countries.csv")
    ]
    Place.objects.bulk_create(
        places,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "iso2", "m49", "kind", "name", "short_name", "subregion", "is_territory", "needs_footnote", "latitude",
            "longitude", "source",
        ],
    )  # fmt: skip
    return len(places)
