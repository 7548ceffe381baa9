"""Keeping the rows of a proposal as they are at a moment, and putting them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from reversion.models import Revision

from migov.foundation.people.access import Actor
from migov.work.proposals import stages
from migov.work.proposals.actions.desk import DESK
from migov.work.proposals.actions.facts import end_of, keep_state
from migov.work.proposals.models import (
    Amendment,
    MarkerAnswer,
    PlanCost,
    PlanIndicator,
    PlanResult,
    PlanTarget,
    Proposal,
    Risk,
    Section,
)

FROZEN: tuple[type[models.Model], ...] = (
    Proposal, Section, PlanResult, PlanIndicator, PlanTarget, PlanCost, Risk, MarkerAnswer, Amendment,
)  # fmt: skip
# Rows that are taken out and put back by `removed_at`, parents first.
ROWS = (PlanResult, PlanIndicator, PlanCost, Risk)
LINKS = {
    PlanResult: "result",
    PlanIndicator: "indicator",
}  # to the register: they say what was written, not what was planned
ABOUT_THE_ROW = frozenset({"project", "created_by", "created_at"})
OWN_FIELDS = [field.attname for field in Proposal._meta.concrete_fields if field.name not in ABOUT_THE_ROW]


def rows(proposal: Proposal) -> Iterator[models.Model]:
    """Every row of a proposal that a version holds. Eight queries."""
    yield proposal
    yield from proposal.sections.all()
    yield from proposal.results.all()
    yield from proposal.indicators.all()
    yield from PlanTarget.objects.filter(indicator__proposal=proposal)
    yield from proposal.costs.all()
    yield from proposal.risks.all()
    yield from proposal.marker_answers.all()


def keep(proposal: Proposal, *, by: Actor, comment: str = "") -> Revision | None:
    """Keep all rows of a proposal as they are now, as a revision. Needs a transaction around it."""
    from migov.services.clearance.actions.handing import (
        freeze,
    )  # loaded when it is needed: this module is read at start-up

    return freeze(rows(proposal), by=by, comment=comment)


@transaction.atomic
def restore(
    revision: Revision, proposal: Proposal, *, by: Actor, risks: bool = True, text: bool = True, at: datetime | None = None
) -> None:  # fmt: skip
    """Put the rows back as a revision holds them. Rows that came later are taken out (`removed_at`), not deleted; texts that are
    replaced stay as editions. Links to the register stay.

    risks, text: whether the risk register and the sections are put back too. The caller has asked for the permission and holds the
    record's lock.
    """
    at = at or timezone.now()
    kept = _kept(revision)
    for fields in kept[Proposal]:
        if fields["project_id"] == proposal.pk:
            _own(fields, proposal, at)
    for model in ROWS:
        if model is not Risk or risks:
            _put_back(model, kept[model], proposal, at)
    _targets(kept[PlanTarget], proposal)
    _answers(kept[MarkerAnswer], proposal)
    if text:
        _sections(kept[Section], proposal, by, at)


def _own(fields: dict[str, Any], proposal: Proposal, at: datetime) -> None:
    """The proposal's own fields. With its months go the last day of the record and of the project; once it is carried out, only an
    amendment that is approved changes how long it lasts."""
    record, project = proposal.project.record, proposal.project
    writing = record.stage in stages.WRITING
    names = [name for name in OWN_FIELDS if writing or name != "months"]
    Proposal.objects.filter(pk=proposal.pk).update(**{name: fields[name] for name in names})
    if writing and proposal.months != fields["months"]:
        record.ends = project.planned_end = end_of(record.starts, fields["months"])
        record.save(update_fields=["ends"])
        project.save(update_fields=["planned_end"])
        keep_state(record, at)


def _kept(revision: Revision) -> dict[type[models.Model], list[dict[str, Any]]]:
    found: dict[type[models.Model], list[dict[str, Any]]] = defaultdict(list)
    for version in revision.version_set.select_related("content_type"):
        model = version.content_type.model_class()
        if model is not None:
            found[model].append(version.field_dict)
    return found


def _put_back(model: type[Any], kept: list[dict[str, Any]], proposal: Proposal, at: datetime) -> None:
    link = LINKS.get(model)
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key and field.name != link]
    there = {row.pk: row for row in model.objects.filter(proposal=proposal)}
    held = {fields["id"]: fields for fields in kept if fields["id"] in there}
    for key, fields in held.items():
        for name in names:
            setattr(there[key], name, fields[name])
    if held:
        model.objects.bulk_update([there[key] for key in held], names, batch_size=50)
    model.objects.filter(pk__in=there.keys() - held.keys(), removed_at__isnull=True).update(removed_at=at)


def _targets(kept: list[dict[str, Any]], proposal: Proposal) -> None:
    """Targets have no life of their own: all are replaced, under their old keys."""
    PlanTarget.objects.filter(indicator__proposal=proposal).delete()
    standing = set(proposal.indicators.values_list("pk", flat=True))
    PlanTarget.objects.bulk_create(PlanTarget(**fields) for fields in kept if fields["indicator_id"] in standing)


def _answers(kept: list[dict[str, Any]], proposal: Proposal) -> None:
    proposal.marker_answers.all().delete()
    MarkerAnswer.objects.bulk_create(MarkerAnswer(**fields) for fields in kept)


def _sections(kept: list[dict[str, Any]], proposal: Proposal, by: Actor, at: datetime) -> None:
    """Texts come back as a save like any other: what stood becomes an edition, the revision grows."""
    was = {fields["code"]: fields["text"] for fields in kept}
    there = set(proposal.sections.values_list("code", flat=True))
    for code in sorted(there | was.keys()):
        row = DESK.row_of(proposal, code)
        if row.text != was.get(code, ""):
            DESK.put(proposal, row, was.get(code, ""), by=by, now=at, verb="section put back")
