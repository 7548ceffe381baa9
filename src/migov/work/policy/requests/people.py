"""Who is concerned by a request: those who decide on it, those who work on it, and those who speak for the government."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Office, OfficeKind, Role, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace
from migov.work.policy.models import AssistanceRequest


def colleagues(*also: int | None) -> QuerySet[User]:
    """People who work for the office today, and those who are named already."""
    working = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
    known = Q(is_active=True, pk__in=working) | Q(pk__in=[pk for pk in also if pk])
    return User.objects.filter(known).order_by("last_name", "first_name", "username")


def policy_officers(request: AssistanceRequest) -> QuerySet[User]:
    """The policy officers of the regional office and of the request's own office. One query."""
    here = Q(office__kind=OfficeKind.REGIONAL) | Q(office_id=request.record.office_id)
    officers = Membership.objects.valid().filter(here, role=Role.POLICY).values("user_id")
    return User.objects.filter(pk__in=officers, is_active=True)


def government(request: AssistanceRequest) -> QuerySet[User]:
    """The focal points of those who asked. One query."""
    places = RecordPlace.objects.current().filter(record_id=request.pk).values("place_id")
    points = Membership.objects.valid().filter(role=Role.FOCAL_POINT).values("user_id")
    inside = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
    return User.objects.filter(pk__in=points, country_id__in=places, is_active=True).exclude(pk__in=inside)


def at_work(request: AssistanceRequest) -> list[User]:
    """Who leads the work and who was named for it; the policy officers where nobody is."""
    named = colleagues().filter(
        Q(pk=request.record.owner_id)
        | Q(pk__in=request.people.values("person_id"))
        | Q(pk__in=request.steps.values("person_id"))
    )
    return list(named) or list(policy_officers(request))


def without(people: Iterable[User], one: object) -> list[User]:
    """All but one: nobody is told what he or she has just done."""
    return [person for person in people if person.pk != getattr(one, "pk", None)]


def office_for(country: Place | None) -> Office | None:
    """The office that a request of a country belongs to: its country office, else the regional office. Two queries at most."""
    standing = Office.objects.filter(valid_to__isnull=True)
    own = standing.filter(place=country, kind=OfficeKind.COUNTRY).order_by("pk").first() if country else None
    return own or standing.filter(kind=OfficeKind.REGIONAL).order_by("pk").first()
