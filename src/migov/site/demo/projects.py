"""Writing the projects of the illustrative portfolio, each with its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from migov.exchange.iati.registers import Registers
from migov.exchange.iati.tables import SHARED
from migov.foundation.bulk import BulkWriter
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Evidence, Record, RecordPlace, RecordState, RecordTheme, Stage
from migov.services.alignment.models import Alignment, Origin, Status
from migov.site.demo.checks import Elements
from migov.site.demo.shapes import ROLES, TRANSACTIONS, AlignmentRow, PeriodRow, ProjectRow
from migov.site.demo.timeline import Diary, Staff, decided_on, moment, plain, stages, visibility
from migov.site.demo.values import Values
from migov.work.projects.models import KIND, Budget, OrganisationRole, Participation, Project, Transaction
from migov.work.results.models import KIND as RESULT
from migov.work.results.models import Indicator, Measurement, Period, Result, StandardIndicator

SOURCE = "illustrative portfolio"
LANGUAGE = "en"
# IATI codes of activity status and scope.
STATUS = {Stage.ACTIVE: "2", Stage.CLOSING: "3", Stage.CLOSED: "4", Stage.SUSPENDED: "6"}
PIPELINE, DROPPED = "1", "5"
NATIONAL, MULTINATIONAL = "4", "3"


@dataclass(frozen=True)
class Known:
    """Keys of what projects point at, by code."""

    offices: dict[str, int]
    places: dict[str, int]
    themes: dict[str, int]
    standards: dict[str, int]
    elements: Elements

    @classmethod
    def now(cls, elements: Elements) -> Known:
        """As the database has them."""
        return cls(
            offices=dict(Office.objects.values_list("code", "pk")),
            places=dict(Place.objects.values_list("code", "pk")),
            themes=dict(Theme.objects.values_list("code", "pk")),
            standards=dict(StandardIndicator.objects.values_list("code", "pk")),
            elements=elements,
        )


class ProjectWriter:
    """Writes projects in bulk. `written` and `not_yet` count the rows of the files by what they are."""

    def __init__(self, known: Known, staff: Staff, now: datetime) -> None:
        self.known, self.staff, self.now = known, staff, now
        self.written: Counter[str] = Counter()
        self.not_yet: Counter[str] = Counter()
        self._bulk = BulkWriter()
        shared = {f"shared_{name}": self._bulk.table(model, columns) for name, (model, columns) in SHARED.items()}
        self._registers = Registers(self._bulk, shared)
        self._values = Values(self._registers, known.places, now)

    def write(self, row: ProjectRow, number: int) -> None:
        """Write one project, the `number`-th of the portfolio. Nothing is written that happened later than now."""
        if moment(row.history.created) > self.now:
            self.not_yet["projects"] += 1
            return
        _Story(self, row, number).tell()

    def by_now(self, what: str, at: datetime) -> bool:
        """Whether a row of the files is due; it is counted either way."""
        due = at <= self.now
        (self.written if due else self.not_yet)[what] += 1
        return due

    def organisation(self, ref: str, name: str, kind: str) -> int:
        return self._registers.organisation(ref, name, kind)

    def flush(self) -> None:
        """Write organisations and slices, so that rows can point at them."""
        self._bulk.flush()

    @property
    def values(self) -> Values:
        return self._values


class _Story:
    """One project on its way into the register."""

    def __init__(self, writer: ProjectWriter, row: ProjectRow, number: int) -> None:
        self.writer, self.row, self.number = writer, row, number
        self.known, self.staff = writer.known, writer.staff
        self.entered = moment(row.history.created)
        self.entering = self.staff.entering(row.office)
        self.diary = Diary()

    def tell(self) -> None:
        row = self.row
        path = [(moment(day), stage) for day, stage in stages(row)]
        happened = [(at, stage) for at, stage in path if self.writer.by_now("stages", at)]
        self.record = Record.objects.create(
            kind=KIND, reference=row.reference, title=row.title, summary=row.summary, owner=self.staff.owner(row.office),
            stage=happened[-1][1], starts=row.starts, ends=row.ends, **self._shared(),
        )  # fmt: skip
        self.writer.written["projects"] += 1
        self.diary.note("created", self.entered, self.entering, self.record)
        self._states(happened)
        self._places_and_themes()
        self.project = self._project()
        self._money()
        self._documents()
        results = self._results()
        aligned = self._aligned(self.record, row.alignments)
        for result, part in zip(results, row.results, strict=True):
            aligned += self._aligned(result.record, part.aligned)
        Alignment.objects.bulk_create(aligned)
        self._indicators(results)
        self.writer.written["journal_entries"] += self.diary.write(self.record, [result.record for result in results])

    def _shared(self) -> dict[str, object]:
        """What the records of the project and of its results have in common."""
        return {
            "office_id": self.known.offices[self.row.office],
            "visibility": visibility(self.row),
            "illustrative": True,
            "source": SOURCE,
            "created_at": self.entered,
            "changed_at": self.entered,
        }

    def _states(self, happened: list[tuple[datetime, Stage]]) -> None:
        ends = [at for at, _ in happened[1:]]
        RecordState.objects.bulk_create(
            RecordState(
                record=self.record, office_id=self.record.office_id, stage=stage, starts=self.row.starts,
                ends=self.row.ends, recorded_at=at, superseded_at=until,
            )
            for (at, stage), until in zip(happened, [*ends, None], strict=True)
        )  # fmt: skip
        for (_, before), (at, stage) in pairwise(happened):
            by = self.staff.endorser if stage in (Stage.ENDORSED, Stage.ACTIVE, Stage.SUSPENDED) else self.entering
            self.diary.note("changed", at, by, self.record, stage={"from": before.value, "to": stage.value})

    def _places_and_themes(self) -> None:
        RecordPlace.objects.bulk_create(
            RecordPlace(record=self.record, place_id=self.known.places[c.code], share=c.share, recorded_at=self.entered)
            for c in self.row.countries
        )
        RecordTheme.objects.bulk_create(
            RecordTheme(record=self.record, theme_id=self.known.themes[theme], recorded_at=self.entered)
            for theme in self.row.themes
        )
        self.writer.written["countries"] += len(self.row.countries)
        self.writer.written["themes"] += len(self.row.themes)

    def _project(self) -> Project:
        row, stage = self.row, Stage(self.record.stage)
        organisations = [(ROLES[o.role], self.writer.organisation(o.ref, o.name, o.type)) for o in row.organisations]
        self.writer.flush()
        accountable = [key for role, key in organisations if role == OrganisationRole.ACCOUNTABLE]
        begun = stage in STATUS
        project = Project.objects.create(
            record=self.record,
            reporting_organisation_id=accountable[0] if accountable else None,
            language=LANGUAGE,
            default_currency=row.budgets[0].currency if row.budgets else "",
            humanitarian="emergency" in row.themes,
            status=STATUS.get(stage, DROPPED if stage in (Stage.WITHDRAWN, Stage.REJECTED) else PIPELINE),
            scope=NATIONAL if len(row.countries) == 1 else MULTINATIONAL,
            planned_start=row.starts,
            actual_start=row.starts if begun else None,
            planned_end=row.ends,
            actual_end=row.ends if stage in (Stage.CLOSING, Stage.CLOSED) else None,
        )
        Participation.objects.bulk_create(
            Participation(project=project, organisation_id=key, role=role, order=order)
            for order, (role, key) in enumerate(organisations)
        )
        self.writer.written["organisations"] += len(organisations)
        return project

    def _money(self) -> None:
        Budget.objects.bulk_create(
            Budget(
                project=self.project, starts=b.starts, ends=b.ends, amount=b.amount, currency=b.currency,
                value_date=b.starts, order=order, recorded_at=self.entered,
            )
            for order, b in enumerate(self.row.budgets)
        )  # fmt: skip
        self.writer.written["budgets"] += len(self.row.budgets)
        booked = [(max(self.entered, moment(t.date + timedelta(days=1))), t) for t in self.row.transactions]
        Transaction.objects.bulk_create(
            Transaction(
                project=self.project, kind=TRANSACTIONS[t.kind], date=t.date, amount=t.amount, currency=t.currency,
                value_date=t.date, description=t.description, order=order, recorded_at=at,
            )
            for order, (at, t) in enumerate(booked)
            if self.writer.by_now("transactions", at)
        )  # fmt: skip

    def _documents(self) -> None:
        filed = [(max(self.entered, moment(d.date)), d) for d in self.row.documents]
        Evidence.objects.bulk_create(
            Evidence(
                record=self.record, title=d.title, url=d.url, category=d.category, language=LANGUAGE, document_date=d.date,
                format="application/pdf" if d.url.endswith(".pdf") else "", source=SOURCE, recorded_at=at,
            )
            for at, d in filed
            if self.writer.by_now("documents", at)
        )  # fmt: skip

    def _results(self) -> list[Result]:
        shared = self._shared()
        records = Record.objects.bulk_create(
            Record(kind=RESULT, parent=self.record, title=r.title, summary=r.description, **shared)
            for r in self.row.results
        )
        keys = {row.key: record.pk for row, record in zip(self.row.results, records, strict=True)}
        self.writer.written["results"] += len(records)
        return Result.objects.bulk_create(
            Result(record=record, project=self.project, parent_id=keys.get(row.parent), level=row.level, order=order)
            for order, (row, record) in enumerate(zip(self.row.results, records, strict=True))
        )

    def _aligned(self, record: Record, rows: Iterable[AlignmentRow]) -> list[Alignment]:
        """Each alignment was proposed when the project was entered; most were decided some weeks later."""
        decided = moment(decided_on(self.row, self.number))
        by = self.staff.deciding(self.row.themes)
        person = by if isinstance(by, User) else None
        made: list[Alignment] = []
        for row in rows:
            self.writer.written["alignments"] += 1
            shared = {
                "record": record,
                "element_id": self.known.elements[row.framework, row.element],
                "origin": Origin.DECLARED,
                "significance": row.role,
                "note": row.note,
                "source": SOURCE,
            }
            what = {"framework": row.framework, "element": row.element, "significance": row.role}
            if row.note:
                what["note"] = row.note
            proposal = Alignment(**shared, status=Status.PROPOSED, recorded_at=self.entered)
            made.append(proposal)
            self.diary.note(
                "alignment proposed", self.entered, self.entering, record, **what, now=Status.PROPOSED.value
            )
            if row.status == Status.PROPOSED or not self.writer.by_now("decisions", decided):
                continue
            proposal.superseded_at = decided
            made.append(
                Alignment(
                    **shared,
                    status=row.status,
                    share=row.share,
                    recorded_at=decided,
                    decided_at=decided,
                    decided_by=person,
                )
            )
            before_and_now = {"before": Status.PROPOSED.value, "now": row.status}
            self.diary.note(f"alignment {row.status}", decided, by, record, **what, **before_and_now)
        return made

    def _indicators(self, results: list[Result]) -> None:
        placed = [(result, i) for result, row in zip(results, self.row.results, strict=True) for i in row.indicators]
        orders: Counter[int] = Counter()
        indicators: list[Indicator] = []
        for result, row in placed:
            indicators.append(
                Indicator(
                    result=result, project=self.project, standard_id=self.known.standards.get(row.standard),
                    order=orders[result.pk], title=row.title, definition=row.definition, unit=row.unit, measure=row.measure,
                    ascending=row.direction == "up", across_periods=row.across_periods, counts_people=row.counts_people,
                )
            )  # fmt: skip
            orders[result.pk] += 1
        Indicator.objects.bulk_create(indicators)
        periods = Period.objects.bulk_create(
            Period(indicator=indicator, starts=p.starts, ends=p.ends, order=order)
            for indicator, (_, row) in zip(indicators, placed, strict=True)
            for order, p in enumerate(row.periods)
        )
        self.writer.written["indicators"] += len(indicators)
        self.writer.written["periods"] += len(periods)
        upcoming = iter(periods)
        measured: list[Measurement] = []
        for indicator, (result, row) in zip(indicators, placed, strict=True):
            if row.baseline:
                baseline = self.writer.values.baseline(indicator, row.baseline, self.entered)
                (self.writer.written if baseline else self.writer.not_yet)["baselines"] += 1
                measured += [baseline] if baseline else []
            for period_row in row.periods:
                period = next(upcoming)
                target = self.writer.values.target(indicator, period, period_row, self.entered)
                self.writer.written["targets"] += target is not None
                measured += [target] if target else []
                measured += self.writer.values.actuals(indicator, period, period_row)
                self._reported(result.record, indicator, period_row)
        self.writer.flush()
        Measurement.objects.bulk_create(measured)
        self.writer.written["measurements"] += len(measured)

    def _reported(self, result: Record, indicator: Indicator, row: PeriodRow) -> None:
        """Count and note the actual of a period and its correction, as far as they are known by now."""
        if row.actual is None or row.reported is None or not self.writer.by_now("actuals", moment(row.reported)):
            return
        what = {"indicator": indicator.title, "period": f"{row.starts}–{row.ends}"}
        value = plain(row.actual)
        self.diary.note("value reported", moment(row.reported), self.entering, result, **what, value=value)
        if row.corrected and self.writer.by_now("corrections", moment(row.corrected.reported)):
            change = {"from": value, "to": plain(row.corrected.actual)}
            at = moment(row.corrected.reported)
            self.diary.note(
                "value corrected", at, self.staff.mande, result, **what, value=change, note=row.corrected.note
            )
