"""Pages of roll-ups: all standard indicators of a selection, one with all that it is made of, overlaps of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from migov.foundation.people import access
from migov.foundation.people.models import Office
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import typed
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.projects.views import bar, refused, see
from migov.work.results.actions.ground import ReportingError
from migov.work.results.models import AcrossProjects, Indicator, StandardIndicator
from migov.work.results.overlaps import Overlap, OverlapKind
from migov.work.results.queries import TONES, state_words
from migov.work.results.rollups import asking, overlaps, questions, sheets, wording
from migov.work.results.rollups.asking import RollUpQuestion
from migov.work.results.rollups.parts import Amounts, Dimension, dimensions
from migov.work.results.rollups.questions import Line, RollUp
from migov.work.results.rollups.together import Aggregate

ROWS = 60
MOST = 400  # rows behind one figure on its page; its file holds all
WAYS = {
    "office": gettext_lazy("By office"), "country": gettext_lazy("By country"), "programme": gettext_lazy("By programme"),
    "project": gettext_lazy("By project"), "year": gettext_lazy("By year"),
}  # fmt: skip
LINES: dict[str, Callable[[RollUp], list[Line]]] = {
    "office": questions.by_office, "country": questions.by_country, "programme": questions.by_programme,
    "project": questions.by_project, "year": questions.by_year,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the table by office, country, …: who it stands for, what it comes to."""

    name: str
    url: str
    found: Aggregate

    @property
    def state_words(self) -> str:
        if self.found.value is None:
            return _("no figure")
        return state_words(self.found.state) if self.found.progress is not None else _("no target")

    @property
    def tone(self) -> str:
        return TONES[self.found.state]


def _context(request: HttpRequest, asked: RollUpQuestion) -> dict[str, Any]:
    return {
        **bar(request, asked.filter, asked.errors), "asked": asked, "kept": asked.kept, "query": asked.query,
        "more_fields": "results/rollups/fields.html", "formats": LIST_FORMATS,
        "typed_days": {name: request.GET.get(name, "") for name in asking.OWN},
    }  # fmt: skip


@see
def rollup_list(request: HttpRequest) -> HttpResponse:
    """All standard indicators that the projects of the filter measure, each as one figure."""
    asked = asking.read(request.GET, request.user)
    found = [] if asked.errors else questions.roll_ups(questions.ground(asked.filter, request.user, asked.window))
    found.sort(key=lambda one: one.total.value is None)  # those that say something first, each by title
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = [(one, ShownLine(one.standard.title, "", one.total)) for one in page]
    return render(request, "results/rollups/list.html", {**_context(request, asked), "page": page, "rows": rows})


