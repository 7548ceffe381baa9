"""Pieces of WordprocessingML: styles, fields, links and tables. Tables are written as one piece of XML, since adding
ten thousand rows one by one takes minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from .labels import notice_line
from .layout import stays_whole
from .tones import WASHES
from .tree import Facts, Report, Table, TypeSize
from .values import Cell, clean_text, format_value, is_external, one_line, safe_url, starts_right_to_left

BLUE, AMBER, INK, SOFT, LINE = "0B4F9E", "A35A00", "1A2230", "5A6576", "D3D9E1"
BLUE_WASH, AMBER_WASH = "EEF4FB", "FDF4E4"
FONT = "Calibri"
# Width between the margins, in twentieths of a point.
PORTRAIT_WIDTH = 9412
PORTRAIT_MILLIMETRES = 166
LANDSCAPE_WIDTH = 14345
_MARGIN = Mm(22)
_FACTS_IN_A_ROW = 4
# Size of letters, space after a paragraph, line spacing, sizes of headings and the space above them; in points but for the lines.
_LOOKS: dict[TypeSize, tuple[float, float, float, tuple[float, float, float], tuple[float, float, float]]] = {
    "small": (9.5, 5, 1.05, (13, 11, 10), (12, 10, 8)),
    "normal": (10.5, 8, 1.15, (18, 14, 12), (22, 16, 12)),
    "large": (16, 14, 1.35, (21, 18, 16), (22, 16, 12)),
}
_TWENTIETHS_OF_A_CHARACTER = 5.2  # times the size of the letters in half points


class Links:
    """The document's outward addresses, each kept once."""

    def __init__(self, part: Any) -> None:
        self.part = part
        self.ids: dict[str, str] = {}

    def id_of(self, url: str) -> str:
        if url not in self.ids:
            # Own identifiers: asking the library for a free one is slow when there are thousands.
            self.ids[url] = f"rIdLink{len(self.ids) + 1}"
            self.part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, url, self.ids[url], is_external=True)
        return self.ids[url]

    def hyperlink_xml(self, words: str, url: str, *, size: int | None = None, bold: bool = False) -> str:
        """A `w:hyperlink` that can stand on its own; size in half points."""
        look = f'{"<w:b/>" if bold else ""}<w:color w:val="{BLUE}"/>'
        look += f'<w:sz w:val="{size}"/>' if size else ""
        return (
            f'<w:hyperlink {nsdecls("w", "r")} r:id="{self.id_of(url)}" w:history="1"><w:r><w:rPr>{look}'
            f'<w:u w:val="single" w:color="{LINE}"/></w:rPr>{_text_xml(words)}</w:r></w:hyperlink>'
        )


def set_up(document: Any, report: Report, *, sideways: bool = False) -> None:
    """Page, styles, header, footer, language and properties of a new document."""
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if sideways else (Mm(210), Mm(297))
    if sideways:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = _MARGIN
    close = report.type_size == "small"
    section.top_margin, section.bottom_margin = (Mm(18), Mm(16)) if close else (Mm(24), Mm(22))
    section.different_first_page_header_footer = True  # the title stands there itself
    _styles(document, report.language, size=report.type_size, cover=report.cover)
    header = section.header.paragraphs[0]
    header.style = document.styles["Small"]
    add_text(header, one_line(report.title))
    for footer in [section.footer] if report.cover else [section.footer, section.first_page_footer]:
        _foot(footer.paragraphs[0], document.styles["Small"], notice_line(report))
    properties = document.core_properties
    moment = dt.datetime.combine(report.date, dt.time())
    # Word keeps at most 255 characters of each.
    properties.title = one_line(report.title)[:255]
    properties.subject = one_line(report.subtitle)[:255]
    properties.author = properties.last_modified_by = one_line(report.organisation)[:255]
    properties.language = report.language[:255]
    properties.comments = " ".join(one_line(words) for words in report.notices)[:255]
    properties.created = properties.modified = moment


def _foot(paragraph: WordParagraph, style: Any, notice: str) -> None:
    """What a reader must know first, and below it the page."""
    paragraph.style = style
    if notice:
        told = paragraph.insert_paragraph_before(style=style)
        add_text(told, notice).font.color.rgb = RGBColor.from_string(AMBER)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    add_field(paragraph, "PAGE", "1")
    add_text(paragraph, " / ")
    add_field(paragraph, "NUMPAGES", "1")


