"""Having the matcher read many records: in portions, each read without holding the database and written in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils import timezone

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people.access import Actor, Viewer
from migov.foundation.records import journal
from migov.foundation.records.models import JournalEntry, Record
from migov.services.alignment.access import decidable_records
from migov.services.alignment.models import Alignment, Origin, Significance, Status
from migov.services.matching import Answer
from migov.services.suggestions import answering, matcher, plan, reading, sources
from migov.services.suggestions.models import Examined
from migov.services.suggestions.usefulness import decided_so_far

if TYPE_CHECKING:
    from migov.services.matching import Matcher

PORTION = 250

Progress = Callable[[int, int], None]


@dataclass
class Tally:
    """What became of records in frameworks; each record counts once for each framework.

    read: read now; of these `nothing_fits`. read_before: the same text was read by the same model. decided: left alone, people have
    decided. without_text: nothing to read. proposed, withdrawn: suggestions made, and taken back because they are no longer given.
    """

    read: int = 0
    nothing_fits: int = 0
    read_before: int = 0
    decided: int = 0
    without_text: int = 0
    proposed: int = 0
    withdrawn: int = 0

    def to_json(self) -> dict[str, int]:
        """The counts for the journal and for machines."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Read:
    """One record read for one framework."""

    wording: sources.Wording
    answer: Answer


def suggest_many(
    records: Sequence[int],
    frameworks: Sequence[str],
    *,
    by: Actor,
    progress: Progress | None = None,
    anew: bool = False,
    at: datetime | None = None,
) -> Tally:
    """Have the matcher read many records (primary keys) for some frameworks (codes), and propose what it suggests.

    By the rules of `actions.suggest`, and passing by frameworks in which something is confirmed, records that `by` does not see or
    decide, and what the same model has read already (unless `anew`). Each portion is one transaction: whoever stops this from within
    `progress` (records done, of how many) keeps what was read. The journal has one entry for each record with changes and one for each
    portion. Records are not marked as changed, because nothing that reports count has changed. A fixed number of queries for each portion.
    """
    reader = matcher.current()
    homes = {home.code: home for home in Framework.objects.filter(code__in=[*frameworks])}
    homes = {code: homes[code] for code in dict.fromkeys(frameworks) if code in homes and code in reader.frameworks}
    run = _Run(reader, homes, by, anew, at)
    for start in range(0, len(records), PORTION):
        if progress:
            progress(start, len(records))
        run.portion(records[start : start + PORTION])
    if progress:
        progress(len(records), len(records))
    return run.tally


@dataclass
class _Changes:
    """What one portion changes: rows to supersede, rows to add, and what the journal says of each record."""

    superseded: list[int] = field(default_factory=list)
    fresh: list[Alignment] = field(default_factory=list)
    examined: list[Examined] = field(default_factory=list)
    withdrawn: int = 0
    notes: dict[int, dict[str, list[str]]] = field(default_factory=dict)

    def note(self, record: int, what: str, elements: list[str]) -> None:
        if elements:
            self.notes.setdefault(record, {}).setdefault(what, []).extend(elements)


