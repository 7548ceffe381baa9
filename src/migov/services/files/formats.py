"""Which files are kept as documents, told by what is in them. The name only has to agree with it."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.services.files.cyrillic import SAMPLE, encoding_of

HEAD = 4096
MAX_UNPACKED = 200 * 1024**2
MAX_PARTS = 10_000
MAX_RATIO = 200  # unpacked to packed; office files reach 30
BIG = 10 * 1024**2  # below this a high ratio does no harm
TYPES = "[Content_Types].xml"  # the part that says what every other part is
MAX_TYPES = 4 * 1024**2
MACROS = re.compile(rb"vbaproject|macroenabled|macrosheet", re.IGNORECASE)
MAGIC = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"PK\x03\x04", "zip"))
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The part that tells what an office file is.
MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
TEXTS = ("txt", "md", "html")
PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)  # declarations and comments
ROOT = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")
PAGES = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<body", b"<p", b"<h1", b"<div", b"<!--")
CONTROLS = {*range(32)} - {9, 10, 11, 12, 13, 27}


class NotAccepted(ValueError):
    """The file is not kept. The text says why."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. suffix: by which extraction knows it. read: whether it has text that can be read."""

    code: str
    suffix: str
    content_type: str
    label: str | Promise
    other_suffixes: tuple[str, ...] = ()
    read: bool = True

    @property
    def suffixes(self) -> tuple[str, ...]:
        return (self.suffix, *self.other_suffixes)


_OFFICE = "application/vnd.openxmlformats-officedocument."
FORMATS = {
    one.code: one
    for one in (
        Format("pdf", ".pdf", "application/pdf", gettext_lazy("PDF file")),
        Format("docx", ".docx", f"{_OFFICE}wordprocessingml.document", gettext_lazy("Word document (DOCX)")),
        Format("xlsx", ".xlsx", f"{_OFFICE}spreadsheetml.sheet", gettext_lazy("Excel workbook (XLSX)")),
        Format(
            "pptx", ".pptx", f"{_OFFICE}presentationml.presentation", gettext_lazy("PowerPoint presentation (PPTX)")
        ),
        Format("txt", ".txt", "text/plain", gettext_lazy("text file")),
        Format("md", ".md", "text/markdown", gettext_lazy("Markdown file")),
        Format("csv", ".csv", "text/csv", gettext_lazy("table of figures (CSV)"), read=False),
        Format("html", ".html", "text/html", gettext_lazy("web page (HTML)"), (".htm",)),
        Format("akn", ".xml", "application/akn+xml", gettext_lazy("law in Akoma Ntoso (XML)")),
        Format("png", ".png", "image/png", gettext_lazy("PNG picture"), read=False),
        Format("jpeg", ".jpg", "image/jpeg", gettext_lazy("JPEG picture"), (".jpeg",), read=False),
    )
}
OTHERS = {
    "xml": gettext_lazy("XML that is not Akoma Ntoso"),
    "doctype": gettext_lazy("XML with a DOCTYPE"),
    "coded": gettext_lazy("text that is not in UTF-8"),
}
BY_SUFFIX = {suffix: one for one in FORMATS.values() for suffix in one.suffixes}
BY_TYPE = {one.content_type: one for one in FORMATS.values()}
ACCEPT = ",".join(BY_SUFFIX)


