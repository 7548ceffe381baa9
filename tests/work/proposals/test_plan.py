"""The work plan: responsible, months, the Gantt chart, what is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from migov.foundation.records.models import Stage, Visibility
from migov.services.documents.charts import render_svg
from migov.work.proposals import gantt
from migov.work.proposals.actions import schedule
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.actions.ground import Closed, Conflict
from migov.work.proposals.models import PlanLevel, PlanResult, Proposal
from migov.work.proposals.queries import schedule as queries
from migov.work.proposals.queries.outline import outline
from tests.work.proposals.makers import paper, planned, tree

pytestmark = pytest.mark.django_db
People = dict[str, Any]
HTMX = {"HX-Request": "true"}


def activity(plan: Proposal) -> PlanResult:
    return plan.results.filter(level=PlanLevel.ACTIVITY).first()  # type: ignore[return-value]


@pytest.fixture
def plan(people: People) -> Proposal:
    made = paper(people["ana"], months=12, starts=date(2027, 1, 31), ends=None)
    tree(made)
    return made


def test_months_and_responsible_are_set_and_dated(people: People, plan: Proposal) -> None:
    schedule.set_months(activity(plan), was="", now="2 - 3", by=people["ana"])
    schedule.set_responsible(activity(plan), was="", now="Ministry of Labour", by=people["ana"])
    line = queries.lines(plan)[0]
    assert (line.number, line.first_month, line.last_month, line.responsible) == ("1.1.1", 2, 3, "Ministry of Labour")
    # Month 2 begins on the last day of February, month 4 on 30 April.
    assert (line.starts, line.ends) == (date(2027, 2, 28), date(2027, 4, 29))


@pytest.mark.parametrize(
    ("typed", "span"), [("5", (5, 5)), ("3–8", (3, 8)), ("3 to 8", (3, 8)), ("", None), (" 1—12 ", (1, 12))]
)
def test_months_are_read_as_people_write_them(typed: str, span: tuple[int, int] | None) -> None:
    assert schedule.months_of(typed) == span


@pytest.mark.parametrize("typed", ["8-3", "0-3", "1-121", "x", "1-2-3", "-1", "2.5"])
def test_months_that_cannot_be_are_refused(people: People, plan: Proposal, typed: str) -> None:
    with pytest.raises(WrongValue):
        schedule.set_months(activity(plan), was="", now=typed, by=people["ana"])
    assert activity(plan).first_month is None


def test_two_people_in_the_months_of_one_activity(people: People, plan: Proposal) -> None:
    schedule.set_months(activity(plan), was="", now="1-3", by=people["ana"])
    with pytest.raises(Conflict) as refused:
        schedule.set_months(activity(plan), was="", now="4-6", by=people["ana"])
    assert (refused.value.now, refused.value.mine) == ("1–3", "4–6")


def test_an_output_has_no_months(people: People, plan: Proposal) -> None:
    with pytest.raises(WrongValue):
        schedule.set_months(plan.results.get(title="Output number 1"), was="", now="1-3", by=people["ana"])


def test_what_is_missing_or_runs_beyond_the_end_is_said(people: People, plan: Proposal) -> None:
    schedule.set_months(activity(plan), was="", now="11-14", by=people["ana"])
    planned(plan, "output", "Idle", plan.results.get(level="outcome"))
    found = queries.findings(plan)
    assert [one.code for one in found] == [
        "plan-beyond-end", "activity-responsible", "activity-months", "activity-responsible", "plan-output-idle",
    ]  # fmt: skip
    assert "runs until month 14; the project lasts 12 months" in found[0].text


@pytest.mark.parametrize("starts", [None, date(2027, 1, 15)])
def test_the_chart_can_be_drawn_with_and_without_a_start(people: People, starts: date | None) -> None:
    plan = paper(people["ana"], months=30, starts=starts, ends=None)
    tree(plan, outputs=2, activities=2)
    assert gantt.chart(plan) is None
    for place, row in enumerate(plan.results.filter(level=PlanLevel.ACTIVITY)):
        row.first_month, row.last_month = place + 1, place + 29
        row.title = "Same words" if place else "A long title with <tags> & “marks” " * 4
        row.save()
    drawn = gantt.chart(plan)
    assert drawn is not None
    svg = render_svg(drawn.spec)
    assert ("Jan" in svg) is (starts is not None)
    assert "▸" in svg  # one runs until month 31 and more
    assert len(list(drawn.table.rows)) == 4
    assert "4 activities from month 1 to month 32" in drawn.alt


def test_the_page_saves_cells_draws_the_chart_and_adds_activities(
    people: People, plan: Proposal, client_for: Any
) -> None:
    ana, row = client_for(people["ana"]), activity(plan)
    at = f"/proposals/{plan.pk}/plan/"
    answer = ana.post(
        f"{at}activities/{row.pk}/",
        {"months": "1-3", "was-months": "", "responsible": "IOM", "was-responsible": ""},
        headers=HTMX,
    )
    assert f"{at}gantt.svg?v=" in answer.content.decode()
    assert "31" in answer.content.decode()
    assert ana.get(f"{at}gantt.svg")["Content-Type"] == "image/svg+xml"
    assert ana.get(f"{at}gantt.png").content.startswith(b"\x89PNG")
    assert ana.get(f"{at}gantt.gif").status_code == 404
    wrong = ana.post(f"{at}activities/{row.pk}/", {"months": "9-3", "was-months": "1–3"})
    assert wrong.status_code == 422
    assert 'value="9-3"' in wrong.content.decode()
    output = plan.results.get(title="Output number 2")
    assert ana.post(f"{at}outputs/{output.pk}/add/", {"title": "Study visit"}).status_code == 302
    assert plan.results.filter(parent=output, title="Study visit").exists()
    assert ana.post(f"{at}outputs/{output.pk}/add/", {"title": " "}).status_code == 422


def test_only_those_who_write_change_the_plan(people: People, plan: Proposal) -> None:
    for who in ("boris", "carla", "galina", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            schedule.set_months(activity(plan), was="", now="1", by=people[who])
        with pytest.raises(PermissionDenied):
            schedule.set_responsible(activity(plan), was="", now="x", by=people[who])
    shut = paper(people["ana"], stage=Stage.CLOSED)
    tree(shut)
    with pytest.raises(Closed):
        schedule.set_months(activity(shut), was="", now="1", by=people["ana"])


def test_outsiders_find_no_plan(people: People, client_for: Any, client: Client) -> None:
    plan = paper(people["ana"], visibility=Visibility.OFFICE)
    output = tree(plan)[0]
    at = f"/proposals/{plan.pk}/plan/"
    for rest in ("", "gantt.svg", "gantt.png"):
        assert "/accounts/login" in client.get(at + rest).url
        for who in ("nobody", "jan", "ion", "boris"):
            assert client_for(people[who]).get(at + rest).status_code == 404
    plan.project.record.visibility = Visibility.INTERNAL
    plan.project.record.save()
    boris = client_for(people["boris"])
    assert boris.get(at).status_code == 200
    assert boris.post(f"{at}outputs/{output.pk}/add/", {"title": "x"}).status_code == 403
    assert boris.post(f"{at}activities/{activity(plan).pk}/", {"months": "1", "was-months": ""}).status_code == 403


def test_the_plan_asks_no_more_for_two_hundred_activities(people: People, django_assert_num_queries: Any) -> None:
    made = paper(people["ana"])
    tree(made, outputs=10, activities=20)
    made = Proposal.objects.select_related("project__record").get(pk=made.pk)
    with django_assert_num_queries(1):
        rows = outline(made)
        known = queries.lines(made, rows)
        queries.findings(made, rows=rows, known=known)
        gantt.chart(made, rows=rows, known=known)
    assert len(known) == 200


def test_outcomes_are_counted_through_and_removed_branches_left_out(people: People) -> None:
    made = paper(people["ana"])
    for place in range(2):
        objective = planned(made, "objective", f"Objective {place}")
        planned(made, "output", "An output", planned(made, "outcome", "An outcome", objective))
    gone = planned(made, "outcome", "Gone", objective, removed_at=made.created_at)
    planned(made, "output", "Below what is gone", gone)
    assert [one.number for one in outline(made)] == ["", "1", "1.1", "", "2", "2.1"]
