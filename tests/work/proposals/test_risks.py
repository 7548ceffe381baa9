"""The risk register: scores, matrix, who may keep it and when, what the journal says of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from migov.foundation.records.models import JournalEntry, Stage, Visibility
from migov.work.proposals.actions import risks
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.actions.ground import Closed, Conflict, ProposalError
from migov.work.proposals.models import Risk
from migov.work.proposals.queries import risks as queries
from tests.work.proposals.makers import paper, risk

pytestmark = pytest.mark.django_db
People = dict[str, Any]
HTMX = {"HX-Request": "true"}


def test_risks_stand_by_score_with_closed_ones_last(people: People) -> None:
    plan = paper(people["ana"])
    risk(plan, "small", 1, 2)
    risk(plan, "settled", 5, 5, status="closed")
    risk(plan, "large", 4, 5)
    assert [(one.title, one.score, one.level) for one in queries.lines(plan)] == [
        ("large", 20, "severe"), ("small", 2, "low"), ("settled", 25, "severe"),
    ]  # fmt: skip
    assert [one.title for one in queries.lines(plan, "title")] == ["large", "settled", "small"]
    assert [one.title for one in queries.lines(plan, "-title")] == ["small", "settled", "large"]
    assert queries.lines(plan, "evil") == queries.lines(plan)


@pytest.mark.parametrize(
    ("score", "level"),
    [(1, "low"), (4, "low"), (5, "medium"), (9, "medium"), (10, "high"), (12, "high"), (15, "severe"), (25, "severe")],
)
def test_levels(score: int, level: str) -> None:
    assert queries.level_of(score)[0] == level


def test_the_matrix_counts_open_risks_where_they_stand(people: People) -> None:
    plan = paper(people["ana"])
    first = risk(plan, "a", 4, 5)
    risk(plan, "b", 4, 5)
    risk(plan, "c", 4, 5, status="closed")
    risk(plan, "d", 1, 1)
    cells = {
        (cell.likelihood, cell.impact): cell
        for _place, _label, row in queries.grid(queries.lines(plan))
        for cell in row
    }
    assert len(cells) == 25
    assert [one.pk for one in cells[4, 5].lines][:1] == [first.pk]
    assert (len(cells[4, 5].lines), len(cells[1, 1].lines), len(cells[5, 4].lines)) == (2, 1, 0)


def test_a_change_of_the_score_is_in_the_journal(people: People) -> None:
    one = risk(paper(people["ana"]), likelihood=2, impact=3)
    risks.change(one, field="likelihood", was="2", now="4", by=people["ana"])
    detail = JournalEntry.objects.get(verb="risk changed").detail
    assert (detail["field"], detail["was"], detail["now"], detail["score_was"], detail["score_now"]) == (
        "likelihood", "2", "4", 6, 12,
    )  # fmt: skip
    with pytest.raises(Conflict):
        risks.change(one, field="likelihood", was="2", now="5", by=people["ana"])


@pytest.mark.parametrize(
    ("field", "now"),
    [
        ("likelihood", "0"), ("impact", "6"), ("impact", ""), ("title", " "), ("treatment", "hope"), ("status", ""), ("order", "1"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(people: People, field: str, now: str) -> None:
    one = risk(paper(people["ana"]))
    was = str(getattr(one, field))
    with pytest.raises(WrongValue):
        risks.change(one, field=field, was=was, now=now, by=people["ana"])
    assert str(getattr(Risk.objects.get(), field)) == was


def test_high_risks_need_measures_and_an_owner(people: People) -> None:
    plan = paper(people["ana"])
    assert [one.code for one in queries.findings(plan)] == ["risk-none"]
    risk(plan, "high", 4, 4)
    risk(plan, "low", 1, 1, measures="watch")
    risk(plan, "settled", 5, 5, status="closed")
    assert [(one.code, one.severity) for one in queries.findings(plan)] == [
        ("risk-no-measures", "must"), ("risk-no-owner", "must"), ("risk-no-owner", "should"),
    ]  # fmt: skip


@pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING])
def test_the_register_is_kept_while_the_project_is_carried_out(people: People, stage: str) -> None:
    plan = paper(people["ana"], stage=stage)
    one = risk(plan)
    risks.change(one, field="status", was="open", now="happened", by=people["ana"])
    risks.change(
        one, field="owner", was="", now="Head of office", by=people["emil"]
    )  # M&E manages, and does not write proposals
    made = risks.add(plan, title="New", by=people["emil"])
    risks.remove(made, by=people["emil"])
    risks.put_back(made, by=people["emil"])
    for who in ("boris", "carla", "galina", "ion", "jan", "nobody"):
        assert not queries.may_edit(people[who], plan)
        with pytest.raises(PermissionDenied):
            risks.change(one, field="owner", was="Head of office", now="x", by=people[who])


@pytest.mark.parametrize("stage", [Stage.ENDORSED, Stage.CLOSED, Stage.WITHDRAWN, Stage.REJECTED])
def test_in_other_stages_it_is_closed(people: People, stage: str) -> None:
    plan = paper(people["ana"], stage=stage)
    one = risk(plan)
    for act in (
        lambda: risks.add(plan, title="x", by=people["ana"]), lambda: risks.remove(one, by=people["ana"]),
        lambda: risks.change(one, field="title", was="Staff leave", now="x", by=people["ana"]),
    ):  # fmt: skip
        with pytest.raises(Closed):
            act()


def test_before_the_decision_only_those_who_write(people: People) -> None:
    plan = paper(people["ana"])
    one = risk(plan)
    for who in ("boris", "carla", "galina", "ion", "jan", "nobody"):
        for act in (
            lambda who=who: risks.add(plan, title="x", by=people[who]), lambda who=who: risks.remove(one, by=people[who]),
            lambda who=who: risks.put_back(one, by=people[who]),
            lambda who=who: risks.change(one, field="title", was="Staff leave", now="x", by=people[who]),
        ):  # fmt: skip
            with pytest.raises(PermissionDenied):
                act()
    risks.remove(one, by=people["ana"])
    with pytest.raises(ProposalError, match="removed meanwhile"):
        risks.change(one, field="title", was="Staff leave", now="x", by=people["ana"])


def test_the_page_saves_adds_removes_and_tells_what_was_changed(people: People, client_for: Any) -> None:
    plan = paper(people["ana"])
    ana, at = client_for(people["ana"]), f"/proposals/{plan.pk}/risks/"
    assert "No risks yet" in ana.get(at).content.decode()
    assert ana.post(f"{at}add/", {"title": "Border closes", "likelihood": "4", "impact": "5"}).status_code == 302
    one = Risk.objects.get()
    answer = ana.post(f"{at}{one.pk}/", {"impact": "2", "was-impact": "5"}, headers=HTMX).content.decode()
    assert f'<span id="score-risk-{one.pk}" hx-swap-oob="true"><b>8</b>' in answer
    assert 'id="risk-grid"' in answer
    page = ana.get(f"{at}?sort=owner").content.decode()
    assert "score 20 → 8" in page
    assert "Impact: 5 → 2" in page
    wrong = ana.post(f"{at}add/", {"title": "", "likelihood": "4", "owner": "Kept"})
    assert wrong.status_code == 422
    assert 'value="Kept"' in wrong.content.decode()
    assert ana.post(f"{at}{one.pk}/", {"title": "", "was-title": "Border closes"}).status_code == 422
    ana.post(f"{at}{one.pk}/arrange/", {"do": "remove"})
    assert "1 removed risk" in ana.get(at).content.decode()
    ana.post(f"{at}{one.pk}/arrange/", {"do": "back"})
    one.refresh_from_db()
    assert (one.removed_at, one.title) == (None, "Border closes")


def test_outsiders_find_no_register(people: People, client_for: Any, client: Client) -> None:
    plan = paper(people["ana"], visibility=Visibility.OFFICE)
    at = f"/proposals/{plan.pk}/risks/"
    one = risk(plan)
    assert "/accounts/login" in client.get(at).url
    for who in ("nobody", "jan", "ion", "boris"):
        browser = client_for(people[who])
        assert browser.get(at).status_code == 404
        for rest in ("add/", f"{one.pk}/", f"{one.pk}/arrange/"):
            assert browser.post(at + rest, {"title": "x", "do": "remove"}).status_code == 404
    plan.project.record.visibility = Visibility.INTERNAL
    plan.project.record.save()
    boris = client_for(people["boris"])
    assert "data-row-editor" not in boris.get(at).content.decode()
    assert boris.post(f"{at}{one.pk}/", {"title": "x", "was-title": "Staff leave"}).status_code == 403


def test_the_page_asks_no_more_for_two_hundred_risks(
    people: People, client_for: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    plan = paper(people["ana"])
    ana, at = client_for(people["ana"]), f"/proposals/{plan.pk}/risks/"
    risk(plan)
    ana.get(at)  # what every process asks once
    with CaptureQueriesContext(connection) as few:
        ana.get(at)
    for number in range(199):
        risk(plan, f"Risk {number}")
    with django_assert_num_queries(len(few)):
        ana.get(at)
