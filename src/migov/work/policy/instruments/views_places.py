"""Pages that look at States: the matrix, the time lines, one country, and what an instrument would require of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.services.documents import render as render_document
from migov.services.documents.listing import LIST_FORMATS
from migov.work.policy.instruments import exports, matrix, queries
from migov.work.policy.instruments.standing import Status, standing_of
from migov.work.policy.instruments.views import file_of, instrument_of, place_of, see
from migov.work.policy.models import Body

MATRIX_FORMATS = (*LIST_FORMATS, "docx")


def _asked(request: HttpRequest) -> tuple[str, bool]:
    body = request.GET.get("body", "")
    return (body if body in dict(matrix.MATRIX_BODIES) else ""), request.GET.get("gaps") == "1"


@see
def matrix_page(request: HttpRequest) -> HttpResponse:
    """Instruments × territories."""
    body, only_gaps = _asked(request)
    context = {
        "part": "instruments", "found": matrix.matrix(body, only_gaps=only_gaps), "body": body, "only_gaps": only_gaps,
        "bodies": matrix.MATRIX_BODIES, "legend": matrix.legend(), "formats": MATRIX_FORMATS,
        "query": request.GET.urlencode(), "may_load": access.allowed(request.user, "instruments.load"),
    }  # fmt: skip
    return render(request, "policy/instruments/matrix.html", context)


@see
def matrix_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The matrix as a file: a spreadsheet, or a document on landscape pages."""
    if fmt not in MATRIX_FORMATS:
        raise Http404(_("The matrix is made as CSV, XLSX or DOCX."))
    body, only_gaps = _asked(request)
    found = matrix.matrix(body, only_gaps=only_gaps)
    kept = "; ".join(
        filter(None, [str(Body(body).label) if body else _("all bodies"), _("only gaps") if only_gaps else ""])
    )
    report = exports.matrix_report(found, kept, request, short=fmt == "docx")
    if fmt != "docx":
        return file_of(report, fmt)
    made = render_document(report, fmt)
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@see
def places(request: HttpRequest) -> HttpResponse:
    """When States bound themselves: the territories with their time lines."""
    courses, spans = matrix.course_page()
    most = max((number for course in courses for _start, number in course.spans), default=0)
    context = {"part": "instruments", "courses": courses, "spans": spans, "most": most}
    return render(request, "policy/instruments/places.html", context)


@see
def place_page(request: HttpRequest, code: str) -> HttpResponse:
    """One territory: its standing towards each instrument, its time line, what it is not bound by."""
    place = place_of(code)
    found, held = queries.place_standings(place)
    taking = [one for one in found if matrix.counts(one, held[one.pk])]
    known = {(one.pk, place.pk): held[one.pk] for one in found}
    course = matrix.courses([place], found, known)[0]
    dated = sorted(
        ((one, held[one.pk]) for one in taking if held[one.pk].held and held[one.pk].day),
        key=lambda pair: (pair[1].day, pair[0].order), reverse=True,
    )  # fmt: skip
    context: dict[str, Any] = {
        "part": "instruments", "place": place, "rows": [(one, held[one.pk]) for one in taking], "course": course,
        "dated": dated, "bars": matrix.bars(course),
        "accessions": queries.accessions(place, held, request.user),
        "formats": LIST_FORMATS, "unknown": sum(1 for one in taking if held[one.pk].status == Status.UNKNOWN),
        "differ": sum(held[one.pk].disagrees for one in taking), "may_load": access.allowed(request.user, "instruments.load"),
    }  # fmt: skip
    return render(request, "policy/instruments/place.html", context)


@see
def place_export(request: HttpRequest, code: str, fmt: str) -> HttpResponseBase:
    """What a territory is bound by, act by act, as a file."""
    place = place_of(code)
    found, held = queries.place_standings(place)
    rows = [(one, held[one.pk]) for one in found if matrix.counts(one, held[one.pk])]
    return file_of(exports.country_report(place, rows, request), fmt)


def _accession(request: HttpRequest, code: str, instrument: str) -> dict[str, Any]:
    place, one = place_of(code), instrument_of(instrument)
    found = list(queries.requirements_of([one]))
    met = queries.met_by(place, found, request.user)
    return {
        "place": place, "instrument": one, "groups": queries.by_article(found), "met": met, "total": len(found),
        "standing": standing_of(one, place),
    }  # fmt: skip


@see
def accession(request: HttpRequest, code: str, instrument: str) -> HttpResponse:
    """What an instrument would require of a territory: a checklist by article."""
    found = _accession(request, code, instrument)
    met = found["met"]
    groups = [(group.article, [(one, met.get(one.pk, ())) for one in group.requirements]) for group in found["groups"]]
    context = {
        **found, "part": "instruments", "groups": groups, "met_count": len(met), "formats": LIST_FORMATS,
        "internal": access.is_internal(request.user),
    }  # fmt: skip
    return render(request, "policy/instruments/accession.html", context)


@see
def accession_export(request: HttpRequest, code: str, instrument: str, fmt: str) -> HttpResponseBase:
    """The checklist as a file."""
    found = _accession(request, code, instrument)
    return file_of(
        exports.accession_report(found["place"], found["instrument"], found["groups"], found["met"], request), fmt
    )
