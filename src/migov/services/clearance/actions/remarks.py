"""Remarks on a place of the work, answers to them, and what becomes of them."""

from __future__ import annotations

import re

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.services.clearance.actions import ground
from migov.services.clearance.content import Rows, from_json, words_at
from migov.services.clearance.errors import StaleRound
from migov.services.clearance.models import Clearance, Comment, CommentState, Review, Submission
from migov.services.clearance.queries.people import stands_in_for
from migov.services.clearance.subjects import Refused, subject_of

UNSETTLED = (CommentState.OPEN, CommentState.ANSWERED)


@transaction.atomic
def comment(
    clearance: Clearance | int,
    *,
    round: int,
    anchor: str,
    body: str = "",
    quote: str = "",
    wording: str = "",
    by: Actor,
) -> Comment:
    """Remark on a place of a round. quote: the words it is about; wording: what to say instead of them.

    A wording without a quote stands for the title of a row. A remark on an earlier round is kept with that round. Raises Refused for a
    place that is not in it, words that do not stand there, or a remark that says nothing; StaleRound for a round that does not exist,
    Ended, PermissionDenied.
    """
    clearance = ground.lock(clearance)
    access.require(by, "clearance.comment", clearance.record)
    ground.need_standing(clearance)
    submission = clearance.submissions.filter(number=round).first()
    if submission is None:
        raise StaleRound(clearance, round)
    body, wording, quote = ground.plain(body), ground.plain(wording), quote.replace("\x00", "")
    if not body and not wording:
        raise Refused(_("Write what you mean, or another wording."))
    place, said = _place(submission, anchor)
    if wording and not quote.strip():
        quote = _replaced(submission, anchor)
    made = Comment.objects.create(
        clearance=clearance, submission=submission, review=_seat_of(clearance, by), anchor=anchor, place=place[:300],
        quote=_as_it_stands(quote, said), body=body, wording=wording, by=ground.person(by),
    )  # fmt: skip
    ground.note("clearance commented", clearance, by=by, comment=made.pk, place=made.place, on=round)
    title = _("Comment on %(place)s: %(title)s") % {"place": made.place, "title": clearance.title}
    ground.inform(ground.authors(clearance), clearance, "comment", title, by=by, text=_text(made))
    return made


def _place(submission: Submission, anchor: str) -> tuple[str, str]:
    """Name of a place, and the words that stand there."""
    content = from_json(submission.content)
    name = content.anchors().get(anchor)
    if name is None:
        raise Refused(_("This place is not in round %d.") % submission.number)
    return name or anchor, words_at(content, anchor)


def _replaced(submission: Submission, anchor: str) -> str:
    """What another wording stands for where no words were marked: the title of a row. Raises Refused for a longer text."""
    for part in from_json(submission.content).parts:
        for line in part.lines if isinstance(part, Rows) else ():
            title = line.values.get("title")
            if line.anchor == anchor and isinstance(title, str) and title:
                return title
    raise Refused(_("Mark the words that your wording would replace, or say it in the comment."))


def _as_it_stands(quote: str, said: str) -> str:
    """The quoted words as they stand at the place: a browser gives line breaks and runs of spaces as one space."""
    if not quote.strip():
        return ""
    if quote in said:
        return quote
    found = re.search(r"\s+".join(re.escape(word) for word in quote.split()), said)
    if found is None:
        raise Refused(_("The quoted words do not stand there."))
    return found.group()


def _seat_of(clearance: Clearance, by: Actor) -> Review | None:
    """The seat in which somebody comments: one's own, else that of who is stood in for."""
    if not isinstance(by, User):
        return None
    seats = list(clearance.reviews.filter(ended_at__isnull=True, reviewer__isnull=False))
    own = next((one for one in seats if one.reviewer_id == by.pk), None)
    if own is not None or not seats:
        return own
    stood_for = {one.pk for one in stands_in_for(by)}
    return next((one for one in seats if one.reviewer_id in stood_for), None)


def _text(comment: Comment) -> str:
    return "\n\n".join(
        part for part in (f"“{comment.quote}”" if comment.quote else "", comment.body, comment.wording) if part
    )


@transaction.atomic
def reply(comment: Comment | int, *, body: str, by: Actor) -> Comment:
    """Answer a remark. An author's answer makes an open one "answered". Raises Ended, Refused, PermissionDenied."""
    remark = ground.lock_comment(comment)
    clearance = remark.clearance
    access.require(by, "clearance.comment", clearance.record)
    body = ground.words(body, _("Write an answer."))
    if remark.state == CommentState.WITHDRAWN:
        raise Refused(_("The comment was withdrawn."))
    made = Comment.objects.create(
        clearance=clearance, submission=clearance.submissions.get(number=clearance.round), parent=remark,
        review=_seat_of(clearance, by), anchor=remark.anchor, place=remark.place, body=body, by=ground.person(by),
    )  # fmt: skip
    if remark.state == CommentState.OPEN and remark.by_id != by.pk and _writes(clearance, by):
        _become(remark, CommentState.ANSWERED)
    ground.note("comment answered", clearance, by=by, comment=remark.pk, place=remark.place)
    people = [remark.by, *(one.by for one in remark.answers.select_related("by"))]
    title = _("Answer on %(place)s: %(title)s") % {"place": remark.place, "title": clearance.title}
    ground.inform(people, clearance, "reply", title, by=by, text=body)
    return made


