"""The results matrix of a project as a workbook: one sheet for the matrix, one tidy row for each period and each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.projects.exports import has_illustrative
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.models import Project
from migov.work.results.lists import rows_in_pieces
from migov.work.results.models import Measurement, MeasurementKind
from migov.work.results.queries import IndicatorRow, PeriodRow, ResultRow, matrix, state_words


def matrix_report(project: Project, request: HttpRequest) -> Report:
    """The matrix of a project as a report with two tables: results with their indicators and periods, and parts."""
    rows = matrix(project)
    record = project.record
    return Report(
        title=_("Results matrix"),
        subtitle=record.title,
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=request.build_absolute_uri("/").rstrip("/"),
        notices=[_("Illustrative project: no figure is real.")] if record.illustrative else [],
        metadata={_("Project"): f"{record.reference} {record.title}".strip()},
        sources=[record.source] if record.source else [],
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[
            Table(
                _("Results matrix"),
                _matrix_columns(),
                LazyRows(lambda: _matrix_lines(rows)),
                note=_(
                    "Progress of a period is its actual against its target; the state of an indicator looks at all "
                    "periods up to today."
                ),
            ),
            Table(_("Parts of the values"), _part_columns(), LazyRows(lambda: _part_lines(project))),
        ],
    )


def _matrix_columns() -> list[Column]:
    return [
        Column("level", _("Level")),
        Column("result", _("Result"), width=3),
        Column("indicator", _("Indicator"), "link", width=3),
        Column("unit", _("Unit")),
        Column("state", _("State of the indicator")),
        Column("baseline", _("Baseline"), "number"),
        Column("baseline_at", _("Baseline of")),
        Column("starts", _("Period from"), "date"),
        Column("ends", _("Period to"), "date"),
        Column("target", _("Target"), "number"),
        Column("actual", _("Actual"), "number"),
        Column("progress", _("Progress"), "percent"),
        Column("period_state", _("State of the period")),
        Column("female", _("Women and girls"), "number"),
        Column("male", _("Men and boys"), "number"),
        Column("comment", _("Comment"), width=2),
    ]


def _matrix_lines(rows: list[ResultRow]) -> Iterator[dict[str, Any]]:
    for top in rows:
        for row in top.walk():
            head = {"level": row.result.get_level_display(), "result": row.result.record.title}
            if not row.indicators:
                yield head
            for indicator in row.indicators:
                about = head | _about(indicator)
                if not indicator.periods:
                    yield about
                for period in indicator.periods:
                    yield about | _of(period)


def _about(row: IndicatorRow) -> dict[str, Any]:
    indicator = row.indicator
    return {
        "indicator": Link(indicator.title, reverse("results:indicator", args=[indicator.pk])),
        "unit": indicator.unit or indicator.get_measure_display(),
        "state": row.state_words,
        "baseline": row.baseline_words if row.baseline.value is None else row.baseline.value,
        "baseline_at": row.baseline_at,
    }


def _of(period: PeriodRow) -> dict[str, Any]:
    return {
        "starts": period.starts,
        "ends": period.ends,
        "target": period.target_words if period.target.value is None else period.target.value,
        "actual": period.actual_words if period.actual.value is None else period.actual.value,
        "progress": period.progress,
        "period_state": state_words(period.state),
        "female": period.actual.female,
        "male": period.actual.male,
        "comment": " · ".join(period.comments),
    }


def _part_columns() -> list[Column]:
    return [
        Column("indicator", _("Indicator"), width=3),
        Column("starts", _("Period from"), "date"),
        Column("ends", _("Period to"), "date"),
        Column("kind", _("Kind")),
        Column("part", _("Part")),
        Column("place", _("Place")),
        Column("value", _("Value"), "number"),
        Column("words", _("In words")),
    ]


def _part_lines(project: Project) -> Iterator[dict[str, Any]]:
    rows = (
        Measurement.objects.current()
        .filter(indicator__project=project)
        .exclude(slice__isnull=True, place__isnull=True, location_ref="")
        .select_related("indicator", "period", "slice", "place")
        .order_by("indicator__order", "indicator_id", "period__starts", "period_id", "slice__key", "kind", "order")
    )
    for row in rows.iterator(chunk_size=2000):
        yield {
            "indicator": row.indicator.title,
            "starts": row.period and row.period.starts,
            "ends": row.period and row.period.ends,
            "kind": str(MeasurementKind(row.kind).label),
            "part": ", ".join(f"{name}: {value}" for name, value in row.slice.parts) if row.slice else None,
            "place": row.place.short_name if row.place else row.location_ref,
            "value": row.value,
            "words": row.words,
        }


def list_report(keys: Sequence[int], filter: PortfolioFilter, shown: str, request: HttpRequest) -> Report:
    """The list of indicators as a report with one table: the indicators of `keys`, in their order."""
    columns = [
        Column("project", _("Project"), width=2),
        Column("reference", _("Reference")),
        Column("office", _("Office")),
        Column("result", _("Result"), width=2),
        Column("indicator", _("Indicator"), "link", width=3),
        Column("standard", _("Standard indicator")),
        Column("unit", _("Unit")),
        Column("baseline", _("Baseline"), "number"),
        Column("target", _("Target to date"), "number"),
        Column("actual", _("Actual to date"), "number"),
        Column("progress", _("Progress to date"), "percent"),
        Column("state", _("State")),
    ]
    return Report(
        title=_("Indicators"),
        subtitle=f"{shown}; {filter.words()}",
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=request.build_absolute_uri("/").rstrip("/"),
        notices=[_("Illustrative portfolio: some figures were written for the demonstration and are not real.")]
        if has_illustrative(filter)
        else [],
        metadata={_("Filter"): f"{shown}; {filter.words()}"},
        blocks=[Table(_("Indicators"), columns, LazyRows(lambda: _list_lines(keys)))],
    )


def _list_lines(keys: Sequence[int]) -> Iterator[dict[str, Any]]:
    for row in rows_in_pieces(keys):
        record = row.indicator.project.record
        yield {
            "project": record.title,
            "reference": record.reference,
            "office": record.office.name if record.office else None,
            "result": row.indicator.result.record.title,
            "standard": row.indicator.standard.code if row.indicator.standard else None,
            **_about(row),
            "target": row.so_far.target,
            "actual": row.so_far.actual,
            "progress": row.so_far.progress,
        }
