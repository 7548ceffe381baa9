"""Changes to the register: an evaluation is registered or planned, described, and moved from step to step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordState, RecordTheme, Visibility
from migov.services.files.actions import carry_over
from migov.work.evaluations.actions import ground
from migov.work.evaluations.actions.ground import WRITE, EvaluationError
from migov.work.evaluations.models import (
    KIND,
    Criterion,
    CriterionCode,
    EvaluatedProject,
    Evaluation,
    Label,
    LabelKind,
    Status,
)
from migov.work.evaluations.published.codes import by_code, read_codes
from migov.work.projects.models import KIND as PROJECT

RESPONSE_WITHIN = timedelta(weeks=4)  # after the report
# From where to where an evaluation may be moved.
STEPS: dict[str, tuple[Status, ...]] = {
    Status.PLANNED: (Status.ONGOING, Status.COMPLETED, Status.CANCELLED),
    Status.ONGOING: (Status.COMPLETED, Status.CANCELLED),
    Status.COMPLETED: (Status.ONGOING,),
    Status.CANCELLED: (Status.PLANNED,),
}
STEP_WORDS = {
    (Status.PLANNED, Status.ONGOING): gettext_lazy("Begin"),
    (Status.PLANNED, Status.COMPLETED): gettext_lazy("The report is there: complete"),
    (Status.PLANNED, Status.CANCELLED): gettext_lazy("Cancel the evaluation"),
    (Status.ONGOING, Status.COMPLETED): gettext_lazy("The report is there: complete"),
    (Status.ONGOING, Status.CANCELLED): gettext_lazy("Cancel the evaluation"),
    (Status.COMPLETED, Status.ONGOING): gettext_lazy("It is not completed after all"),
    (Status.CANCELLED, Status.PLANNED): gettext_lazy("Plan it again"),
}
RECORD_FIELDS = ("title", "reference", "summary", "office", "owner", "visibility")
OWN_FIELDS = (
    "evaluators", "coverage", "timing", "evaluator_type", "level", "period_from", "period_to", "planned_start", "planned_end",
    "budget", "currency", "year", "published_on", "pages", "response_due",
)  # fmt: skip
LABEL_FIELDS = {
    "scope": LabelKind.SCOPE, "commissioner": LabelKind.COMMISSIONER, "cross_cutting": LabelKind.CROSS_CUTTING,
    "languages": LabelKind.LANGUAGE, "donors": LabelKind.DONOR,
}  # fmt: skip


@transaction.atomic
def start(
    title: str, *, office: Office | None, by: Actor, values: Mapping[str, Any] | None = None, at: datetime | None = None
) -> Evaluation:
    """Register an evaluation as planned, with the six criteria of the DAC. values: of RECORD_FIELDS, OWN_FIELDS, LABEL_FIELDS, places,
    themes, projects (lines with codes or references). Raises PermissionDenied, EvaluationError.
    """
    access.require(by, "evaluations.start", office)
    if not title.strip():
        raise EvaluationError(_("An evaluation needs a title."), "title")
    at = at or timezone.now()
    owner = by if isinstance(by, User) else None
    record = Record.objects.create(
        kind=KIND, title=title.strip(), office=office, owner=owner, visibility=Visibility.INTERNAL, source="migov",
        created_at=at, changed_at=at,
    )  # fmt: skip
    RecordState.objects.create(record=record, office=office, recorded_at=at)
    made = Evaluation.objects.create(record=record, status=Status.PLANNED)
    Criterion.objects.bulk_create(
        Criterion(evaluation=made, code=code, order=order)
        for order, code in enumerate(code for code in CriterionCode.values if code != CriterionCode.OWN)
    )
    journal.write("created", by=by, record=record, detail={"title": record.title}, at=at)
    if values:
        _describe(made, {"title": title, "office": office, **values}, at)
    return made


@transaction.atomic
def describe(
    evaluation: Evaluation, values: Mapping[str, Any], *, by: Actor, seen: int | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """Change what the register says of an evaluation. values: as for `start`; what is not given stays. seen: the revision that the page
    showed. Returns what was changed. Raises PermissionDenied, Conflict, EvaluationError.
    """
    found = ground.held(evaluation.pk, by, WRITE)
    ground.not_changed_meanwhile(found, seen)
    office = values.get("office", found.record.office)
    if office != found.record.office:
        access.require(by, "evaluations.start", office)
    changed = _describe(found, values, at or timezone.now())
    if changed:
        journal.write("changed", by=by, record=found.record, detail={"fields": changed}, at=at)
    return changed


def _describe(found: Evaluation, values: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    _in_order(found, values)
    record = found.record
    changed: dict[str, Any] = {}
    for name in RECORD_FIELDS:
        if name in values and getattr(record, name) != values[name]:
            changed[name] = [ground.words(getattr(record, name)), ground.words(values[name])]
            setattr(record, name, values[name])
    if not record.title.strip():
        raise EvaluationError(_("An evaluation needs a title."), "title")
    same = Record.objects.filter(kind=KIND, reference=record.reference).exclude(pk=record.pk)
    if record.reference and same.exists():
        raise EvaluationError(_("Another evaluation has this reference."), "reference")
    own = {name: values[name] for name in OWN_FIELDS if name in values}
    changed |= {name: [pair["from"], pair["to"]] for name, pair in ground.lay(found, own).items()}
    record.starts, record.ends = found.period_from, found.period_to
    record.save(update_fields=[*RECORD_FIELDS, "starts", "ends"])
    carry_over(record)
    for name, kind in LABEL_FIELDS.items():
        if name in values and (pair := _label(found, kind, values[name])):
            changed[name] = pair
    if "places" in values and (pair := _places(record, values["places"], at)):
        changed["countries"] = pair
    if "themes" in values and (pair := _themes(record, values["themes"], at)):
        changed["themes"] = pair
    if "projects" in values and (pair := _projects(found, values["projects"])):
        changed["projects"] = pair
    if changed and "revision" not in changed:
        Evaluation.objects.filter(pk=found.pk).update(revision=found.revision + 1)
        found.revision += 1
    return changed


def _in_order(found: Evaluation, values: Mapping[str, Any]) -> None:
    def value(name: str) -> Any:
        return values.get(name, getattr(found, name))

    for first, last, field in (
        (value("period_from"), value("period_to"), "period_to"),
        (value("planned_start"), value("planned_end"), "planned_end"),
    ):
        if first and last and last < first:
            raise EvaluationError(_("The end is before the beginning."), field)
    if value("budget") is not None and not value("currency"):
        raise EvaluationError(_("Say in which currency."), "currency")


def _label(found: Evaluation, kind: str, wanted: Iterable[str]) -> list[str] | None:
    wanted = list(dict.fromkeys(wanted))
    standing = list(Label.objects.filter(evaluation=found, kind=kind))
    before = [label.value for label in standing]
    if before == wanted:
        return None
    Label.objects.filter(pk__in=[label.pk for label in standing]).delete()
    Label.objects.bulk_create(
        Label(evaluation=found, kind=kind, value=value, order=order) for order, value in enumerate(wanted)
    )
    return [", ".join(before), ", ".join(wanted)]


def _places(record: Record, wanted: Iterable[Place], at: datetime) -> list[str] | None:
    rows = {row.place: row for row in RecordPlace.objects.current().filter(record=record).select_related("place")}
    return _facts(
        rows, set(wanted), at, RecordPlace, lambda place: RecordPlace(record=record, place=place, recorded_at=at)
    )


def _themes(record: Record, wanted: Iterable[Theme], at: datetime) -> list[str] | None:
    rows = {row.theme: row for row in RecordTheme.objects.current().filter(record=record).select_related("theme")}
    return _facts(
        rows, set(wanted), at, RecordTheme, lambda theme: RecordTheme(record=record, theme=theme, recorded_at=at)
    )


def _facts(rows: dict[Any, Any], wanted: set[Any], at: datetime, model: Any, make: Any) -> list[str] | None:
    gone, fresh = set(rows) - wanted, wanted - set(rows)
    if not gone and not fresh:
        return None
    model.objects.filter(pk__in=[rows[thing].pk for thing in gone]).update(superseded_at=at)
    model.objects.bulk_create(make(thing) for thing in sorted(fresh, key=str))
    return [", ".join(sorted(map(str, rows))), ", ".join(sorted(map(str, wanted)))]


def _projects(found: Evaluation, lines: Iterable[str]) -> list[str] | None:
    """Codes or references, one in a line; a project is linked where exactly one is found."""
    said = list(dict.fromkeys(" ".join(line.split())[:120] for line in lines if line.strip()))
    standing = list(found.projects.select_related("project__record"))
    before = [code_or_reference(one) for one in standing]
    if before == said:
        return None
    known = Record.objects.filter(kind=PROJECT, reference__in=said).values_list("reference", "pk")
    exact = dict(known)
    spelled = (
        by_code(Record.objects.filter(kind=PROJECT).values_list("pk", "reference")) if set(said) - set(exact) else {}
    )
    found.projects.all().delete()
    taken: set[int] = set()
    for order, code in enumerate(said):
        codes, _rest, _range = read_codes(code)
        plain = codes[0].plain if codes else ""
        project = exact.get(code) or spelled.get(plain)
        project = None if project in taken else project
        taken |= {project} if project else set()
        EvaluatedProject.objects.create(evaluation=found, project_id=project, code=code, plain_code=plain, order=order)
    return ["; ".join(before), "; ".join(said)]


def code_or_reference(one: EvaluatedProject) -> str:
    """How an evaluated project is written in a form: its code, else the reference of the project."""
    return one.code or (one.project.record.reference if one.project else "")


@transaction.atomic
def move(
    evaluation: Evaluation, to: str, *, by: Actor, on: date | None = None, why: str = "", at: datetime | None = None
) -> Evaluation:
    """Move an evaluation a step. on: the day of the report, for completion; the response is then due four weeks later. why: for
    cancelling. Raises PermissionDenied, EvaluationError.
    """
    found = ground.held(evaluation.pk, by, WRITE)
    before = found.status
    if to not in STEPS[before]:
        raise EvaluationError(
            _("An evaluation that is “%(before)s” cannot become “%(after)s”.")
            % {"before": Status(before).label, "after": Status(to).label if to in Status.values else to}
        )
    values: dict[str, Any] = {"status": Status(to), "cancelled_why": ""}
    if to == Status.CANCELLED:
        if not why.strip():
            raise EvaluationError(_("Say why it is cancelled."), "why")
        values["cancelled_why"] = why.strip()
    elif to == Status.COMPLETED:
        day = on or timezone.localdate()
        if day > timezone.localdate():
            raise EvaluationError(_("The report cannot be of a day to come."), "on")
        values |= {"published_on": day, "year": day.year, "response_due": day + RESPONSE_WITHIN}
    elif before == Status.COMPLETED:
        made = getattr(found, "management_response", None)
        if made is not None and made.is_issued:
            raise EvaluationError(_("Its management response was issued; it stays completed."))
        values["response_due"] = None
    changed = ground.lay(found, values)
    journal.write(f"evaluation {to}", by=by, record=found.record, detail=changed, at=at)
    return found


@transaction.atomic
def remove(evaluation: Evaluation, *, by: Actor, why: str, at: datetime | None = None) -> None:
    """Take an evaluation from the register; everything is kept. Raises PermissionDenied, EvaluationError without a reason."""
    found = ground.held(evaluation.pk, by, WRITE)
    if not why.strip():
        raise EvaluationError(_("Say why it is taken from the register."), "why")
    if found.record.removed_at is None:
        Record.objects.filter(pk=found.pk).update(removed_at=at or timezone.now())
        journal.write("removed", by=by, record=found.record, detail={"note": why.strip()}, at=at)
