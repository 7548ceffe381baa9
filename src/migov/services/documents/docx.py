"""A report as a Word document: real styles, headings, captions, header rows and fields, so that people can edit it."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from . import labels
from .charts import render_png
from .docx_parts import (
    Links,
    add_field,
    add_text,
    bookmark,
    facts_xml,
    set_up,
    shade,
    table_xml,
    turn_if_right_to_left,
)
from .layout import LANDSCAPE_CHARACTERS, PORTRAIT_CHARACTERS, is_wide, lies_sideways, shares_of
from .tree import (
    Block,
    Bullets,
    Chart,
    Emphasis,
    Facts,
    Inline,
    Inlines,
    Link,
    Note,
    PageBreak,
    Paragraph,
    Report,
    Section,
    Strong,
    Table,
    inlines,
)
from .values import clean_text, format_rows, is_external, one_line, safe_url, total_cells

CONTENTS_DEPTH = 2
MANY_ENTRIES = 16  # of the contents, from which the cover holds them only without the space above its title
_PICTURE_SCALE = 2.0
_PRINTED_SIZE = 0.72
_PICTURE_WIDTH_AT_MOST = Mm(165)


def _heading_name(number: int) -> str:
    return f"_Heading{number}"


def render(report: Report) -> bytes:
    """The report as DOCX. Raises charts.ForbiddenSpec for a chart that reaches outside."""
    return _Writer(report).write()


class _Writer:
    """Walks the tree once and appends to one document."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.document: Any = Document()
        self.links = Links(self.document.part)
        self.numbers = labels.numbering(report)
        self.sideways_throughout = lies_sideways(report)
        self.landscape = self.sideways_throughout
        self.leaf = False  # whether what comes next begins a page: after a cover, after a break
        self.named = 0  # headings that the contents refer to

    def write(self) -> bytes:
        report = self.report
        set_up(self.document, report, sideways=self.landscape)
        self.opening()
        self.blocks(report.blocks, 1)
        self.turn_the_leaf()
        self.upright()
        if report.sources:
            self.end_heading(_("Sources"))
            for source in report.sources:
                self.paragraph((source,) if isinstance(source, Link) else source, "End Bullet")
        if report.footnotes:
            self.end_heading(_("Notes"))
            for note in report.footnotes:
                self.paragraph(note, "End Note")
        if report.metadata:
            self.end_heading(_("About this report"))
            for label, words in report.metadata.items():
                self.paragraph((Strong(f"{label}  "), words), "End Note")
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def opening(self) -> None:
        """What the report is: on a cover with its contents, or above what follows."""
        report = self.report
        if report.organisation:
            named = self.paragraph(one_line(report.organisation), "Organisation")
            if not report.cover or len(labels.contents(report, CONTENTS_DEPTH)) > MANY_ENTRIES:
                named.paragraph_format.space_before = Pt(0)
        self.paragraph(one_line(report.title), "Title")
        if report.subtitle:
            self.paragraph(one_line(report.subtitle), "Subtitle")
        self.paragraph("    ".join(f"{label}: {words}" for label, words in labels.page_dates(report)), "Small")
        for notice in report.notices:
            self.note(Note(notice, "warning"), "Notice")
        if not report.cover:
            return
        entries = labels.contents(report, CONTENTS_DEPTH)
        if entries:
            self.paragraph(_("Contents"), "Contents Heading")
            self.contents(entries)
        self.leaf = True

    def contents(self, entries: list[tuple[int, str]]) -> None:
        """The headings with the pages they stand on, each page a reference that Word and LibreOffice work out."""
        for number, (level, title) in enumerate(entries, start=1):
            paragraph = self.document.add_paragraph(style=f"Contents {level}")
            add_text(paragraph, f"{title}\t")
            add_field(paragraph, f"PAGEREF {_heading_name(number)} \\h", stale=True)

    def blocks(self, blocks: Any, level: int) -> None:
        for block in blocks:
            self.block(block, level)

    def turn_the_leaf(self, heading: WordParagraph | None = None) -> None:
        """What comes first stands on a new page. A heading brings its own: an empty line for the break would, below a full page of
        contents, make an empty page of its own."""
        if not self.leaf:
            return
        self.leaf = False
        if heading is None:
            self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        else:
            heading.paragraph_format.page_break_before = True

    def block(self, block: Block, level: int) -> None:
        if not isinstance(block, Section):
            self.turn_the_leaf()
        match block:
            case Section():
                first = block.blocks[0] if block.blocks else None
                # A wide table at the head of a section takes the heading with it to its own page.
                if isinstance(first, Table) and is_wide(first):
                    self.leaf = self.leaf and self.landscape  # to turn to landscape is to begin a page already
                    self.sideways()
                else:
                    self.upright()
                heading = self.heading(one_line(block.title) or "–", level)
                self.turn_the_leaf(heading)
                if level <= CONTENTS_DEPTH:
                    self.named += 1
                    bookmark(heading, _heading_name(self.named), self.named)
                self.blocks(block.blocks, level + 1)
            case Table():
                self.table(block, labels.table_label(self.numbers[id(block)]))
            case Chart():
                self.chart(block)
            case _:
                self.upright()
                self.simple(block)

    def simple(self, block: Block) -> None:
        match block:
            case Paragraph():
                self.paragraph(block.runs)
            case Bullets():
                for item in block.items:
                    self.paragraph(item, "List Bullet")
            case Note():
                self.note(block)
            case Facts():
                if block.items:
                    self.append(facts_xml(block, self.report, self.links))
                    self.paragraph("", "Small")
            case PageBreak():
                self.leaf = True

    def heading(self, words: str, level: int) -> WordParagraph:
        made: WordParagraph = self.document.add_heading(clean_text(words), level=min(level, 9))
        return made

    def end_heading(self, words: str) -> None:
        """A heading of what a report rests on: smaller than those of the text."""
        heading = self.heading(words, 1)
        heading.paragraph_format.space_before = Pt(14)
        for run in heading.runs:
            run.font.size = Pt(12)

    def paragraph(self, content: Inlines, style: str | None = None) -> WordParagraph:
        paragraph: WordParagraph = self.document.add_paragraph(style=style)
        for run in inlines(content):
            self.run(paragraph, run)
        turn_if_right_to_left(paragraph)
        return paragraph

    def run(self, paragraph: WordParagraph, run: Inline) -> None:
        match run:
            case Strong():
                add_text(paragraph, run.text).bold = True
            case Emphasis():
                add_text(paragraph, run.text).italic = True
            case Link():
                url = safe_url(run.url, self.report.base_url)
                if is_external(url):
                    paragraph._p.append(parse_xml(self.links.hyperlink_xml(run.text or url, url)))
                else:
                    add_text(paragraph, run.text or run.url)
            case _:
                add_text(paragraph, run)

    def note(self, note: Note, style: str | None = None) -> None:
        paragraph = self.paragraph(note.text, style)
        shade(paragraph, warning=note.kind == "warning")

    def table(self, table: Table, label: str) -> None:
        wide = is_wide(table) or self.sideways_throughout
        if wide:
            self.sideways()
        else:
            self.upright()
        report = self.report
        rows = list(format_rows(table, language=report.language, base_url=report.base_url))
        total = total_cells(table, language=report.language, base_url=report.base_url)
        self.paragraph((Strong(f"{label}  "), table.caption), "Caption").paragraph_format.keep_with_next = True
        if rows:
            characters = LANDSCAPE_CHARACTERS if wide else PORTRAIT_CHARACTERS
            shares = shares_of(table, [total, *rows[:200]] if total else rows[:200], characters)
            self.append(table_xml(table, rows, total, shares, wide, self.links, close=report.type_size == "small"))
        else:
            self.paragraph((Emphasis(labels.empty_text(table)),))
        if table.note:
            self.paragraph(f"{_('Note:')} {table.note}", "Small")
        if table.source:
            self.paragraph(f"{_('Source:')} {table.source}", "Small")
        if rows and not (table.note or table.source):
            # Word joins two tables that touch.
            self.paragraph("", "Small")

    def chart(self, chart: Chart) -> None:
        self.upright()
        label = labels.figure_label(self.numbers[id(chart)])
        self.paragraph((Strong(f"{label}  "), chart.title), "Caption").paragraph_format.keep_with_next = True
        png = render_png(chart.spec, _PICTURE_SCALE)
        paragraph = self.document.add_paragraph()
        shape = paragraph.add_run().add_picture(io.BytesIO(png))
        # Drawn larger for sharpness, then set at the size it has in the PDF.
        width = min(shape.width * _PRINTED_SIZE / _PICTURE_SCALE, _PICTURE_WIDTH_AT_MOST)
        shape.height = Emu(int(shape.height * width / shape.width))
        shape.width = Emu(int(width))
        properties = shape._inline.docPr
        properties.set("descr", clean_text(chart.alt))
        properties.set("title", one_line(chart.title))
        if chart.source:
            self.paragraph(f"{_('Source:')} {chart.source}", "Small")
        if chart.print_table:
            self.table(chart.table, labels.data_label())

    def append(self, xml: str) -> None:
        # The section's own settings stay the last child of the body.
        self.document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")

    def sideways(self) -> None:
        self.turn(landscape=True)

    def upright(self) -> None:
        self.turn(landscape=False)

    def turn(self, *, landscape: bool) -> None:
        if self.landscape == landscape or self.sideways_throughout:
            return
        section = self.document.add_section()
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.different_first_page_header_footer = False
        self.landscape = landscape
