"""The text of a document, page by page: plain text, Markdown, HTML, DOCX, XLSX, PPTX, PDF and Akoma Ntoso.

Files come from anywhere: nothing in them is executed or fetched, and their size is bounded before they are unpacked. Knows no Django.
"""

from __future__ import annotations

import codecs
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from migov.services.files.cyrillic import encoding_of

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

MAX_BYTES = 100 * 1024**2
MAX_UNPACKED = 500 * 1024**2
MAX_PART = 100 * 1024**2  # of one XML part, which is held in memory many times over
MAX_PAGES = 5000
MAX_CELLS = 2_000_000
BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "title", "tr", "ul",
}  # fmt: skip
UNSEEN = ("script", "style", "noscript", "template", "svg")
BLANKS = re.compile(r"[\s\x00-\x1f\ufffe\uffff]+")  # spaces, and what XML has no place for
KINDS = ".txt, .md, .html, .docx, .xlsx, .pptx or .pdf"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml").fullmatch

Progress = Callable[[int, int], None]


class Unreadable(ValueError):
    """No text can be read from the file. The text says why."""


@dataclass(frozen=True)
class Pages:
    """The text of a document. unread: numbers of the pages that could not be read, from 1; their text is empty.

    numbered: the format has pages (or slides) that people know by their number.
    """

    texts: list[str]
    unread: list[int] = field(default_factory=list)
    numbered: bool = False


def read_pages(path: Path) -> Pages:
    """The pages of a document; one page where the format has none. Raises Unreadable, OSError."""
    kind = path.suffix.lower()
    if kind not in READERS:
        raise Unreadable(f"{path.name}: expected a file that ends in {KINDS}.")
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(f"{path.name} is larger than {MAX_BYTES // 1024**2} MB.")
    with path.open("rb") as file:
        return read_file(file, kind, path.name)


def read_file(file: BinaryIO, kind: str, name: str, progress: Progress | None = None) -> Pages:
    """As `read_pages`, for an open file of a known kind (".pdf"). name: what messages call it. progress: told after each page of a
    PDF how many are done, of how many; what it raises ends the reading. Raises Unreadable, KeyError for a kind without a reader.
    """
    pages = _pdf(file, name, progress) if kind == ".pdf" else READERS[kind](file, name)
    # A PDF may name halves of characters, which cannot be written anywhere.
    pages = Pages([page.encode(errors="replace").decode() for page in pages.texts], pages.unread, pages.numbered)
    if not any(page.strip() for page in pages.texts):
        scanned = " Perhaps its pages are pictures." if kind == ".pdf" else ""
        raise Unreadable(f"{name} holds no text.{scanned}")
    return pages


def _text(file: BinaryIO, name: str) -> Pages:
    content = file.read()
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = _old_text(content, name)
    pages = text.replace("\x0b", "\n").split("\f")  # a line break within a paragraph, as Word writes it
    return Pages(pages, numbered=len(pages) > 1)


def _old_text(content: bytes, name: str) -> str:
    """Text saved before Unicode, where it is certain how."""
    encoding = encoding_of(content)
    try:
        if encoding:
            return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    raise Unreadable(f"{name}: expected text saved as UTF-8.")


def _html(file: BinaryIO, name: str) -> Pages:
    from lxml import etree, html

    content = file.read()
    try:
        content.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # as the page says itself
    try:
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding=encoding, no_network=True))
    except (etree.LxmlError, ValueError):
        raise Unreadable(f"{name}: expected HTML.") from None
    etree.strip_elements(root, *UNSEEN, with_tail=False)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for element in root.iter():
        element.text, element.tail = _one_line(element.text), _one_line(element.tail)
        if element.tag in BLOCKS:
            element.text, element.tail = "\n\n" + element.text, "\n\n" + element.tail
        elif element.tag == "br":
            element.tail = "\n" + element.tail
    text = "\n".join(line.strip(" ") for line in "".join(map(str, root.itertext())).split("\n"))
    return Pages([re.sub(r"\n{3,}", "\n\n", text).strip()])


