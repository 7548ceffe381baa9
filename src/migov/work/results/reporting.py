"""Questions about reporting: where somebody reports, which values are late, what waits to be verified."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from migov.foundation.people.access import Viewer, is_internal, offices_where, roles_of
from migov.foundation.people.models import Role
from migov.foundation.records.models import Record, Stage
from migov.work.projects.models import Project
from migov.work.results.models import (
    OPEN,
    AcrossPeriods,
    Entry,
    EntryStatus,
    Indicator,
    Measurement,
    MeasurementKind,
    Period,
)

CARRIED_OUT = (Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING)  # where a missing value is late, and not only missing


def reported_by(user: Viewer) -> QuerySet[Record]:
    """The records of projects for which somebody may report values, as results.report says (access.py)."""
    return _where(user, Role.DEVELOPER, Role.MANDE, owned=True)


def verified_by(user: Viewer) -> QuerySet[Record]:
    """The records of projects whose values somebody may verify, as results.verify says (access.py)."""
    return _where(user, Role.MANDE, owned=False)


def has_duties(user: Viewer) -> bool:
    """Whether reporting or verifying values belongs to somebody's role, so that pages lead there. No query beyond the roles."""
    return bool(roles_of(user) & {Role.DEVELOPER, Role.MANDE, Role.ADMINISTRATOR})


def verifies(user: Viewer) -> bool:
    """Whether somebody verifies values in any office."""
    return bool(roles_of(user) & {Role.MANDE, Role.ADMINISTRATOR})


def _where(user: Viewer, *roles: Role, owned: bool) -> QuerySet[Record]:
    found = Record.objects.visible_to(user).standing().filter(kind="project", project__isnull=False)
    if not is_internal(user):
        return found.none()
    offices = offices_where(user, *roles)
    if offices is None:
        return found
    may = Q(office_id__in=offices)
    return found.filter(may | Q(owner_id=user.pk)) if owned else found.filter(may)


