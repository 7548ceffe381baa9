"""The UN programme countries of the region, from the shipped file: which they are, and where that is said."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from migov.foundation.places.models import Place

DATA = files("migov.work.governance.unsdcf") / "data" / "programme_countries.toml"


@dataclass(frozen=True, slots=True)
class Programme:
    """The list: codes of places, where it is from, and how certain it is."""

    codes: tuple[str, ...]
    source: str
    certainty: str


@cache
def programme() -> Programme:
    """The list as it is shipped. Raises ValueError where it does not hold as many as it says."""
    read = tomllib.loads(DATA.read_text(encoding="utf-8"))
    codes = tuple(read["places"])
    if len(set(codes)) != read["count"]:
        raise ValueError(
            f"programme_countries.toml: {read['count']} places are announced, {len(set(codes))} are listed"
        )
    return Programme(codes, read["source"], read["certainty"])


def programme_countries() -> list[Place]:
    """The programme countries by name. One query."""
    return list(Place.objects.filter(code__in=programme().codes).order_by("short_name"))
