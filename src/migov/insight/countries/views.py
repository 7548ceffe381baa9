"""Pages of countries: the list, and what we do in one of them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.places.models import Place, PlaceKind
from migov.insight.countries import queries
from migov.insight.countries.brief import brief as the_brief
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask
from migov.services.documents import render as render_document
from migov.work.projects.views import see
from migov.work.results.queries import TONES, state_words

PAPER = ("pdf", "docx")
LINES = 6  # of each part of the dossier on the page; one click shows the rest
ABOVE = ("projects", "results")  # the page shows these itself


@see
def country_list(request: HttpRequest) -> HttpResponse:
    """The office's territories by sub-region."""
    return render(request, "countries/list.html", {"groups": queries.countries(request.user)})


def _below() -> list[str]:
    """The parts of the dossier that the page does not show in its own way above."""
    return [part.code for part in blocks.country_parts() if part.code not in ABOVE]


@see
def brief(request: HttpRequest, code: str, fmt: str) -> HttpResponse:
    """The two-page brief of a country or area, as a file."""
    place = _place(request, code)
    if fmt not in PAPER:
        raise Http404(_("The brief is made as DOCX and as PDF."))
    made = render_document(
        the_brief(place, request.user, base_url=request.build_absolute_uri("/").rstrip("/"), fmt=fmt), fmt
    )
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return answer


def _place(request: HttpRequest, code: str) -> Place:
    place = Place.objects.select_related("subregion").filter(code=code.upper(), kind=PlaceKind.COUNTRY).first()
    if place is None:
        raise Http404(_("migov knows no country or area with this code."))
    if not queries.may_see(request.user, place):
        raise PermissionDenied(_("You see the pages of your own country only."))
    return place


@see
def country_page(request: HttpRequest, code: str) -> HttpResponse:
    """What we do in a country or area."""
    place = _place(request, code)
    found = queries.country_page(place, request.user, request.GET.get("framework", ""))
    context = {
        "country": found,
        "place": place,
        "states": [(state_words(state), number, TONES[state]) for state, number in found.states.items() if number],
        "elements": [(row, queries.element_query(place, row.element)) for row in found.elements],
        "tabs": [(framework, found.aligned.get(framework.pk, 0)) for framework in found.frameworks],
        "known": blocks.of_country(
            place,
            Ask(request.user, most=LINES),
            _below(),
        ),
        "may_brief": access.allowed(request.user, "briefings.make"),
    }
    return render(request, "countries/page.html", context)
