"""Writing sections: opening, saving, taking over. Whoever cannot save keeps the words: they are set aside, never thrown away.

All of it holds the record's row while it lasts, so that two people who save at once take turns.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.work.proposals import papers, prose
from migov.work.proposals.actions import ground, locks, texts
from migov.work.proposals.actions.ground import Closed, Conflict, ProposalError
from migov.work.proposals.actions.locks import LockState
from migov.work.proposals.actions.settling import Held, accept_wording, restore, settle
from migov.work.proposals.actions.texts import LONGEST, Saved, said
from migov.work.proposals.models import Lock, Proposal, Section, SetAside

__all__ = [
    "LONGEST", "ClosedMeanwhile", "Held", "LockState", "NoSection", "Saved", "TextConflict", "accept_wording", "open_section",
    "release", "restore", "save", "settle", "take_over", "write",
]  # fmt: skip


class NoSection(ProposalError):
    """The paper has no such section."""


class TextConflict(Conflict):
    """Somebody else went on with the section. kept: where the words are that were not saved; holder: who writes now, if anybody."""

    def __init__(self, message: str, *, kept: SetAside | None, now: str, mine: str, holder: User | None = None) -> None:
        super().__init__(message, now=now, mine=mine)
        self.kept, self.holder = kept, holder


class ClosedMeanwhile(Closed):
    """The proposal was closed while somebody wrote. kept: where the words are."""

    def __init__(self, message: str, *, kept: SetAside | None) -> None:
        super().__init__(message)
        self.kept = kept


@transaction.atomic
def open_section(proposal: Proposal | int, code: str, *, token: str, by: Actor) -> tuple[Section, LockState]:
    """Begin to write a section, or show that one is still writing. The page gets the lock unless another person holds it.

    token: of the page. Raises NoSection, Closed, PermissionDenied, Proposal.DoesNotExist.
    """
    found = ground.writable(proposal, by, lock=True)
    _known(found, code)
    row, now = texts.row_of(found, code), timezone.now()
    lock = locks.standing(row, now)
    holder = locks.other(lock, by)
    if holder is not None and lock is not None:
        return row, LockState(False, holder, lock.since)
    held = locks.hold(row, lock, token=token, by=by, now=now)
    return row, LockState(held is not None, None, held.since if held else None)


def save(section: Section | int, *, text: str, revision: int, token: str, by: Actor, number: int = 0) -> Saved:
    """Keep what was written, begun from `revision`, by the page of that token. number: how many saves the page has sent, from 1.

    Raises TextConflict when somebody else went on or writes now, and ClosedMeanwhile when the proposal was closed: in both cases
    after the words were set aside, unless an outer transaction is rolled back. Raises ProposalError for a text that is too long,
    PermissionDenied, Section.DoesNotExist.
    """
    text = prose.tidy(text)
    if len(text) > LONGEST:
        words = _("The text is too long to be saved: %(length)s characters, at most %(most)s.")
        raise ProposalError(words % {"length": f"{len(text):,}", "most": f"{LONGEST:,}"})
    with transaction.atomic():  # what is raised inside would take the words with it
        outcome = _save(section, text, revision, token, by, number)
    if isinstance(outcome, ProposalError):
        raise outcome
    return outcome


def _save(
    section: Section | int, text: str, revision: int, token: str, by: Actor, number: int
) -> Saved | ProposalError:
    row = Section.objects.get(pk=section) if isinstance(section, int) else section
    try:
        proposal = ground.writable(row.proposal_id, by, lock=True)
    except Closed as closed:
        row = Section.objects.get(pk=row.pk)
        kept = None if text == row.text else set_aside(row, text, revision, token, by)
        words = _("Your words were kept and can be used when it is open again.") if kept else ""
        return ClosedMeanwhile(f"{closed} {words}".strip(), kept=kept)
    row, now = texts.row_of(proposal, row.code), timezone.now()
    lock = locks.standing(row, now)
    holder = locks.other(lock, by)
    if holder is not None:
        if text == row.text:
            return said(row)
        words = _("%(name)s is writing this section now. Your words were kept; they are not in the text.")
        return _conflict(row, text, revision, token, by, words % {"name": holder}, holder)
    same_page = bool(token) and row.page == token
    if same_page and 0 < number <= row.page_number:
        return said(row)  # it comes late: newer words of the same page are here already
    own = same_page and row.page_from <= revision < row.revision  # the page has not heard that it was saved
    if text == row.text:
        locks.hold(row, lock, token=token, by=by, now=now)
        return said(row)
    if revision != row.revision and not own:
        who = row.saved_by
        words = _("%(name)s changed this section meanwhile. Your words were kept; they are not in the text.")
        return _conflict(row, text, revision, token, by, words % {"name": who or _("Somebody")})
    begins = row.page_from if own else revision
    texts.put(proposal, row, text, by=by, now=now, sitting=lock, page=token, page_from=begins, page_number=number)
    locks.hold(row, lock, token=token, by=by, now=now)
    if token:  # what was set aside of this page went on to be what is saved now
        SetAside.objects.filter(section=row, by_id=by.pk, page=token, settled_at__isnull=True).update(settled_at=now)
    return said(row)


def _conflict(
    row: Section, text: str, revision: int, token: str, by: Actor, message: str, holder: User | None = None
) -> TextConflict:
    kept = set_aside(row, text, revision, token, by) if by.pk is not None else None
    return TextConflict(message, kept=kept, now=row.text, mine=text, holder=holder)


def set_aside(row: Section, text: str, revision: int, token: str, by: Actor) -> SetAside:
    """Keep words that could not be saved: the newest of each page, until their author has settled them."""
    made = {"text": text, "based_on": revision, "at": timezone.now()}
    kept, _created = SetAside.objects.update_or_create(
        section=row, by_id=by.pk, page=token, settled_at__isnull=True, defaults=made
    )
    return kept


def write(proposal: Proposal | int, code: str, *, text: str, by: Actor) -> Saved:
    """Put a text in the place of what stands, as programs and imports do. Raises as `save`."""
    with transaction.atomic():
        found = ground.writable(proposal, by, lock=True)
        _known(found, code)
        row = texts.row_of(found, code)
    return save(row, text=text, revision=row.revision, token="", by=by)


@transaction.atomic
def take_over(section: Section | int, *, token: str, by: Actor) -> LockState:
    """Become the one who writes. What the other has not saved yet is set aside at their next save, and they are told.

    Raises Closed, PermissionDenied, Section.DoesNotExist.
    """
    row = Section.objects.get(pk=section) if isinstance(section, int) else section
    proposal = ground.writable(row.proposal_id, by, lock=True)
    now = timezone.now()
    lock = locks.standing(row, now)
    holder = locks.other(lock, by)
    held = locks.hold(row, lock, token=token, by=by, now=now)
    if holder is not None:
        detail = {"section": row.code, "from": str(holder)}
        journal.write("section taken over", by=by, record=proposal.project.record, detail=detail)
    return LockState(held is not None, None, held.since if held else None)


@transaction.atomic
def release(section: Section | int, *, token: str, by: Actor) -> None:
    """Give the lock up, if this page holds it."""
    key = section if isinstance(section, int) else section.pk
    Lock.objects.filter(section_id=key, holder_id=by.pk, token=token).delete()


def _known(proposal: Proposal, code: str) -> None:
    if papers.paper_of(proposal).section(code) is None and not proposal.sections.filter(code=code).exists():
        raise NoSection(_("There is no such section."))
