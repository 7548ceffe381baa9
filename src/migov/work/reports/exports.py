"""A report as a document, from what it says now or from what was endorsed: DOCX, PDF, and a preview on a page. And the list as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.records.kinds import url_of
from migov.foundation.shell import formats
from migov.services.clearance.content import Content, Rows, Text, Value
from migov.services.documents import (
    Block,
    Bullets,
    Column,
    Emphasis,
    LazyRows,
    Link,
    Paragraph,
    Section,
    Table,
)
from migov.services.documents import Report as Document
from migov.services.writing import prose
from migov.work.proposals.exports import names_kosovo
from migov.work.reports import content, outlines, subject
from migov.work.reports.models import Report, ReportState

FORMATS = ("docx", "pdf")
PROGRESS, RESULTS = "section:progress", f"section:{outlines.PREFIX}"
# Columns as they are printed, with their widths; the first leads to the rows behind it. Others are printed as they are compared.
WIDTHS: Mapping[str, Mapping[str, float]] = {
    "facts:results": {"title": 3.6, "baseline": 1, "target": 1, "actual": 1, "state": 1.2, "final": 1, "comment": 2.4},
    "facts:people": {"title": 3, "reached": 1, "target": 1, "female": 1, "male": 1, "ages": 2},
    "facts:plan": {"title": 3.4, "output": 2.4, "starts": 1.2, "ends": 1.2, "state": 1.6},
    "facts:risks": {"title": 3, "level": 1, "measures": 3.4, "owner": 1.4, "status": 1.1},
}


def document(report: Report, *, base_url: str = "") -> Document:
    """The report as a document tree: what was endorsed where it was, else what it says now, marked as a draft."""
    frozen = subject.endorsed_content(report)
    said = frozen or content.content(report)
    header = _header(said)
    record = report.record
    notices = [] if frozen else [_("Draft: it has not been endorsed, and its figures may still change.")]
    if record.illustrative:
        notices.append(_("Written for the demonstration; nothing in it is real."))
    as_of = header.get("as_of")
    return Document(
        title=said.title,
        subtitle=str(header.get("project") or ""),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(report.submission.at) if report.submission else timezone.localdate(),
        as_of=as_of if isinstance(as_of, date) else None,
        base_url=base_url,
        name=said.title,
        notices=notices,
        footnotes=[notes()["kosovo_footnote"]] if names_kosovo(said) else [],
        sources=[_("Figures: the registers of projects, results, risks and money, as they stood on the day named.")],
        metadata=_about(report),
        blocks=_blocks(report, said),
    )


def _header(said: Content) -> dict[str, Value]:
    """The facts of the first page: code → value."""
    lines = [
        line for part in said.parts if isinstance(part, Rows) and part.anchor == content.HEADER for line in part.lines
    ]
    return {line.anchor.partition(":")[2]: line.values.get("value") for line in lines}


def _about(report: Report) -> dict[str, str]:
    found = {_("Type"): capfirst(report.get_type_display()), _("Period"): formats.period(report.starts, report.ends),
             _("State"): capfirst(report.get_state_display())}  # fmt: skip
    if report.submission is not None:
        found[_("Version")] = _("round %(round)s of clearance, handed in on %(day)s") % {
            "round": report.submission.number, "day": formats.day(timezone.localdate(report.submission.at)),
        }  # fmt: skip
    if report.delivered_on:
        found[_("Delivered")] = formats.day(report.delivered_on)
    return found


def _blocks(report: Report, said: Content) -> list[Block]:
    """Sections in their order; tables stand in the section before them, those of outcomes and outputs under the progress."""
    found: list[tuple[str, Section]] = []
    for part in said.parts:
        if isinstance(part, Text):
            found.append((part.anchor, Section(part.title, _running(part))))
        elif part.anchor == content.HEADER:
            found.append((part.anchor, Section(_("The project"), [_at_a_glance(part)])))
        elif found:
            section = found[-1][1]
            found[-1] = (found[-1][0], Section(section.title, [*section.blocks, *_table(report, part, said)]))
    blocks: list[Block] = []
    progress: list[Block] | None = None
    for anchor, section in found:
        if anchor.startswith(RESULTS) and progress is not None:
            progress.append(section)
            continue
        if anchor == PROGRESS:
            progress = list(section.blocks)
            blocks.append(Section(section.title, progress))
            continue
        blocks.append(section)
    return blocks


def _running(part: Text) -> list[Block]:
    if not part.text.strip():
        return [Paragraph((Emphasis(_("Not written.")),))]
    return [
        Paragraph(block.items[0]) if block.kind == "paragraph" else Bullets(list(block.items))
        for block in prose.blocks(part.text)
    ]


def _at_a_glance(part: Rows) -> Table:
    rows = []
    for line in part.lines:
        value = line.values.get("value")
        rows.append(
            {"what": line.values.get("what"), "value": formats.day(value) if isinstance(value, date) else value}
        )
    return Table(_("At a glance"), [Column("what", _("Item"), width=1), Column("value", _("Entry"), width=3)], rows)


def _table(report: Report, part: Rows, said: Content) -> list[Block]:
    """A table of figures: the first cell of each row leads to where it comes from."""
    if not part.lines:
        return [Paragraph((Emphasis(EMPTY[part.anchor]() if part.anchor in EMPTY else _("Nothing is recorded.")),))]
    wanted = WIDTHS.get(part.anchor) or dict.fromkeys((heading.key for heading in part.headings), 1.0)
    headings = {heading.key: heading for heading in part.headings}
    first = next(iter(wanted))
    columns = [
        Column(
            key, headings[key].label, "link" if key == first else headings[key].kind, headings[key].unit,
            width=width if part.anchor in WIDTHS else None,
        )
        for key, width in wanted.items()
    ]  # fmt: skip
    rows = []
    for line in part.lines:
        values: dict[str, Any] = dict(line.values)
        unit = f" ({values['unit']})" if values.get("unit") else ""
        values[first] = Link(f"{values.get(first) or line.label}{unit}", content.source_of(report, line.anchor))
        rows.append(values | {"band": line.anchor.startswith("result:")})
    day = _header(said).get("as_of")
    source = _("The register, on %(day)s.") % {"day": formats.day(day)} if isinstance(day, date) else ""
    note = NOTES[part.anchor]() if part.anchor in NOTES else ""
    table = Table(part.title, columns, rows, note=note, source=source, band="band", missing="–")
    return [table]


EMPTY = {
    "facts:results": lambda: _("The project has no results with indicators in the register."),
    "facts:people": lambda: _("No indicator of the project counts people."),
    "facts:plan": lambda: _("The project has no work plan in the register."),
    "facts:risks": lambda: _("No risk is open."),
    "facts:markers": lambda: _("The proposal answered no marker."),
    "facts:money": lambda: _("The register holds no budget and no transaction of the project."),
    "facts:evidence": lambda: _("No document is filed, and no verified value names its source."),
}
NOTES = {
    "facts:results": lambda: _(
        "Verified values of periods that had ended. Each indicator says whether its periods add up, or the latest or largest counts."
    ),
    "facts:people": lambda: _("Indicators may count the same people: their figures are not added up."),
    "facts:money": lambda: _("Budgets that stand and transactions in the register; not certified."),
    "facts:plan": lambda: _("What the plan foresaw; what was done is told in the text."),
}


def list_document(reports: Iterable[Report], shown: str, *, base_url: str = "") -> Document:
    """The list of reports as a document with one table."""
    rows = list(reports)
    columns = [
        Column("title", _("Report"), "link", width=3), Column("project", _("Project"), width=2), Column("reference", _("Reference")),
        Column("office", _("Office")), Column("type", _("Type")), Column("starts", _("Period from"), "date"),
        Column("ends", _("Period to"), "date"), Column("due", _("Due"), "date"), Column("state", _("State")),
        Column("delivered", _("Delivered"), "date"), Column("owner", _("Written by")),
    ]  # fmt: skip
    return Document(
        title=_("Narrative reports"),
        subtitle=shown,
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=base_url,
        metadata={_("Filter"): shown},
        blocks=[Table(_("Narrative reports"), columns, LazyRows(lambda: map(_list_line, rows)))],
    )


def _list_line(report: Report) -> dict[str, Any]:
    record, project = report.record, report.project.record
    return {
        "title": Link(record.title, url_of(record)), "project": project.title, "reference": project.reference,
        "office": record.office.name if record.office else None, "type": str(report.get_type_display()), "starts": report.starts,
        "ends": report.ends, "due": report.due, "state": str(ReportState(report.state).label), "delivered": report.delivered_on,
        "owner": str(record.owner or ""),
    }  # fmt: skip
