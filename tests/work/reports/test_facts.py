"""The figures of a report: what had been verified by the last day of its period, each with its rows; changed figures are noticed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from migov.services.clearance.content import Rows
from migov.services.files import actions as files
from migov.work.reports import content, figures, queries, reading, sentences
from migov.work.reports.actions import writing
from migov.work.reports.facts import AHEAD, DONE, RUNNING, Facts
from migov.work.reports.models import Report, ReportType, Section
from migov.work.results.actions import checking, entering
from tests.factories import indicator, project, result, values
from tests.work.reports.makers import Ground, by_sex, correct, ground

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Ground:
    return ground()


def again(report: Report) -> Facts:
    """The figures as a new request draws them."""
    return Facts(Report.objects.get(pk=report.pk))


def part(report: Report, code: str):  # type: ignore[no-untyped-def]
    found = queries.part_of(report, code)
    assert found is not None
    return found


def test_values_of_periods_that_ended_count_by_the_rule_of_the_indicator(at: Ground) -> None:
    outcome, output = Facts(at.report()).results
    (assisted,), (trained,) = outcome.indicators, output.indicators
    assert (outcome.name, output.name) == ("Outcome 1: Children have guardians", "Output 1.1: Guardians are trained")
    assert (assisted.target, assisted.actual, assisted.final, assisted.state) == (800, 640, 1200, "near")
    assert (trained.target, trained.actual, trained.state) == (50, 60, "achieved")
    assert assisted.reached == "640 children"


def test_a_half_year_leaves_out_periods_that_had_not_ended(at: Ground) -> None:
    made = at.report(ReportType.HALF_YEAR, starts=date(2025, 1, 1), ends=date(2025, 6, 30))
    outcome, output = Facts(made).results
    assert (outcome.indicators[0].target, outcome.indicators[0].actual) == (400, 300)
    assert (output.indicators[0].actual, output.indicators[0].state) == (None, "open")


def test_a_target_without_a_value_is_late_only_once_its_period_has_ended(at: Ground) -> None:
    late = indicator(at.output.parent, "Courts that apply the law")
    values(late, 2025, target=5)
    half = at.report(ReportType.HALF_YEAR, ends=date(2025, 6, 30))
    assert next(one for one in Facts(half).results[0].indicators if one.key == late.pk).state == "open"
    whole = at.report()
    assert next(one for one in Facts(whole).results[0].indicators if one.key == late.pk).state == "late"


def test_words_stand_where_there_is_no_number(at: Ground) -> None:
    told = indicator(at.output, "The law is in force", measure="qualitative")
    period = values(told, 2025)
    told.measurements.create(period=period, kind="a", words="adopted in May")
    found = Facts(at.report()).results[1].indicators
    assert next(one for one in found if one.key == told.pk).reached == "adopted in May"


def test_people_are_told_apart_by_sex_and_not_added_up_over_indicators(at: Ground) -> None:
    by_sex(at.assisted, 2024, female=200, male=100)
    more = indicator(at.output, "Children who were heard", counts_people=True)
    values(more, 2025, actual=20)
    first, second = Facts(at.report()).people
    assert (first.indicator.actual, first.female, first.male) == (640, 380, 260)
    assert (second.indicator.actual, second.female, second.male) == (20, None, None)


def test_money_is_told_by_currency_to_the_last_day(at: Ground) -> None:
    (euro,) = Facts(at.report()).money
    assert (euro.budget, euro.within, euro.spent) == (Decimal(100000), Decimal(25000), Decimal(45000))
    assert (euro.share, euro.left) == (Decimal("0.45"), Decimal(55000))


def test_the_plan_says_what_was_to_be_finished_by_then(at: Ground) -> None:
    assert [(one.line.title, one.state) for one in Facts(at.report()).plan] == [
        ("Write the course", DONE), ("Hold the courses", RUNNING), ("Hand over", AHEAD),
    ]  # fmt: skip


def test_only_open_risks_are_shown(at: Ground) -> None:
    facts = Facts(at.report())
    assert [one.title for one in facts.risks] == ["Judges change"]
    assert facts.high_risks == 1


def test_what_is_not_verified_is_counted_and_in_no_figure(at: Ground) -> None:
    period = at.trained.periods.get()
    entering.put(at.trained, period=period, part=None, field="value", was="", now="75", by=at.people["ana"])
    facts = Facts(at.report())
    assert facts.waiting == 1
    assert facts.results[1].indicators[0].actual == 60
    assert any(one.code == "not-verified" for one in reading.findings(facts.report))


def test_a_project_that_was_loaded_from_elsewhere_has_a_report_too(at: Ground) -> None:
    bare = project(office=at.project.record.office, owner=at.people["ana"])
    indicator(result(bare), "Without a value")
    at.project = bare
    made = at.report()
    said = content.content(made)
    assert {one.anchor for one in said.parts if isinstance(one, Rows) and not one.lines} >= {
        "facts:plan",
        "facts:risks",
        "facts:money",
    }


def test_every_line_leads_to_its_rows(at: Ground) -> None:
    made = at.report()
    for one in content.content(made).parts:
        if isinstance(one, Rows) and one.anchor != content.HEADER:
            assert all(content.source_of(made, line.anchor).startswith("/") for line in one.lines), one.anchor


def test_the_number_of_queries_does_not_depend_on_the_size(at: Ground, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    made = at.report(ReportType.DONOR_FINAL)
    with django_assert_max_num_queries(30):
        content.content(Report.objects.select_related("record", "project__record__office").get(pk=made.pk))
    for number in range(15):
        more = indicator(at.output, f"Measure {number}", counts_people=True)
        for year in range(2022, 2026):
            values(more, year, target=5, actual=4)
    with django_assert_max_num_queries(30):
        content.content(Report.objects.select_related("record", "project__record__office").get(pk=made.pk))


# Sentences


def test_sentences_say_what_the_figures_say(at: Ground) -> None:
    made = at.report()
    facts = Facts(made)
    key = at.output.parent.pk
    assert sentences.sentences_for(part(made, f"result-{key}"), facts) == [
        "Outcome 1: 1 of 1 indicator on track.",
        "Children with a guardian: 640 children by 31 December 2025, target 800 (nearly achieved).",
    ]
    assert sentences.sentences_for(part(made, "beneficiaries"), facts) == [
        "Children with a guardian: 640 children by 31 December 2025, of them 180 women and girls and 160 men and boys."
    ]
    assert sentences.sentences_for(part(made, "finance"), facts) == [
        "By 31 December 2025, 45,000 EUR of a budget of 100,000 EUR was spent (45 %), of it 25,000 EUR in the period."
    ]
    assert sentences.sentences_for(part(made, "risks"), facts) == [
        "1 risk is open, 1 of high score.",
        "The highest: Judges change.",
    ]
    assert sentences.sentences_for(part(made, "context"), facts) == []


def test_sentences_are_taken_once_and_marked_until_they_are_changed(at: Ground) -> None:
    made, ana = at.report(), at.people["ana"]
    writing.take_sentences(made, "finance", by=ana)
    (finance,) = [one for one in reading.sections_of(made) if one.part.code == "finance"]
    assert finance.text.startswith("By 31 December 2025, 45,000")
    assert reading.read(finance, Facts(made)).made
    assert any(one.code == "text-made" for one in reading.findings(made))
    with pytest.raises(ValueError, match="already"):
        writing.take_sentences(made, "finance", by=ana)
    writing.write(made, "finance", text=finance.text + " It is as planned.", by=ana)
    assert not any(one.code == "text-made" for one in reading.findings(made))


def test_sentences_go_to_the_end_of_what_stands(at: Ground) -> None:
    made = at.report()
    writing.write(made, "finance", text="All is well.", by=at.people["ana"])
    writing.take_sentences(made, "finance", by=at.people["ana"])
    assert Section.objects.get(report=made, code="finance").text.startswith("All is well.\n\nBy 31 December")


# Figures that changed


def test_a_figure_that_changed_since_the_text_was_written_is_said(at: Ground) -> None:
    made, ana = at.report(), at.people["ana"]
    code = f"result-{at.output.parent.pk}"
    writing.write(made, code, text="640 children have a guardian.", by=ana)
    assert not reading.read(reading.section_of(made, code), again(made)).changed  # type: ignore[arg-type]
    correct(at.assisted, 2025, 368)
    (change,) = reading.read(reading.section_of(made, code), again(made)).changed  # type: ignore[arg-type]
    assert (
        change.words == "Children with a guardian: it was 640 children when this was written; it is 668 children now."
    )
    assert change.named
    assert any(one.code == "figure-changed" for one in reading.findings(made))


def test_saving_other_words_does_not_hide_it_and_writing_the_new_number_does(at: Ground) -> None:
    made, ana = at.report(), at.people["ana"]
    code = f"result-{at.output.parent.pk}"
    writing.write(made, code, text="640 children have a guardian.", by=ana)
    correct(at.assisted, 2025, 368)
    writing.write(made, code, text="640 children have a guardian now.", by=ana)
    assert reading.read(reading.section_of(made, code), again(made)).named == 1  # type: ignore[arg-type]
    writing.write(made, code, text="668 children have a guardian now.", by=ana)
    assert not reading.read(reading.section_of(made, code), again(made)).changed  # type: ignore[arg-type]


def test_a_writer_says_that_the_text_is_right_as_it_is(at: Ground) -> None:
    made, ana = at.report(), at.people["ana"]
    writing.write(made, "summary", text="Many children have a guardian.", by=ana)
    correct(at.assisted, 2025, 368)
    found = reading.read(reading.section_of(made, "summary"), again(made))  # type: ignore[arg-type]
    assert [one.named for one in found.changed] == [False]
    writing.figures_seen(made, "summary", by=ana)
    assert not reading.read(reading.section_of(made, "summary"), again(made)).changed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "figure", "there"),
    [
        ("1,240 people came", "1,240 people", True), ("1240 people came", "1,240 people", True), ("1 240 people", "1,240 people", True),
        ("11,240 people", "1,240 people", False), ("1,2405 people", "1,240 people", False), ("65 % of all", "65", True),
        ("65.5 % of all", "65", False), ("no number", "adopted", False), ("it was 45,000 EUR.", "45,000 EUR", True),
    ],
)  # fmt: skip
def test_numbers_are_found_however_they_are_written(text: str, figure: str, there: bool) -> None:
    assert figures.says(text, figure) is there


def test_a_period_that_still_runs_has_figures_of_today(at: Ground) -> None:
    today = timezone.localdate()
    made = at.report(ReportType.ANNUAL, starts=date(today.year, 1, 1), ends=date(today.year + 1, 12, 31), due=None)
    assert Facts(made).day == today
    assert any(one.code == "period-runs" for one in reading.findings(made))


def test_a_first_value_is_a_change_too(at: Ground) -> None:
    made, ana = at.report(), at.people["ana"]
    new = indicator(at.output, "Courses held")
    values(new, 2025, target=5)
    code = f"result-{at.output.pk}"
    writing.write(made, code, text="Courses begin soon.", by=ana)
    values(new, 2025, actual=4)
    (change,) = reading.read(reading.section_of(made, code), again(made)).changed  # type: ignore[arg-type]
    assert change.words == "Courses held: there was no value when this was written; it is 4 now."


def test_evidence_are_filed_documents_and_the_sources_of_verified_values(
    at: Ground, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    ana, emil = at.people["ana"], at.people["emil"]
    files.add(at.project.record, ContentFile(b"Courts heard children in 2025.", name="Study of courts.txt"), by=ana)
    entry = entering.put(
        at.trained, period=at.trained.periods.get(), part=None, field="value", was="", now="64", by=ana
    )
    entering.describe(entry, source="Attendance lists", by=ana)
    made = at.report()
    assert [one.title for one in Facts(made).evidence] == ["Study of courts"], "not verified yet"
    checking.take("submit", [entry.pk], by=ana)
    checking.take("verify", [entry.pk], by=emil)
    document, source = Facts(made).evidence
    assert (source.title, source.said) == ("Guardians who passed the course", "Attendance lists")
    assert content.source_of(made, source.anchor) == reverse("results:indicator", args=[at.trained.pk])
    assert content.source_of(made, document.anchor).startswith("/documents/")
    assert Facts(made).results[1].indicators[0].actual == 64