def _styles(document: Any, language: str, *, size: TypeSize, cover: bool) -> None:
    styles = document.styles
    letters, after, lines, headings, above = _LOOKS[size]
    end = 8 if size == "small" else 9.5
    _font(styles["Normal"], letters, INK)
    styles["Normal"].paragraph_format.space_after = Pt(after)
    styles["Normal"].paragraph_format.line_spacing = lines
    for level in range(1, 10):
        style = styles[f"Heading {level}"]
        _font(style, headings[min(level, 3) - 1], BLUE if level < 3 else INK, bold=True)
        style.font.italic = False
        style.paragraph_format.space_before = Pt(above[min(level, 3) - 1])
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
    _font(styles["Title"], 30 if cover else 22, BLUE, bold=True)
    borders = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        styles["Title"].element.pPr.remove(borders)
    styles["Title"].paragraph_format.space_after = Pt(6)
    _font(styles["Subtitle"], 14 if cover else 12, INK)
    styles["Subtitle"].font.italic = False
    _font(styles["Caption"], 9.5, BLUE)
    styles["Caption"].font.bold = False
    styles["Caption"].paragraph_format.space_before = Pt(7 if size == "small" else 12)
    styles["Caption"].paragraph_format.space_after = Pt(2 if size == "small" else 4)
    for name, points, colour, before, indent in (
        ("Small", *((7.5, SOFT, 1) if size == "small" else (8.5, SOFT, 3)), 0),
        ("Notice", 10.5, INK, 6, 0),
        ("End Note", end, INK, 0, 0),
        ("End Bullet", end, INK, 0, 0),
        ("Organisation", 11, SOFT, 110, 0),
        ("Contents Heading", 12, BLUE, 30, 0),
        ("Contents 1", 10.5, INK, 4, 0),
        ("Contents 2", 10.5, SOFT, 0, 14),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["List Bullet" if name == "End Bullet" else "Normal"]
        _font(style, points, colour, bold=name == "Contents Heading")
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(0 if size == "small" and name.startswith("End") else 3)
        style.paragraph_format.line_spacing = 1 if size == "small" else 1.15
        if name != "End Bullet":  # its indent is that of the list
            style.paragraph_format.left_indent = Pt(indent)
        if name.startswith("Contents "):
            edge = Mm(PORTRAIT_MILLIMETRES)
            style.paragraph_format.tab_stops.add_tab_stop(edge, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    defaults = styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None:
        lang = defaults.find(qn("w:lang"))
        if lang is None:
            lang = OxmlElement("w:lang")
            defaults.append(lang)
        lang.set(qn("w:val"), language)


def _font(style: Any, size: float, colour: str, *, bold: bool = False) -> None:
    style.font.name = FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        # A theme font would win over the named one.
        if attribute.endswith(("Theme", "theme")):
            del fonts.attrib[attribute]
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.color.rgb = RGBColor.from_string(colour)


def add_text(paragraph: WordParagraph, words: object) -> Run:
    """Append words to a paragraph; line breaks and tabs are kept."""
    return paragraph.add_run(clean_text(words))


def add_field(paragraph: WordParagraph, code: str, shown: str = "", *, stale: bool = False) -> None:
    """Append a field (page number, reference). stale: `shown` is not yet right, and is made anew when the document is opened."""

    def mark(kind: str) -> None:
        character = OxmlElement("w:fldChar")
        character.set(qn("w:fldCharType"), kind)
        if stale and kind == "begin":
            character.set(qn("w:dirty"), "true")
        paragraph.add_run()._r.append(character)

    mark("begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = code
    paragraph.add_run()._r.append(instruction)
    mark("separate")
    if shown:
        paragraph.add_run(shown)
    mark("end")


def bookmark(paragraph: WordParagraph, name: str, number: int) -> None:
    """Give a paragraph a name that fields can refer to. number: of its own in the document."""
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark: Any = OxmlElement(tag)
        mark.set(qn("w:id"), str(number))
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), name)
        paragraph._p.append(mark)


def shade(paragraph: WordParagraph, *, warning: bool) -> None:
    """Set a paragraph apart: a coloured bar at its side and a wash behind it."""
    properties = paragraph._p.get_or_add_pPr()
    borders: Any = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("space", "8"), ("color", AMBER if warning else BLUE)):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    wash: Any = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", AMBER_WASH if warning else BLUE_WASH)):
        wash.set(qn(f"w:{name}"), value)
    following = ("w:tabs", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")
    properties.insert_element_before(borders, "w:shd", *following)
    properties.insert_element_before(wash, *following)
    paragraph.paragraph_format.left_indent = Mm(4)


def turn_if_right_to_left(paragraph: WordParagraph) -> None:
    """Let a paragraph in Hebrew or Arabic run from right to left."""
    if starts_right_to_left(paragraph.text):
        bidi: Any = OxmlElement("w:bidi")
        paragraph._p.get_or_add_pPr().insert_element_before(bidi, "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")


def table_xml(
    table: Table,
    rows: Sequence[Sequence[Cell]],
    total: Sequence[Cell],
    shares: Sequence[float],
    wide: bool,
    links: Links,
    *,
    close: bool = False,
) -> str:
    """The table as one `w:tbl`: heading row repeated on every page, short rows kept whole, numbers to the right."""
    room = LANDSCAPE_WIDTH if wide else PORTRAIT_WIDTH
    widths = [int(room * share) for share in shares]
    size = 14 if len(widths) > 11 else 16 if len(widths) > 6 or close else 18
    margin = 25 if close else 45
    headings = [Cell(clean_text(column.heading), numeric=column.numeric) for column in table.columns]
    caption = escape(one_line(table.caption), {'"': "&quot;"})
    edge = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
    parts = [
        f'<w:tbl {nsdecls("w", "r")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>',
        edge.format(side="bottom", size=8, colour=SOFT),
        edge.format(side="insideH", size=4, colour=LINE),
        '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:top w:w="{margin}" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        f'<w:bottom w:w="{margin}" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"/>'
        f'<w:tblCaption w:val="{caption}"/></w:tblPr><w:tblGrid>',
        *(f'<w:gridCol w:w="{width}"/>' for width in widths),
        "</w:tblGrid>",
        _row_xml(headings, widths, size, links, heading=True),
        *(_row_xml(row, widths, size, links) for row in rows),
    ]
    if total:
        parts.append(_row_xml(total, widths, size, links, total=True))
    parts.append("</w:tbl>")
    return "".join(parts)


def _row_xml(
    cells: Sequence[Cell], widths: Sequence[int], size: int, links: Links, *, heading: bool = False, total: bool = False
) -> str:
    whole = heading or stays_whole(cells, [width / (size * _TWENTIETHS_OF_A_CHARACTER) for width in widths])
    properties = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if heading else "")
    edges = ""
    if heading:
        edges = f'<w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="{BLUE}"/></w:tcBorders>'
    elif total:
        edges = f'<w:tcBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders>'
    plain = ("<w:b/>" if heading or total else "") + (f'<w:color w:val="{BLUE}"/>' if heading else "")
    plain += f'<w:sz w:val="{size}"/>'
    parts = [f"<w:tr><w:trPr>{properties}</w:trPr>"]
    for at, cell in enumerate(cells):
        if not cell.span:
            continue
        width = sum(widths[at : at + cell.span])
        across = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        fill = WASHES[cell.tone] if cell.tone else BLUE_WASH if cell.band else ""
        wash = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        look = plain if not cell.band or at else f"<w:b/>{plain}"
        rtl = starts_right_to_left(cell.text)
        side = '<w:jc w:val="right"/>' if cell.numeric else ""
        content = (
            links.hyperlink_xml(cell.text, cell.url, size=size, bold=total)
            if is_external(cell.url)
            else f"<w:r><w:rPr>{look}</w:rPr>{_text_xml(cell.text)}</w:r>"
        )
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{across}{edges}{wash}</w:tcPr><w:p><w:pPr>'
            f'{"<w:bidi/>" if rtl else ""}<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>{side}'
            f"</w:pPr>{content}</w:p></w:tc>"
        )
    parts.append("</w:tr>")
    return "".join(parts)


