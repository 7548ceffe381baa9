"""The real files: treaty status of the twenty territories from two sources, official texts of instruments, and general comments."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from migov.foundation.people.access import SYSTEM
from migov.foundation.places.actions import load_places
from migov.foundation.places.models import Place
from migov.work.policy.instruments.shipped import load_instruments
from migov.work.policy.instruments.standing import Standing, Status, standing_of, standings
from migov.work.policy.instruments.treaties.loading import load_treaties
from migov.work.policy.instruments.wordings import load_guidance, load_texts
from migov.work.policy.models import Article, GuidanceParagraph, Instrument, Requirement, TreatyAction

DATA = Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).parents[5] / "shared" / "data")) / "policy"
MERGED = DATA / "treaties" / "merged_un_treaty_status_20_territories.csv"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data are not at {DATA}: set MIGOV_REAL_DATA"),
]


@pytest.fixture
def shipped(db: None) -> None:
    load_places()
    load_instruments(by=SYSTEM)


def standing(code: str, place: str) -> Standing:
    return standing_of(Instrument.objects.get(code=code), Place.objects.get(code=place))


def by_number(reference: str) -> Instrument:
    """The instrument that the file cites as chapter and number: "IV/13"."""
    return Instrument.objects.get(number=reference.replace("/", "-"))


class TestTreatyStatus:
    def test_every_row_of_the_merged_file_is_kept_with_its_source_and_day_of_knowledge(self, shipped: None) -> None:
        with MERGED.open(newline="") as file:
            rows = list(csv.DictReader(file))
        covered = [row for row in rows if row["territory_iso3"] != "XKX"]
        before = TreatyAction.objects.current().count()
        load_treaties(MERGED, by=SYSTEM)
        kept = TreatyAction.objects.current()
        kinds = Counter(kept.values_list("kind", "as_of__year"))
        in_2015 = [row for row in covered if row["consent_date_2015"]]
        consents = sum(
            count for (kind, year), count in kinds.items()
            if year == 2015 and kind in ("ratification", "acceptance", "accession", "succession")
        )  # fmt: skip
        assert (len(rows), len(in_2015)) == (420, consents)
        assert kinds["signature", 2015] == sum(bool(row["signature_date_2015"]) for row in covered)
        assert kinds["party", 2022] == sum(row["status_2022"] == "state party" for row in covered)
        assert before < kept.count()
        # Each row's day and country, asked again one by one.
        said = {(a.instrument_id, a.place_id, a.as_of.year, a.date) for a in kept.exclude(date=None)}
        places = dict(Place.objects.values_list("code", "pk"))
        for row in covered:
            one = by_number(row["untc_ref"])
            year = row["consent_year_2022"]
            if year:
                assert any(
                    key[:3] == (one.pk, places[row["territory_iso3"]], 2022) and key[3] and key[3].year == int(year)
                    for key in said
                ), row

    def test_two_sources_that_disagree_both_show(self, shipped: None) -> None:
        load_treaties(DATA / "treaties", by=SYSTEM)
        for code, place, days in (("crc", "SRB", {"2001", "1991"}), ("crc-op-sc", "MDA", {"2007", "2004"})):
            found = standing(code, place)
            assert found.status == Status.BOUND and found.disagrees
            acts = TreatyAction.objects.current().filter(instrument__code=code, place__code=place).exclude(date=None)
            assert {f"{act.date:%Y}" for act in acts if act.kind != "signature" and act.date} >= days

    def test_who_is_bound_by_the_migrant_workers_convention(self, shipped: None) -> None:
        load_treaties(DATA / "treaties", by=SYSTEM)
        territories = list(Place.objects.filter(is_territory=True))
        convention = Instrument.objects.get(code="icrmw")
        found = standings([convention], territories)
        status = {place.code: found[convention.pk, place.pk].status for place in territories}
        assert {code for code, said in status.items() if said == Status.BOUND} == {
            "ALB", "AZE", "BIH", "KGZ", "TJK", "TUR",
        }  # fmt: skip
        assert {code for code, said in status.items() if said == Status.SIGNED} == {"ARM", "MNE", "SRB"}
        assert status["XKX"] not in (Status.NOT_PARTY, Status.BOUND)

    def test_loading_the_folder_twice_adds_nothing(self, shipped: None) -> None:
        load_treaties(DATA / "treaties", by=SYSTEM)
        before = list(TreatyAction.objects.order_by("pk").values())
        again = load_treaties(DATA / "treaties", by=SYSTEM)
        assert (again.new, again.changed) == (0, 0)
        assert list(TreatyAction.objects.order_by("pk").values()) == before


def test_official_texts_come_to_every_article_that_the_files_hold(shipped: None) -> None:
    folder = DATA / "texts" / "instruments_en_json"
    held: dict[str, list[dict[str, Any]]] = {
        path.stem: json.loads(path.read_text())["articles"] for path in sorted(folder.glob("*.json"))
    }
    load_texts(folder, by=SYSTEM)
    words = Article.objects.exclude(text="").count()
    assert words == sum(len(articles) for articles in held.values())
    refugee = " ".join(Article.objects.filter(instrument__code="1951-convention").values_list("text", flat=True))
    for said in (
        "(1) Has been considered",
        "Organization; Decisions",
        "alternative (a) may",
        "return to it. In the case",
    ):
        assert said in refugee
    assert "*" not in refugee
    # No requirement of an instrument whose text is held stands at an article that has no words there.
    loaded = Instrument.objects.exclude(text_source="")
    without = Requirement.objects.filter(article__instrument__in=loaded, article__text="")
    assert {(one.article.instrument.code, one.article.number) for one in without.select_related("article__instrument")} <= {
        ("crc", "54"), ("udhr", "30"), ("crpd", "50"),
    }  # fmt: skip


def test_general_comments_are_read_paragraph_by_paragraph_and_what_is_cited_is_there(shipped: None) -> None:
    load_guidance(DATA / "treaty_bodies", by=SYSTEM)
    assert GuidanceParagraph.objects.count() > 900
    numbers = set(GuidanceParagraph.objects.values_list("guidance__code", "number"))
    assert ("cmw-gc2", "1") in numbers
