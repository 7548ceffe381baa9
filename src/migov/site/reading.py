"""The text of a document, page by page: plain text, Markdown, HTML, DOCX and PDF.

Files come from anywhere: nothing in them is executed or fetched, and their size is bounded before they are unpacked.
"""

from __future__ import annotations

import codecs
import logging
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

MAX_BYTES = 100 * 1024**2
MAX_UNPACKED = 500 * 1024**2
MAX_PAGES = 5000
BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "title", "tr", "ul",
}  # fmt: skip
UNSEEN = ("script", "style", "noscript", "template", "svg")
BLANKS = re.compile(r"[\s\x00-\x1f\ufffe\uffff]+")  # spaces, and what XML has no place for
KINDS = ".txt, .md, .html, .docx or .pdf"


class Unreadable(ValueError):
    """No text can be read from the file. The text says why."""


@dataclass(frozen=True)
class Pages:
    """The text of a document. unread: numbers of the pages that could not be read, from 1; their text is empty."""

    texts: list[str]
    unread: list[int] = field(default_factory=list)


def read_pages(path: Path) -> Pages:
    """The pages of a document; one page where the format has none. Raises Unreadable, OSError."""
    kinds = {".txt": _text, ".md": _text, ".html": _html, ".htm": _html, ".docx": _docx, ".pdf": _pdf}
    kind = path.suffix.lower()
    if kind not in kinds:
        raise Unreadable(f"{path.name}: expected a file that ends in {KINDS}.")
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(f"{path.name} is larger than {MAX_BYTES // 1024**2} MB.")
    pages = kinds[kind](path)
    # A PDF may name halves of characters, which cannot be written anywhere.
    pages = Pages([page.encode(errors="replace").decode() for page in pages.texts], pages.unread)
    if not any(page.strip() for page in pages.texts):
        scanned = " Perhaps its pages are pictures." if kind == ".pdf" else ""
        raise Unreadable(f"{path.name} holds no text.{scanned}")
    return pages


def _text(path: Path) -> Pages:
    content = path.read_bytes()
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return Pages(content.decode("utf-16" if wide else "utf-8-sig").split("\f"))
    except UnicodeDecodeError:
        raise Unreadable(f"{path.name}: expected text saved as UTF-8.") from None


def _html(path: Path) -> Pages:
    from lxml import etree, html

    content = path.read_bytes()
    try:
        content.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # as the page says itself
    try:
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding=encoding, no_network=True))
    except (etree.LxmlError, ValueError):
        raise Unreadable(f"{path.name}: expected HTML.") from None
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


def _one_line(words: str | None) -> str:
    return BLANKS.sub(" ", words or "")


def _docx(path: Path) -> Pages:
    from docx import Document

    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError):
        raise Unreadable(f"{path.name}: expected a Word document (DOCX).") from None
    if unpacked > MAX_UNPACKED:
        raise Unreadable(f"{path.name} unpacks to more than {MAX_UNPACKED // 1024**2} MB.")
    try:
        blocks = [text for block in Document(str(path)).iter_inner_content() for text in _block(block)]
    except Exception:  # a broken or forged document raises whatever its break leads to
        raise Unreadable(f"{path.name}: expected a Word document (DOCX).") from None
    return Pages(["\n\n".join(block for block in blocks if block.strip())])


def _block(block: Paragraph | Table) -> list[str]:
    """A paragraph, or the rows of a table. Cells are taken as they are written, not as they are spread over columns: a file may
    claim that one is millions wide."""
    from docx.table import Table, _Cell

    if not isinstance(block, Table):
        return [block.text]
    rows = ([_Cell(cell, block).text.strip() for cell in row._tr.tc_lst] for row in block.rows)
    return [" | ".join(dict.fromkeys(cells)) for cells in rows]


def _pdf(path: Path) -> Pages:
    try:
        from pypdf import PdfReader
    except ImportError:
        raise Unreadable("PDF needs the package pypdf, which is not installed here.") from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(f"{path.name} is protected by a password.")
        count = len(reader.pages)
    except Unreadable:
        raise
    except Exception:  # likewise; also for kinds of protection that are not known here
        raise Unreadable(f"{path.name}: expected a PDF file that is whole.") from None
    if count > MAX_PAGES:
        raise Unreadable(f"{path.name} has {count:,} pages; at most {MAX_PAGES:,} are read.")
    texts, unread = [], []
    for number in range(count):
        try:
            texts.append(reader.pages[number].extract_text())
        except Exception:  # a broken page raises whatever its break leads to; the others are still worth reading
            texts.append("")
            unread.append(number + 1)
    return Pages(texts, unread)
