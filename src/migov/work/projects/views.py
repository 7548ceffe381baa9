"""Pages of the portfolio: the list, the project, the region map. Thin: read, ask, show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Stage
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.projects import exports, page, panels, queries, region
from migov.work.projects import history as journal
from migov.work.projects import money as sums
from migov.work.projects.filters import PARAMETERS, BadFilter, PortfolioFilter, read_filter
from migov.work.projects.models import Project, TransactionKind

SEE = "contributions.see"
ROWS = 100


def see(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Reading pages of people who hold a role; which projects they see is the query's business."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.require(request.user, SEE)
        return view(request, *args, **kwargs)

    return guarded


def filter_of(request: HttpRequest) -> tuple[PortfolioFilter, dict[str, str]]:
    """The filter of the address, and what is wrong with it: parameter → message."""
    try:
        return read_filter(request.GET, request.user), {}
    except BadFilter as wrong:
        return wrong.filter, wrong.errors


def refused(errors: dict[str, str]) -> HttpResponse:
    """An export that cannot be made, with the reasons, instead of a file that holds something else."""
    return HttpResponse("\n".join(errors.values()), status=400, content_type="text/plain; charset=utf-8")


def bar(request: HttpRequest, filter: PortfolioFilter, errors: dict[str, str]) -> dict[str, Any]:
    """What the filter bar needs, with what was typed kept and the message of each condition that could not be used."""
    sort = request.GET.get("sort", "")
    return {
        "filter": filter,
        "errors": errors,
        "unknown": {name: text for name, text in errors.items() if name not in PARAMETERS},
        "typed": {name: request.GET.get(name, "") for name in PARAMETERS},
        "choices": queries.choices(filter, request.user),
        "stages": Stage.choices,
        "sort": sort,
        "chips": filter.chips(),
        "query": filter.to_query(**({"sort": sort} if sort else {})),
        "conditions": filter.to_query(),
    }


@see
def portfolio_list(request: HttpRequest) -> HttpResponse:
    """The portfolio, filtered and sorted as the address says."""
    filter, errors = filter_of(request)
    keys = [] if errors else queries.portfolio(filter, request.user, request.GET.get("sort", queries.DEFAULT_ORDER))
    found = Paginator(keys, queries.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **bar(request, filter, errors),
        "page": found,
        "rows": queries.rows(list(found)),
        "columns": panels.columns(),
        "nothing_yet": not found.paginator.count and not filter and not errors,
        "empties": _which_to_drop(filter, request.user) if filter and not errors and not found.paginator.count else [],
        "may_import": access.allowed(request.user, "import.iati"),
        "formats": LIST_FORMATS,
    }
    return render(request, "projects/list.html", context)


def _which_to_drop(filter: PortfolioFilter, user: Viewer) -> list[tuple[Any, int]]:
    """For a list without a row: how many projects there would be without each condition."""
    chips = filter.chips()[:8]
    counted = [(chip, queries.matching(read_filter(QueryDict(chip.without), user), user).count()) for chip in chips]
    return [(chip, number) for chip, number in counted if number]


@see
def portfolio_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of the filter as a file."""
    filter, errors = filter_of(request)
    if errors:
        return refused(errors)
    order = request.GET.get("sort", queries.DEFAULT_ORDER)
    keys = list(queries.portfolio(filter, request.user, order))
    shown = exports.has_illustrative(filter)
    report = exports.list_report(keys, filter, request, f"/portfolio/?{filter.to_query()}", shown)
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


@see
def by_reference(request: HttpRequest, reference: str) -> HttpResponse:
    """From a project's reference to its page."""
    found = queries.projects_for(request.user).filter(reference=reference).values_list("pk", flat=True).first()
    if found is None:
        raise Http404(_("No project with this reference, or not one that you may see."))
    return redirect("projects:page", pk=found)


def _project(request: HttpRequest, pk: int) -> Project:
    try:
        return page.project_for(request.user, pk)
    except Project.DoesNotExist:
        raise Http404(_("There is no such project, or you may not see it.")) from None


