"""Marginal notes: the headings that common-law bills print beside their clauses, and that a file tells as narrow blocks of lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from migov.work.policy.texts.lines import MARKER_ONLY, Line

NARROW = 22
CLAUSE = re.compile(r"^(\d{1,3}[A-Z]?)\.\s*(?=\(|[A-Z\"“])")
BOX = re.compile(r"^(?:PART|CHAPTER|SCHEDULE|Part|Chapter)\b")
SKIPPED = 60.0  # what it costs to leave a clause without a note, in lines
TOO_FAR = 55


def take_notes(lines: Sequence[Line]) -> list[Line]:
    """Lines with the notes of the margin taken out of the text and put to the clause they stand beside.

    Where the file has no margin the lines are as they were.
    """
    if sum(1 for line in lines if line.note) >= 5:
        return list(lines)
    blocks = _blocks(lines)
    clauses = [start for start, _end in blocks if CLAUSE.match(lines[start].text)]
    headed = {end for start, end in blocks if end - start == 1 and BOX.match(lines[start].text)}
    notes = [(start, end) for start, end in blocks if start not in headed and _is_note(lines[start:end])]
    wide = sum(1 for line in lines if len(line.text) > 2 * NARROW)
    if len(clauses) < 5 or len(notes) < 0.6 * len(clauses) or wide < len(clauses):
        return list(lines)
    kept = list(lines)
    away: set[int] = set()
    for clause, (start, end) in _paired(clauses, notes, lines):
        words = " ".join(line.text for line in lines[start:end])
        words = re.sub(r"(?<=\w)- (?=[a-z])", "", words)
        words = re.sub(r"(?<=\w)- (?=[A-Z])", "-", words)
        words = (
            re.sub(r"\b(\w) (\w)\b(?! \w\b)(?=$| [a-z]{3})", r"\1\2", words)
            if re.search(r"(?:^| )[b-hj-z] \w(?: |$)", words)
            else words
        )
        kept[clause] = replace(kept[clause], note=re.sub(r"(?<=[a-z])[^\w\s.)’'”\"]+$|(?<=[a-z])ä$", "", words))
        away.update(range(start, end))
    return [line for place, line in enumerate(kept) if place not in away]


def _blocks(lines: Sequence[Line]) -> list[tuple[int, int]]:
    starts = [place for place, line in enumerate(lines) if line.gap or not place]
    return list(zip(starts, [*starts[1:], len(lines)], strict=True))


def _is_note(block: Sequence[Line]) -> bool:
    first, last = block[0].text, block[-1].text
    return (
        max(len(line.text) for line in block) <= NARROW
        and len(block) <= 16
        and first[:1].isupper()
        and not re.search(r"[.;:,–-]$|[“\"]", last)
        and not first.isupper()
        and not re.match(r"(?:PART|CHAPTER|SCHEDULE|Part|Chapter|Price|Postage)\b", first)
        and not (len(block) > 1 and MARKER_ONLY.match(first))
    )


def _paired(
    clauses: Sequence[int], notes: Sequence[tuple[int, int]], lines: Sequence[Line]
) -> list[tuple[int, tuple[int, int]]]:
    """Clauses and notes in the same order, each beside the nearest; a note far from any clause stays text."""
    rows, columns = len(clauses), len(notes)
    cost = [[0.0] * (columns + 1) for _row in range(rows + 1)]
    step = [[0] * (columns + 1) for _row in range(rows + 1)]
    for row in range(1, rows + 1):
        cost[row][0], step[row][0] = row * SKIPPED, 1
    for column in range(1, columns + 1):
        cost[0][column], step[0][column] = column * 12.0, 2
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            far = abs(lines[clauses[row - 1]].number - lines[notes[column - 1][0]].number)
            options = (
                (cost[row - 1][column - 1] + (far if far <= TOO_FAR else 1e9), 0),
                (cost[row - 1][column] + SKIPPED, 1),
                (cost[row][column - 1] + 12.0, 2),
            )
            cost[row][column], step[row][column] = min(options)
    found = []
    row, column = rows, columns
    while row and column:
        if step[row][column] == 0:
            found.append((clauses[row - 1], notes[column - 1]))
            row, column = row - 1, column - 1
        elif step[row][column] == 1:
            row -= 1
        else:
            column -= 1
    return found[::-1]
