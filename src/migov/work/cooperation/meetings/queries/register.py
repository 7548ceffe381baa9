"""The list of meetings: which, in which order, with what a list shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordTheme
from migov.work.cooperation.meetings import when
from migov.work.cooperation.meetings.conditions import mechanisms_for
from migov.work.cooperation.meetings.filters import ALL, COMING, MINE, OPEN_DATE, PAST, MeetingFilter
from migov.work.cooperation.meetings.life import EXPECTED, TONES
from migov.work.cooperation.meetings.queries.unseen import hide
from migov.work.cooperation.models import Delegation, Mechanism, Meeting, MeetingTask

PER_PAGE = 25
IN_A_PIECE = 500
_DAY = when.begins()
ORDERS: dict[str, Sequence[Any]] = {
    "when": (_DAY.asc(nulls_last=True), "pk"),
    "-when": (_DAY.desc(nulls_last=True), "-pk"),
    "title": ("record__title", "pk"),
    "-title": ("-record__title", "-pk"),
    "mechanism": (F("mechanism__record__title").asc(nulls_last=True), _DAY.asc(nulls_last=True), "pk"),
    "-mechanism": (F("mechanism__record__title").desc(nulls_last=True), _DAY.asc(nulls_last=True), "pk"),
    "inputs": (F("inputs_due").asc(nulls_last=True), _DAY.asc(nulls_last=True), "pk"),
    "-inputs": (F("inputs_due").desc(nulls_last=True), _DAY.asc(nulls_last=True), "pk"),
    "state": ("state", _DAY.asc(nulls_last=True), "pk"),
    "-state": ("-state", _DAY.asc(nulls_last=True), "pk"),
}


def meetings_for(user: Viewer) -> QuerySet[Meeting]:
    """The meetings that a person may see."""
    return Meeting.objects.filter(record__in=Record.objects.visible_to(user).standing())


def meeting_for(user: Viewer, pk: int) -> Meeting:
    """One of them, with its record. Raises Meeting.DoesNotExist. One query, and those of the roles."""
    found = meetings_for(user).select_related(
        "record__owner", "record__office", "country", "mechanism__record", "attends", "previous__record"
    )
    return found.get(pk=pk)


def taking_part(place: Place) -> Q:
    """Meetings in a country, or with a delegation of it that was not absent."""
    there = Delegation.objects.filter(meeting=OuterRef("pk"), place=place).exclude(attendance="absent")
    return Q(country=place) | Q(Exists(there))


def about_theme(theme: Theme) -> Q:
    """Records of a theme, by the key of what hangs on them."""
    return Q(Exists(RecordTheme.objects.current().filter(record_id=OuterRef("pk"), theme=theme)))


def mine(user: Viewer) -> Q:
    """Meetings that a person entered, attends, or has a task for."""
    tasks = MeetingTask.objects.filter(meeting=OuterRef("pk"), person_id=user.pk)
    return Q(record__owner_id=user.pk) | Q(attends_id=user.pk) | Q(Exists(tasks))


def coming(today: date | None = None) -> Q:
    """Meetings that are expected and not over, or of which the date is open."""
    return Q(state__in=EXPECTED) & (when.since(today or timezone.localdate()) | when.without_date())


def matching(filter: MeetingFilter, user: Viewer, *, tab: bool = True) -> QuerySet[Meeting]:
    """The meetings of a filter that a person may see, in no order. tab: whether the tab counts too."""
    found = meetings_for(user)
    for word in filter.q.split():
        found = found.filter(
            Q(record__title__icontains=word) | Q(record__summary__icontains=word) | Q(city__icontains=word)
            | Q(host__icontains=word) | Q(mechanism__record__title__icontains=word) | Q(mechanism__short_name__icontains=word)
        )  # fmt: skip
    if filter.mechanism is not None:
        found = found.filter(mechanism=filter.mechanism)
    if filter.country is not None:
        found = found.filter(taking_part(filter.country))
    if filter.theme is not None:
        found = found.filter(about_theme(filter.theme))
    if filter.kind:
        found = found.filter(kind=filter.kind)
    if filter.state:
        found = found.filter(state=filter.state)
    if filter.since is not None:
        found = found.filter(when.since(filter.since))
    if filter.until is not None:
        found = found.filter(when.until(filter.until))
    return found.filter(_of_tab(filter.show, user)) if tab else found


def _of_tab(show: str, user: Viewer) -> Q:
    if show == COMING:
        return coming()
    if show == MINE:
        return mine(user) & coming()
    if show == PAST:
        return ~coming()
    if show == OPEN_DATE:
        return when.only_month() & Q(state__in=EXPECTED)
    return Q()


def ordered(found: QuerySet[Meeting], sort: str, show: str = COMING) -> QuerySet[Meeting, Any]:
    """The primary keys in order: what comes first, where no order is named; of past and all meetings the last first."""
    usual = "-when" if show in (PAST, ALL) else "when"
    return found.order_by(*ORDERS.get(sort, ORDERS[usual])).values_list("pk", flat=True)


def tabs(filter: MeetingFilter, user: Viewer) -> list[tuple[str, int]]:
    """Tab → how many meetings of the filter it holds. One query."""
    counts = matching(filter, user, tab=False).aggregate(
        **{
            f"in_{show.replace('-', '_')}": Count("pk", filter=_of_tab(show, user) or Q(pk__isnull=False))
            for show in MeetingFilter.SHOWS
        }
    )
    return [(show, counts[f"in_{show.replace('-', '_')}"]) for show in MeetingFilter.SHOWS]


@dataclass(slots=True)
class MeetingRow:
    """What a list shows of a meeting. forgotten: its days have passed, and nobody has said whether it was held. late: inputs are
    overdue. delegations: how many.
    """

    meeting: Meeting
    days: str
    where: str
    forgotten: bool
    late: bool
    delegations: int = 0

    @property
    def record(self) -> Record:
        return self.meeting.record

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.meeting.state]


def row_of(one: Meeting, today: date) -> MeetingRow:
    """A meeting as lists show it. It has to be read with record and country. No query."""
    expected = one.state in EXPECTED
    over = when.is_over(one, today)
    late = expected and not over and one.inputs_due is not None and one.inputs_due < today
    return MeetingRow(one, when.days(one), when.where(one), forgotten=expected and over, late=late)


def rows(keys: Sequence[int], user: Viewer, *, today: date | None = None) -> list[MeetingRow]:
    """The meetings with these keys, in their order, with what a list shows. Three queries."""
    today = today or timezone.localdate()
    wanted = list(keys)
    found = Meeting.objects.select_related("record__owner", "country", "mechanism__record", "attends").in_bulk(wanted)
    hide(found.values(), user, "mechanism")
    made = {pk: row_of(one, today) for pk, one in found.items()}
    counted = (
        Delegation.objects.filter(meeting_id__in=wanted).values_list("meeting_id").annotate(Count("pk")).order_by()
    )
    for pk, number in counted:
        if pk in made:
            made[pk].delegations = number
    return [made[key] for key in wanted if key in made]


def rows_in_pieces(keys: Iterable[int], user: Viewer) -> Iterator[MeetingRow]:
    """As `rows`, some hundred at a time, for files. keys may be read more than once."""
    wanted = list(keys)
    for start in range(0, len(wanted), IN_A_PIECE):
        yield from rows(wanted[start : start + IN_A_PIECE], user)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter offers."""

    mechanisms: list[Mechanism]
    places: list[Place]
    themes: list[Theme]


def choices(user: Viewer, seen: QuerySet[Any], *place_fields: str) -> Choices:
    """Mechanisms that the viewer sees, the office's countries and those of the rows that are seen, and themes. Three queries."""
    wanted = Q(is_territory=True)
    for field in place_fields:
        wanted |= Q(pk__in=seen.filter(**{f"{field}__isnull": False}).values(field))
    return Choices(list(mechanisms_for(user)), list(Place.objects.filter(wanted)), list(Theme.objects.all()))
