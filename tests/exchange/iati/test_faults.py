"""Faulty files: a broken activity is reported and the others load; smaller faults are warnings and what was published is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from migov.exchange.iati.summary import ImportSummary, problems_csv
from migov.foundation.records.models import Record
from migov.work.projects.models import Project
from migov.work.results.models import Measurement, Period
from tests.exchange.iati.conftest import activity, document
from tests.factories import project as make_project

Load = Callable[..., ImportSummary]
pytestmark = pytest.mark.django_db


def test_a_broken_activity_is_reported_and_the_others_load(load: Load) -> None:
    broken = activity(
        '<budget><value value-date="2024-01-01">100</value></budget>'
        '<transaction><transaction-type code="3"/>\n<value value-date="2024-01-01">a lot</value></transaction>',
        identifier="XX-B",
    )
    summary = load(document(activity(identifier="XX-A"), broken, activity(identifier="XX-C")))
    assert (summary.created, summary.broken) == (2, 1)
    assert set(Record.objects.values_list("reference", flat=True)) == {"XX-A", "XX-C"}
    (problem,) = summary.problems
    assert problem.line == 5
    assert problem.xpath == "/iati-activities/iati-activity[2]/transaction/value"
    assert (problem.identifier, problem.field, problem.value) == ("XX-B", "value", "a lot")
    assert problem.expected == "an amount such as 1500.50"


@pytest.mark.parametrize("amount", ["", "NaN", "1e5", "12,5", "9" * 19])
def test_amounts_that_cannot_be_read_break_the_activity(load: Load, amount: str) -> None:
    summary = load(document(activity(f'<budget><value value-date="2024-01-01">{amount}</value></budget>')))
    assert (summary.created, summary.broken, summary.problems[0].code) == (0, 1, "amount")


def test_an_activity_without_identifier_is_reported(load: Load) -> None:
    summary = load(document("<iati-activity><title><narrative>X</narrative></title></iati-activity>", activity()))
    assert (summary.created, summary.broken) == (1, 1)
    assert (summary.problems[0].code, summary.problems[0].line) == ("identifier", 3)


def test_an_activity_inside_another_is_reported(load: Load) -> None:
    summary = load(document(activity(activity(identifier="XX-INNER"), identifier="XX-OUTER"), activity()))
    assert [problem.code for problem in summary.problems] == ["structure"]
    assert set(Record.objects.values_list("reference", flat=True)) == {"XX-A"}


def test_the_second_of_two_different_activities_of_one_identifier_is_reported(load: Load) -> None:
    summary = load(document(activity(), activity("<tag vocabulary='99' code='x'/>"), activity()))
    assert (summary.created, summary.broken) == (1, 1)
    assert summary.problems[0].code == "duplicate"
    assert summary.left_out == {"identical activity given twice": 1}
    assert Project.objects.get().classifications.count() == 0


def test_a_project_made_in_migov_is_not_overwritten(load: Load) -> None:
    make_project(reference="XX-A", title="Ours")
    summary = load(document(activity(), activity(identifier="XX-B")))
    assert (summary.created, summary.problems[0].code) == (1, "made-here")
    assert Record.objects.get(reference="XX-A").title == "Ours"


def test_amounts_with_commas_are_read_with_a_warning(load: Load) -> None:
    summary = load(document(activity('<budget><value value-date="2024-01-01">1,000.50</value></budget>')))
    budget = Project.objects.get().budgets.get()
    assert budget.amount == Decimal("1000.50")
    assert budget.details["value"] == [{"@value-date": "2024-01-01", "#": "1,000.50"}]
    assert summary.warning_counts["amount-read"] == 1


def test_missing_currency_is_a_warning(load: Load) -> None:
    summary = load(
        document(activity('<budget><value value-date="2024-01-01">10</value></budget>', attributes='hierarchy="1"'))
    )
    assert (summary.created, summary.warning_counts["currency"]) == (1, 1)
    assert Project.objects.get().budgets.get().currency == ""


def test_unknown_places_are_kept_as_published(load: Load) -> None:
    summary = load(
        document(
            activity(
                '<recipient-country code="MD"/><recipient-country code="QQ" percentage="5"><narrative>Nowhere</narrative>'
                '</recipient-country><recipient-region code="123456"/><recipient-region vocabulary="99" code="north"/>'
            )
        )
    )
    project = Project.objects.get()
    assert [p.place.code for p in project.record.places.all()] == ["MDA"]
    assert project.published["recipient-country"][1] == {
        "@code": "QQ",
        "@percentage": "5",
        "narrative": [["", "Nowhere"]],
    }
    assert len(project.published["recipient-region"]) == 2
    assert (summary.warning_counts["country"], summary.warning_counts["region"]) == (1, 1)


def test_a_place_named_twice_is_one_place(load: Load) -> None:
    summary = load(
        document(
            activity('<recipient-country code="MD" percentage="40"/><recipient-country code="MD" percentage="60"/>')
        )
    )
    assert Project.objects.get().record.places.get().share == Decimal(100)
    assert summary.warning_counts["place-twice"] == 1


def test_dates_in_the_wrong_order(load: Load) -> None:
    summary = load(
        document(
            activity('<activity-date type="2" iso-date="2024-05-01"/><activity-date type="4" iso-date="2023-05-01"/>')
        )
    )
    project = Project.objects.get()
    assert (project.actual_start, project.actual_end) == (date(2024, 5, 1), date(2023, 5, 1))
    assert (project.record.starts, project.record.ends) == (date(2024, 5, 1), None)
    assert summary.warning_counts["dates"] == 1


def test_dates_that_are_none(load: Load) -> None:
    summary = load(
        document(
            activity(
                '<activity-date type="1" iso-date="spring 2024"/><activity-date type="3" iso-date="2024-02-30"/>'
                '<activity-date type="2" iso-date="2024-01-05+08:00"/>'
            )
        )
    )
    project = Project.objects.get()
    assert (project.planned_start, project.planned_end, project.actual_start) == (None, None, date(2024, 1, 5))
    assert project.published["activity-date"][0] == {"@type": "1", "@iso-date": "spring 2024"}
    assert summary.warning_counts["date"] == 2


def test_percentages_that_do_not_make_a_hundred(load: Load) -> None:
    summary = load(
        document(
            activity(
                '<recipient-country code="MD" percentage="50"/><recipient-country code="AL" percentage="20"/>'
                '<sector code="15160" percentage="50"/><sector code="15130" percentage="49"/><sector code="x" percentage="many"/>'
            )
        )
    )
    assert summary.warning_counts == {"percentages": 2, "percentage": 1}
    assert Project.objects.get().classifications.get(code="x").details["@percentage"] == "many"


def _indicator(value: str, measure: str = "1", period: str = '<period-start iso-date="2024-01-01"/>') -> str:
    return activity(
        f'<result type="1"><title><narrative>R</narrative></title><indicator measure="{measure}"><title><narrative>I'
        f'</narrative></title><period>{period}<actual value="{value}"/></period></indicator></result>'
    )


@pytest.mark.parametrize(
    ("value", "number", "words"),
    [
        ("12", 12, ""),
        (" 12.50 ", Decimal("12.5"), ""),
        ("-3", -3, ""),
        ("1,234,567", 1234567, ""),
        ("12,5", None, "12,5"),
        ("88%", None, "88%"),
        ("£5", None, "£5"),
        ("NaN", None, "NaN"),
        ("9" * 19, None, "9" * 19),
        ("", None, ""),
    ],
)
def test_values_are_numbers_or_words(load: Load, value: str, number: Decimal | int | None, words: str) -> None:
    summary = load(document(_indicator(value)))
    measured = Measurement.objects.get()
    assert (measured.value, measured.words) == (number, words)
    assert summary.warning_counts["value"] == (1 if words else 0)


def test_words_are_no_fault_of_a_qualitative_indicator(load: Load) -> None:
    assert load(document(_indicator("Adopted", measure="5"))).warning_counts == {}


def test_an_unknown_measure_is_kept_as_published(load: Load) -> None:
    summary = load(document(_indicator("1", measure="unit")))
    assert summary.warning_counts == {"measure": 1}
    assert Project.objects.get().indicators.get().published == {"@measure": "unit"}


def test_a_period_keeps_a_date_it_cannot_read(load: Load) -> None:
    load(document(_indicator("1", period='<period-start iso-date="Q1"/><period-end iso-date="2024-03-31"/>')))
    period = Period.objects.get()
    assert (period.starts, period.ends, period.published) == (
        None,
        date(2024, 3, 31),
        {"period-start": [{"@iso-date": "Q1"}]},
    )


def test_texts_longer_than_their_field_are_shortened_and_kept_whole(load: Load) -> None:
    code, name = "x" * 300, "y" * 700
    summary = load(
        document(activity(f'<tag vocabulary="99" code="{code}"/><participating-org role="1"><narrative>{name}</narrative>'
                          "</participating-org>"))
    )  # fmt: skip
    project = Project.objects.get()
    assert project.classifications.get().details["@code"] == code
    assert project.participations.get().details["narrative"] == [["", name]]
    assert summary.warning_counts["too-long"] == 2


def test_warnings_are_bounded_but_all_counted(load: Load) -> None:
    tags = "".join(f'<sector code="{n}" percentage="?"/>' for n in range(700))
    summary = load(document(activity(tags)))
    assert summary.warning_counts["percentage"] == 700
    assert len(summary.warnings) == 500


def test_problems_as_csv_do_not_run_in_a_spreadsheet(load: Load) -> None:
    summary = load(document(activity('<budget><value value-date="2024-01-01">=cmd()</value></budget>')))
    text = problems_csv(summary.to_json())
    assert text.splitlines()[0] == "severity,code,line,xpath,identifier,field,value,expected"
    assert "'=cmd()" in text
