"""Pages of the contribution report. Thin: parse, ask, render."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people.access import require
from migov.foundation.places.actions import notes
from migov.foundation.records.models import JournalEntry, Record
from migov.insight.contributions import charts
from migov.insight.contributions.answer import STATES, Contribution, Figures
from migov.insight.contributions.exports import rows_report
from migov.insight.contributions.forms import ScopeForm
from migov.insight.contributions.method import left_out_in_words, rules_in_words
from migov.insight.contributions.queries import contribution
from migov.insight.contributions.report import build_report, sources
from migov.insight.contributions.rows import (
    FIGURES,
    counted_amount,
    documents_of,
    money_of,
    people_of,
    projects_behind,
    role_of,
    share_of,
    states_of,
)
from migov.insight.contributions.scope import BadScope, Scope, read_scope
from migov.services.documents import FORMATS, Report
from migov.services.documents import render as render_document
from migov.services.documents.charts import render_png, render_svg

PER_PAGE = 25
STATE_LABELS = {
    "achieved": gettext_lazy("achieved"),
    "near": gettext_lazy("nearly achieved"),
    "behind": gettext_lazy("behind"),
    "late": gettext_lazy("late"),
    "open": gettext_lazy("not yet due"),
}


def index(request: HttpRequest) -> HttpResponse:
    """The first framework's report."""
    require(request.user, "contributions.see")
    first = Framework.objects.first()
    if first is None:
        return render(request, "contributions/none.html")
    return redirect("contributions:framework", first.code)


def _asked(request: HttpRequest, code: str) -> tuple[Framework, Scope | None, dict[str, str], dict[str, Any]]:
    """The framework, the scope (as far as it could be read), what is wrong with it, and what every page shows."""
    require(request.user, "contributions.see")
    framework = get_object_or_404(Framework, code=code)
    errors: dict[str, str] = {}
    try:
        scope: Scope | None = read_scope(framework, request.GET, request.user)
    except BadScope as wrong:
        scope, errors = wrong.scope, wrong.errors
    form = ScopeForm(initial={name: request.GET.get(name) for name in request.GET}, viewer=request.user)
    for name in errors:
        if name in form.fields:
            form.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}
    shared = {
        "framework": framework,
        "frameworks": Framework.objects.all(),
        "scope": scope,
        "form": form,
        "errors": errors,
        "fields": [(form[name], errors.get(name, "")) for name in form.fields],
        "currency": settings.MIGOV_REPORTING_CURRENCY,
        "query": scope.query() if scope else "",
        "formats": {name: FORMATS[name].label for name in ("pdf", "docx", "xlsx", "json")},
    }
    return framework, scope, errors, shared


def _strict(request: HttpRequest, code: str) -> Scope:
    """The scope for files and pictures: a filter that cannot be read is an error, since there is no form to show it in."""
    _framework, scope, errors, _shared = _asked(request, code)
    if errors or scope is None:
        raise Http404("; ".join(errors.values()))
    return scope


def framework(request: HttpRequest, framework: str) -> HttpResponse:
    """What we contribute to a framework, element by element."""
    _found, scope, errors, shared = _asked(request, framework)
    if scope is None or errors:
        return render(request, "contributions/framework.html", shared, status=400)
    answer = contribution(scope, request.user)
    _remember_charts(request, answer)
    top = max((row.budget for row in answer.rows), default=0)
    names, grid, most = _heat_grid(answer)
    return render(
        request,
        "contributions/framework.html",
        {
            **shared,
            "answer": answer,
            "total": answer.total,
            "bars": [
                (row, row.budget / top if top else 0) for row in sorted(answer.worked_on, key=lambda r: -r.budget)
            ],
            "heat_names": names,
            "query_elsewhere": replace(scope, countries=(), subregion=None).query(),
            "heat_grid": grid,
            "heat_most": most,
            "map_rows": sorted(charts.map_rows(answer), key=lambda row: -row["value"]),
            "standards": sorted(answer.total.standards.values(), key=lambda s: s.indicator.title),
            "rules": rules_in_words(),
            "left_out": left_out_in_words(answer),
            "sources": list(sources(scope)),
            "boundary_source": notes()["boundary_source"],
        },
    )


def _heat_grid(answer: Contribution) -> tuple[list[str], list[tuple[Figures, list[tuple[float | None, str]]]], float]:
    cells = charts.heat_cells(answer)
    names = list(dict.fromkeys(cell["country"] for cell in cells))
    values = [None if cell["value"] is None else cell["value"] / 1000 for cell in cells]
    codes = {place.short_name: place.code for place in answer.places.values() if place.is_territory}
    links = [codes.get(name, "") for name in names]
    grid = [
        (row, list(zip(values[at * len(names) : (at + 1) * len(names)], links, strict=True)))
        for at, row in enumerate(answer.worked_on)
    ]
    return names, grid, max((value for value in values if value), default=0.0)


