"""From paper to register: what is written, that writing again changes nothing, and that earlier days can still be asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Evidence, Record
from migov.work.projects.models import Budget, Organisation, OrganisationRole, Participation, Project
from migov.work.projects.money import budgets_of
from migov.work.proposals import register
from migov.work.proposals.actions import life
from migov.work.proposals.models import PlanCost, PlanIndicator, PlanResult, PlanTarget, Proposal
from migov.work.results.models import Indicator, Measurement, Period, Result
from tests.factories import project
from tests.work.proposals.complete import complete


def activated(**fields: Any) -> Proposal:
    made = complete(stage="submitted", starts=date(2026, 1, 1), **fields)
    Evidence.objects.create(record=made.project.record, title="Agreement", category="A11")
    life.move(made, "activate", by=SYSTEM)
    return Proposal.objects.select_related("project__record").get(pk=made.pk)


def write(made: Proposal) -> dict[str, int]:
    fresh = Proposal.objects.select_related("project__record").get(pk=made.pk)
    return dict(register.write(fresh, by=SYSTEM))


def test_activation_writes_dates_money_donor_and_matrix(db: None) -> None:
    made = activated()
    row = Project.objects.get(pk=made.pk)
    assert (row.planned_start, row.planned_end, row.actual_start) == (
        date(2026, 1, 1),
        date(2027, 12, 31),
        date(2026, 1, 1),
    )
    assert (row.status, row.default_currency) == ("2", "EUR")
    budgets = Budget.objects.current().filter(project=row).order_by("starts")
    assert [(one.starts, one.ends, one.amount, one.kind) for one in budgets] == [
        (date(2026, 1, 1), date(2026, 12, 31), Decimal(90000), "1"),
        (date(2027, 1, 1), date(2027, 12, 31), Decimal(5000), "1"),
    ]
    funding = Participation.objects.get(project=row, role=OrganisationRole.FUNDING)
    assert funding.organisation.name == "A donor"
    results = list(Result.objects.filter(project=row).select_related("record", "parent"))
    assert [one.level for one in results] == ["objective", "outcome", "output", "output"], (
        "activities stay in the work plan"
    )
    assert [one.parent for one in results] == [None, results[0], results[1], results[1]]
    assert {one.record.parent_id for one in results} == {made.pk}
    indicators = Indicator.objects.filter(project=row)
    assert indicators.count() == 3
    one = indicators.get(title="Victims who use services")
    assert one.counts_people
    values = Measurement.objects.current().filter(indicator=one).order_by("kind", "value")
    assert [(value.kind, value.value, value.date) for value in values] == [
        ("b", Decimal(10), date(2025, 12, 31)), ("t", Decimal(50), None), ("t", Decimal(100), None)
    ]  # fmt: skip
    assert Period.objects.filter(indicator=one).count() == 2
    assert PlanResult.objects.filter(proposal=made, level="outcome").get().result == results[1]
    assert not PlanIndicator.objects.filter(proposal=made, indicator__isnull=True).exists()


def test_writing_again_changes_nothing(db: None) -> None:
    made = activated()
    counts = (Measurement.objects.count(), Budget.objects.count(), Record.objects.count(), Indicator.objects.count())
    assert write(made) == {}
    assert counts == (
        Measurement.objects.count(),
        Budget.objects.count(),
        Record.objects.count(),
        Indicator.objects.count(),
    )


def test_changes_are_superseded_and_earlier_days_can_be_asked(db: None) -> None:
    made = activated()
    before = timezone.now()
    indicator = PlanIndicator.objects.get(proposal=made, title="Victims who use services")
    target = PlanTarget.objects.get(indicator=indicator, ends=date(2027, 12, 31))
    PlanTarget.objects.filter(pk=target.pk).update(value=140)
    PlanCost.objects.filter(proposal=made, title="Rent").update(amount=8000)
    said = write(made)
    assert said == {
        "budgets added": 1, "budgets superseded": 1, "baselines and targets added": 1, "baselines and targets superseded": 1,
    }  # fmt: skip
    period = Period.objects.get(indicator=indicator.indicator_id, ends=date(2027, 12, 31))
    values = Measurement.objects.filter(period=period, kind="t")
    assert values.as_of(before).get().value == 100
    assert values.current().get().value == 140
    assert sum(one.amount for one in Budget.objects.as_of(before).filter(project=made.pk)) == 95000
    assert budgets_of([made.pk])[made.pk].by_currency == {"EUR": Decimal(98000)}
    assert Budget.objects.current().get(project=made.pk, starts=date(2027, 1, 1)).kind == "2"


def test_what_is_no_longer_planned_is_marked_and_comes_back(db: None) -> None:
    made = activated()
    output = PlanResult.objects.filter(proposal=made, level="output").order_by("order").first()
    assert output is not None
    assert output.result is not None
    PlanResult.objects.filter(pk=output.pk).update(removed_at=timezone.now())
    said = write(made)
    assert said["results removed"] == 1
    assert said["indicators removed"] == 1
    record = Record.objects.get(pk=output.result_id)
    assert record.removed_at is not None
    assert Measurement.objects.filter(indicator__result=output.result_id).exists(), "nothing is deleted"
    PlanResult.objects.filter(pk=output.pk).update(removed_at=None)
    write(made)
    record.refresh_from_db()
    assert record.removed_at is None
    assert Indicator.objects.get(result=output.result_id).removed_at is None
    assert write(made) == {}


def test_what_hangs_below_a_removed_row_goes_with_it(db: None) -> None:
    made = activated()
    PlanResult.objects.filter(proposal=made, level="outcome").update(removed_at=timezone.now())
    assert write(made)["results removed"] == 3


def test_a_target_that_is_taken_out_is_superseded(db: None) -> None:
    made = activated()
    target = PlanTarget.objects.filter(indicator__proposal=made).first()
    assert target is not None
    indicator = target.indicator.indicator_id
    target.delete()
    assert write(made) == {"baselines and targets superseded": 1}
    assert Measurement.objects.current().filter(indicator=indicator, kind="t").count() == 1


def test_actual_values_of_others_stay(db: None) -> None:
    made = activated()
    indicator = Indicator.objects.filter(project=made.pk).first()
    assert indicator is not None
    period = indicator.periods.first()
    Measurement.objects.create(indicator=indicator, period=period, kind="a", value=33)
    PlanTarget.objects.filter(indicator__indicator=indicator).update(value=60)
    write(made)
    assert Measurement.objects.current().get(indicator=indicator, kind="a").value == 33


def test_a_donor_that_is_known_is_not_made_twice(db: None) -> None:
    known = Organisation.objects.create(ref="XX-1", name="A DONOR", kind="10")
    made = activated()
    assert Participation.objects.get(project=made.pk, role="1").organisation == known


def test_who_pays_lines_is_a_funder_too_and_leaves_with_them(db: None) -> None:
    made = activated()
    PlanCost.objects.filter(proposal=made, title="Rent").update(funded_by="The city")
    write(made)
    names = Participation.objects.filter(project=made.pk, role="1").values_list("organisation__name", flat=True)
    assert list(names) == ["A donor", "The city"]
    PlanCost.objects.filter(proposal=made, title="Rent").update(funded_by="")
    write(made)
    assert Participation.objects.filter(project=made.pk, role="1").count() == 1


def test_a_budget_without_years_lies_over_the_whole_time(db: None) -> None:
    made = complete(stage="submitted")
    made.costs.update(year=None)
    made.costs.filter(title="Rent").update(year=9)
    spans = register.spans(Proposal.objects.select_related("project__record").get(pk=made.pk))
    whole, last = (date(2026, 1, 1), date(2027, 12, 31)), (date(2027, 1, 1), date(2027, 12, 31))
    assert spans == {whole: Decimal(90000), last: Decimal(5000)}


def test_drafts_are_no_facts(db: None) -> None:
    made = complete(stage="review")
    assert not Result.objects.filter(project=made.pk).exists()
    assert not Budget.objects.filter(project=made.pk).exists()
    assert not Measurement.objects.exists()


def test_results_are_seen_by_the_same_people_as_the_project(db: None) -> None:
    made = activated(visibility="office")
    assert set(Record.objects.filter(parent=made.pk, kind="result").values_list("visibility", flat=True)) == {"office"}


def test_a_project_from_elsewhere_is_not_touched(db: None) -> None:
    other = project()
    activated()
    other.refresh_from_db()
    assert not hasattr(other, "proposal")
    assert not Budget.objects.filter(project=other).exists()
