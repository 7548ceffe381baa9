"""The shipped files of places: countries, sub-regions, map, tiles and notes."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[3] / "src/migov/foundation/places/data"
OFFICE = {
    "SEE": {"ALB", "BIH", "XKX", "MNE", "MKD", "SRB", "TUR"},
    "EE": {"BLR", "MDA", "RUS", "UKR"},
    "SC": {"ARM", "AZE", "GEO"},
    "CA": {"KAZ", "KGZ", "TJK", "TKM", "UZB"},
    "OTH": {"ISR"},
}
ALL_TWENTY = set().union(*OFFICE.values())

Ring = list[tuple[float, float]]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def countries() -> dict[str, dict[str, str]]:
    return {row["iso3"]: row for row in rows("countries.csv")}


@cache
def topology() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DATA / "region.topo.json").read_text(encoding="utf-8"))
    return read


@cache
def lines() -> list[Ring]:
    (sx, sy), (tx, ty) = topology()["transform"]["scale"], topology()["transform"]["translate"]
    decoded = []
    for arc in topology()["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        decoded.append(line)
    return decoded


def rings(geometry: dict[str, Any]) -> list[Ring]:
    """All rings of a geometry, outer ones and holes alike."""
    return [
        [point for arc in ring for point in (lines()[arc] if arc >= 0 else lines()[~arc][::-1])]
        for polygon in geometry["arcs"]
        for ring in polygon
    ]


def holds(geometry: dict[str, Any], lon: float, lat: float) -> bool:
    """Whether a point lies in a geometry: a ray to the east crosses the outlines an odd number of times."""
    crossings = 0
    for ring in rings(geometry):
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (ay > lat) != (by > lat) and lon < ax + (lat - ay) / (by - ay) * (bx - ax):
                crossings += 1
    return crossings % 2 == 1


def shapes(name: str) -> dict[str, dict[str, Any]]:
    return {shape["id"]: shape for shape in topology()["objects"][name]["geometries"] if "id" in shape}


def owners(lon: float, lat: float) -> set[str]:
    both = shapes("territories") | shapes("neighbours")
    return {iso3 for iso3, shape in both.items() if holds(shape, lon, lat)}


def test_every_country_of_m49_and_kosovo_is_there_once() -> None:
    listed = rows("countries.csv")
    assert len(listed) == 249
    for column in ("iso3", "iso2", "m49", "name", "short_name"):
        values = [row[column] for row in listed]
        assert all(values), column
        assert len(set(values)) == len(values), column


def test_codes_have_the_form_of_their_standard() -> None:
    for row in rows("countries.csv"):
        assert row["iso3"].isalpha() and row["iso3"].isupper() and len(row["iso3"]) == 3, row
        assert row["iso2"].isalpha() and row["iso2"].isupper() and len(row["iso2"]) == 2, row
        assert row["m49"].isdigit() and len(row["m49"]) == 3, row
        assert row["office_territory"] in ("0", "1") and row["footnote"] in ("0", "1"), row
        assert row["source"], row


def test_the_twenty_stand_in_their_subregions() -> None:
    grouped: dict[str, set[str]] = {code: set() for code in OFFICE}
    for row in rows("countries.csv"):
        if row["office_territory"] == "1":
            grouped[row["subregion"]].add(row["iso3"])
        else:
            assert row["subregion"] == row["lat"] == row["lon"] == "", row
    assert grouped == OFFICE


def test_subregions_have_unique_codes_names_and_order() -> None:
    listed = rows("subregions.csv")
    assert {row["code"] for row in listed} == set(OFFICE)
    assert len({row["name"] for row in listed}) == len(listed)
    assert [int(row["order"]) for row in listed] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("iso3", "name", "short_name"),
    [
        ("TUR", "Türkiye", "Türkiye"),
        ("MDA", "Republic of Moldova", "Moldova"),
        ("MKD", "North Macedonia", "North Macedonia"),
        ("XKX", "Kosovo (UNSCR 1244)", "Kosovo*"),
        ("CZE", "Czechia", "Czechia"),
        ("SYR", "Syrian Arab Republic", "Syria"),
    ],
)
def test_names_follow_un_usage(iso3: str, name: str, short_name: str) -> None:
    assert (countries()[iso3]["name"], countries()[iso3]["short_name"]) == (name, short_name)


def test_only_kosovo_carries_the_footnote() -> None:
    assert [row["iso3"] for row in rows("countries.csv") if row["footnote"] == "1"] == ["XKX"]


def test_notes_hold_the_texts_every_map_prints() -> None:
    notes = tomllib.loads((DATA / "notes.toml").read_text(encoding="utf-8"))
    assert notes["kosovo_footnote"].startswith("* References to Kosovo shall be understood")
    assert "resolution 1244 (1999)" in notes["kosovo_footnote"]
    assert "do not imply official endorsement or acceptance by the United Nations" in notes["map_disclaimer"]
    assert "Natural Earth" in notes["boundary_source"] and "BSD-3-Clause" in notes["boundary_source"]


def test_the_map_is_small_enough_for_a_weak_link() -> None:
    assert (DATA / "region.topo.json").stat().st_size < 260_000


def test_the_map_shows_exactly_the_twenty_with_their_short_names() -> None:
    drawn = topology()["objects"]["territories"]["geometries"]
    assert len(drawn) == 20
    named = {shape["id"]: shape["properties"]["name"] for shape in drawn}
    assert named == {iso3: countries()[iso3]["short_name"] for iso3 in ALL_TWENTY}


def test_neighbours_are_other_countries_and_carry_no_name() -> None:
    drawn = topology()["objects"]["neighbours"]["geometries"]
    ids = [shape["id"] for shape in drawn if "id" in shape]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= set(countries()) - ALL_TWENTY
    assert {"ROU", "POL", "GRC", "IRN", "CHN", "SYR", "PSE", "CYP"} <= set(ids)
    assert all("properties" not in shape for shape in drawn)


def test_every_arc_is_used_and_every_ring_closes() -> None:
    used = set()
    for group in topology()["objects"].values():
        for shape in group["geometries"]:
            used |= {arc if arc >= 0 else ~arc for polygon in shape["arcs"] for ring in polygon for arc in ring}
            assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings(shape)), shape.get("id")
    assert used == set(range(len(lines())))


@pytest.mark.parametrize(
    ("place", "lon", "lat", "owner"),
    [
        ("Simferopol", 34.10, 44.95, "UKR"),
        ("Sevastopol, inland", 33.60, 44.60, "UKR"),
        ("Donetsk", 37.80, 48.00, "UKR"),
        ("Pristina", 21.16, 42.66, "XKX"),
        ("Belgrade", 20.46, 44.80, "SRB"),
        ("Sukhumi, inland", 41.20, 43.05, "GEO"),
        ("Tskhinvali", 43.97, 42.23, "GEO"),
        ("Tiraspol", 29.60, 46.85, "MDA"),
        ("Khankendi", 46.75, 39.82, "AZE"),
        ("Majdal Shams", 35.77, 33.26, "SYR"),
        ("Katzrin", 35.69, 32.99, "SYR"),
        ("Tiberias", 35.53, 32.79, "ISR"),
        ("Ramallah", 35.20, 31.90, "PSE"),
        ("Kyrenia, inland", 33.32, 35.30, "CYP"),
        ("Limassol, inland", 33.04, 34.75, "CYP"),
    ],
)
def test_places_fall_where_the_un_has_them(place: str, lon: float, lat: float, owner: str) -> None:
    assert owners(lon, lat) == {owner}, place


def test_label_points_lie_in_their_own_territory() -> None:
    for iso3 in sorted(ALL_TWENTY):
        row = countries()[iso3]
        assert owners(float(row["lon"]), float(row["lat"])) == {iso3}


def test_tiles_give_each_of_the_twenty_a_square_of_its_own() -> None:
    tiles = rows("tiles.csv")
    assert {tile["iso3"] for tile in tiles} == ALL_TWENTY and len(tiles) == 20
    assert max(Counter((tile["row"], tile["col"]) for tile in tiles).values()) == 1
    assert {int(tile["row"]) for tile in tiles} == {1, 2, 3, 4}
    # Nine columns of 40 pixels still fit on the narrowest screen, 360 pixels wide.
    assert all(1 <= int(tile["col"]) <= 9 for tile in tiles)
