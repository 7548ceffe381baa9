"""Tables that people fill, read as rows of a results matrix: headings in many spellings, two ways of laying a matrix out.

In one layout each row has its level beside it ("outcome", "indicator"). In the other, common in Word, one column holds the results
("Outcome 1: …") and another the indicators that belong to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.services.files.workbooks import Unreadable as Unreadable
from migov.work.proposals.matrix_cells import WrongInput, day
from migov.work.proposals.matrix_periods import Span
from migov.work.proposals.models import PlanLevel

CAN_BE_READ = gettext_lazy("A workbook (XLSX) or a Word document (DOCX) can be read.")
MOST_PROBLEMS = 50
MOST_ROWS = 2000
MOST_COLUMNS = 120
INDICATOR = "indicator"
# Field → how its column may be headed; compared in lower case without punctuation.
NAMES: dict[str, str] = {
    "id": "id|migov id",
    "level": "level|row|kind|result level|type of row|level of result",
    "number": "no|number|nr|code",
    "title": "title|statement|result or indicator|result indicator|name|wording",
    "description": "description or definition|description|definition|indicator definition",
    "unit": "unit|unit of measure|unit of measurement|units",
    "measure": "type|measure|indicator type|type of indicator",
    "ascending": "more is better|direction",
    "across_periods": "over several periods|over periods|across periods|aggregation",
    "counts_people": "counts people|people",
    "dimensions": "disaggregation|disaggregated by|disaggregation by",
    "data_source": "data source and collection method|data source|data sources|source|sources|source of data|source and collection method|"
    "data source collection method|data source data collection method|collection method",
    "verification": "means of verification|verification|mov|sources and means of verification",
    "assumptions": "assumptions|assumption|assumptions and risks|risks and assumptions",
    "baseline": "baseline|baseline value|base line|baselines|starting value",
    "baseline_date": "date of the baseline|baseline date|date of baseline",
    "responsible": "party responsible|responsible|responsible party|implementing partner|responsibility",
    "first_month": "first month|start month|from month",
    "last_month": "last month|end month|to month",
    "target": "target|target value|targets|final target|end target|target at the end",
    "results": "results|result|objective outcome output activity|objectives outcomes outputs activities|results chain|"
    "intervention logic|objectives and results|result statement",
    "indicators": "indicators|indicator|objectively verifiable indicators|indicator title",
}
_FIELDS = {name: key for key, names in NAMES.items() for name in names.split("|")}
_LEVELS = {
    "overall objective": PlanLevel.OBJECTIVE, "general objective": PlanLevel.OBJECTIVE, "project objective": PlanLevel.OBJECTIVE,
    "goal": PlanLevel.OBJECTIVE, "objective": PlanLevel.OBJECTIVE, "outcome": PlanLevel.OUTCOME, "specific objective": PlanLevel.OUTCOME,
    "output": PlanLevel.OUTPUT, "activity": PlanLevel.ACTIVITY, "objectives": PlanLevel.OBJECTIVE, "outcomes": PlanLevel.OUTCOME,
    "outputs": PlanLevel.OUTPUT, "activities": PlanLevel.ACTIVITY, "indicators": INDICATOR, "indicator": INDICATOR,
}  # fmt: skip
_RESULT = re.compile(
    r"(?P<level>(?:overall |general |project |specific )?objective|goal|outcome|output|activity)\b[ \t]*"
    r"(?:(?P<number>[\d.]*\d)[.)]?[ \t]*[:.\-–—\n]?|[:.\-–—\n])\s*",
    re.I,
)
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "N/A"})
_WITH_DAY = re.compile(r"(?P<text>.*?)\s*\((?P<day>\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d)\)", re.S)
_OF_DAY = re.compile(r"(?P<day>\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d)\s*:\s*(?P<text>.*)", re.S)


_DUTY = re.compile(
    r"\n\s*\((?:Responsible: (?P<responsible>[^\n]+?))?(?:(?(responsible); )months (?P<first>\d+) to (?P<last>\d+))?\)\s*$"
)


@dataclass(slots=True)
class Draft:
    """A row of a file on its way into the matrix. where: its place for people. level: a PlanLevel or "indicator".

    key: of the row it came from, if the file says. cells, targets: text by field and by period, each with its place. parent: index
    of the draft above it.
    """

    where: str
    level: str
    key: int | None = None
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    targets: dict[Span, tuple[str, str]] = field(default_factory=dict)
    parent: int | None = None
    standard: str = ""

    @property
    def is_indicator(self) -> bool:
        return self.level == INDICATOR


@dataclass(slots=True)
class Found:
    """What a file holds. with_keys: whether its rows say which rows they came from, so that a missing one was removed."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    with_keys: bool = False

    def say(self, where: str, text: str) -> None:
        """Note a problem, as long as there are not too many to read."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{where}: {text}")


Place = Callable[[int, int | None], str]  # row and column from 0 → "sheet “Matrix”, cell C5"


def plain(heading: str) -> str:
    """A heading for comparing: lower case, letters and digits only."""
    return " ".join(re.sub(r"[^\w]+", " ", heading.lower().replace("/", " ")).split())


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Which field stands in which column."""
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        key = _FIELDS.get(plain(heading))
        if key and key not in found:
            found[key] = place
    return found


