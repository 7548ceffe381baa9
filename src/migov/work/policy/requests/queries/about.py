"""What the page of a request shows, and what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Role, Theme
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import JournalEntry, RecordPlace, Visibility
from migov.services.alignment.models import Alignment, Status
from migov.services.files.models import Document
from migov.services.files.queries import documents_of
from migov.work.policy.models import (
    OPEN_STATES,
    AssistanceRequest,
    Hours,
    Product,
    RequestNote,
    RequestPerson,
    RequestState,
    RequestStep,
)
from migov.work.policy.requests.life import OWED, WAY, Step, steps_from
from migov.work.policy.requests.queries.register import late, mine, requests_for


@dataclass(frozen=True, slots=True)
class Kept:
    """A document of a request. shared: the government sees it. theirs: the government sent it."""

    document: Document
    shared: bool
    theirs: bool


@dataclass(slots=True)
class About:
    """Everything the page says. What people from outside must not see is not in it: internal notes, hours, people, what is not
    handed over yet."""

    request: AssistanceRequest
    internal: bool
    places: list[Place]
    themes: list[Theme]
    steps: list[RequestStep]
    people: list[RequestPerson]
    products: list[Product]
    documents: list[Kept]
    notes: list[RequestNote]
    hours: list[Hours]
    hours_sum: Decimal
    history: list[JournalEntry]
    is_late: bool
    aligned: bool
    way: list[tuple[str, bool, bool]]


def about(request: AssistanceRequest, user: Viewer, *, today: date | None = None) -> About:
    """What the viewer may read of a request. At most twelve queries, whatever its size."""
    today = today or timezone.localdate()
    internal = access.is_internal(user)
    places = RecordPlace.objects.current().filter(record_id=request.pk).select_related("place")
    hours = list(request.hours.filter(superseded_at__isnull=True).select_related("person")) if internal else []
    products = request.products.select_related("document__record", "about").order_by("handed_on", "pk")
    notes = request.notes.select_related("by")
    return About(
        request=request,
        internal=internal,
        places=sorted((row.place for row in places), key=str),
        themes=list(
            Theme.objects.filter(record_themes__record_id=request.pk, record_themes__superseded_at__isnull=True)
        ),
        steps=list(request.steps.select_related("person")),
        people=list(request.people.select_related("person")) if internal else [],
        products=list(products if internal else products.filter(handed_on__isnull=False)),
        documents=documents(request, user),
        notes=list(notes if internal else notes.filter(internal=False)),
        hours=hours,
        hours_sum=sum((row.hours for row in hours), Decimal(0)),
        history=list(journal.entries_for(request.record)) if access.allowed(user, "journal.see") else [],
        is_late=request.state in OWED and request.due is not None and request.due < today,
        aligned=Alignment.objects.current().filter(record_id=request.pk, status=Status.CONFIRMED).exists(),
        way=_way(request.state),
    )


def _way(state: str) -> list[tuple[str, bool, bool]]:
    """The states of a request that goes well: its words, whether it is there, whether it is past. Nothing for one that ended early."""
    if state not in WAY:
        return []
    at = WAY.index(RequestState(state))
    return [(str(one.label), place == at, place < at) for place, one in enumerate(WAY)]


def documents(request: AssistanceRequest, user: Viewer) -> list[Kept]:
    """The documents of a request that the viewer may see, newest first, and who else sees them. Two queries."""
    found = list(documents_of(request.record, user).select_related("record__owner"))
    owners = {one.record.owner_id for one in found if one.record.owner_id is not None}
    inside = set(
        Membership.objects.valid().filter(user_id__in=owners).exclude(role__in=EXTERNAL_ROLES).values_list("user_id", flat=True)
    )  # fmt: skip
    return [
        Kept(
            one,
            one.record.visibility in (Visibility.PARTNERS, Visibility.PUBLIC),
            one.record.owner_id is not None and one.record.owner_id not in inside,
        )
        for one in found
    ]


def steps_for(request: AssistanceRequest, user: Viewer) -> list[Step]:
    """The steps that the viewer may take from where the request stands, the main one first."""
    return [step for step in steps_from(request.state) if access.allowed(user, step.permission, request.record)]


def may_give_feedback(request: AssistanceRequest, user: Viewer) -> bool:
    """Whether the viewer may say what the help was worth."""
    delivered = request.state in (RequestState.DELIVERED, RequestState.CLOSED)
    if not delivered or not access.allowed(user, "requests.feedback", request.record):
        return False
    given = request.feedback_by
    return not access.is_internal(user) or given is None or access.is_internal(given)


# What waits


def _shown(found: QuerySet[AssistanceRequest]) -> QuerySet[AssistanceRequest]:
    return found.select_related("record__owner", "country").order_by("due", "received_on", "pk")


def new(user: Viewer) -> QuerySet[AssistanceRequest]:
    """Requests that wait for a decision."""
    return _shown(requests_for(user).filter(state=RequestState.FILED))


def overdue(user: Viewer) -> QuerySet[AssistanceRequest]:
    """Requests that are late."""
    return _shown(requests_for(user).filter(late()))


def of_mine(user: Viewer) -> QuerySet[AssistanceRequest]:
    """Open requests that the person leads, works on or filed."""
    return _shown(requests_for(user).filter(mine(user), state__in=OPEN_STATES))


def of_government(user: Viewer) -> QuerySet[AssistanceRequest]:
    """The requests of the viewer's own country: open ones first, then the last closed."""
    return requests_for(user).select_related("record__owner", "country").order_by("closed_on", "-received_on", "-pk")


def waiting_for(user: Any) -> QuerySet[AssistanceRequest]:
    """What waits for a person, what is due first: new requests for those who decide on them, and those that the person leads or has
    a step of the plan to do for. Empty for people from outside."""
    if not access.is_internal(user):
        return AssistanceRequest.objects.none()
    steps = RequestStep.objects.filter(request=OuterRef("pk"), person_id=user.pk, done_on__isnull=True)
    wanted = Q(record__owner_id=user.pk, state__in=OPEN_STATES) | (
        Q(Exists(steps)) & Q(state__in=(RequestState.PLANNED, RequestState.WORKED))
    )
    if access.roles_of(user) & {Role.POLICY}:
        offices = access.offices_where(user, Role.POLICY)
        undecided = Q(state=RequestState.FILED)
        wanted |= undecided if offices is None else undecided & Q(record__office_id__in=offices)
    return _shown(requests_for(user).filter(wanted))


def in_country(place: Place, user: Viewer) -> dict[str, int]:
    """How many requests of a country the viewer sees: all, open. One query; nothing for who does not enter policy support."""
    if not access.allowed(user, "policy.enter"):
        return {}
    there = RecordPlace.objects.current().filter(place=place, record_id=OuterRef("pk"))
    states: Sequence[str] = list(requests_for(user).filter(Exists(there)).values_list("state", flat=True))
    return {"all": len(states), "open": sum(state in OPEN_STATES for state in states)}
