"""How the lines of a dossier read on a page."""

from __future__ import annotations

from django import template

from migov.insight.dossier.blocks import Block, Line
from migov.insight.dossier.printed import source_of

register = template.Library()
SOURCES = 3


@register.filter
def known(blocks: list[Block]) -> list[Block]:
    """The blocks that say something."""
    return [block for block in blocks if block.lines]


@register.filter
def unknown(blocks: list[Block]) -> list[Block]:
    """The blocks that say that nothing is known."""
    return [block for block in blocks if not block.lines]


@register.filter
def rest(line: Line) -> str:
    """What a line says beside its name, without empty cells."""
    return " · ".join(cell for cell in line.cells[1:] if cell and cell != "–")


@register.filter
def sources(block: Block) -> list[str]:
    """The sources of a block's lines with their days, each once; the first of them where there are many."""
    found = list(dict.fromkeys(source for line in block.lines if (source := source_of(line))))
    return [*found[:SOURCES], "…"] if len(found) > SOURCES else found
