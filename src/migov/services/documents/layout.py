"""How wide a table's columns are and which way its page lies: shared by the formats that have pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .tree import Column, Report, Table
from .values import Cell

WIDE_FROM_COLUMNS = 8
PORTRAIT_CHARACTERS = 92
LANDSCAPE_CHARACTERS = 140
_SAMPLED_ROWS = 200
_LONGEST_WORD_KEPT = 16
_TEXT_WANTS_AT_MOST = 44
_CELL_PADDING = 2
_LINES_KEPT_WHOLE = 18
_WRAPPED_WORD_KEPT = 26  # long enough for most addresses
_BOLD = 1.2  # headings are bold, and wider where another font stands in


def is_wide(table: Table) -> bool:
    """Whether the table is printed on a landscape page."""
    return len(table.columns) >= WIDE_FROM_COLUMNS


def lies_sideways(report: Report) -> bool:
    """Whether all of a report is printed on landscape pages: it asks for it, or has no cover and begins with a wide table."""
    if report.landscape:
        return True
    first = report.blocks[0] if report.blocks else None
    return not report.cover and isinstance(first, Table) and is_wide(first)


def shares_of(table: Table, rows: Sequence[Sequence[Cell]], characters: int) -> list[float]:
    """The share of the line each column of a table gets, together 1. Where its words wrap: by weight, but never too narrow for its
    longest word while others have room to spare; else as `column_shares` finds."""
    if not table.wrap:
        return column_shares(table.columns, rows, characters)
    weights = [column.width or 1 for column in table.columns]
    shares = [weight / sum(weights) for weight in weights]
    floors = []
    for index, column in enumerate(table.columns):
        words = [_longest_word(row[index].text) for row in rows[:_SAMPLED_ROWS] if row[index].span == 1]
        longest = min(max(words, default=0), _WRAPPED_WORD_KEPT)
        floors.append((max(longest, _longest_word(column.heading) * _BOLD) + _CELL_PADDING) / characters)
    return _raised(shares, floors)


def _raised(shares: Sequence[float], floors: Sequence[float]) -> list[float]:
    """The shares with each raised to its floor, paid for by those above theirs; unchanged where there is not enough to pay with."""
    wanting = sum(max(0.0, floor - share) for share, floor in zip(shares, floors, strict=True))
    spare = sum(max(0.0, share - floor) for share, floor in zip(shares, floors, strict=True))
    if not wanting or wanting >= spare:
        return list(shares)
    kept = 1 - wanting / spare
    return [
        floor if share <= floor else floor + (share - floor) * kept for share, floor in zip(shares, floors, strict=True)
    ]


def stays_whole(cells: Sequence[Cell], rooms: Sequence[float]) -> bool:
    """Whether a row is short enough never to be divided between two pages. rooms: about how many characters fit a line of each column.

    A long row kept whole would leave half a page empty, or lose its end.
    """
    for at, cell in enumerate(cells):
        if len(cell.text) <= _LINES_KEPT_WHOLE:  # the common case, in tables of ten thousand rows
            continue
        room = max(1, int(sum(rooms[at : at + cell.span])))
        if sum(1 + len(line) // room for line in cell.text.split("\n")) > _LINES_KEPT_WHOLE:
            return False
    return True


def column_shares(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], characters: int) -> list[float]:
    """The share of the line each column gets; the shares add up to 1.

    Every column first gets what its longest word or number needs, the rest goes where the text is longest (or by
    the columns' own weights). Where there is too little room, words of the body are broken before those of a heading. Judged by the
    heading and the first 200 rows. characters: about how many fit a line.
    """
    needs: list[float] = []
    wants: list[float] = []
    headings: list[float] = []
    for index, column in enumerate(columns):
        texts = [row[index].text for row in rows[:_SAMPLED_ROWS] if row[index].span == 1]
        longest_heading_word = _longest_word(column.heading) * _BOLD
        headings.append(longest_heading_word + _CELL_PADDING)
        if column.numeric or column.kind == "date":
            need = max([longest_heading_word, *(len(text) for text in texts)])
            needs.append(max(min(need, 24), longest_heading_word) + _CELL_PADDING)
            wants.append(0.5)
        else:
            need = max([longest_heading_word, *(_longest_word(text) for text in texts)])
            needs.append(max(min(need, _LONGEST_WORD_KEPT), longest_heading_word) + _CELL_PADDING)
            longest = max([len(column.heading), *(len(text) for text in texts)])
            wants.append(max(min(longest, _TEXT_WANTS_AT_MOST) + _CELL_PADDING - needs[-1], 0.5))
    weights = [want if column.width is None else column.width * 12 for column, want in zip(columns, wants, strict=True)]
    over, beyond = sum(needs) - characters * 0.95, sum(needs) - sum(headings)
    if over > 0 and beyond > 0:
        kept = max(0.0, 1 - over / beyond)
        needs = [least + (need - least) * kept for need, least in zip(needs, headings, strict=True)]
    spare = max(characters - sum(needs), characters * 0.05)
    widths = [need + spare * weight / sum(weights) for need, weight in zip(needs, weights, strict=True)]
    return [width / sum(widths) for width in widths]


def _longest_word(text: str) -> int:
    # A no-break space holds a number together, so only breaking white space divides words.
    return max((len(word) for word in re.split(r"[ \n\t]+", text)), default=0)


def has_longer_word(text: str, room: float) -> bool:
    """Whether a word of the text is longer than so many characters, padding of its cell included."""
    return len(text) + _CELL_PADDING > room and _longest_word(text) + _CELL_PADDING > room


def break_long_words(text: str, every: int = 22) -> str:
    """The text with invisible break opportunities inside each very long word, so that it never leaves its cell: in addresses after
    their slashes, else after so many letters."""
    text = re.sub(rf"\S{{{every + 4},}}", lambda match: re.sub(r"(?<=\w)/(?=\w)", "/\u200b", match.group(0)), text)
    return re.sub(rf"[^\s\u200b]{{{every}}}(?=[^\s\u200b]{{4}})", lambda match: match.group(0) + "\u200b", text)
