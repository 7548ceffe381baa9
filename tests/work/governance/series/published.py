"""Published files of the series in small, written for the tests."""

from __future__ import annotations

from collections.abc import Mapping

DOMAINS = ("alldomains", "domain1", "domain2", "domain3", "domain4", "domain5", "domain6")
AREAS = (
    "geo_area,name\n1,World\n8,Albania\n498,Republic of Moldova\n688,Serbia\n830,Channel Islands\n143,Central Asia\n"
)


def categories(rows: Mapping[str, str], year: int = 2019) -> str:
    """M49 → seven categories in the order of the domains, as in {"8": "3244332"}; N where nothing is reported."""
    lines = [
        f"{area},c,{domain},number,{year},{category}"
        for area, said in rows.items()
        for domain, category in zip(DOMAINS, said, strict=True)
    ]
    return "\n".join(["geo_area,nature,policy_domains,units,year,sg_cpa_migrs", *lines, ""])


def shares(rows: Mapping[str, str], year: int = 2019) -> str:
    """M49 → seven percentages, as in {"1": "54.1 55 67.6 79.3 58.6 62.2 77.5"}."""
    lines = [
        f"{area},g,{domain},percent,{year},{percent}"
        for area, said in rows.items()
        for domain, percent in zip(DOMAINS, said.split(), strict=True)
    ]
    return "\n".join(["geo_area,nature,policy_domains,units,year,sg_cpa_migrp", *lines, ""])


def files(
    of: Mapping[str, str] | None = None, world: str = "54.1 55 67.6 79.3 58.6 62.2 77.5", year: int = 2019
) -> dict[str, bytes]:
    """The three files: three countries unless others are given, an area that is no place, the world and Central Asia."""
    rows = {"8": "3244332", "498": "3344422", "688": "3244144", "830": "NNNNNNN"} if of is None else of
    return {
        "sg_cpa_migrs.csv": categories(rows, year).encode(),
        "sg_cpa_migrp.csv": shares({"1": world, "143": "100 66.7 100 100 100 66.7 100"}, year).encode(),
        "geo_area.csv": AREAS.encode(),
    }
