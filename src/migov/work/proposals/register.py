"""From paper to register: what was agreed is written into projects and results as facts.

The paper stays as it is and remembers which row of the register was written from which of its own. Writing again, after an amendment,
changes only what differs: facts are superseded and appended, results and indicators that are no longer planned are marked as removed,
so that figures of an earlier day can still be made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.work.projects.models import Budget, Organisation, OrganisationRole, Participation, Project
from migov.work.proposals.actions.facts import keep_state, later
from migov.work.proposals.models import PlanCost, PlanIndicator, PlanLevel, PlanResult, PlanTarget, Proposal
from migov.work.proposals.queries.outline import outline
from migov.work.results.models import KIND as RESULT
from migov.work.results.models import Dimension, Indicator, Measurement, MeasurementKind, Period, Result
from migov.work.results.values import WHOLE

WRITTEN = (PlanLevel.OBJECTIVE, PlanLevel.OUTCOME, PlanLevel.OUTPUT)  # activities stay in the work plan
COMMITTED = "2"  # IATI budget status
NATIONAL, MULTINATIONAL = "4", "3"  # IATI activity scope
FROM_PAPER = {"written from": "proposal"}
COPIED = (
    "standard_id", "title", "definition", "unit", "measure", "ascending", "across_periods", "counts_people",
)  # fmt: skip

Span = tuple[date | None, date | None]


@transaction.atomic
def activate(proposal: Proposal, *, by: Actor, at: datetime | None = None) -> Counter[str]:
    """Write what was agreed into the register for the first time. Returns how many rows of what were written.

    The step "activate" calls it in its own transaction, with the record locked and the permission asked.
    """
    return write(proposal, by=by, at=at, revised=False)


@transaction.atomic
def write(proposal: Proposal, *, by: Actor, at: datetime | None = None, revised: bool = True) -> Counter[str]:
    """Make the register say what the paper says. Writing what it says already changes nothing. Returns counts of what changed.

    revised: whether budgets that are written now are revised ones (after an amendment). What is kept by others — actual values,
    transactions, alignments, evidence — is not touched.
    """
    pen = _Pen(proposal, by, at or timezone.now(), revised)
    pen.project()
    pen.donors()
    pen.budgets()
    pen.results()
    pen.indicators()
    if pen.counts:
        journal.write("register written", by=by, record=proposal.project.record, detail=dict(pen.counts), at=pen.at)
    return pen.counts


class _Pen:
    """One writing, inside its transaction."""

    def __init__(self, proposal: Proposal, by: Actor, at: datetime, revised: bool) -> None:
        self.proposal, self.by, self.at, self.revised = proposal, by, at, revised
        self.record: Record = proposal.project.record
        self.counts: Counter[str] = Counter()
        self.written: dict[int, Result] = {}
        self.homes: dict[int, int] = {}  # standing row of the matrix → the row under whose result its indicators stand

    def project(self) -> None:
        """Dates, currency and scope of the project, and the state that stands."""
        project, record = self.proposal.project, self.record
        places = record.places.filter(superseded_at__isnull=True).count()
        begun = record.starts is not None and record.starts <= timezone.localdate(self.at)
        wanted: dict[str, Any] = {
            "planned_start": record.starts,
            "planned_end": record.ends,
            "actual_start": project.actual_start or (record.starts if begun else None),
            "default_currency": self.proposal.currency,
            "scope": MULTINATIONAL if places > 1 else NATIONAL if places else "",
        }
        changed = {name: value for name, value in wanted.items() if getattr(project, name) != value}
        if changed:
            for name, value in changed.items():
                setattr(project, name, value)
            Project.objects.filter(pk=project.pk).update(**changed)
            self.counts["project fields"] += len(changed)
        keep_state(record, self.at)

    def donors(self) -> None:
        """The donor, and who else pays lines of the budget, as funding organisations."""
        names = [self.proposal.donor.strip()]
        paying = self.proposal.costs.filter(removed_at__isnull=True).exclude(funded_by="")
        names += paying.order_by("order", "pk").values_list("funded_by", flat=True)
        wanted = list(dict.fromkeys(_organisation(name).pk for name in names if name.strip()))
        funding = Participation.objects.filter(project=self.proposal.project, role=OrganisationRole.FUNDING)
        there = dict(funding.values_list("organisation_id", "pk"))
        ours = set(funding.filter(details=FROM_PAPER).values_list("organisation_id", flat=True))
        gone = [there[key] for key in ours if key not in wanted]
        fresh = [key for key in wanted if key not in there]
        Participation.objects.filter(pk__in=gone).delete()
        Participation.objects.bulk_create(
            Participation(
                project=self.proposal.project, organisation_id=key, role=OrganisationRole.FUNDING,
                order=wanted.index(key), details=FROM_PAPER,
            )
            for key in fresh
        )  # fmt: skip
        self._count("donors", len(fresh), len(gone))

    def budgets(self) -> None:
        """The budget by year of the project; lines without a year lie over its whole time."""
        wanted = spans(self.proposal)
        current = Budget.objects.current().filter(project=self.proposal.project)
        keep: set[Span] = set()
        gone: list[int] = []
        for row in current:
            span, currency = (row.starts, row.ends), self.proposal.currency
            if span in keep or wanted.get(span) != row.amount or row.currency != currency:
                gone.append(row.pk)
            else:
                keep.add(span)
        Budget.objects.filter(pk__in=gone).supersede(self.at)
        kind = Budget.Kind.REVISED if self.revised else Budget.Kind.ORIGINAL
        fresh = Budget.objects.bulk_create(
            Budget(
                project=self.proposal.project, kind=kind, status=COMMITTED, starts=span[0], ends=span[1], amount=amount,
                currency=self.proposal.currency, value_date=span[0], order=order, recorded_at=self.at,
            )
            for order, (span, amount) in enumerate(wanted.items())
            if span not in keep
        )  # fmt: skip
        self._count("budgets", len(fresh), len(gone))

    def results(self) -> None:
        """Objective, outcomes and outputs as results, in the order of the matrix."""
        rows = {row.pk: row for row in self.proposal.results.select_related("result__record")}
        planned = [rows.pop(one.pk) for one in outline(self.proposal)]
        for order, row in enumerate(planned):
            self.homes[row.pk] = row.pk if row.level in WRITTEN else row.parent_id or 0
            if row.level in WRITTEN:
                self.written[row.pk] = self._result(row, order)
        for row in rows.values():  # removed, or below a row that was
            if row.result is not None:
                self._remove(row.result.record)

    def _result(self, row: PlanResult, order: int) -> Result:
        parent = self.written.get(row.parent_id) if row.parent_id else None
        says = {
            "title": row.title, "summary": row.description, "office_id": self.record.office_id,
            "visibility": self.record.visibility, "removed_at": None,
        }  # fmt: skip
        if row.result is None:
            record = Record.objects.create(
                kind=RESULT, parent=self.record, owner_id=self.record.owner_id, illustrative=self.record.illustrative,
                source=self.record.source, created_at=self.at, changed_at=self.at, **says,
            )  # fmt: skip
            made = Result.objects.create(
                record=record, project=self.proposal.project, parent=parent, level=row.level, order=order
            )
            PlanResult.objects.filter(pk=row.pk).update(result=made)
            row.result = made
            self.counts["results added"] += 1
            return made
        record, result = row.result.record, row.result
        changed = {name: value for name, value in says.items() if getattr(record, name) != value}
        if changed:
            old: dict[str, Any] = {name: getattr(record, name) for name in ("title", "summary") if name in changed}
            fields = {name: {"from": was, "to": changed[name]} for name, was in old.items()}
            verb = "restored" if "removed_at" in changed else "changed"
            Record.objects.filter(pk=record.pk).update(**changed)
            journal.write(verb, by=self.by, record=record, detail=fields, at=self.at)
            self.counts["results changed"] += 1
        place = {"parent_id": parent.pk if parent else None, "level": row.level, "order": order}
        if any(getattr(result, name) != value for name, value in place.items()):
            Result.objects.filter(pk=result.pk).update(**place)
        return result

    def _remove(self, record: Record) -> None:
        if record.removed_at is None:
            Record.objects.filter(pk=record.pk).update(removed_at=self.at)
            journal.write("removed", by=self.by, record=record, at=self.at)
            self.counts["results removed"] += 1

    def indicators(self) -> None:
        """Indicators with their baselines, periods and targets. Those of an activity stand under its output."""
        rows = list(
            self.proposal.indicators.select_related("indicator", "result")
            .prefetch_related("targets")
            .order_by("result__order", "order", "pk")
        )
        orders: Counter[int] = Counter()
        planned: list[tuple[PlanIndicator, Indicator]] = []
        for row in rows:
            home = self.written.get(self.homes.get(row.result_id, 0))
            if row.removed_at is not None or home is None:
                self._end(row.indicator)
                continue
            planned.append((row, self._indicator(row, home, orders[home.pk])))
            orders[home.pk] += 1
        self._dimensions(planned)
        self._periods(planned)
        self._measurements(planned)

    def _end(self, indicator: Indicator | None) -> None:
        if indicator is not None and indicator.removed_at is None:
            Indicator.objects.filter(pk=indicator.pk).update(removed_at=self.at)
            self.counts["indicators removed"] += 1

    def _indicator(self, row: PlanIndicator, home: Result, order: int) -> Indicator:
        says: dict[str, Any] = {name: getattr(row, name) for name in COPIED}
        says |= {
            "result_id": home.pk, "order": order, "removed_at": None,
            "counts_people_because": "said in the results matrix" if row.counts_people else "",
        }  # fmt: skip
        if row.standard_id is None and row.indicator is not None:
            del says["standard_id"]  # a link made since then stays
        if row.indicator is None:
            made = Indicator.objects.create(project=self.proposal.project, **says)
            PlanIndicator.objects.filter(pk=row.pk).update(indicator=made)
            row.indicator = made
            self.counts["indicators added"] += 1
            return made
        changed = {name: value for name, value in says.items() if getattr(row.indicator, name) != value}
        if changed:
            Indicator.objects.filter(pk=row.indicator.pk).update(**changed)
            self.counts["indicators changed"] += 1
        return row.indicator

    def _dimensions(self, planned: list[tuple[PlanIndicator, Indicator]]) -> None:
        """By what values are taken apart, as far as the library knows it; what was added since stays."""
        known = Dimension.objects.in_bulk(field_name="code")
        through = Indicator.dimensions.through
        there = set(
            through.objects.filter(indicator_id__in=[indicator.pk for _row, indicator in planned]).values_list(
                "indicator_id", "dimension_id"
            )
        )
        wanted = {
            (indicator.pk, known[code].pk) for row, indicator in planned for code in row.dimensions if code in known
        }
        fresh = sorted(wanted - there)
        through.objects.bulk_create(through(indicator_id=one, dimension_id=other) for one, other in fresh)

    def _periods(self, planned: list[tuple[PlanIndicator, Indicator]]) -> None:
        """A period for each target that has none."""
        keys = [indicator.pk for _row, indicator in planned]
        self.spans: dict[tuple[int, date | None, date | None], Period] = {
            (period.indicator_id, period.starts, period.ends): period
            for period in Period.objects.filter(indicator_id__in=keys)
        }
        fresh = [
            Period(indicator=indicator, starts=target.starts, ends=target.ends, order=order)
            for row, indicator in planned
            for order, target in enumerate(row.targets.all())
            if (indicator.pk, target.starts, target.ends) not in self.spans
        ]
        for period in Period.objects.bulk_create(fresh):
            self.spans[period.indicator_id, period.starts, period.ends] = period
        self._count("periods", len(fresh), 0)

    def _measurements(self, planned: list[tuple[PlanIndicator, Indicator]]) -> None:
        """Baselines and targets, as wholes: what stands and differs is superseded, what is new is appended."""
        keys = [indicator.pk for _row, indicator in planned]
        kinds = (MeasurementKind.BASELINE, MeasurementKind.TARGET)
        standing: dict[tuple[int, str, int | None], list[Measurement]] = defaultdict(list)
        for value in Measurement.objects.current().filter(WHOLE, indicator_id__in=keys, kind__in=kinds):
            standing[value.indicator_id, value.kind, value.period_id].append(value)
        fresh: list[Measurement] = []
        for row, indicator in planned:
            wanted = [_baseline(row)] if row.baseline is not None or row.baseline_words else []
            wanted += [self._target(indicator, target) for target in row.targets.all()]
            for value in wanted:
                value.indicator, value.recorded_at = indicator, self.at
                held = standing.get((indicator.pk, value.kind, value.period_id), [])
                same = next((one for one in held if _says(one) == _says(value)), None)
                if same is None:
                    fresh.append(value)
                else:
                    held.remove(same)
        gone = [value.pk for values in standing.values() for value in values]
        Measurement.objects.filter(pk__in=gone).supersede(self.at)
        Measurement.objects.bulk_create(fresh)
        self._count("baselines and targets", len(fresh), len(gone))

    def _target(self, indicator: Indicator, target: PlanTarget) -> Measurement:
        period = self.spans[indicator.pk, target.starts, target.ends]
        return Measurement(kind=MeasurementKind.TARGET, period=period, value=target.value, words=target.words)

    def _count(self, what: str, fresh: int, gone: int) -> None:
        if fresh:
            self.counts[f"{what} added"] += fresh
        if gone:
            self.counts[f"{what} superseded"] += gone


def _says(value: Measurement) -> tuple[Any, ...]:
    return (value.value, value.words, value.year, value.date)


def _baseline(row: PlanIndicator) -> Measurement:
    day = row.baseline_date
    return Measurement(
        kind=MeasurementKind.BASELINE, value=row.baseline, words=row.baseline_words, date=day, year=day.year if day else None
    )  # fmt: skip


def _organisation(name: str) -> Organisation:
    """The organisation of that name: one that projects know already, however they write its capitals, else a new one."""
    name = " ".join(name.split())
    known = Organisation.objects.filter(name__iexact=name).order_by("-ref", "pk").first()
    return known or Organisation.objects.create(name=name)


def spans(proposal: Proposal) -> dict[Span, Decimal]:
    """What the budget comes to by span of time, in the order of the spans: each year of the project, then lines without a year."""
    record = proposal.project.record
    sums: dict[Span, Decimal] = defaultdict(Decimal)
    costs = PlanCost.objects.filter(proposal=proposal, removed_at__isnull=True)
    for year, amount in costs.order_by("year").values_list("year", "amount"):
        sums[_span(record.starts, record.ends, year)] += amount
    return {span: amount for span, amount in sorted(sums.items(), key=_by_time) if amount}


def _by_time(item: tuple[Span, Decimal]) -> tuple[date, date]:
    starts, ends = item[0]
    return (starts or date.max, ends or date.max)


def _span(starts: date | None, ends: date | None, year: int | None) -> Span:
    """The days of a year of the project, the last one ending with it; the whole time where no year is said."""
    if year is None or starts is None or ends is None:
        return (starts, ends)
    first = later(starts, 12 * (year - 1))
    while first > ends:  # written for a year that the project no longer has: it counts in its last
        year -= 1
        first = later(starts, 12 * (year - 1))
    return (first, min(ends, later(starts, 12 * year) - timedelta(days=1)))
