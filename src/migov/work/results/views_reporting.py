"""Reporting values: where one reports, the grid of a project, handing in and taking back."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.work.projects.models import Project
from migov.work.results import reporting
from migov.work.results.actions import checking, periods
from migov.work.results.actions.ground import REPORTED_IN, ReportingError
from migov.work.results.actions.many import Cell, Outcome, put_many
from migov.work.results.checks import hindering
from migov.work.results.findings import findings_of
from migov.work.results.grid import grid_of
from migov.work.results.grid_cells import Block, Grid, cell_of, laid_over
from migov.work.results.models import Entry, Frequency, Indicator

MOST_CELLS = 5000  # of one request
SHOWN = 50


def project_or_404(request: HttpRequest, pk: int) -> Project:
    """A project for which the person may report. 404 where it is not seen, 403 where it is."""
    try:
        project = reporting.project_to_report(request.user, pk)
    except Project.DoesNotExist:
        raise Http404(_("There is no such project, or you may not see it.")) from None
    access.require(request.user, "results.report", project.record)
    return project


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Where the person reports: projects with late, returned and drafted values, and all others that are measured."""
    access.require(request.user, "journal.see")
    rows = reporting.to_report(request.user)
    others = reporting.others_to_report(request.user).exclude(pk__in=[row.record.pk for row in rows])
    context = {
        "rows": rows, "late": sum(row.late for row in rows), "others": others.select_related("office")[:SHOWN],
        "others_count": others.count(), "returned": reporting.returned(request.user)[:SHOWN],
        "may_verify": reporting.verifies(request.user),
    }  # fmt: skip
    return render(request, "results/reporting/overview.html", context)


def _year(request: HttpRequest) -> int | None:
    found = request.GET.get("year", "")
    return int(found) if found.isascii() and found.isdigit() and len(found) == 4 else None


def _grid(request: HttpRequest, project: Project) -> Grid:
    return grid_of(
        project, editable=project.record.stage in REPORTED_IN, year=_year(request), by_place="places" in request.GET
    )  # fmt: skip


def _address(request: HttpRequest, name: str, pk: int) -> str:
    query = request.GET.urlencode()
    return reverse(name, args=[pk]) + (f"?{query}" if query else "")


