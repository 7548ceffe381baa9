"""Changes of what was agreed: an amendment is opened, written on the rows of the proposal, and decided by clearance."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Stage
from migov.services.clearance.models import STANDING, Clearance
from migov.work.proposals import freezing, register
from migov.work.proposals.actions.facts import keep_state, months_between
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.actions.life import hold
from migov.work.proposals.models import Amendment, AmendmentKind, AmendmentState, Proposal

MANAGE = "projects.manage"
OPEN = (AmendmentState.DRAFT, AmendmentState.REVIEW)
AT = (Stage.ACTIVE, Stage.SUSPENDED)
ENDINGS = {
    AmendmentState.APPROVED: "amendment approved", AmendmentState.REFUSED: "amendment not approved",
    AmendmentState.WITHDRAWN: "amendment withdrawn",
}  # fmt: skip


class AmendmentRefused(ProposalError):
    """An amendment that cannot be opened or changed now. field: of the form that is wrong; empty: none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def open_amendment(
    proposal: Proposal, *, kinds: Collection[str], reason: str, new_end: date | None = None, by: Actor, at: datetime | None = None
) -> Amendment:  # fmt: skip
    """Open a change of what was agreed and keep the rows as they are; from now on the proposal's pages are its draft.

    kinds: codes of AmendmentKind; an extension needs a new end after the present one. Raises AmendmentRefused, PermissionDenied.
    """
    found = hold(proposal)
    access.require(by, MANAGE, found.project.record)
    if found.project.record.stage not in AT:
        raise AmendmentRefused(_("Only a project that is carried out is amended."))
    if found.amendments.filter(state__in=OPEN).exists():
        raise AmendmentRefused(_("An amendment is open already."))
    codes = _check(found, kinds, reason, new_end)
    number = (found.amendments.aggregate(last=Max("number"))["last"] or 0) + 1
    at = at or timezone.now()
    comment = _("before amendment %s") % number
    before = freezing.keep(found, by=by, comment=comment)
    made = Amendment.objects.create(
        proposal=found, number=number, kinds=codes, reason=reason.strip(), new_end=new_end, before=before, opened_at=at,
        opened_by=by if isinstance(by, User) else None,
    )  # fmt: skip
    detail = {"number": number, "kinds": codes, "reason": reason.strip(), "new end": str(new_end or "")}
    journal.write("amendment opened", by=by, record=found.project.record, detail=detail, at=at)
    return made


def _check(proposal: Proposal, kinds: Collection[str], reason: str, new_end: date | None) -> list[str]:
    codes = [code for code in AmendmentKind.values if code in set(kinds)]
    if not codes or len(codes) != len(set(kinds)):
        raise AmendmentRefused(_("Say what is to be changed."), "kinds")
    if not reason.strip():
        raise AmendmentRefused(_("Say why the change is needed."), "reason")
    ends = proposal.project.record.ends
    if AmendmentKind.EXTENSION in codes:
        if new_end is None:
            raise AmendmentRefused(_("Say the new last day."), "new_end")
        if ends is not None and new_end <= ends:
            raise AmendmentRefused(_("The new last day has to be after %s.") % ends.isoformat(), "new_end")
    elif new_end is not None:
        raise AmendmentRefused(_("A new last day belongs to an extension: choose it too."), "new_end")
    return codes


@transaction.atomic
def change_amendment(
    amendment: Amendment, *, kinds: Collection[str], reason: str, new_end: date | None = None, by: Actor
) -> Amendment:
    """Change what an open amendment asks for. Raises AmendmentRefused, PermissionDenied."""
    found = _held(amendment)
    access.require(by, MANAGE, found.proposal.project.record)
    codes = _check(found.proposal, kinds, reason, new_end)
    was = {"kinds": found.kinds, "reason": found.reason, "new end": str(found.new_end or "")}
    now = {"kinds": codes, "reason": reason.strip(), "new end": str(new_end or "")}
    if was == now:
        return found
    found.kinds, found.reason, found.new_end = codes, reason.strip(), new_end
    found.save(update_fields=["kinds", "reason", "new_end"])
    detail = {"number": found.number} | {
        name: {"from": str(was[name]), "to": str(now[name])} for name in now if was[name] != now[name]
    }
    journal.write("amendment changed", by=by, record=found.proposal.project.record, detail=detail)
    return found


@transaction.atomic
def drop(amendment: Amendment, *, by: Actor, reason: str = "") -> Amendment:
    """Give up an amendment that is not in review: the rows are put back as they were agreed.

    Raises AmendmentRefused (one in review is taken back on the review page), PermissionDenied.
    """
    found = _held(amendment)
    access.require(by, MANAGE, found.proposal.project.record)
    standing = Clearance.objects.filter(record_id=found.proposal_id, subject="amendment", item=found.pk)
    if standing.filter(state__in=STANDING).exists():
        raise AmendmentRefused(_("It is being reviewed. Take it back from review first."))
    return end(found, AmendmentState.WITHDRAWN, by=by, reason=reason.replace("\x00", "").strip())


def _held(amendment: Amendment) -> Amendment:
    """The amendment, read anew, its record locked. Raises AmendmentRefused for one that has ended."""
    proposal = hold(Proposal(pk=amendment.proposal_id))
    found = Amendment.objects.select_related("before").get(pk=amendment.pk)
    found.proposal = proposal
    if found.state not in OPEN:
        raise AmendmentRefused(_("This amendment is “%s” already.") % found.get_state_display())
    return found


@transaction.atomic
def to_review(amendment: Amendment) -> None:
    """It was handed in; clearance asked for the permission."""
    found = _held(amendment)
    found.state = AmendmentState.REVIEW
    found.save(update_fields=["state"])


@transaction.atomic
def to_draft(amendment: Amendment) -> None:
    """It was sent back to be changed."""
    found = _held(amendment)
    found.state = AmendmentState.DRAFT
    found.save(update_fields=["state"])


@transaction.atomic
def end(amendment: Amendment, state: str, *, by: Actor, reason: str = "", at: datetime | None = None) -> Amendment:
    """Bring an amendment to its end: approved is written into the register, with the new end; anything else puts the rows back.

    Clearance calls it with what was decided, `drop` for one that is given up; both have asked for the permission.
    Raises AmendmentRefused for one that has ended.
    """
    found = _held(amendment)
    at = at or timezone.now()
    found.state, found.ended_at = state, at
    found.save(update_fields=["state", "ended_at"])
    detail = {"number": found.number} | ({"reason": reason} if reason else {})
    journal.write(ENDINGS[AmendmentState(state)], by=by, record=found.proposal.project.record, detail=detail, at=at)
    if state == AmendmentState.APPROVED:
        _apply(found, by, at)
    elif found.before is not None:
        # Risks are looked after all the time a project is carried out: what became of them meanwhile stays.
        freezing.restore(found.before, found.proposal, by=by, risks=False, at=at)
    return found


def _apply(amendment: Amendment, by: Actor, at: datetime) -> None:
    proposal, record = amendment.proposal, amendment.proposal.project.record
    if amendment.new_end is not None and (record.ends is None or amendment.new_end > record.ends):
        record.ends = amendment.new_end
        record.save(update_fields=["ends"])
        if record.starts is not None:
            proposal.months = months_between(record.starts, record.ends)
            proposal.save(update_fields=["months"])
        keep_state(record, at)
    register.write(proposal, by=by, at=at)
