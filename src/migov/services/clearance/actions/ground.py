"""What every step begins and ends with: the record locked and everything read anew, the round checked, the step noted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.clearance.errors import Ended, StaleRound
from migov.services.clearance.models import Clearance, Comment, Review, Submission
from migov.services.clearance.queries.people import stand_ins, stands_in_for, wrote
from migov.services.clearance.subjects import Refused, subject_of
from migov.services.notices.actions import tell


def lock_record(key: int) -> Record:
    """A record with its row locked until the transaction ends. Raises Refused for one that was removed."""
    record = Record.objects.select_for_update().get(pk=key)
    if record.removed_at is not None:
        raise Refused(_("“%s” was removed from the register.") % record)
    return record


def lock(clearance: Clearance | int) -> Clearance:
    """A clearance as it stands now, its record locked, so that no two steps on it are taken at once."""
    key = clearance if isinstance(clearance, int) else clearance.pk
    record = lock_record(Clearance.objects.values_list("record_id", flat=True).get(pk=key))
    found = Clearance.objects.select_related("ended_by").get(pk=key)
    found.record = record
    return found


def lock_review(review: Review | int) -> Review:
    """A seat as it stands now, its clearance locked. Raises Refused for a seat that was given up, Ended."""
    key = review if isinstance(review, int) else review.pk
    clearance = lock(Review.objects.values_list("clearance_id", flat=True).get(pk=key))
    found = Review.objects.select_related("reviewer", "theme").get(pk=key)
    found.clearance = clearance
    need_standing(clearance)
    if found.ended_at is not None:
        raise Refused(_("This seat was given to somebody else meanwhile."))
    return found


def lock_comment(comment: Comment | int) -> Comment:
    """A remark as it stands now, its clearance locked. Of an answer: the remark that it answers. Raises Ended."""
    key = comment if isinstance(comment, int) else comment.pk
    clearance_id, parent = Comment.objects.values_list("clearance_id", "parent_id").get(pk=key)
    clearance = lock(clearance_id)
    found = Comment.objects.select_related("by", "submission").get(pk=parent or key)
    found.clearance = clearance
    need_standing(clearance)
    return found


def need_standing(clearance: Clearance) -> None:
    """Raise Ended for a clearance that is over."""
    if not clearance.stands:
        raise Ended(clearance)


def need_newest(clearance: Clearance, number: int) -> Submission:
    """The newest submission, which the step has to name. Raises StaleRound, Ended."""
    need_standing(clearance)
    if number != clearance.round:
        raise StaleRound(clearance, number)
    return clearance.submissions.get(number=number)


def person(by: Actor) -> User | None:
    """Who is written into a row: nobody where the program itself acts."""
    return by if isinstance(by, User) else None


def plain(text: str) -> str:
    """A text as it is kept: without white space around it, and without the one character that a database refuses."""
    return text.replace("\x00", "").strip()


def words(text: str, needed: str) -> str:
    """A text without the white space around it. Raises Refused, saying what is needed, when nothing is left."""
    text = plain(text)
    if not text:
        raise Refused(needed)
    return text


def is_author(clearance: Clearance, by: Actor) -> bool:
    """Whether somebody is one of those whose work it is, or has handed it in."""
    return wrote(clearance, by)


def need_seat(review: Review, by: Actor) -> None:
    """Raise PermissionDenied unless somebody sits on a seat, or stands in today for who does, and is no author of the work."""
    access.require(by, "clearance.comment", review.clearance.record)
    holds = isinstance(by, User) and review.reviewer_id is not None
    if holds and review.reviewer_id != by.pk:
        holds = any(one.pk == review.reviewer_id for one in stands_in_for(by))  # type: ignore[arg-type]
    if not holds:
        raise PermissionDenied(
            _("This is the seat of %s.") % (review.reviewer or _("somebody who is still looked for"))
        )
    if is_author(review.clearance, by):
        raise PermissionDenied(_("Nobody reviews what they have written themselves."))


def note(verb: str, clearance: Clearance, *, by: Actor, **detail: Any) -> None:
    """Write a step into the journal of the record."""
    detail = {"clearance": clearance.pk, "subject": clearance.subject, "round": clearance.round, **detail}
    journal.write(verb, by=by, record=clearance.record, detail=detail)


def address(clearance: Clearance) -> str:
    """Address of a clearance's page within migov."""
    return reverse("clearance:clearance", args=[clearance.pk])


def inform(
    people: Iterable[User | None], clearance: Clearance, kind: str, title: str, *, by: Actor, text: str = "", key: str = ""
) -> int:  # fmt: skip
    """Tell people of a step, except who took it. Mail leaves when the transaction is committed. Returns how many were told."""
    told = {one.pk: one for one in people if one is not None and one.pk != by.pk}
    if not told:
        return 0
    made = tell(
        told.values(), kind=kind, title=title, text=text, url=address(clearance), record=clearance.record, key=key
    )
    return len(made)


def with_stand_ins(people: Iterable[User | None], clearance: Clearance, day: date | None = None) -> list[User]:
    """Some people, and who stands in for each of them on a day (today) and may: nobody does on work of their own."""
    present = {one.pk: one for one in people if one is not None}
    instead = {one.pk: one for one in stand_ins(present, day).values() if not is_author(clearance, one)}
    return list({**instead, **present}.values())


def who_decide(clearance: Clearance, endorsers: Iterable[User], day: date | None = None) -> list[User]:
    """Those of some endorsers who may decide, and who stands in for them: nobody decides on work of their own."""
    return with_stand_ins([one for one in endorsers if not is_author(clearance, one)], clearance, day)


def may_review(review: Review) -> bool:
    """Whether somebody sits on a seat who may still take part: not one who has left, or works elsewhere now. One query at most for an
    active person whose roles are not known.
    """
    who = review.reviewer
    return who is not None and who.is_active and access.allowed(who, "clearance.comment", review.clearance.record)


def authors(clearance: Clearance) -> list[User]:
    """Whose work it is, with who handed it in last."""
    found = {one.pk: one for one in subject_of(clearance).authors(clearance)}
    last = clearance.submissions.order_by("-number").select_related("by").first()
    if last is not None and last.by is not None:
        found.setdefault(last.by.pk, last.by)
    return list(found.values())


def end(clearance: Clearance, state: str, reason: str, by: Actor) -> None:
    """Bring a clearance to its end."""
    clearance.state, clearance.reason = state, reason
    clearance.ended_at, clearance.ended_by = timezone.now(), person(by)
    clearance.save(update_fields=["state", "reason", "ended_at", "ended_by"])
