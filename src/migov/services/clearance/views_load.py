"""The workload: who reviews how much and how fast, and at which step work waits longest. Every figure leads to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.services.clearance import queries
from migov.services.clearance import views_frame as frame
from migov.services.clearance.queries import Workload
from migov.services.documents import Column, Report, Table
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat

# Step of the way → the list of what waits at it, and of what was done.
LISTS = {"review": ("open", "done"), "decision": ("deciding", "decided"), "change": ("changing", "changed")}
PERIODS = (90, 365)  # days that are offered as links


def _asked(request: HttpRequest) -> tuple[User, date | None, str]:
    """Who asks, since when, and what is wrong with the day. Raises PermissionDenied."""
    user = frame.staff(request)
    access.require(user, "clearance.load")
    typed = request.GET.get("since", "").strip()
    if not typed:
        return user, None, ""
    try:
        since = parse_date(typed)
    except ValueError:
        since = None
    return user, since, "" if since else _("Give a day, as 2026-01-31.")


@require_safe
def load(request: HttpRequest) -> HttpResponse:
    """The workload since a day."""
    user, since, problem = _asked(request)
    found = queries.workload(user, since)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "since": since, "problem": problem, "typed": request.GET.get("since", ""), "found": found, "formats": LIST_FORMATS,
        "query": urlencode({"since": since.isoformat()}) if since else "",
        "reviewers": [(line, _links(line.person.pk, since)) for line in found.reviewers],
        "steps": [(step, _step_links(step.code, since)) for step in found.steps],
        "periods": [(days, (today - timedelta(days=days)).isoformat()) for days in PERIODS],
    }  # fmt: skip
    return render(request, "clearance/load.html", context, status=400 if problem else 200)


def _list(code: str, since: date | None = None, **more: str) -> str:
    query = {"list": code, **more, **({"since": since.isoformat()} if since else {})}
    return f"{reverse('clearance:list')}?{urlencode(query)}"


def _links(key: int, since: date | None) -> dict[str, str]:
    who = str(key)
    return {
        "open": _list("open", reviewer=who), "late": _list("open", reviewer=who, late="yes"),
        "done": _list("done", since, reviewer=who),
    }  # fmt: skip


def _step_links(code: str, since: date | None) -> dict[str, str]:
    waiting, done = LISTS[code]
    return {"waiting": _list(waiting), "late": _list(waiting, late="yes"), "done": _list(done, since)}


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The workload as a file."""
    user, since, problem = _asked(request)
    if problem:
        return HttpResponse(problem, status=400, content_type="text/plain; charset=utf-8")
    try:
        return list_response(_report(queries.workload(user, since), request.build_absolute_uri("/").rstrip("/")), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _report(found: Workload, base_url: str) -> Report:
    figures: Sequence[Column] = [
        Column("late", _("Late"), "integer"), Column("done", _("Done"), "integer"),
        Column("days", _("Median of working days"), "number"),
    ]  # fmt: skip
    people = [
        {"who": str(one.person), "open": one.open, "late": one.late, "done": one.done, "days": one.median_days}
        for one in found.reviewers
    ]
    steps = [
        {"step": str(one.label), "waiting": one.waiting, "late": one.late, "done": one.done, "days": one.median_days}
        for one in found.steps
    ]
    since = found.since.isoformat() if found.since else _("the beginning")
    return Report(
        title=_("Workload of reviews"), date=timezone.localdate(), base_url=base_url, metadata={_("Since"): since},
        blocks=[
            Table(_("Reviewers"), [Column("who", _("Reviewer"), width=2), Column("open", _("Open"), "integer"), *figures], people,
                  empty_text=_("Nobody was asked to review yet.")),
            Table(_("Steps"), [Column("step", _("Step"), width=2), Column("waiting", _("Waiting"), "integer"), *figures], steps),
        ],
    )  # fmt: skip


urlpatterns = [
    path("load/", load, name="load"),
    path("load/workload.<slug:fmt>", export, name="load-export"),
]
