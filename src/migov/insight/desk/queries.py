"""What waits for a person: suggestions to decide, late values, projects that no framework knows, and what changed lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import (
    Viewer,
    allowed,
    is_internal,
    offices_of,
    offices_where,
    roles_of,
    works_regionally,
)
from migov.foundation.people.models import Role
from migov.foundation.records.models import JournalEntry, Record, Stage
from migov.insight.contributions import figures
from migov.insight.contributions.models import TODAY, ResultYear
from migov.insight.desk import talks
from migov.services.alignment.models import Alignment, Status
from migov.services.clearance import views_rows as clearance_rows
from migov.services.jobs.models import Job, JobState
from migov.work.evaluations.queries import followup
from migov.work.knowledge import queries as knowledge
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.requests.life import OWED
from migov.work.policy.requests.queries import about as requests
from migov.work.projects import history
from migov.work.proposals.queries import life as proposals
from migov.work.proposals.queries import running
from migov.work.reports import queries as narrative
from migov.work.results import reporting

SHOWN = 8
LOOKED_AT = 200  # of the newest entries of the journal
REPORTS_AHEAD = timedelta(days=30)
CARRIED_OUT = (Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING)


@dataclass(frozen=True, slots=True)
class LateProject:
    """A project whose indicators wait for values, with how many and since when."""

    record: Record
    late: int
    since: Any


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list that is shown in part, with how many there are in all."""

    rows: list[Any]
    count: int


def key_actions(user: Viewer) -> Waiting:
    """Actions that the person promised in answer to evaluations and that are not done, the longest overdue first. Two queries."""
    rows = followup.asked(user, followup.Asked(show="open", mine=True))
    return Waiting(list(rows[:SHOWN]), rows.count())


def lessons_to_validate(user: Viewer) -> Waiting:
    """Lessons that wait for the person to validate them, the oldest first. Two queries; none for who validates nothing."""
    if not roles_of(user) & {Role.MANDE, Role.ADMINISTRATOR}:
        return Waiting([], 0)
    rows = knowledge.waiting_for(user)
    return Waiting(list(rows[:SHOWN]), rows.count())


def reports_to_write(user: Viewer) -> Waiting:
    """Narrative reports that the person writes, what is due first. One query, two where not all are shown."""
    return _first(narrative.to_write(user))


@dataclass(frozen=True, slots=True)
class RequestWaiting:
    """A request of a government, with the day it is due and whether that has passed."""

    request: AssistanceRequest
    due: date | None
    late: bool


def requests_waiting(user: Viewer) -> Waiting:
    """Requests of governments that wait for the person to decide or to work, what is due first. One query, two where not all are shown."""
    found = _first(requests.waiting_for(user))
    today = timezone.localdate()
    rows = [RequestWaiting(one, one.due, one.state in OWED and bool(one.due and one.due < today)) for one in found.rows]
    return Waiting(rows, found.count)


def requests_of_government(user: Viewer) -> Waiting:
    """What the government of the person has asked of the office, what is open first. As requests_waiting."""
    return _first(requests.of_government(user))


def talks_waiting(user: Viewer) -> Waiting:
    """What governance and cooperation ask of the person, what is due first (see talks.py)."""
    rows = talks.waiting(user)
    return Waiting(rows[:SHOWN], len(rows))


def returned_values(user: Viewer) -> Waiting:
    """Values that came back to the person, the last returned first. One query, two where not all are shown."""
    return _first(reporting.returned(user))


def values_to_verify(user: Viewer) -> Waiting:
    """Projects with values that wait for the person to verify them, the oldest first. As returned_values; none for who verifies nothing."""
    if not reporting.verifies(user):
        return Waiting([], 0)
    return _first(reporting.waiting_by_project(user))


def _first(rows: QuerySet[Any]) -> Waiting:
    shown = list(rows[:SHOWN])
    return Waiting(shown, rows.count() if len(shown) == SHOWN else len(shown))


def my_projects(user: Viewer) -> QuerySet[Record]:
    """The projects a person answers for: those of the own offices; for the regional office, all that are seen."""
    found = Record.objects.visible_to(user).standing().filter(kind="project", project__isnull=False)
    return found if works_regionally(user) else found.filter(office_id__in=offices_of(user))


def suggestions(user: Viewer) -> Waiting:
    """Suggested alignments of the own projects and their results that nobody has decided, by project, most first."""
    mine = my_projects(user)
    open_ones = Alignment.objects.current().filter(status=Status.PROPOSED)
    on_projects = open_ones.filter(record__in=mine)
    on_results = open_ones.filter(record__parent__in=mine)
    count = on_projects.count() + on_results.count()
    rows = (
        on_projects.values("record_id", title=F("record__title"))
        .annotate(number=Count("pk"))
        .order_by("-number", "title")
    )
    return Waiting(list(rows[:SHOWN]), count)


