"""Answers of the sides, evidence and comments: appended and superseded, never changed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor, is_internal
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.files import actions as files
from migov.services.files import work as reading
from migov.services.files.actions import About
from migov.services.files.formats import NotAccepted
from migov.services.files.models import Document
from migov.work.governance.assess import ground
from migov.work.governance.assess.errors import AnswerConflict, AssessmentRefused
from migov.work.governance.models import (
    Answer,
    AnswerEvidence,
    Assessment,
    AssessmentState,
    Option,
    Question,
    QuestionComment,
    Side,
)

Kind = AnswerEvidence.Kind
STATES = {
    Side.GOVERNMENT: (AssessmentState.ANSWERING,),
    Side.OFFICE: (AssessmentState.ANSWERING,),
    Side.AGREED: (AssessmentState.VALIDATION,),
}
WORDS = ("title", "place", "address", "url", "quote", "figure", "source")
LONGEST = {"title": 300, "place": 200, "address": 300, "url": 1000, "figure": 100, "source": 300}


@transaction.atomic
def answer(
    assessment: Assessment | int, question: Question | str, *, side: str, option: str, number: int, by: Actor, note: str = "",
    disputed: bool = False,
) -> Answer | None:  # fmt: skip
    """Answer a question for a side. option: the code of an option; empty takes the answer back. number: of the side's answer that was on
    the screen, 0 for none: where another came meanwhile and says something else, nothing is saved.

    disputed: on the agreed side, that both maintain their answers; the note says so in words. The sides answer while the assessment is
    being answered, the agreed answer is given in validation. Returns the answer that stands, None where there was none to take back.
    Raises AnswerConflict, AssessmentRefused (with the field), PermissionDenied.
    """
    spoken = Side(side)
    found = ground.held(assessment, by, ground.ANSWER[spoken])
    if spoken == Side.OFFICE and not is_internal(by):
        raise PermissionDenied(_("Only the office answers for the office."))
    ground.require_state(found, *STATES[spoken])
    asked = ground.question_of(found, question)
    chosen = _option(asked, option)
    note = ground.text(note, "note")
    if disputed and spoken != Side.AGREED:
        raise AssessmentRefused(_("A disagreement is recorded in validation."), "disputed")
    if disputed and not note:
        raise AssessmentRefused(_("Say in words what each side maintains."), "note")
    now = Answer.objects.current().filter(assessment=found, question=asked, side=spoken).first()
    same = (now is None and not (chosen or note or disputed)) or (
        now is not None and (now.option_id, now.note, now.disputed) == (chosen.pk if chosen else None, note, disputed)
    )
    if same:
        return now
    if now is not None and now.number != number:
        raise AnswerConflict(
            _("This was answered meanwhile; yours is not saved yet."), stands=now, option=chosen, note=note
        )
    return record(found, asked, spoken, chosen, note, disputed, now, by)


def record(
    found: Assessment, asked: Question, side: Side, chosen: Option | None, note: str, disputed: bool, now: Answer | None, by: Actor
) -> Answer:  # fmt: skip
    """Append an answer in the place of the one that stands. The caller holds the assessment and has asked for the permission."""
    at = timezone.now()
    if now is not None:
        Answer.objects.filter(pk=now.pk).update(superseded_at=at)
    made = Answer.objects.create(
        assessment=found, question=asked, side=side, option=chosen, note=note, disputed=disputed, by=ground.person(by),
        number=now.number + 1 if now is not None else 1, recorded_at=at,
    )  # fmt: skip
    detail = {"question": asked.code, "side": str(side), "option": chosen.code if chosen else "", "note": note}
    journal.write(
        "answered", by=by, record=found.record, detail=detail | ({"disputed": True} if disputed else {}), at=at
    )
    return made


def _option(asked: Question, code: str) -> Option | None:
    if not code:
        return None
    chosen = asked.options.filter(code=code).first()
    if chosen is None:
        raise AssessmentRefused(_("Choose one of the answers."), "option")
    return chosen


def _side(by: Actor, found: Assessment) -> Side:
    side = ground.side_of(by, found.record)
    if side is None:
        raise PermissionDenied(_("You take no part in this assessment."))
    return side


@transaction.atomic
def add_evidence(
    assessment: Assessment | int, question: Question | str, *, kind: str, title: str, by: Actor, record: Record | int | None = None,
    document: Document | None = None, file: File | None = None, **said: Any,
) -> AnswerEvidence:  # fmt: skip
    """Add what shows an answer to be right. said: place, address, url, quote, figure, source, as_of (see AnswerEvidence).

    file: kept as a document of the assessment. A record or document must be one that `by` may see. Raises AssessmentRefused (with the
    field), PermissionDenied.
    """
    found = ground.held(assessment, by, ground.DISCUSS)
    ground.require_state(found, *ground.OPEN)
    asked = ground.question_of(found, question)
    side = _side(by, found)
    if kind not in Kind.values:
        raise AssessmentRefused(_("Choose what kind of evidence it is."), "kind")
    given: dict[str, Any] = {"as_of": said.get("as_of")}
    for name in WORDS:
        value = title if name == "title" else str(said.get(name) or "")
        given[name] = ground.text(value, name) if name == "quote" else ground.one_line(value, name, LONGEST[name])
    if file is not None:
        document = _kept(found, file, given["title"], by)
    if document is not None:
        if not Document.objects.visible_to(by).filter(pk=document.pk).exists():  # type: ignore[arg-type]
            raise AssessmentRefused(_("There is no such document, or you may not see it."), "document")
        given["title"] = given["title"] or document.record.title
    key = record.pk if isinstance(record, Record) else record
    if key is not None and not Record.objects.visible_to(by).standing().filter(pk=key).exists():  # type: ignore[arg-type]
        raise AssessmentRefused(_("There is no such piece of work, or you may not see it."), "record")
    _complete(kind, given, document, key)
    same = AnswerEvidence.objects.current().filter(assessment=found, question=asked, kind=kind, record=key, **given)
    if (same.filter(document=document) if file is None else same.none()).exists():
        raise AssessmentRefused(_("This stands here already."), "title")
    made = AnswerEvidence.objects.create(
        assessment=found, question=asked, side=side, kind=kind, record_id=key, document=document, by=ground.person(by), **given
    )  # fmt: skip
    detail = {"question": asked.code, "kind": kind, "title": made.title, "evidence": made.pk}
    journal.write("evidence added", by=by, record=found.record, detail=detail)
    return made


def _kept(found: Assessment, file: File, title: str, by: Actor) -> Document:
    try:
        document = files.add(found.record, file, by=by, about=About(title=title))
    except NotAccepted as refused:
        raise AssessmentRefused(str(refused), "file") from None
    reading.read_soon(document, by=by)
    return document


def _complete(kind: str, given: dict[str, Any], document: Document | None, record: int | None) -> None:
    if not given["title"]:
        raise AssessmentRefused(_("Say what it is."), "title")
    if kind == Kind.LINK and not given["url"]:
        raise AssessmentRefused(_("Give the address of the page."), "url")
    if given["url"]:
        try:
            URLValidator(schemes=["http", "https"])(given["url"])
        except ValidationError:
            raise AssessmentRefused(_("Write an address that begins with https:// or http://."), "url") from None
    if kind == Kind.FIGURE and not (given["figure"] and given["source"]):
        raise AssessmentRefused(
            _("Give the figure with its unit, and its source."), "source" if given["figure"] else "figure"
        )
    if given["address"] and not (given["address"].startswith("/") and not given["address"].startswith("//")):
        raise AssessmentRefused(_("This is no address inside migov."), "address")
    if kind == Kind.DOCUMENT and document is None and record is None and not given["url"]:
        raise AssessmentRefused(_("Choose a file, or give the address where the document is."), "file")
    if kind == Kind.WORK and record is None:
        raise AssessmentRefused(_("Choose the piece of work."), "record")


@transaction.atomic
def remove_evidence(assessment: Assessment | int, key: int, *, by: Actor) -> None:
    """Take a piece of evidence away; it stays in the history. A focal point takes away what its own side added.

    Raises AssessmentRefused, PermissionDenied.
    """
    found = ground.held(assessment, by, ground.DISCUSS)
    ground.require_state(found, *ground.OPEN)
    row = AnswerEvidence.objects.current().filter(assessment=found, pk=key).select_related("question").first()
    if row is None:
        raise AssessmentRefused(_("It was taken away already."))
    if _side(by, found) == Side.GOVERNMENT and row.side != Side.GOVERNMENT:
        raise PermissionDenied(_("This was added by the office."))
    AnswerEvidence.objects.filter(pk=row.pk).update(superseded_at=timezone.now())
    detail = {"question": row.question.code, "kind": row.kind, "title": row.title, "evidence": row.pk}
    journal.write("evidence taken away", by=by, record=found.record, detail=detail)


@transaction.atomic
def comment(
    assessment: Assessment | int, question: Question | str, *, text: str, by: Actor, internal: bool = False
) -> QuestionComment:
    """Say something about a question. internal: for the office only. Raises AssessmentRefused (with the field), PermissionDenied."""
    found = ground.held(assessment, by, ground.DISCUSS)
    ground.require_state(found, *ground.OPEN, AssessmentState.CLEARANCE)
    asked = ground.question_of(found, question)
    side = _side(by, found)
    said = ground.text(text, "text")
    if not said:
        raise AssessmentRefused(_("Write something."), "text")
    if internal and side != Side.OFFICE:
        raise AssessmentRefused(_("Only the office keeps internal notes."), "internal")
    made = QuestionComment.objects.create(
        assessment=found, question=asked, text=said, internal=internal, side=side, by=ground.person(by)
    )
    journal.write("commented", by=by, record=found.record, detail={"question": asked.code, "internal": internal})
    return made


@transaction.atomic
def withdraw_comment(assessment: Assessment | int, key: int, *, by: Actor) -> None:
    """Take back a comment of one's own. Raises AssessmentRefused, PermissionDenied."""
    found = ground.held(assessment, by, ground.DISCUSS)
    mine = QuestionComment.objects.current().filter(assessment=found, pk=key, by_id=by.pk)
    row = mine.select_related("question").first() if by.pk is not None else None
    if row is None:
        raise AssessmentRefused(_("Only your own comments can be taken back."))
    mine.update(superseded_at=timezone.now())
    journal.write("comment taken back", by=by, record=found.record, detail={"question": row.question.code})
