"""A roadmap followed up for a year: all its lines on one page, saved together; what somebody else said meanwhile is not overwritten."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.work.governance.models import FollowUp, Roadmap, RoadmapState
from migov.work.governance.roadmaps import exports, queries
from migov.work.governance.roadmaps.actions import following
from migov.work.governance.roadmaps.actions.following import Outcome, Said
from migov.work.governance.roadmaps.actions.ground import WRITE, RoadmapError
from migov.work.governance.roadmaps.forms import FollowForm
from migov.work.governance.roadmaps.queries import About, Line
from migov.work.governance.roadmaps.views.page import roadmap_or_404


@dataclass(slots=True)
class Row:
    """A line on the page of a year. before: what was said of the year before. now: what somebody else said meanwhile."""

    line: Line
    form: FollowForm
    measure: str
    standing: FollowUp | None
    before: FollowUp | None
    now: FollowUp | None = None
    wrong: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """A year of a roadmap. Who may not write it reads it."""
    found = roadmap_or_404(request, pk)
    about = queries.about(found, request.user)
    if year not in about.years:
        raise Http404(
            _("This roadmap is not followed up for such a year: it is not agreed, or the year has not begun.")
        )
    writes = found.state != RoadmapState.CLOSED and access.allowed(request.user, WRITE, found.record)
    if request.method != "POST":
        return _show(request, found, about, year, _rows(about, year), writes)
    access.require(request.user, WRITE, found.record)
    rows = _rows(about, year, request)
    if not all(row.form.is_valid() for row in rows):
        return _show(request, found, about, year, rows, writes, 422)
    said = [
        Said(row.line.action.pk, row.form.cleaned_data["state"], row.form.cleaned_data["value"], row.form.cleaned_data["text"],
             row.form.cleaned_data["seen"] or 0)
        for row in rows
        if row.form.cleaned_data.get("state")
    ]  # fmt: skip
    try:
        outcome = following.follow(found, year, said, by=person(request))
    except RoadmapError as refused:
        return _show(request, found, about, year, rows, writes, 409, problem=str(refused))
    if outcome.complete:
        messages.success(request, _("Saved.") if outcome.saved else _("Nothing had changed."))
        return redirect("governance:roadmap-follow-up", pk=pk, year=year)
    return _show(
        request, found, about, year, _after(request, about, year, outcome), writes, 409 if outcome.standing else 422
    )


def _prefix(line: Line) -> str:
    return f"a{line.action.pk}"


def _rows(about: About, year: int, request: HttpRequest | None = None) -> list[Row]:
    rows = []
    for line in about.lines:
        standing = line.in_year(year)
        if request is not None and f"{_prefix(line)}-seen" in request.POST:
            form = FollowForm(request.POST, prefix=_prefix(line))
        else:
            form = FollowForm(prefix=_prefix(line), initial=_initial(standing))
            if request is not None:  # added by somebody else since the page was loaded: nothing is said of it
                form = FollowForm(
                    {f"{_prefix(line)}-seen": "0"} if standing is None else _sent(line, standing), prefix=_prefix(line)
                )
        before = [one for one in line.follow_ups if one.year < year]
        rows.append(Row(line, form, exports.measure(line.action), standing, before[-1] if before else None))
    return rows


def _initial(standing: FollowUp | None) -> dict[str, object]:
    if standing is None:
        return {"seen": 0}
    return {"state": standing.state, "value": standing.value, "text": standing.text, "seen": standing.pk}


def _sent(line: Line, standing: FollowUp) -> dict[str, str]:
    """What stands, as a page would send it back."""
    return {f"{_prefix(line)}-{name}": str(value) for name, value in _initial(standing).items()}


def _after(request: HttpRequest, about: About, year: int, outcome: Outcome) -> list[Row]:
    """The rows once more: those that were saved as they stand, the others as they were typed, with what stands beside them."""
    saved = {row.action_id: row for row in outcome.saved}
    rows = _rows(about, year, request)
    for row in rows:
        key = row.line.action.pk
        if key in saved:
            row.form = FollowForm(prefix=_prefix(row.line), initial=_initial(saved[key]))
        elif key in outcome.standing:
            row.now = outcome.standing[key]
            data = request.POST.copy()
            data[f"{_prefix(row.line)}-seen"] = str(row.now.pk)  # it was shown: sent again, it is meant
            row.form = FollowForm(data, prefix=_prefix(row.line))
        elif key in outcome.wrong:
            row.wrong = outcome.wrong[key]
    return rows


def _show(
    request: HttpRequest, found: Roadmap, about: About, year: int, rows: list[Row], writes: bool, status: int = 200, *,
    problem: str = "",
) -> HttpResponse:  # fmt: skip
    context = {
        "part": "roadmaps", "found": found, "record": found.record, "about": about, "year": year, "rows": rows,
        "may_write": writes, "problem": problem, "said": about.said_of(year),
        "missed": any(row.now or row.wrong or row.form.errors for row in rows) if request.method == "POST" else False,
    }  # fmt: skip
    return render(request, "governance/roadmaps/year.html", context, status=status)
