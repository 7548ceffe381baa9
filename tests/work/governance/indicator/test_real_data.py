"""The published series of SDG indicator 10.7.2: our rules give the published figures wherever the inputs are there."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from migov.work.governance.indicator.shares import Published, read_published, share_of, shares_published
from migov.work.governance.scoring import category_of

DATA = (
    Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).parents[5] / "shared" / "data")) / "governance" / "sdg_10_7_2"
)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data are not at {DATA}: set MIGOV_REAL_DATA")

DOMAINS = ("alldomains", *(f"domain{number}" for number in range(1, 7)))
# Members of regions of M49 that have a category. The published files name areas but not who belongs to them.
MEMBERS = {
    "143": "398 417 762",
    "151": "112 203 642 643 804 498",
    "154": "208 233 246 372 428 440 578 752 826",
    "155": "56 250 276 442 756",
    "39": "8 300 380 470 499 620 688 705 724 807",
    "145": "31 48 51 268 368 400 414 634 792 887",
    "5": "32 76 152 170 600 604 858",
    "13": "222 320 340 484 591",
    "29": "308 388",
    "21": "124",
    "30": "156 392 496",
    "34": "50 524",
    "35": "116 608 704 764",
    "53": "36 554",
}


@pytest.fixture(scope="module")
def rows() -> list[Published]:
    return read_published((DATA / "sg_cpa_migrs.csv").read_bytes())


@pytest.fixture(scope="module")
def published() -> dict[tuple[str, str], str]:
    with (DATA / "sg_cpa_migrp.csv").open(newline="") as file:
        return {(row["geo_area"], row["policy_domains"]): row["sg_cpa_migrp"] for row in csv.DictReader(file)}


def test_the_world_is_as_published(rows: list[Published]) -> None:
    shares = shares_published(rows)
    assert [str(share.percent) for share in shares] == ["54.1", "55.0", "67.6", "79.3", "58.6", "62.2", "77.5"]
    assert {share.countries for share in shares} == {111}


@pytest.mark.parametrize("area", MEMBERS)
def test_regions_of_known_members_are_as_published(
    rows: list[Published], published: dict[tuple[str, str], str], area: str
) -> None:
    members = set(MEMBERS[area].split())
    for domain in DOMAINS:
        share = share_of(2019, domain, [row.category for row in rows if row.area in members and row.domain == domain])
        assert share.countries == len(members)
        assert share.percent is not None
        assert float(share.percent) == float(published[area, domain]), domain


def test_overall_categories_lie_within_what_the_domains_allow(rows: list[Published]) -> None:
    """The cut-offs 40, 80, 100 and the mean over thirty agree with every published row."""
    # The lowest and highest score a domain of five answers can have in a category; halves occur in domain 1 only.
    whole = {1: (0, 20), 2: (40, 60), 3: (80, 80), 4: (100, 100)}
    halves = {1: (0, 30), 2: (40, 70), 3: (80, 90), 4: (100, 100)}
    categories = {(row.area, row.domain): row.category for row in rows if row.category is not None}
    areas = {area for area, _domain in categories}
    assert len(areas) == 111
    for area in areas:
        spans = [(halves if domain == "domain1" else whole)[categories[area, domain]] for domain in DOMAINS[1:]]
        low, high = (sum(span[end] for span in spans) / 6 for end in (0, 1))
        assert category_of(int(low)) <= categories[area, "alldomains"] <= category_of(int(high)), area
