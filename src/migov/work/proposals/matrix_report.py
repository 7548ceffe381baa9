"""The results matrix as blocks of a document, and a matrix read back from a table of a Word document."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import docx
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError

from migov.foundation.places.actions import notes
from migov.services.documents import Block, Column, Paragraph, Report, Table
from migov.services.files.workbooks import check
from migov.work.proposals import matrix_cells
from migov.work.proposals.matrix_periods import Span
from migov.work.proposals.matrix_tables import (
    CAN_BE_READ,
    MOST_COLUMNS,
    MOST_ROWS,
    Found,
    Unreadable,
    columns_of,
    duty_words,
    is_matrix,
    nest,
    read_table,
    used,
)
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries.matrix import (
    IndicatorNode,
    Matrix,
    ResultNode,
    baseline_words,
    matrix_of,
    targets_words,
)

KOSOVO = "Kosovo"


def blocks(proposal: Proposal, matrix: Matrix | None = None) -> list[Block]:
    """The matrix as a table for a landscape page: a row for each result, then one for each of its indicators. Three queries."""
    tree = matrix or matrix_of(proposal)
    rows = list(_lines(tree))
    if not rows:
        return [Paragraph(_("The results matrix is not written yet."))]
    columns = [
        Column("result", _("Objective / outcome / output / activity"), width=3),
        Column("indicator", _("Indicators"), width=3),
        Column("unit", _("Unit"), width=0.8),
        Column("source", _("Data source and collection method"), width=2),
        Column("verification", _("Means of verification"), width=1.6),
        Column("baseline", _("Baseline"), width=1.2),
        Column("target", _("Target"), width=1.4),
        Column("assumptions", _("Assumptions"), width=2),
    ]
    return [Table(_("Results matrix"), columns, rows, band="band", missing="")]


def report(proposal: Proposal, base_url: str = "") -> Report:
    """The matrix alone as a document: on landscape pages, its title on top of the first."""
    record = proposal.project.record
    said = blocks(proposal)
    return Report(
        title=_("Results matrix"),
        name=f"results matrix {record.reference or record.title}",
        subtitle=" · ".join(filter(None, [record.reference, record.title])),
        cover=False,
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=base_url,
        notices=[_("Illustrative project: no figure is real.")] if record.illustrative else [],
        footnotes=[notes()["kosovo_footnote"]] if _names_kosovo(record.title, said) else [],
        blocks=said,
    )


def _names_kosovo(title: str, said: Sequence[Block]) -> bool:
    rows = [row for block in said if isinstance(block, Table) for row in block.rows]
    return any(KOSOVO in str(value) for value in [title, *(value for row in rows for value in row.values())])


def _lines(matrix: Matrix) -> Iterator[dict[str, Any]]:
    for node in matrix.results():
        yield {"result": result_words(node), "assumptions": node.row.assumptions, "band": True}
        for one in node.indicators:
            yield _indicator(one)


def result_words(node: ResultNode) -> str:
    """ "Output 1.2: Officers apply …"; the party and the months of an activity in a line of their own."""
    row = node.row
    return "\n".join(
        filter(None, [f"{node.name}: {row.title}", duty_words(row.responsible, row.first_month, row.last_month)])
    )


def _indicator(node: IndicatorNode) -> dict[str, Any]:
    row = node.row
    return {
        "indicator": row.title, "unit": row.unit, "source": row.data_source, "verification": row.verification,
        "baseline": baseline_words(row), "target": targets_words(node), "assumptions": row.assumptions,
    }  # fmt: skip


def read(file: BinaryIO, name: str, size: int, spans: Sequence[Span]) -> Found:
    """Read the tables of a Word document that hold a results matrix, by their headings.

    spans: the periods that targets may be for. Raises Unreadable for what is no Word document or holds no such table.
    """
    check(file, name, size, "docx", can=str(CAN_BE_READ))
    try:
        document = docx.Document(file)
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Unreadable(_("“%(name)s” is damaged: Word's format cannot be read.") % {"name": name}) from error
    found = Found()
    seen = False
    headings: list[str] = []
    for number, table in enumerate(document.tables, start=1):
        rows = used(_rows(table))
        start = next((at for at, row in enumerate(rows[:4]) if is_matrix(row)), None)
        if start is not None:
            seen, headings = True, list(rows[start])
            read_table(rows[start:], _place(number, start), found, spans)
        elif seen and rows and len(rows[0]) == len(headings) and not columns_of(rows[0]):
            # Word splits a long table where a page was turned; the rest has no headings of its own.
            read_table([headings, *rows], _place(number, -1), found, spans)
    if not seen:
        raise Unreadable(
            _("No table of “%(name)s” has the headings of a results matrix, such as “Result” and “Indicators”.")
            % {"name": name}
        )
    nest(found)
    return found


def _rows(table: Any) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    above: dict[int, Any] = {}
    for row in table.rows:
        if len(rows) > MOST_ROWS:
            raise Unreadable(_("A table has more than %(most)d rows.") % {"most": MOST_ROWS})
        texts: list[str] = []
        held: dict[int, Any] = {}
        for place, cell in enumerate(row.cells[:MOST_COLUMNS]):
            held[place] = cell._tc
            # Cells joined over several rows or columns are handed out again and again: their text counts once.
            joined = cell._tc is above.get(place) or (place > 0 and cell._tc is held[place - 1])
            texts.append("" if joined else matrix_cells.tidy(cell.text, 100_000))
        above = held
        rows.append(texts)
    return rows


def _place(table: int, start: int) -> Any:
    def place(row: int, column: int | None) -> str:
        words = {"table": table, "row": row + start + 1, "column": (column or 0) + 1}
        if column is None:
            return _("table %(table)d, row %(row)d") % words
        return _("table %(table)d, row %(row)d, column %(column)d") % words

    return place
