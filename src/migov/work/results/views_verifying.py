"""Verifying values over projects: what waits, verified or returned in bulk; locking."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from migov.foundation.records.models import Record
from migov.foundation.shell import typed
from migov.services.alignment.access import person
from migov.work.results import reporting, verifying
from migov.work.results.actions import checking
from migov.work.results.actions.ground import ReportingError
from migov.work.results.actions.returning import return_values
from migov.work.results.models import Entry
from migov.work.results.views_reporting import chosen

PER_PAGE = 50


def _require(request: HttpRequest) -> None:
    """Raises PermissionDenied for who verifies nothing anywhere."""
    if not reporting.verifies(request.user):
        raise PermissionDenied(_("Values are verified by those who monitor and evaluate."))


def _key(request: HttpRequest, name: str) -> int | None:
    found = request.GET.get(name, "")
    return int(found) if found.isascii() and found.isdigit() and len(found) < 16 else None


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """All submitted values that the person may verify. An act is answered with the page: what changed, and what could not be done."""
    _require(request)
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        more, status = _act(request)
    office, project, findings = _key(request, "office"), _key(request, "project"), request.GET.get("findings", "")
    keys = verifying.keys_waiting(request.user, office=office, project=project, findings=findings)
    found = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    refused = more.get("refused", {})
    rows = [(row, refused.get(row.entry.pk, "")) for row in verifying.rows(list(found), request.user)]
    context = {
        "page": found, "groups": _by_project(rows), "office": office, "project": project, "findings": findings,
        "filtered": bool(office or project or findings), "select_clean": request.GET.get("select") == "clean",
        "clean": sum(not row.findings and not row.mine for row, _why in rows),
        "offices": verifying.offices_waiting(request.user), "projects": verifying.projects_waiting(request.user),
        "lockable": verifying.lockable(request.user), "ticked": set(chosen(request)) if status != 200 else set(),
    }  # fmt: skip
    return render(request, "results/reporting/verify.html", context | more, status=status)


def _by_project(
    rows: list[tuple[verifying.Submitted, str]],
) -> list[tuple[Record, list[tuple[verifying.Submitted, str]]]]:
    groups = groupby(rows, key=lambda row: row[0].entry.indicator.project_id)
    found = [list(some) for _project, some in groups]
    return [(some[0][0].entry.indicator.project.record, some) for some in found]


def _act(request: HttpRequest) -> tuple[dict[str, Any], int]:
    """Verify or return what was ticked. Rows that cannot take the step stay, each with the reason."""
    keys, reason = chosen(request), request.POST.get("reason", "")
    wanted = list(Entry.objects.filter(
        pk__in=keys, indicator__project__record__in=reporting.verified_by(request.user)
    ).values_list("pk", flat=True))  # fmt: skip
    if not wanted:
        return {"refusal": _("Nothing was chosen."), "reason": reason}, 422
    before = verifying.figures_of(wanted, request.user)
    returns = request.POST.get("step") == "return"
    try:
        if returns:
            done = return_values(wanted, by=person(request), reason=reason)
        else:
            done = checking.take("verify", wanted, by=person(request))
    except (ReportingError, typed.Unreadable) as refused:
        return {"refusal": str(refused), "reason": reason}, 422
    after = verifying.figures_of(wanted, request.user)
    changed = verifying.changes(before, after)
    one, many = (
        (_("%(n)s value returned."), _("%(n)s values returned.")) if returns
        else (_("%(n)s value verified: it counts from now on."), _("%(n)s values verified: they count from now on."))
    )  # fmt: skip
    outcome = {
        "done": (one if len(done.done) == 1 else many) % {"n": len(done.done)} if done.done else "",
        "refused": done.refused, "changes": changed, "moved": verifying.moved(before, after),
        "rolled": verifying.rolled(before, after),
    }  # fmt: skip
    return outcome, 200 if done.done else 409


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the verified values of a project for periods that ended by a day."""
    _require(request)
    key = request.POST.get("project", "")
    record = (
        verifying.lockable(request.user)
        .filter(pk=int(key) if key.isascii() and key.isdigit() and len(key) < 16 else 0)
        .first()
    )
    if record is None:
        raise Http404(_("There is no such project with verified values, or you may not verify them."))
    try:
        day = typed.day(request.POST.get("until", ""))
    except typed.Unreadable as wrong:
        messages.error(request, str(wrong))
        return redirect("results:verify")
    if day is None:
        messages.error(request, _("Say until which day values are locked."))
        return redirect("results:verify")
    done = checking.lock_until(record.pk, day, by=person(request))
    words = ngettext("%(n)s value of “%(title)s” locked.", "%(n)s values of “%(title)s” locked.", len(done.done))
    messages.success(request, words % {"n": len(done.done), "title": record.title})
    return redirect("results:verify")
