"""Parts in tables: a results matrix with a column for each level, or a list with a column that says the level of each row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from migov.work.governance.models import PartKind
from migov.work.governance.unsdcf.reading.draft import Builder
from migov.work.governance.unsdcf.reading.lines import LineReader, labelled, said_of_indicator

# What a column holds → how it may be headed, in small letters; headings that begin so are taken too.
COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("level", "kind", "type", "result level"),
    "number": ("number", "no", "nr", "code", "ref", "#"),
    "text": ("result", "results", "statement", "result statement", "text", "title", "description"),
    "priority": ("priority", "strategic priority", "priority area", "pillar"),
    "outcome": ("outcome", "unsdcf outcome", "cooperation framework outcome", "cf outcome"),
    "output": ("output", "unsdcf output", "cooperation framework output", "cf output"),
    "indicator": ("indicator", "performance indicator", "key performance indicator", "outcome indicator", "output indicator"),
    "baseline": ("baseline",),
    "target": ("target", "end target"),
    "source": ("source", "data source", "means of verification", "mov", "source of verification", "sources of data"),
}  # fmt: skip
LEVELS: dict[str, tuple[str, ...]] = {
    PartKind.PRIORITY: ("priority", "strategic priority", "priority area", "pillar"),
    PartKind.OUTCOME: ("outcome",),
    PartKind.OUTPUT: ("output",),
    PartKind.INDICATOR: ("indicator", "outcome indicator", "output indicator"),
}
LONGEST_HEADING = 60
_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3}(?:\.?[a-z])?)[.:)\s–-]+(?=\S)")
_BARE = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?")
_PLAIN = re.compile(r"[^a-z#]+")


def column_of(heading: str) -> str | None:
    """What a column holds, by its heading; None for one that is not read."""
    plain = _PLAIN.sub(" ", heading.lower()).strip()
    if not plain or len(heading) > LONGEST_HEADING:
        return None
    for name, known in COLUMNS.items():
        if plain in known or plain.removesuffix("s") in known:
            return name
    for name in ("baseline", "target", "indicator", "outcome", "output"):
        if plain.startswith(name):
            return name
    return "source" if "source" in plain or "verification" in plain else None


def columns_of(cells: Sequence[str]) -> dict[int, str]:
    """Column → what it holds, where a row holds the headings of a table of parts; else nothing."""
    found: dict[int, str] = {}
    for at, cell in enumerate(cells):
        name = column_of(cell)
        if name and name not in found.values():
            found[at] = name
    names = set(found.values())
    holds = names & {"text", "priority", "outcome", "output", "indicator"}
    return found if holds and (len(names) >= 2 or len([cell for cell in cells if cell.strip()]) == 1) else {}


def split_number(text: str, kind: str) -> tuple[str, str]:
    """Number and words of a cell: “Outcome 1.2: …”, “1.2 …”, only the words, or only the number."""
    named = labelled(text)
    if named is not None and named.kind == kind:
        return named.number, named.text
    if _BARE.fullmatch(text):
        return text.rstrip("."), ""
    found = _NUMBER.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


class TableReader:
    """Takes the rows of one table. place: what the table is called, for people."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.columns: dict[int, str] = {}
        self.headings: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._lines = LineReader(builder, joined=False)

    def take(self, cells: Sequence[str], place: str) -> None:
        """Read a row: headings, a line over the whole width, or parts."""
        held = [cell.strip() for cell in cells]
        said = [cell for cell in held if cell]
        if not said:
            return
        found = columns_of(held)
        if found and not any(labelled(cell) for cell in said if len(cell) > LONGEST_HEADING):
            self.columns = found
            self.headings = {name: held[at] for at, name in found.items()}
            self._before = {}
            return
        if len(said) == 1 and labelled(said[0]) is not None:
            self._lines.take(said[0], place)
            self._lines.end()
            self._before = {}
            return
        if not self.columns:
            for cell in said:
                for line in cell.splitlines():
                    self._lines.take(line, place)
            self._lines.end()
            return
        row = {name: held[at] for at, name in self.columns.items() if at < len(held) and held[at]}
        if "text" in self.headings and "kind" in self.headings:
            self._listed(row, place)
        else:
            self._matrix(row, place)

    def _at(self, place: str, name: str) -> str:
        return _("%(place)s, column “%(column)s”") % {"place": place, "column": self.headings.get(name, name)}

    def _listed(self, row: dict[str, str], place: str) -> None:
        level, text = row.get("kind", "").lower().strip(), row.get("text", "")
        kind = next((code for code, names in LEVELS.items() if level in names), "")
        if not kind:
            words = _("“%(level)s” is no level: write priority, outcome, output or indicator.") % {"level": level[:40]}
            self.builder.problem(self._at(place, "kind"), words)
            return
        if not text:
            self.builder.problem(self._at(place, "text"), _("There are no words."))
            return
        number, words = (row["number"], text) if row.get("number") else split_number(text, kind)
        values = {name: row[name] for name in ("baseline", "target", "source") if name in row}
        if values and kind != PartKind.INDICATOR:
            for name in values:
                self.builder.problem(self._at(place, name), _("Only an indicator has this; it was left out."))
            values = {}
        self.builder.add(kind, number, words, place, **values)

    def _matrix(self, row: dict[str, str], place: str) -> None:
        if "text" in row and row["text"] != self._before.get("text"):
            self._before["text"] = row["text"]
            self._result(row["text"], place)
        for kind in (PartKind.PRIORITY, PartKind.OUTCOME, PartKind.OUTPUT):
            text = row.get(kind, "")
            if not text or text == self._before.get(kind):
                continue
            self._before = {name: value for name, value in self._before.items() if name == PartKind.PRIORITY}
            self._before[kind] = text
            number, words = split_number(text, kind)
            self.builder.add(kind, number, words, place)
        self._indicators(row, place)

    def _result(self, text: str, place: str) -> None:
        """A column that names the level in its words."""
        named = labelled(text)
        if named is None:
            words = _("It is not said whether this is a priority, an outcome or an output: “%(text)s”")
            self.builder.problem(self._at(place, "text"), words % {"text": text[:120]})
            return
        self.builder.add(named.kind, named.number, named.text, place)

    def _indicators(self, row: dict[str, str], place: str) -> None:
        values = {name: row[name] for name in ("baseline", "target", "source") if name in row}
        text = row.get("indicator", "")
        if not text:
            last = self.builder.last(PartKind.INDICATOR)
            for name, value in values.items():
                if last is not None and not getattr(last, name):
                    self.builder.fill(last, {name: value})
                elif last is None or getattr(last, name) != value:
                    self.builder.problem(
                        self._at(place, name), _("There is no indicator in this row; it was left out.")
                    )
            return
        pieces = _indicators_in(text)
        if len(pieces) > 1 and values:
            self.builder.problem(
                self._at(place, "indicator"),
                _("Several indicators share one row: baseline and target are to be filled in by hand."),
            )
            values = {}
        for piece in pieces:
            words, said = said_of_indicator(piece)
            number, words = split_number(words, PartKind.INDICATOR)
            self.builder.add(PartKind.INDICATOR, number, words, place, **(said | values))


def _indicators_in(text: str) -> list[str]:
    """The indicators of a cell: more than one only where each line begins with a number or a label."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    begins = [bool(_NUMBER.match(line)) or labelled(line) is not None for line in lines]
    return lines if len(lines) > 1 and all(begins) else [" ".join(lines)]
