"""A roadmap is begun, described better, agreed with the government, closed with its result, and reopened."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordState, Visibility
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.governance.models import ActionState, Assessment, Roadmap, RoadmapState
from migov.work.governance.models.roadmaps import KIND
from migov.work.governance.roadmaps import people
from migov.work.governance.roadmaps.actions import ground
from migov.work.governance.roadmaps.actions.ground import RoadmapError

FIRST_YEAR, LAST_YEAR, LONGEST = 1990, 2100, 15
LONGEST_TITLE = 300


@transaction.atomic
def start(
    *, country: Place, starts: int, ends: int, by: Actor, assessment: Assessment | None = None, title: str = "", summary: str = "",
    at: datetime | None = None,
) -> Roadmap:  # fmt: skip
    """Begin a roadmap of a country for some years (both included), shared with its government. The focal points are told.

    assessment: the one whose gaps it answers. title: made of country and years where it is empty. Raises PermissionDenied,
    RoadmapError with the field.
    """
    access.require(by, "roadmaps.start")
    at = at or timezone.now()
    _years(starts, ends)
    _own_assessment(country, assessment, by)
    title, summary = ground.one_line(title, "title", LONGEST_TITLE), ground.text(summary, "summary")
    office = people.office_for(country, by)
    access.require(by, "roadmaps.start", office)
    record = Record.objects.create(
        kind=KIND, title=title or usual_title(country, starts, ends), summary=summary, office=office,
        owner=by if isinstance(by, User) else None, visibility=Visibility.PARTNERS, starts=date(starts, 1, 1),
        ends=date(ends, 12, 31), source="migov", created_at=at, changed_at=at,
    )  # fmt: skip
    RecordState.objects.create(record=record, office=office, starts=record.starts, ends=record.ends, recorded_at=at)
    RecordPlace.objects.create(record=record, place=country, recorded_at=at)
    made = Roadmap.objects.create(record=record, country=country, assessment=assessment, starts=starts, ends=ends)
    journal.write("roadmap begun", by=by, record=record, detail={"years": f"{starts}–{ends}"}, at=at)
    tell(
        people.without(people.government(country), by), kind=KIND, record=record, url=page_of(made), key=f"roadmap-begun:{made.pk}",
        title=_("A roadmap of your country was begun: %(title)s") % {"title": record.title},
        text=_("You can add actions and change them."),
    )  # fmt: skip
    return made


def usual_title(country: Place, starts: int, ends: int) -> str:
    """What a roadmap is called where nobody says it: "Migration governance roadmap, Moldova, 2026–2028"."""
    years = str(starts) if starts == ends else f"{starts}–{ends}"
    return _("Migration governance roadmap, %(country)s, %(years)s") % {
        "country": formats.place(country),
        "years": years,
    }


def page_of(roadmap: Roadmap) -> str:
    """Address of the roadmap's page."""
    return reverse("governance:roadmap", args=[roadmap.pk])