class _Run:
    """One run over portions of records."""

    def __init__(
        self, reader: Matcher, homes: Mapping[str, Framework], by: Actor, anew: bool, at: datetime | None
    ) -> None:
        self.reader, self.homes, self.by, self.anew, self._at = reader, homes, by, anew, at
        self.at = at or timezone.now()
        self.decided = decided_so_far(homes)
        self.models = {code: reader.model_name(code) for code in homes}
        self.elements: dict[int, dict[str, Element]] = {}
        self.tally = Tally()

    def portion(self, keys: Sequence[int]) -> None:
        """Read some records and write what was read."""
        viewer = cast("Viewer", self.by)
        seen = Record.objects.visible_to(viewer).standing().filter(decidable_records(viewer), pk__in=keys)
        records = {record.pk: record for record in seen.defer("summary")}
        wordings = sources.wordings(records.values())
        frameworks = [home.pk for home in self.homes.values()]
        self.tally.without_text += (len(records) - len(wordings)) * len(frameworks)
        standing = reading.standing_rows(wordings, frameworks)
        before = {
            (row.record_id, row.framework_id): (row.digest, row.model)
            for row in Examined.objects.filter(record__in=wordings, framework__in=frameworks)
        }
        read: dict[str, dict[int, _Read]] = {}
        for code, home in self.homes.items():
            due = []
            for pk, wording in wordings.items():
                if not reading.in_time(records[pk], home):
                    continue
                if plan.is_decided(standing.get((pk, home.pk), ())):
                    self.tally.decided += 1
                elif not self.anew and before.get((pk, home.pk)) == (wording.digest, self.models[code]):
                    self.tally.read_before += 1
                else:
                    due.append(pk)
            answers = answering.answers(self.reader, [wordings[pk] for pk in due], code)
            read[code] = {pk: _Read(wordings[pk], answer) for pk, answer in zip(due, answers, strict=True)}
        self._write(read)

    @transaction.atomic
    def _write(self, read: Mapping[str, Mapping[int, _Read]]) -> None:
        keys = {pk for found in read.values() for pk in found}
        locked = Record.objects.select_for_update().standing().filter(pk__in=keys).order_by("pk")
        records = {record.pk: record for record in locked.only("pk", "kind", "reference")}
        # Again, behind the lock: somebody may have decided while the matcher read, or a framework may have been loaded anew. The time
        # too, so that what is superseded was recorded before.
        frameworks = [home.pk for home in self.homes.values()]
        standing, self.elements = reading.standing_rows(records, frameworks), reading.main_elements(frameworks)
        self.at = self._at or timezone.now()
        changes = _Changes()
        for code, found in read.items():
            home = self.homes[code]
            for pk, one in found.items():
                stands = standing.get((pk, home.pk), [])
                if pk in records and not plan.is_decided(stands):
                    self._change(changes, pk, home, one, stands)
        if not changes.examined:
            return
        Alignment.objects.filter(pk__in=changes.superseded).supersede(self.at)
        Alignment.objects.bulk_create(changes.fresh, batch_size=500)
        reading.keep(changes.examined)
        JournalEntry.objects.bulk_create(self._note(records[pk], detail) for pk, detail in changes.notes.items())
        counts = {
            "read": len(changes.examined),
            "nothing_fits": sum(not row.proposed for row in changes.examined),
            "proposed": len(changes.fresh),
            "withdrawn": changes.withdrawn,
        }
        journal.write("matcher read many", by=self.by, detail={"frameworks": [*self.homes], **counts}, at=self.at)
        for name, number in counts.items():
            setattr(self.tally, name, getattr(self.tally, name) + number)

    def _change(self, changes: _Changes, pk: int, home: Framework, one: _Read, stands: list[plan.Standing]) -> None:
        model, known = self.models[home.code], self.elements.get(home.pk, {})
        change = plan.plan(one.answer, one.wording, model, stands)
        proposals = [proposal for proposal in change.propose if proposal[0] in known]
        changes.examined.append(
            reading.examined(pk, home.pk, one.wording, one.answer, model, known, self.decided[home.code], self.at)
        )
        changes.superseded += [row.pk for row in change.withdraw]
        changes.superseded += [before.pk for _code, _reasons, before in proposals if before is not None]
        changes.fresh += [self._proposal(pk, home, known[code], reasons) for code, reasons, _before in proposals]
        changes.withdrawn += len(change.withdraw)
        changes.note(pk, "proposed", [f"{home} {code}" for code, _reasons, _before in proposals])
        changes.note(pk, "no longer suggested", [f"{home} {row.code}" for row in change.withdraw])

    def _proposal(self, pk: int, home: Framework, element: Element, reasons: object) -> Alignment:
        return Alignment(
            record_id=pk, element=element, origin=Origin.SUGGESTED, status=Status.PROPOSED,
            significance=Significance.SIGNIFICANT, source=self.models[home.code], reasons=reasons, recorded_at=self.at,
        )  # fmt: skip

    def _note(self, record: Record, detail: dict[str, list[str]]) -> JournalEntry:
        return JournalEntry(
            at=self.at, by_id=self.by.pk, by_name=str(self.by), record_id=record.pk, kind=record.kind,
            reference=record.reference, verb="alignments suggested", detail=detail,
        )  # fmt: skip
