"""The shipped IATI codelists and our own proposals from sectors and markers to framework elements."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LISTS = ROOT / "src/migov/foundation/codelists"
PACKS = ROOT / "src/migov/foundation/frameworks/packs"
OFFICIAL = sorted(path.stem for path in LISTS.glob("[A-Z]*.csv"))
PROPOSALS = ("sector_to_gcm.csv", "markers.csv")


def rows(name: str) -> list[dict[str, str]]:
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(name: str) -> set[str]:
    return {row["code"] for row in rows(f"{name}.csv")}


@pytest.mark.parametrize("name", OFFICIAL)
def test_a_list_has_unique_codes_names_and_a_status(name: str) -> None:
    listed = rows(f"{name}.csv")
    assert listed
    assert len({row["code"] for row in listed}) == len(listed)
    assert all(row["code"].strip() == row["code"] != "" and row["name"].strip() for row in listed)
    assert {row["status"] for row in listed} <= {"active", "withdrawn"}


@pytest.mark.parametrize("name", OFFICIAL)
def test_a_list_is_small(name: str) -> None:
    assert (LISTS / f"{name}.csv").stat().st_size < 60_000


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("ActivityDateType", 4),
        ("ActivityScope", 8),
        ("ActivityStatus", 6),
        ("BudgetStatus", 2),
        ("BudgetType", 2),
        ("CollaborationType", 7),
        ("IndicatorMeasure", 5),
        ("OrganisationRole", 4),
        ("PolicyMarker", 12),
        ("PolicySignificance", 5),
        ("ResultType", 4),
        ("Sector", 325),
        ("TiedStatus", 3),
        ("TransactionType", 13),
    ],
)
def test_a_list_is_complete(name: str, count: int) -> None:
    assert len(rows(f"{name}.csv")) == count


@pytest.mark.parametrize(
    ("name", "code", "meaning"),
    [
        ("ActivityStatus", "2", "Implementation"),
        ("OrganisationRole", "4", "Implementing"),
        ("TransactionType", "3", "Disbursement"),
        ("Sector", "15190", "Facilitation of orderly, safe, regular and responsible migration and mobility"),
        ("ResultType", "2", "Outcome"),
        ("PolicyMarker", "1", "Gender Equality"),
        ("Currency", "EUR", "Euro"),
        ("TagVocabulary", "3", "UN Sustainable Development Goals (SDG) Targets"),
    ],
)
def test_a_code_has_its_official_english_name(name: str, code: str, meaning: str) -> None:
    assert {row["code"]: row["name"] for row in rows(f"{name}.csv")}[code] == meaning


def test_every_active_sector_belongs_to_a_known_category() -> None:
    categories = codes("SectorCategory")
    strays = {
        row["code"] for row in rows("Sector.csv") if row["status"] == "active" and row["category"] not in categories
    }
    assert strays == set()


def test_the_source_and_licence_are_named() -> None:
    text = (LISTS / "SOURCES.md").read_text(encoding="utf-8")
    assert "IATI Standard (http://iatistandard.org/)" in text
    assert "CC BY 4.0" in text


def test_proposals_start_from_active_codes() -> None:
    active = {row["code"] for row in rows("Sector.csv") if row["status"] == "active"}
    assert {row["code"] for row in rows("sector_to_gcm.csv")} <= active
    assert {row["code"] for row in rows("markers.csv")} <= codes("PolicyMarker")


@pytest.mark.parametrize("name", PROPOSALS)
def test_a_proposal_is_made_once_and_says_why(name: str) -> None:
    proposals = [(row["code"], row["framework"], row["element"]) for row in rows(name)]
    assert len(set(proposals)) == len(proposals)
    assert all(row["reason"].endswith(".") and len(row["reason"]) <= 140 for row in rows(name))


@pytest.mark.parametrize("framework", ["gcm", "migof", "sdg"])
def test_proposals_end_in_elements_of_the_shipped_packs(framework: str) -> None:
    pack = PACKS / framework / "elements.csv"
    if not pack.is_file():
        pytest.skip(f"the {framework} pack is not in this checkout")
    with pack.open(encoding="utf-8", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    proposed = {row["element"] for name in PROPOSALS for row in rows(name) if row["framework"] == framework}
    assert proposed
    assert proposed <= known


def test_proposals_name_no_other_framework() -> None:
    assert {row["framework"] for name in PROPOSALS for row in rows(name)} == {"gcm", "migof", "sdg"}


def test_the_central_codes_propose_what_the_office_expects() -> None:
    proposed = {(row["code"], row["framework"], row["element"]) for row in rows("sector_to_gcm.csv")}
    assert {
        ("15190", "sdg", "10.7"),
        ("15190", "migof", "O3"),
        ("24050", "gcm", "20"),
        ("24050", "sdg", "10.c"),
        ("16062", "gcm", "1"),
        ("72010", "migof", "O2"),
        ("15180", "sdg", "5.2"),
    } <= proposed


def test_every_significance_has_a_degree_for_every_marker() -> None:
    mapped = {(row["marker"], row["code"]): row["degree"] for row in rows("marker_significance.csv")}
    assert {code for marker, code in mapped if not marker} == codes("PolicySignificance")
    assert {marker for marker, _ in mapped if marker} <= codes("PolicyMarker")
    assert set(mapped.values()) == {"none", "significant", "principal"}
    assert (mapped["", "0"], mapped["", "1"], mapped["", "2"]) == ("none", "significant", "principal")
