"""Pages for exports of forms: the forms of a project, how each is counted, and what an export makes of the values."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from migov.services.alignment.access import person
from migov.services.files.workbooks import Unreadable, read_table
from migov.work.projects.models import Project
from migov.work.results import kobo, kobo_plan
from migov.work.results.actions import kobo as actions
from migov.work.results.actions.ground import ReportingError
from migov.work.results.actions.kobo import MapError
from migov.work.results.kobo import Export, Kind, Rule, Where
from migov.work.results.kobo_forms import ColumnsForm, ExportForm, RuleForm
from migov.work.results.kobo_maps import KoboMap
from migov.work.results.models import Indicator
from migov.work.results.parts import dimensions_of
from migov.work.results.views_sheets import MOST_LISTED, keep, project_or_404


def _export(file: UploadedFile, sheet: str) -> Export:
    """The rows of an uploaded export. They are read here and kept nowhere. Raises Unreadable."""
    bounds: dict[str, Any] = {
        "most_rows": kobo.MOST_ROWS,
        "most_columns": kobo.MOST_COLUMNS,
        "most_bytes": kobo.MOST_BYTES,
    }
    bounds["percents"] = False
    return kobo.export_of(read_table(file.file, str(file.name), file.size or 0, **bounds), sheet)  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
def forms_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The forms of a project; a new one is begun with an export."""
    project = project_or_404(request, pk)
    form = ExportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            export = _export(given["file"], given["sheet"])
            row = actions.add_map(
                project,
                given["name"],
                export.headings,
                by=person(request),
                sheet=export.sheet if given["sheet"] else "",
            )
        except Unreadable as wrong:
            form.add_error("file", str(wrong))
        except MapError as wrong:
            form.add_error(wrong.field or None, str(wrong))
        else:
            messages.success(request, _("The columns of the form were read. Now say how they are counted."))
            return _page(request, project, row, status=201, export=export)
    context = {
        "project": project, "record": project.record, "form": form,
        "maps": [(row, len(row.rules)) for row in KoboMap.objects.filter(project=project)],
    }  # fmt: skip
    return render(request, "results/sheets/kobo_list.html", context, status=422 if request.method == "POST" else 200)


