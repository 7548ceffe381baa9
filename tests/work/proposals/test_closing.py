"""Reports that are owed to the donor, and the closure checklist."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record
from migov.work.proposals import closing as checklist
from migov.work.proposals.actions import closing, reporting
from migov.work.proposals.actions.closing import AnswerRefused
from migov.work.proposals.actions.reporting import ReportRefused
from migov.work.proposals.models import ClosureAnswer, DonorReport, Proposal
from migov.work.proposals.queries import running
from tests.factories import proposal


def carried_out(**fields: Any) -> Proposal:
    return proposal(**{"stage": "active", "starts": date(2026, 1, 1), "ends": date(2027, 2, 28), **fields})


def test_the_schedule_follows_the_dates_and_ends_with_the_final_report(db: None) -> None:
    reports = reporting.plan(carried_out(), every=6, days=30, days_final=90, by=SYSTEM)
    assert [(one.kind, one.starts, one.ends, one.due) for one in reports] == [
        ("both", date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 30)),
        ("both", date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 30)),
        ("final", date(2026, 1, 1), date(2027, 2, 28), date(2027, 5, 29)),
    ]


def test_what_was_sent_stays_when_the_schedule_is_made_anew(db: None) -> None:
    made = carried_out()
    first = reporting.plan(made, every=6, by=SYSTEM)[0]
    reporting.mark_sent(first, on=date(2026, 7, 20), note="By mail", by=SYSTEM)
    reports = reporting.plan(made, every=3, by=SYSTEM)
    assert (reports[0].starts, reports[0].ends) == (date(2026, 1, 1), date(2026, 6, 30))
    assert reports[0].sent_on is not None
    assert min(one.starts for one in reports if not one.sent_on and one.kind == "both") == date(2026, 7, 1)
    assert DonorReport.objects.filter(proposal=made, removed_at__isnull=False).exists(), (
        "the old ones are taken out, not deleted"
    )
    again = reporting.plan(made, every=3, by=SYSTEM)
    assert [(one.kind, one.starts, one.ends) for one in again] == [(one.kind, one.starts, one.ends) for one in reports]


def test_reports_are_late_soon_or_planned(db: None) -> None:
    today = timezone.localdate()
    made = carried_out()
    for days in (-1, 10, 60):
        day = today + timedelta(days=days)
        starts = day - timedelta(days=100 + days)
        reporting.add_report(made, kind="narrative", starts=starts, ends=day - timedelta(days=1), due=day, by=SYSTEM)
    assert [one.state for one in running.schedule_of(made, today)] == ["late", "soon", "planned"]


def test_the_desk_asks_what_is_due_of_projects_one_sees(people: dict[str, Any]) -> None:
    ana = people["ana"]
    made = carried_out(office=ana.memberships.get().office, visibility="office")
    reporting.add_report(
        made, kind="both", starts=date(2026, 1, 1), ends=date(2026, 6, 30), due=date(2026, 7, 30), by=SYSTEM
    )
    assert [one.proposal_id for one in running.reports_due(ana, date(2026, 8, 1))] == [made.pk]
    assert not running.reports_due(ana, date(2026, 7, 1))
    for name in ("boris", "ion", "jan", "nobody"):
        assert not running.reports_due(people[name], date(2026, 8, 1))


def test_what_cannot_be_is_refused_beside_its_field(db: None) -> None:
    made = carried_out()
    day = date(2026, 6, 30)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"kind": "poem", "starts": day, "ends": day, "due": day}, "kind"),
        ({"kind": "both", "starts": day, "ends": date(2026, 6, 1), "due": day}, "ends"),
        ({"kind": "both", "starts": day, "ends": day, "due": date(2026, 6, 1)}, "due"),
    ]
    for given, field in cases:
        with pytest.raises(ReportRefused) as refused:
            reporting.add_report(made, **given, by=SYSTEM)
        assert refused.value.field == field
    report = reporting.add_report(made, kind="both", starts=day, ends=day, due=day, by=SYSTEM)
    with pytest.raises(ReportRefused, match="already"):
        reporting.add_report(made, kind="both", starts=day, ends=day, due=day, by=SYSTEM)
    with pytest.raises(ReportRefused, match="future"):
        reporting.mark_sent(report, on=timezone.localdate() + timedelta(days=1), by=SYSTEM)
    reporting.mark_sent(report, on=day, by=SYSTEM)
    with pytest.raises(ReportRefused, match="stays"):
        reporting.remove_report(report, by=SYSTEM)
    reporting.mark_unsent(report, by=SYSTEM)
    reporting.remove_report(report, by=SYSTEM)
    with pytest.raises(ReportRefused, match="meanwhile"):
        reporting.mark_sent(report, on=day, by=SYSTEM)


@pytest.mark.parametrize("stage", ["idea", "proposal", "review", "closed", "rejected"])
def test_reports_are_planned_from_the_endorsement_on(db: None, stage: str) -> None:
    with pytest.raises(ReportRefused, match="from the endorsement on"):
        reporting.plan(carried_out(stage=stage), every=6, by=SYSTEM)


def test_answers_are_superseded_and_kept(people: dict[str, Any]) -> None:
    made = carried_out(owner=people["ana"], visibility="internal")
    closing.answer(made, question="results", done=False, note="Two values miss", by=people["ana"])
    closing.answer(made, question="results", done=True, by=people["ana"])
    closing.answer(made, question="results", done=True, by=people["ana"])
    answers = ClosureAnswer.objects.filter(proposal=made).order_by("pk")
    assert [(one.done, one.superseded_at is None) for one in answers] == [(False, False), (True, True)]
    line = next(one for one in checklist.lines(made) if one.question.code == "results")
    assert line.done
    assert line.answer is not None
    assert line.answer.by == people["ana"]


def test_the_checklist_knows_its_questions_and_its_time(db: None) -> None:
    made = carried_out()
    with pytest.raises(AnswerRefused, match="no such question"):
        closing.answer(made, question="weather", done=True, by=SYSTEM)
    Record.objects.filter(pk=made.pk).update(stage="closed")
    with pytest.raises(AnswerRefused, match="carried out"):
        closing.answer(made, question="results", done=True, by=SYSTEM)


@pytest.mark.parametrize("name", ["boris", "carla", "dora", "hana", "ion", "jan", "nobody"])
def test_others_change_nothing(people: dict[str, Any], name: str) -> None:
    made = carried_out(office=people["ana"].memberships.get().office, visibility="internal")
    day = date(2026, 6, 30)
    report = reporting.add_report(made, kind="both", starts=day, ends=day, due=day, by=SYSTEM)
    by = people[name]
    steps = [
        lambda: reporting.plan(made, every=6, by=by),
        lambda: reporting.add_report(made, kind="final", starts=day, ends=day, due=day, by=by),
        lambda: reporting.mark_sent(report, on=day, by=by),
        lambda: reporting.mark_unsent(report, by=by),
        lambda: reporting.remove_report(report, by=by),
        lambda: closing.answer(made, question="results", done=True, by=by),
    ]
    for step in steps:
        with pytest.raises(PermissionDenied):
            step()
