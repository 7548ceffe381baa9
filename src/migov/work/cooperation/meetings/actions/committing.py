"""Commitments: entered with who is responsible and until when, followed by facts of how they stand, from which their state follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordState, Visibility
from migov.foundation.records.themes import set_themes
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.cooperation.meetings import people
from migov.work.cooperation.meetings.actions import ground
from migov.work.cooperation.meetings.actions.ground import Conflict, MeetingError
from migov.work.cooperation.meetings.addresses import commitment_page
from migov.work.cooperation.models import (
    Body,
    Commitment,
    CommitmentProgress,
    CommitmentState,
    Mechanism,
    Meeting,
)
from migov.work.cooperation.models.meetings import COMMITMENT


@dataclass(frozen=True, slots=True)
class Promise:
    """What is said of a commitment. words: in full. place, body, responsible, ours: whose it is. follows: the colleague who follows it
    up.
    """

    title: str
    words: str = ""
    mechanism: Mechanism | None = None
    meeting: Meeting | None = None
    place: Place | None = None
    body: Body | None = None
    responsible: str = ""
    ours: bool = False
    made_on: date | None = None
    due: date | None = None
    source: str = ""
    follows: User | None = None
    themes: Iterable[Theme] = ()


@transaction.atomic
def commit(promise: Promise, *, by: Actor, at: datetime | None = None) -> Commitment:
    """Enter a commitment: it is open. Mechanism and day are those of its meeting where none are said.

    Raises PermissionDenied, MeetingError with the field, Already where the same commitment stands.
    """
    access.require(by, "commitments.add")
    office = people.office_for(by, "commitments.add")
    access.require(by, "commitments.add", office)
    at = at or timezone.now()
    own, on_record = _read(promise, by, timezone.localdate(at))
    ground.one_at_a_time(by)
    said = {name: own[name] for name in ("mechanism", "meeting", "place", "body", "ours", "due")}
    same = Commitment.objects.filter(
        record__title__iexact=on_record["title"], responsible__iexact=own["responsible"], **said
    )
    ground.not_twice(same, _("This commitment is entered already."), by=by, at=at)
    owner = promise.follows or (by if isinstance(by, User) else None)
    record = Record.objects.create(
        kind=COMMITMENT, office=office, visibility=Visibility.INTERNAL, source="migov", created_at=at, changed_at=at,
        **on_record | {"owner": owner},
    )  # fmt: skip
    RecordState.objects.create(record=record, office=office, recorded_at=at)
    ground.set_places(record, [promise.place], at)
    set_themes(record, promise.themes, at)
    made = Commitment.objects.create(record=record, **own)
    journal.write("commitment entered", by=by, record=record, detail={"title": record.title}, at=at)
    if promise.follows is not None:
        _tell_follows(made, by)
    return made


@transaction.atomic
def restate(
    commitment: Commitment, promise: Promise, *, by: Actor, seen: int | None = None, at: datetime | None = None
) -> Commitment:
    """Say better what a commitment is. seen: the revision that the page showed. Raises PermissionDenied, Conflict, MeetingError."""
    found = ground.held_commitment(commitment.pk, by)
    ground.not_changed_meanwhile(found, seen)
    at = at or timezone.now()
    before = found.record.owner
    own, on_record = _read(promise, by, timezone.localdate(at), found)
    changed = ground.lay(found, own, on_record)
    ground.set_places(found.record, [promise.place], at)
    themes = set_themes(found.record, promise.themes, at)
    if themes and not changed:
        ground.touch(found)
    if changed or themes:
        journal.write("commitment changed", by=by, record=found.record, detail={**changed, **themes}, at=at)
    if found.record.owner != before:
        _tell_follows(found, by)
    return found


def _read(
    promise: Promise, by: Actor, today: date, found: Commitment | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    title = ground.line(promise.title)
    if not title:
        raise MeetingError(_("Say in a few words what was committed to."), "title")
    responsible = ground.line(promise.responsible)
    if promise.place is None and promise.body is None and not responsible and not promise.ours:
        raise MeetingError(_("Say who committed: a country or area, a body, a unit, or the office."), "place")
    meeting, mechanism = promise.meeting, promise.mechanism
    if meeting is not None:
        if found is None or meeting != found.meeting:
            access.require(by, "meetings.see", meeting.record)
        mechanism = mechanism or meeting.mechanism
        if meeting.mechanism is not None and mechanism != meeting.mechanism:
            raise MeetingError(_("The meeting belongs to another mechanism."), "mechanism")
    if mechanism is not None and (found is None or mechanism != found.mechanism):
        access.require(by, "mechanisms.see", mechanism.record)
    if promise.follows is not None and not access.is_internal(promise.follows):
        raise MeetingError(_("Only a colleague can be named."), "follows")
    ground.known_years(made_on=promise.made_on, due=promise.due)
    made_on = promise.made_on
    if made_on is None and meeting is not None and meeting.record.starts and meeting.record.starts <= today:
        made_on = meeting.record.ends or meeting.record.starts
    if made_on and made_on > today:
        raise MeetingError(_("This day is still to come."), "made_on")
    if made_on and promise.due and promise.due < made_on:
        raise MeetingError(_("This is before it was made."), "due")
    own = {
        "mechanism": mechanism, "meeting": meeting, "place": promise.place, "body": promise.body, "responsible": responsible,
        "ours": promise.ours, "made_on": made_on, "due": promise.due, "source": ground.line(promise.source),
    }  # fmt: skip
    return own, {"title": title, "summary": ground.prose(promise.words), "owner": promise.follows}


def _tell_follows(found: Commitment, by: Actor) -> None:
    due = _("It is due on %(day)s.") % {"day": formats.day(found.due)} if found.due else ""
    tell(
        people.without([found.record.owner], by), kind=COMMITMENT, record=found.record, url=commitment_page(found.record),
        title=_("You follow up a commitment: %(title)s") % {"title": found.record.title[:120]}, text=due,
    )  # fmt: skip


@transaction.atomic
def note_progress(
    commitment: Commitment, values: Mapping[str, Any], *, by: Actor, corrects: CommitmentProgress | None = None,
    at: datetime | None = None,
) -> CommitmentProgress:  # fmt: skip
    """Note how a commitment stood on a day. values: day, state, text, source. The state of the commitment is that of the last day.

    corrects: the entry whose place it takes, which is kept. Raises PermissionDenied, Conflict, MeetingError with the field.
    """
    found = ground.held_commitment(commitment.pk, by)
    at = at or timezone.now()
    day, state, text = values["day"], values["state"], ground.prose(str(values.get("text") or ""))
    if state not in CommitmentState.values:
        raise MeetingError(_("This word is not known."), "state")
    ground.known_years(day=day)
    if day > timezone.localdate(at):
        raise MeetingError(_("This day is still to come."), "day")
    if found.made_on and day < found.made_on:
        raise MeetingError(_("This is before it was made."), "day")
    if not text:
        raise MeetingError(_("Say in a sentence how it stands, and how we know."), "text")
    source = ground.line(str(values.get("source") or ""))
    if corrects is not None:
        _supersede(found, corrects, at)
    said = found.progress.filter(superseded_at__isnull=True, day=day, state=state, text=text, source=source).first()
    if said is not None:
        return said  # the second of two clicks
    made = CommitmentProgress.objects.create(
        commitment=found, day=day, state=state, text=text, source=source, recorded_at=at,
        by=by if isinstance(by, User) else None,
    )  # fmt: skip
    detail = {"day": day.isoformat(), "state": str(made.get_state_display()), "text": text[:300]}
    journal.write(
        "progress corrected" if corrects else "progress noted", by=by, record=found.record, detail=detail, at=at
    )
    _follow(found)
    return made


@transaction.atomic
def withdraw_progress(
    commitment: Commitment, row: CommitmentProgress, *, by: Actor, at: datetime | None = None
) -> None:
    """Take back an entry that was wrong; it is kept, but counts no longer. Raises PermissionDenied, Conflict."""
    found = ground.held_commitment(commitment.pk, by)
    _supersede(found, row, at or timezone.now())
    detail = {"day": row.day.isoformat(), "state": str(row.get_state_display()), "text": row.text[:300]}
    journal.write("progress withdrawn", by=by, record=found.record, detail=detail, at=at)
    _follow(found)


def _supersede(found: Commitment, row: CommitmentProgress, at: datetime) -> None:
    if not CommitmentProgress.objects.filter(pk=row.pk, commitment=found).supersede(at):
        raise Conflict(_("This entry was corrected or taken back meanwhile. Look at it again."))


def _follow(found: Commitment) -> None:
    """Let the state be that of the last day that is noted; open where nothing is."""
    last = found.progress.filter(superseded_at__isnull=True).order_by("day", "pk").last()
    found.state = last.state if last is not None else CommitmentState.OPEN
    found.revision += 1
    found.save(update_fields=["state", "revision"])
