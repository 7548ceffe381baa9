"""A dossier as parts of a report: each block a section with its table, sources and days; and the two-page brief of a country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypdf import PdfReader

from migov.foundation.people.access import Viewer
from migov.foundation.places.actions import notes
from migov.foundation.places.models import Place
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.services.documents import Block as Printed
from migov.services.documents import Column, Link, Paragraph, Report, Table, render

FIRST, OTHER, SOURCE = 5, 2, 4  # weights of columns
BRIEF_PAGES = 2
SHRINK = (1.0, 0.7, 0.5, 0.3)  # of the lines of each block, until the brief fits


def source_of(line: Line) -> str:
    """Where a line comes from, and from which day."""
    return f"{line.source}, {line.known}" if line.known else line.source


def table(block: Block) -> Table:
    """The table of a block. One source for all lines stands under it once, else each line names its own."""
    columns = [
        Column(f"c{at}", label, "link" if at == 0 else "text", width=width)
        for at, (label, width) in enumerate(zip(block.columns, _widths(block), strict=True))
    ]
    sources = {source_of(line) for line in block.lines}
    one = sources.pop() if len(sources) == 1 else ""
    if not one and block.lines:
        columns.append(Column("source", _("Source, as of"), width=SOURCE))
    rows = [
        {
            **{f"c{at}": cell for at, cell in enumerate(line.cells)},
            "c0": Link(line.cells[0], line.url) if line.url else line.cells[0],
            "source": source_of(line),
        }
        for line in block.lines
    ]
    return Table(block.title, columns, rows, note=_note(block), source=one, empty_text=block.empty, wrap=True)


def _widths(block: Block) -> tuple[int, ...]:
    return block.widths or (FIRST, *(OTHER for _column in block.columns[1:]))


def _note(block: Block) -> str:
    parts = [block.note] if block.note else []
    if block.left_out:
        parts.append(
            ngettext("%s further line is not shown.", "%s further lines are not shown.", block.left_out)
            % block.left_out
        )
    return " ".join(parts)


def footnotes(texts: Iterable[str]) -> list[str]:
    """The note on Kosovo where it is named."""
    return [notes()["kosovo_footnote"]] if any("Kosovo" in text for text in texts) else []


def words_of(found: Sequence[Block]) -> list[str]:
    """All words of some blocks."""
    return [cell for block in found for line in block.lines for cell in (*line.cells, line.text)]


def brief(place: Place, viewer: Viewer, *, base_url: str, day: date | None = None) -> Report:
    """The brief of a country: what is known and done, on two pages. Lines are left out, and that is said, until it fits."""
    today = day or timezone.localdate()
    report = _brief(place, viewer, base_url, today, SHRINK[0])
    for shrink in SHRINK[1:]:
        if len(PdfReader(BytesIO(render(report, "pdf").content)).pages) <= BRIEF_PAGES:
            break
        report = _brief(place, viewer, base_url, today, shrink)
    return report


def _brief(place: Place, viewer: Viewer, base_url: str, today: date, shrink: float) -> Report:
    found = blocks.brief_of(place, Ask(viewer), shrink)
    known = [block for block in found if block.lines]
    silent = [block.title for block in found if not block.lines]
    parts: list[Printed] = [table(block) for block in known]
    if silent:
        parts.append(Paragraph(_("Nothing is known here on: %s.") % "; ".join(silent)))
    parts.append(
        Paragraph(
            [
                Link(
                    _("Everything known, with the rows behind each figure"),
                    reverse("countries:country", args=[place.code]),
                )
            ]
        )
    )
    return Report(
        title=place.name, subtitle=_("Country brief"), organisation=settings.MIGOV_ORGANISATION, date=today, blocks=parts, cover=False,
        base_url=base_url, footnotes=footnotes([place.name, *words_of(found)]), name=f"{place.code} {_('country brief')}",
    )  # fmt: skip
