"""What all pages of one report share: who may see them, the head of the page and its tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.work.reports import queries
from migov.work.reports.models import Report, ReportState

TABS = (
    ("page", gettext_lazy("Sections")),
    ("preview", gettext_lazy("Preview")),
    ("review", gettext_lazy("Review")),
)
TONES = {
    ReportState.DRAFT: "quiet",
    ReportState.REVIEW: "warn",
    ReportState.ENDORSED: "good",
    ReportState.DELIVERED: "good",
}


def report_or_404(request: HttpRequest, key: int) -> Report:
    """The report that the address names. Raises PermissionDenied for people from outside, Http404 where it is not seen."""
    access.require(request.user, "reports.list")
    try:
        return queries.report_for(request.user, key)
    except (Report.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such report, or you may not see it.")) from None


def show(
    request: HttpRequest, report: Report, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the report: the template extends reports/frame.html and is given report, record, tabs and may_write."""
    here = "page" if tab == "text" else tab
    tabs = [(label, reverse(f"reports:{code}", args=[report.pk]), code == here) for code, label in TABS]
    common = {
        "report": report, "record": report.record, "tabs": tabs, "may_write": queries.may_write(request.user, report),
        "late": queries.is_late(report), "state_tone": TONES[ReportState(report.state)],
    }  # fmt: skip
    return render(request, template, common | context, status=status)
