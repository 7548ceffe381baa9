"""Changed activities into the database: facts are superseded and appended, decisions of people are left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet

from migov.exchange.iati.comparing import Comparison, Key
from migov.exchange.iati.relinking import Relinker
from migov.exchange.iati.settings import ImportSettings
from migov.exchange.iati.shapes import to_json
from migov.exchange.iati.summary import ImportSummary
from migov.exchange.iati.tables import TABLES, Row, Rows
from migov.foundation.bulk import BulkTable, BulkWriter
from migov.foundation.people.access import Actor
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordPlace, RecordState
from migov.services.alignment.models import Alignment
from migov.work.projects.models import (
    Budget,
    Classification,
    Location,
    Participation,
    Project,
    RelatedProject,
    Transaction,
)
from migov.work.results.models import Measurement

KEYS_PER_STATEMENT = 500
KEPT_IN_MEMORY = 100_000
UPDATED = "updated from import"
BOOKKEEPING = frozenset({"file", "content_hash", "updated_at_source"})
RECORD_FIELDS = ("title", "summary", "starts", "ends", "source")
LONG_FIELDS = frozenset({"published", "summary"})
# An alignment that the import made and nobody has decided on since.
OURS = {("published", "confirmed"), ("sector", "proposed")}


@dataclass(frozen=True)
class Standing:
    """A project that the database holds."""

    pk: int
    content_hash: str
    office: int | None


class KnownProjects:
    """The projects that stood when the import began, by identifier: all at once where they fit in memory, else asked for in batches."""

    def __init__(self, writer: BulkWriter) -> None:
        self._writer = writer
        rows = Record.objects.filter(kind="project").exclude(reference="")
        self._all = self._read(rows) if rows.count() <= KEPT_IN_MEMORY else None

    def of(self, identifiers: Iterable[str]) -> dict[str, Standing]:
        """Those with these identifiers."""
        if self._all is not None:
            return self._all
        self._writer.wait()
        return self._read(Record.objects.filter(kind="project", reference__in=list(identifiers)))

    @staticmethod
    def _read(rows: QuerySet[Record]) -> dict[str, Standing]:
        found = rows.values_list("reference", "pk", "project__content_hash", "office")
        return {reference: Standing(pk, digest or "", office) for reference, pk, digest, office in found.iterator()}


@dataclass
class Change:
    """What changed in one project."""

    fields: dict[str, list[Any]] = field(default_factory=dict)
    added: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.fields or self.added or self.gone)


class Updater:
    """Brings projects to what a new version of their activity says."""

    def __init__(
        self,
        writer: BulkWriter,
        tables: dict[str, BulkTable],
        summary: ImportSummary,
        settings: ImportSettings,
        by: Actor,
    ) -> None:
        self.writer, self.tables, self.summary, self.settings, self.by = writer, tables, summary, settings, by
        self.at = settings.at
        self.children = {
            "participation": (Comparison("participation"), Participation),
            "classification": (Comparison("classification"), Classification),
            "related": (Comparison("related"), RelatedProject),
            "location": (Comparison("location"), Location),
        }
        # The order of facts is left aside: one more transaction at the top must not replace all the others.
        self.facts: dict[str, tuple[Comparison, str]] = {
            "place": (Comparison("place", ["recorded_at"]), "record"),
            "budget": (Comparison("budget", ["recorded_at", "order"]), "project"),
            "transaction": (Comparison("transaction", ["recorded_at", "order"]), "project"),
            "measurement": (Comparison("measurement", ["recorded_at", "order"]), "indicator__project"),
            "evidence": (Comparison("evidence", ["recorded_at", "source"]), "record"),
        }
        self.alignment = Comparison("alignment", ["recorded_at", "decided_at", "note", "source", "reasons"])

    def update(self, changed: list[tuple[Standing, Rows]]) -> None:
        """Update projects that stand; each comes with the rows of the new version, which point at keys of their own."""
        relinker = Relinker([standing.pk for standing, _ in changed], self.at)
        changes = {standing.pk: Change() for standing, _ in changed}
        for standing, rows in changed:
            relinker.relink(standing.pk, rows)
        self._fields(changed, relinker, changes)
        for name in self.children:
            self._replace(name, changed, changes)
        for name in self.facts:
            self._supersede(name, changed, relinker, changes)
        self._alignments(changed, relinker, changes)
        for table, count in (("record", relinker.new_records), ("result", relinker.new_results)):
            self.tables[table].rows.extend(count)
        self.tables["indicator"].rows.extend(relinker.new_indicators)
        self.tables["period"].rows.extend(relinker.new_periods)
        for pk, counted in relinker.added.items():
            changes[pk].added.update(counted)
        for pk, counted in relinker.gone.items():
            changes[pk].gone.update(counted)
        for pk, edited in relinker.edited.items():
            changes[pk].fields.update({f"{name} changed": [None, count] for name, count in edited.items()})
        self._note(changed, changes)
        self.writer.flush()
        self.writer.wait()

    def _fields(self, changed: list[tuple[Standing, Rows]], relinker: Relinker, changes: dict[int, Change]) -> None:
        """Fields of the record and the project; the office, the visibility and the themes belong to people and stay."""
        records = Record.objects.in_bulk([standing.pk for standing, _ in changed])
        projects = Project.objects.in_bulk([standing.pk for standing, _ in changed])
        record_names, project_names = TABLES["record"][1], TABLES["project"][1]
        compare_record, compare_project = Comparison("record"), Comparison("project")
        for standing, rows in changed:
            record, project, change = records[standing.pk], projects[standing.pk], changes[standing.pk]
            fresh = dict(zip(record_names, compare_record.key(rows.record[0]), strict=True))
            wanted = {name: fresh[name] for name in RECORD_FIELDS}
            new_project = dict(zip(project_names, rows.project[0], strict=True))
            said = dict(zip(project_names, compare_project.key(rows.project[0]), strict=True))
            if said["status"] != project.status:  # the stage follows the published status only when that changes
                wanted["stage"] = fresh["stage"]
            edits = {}
            for name, value in wanted.items():
                if _plain(getattr(record, name)) != value:
                    edits[name] = value
                    if name != "source":
                        change.fields[name] = _told(name, getattr(record, name), value)
            if edits:
                Record.objects.filter(pk=record.pk).update(**edits)
            held = self._held(project)
            edits = {}
            for name in project_names[1:]:
                if held[name] != said[name]:
                    edits[name] = new_project[name]
                    if name not in BOOKKEEPING:
                        change.fields[name] = _told(name, held[name], said[name])
            if edits:
                self._write_project(project.pk, edits)
            self._state(record, wanted)

    @staticmethod
    def _held(project: Project) -> dict[str, Any]:
        comparison = Comparison("project")
        values = [
            getattr(project, f"{name}_id" if name in ("record", "reporting_organisation", "file") else name)
            for name in comparison.names
        ]
        return dict(zip(comparison.names, comparison.key(tuple(values)), strict=True))

    def _write_project(self, pk: int, edits: dict[str, Any]) -> None:
        """Through SQL: the values are the database's own already."""
        quote = self.writer.connection.ops.quote_name
        columns = {name: str(Project._meta.get_field(name).column) for name in edits}  # type: ignore[union-attr]
        assignments = ", ".join(f"{quote(columns[name])} = %s" for name in edits)
        with self.writer.connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(Project._meta.db_table)} SET {assignments} WHERE record_id = %s",  # noqa: S608
                [*edits.values(), pk],
            )

    def _state(self, record: Record, wanted: dict[str, Any]) -> None:
        current = RecordState.objects.current().filter(record=record).first()
        said = (wanted.get("stage", record.stage), wanted["starts"], wanted["ends"])
        if current and (current.stage, _plain(current.starts), _plain(current.ends)) == said:
            return
        RecordState.objects.filter(record=record).supersede(self.at)
        self.tables["state"].rows.append((record.pk, record.office_id, *said, self.writer.moment(self.at)))

    def _replace(self, name: str, changed: list[tuple[Standing, Rows]], changes: dict[int, Change]) -> None:
        """Children that are no facts: replaced as a whole where one of them differs."""
        comparison, model = self.children[name]
        keys = [standing.pk for standing, _ in changed]
        before = comparison.standing(model._default_manager.filter(project__in=keys), "project")
        for standing, rows in changed:
            fresh: list[Row] = getattr(rows, name)
            held = before.get(standing.pk, [])
            gone, new = comparison.difference(held, fresh)
            if gone or new:
                model._default_manager.filter(project=standing.pk).delete()
                self.tables[name].rows.extend(fresh)
                changes[standing.pk].added[name] += len(new)
                changes[standing.pk].gone[name] += len(gone)

    def _supersede(
        self, name: str, changed: list[tuple[Standing, Rows]], relinker: Relinker, changes: dict[int, Change]
    ) -> None:
        comparison, group = self.facts[name]
        current = _current(name, [standing.pk for standing, _ in changed], relinker)
        before = comparison.standing(current, group)
        if name == "evidence":
            before = relinker.by_project(before)
        gone_keys: list[int] = []
        for standing, rows in changed:
            gone, new = comparison.difference(before.get(standing.pk, []), getattr(rows, name))
            gone_keys += gone
            self.tables[name].rows.extend(new)
            changes[standing.pk].added[name] += len(new)
            changes[standing.pk].gone[name] += len(gone)
        self._end(comparison.model, gone_keys, name)

    def _end(self, model: Any, keys: list[int], name: str) -> None:
        for start in range(0, len(keys), KEYS_PER_STATEMENT):
            model.objects.filter(pk__in=keys[start : start + KEYS_PER_STATEMENT]).supersede(self.at)
        if keys:
            self.summary.superseded[name] = self.summary.superseded.get(name, 0) + len(keys)

    def _alignments(self, changed: list[tuple[Standing, Rows]], relinker: Relinker, changes: dict[int, Change]) -> None:
        """Alignments of the import's own making follow the file; one that a person declared or decided on stays as it is."""
        standing_rows = Alignment.objects.current().filter(record__in=relinker.records())
        ours: dict[int, list[tuple[int, Key]]] = {}
        theirs: set[tuple[int, int]] = set()
        own_keys = {
            pk
            for pk, origin, status, source, decided_by in standing_rows.values_list(
                "pk", "origin", "status", "source", "decided_by"
            )
            if (origin, status) in OURS and decided_by is None and source.startswith("IATI ")
        }
        withdrawn = self._withdrawn(relinker)
        element = self.alignment.names.index("element")
        for record, held in self.alignment.standing(standing_rows, "record").items():
            for pk, key in held:
                if pk in own_keys:
                    ours.setdefault(record, []).append((pk, key))
                else:
                    theirs.add((record, key[element]))
        mine = relinker.by_project(ours)
        gone_keys: list[int] = []
        for standing, rows in changed:
            fresh = [row for row in rows.alignment if (row[0], row[1]) not in theirs]
            gone, new = self.alignment.difference(mine.get(standing.pk, []), fresh)
            new = [row for row in new if (row[0], row[1]) not in withdrawn]
            gone_keys += gone
            self.tables["alignment"].rows.extend(new)
            changes[standing.pk].added["alignment"] += len(new)
            changes[standing.pk].gone["alignment"] += len(gone)
        self._end(Alignment, gone_keys, "alignment")

    def _withdrawn(self, relinker: Relinker) -> set[tuple[int, int]]:
        """Record and element of alignments that an import made and a person took back: they stay away.

        What an import itself ended, it ended at a moment that the project's journal names.
        """
        records = relinker.records()
        imports = set(
            JournalEntry.objects.filter(record_id__in=records, verb=UPDATED).values_list("record_id", "at"),
        )
        latest: dict[tuple[int, int], tuple[Any, bool]] = {}
        past = Alignment.objects.filter(record__in=records).order_by("recorded_at", "pk")
        for record, element, superseded, source in past.values_list("record", "element", "superseded_at", "source"):
            latest[record, element] = (superseded, source.startswith("IATI "))
        return {
            key
            for key, (superseded, ours) in latest.items()
            if ours and superseded is not None and (relinker.project_of(key[0]), superseded) not in imports
        }

    def _note(self, changed: list[tuple[Standing, Rows]], changes: dict[int, Change]) -> None:
        moment = self.writer.moment(self.at)
        touched = []
        for standing, rows in changed:
            change = changes[standing.pk]
            change.added, change.gone = +change.added, +change.gone
            if not change:
                self.summary.unchanged += 1
                continue
            self.summary.updated += 1
            touched.append(standing.pk)
            detail = {
                "file": self.summary.name,
                "fields": change.fields,
                "added": change.added,
                "superseded": change.gone,
            }
            self.tables["journal"].rows.append(
                (
                    moment, self.by.pk, str(self.by)[:150], standing.pk, "project", rows.record[0][2], UPDATED,
                    to_json(detail),
                )
            )  # fmt: skip
        Record.objects.filter(pk__in=touched).update(changed_at=self.at, revision=F("revision") + 1)


def _current(name: str, keys: list[int], relinker: Relinker) -> QuerySet[Any]:
    if name == "place":
        return RecordPlace.objects.current().filter(record__in=keys)
    if name == "budget":
        return Budget.objects.current().filter(project__in=keys)
    if name == "transaction":
        return Transaction.objects.current().filter(project__in=keys)
    if name == "measurement":
        # What people reported here is theirs; an import takes the place of what was published or planned only.
        return Measurement.objects.current().filter(indicator__project__in=keys, entry__isnull=True)
    return Evidence.objects.current().filter(record__in=relinker.records(), source__startswith="IATI: ")


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _told(name: str, old: Any, new: Any) -> list[Any]:
    """Old and new value for the journal; of long texts only that they changed."""
    return ["…", "…"] if name in LONG_FIELDS else [_plain(old), _plain(new)]
