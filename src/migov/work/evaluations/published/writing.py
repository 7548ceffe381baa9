"""Writes what rows of the published register mean: many evaluations in few statements, and changes fact by fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.db.models import F

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordPlace, RecordState, RecordTheme
from migov.work.evaluations.models import KIND, EvaluatedProject, Evaluation, Label, RegisterRow, Status
from migov.work.evaluations.published.codes import Code
from migov.work.evaluations.published.meaning import Meaning
from migov.work.evaluations.published.reading import Row
from migov.work.evaluations.published.remarks import Remark
from migov.work.evaluations.published.summary import Summary

SOURCE = "register of evaluations"
CATEGORY = "A07"  # IATI: review of project performance and evaluation
PIECE = 200  # rows in a statement
FORMATS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".doc": "application/msword",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A row that says something else than before. said: what the row before meant; now: what this one means."""

    before: RegisterRow
    row: Row
    key: str
    said: Meaning
    now: Meaning


class Writer:
    """Writes evaluations of one load. places, themes: code → key; projects: usual spelling of a code → key."""

    def __init__(
        self, *, by: Actor, at: datetime, file: str, projects: Mapping[str, int], places: Mapping[str, int], themes: Mapping[str, int]
    ) -> None:  # fmt: skip
        self.by, self.at, self.file = by, at, file[:255]
        self.projects, self.places, self.themes = projects, places, themes
        self.linked = 0

    def create(self, rows: Sequence[tuple[Row, str, Meaning]], visibility: str) -> None:
        """New evaluations, with all that hangs on them."""
        records = Record.objects.bulk_create(
            [
                Record(
                    kind=KIND, title=meaning.title, visibility=visibility, starts=meaning.fields["period_from"],
                    ends=meaning.fields["period_to"], source=f"{SOURCE}: {self.file}"[:255], created_at=self.at, changed_at=self.at,
                )
                for _row, _key, meaning in rows
            ],
            batch_size=PIECE,
        )  # fmt: skip
        made = [
            (Evaluation(record=record, status=Status.COMPLETED, register_key=key, **meaning.fields), meaning)
            for record, (_row, key, meaning) in zip(records, rows, strict=True)
        ]
        Evaluation.objects.bulk_create([one for one, _ in made], batch_size=PIECE)
        RecordState.objects.bulk_create(
            [RecordState(record=one, starts=one.starts, ends=one.ends, recorded_at=self.at) for one in records],
            batch_size=PIECE,
        )
        self._hang_on(made)
        self._rows([(one, row, meaning) for (one, meaning), (row, _k, _m) in zip(made, rows, strict=True)])
        self._journal("imported", [(record, {"file": self.file}) for record in records])

    def _hang_on(self, made: Iterable[tuple[Evaluation, Meaning]]) -> None:
        labels: list[Label] = []
        places: list[RecordPlace] = []
        themes: list[RecordTheme] = []
        files: list[Evidence] = []
        projects: list[EvaluatedProject] = []
        for one, meaning in made:
            for kind, values in meaning.labels.items():
                labels += self._labels(one.pk, kind, values)
            places += self._places(one.pk, meaning.places)
            themes += self._themes(one.pk, meaning.themes)
            files += self._files(one.pk, meaning.files)
            projects += self._projects(one.pk, meaning.codes, set())
        Label.objects.bulk_create(labels, batch_size=PIECE)
        RecordPlace.objects.bulk_create(places, batch_size=PIECE)
        RecordTheme.objects.bulk_create(themes, batch_size=PIECE)
        Evidence.objects.bulk_create(files, batch_size=PIECE)
        EvaluatedProject.objects.bulk_create(projects, batch_size=PIECE)

    def _labels(self, key: int, kind: str, values: Iterable[str], after: int = 0) -> list[Label]:
        return [
            Label(evaluation_id=key, kind=kind, value=value, order=order)
            for order, value in enumerate(values, start=after)
        ]

    def _places(self, key: int, codes: Iterable[str]) -> list[RecordPlace]:
        return [
            RecordPlace(record_id=key, place_id=self.places[code], recorded_at=self.at)
            for code in codes
            if code in self.places
        ]

    def _themes(self, key: int, codes: Iterable[str]) -> list[RecordTheme]:
        return [
            RecordTheme(record_id=key, theme_id=self.themes[code], recorded_at=self.at)
            for code in codes
            if code in self.themes
        ]

    def _files(self, key: int, files: Mapping[str, str]) -> list[Evidence]:
        return [
            Evidence(
                record_id=key, title=title, url=url, format=FORMATS.get(_suffix(url), ""), category=CATEGORY, source=SOURCE,
                recorded_at=self.at,
            )
            for url, title in files.items()
        ]  # fmt: skip

    def _projects(self, key: int, codes: Iterable[Code], taken: set[int]) -> list[EvaluatedProject]:
        """taken: projects that the evaluation has already."""
        found = []
        for order, code in enumerate(codes):
            project = self.projects.get(code.plain) if code.plain else None
            if project in taken:
                project = None
            if project is not None:
                taken.add(project)
                self.linked += 1
            found.append(
                EvaluatedProject(
                    evaluation_id=key, project_id=project, code=code.published[:120], plain_code=code.plain, order=order
                )
            )
        return found

    def _rows(self, rows: Iterable[tuple[Evaluation, Row, Meaning]]) -> None:
        RegisterRow.objects.bulk_create(
            [
                RegisterRow(
                    evaluation=one, number=row.number, file=self.file, digest=row.digest, values=dict(row.values),
                    remarks=[remark.to_json() for remark in meaning.remarks], recorded_at=self.at,
                )
                for one, row, meaning in rows
            ],
            batch_size=PIECE,
        )  # fmt: skip

    def _journal(self, verb: str, rows: Iterable[tuple[Record, dict[str, Any]]]) -> None:
        JournalEntry.objects.bulk_create(
            [
                JournalEntry(
                    at=self.at, by_id=self.by.pk, by_name=str(self.by), record_id=record.pk, kind=KIND,
                    reference=record.reference, verb=verb, detail=detail,
                )
                for record, detail in rows
            ],
            batch_size=PIECE,
        )  # fmt: skip

    def update(self, changes: Sequence[Change]) -> None:
        """Bring evaluations up to date with what the register changed. Queries do not grow with their number, but in pieces."""
        if not changes:
            return
        keys = [change.before.evaluation_id for change in changes]
        now = _Standing(keys)
        details: list[tuple[Record, dict[str, Any]]] = []
        for change in changes:
            one = now.evaluations[change.before.evaluation_id]
            details.append((one.record, self._apply(one, change, now)))
        Record.objects.bulk_update(now.records, ["title", "starts", "ends"], batch_size=PIECE)
        Record.objects.filter(pk__in=keys).update(changed_at=self.at, revision=F("revision") + 1)
        names = [*changes[0].now.fields, "register_key", "revision"]
        Evaluation.objects.bulk_update(list(now.evaluations.values()), names, batch_size=PIECE)
        now.write(self.at)
        RegisterRow.objects.filter(pk__in=[change.before.pk for change in changes]).update(superseded_at=self.at)
        self._rows((now.evaluations[change.before.evaluation_id], change.row, change.now) for change in changes)
        self._journal("updated from import", details)

    def _apply(self, one: Evaluation, change: Change, now: _Standing) -> dict[str, Any]:
        """Lay the changes of a row over what stands; what people changed stays, with a remark. Returns them for the journal."""
        told: dict[str, Any] = {}
        said, new = change.said, change.now
        pairs = [(one, name, said.fields[name], value) for name, value in new.fields.items()]
        for thing, name, was, value in [(one.record, "title", said.title, new.title), *pairs]:
            if was == value or getattr(thing, name) == value:
                continue
            if getattr(thing, name) != was:
                new.remarks.append(Remark(change.row.number, name, str(value)[:200], "kept"))
                continue
            setattr(thing, name, value)
            told[name] = {"from": str(was if was is not None else ""), "to": str(value if value is not None else "")}
        if one.period_from and one.period_to and one.period_to < one.period_from:
            one.period_from = one.period_to = None
        one.record.starts, one.record.ends = one.period_from, one.period_to
        one.register_key, one.revision = change.key, one.revision + 1
        key = one.pk
        for kind, values in new.labels.items():
            was_values = said.labels.get(kind, [])
            standing = now.labels.get((key, kind), {})
            now.gone_labels += [standing[v] for v in was_values if v not in values and v in standing]
            fresh = [value for value in values if value not in was_values and value not in standing]
            now.new_labels += self._labels(key, kind, fresh, after=len(standing))
            if fresh or set(was_values) - set(values):
                told[str(kind)] = {"from": ", ".join(was_values), "to": ", ".join(values)}
        now.lay("places", key, said.places, new.places, self.places, lambda codes: self._places(key, codes))
        now.lay("themes", key, said.themes, new.themes, self.themes, lambda codes: self._themes(key, codes))
        now.lay(
            "files", key, said.files, new.files, None, lambda urls: self._files(key, {u: new.files[u] for u in urls})
        )
        had = {code.published for code in said.codes}
        fresh_codes = [code for code in new.codes if code.published not in had | now.codes.get(key, set())]
        now.new_projects += self._projects(key, fresh_codes, now.projects.setdefault(key, set()))
        dropped = had - {code.published for code in new.codes}
        now.gone_projects += [(key, code) for code in dropped]
        return told

    def note(self, summary: Summary) -> None:
        """The load itself, in the journal."""
        if summary.created or summary.updated or summary.linked:
            detail = {
                "file": self.file,
                "created": summary.created,
                "updated": summary.updated,
                "linked": summary.linked,
            }
            journal.write("register of evaluations loaded", by=self.by, detail=detail, at=self.at)


