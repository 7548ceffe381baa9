"""The library as a file: the standard indicators of the filter with everything that defines them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.results.library_queries import LibraryFilter, pieces
from migov.work.results.models import StandardIndicator


def library_report(
    found: QuerySet[StandardIndicator], filter: LibraryFilter, user: Viewer, request: HttpRequest
) -> Report:
    """The list as a report with one table. Projects and indicators are counted among those that the person may see."""
    columns = [
        Column("code", _("Code")),
        Column("title", _("Standard indicator"), "link", width=3),
        Column("definition", _("Definition"), width=3),
        Column("method", _("Method"), width=3),
        Column("unit", _("Unit")),
        Column("measure", _("Measure")),
        Column("periods", _("Several periods")),
        Column("projects_rule", _("Several projects")),
        Column("people", _("Counts people")),
        Column("dimensions", _("Told apart by")),
        Column("elements", _("Elements of frameworks"), width=2),
        Column("version", _("Version"), "integer"),
        Column("retired", _("Retired on"), "date"),
        Column("indicators", _("Indicators"), "integer"),
        Column("projects", _("Projects"), "integer"),
    ]

    def lines() -> Iterator[dict[str, Any]]:
        for row in pieces(found, user):
            one = row.standard
            yield {
                "code": one.code, "title": Link(one.title, reverse("results:standard", args=[one.pk])),
                "definition": one.definition, "method": one.method, "unit": one.unit,
                "measure": str(one.get_measure_display()), "periods": str(one.get_across_periods_display()),
                "projects_rule": str(one.get_across_projects_display()),
                "people": _("yes") if one.counts_people else _("no"),
                "dimensions": ", ".join(map(str, row.dimensions)), "elements": ", ".join(map(str, row.elements)),
                "version": one.version, "retired": one.retired_at and timezone.localdate(one.retired_at),
                "indicators": row.indicators, "projects": row.projects,
            }  # fmt: skip

    return Report(
        title=_("Standard indicators"),
        subtitle=filter.says(),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=request.build_absolute_uri("/").rstrip("/"),
        metadata={_("Filter"): filter.says()},
        blocks=[Table(_("Standard indicators"), columns, LazyRows(lines))],
    )
