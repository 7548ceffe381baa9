"""Writing sections: opening, saving, taking over. Whoever cannot save keeps the words: they are set aside, never thrown away.

All of it holds the record's row while it lasts, so that two people who save at once take turns.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.services.writing import prose
from migov.services.writing.desk import LONGEST, Desk, LockState, Saved, other, said
from migov.services.writing.errors import Closed, ClosedMeanwhile, NoSection, TextConflict, Unwritable


@transaction.atomic
def open_section(desk: Desk, paper: int, code: str, *, token: str, by: Actor) -> tuple[Any, LockState]:
    """Begin to write a section, or show that one is still writing. The page gets the lock unless another person holds it.

    paper: its key. token: of the page. Raises NoSection, Closed, PermissionDenied, and DoesNotExist of the paper.
    """
    found = desk.writable(paper, by)
    need_known(desk, found, code)
    row, now = desk.row_of(found, code), timezone.now()
    lock = desk.standing_lock(row, now)
    holder = other(lock, by)
    if holder is not None:
        return row, LockState(False, holder, lock.since)
    held = desk.hold(row, lock, token=token, by=by, now=now)
    return row, LockState(held is not None, None, held.since if held else None)


def need_known(desk: Desk, paper: Any, code: str) -> None:
    """Raise NoSection unless a paper has a section of that code, or has been written in one."""
    if not desk.knows(paper, code) and not desk.section.objects.filter(**{desk.paper_field: paper}, code=code).exists():
        raise NoSection(_("There is no such section."))


def save(desk: Desk, section: Any, *, text: str, revision: int, token: str, by: Actor, number: int = 0) -> Saved:
    """Keep what was written, begun from `revision`, by the page of that token. number: how many saves the page has sent, from 1.

    Raises TextConflict when somebody else went on or writes now, and ClosedMeanwhile when the paper was closed: in both cases after
    the words were set aside, unless an outer transaction is rolled back. Raises Unwritable for a text that is too long,
    PermissionDenied, DoesNotExist of the section.
    """
    text = prose.tidy(text)
    if len(text) > LONGEST:
        words = _("The text is too long to be saved: %(length)s characters, at most %(most)s.")
        raise Unwritable(words % {"length": f"{len(text):,}", "most": f"{LONGEST:,}"})
    with transaction.atomic():  # what is raised inside would take the words with it
        outcome = _save(desk, section, text, revision, token, by, number)
    if isinstance(outcome, Unwritable):
        raise outcome
    return outcome


def _save(desk: Desk, section: Any, text: str, revision: int, token: str, by: Actor, number: int) -> Saved | Unwritable:
    row = desk.section.objects.get(pk=section) if isinstance(section, int) else section
    try:
        paper = desk.writable(desk.paper_key(row), by)
    except Closed as closed:
        row = desk.section.objects.get(pk=row.pk)
        kept = None if text == row.text else set_aside(desk, row, text, revision, token, by)
        words = _("Your words were kept and can be used when it is open again.") if kept else ""
        return ClosedMeanwhile(f"{closed} {words}".strip(), kept=kept)
    row, now = desk.row_of(paper, row.code), timezone.now()
    lock = desk.standing_lock(row, now)
    holder = other(lock, by)
    if holder is not None:
        if text == row.text:
            return said(row)
        words = _("%(name)s is writing this section now. Your words were kept; they are not in the text.")
        return _conflict(desk, row, text, revision, token, by, words % {"name": holder}, holder)
    same_page = bool(token) and row.page == token
    if same_page and 0 < number <= row.page_number:
        return said(row)  # it comes late: newer words of the same page are here already
    own = same_page and row.page_from <= revision < row.revision  # the page has not heard that it was saved
    if text == row.text:
        desk.hold(row, lock, token=token, by=by, now=now)
        return said(row)
    if revision != row.revision and not own:
        who = row.saved_by
        words = _("%(name)s changed this section meanwhile. Your words were kept; they are not in the text.")
        return _conflict(desk, row, text, revision, token, by, words % {"name": who or _("Somebody")})
    begins = row.page_from if own else revision
    desk.put(paper, row, text, by=by, now=now, sitting=lock, page=token, page_from=begins, page_number=number)
    desk.hold(row, lock, token=token, by=by, now=now)
    if token:  # what was set aside of this page went on to be what is saved now
        waiting = desk.set_aside.objects.filter(section=row, by_id=by.pk, page=token, settled_at__isnull=True)
        waiting.update(settled_at=now)
    return said(row)


def _conflict(
    desk: Desk, row: Any, text: str, revision: int, token: str, by: Actor, message: str, holder: User | None = None
) -> TextConflict:
    kept = set_aside(desk, row, text, revision, token, by) if by.pk is not None else None
    return TextConflict(message, kept=kept, now=row.text, mine=text, holder=holder)


def set_aside(desk: Desk, row: Any, text: str, revision: int, token: str, by: Actor) -> Any:
    """Keep words that could not be saved: the newest of each page, until their author has settled them."""
    made = {"text": text, "based_on": revision, "at": timezone.now()}
    kept, _created = desk.set_aside.objects.update_or_create(
        section=row, by_id=by.pk, page=token, settled_at__isnull=True, defaults=made
    )
    return kept


def write(desk: Desk, paper: int, code: str, *, text: str, by: Actor) -> Saved:
    """Put a text in the place of what stands, as programs and imports do. Raises as `save`."""
    with transaction.atomic():
        found = desk.writable(paper, by)
        need_known(desk, found, code)
        row = desk.row_of(found, code)
    return save(desk, row, text=text, revision=row.revision, token="", by=by)


@transaction.atomic
def take_over(desk: Desk, section: Any, *, token: str, by: Actor) -> LockState:
    """Become the one who writes. What the other has not saved yet is set aside at their next save, and they are told.

    Raises Closed, PermissionDenied, DoesNotExist of the section.
    """
    row = desk.section.objects.get(pk=section) if isinstance(section, int) else section
    paper = desk.writable(desk.paper_key(row), by)
    now = timezone.now()
    lock = desk.standing_lock(row, now)
    holder = other(lock, by)
    held = desk.hold(row, lock, token=token, by=by, now=now)
    if holder is not None:
        detail = {"section": row.code, "from": str(holder)}
        journal.write("section taken over", by=by, record=desk.record(paper), detail=detail)
    return LockState(held is not None, None, held.since if held else None)


@transaction.atomic
def release(desk: Desk, section: Any, *, token: str, by: Actor) -> None:
    """Give the lock up, if this page holds it."""
    key = section if isinstance(section, int) else section.pk
    desk.lock.objects.filter(section_id=key, holder_id=by.pk, token=token).delete()