def is_matrix(headings: Sequence[str]) -> bool:
    """Whether a table with these headings holds a results matrix."""
    columns = columns_of(headings)
    return ("level" in columns and ("title" in columns or "results" in columns)) or {"results", "indicators"} <= set(
        columns
    )


def duty_words(responsible: str, first_month: int | None, last_month: int | None) -> str:
    """Party and months of an activity as they stand below its title, and are read from there: "(Responsible: IOM; months 1 to 6)"."""
    parts = [f"Responsible: {' '.join(responsible.split())}"] if responsible else []
    if first_month and last_month:
        parts.append(f"months {first_month} to {last_month}")
    return f"({'; '.join(parts)})" if parts else ""


def read_table(rows: Sequence[Sequence[str]], place: Place, found: Found, spans: Sequence[Span]) -> None:
    """Read a table, its headings in the first row, into drafts. What is wrong is noted in `found`."""
    columns = columns_of(rows[0])
    if "level" in columns:
        if "title" not in columns:
            columns["title"] = columns.get("results", columns.get("indicators", 0))
        _read_levelled(rows, columns, place, found, spans)
    else:
        _read_side_by_side(rows, columns, place, found, spans)


def nest(found: Found) -> None:
    """Say which draft stands under which: the last one before it of the level above."""
    order = [PlanLevel.OBJECTIVE, PlanLevel.OUTCOME, PlanLevel.OUTPUT, PlanLevel.ACTIVITY]
    last: dict[str, int] = {}
    newest: int | None = None
    for number, draft in enumerate(found.drafts):
        if draft.is_indicator:
            draft.parent = newest
            if newest is None:
                found.say(draft.where, _("an indicator stands below a result; there is none above it."))
            continue
        depth = order.index(PlanLevel(draft.level))
        if depth:
            draft.parent = last.get(order[depth - 1])
            if draft.parent is None:
                words = {"level": order[depth].label, "above": order[depth - 1].label}
                found.say(draft.where, _("“%(level)s” stands below “%(above)s”; there is none above it.") % words)
        last = {level: at for level, at in last.items() if order.index(PlanLevel(level)) < depth} | {
            draft.level: number
        }
        newest = number


def _read_levelled(
    rows: Sequence[Sequence[str]], columns: Mapping[str, int], place: Place, found: Found, spans: Sequence[Span]
) -> None:
    for number, row in enumerate(rows[1:], start=1):
        if not any(text.strip() for text in row):
            continue
        said = _at(row, columns["level"]).strip()
        level = _LEVELS.get(re.sub(r"[\W\d]+$", "", said.lower()))  # "Output 1.1" is an output
        if level is None:
            at = place(number, columns["level"])
            found.say(
                at,
                _("“%(text)s” is no level. Write objective, outcome, output, activity or indicator.")
                % {"text": said[:40]},
            )
            continue
        draft = Draft(place(number, None), level)
        _key(draft, _at(row, columns.get("id")), place(number, columns.get("id")), found)
        for name, column in columns.items():
            if name in ("id", "level", "number", "target", "results", "indicators"):
                continue
            cell = "definition" if name == "description" and draft.is_indicator else name
            draft.cells[cell] = (_at(row, column), place(number, column))
        if draft.is_indicator and "target" in columns:
            _targets(draft, _at(row, columns["target"]), place(number, columns["target"]), found, spans)
        found.drafts.append(draft)


