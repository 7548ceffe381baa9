"""All key actions with what became of them, and the plan of evaluations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.places.actions import notes
from migov.foundation.places.models import Place
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.evaluations.models import ActionStatus, Verdict
from migov.work.evaluations.queries import followup as queries
from migov.work.evaluations.queries.followup import Asked, tone
from migov.work.projects.views import see

PER_PAGE = 50
SHOW_WORDS = {
    "open": gettext_lazy("Open"), "overdue": gettext_lazy("Overdue"), "done": gettext_lazy("Completed"),
    "dropped": gettext_lazy("Given up"), "all": gettext_lazy("All"),
}  # fmt: skip


def read_asked(request: HttpRequest) -> tuple[Asked, dict[str, str]]:
    """What the address asks for, and what is wrong with it."""
    given = request.GET
    wrong: dict[str, str] = {}

    def known(name: str, choices: Any, otherwise: str = "") -> str:
        said = given.get(name, "").strip()
        if said and said not in choices:
            wrong[name] = _("“%(text)s” is not one of the choices.") % {"text": said[:60]}
            return otherwise
        return said or otherwise

    year = given.get("year", "").strip()
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        wrong["year"] = _("“%(text)s” is not a year.") % {"text": year[:20]}
        year = ""
    code = given.get("country", "").strip()
    place = Place.objects.filter(code=code).first() if code and "\x00" not in code else None
    if code and place is None:
        wrong["country"] = _("“%(text)s” is not one of the choices.") % {"text": code[:60]}
    text = " ".join(given.get("q", "").replace("\x00", "").split())[:200]
    inside = access.is_internal(request.user)
    asked = Asked(
        show=known("show", queries.SHOWS, "open"), year=int(year) if year else None, country=place,
        verdict=known("verdict", Verdict.values), mine=known("mine", ("yes",)) == "yes" and inside, q=text,
    )  # fmt: skip
    return asked, wrong


@see
def actions(request: HttpRequest) -> HttpResponse:
    """Key actions of all evaluations that the viewer may see, overdue ones first."""
    asked, wrong = read_asked(request)
    today = timezone.localdate()
    found: Any = [] if wrong else queries.asked(request.user, asked, today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    found_rows: list[Any] = list(page)
    rows = [(one, str(ActionStatus(one.status).label), tone(one.status, overdue=one.late)) for one in found_rows]
    years = queries.by_year(request.user, today)
    others = [(name, value) for name, value in asked.params() if name != "show"]
    context = {
        "asked": asked, "wrong": wrong, "page": page, "rows": rows, "years": years, "query": urlencode(asked.params()),
        "shows": [(code, label, urlencode([*others, ("show", code)])) for code, label in SHOW_WORDS.items()],
        "places": queries.places_with_actions(request.user), "verdicts": Verdict.choices, "formats": LIST_FORMATS,
        "internal": access.is_internal(request.user), "nothing_yet": not years,
    }  # fmt: skip
    return render(request, "evaluations/actions.html", context)


@see
def actions_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The actions asked for, all of them, as a file."""
    asked, wrong = read_asked(request)
    if wrong:
        return HttpResponse("\n".join(wrong.values()), status=400, content_type="text/plain; charset=utf-8")
    try:
        return list_response(_report(request, asked), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _report(request: HttpRequest, asked: Asked) -> Report:
    inside = access.is_internal(request.user)
    columns = [
        Column("evaluation", _("Evaluation"), "link", width=3),
        Column("recommendation", _("Recommendation"), width=3),
        Column("number", _("Action")),
        Column("action", _("Key action"), width=3),
        Column("responsible", _("Responsible")),
        Column("due", _("Due"), "date"),
        Column("time_frame", _("Time frame")),
        Column("funds", _("Depends on funds")),
        Column("status", _("Status")),
        Column("since", _("Since"), "date"),
        Column("overdue", _("Overdue")),
        *([Column("comment", _("Comment"), width=2)] if inside else []),
    ]
    found = queries.asked(request.user, asked)

    def lines() -> Iterator[dict[str, Any]]:
        for one in found.iterator(chunk_size=500):
            row = one.recommendation
            yield {
                "evaluation": Link(row.evaluation.record.title, reverse("evaluations:followup", args=[row.evaluation_id])),
                "recommendation": row.text, "number": f"{row.number}.{one.number}", "action": one.text,
                "responsible": one.owner_words if inside else one.unit_words,
                "due": one.due, "time_frame": one.time_frame, "funds": one.needs_funds,
                "status": str(ActionStatus(one.status).label), "since": one.since, "overdue": bool(one.late),
                "comment": one.said,
            }  # fmt: skip

    here = request.build_absolute_uri("/").rstrip("/")
    return Report(
        title=_("Key actions"),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=here,
        metadata={_("Address of the list"): f"{here}{reverse('evaluations:actions')}?{urlencode(asked.params())}"},
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[Table(_("Key actions"), columns, LazyRows(lines), sheet_name=_("Key actions"))],
    )


@see
def plan(request: HttpRequest) -> HttpResponse:
    """Evaluations that are planned or under way, by the year they should end."""
    groups = queries.planned(request.user)
    context = {
        "groups": groups, "today": timezone.localdate(), "number": sum(len(rows) for _year, rows in groups),
        "may_start": access.allowed(request.user, "evaluations.start"),
    }  # fmt: skip
    return render(request, "evaluations/plan.html", context)