def _map(project: Project, key: int) -> KoboMap:
    return get_object_or_404(KoboMap.objects.select_related("project__record__office"), project=project, pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """How a form is counted; POST: its columns of day and place."""
    project = project_or_404(request, pk)
    row = _map(project, key)
    if request.method != "POST":
        return _page(request, project, row)
    form = ColumnsForm(request.POST, row=row)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_columns(
                key, by=person(request), seen=given["seen"], date_column=given["date_column"],
                place_column=given["place_column"], places=given["places"],
            )  # fmt: skip
        except MapError as wrong:
            form.add_error(wrong.field or None, str(wrong))
        else:
            messages.success(request, _("Saved."))
            return redirect("results:kobo-map", pk, key)
    return _page(request, project, row, status=422, form=form)


def _page(
    request: HttpRequest, project: Project, row: KoboMap, *, status: int = 200, form: ColumnsForm | None = None,
    export: Export | None = None, problem: str = "",
) -> HttpResponse:  # fmt: skip
    indicators = _indicators(project)
    titles = {one.pk: one.title for one in indicators}
    rules = [
        (rule, titles.get(rule.indicator, ""), said(rule), [name for name in rule.columns if name not in row.headings])
        for rule in actions.rules_of(row)
    ]
    context: dict[str, Any] = {
        "project": project, "record": project.record, "map": row, "form": form or ColumnsForm(row=row), "rules": rules,
        "indicators": [one for one in indicators if RuleForm.can_be_counted(one)], "problem": problem,
        "columns": kobo.columns(export) if export else None, "number": len(export.rows) if export else 0,
        "gone": [name for name in (row.date_column, row.place_column) if name and name not in row.headings],
    }  # fmt: skip
    return render(request, "results/sheets/kobo_map.html", context, status=status)


def _indicators(project: Project) -> list[Indicator]:
    found = Indicator.objects.standing().filter(project=project).select_related("standard")
    return list(found.order_by("result__order", "result_id", "order", "pk"))


def said(rule: Rule) -> str:
    """A rule in words."""
    words = str(Kind(rule.kind).label)
    if rule.column:
        words = _("sum of “%s”") % rule.column
    if rule.where:
        words = _("%(what)s where %(where)s") % {"what": words, "where": _where(rule.where)}
    if rule.of:
        words = _("%(what)s, out of those where %(where)s") % {"what": words, "where": _where(rule.of)}
    if rule.by:
        by = ", ".join(f"{one.dimension} (“{one.column}”)" for one in rule.by)
        words = _("%(what)s; by %(by)s") % {"what": words, "by": by}
    return words


def _where(one: Where) -> str:
    if not one.answers:
        return _("“%s” says anything") % one.column
    answers = _(" or ").join(f"“{answer}”" for answer in one.answers)
    return _("“%(column)s” says %(answers)s") % {"column": one.column, "answers": answers}


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """How an indicator is counted: ?indicator=<its key>."""
    project = project_or_404(request, pk)
    row = _map(project, key)
    wanted = request.GET.get("indicator", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 18 else 0
    indicator = next((one for one in _indicators(project) if one.pk == number), None)
    if indicator is None or not RuleForm.can_be_counted(indicator):
        raise Http404(_("Choose an indicator of the project that is a number, a percentage or a ratio."))
    stands = next((one for one in actions.rules_of(row) if one.indicator == number), None)
    dimensions = dimensions_of([indicator])[number]
    form = RuleForm(request.POST or None, row=row, indicator=indicator, dimensions=dimensions, rule=stands)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_rule(key, form.rule, by=person(request), seen=form.cleaned_data["seen"])
        except MapError as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        else:
            messages.success(request, _("Saved."))
            return redirect("results:kobo-map", pk, key)
    context = {"project": project, "record": project.record, "map": row, "form": form, "indicator": indicator}
    return render(request, "results/sheets/kobo_rule.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def remove(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Remove a rule (its indicator is given), or the whole form."""
    project = project_or_404(request, pk)
    row = _map(project, key)
    wanted, seen = request.POST.get("indicator", ""), request.POST.get("seen", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    try:
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 18:
            actions.remove_rule(key, int(wanted), by=person(request), seen=revision)
            messages.success(request, _("The rule was removed."))
            return redirect("results:kobo-map", pk, key)
        actions.remove_map(key, by=person(request), seen=revision)
    except MapError as wrong:
        return _page(request, project, row, status=409, problem=str(wrong))
    messages.success(request, _("The form was removed. Values that were read from it stay."))
    return redirect("results:kobo", pk)


@require_POST
def read(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Read an export: show its columns, or what it makes of the values. Its rows are kept nowhere."""
    project = project_or_404(request, pk)
    row = _map(project, key)
    file = request.FILES.get("file")
    if file is None:
        return _page(request, project, row, status=422, problem=_("Choose a file."))
    try:
        export = _export(file, row.sheet)
        if "columns" in request.POST:
            row = actions.set_headings(key, export.headings, by=person(request), seen=row.revision)
            return _page(request, project, row, export=export)
        found = kobo_plan.preview(row, export, by=person(request))
    except (Unreadable, ReportingError, MapError) as wrong:
        return _page(request, project, row, status=422, problem=str(wrong))
    KoboMap.objects.filter(pk=key).update(read_at=timezone.now())
    context = {
        "project": project, "record": project.record, "map": row, "found": found, "name": str(file.name),
        "token": keep(request, project, found.cells, "kobo") if found.lines else "",
        "lines": found.lines[:MOST_LISTED], "more": max(0, len(found.lines) - MOST_LISTED),
        "refused": found.refused[:MOST_LISTED], "more_refused": max(0, len(found.refused) - MOST_LISTED),
    }  # fmt: skip
    return render(request, "results/sheets/kobo_preview.html", context)
