"""Who is concerned by a roadmap: colleagues who may follow an action, and those who speak for the government."""

from __future__ import annotations

from django.db.models import QuerySet

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, OfficeKind, User
from migov.foundation.people.queries import colleagues, focal_points, without
from migov.foundation.places.models import Place

__all__ = ["colleagues", "government", "office_for", "without"]


def government(country: Place) -> QuerySet[User]:
    """The focal points of a country. One query."""
    return focal_points([country.pk])


def office_for(country: Place, by: Actor) -> Office | None:
    """The office that a roadmap belongs to: that of its country, else the regional one; where `by` may not start one there, an office of
    his or her own; None where there is none."""
    standing = Office.objects.filter(valid_to__isnull=True)
    options = [
        standing.filter(place=country, kind=OfficeKind.COUNTRY).order_by("pk").first(),
        standing.filter(kind=OfficeKind.REGIONAL).order_by("pk").first(),
        *(membership.office for membership in getattr(by, "standing", ())),
    ]
    return next((one for one in options if one is not None and access.allowed(by, "roadmaps.start", one)), None)
