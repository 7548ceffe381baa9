"""The register as a file: exactly the rows of the filter, all of them, in the order shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.evaluations.filters import EvaluationFilter
from migov.work.evaluations.models import LabelKind
from migov.work.evaluations.queries.register import EvaluationRow, rows_in_pieces


def list_report(keys: Iterable[int], filter: EvaluationFilter, request: HttpRequest) -> Report:
    """The list as a report with one table. `keys` may be read more than once."""
    columns = [
        Column("title", _("Evaluation"), "link", width=3),
        Column("reference", _("Reference")),
        Column("year", _("Year"), "text"),
        Column("published", _("Date of publication"), "date"),
        Column("status", _("Status")),
        Column("timing", _("Timing")),
        Column("evaluator", _("Evaluator")),
        Column("level", _("Level")),
        Column("evaluators", _("Authors")),
        Column("office", _("Office")),
        Column("countries", _("Countries and areas"), width=2),
        Column("coverage", _("Coverage")),
        Column("from", _("Period from"), "date"),
        Column("to", _("Period to"), "date"),
        Column("themes", _("Themes")),
        Column("areas", _("Thematic areas as published"), width=2),
        Column("crosscutting", _("Cross-cutting themes")),
        Column("scope", _("Scope")),
        Column("commissioner", _("Commissioned by")),
        Column("donors", _("Donors")),
        Column("languages", _("Languages")),
        Column("response", _("Management response")),
        Column("recommendations", _("Recommendations"), "integer"),
        Column("actions", _("Key actions"), "integer"),
        Column("open", _("Open actions"), "integer"),
        Column("overdue", _("Overdue actions"), "integer"),
    ]
    here = request.build_absolute_uri("/").rstrip("/")

    def lines() -> Iterator[dict[str, Any]]:
        address = reverse("evaluations:page", args=[0])
        for row in rows_in_pieces(keys):
            yield line(row, address.replace("/0/", f"/{row.evaluation.pk}/"))

    return Report(
        title=_("Evaluations"),
        subtitle=filter.words(),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=here,
        metadata={_("Filter"): filter.words(), _("Address of the list"): f"{here}{reverse('evaluations:list')}?{filter.to_query()}"},
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[Table(_("Evaluations"), columns, LazyRows(lines), sheet_name=_("Evaluations"))],
    )  # fmt: skip


def line(row: EvaluationRow, url: str) -> dict[str, Any]:
    """One row of the file; `url`: the address of the evaluation's page."""
    one = row.evaluation
    record = one.record
    return {
        "title": Link(record.title, url),
        "reference": record.reference,
        "year": str(one.year or ""),
        "published": one.published_on,
        "status": str(one.get_status_display()),
        "timing": str(one.get_timing_display()),
        "evaluator": str(one.get_evaluator_type_display()),
        "level": str(one.get_level_display()),
        "evaluators": one.evaluators,
        "office": record.office.name if record.office else None,
        "countries": ", ".join([place.short_name for place in row.places] + row.labels.get(LabelKind.COUNTRY, [])),
        "coverage": str(one.get_coverage_display()),
        "from": one.period_from,
        "to": one.period_to,
        "themes": ", ".join(map(str, row.themes)),
        "areas": "; ".join(row.labels.get(LabelKind.THEME, [])),
        "crosscutting": ", ".join(row.labels.get(LabelKind.CROSS_CUTTING, [])),
        "scope": ", ".join(row.labels.get(LabelKind.SCOPE, [])),
        "commissioner": ", ".join(row.labels.get(LabelKind.COMMISSIONER, [])),
        "donors": "; ".join(row.labels.get(LabelKind.DONOR, [])),
        "languages": ", ".join(row.labels.get(LabelKind.LANGUAGE, [])),
        "response": row.response,
        "recommendations": row.recommendations,
        "actions": row.actions,
        "open": row.open,
        "overdue": row.overdue,
    }
