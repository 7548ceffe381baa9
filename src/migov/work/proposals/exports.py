"""The proposal as a document, for those who read it on paper or send it to a donor: DOCX and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.clearance.content import Content, Rows, Text
from migov.services.documents import (
    Block,
    Bullets,
    Column,
    Emphasis,
    Fact,
    Facts,
    Note,
    Paragraph,
    Report,
    Section,
    Table,
)
from migov.services.writing import prose
from migov.work.proposals import budget_rules, gantt, papers
from migov.work.proposals.content import content
from migov.work.proposals.models import PlanLevel, Proposal
from migov.work.proposals.queries import costs, markers
from migov.work.proposals.queries.costs import Sums
from migov.work.proposals.queries.matrix import OBJECTIVE
from migov.work.proposals.queries.outline import outline

FORMATS = ("docx", "pdf")
KOSOVO = "Kosovo"
# Columns of a table in the document, where it does not print all that is compared in a review.
SHOWN = {
    "budget": ("category", "output", "title", "quantity", "unit_cost", "amount", "funded_by"),
    "risks": ("title", "score", "level", "treatment", "measures", "owner"),
}


def report(proposal: Proposal, *, base_url: str = "") -> Report:
    """The whole proposal as a report. The number of queries does not depend on its size. base_url: of this migov."""
    said = content(proposal)
    record = proposal.project.record
    parts = {part.anchor: part for part in said.parts}
    plan = outline(proposal)
    lines = costs.lines(proposal, plan)
    sums = costs.sums(proposal, lines)
    blocks: list[Block] = [_headline(proposal, sums), Section(_("The project"), [_facts(parts["header"])])]
    blocks += [Section(part.title, _running(part)) for part in said.parts if isinstance(part, Text)]
    blocks.append(Section(_("Results matrix"), _matrix(parts["matrix"])))
    broken = [one for one in budget_rules.findings(proposal, rows=plan, lines=lines) if one.code == "budget-ceiling"]
    blocks.append(
        Section(
            _("Budget"), [*_budget(proposal, parts["budget"], sums), *(Note(one.text, "warning") for one in broken)]
        )
    )
    chart = gantt.chart(proposal, rows=plan)
    blocks.append(Section(_("Work plan"), [chart or Paragraph((Emphasis(_("No activity has months yet.")),))]))
    blocks.append(Section(_("Risks"), [_table(parts["risks"], _("No risks are described yet."))]))
    blocks.append(Section(_("Cross-cutting markers"), [_markers(proposal)]))
    blocks.append(Section(_("What it contributes to"), [_table(parts["alignments"], _("Nothing is declared yet."))]))
    return Report(
        title=record.title,
        subtitle=" · ".join(filter(None, [papers.paper_of(proposal).title, record.reference, str(record.get_stage_display())])),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=base_url,
        name=" ".join(filter(None, [record.reference, record.title])),
        notices=[_("Written for the demonstration; nothing in it is real.")] if record.illustrative else [],
        footnotes=[notes()["kosovo_footnote"]] if names_kosovo(said) else [],
        blocks=blocks,
    )  # fmt: skip


def names_kosovo(said: Content) -> bool:
    """Whether Kosovo is named anywhere, so that its footnote has to be printed."""
    for part in said.parts:
        texts = (
            [part.text]
            if isinstance(part, Text)
            else [str(value) for line in part.lines for value in line.values.values()]
        )
        if any(KOSOVO in text for text in texts):
            return True
    return KOSOVO in said.title


def _headline(proposal: Proposal, sums: Sums) -> Facts:
    record = proposal.project.record
    items = [
        Fact(_("Asked of the donor"), sums.donor, kind="money", unit=proposal.currency),
        Fact(_("Whole budget"), sums.total, kind="money", unit=proposal.currency),
        Fact(_("Staff and office"), sums.own_share, note=_("of what is asked of the donor"), kind="percent"),
        Fact(_("Months"), proposal.months, note=formats.period(record.starts, record.ends), kind="integer"),
    ]
    return Facts(items)


def _facts(part: Text | Rows) -> Table:
    """The first page: what, where, for whom, when."""
    assert isinstance(part, Rows)  # noqa: S101  (for the type checker: content.py makes it)
    columns = [Column("what", _("Item"), width=1), Column("value", _("Entry"), width=3)]
    rows = []
    for line in part.lines:
        value = line.values.get("value")
        rows.append(
            {"what": line.values.get("what"), "value": formats.day(value) if isinstance(value, date) else value}
        )
    return Table(_("The project at a glance"), columns, rows)


def _running(part: Text) -> list[Block]:
    """Running text as paragraphs and lists."""
    if not part.text.strip():
        return [Paragraph((Emphasis(_("Not written yet.")),))]
    return [
        Paragraph(block.items[0]) if block.kind == "paragraph" else Bullets(list(block.items))
        for block in prose.blocks(part.text)
    ]


def _matrix(part: Text | Rows) -> list[Block]:
    """The matrix sideways: results stand out, indicators below them."""
    assert isinstance(part, Rows)  # noqa: S101
    is_result = {str(PlanLevel(level).label) for level in PlanLevel.values}
    columns = [
        Column("title", _("Result or indicator"), width=6), Column("unit", _("Unit"), width=1),
        Column("baseline", _("Baseline"), width=1.4), Column("targets", _("Targets"), width=1.8),
        Column("disaggregation", _("Disaggregation"), width=1.4),
        Column("source", _("Data source and collection method"), width=2.4),
        Column("verification", _("Means of verification"), width=2), Column("assumptions", _("Assumptions"), width=2.4),
    ]  # fmt: skip
    rows = []
    for line in part.lines:
        said = line.values
        number = "" if said.get("number") == OBJECTIVE else said.get("number")
        name = " ".join(filter(None, [str(said.get("level") or ""), str(number or "")]))
        name = name[:1].upper() + name[1:]
        rows.append(
            {column.key: said.get(column.key) for column in columns}
            | {"title": f"{name}: {said.get('title') or '–'}", "band": said.get("level") in is_result}
        )
    return [
        Table(
            _("Results matrix"), columns, rows, empty_text=_("The matrix is empty."), sheet_name=_("Matrix"), band="band", missing="",
        )
    ]  # fmt: skip


def _budget(proposal: Proposal, part: Text | Rows, sums: Sums) -> list[Block]:
    unit = proposal.currency
    by_category = Table(
        _("Budget by category"),
        [Column("label", _("Category"), width=3), Column("amount", _("Amount"), "money", unit), Column("share", _("Share"), "percent")],
        [{"label": one.label, "amount": one.amount, "share": one.share} for one in sums.by_category],
        total={"label": _("Total"), "amount": sums.total, "share": Decimal(1) if sums.total else None},
        empty_text=_("The budget has no lines."),
    )  # fmt: skip
    lines = _table(part, _("The budget has no lines."), total={"amount": sums.total})
    funders: list[Block] = []
    if sums.co_funding:
        funders = [
            Table(
                _("Who pays"), [Column("label", _("Paid by"), width=3), Column("amount", _("Amount"), "money", unit)],
                [{"label": one.label, "amount": one.amount} for one in sums.by_funder],
            )
        ]  # fmt: skip
    return [by_category, lines, *funders]


def _table(part: Text | Rows, empty: str, total: dict[str, object] | None = None) -> Table:
    """A part of the content as a table."""
    assert isinstance(part, Rows)  # noqa: S101
    wanted: Sequence[str] = SHOWN.get(part.anchor, [heading.key for heading in part.headings])
    headings = {heading.key: heading for heading in part.headings}
    columns = [
        Column(key, headings[key].label, headings[key].kind, headings[key].unit)
        for key in wanted
        if key != "funded_by" or any(line.values.get(key) for line in part.lines)
    ]
    return Table(
        part.title,
        columns,
        [dict(line.values) for line in part.lines],
        total=total if part.lines else None,
        empty_text=empty,
    )


def _markers(proposal: Proposal) -> Table:
    """The markers with their levels and what was said for them. One query."""
    rows = []
    for one in markers.lines(proposal):
        why = [answer.justification for answer in one.answers if answer.justification]
        rows.append({"title": one.title, "level": one.level_label, "why": "\n".join(dict.fromkeys(why))})
    columns = [
        Column("title", _("Marker"), width=2),
        Column("level", _("Level"), width=1.4),
        Column("why", _("Justification"), width=5),
    ]
    return Table(_("Self-assessment"), columns, rows)
