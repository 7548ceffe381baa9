"""Lines of Word documents and web pages: with the numbers that Word counts by itself, and the headings that both mark."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from migov.services.files.extraction import UNSEEN, Unreadable, check_unpacked
from migov.work.policy.texts.lines import Line
from migov.work.policy.texts.numerals import to_roman

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVEL = re.compile(r"(?:heading|überschrift|заголовок|titre|başlık|naslov)\s*(\d)", re.IGNORECASE)
CLAUSE = re.compile(r"\d{1,3}[A-Z]?\.\s*(?=\(|[A-Z\"“])")
WIDE = 4500  # twentieths of a point: a column of text
# A number of a line in the margin, before a tab or a heading.
COUNTED = re.compile(r"^\s*(?:[1-4]?[05])\s*(?:\t\s*|\s(?=(?:PART|CHAPTER)\b))")
BLOCKS = {
    "p",
    "li",
    "td",
    "th",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "section",
    "article",
}


@dataclass(slots=True)
class Numbering:
    """The lists of a document. levels: abstract list → level → (start, format, text). of: list → abstract list."""

    levels: dict[str, dict[int, tuple[int, str, str]]] = field(default_factory=dict)
    of: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, number: str, level: int) -> str:
        """What Word prints before the next paragraph of a list on a level: "Article 3.", "(a)"; empty for bullets."""
        abstract = self.of.get(number, "")
        levels = self.levels.get(abstract, {})
        if level not in levels:
            return ""
        counts = self.counts.setdefault(abstract, {})
        begin = self.starts.pop((number, level), None)
        counts[level] = begin if begin is not None else counts.get(level, levels[level][0] - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        _start, form, text = levels[level]
        if form == "bullet":
            return "–"

        def value(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            start, its_form, _text = levels.get(at, (1, "decimal", ""))
            return written(counts.get(at, start), its_form)

        return re.sub(r"%(\d)", value, text).strip()


def written(value: int, form: str) -> str:
    """A number as Word writes it in a list."""
    if form in ("upperRoman", "lowerRoman"):
        said = to_roman(value)
        return said if form == "upperRoman" else said.lower()
    if form in ("upperLetter", "lowerLetter"):
        said = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return said.upper() if form == "upperLetter" else said
    if form in ("russianLower", "russianUpper"):
        said = "абвгдежзиклмнопрстуфхцчшщэюя"[(value - 1) % 28]
        return said if form == "russianLower" else said.upper()
    return "" if form == "none" else str(value)


def lines_of(file: BinaryIO, name: str) -> list[Line]:
    """The lines of a Word document in reading order, tables row by row, deleted text left out. Raises Unreadable."""
    from lxml import etree

    check_unpacked(file, name, "a Word document (DOCX)")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)

    def part(parts: zipfile.ZipFile, path: str) -> Any:
        return etree.fromstring(parts.read(path), parser) if path in parts.namelist() else None

    try:
        with zipfile.ZipFile(file) as parts:
            document = part(parts, "word/document.xml")
            numbering = _numbering(part(parts, "word/numbering.xml"))
            styles = _styles(part(parts, "word/styles.xml"))
        body = document.find(f"{W}body")
        lines: list[Line] = []
        notes, beside = _notes(body)
        for paragraph in _paragraphs(body):
            if paragraph not in beside:
                _add(lines, paragraph, numbering, styles, notes.get(paragraph, ""))
    except (zipfile.BadZipFile, etree.LxmlError, OSError, ValueError, AttributeError, KeyError):
        raise Unreadable(f"{name}: expected a Word document (DOCX).") from None
    if not any(line.text.strip() for line in lines):
        raise Unreadable(f"{name} holds no text.")
    return lines


def _paragraphs(body: _Element) -> Iterator[_Element]:
    """All paragraphs in reading order, each once: those of text boxes too, but not of the copy kept for old programs."""
    for one in body.iter(f"{W}p"):
        if not any(str(above.tag).endswith("}Fallback") for above in one.iterancestors()):
            yield one


def _notes(body: _Element) -> tuple[dict[_Element, str], set[_Element]]:
    """Marginal notes that stand in a narrow column at the edge of a table beside their clause: clause → note, and what was taken."""
    notes: dict[_Element, str] = {}
    taken: set[_Element] = set()
    for table in body.iter(f"{W}tbl"):
        clause: _Element | None = None
        said: list[str] = []
        cells: list[_Element] = []
        for row in table.iter(f"{W}tr"):
            inside = row.findall(f"{W}tc")
            widths = [_width(cell) for cell in inside]
            for at, cell in enumerate(inside):
                text = " ".join("".join(map(str, cell.itertext())).split())
                if CLAUSE.match(text):
                    if clause is not None and said:
                        notes[clause], said = _joined(said), []
                    clause = next(
                        (p for p in cell.iter(f"{W}p") if CLAUSE.match("".join(map(str, p.itertext())).strip())), clause
                    )
                edge = at in (0, len(inside) - 1) and len(inside) > 1
                if edge and text and 1200 < widths[at] < 0.45 * max(widths[at], WIDE) and not re.match(r"[\d(]", text):
                    said.append(text)
                    cells += list(cell.iter(f"{W}p"))
        if clause is not None and clause not in cells:
            if said:
                notes[clause] = _joined(said)
            taken.update(cells)
    return (notes, taken) if len(notes) >= 5 else ({}, set())


def _joined(said: list[str]) -> str:
    words = re.sub(r"(?<=\w)- (?=[a-z])", "", " ".join(said))
    return re.sub(r"(?<=\w)- (?=[A-Z])", "-", words)


def _width(cell: _Element) -> int:
    width = cell.find(f"{W}tcPr/{W}tcW")
    said = width.get(f"{W}w", "0") if width is not None else "0"
    return int(said) if said.isdigit() else 0


def _add(
    lines: list[Line], paragraph: _Element, numbering: Numbering, styles: dict[str, dict[str, Any]], note: str
) -> None:
    said = []
    for node in paragraph.iter(f"{W}t", f"{W}br", f"{W}tab", f"{W}noBreakHyphen", f"{W}cr"):
        if next(node.iterancestors(f"{W}p"), None) is not paragraph:
            continue  # of a text box inside
        if node.tag == f"{W}t":
            said.append(node.text or "")
        elif node.tag == f"{W}noBreakHyphen":
            said.append("-")
        elif node.tag == f"{W}tab":
            above = node.getparent()
            said.append("" if above is not None and above.tag == f"{W}tabs" else "\t")
        else:
            said.append("\n")
    text = "".join(said)
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    known = styles.get(style.get(f"{W}val", "") if style is not None else "", {})
    number, level = known.get("num"), known.get("ilvl", 0)
    own = paragraph.find(f"{W}pPr/{W}numPr")
    if own is not None:
        its_number, its_level = own.find(f"{W}numId"), own.find(f"{W}ilvl")
        number = its_number.get(f"{W}val") if its_number is not None else number
        level = int(its_level.get(f"{W}val", 0)) if its_level is not None else level
    label = numbering.label(number, level) if number and number != "0" and text.strip() else ""
    for at, one in enumerate(text.split("\n")):
        shown = f"{label} {one}" if label and not at else one
        shown = re.sub(r"^\s*(PART|CHAPTER)([IVX]+)\s*$", r"\1 \2", COUNTED.sub("", shown))
        lines.append(
            Line(shown, len(lines) + 1, known.get("level", 0), note=note if CLAUSE.match(shown.strip()) else "")
        )


def _styles(root: _Element | None) -> dict[str, dict[str, Any]]:
    """Style → level of its heading, list and level of the list it counts in; inherited ones too."""
    found: dict[str, dict[str, Any]] = {}
    based: dict[str, str] = {}
    if root is None:
        return found
    for style in root.iter(f"{W}style"):
        key = style.get(f"{W}styleId", "")
        known: dict[str, Any] = {}
        name = style.find(f"{W}name")
        if name is not None and (heading := LEVEL.match(name.get(f"{W}val", ""))):
            known["level"] = int(heading[1])
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        if outline is not None and int(outline.get(f"{W}val", 9)) < 9:
            known["level"] = int(outline.get(f"{W}val", 0)) + 1
        number, level = style.find(f"{W}pPr/{W}numPr/{W}numId"), style.find(f"{W}pPr/{W}numPr/{W}ilvl")
        if number is not None:
            known["num"] = number.get(f"{W}val")
            known["ilvl"] = int(level.get(f"{W}val", 0)) if level is not None else 0
        above = style.find(f"{W}basedOn")
        if above is not None:
            based[key] = above.get(f"{W}val", "")
        found[key] = known
    for key in found:
        above_key, steps = based.get(key), 0
        while above_key in found and steps < 20:
            found[key] = found[above_key] | found[key]
            above_key, steps = based.get(above_key), steps + 1
    return found


def _numbering(root: _Element | None) -> Numbering:
    found = Numbering()
    if root is None:
        return found
    for abstract in root.iter(f"{W}abstractNum"):
        levels = {}
        for level in abstract.iter(f"{W}lvl"):
            start, form, text = level.find(f"{W}start"), level.find(f"{W}numFmt"), level.find(f"{W}lvlText")
            levels[int(level.get(f"{W}ilvl", 0))] = (
                int(start.get(f"{W}val", 1)) if start is not None else 1,
                form.get(f"{W}val", "decimal") if form is not None else "decimal",
                text.get(f"{W}val", "") if text is not None else "",
            )
        found.levels[abstract.get(f"{W}abstractNumId", "")] = levels
    for number in root.iter(f"{W}num"):
        key, abstract_id = number.get(f"{W}numId", ""), number.find(f"{W}abstractNumId")
        found.of[key] = abstract_id.get(f"{W}val", "") if abstract_id is not None else ""
        for override in number.iter(f"{W}lvlOverride"):
            start = override.find(f"{W}startOverride")
            if start is not None:
                found.starts[key, int(override.get(f"{W}ilvl", 0))] = int(start.get(f"{W}val", 1))
    return found


def lines_of_html(content: bytes, name: str) -> tuple[list[Line], str]:
    """The lines of a web page, block by block, with the levels of its headings; numbers of lists are counted. And its title."""
    from lxml import etree, html

    try:
        content.decode()
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        encoding = None
    try:
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding=encoding, no_network=True))
    except (etree.LxmlError, ValueError):
        raise Unreadable(f"{name}: expected HTML.") from None
    etree.strip_elements(root, *UNSEEN, "head", "nav", with_tail=False)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    lines: list[Line] = []
    said: list[str] = []
    level = 0

    def flush() -> None:
        nonlocal level
        text = re.sub(r"\s+", " ", "".join(said)).strip()
        said.clear()
        if text:
            lines.append(Line(text, len(lines) + 1, level))
        level = 0

    def walk(node: _Element) -> None:
        nonlocal level
        tag = node.tag if isinstance(node.tag, str) else ""
        block = tag in BLOCKS
        if block:
            flush()
            if tag == "li":
                said.append(_counted(node))
        mine = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0
        if mine:
            level = mine
        if tag == "br":
            kept = level
            flush()
            level = kept
        if tag == "sup" and (node.text or "").strip().isdigit() and said and re.search(r"\w$", said[-1]):
            said.append("^")
        said.append(node.text or "")
        for child in node:
            walk(child)
            said.append(child.tail or "")
        if block:
            if mine:
                level = mine
            flush()

    body = root.find("body")
    walk(root if body is None else body)
    flush()
    if not lines:
        raise Unreadable(f"{name} holds no text.")
    return lines, ""


def _counted(item: _Element) -> str:
    """The number that a browser shows before an item of a counted list."""
    above = item.getparent()
    if above is None or above.tag != "ol":
        return ""
    own = item.get("value") or ""
    place = sum(1 for _one in item.itersiblings("li", preceding=True))
    start = above.get("start") or "1"
    value = int(own) if own.isdigit() else place + (int(start) if start.isdigit() else 1)
    form = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}.get(
        above.get("type", ""), "decimal"
    )
    return f"{written(value, form)}. " if form == "decimal" else f"({written(value, form)}) "
