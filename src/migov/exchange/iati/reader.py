"""Reads activities out of a file one after the other, whatever its size, and turns hostile or broken files away.

The beginning of the file is looked at first, by a parser that stops at the root element: a document type declaration (where entities
live) and a wrong root are refused before anything else is read. The rest is bounded: so many bytes after decompression, so many for
one activity.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Protocol, cast
from xml.parsers import expat

from django.conf import settings
from django.utils.translation import gettext as _
from lxml import etree
from lxml.etree import _Element as Element

from migov.exchange.iati.refusal import ImportRefused

TAG = "iati-activity"
ROOTS = ("iati-activities", TAG, "result", "response")  # the last two: what datastores wrap around
PROLOGUE = 256 * 1024
GUARD_CHUNK = 4096
BATCH_ACTIVITIES = 100
BATCH_BYTES = 4 * 1024 * 1024
MAX_ACTIVITY_BYTES = 64 * 1024 * 1024
# No IATI element has more than a dozen; the time to put thousands of them in order grows with their square.
MAX_ATTRIBUTES = 100
TOO_MANY_ATTRIBUTES = etree.XPath(f"boolean(descendant-or-self::*[@*[{MAX_ATTRIBUTES + 1}]])")


class Source(Protocol):
    """A binary file that can be read from its beginning more than once."""

    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


@dataclass(slots=True)
class Activity:
    """One activity element, alive until the next batch is asked for."""

    element: Element
    line: int
    counter: int


@dataclass(frozen=True)
class Head:
    """What the root element says."""

    root: str
    version: str


class BoundedStream:
    """A file, decompressed where it is gzip, that refuses to give more than its limits."""

    def __init__(self, source: Source, name: str, limit: int, activity_limit: int = MAX_ACTIVITY_BYTES) -> None:
        source.seek(0)
        zipped = source.read(2) == b"\x1f\x8b"
        source.seek(0)
        self._source = source
        self._file: IO[bytes] | Source = gzip.GzipFile(fileobj=cast(BinaryIO, source)) if zipped else source
        self._name, self._limit, self._activity_limit = name, limit, activity_limit
        self.total = 0
        self.since = 0

    def position(self) -> int:
        """Bytes of the file itself (compressed, where it is) that have been read."""
        return self._source.tell()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes. Raises ImportRefused beyond a limit, or where the compression is damaged."""
        wanted = 65536 if size < 0 else size
        try:
            data = self._file.read(wanted)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ImportRefused(self._name, _("the compressed file is damaged or cut off: %s") % error) from error
        self.total += len(data)
        self.since += len(data)
        if self.total > self._limit:
            reason = (
                _("the file is larger than the %d bytes that imports may have (MIGOV_IMPORT_MAX_BYTES)") % self._limit
            )
            raise ImportRefused(self._name, reason)
        if self.since > self._activity_limit:
            reason = _("more than %d bytes without the end of an activity") % self._activity_limit
            raise ImportRefused(self._name, reason, expected=_("a file of IATI activities"))
        return data


def limits() -> tuple[int, int]:
    """Bytes that a file may have after decompression, and one activity of it."""
    return settings.MIGOV_IMPORT_MAX_BYTES, getattr(settings, "MIGOV_IMPORT_MAX_ACTIVITY_BYTES", MAX_ACTIVITY_BYTES)


class _Seen(Exception):
    """The root element was reached."""


