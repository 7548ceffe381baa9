"""What all pages of one report share: who may see it, its head and its tabs; and small things that many pages need."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.work.governance.gcm import ground
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.gcm.queries import reports
from migov.work.governance.models import GcmReport, GcmReportState

TONES = {
    GcmReportState.DRAFT: "quiet",
    GcmReportState.CLEARANCE: "warn",
    GcmReportState.CLEARED: "good",
    GcmReportState.SUBMITTED: "good",
}
LONGEST = 200


def report_or_404(request: HttpRequest, key: int, *, office: bool = False) -> GcmReport:
    """A report as the viewer may see it. office: for the office only; a government is not told of the page.

    Raises PermissionDenied, Http404.
    """
    access.require(request.user, "governance.enter")
    if office and not is_internal(request.user):
        raise Http404(_("There is no such page."))
    try:
        found = (
            reports.visible(request.user)
            .select_related("record__owner", "record__office", "country", "round", "previous__record", "submission")
            .get(pk=key)
        )
    except (GcmReport.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such report, or you may not see it.")) from None
    access.require(request.user, "gcm.see", found.record)
    return found


def show(
    request: HttpRequest, report: GcmReport, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the report: its template extends governance/gcm/report_frame.html."""
    record, user = report.record, request.user
    common = {
        "part": "gcm", "report": report, "record": record, "pages": pages(request, report, tab),
        "may_write": may_write(request, report), "internal": is_internal(user), "tone": TONES[GcmReportState(report.state)],
        "may_submit": access.allowed(user, "gcm.submit", record), "may_invite": access.allowed(user, "gcm.invite", record),
    }  # fmt: skip
    return render(request, template, common | context, status=status)


def may_write(request: HttpRequest, report: GcmReport) -> bool:
    """Whether the viewer may change the paragraphs of a report now."""
    return ground.is_open(report) and access.allowed(request.user, "gcm.write", report.record)


def pages(request: HttpRequest, report: GcmReport, here: str) -> list[tuple[str, str, bool]]:
    """The tabs of a report: label, address, whether it is this page."""
    found = [("report", _("Report"), "governance:gcm-report")]
    if is_internal(request.user):
        found += [
            ("contributions", _("Contributions"), "governance:gcm-contributions"),
            ("known", _("What is known"), "governance:gcm-known"),
            ("state", _("Clearance and submission"), "governance:gcm-state"),
        ]
    return [(label, reverse(name, args=[report.pk]), code == here) for code, label, name in found]


def put(form: forms.Form, refused: GcmRefused) -> None:
    """Say beside the field of a form why a step was refused."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def plain(request: HttpRequest, name: str, most: int = LONGEST) -> str:
    """A parameter of the address as a filter reads it."""
    return request.GET.get(name, "").replace("\x00", "")[:most].strip()


def number(request: HttpRequest, name: str) -> int | None:
    """A number that a form sent; None where it is none."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None
