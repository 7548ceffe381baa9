"""Questions about alignments: those of a record, those that wait for a person, how one came about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record, RecordPlace
from migov.services.alignment.access import decidable_records, decides
from migov.services.alignment.derived import Derived, derived
from migov.services.alignment.models import Alignment, Status
from migov.services.alignment.reading import surest_first
from migov.services.alignment.shares import are_set, shares


@dataclass
class Group:
    """The alignments of one record in one framework. `parts`: confirmed element → its part of the money."""

    framework: Framework
    confirmed: list[Alignment] = field(default_factory=list)
    proposed: list[Alignment] = field(default_factory=list)
    rejected: list[Alignment] = field(default_factory=list)
    derived: list[Derived] = field(default_factory=list)
    parts: dict[int, Fraction] = field(default_factory=dict)
    shares_set: bool = False


def alignments_of(record: Record, moment: datetime | None = None) -> list[Group]:
    """A record's alignments by framework, in the frameworks' order, with what follows from them and the parts of the
    money.

    moment: as they stood just before it. A part of another record shares no money: its `parts` stay empty. Two
    queries.
    """
    rows = list(
        Alignment.objects.as_of(moment)
        .filter(record=record)
        .select_related("element__framework", "decided_by")
        .order_by("element__framework__order", "element__framework_id", "element__order", "pk")
    )
    groups: dict[int, Group] = {}
    for row in rows:
        group = groups.setdefault(row.element.framework_id, Group(row.element.framework))
        getattr(group, row.status).append(row)  # the lists are named as the statuses
    for follows in derived(rows) if rows else []:
        framework = follows.element.framework
        groups.setdefault(framework.pk, Group(framework)).derived.append(follows)
    for group in groups.values():
        group.confirmed.sort(key=lambda row: (row.significance != "principal", row.element.order))
        group.proposed = surest_first(group.proposed)
        if record.parent_id is None:
            group.parts, group.shares_set = shares(group.confirmed), are_set(group.confirmed)
    return sorted(groups.values(), key=lambda group: (group.framework.order, group.framework.title))


def history(record: Record) -> QuerySet[Alignment]:
    """All rows of a record, those that stand and those before them, newest first. One query."""
    rows: QuerySet[Alignment] = Alignment.objects.filter(record=record)
    return rows.select_related("element__framework", "decided_by").order_by("-recorded_at", "-pk")


def counts(records: Iterable[int]) -> dict[int, dict[str, int]]:
    """Record → number of its current alignments by status. One query."""
    found: dict[int, dict[str, int]] = {}
    rows = Alignment.objects.current().filter(record__in=records).order_by()
    for record, status, count in rows.values_list("record_id", "status").annotate(Count("pk")):
        found.setdefault(record, {})[status] = count
    return found


def records_to_decide(user: Viewer, *, office: str = "", place: str = "", kind: str = "") -> QuerySet[Record]:
    """Records whose alignments the user sees and may decide.

    office, place: codes; a part of a record counts where its whole is. kind: of record.
    """
    records = Record.objects.visible_to(user).standing().filter(decidable_records(user))
    if office:
        records = records.filter(office__code=office)
    if kind:
        records = records.filter(kind=kind)
    if place:
        there = RecordPlace.objects.current().filter(place__code=place).values("record_id")
        records = records.filter(Q(pk__in=there) | Q(parent_id__in=there))
    return records


def waiting_for(
    user: Viewer, *, framework: str = "", office: str = "", place: str = "", kind: str = "", element: str = ""
) -> QuerySet[Alignment]:
    """Proposals that the user sees and may decide, the work that changed last first.

    framework: a code. office, place, kind: as for `records_to_decide`. element: a code, with those below it.
    """
    records = records_to_decide(user, office=office, place=place, kind=kind)
    found: QuerySet[Alignment] = Alignment.objects.current().filter(status=Status.PROPOSED, record__in=records)
    if framework:
        found = found.filter(element__framework__code=framework)
    if element:
        found = found.filter(Q(element__code=element) | Q(element__main__code=element))
    return found.order_by("-record__changed_at", "record_id", "element__framework__order", "element__order", "pk")


def with_pages(proposals: QuerySet[Alignment]) -> QuerySet[Alignment]:
    """The proposals with all that a list of them shows, read at once."""
    return proposals.select_related("record__office", "record__parent", "element__framework").defer(
        "element__text", "element__terms", "element__exclude", "record__summary"
    )


def waiting_count(user: Viewer) -> int:
    """How many proposals wait for the user. One query, none for people who decide nothing."""
    return waiting_for(user).order_by().count() if decides(user) else 0


def waiting_frameworks(user: Viewer) -> list[tuple[Framework, int]]:
    """The frameworks in which proposals wait for the user, with how many. Two queries."""
    rows = waiting_for(user).order_by().values_list("element__framework").annotate(Count("pk"))
    numbers = dict(rows)
    return [(framework, numbers[framework.pk]) for framework in Framework.objects.filter(pk__in=numbers)]


def by_record(alignments: Iterable[Alignment]) -> list[tuple[Record, list[Alignment]]]:
    """Alignments that stand in the order of their records, grouped by record."""
    return [(record, list(group)) for record, group in groupby(alignments, key=lambda alignment: alignment.record)]
