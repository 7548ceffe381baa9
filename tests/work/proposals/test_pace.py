"""What of the work plan lies behind a day, and what it foresees of the results; what the matrix says of dimensions is kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from migov.foundation.people.access import SYSTEM
from migov.work.proposals import pace, register
from migov.work.proposals.models import PlanIndicator, PlanResult, Proposal
from migov.work.results import plans
from migov.work.results.models import Dimension, Indicator
from migov.work.results.rules import PeriodValues
from tests.factories import cast
from tests.work.proposals.test_register import activated

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned() -> Proposal:
    """A project from January 2026 with one activity in months 1 to 4 under its first output, and one in 5 to 12 under its second."""
    made = activated()
    PlanResult.objects.filter(proposal=made, level="activity").delete()
    first, second = PlanResult.objects.filter(proposal=made, level="output", removed_at=None).order_by("order", "pk")[
        :2
    ]
    for output, months in ((first, (1, 4)), (second, (5, 12))):
        PlanResult.objects.create(
            proposal=made, parent=output, level="activity", first_month=months[0], last_month=months[1]
        )
    return made


def test_the_share_of_the_plan_behind_a_day(planned: Proposal) -> None:
    first, second = PlanResult.objects.filter(proposal=planned, level="output").order_by("order", "pk")[:2]
    before = pace.planned_share(planned.pk, date(2025, 12, 1))
    assert set(before.values()) == {0}
    assert {None, first.result_id, second.result_id, first.parent.result_id} <= before.keys()
    half = pace.planned_share(planned.pk, date(2026, 7, 1))
    assert (half[first.result_id], half[second.result_id], half[None]) == (1, 0.25, 0.5)
    assert pace.planned_share(planned.pk, date(2030, 1, 1))[None] == 1
    assert pace.planned_share(0, date(2026, 7, 1)) == {}


def test_a_result_without_activities_follows_the_whole_plan(planned: Proposal) -> None:
    assert plans.done_by(planned.pk, 0, date(2026, 7, 1)) == 0.5
    assert plans.done_by(0, 0, date(2026, 7, 1)) is None


def test_what_the_plan_foresees() -> None:
    periods = [PeriodValues(date(2026, 12, 31), 100, 40), PeriodValues(date(2027, 12, 31), 300, None)]
    found = plans.by_plan(periods, 0.25, adds_up=True, ascending=True)
    assert found == (0.25, 100, 160, 400)
    assert plans.by_plan(periods, 0.25, adds_up=False, ascending=None) == (0.25, 75, 160, 300)
    assert plans.by_plan(periods, 0.05, adds_up=True, ascending=True) is None
    assert plans.by_plan(periods, 0.5, adds_up=True, ascending=False) is None
    assert plans.by_plan(periods[1:], 0.5, adds_up=True, ascending=True) is None


def test_the_page_of_an_indicator_says_it(client: Client, planned: Proposal) -> None:
    client.force_login(cast()["emil"])
    of = Indicator.objects.get(project=planned.pk, title="Victims who use services")
    period = of.periods.order_by("ends").first()
    assert period is not None
    assert "By the work plan" not in client.get(reverse("results:indicator", args=[of.pk])).content.decode()
    of.measurements.create(kind="a", period=period, value=10)
    assert "By the work plan" in client.get(reverse("results:indicator", args=[of.pk])).content.decode()


def test_the_dimensions_of_the_matrix_are_those_of_the_indicator(planned: Proposal) -> None:
    row = PlanIndicator.objects.filter(proposal=planned, removed_at=None).order_by("pk").first()
    assert row is not None and row.indicator is not None
    for code in ("sex", "status"):
        Dimension.objects.get_or_create(code=code, defaults={"name": code})
    row.indicator.dimensions.set(Dimension.objects.filter(code="status"))
    PlanIndicator.objects.filter(pk=row.pk).update(dimensions=["sex", "school year"])
    fresh = Proposal.objects.select_related("project__record").get(pk=planned.pk)
    for _again in range(2):
        register.write(fresh, by=SYSTEM)
        assert set(row.indicator.dimensions.values_list("code", flat=True)) == {"sex", "status"}
