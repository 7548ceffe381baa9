"""Who is concerned by a roadmap: colleagues who may follow an action, and those who speak for the government."""

from __future__ import annotations

from django.db.models import QuerySet

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, User
from migov.foundation.people.queries import colleagues, focal_points, without
from migov.foundation.places.models import Place

__all__ = ["colleagues", "government", "office_for", "without"]


def government(country: Place) -> QuerySet[User]:
    """The focal points of a country. One query."""
    return focal_points([country.pk])


def office_for(country: Place, by: Actor) -> Office | None:
    """The office that a roadmap belongs to: that of its country; where the country has none, one of `by`'s that may start it."""
    own = Office.objects.filter(place=country, valid_to__isnull=True).order_by("pk").first()
    if own is not None:
        return own
    offices = [one.office for one in getattr(by, "standing", ())]
    return next((one for one in offices if access.allowed(by, "roadmaps.start", one)), None)
