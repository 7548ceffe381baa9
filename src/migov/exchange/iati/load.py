"""The action: load a file of IATI activities."""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.exchange.iati import codes
from migov.exchange.iati.alignments import AlignmentRules
from migov.exchange.iati.parse import ActivityParser, BrokenActivity, identifier_of
from migov.exchange.iati.reader import Activity, Source, batches, digest_of, inspect, spooled
from migov.exchange.iati.refusal import ImportStopped
from migov.exchange.iati.registers import Registers
from migov.exchange.iati.settings import ImportSettings
from migov.exchange.iati.shapes import to_json
from migov.exchange.iati.summary import ImportSummary, Problem
from migov.exchange.iati.tables import Rows, announce
from migov.exchange.iati.update import KnownProjects, Standing, Updater
from migov.exchange.iati.writer import ActivityWriter
from migov.foundation.bulk import BulkWriter
from migov.foundation.people import access
from migov.foundation.people.models import Office
from migov.foundation.records import journal
from migov.foundation.records.models import Visibility
from migov.work.projects.models import ImportedFile

SHAPE = "2"  # raise when what an activity becomes changes: files loaded before are then looked at again
ONE_AT_A_TIME = 0x1A71  # key of the lock that imports share on PostgreSQL
LONGEST_IDENTIFIER = 255

Progress = Callable[[int, int | None, str], None]


def load_file(
    path_or_stream: Path | str | BinaryIO,
    *,
    name: str = "",
    by: access.Actor,
    office: Office | None = None,
    visibility: str = Visibility.PUBLIC,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    at: datetime | None = None,
) -> ImportSummary:
    """Load the activities of a file: new ones are created, changed ones updated with their history, the others left alone.

    The whole file is one transaction. `progress` is told bytes read, bytes in all, and a note. `office` and `visibility` are given to
    new projects only. Raises PermissionDenied without the permission ``import.iati``, ImportRefused when the file cannot be read to
    its end, and ImportStopped when `stop` says so; in each case nothing has changed.
    """
    access.require(by, "import.iati")
    require_office(by, office)
    began = time.perf_counter()
    with ExitStack() as stack:
        if isinstance(path_or_stream, (str, Path)):
            name = name or Path(path_or_stream).name
            source: Source = stack.enter_context(Path(path_or_stream).open("rb"))
        else:
            name = name or str(getattr(path_or_stream, "name", "")) or "stream"
            source = spooled(path_or_stream)
        head = inspect(source, name)
        summary = ImportSummary(name=name, version=head.version)
        summary.sha256, summary.size = _digest(source)
        with transaction.atomic(), _without_collecting():
            loader = _Loader(source, summary, by, office, visibility, progress, stop, at or timezone.now())
            loader.run()
    summary.seconds = round(time.perf_counter() - began, 3)
    return summary


def require_office(by: access.Actor, office: Office | None) -> None:
    """Raise PermissionDenied unless the person works for the office that new projects are given to."""
    if office is not None and not access.works_regionally(by) and office.pk not in access.offices_of(by):
        raise PermissionDenied(_("New projects can be given to your own offices only."))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Rows hold no cycles; looking for some after every few hundred of them takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _digest(source: Source) -> tuple[str, int]:
    source.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


