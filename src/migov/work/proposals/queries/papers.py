"""Finding a proposal, and what may be done with it now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.services.clearance.models import State, Submission
from migov.work.proposals.models import Amendment, Proposal
from migov.work.proposals.stages import WRITING


def proposal_for(user: Viewer, key: int) -> Proposal:
    """A proposal with its project, record, office and owner. One query and those of the viewer's roles.

    Raises Proposal.DoesNotExist where there is none or the user may not see it; people from outside never do.
    """
    found = (
        Proposal.objects.select_related("project__record__office", "project__record__owner")
        .filter(project__record__in=Record.objects.visible_to(user).standing())
        .get(pk=key)
    )
    if not access.allowed(user, "proposals.see", found.project.record):
        raise Proposal.DoesNotExist
    return found


def open_amendment(proposal: Proposal) -> Amendment | None:
    """The amendment that is being written or reviewed; None where there is none. One query."""
    return proposal.amendments.filter(state__in=("draft", "review")).first()


def is_open(proposal: Proposal) -> bool:
    """Whether its rows may be changed now: before the decision, and while an amendment is open. At most one query."""
    return proposal.project.record.stage in WRITING or open_amendment(proposal) is not None


def in_review(proposal: Proposal) -> tuple[int, datetime] | None:
    """The round that reviewers read now and when it was handed in; None where nothing of the project is in review. One query."""
    rounds = Submission.objects.filter(
        clearance__record_id=proposal.pk, clearance__state=State.OPEN, number=F("clearance__round")
    )
    return rounds.values_list("number", "at").first()


def may_write(user: Viewer, proposal: Proposal) -> bool:
    """Whether the user may change its rows now."""
    return access.allowed(user, "proposals.write", proposal.project.record) and is_open(proposal)
