"""Who is concerned by a roadmap: colleagues who may follow an action, and those who speak for the government."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Office, OfficeKind, Role, User
from migov.foundation.places.models import Place


def colleagues(*also: int | None) -> QuerySet[User]:
    """People who work for the office today, and those who are named already."""
    working = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
    known = Q(is_active=True, pk__in=working) | Q(pk__in=[pk for pk in also if pk])
    return User.objects.filter(known).order_by("last_name", "first_name", "username")


def government(country: Place) -> QuerySet[User]:
    """The focal points of a country. One query."""
    points = Membership.objects.valid().filter(role=Role.FOCAL_POINT).values("user_id")
    inside = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
    return User.objects.filter(pk__in=points, country=country, is_active=True).exclude(pk__in=inside)


def without(people: Iterable[User], one: object) -> list[User]:
    """All but one: nobody is told what he or she has just done."""
    return [person for person in people if person.pk != getattr(one, "pk", None)]


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
