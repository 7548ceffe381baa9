"""The pieces of a dossier as data: kept, read back, compared."""

from __future__ import annotations

from datetime import date

import pytest

from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Block, Line


def line(key: str, *cells: str, **more: object) -> Line:
    return Line(key, cells or ("Name", "open"), f"{cells[0] if cells else 'Name'}.", **more)  # type: ignore[arg-type]


def block(*lines: Line, **more: object) -> Block:
    return Block("test", "Things", ("What", "State"), lines, **more)  # type: ignore[arg-type]


def test_a_block_that_was_kept_reads_as_it_was() -> None:
    made = block(
        line("a", "Law", "open", url="/a/", source="Registry", as_of=date(2026, 3, 1)), note="As known.", total=9
    )
    assert blocks.from_json(blocks.as_json(made)) == made
    assert made.left_out == 8


def test_a_line_fits_the_columns_of_its_block() -> None:
    with pytest.raises(ValueError, match="a has 1 cells for 2 columns"):
        block(line("a", "Law"))
    with pytest.raises(ValueError, match="needs a key"):
        Line("", ("x",), "x")


def test_what_came_went_and_reads_otherwise_is_told_and_nothing_else() -> None:
    before = block(line("a", "Law", "open"), line("b", "Plan", "open"), line("c", "Same", "open", source="One"))
    now = block(line("a", "Law", "closed"), line("d", "New", "open"), line("c", "Same", "open", source="Two"))
    found = blocks.compare(before, now)
    assert [one.key for one in found.came] == ["d"]
    assert [one.key for one in found.went] == ["b"]
    assert [(old.cells[1], new.cells[1]) for old, new in found.other] == [("open", "closed")]
    assert not blocks.compare(now, now)
    assert [one.key for one in blocks.compare(None, before).came] == ["a", "b", "c"]