def element(request: HttpRequest, framework: str, code: str) -> HttpResponse:
    """Who contributes to one element, with what."""
    found, scope, errors, shared = _asked(request, framework)
    one = get_object_or_404(Element, framework=found, code=code)
    shared["element"] = one
    if scope is None or errors:
        return render(request, "contributions/element.html", shared, status=400)
    answer = contribution(scope.only(one), request.user)
    row = answer.rows[0]
    page = Paginator(projects_behind(answer, row, "projects"), PER_PAGE).get_page(request.GET.get("page"))
    records = Record.objects.select_related("office").in_bulk(list(page))
    states = states_of(answer, row, page)
    projects = [
        {
            "record": records[key],
            "role": role_of(answer, row, key),
            "budget": counted_amount(answer, row, key, "b"),
            "share": float(share_of(answer, row, key)),
            "countries": answer.countries_of(key),
            "achieved": sum(i.state == "achieved" for i in states[key]),
            "judged": sum(i.state != "open" for i in states[key]),
        }
        for key in page
    ]
    by_country: dict[int, int] = {}
    for (_element, place), cents in answer.heat.items():
        by_country[place] = by_country.get(place, 0) + cents
    countries = sorted(((answer.places[p], cents / 100) for p, cents in by_country.items()), key=lambda pair: -pair[1])
    return render(
        request,
        "contributions/element.html",
        {
            **shared,
            "answer": answer,
            "row": row,
            "page": page,
            "projects": projects,
            "countries": [(place, amount, amount / (countries[0][1] or 1)) for place, amount in countries[:12]],
            "more_countries": max(0, len(countries) - 12),
            "standards": sorted(row.standards.values(), key=lambda s: s.indicator.title),
            "left_out": left_out_in_words(answer),
            "sources": list(sources(scope)),
        },
    )


def rows(request: HttpRequest, framework: str) -> HttpResponse:
    """The rows behind one figure, project by project; `?download=csv|xlsx` gives all of them."""
    found, scope, errors, shared = _asked(request, framework)
    figure, state = request.GET.get("figure", "projects"), request.GET.get("state", "")
    if figure not in FIGURES or (state and state not in STATES) or scope is None or errors:
        raise Http404(_("There is no such figure."))
    one: Element | None = None
    if code := request.GET.get("element", "").replace("\x00", ""):
        one = get_object_or_404(Element, framework=found, code=code)
    answer = contribution(scope.only(one) if one else scope, request.user)
    row = answer.rows[0] if one else answer.total
    keys = projects_behind(answer, row, figure, state)
    if fmt := request.GET.get("download", ""):
        if fmt not in ("xlsx", "json"):
            raise Http404(_("There is no such format."))
        return _file(rows_report(answer, row, figure, state, keys), fmt)
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    records = Record.objects.select_related("office").in_bulk(list(page))
    details: dict[int, Any] = {}
    if figure in ("budget", "spending"):
        details = dict(money_of(answer, row, "b" if figure == "budget" else "s", page))
    elif figure == "results":
        details = {
            key: [i for i in states if not state or i.state == state]
            for key, states in states_of(answer, row, page).items()
        }
    elif figure == "people":
        details = dict(people_of(answer, row, page))
    elif figure == "evidence":
        details = dict(documents_of(answer, page))
    groups = [
        {
            "record": records[key],
            "role": role_of(answer, row, key),
            "share": float(share_of(answer, row, key)),
            "amount": counted_amount(answer, row, key, "s" if figure == "spending" else "b"),
            "countries": answer.countries_of(key),
            "rows": details.get(key, []),
        }
        for key in page
    ]
    return render(
        request,
        "contributions/rows.html",
        {
            **shared,
            "element": one,
            "answer": answer,
            "row": row,
            "figure": figure,
            "state": state,
            "state_label": STATE_LABELS.get(state, ""),
            "page": page,
            "groups": groups,
            "template": f"contributions/rows/{figure}.html",
            "download": f"{request.GET.urlencode()}&download=",
            "rules": dict(
                zip(("projects", "budget", "results", "people", "evidence"), rules_in_words(), strict=True)
            ).get("budget" if figure == "spending" else figure),
        },
    )


def chart(request: HttpRequest, framework: str, name: str, fmt: str) -> HttpResponse:
    """One chart of the report as SVG or PNG."""
    if name not in charts.PICTURES or fmt not in ("svg", "png"):
        raise Http404(_("There is no such chart."))
    scope = _strict(request, framework)
    data = cache.get(_chart_key(request, scope)) or _remember_charts(request, contribution(scope, request.user))
    if not data[name]:
        raise Http404(_("There is nothing to draw."))
    spec = charts.PICTURES[name][1](data[name])
    if fmt == "svg":
        return HttpResponse(render_svg(spec), content_type="image/svg+xml")
    response = HttpResponse(render_png(spec), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="{framework}-{name}.png"'
    return response


def _chart_key(request: HttpRequest, scope: Scope) -> str:
    """Changes with the person, the question and anything that was journalled since."""
    newest = JournalEntry.objects.aggregate(newest=Max("pk"))["newest"]
    asked = f"{request.user.pk}|{scope.framework.code}|{scope.query()}|{scope.today}|{newest}"
    return f"contribution-charts:{hashlib.sha256(asked.encode()).hexdigest()}"


def _remember_charts(request: HttpRequest, answer: Contribution) -> dict[str, Any]:
    """Keep what the pictures are drawn from for some minutes: the page that shows them asks for them next."""
    data = {name: cells(answer) for name, (cells, _spec) in charts.PICTURES.items()}
    cache.set(_chart_key(request, answer.scope), data, 600)
    return data


def download(request: HttpRequest, framework: str, fmt: str) -> HttpResponse:
    """The whole report as a file."""
    if fmt not in FORMATS:
        raise Http404(_("There is no such format."))
    scope = _strict(request, framework)
    if code := request.GET.get("element", "").replace("\x00", ""):
        scope = scope.only(get_object_or_404(Element, framework=scope.framework, code=code))
    return _file(build_report(scope, request.user, fmt), fmt)


def _file(report: Report, fmt: str) -> HttpResponse:
    made = render_document(report, fmt)
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return response


def contribution_url(element: Element, query: str = "") -> str:
    """Address of the page that says who contributes to an element."""
    address = reverse("contributions:element", args=[element.framework.code, element.code])
    return f"{address}?{query}" if query else address
