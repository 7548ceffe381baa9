"""The register of requests: which ones a person sees, by filter and order, with what a list shows of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace
from migov.work.policy.models import OPEN_STATES, AssistanceRequest, Hours, RequestPerson, RequestState
from migov.work.policy.requests.filters import CLOSED, DELIVERED, MINE, OPEN, SHOWS, RequestFilter
from migov.work.policy.requests.life import OWED

PER_PAGE = 25
IN_A_PIECE = 500
SOON = timedelta(days=14)
_STATES = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(RequestState.values)),
    output_field=IntegerField(),
)
ORDERS: dict[str, Sequence[Any]] = {
    "due": (F("due").asc(nulls_last=True), "received_on", "pk"),
    "-due": (F("due").desc(nulls_last=True), "-received_on", "-pk"),
    "title": ("record__title", "pk"),
    "-title": ("-record__title", "-pk"),
    "country": (F("country__short_name").asc(nulls_last=True), "received_on", "pk"),
    "-country": (F("country__short_name").desc(nulls_last=True), "-received_on", "-pk"),
    "state": (_STATES.asc(), "due", "pk"),
    "-state": (_STATES.desc(), "due", "pk"),
    "received": ("received_on", "pk"),
    "-received": ("-received_on", "-pk"),
}


def requests_for(user: Viewer) -> QuerySet[AssistanceRequest]:
    """The requests that a person may see: colleagues those of all offices, a government its own."""
    return AssistanceRequest.objects.filter(record__in=Record.objects.visible_to(user).standing())


def request_for(user: Viewer, pk: int) -> AssistanceRequest:
    """One of them, with its record. Raises AssistanceRequest.DoesNotExist. One query, and those of the roles."""
    found = requests_for(user).select_related("record__owner", "record__office", "country", "filed_by", "feedback_by")
    return found.get(pk=pk)


def mine(user: Viewer) -> Q:
    """Requests that a colleague leads, works on, or filed."""
    named = RequestPerson.objects.filter(request=OuterRef("pk"), person_id=user.pk)
    return Q(record__owner_id=user.pk) | Q(Exists(named)) | Q(filed_by_id=user.pk)


def late(today: date | None = None) -> Q:
    """Requests whose day has passed while the office still owes the answer."""
    return Q(state__in=OWED, due__lt=today or timezone.localdate())


def matching(filter: RequestFilter, user: Viewer, *, tab: bool = True) -> QuerySet[AssistanceRequest]:
    """The requests of a filter that a person may see, in no order. tab: whether the tab counts too."""
    found = requests_for(user)
    for word in filter.q.split():
        found = found.filter(
            Q(record__title__icontains=word) | Q(record__reference__icontains=word) | Q(record__summary__icontains=word)
            | Q(sender__icontains=word) | Q(letter__icontains=word)
        )  # fmt: skip
    if filter.country is not None:
        there = RecordPlace.objects.current().filter(place=filter.country, record_id=OuterRef("pk"))
        found = found.filter(Exists(there))
    if filter.several:
        found = found.filter(country__isnull=True)
    if filter.kind:
        found = found.filter(kind=filter.kind)
    if filter.state:
        found = found.filter(state=filter.state)
    if filter.year:
        found = found.filter(received_on__year=filter.year)
    if filter.late:
        found = found.filter(late())
    return found.filter(_of_tab(filter.show, user)) if tab else found


def _of_tab(show: str, user: Viewer) -> Q:
    if show == OPEN:
        return Q(state__in=OPEN_STATES)
    if show == MINE:
        return mine(user) & Q(state__in=OPEN_STATES)
    if show == DELIVERED:
        return Q(state__in=(RequestState.DELIVERED, RequestState.CLOSED))
    if show == CLOSED:
        return ~Q(state__in=OPEN_STATES)
    return Q()


def ordered(found: QuerySet[AssistanceRequest], sort: str, show: str = OPEN) -> QuerySet[AssistanceRequest, Any]:
    """The primary keys in order: what is due first, where no order is named; of closed and all requests the newest first."""
    usual = "due" if show in (OPEN, MINE) else "-received"
    return found.order_by(*ORDERS.get(sort, ORDERS[usual])).values_list("pk", flat=True)


def tabs(filter: RequestFilter, user: Viewer) -> list[tuple[str, int]]:
    """Tab → how many requests of the filter it holds. One query."""
    shows = [show for show in SHOWS if show != MINE or is_internal(user)]
    counts = matching(filter, user, tab=False).aggregate(
        **{f"in_{show}": Count("pk", filter=_of_tab(show, user) or Q(pk__isnull=False)) for show in shows}
    )
    return [(show, counts[f"in_{show}"]) for show in shows]


@dataclass(slots=True)
class RequestRow:
    """What a list shows of a request. places: who asks. hours: noted so far; None for people from outside. late: its day has passed."""

    request: AssistanceRequest
    hours: Decimal | None
    late: bool
    soon: bool
    places: list[Place] = field(default_factory=list)

    @property
    def record(self) -> Record:
        return self.request.record


def rows(keys: Sequence[int], user: Viewer, *, today: date | None = None) -> list[RequestRow]:
    """The requests with these keys, in their order, with what a list shows. Three queries; two for people from outside."""
    today = today or timezone.localdate()
    found = AssistanceRequest.objects.select_related("record__owner", "record__office", "country").in_bulk(list(keys))
    internal = is_internal(user)
    hours = hours_of(keys) if internal else {}
    made = {}
    for pk, one in found.items():
        owed = one.state in OWED and one.due is not None
        made[pk] = RequestRow(
            one,
            hours.get(pk, Decimal(0)) if internal else None,
            late=bool(owed and one.due and one.due < today),
            soon=bool(owed and one.due and today <= one.due <= today + SOON),
        )
    places = RecordPlace.objects.current().filter(record_id__in=list(keys)).select_related("place")
    for row in places.order_by("place__short_name"):
        if row.record_id in made:
            made[row.record_id].places.append(row.place)
    return [made[key] for key in keys if key in made]


def rows_in_pieces(keys: Iterable[int], user: Viewer) -> Iterator[RequestRow]:
    """As `rows`, some hundred at a time, for files. keys may be read more than once."""
    wanted = list(keys)
    for start in range(0, len(wanted), IN_A_PIECE):
        yield from rows(wanted[start : start + IN_A_PIECE], user)


def hours_of(keys: Iterable[int]) -> dict[int, Decimal]:
    """Request → hours noted for it that stand. One query."""
    found = Hours.objects.current().filter(request_id__in=list(keys)).values_list("request_id")
    return dict(found.annotate(Sum("hours")).order_by())


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter offers."""

    places: list[Place]
    several: bool
    years: list[int]


def choices(user: Viewer) -> Choices:
    """Countries and years of the requests that a person may see. Three queries."""
    seen = requests_for(user)
    of_seen = RecordPlace.objects.current().filter(record__in=seen.values("pk")).values("place_id")
    years = {day.year for day in seen.dates("received_on", "year")}
    return Choices(
        list(Place.objects.filter(pk__in=of_seen).order_by("short_name")),
        seen.filter(country__isnull=True).exists(),
        sorted(years, reverse=True),
    )
