"""The results of a project as they stood on the last day of a report: what was aimed at, what was reached, how far the one meets the other.

Only verified values count (work/results); periods that end after the day do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import FloatField, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.shell import formats
from migov.work.projects.models import Project
from migov.work.results.models import COUNTED, AcrossPeriods, Entry, Level, Measurement
from migov.work.results.queries import ON_TRACK, IndicatorRow, PeriodRow, matrix, state_words
from migov.work.results.rules import PeriodValues, Value, Whole, across_years, state_on, whole_of, year_ends
from migov.work.results.values import ACTUAL, EVERYWHERE, is_addable

TOLD = frozenset({Level.OUTCOME, Level.OUTPUT})  # have a section of their own


@dataclass(frozen=True, slots=True)
class Standing:
    """An indicator on the day. target, actual: to the end of the report's period; final: what is aimed at in the end.

    said: the latest value in words, where it is no number. comment: of the latest period that has one.
    """

    key: int
    title: str
    unit: str
    baseline: Decimal | str | None
    target: Decimal | str | None
    actual: Decimal | str | None
    final: Decimal | str | None
    state: str
    comment: str
    counts_people: bool

    @property
    def anchor(self) -> str:
        return f"indicator:{self.key}"

    @property
    def url(self) -> str:
        """Where its values are."""
        return reverse("results:indicator", args=[self.key])

    @property
    def state_words(self) -> str:
        return state_words(self.state)

    @property
    def on_track(self) -> bool:
        return self.state in ON_TRACK

    @property
    def reached(self) -> str:
        """What was reached, with its unit: "640 people"."""
        return shown(self.actual, self.unit)


@dataclass(slots=True)
class ResultStanding:
    """A row of the results matrix with its indicators. number: 1, 1.1 …; empty for an objective."""

    key: int
    level: str
    level_label: str
    number: str
    title: str
    depth: int
    indicators: list[Standing] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"result:{self.key}"

    @property
    def name(self) -> str:
        """Level, number and title: "Output 1.1: Officers are trained"."""
        head = f"{self.level_label} {self.number}".strip()
        return f"{head[:1].upper()}{head[1:]}: {self.title}"

    @property
    def short(self) -> str:
        """Level and number: "Output 1.1"."""
        return self.name.partition(":")[0]


def standings(project: Project, day: date) -> list[ResultStanding]:
    """Results and indicators in the order of the matrix. Five queries."""
    found = [
        ResultStanding(
            row.result.pk, row.result.level, str(row.result.get_level_display()), "", row.result.record.title, row.depth,
            [_standing(one, day) for one in row.indicators],
        )
        for top in matrix(project, day)
        for row in top.walk()
    ]  # fmt: skip
    return _numbered(found)


def _numbered(rows: list[ResultStanding]) -> list[ResultStanding]:
    """Outcomes are counted through, outputs under their outcome: 1, 1.1, 1.2, 2, 2.1. An output without an outcome is counted alone."""
    outcome = output = 0
    for row in rows:
        if row.level == Level.OUTCOME:
            outcome, output = outcome + 1, 0
            row.number = str(outcome)
        elif row.level == Level.OUTPUT:
            output += 1
            row.number = f"{outcome}.{output}" if outcome else str(output)
    return rows


def told(rows: Sequence[ResultStanding]) -> list[ResultStanding]:
    """The outcomes and outputs among the rows: each has a section of its own."""
    return [row for row in rows if row.level in TOLD]


def _standing(row: IndicatorRow, day: date) -> Standing:
    indicator = row.indicator
    past = [one for one in _by_end(row.periods) if one.ends is not None and one.ends <= day]
    values = [PeriodValues(one.ends or day, one.target.value, one.actual.value) for one in past]
    ends = year_ends(values, adds_up=row.adds_up, ascending=indicator.ascending, baseline=row.baseline.value)
    return Standing(
        key=indicator.pk,
        title=indicator.title,
        unit=indicator.unit,
        baseline=_figure(row.baseline.value, row.baseline_words),
        target=_to_date(row, past, "target"),
        actual=_to_date(row, past, "actual"),
        final=_to_date(row, _by_end(row.periods), "target"),
        state=state_on(ends, day),
        comment=next((one.comments[-1] for one in reversed(past) if one.comments), ""),
        counts_people=indicator.counts_people,
    )


def _by_end(periods: Sequence[PeriodRow]) -> list[PeriodRow]:
    """The periods by the day they end; of those that end on one day the last, so that a period published twice counts once."""
    return [one for _end, one in sorted({one.ends or date.max: one for one in periods}.items())]


def _to_date(row: IndicatorRow, periods: Sequence[PeriodRow], which: str) -> Decimal | str | None:
    """One figure from several periods by the rule of the indicator; words where no number was given."""
    wholes = {(one.ends or date.max).toordinal(): getattr(one, which).value for one in periods}
    values = {end: value for end, value in wholes.items() if value is not None}
    words = next((said for one in reversed(periods) if (said := getattr(one, f"{which}_words"))), "")
    indicator = row.indicator
    latest = which == "target" or indicator.across_periods == AcrossPeriods.LATEST or not is_addable(indicator.measure)
    return _figure(across_years(values, adds_up=row.adds_up, latest=latest), words)


def _figure(value: float | None, words: str) -> Decimal | str | None:
    return exact(value) if value is not None else words or None


def exact(value: float) -> Decimal:
    """A float as the decimal that it stands for: 640.0 is 640."""
    return Decimal(int(value)) if value == int(value) else Decimal(str(value))


def shown(value: Decimal | str | None, unit: str = "") -> str:
    """A figure with its unit as it is read: "640 people"; words as they are; a dash for none."""
    if value is None or isinstance(value, str):
        return value or formats.DASH
    number = formats.number(value)
    return f"{number} {unit}" if unit and unit != "number" else number


@dataclass(frozen=True, slots=True)
class Reached:
    """People that an indicator counts, to the day. ages: band → number. Nothing is added up over indicators."""

    indicator: Standing
    female: Decimal | None
    male: Decimal | None
    ages: dict[str, Decimal]

    @property
    def age_words(self) -> str:
        """The age bands in one line: "0–17: 120; 18–59: 430"."""
        return "; ".join(f"{band}: {formats.number(number)}" for band, number in self.ages.items())


def people_reached(project: Project, rows: Sequence[ResultStanding], day: date) -> list[Reached]:
    """What is known by sex and age of the indicators that count people. Two queries; none where no indicator does."""
    counting = {one.key: one for row in rows for one in row.indicators if one.counts_people}
    if not counting:
        return []
    rules = dict(project.indicators.filter(pk__in=counting).values_list("pk", "across_periods"))
    parts: dict[tuple[int, date], dict[int, list[Value]]] = defaultdict(dict)
    measured = (
        Measurement.objects.current()
        .filter(EVERYWHERE, indicator__in=counting, kind=ACTUAL, value__isnull=False, slice__isnull=False)
        .filter(period__ends__lte=day)
        .values_list("indicator_id", "period_id", "period__ends", "slice__family", "slice__sex", "slice__age")
        .annotate(total=Sum("value", output_field=FloatField()))
        .order_by("slice__age")
    )
    for indicator, period, ends, family, sex, age, total in measured:
        parts[indicator, ends].setdefault(period, []).append(Value(total, family, sex, 0, age))
    wholes: dict[int, dict[int, Whole]] = defaultdict(dict)
    for (indicator, ends), published in parts.items():  # a period published twice counts once
        wholes[indicator][ends.toordinal()] = whole_of(published[max(published)], adds_up=True)
    return [Reached(one, *_apart(wholes[key], rules.get(key, ""))) for key, one in counting.items()]


def _apart(wholes: dict[int, Whole], across: str) -> tuple[Decimal | None, Decimal | None, dict[str, Decimal]]:
    """Women and girls, men and boys, and ages over several periods, by the rule by which the whole is made."""

    def one(values: dict[int, float | None]) -> Decimal | None:
        known = {end: value for end, value in values.items() if value is not None}
        total = across_years(known, adds_up=across == AcrossPeriods.SUM, latest=across == AcrossPeriods.LATEST)
        return None if total is None else exact(total)

    bands = sorted({band for whole in wholes.values() for band in whole.ages})
    ages = {band: one({end: whole.ages.get(band) for end, whole in wholes.items()}) for band in bands}
    return (
        one({end: whole.female for end, whole in wholes.items()}),
        one({end: whole.male for end, whole in wholes.items()}),
        {band: number for band, number in ages.items() if number is not None},
    )


def waiting(project: Project, day: date) -> int:
    """How many entries for periods up to the day are not verified yet, and so are in no figure. One query."""
    entries = Entry.objects.filter(indicator__project=project, indicator__removed_at__isnull=True)
    return entries.filter(Q(period__ends__lte=day)).exclude(status__in=COUNTED).count()


def summary_words(indicators: Sequence[Standing]) -> str:
    """How some indicators stand, in a sentence without its subject: "3 of 4 indicators on track, 1 behind, 1 not yet due"."""
    measured = [one for one in indicators if one.state != "open"]
    if not measured:
        return _("no indicator is due yet") if indicators else _("no indicator")
    good = sum(one.on_track for one in measured)
    words = ngettext("%(good)s of %(all)s indicator on track", "%(good)s of %(all)s indicators on track", len(measured))
    said = [words % {"good": good, "all": len(measured)}]
    for state in ("behind", "late"):
        if number := sum(one.state == state for one in measured):
            said.append(f"{number} {state_words(state)}")
    if number := len(indicators) - len(measured):
        said.append(f"{number} {state_words('open')}")
    return ", ".join(said)


def all_indicators(rows: Sequence[ResultStanding]) -> Iterator[Standing]:
    """The indicators of some rows, in their order."""
    for row in rows:
        yield from row.indicators
