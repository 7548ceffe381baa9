"""A file of IATI activities or organisations against schema, codelists and ruleset of 2.03. Offline; memory holds one activity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.utils.translation import gettext as _
from lxml import etree
from lxml.etree import _Element as Element

from migov.exchange.iati.check_report import CODELIST, ERROR, LONGEST, RULESET, SCHEMA, CheckReport, Finding
from migov.exchange.iati.check_standard import SCHEMAS, CheckRefused, Standard, standard
from migov.exchange.iati.reader import BoundedStream, Source, limits, spooled
from migov.exchange.iati.shapes import attributes, text_of

__all__ = ["CheckRefused", "CheckReport", "check_file"]
RECORDS = {"iati-activities": "iati-activity", "iati-organisations": "iati-organisation"}
ROOT_OF = {record: root for root, record in RECORDS.items()}
VERSION = "2.03"
IDENTIFIERS = ("iati-identifier", "organisation-identifier")
Progress = Callable[[int, int | None, str], None]


def check_file(
    path_or_stream: Path | str | BinaryIO,
    folder: Path | str | None = None,
    *,
    name: str = "",
    progress: Progress | None = None,
) -> CheckReport:
    """Check a file (it may be compressed with gzip). `folder` holds the official assets; else the setting MIGOV_IATI_STANDARD names it.

    `progress` is told bytes read, bytes in all, and a note. Raises CheckRefused where the assets are missing and for a file that is not
    well-formed XML or holds something else than IATI; ImportRefused for one that is larger than files may be.
    """
    assets = standard(folder)
    with ExitStack() as stack:
        if isinstance(path_or_stream, (str, Path)):
            name = name or Path(path_or_stream).name
            source: Source = stack.enter_context(Path(path_or_stream).open("rb"))
        else:
            name = name or "stream"
            source = spooled(path_or_stream)
        return _Checker(assets, CheckReport(name=name)).run(source, progress)


class _Checker:
    def __init__(self, assets: Standard, report: CheckReport) -> None:
        self.assets, self.report = assets, report
        self.seen: Counter[str] = Counter()

    def run(self, source: Source, progress: Progress | None) -> CheckReport:
        source.seek(0, 2)
        size = source.tell()
        stream = BoundedStream(source, self.report.name, *limits())
        options: Any = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
        events = etree.iterparse(cast(IO[bytes], stream), events=("end",), tag=tuple(RECORDS.values()), **options)
        try:
            for _event, element in events:
                if next(element.iterancestors(*RECORDS.values()), None) is not None:
                    continue
                if element.getroottree().docinfo.internalDTD is not None:
                    raise CheckRefused(_("%s declares a document type, which is not read.") % self.report.name)
                stream.since = 0
                self._record(element)
                if progress and self.report.records % 50 == 0:
                    progress(stream.position(), size, "")
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
        except etree.XMLSyntaxError as error:
            raise CheckRefused(
                _("%(name)s is not well-formed XML: %(why)s") % {"name": self.report.name, "why": error.msg}
            ) from error
        self._root(events.root)
        return self.report

    def _record(self, element: Element) -> None:
        """One activity or organisation, in a document of its own."""
        self.report.records += 1
        root = etree.Element(ROOT_OF[str(element.tag)], version=VERSION)
        copy = deepcopy(element)
        copy.tail = None
        root.append(copy)
        identifier = next((text_of(found) for tag in IDENTIFIERS if (found := copy.find(tag)) is not None), "")
        identifier = identifier or _("number %d in the file") % self.report.records
        self._schema(root, identifier)
        self._codes(copy, identifier)
        for breach in self.assets.rules.breaches(root):
            self._add(RULESET, breach.severity, identifier, breach.element, breach.rule, breach.message, breach.found)
        self.seen[identifier] += 1
        if self.seen[identifier] == 2:
            self._add(
                RULESET, ERROR, identifier, copy, "identifier-once", _("each identifier once in a file"), identifier
            )

    def _schema(self, root: Element, identifier: str) -> None:
        schema = self.assets.schemas[str(root.tag)]
        if schema.validate(root.getroottree()):
            return
        for error in schema.error_log:  # type: ignore[attr-defined]
            rule = error.type_name.removeprefix("SCHEMAV_").lower()
            line: int = cast("Any", error).line
            self.report.add(Finding(SCHEMA, ERROR, identifier, error.path or "", line, rule, error.message[:LONGEST]))

    def _codes(self, element: Element, identifier: str) -> None:
        for unknown in self.assets.codes.unknown(element):
            attribute = unknown.attribute.rpartition("}")[2]
            expected = _("a code of the list %s") % unknown.codelist
            found = f"@{attribute} {unknown.value}" if attribute != "text()" else unknown.value
            self._add(CODELIST, ERROR, identifier, unknown.element, unknown.codelist, expected, found)

    def _add(
        self, kind: str, severity: str, identifier: str, element: Element, rule: str, expected: str, found: str
    ) -> None:
        path = element.getroottree().getpath(element)
        line = cast("int | None", element.sourceline) or 0
        self.report.add(Finding(kind, severity, identifier, path, line, rule, expected, found[:LONGEST]))

    def _root(self, root: Element | None) -> None:
        """The root element itself, with a record that is known to be in order in place of those that were looked at."""
        if root is None or str(root.tag) not in SCHEMAS:
            if root is not None and self.report.records:
                return  # a single activity, or what a datastore wraps around
            raise CheckRefused(_("%s holds neither IATI activities nor organisations.") % self.report.name)
        for record in root.findall(RECORDS[str(root.tag)]):
            root.remove(record)
        if self.report.records:
            root.insert(0, etree.fromstring(IN_ORDER[str(root.tag)]))
        self._schema(root, "")
        alone = etree.Element(root.tag)
        for key, value in attributes(root):
            alone.set(key, value)
        self._codes(alone, "")


IN_ORDER = {
    "iati-activities": "<iati-activity><iati-identifier>A</iati-identifier><reporting-org ref='A' type='10'><narrative>A</narrative>"
    "</reporting-org><title><narrative>A</narrative></title><description><narrative>A</narrative></description>"
    "<participating-org role='1'/><activity-status code='2'/><activity-date type='1' iso-date='2020-01-01'/></iati-activity>",
    "iati-organisations": "<iati-organisation><organisation-identifier>A</organisation-identifier><name><narrative>A</narrative>"
    "</name><reporting-org ref='A' type='10'><narrative>A</narrative></reporting-org></iati-organisation>",
}
