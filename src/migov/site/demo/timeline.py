"""When things happened in the illustrative portfolio, who did them, and the journal of it.

The files give days; what they leave open (when a proposal went to review, when an alignment was decided) follows the rules here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from migov.foundation.people.access import Actor
from migov.foundation.people.models import Role, User
from migov.foundation.records.models import JournalEntry, Record, Stage, Visibility
from migov.site.demo.shapes import PersonRow, ProjectRow

OFFICE_OPENS = time(9)

# Days after the entry of a project on which it reached a stage, for stages before and beside the implementation.
PREPARATION: dict[str, tuple[tuple[Stage, int], ...]] = {
    Stage.IDEA: ((Stage.IDEA, 0),),
    Stage.CONCEPT: ((Stage.CONCEPT, 0),),
    Stage.PROPOSAL: ((Stage.PROPOSAL, 0),),
    Stage.REVIEW: ((Stage.PROPOSAL, 0), (Stage.REVIEW, 28)),
    Stage.ENDORSED: ((Stage.PROPOSAL, 0), (Stage.REVIEW, 28), (Stage.ENDORSED, 70)),
    Stage.SUBMITTED: ((Stage.PROPOSAL, 0), (Stage.REVIEW, 28), (Stage.ENDORSED, 70), (Stage.SUBMITTED, 84)),
    Stage.REJECTED: ((Stage.PROPOSAL, 0), (Stage.REVIEW, 28), (Stage.REJECTED, 84)),
    Stage.WITHDRAWN: ((Stage.PROPOSAL, 0), (Stage.WITHDRAWN, 84)),
}
# Days after the end of a project on which it reached a stage; until then it is active from its start.
CONCLUSION: dict[str, tuple[tuple[Stage, int], ...]] = {
    Stage.ACTIVE: (),
    Stage.CLOSING: ((Stage.CLOSING, 1),),
    Stage.CLOSED: ((Stage.CLOSING, 1), (Stage.CLOSED, 91)),
    Stage.SUSPENDED: ((Stage.SUSPENDED, 1),),
}
# Who sees a project follows from how far it is: drafts stay in their office, what is over is public.
VISIBILITY: dict[str, Visibility] = {
    Stage.IDEA: Visibility.OFFICE,
    Stage.CONCEPT: Visibility.OFFICE,
    Stage.PROPOSAL: Visibility.OFFICE,
    Stage.REVIEW: Visibility.OFFICE,
    Stage.ACTIVE: Visibility.PARTNERS,
    Stage.CLOSING: Visibility.PARTNERS,
    Stage.CLOSED: Visibility.PUBLIC,
}
DECIDERS = frozenset({Role.SPECIALIST, Role.MANDE, Role.POLICY, Role.ENDORSER})


def moment(day: date) -> datetime:
    """When on a day things happen: as the office opens."""
    return timezone.make_aware(datetime.combine(day, OFFICE_OPENS))


def stages(project: ProjectRow) -> list[tuple[date, Stage]]:
    """The stages of a project, each with its first day, oldest first."""
    created = project.history.created
    if project.stage in PREPARATION:
        steps = [(created + timedelta(days=days), stage) for stage, days in PREPARATION[project.stage]]
    else:
        concluded = [(project.ends + timedelta(days=days), stage) for stage, days in CONCLUSION[project.stage]]
        steps = [(created, Stage.PROPOSAL), (project.starts, Stage.ACTIVE), *concluded]
    if project.history.stage_since:
        steps[-1] = (project.history.stage_since, Stage(project.stage))
    return sorted(dict(steps).items())  # of two stages on one day the later counts


def visibility(project: ProjectRow) -> Visibility:
    """Who sees a project."""
    return VISIBILITY.get(project.stage, Visibility.INTERNAL)


def decided_on(project: ProjectRow, number: int) -> date:
    """The day on which the alignments of a project were decided: two to five weeks after its entry."""
    return project.history.created + timedelta(days=14 + 7 * (number % 4))


def plain(value: Decimal) -> int | float:
    """A number as JSON takes it."""
    return int(value) if value == value.to_integral_value() else float(value)


class Staff:
    """Who does what in the illustrative portfolio. Where nobody has the role, `otherwise` acts."""

    def __init__(self, rows: Sequence[PersonRow], users: dict[str, User], otherwise: Actor) -> None:
        self._rows = [(row, users[row.username]) for row in rows if row.username in users]
        self._otherwise = otherwise

    def _first(self, role: str, office: str | None = None) -> User | None:
        return next((user for row, user in self._rows if row.role == role and office in (None, row.office)), None)

    @property
    def mande(self) -> Actor:
        """The M&E officer: keeps the register, and stands in where a country office has no account."""
        return self._first(Role.MANDE) or self._otherwise

    @property
    def endorser(self) -> Actor:
        """Lets projects start."""
        return self._first(Role.ENDORSER) or self.mande

    def owner(self, office: str) -> User | None:
        """The project developer of an office."""
        return self._first(Role.DEVELOPER, office)

    def entering(self, office: str) -> Actor:
        """Who enters projects and values of an office."""
        return self.owner(office) or self.mande

    def deciding(self, themes: Collection[str]) -> Actor:
        """Who decides alignments: the first who may and has one of the themes, in the order of the themes."""
        for theme in themes:
            for row, user in self._rows:
                if row.role in DECIDERS and theme in row.themes:
                    return user
        return self.mande


class Diary:
    """The journal of one project and its results, written at once at the end."""

    def __init__(self) -> None:
        self._entries: list[JournalEntry] = []

    def note(self, verb: str, at: datetime, by: Actor, record: Record, **detail: Any) -> None:
        """Somebody did something to a record."""
        self._entries.append(
            JournalEntry(
                at=at, by_id=by.pk, by_name=str(by), record_id=record.pk, kind=record.kind, reference=record.reference,
                verb=verb, detail=detail,
            )
        )  # fmt: skip

    def write(self, project: Record, results: Iterable[Record]) -> int:
        """Write the entries in order of time and mark the records as changed when they were. Returns how many entries."""
        self._entries.sort(key=lambda entry: entry.at)
        JournalEntry.objects.bulk_create(self._entries)
        counts = Counter(entry.record_id for entry in self._entries)
        last = {entry.record_id: entry.at for entry in self._entries}
        parts = [record for record in results if record.pk in counts]
        for record in parts:
            record.revision += counts[record.pk]
            record.changed_at = last[record.pk]
        project.revision += len(self._entries)  # a part that changes marks the whole as changed
        project.changed_at = self._entries[-1].at
        Record.objects.bulk_update([project, *parts], ["revision", "changed_at"])
        return len(self._entries)