class _Standing:
    """What stands of the evaluations that change, read at once, and what is to be written of them."""

    def __init__(self, keys: Sequence[int]) -> None:
        found = Evaluation.objects.select_for_update(of=("self",)).select_related("record").filter(pk__in=keys)
        self.evaluations = {one.pk: one for one in found}
        self.records = [one.record for one in self.evaluations.values()]
        self.labels: dict[tuple[int, str], dict[str, int]] = {}
        for row in Label.objects.filter(evaluation__in=keys):
            self.labels.setdefault((row.evaluation_id, row.kind), {})[row.value] = row.pk
        self._facts: dict[str, dict[tuple[int, Any], int]] = {
            "places": {(r, v): pk for pk, r, v in _current(RecordPlace, keys, "place_id")},
            "themes": {(r, v): pk for pk, r, v in _current(RecordTheme, keys, "theme_id")},
            "files": {(r, v): pk for pk, r, v in _current(Evidence, keys, "url")},
        }
        self.codes: dict[int, set[str]] = {}
        self.projects: dict[int, set[int]] = {}
        for one in EvaluatedProject.objects.filter(evaluation__in=keys):
            self.codes.setdefault(one.evaluation_id, set()).add(one.code)
            if one.project_id:
                self.projects.setdefault(one.evaluation_id, set()).add(one.project_id)
        self.gone_labels: list[int] = []
        self.new_labels: list[Label] = []
        self.gone: dict[str, list[int]] = {"places": [], "themes": [], "files": []}
        self.new: dict[str, list[Any]] = {"places": [], "themes": [], "files": []}
        self.new_projects: list[EvaluatedProject] = []
        self.gone_projects: list[tuple[int, str]] = []

    def lay(
        self, name: str, key: int, was: Iterable[Any], values: Iterable[Any], keys: Mapping[str, int] | None, make: Any
    ) -> None:
        """Facts that the register no longer says are superseded, new ones appended; those that people added or took stay so."""
        standing = self._facts[name]
        was, values = list(was), list(values)

        def key_of(value: Any) -> Any:
            return value if keys is None else keys.get(value)

        gone = (standing.get((key, key_of(value))) for value in was if value not in values)
        self.gone[name] += [pk for pk in gone if pk is not None]
        fresh = [value for value in values if value not in was and (key, key_of(value)) not in standing]
        self.new[name] += make(fresh)

    def write(self, at: datetime) -> None:
        """Write all of it."""
        Label.objects.filter(pk__in=self.gone_labels).delete()
        Label.objects.bulk_create(self.new_labels, batch_size=PIECE)
        models: tuple[tuple[str, Any], ...] = (("places", RecordPlace), ("themes", RecordTheme), ("files", Evidence))
        for name, model in models:
            model.objects.filter(pk__in=self.gone[name]).update(superseded_at=at)
            model.objects.bulk_create(self.new[name], batch_size=PIECE)
        for key, code in self.gone_projects:
            EvaluatedProject.objects.filter(evaluation_id=key, code=code).delete()
        EvaluatedProject.objects.bulk_create(self.new_projects, batch_size=PIECE)


def _current(model: Any, keys: Sequence[int], name: str) -> Any:
    return model.objects.current().filter(record__in=keys).values_list("pk", "record_id", name)


def _suffix(url: str) -> str:
    try:
        return PurePosixPath(urlsplit(url).path).suffix.lower()
    except ValueError:
        return ""