def _read_side_by_side(
    rows: Sequence[Sequence[str]], columns: Mapping[str, int], place: Place, found: Found, spans: Sequence[Span]
) -> None:
    for number, cells in enumerate(rows[1:], start=1):
        row = ["" if text.strip() in _NOTHING else text for text in cells]
        result, title = _at(row, columns["results"]).strip(), _at(row, columns["indicators"]).strip()
        both = bool(result and title)
        if result:
            opening = _RESULT.match(result)
            at = place(number, columns["results"])
            if opening is None:
                found.say(at, _("begin with the level: “Outcome 1: …”. This is “%(text)s”.") % {"text": result[:40]})
                continue
            words = result[opening.end() :]
            level = _LEVELS[opening["level"].lower()]
            duty = _DUTY.search(words) if level == PlanLevel.ACTIVITY else None
            draft = Draft(place(number, None), level, cells={"title": (words[: duty.start()] if duty else words, at)})
            if duty:
                names = (("responsible", "responsible"), ("first", "first_month"), ("last", "last_month"))
                draft.cells |= {cell: (duty[name] or "", at) for name, cell in names}
            if "assumptions" in columns:
                column = columns["assumptions"]
                draft.cells["assumptions"] = (_at(row, column), place(number, column))
            found.drafts.append(draft)
        if title:
            found.drafts.append(_beside(row, columns, number, place, found, spans, both))


def _beside(
    row: Sequence[str],
    columns: Mapping[str, int],
    number: int,
    place: Place,
    found: Found,
    spans: Sequence[Span],
    both: bool,
) -> Draft:
    draft = Draft(place(number, None), INDICATOR)
    skipped = {"results", "number", "target", "baseline", "id", "level"} | ({"assumptions"} if both else set())
    for name, column in columns.items():
        if name in skipped or name in ("responsible", "first_month", "last_month", "title"):
            continue
        cell = {"indicators": "title", "description": "definition"}.get(name, name)
        draft.cells[cell] = (_at(row, column), place(number, column))
    if "baseline" in columns:
        at, text = place(number, columns["baseline"]), _at(row, columns["baseline"])
        dated = _WITH_DAY.fullmatch(text.strip())
        draft.cells["baseline"] = (dated["text"] if dated else text, at)
        if dated:
            draft.cells["baseline_date"] = (dated["day"], at)
    if "target" in columns:
        _targets(draft, _at(row, columns["target"]), place(number, columns["target"]), found, spans)
    return draft


def _targets(draft: Draft, text: str, where: str, found: Found, spans: Sequence[Span]) -> None:
    """Targets of one cell: "31.12.2026: 150" for each period, or one value for the last period."""
    pieces: list[tuple[str, str]] = []
    for part in text.strip().split("\n"):
        dated = _OF_DAY.fullmatch(part.strip())
        if dated:
            pieces.append((dated["day"], dated["text"]))
        elif pieces:
            pieces[-1] = (pieces[-1][0], f"{pieces[-1][1]}\n{part}")
        elif part.strip():
            pieces.append(("", text.strip()))
            break
    if not pieces:
        draft.targets = dict.fromkeys(spans, ("", where))
        return
    if not spans:
        found.say(where, _("targets need the planned start and duration of the project."))
        return
    draft.targets = dict.fromkeys(spans, ("", where)) if pieces[0][0] else {}
    by_end = {span.ends: span for span in spans}
    for ends, words in pieces:
        try:
            span = by_end.get(day(ends) or spans[-1].ends)
        except WrongInput as wrong:
            found.say(where, str(wrong))
            continue
        if span is None:
            found.say(where, _("no period of the project ends on %(day)s.") % {"day": ends})
        else:
            draft.targets[span] = (words, where)


def _key(draft: Draft, text: str, where: str, found: Found) -> None:
    kind, _colon, key = text.strip().partition(":")
    if not text.strip():
        return
    if kind == ("indicator" if draft.is_indicator else "result") and key.isdecimal() and len(key) < 19:
        draft.key = int(key)
        found.with_keys = True
    else:
        found.say(
            where, _("“%(text)s” is not an ID of such a row. Leave the cell empty for a new row.") % {"text": text[:40]}
        )


def _at(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def used(rows: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Rows up to the last one that holds anything."""
    kept = list(rows)
    while kept and not any(text.strip() for text in kept[-1]):
        kept.pop()
    return kept
