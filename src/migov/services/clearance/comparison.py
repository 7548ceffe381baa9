"""What changed between two versions of a piece of work: texts by word, rows by their anchor, values by column, sums of money.

Rows are found again by their anchor, wherever they stand. A row has moved when it no longer stands in the order of the others (the
fewest rows that explain the new order), stands at another depth, or in another table. Where money is counted in another currency, a
row of its own says so, and amounts carry the currency in which each of them stands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from migov.services.clearance.content import Content, Heading, Line, Part, Rows, Text, Value
from migov.services.clearance.models import Comment, CommentState
from migov.services.clearance.wording import Span, differences
from migov.services.documents.values import NO_BREAK_SPACE, format_value

State = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value that is another one now. spans: by word, where both are texts."""

    heading: Heading
    before: Value
    after: Value
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class LineChange:
    """What became of a row. state "same" with `moved` set: only its place is another one. label_spans: its name, where that changed."""

    anchor: str
    label: str
    state: State
    moved: bool = False
    values: tuple[ValueChange, ...] = ()
    label_spans: tuple[Span, ...] = ()
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class SumChange:
    """The sum of a column of money, before and after."""

    heading: Heading
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class PartChange:
    """What became of a text or a table. Only one of spans (a text) and lines (a table) is filled; sums: only those that changed, in one
    currency. headings: as they are now; before: as they were.
    """

    anchor: str
    title: str
    group: str
    state: State
    spans: tuple[Span, ...] = ()
    lines: tuple[LineChange, ...] = ()
    sums: tuple[SumChange, ...] = ()
    headings: tuple[Heading, ...] = ()
    before: tuple[Heading, ...] = ()

    def count(self, state: State) -> int:
        """How many rows are in a state."""
        return sum(line.state == state for line in self.lines)

    @property
    def moved(self) -> int:
        """How many rows only stand elsewhere."""
        return sum(line.state == "same" for line in self.lines)


