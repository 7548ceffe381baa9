"""Results cards: as a page, and as a file to print or send."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from pypdf import PdfReader

from migov.foundation.places.models import Place, PlaceKind
from migov.insight.cards import reports
from migov.insight.countries.queries import may_see
from migov.services.documents import Report
from migov.services.documents import render as document
from migov.services.documents.html import fragment
from migov.work.projects.models import Project
from migov.work.projects.page import project_for
from migov.work.projects.views import see

PAPER = ("pdf", "docx")


@see
def project_card(request: HttpRequest, pk: int, fmt: str = "") -> HttpResponse:
    """The results card of a project."""
    try:
        project = project_for(request.user, pk)
    except Project.DoesNotExist:
        raise Http404(_("There is no such project, or you may not see it.")) from None
    back = reverse("projects:page", args=[pk]), project.record.title
    return _card(request, partial(reports.project_card, project, request), fmt, back)


@see
def country_card(request: HttpRequest, code: str, fmt: str = "") -> HttpResponse:
    """The results card of a country or area."""
    place = Place.objects.filter(code=code.upper(), kind=PlaceKind.COUNTRY).first()
    if place is None:
        raise Http404(_("migov knows no country or area with this code."))
    if not may_see(request.user, place):
        raise PermissionDenied(_("You see the pages of your own country only."))
    back = reverse("countries:country", args=[place.code]), str(place)
    return _card(request, partial(reports.country_card, place, request, request.user), fmt, back)


def _card(request: HttpRequest, make: Callable[[int], Report], fmt: str, back: tuple[str, str]) -> HttpResponse:
    if not fmt:
        url, title = back
        card = fragment(make(0), top_level=2)
        context = {"card": card, "back_url": url, "back_title": title, "path": request.path, "formats": PAPER}
        return render(request, "cards/card.html", context)
    if fmt not in PAPER:
        raise Http404(_("The card is made as PDF and as DOCX."))
    made = document(make(_size(make)), fmt)
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return answer


def _size(make: Callable[[int], Report]) -> int:
    """The largest size of the card that fits on one page of the PDF."""
    for size in range(len(reports.SIZES) - 1):
        if len(PdfReader(BytesIO(document(make(size), "pdf").content)).pages) == 1:
            return size
    return len(reports.SIZES) - 1