def _context(request: HttpRequest, project: Project, grid: Grid) -> dict[str, Any]:
    return {
        "project": project, "record": project.record, "grid": grid, "frequencies": [
            (code, label) for code, label in Frequency.choices if code
        ],
        "takes_values": project.record.stage in REPORTED_IN, "by_place": "places" in request.GET,
        "query": request.GET.urlencode(), "summary": grid,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid of a project. Without JavaScript the cells are sent as a form; what was refused keeps what was typed."""
    project = project_or_404(request, pk)
    if request.method != "POST":
        grid = _grid(request, project)
        return render(request, "results/reporting/grid.html", _context(request, project, grid))
    cells = []
    for name, text in request.POST.items():
        was = str(request.POST.get(f"was-{name}", ""))
        found = cell_of(name, str(text), was)
        if found is not None and _plain(str(text)) != _plain(was):
            cells.append(found)
    outcomes, refusal = _put(project, cells, request)
    grid = _grid(request, project)
    wrong = laid_over(grid, outcomes)
    if not wrong and not refusal:
        messages.success(request, _saved(len(outcomes)))
        return redirect(_address(request, "results:report-project", pk))
    context = _context(request, project, grid) | {"refusal": refusal, "wrong": wrong, "kept": len(outcomes) - wrong}
    return render(request, "results/reporting/grid.html", context, status=422)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _put(project: Project, cells: list[Cell], request: HttpRequest) -> tuple[list[Outcome], str]:
    if len(cells) > MOST_CELLS:
        return [], _("At most %s values are taken at once. Paste fewer.") % MOST_CELLS
    try:
        return put_many(project, cells, by=person(request)), ""
    except ReportingError as refused:
        return [], str(refused)


def _saved(number: int) -> str:
    return ngettext("%(number)s value saved.", "%(number)s values saved.", number) % {"number": number}


@require_POST
def cells(request: HttpRequest, pk: int) -> HttpResponse:
    """Some cells, sent as JSON: {"cells": [{"name", "text", "was"}]}. The answer says what became of each, and how what
    surrounds them looks now.
    """
    project = project_or_404(request, pk)
    try:
        given = json.loads(request.body)["cells"]
        wanted = [(str(one["name"]), cell_of(str(one["name"]), str(one["text"]), str(one["was"]))) for one in given]
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"refused": _("The page sent something that cannot be read. Load it again.")}, status=400)
    known = [cell for _name, cell in wanted if cell is not None]
    if len(known) < len(wanted):
        return JsonResponse({"refused": _("The page sent a cell that is not in the grid. Load it again.")}, status=409)
    outcomes, refusal = _put(project, known, request)
    if refusal:
        return JsonResponse({"refused": refusal}, status=409)
    touched = {outcome.cell.indicator for outcome in outcomes}
    grid = _grid(request, project)
    summary = {"summary": grid, "project": project, "query": request.GET.urlencode()}
    wrong = sum(bool(outcome.problem) for outcome in outcomes)
    said = _saved(len(outcomes) - wrong)
    if wrong:
        said += " " + ngettext("%(n)s was refused.", "%(n)s were refused.", wrong) % {"n": wrong}
    return JsonResponse({
        "cells": [
            {"name": name, "shown": outcome.shown, "problem": outcome.problem, "now": outcome.now}
            for (name, _cell), outcome in zip(wanted, outcomes, strict=True)
        ],
        "parts": {key: html for block in grid.blocks if block.indicator.pk in touched
                  for key, html in _parts(request, block).items()},
        "summary": render_to_string("results/reporting/summary.html", summary, request=request),
        "said": said,
    })  # fmt: skip


def _parts(request: HttpRequest, block: Block) -> dict[str, str]:
    return {
        f"{name}-{block.id}": render_to_string(
            f"results/reporting/block_{name}.html", {"block": block}, request=request
        )
        for name in ("head", "says")
    }


@require_POST
def frequency(request: HttpRequest, pk: int) -> HttpResponse:
    """Set how often some indicators are measured: a field for each, named after its key."""
    project = project_or_404(request, pk)
    made = 0
    for indicator in Indicator.objects.filter(project=project).order_by("pk"):
        wanted = request.POST.get(f"frequency-{indicator.pk}", "")
        if not wanted:
            continue
        try:
            made += periods.set_frequency(indicator, Frequency(wanted), by=person(request))
        except ValueError as refused:
            why = str(refused) if isinstance(refused, ReportingError) else _("There is no such frequency.")
            messages.error(request, f"{indicator.title}: {why}")
    if made:
        messages.success(request, ngettext("%(n)s period made.", "%(n)s periods made.", made) % {"n": made})
    return redirect(_address(request, "results:report-project", pk))


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be handed in, what hinders the rest, and what waits to be verified and can be taken back."""
    project = project_or_404(request, pk)
    refused: dict[int, str] = {}
    if request.method == "POST":
        step = "take back" if request.POST.get("step") == "take-back" else "submit"
        mine = Entry.objects.filter(indicator__project=project, pk__in=chosen(request))
        done = checking.take(step, list(mine.values_list("pk", flat=True)), by=person(request))
        refused = done.refused
        _say_done(request, step, len(done.done), len(refused))
        if done.done and not refused:
            return redirect(_address(request, "results:report-submit", pk))
    grid = _grid(request, project)
    found = findings_of(grid.open + grid.submitted)
    rows = [
        {"entry": entry, "findings": found[entry.pk], "hinders": bool(hindering(found[entry.pk])),
         "refused": refused.get(entry.pk, "")}
        for entry in sorted(grid.open, key=_order)
    ]  # fmt: skip
    submitted = [
        {"entry": entry, "mine": entry.submitted_by_id == request.user.pk, "findings": found[entry.pk],
         "refused": refused.get(entry.pk, "")}
        for entry in sorted(grid.submitted, key=_order)
    ]  # fmt: skip
    context = _context(request, project, grid) | {
        "rows": rows,
        "submitted": submitted,
        "ready": sum(not row["hinders"] for row in rows),
    }
    return render(request, "results/reporting/submit.html", context, status=409 if refused else 200)


def _order(entry: Entry) -> tuple[Any, ...]:
    return entry.indicator.result_id, entry.indicator.order, entry.indicator_id, entry.period_id, entry.place_id or 0


def chosen(request: HttpRequest) -> list[int]:
    """The keys of the entries that were ticked."""
    return [int(key) for key in request.POST.getlist("entry") if key.isascii() and key.isdigit() and len(key) < 16]


def _say_done(request: HttpRequest, step: str, done: int, refused: int) -> None:
    if not done and not refused:
        messages.warning(request, _("Nothing was chosen."))
    if done and step == "submit":
        words = ngettext("%(n)s value submitted. It waits to be verified.",
                         "%(n)s values submitted. They wait to be verified.", done)  # fmt: skip
        messages.success(request, words % {"n": done})
    elif done:
        words = ngettext("%(n)s value taken back.", "%(n)s values taken back.", done)
        messages.success(request, words % {"n": done})
    if refused:
        words = ngettext("%(n)s stays as it was: the reason stands beside it.",
                         "%(n)s stay as they were: the reasons stand beside them.", refused)  # fmt: skip
        messages.error(request, words % {"n": refused})
