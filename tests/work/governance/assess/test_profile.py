"""The profile: scores, change, neighbours, the official series, documents."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from migov.foundation.places.models import Place
from migov.work.governance.assess import actions, profile
from migov.work.governance.assess.comparing import compare
from migov.work.governance.assess.queries.region import region
from migov.work.governance.assess.radar import Series, radar
from migov.work.governance.models import PublishedCategory
from tests.work.governance.assess.steps import all_answered, clear, moldova, published
from tests.work.governance.making import answered, assessment, question_set

pytestmark = pytest.mark.django_db


def test_a_domain_is_the_mean_of_what_stands(people: dict[str, Any]) -> None:
    of = moldova()
    answered(of, "1-1", "yes", "government")
    answered(of, "1-2", "partly", "office")
    answered(of, "2-1", "yes", "government")
    answered(of, "2-1", "no", "office")
    found = profile.of_rows(of, people["fatos"])
    assert [(part.score, part.category) for part in found.domains] == [(Decimal("75.00"), 2), (None, None)]
    assert found.provisional and found.domains[1].missing == ("2-1", "2-2")
    assert found.answered == 2


def test_the_strict_rule_of_the_indicator_gives_no_score_where_an_answer_is_missing(people: dict[str, Any]) -> None:
    of = moldova(of=question_set(code="strict", kind="sdg-10-7-2"))
    for code in ("1-1", "1-2", "2-1"):
        answered(of, code, "yes")
    found = profile.of_rows(of, people["fatos"])
    assert (found.domains[0].score, found.domains[1].score, found.overall) == (Decimal("100.00"), None, None)
    answered(of, "2-2", "yes")
    assert profile.of_rows(of, people["fatos"]).overall == Decimal("100.00")


def test_change_between_years_names_the_answers(people: dict[str, Any]) -> None:
    before = all_answered(moldova(year=2022))
    now = all_answered(moldova(previous=before), q1_1="no", q2_1="partly")
    of = compare(profile.of_rows(now, people["fatos"]), profile.of_rows(before, people["fatos"]))
    assert [(one.code, one.before, one.now, one.better) for one in of.changes] == [
        ("1-1", "Yes", "No", False), ("2-1", "Yes", "Partly", False),
    ]  # fmt: skip
    assert [row.change for row in of.rows] == [Decimal("-50.00"), Decimal("-25.00")]


def test_neighbours_count_only_what_they_published(people: dict[str, Any]) -> None:
    set_of_both = question_set()
    all_answered(assessment(country="ALB", of=set_of_both, state="answering"))
    georgia = published_of("GEO", people)
    of = profile.of_rows(all_answered(moldova()), people["fatos"])
    around = region(of)
    territories = Place.objects.filter(is_territory=True).count()
    assert [one.key for one in around.neighbours] == [georgia.pk]
    assert around.countries == territories - 1
    assert around.means == {"1": Decimal("100.00"), "2": Decimal("100.00")}
    actions.withdraw(georgia, reason="An error", by=people["fatos"])
    assert not region(of).neighbours


def published_of(country: str, people: dict[str, Any]) -> Any:
    """A published assessment of another country, with consent that the office was told."""
    of = all_answered(assessment(country=country, state="validation", owner=people["fatos"]))
    clear(of, people)
    actions.consent(of, given=True, who="Ministry", on=dt.date(2026, 2, 1), by=people["fatos"])
    actions.publish(of, by=people["fatos"])
    return of


def test_the_page_has_radar_table_and_the_official_series(people: dict[str, Any], client_for: Any) -> None:
    of = all_answered(moldova(of=question_set(code="three", domains=3)))
    for year, category in ((2021, 2), (2024, 3)):
        PublishedCategory.objects.create(
            place=of.country, domain="domain1", year=year, category=category, source="UN SDG database"
        )
    page = client_for(people["fatos"]).get(f"/governance/assessments/{of.pk}/profile/").text
    assert '<svg class="radar"' in page and 'role="img"' in page and "Domain 1 100 %" in page
    assert "fully meets" in page and "UN SDG database" in page and "2024" in page and "2021" not in page
    assert "0 of 19 other countries and areas have published" in page


def test_a_radar_breaks_where_there_is_no_score() -> None:
    whole = radar(["A", "B", "C"], [Series("Now", "now", [Decimal(50)] * 3)], "Scores")
    assert '<polygon class="radar-line"' in whole and "style=" not in whole
    broken = radar(["A", "B", "C"], [Series("Now", "now", [Decimal(50), None, Decimal(50)])], "<Scores>")
    assert '<polygon class="radar-line"' not in broken and "B no score" in broken and "&lt;Scores&gt;" in broken
    assert radar(["A", "B"], [], "Scores") == ""


@pytest.mark.parametrize(("fmt", "begins"), [("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")])
def test_the_documents(people: dict[str, Any], client_for: Any, fmt: str, begins: bytes) -> None:
    of = all_answered(moldova())
    actions.add_evidence(of, "1-1", kind="article", title="=Law 200", place="Article 4", by=people["fatos"])
    answer = client_for(people["ion"]).get(f"/governance/assessments/{of.pk}/profile.{fmt}")
    assert answer.content.startswith(begins)
    if fmt == "xlsx":
        book = openpyxl.load_workbook(BytesIO(answer.content))
        cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        assert "=Law 200" in cells and "Is there a law on matter 1.1?" in cells
        assert any("Not published" in cell for cell in cells)


def test_a_published_document_is_made_from_the_copy(people: dict[str, Any], client_for: Any) -> None:
    of = published(people)
    answer = client_for(people["jan"]).get(f"/governance/assessments/{of.pk}/published.xlsx")
    cells = [
        str(cell.value) for sheet in openpyxl.load_workbook(BytesIO(answer.content)) for row in sheet.iter_rows() for cell in row
    ]  # fmt: skip
    assert not any("Not published" in cell for cell in cells)
    assert client_for(people["jan"]).get(f"/governance/assessments/{of.pk}/published.csv").status_code == 404
