"""A meeting is entered from its invitation, described better, and followed by the next of its series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation import partial_dates
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordState, Visibility
from migov.foundation.records.themes import set_themes
from migov.foundation.shell import formats
from migov.services.files import actions as files
from migov.services.files import work as reading
from migov.services.files.actions import About
from migov.services.files.formats import NotAccepted
from migov.services.files.models import Document
from migov.services.notices.actions import tell
from migov.work.cooperation.meetings import people, when
from migov.work.cooperation.meetings.actions import ground
from migov.work.cooperation.meetings.actions.ground import MeetingError
from migov.work.cooperation.meetings.addresses import meeting_page
from migov.work.cooperation.models import AgendaItem, Delegation, Mechanism, Meeting
from migov.work.cooperation.models.meetings import KIND

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a meeting. starts, ends: its days; dated: the month or year where no day is known. from_time, to_time: hours on
    the clocks of the zone, the first of the first day and the last of the last. about: what it is about.
    """

    title: str
    kind: str
    mechanism: Mechanism | None = None
    starts: date | None = None
    ends: date | None = None
    dated: str = ""
    from_time: time | None = None
    to_time: time | None = None
    zone: str = ""
    city: str = ""
    country: Place | None = None
    online: bool = False
    link: str = ""
    host: str = ""
    invited_on: date | None = None
    inputs_due: date | None = None
    attends: User | None = None
    about: str = ""
    source: str = ""
    themes: Iterable[Theme] = ()


@transaction.atomic
def enter(
    details: Details, *, by: Actor, after: Meeting | None = None, carry: Iterable[str] = (), at: datetime | None = None
) -> Meeting:
    """Enter a meeting: it is planned. after: the meeting before it in its series, of which `carry` names what is taken over
    ("agenda", "delegations"). Who attends is told. Raises PermissionDenied, MeetingError with the field, Already where the same meeting
    stands.
    """
    access.require(by, "meetings.add")
    office = people.office_for(by, "meetings.add")
    access.require(by, "meetings.add", office)
    if after is not None:
        access.require(by, "meetings.see", after.record)
    at = at or timezone.now()
    own, on_record = _read(details, by, timezone.localdate(at))
    ground.one_at_a_time(by)
    same = Meeting.objects.filter(
        record__title__iexact=on_record["title"], record__starts=on_record["starts"], dated=own["dated"], mechanism=own["mechanism"]
    )  # fmt: skip
    ground.not_twice(same, _("A meeting of this name on these days is entered already."), by=by, at=at)
    owner = by if isinstance(by, User) else None
    record = Record.objects.create(
        kind=KIND, office=office, owner=owner, visibility=Visibility.INTERNAL, created_at=at, changed_at=at,
        **({"source": "migov"} | on_record),
    )  # fmt: skip
    RecordState.objects.create(record=record, office=office, starts=record.starts, ends=record.ends, recorded_at=at)
    ground.set_places(record, [details.country], at)
    set_themes(record, details.themes, at)
    made = Meeting.objects.create(record=record, previous=after, **own)
    if after is not None:
        _carry(made, after, set(carry))
    journal.write("meeting entered", by=by, record=record, detail={"title": record.title}, at=at)
    _tell_attends(made, by)
    return made


def _carry(made: Meeting, after: Meeting, what: set[str]) -> None:
    if "agenda" in what:
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=made, order=place, number=row.number, title=row.title, ours=row.ours)
            for place, row in enumerate(after.agenda.all())
        )
    if "delegations" in what:
        Delegation.objects.bulk_create(
            Delegation(meeting=made, place_id=row.place_id, body_id=row.body_id, functions=row.functions)
            for row in after.delegations.all()
        )


@transaction.atomic
def describe(
    meeting: Meeting, details: Details, *, by: Actor, seen: int | None = None, at: datetime | None = None
) -> Meeting:
    """Say better what a meeting is, when and where. seen: the revision that the page showed. Those concerned are told of other days.

    Raises PermissionDenied, Conflict, MeetingError with the field.
    """
    found = ground.held(meeting.pk, by)
    ground.not_changed_meanwhile(found, seen)
    at = at or timezone.now()
    before = when.days(found)
    own, on_record = _read(details, by, timezone.localdate(at), found)
    attends = found.attends
    changed = ground.lay(found, own, on_record)
    ground.set_places(found.record, [details.country], at)
    themes = set_themes(found.record, details.themes, at)
    if not changed and not themes:
        return found
    if not changed:
        ground.touch(found)
    if changed.keys() & {"starts", "ends"}:
        record = found.record
        RecordState.objects.filter(record=record).supersede(at)
        RecordState.objects.create(
            record=record, office=record.office, starts=record.starts, ends=record.ends, recorded_at=at
        )
    journal.write("meeting changed", by=by, record=found.record, detail={**changed, **themes}, at=at)
    if found.attends != attends:
        _tell_attends(found, by)
    if changed.keys() & {"starts", "ends", "dated", "starts_at", "ends_at"}:
        said = {"title": found.record.title[:120], "days": when.days(found)}
        tell_concerned(
            found, _("Now %(days)s: %(title)s") % said, by=by, text=_("It was: %(days)s.") % {"days": before}
        )
    return found


