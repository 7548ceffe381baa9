"""Meetings and commitments for pages of others: of a country, of a mechanism, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.work.cooperation.mechanisms.standing import TAKES_PART, conclusions
from migov.work.cooperation.meetings import when
from migov.work.cooperation.meetings.life import EXPECTED, PENDING
from migov.work.cooperation.meetings.queries import register
from migov.work.cooperation.meetings.queries.commitments import CommitmentRow, commitments_for, rows_of
from migov.work.cooperation.meetings.queries.unseen import hide
from migov.work.cooperation.models import Mechanism, Meeting, MeetingTask, Membership

INPUTS_AHEAD = timedelta(days=30)


def _read(found: QuerySet[Meeting]) -> QuerySet[Meeting]:
    return found.select_related("record__owner", "country", "mechanism__record", "attends")


def _rows(found: QuerySet[Meeting], viewer: Viewer, order: str) -> list[register.MeetingRow]:
    shown = list(_read(found).order_by(*register.ORDERS[order]))
    hide(shown, viewer, "mechanism")
    today = timezone.localdate()
    return [register.row_of(one, today) for one in shown]


def of_country(
    place: Place, viewer: Viewer, since: date | None = None, *, members: bool = True
) -> list[register.MeetingRow]:
    """The meetings that a country hosts or takes part in, and (members) those to come of mechanisms that it is a member of; the first
    first. since: those that end on that day or later. Three queries; nothing for who does not enter cooperation.
    """
    if not access.allowed(viewer, "cooperation.enter"):
        return []
    today = timezone.localdate()
    wanted = register.taking_part(place)
    if members:
        said = conclusions(Membership.objects.current().filter(place=place), today)
        theirs = [mechanism for (mechanism, _place, _body), one in said.items() if one.part in TAKES_PART]
        wanted |= Q(mechanism_id__in=theirs) & register.coming(today)
    found = register.meetings_for(viewer).filter(wanted)
    if since is not None:
        found = found.filter(when.since(since) | when.without_date())
    return _rows(found, viewer, "when")


def of_mechanism(mechanism: Mechanism, viewer: Viewer, since: date | None = None) -> list[register.MeetingRow]:
    """The meetings of a mechanism, the last first. since: as of_country. Two queries; nothing for who does not enter cooperation."""
    if not access.allowed(viewer, "cooperation.enter"):
        return []
    found = register.meetings_for(viewer).filter(mechanism=mechanism)
    if since is not None:
        found = found.filter(when.since(since) | when.without_date())
    return _rows(found, viewer, "-when")


def commitments_of(place: Place, viewer: Viewer, *, open_only: bool = False) -> list[CommitmentRow]:
    """The commitments of a country, what is due first. Two queries; nothing for who does not enter cooperation."""
    if not access.allowed(viewer, "cooperation.enter"):
        return []
    found = commitments_for(viewer).filter(place=place)
    return rows_of(found.filter(state__in=PENDING) if open_only else found, viewer)


def commitments_of_mechanism(mechanism: Mechanism, viewer: Viewer, *, open_only: bool = False) -> list[CommitmentRow]:
    """The commitments that were made in a mechanism, what is due first. Two queries; nothing for who does not enter cooperation."""
    if not access.allowed(viewer, "cooperation.enter"):
        return []
    found = commitments_for(viewer).filter(mechanism=mechanism)
    return rows_of(found.filter(state__in=PENDING) if open_only else found, viewer)


# What waits


def next_meetings(viewer: Viewer) -> QuerySet[Meeting]:
    """Meetings to come of which at least the month is known, the first first."""
    found = register.meetings_for(viewer).filter(register.coming()).exclude(when.without_date())
    return _read(found).order_by(*register.ORDERS["when"])


def inputs_due(viewer: Viewer) -> QuerySet[Meeting]:
    """Meetings to come to which inputs are due within INPUTS_AHEAD, or are late."""
    found = register.meetings_for(viewer).filter(register.coming(), inputs_due__lte=timezone.localdate() + INPUTS_AHEAD)
    return _read(found).order_by("inputs_due", "pk")


def tasks_of(viewer: Viewer) -> QuerySet[MeetingTask]:
    """Tasks of meetings that the person has to do, what is due first; not of cancelled ones."""
    found = MeetingTask.objects.filter(
        person_id=viewer.pk, done_on__isnull=True, meeting__in=register.meetings_for(viewer).exclude(state="cancelled")
    )
    return found.select_related("meeting__record").order_by("due", "pk")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person: its words, of what it is a part, its page, its day and whether that has passed."""

    title: str
    of: str
    url: str
    due: date | None
    late: bool


def mine(viewer: Viewer) -> list[Waiting]:
    """What meetings and commitments ask of a person: tasks, inputs to meetings that he or she attends, commitments of the office that he
    or she follows up, and meetings that are over but were not noted as held. What is due first. Five queries; nothing for outsiders.
    """
    if not access.allowed(viewer, "cooperation.enter") or viewer.pk is None:
        return []
    today = timezone.localdate()
    found = [
        Waiting(
            task.text, task.meeting.record.title, f"{reverse('cooperation:meeting', args=[task.meeting_id])}#tasks", task.due,
            bool(task.due and task.due < today),
        )
        for task in tasks_of(viewer)
    ]  # fmt: skip
    for one in inputs_due(viewer).filter(attends_id=viewer.pk):
        url = reverse("cooperation:meeting", args=[one.pk])
        late = one.inputs_due is not None and one.inputs_due < today
        found.append(Waiting(one.record.title, _("Inputs to a meeting"), url, one.inputs_due, late))
    kept = register.meetings_for(viewer).filter(record__owner_id=viewer.pk, state__in=EXPECTED)
    for one in _read(kept.exclude(register.coming())):
        url = reverse("cooperation:meeting", args=[one.pk])
        found.append(Waiting(one.record.title, _("Was it held?"), url, one.record.ends, True))
    owed = commitments_for(viewer).filter(
        record__owner_id=viewer.pk, ours=True, state__in=PENDING, due__lte=today + INPUTS_AHEAD
    )
    for row in rows_of(owed, viewer, today=today):
        url = reverse("cooperation:commitment", args=[row.commitment.pk])
        found.append(Waiting(row.record.title, _("Commitment of the office"), url, row.commitment.due, row.late))
    return sorted(found, key=lambda one: (one.due is None, one.due or today, one.title))