def recognise(file: BinaryIO, name: str, size: int) -> Format:
    """What a file is. Its content decides, and the ending of its name has to say the same. The file is left at its beginning.

    Raises NotAccepted for what is empty, too large, of another kind, forged, or would unpack to too much.
    """
    said = {"name": name}
    most = settings.MIGOV_DOCUMENT_MAX_BYTES
    if not size:
        raise NotAccepted(_("“%(name)s” is empty.") % said)
    if size > most:
        sizes = {"size": f"{size / 1024**2:.1f}", "most": f"{most / 1024**2:g}"}
        raise NotAccepted(_("“%(name)s” has %(size)s MB; a document has %(most)s MB at most.") % {**said, **sizes})
    named = BY_SUFFIX.get(PurePath(name).suffix.lower())
    if named is None:
        raise NotAccepted(
            _(
                "“%(name)s”: migov keeps PDF, DOCX, XLSX, PPTX, TXT, MD, HTML, CSV, PNG and JPEG files, and laws in Akoma Ntoso (XML)."
            )
            % said
        )
    found = _content(file, name)
    file.seek(0)
    if found == named.code or (found in (*TEXTS, "xml", "doctype") and named.code in ("txt", "md", "csv")):
        return named
    told: dict[str, str | Promise] = {**said, "expected": named.label}
    if found == "old":
        raise NotAccepted(
            _(
                "“%(name)s” was saved by an old version of Office or is protected by a password. Save it as DOCX, XLSX or PPTX without one."
            )
            % said
        )
    if found == "coded" and named.code in (*TEXTS, "csv", "akn"):
        raise NotAccepted(_("“%(name)s” is not in UTF-8, and its letters cannot be told. Save it as UTF-8.") % said)
    if found == "doctype" and named.code == "akn":
        raise NotAccepted(_("“%(name)s”: XML with a DOCTYPE is not accepted. Save it without one.") % said)
    told["found"] = FORMATS[found].label if found in FORMATS else OTHERS.get(found, _("something else"))
    raise NotAccepted(_("“%(name)s” should be: %(expected)s. What is in it: %(found)s.") % told)


def _content(file: BinaryIO, name: str) -> str:
    """The code of the format that the content has; "old" for Office files before 2007, those of OTHERS; "" for anything else.

    Raises NotAccepted.
    """
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(OLD_OFFICE):
        return "old"
    code = next((code for magic, code in MAGIC if head.startswith(magic)), "")
    if code == "zip":
        return _packed(file, name)
    return code or _text(file, head)


def _packed(file: BinaryIO, name: str) -> str:
    """Which office file a ZIP file is. Only its table of contents is read, and the part that says what the others are."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as parts:
            held = parts.infolist()
            types = _types(parts)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return ""
    unpacked = sum(part.file_size for part in held)
    packed = sum(part.compress_size for part in held)
    if unpacked > MAX_UNPACKED or len(held) > MAX_PARTS or (unpacked > BIG and unpacked > MAX_RATIO * max(packed, 1)):
        raise NotAccepted(_("“%(name)s” would unpack to far more than a document holds.") % {"name": name})
    names = {part.filename for part in held}
    found = next((code for part, code in MAIN_PARTS.items() if part in names), "")
    if not found or types is None:
        return ""
    # By what the parts are said to be: macros may stand under any name.
    if any(part.lower().endswith("vbaproject.bin") for part in names) or MACROS.search(types):
        raise NotAccepted(_("“%(name)s” holds macros. Save it without them.") % {"name": name})
    return found


def _types(parts: zipfile.ZipFile) -> bytes | None:
    """What the parts are said to be, as one letter a byte; None where nothing is said, or too much."""
    if TYPES not in parts.namelist() or parts.getinfo(TYPES).file_size > MAX_TYPES:
        return None
    return parts.read(TYPES).replace(b"\x00", b"")  # it may be written in UTF-16


def _text(file: BinaryIO, head: bytes) -> str:
    """Whether a file is text all through, and what its marks say it is."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")()
    file.seek(0)
    plain = True
    while chunk := file.read(1024**2):
        if not wide and not CONTROLS.isdisjoint(chunk):
            return ""
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            if wide:
                return ""
            plain = False
            break
    if marked := _marked(head.removeprefix(codecs.BOM_UTF8)):
        return marked  # in an encoding that it names itself, perhaps
    if plain:
        return "txt"
    file.seek(0)
    return "txt" if encoding_of(file.read(SAMPLE)) else "coded"


def _marked(head: bytes) -> str:
    """What a file is by its first marks: "akn", "html", "doctype" (XML with one), "xml"; "" where it has none."""
    prolog = PROLOG.match(head)
    rest = head[prolog.end() :] if prolog else head
    root = ROOT.match(rest)
    if root and root[1] == b"akomaNtoso":
        return "akn"
    declared = head.lstrip().startswith(b"<?xml")
    if rest.lower().startswith(PAGES[:2] if declared else PAGES) or head.lstrip().startswith(b"<!--"):
        return "html"
    if rest.startswith(b"<!DOCTYPE"):
        return "doctype"
    return "xml" if root and (declared or b"xmlns" in rest) else ""
