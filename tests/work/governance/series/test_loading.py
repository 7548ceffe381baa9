"""Loading the official series: facts that are kept once, superseded when they change, and refused whole with every fault."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry
from migov.work.governance.assess.series import queries
from migov.work.governance.assess.series.files import SeriesRefused
from migov.work.governance.assess.series.loading import load_series
from migov.work.governance.models import PublishedCategory, PublishedShare
from tests.work.governance.series.published import files

pytestmark = pytest.mark.django_db
DATA = (
    Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).parents[5] / "shared" / "data")) / "governance" / "sdg_10_7_2"
)


def refusal(given: dict[str, bytes]) -> SeriesRefused:
    with pytest.raises(SeriesRefused) as refused:
        load_series(given, by=SYSTEM)
    assert not PublishedCategory.objects.exists()
    assert not PublishedShare.objects.exists()
    return refused.value


def test_categories_and_shares_become_facts_with_their_source() -> None:
    done = load_series(files(), by=SYSTEM, as_of=date(2024, 7, 1))
    assert (done.categories, done.shares, done.new, done.not_reported, done.not_covered) == (
        21,
        14,
        35,
        0,
        ["Channel Islands"],
    )
    fact = PublishedCategory.objects.get(place__code="ALB", domain="domain1")
    assert (fact.category, fact.year, fact.nature, fact.as_of) == (2, 2019, "C", date(2024, 7, 1))
    assert "SG_CPA_MIGRS" in fact.source
    world = PublishedShare.objects.get(area="1", domain="domain1")
    assert (world.name, world.percent, world.nature) == ("World", Decimal("55.0"), "G")
    assert JournalEntry.objects.filter(verb="official series loaded").count() == 1


def test_the_same_again_adds_nothing() -> None:
    load_series(files(), by=SYSTEM)
    done = load_series(files(), by=SYSTEM)
    assert (done.new, done.changed, done.withdrawn, done.unchanged) == (0, 0, 0, 35)
    assert PublishedCategory.objects.count() == 21
    assert JournalEntry.objects.filter(verb="official series loaded").count() == 1


def test_a_changed_value_supersedes_and_the_earlier_day_still_answers() -> None:
    load_series(files(), by=SYSTEM)
    between = timezone.now()
    done = load_series(files({"8": "4244332"}, world="54.2 55 67.6 79.3 58.6 62.2 77.5"), by=SYSTEM)
    assert (done.new, done.changed, done.unchanged) == (0, 2, 19)
    of = PublishedCategory.objects.filter(place__code="ALB", domain="alldomains")
    assert of.current().get().category == 4
    assert of.as_of(between).get().category == 3
    assert PublishedShare.objects.current().get(area="1", domain="alldomains").percent == Decimal("54.2")
    assert PublishedCategory.objects.current().filter(place__code="MDA").count() == 7  # left out of the file: stays


def test_a_value_that_is_withdrawn_no_longer_stands() -> None:
    load_series(files(), by=SYSTEM)
    done = load_series(files({"8": "NNNNNNN"}), by=SYSTEM)
    assert (done.withdrawn, done.not_reported) == (7, 7)
    assert not PublishedCategory.objects.current().filter(place__code="ALB").exists()
    assert load_series(files({"8": "NNNNNNN"}), by=SYSTEM).withdrawn == 0


def test_years_stand_side_by_side() -> None:
    load_series(files(), by=SYSTEM)
    load_series(files({"8": "4444444"}, year=2021), by=SYSTEM)
    assert queries.years() == [2021, 2019]
    of = queries.series_of(Place.objects.get(code="ALB"))
    assert [(year, cells[0].category) for year, cells in of] == [(2021, 4), (2019, 3)]


def test_every_fault_is_told_by_file_row_and_field_and_nothing_is_kept() -> None:
    given = files({"8": "3244335", "999": "1111111"})
    given["sg_cpa_migrp.csv"] += (
        b"1,g,domain9,percent,2019,50\n1,g,domain1,percent,2018,101\n1,g,domain1,percent,2019,55\n77,g,domain1,percent,2019,1\n"
    )
    told = str(refusal(given))
    assert (
        "sg_cpa_migrs.csv, row 8, sg_cpa_migrs: expected a category 1 to 4, or N where nothing is reported, found “5”"
        in told
    )
    assert "sg_cpa_migrp.csv, row 16, policy_domains" in told
    assert "sg_cpa_migrp.csv, row 17, sg_cpa_migrp" in told and "101" in told
    assert "sg_cpa_migrp.csv, row 18, geo_area" in told and "row 3 is the same" in told
    assert "sg_cpa_migrp.csv, row 19, geo_area" in told


def test_an_area_that_nobody_knows_is_a_fault() -> None:
    told = str(refusal(files({"8": "3244332", "999": "1111111"})))
    assert "sg_cpa_migrs.csv, row 9, geo_area" in told and "“999”" in told


def test_one_place_under_two_codes_is_a_fault() -> None:
    assert "row 2 is the same" in str(refusal(files({"8": "3244332", "008": "3244332"})))


@pytest.mark.parametrize("percent", ["-1", "100.1", "5.55", "many", "nan-ish", "Infinity", ""])
def test_what_is_no_percentage(percent: str) -> None:
    given = files() | {
        "sg_cpa_migrp.csv": f"geo_area,policy_domains,year,sg_cpa_migrp\n1,domain1,2019,{percent}\n".encode()
    }
    assert "row 2, sg_cpa_migrp" in str(refusal(given))


def test_a_file_without_its_columns_is_a_fault() -> None:
    assert "sg_cpa_migrs.csv, row 1, sg_cpa_migrs" in str(
        refusal(files() | {"sg_cpa_migrs.csv": b"geo_area,policy_domains,year\n8,domain1,2019\n"})
    )
    assert "geo_area.csv" in str(refusal(files() | {"geo_area.csv": b"code_of_it\n8\n"}))


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeriesRefused, match=r"sg_cpa_migrs\.csv"):
        load_series(tmp_path, by=SYSTEM)


def test_only_those_who_may_load_do(people: dict[str, object]) -> None:
    for name in ("fatos", "emil"):
        load_series(files(), by=people[name])  # type: ignore[arg-type]
    for name in ("ana", "carla", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            load_series(files(), by=people[name])  # type: ignore[arg-type]


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data are not at {DATA}: set MIGOV_REAL_DATA")
def test_the_published_files_load_and_the_region_answers() -> None:
    done = load_series(DATA, by=SYSTEM)
    assert (done.categories, done.shares) == (777, 273)
    assert done.not_covered == ["Channel Islands"]
    lines = queries.region(queries.territories(), 2019)
    assert (len(lines), sum(line.reports for line in lines)) == (20, 15)
    absent = {line.place.code for line in lines if not line.reports}
    assert absent == {"BIH", "ISR", "TKM", "UZB", "XKX"}
    own = queries.own_shares(queries.territories(), "alldomains", 2019)
    assert own.published is not None
    assert str(own.published.percent) == "54.1"
    central = [line for line in lines if line.place.subregion and line.place.subregion.code == "CA"]
    (published,) = queries.shares(2019, ["143"])
    computed = queries.region_shares(central, 2019)
    assert [share.percent for share in computed] == [fact.percent for fact in published.shares if fact]
