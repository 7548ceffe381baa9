"""The review sheet: what was reviewed, by whom, what each said, what was asked and answered, and what was decided, as a document."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.models import User
from migov.foundation.places.actions import notes
from migov.foundation.shell.formats import day, moment
from migov.services.clearance.models import Clearance, CommentState, Decision, Submission
from migov.services.clearance.queries.rounds import Seat, Thread, clearance_for, content_of, seats, threads
from migov.services.clearance.queries.timeline import timeline
from migov.services.clearance.subjects import subject_of
from migov.services.documents import Block, Bullets, Column, Note, Paragraph, Report, Section, Strong, Table

KOSOVO = "Kosovo"


def review_sheet(clearance: Clearance | int, user: User) -> Report:
    """The review sheet of a clearance as it stands now. Raises Clearance.DoesNotExist, PermissionDenied for who may not see it."""
    found = clearance_for(user, clearance if isinstance(clearance, int) else clearance.pk)
    sitting = seats(found)
    said = threads(found)
    how = subject_of(found)
    blocks: list[Block] = [
        Section(_("The work"), [_facts(found, str(how.label))]),
        Section(_("Decision"), list(_decision(found))),
        Section(_("Verdicts"), [_verdicts(found, sitting)]),
    ]
    if how.checklist:
        blocks.append(Section(_("Checklist"), [_checklist(found, sitting)]))
    blocks += [
        Section(_("Comments and answers"), list(_comments(said))),
        Section(_("What happened"), [_story(found)]),
    ]
    record = found.record
    return Report(
        title=_("Review sheet: %s") % found.title,
        subtitle=" · ".join(
            part for part in (record.reference, str(record.office or ""), found.get_state_display()) if part
        ),
        organisation=getattr(settings, "MIGOV_ORGANISATION", ""),
        date=timezone.localdate(),
        blocks=blocks,
        notices=[_("Illustrative work, written for the demonstration.")] if record.illustrative else [],
        footnotes=_footnotes(found, said),
    )


def _facts(clearance: Clearance, label: str) -> Table:
    record = clearance.record
    rows = [
        (_("What is reviewed"), label),
        (_("Title"), clearance.title),
        (_("Reference"), record.reference or "–"),
        (_("Office"), str(record.office or "–")),
        (_("Handed in first"), f"{day(clearance.opened_at)}, {clearance.opened_by or 'migov'}"),
        (_("Rounds"), str(clearance.round)),
        (_("Decision due"), day(clearance.due)),
    ]
    return _pairs(_("The work"), rows)


def _pairs(caption: str, rows: list[tuple[str, str]]) -> Table:
    columns = [Column("what", _("What"), width=1), Column("says", _("Says"), width=3)]
    return Table(caption, columns, [{"what": what, "says": says} for what, says in rows])


def _decision(clearance: Clearance) -> Iterator[Block]:
    rows = list(
        Decision.objects.filter(submission__clearance=clearance)
        .select_related("by", "stood_in_for", "submission")
        .defer("submission__content")
    )
    if not rows and clearance.stands:
        yield Paragraph(_("Nothing has been decided yet."))
    for one in rows:
        who = str(one.by or "migov")
        if one.stood_in_for:
            who = _("%(by)s, in the place of %(other)s") % {"by": who, "other": one.stood_in_for}
        words = {"outcome": one.get_outcome_display(), "round": one.submission.number, "who": who, "at": moment(one.at)}
        yield Paragraph([Strong(_("Round %(round)s: %(outcome)s") % words), _(" – %(who)s, %(at)s") % words])
        yield from _paragraphs(one.reason)
        if one.overrode:
            yield Note(_("Decided without these verdicts: %s.") % one.missing, kind="warning")
    if not rows and not clearance.stands:
        yield Paragraph(
            f"{clearance.get_state_display()} – {clearance.ended_by or 'migov'}, {moment(clearance.ended_at)}"
        )
        yield from _paragraphs(clearance.reason)


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for part in text.split("\n\n"):
        if part.strip():
            yield Paragraph(" ".join(part.split()))


def _verdicts(clearance: Clearance, sitting: list[Seat]) -> Table:
    rows = []
    for seat in sitting:
        who = str(seat.review.reviewer or _("nobody named yet"))
        if seat.verdict and seat.stood_in and seat.verdict.by:
            who = _("%(by)s, in the place of %(other)s") % {"by": seat.verdict.by, "other": who}
        rows.append(
            {
                "seat": seat.review.seat if seat.review.required else _("%s (asked besides)") % seat.review.seat,
                "who": who,
                "verdict": seat.verdict.get_opinion_display() if seat.verdict else _("none yet"),
                "before": seat.before.get_opinion_display() if seat.before else "–",
                "note": seat.verdict.note if seat.verdict else "",
                "at": timezone.localdate(seat.verdict.recorded_at) if seat.verdict else None,
            }
        )
    columns = [
        Column("seat", _("Seat"), width=2),
        Column("who", _("Reviewer"), width=2),
        Column("verdict", _("Verdict"), width=1.5),
        Column("before", _("Before"), width=1.2),
        Column("note", _("Note"), width=3),
        Column("at", _("On"), kind="date", width=1.2),
    ]
    return Table(
        _("Verdicts on round %d") % clearance.round, columns, rows, empty_text=_("Nobody was asked to review.")
    )


def _checklist(clearance: Clearance, sitting: list[Seat]) -> Block:
    asked = [seat for seat in sitting if seat.review.reviewer_id and seat.answers]
    if not asked:
        return Paragraph(_("No question of the checklist has been answered on round %d.") % clearance.round)
    columns = [Column("question", _("Question"), width=3)]
    columns += [Column(f"seat{n}", str(seat.review.reviewer), width=1.5) for n, seat in enumerate(asked)]
    rows = []
    for question in subject_of(clearance).checklist:
        row: dict[str, str] = {"question": str(question.text)}
        for n, seat in enumerate(asked):
            answer = seat.answers.get(question.code)
            row[f"seat{n}"] = "–" if answer is None else _answer(answer.get_answer_display(), answer.note)
        rows.append(row)
    return Table(_("Checklist, round %d") % clearance.round, columns, rows)


def _answer(answer: str, note: str) -> str:
    return f"{answer}: {note}" if note else answer


def _comments(said: list[Thread]) -> Iterator[Block]:
    shown = [one for one in said if one.remark.state != CommentState.WITHDRAWN]
    if not shown:
        yield Paragraph(_("Nobody commented."))
        return
    places: dict[str, list[Thread]] = {}
    for one in shown:
        places.setdefault(one.remark.place, []).append(one)
    for place, those in places.items():
        yield Section(place, [block for one in those for block in _thread(one)])


def _thread(one: Thread) -> Iterator[Block]:
    remark = one.remark
    words = {"who": remark.by or "migov", "round": one.round, "state": remark.get_state_display(), "at": day(remark.at)}
    yield Paragraph([Strong(str(words["who"])), _(" – round %(round)s, %(at)s, %(state)s") % words])
    if remark.quote:
        yield Paragraph(_("On: “%s”") % " ".join(remark.quote.split()))
    yield from _paragraphs(remark.body)
    if remark.wording:
        yield Paragraph(_("Suggested wording: “%s”") % " ".join(remark.wording.split()))
    if one.answers:
        yield Bullets(
            [[Strong(str(answer.by or "migov")), f" ({day(answer.at)}): {answer.body}"] for answer in one.answers]
        )


def _story(clearance: Clearance) -> Table:
    columns = [
        Column("at", _("When"), width=1.3),
        Column("who", _("Who"), width=1.3),
        Column("what", _("What"), width=4),
    ]
    rows = [{"at": moment(one.at), "who": one.who, "what": one.words} for one in timeline(clearance)]
    return Table(_("What happened, in order"), columns, rows)


def _footnotes(clearance: Clearance, said: list[Thread]) -> list[str]:
    """Kosovo's footnote where it is named in what the sheet prints."""
    latest: Submission | None = clearance.submissions.order_by("-number").first()
    printed = [clearance.title, str(clearance.record.office or ""), clearance.reason]
    printed += [f"{one.remark.place} {one.remark.body} {one.remark.wording} {one.remark.quote}" for one in said]
    printed += [answer.body for one in said for answer in one.answers]
    if latest is not None:
        printed.append(content_of(latest).title)
    return [notes()["kosovo_footnote"]] if any(KOSOVO in text for text in printed) else []
