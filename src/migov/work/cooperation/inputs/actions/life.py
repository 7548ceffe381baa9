"""The life of an input: requested, taken on or declined, written, on its way through clearance, delivered, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor, is_internal
from migov.foundation.people.models import Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordState, Visibility
from migov.foundation.records.themes import set_themes
from migov.foundation.shell import formats
from migov.services.clearance.models import STANDING, Clearance, Submission
from migov.services.notices.actions import tell
from migov.work.cooperation.inputs import people, templates
from migov.work.cooperation.inputs.actions import ground
from migov.work.cooperation.inputs.actions.ground import DELIVER, REQUEST, TAKE, WRITE, InputRefused, one_line, words
from migov.work.cooperation.models import Input, InputAuthor, InputState, InputType, Mechanism, Meeting
from migov.work.cooperation.models.inputs import KIND

CHANGEABLE = ("title", "asked", "type", "meeting", "mechanism", "place", "due", "themes")
READ = ("title", "type", "meeting", "mechanism", "place")  # stand in the version that reviewers read


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an input shall be. asked: what is asked, in full. mechanism: empty for the meeting's."""

    title: str
    type: str
    asked: str = ""
    meeting: Meeting | None = None
    mechanism: Mechanism | None = None
    place: Place | None = None
    due: date | None = None
    themes: Iterable[Theme] = field(default_factory=tuple)


@transaction.atomic
def request(wanted: Wanted, *, by: Actor, begin: bool = False, at: date | None = None) -> Input:
    """Ask for an input. Policy officers are told. begin: who asks writes it: it is taken on at once.

    Raises InputRefused (with the field), PermissionDenied.
    """
    access.require(by, REQUEST)
    ground.to_come(wanted.due, "due")
    made = make(wanted, by=by, state=InputState.REQUESTED, requested_on=at or timezone.localdate())
    journal.write("input requested", by=by, record=made.record, detail={"title": made.record.title})
    if begin:
        return take(made, by=by)
    tell(
        people.without(people.takers(made), by), kind=KIND, record=made.record,
        title=_("Input asked for: %s") % made.record.title, text=made.record.summary, url=page_of(made),
        key=f"input-{made.pk}-requested",
    )  # fmt: skip
    return made


def make(wanted: Wanted, *, by: Actor, **fields: Any) -> Input:
    """The rows of a new input, checked. Called within a transaction; the caller asks for the permission and writes the journal."""
    title = one_line(wanted.title, "title")
    if not title:
        raise InputRefused(_("Say in a few words what it is."), "title")
    if wanted.type not in InputType.values:
        raise InputRefused(_("Choose what it shall be."), "type")
    meeting, mechanism = fitting(wanted.meeting, wanted.mechanism)
    office = people.home_office(by)
    record = Record.objects.create(
        kind=KIND, title=title, summary=words(wanted.asked, "asked"), office=office, source="migov",
        visibility=Visibility.INTERNAL, illustrative=bool(meeting and meeting.record.illustrative),
    )  # fmt: skip
    RecordState.objects.create(record=record, office=office, recorded_at=record.created_at)
    set_place(record, wanted.place)
    set_themes(record, wanted.themes, record.created_at)
    return Input.objects.create(
        record=record, type=wanted.type, meeting=meeting, mechanism=mechanism, place=wanted.place, due=wanted.due,
        requested_by=by if isinstance(by, User) else None, **fields,
    )  # fmt: skip


def fitting(meeting: Meeting | None, mechanism: Mechanism | None) -> tuple[Meeting | None, Mechanism | None]:
    """Meeting and mechanism, the meeting's own where none is said. Raises InputRefused where they do not fit."""
    if meeting is None or meeting.mechanism is None:
        return meeting, mechanism
    if mechanism is not None and mechanism.pk != meeting.mechanism_id:
        raise InputRefused(_("The meeting is one of another mechanism."), "mechanism")
    return meeting, meeting.mechanism


def set_place(record: Record, place: Place | None) -> None:
    """Let a record be of one country, or of none."""
    now = timezone.now()
    standing = RecordPlace.objects.current().filter(record=record)
    standing.exclude(place=place).supersede(now)
    if place is not None and not standing.filter(place=place).exists():
        RecordPlace.objects.create(record=record, place=place, recorded_at=now)


def page_of(paper: Input) -> str:
    """Address of the input's page."""
    return reverse("cooperation:input", args=[paper.pk])


@transaction.atomic
def take(paper: Input | int, *, owner: User | None = None, by: Actor, seen: int | None = None) -> Input:
    """Take a requested input on: it is written from now on. owner: who writes it, where that is another.

    Also one that was declined. Raises InputRefused, Meanwhile, PermissionDenied.
    """
    found = ground.held(ground.key(paper), by, TAKE)
    ground.not_meanwhile(found, seen)
    if found.state not in (InputState.REQUESTED, InputState.DECLINED):
        raise InputRefused(_("This input is “%s” already.") % found.get_state_display())
    owner = owner or (by if isinstance(by, User) else None)
    if owner is None or not (owner.is_active and is_internal(owner)):
        raise InputRefused(_("Choose somebody who works for the office."), "owner")
    ground.lay(found, {"state": InputState.DRAFT, "reason": ""})
    _own(found, owner)
    journal.write("input taken on", by=by, record=found.record, detail={"owner": str(owner)})
    _tell_requester(found, by, _("%(who)s writes: %(title)s") % {"who": owner, "title": found.record.title}, "taken")
    if owner.pk != by.pk:
        said = _("You write: %s") % found.record.title
        tell([owner], kind=KIND, record=found.record, title=said, text=found.record.summary, url=page_of(found),
             key=f"input-{found.pk}-owner-{owner.pk}-{found.revision}")  # fmt: skip
    return found


