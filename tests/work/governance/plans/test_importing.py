"""Actions are read from a spreadsheet with a preview; bad rows are named by row and column; nothing is added in part."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.models import User
from migov.services.files.workbooks import Unreadable
from migov.work.governance.models import PlanAction
from migov.work.governance.plans import importing, queries, sheets
from migov.work.governance.plans.ground import Conflict
from migov.work.governance.plans.queries import Asked
from tests.work.governance.plans.making import action, plan

pytestmark = pytest.mark.django_db
People = dict[str, User]
GOOD = """Work plan of the network;;;;;;;
No.;Activity;Lead entity;GCM objectives;Status;Due date;Budget;Currency;Colour
1.1;Train inspectors;ILO;GCM 6; under way;2026-12-31;40 000;USD;blue
1.2;Count people;IOM;Objective 1, 3;;31.12.2027;;;
"""
BAD = """Number,Action,State,Reason,Begins,Due,Needed,Currency,Objectives
1,,planned,,,,,,
2,Do it,odd,,,,,,
3,Do it,stopped,,,,,,
4,Do it,,,2026-05-01,2026-04-01,,,
5,Do it,,,,soon,,,
6,Do it,,,,,many,USD,
7,Do it,,,,,5,,
8,Do it,,,,,,,GCM 99
8,Do it again,,,,,,,
9,Fine,,,,,,,
"""


def table(text: str) -> importing.Table:
    data = text.encode()
    return importing.read(io.BytesIO(data), "plan.csv", len(data))


def test_rows_become_actions(people: People) -> None:
    made = plan()
    read = table(GOOD)
    found = importing.plan(made, read, by=people["fatos"])
    assert (found.bad, found.unknown) == ([], ["Colour"])
    assert importing.apply(made, read, [3, 4], by=people["fatos"], came_from="plan.csv") == 2
    first, second = made.actions.all()
    assert (first.code, first.state, first.needed, first.currency) == ("1.1", "begun", Decimal(40000), "USD")
    assert [one.code for one in second.objectives.all()] == ["1", "3"]
    assert first.updates.get().text == "As read from plan.csv."
    assert not second.updates.exists()


def test_bad_rows_are_named_by_row_and_column(people: People) -> None:
    found = importing.plan(plan(), table(BAD), by=people["fatos"])
    assert [(row.number, [column for column, _text in row.problems]) for row in found.bad] == [
        (2, ["Action"]), (3, ["State"]), (4, ["Reason"]), (5, ["Due"]), (6, ["Due"]), (7, ["Needed"]), (8, ["Currency"]),
        (9, ["Objectives"]), (10, ["Number"]),
    ]  # fmt: skip
    assert [row.number for row in found.good] == [11]


def test_a_plan_that_changed_since_the_preview_is_looked_at_anew(people: People) -> None:
    made = plan()
    action(made, code="1.1")
    with pytest.raises(Conflict):
        importing.apply(made, table(GOOD), [3, 4], by=people["fatos"])
    assert PlanAction.objects.count() == 1


def test_a_file_without_the_heading_says_what_is_looked_for() -> None:
    with pytest.raises(Unreadable, match="heading “Action”"):
        table("one,two\n1,2\n")


def test_who_may_not_write_the_plan_sees_no_preview(people: People) -> None:
    with pytest.raises(PermissionDenied):
        importing.plan(plan(), table(GOOD), by=people["ion"])


def test_what_was_exported_is_read_in_again(people: People) -> None:
    from migov.services.documents.listing import xlsx_response

    made, other = plan(), plan("ALB")
    action(
        made,
        "Train inspectors",
        ["6", "7"],
        code="1",
        lead="ILO",
        needed=Decimal("12.50"),
        currency="EUR",
        state="done",
    )
    report = sheets.plan_list(made, queries.actions(Asked(), people["fatos"], made), base_url="")
    data = xlsx_response(report).content
    read = importing.read(io.BytesIO(data), "again.xlsx", len(data))
    found = importing.plan(other, read, by=people["fatos"])
    assert (found.bad, found.unknown) == ([], [])
    importing.apply(other, read, [row.number for row in found.good], by=people["fatos"])
    one = other.actions.get()
    assert (one.code, one.lead, one.needed, one.state) == ("1", "ILO", Decimal("12.50"), "done")
    assert [each.code for each in one.objectives.all()] == ["6", "7"]


def test_the_same_file_once_more_adds_nothing(people: People) -> None:
    made, text = plan(), "Action,Lead\nTrain inspectors,ILO\nTrain inspectors,IOM\n"
    assert importing.apply(made, table(text), [2, 3], by=people["fatos"]) == 2
    again = importing.plan(made, table(text), by=people["fatos"])
    assert not again.good
    assert [row.problems[0][1] for row in again.bad] == ["This very action is in the plan already."] * 2


def test_many_rows_are_added_in_few_queries(people: People, django_assert_max_num_queries) -> None:
    made = plan()
    text = "Action,Objectives,State\n" + "".join(f"Action {at},GCM 6; GCM 8,done\n" for at in range(150))
    with django_assert_max_num_queries(30):
        assert importing.apply(made, table(text), range(2, 152), by=people["fatos"]) == 150
    assert [one.order for one in made.actions.order_by("order")] == list(range(1, 151))
    last = made.actions.get(text="Action 149")
    assert {one.code for one in last.objectives.all()} == {"6", "8"}
    assert (last.state, last.updates.get().state) == ("done", "done")
