"""The coverage page, the rows behind its figures, and both as files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.frameworks.models import Framework
from migov.foundation.people import access
from migov.foundation.people.models import Office
from migov.foundation.places.actions import notes
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.services.alignment import panel
from migov.services.alignment.access import decides
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.suggestions import coverage
from migov.services.suggestions.coverage import BadSelection, Selection, State, read_selection

PER_PAGE = 25


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How much of the work is aligned, by framework and office, and what nobody works on."""
    access.require(request.user, "matching.see")
    context: dict[str, Any] = {
        "typed": {name: request.GET.get(name, "") for name in ("framework", "office", "place", "year", "kind")},
        "frameworks": Framework.objects.all(),
        "offices": Office.objects.all(),
        "places": Place.objects.filter(is_territory=True),
        "kinds": [(kind, panel.kind_label(Record(kind=kind))) for kind in coverage.kinds_seen(request.user)],
        "no_office": coverage.NO_OFFICE,
        "formats": LIST_FORMATS,
        "may_judge": decides(request.user),
    }
    try:
        selection = read_selection(request.GET, request.user)
    except BadSelection as wrong:
        return render(request, "suggestions/coverage.html", context | {"errors": wrong.errors}, status=400)
    lines = coverage.coverage(request.user, selection)
    missing, elements = coverage.gaps(request.user, selection)
    context |= {
        "selection": selection,
        "query": selection.query(),
        "lines": [(line, selection.query(framework=line.framework.code)) for line in lines],
        "chosen": _by_office(lines[0], selection) if selection.framework else None,
        "missing": missing,
        "elements": elements,
    }
    return render(request, "suggestions/coverage.html", context)


def _by_office(line: coverage.Line, selection: Selection) -> list[tuple[Office | None, coverage.Counts, str]]:
    """The offices of a framework with their counts and the query of their rows."""
    return [
        (office, counts, selection.query(office=office.code if office else coverage.NO_OFFICE))
        for office, counts in line.offices
    ]


@require_safe
def rows(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The records behind one figure; `?download=csv|xlsx` gives all of them."""
    selection, state = _rows_asked(request)
    found = coverage.in_state(request.user, selection, state)
    if fmt := request.GET.get("download", ""):
        return _file(_rows_report(request, found, selection, state), fmt)
    asked = selection.query(**({"state": state} if state else {}))
    context = {
        "selection": selection,
        "state": state,
        "state_label": State(state).label if state else "",
        "states": [(one.value, one.label, selection.query(state=one.value)) for one in State],
        "everything": selection.query(),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "query": asked,
        "formats": LIST_FORMATS,
    }
    return render(request, "suggestions/coverage_rows.html", context)


@require_safe
def download(request: HttpRequest, fmt: str) -> HttpResponse | StreamingHttpResponse:
    """The counts by framework and office as a file."""
    access.require(request.user, "matching.see")
    selection = _strict(request)
    lines = coverage.coverage(request.user, selection)
    columns = [
        Column("framework", _("Framework"), width=2),
        Column("office", _("Office"), width=2),
        Column("total", _("Records"), "integer"),
        *(Column(state.value, capfirst(str(state.label)), "integer") for state in State),
        Column("share", _("Share aligned"), "percent"),
    ]

    def line(framework: Framework, office: str, counts: coverage.Counts) -> dict[str, Any]:
        numbers = {state.value: getattr(counts, state.value) for state in State}
        return {
            "framework": str(framework), "office": office, "total": counts.total, "share": counts.share, **numbers,
        }  # fmt: skip

    found = [
        line(one.framework, str(office) if office else _("no office"), counts)
        for one in lines
        for office, counts in one.offices
    ]
    table = Table(_("Coverage by framework and office"), columns, found, sheet_name=_("Coverage"), note=_meaning())
    return _file(_report(request, _("Coverage"), selection.words(), table, request.get_full_path()), fmt)


def _rows_asked(request: HttpRequest) -> tuple[Selection, str]:
    access.require(request.user, "matching.see")
    selection, state = _strict(request), request.GET.get("state", "")
    if selection.framework is None or (state and state not in State.values):
        raise Http404(_("There is no such figure."))
    return selection, state


def _strict(request: HttpRequest) -> Selection:
    """The selection for files and rows: one that cannot be read is an error, since there is no form to show it in."""
    try:
        return read_selection(request.GET, request.user)
    except BadSelection as wrong:
        raise Http404(str(wrong)) from wrong


def _rows_report(request: HttpRequest, found: Any, selection: Selection, state: str) -> Report:
    columns = [
        Column("reference", _("Reference")),
        Column("title", _("Title"), "link", width=3),
        Column("kind", _("Kind of work")),
        Column("office", _("Office")),
        Column("starts", _("Start"), "date"),
        Column("ends", _("End"), "date"),
        Column("state", _("State")),
    ]
    labels = dict(State.choices)
    address = reverse("alignment:record", args=[0])

    def lines() -> Any:
        for record in found.defer("summary", "parent__summary").iterator(chunk_size=2000):
            yield {
                "reference": record.reference,
                "title": Link(record.title, address.replace("/0/", f"/{record.pk}/")),
                "kind": panel.kind_label(record), "office": str(record.office) if record.office else None,
                "starts": record.starts, "ends": record.ends, "state": str(labels[record.state]),
            }  # fmt: skip

    title = f"{selection.framework}: {State(state).label}" if state else str(selection.framework)
    table = Table(_("Records"), columns, LazyRows(lines), sheet_name=_("Records"), note=_meaning())
    return _report(request, title, selection.words(), table, request.get_full_path())


def _report(request: HttpRequest, title: str, subtitle: str, table: Table, address: str) -> Report:
    here = request.build_absolute_uri("/").rstrip("/")
    illustrative = Record.objects.visible_to(request.user).filter(illustrative=True).exists()
    return Report(
        title=title,
        subtitle=subtitle,
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=here,
        notices=[_("Illustrative portfolio: some of these records were written for the demonstration.")]
        if illustrative
        else [],
        metadata={_("Selection"): subtitle, _("Address"): f"{here}{address}", _("Made"): formats.day(timezone.now())},
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[table],
    )


def _meaning() -> str:
    """What the states mean."""
    return _(
        "Each record is in one state. Aligned: at least one confirmed element. Waiting: a proposal nobody has decided. "
        "Nothing fits: examined by the matcher or by people, and nothing stands. Not read: its text is in another language "
        "than English, or holds no words. Not examined: nobody has looked at it."
    )


def _file(report: Report, fmt: str) -> HttpResponse | StreamingHttpResponse:
    if fmt not in LIST_FORMATS:
        raise Http404(_("There is no such format."))
    return list_response(report, fmt)