def late_values(user: Viewer) -> Waiting:
    """Projects of one's own with values overdue, the most first."""
    figures.refresh()
    today = timezone.localdate()
    late = (
        ResultYear.objects.filter(
            as_of=TODAY, year__lte=today.year, next_year__gt=today.year, due__lte=today, result=None,
            record__in=my_projects(user),
            record__stage__in=CARRIED_OUT,
        )
        .values("record_id")
        .annotate(number=Sum(F("achieved") + F("near") + F("behind") + F("open")))
        .order_by("-number", "record_id")
    )  # fmt: skip
    found = list(late)
    records = Record.objects.select_related("office").in_bulk([row["record_id"] for row in found[:SHOWN]])
    first = {
        row["record_id"]: row["due"]
        for row in ResultYear.objects.filter(
            as_of=TODAY, record__in=records, due__lte=today, next_year__gt=today.year, result=None
        ).order_by("-due").values("record_id", "due")
    }  # fmt: skip
    rows = [LateProject(records[row["record_id"]], row["number"], first[row["record_id"]]) for row in found[:SHOWN]]
    return Waiting(rows, len(found))


def unaligned(user: Viewer) -> Waiting:
    """Projects of one's own that are carried out and have no confirmed alignment at all."""
    confirmed = Alignment.objects.current().filter(record=OuterRef("pk"), status=Status.CONFIRMED)
    found = (
        my_projects(user).filter(~Exists(confirmed), stage__in=CARRIED_OUT).select_related("office").order_by("title")
    )
    return Waiting(list(found[:SHOWN]), found.count())


def reviews(user: Any) -> Waiting:
    """Verdicts and decisions that wait for the person, the oldest due first."""
    rows = clearance_rows.waiting(user)
    return Waiting(rows[:SHOWN], len(rows))


def own_in_review(user: Any) -> Waiting:
    """The person's own work in review, and whom it waits for; what was sent back to be changed stands first."""
    rows = sorted(clearance_rows.own(user), key=lambda row: user.pk not in row.people)
    return Waiting(rows[:SHOWN], len(rows))


def late_reviews(user: Any) -> Waiting:
    """Reviews and decisions that others owe and that are late, for people who may remind them."""
    if not allowed(user, "clearance.load"):
        return Waiting([], 0)
    rows = [row for row in clearance_rows.late(user) if user.pk not in row.people]
    return Waiting(rows[:SHOWN], len(rows))


def being_written(user: Any) -> Waiting:
    """Proposals that the person writes and that are not in review, the last changed first."""
    rows = (
        proposals.asked(user, proposals.Asked(proposals.MINE))
        .filter(project__record__stage__in=(Stage.IDEA, Stage.CONCEPT, Stage.PROPOSAL))
        .select_related("project__record__office")
    )
    return Waiting(list(rows[:SHOWN]), rows.count())


def reports_due(user: Viewer) -> Waiting:
    """Reports that donors are owed within REPORTS_AHEAD, or were owed already, by projects of one's own."""
    rows = running.reports_due(user, timezone.localdate() + REPORTS_AHEAD)
    offices = offices_where(user, Role.DEVELOPER, Role.MANDE)  # who may manage projects (access.py)
    if offices is not None:
        own = Q(proposal__project__record__owner_id=user.pk)
        rows = rows.filter(own | Q(proposal__project__record__office_id__in=offices))
    return Waiting(list(rows[:SHOWN]), rows.count())


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a project, in words."""

    record: Record
    at: datetime
    who: str
    what: str
    particulars: str


def lately(user: Viewer) -> list[Change]:
    """What happened last to one's own projects; for people of the office only."""
    if not is_internal(user):
        return []
    newest = JournalEntry.objects.filter(record_id__in=my_projects(user).values("pk"))[:LOOKED_AT]
    entries: list[JournalEntry] = []
    for entry in newest:  # the last of each project: who works on one for an hour does not hide the others
        if len(entries) < SHOWN and all(entry.record_id != known.record_id for known in entries):
            entries.append(entry)
    records = Record.objects.in_bulk({entry.record_id for entry in entries if entry.record_id})
    return [
        Change(
            records[entry.record_id],
            entry.at,
            entry.by_name or _("system"),
            history.verb(entry.verb),
            "; ".join(history.particulars(entry.detail)[:2]),
        )
        for entry in entries
        if entry.record_id in records
    ]


def running_jobs(user: Viewer) -> list[Job]:
    """One's own jobs that wait or run."""
    return list(Job.objects.filter(by=user.pk, state__in=(JobState.WAITING, JobState.RUNNING)))
