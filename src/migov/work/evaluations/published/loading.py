"""Loads the published register: new rows become evaluations, changed ones bring theirs up to date, the others stay as they are.

A row is found again by its title and the moment it was added to the register, else by an address of its files. What people changed in
migov is not overwritten: only what the register itself changed is taken over, and only where migov still says what the register said.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, Visibility
from migov.work.evaluations.models import EvaluatedProject, RegisterRow
from migov.work.evaluations.published import reading
from migov.work.evaluations.published.codes import by_code
from migov.work.evaluations.published.meaning import Meaning, names_of_places, understand
from migov.work.evaluations.published.reading import COLUMNS, Row
from migov.work.evaluations.published.remarks import Remark
from migov.work.evaluations.published.summary import Summary
from migov.work.evaluations.published.writing import Change, Writer
from migov.work.projects.models import KIND as PROJECT

Progress = Callable[[int, int | None], None]


@transaction.atomic
def load_register(
    path: Path, *, by: Actor, name: str = "", visibility: str = Visibility.PUBLIC, progress: Progress | None = None
) -> Summary:
    """Load a file of the register, whole or not at all. The same file again changes nothing.

    visibility: of new evaluations; those that are there keep theirs. Raises PermissionDenied, RegisterRefused, FileNotFoundError.
    """
    access.require(by, "evaluations.import")
    started = time.monotonic()
    file = reading.read(Path(path).read_bytes())
    summary = Summary(
        name=name or Path(path).name, sha256=file.sha256, size=file.size, encoding=file.encoding, rows=len(file.rows),
        empty=file.empty, missing=file.missing, unknown=file.unknown,
    )  # fmt: skip
    if progress:
        progress(0, len(file.rows))
    _Load(summary, by, visibility, timezone.now(), file).run(progress)
    summary.seconds = time.monotonic() - started
    return summary


class _Load:
    def __init__(self, summary: Summary, by: Actor, visibility: str, at: datetime, file: reading.File) -> None:
        self.summary, self.by, self.visibility, self.at, self.file = summary, by, visibility, at, file
        codes = Place.objects.filter(kind="country").values_list("code", "name", "short_name")
        self.places = names_of_places(codes)

    def run(self, progress: Progress | None) -> None:
        known = _Known(RegisterRow.objects.current().select_related("evaluation").defer("remarks"))
        keys = _keys(self.file.rows)
        new: list[tuple[Row, str]] = []
        changed: list[tuple[RegisterRow, Row, str]] = []
        for row in self.file.rows:
            before = known.take(row, keys[row.number])
            if before is None:
                new.append((row, keys[row.number]))
            elif self._completed(row, before).digest == before.digest:
                self.summary.unchanged += 1
            else:
                changed.append((before, self._completed(row, before), keys[row.number]))
        projects = by_code(Record.objects.filter(kind=PROJECT).values_list("pk", "reference"))
        writer = Writer(
            by=self.by, at=self.at, file=self.summary.name, projects=projects,
            places=dict(Place.objects.values_list("code", "pk")), themes=dict(Theme.objects.values_list("code", "pk")),
        )  # fmt: skip
        twice = _titles_twice(self.file.rows)
        self._create(new, writer, twice)
        if progress:
            progress(len(new), len(self.file.rows))
        self._update(changed, writer, twice)
        self.summary.gone = known.left()
        self.summary.linked = writer.linked + _link_again(projects)
        self.summary.remarks.sort(key=lambda remark: remark.row)
        writer.note(self.summary)
        if progress:
            progress(len(self.file.rows), len(self.file.rows))

    def _completed(self, row: Row, before: RegisterRow) -> Row:
        """The row, with what it said before in columns that the file lacks."""
        missing = {name: before.values[name] for name in self.file.absent if name in before.values}
        return replace(row, values={**row.values, **missing}) if missing else row

    def _understood(self, row: Row, twice: Counter[str]) -> Meaning:
        found = understand(row, self.places)
        if row.number in self.file.ragged:
            found.remarks.append(Remark(row.number, "", self.file.ragged[row.number], "cells"))
        if twice[_same(found.title)] > 1:
            found.remarks.append(Remark(row.number, COLUMNS["title"], found.title[:200], "title-twice"))
        return found

    def _create(self, rows: Sequence[tuple[Row, str]], writer: Writer, twice: Counter[str]) -> None:
        understood = [(row, key, self._understood(row, twice)) for row, key in rows]
        writer.create(understood, self.visibility)
        self.summary.created = len(rows)
        for _row, _key, meaning in understood:
            self.summary.remarks += meaning.remarks

    def _update(self, rows: Sequence[tuple[RegisterRow, Row, str]], writer: Writer, twice: Counter[str]) -> None:
        changes = []
        for before, row, key in rows:
            said = understand(Row(before.number, before.values), self.places)
            changes.append(Change(before, row, key, said, self._understood(row, twice)))
        writer.update(changes)
        self.summary.updated = len(changes)
        for change in changes:
            self.summary.remarks += change.now.remarks


class _Known:
    """The rows that were loaded before, each given away once."""

    def __init__(self, rows: Iterable[RegisterRow]) -> None:
        self._rows = {row.pk: row for row in rows}
        self._by_key = {row.evaluation.register_key: row for row in self._rows.values()}
        self._by_url: dict[str, list[RegisterRow]] = defaultdict(list)
        for row in self._rows.values():
            for url in _urls(row.values):
                self._by_url[url].append(row)

    def take(self, row: Row, key: str) -> RegisterRow | None:
        """The row loaded before that this one is, if any."""
        found = self._by_key.get(key)
        if found is None or found.pk not in self._rows:
            found = next(
                (
                    one for url in _urls(row.values) for one in self._by_url.get(url, ())
                    if one.pk in self._rows and len(self._by_url[url]) == 1
                ),
                None,
            )  # fmt: skip
        return self._rows.pop(found.pk) if found is not None else None

    def left(self) -> list[str]:
        """Titles of what nobody took."""
        return [str(row.values.get("title", ""))[:200] for row in self._rows.values()]


def _urls(values: object) -> list[str]:
    said = str(values.get("urls", "")) if isinstance(values, dict) else ""
    return [url.strip() for url in said.split(",   ") if url.strip()]


def _same(title: str) -> str:
    return " ".join(title.casefold().split())


def _titles_twice(rows: Iterable[Row]) -> Counter[str]:
    return Counter(_same(row.values.get("title", "")) for row in rows)


def _keys(rows: Iterable[Row]) -> dict[int, str]:
    """Number of a row → its key: a digest of title and date added, and of how many such rows came before it."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        said = f"{_same(row.values.get('title', ''))}\n{row.values.get('added', '').strip()}"
        found[row.number] = hashlib.sha256(f"{said}\n{seen[said]}".encode()).hexdigest()
        seen[said] += 1
    return found


def _link_again(projects: dict[str, int]) -> int:
    """Link codes that had no project when they were loaded, where there is one now."""
    waiting = EvaluatedProject.objects.filter(project__isnull=True).exclude(plain_code="")
    taken = set(EvaluatedProject.objects.filter(project__isnull=False).values_list("evaluation_id", "project_id"))
    found = []
    for row in waiting:
        project = projects.get(row.plain_code)
        if project is not None and (row.evaluation_id, project) not in taken:
            taken.add((row.evaluation_id, project))
            row.project_id = project
            found.append(row)
    EvaluatedProject.objects.bulk_update(found, ["project"], batch_size=200)
    return len(found)