@see
def rollup_list_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The list as a file."""
    asked = asking.read(request.GET, request.user)
    if asked.errors:
        return refused(asked.errors)
    found = questions.roll_ups(questions.ground(asked.filter, request.user, asked.window))
    return _file(sheets.list_report(found, asked, request), fmt)


def _file(report: Any, fmt: str) -> HttpResponseBase:
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _roll_up(request: HttpRequest, code: str, asked: RollUpQuestion) -> RollUp:
    standard = get_object_or_404(StandardIndicator, code=code)
    ground = questions.ground(asked.filter, request.user, asked.window, [standard.pk], parts=True)
    return questions.roll_up(standard, ground)


@see
def rollup_page(request: HttpRequest, code: str) -> HttpResponse:
    """One standard indicator: the figure, its lines, its parts, what it is made of, what was left out and why."""
    asked = asking.read(request.GET, request.user)
    by = request.GET.get(asking.BY, "office")
    if by not in WAYS:
        raise Http404(_("There is no such way to tell the figure apart."))
    standard = get_object_or_404(StandardIndicator, code=code)
    context = {
        **_context(request, asked),
        "standard": standard,
        "rule": wording.rule_of(standard),
        "by": by,
        "ways": WAYS.items(),
    }
    if not asked.errors:
        found = _roll_up(request, code, asked)
        context |= {
            "found": found, "total": found.total, "line": ShownLine(standard.title, "", found.total),
            "lines": _shown(by, LINES[by](found)), "between": _between(by, found), "dimensions": _dimensions(found),
            "made": sheets.made_of(found)[:MOST], "made_all": len(found.total.counted),
            "left": sheets.left_out(found)[:MOST], "left_all": len(found.total.left), "overlaps": _overlaps(found),
            "may_declare": access.allowed(request.user, "results.library"),
        }  # fmt: skip
    return render(request, "results/rollups/rollup.html", context)


def _shown(by: str, lines: list[Line]) -> list[ShownLine]:
    keys = {line.key for line in lines if line.key is not None}
    names: dict[int, str] = {}
    urls: dict[int, str] = {}
    if by == "office":
        names = dict(Office.objects.filter(pk__in=keys).values_list("pk", "name"))
    elif by == "country":
        names = {place.pk: place.short_name for place in Place.objects.filter(pk__in=keys)}
    elif by == "year":
        return [ShownLine(str(line.key), "", line.found) for line in lines]
    else:
        names = dict(Record.objects.filter(pk__in=keys).values_list("pk", "title"))
        urls = {pk: reverse("projects:page", args=[pk]) for pk in names}
    unknown = {
        "office": _("no office"), "country": _("not told by country"), "programme": _("in no programme"), "project": "–",
    }[by]  # fmt: skip
    shown = [
        ShownLine(names.get(line.key or 0, unknown), urls.get(line.key or 0, ""), line.found)
        for line in lines
        if line.found.counted
    ]
    return sorted(shown, key=lambda line: (line.name == unknown, -(line.found.value or 0), line.name))


def _between(by: str, found: RollUp) -> float:
    """What the lines come to beyond the total: people who are counted in two of them."""
    if by == "year" or found.total.value is None or found.asked.rule != AcrossProjects.SUM:
        return 0.0
    lines = LINES[by](found)
    return round(sum(line.found.value or 0 for line in lines) - found.total.value, 6)


def _dimensions(found: RollUp) -> list[dict[str, Any]]:
    average = found.asked.rule == AcrossProjects.AVERAGE
    return [
        {
            "name": wording.dimension_words(one.name), "known": one.known, "whole": one.whole,
            "parts": [(wording.value_words(one.name, value), part.value, _length(one, part, average)) for value, part in one.parts.items()],
            "average": average,
        }
        for one in dimensions(found.total, found.ground.told, found.ground.overlaps)
    ]  # fmt: skip


def _length(of: Dimension, part: Amounts, average: bool) -> float:
    """A bar: a percentage by itself, a number as a part of all that are known."""
    return part.value / (100 if average else of.known or 1)


def _overlaps(found: RollUp) -> list[tuple[Overlap, list[Indicator], float | None]]:
    """What was declared about the people of this figure, with the indicators and how much was taken off."""
    keys = {known.key for known in found.ground.overlaps.values()}
    minus = {one.overlap: one.minus for one in found.total.shared}
    declared = (
        Overlap.objects.filter(pk__in=keys).select_related("by").prefetch_related("members__indicator__project__record")
    )
    return [(one, [member.indicator for member in one.members.all()], minus.get(one.pk)) for one in declared]


@see
def rollup_export(request: HttpRequest, code: str, fmt: str) -> HttpResponseBase:
    """One roll-up with all that it is made of, as a file."""
    asked = asking.read(request.GET, request.user)
    if asked.errors:
        return refused(asked.errors)
    return _file(sheets.report(_roll_up(request, code, asked), asked, request), fmt)


def overlap_page(request: HttpRequest, code: str) -> HttpResponse:
    """Declare which indicators of a figure count the same people."""
    access.require(request.user, "results.library")
    asked = asking.read(request.GET, request.user)
    if asked.errors:
        return refused(asked.errors)
    found = _roll_up(request, code, asked)
    given = request.POST if request.method == "POST" else {}
    wrong = ""
    if request.method == "POST":
        try:
            text = request.POST.get("twice", "").strip()
            made = overlaps.declare(
                [int(key) for key in request.POST.getlist("indicator") if key.isdecimal()], by=person(request),
                kind=request.POST.get("kind", ""), reason=request.POST.get("reason", ""),
                twice=typed.number(text) if text else None,
            )  # fmt: skip
        except (ReportingError, typed.Unreadable) as refusal:
            wrong = str(refusal)
        else:
            messages.success(
                request, _("Declared for %s indicators. The figure follows it now.") % made.members.count()
            )
            return redirect(f"{reverse('results:rollup', args=[code])}?{asked.query}")
    rows = sorted(
        [*sheets.made_of(found), *sheets.left_out(found)], key=lambda row: (row.project.title, row.source.indicator)
    )
    context = {
        "standard": found.standard, "asked": asked, "rows": rows, "kinds": OverlapKind.choices, "wrong": wrong, "given": given,
        "chosen": set(request.POST.getlist("indicator")),
    }  # fmt: skip
    return render(request, "results/rollups/overlap.html", context, status=422 if wrong else 200)


@require_POST
def overlap_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw what was declared."""
    access.require(request.user, "results.library")
    overlap = get_object_or_404(Overlap.objects.current(), pk=pk)
    try:
        overlaps.withdraw(overlap, by=person(request))
    except ReportingError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Withdrawn. The figures count as if nothing were known about these people."))
    code = (
        StandardIndicator.objects.filter(indicators__overlaps__overlap=overlap).values_list("code", flat=True).first()
    )
    return redirect(reverse("results:rollup", args=[code]) if code else reverse("results:rollups"))