def late_periods(day: date | None = None) -> QuerySet[Period]:
    """Periods that have ended and for which no value was submitted or stands.

    A period of a running total is not late once a later one has a value.
    """
    day = day or timezone.localdate()
    stands = Measurement.objects.current().filter(indicator=OuterRef("indicator"), kind=MeasurementKind.ACTUAL)
    handed_in = Entry.objects.filter(period=OuterRef("pk")).exclude(status__in=OPEN)
    later = stands.filter(period__ends__gt=OuterRef("ends"))
    return (
        Period.objects.filter(ends__lt=day)
        .filter(indicator__in=Indicator.objects.standing())
        .filter(~Exists(handed_in), ~Exists(stands.filter(period=OuterRef("pk"))))
        .filter(Q(indicator__across_periods=AcrossPeriods.SUM) | ~Exists(later))
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How reporting stands in a project: how many values are late and since when, and how many entries are in each state."""

    record: Record
    late: int = 0
    since: date | None = None
    states: Mapping[str, int] = field(default_factory=dict)

    @property
    def drafts(self) -> int:
        return self.states.get(EntryStatus.DRAFT, 0)

    @property
    def returned(self) -> int:
        return self.states.get(EntryStatus.RETURNED, 0)

    @property
    def submitted(self) -> int:
        return self.states.get(EntryStatus.SUBMITTED, 0)


def standings(records: Sequence[Record], day: date | None = None) -> list[Standing]:
    """How reporting stands in some projects, in their order. Two queries."""
    keys = [record.pk for record in records]
    late = {
        row["indicator__project"]: (row["number"], row["since"])
        for row in late_periods(day)
        .filter(indicator__project__in=keys, indicator__project__record__stage__in=CARRIED_OUT)
        .values("indicator__project").annotate(number=Count("pk"), since=Min("ends")).order_by()
    }  # fmt: skip
    states: dict[int, Counter[str]] = defaultdict(Counter)
    entries = Entry.objects.filter(indicator__project__in=keys).values("indicator__project", "status")
    for row in entries.annotate(number=Count("pk")).order_by():
        states[row["indicator__project"]][row["status"]] = row["number"]
    return [Standing(record, *late.get(record.pk, (0, None)), states[record.pk]) for record in records]


def to_report(user: Viewer, day: date | None = None) -> list[Standing]:
    """Projects for which somebody may report and has something to report: returned values first, then the most late. Three queries."""
    day = day or timezone.localdate()
    busy = Entry.objects.filter(indicator__project=OuterRef("pk"), status__in=(*OPEN, EntryStatus.SUBMITTED))
    waits = late_periods(day).filter(indicator__project=OuterRef("pk"))
    found = (
        reported_by(user)
        .filter(stage__in=CARRIED_OUT)
        .filter(Q(Exists(busy)) | Q(Exists(waits)))
        .select_related("office")
        .order_by("title", "pk")
    )
    return sorted(standings(list(found), day), key=lambda row: (-row.returned, -row.late, -row.drafts))


def others_to_report(user: Viewer) -> QuerySet[Record]:
    """Projects for which somebody may report and that have indicators, by title."""
    measured = Indicator.objects.standing().filter(project=OuterRef("pk"))
    return reported_by(user).filter(Exists(measured), stage__in=(*CARRIED_OUT, "")).order_by("title", "pk")


def entries_for(user: Viewer, key: int) -> Entry:
    """An entry with its indicator, project, period, place and people. Raises Entry.DoesNotExist where the project is not seen."""
    return (
        Entry.objects.select_related(
            "indicator__result__record", "indicator__project__record__office", "period", "place", "created_by",
            "submitted_by", "verified_by",
        )
        .filter(indicator__project__record__in=Record.objects.visible_to(user).standing())
        .get(pk=key)
    )  # fmt: skip


def project_to_report(user: Viewer, key: int) -> Project:
    """A project that somebody sees, with its record. Raises Project.DoesNotExist."""
    seen = Record.objects.visible_to(user).standing().filter(kind="project")
    return Project.objects.select_related("record__office", "record__owner").get(pk=key, record__in=seen)


def waiting(user: Viewer, *, office: int | None = None, project: int | None = None) -> QuerySet[Entry]:
    """Submitted entries that somebody may verify, project by project, the longest waiting first. One query when it is read."""
    found = Entry.objects.filter(status=EntryStatus.SUBMITTED, indicator__project__record__in=verified_by(user))
    if office is not None:
        found = found.filter(indicator__project__record__office=office)
    if project is not None:
        found = found.filter(indicator__project=project)
    return found.select_related(
        "indicator__project__record__office", "indicator__result__record", "period", "place", "submitted_by"
    ).order_by("indicator__project__record__title", "indicator__project", "period__ends", "indicator__result__order",
               "indicator__order", "indicator", "number")  # fmt: skip


def returned(user: Viewer) -> QuerySet[Entry]:
    """Entries that came back to somebody: what was submitted by the viewer, or is of a project of theirs. One query when it is read."""
    mine = Q(submitted_by=user.pk) | Q(indicator__project__record__owner=user.pk)
    return (
        Entry.objects.filter(mine, status=EntryStatus.RETURNED, indicator__project__record__in=reported_by(user))
        .select_related("indicator__project__record", "period", "place")
        .order_by("-changed_at", "pk")
    )


def known_values(periods: Iterable[int]) -> dict[tuple[int, str], Any]:
    """What stands for the whole of some periods, by period and kind (target, actual): a number, or its words. One query."""
    rows = (
        Measurement.objects.current()
        .filter(period__in=periods, slice__isnull=True, place__isnull=True, location_ref="")
        .exclude(kind=MeasurementKind.BASELINE)
        .order_by("order", "pk")
        .values_list("period", "kind", "value", "words")
    )
    return {(period, kind): words if value is None else value for period, kind, value, words in rows if period}


def waiting_by_project(user: Viewer) -> QuerySet[Record]:
    """Projects with values that somebody may verify, each with how many (`number`) and since when (`since`), the oldest first."""
    submitted = Q(project__indicators__entries__status=EntryStatus.SUBMITTED)
    return (
        verified_by(user)
        .filter(submitted)
        .annotate(
            number=Count("project__indicators__entries", filter=submitted),
            since=Min("project__indicators__entries__submitted_at", filter=submitted),
        )
        .select_related("office")
        .order_by("since", "pk")
    )


def last_values(entries: Sequence[Entry]) -> dict[int, tuple[date, Any]]:
    """The last value before the period of each entry that stands for the whole: the key of the entry → its day and value. One query."""
    known: dict[int, list[tuple[date, Any]]] = defaultdict(list)
    rows = (
        Measurement.objects.current()
        .filter(indicator__in={entry.indicator_id for entry in entries}, kind=MeasurementKind.ACTUAL)
        .filter(slice__isnull=True, place__isnull=True, location_ref="", period__ends__isnull=False)
        .order_by("period__ends", "order", "pk")
        .values_list("indicator", "period__ends", "value", "words")
    )
    for indicator, ends, value, words in rows:
        if ends is not None:
            known[indicator].append((ends, words if value is None else value))
    found: dict[int, tuple[date, Any]] = {}
    for entry in entries:
        ends = entry.period.ends
        before = [one for one in known[entry.indicator_id] if ends is not None and one[0] < ends]
        if before and entry.place_id is None:
            found[entry.pk] = before[-1]
    return found
