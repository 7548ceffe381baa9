"""What every change of a proposal begins with: the right to write, and that it may be changed now."""

from __future__ import annotations

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records.models import Record
from migov.services.writing.errors import Closed, Conflict, Unwritable
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries.papers import is_open

__all__ = ["Closed", "Conflict", "ProposalError", "writable"]


# Errors of proposals are those of every paper that is written; most are known by this name here.
ProposalError = Unwritable


def writable(proposal: int | Proposal, by: Actor, *, lock: bool = False) -> Proposal:
    """The proposal, read anew, if `by` may change its rows now.

    lock: hold its record until the transaction ends, for changes that look at several rows (order, tree, stage). Raises
    Proposal.DoesNotExist, PermissionDenied, Closed.
    """
    key = proposal if isinstance(proposal, int) else proposal.pk
    if lock:
        Record.objects.select_for_update().only("pk").get(pk=key)
    found = Proposal.objects.select_related("project__record__office").get(pk=key)
    access.require(by, "proposals.write", found.project.record)
    if not is_open(found):
        raise Closed(_("The proposal is “%s” and cannot be changed. Begin an amendment to change what was agreed.")
                     % found.project.record.get_stage_display())  # fmt: skip
    return found
