"""Pages of countries: the list, and what we do in one of them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from migov.foundation.places.models import Place, PlaceKind
from migov.insight.countries import queries
from migov.work.projects.views import see
from migov.work.results.queries import TONES, state_words


@see
def country_list(request: HttpRequest) -> HttpResponse:
    """The office's territories by sub-region."""
    return render(request, "countries/list.html", {"groups": queries.countries(request.user)})


@see
def country_page(request: HttpRequest, code: str) -> HttpResponse:
    """What we do in a country or area."""
    place = Place.objects.select_related("subregion").filter(code=code.upper(), kind=PlaceKind.COUNTRY).first()
    if place is None:
        raise Http404(_("migov knows no country or area with this code."))
    if not queries.may_see(request.user, place):
        raise PermissionDenied(_("You see the pages of your own country only."))
    found = queries.country_page(place, request.user, request.GET.get("framework", ""))
    context = {
        "country": found,
        "place": place,
        "states": [(state_words(state), number, TONES[state]) for state, number in found.states.items() if number],
        "elements": [(row, queries.element_query(place, row.element)) for row in found.elements],
        "tabs": [(framework, found.aligned.get(framework.pk, 0)) for framework in found.frameworks],
    }
    return render(request, "countries/page.html", context)
