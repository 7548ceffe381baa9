"""Going back to a version that was handed in."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.services.clearance.models import Submission
from migov.work.proposals import freezing
from migov.work.proposals.actions.ground import ProposalError, writable
from migov.work.proposals.models import Proposal


class VersionRefused(ProposalError):
    """A version that cannot be gone back to."""


@transaction.atomic
def go_back(proposal: Proposal, submission: Submission, *, by: Actor) -> Proposal:
    """Make the working rows say what a frozen version says. What stands now is kept first, as a version of its own in the history.

    Title, places, themes, dates and office stay as they are. Raises VersionRefused, Closed, PermissionDenied.
    """
    found = writable(proposal, by, lock=True)
    if submission.clearance.record_id != found.pk or submission.revision is None:
        raise VersionRefused(_("This version does not belong to this proposal."))
    kept = freezing.keep(found, by=by, comment=_("before going back to round %s") % submission.number)
    carried_out = found.project.record.stage not in ("idea", "concept", "proposal", "review")
    freezing.restore(submission.revision, found, by=by, risks=not carried_out)
    detail = {"round": submission.number, "of": submission.clearance.title, "kept as revision": kept.pk if kept else ""}
    journal.write("went back to a version", by=by, record=found.project.record, detail=detail)
    return found