class _Loader:
    """One import, inside its transaction."""

    def __init__(
        self,
        source: Source,
        summary: ImportSummary,
        by: access.Actor,
        office: Office | None,
        visibility: str,
        progress: Progress | None,
        stop: Callable[[], bool] | None,
        at: datetime,
    ) -> None:
        self.source, self.summary, self.by, self.progress, self.stop = source, summary, by, progress, stop
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
                cursor.execute(
                    "SET CONSTRAINTS ALL IMMEDIATE"
                )  # checked while the next activities are read, not at the end
        self.bulk = BulkWriter(behind=True)
        self.tables = announce(self.bulk)
        label = f"IATI: {summary.name}"[:255]
        self.settings = ImportSettings(
            at=at, source=label, file=self._file(), office=office.pk if office else None, visibility=str(visibility)
        )
        self.alignment = AlignmentRules(summary.name)
        registers = Registers(self.bulk, self.tables)
        self.parser = ActivityParser(self.bulk, registers, self.alignment, summary, self.settings)
        self.writer = ActivityWriter(self.bulk, self.tables)
        self.updater = Updater(self.bulk, self.tables, summary, self.settings, by)
        # The digest also stands for the rules, so that a framework loaded later is not missed.
        rules = [SHAPE, self.alignment.fingerprint(), codes.fingerprint(), "".join(sorted(registers.countries))]
        self.salt = hashlib.sha256("\n".join(rules).encode()).digest()
        self.known = KnownProjects(self.bulk)
        self.seen: dict[str, str] = {}
        self.regional = access.works_regionally(by)
        self.offices = set() if self.regional else access.offices_of(by)

    def _file(self) -> int:
        summary = self.summary
        file, created = ImportedFile.objects.get_or_create(
            sha256=summary.sha256,
            defaults={"name": summary.name[:255], "size": summary.size, "version": summary.version},
        )
        summary.loaded_before = not created
        return file.pk

    def run(self) -> None:
        """Read, sort into new, changed and unchanged, write."""
        summary = self.summary
        with self.bulk:
            for batch in batches(self.source, summary.name, self._tick):
                self._batch(batch)
            self.writer.flush()
            self.bulk.wait()
        summary.not_loaded = self.alignment.not_loaded
        summary.rows = _short(self.bulk.written())
        if not summary.created and not summary.updated:
            return
        detail = {"file": summary.name, "sha256": summary.sha256, "rows": summary.rows} | {
            key: getattr(summary, key) for key in ("activities", "created", "updated", "unchanged", "broken")
        }
        journal.write("imported file", by=self.by, detail=detail, at=self.settings.at)

    def _tick(self, position: int) -> None:
        if self.stop and self.stop():
            raise ImportStopped(self.summary.name)
        if self.progress:
            self.progress(position, self.summary.size, f"{self.summary.activities} activities")

    def _batch(self, batch: list[Activity]) -> None:
        wanted = [(activity, identifier_of(activity.element)) for activity in batch]
        standing = self.known.of({identifier for _, identifier in wanted})
        changed: list[tuple[Standing, Rows]] = []
        summary = self.summary
        for activity, identifier in wanted:
            summary.activities += 1
            digest = digest_of(activity.element, self.salt)
            if not self._usable(activity, identifier, digest):
                continue
            known = standing.get(identifier)
            if known and known.content_hash == digest:
                summary.unchanged += 1
                continue
            if known and not self._may_change(known):
                self._refuse(
                    activity, identifier, "other-office", "iati-identifier", "a project of an office that you work for"
                )
                continue
            if known and not known.content_hash:
                self._refuse(
                    activity,
                    identifier,
                    "made-here",
                    "iati-identifier",
                    "an identifier that no project made in migov has",
                )
                continue
            try:
                rows = self.parser.parse(activity.element, identifier, digest, activity.counter)
            except BrokenActivity as error:
                problem = self.parser.problem(error.code, error.element, error.field, error.value, error.expected)
                summary.refuse(problem)
                continue
            self._count(rows)
            if known:
                changed.append((known, rows))
            else:
                summary.created += 1
                self._journal(rows)
                self.writer.add(rows)
        if changed:
            self.writer.flush()
            self.bulk.wait()
            self.updater.update(changed)

    def _may_change(self, known: Standing) -> bool:
        """The regional office updates all projects, others those of their own offices and those that no office has."""
        return self.regional or known.office is None or known.office in self.offices

    def _usable(self, activity: Activity, identifier: str, digest: str) -> bool:
        expected = ""
        if not identifier:
            code, field, expected = "identifier", "iati-identifier", "an identifier"
        elif len(identifier) > LONGEST_IDENTIFIER:
            code, field, expected = "identifier", "iati-identifier", f"at most {LONGEST_IDENTIFIER} characters"
        elif activity.element.find(".//iati-activity") is not None:
            code, field, expected = "structure", "iati-activity", "no activity inside another"
        elif identifier in self.seen:
            if self.seen[identifier] == digest:
                self.summary.left_out["identical activity given twice"] += 1
                return False
            code, field, expected = "duplicate", "iati-identifier", "each identifier once; the first one was loaded"
        else:
            self.seen[identifier] = digest
            return True
        self._refuse(activity, identifier, code, field, expected)
        return False

    def _refuse(self, activity: Activity, identifier: str, code: str, field: str, expected: str) -> None:
        path = f"/iati-activities/iati-activity[{activity.counter}]"
        short = identifier[:200]
        self.summary.refuse(Problem(code, activity.line, path, short, field, short, expected))

    def _count(self, rows: Rows) -> None:
        elements = self.summary.elements
        for name in COUNTED:
            if found := len(getattr(rows, name)):
                elements[name] += found
        for row in rows.alignment:
            self.summary.alignments[row[4]] += 1

    def _journal(self, rows: Rows) -> None:
        record = rows.record[0]
        detail = to_json({"file": self.summary.name})
        rows.journal.append(
            (self.parser.at, self.by.pk, str(self.by)[:150], record[0], record[1], record[2], "imported", detail)
        )


COUNTED = (
    "place", "participation", "classification", "related", "location", "budget", "transaction", "result", "indicator", "period",
    "measurement", "evidence",
)  # fmt: skip


def _short(written: dict[str, int]) -> dict[str, int]:
    return {label.rpartition(".")[2].lower(): count for label, count in written.items()}
