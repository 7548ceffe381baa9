"""Who is concerned by a request: those who decide on it, those who work on it, and those who speak for the government."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from migov.foundation.people import queries
from migov.foundation.people.models import Office, OfficeKind, User
from migov.foundation.people.queries import colleagues, without
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace
from migov.work.policy.models import AssistanceRequest

__all__ = ["at_work", "colleagues", "government", "office_for", "policy_officers", "without"]


def policy_officers(request: AssistanceRequest) -> QuerySet[User]:
    """The policy officers of the regional office and of the request's own office. One query."""
    return queries.policy_officers(request.record.office_id)


def government(request: AssistanceRequest) -> QuerySet[User]:
    """The focal points of those who asked. One query."""
    return queries.focal_points(RecordPlace.objects.current().filter(record_id=request.pk).values("place_id"))


def at_work(request: AssistanceRequest) -> list[User]:
    """Who leads the work and who was named for it; the policy officers where nobody is."""
    named = colleagues().filter(
        Q(pk=request.record.owner_id)
        | Q(pk__in=request.people.values("person_id"))
        | Q(pk__in=request.steps.values("person_id"))
    )
    return list(named) or list(policy_officers(request))


def office_for(country: Place | None) -> Office | None:
    """The office that a request of a country belongs to: its country office, else the regional office. Two queries at most."""
    standing = Office.objects.filter(valid_to__isnull=True)
    own = standing.filter(place=country, kind=OfficeKind.COUNTRY).order_by("pk").first() if country else None
    return own or standing.filter(kind=OfficeKind.REGIONAL).order_by("pk").first()
