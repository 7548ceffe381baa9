"""Changes of the risk register. It is also kept while the project is carried out: every change is in the journal."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.work.proposals.actions import cells, ground
from migov.work.proposals.actions.cells import WrongValue, shown
from migov.work.proposals.models import Proposal, Risk
from migov.work.proposals.stages import CARRIED_OUT

_SCALE = cells.whole(1, 5, required=True)
FIELDS: dict[str, tuple[Any, cells.Read]] = {
    "title": (gettext_lazy("Risk"), cells.words(1000, required=True)),
    "category": (gettext_lazy("Kind"), cells.words(60)),
    "likelihood": (gettext_lazy("Likelihood"), _SCALE),
    "impact": (gettext_lazy("Impact"), _SCALE),
    "treatment": (gettext_lazy("Treatment"), cells.code(Risk.Treatment.choices)),
    "measures": (gettext_lazy("Measures"), cells.words(4000)),
    "owner": (gettext_lazy("Owner"), cells.words(255)),
    "status": (gettext_lazy("Status"), cells.code(Risk.Status.choices)),
}


def _open(key: int, by: Actor) -> Proposal:
    """The proposal whose register `by` may change now, held until the transaction ends.

    Before the decision and in an amendment: who writes. While the project is carried out: who manages it. Raises PermissionDenied, Closed.
    """
    Record.objects.select_for_update().only("pk").get(pk=key)
    found = Proposal.objects.select_related("project__record__office").get(pk=key)
    if found.project.record.stage in CARRIED_OUT:
        access.require(by, "projects.manage", found.project.record)
        return found
    return ground.writable(key, by)


@transaction.atomic
def add(proposal: Proposal, *, by: Actor, **values: str) -> Risk:
    """Add a risk. values: of FIELDS, as typed; title is needed. Raises PermissionDenied, Closed, WrongValue."""
    found = _open(proposal.pk, by)
    read = {name: FIELDS[name][1](typed) for name, typed in values.items()}
    if not read.get("title"):
        raise WrongValue(_("Write something here."))
    last = found.risks.aggregate(last=Max("order"))["last"]
    risk = Risk.objects.create(proposal=found, order=0 if last is None else last + 1, **read)
    detail = {"risk": risk.pk, "title": risk.title, "score": risk.score}
    journal.write("risk added", by=by, record=found.project.record, detail=detail)
    return risk


@transaction.atomic
def change(risk: Risk, *, field: str, was: str, now: str, by: Actor) -> Risk:
    """Change one field of a risk. was: what the page had shown; now: what was typed.

    Raises PermissionDenied, Closed, WrongValue, Conflict.
    """
    proposal = _open(risk.proposal_id, by)
    row = Risk.objects.get(pk=risk.pk)
    if row.removed_at is not None:
        raise ground.ProposalError(_("This risk was removed meanwhile. Put it back to change it."))
    if field not in FIELDS:
        raise WrongValue(_("There is no such field."))
    label, read = FIELDS[field]
    value = read(now)
    before = shown(getattr(row, field))
    if cells.exchange(before, was=was, now=shown(value), label=label):
        score = row.score
        setattr(row, field, value)
        row.save(update_fields=[field])
        detail = {"risk": row.pk, "title": row.title, "field": field, "was": before, "now": shown(value)}
        if row.score != score:
            detail |= {"score_was": score, "score_now": row.score}
        journal.write("risk changed", by=by, record=proposal.project.record, detail=detail)
    return row


@transaction.atomic
def remove(risk: Risk, *, by: Actor) -> Risk:
    """Take a risk out of the register; it can be put back. Raises PermissionDenied, Closed."""
    return _set_removed(risk, True, by)


@transaction.atomic
def put_back(risk: Risk, *, by: Actor) -> Risk:
    """Put a risk back that was taken out. Raises PermissionDenied, Closed."""
    return _set_removed(risk, False, by)


def _set_removed(risk: Risk, removed: bool, by: Actor) -> Risk:
    proposal = _open(risk.proposal_id, by)
    row = Risk.objects.get(pk=risk.pk)
    if (row.removed_at is not None) != removed:
        row.removed_at = timezone.now() if removed else None
        row.save(update_fields=["removed_at"])
        verb = "risk removed" if removed else "risk put back"
        journal.write(verb, by=by, record=proposal.project.record, detail={"risk": row.pk, "title": row.title})
    return row