def _show(request: HttpRequest, project: Project, tab: str, template: str, **context: Any) -> HttpResponse:
    tabs: list[tuple[str, Any]] = [
        ("overview", _("Overview")),
        *((panel.code, panel.label) for panel in panels.panels()),
        ("money", _("Money")),
        ("documents", _("Documents")),
    ]
    if access.allowed(request.user, "journal.see"):
        tabs.append(("history", _("History")))
    return render(
        request,
        template,
        {"project": project, "record": project.record, "tab": tab, "tabs": tabs, "links": panels.links(), **context},
    )


@see
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """A project at a glance."""
    project = _project(request, pk)
    locations, number_of_locations = page.locations(project)
    summaries = [fact for panel in panels.panels() if panel.summary for fact in panel.summary(project)]
    budgets = page.budgets(project)
    confirmed = page.by_framework(page.confirmed_alignments(project))
    return _show(
        request, project, "overview", "projects/overview.html",
        organisations=page.organisations(project), classifications=page.classifications(project),
        places=page.places(project), themes=page.themes(project), locations=locations,
        number_of_locations=number_of_locations, relatives=page.relatives(project, request.user), budgets=budgets,
        summaries=summaries, alignments=confirmed, counts=page.alignment_counts(project),
        status=page.status(project),
    )  # fmt: skip


@see
def money(request: HttpRequest, pk: int) -> HttpResponse:
    """Budgets and transactions of a project."""
    project = _project(request, pk)
    kind, currency = _transactions_asked(request)
    found = Paginator(sums.transactions_of(project, kind, currency), ROWS).get_page(request.GET.get("page"))
    return _show(
        request, project, "money", "projects/money.html",
        budgets=page.budgets(project), sums=sums.transaction_sums(project), page=found, kind=kind, currency=currency,
        kind_label=dict(TransactionKind.choices).get(kind, ""), formats=LIST_FORMATS,
    )  # fmt: skip


def _transactions_asked(request: HttpRequest) -> tuple[str, str | None]:
    kind = request.GET.get("kind", "")
    if kind and kind not in TransactionKind.values:
        raise Http404(_("There is no such kind of transaction."))
    return kind, request.GET.get("currency")


@see
def transactions_export(request: HttpRequest, pk: int, fmt: str) -> HttpResponseBase:
    """The transactions shown, all of them, as a file."""
    project = _project(request, pk)
    kind, currency = _transactions_asked(request)
    try:
        return list_response(exports.transactions_report(project, kind, currency, request), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


@see
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """Documents of a project and its results."""
    project = _project(request, pk)
    return _show(request, project, "documents", "projects/documents.html", documents=page.documents(project))


@see
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what, when."""
    access.require(request.user, "journal.see")
    project = _project(request, pk)
    found = Paginator(journal.entries(project.record), ROWS).get_page(request.GET.get("page"))
    lines = journal.lines(list(found), project.record)
    return _show(request, project, "history", "projects/history.html", page=found, lines=lines)


@see
def panel(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A tab that another room adds."""
    chosen = panels.panel(code)
    if chosen is None:
        raise Http404(_("There is no such page of a project."))
    project = _project(request, pk)
    return _show(request, project, code, "projects/panel.html", panel=chosen, content=chosen.render(request, project))


def _measure(request: HttpRequest) -> str:
    show = request.GET.get("show", region.PROJECTS)
    if show not in region.MEASURES:
        raise Http404(_("The map shows projects or their budget."))
    return show


@see
def region_page(request: HttpRequest) -> HttpResponse:
    """The map of the region with its table."""
    filter, errors = filter_of(request)
    show = _measure(request)
    rows = [] if errors else region.by_territory(filter, request.user, show)
    context = {
        **bar(request, filter, errors), "show": show, "currency": settings.MIGOV_REPORTING_CURRENCY,
        "rows": [(row, replace(filter, countries=(row.place,)).to_query()) for row in rows],
        "source": region.source_line(), "elsewhere": 0 if errors else region.elsewhere(filter, request.user),
    }  # fmt: skip
    return render(request, "projects/map.html", context)


@see
def region_picture(request: HttpRequest) -> HttpResponse:
    """The map as SVG."""
    filter, errors = filter_of(request)
    if errors:
        return refused(errors)
    show = _measure(request)
    rows = region.by_territory(filter, request.user, show)
    svg = region.picture(rows, show, settings.MIGOV_REPORTING_CURRENCY)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=60"
    return response