def _writes(clearance: Clearance, by: Actor) -> bool:
    """Whether somebody speaks for the work: an author, or another who may hand it in."""
    return ground.is_author(clearance, by) or access.allowed(by, "clearance.submit", clearance.record)


@transaction.atomic
def accept_wording(comment: Comment | int, *, by: Actor) -> Comment:
    """Put the suggested wording into the work, in the place of the quoted words. Raises Ended, Refused where the words are no longer
    there or the comment suggests none, PermissionDenied for who may not change the work.
    """
    remark = ground.lock_comment(comment)
    clearance = remark.clearance
    access.require(by, "clearance.submit", clearance.record)
    how = subject_of(clearance)
    if not remark.wording:
        raise Refused(_("The comment suggests no wording."))
    if remark.state not in UNSETTLED:
        raise Refused(_("This was done meanwhile: the comment is “%s”.") % remark.get_state_display())
    if how.accept is None:
        raise Refused(_("A wording cannot be put in here by itself: change the text, then answer the comment."))
    how.accept(clearance, remark.anchor, remark.quote, remark.wording, by)
    _settled(remark, CommentState.ACCEPTED, by)
    ground.note(
        "wording accepted",
        clearance,
        by=by,
        comment=remark.pk,
        place=remark.place,
        was=remark.quote,
        now=remark.wording,
    )
    title = _("Your wording was taken: %(place)s, %(title)s") % {"place": remark.place, "title": clearance.title}
    ground.inform([remark.by], clearance, "wording-accepted", title, by=by)
    return remark


@transaction.atomic
def settle(comment: Comment | int, *, by: Actor) -> Comment:
    """Say that a remark is dealt with: who made it, or who may decide. Raises Ended, Refused, PermissionDenied."""
    remark = ground.lock_comment(comment)
    _need_say(remark, by)
    if remark.state not in UNSETTLED:
        raise Refused(_("This was done meanwhile: the comment is “%s”.") % remark.get_state_display())
    _settled(remark, CommentState.SETTLED, by)
    ground.note("comment settled", remark.clearance, by=by, comment=remark.pk, place=remark.place)
    return remark


@transaction.atomic
def reopen(comment: Comment | int, *, by: Actor) -> Comment:
    """Say that a remark is not dealt with after all: who made it, or who may decide. Raises Ended, Refused, PermissionDenied."""
    remark = ground.lock_comment(comment)
    _need_say(remark, by)
    if remark.state == CommentState.OPEN:
        raise Refused(_("The comment is open."))
    if remark.state == CommentState.WITHDRAWN and remark.by_id != by.pk:
        raise PermissionDenied(_("Only who made the comment can bring it back."))
    remark.settled_at, remark.settled_by = None, None
    _become(remark, CommentState.OPEN)
    ground.note("comment opened again", remark.clearance, by=by, comment=remark.pk, place=remark.place)
    title = _("Comment open again, on %(place)s: %(title)s")
    words = {"place": remark.place, "title": remark.clearance.title}
    ground.inform(
        ground.authors(remark.clearance), remark.clearance, "comment", title % words, by=by, text=_text(remark)
    )
    return remark


@transaction.atomic
def withdraw_comment(comment: Comment | int, *, by: Actor) -> Comment:
    """Take back one's own remark; its words stay, marked as withdrawn. Raises Ended, Refused, PermissionDenied."""
    remark = ground.lock_comment(comment)
    access.require(by, "clearance.comment", remark.clearance.record)
    if by.pk is None or remark.by_id != by.pk:
        raise PermissionDenied(_("Only who made the comment can withdraw it."))
    if remark.state not in UNSETTLED:
        raise Refused(_("This was done meanwhile: the comment is “%s”.") % remark.get_state_display())
    _settled(remark, CommentState.WITHDRAWN, by)
    ground.note("comment withdrawn", remark.clearance, by=by, comment=remark.pk, place=remark.place)
    return remark


def _need_say(remark: Comment, by: Actor) -> None:
    """Raise PermissionDenied unless somebody made the remark, holds its seat now, or may decide."""
    record = remark.clearance.record
    access.require(by, "clearance.comment", record)
    if by.pk is not None and remark.by_id == by.pk:
        return
    if remark.review_id is not None and (seat := _seat_of(remark.clearance, by)) and seat.pk == remark.review_id:
        return
    access.require(by, "clearance.decide", record)


def _settled(remark: Comment, state: CommentState, by: Actor) -> None:
    remark.settled_at, remark.settled_by = timezone.now(), ground.person(by)
    _become(remark, state)


def _become(remark: Comment, state: CommentState) -> None:
    remark.state = state
    remark.save(update_fields=["state", "settled_at", "settled_by"])
