"""Answers of the self-assessment for cross-cutting markers, saved one by one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.proposals.actions import cells, ground
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.markers import markers
from migov.work.proposals.models import MarkerAnswer, Proposal

_justification = cells.words(2000)


@transaction.atomic
def answer(
    proposal: Proposal, *, marker: str, question: str, field: str, was: str, now: str, by: Actor
) -> MarkerAnswer:
    """Answer a question, or say why. field: "answer" (yes, partly, no, na; empty takes it back) or "justification".

    was: what the page had shown. Raises PermissionDenied, Closed, WrongValue, Conflict.
    """
    found = ground.writable(proposal, by, lock=True)
    asked = markers()[marker].question(question) if marker in markers() else None
    if asked is None or field not in ("answer", "justification"):
        raise WrongValue(_("There is no such question."))
    if field == "answer":
        value, label = cells.code(asked.answers, empty=True)(now), asked.text
    else:
        value, label = _justification(now), _("Justification: %s") % asked.text
    row = MarkerAnswer.objects.filter(proposal=found, marker=marker, question=question).first()
    row = row or MarkerAnswer(proposal=found, marker=marker, question=question, answer="")
    before = getattr(row, field)
    if cells.exchange(before, was=was, now=value, label=label):
        setattr(row, field, value)
        row.save()
        detail = {"marker": marker, "question": question, "field": field, "was": before, "now": value}
        journal.write("marker answered", by=by, record=found.project.record, detail=detail)
    return row
