"""A review as files: the review sheet, and its comments as a list."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.services.alignment.access import person
from migov.services.clearance import queries
from migov.services.clearance import views_frame as frame
from migov.services.clearance.review_sheet import review_sheet
from migov.services.documents import Column, Link, Report, Table, render
from migov.services.documents.listing import xlsx_response

SHEETS = ("docx", "pdf")


@require_safe
def sheet(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The review sheet as DOCX or PDF."""
    clearance = frame.clearance_or_404(request, pk)
    if fmt not in SHEETS:
        raise Http404(_("The review sheet comes as DOCX or PDF."))
    made = render(review_sheet(clearance, person(request)), fmt)
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def comments(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every comment that was not withdrawn, with its answers, as an Excel workbook."""
    clearance = frame.clearance_or_404(request, pk)
    page = request.build_absolute_uri(reverse("clearance:clearance", args=[pk]))
    rows = []
    for one in queries.threads(clearance):
        remark = one.remark
        if remark.state == "withdrawn":
            continue
        answers = "\n".join(f"{answer.by or 'migov'}: {answer.body}" for answer in one.answers)
        rows.append(
            {"round": one.round, "place": remark.place, "who": str(remark.by or "migov"), "seat": one.seat,
             "at": timezone.localdate(remark.at), "state": remark.get_state_display(), "quote": remark.quote, "body": remark.body,
             "wording": remark.wording, "answers": answers, "link": Link(_("open"), f"{page}#c-{remark.pk}")}
        )  # fmt: skip
    columns = [
        Column("round", _("Round"), "integer"), Column("place", _("Place"), width=2), Column("who", _("Who")),
        Column("seat", _("Seat")), Column("at", _("On"), "date"), Column("state", _("State")), Column("quote", _("Words"), width=2),
        Column("body", _("Comment"), width=3), Column("wording", _("Suggested wording"), width=2),
        Column("answers", _("Answers"), width=3), Column("link", _("Link"), "link"),
    ]  # fmt: skip
    title = _("Comments: %s") % clearance.title
    report = Report(
        title=title, date=timezone.localdate(), base_url=request.build_absolute_uri("/").rstrip("/"),
        notices=[_("Illustrative work, written for the demonstration.")] if clearance.record.illustrative else [],
        blocks=[Table(_("Comments"), columns, rows, empty_text=_("Nobody commented."))],
    )  # fmt: skip
    return xlsx_response(report)


urlpatterns = [
    path("<int:pk>/review-sheet.<slug:fmt>", sheet, name="sheet"),
    path("<int:pk>/comments.xlsx", comments, name="comments"),
]
