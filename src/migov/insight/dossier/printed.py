"""A dossier as parts of a report: each block a table; sources are numbered through the document and listed at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.places.actions import notes
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Block, Line
from migov.services.documents import Block as Printed
from migov.services.documents import Column, Link, Paragraph, Section, Table

FIRST, OTHER, DAY, NUMBER = 5, 2, 2, 1  # weights of columns
NOTHING = ("", "–")


def source_of(line: Line) -> str:
    """Where a line comes from, and from which day; a day that the source names itself is not said twice."""
    if not line.known or _plain(line.known) in _plain(line.source):
        return line.source
    return f"{line.source}, {line.known}" if line.source else line.known


def _plain(words: str) -> str:
    return words.replace("\u00a0", " ")


@dataclass(slots=True)
class Sources:
    """The sources of a document, each with its number in the order in which they are named first."""

    numbers: dict[str, int] = field(default_factory=dict)

    def mark(self, line: Line) -> str:
        """The number of a line's source as it stands in a table: "[3]"; empty for a line without one."""
        words = source_of(line)
        return f"[{self.numbers.setdefault(words, len(self.numbers) + 1)}]" if words else ""

    @property
    def listed(self) -> list[str]:
        """All of them, as they stand at the end."""
        return [f"[{number}] {words}" for words, number in self.numbers.items()]


def table(block: Block, sources: Sources) -> Table:
    """The table of a block. One source for all lines stands under it, with a column for days that differ; of several each line has the
    number. Columns that say nothing are left out, and an address that all lines share."""
    shown = [
        at for at in range(len(block.columns)) if not at or any(line.cells[at] not in NOTHING for line in block.lines)
    ]
    widths = block.widths or (FIRST, *(OTHER for _column in block.columns[1:]))
    columns = [Column(f"c{at}", block.columns[at], "text" if at else "link", width=widths[at]) for at in shown]
    named, days = {line.source for line in block.lines}, {line.known for line in block.lines}
    known = {source_of(line) for line in block.lines}
    below = known.pop() if len(known) == 1 else named.pop() if len(named) == 1 else ""
    if not below and any(map(source_of, block.lines)):
        columns.append(Column("source", _("Source"), width=NUMBER))
    elif below and len(days) > 1:
        columns.append(Column("day", _("As of"), width=DAY))
    shared = len(block.lines) > 1 and len({line.url for line in block.lines}) == 1
    rows = [
        {
            **{f"c{at}": line.cells[at] for at in shown},
            "c0": line.cells[0] if shared or not line.url else Link(line.cells[0], line.url),
            "source": "" if below else sources.mark(line),
            "day": line.known,
        }
        for line in block.lines
    ]
    return Table(block.title, columns, rows, note=_note(block), source=below, empty_text=block.empty, wrap=True)


def _note(block: Block) -> str:
    parts = [block.note] if block.note else []
    if block.left_out:
        parts.append(
            ngettext("%s further line is not shown.", "%s further lines are not shown.", block.left_out)
            % block.left_out
        )
    return " ".join(parts)


def grouped(found: Sequence[Block], sources: Sources) -> list[Printed]:
    """The blocks of a country that say something, each group of parts under its heading; and what nothing is known on."""
    groups: dict[str, list[Printed]] = {}
    of = {part.code: str(part.group) for part in blocks.country_parts()}
    for block in found:
        if block.lines:
            groups.setdefault(of.get(block.code, ""), []).append(table(block, sources))
    printed: list[Printed] = list(groups.pop("", []))
    printed += [Section(title, held) for title, held in groups.items()]
    return [*printed, *silent(found)]


def plain(found: Sequence[Block], sources: Sources) -> list[Printed]:
    """The blocks that say something one after the other; and what nothing is known on."""
    return [*(table(block, sources) for block in found if block.lines), *silent(found)]


def silent(found: Iterable[Block]) -> list[Printed]:
    """A sentence that names what nothing is known on; nothing where there is none."""
    titles = {part.code: str(part.title) for part in [*blocks.meeting_parts(), *blocks.country_parts()]}
    names = [titles.get(block.code, block.title) for block in found if not block.lines]
    return [Paragraph(_("Nothing is known here on: %s.") % "; ".join(names))] if names else []


def footnotes(texts: Iterable[str]) -> list[str]:
    """The note on Kosovo where it is named."""
    return [notes()["kosovo_footnote"]] if any("Kosovo" in text for text in texts) else []


def words_of(found: Sequence[Block]) -> list[str]:
    """All words of some blocks, their sources included."""
    return [text for block in found for line in block.lines for text in (*line.cells, line.text, line.source)]
