"""The life of a report: who starts, writes and delivers it, what is refused, and its way through clearance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry, Record, Visibility
from migov.services.clearance import actions as clearance
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance.content import Rows
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused, subject_of
from migov.services.notices.models import Notice
from migov.services.writing.errors import ClosedMeanwhile, TextConflict
from migov.work.reports import content, integrity, reading, reminders, subject
from migov.work.reports.actions import life, writing
from migov.work.reports.actions.ground import ReportRefused
from migov.work.reports.models import Report, ReportState, ReportType, Section
from tests.factories import project
from tests.work.reports.makers import ENDS, Ground, correct, ground

pytestmark = pytest.mark.django_db
INSIDE_OFFICE = {"ana", "dana"}


@pytest.fixture
def at() -> Ground:
    return ground()


def state(report: Report) -> str:
    return Report.objects.get(pk=report.pk).state


def verbs(report: Report) -> list[str]:
    return list(JournalEntry.objects.filter(record_id=report.pk).order_by("pk").values_list("verb", flat=True))


# Starting and changing


def test_a_report_takes_office_places_and_owner_from_its_project_and_who_starts_it(at: Ground) -> None:
    made = at.report()
    record = made.record
    assert (record.office, record.parent, record.owner) == (
        at.project.record.office,
        at.project.record,
        at.people["ana"],
    )
    assert record.title == "Interim report: AL-001, 2025"
    assert [one.place.code for one in record.places.all()] == ["ALB"]
    assert (record.visibility, record.starts, record.ends) == (Visibility.INTERNAL, made.starts, made.ends)
    assert verbs(made) == ["created"]


def test_a_report_on_a_project_kept_to_its_office_is_kept_there_too() -> None:
    at = ground(visibility=Visibility.OFFICE)
    assert at.report().record.visibility == Visibility.OFFICE


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends": date(2024, 1, 1)}, "ends"), ({"due": date(2023, 1, 1)}, "due"), ({"type": "diary"}, "type"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(at: Ground, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ReportRefused) as refused:
        at.report(**wrong)
    assert refused.value.field == field


def test_the_same_report_is_not_begun_twice(at: Ground) -> None:
    made = at.report()
    with pytest.raises(ReportRefused, match="already"):
        at.report()
    life.take_out(made, reason="By mistake", by=at.people["ana"])
    assert at.report().pk != made.pk


def test_the_owner_works_for_the_office(at: Ground) -> None:
    with pytest.raises(ReportRefused, match="works for the office"):
        at.report(owner=at.people["ion"])


def test_a_line_of_the_donors_schedule_is_answered_once(at: Ground) -> None:
    owed = at.owed(due=date(2026, 2, 15))
    made = at.report(owed=owed, due=None)
    assert made.due == date(2026, 2, 15)
    with pytest.raises(ReportRefused, match="answers this line already"):
        at.report(ReportType.DONOR_FINAL, owed=owed)
    life.take_out(made, reason="Another is written", by=at.people["ana"])
    assert at.report(owed=owed).owed == owed


def test_an_internal_report_answers_no_line_of_the_schedule(at: Ground) -> None:
    with pytest.raises(ReportRefused, match="internal"):
        at.report(ReportType.ANNUAL, owed=at.owed())


def test_period_due_day_and_owner_are_changed_and_the_journal_says_how(at: Ground) -> None:
    made, dana = at.report(), at.people["dana"]
    assert not life.change(made, {"due": made.due}, by=dana)
    changed = life.change(made, {"due": date(2026, 3, 1), "owner": dana, "title": "A report"}, by=dana)
    assert changed["due"] == ["2026-01-31", "2026-03-01"]
    made = Report.objects.select_related("record").get(pk=made.pk)
    assert (made.due, made.record.owner, made.record.title) == (date(2026, 3, 1), dana, "A report")
    with pytest.raises(ReportRefused) as refused:
        life.change(made, {"title": "  "}, by=dana)
    assert refused.value.field == "title"
    assert verbs(made) == ["created", "changed"]


def test_title_and_period_stay_while_reviewers_have_them_before_them(at: Ground) -> None:
    made = at.report()
    at.write_all(made)
    at.hand_in(made)
    for wrong in ({"title": "Another"}, {"ends": date(2025, 6, 30)}):
        with pytest.raises(ReportRefused, match="Reviewers have this before them"):
            life.change(made, wrong, by=at.people["ana"])
    assert life.change(made, {"due": date(2026, 4, 1)}, by=at.people["ana"])


def test_only_what_is_being_written_is_taken_out(at: Ground) -> None:
    made = at.report()
    with pytest.raises(ReportRefused, match="why"):
        life.take_out(made, reason=" ", by=at.people["ana"])
    at.write_all(made)
    at.hand_in(made)
    with pytest.raises(ReportRefused):
        life.take_out(made, reason="Not needed", by=at.people["ana"])


def test_the_database_keeps_what_must_hold(at: Ground) -> None:
    made = at.report()
    for wrong in ({"state": "delivered"}, {"state": "endorsed"}, {"ends": date(2020, 1, 1)}, {"delivered_on": ENDS}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=made.pk).update(**wrong)


# Who may


def tried(act: Callable[[User], object], by: User) -> bool:
    """Whether an act is allowed, undone again."""
    try:
        with transaction.atomic():
            act(by)
            transaction.set_rollback(True)
    except PermissionDenied:
        return False
    return True


def test_who_may_start_write_and_take_out(at: Ground) -> None:
    made = at.report()
    regional_mande = {"emil", "kim"}
    acts: dict[str, tuple[Callable[[User], object], set[str]]] = {
        "start": (lambda by: at.report(ReportType.ANNUAL, by=by), {*INSIDE_OFFICE, *regional_mande}),
        "write": (lambda by: writing.write(made, "summary", text="Words", by=by), {*INSIDE_OFFICE, *regional_mande}),
        "open": (lambda by: writing.open_section(made, "summary", token="t", by=by), {*INSIDE_OFFICE, *regional_mande}),
        "sentences": (lambda by: writing.take_sentences(made, "finance", by=by), {*INSIDE_OFFICE, *regional_mande}),
        "change": (lambda by: life.change(made, {"title": "New"}, by=by), {*INSIDE_OFFICE, *regional_mande}),
        "take out": (lambda by: life.take_out(made, reason="So", by=by), {*INSIDE_OFFICE, *regional_mande}),
    }
    for name, (act, may) in acts.items():
        assert {who for who, person in at.people.items() if tried(act, person)} == may, name


def test_who_owns_the_report_writes_it_and_who_manages_the_project_delivers_it(at: Ground) -> None:
    made = at.report(owner=at.people["carla"])
    writing.write(made, "summary", text="Words of Carla", by=at.people["carla"])
    ready = at.endorsed(made)
    today = timezone.localdate()
    may = {who for who, person in at.people.items() if tried(lambda by: life.deliver(ready, on=today, by=by), person)}
    assert may == {"ana", "dana", "emil", "kim"}


def test_figures_are_checked_by_who_writes(at: Ground) -> None:
    made = at.report()
    writing.write(made, "summary", text="Words", by=at.people["ana"])
    may = {
        who
        for who, person in at.people.items()
        if tried(lambda by: writing.figures_seen(made, "summary", by=by), person)
    }
    assert may == {"ana", "dana", "emil", "kim"}


# Writing


def test_two_who_write_do_not_overwrite_each_other(at: Ground) -> None:
    made, ana, dana = at.report(), at.people["ana"], at.people["dana"]
    row, _lock = writing.open_section(made, "summary", token="a", by=ana)
    writing.save(row, text="Ana writes.", revision=0, token="a", by=ana)
    with pytest.raises(TextConflict) as conflict:
        writing.save(row, text="Dana writes.", revision=0, token="d", by=dana)
    assert conflict.value.kept.text == "Dana writes."
    assert Section.objects.get(pk=row.pk).text == "Ana writes."
    assert any(one.code == "text-aside" for one in reading.findings(made))


def test_words_are_kept_when_the_report_was_endorsed_meanwhile(at: Ground) -> None:
    made = at.endorsed(at.report())
    row = Section.objects.get(report=made, code="summary")
    with pytest.raises(ClosedMeanwhile) as closed:
        writing.save(row, text="Too late.", revision=row.revision, token="a", by=at.people["ana"])
    assert closed.value.kept.text == "Too late."


def test_a_text_of_an_outcome_that_was_taken_out_is_kept_and_leaves_the_report(at: Ground) -> None:
    made = at.report()
    code = f"result-{at.output.pk}"
    writing.write(made, code, text="It was good.", by=at.people["ana"])
    Record.objects.filter(pk=at.output.pk).update(removed_at=timezone.now())
    assert all(one.part.code != code for one in reading.sections_of(made))
    ((kept, _title, blocks),) = reading.carried(made, [one.part for one in reading.sections_of(made)])
    assert (kept, blocks[0].items) == (code, ("It was good.",))


# Clearance


def test_an_empty_report_is_not_handed_in_and_each_section_says_why(at: Ground) -> None:
    made = at.report()
    with pytest.raises(clearance.Hindered) as hindered:
        at.hand_in(made)
    assert len(hindered.value.reasons) == sum(one.part.required for one in reading.sections_of(made))
    assert state(made) == ReportState.DRAFT


def test_what_is_handed_in_keeps_its_figures(at: Ground) -> None:
    made = at.report()
    at.write_all(made)
    submission = at.hand_in(made)
    assert state(made) == ReportState.REVIEW
    correct(at.assisted, 2025, 368)
    at.decide(submission.clearance)
    ready = Report.objects.select_related("submission", "record", "project__record").get(pk=made.pk)
    assert ready.state == ReportState.ENDORSED
    said = subject.endorsed_content(ready)
    assert said is not None
    lines = {line.anchor: line for one in said.parts if isinstance(one, Rows) for line in one.lines}
    assert lines[f"indicator:{at.assisted.pk}"].values["actual"] == 640


def test_who_decides_is_told_of_figures_and_words_that_changed_since(at: Ground) -> None:
    made = at.report()
    at.write_all(made)
    standing = at.hand_in(made).clearance
    assert not subject.flags(standing)
    correct(at.assisted, 2025, 368)
    (flag,) = subject.flags(standing)
    assert "Progress against targets" in flag.text and not flag.serious
    writing.write(made, "summary", text="Other words.", by=at.people["ana"])
    assert [one.serious for one in subject.flags(standing)] == [True, False]
    with pytest.raises(Refused, match="Summary"):
        at.decide(standing)
    at.hand_in(made, seen_round=1)
    at.decide(standing)
    assert state(made) == ReportState.ENDORSED


def test_sent_back_or_taken_back_it_is_a_draft_again(at: Ground) -> None:
    made = at.report()
    at.write_all(made)
    standing = at.hand_in(made).clearance
    at.decide(standing, "returned")
    assert state(made) == ReportState.DRAFT
    again = at.hand_in(made, seen_round=1, note="As it was")
    assert (state(made), again.number) == (ReportState.REVIEW, 2)
    clearance.take_back(standing, reason="More to say", by=at.people["ana"])
    assert state(made) == ReportState.DRAFT
    third = at.hand_in(made)
    at.decide(third.clearance, "refused")
    assert state(made) == ReportState.DRAFT


def test_reviewers_are_asked_by_rule_answer_the_checklist_and_suggest_words(at: Ground) -> None:
    made = at.report()
    at.write_all(made)
    standing = at.hand_in(made).clearance
    assert "Monitoring and evaluation" in {one.seat for one in standing.reviews.all()}
    questions = subject_of(standing).checklist
    assert 8 <= len(questions) <= 10
    anchors = content.content(made).anchors()
    for question in questions:
        assert any(anchor in anchors for anchor in question.anchors), question.code
    remark = clearance.comment(
        standing, round=1, anchor="section:summary", quote="heard", body="Say how.", wording="listened to", by=at.people["emil"]
    )  # fmt: skip
    clearance.accept_wording(remark, by=at.people["ana"])
    assert "listened to" in Section.objects.get(report=made, code="summary").text
    assert clearance_queries.threads(standing)


def test_figures_are_not_changed_by_a_suggested_wording(at: Ground) -> None:
    made = at.report()
    at.write_all(made)
    standing = at.hand_in(made).clearance
    with pytest.raises(Refused, match="come from the register"):
        subject.accept(standing, f"indicator:{at.assisted.pk}", "640", "700", at.people["ana"])


def test_the_brief_says_what_it_is_about_in_a_few_lines(at: Ground) -> None:
    made = at.report()
    at.write_all(made)
    said = dict(subject.brief(content.content(made)))
    assert said["Project"] == "Guardians for children"
    assert said["Period"] == "2025"
    assert said["Summary"].startswith("Guardians were named")


# Delivery


def test_delivery_is_noted_once_and_marks_the_donors_schedule(at: Ground) -> None:
    owed, today = at.owed(), timezone.localdate()
    ready = at.endorsed(at.report(owed=owed))
    for wrong in (today + timedelta(days=1), today - timedelta(days=30)):
        with pytest.raises(ReportRefused) as refused:
            life.deliver(ready, on=wrong, by=at.people["ana"])
        assert refused.value.field == "on"
    life.deliver(ready, on=today, note="By mail to the desk officer", by=at.people["ana"])
    owed.refresh_from_db()
    assert (owed.sent_on, owed.note) == (today, "By mail to the desk officer")
    with pytest.raises(ReportRefused, match="Only a report that is endorsed"):
        life.deliver(ready, on=today, by=at.people["ana"])
    assert verbs(ready)[-1] == "delivered"


def test_a_draft_is_not_delivered(at: Ground) -> None:
    with pytest.raises(ReportRefused):
        life.deliver(at.report(), on=timezone.localdate(), by=at.people["ana"])


def test_a_delivered_report_is_not_handed_in_again(at: Ground) -> None:
    ready = at.endorsed(at.report())
    with pytest.raises(clearance.Hindered, match="already"):
        at.hand_in(ready)
    assert Clearance.objects.filter(record=ready.record).count() == 1


# Reminders


def test_owners_are_reminded_once_before_and_once_after_the_due_day(at: Ground) -> None:
    at.report(due=date(2026, 1, 31), owner=at.people["dana"])
    assert reminders.remind(date(2026, 1, 10)) == {}
    assert reminders.remind(date(2026, 1, 20)) == {"reports due": 1}
    assert reminders.remind(date(2026, 1, 21)) == {}
    assert reminders.remind(date(2026, 2, 2)) == {"reports late": 2}
    told = Notice.objects.filter(kind="report-due").order_by("pk")
    assert sorted(one.person.username for one in told) == ["ana", "dana", "dana"]
    assert "Late since 31" in told.last().title  # type: ignore[union-attr]


def test_nobody_is_reminded_of_what_was_delivered(at: Ground) -> None:
    ready = at.endorsed(at.report())
    life.deliver(ready, on=timezone.localdate(), by=SYSTEM)
    assert reminders.remind(timezone.localdate() + timedelta(days=365)) == {}


def test_the_integrity_of_reports_can_be_asked(at: Ground) -> None:
    made = at.report()
    assert not list(integrity.findings())
    Record.objects.filter(pk=made.pk).update(parent=project().record)
    assert "not a part of the project" in next(iter(integrity.findings()))
