"""Coverage: which elements of the frameworks a text treats, fully, partly or not, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from migov.services.documents import Block, Column, Fact, Facts, Note, Report, Section, Table, Toned
from migov.work.policy.models import Judgement
from migov.work.policy.products import edition as common
from migov.work.policy.products.edition import Edition
from migov.work.policy.review.table import Source, tally

MARK = "●"
COLUMN_OF = {Judgement.FULL: "fully", Judgement.PARTIAL: "partly", Judgement.NONE: "not", Judgement.CONTRARY: "not"}


def coverage(edition: Edition) -> Report:
    """A heat map of elements for each framework, on landscape pages, with what is missing."""
    blocks: list[Block] = [
        Section(source.title or source.short_title, [_figures(edition, source), _heat_map(edition, source)])
        for source in edition.table.sources
        if source.kind == "framework"
    ]
    if blocks and not edition.table.judged:
        blocks.insert(0, Note(_("No row is judged yet.")))
    if not blocks:
        blocks = [Note(_("The text was not compared with a framework."))]
    return common.report(edition, _("Coverage of frameworks"), blocks, cover=False, landscape=True)


def _figures(edition: Edition, source: Source) -> Facts:
    lines = edition.table.of(source.code)
    counts = tally(lines).counts
    missing = counts.get(Judgement.NONE, 0) + counts.get(Judgement.CONTRARY, 0)
    note = _("of %(rows)s elements") % {"rows": len(lines)}
    named = (
        (_("Treated fully"), counts.get(Judgement.FULL, 0), Judgement.FULL),
        (_("Treated partly"), counts.get(Judgement.PARTIAL, 0), Judgement.PARTIAL),
        (_("Not treated, or contrary"), missing, ""),
        (_("Not judged"), counts.get("", 0), "left"),
    )
    return Facts(
        [
            Fact(label, count, note, kind="integer", url=edition.rows(judgement=code, source=source.code))
            for label, count, code in named
        ]
    )


def _heat_map(edition: Edition, source: Source) -> Table:
    columns = [
        Column("code", _("Code"), width=1.6),
        Column("element", _("Element"), width=7),
        Column("fully", _("Fully"), width=1.4),
        Column("partly", _("Partly"), width=1.4),
        Column("not", _("Not"), width=1.8),
        Column("where", _("Where"), width=4.6),
        Column("missing", _("What is missing, what is proposed"), width=7.5),
    ]
    note = _(
        "“n/a” – not applicable or left to discretion; “?” – not judged yet; “contrary” – the text says the opposite."
    )
    return Table(
        source.short_title or source.title, columns, list(_rows(edition, source)), note=note, sheet_name=source.short_title,
        missing="", wrap=True,
    )  # fmt: skip


def _rows(edition: Edition, source: Source) -> Iterator[dict[str, Any]]:
    for line in edition.table.of(source.code):
        row: dict[str, Any] = {
            "code": line.place,
            "element": line.obligation or line.heading,
            "where": common.cited(line),
            "missing": "\n".join(filter(None, [common.advice(line), common.answer(line)])),
        }
        column = COLUMN_OF.get(Judgement(line.judgement)) if line.judgement else None
        if column:
            word = common.word(line.judgement) if line.judgement == Judgement.CONTRARY else MARK
            row[column] = Toned(word, common.TONES[line.judgement])
        else:
            row |= dict.fromkeys(("fully", "partly", "not"), Toned("n/a" if line.judgement else "?", "quiet"))
        yield row
