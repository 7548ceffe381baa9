"""Exports of forms (KoboToolbox and the like) counted: rows become numbers by rules, and only the numbers go on.

A rule says how the rows of an export make the value of one indicator: how many there are, the sum of a column, or a share; perhaps only
those with certain answers; perhaps told apart by sex, age or another dimension. Nothing here touches the database.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.shell import typed
from migov.services.files.workbooks import Sheet, Unreadable
from migov.work.results.slices import Pairs, sex_of, tidy

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 20_000, 500, 20 * 1024**2
FEW_ANSWERS, SHORT_ANSWER = 12, 60
_BAND, _OPEN_BAND = re.compile(r"(\d{1,3})\s*[-–]\s*(\d{1,3})"), re.compile(r"(\d{1,3})\s*\+")


class Kind(models.TextChoices):
    COUNT = "count", gettext_lazy("number of rows")
    SUM = "sum", gettext_lazy("sum of a column")
    SHARE = "share", gettext_lazy("share of rows")


@dataclass(frozen=True, slots=True)
class Where:
    """Rows in which a column says one of the answers; without answers: anything at all."""

    column: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """A dimension told apart by a column. answers: pairs of answer and value of the dimension, for those that are not the same words."""

    dimension: str
    column: str
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """How rows make the value of an indicator. column: what is summed. where: which rows; of a share: which count above the line.

    of: of a share: which rows count below the line; None: all.
    """

    indicator: int
    kind: str = Kind.COUNT
    column: str = ""
    where: Where | None = None
    of: Where | None = None
    by: tuple[By, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        named = [self.column, *(one.column for one in (self.where, self.of) if one), *(one.column for one in self.by)]
        return list(dict.fromkeys(filter(None, named)))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rule_of(said: Mapping[str, Any]) -> Rule:
    """A rule as it was kept."""
    return Rule(
        int(said["indicator"]), said["kind"], said["column"], _where_of(said["where"]), _where_of(said["of"]),
        tuple(By(one["dimension"], one["column"], tuple((a, c) for a, c in one["answers"])) for one in said["by"]),
    )  # fmt: skip


def _where_of(said: Mapping[str, Any] | None) -> Where | None:
    return Where(said["column"], tuple(said["answers"])) if said else None


@dataclass(slots=True)
class Export:
    """The rows of an export under its headings; those of the same name are numbered."""

    sheet: str
    headings: list[str]
    rows: list[list[str]]

    def column(self, name: str) -> int | None:
        return self.headings.index(name) if name in self.headings else None


def export_of(sheets: Sequence[Sheet], title: str = "") -> Export:
    """The table of an export: of a sheet by its title, else of the first that holds rows. Raises Unreadable."""
    filled = [one for one in sheets if len(one.rows) > 1]
    known = ", ".join(f"“{one.title}”" for one in filled)
    if not filled:
        raise Unreadable(_("The file holds no rows under a line of headings."))
    chosen = next((one for one in filled if tidy(one.title) == tidy(title)), None) if title else filled[0]
    if chosen is None and len(filled) == 1:
        chosen = filled[0]  # a CSV has no sheets: its title is the name of the file
    if chosen is None:
        raise Unreadable(
            _("There is no sheet “%(title)s” with rows. Known: %(known)s.") % {"title": title[:60], "known": known}
        )
    if chosen.without_value:
        row, column = min(chosen.without_value)
        said = _("%s: a formula without a result. Open the file in Excel, save it, and choose it again.")
        raise Unreadable(said % chosen.place(row, column))
    headings: list[str] = []
    width = max(len(row) for row in chosen.rows)
    for number, text in enumerate([*chosen.rows[0], *[""] * (width - len(chosen.rows[0]))], start=1):
        name = " ".join(text.split())[:900] or _("column %d") % number
        times = sum(one == name or one.startswith(f"{name} (") for one in headings)
        headings.append(f"{name} ({times + 1})" if name in headings else name)
    rows = [(row + [""] * width)[:width] for row in chosen.rows[1:] if any(text.strip() for text in row)]
    return Export(chosen.title, headings, rows)


@dataclass(frozen=True, slots=True)
class ColumnSays:
    """What is in a column: how many cells are filled and differ; the answers with their numbers where there are few."""

    name: str
    filled: int
    different: int
    looks: str
    answers: list[tuple[str, int]]


def columns(export: Export) -> list[ColumnSays]:
    """What is in each column. Answers are listed only where they are few and short: names and telephone numbers are not."""
    found = []
    for place, name in enumerate(export.headings):
        said = Counter(text for row in export.rows if (text := " ".join(row[place].split())))
        filled = sum(said.values())
        looks = _looks(said)
        few = len(said) <= FEW_ANSWERS and len(said) * 2 <= filled and all(len(text) <= SHORT_ANSWER for text in said)
        shown = said.most_common() if few and looks != _("dates") else []
        found.append(ColumnSays(name, filled, len(said), looks, shown))
    return found


def _looks(said: Iterable[str]) -> str:
    some = list(said)[:200]
    if not some:
        return _("empty")
    if all(_day(text) for text in some):
        return _("dates")
    if all(_number(text) is not None for text in some):
        return _("numbers")
    return _("text")


class Span(NamedTuple):
    """A period of an indicator."""

    key: int
    starts: date | None
    ends: date | None

    def holds(self, day: date, *, running: bool) -> bool:
        """Whether a day counts for the period; running: also all days before."""
        begun = running or self.starts is None or self.starts <= day
        return begun and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Measured:
    """What must be known of an indicator. dimensions: code → values (code, label). running: its values are running totals."""

    title: str
    spans: Sequence[Span]
    dimensions: Mapping[str, Sequence[tuple[str, str]]]
    running: bool = False


class At(NamedTuple):
    """Where a value belongs."""

    period: int
    part: Pairs | None
    place: str | None  # code


@dataclass(slots=True)
class Tally:
    """What rows come to. above alone, or a share of above and below."""

    above: Decimal = Decimal(0)
    below: Decimal | None = None


@dataclass(slots=True)
class Counted:
    """What a rule makes of an export. told: what somebody should know."""

    values: dict[At, Tally] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def missing(export: Export, wanted: Iterable[str]) -> dict[str, str]:
    """Columns that the export lacks, each with the one that it may be called by now (empty: none is like it)."""
    gone = [name for name in dict.fromkeys(wanted) if name and name not in export.headings]
    plain = {tidy(name): name for name in export.headings}
    found = {}
    for name in gone:
        alike = difflib.get_close_matches(tidy(name), plain, n=1, cutoff=0.6)
        found[name] = plain[alike[0]] if alike else ""
    return found


@dataclass(slots=True)
class Dated:
    """The days and places of the rows. days: None where a row has none."""

    days: list[date | None]
    places: list[str | None]
    told: list[str]


def dated(export: Export, date_column: str, place_column: str = "", places: Mapping[str, str] | None = None) -> Dated:
    """When and where each row belongs. places: answer → code of a place."""
    when, where = export.column(date_column), export.column(place_column) if place_column else None
    days = [_day(row[when]) if when is not None else None for row in export.rows]
    told = []
    if lacking := sum(day is None for day in days):
        told.append(
            _("Rows without a day in “%(column)s”, not counted: %(n)d.") % {"column": date_column, "n": lacking}
        )
    found: list[str | None] = [None] * len(days)
    if where is not None:
        known = {tidy(answer): code for answer, code in (places or {}).items()}
        strange: Counter[str] = Counter()
        for at, row in enumerate(export.rows):
            answer = tidy(row[where])
            found[at] = known.get(answer)
            if answer and found[at] is None:
                strange[answer] += 1
        told += _strange(place_column, strange, _("counted in the total only"))
    return Dated(days, found, told)


def count(rule: Rule, of: Measured, export: Export, when: Dated) -> Counted:
    """What a rule makes of the rows: for each period in which the export has rows, the whole, the parts, and each place."""
    found = Counted()
    above, below = _matching(export, rule.where), _matching(export, rule.of)
    dimensions = [_Parts(by, of.dimensions.get(by.dimension, ()), export) for by in rule.by]
    named: list[Pairs | None] = [None, *(part for one in dimensions for part in one.all)]
    numbered = {part: number for number, part in enumerate(named)}
    amount = export.column(rule.column) if rule.kind == Kind.SUM else None
    last = max(filter(None, when.days), default=None)
    spans = [span for span in of.spans if not of.running or span.starts is None or (last and span.starts <= last)]
    share, outside, unread = rule.kind == Kind.SHARE, 0, 0
    sums: dict[tuple[int, str | None], list[Tally]] = {}
    for at, row in enumerate(export.rows):
        day = when.days[at]
        within = [span.key for span in spans if day is not None and span.holds(day, running=of.running)]
        outside += day is not None and not within
        if not within:
            continue
        counts = not share or below(row)
        add = Decimal(int(counts and above(row)))
        if amount is not None and add:
            number = _number(row[amount])
            unread += number is None and bool(row[amount].strip())
            add = number or Decimal(0)
        of_row = [
            numbered[part] for part in (None, *(one.of(at) for one in dimensions)) if part is None or part in numbered
        ]
        for where in {(span, place) for span in within for place in (None, when.places[at])}:
            if where not in sums:
                sums[where] = [Tally(below=Decimal(0) if share else None) for _part in named]
            for place_ in set(of_row):
                tally = sums[where][place_]
                tally.above += add
                if tally.below is not None:
                    tally.below += int(counts)
    found.values = {
        At(span, named[place_], place): tally
        for (span, place), tallies in sums.items()
        for place_, tally in enumerate(tallies)
        if tally.below != 0  # a share of nobody is no share
    }
    if outside:
        found.told.append(
            _("“%(title)s”: rows in no period of the indicator, not counted: %(n)d.")
            % {"title": of.title, "n": outside}
        )
    if unread:
        found.told.append(
            _("“%(title)s”: answers in “%(column)s” that are no numbers, not counted: %(n)d.")
            % {"title": of.title, "column": rule.column, "n": unread}
        )
    for one in dimensions:
        found.told += _strange(one.by.column, one.strange, _("counted in the total only"))
    if of.running and found.values:
        found.told.append(_("“%s” is a running total: each period counts all rows up to its end.") % of.title)
    return found


def _matching(export: Export, where: Where | None) -> Any:
    if where is None:
        return lambda _row: True
    column, answers = export.column(where.column), {tidy(one) for one in where.answers}
    if column is None:
        return lambda _row: False
    if not answers:
        return lambda row: bool(row[column].strip())
    return lambda row: tidy(row[column]) in answers


class _Parts:
    """Which part of a dimension each row belongs to."""

    def __init__(self, by: By, values: Sequence[tuple[str, str]], export: Export) -> None:
        self.by, column = by, export.column(by.column)
        self.all: list[Pairs] = [((by.dimension, code),) for code, _label in values]
        self.strange: Counter[str] = Counter()
        given = {tidy(answer): code for answer, code in by.answers}
        known: dict[str, str | None] = {}
        self._of: list[str | None] = []
        for row in export.rows:
            answer = tidy(row[column]) if column is not None else ""
            if answer not in known:
                known[answer] = value_for(answer, by.dimension, values, given)
            if answer and known[answer] is None:
                self.strange[answer] += 1
            self._of.append(known[answer])

    def of(self, at: int) -> Pairs | None:
        code = self._of[at]
        return ((self.by.dimension, code),) if code is not None else None


def value_for(answer: str, dimension: str, values: Sequence[tuple[str, str]], given: Mapping[str, str]) -> str | None:
    """The value of a dimension that an answer means: as given, by its words, by sex, or by the age band that a number falls in."""
    if not answer:
        return None
    if answer in given:
        return given[answer]
    for code, label in values:
        if answer in (tidy(code), tidy(label)):
            return code
    sex = sex_of(tidy(dimension), answer)
    if sex in ("f", "m"):
        return next((code for code, _label in values if sex_of(tidy(dimension), tidy(code)) == sex), None)
    age = int(answer) if answer.isascii() and answer.isdigit() and len(answer) < 4 else None
    return None if age is None else next((code for code, _label in values if _in_band(age, code)), None)


def _in_band(age: int, code: str) -> bool:
    if band := _BAND.fullmatch(code):
        return int(band[1]) <= age <= int(band[2])
    band = _OPEN_BAND.fullmatch(code)
    return bool(band) and age >= int(band[1]) if band else False


def _strange(column: str, strange: Counter[str], what: str) -> list[str]:
    if not strange:
        return []
    named = ", ".join(f"“{typed.short(answer)}” ({number})" for answer, number in strange.most_common(8))
    more = _(" and others") if len(strange) > 8 else ""
    return [
        _("“%(column)s”: answers that mean no value, %(what)s: %(named)s%(more)s.")
        % {"column": column, "what": what, "named": named, "more": more}
    ]  # fmt: skip


def _day(text: str) -> date | None:
    plain = text.strip()
    if re.match(r"\d{4}-\d\d-\d\d[T ]", plain):
        plain = plain[:10]
    try:
        return typed.day(plain)
    except typed.Unreadable:
        return None


def _number(text: str) -> Decimal | None:
    try:
        return typed.number(text) if text.strip() else None
    except typed.Unreadable:
        return None
