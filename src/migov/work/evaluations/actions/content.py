"""What an evaluation asks, finds and recommends: criteria, findings and conclusions, recommendations, answers of the quality checklist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.work.evaluations import quality
from migov.work.evaluations.actions import ground
from migov.work.evaluations.actions.ground import WRITE, EvaluationError
from migov.work.evaluations.models import (
    Criterion,
    CriterionCode,
    Evaluation,
    Finding,
    FindingKind,
    Met,
    QualityAnswer,
    Recommendation,
)

Row = Finding | Recommendation


@transaction.atomic
def save_criterion(
    evaluation: Evaluation,
    values: Mapping[str, Any],
    *,
    by: Actor,
    row: Criterion | None = None,
    seen: int | None = None,
) -> Criterion:
    """Add a criterion, or change one. values: code, name, question, rating, justification. Raises PermissionDenied, Conflict,
    EvaluationError for a rating without a justification, an own criterion without a name, and one that is there already.
    """
    found = ground.held(evaluation.pk, by, WRITE)
    said = dict(values)
    code = said.get("code", row.code if row else "")
    said["name"] = said.get("name", "").strip() if code == CriterionCode.OWN else ""
    if code == CriterionCode.OWN and not said["name"]:
        raise EvaluationError(_("A criterion of your own needs a name."), "name")
    if said.get("rating") and not said.get("justification", "").strip():
        raise EvaluationError(_("A rating needs a justification."), "justification")
    same = Criterion.objects.filter(evaluation=found, code=code, name=said["name"])
    if (same.exclude(pk=row.pk) if row else same).exists():
        raise EvaluationError(_("This criterion is there already."), "code")
    if row is None:
        last = found.criteria.aggregate(last=Max("order"))["last"]
        made = Criterion.objects.create(evaluation=found, order=0 if last is None else last + 1, **said)
        journal.write("criterion added", by=by, record=found.record, detail={"criterion": str(made)})
        return made
    made = Criterion.objects.select_for_update().get(pk=row.pk, evaluation=found)
    ground.not_changed_meanwhile(made, seen)
    if changed := ground.lay(made, said):
        journal.write(
            "criterion changed", by=by, record=found.record, detail={"criterion": str(made), "fields": changed}
        )
    return made


@transaction.atomic
def remove_criterion(row: Criterion, *, by: Actor) -> None:
    """Take a criterion away; findings and recommendations under it stay, without one. Raises PermissionDenied."""
    found = ground.held(row.evaluation_id, by, WRITE)
    detail = {"criterion": str(row), "question": row.question, "rating": row.rating, "justification": row.justification}
    row.delete()
    journal.write("criterion removed", by=by, record=found.record, detail=detail)


@transaction.atomic
def save_finding(
    evaluation: Evaluation, values: Mapping[str, Any], *, by: Actor, row: Finding | None = None, seen: int | None = None
) -> Finding:
    """Add a finding or conclusion, or change one. values: kind, text, criterion. Raises PermissionDenied, Conflict, EvaluationError."""
    found = ground.held(evaluation.pk, by, WRITE)
    said = dict(values)
    _has_text(said)
    if row is None:
        kind = FindingKind(said.pop("kind", FindingKind.FINDING))
        number = _next(Finding.objects.filter(evaluation=found, kind=kind))
        made = Finding.objects.create(evaluation=found, kind=kind, number=number, **said)
        journal.write(f"{kind} added", by=by, record=found.record, detail={"number": number, "text": made.text[:200]})
        return made
    said.pop("kind", None)  # its number belongs to its kind
    made = Finding.objects.select_for_update().get(pk=row.pk, evaluation=found)
    ground.not_changed_meanwhile(made, seen)
    if changed := ground.lay(made, said):
        journal.write(
            f"{made.kind} changed", by=by, record=found.record, detail={"number": made.number, "fields": changed}
        )
    return made


@transaction.atomic
def save_recommendation(
    evaluation: Evaluation,
    values: Mapping[str, Any],
    *,
    by: Actor,
    findings: Iterable[Finding] | None = None,
    row: Recommendation | None = None,
    seen: int | None = None,
) -> Recommendation:
    """Add a recommendation, or change one. values: text, priority, addressee, office, person, criterion. findings: those it follows from.

    Raises PermissionDenied, Conflict, EvaluationError where the response was issued already.
    """
    found = ground.held(evaluation.pk, by, WRITE)
    _not_issued(found)
    said = dict(values)
    _has_text(said)
    if row is None:
        number = _next(Recommendation.objects.filter(evaluation=found))
        made = Recommendation.objects.create(evaluation=found, number=number, **said)
        detail: dict[str, Any] = {"number": number, "text": made.text[:200]}
        journal.write("recommendation added", by=by, record=found.record, detail=detail)
    else:
        made = Recommendation.objects.select_for_update(of=("self",)).get(pk=row.pk, evaluation=found)
        ground.not_changed_meanwhile(made, seen)
        if changed := ground.lay(made, said):
            detail = {"number": made.number, "fields": changed}
            journal.write("recommendation changed", by=by, record=found.record, detail=detail)
    if findings is not None:
        made.findings.set([one for one in findings if one.evaluation_id == found.pk])
    return made


@transaction.atomic
def arrange(row: Row, *, removed: bool, by: Actor, at: datetime | None = None) -> None:
    """Take a finding or recommendation away, or put it back; its number stays its own. Raises PermissionDenied, EvaluationError."""
    found = ground.held(row.evaluation_id, by, WRITE)
    if isinstance(row, Recommendation):
        _not_issued(found)
    standing = type(row).objects.get(pk=row.pk)
    if (standing.removed_at is not None) != removed:
        standing.removed_at = (at or timezone.now()) if removed else None
        standing.revision += 1
        standing.save(update_fields=["removed_at", "revision"])
        noun = "recommendation" if isinstance(row, Recommendation) else standing.kind  # type: ignore[union-attr]
        verb = f"{noun} removed" if removed else f"{noun} put back"
        journal.write(verb, by=by, record=found.record, detail={"number": row.number, "text": row.text[:200]}, at=at)


@transaction.atomic
def answer_quality(
    evaluation: Evaluation,
    question: str,
    answer: str,
    *,
    by: Actor,
    justification: str = "",
    at: datetime | None = None,
) -> QualityAnswer:
    """Answer a question of the quality checklist; the answer before is superseded. Raises PermissionDenied, EvaluationError."""
    found = ground.held(evaluation.pk, by, WRITE)
    if question not in quality.BY_CODE or answer not in Met.values:
        raise EvaluationError(_("There is no such question or answer."))
    said = justification.strip()
    if answer != Met.MET and not said:
        raise EvaluationError(_("Say why it is not fully met."), "justification")
    at = at or timezone.now()
    before = QualityAnswer.objects.current().filter(evaluation=found, question=question).first()
    if before is not None and (before.answer, before.justification) == (answer, said):
        return before
    QualityAnswer.objects.current().filter(evaluation=found, question=question).supersede(at)
    made = QualityAnswer.objects.create(
        evaluation=found, question=question, answer=Met(answer), justification=said,
        by=by if isinstance(by, User) else None, by_name=str(by), recorded_at=at,
    )  # fmt: skip
    detail = {"question": question, "answer": {"from": before.answer if before else "", "to": made.answer}}
    journal.write("quality answered", by=by, record=found.record, detail=detail, at=at)
    return made


def _next(rows: Any) -> int:
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _has_text(said: Mapping[str, Any]) -> None:
    if not str(said.get("text", "")).strip():
        raise EvaluationError(_("Write something here."), "text")


def _not_issued(found: Evaluation) -> None:
    made = getattr(found, "management_response", None)
    if made is not None and made.is_issued:
        raise EvaluationError(
            _(
                "The management response was issued; its recommendations stand. Take the response back to draft to change them."
            )
        )
