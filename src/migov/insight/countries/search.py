"""What the search page finds among countries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import is_internal, own_country, roles_of
from migov.foundation.places.models import Place, PlaceKind
from migov.foundation.records.models import RecordPlace
from migov.foundation.shell import formats
from migov.foundation.shell.search import Hit
from migov.work.projects.queries import projects_for


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Countries and areas by name or code: the office's territories, and others where a project the user may see works."""
    if not roles_of(user):
        return
    worked_in = RecordPlace.objects.current().filter(record__in=projects_for(user)).values("place_id")
    places = Place.objects.filter(kind=PlaceKind.COUNTRY).filter(Q(is_territory=True) | Q(pk__in=worked_in))
    held = own_country(user)
    if held is not None and not is_internal(user):
        places = places.filter(pk=held)
    named = Q(name__icontains=query) | Q(short_name__icontains=query) | Q(code__iexact=query) | Q(iso2__iexact=query)
    for place in places.filter(named).select_related("subregion").order_by("-is_territory", "short_name")[:limit]:
        yield Hit(
            formats.place(place),
            reverse("countries:country", args=[place.code]),
            _("Countries"),
            str(place.subregion or ""),
        )
