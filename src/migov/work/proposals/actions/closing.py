"""Answers to the closure checklist."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.work.proposals import stages
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.actions.life import hold
from migov.work.proposals.closing import KNOWN
from migov.work.proposals.models import ClosureAnswer, Proposal


class AnswerRefused(ProposalError):
    """An answer that cannot be given now."""


@transaction.atomic
def answer(proposal: Proposal, *, question: str, done: bool, note: str = "", by: Actor) -> ClosureAnswer:
    """Answer one question of the closure checklist; an earlier answer is superseded. The same again changes nothing.

    Raises AnswerRefused for an unknown question or a project that is not carried out, PermissionDenied.
    """
    found = hold(proposal)
    record = found.project.record
    access.require(by, "projects.manage", record)
    if question not in KNOWN:
        raise AnswerRefused(_("The checklist has no such question."))
    if record.stage not in stages.CARRIED_OUT:
        raise AnswerRefused(_("The checklist is answered while the project is carried out."))
    standing = ClosureAnswer.objects.current().filter(proposal=found, question=question)
    before: ClosureAnswer | None = standing.first()
    note = note.replace("\x00", "").strip()
    if before is not None and (before.done, before.note) == (done, note):
        return before
    standing.supersede()
    made = ClosureAnswer.objects.create(
        proposal=found, question=question, done=done, note=note, by=by if isinstance(by, User) else None
    )
    detail = {"question": str(KNOWN[question].text), "done": _("yes") if done else _("no"), "note": note}
    journal.write("closure checklist answered", by=by, record=record, detail=detail)
    return made