@dataclass(frozen=True)
class Comparison:
    """All that changed. parts: those that did, in reading order; unchanged: the names of the others ("nothing else changed")."""

    title: tuple[Span, ...] = ()
    parts: tuple[PartChange, ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether both versions say the same in the same order."""
        return not self.title and not self.parts

    @cached_property
    def places(self) -> Mapping[str, State]:
        """Anchor → state of every place that changed; a table changed when one of its rows did."""
        found: dict[str, State] = {}
        for part in self.parts:
            found[part.anchor] = part.state
            found.update((line.anchor, line.state if line.state != "same" else "changed") for line in part.lines)
        return found


def compare(before: Content, after: Content) -> Comparison:
    """What changed from one version to another. Comparing a version with itself gives an empty comparison."""
    old = {part.anchor: part for part in before.parts}
    new = {part.anchor: part for part in after.parts}
    elsewhere = _Elsewhere.of(before, after)
    changed: list[PartChange] = []
    unchanged: list[str] = []
    for part in _in_order(before.parts, after.parts):
        found = _part(old.get(part.anchor), new.get(part.anchor), elsewhere)
        if found is None:
            unchanged.append(part.title)
        else:
            changed.append(found)
    title = differences(before.title, after.title) if before.title != after.title else ()
    return Comparison(title, tuple(changed), tuple(unchanged))


def _in_order(before: Sequence[Part], after: Sequence[Part]) -> Iterator[Part]:
    """The parts of the later version; each that is gone stands where it stood, after the one before it."""
    kept = {part.anchor for part in after}
    gone: dict[str, list[Part]] = {}
    last = ""
    for part in before:
        if part.anchor in kept:
            last = part.anchor
        else:
            gone.setdefault(last, []).append(part)
    yield from gone.get("", ())
    for part in after:
        yield part
        yield from gone.get(part.anchor, ())


@dataclass(frozen=True)
class _Elsewhere:
    """Rows that stand in another table of the other version: moved, not removed and added."""

    before: Mapping[str, tuple[str, Line]] = field(default_factory=dict)
    after: Mapping[str, tuple[str, Line]] = field(default_factory=dict)

    @classmethod
    def of(cls, before: Content, after: Content) -> _Elsewhere:
        return cls(_by_anchor(before), _by_anchor(after))


def _by_anchor(content: Content) -> dict[str, tuple[str, Line]]:
    return {line.anchor: (part.anchor, line) for part in content.parts if isinstance(part, Rows) for line in part.lines}


def _part(old: Part | None, new: Part | None, elsewhere: _Elsewhere) -> PartChange | None:
    if old is not None and new is not None and type(old) is not type(new):
        return _part(None, new, elsewhere)  # a text that became a table is shown as it is now
    state: State = "added" if old is None else "removed" if new is None else "changed"
    shown = new or old
    if isinstance(shown, Text):
        said, says = (one.text if isinstance(one, Text) else "" for one in (old, new))
        spans = differences(said, says)
        if state == "changed" and said == says:
            return None
        return PartChange(shown.anchor, shown.title, shown.group, state, spans=spans)
    if not isinstance(shown, Rows):
        return None
    return _rows(shown, _as_rows(old, shown), _as_rows(new, shown), state, elsewhere)


def _as_rows(part: Part | None, like: Rows) -> Rows:
    return part if isinstance(part, Rows) else Rows(like.anchor, like.title, like.headings, ())


def _rows(shown: Rows, old: Rows, new: Rows, state: State, elsewhere: _Elsewhere) -> PartChange | None:
    headings = _headings(old, new)
    units = _other_units(old, new)
    was = {line.anchor: line for line in old.lines}
    now = {line.anchor: line for line in new.lines}
    moved = _moved([anchor for anchor in was if anchor in now], [anchor for anchor in now if anchor in was])
    lines: list[LineChange] = [_currency(shown.anchor, old, new, headings, units)] if units else []
    for anchor in _merged(list(was), list(now)):
        change = _line(
            shown.anchor, anchor, was.get(anchor), now.get(anchor), headings, anchor in moved, elsewhere, units
        )
        if change is not None:
            lines.append(change)
    sums = tuple(_sums(old, new, [one for one in headings if one.key not in units]))
    if state == "changed" and not lines and not sums:
        return None
    return PartChange(
        shown.anchor, shown.title, shown.group, state, lines=tuple(lines), sums=sums, headings=tuple(headings),
        before=tuple(old.headings),
    )  # fmt: skip


Units = Mapping[str, tuple[str, str]]  # column of money → its currency before and after, where that is another one


def _other_units(old: Rows, new: Rows) -> Units:
    now = {heading.key: heading.unit for heading in new.headings}
    return {
        one.key: (one.unit, now[one.key])
        for one in old.headings
        if one.kind == "money" and now.get(one.key, one.unit) != one.unit and old.lines and new.lines
    }


def _currency(table: str, old: Rows, new: Rows, headings: Sequence[Heading], units: Units) -> LineChange:
    """The row that says that money is counted in another currency, with the sum of the last column: unit costs stand before amounts."""
    changed = [one for one in headings if one.key in units]
    values = [ValueChange(replace(one, kind="text", unit=""), *units[one.key]) for one in changed[:-1]]
    last = changed[-1]
    values.append(_in_units(last, column_sum(old.lines, last.key), column_sum(new.lines, last.key), units))
    return LineChange(f"{table}:currency", _("Currency"), "changed", values=tuple(values))


def _in_units(heading: Heading, before: Value, after: Value, units: Units) -> ValueChange:
    was, now = units[heading.key]
    return ValueChange(replace(heading, kind="text", unit=""), _amount(before, was), _amount(after, now))


def _amount(value: Value, unit: str) -> str | None:
    if value is None:
        return None
    return f"{format_value(value, 'money', language=get_language() or 'en')}{NO_BREAK_SPACE}{unit}"


def _headings(old: Rows, new: Rows) -> list[Heading]:
    known = {heading.key: heading for heading in old.headings}
    known.update((heading.key, heading) for heading in new.headings)
    order = [*(heading.key for heading in new.headings), *(heading.key for heading in old.headings)]
    return [known[key] for key in dict.fromkeys(order)]


def _merged(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Anchors in the later order; each that is gone after the one that stood before it."""
    kept, gone, last = set(new), dict[str, list[str]](), ""
    for anchor in old:
        if anchor in kept:
            last = anchor
        else:
            gone.setdefault(last, []).append(anchor)
    yield from gone.get("", ())
    for anchor in new:
        yield anchor
        yield from gone.get(anchor, ())


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest rows that have to be taken out so that the others stand in the same order as before."""
    place = {anchor: n for n, anchor in enumerate(old)}
    ends: list[int] = []  # places at which the longest runs end; before[n]: the one that a row follows in its run
    holders: list[str] = []
    before: dict[str, str | None] = {}
    for anchor in new:
        n = bisect_left(ends, place[anchor])
        before[anchor] = holders[n - 1] if n else None
        ends[n : n + 1] = [place[anchor]]
        holders[n : n + 1] = [anchor]
    stay: set[str] = set()
    at = holders[-1] if holders else None
    while at is not None:
        stay.add(at)
        at = before[at]
    return set(new) - stay


def _line(
    table: str, anchor: str, old: Line | None, new: Line | None, headings: Sequence[Heading], moved: bool, elsewhere: _Elsewhere,
    units: Units,
) -> LineChange | None:  # fmt: skip
    if new is None and old is not None:
        if anchor in elsewhere.after:
            return None  # told where it stands now
        return LineChange(anchor, old.label, "removed", line=old)
    if old is None and new is not None:
        came_from = elsewhere.before.get(anchor)
        if came_from is None or came_from[0] == table:
            return LineChange(anchor, new.label, "added", line=new)
        old, moved = came_from[1], True
    if old is None or new is None:
        return None
    values = tuple(_values(old, new, headings, units))
    label = differences(old.label, new.label) if old.label != new.label else ()
    moved = moved or old.depth != new.depth
    if not values and not label and not moved:
        return None
    return LineChange(anchor, new.label, "changed" if values or label else "same", moved, values, label, new)


def _values(old: Line, new: Line, headings: Sequence[Heading], units: Units) -> Iterator[ValueChange]:
    for heading in headings:
        before, after = old.values.get(heading.key), new.values.get(heading.key)
        if before == after and type(before) is type(after):
            continue
        if isinstance(before, int | Decimal) and isinstance(after, int | Decimal) and before == after:
            continue  # 5 and 5.00 say the same
        if heading.key in units:
            yield _in_units(heading, before, after, units)
            continue
        texts = isinstance(before, str) and isinstance(after, str)
        yield ValueChange(heading, before, after, differences(str(before), str(after)) if texts else ())


def _sums(old: Rows, new: Rows, headings: Sequence[Heading]) -> Iterator[SumChange]:
    for heading in headings:
        if heading.kind == "money":
            before, after = column_sum(old.lines, heading.key), column_sum(new.lines, heading.key)
            if before != after:
                yield SumChange(heading, before, after)


def column_sum(lines: Sequence[Line], key: str) -> Decimal:
    """Sum of a column over the rows that stand for themselves: not those that have rows below them, nor sums ("sum:…")."""
    total = Decimal(0)
    for n, line in enumerate(lines):
        has_rows_below = n + 1 < len(lines) and lines[n + 1].depth > line.depth
        value = line.values.get(key)
        if not has_rows_below and not line.anchor.startswith("sum:") and isinstance(value, int | Decimal):
            total += value
    return total


@dataclass(frozen=True, slots=True)
class Met:
    """How an earlier remark was met: what became of its place, and whether somebody answered it.

    place: "changed", "removed", or "same". answered: it was answered, its wording taken, or it was settled. said: the answers.
    """

    comment: Comment
    place: State
    answered: bool
    said: tuple[Comment, ...] = ()

    @property
    def met(self) -> bool:
        """Whether something was done about it: an answer, or another text at its place."""
        return self.answered or self.place != "same"


def how_met(comparison: Comparison, comments: Iterable[Comment]) -> list[Met]:
    """How each of some remarks was met by what changed. Withdrawn ones are left out. One query for all answers."""
    answered = (CommentState.ANSWERED, CommentState.ACCEPTED, CommentState.SETTLED)
    return [
        Met(one, comparison.places.get(one.anchor, "same"), one.state in answered, tuple(one.answers.all()))
        for one in comments
        if one.state != CommentState.WITHDRAWN
    ]