def _years(starts: int, ends: int) -> None:
    for name, year in (("starts", starts), ("ends", ends)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise RoadmapError(_("Write a year, such as 2026."), name)
    if ends < starts:
        raise RoadmapError(_("The last year is before the first."), "ends")
    if ends - starts >= LONGEST:
        raise RoadmapError(_("A roadmap covers at most %(most)s years.") % {"most": LONGEST}, "ends")


def _own_assessment(country: Place, assessment: Assessment | None, by: Actor) -> None:
    if assessment is None:
        return
    access.require(by, "assessments.see", assessment.record)
    if assessment.country_id != country.pk:
        raise RoadmapError(_("This assessment is of another country."), "assessment")


@transaction.atomic
def describe(
    roadmap: Roadmap, *, title: str, summary: str, starts: int, ends: int, assessment: Assessment | None, by: Actor,
    seen: int | None = None, at: datetime | None = None,
) -> Roadmap:  # fmt: skip
    """Say better what a roadmap is. seen: the revision that the page showed. Raises PermissionDenied, Conflict, RoadmapError."""
    found = ground.held_open(roadmap.pk, by)
    ground.not_changed_meanwhile(found, seen)
    at = at or timezone.now()
    title, summary = ground.one_line(title, "title", LONGEST_TITLE), ground.text(summary, "summary")
    if not title:
        raise RoadmapError(_("This cannot be empty."), "title")
    _years(starts, ends)
    if assessment is not None and assessment.pk != found.assessment_id:
        _own_assessment(found.country, assessment, by)
    followed = list(
        found.actions.filter(follow_ups__superseded_at__isnull=True).values_list("follow_ups__year", flat=True)
    )
    if followed and (min(followed) < starts or max(followed) > ends):
        raise RoadmapError(_("Years that were followed up have to stay: %(first)s–%(last)s.")
                           % {"first": min(followed), "last": max(followed)}, "ends")  # fmt: skip
    record = found.record
    changed: dict[str, object] = {
        name: {"from": ground.words(before), "to": ground.words(now)}
        for name, before, now in (("title", record.title, title), ("summary", record.summary, summary))
        if before != now
    }
    laid = ground.lay(found, {"starts": starts, "ends": ends, "assessment": assessment})
    changed |= laid
    if not changed:
        return found
    if not laid:
        found.revision += 1
        found.save(update_fields=["revision"])
    record.title, record.summary = title, summary
    record.starts, record.ends = date(starts, 1, 1), date(ends, 12, 31)
    record.save(update_fields=["title", "summary", "starts", "ends"])
    if {"starts", "ends"} & changed.keys():
        RecordState.objects.filter(record=record).supersede(at)
        RecordState.objects.create(
            record=record, office=record.office, starts=record.starts, ends=record.ends, recorded_at=at
        )
    journal.write("roadmap changed", by=by, record=record, detail=dict(changed), at=at)
    return found


@transaction.atomic
def agree(
    roadmap: Roadmap, *, on: date, agreed_with: str, by: Actor, seen: int | None = None, at: datetime | None = None
) -> Roadmap:
    """Note that the government agreed the roadmap: on which day, and who. Raises PermissionDenied, Conflict, RoadmapError."""
    found = ground.held_open(roadmap.pk, by, ground.AGREE)
    ground.not_changed_meanwhile(found, seen)
    if found.state != RoadmapState.DRAFT:
        raise RoadmapError(_("This roadmap is agreed already."))
    agreed_with = ground.one_line(agreed_with, "agreed_with", 200)
    if not agreed_with:
        raise RoadmapError(_("Say which ministry or body agreed."), "agreed_with")
    _not_to_come(on, at)
    if not found.actions.exclude(state=ActionState.DROPPED).exists():
        raise RoadmapError(_("Add at least one action first."))
    changed = ground.lay(found, {"state": RoadmapState.AGREED, "agreed_on": on, "agreed_with": agreed_with})
    journal.write("roadmap agreed", by=by, record=found.record, detail=dict(changed), at=at)
    _tell(found, _("The roadmap is agreed: %(title)s"), by, "agreed")
    return found


@transaction.atomic
def close(
    roadmap: Roadmap, *, on: date, result: str, by: Actor, seen: int | None = None, at: datetime | None = None
) -> Roadmap:
    """Close an agreed roadmap with its result. Raises PermissionDenied, Conflict, RoadmapError with the field."""
    found = ground.held_open(roadmap.pk, by, ground.AGREE)
    ground.not_changed_meanwhile(found, seen)
    if found.state != RoadmapState.AGREED:
        raise RoadmapError(_("A roadmap is closed once it was agreed."))
    result = ground.text(result, "result")
    if not result:
        raise RoadmapError(_("Say what changed, and how we know."), "result")
    _not_to_come(on, at)
    if found.agreed_on and on < found.agreed_on:
        raise RoadmapError(_("This is before it was agreed."), "on")
    changed = ground.lay(found, {"state": RoadmapState.CLOSED, "closed_on": on, "result": result})
    journal.write("roadmap closed", by=by, record=found.record, detail=dict(changed), at=at)
    _tell(found, _("The roadmap is closed: %(title)s"), by, f"closed:{found.revision}")
    return found


@transaction.atomic
def reopen(roadmap: Roadmap, *, by: Actor, seen: int | None = None, at: datetime | None = None) -> Roadmap:
    """Take a closed roadmap up again, as agreed; its result stays, to be written anew. Raises PermissionDenied, Conflict, RoadmapError."""
    found = ground.held(roadmap.pk, by, ground.AGREE)
    ground.not_changed_meanwhile(found, seen)
    if found.state != RoadmapState.CLOSED:
        raise RoadmapError(_("This roadmap is not closed."))
    changed = ground.lay(found, {"state": RoadmapState.AGREED, "closed_on": None})
    journal.write("roadmap reopened", by=by, record=found.record, detail=dict(changed), at=at)
    return found


@transaction.atomic
def remove(roadmap: Roadmap, *, by: Actor, at: datetime | None = None) -> None:
    """Take out a draft that nothing was made of yet. Raises PermissionDenied, RoadmapError."""
    found = ground.held_open(roadmap.pk, by, ground.AGREE)
    if found.state != RoadmapState.DRAFT or found.actions.filter(project__isnull=False).exists():
        raise RoadmapError(_("Only a draft of which no concept note was made can be removed."))
    record = found.record
    record.removed_at = at or timezone.now()
    record.save(update_fields=["removed_at"])
    journal.write("roadmap removed", by=by, record=record, detail={"title": record.title}, at=at)


def _not_to_come(day: date, at: datetime | None) -> None:
    if day > timezone.localdate(at):
        raise RoadmapError(_("This day is still to come."), "on")


def _tell(found: Roadmap, title: str, by: Actor, key: str) -> None:
    owner = [found.record.owner] if found.record.owner else []
    tell(
        people.without([*people.government(found.country), *owner], by), kind=KIND, record=found.record, url=page_of(found),
        title=title % {"title": found.record.title}, key=f"roadmap-{key}:{found.pk}",
    )  # fmt: skip
