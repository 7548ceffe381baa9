"""What the first page of an evaluation says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import Evidence, Record, RecordPlace, RecordTheme
from migov.foundation.shell import formats
from migov.work.evaluations.models import EvaluatedProject, Evaluation, LabelKind, RegisterRow
from migov.work.projects.models import Project
from migov.work.projects.queries import projects_for


def labels(evaluation: Evaluation) -> dict[str, list[str]]:
    """Kind of label → its words. One query."""
    found: dict[str, list[str]] = {}
    for label in evaluation.labels.all():
        found.setdefault(label.kind, []).append(label.words)
    return found


def facts(evaluation: Evaluation, known: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The field list of the register, in words; what is not said is left out. One query, for the themes."""
    themes = RecordTheme.objects.current().filter(record=evaluation.pk).select_related("theme")

    def joined(kind: str) -> str:
        return "; ".join(known.get(kind, []))

    rows = [
        (_("Evaluators"), evaluation.evaluators),
        (_("Type of evaluator"), str(evaluation.get_evaluator_type_display())),
        (_("Timing"), str(evaluation.get_timing_display())),
        (_("Level"), str(evaluation.get_level_display())),
        (_("Scope"), joined(LabelKind.SCOPE)),
        (_("Coverage"), str(evaluation.get_coverage_display())),
        (_("Commissioned by"), joined(LabelKind.COMMISSIONER)),
        (_("Donors"), joined(LabelKind.DONOR)),
        (_("Period evaluated"), _span(evaluation)),
        (_("Date of publication"), formats.day(evaluation.published_on) if evaluation.published_on else ""),
        (_("Themes"), ", ".join(sorted(str(row.theme) for row in themes))),
        (_("Thematic areas as published"), joined(LabelKind.THEME)),
        (_("Cross-cutting themes"), joined(LabelKind.CROSS_CUTTING)),
        (_("Regions"), joined(LabelKind.REGION)),
        (_("Languages"), joined(LabelKind.LANGUAGE)),
        (_("Pages without annexes"), str(evaluation.pages or "")),
        (_("Published with it"), _with(evaluation)),
        (_("Added to the register"), formats.moment(evaluation.added_on) if evaluation.added_on else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _span(evaluation: Evaluation) -> str:
    if evaluation.period_from is None and evaluation.period_to is None:
        return ""
    return formats.period(evaluation.period_from, evaluation.period_to)


def _with(evaluation: Evaluation) -> str:
    known: tuple[tuple[bool | None, Any], ...] = (
        (evaluation.has_summary, _("executive summary")), (evaluation.has_brief, _("brief")),
        (evaluation.has_terms, _("terms of reference")), (evaluation.has_lessons, _("good practices or lessons")),
        (evaluation.has_response, _("management response")), (evaluation.has_external_version, _("external version of the report")),
    )  # fmt: skip
    return ", ".join(str(words) for is_there, words in known if is_there)


def places(evaluation: Evaluation) -> list[Place]:
    """Where it looked. One query."""
    rows = RecordPlace.objects.current().filter(record=evaluation.pk).select_related("place")
    return [row.place for row in rows.order_by("place__short_name")]


def places_and_themes(record: Record) -> tuple[list[int], list[int]]:
    """Keys of a record's places in the region, and of its themes. Two queries."""
    there = RecordPlace.objects.current().filter(record=record, place__is_territory=True)
    about = RecordTheme.objects.current().filter(record=record)
    return list(there.values_list("place_id", flat=True)), list(about.values_list("theme_id", flat=True))


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A project that was evaluated. seen: whether the viewer may see it; where not, only its code is shown."""

    code: str
    project_id: int | None
    project: Project | None
    seen: bool


def projects(evaluation: Evaluation, user: Viewer) -> list[Evaluated]:
    """The projects it looked at. Two queries."""
    rows: list[EvaluatedProject] = list(evaluation.projects.select_related("project__record"))
    keys = [row.project_id for row in rows if row.project_id]
    seen = set(projects_for(user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    return [
        Evaluated(row.code, row.project_id, row.project, row.project_id in seen)
        for row in rows
        if row.code or row.project_id in seen
    ]


def links(evaluation: Evaluation) -> QuerySet[Evidence]:
    """Files that were published with it. One query."""
    return Evidence.objects.current().filter(record=evaluation.pk).order_by("pk")


def register_row(evaluation: Evaluation) -> tuple[RegisterRow | None, int]:
    """Its row of the published register as it stands, and how many earlier states are kept. One query."""
    rows = list(RegisterRow.objects.filter(evaluation=evaluation).order_by("-recorded_at", "-pk"))
    standing = next((row for row in rows if row.superseded_at is None), None)
    return standing, len(rows) - (standing is not None)
