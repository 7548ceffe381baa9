"""Joins the results, indicators and periods of a new version to those of the version before, so that values keep their history."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from migov.exchange.iati.comparing import Comparison, Key
from migov.exchange.iati.matching import match
from migov.exchange.iati.tables import NAMES, Row, Rows
from migov.foundation.records.models import Record
from migov.work.results.models import Indicator, Period, Result

# Positions in the rows (tables.py).
TITLE, SUMMARY = 3, 4
RESULT_LEVEL, RESULT_ORDER, RESULT_PUBLISHED = 2, 3, 4
INDICATOR_RESULT, INDICATOR_ORDER, INDICATOR_TITLE = 1, 3, 4
PERIOD_INDICATOR, PERIOD_STARTS, PERIOD_ENDS, PERIOD_ORDER, PERIOD_PUBLISHED = 1, 2, 3, 4, 5
# What people may have set on an indicator stays: unit, how periods add up; whom it counts, unless its title changes.
FOLLOWING = ("order", "title", "definition", "measure", "ascending", "aggregable", "published")
ABOUT_PEOPLE = ("counts_people", "counts_people_because")


class Relinker:
    """Holds the results matrices of the projects of one batch, and collects what is new in them."""

    def __init__(self, projects: list[int], at: datetime) -> None:
        self.at = at
        self._results: dict[int, list[Result]] = defaultdict(list)
        self._indicators: dict[int, list[Indicator]] = defaultdict(list)
        self._periods: dict[int, list[Period]] = defaultdict(list)
        self._project_of = {pk: pk for pk in projects}
        for result in Result.objects.filter(project__in=projects).select_related("record").order_by("order", "pk"):
            self._results[result.project_id].append(result)
            self._project_of[result.pk] = result.project_id
        for indicator in Indicator.objects.filter(project__in=projects).order_by("order", "pk"):
            self._indicators[indicator.result_id].append(indicator)
        for period in Period.objects.filter(indicator__project__in=projects).order_by("order", "pk"):
            self._periods[period.indicator_id].append(period)
        self._indicator_rule, self._period_rule = Comparison("indicator"), Comparison("period")
        self._result_rule = Comparison("result")
        self.new_records: list[Row] = []
        self.new_results: list[Row] = []
        self.new_indicators: list[Row] = []
        self.new_periods: list[Row] = []
        self.added: dict[int, Counter[str]] = defaultdict(Counter)
        self.gone: dict[int, Counter[str]] = defaultdict(Counter)
        self.edited: dict[int, Counter[str]] = defaultdict(Counter)

    def records(self) -> list[int]:
        """Keys of the records of the projects and of their results, those before and those after."""
        return list(self._project_of)

    def project_of(self, record: int) -> int:
        """The project that a record is, or is a result of."""
        return self._project_of[record]

    def by_project(self, held: dict[int, list[tuple[int, Key]]]) -> dict[int, list[tuple[int, Key]]]:
        """What is held by record, gathered by project."""
        found: dict[int, list[tuple[int, Key]]] = defaultdict(list)
        for record, rows in held.items():
            found[self._project_of[record]].extend(rows)
        return found

    def relink(self, project: int, rows: Rows) -> None:
        """Make all rows point at the keys that stand; results, indicators and periods without a forerunner keep their new keys."""
        keys: dict[int, int] = {rows.record[0][0]: project}
        for name in NAMES:
            listed: list[Row] = getattr(rows, name)
            position = 0 if name not in ("result", "indicator") else {"result": 1, "indicator": 2}[name]
            if name not in ("record", "period", "measurement", "evidence", "alignment", "journal"):
                setattr(rows, name, [_with(row, position, project) for row in listed])
        self._relink_results(project, rows, keys)
        indicators = self._relink_indicators(project, rows, keys)
        periods = self._relink_periods(project, rows, indicators)
        rows.measurement = [
            (indicators[row[0]], periods[row[1]] if row[1] is not None else None, *row[2:]) for row in rows.measurement
        ]
        rows.evidence = [_with(row, 0, keys[row[0]]) for row in rows.evidence]
        rows.alignment = [_with(row, 0, keys[row[0]]) for row in rows.alignment]

    def _relink_results(self, project: int, rows: Rows, keys: dict[int, int]) -> None:
        records = {row[0]: _with(row, 6, project) for row in rows.record[1:]}
        before = self._results[project]
        held = [(result.order, str(result.level), result.record.title) for result in before]
        new = [(row[RESULT_ORDER], row[RESULT_LEVEL], records[row[0]][TITLE]) for row in rows.result]
        found = match(held, new, [lambda item: item, lambda item: item[1:], lambda item: item[0]])
        for position, row in enumerate(rows.result):
            record = records[row[0]]
            if position not in found:
                keys[row[0]] = row[0]
                self._project_of[row[0]] = project
                self.new_records.append(record)
                self.new_results.append(row)
                self.added[project]["result"] += 1
                continue
            result = before[found[position]]
            keys[row[0]] = result.pk
            self._edit_result(project, result, record, row)
        for position in set(range(len(before))) - set(found.values()):
            result = before[position]
            if result.record.removed_at is None:
                Record.objects.filter(pk=result.pk).update(
                    removed_at=self.at, changed_at=self.at, revision=F("revision") + 1
                )
                self.gone[project]["result"] += 1

    def _edit_result(self, project: int, result: Result, record: Row, row: Row) -> None:
        edits: dict[str, Any] = {
            name: record[position]
            for name, position in (("title", TITLE), ("summary", SUMMARY))
            if getattr(result.record, name) != record[position]
        }
        if result.record.removed_at is not None:
            edits["removed_at"] = None
        own = _edits(result, self._result_rule, row, ("level", "order", "published"))
        if own:
            Result.objects.filter(pk=result.pk).update(**own)
        if edits or own:
            Record.objects.filter(pk=result.pk).update(**edits, changed_at=self.at, revision=F("revision") + 1)
            self.edited[project]["results"] += 1

    def _relink_indicators(self, project: int, rows: Rows, results: dict[int, int]) -> dict[int, int]:
        keys: dict[int, int] = {}
        after: dict[int, list[Row]] = defaultdict(list)
        for row in rows.indicator:
            after[results[row[INDICATOR_RESULT]]].append(row)
        for result in {*after, *(result.pk for result in self._results[project])}:
            before, new = self._indicators[result], after[result]
            found = match(
                [(indicator.order, indicator.title) for indicator in before],
                [(row[INDICATOR_ORDER], row[INDICATOR_TITLE]) for row in new],
                [lambda item: item, lambda item: item[1], lambda item: item[0]],
            )
            for position, row in enumerate(new):
                if position not in found:
                    keys[row[0]] = row[0]
                    self.new_indicators.append(_with(row, INDICATOR_RESULT, result))
                    self.added[project]["indicator"] += 1
                    continue
                indicator = before[found[position]]
                keys[row[0]] = indicator.pk
                edits = _edits(indicator, self._indicator_rule, row, FOLLOWING)
                if "title" in edits or "measure" in edits:
                    edits |= _edits(indicator, self._indicator_rule, row, ABOUT_PEOPLE)
                if indicator.removed_at is not None:
                    edits["removed_at"] = None
                if edits:
                    Indicator.objects.filter(pk=indicator.pk).update(**edits)
                    self.edited[project]["indicators"] += 1
            standing = [i.pk for n, i in enumerate(before) if n not in found.values() and i.removed_at is None]
            if standing:
                Indicator.objects.filter(pk__in=standing).update(removed_at=self.at)
                self.gone[project]["indicator"] += len(standing)
        return keys

    def _relink_periods(self, project: int, rows: Rows, indicators: dict[int, int]) -> dict[int, int]:
        keys: dict[int, int] = {}
        after: dict[int, list[Row]] = defaultdict(list)
        for row in rows.period:
            after[indicators[row[PERIOD_INDICATOR]]].append(row)
        for indicator, new in after.items():
            before = self._periods[indicator]
            found = match(
                [(_text(period.starts), _text(period.ends), period.order) for period in before],
                [(row[PERIOD_STARTS], row[PERIOD_ENDS], row[PERIOD_ORDER]) for row in new],
                [lambda item: item, lambda item: item[:2]],
            )
            for position, row in enumerate(new):
                if position not in found:
                    keys[row[0]] = row[0]
                    self.new_periods.append(_with(row, PERIOD_INDICATOR, indicator))
                    self.added[project]["period"] += 1
                    continue
                period = before[found[position]]
                keys[row[0]] = period.pk
                edits = _edits(period, self._period_rule, row, ("order", "published"))
                if edits:
                    Period.objects.filter(pk=period.pk).update(**edits)
                    self.edited[project]["periods"] += 1
        return keys


def _with(row: Row, position: int, value: int) -> Row:
    return (*row[:position], value, *row[position + 1 :])


def _text(day: Any) -> str | None:
    return day.isoformat() if day else None


def _edits(held: Any, comparison: Comparison, row: Row, names: Sequence[str]) -> dict[str, Any]:
    """Fields of a row that stands which the new row says otherwise, as the models take them."""
    said = dict(zip(comparison.names, comparison.key(row), strict=True))
    found = {}
    for name in names:
        position = comparison.names.index(name)
        if comparison.rule(position)(getattr(held, name)) != said[name]:
            found[name] = comparison.python(position, row)
    return found
