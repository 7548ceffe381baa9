"""What this part gives to the calendar: meetings whose day is known, the days until which inputs to them are due, commitments due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import RecordPlace, RecordTheme
from migov.work.cooperation.meetings import when
from migov.work.cooperation.meetings.calendar_sources import CANCELLED, CONFIRMED, TENTATIVE, Event
from migov.work.cooperation.meetings.life import EXPECTED, PENDING
from migov.work.cooperation.meetings.queries.commitments import commitments_for, who
from migov.work.cooperation.meetings.queries.register import meetings_for
from migov.work.cooperation.meetings.queries.unseen import hide
from migov.work.cooperation.models import Delegation, Meeting, MeetingState, MeetingTask

STATUS = {MeetingState.PLANNED: TENTATIVE, MeetingState.CANCELLED: CANCELLED}


class _Codes:
    """Places, themes and people of some records. At most four queries."""

    def __init__(self, keys: list[int], *, meetings: bool) -> None:
        self.places: dict[int, set[str]] = defaultdict(set)
        self.themes: dict[int, set[str]] = defaultdict(set)
        self.people: dict[int, set[int]] = defaultdict(set)
        places = RecordPlace.objects.current().filter(record_id__in=keys)
        for key, code in places.values_list("record_id", "place__code"):
            self.places[key].add(code)
        themes = RecordTheme.objects.current().filter(record_id__in=keys)
        for key, code in themes.values_list("record_id", "theme__code"):
            self.themes[key].add(code)
        if meetings:
            there = Delegation.objects.filter(meeting_id__in=keys, place__isnull=False).exclude(attendance="absent")
            for key, code in there.values_list("meeting_id", "place__code"):
                self.places[key].add(code)
            tasks = MeetingTask.objects.filter(meeting_id__in=keys, person__isnull=False)
            for key, person in tasks.values_list("meeting_id", "person_id"):
                self.people[key].add(person)


def _meetings(found: QuerySet[Meeting], viewer: Viewer) -> tuple[list[Meeting], _Codes]:
    rows = list(found.select_related("record", "country", "mechanism__record"))
    hide(rows, viewer, "mechanism")
    codes = _Codes([one.pk for one in rows], meetings=True)
    for one in rows:
        codes.people[one.pk] |= {pk for pk in (one.record.owner_id, one.attends_id) if pk}
    return rows, codes


def one_event(meeting: Meeting, viewer: Viewer) -> Event:
    """A meeting that the viewer sees, as an event. Raises ValueError where its day is open."""
    (one,), codes = _meetings(Meeting.objects.filter(pk=meeting.pk), viewer)
    return event_of(one, codes)


def event_of(one: Meeting, codes: _Codes) -> Event:
    """A meeting whose day is known, as an event. Raises ValueError where it is open."""
    record = one.record
    if record.starts is None:
        raise ValueError(f"meeting {one.pk} has no day")
    ends = record.ends or record.starts
    # Of a meeting of several days with only its first hour known, the days say more.
    timed = one.starts_at is not None and (one.ends_at is not None or ends == record.starts)
    zone = when.zone_of(one)
    said = [str(one.get_kind_display()).capitalize(), str(one.mechanism) if one.mechanism else "", one.host]
    return Event(
        uid=f"meeting-{one.pk}", title=record.title, starts=record.starts, ends=ends, kind=_("meeting"), code="meeting",
        url=reverse("cooperation:meeting", args=[one.pk]), changed_at=record.changed_at, sequence=one.revision,
        status=STATUS.get(MeetingState(one.state), CONFIRMED),
        starts_at=one.starts_at.astimezone(zone) if timed and one.starts_at else None,
        ends_at=one.ends_at.astimezone(zone) if timed and one.ends_at else None,
        where=when.where(one), about=". ".join(part for part in said if part), hours=when.hours(one),
        **_shared(one, codes),
    )  # fmt: skip


def _shared(one: Meeting, codes: _Codes) -> dict[str, Any]:
    return {
        "mechanism": one.mechanism.code if one.mechanism else "",
        "mechanism_name": str(one.mechanism) if one.mechanism else "",
        "places": frozenset(codes.places[one.pk]),
        "themes": frozenset(codes.themes[one.pk]),
        "people": frozenset(codes.people[one.pk]),
    }


def meetings(start: date, end: date, viewer: Viewer) -> Iterator[Event]:
    """Meetings on these days, cancelled ones too: a calendar has to be told. Six queries."""
    there = when.since(start) & when.until(end)
    rows, codes = _meetings(meetings_for(viewer).filter(there, record__starts__isnull=False), viewer)
    for one in rows:
        yield event_of(one, codes)


def input_deadlines(start: date, end: date, viewer: Viewer) -> Iterator[Event]:
    """Days until which inputs to meetings are due. Six queries."""
    due = meetings_for(viewer).filter(inputs_due__gte=start, inputs_due__lte=end)
    rows, codes = _meetings(due.exclude(state=MeetingState.HELD), viewer)
    for one in rows:
        if one.inputs_due is None:
            continue
        yield Event(
            uid=f"inputs-due-{one.pk}", title=_("Inputs due: %(title)s") % {"title": one.record.title}, starts=one.inputs_due,
            ends=one.inputs_due, kind=_("inputs due"), code="inputs", url=reverse("cooperation:meeting", args=[one.pk]),
            changed_at=one.record.changed_at, sequence=one.revision, status=CONFIRMED if one.state in EXPECTED else CANCELLED,
            about=_("The meeting: %(days)s") % {"days": when.days(one)}, **_shared(one, codes),
        )  # fmt: skip


def commitments_due(start: date, end: date, viewer: Viewer) -> Iterator[Event]:
    """Days on which commitments are due, as long as they are owed. Four queries."""
    found = commitments_for(viewer).filter(due__gte=start, due__lte=end, state__in=PENDING)
    rows = list(found.select_related("record", "mechanism__record", "place", "body"))
    hide(rows, viewer, "mechanism")
    codes = _Codes([one.pk for one in rows], meetings=False)
    for one in rows:
        if one.due is None:
            continue
        yield Event(
            uid=f"commitment-{one.pk}", title=_("Commitment due: %(title)s") % {"title": one.record.title}, starts=one.due,
            ends=one.due, kind=_("commitment due"), code="commitment", url=reverse("cooperation:commitment", args=[one.pk]),
            changed_at=one.record.changed_at, sequence=one.revision, about=who(one),
            mechanism=one.mechanism.code if one.mechanism else "", mechanism_name=str(one.mechanism or ""),
            places=frozenset(codes.places[one.pk]), themes=frozenset(codes.themes[one.pk]),
            people=frozenset({one.record.owner_id} if one.record.owner_id else ()),
        )  # fmt: skip
