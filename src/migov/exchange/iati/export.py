"""The portfolio as a file of IATI activities, version 2.03: written project by project, whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from lxml import etree

from migov.exchange.iati.export_activity import ActivityBuilder
from migov.exchange.iati.export_choice import Choice
from migov.exchange.iati.export_reporter import ExportRefused, reporter
from migov.exchange.iati.export_rows import Chunk
from migov.exchange.iati.shapes import text_of
from migov.foundation.history import end_of_day
from migov.foundation.records.models import Record, Visibility

__all__ = ["ExportRefused", "ExportStopped", "ExportSummary", "export_activities"]
VERSION = "2.03"
PROJECTS_AT_A_TIME = 40
ROOT = "iati-activities"

Progress = Callable[[int, int | None, str], None]


class ExportStopped(Exception):
    """The person who asked stopped the export."""


@dataclass
class ExportSummary:
    """What was written. `left_out`: how many projects were not, by reason (export_choice.REASONS); empty for a choice of one's own."""

    activities: int = 0
    results: int = 0
    indicators: int = 0
    transactions: int = 0
    left_out: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def export_activities(
    projects: QuerySet[Record] | Choice | None,
    out: IO[bytes] | Path | str,
    *,
    as_of: date | None = None,
    except_for: Iterable[str] = (),
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> ExportSummary:
    """Write projects as IATI activities; None writes those that :meth:`Choice.ours` allows.

    Only public records are written, whatever the queryset holds. `as_of`: facts, stages and results as they were known on that day.
    `except_for`: IATI identifiers to leave out. `progress` is told projects done, projects in all, and a note. Memory holds the projects
    of one portion; queries grow with the number of portions. Raises ExportRefused when a project made here is among them and the settings
    name no organisation that reports it, ExportStopped when `stop` says so; a file that was being written then holds nothing of use.
    """
    choice = Choice.ours() if projects is None else projects if isinstance(projects, Choice) else None
    summary = ExportSummary()
    if choice is not None:
        summary.left_out = {why: count for why, count in choice.counts().items() if why}
        records = choice.projects()
    else:
        records = cast("QuerySet[Record]", projects)
        records = records if records.query.order_by else records.order_by("reference", "pk")
    moment = end_of_day(as_of) if as_of else None
    public = records.filter(visibility=Visibility.PUBLIC)
    if moment is not None:
        public = public.filter(created_at__lt=moment)
    keys = list(public.values_list("pk", flat=True))
    attributes = {"version": VERSION, "generated-datetime": stamp(timezone.now())}
    skipped = frozenset(except_for)
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(ROOT, attributes):
            file.write("\n")
            for element in _activities(keys, moment, progress, stop):
                identifier = element.find("iati-identifier")
                if identifier is not None and text_of(identifier) in skipped:
                    continue
                summary.activities += 1
                summary.results += len(element.findall("result"))
                summary.indicators += len(element.findall("result/indicator"))
                summary.transactions += len(element.findall("transaction"))
                file.write(element, pretty_print=True)
    return summary


def _activities(
    keys: list[int], moment: datetime | None, progress: Progress | None, stop: Callable[[], bool] | None
) -> Iterator[etree._Element]:
    own = reporter()
    for start in range(0, len(keys), PROJECTS_AT_A_TIME):
        if stop and stop():
            raise ExportStopped
        if progress:
            progress(start, len(keys), "")
        chunk = Chunk(keys[start : start + PROJECTS_AT_A_TIME], moment)
        for loaded in chunk.projects.values():
            yield ActivityBuilder(chunk, loaded, own).element()
    if progress:
        progress(len(keys), len(keys), "")


def stamp(moment: datetime) -> str:
    """A moment as XML Schema writes it, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when all of it was written; the one before stays until then."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as out:
            yield out
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