def facts_xml(facts: Facts, report: Report, links: Links) -> str:
    """Headline figures as an open grid of at most four across: label, figure, note."""
    items = list(facts.items)
    across = 3 if len(items) in (5, 6) else min(_FACTS_IN_A_ROW, len(items))
    width = PORTRAIT_WIDTH // across
    cells = []
    for fact in items:
        url = safe_url(fact.url, report.base_url)
        value = format_value(fact.value, fact.kind, decimals=fact.decimals, language=report.language)
        figure = (
            links.hyperlink_xml(value, url, size=40, bold=True)
            if is_external(url)
            else _run_xml(value, 40, INK, bold=True)
        )
        unit = _run_xml(f" {fact.unit}", 20, SOFT) if fact.unit else ""
        note = _line_xml(_run_xml(fact.note, 17, SOFT)) if fact.note else ""
        cells.append(_line_xml(_run_xml(fact.label, 18, SOFT)) + _line_xml(figure + unit) + note)
    cells += [_line_xml("")] * (-len(cells) % across)
    edges = f'<w:tcBorders><w:top w:val="single" w:sz="12" w:space="0" w:color="{BLUE}"/></w:tcBorders>'
    rows = [
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{edges}</w:tcPr>{cell}</w:tc>'
            for cell in cells[start : start + across]
        )
        + "</w:tr>"
        for start in range(0, len(cells), across)
    ]
    return (
        f'<w:tbl {nsdecls("w", "r")}><w:tblPr><w:tblW w:w="{width * across}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
        + f'<w:gridCol w:w="{width}"/>' * across
        + f"</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _line_xml(content: str) -> str:
    return f'<w:p><w:pPr><w:spacing w:before="40" w:after="20" w:line="240" w:lineRule="auto"/></w:pPr>{content}</w:p>'


def _run_xml(words: object, size: int, colour: str, *, bold: bool = False) -> str:
    return (
        f'<w:r><w:rPr>{"<w:b/>" if bold else ""}<w:color w:val="{colour}"/><w:sz w:val="{size}"/></w:rPr>'
        f"{_text_xml(words)}</w:r>"
    )


def _text_xml(words: object) -> str:
    lines = clean_text(words).replace("\t", " ").split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