def _akn(file: BinaryIO, name: str) -> Pages:
    """The words of a law in Akoma Ntoso, a line for each heading and paragraph."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(file.read(), parser)
    except (etree.LxmlError, ValueError):
        raise Unreadable(f"{name}: expected a law in Akoma Ntoso.") from None
    if etree.QName(root).localname != "akomaNtoso":
        raise Unreadable(f"{name}: expected a law in Akoma Ntoso.")
    lines: list[str] = []
    number = ""
    for element in root.iter():
        tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
        words = (
            _one_line("".join(map(str, element.itertext()))).strip() if tag in ("num", "heading", "p", "block") else ""
        )
        if tag == "num":
            number = words
        elif words:
            lines.append(f"{number} {words}".strip())
            number = ""
    return Pages(["\n\n".join(lines)])


def _one_line(words: str | None) -> str:
    return BLANKS.sub(" ", words or "")


def check_unpacked(file: BinaryIO, name: str, expected: str) -> None:
    """Raise Unreadable for what is no ZIP file, or would unpack to more than can be held."""
    try:
        with zipfile.ZipFile(file) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Unreadable(f"{name}: expected {expected}.") from None
    if sum(sizes) > MAX_UNPACKED:
        raise Unreadable(f"{name} unpacks to more than {MAX_UNPACKED // 1024**2} MB.")
    with zipfile.ZipFile(file) as parts:
        if any(part.file_size > MAX_PART and part.filename.endswith(".xml") for part in parts.infolist()):
            raise Unreadable(f"{name} unpacks to more than {MAX_PART // 1024**2} MB of text.")
    file.seek(0)


def _docx(file: BinaryIO, name: str) -> Pages:
    from docx import Document

    expected = "a Word document (DOCX)"
    check_unpacked(file, name, expected)
    try:
        blocks = [text for block in Document(file).iter_inner_content() for text in _block(block)]
    except Exception:  # a broken or forged document raises whatever its break leads to
        raise Unreadable(f"{name}: expected {expected}.") from None
    return Pages(["\n\n".join(block for block in blocks if block.strip())])


def _block(block: Paragraph | Table) -> list[str]:
    """A paragraph, or the rows of a table. Cells are taken as they are written, not as they are spread over columns: a file may
    claim that one is millions wide."""
    from docx.table import Table, _Cell

    if not isinstance(block, Table):
        return [block.text]
    rows = ([_Cell(cell, block).text.strip() for cell in row._tr.tc_lst] for row in block.rows)
    return [" | ".join(dict.fromkeys(cells)) for cells in rows]


def _xlsx(file: BinaryIO, name: str) -> Pages:
    """The cells of a workbook, row by row, each sheet under its name."""
    from openpyxl import load_workbook

    expected = "an Excel workbook (XLSX)"
    check_unpacked(file, name, expected)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        left = [MAX_CELLS]  # of all sheets together
        sheets = ["\n".join([sheet.title, *_rows(sheet, left)]) for sheet in book.worksheets]
    except Unreadable:
        raise
    except Exception:  # likewise
        raise Unreadable(f"{name}: expected {expected}.") from None
    return Pages(["\n\n".join(sheets)])


def _rows(sheet: object, left: list[int]) -> Iterator[str]:
    """The rows of a sheet that say something. left: how many cells may still be looked at; it grows less."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # a file may claim any size
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        left[0] -= len(row) or 1  # a row may claim any number, and those before it are counted out as empty ones
        if left[0] < 0:
            return
        cells = [_one_line(str(cell)).strip() for cell in row if cell is not None]
        if cells:
            yield " | ".join(cells)


def _pptx(file: BinaryIO, name: str) -> Pages:
    """The paragraphs of each slide, in the order of the slides' files."""
    from lxml import etree

    expected = "a PowerPoint presentation (PPTX)"
    check_unpacked(file, name, expected)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with zipfile.ZipFile(file) as parts:
            numbers = sorted(int(found[1]) for part in parts.namelist() if (found := SLIDE(part)))
            slides = [etree.fromstring(parts.read(f"ppt/slides/slide{number}.xml"), parser) for number in numbers]
    except Exception:  # likewise
        raise Unreadable(f"{name}: expected {expected}.") from None
    return Pages([_slide(slide) for slide in slides], numbered=True)


def _slide(slide: object) -> str:
    paragraphs = slide.iter(f"{DRAWING}p")  # type: ignore[attr-defined]
    lines = ("".join(run.text or "" for run in paragraph.iter(f"{DRAWING}t")) for paragraph in paragraphs)
    return "\n".join(line for line in lines if line.strip())


def _pdf(file: BinaryIO, name: str, progress: Progress | None = None) -> Pages:
    try:
        from pypdf import PdfReader
    except ImportError:
        raise Unreadable("PDF needs the package pypdf, which is not installed here.") from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(f"{name} is protected by a password.")
        count = len(reader.pages)
    except Unreadable:
        raise
    except Exception:  # likewise; also for kinds of protection that are not known here
        raise Unreadable(f"{name}: expected a PDF file that is whole.") from None
    if count > MAX_PAGES:
        raise Unreadable(f"{name} has {count:,} pages; at most {MAX_PAGES:,} are read.")
    texts, unread = [], []
    for number in range(count):
        if progress:
            progress(number, count)
        try:
            texts.append(reader.pages[number].extract_text())
        except Exception:  # a broken page raises whatever its break leads to; the others are still worth reading
            texts.append("")
            unread.append(number + 1)
    return Pages(texts, unread, numbered=True)


READERS: dict[str, Callable[[BinaryIO, str], Pages]] = {
    ".txt": _text, ".md": _text, ".html": _html, ".htm": _html, ".docx": _docx, ".xlsx": _xlsx, ".pptx": _pptx, ".pdf": _pdf,
    ".xml": _akn,
}  # fmt: skip