def concerned(found: Meeting) -> list[User | None]:
    """Who is concerned by a meeting: who entered it, who attends, and who has a task for it. One query."""
    tasks = found.tasks.filter(person__isnull=False, done_on__isnull=True).select_related("person")
    return [found.record.owner, found.attends, *(task.person for task in tasks)]


def tell_concerned(found: Meeting, title: str, *, by: Actor, text: str = "") -> None:
    """Tell those concerned by a meeting, but not who has just acted."""
    reached = people.without(concerned(found), by)
    tell(reached, kind=KIND, record=found.record, title=title, text=text, url=meeting_page(found.record))


def _tell_attends(found: Meeting, by: Actor) -> None:
    if found.attends is not None:
        due = _("Inputs are due on %(day)s.") % {"day": formats.day(found.inputs_due)} if found.inputs_due else ""
        tell(
            people.without([found.attends], by), kind=KIND, record=found.record, url=meeting_page(found.record), text=due,
            title=_("You attend: %(title)s, %(days)s") % {"title": found.record.title[:120], "days": when.days(found)},
        )  # fmt: skip


def _read(
    details: Details, by: Actor, today: date, found: Meeting | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What to write on the meeting and on its record. Raises MeetingError with the field, PermissionDenied."""
    title = ground.line(details.title)
    if not title:
        raise MeetingError(_("Give the meeting its title."), "title")
    if details.mechanism is not None and (found is None or details.mechanism != found.mechanism):
        access.require(by, "mechanisms.see", details.mechanism.record)
    if details.attends is not None and not access.is_internal(details.attends):
        raise MeetingError(_("Only a colleague can be named."), "attends")
    starts, ends, dated = _days(details)
    starts_at, ends_at = _hours(details, starts, ends)
    ground.known_years(invited_on=details.invited_on, inputs_due=details.inputs_due)
    last = ends or starts
    if details.inputs_due and last and details.inputs_due > last:
        raise MeetingError(_("This is after the meeting."), "inputs_due")
    if details.invited_on and details.invited_on > today:
        raise MeetingError(_("This day is still to come."), "invited_on")
    if found is not None and found.state == "held" and starts and starts > today:
        raise MeetingError(_("A meeting that was held cannot begin on a day to come."), "starts")
    own = {
        "mechanism": details.mechanism, "kind": details.kind, "dated": dated, "starts_at": starts_at, "ends_at": ends_at,
        "zone": details.zone if starts_at else "", "city": ground.line(details.city), "country": details.country,
        "online": details.online, "link": details.link.strip(), "host": ground.line(details.host), "invited_on": details.invited_on,
        "inputs_due": details.inputs_due, "attends": details.attends, "source": ground.line(details.source),
    }  # fmt: skip
    return own, {"title": title, "summary": ground.prose(details.about), "starts": starts, "ends": ends}


def _days(details: Details) -> tuple[date | None, date | None, str]:
    starts, ends, dated = details.starts, details.ends, details.dated.strip()
    if dated:
        try:
            partial_dates.check(dated)
        except ValidationError as wrong:
            raise MeetingError(" ".join(wrong.messages), "dated") from wrong
        if starts is not None:
            raise MeetingError(_("Write the days above, or a month here, not both."), "dated")
        ground.known_years(dated=partial_dates.first_day(dated))
        if len(dated) == len("2026-11-20"):
            starts, dated = partial_dates.first_day(dated), ""
    ground.known_years(starts=starts, ends=ends)
    if ends is not None and starts is None:
        raise MeetingError(_("Say the first day too."), "starts")
    if starts is not None and ends is not None and ends < starts:
        raise MeetingError(_("This is before the first day."), "ends")
    if starts is not None and ends is not None and ends - starts > LONGEST:
        raise MeetingError(_("This is more than a year after the first day."), "ends")
    return starts, (ends or starts), dated


def _hours(details: Details, starts: date | None, ends: date | None) -> tuple[datetime | None, datetime | None]:
    if details.from_time is None:
        if details.to_time is not None:
            raise MeetingError(_("Say when it begins too."), "from_time")
        return None, None
    if starts is None:
        raise MeetingError(_("Hours need a day."), "from_time")
    moments: list[datetime | None] = []
    for name, day, hour in (("from_time", starts, details.from_time), ("to_time", ends or starts, details.to_time)):
        try:
            moments.append(when.moment(day, hour, details.zone) if hour is not None else None)
        except when.NoSuchTime:
            raise MeetingError(_("The clocks are put forward over this hour on that day."), name) from None
        except ValueError:
            raise MeetingError(_("This time zone is not known."), "zone") from None
    first, last = moments
    if first is not None and last is not None and last <= first:
        raise MeetingError(_("This is not after its beginning."), "to_time")
    return first, last


def add_document(meeting: Meeting, file: File, *, by: Actor, title: str = "", at: datetime | None = None) -> Document:
    """Keep a file, such as the invitation, as a document of a meeting. Raises PermissionDenied, MeetingError for one that is refused."""
    record = Record.objects.get(pk=meeting.pk)
    try:
        document = files.add(record, file, by=by, about=About(title=title), at=at)
    except NotAccepted as refused:
        raise MeetingError(str(refused), "file") from None
    reading.read_soon(document, by=by)
    return document