def _own(found: Input, owner: User | None) -> None:
    found.record.owner = owner
    found.record.save(update_fields=["owner"])


def _tell_requester(found: Input, by: Actor, title: str, step: str, text: str = "") -> None:
    asker = found.requested_by
    if asker is not None and asker.pk != by.pk:
        key = f"input-{found.pk}-{step}-{found.revision}"
        tell([asker], kind=KIND, record=found.record, title=title, text=text, url=page_of(found), key=key)


@transaction.atomic
def decline(paper: Input | int, *, reason: str, by: Actor, seen: int | None = None) -> Input:
    """Say that a requested input is not written, and why. Raises InputRefused (with the field), Meanwhile, PermissionDenied."""
    found = ground.held(ground.key(paper), by, TAKE)
    ground.not_meanwhile(found, seen)
    if found.state != InputState.REQUESTED:
        raise InputRefused(_("This input is “%s” already.") % found.get_state_display())
    reason = words(reason, "reason", _("Say why, so that who asked can act on it."))
    ground.lay(found, {"state": InputState.DECLINED, "reason": reason})
    journal.write("input declined", by=by, record=found.record, detail={"reason": reason})
    _tell_requester(found, by, _("Declined: %s") % found.record.title, "declined", reason)
    return found


@transaction.atomic
def change(
    paper: Input | int, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> dict[str, list[str]]:
    """Change what the input is for: title, what is asked, type, meeting, mechanism, country, due day, themes. What is not given stays.

    Who asked for it changes it until it is taken on. What reviewers read stays while it is in clearance; the type stays once
    sections of it are written. Returns field → [before, now]. Raises InputRefused (with the field), Meanwhile, PermissionDenied.
    """
    asked_by_me = Input.objects.filter(
        pk=ground.key(paper), state=InputState.REQUESTED, requested_by=by.pk, requested_by__isnull=False
    ).exists()
    found = ground.held(ground.key(paper), by, ground.SEE if asked_by_me else WRITE)
    ground.not_meanwhile(found, seen)
    if unknown := values.keys() - set(CHANGEABLE):
        raise TypeError(f"an input has no {', '.join(sorted(unknown))}")
    if found.state not in (InputState.REQUESTED, InputState.DRAFT, InputState.CLEARANCE):
        raise InputRefused(_("This input is “%s” and cannot be changed.") % found.get_state_display())
    record = found.record
    title = one_line(values.get("title", record.title), "title")
    if not title:
        raise InputRefused(_("Say in a few words what it is."), "title")
    wanted = {name: values.get(name, getattr(found, name)) for name in ("type", "meeting", "mechanism", "place", "due")}
    wanted["meeting"], wanted["mechanism"] = fitting(wanted["meeting"], wanted["mechanism"])
    if wanted["due"] != found.due:
        ground.to_come(wanted["due"], "due")
    now = {name: getattr(found, name) for name in wanted} | {"title": record.title}
    changed = [name for name, value in {**wanted, "title": title}.items() if now[name] != value]
    if found.state == InputState.CLEARANCE and (read := next((name for name in READ if name in changed), "")):
        raise InputRefused(_("Reviewers have this before them. Take the input back from clearance to change it."), read)
    if "type" in changed and found.sections.exclude(text="").exists():
        raise InputRefused(_("Sections are written already. Ask for a new input of the other type."), "type")
    fields = ground.lay(found, wanted)
    summary = words(values.get("asked", record.summary), "asked")
    for name, value in (("title", title), ("summary", summary)):
        if getattr(record, name) != value:
            fields[name] = [getattr(record, name), value]
            setattr(record, name, value)
    record.save(update_fields=["title", "summary"])
    set_place(record, found.place)
    if "themes" in values and (moved := set_themes(record, values["themes"], timezone.now())):
        fields["themes"] = [moved["themes"]["from"], moved["themes"]["to"]]
    if fields:
        journal.write("input changed", by=by, record=record, detail={"fields": fields})
    return fields


@transaction.atomic
def set_authors(paper: Input | int, *, owner: User, authors: Iterable[User], by: Actor) -> Input:
    """Say who writes an input: who answers for it, and who writes with them. Those who are new are told.

    Raises InputRefused (with the field), Closed, PermissionDenied.
    """
    found = ground.writable(ground.key(paper), by)
    before = {one.pk for one in people.writers(found)}
    others = {one.pk: one for one in authors if one.pk != owner.pk}
    for one in (owner, *others.values()):
        if not (one.is_active and is_internal(one)):
            raise InputRefused(_("Choose people who work for the office."), "owner" if one == owner else "authors")
    found.authors.exclude(person__in=others).delete()
    for person in others.values():
        InputAuthor.objects.get_or_create(input=found, person=person)
    if owner.pk != found.record.owner_id:
        _own(found, owner)
    names = ", ".join(map(str, (owner, *others.values())))
    if before != {owner.pk, *others}:
        journal.write("input authors", by=by, record=found.record, detail={"authors": names})
    new = [one for one in (owner, *others.values()) if one.pk not in before]
    said = _("You write: %s") % found.record.title
    tell(people.without(new, by), kind=KIND, record=found.record, title=said, url=page_of(found))
    return found


@transaction.atomic
def take_out(paper: Input | int, *, reason: str, by: Actor) -> None:
    """Take an input out that is not needed. Not once it was cleared or delivered, nor while it is in clearance.

    Raises InputRefused (with the field), PermissionDenied.
    """
    found = ground.held(ground.key(paper), by, WRITE)
    if found.state in (InputState.CLEARED, InputState.DELIVERED) and not found.filed:
        raise InputRefused(_("An input that was cleared or delivered stays."))
    if Clearance.objects.filter(record=found.record, state__in=STANDING).exists():
        raise InputRefused(_("Take it back from clearance first."))
    reason = words(reason, "reason", _("Say why it is taken out."))
    found.record.removed_at = timezone.now()
    found.record.save(update_fields=["removed_at"])
    journal.write("removed", by=by, record=found.record, detail={"reason": reason})


@transaction.atomic
def reopen(paper: Input | int, *, reason: str, by: Actor) -> Input:
    """Write on an input that was cleared and not delivered yet; it is cleared anew.

    Raises InputRefused (with the field), PermissionDenied.
    """
    found = ground.held(ground.key(paper), by, DELIVER)
    if found.state != InputState.CLEARED:
        raise InputRefused(_("Only an input that is cleared and not delivered is opened again."))
    reason = words(reason, "reason", _("Say why it is opened again."))
    ground.lay(found, {"state": InputState.DRAFT, "submission": None})
    journal.write("input reopened", by=by, record=found.record, detail={"reason": reason})
    return found


@transaction.atomic
def deliver(paper: Input | int, *, on: date, function: str, by: Actor) -> Input:
    """Say when a cleared input was delivered, and by whom: the function, not the name.

    Raises InputRefused (with the field), PermissionDenied.
    """
    found = ground.held(ground.key(paper), by, DELIVER)
    if found.state != InputState.CLEARED:
        said = _("Only an input that is cleared is delivered; this one is “%s”.")
        raise InputRefused(said % found.get_state_display())
    if on > timezone.localdate():
        raise InputRefused(_("The day of delivery cannot be in the future."), "on")
    if found.submission is not None and on < timezone.localdate(found.submission.at):
        raise InputRefused(_("It was handed in after that day."), "on")
    begins = found.meeting.record.starts if found.meeting else None
    if found.type in templates.SPOKEN and begins is not None and on < begins:
        raise InputRefused(_("The meeting begins on %s: nothing is spoken there before.") % formats.day(begins), "on")
    function = one_line(function, "function", 200)
    if not function:
        raise InputRefused(_("Say in which function it was spoken or sent."), "function")
    ground.lay(found, {"state": InputState.DELIVERED, "delivered_on": on, "delivered_by": function})
    journal.write("input delivered", by=by, record=found.record, detail={"on": on.isoformat(), "function": function})
    words_ = {"day": formats.day(on), "title": found.record.title}
    _tell_requester(found, by, _("Delivered on %(day)s: %(title)s") % words_, "delivered")
    return found


@transaction.atomic
def tell_what_became(paper: Input | int, *, text: str, on: date | None = None, by: Actor) -> Input:
    """Say what became of a delivered input, so that the next one can build on it. Earlier words stay in the journal.

    Raises InputRefused (with the field), PermissionDenied.
    """
    found = ground.held(ground.key(paper), by, DELIVER)
    if found.state != InputState.DELIVERED:
        raise InputRefused(_("Say first when it was delivered."))
    text, on = words(text, "text", _("Say what became of it.")), on or timezone.localdate()
    if on > timezone.localdate():
        raise InputRefused(_("This day is in the future."), "on")
    if found.delivered_on is not None and on < found.delivered_on:
        raise InputRefused(_("It was delivered after that day."), "on")
    changed = ground.lay(found, {"became": text, "became_on": on})
    if changed:
        journal.write("input followed up", by=by, record=found.record, detail={"fields": changed})
    return found


def moved(key: int, state: InputState, out_of: Iterable[InputState]) -> None:
    """It went into clearance or came out of it undecided. Called by clearance, which has asked for the permission."""
    for found in Input.objects.filter(pk=key, state__in=list(out_of)):
        ground.lay(found, {"state": state})


def cleared(key: int, submission: Submission) -> None:
    """It was cleared as handed in. Called by clearance."""
    ground.lay(Input.objects.get(pk=key), {"state": InputState.CLEARED, "submission": submission})