def inspect(source: Source, name: str) -> Head:
    """Look at the beginning of a file. Raises ImportRefused unless it begins like a file of IATI activities."""
    stream = BoundedStream(source, name, *limits())
    parser = expat.ParserCreate(namespace_separator="}")
    head: list[Head] = []

    def root(tag: str, attributes: dict[str, str]) -> None:
        head.append(Head(tag.rpartition("}")[2], attributes.get("version", "").strip()[:10]))
        raise _Seen

    def declaration(*ignored: object) -> None:
        raise ImportRefused(
            name,
            _("the file declares a document type or entities, which can be used to attack the reader"),
            line=parser.CurrentLineNumber,
            column=parser.CurrentColumnNumber,
            expected=_("a file without <!DOCTYPE>"),
        )

    parser.StartElementHandler = root
    parser.StartDoctypeDeclHandler = declaration
    parser.EntityDeclHandler = declaration
    try:
        while stream.total < PROLOGUE:
            data = stream.read(GUARD_CHUNK)
            parser.Parse(data, not data)
            if not data:
                break
        raise ImportRefused(name, _("no element was found at the beginning of the file"), expected="<iati-activities>")
    except _Seen:
        pass
    except (expat.ExpatError, ValueError, LookupError) as error:
        reason = _("this is not an XML file: %s") % (
            expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else error
        )
        raise ImportRefused(
            name, reason, line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber, expected="<iati-activities>"
        ) from error
    if head[0].root not in ROOTS:
        reason = _("the root element is <%s>") % head[0].root[:60]
        if head[0].root == "iati-organisations":
            reason = _("this is a file of IATI organisations")
        raise ImportRefused(name, reason, expected="<iati-activities>")
    return head[0]


def batches(source: Source, name: str, tick: Callable[[int], None] | None = None) -> Iterator[list[Activity]]:
    """The activities of a file in small batches, in order. Memory holds one batch at a time.

    `tick` is told the position in the file before each batch. Raises ImportRefused when the file is not well-formed, too large or
    declares a document type.
    """
    stream = BoundedStream(source, name, *limits())
    events = etree.iterparse(
        cast(IO[bytes], stream),
        tag=TAG,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    batch: list[Activity] = []
    counter = started = 0
    try:
        for __, element in events:
            if next(element.iterancestors(TAG), None) is not None:
                continue  # inside another activity, which is reported when its end comes
            counter += 1
            if counter == 1 and element.getroottree().docinfo.internalDTD is not None:
                raise ImportRefused(
                    name, _("the file declares a document type"), expected=_("a file without <!DOCTYPE>")
                )
            if TOO_MANY_ATTRIBUTES(element):
                raise ImportRefused(
                    name, _("an element of this activity has too many attributes"), line=element.sourceline or 0,
                    expected=_("at most %d attributes to an element") % MAX_ATTRIBUTES,
                )  # fmt: skip
            stream.since = 0
            batch.append(Activity(element, element.sourceline or 0, counter))
            if len(batch) >= BATCH_ACTIVITIES or stream.total - started >= BATCH_BYTES:
                if tick:
                    tick(stream.position())
                yield batch
                _forget(batch)
                batch, started = [], stream.total
    except etree.XMLSyntaxError as error:
        line, column = error.position if error.position else (0, 0)
        raise ImportRefused(
            name, _("the file is not well-formed XML: %s") % (error.msg or "").partition(", line ")[0], line=line or 0, column=column or 0,
            expected=_("a whole file, as published"),
        ) from error  # fmt: skip
    if tick:
        tick(stream.position())
    if batch:
        yield batch
        _forget(batch)


def _forget(batch: list[Activity]) -> None:
    """Free the elements of a batch and what stood before them."""
    for activity in batch:
        activity.element.clear()
    last = batch[-1].element
    parent = last.getparent()
    if parent is not None:
        while last.getprevious() is not None:
            del parent[0]


def digest_of(element: Element, salt: bytes) -> str:
    """A digest of what an activity says; the order of attributes and white space between elements do not matter."""
    try:
        # Canonical XML: attributes sorted, namespaces written where they are used, comments left out.
        text = etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)
    except (
        etree.C14NError
    ):  # a namespace that is no address, as some publishers declare; such an activity is compared as written
        text = etree.tostring(element, encoding="utf-8", with_tail=False)
    return hashlib.sha256(salt + text).hexdigest()


def spooled(source: BinaryIO) -> Source:
    """The same file, able to go back to its beginning."""
    if source.seekable():
        return source
    data = io.BytesIO()
    limit = limits()[0]
    while chunk := source.read(1024 * 1024):
        data.write(chunk)
        if data.tell() > limit:
            raise ImportRefused(getattr(source, "name", "stream"), _("the stream is larger than imports may be"))
    data.seek(0)
    return data
