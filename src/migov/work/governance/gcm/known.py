"""What is known for a report: sources register here, each says what it would put under which part, with its evidence.

Sources of this room are in own.py, those of all work through records in aligned.py; higher rooms register further ones when they
are loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from migov.foundation.records.models import Record
from migov.services.files.models import Document
from migov.work.governance.models import GcmReport

LONGEST_TITLE, LONGEST_PLACE = 300, 200


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind a paragraph. address: inside migov. as_of: the day of a figure."""

    title: str
    record: Record | None = None
    document: Document | None = None
    place: str = ""
    address: str = ""
    url: str = ""
    source: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A paragraph that could be drawn. key: names it within its source and stays the same when its words change.

    part, topic: codes of gcm/outline.py. shared: all who read the report may see it; what is not shared is shown to the office
    beside the report, and never becomes part of it.
    """

    key: str
    part: str
    topic: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    shared: bool = True

    @property
    def digest(self) -> str:
        """Tells whether the words or the evidence are still the same."""
        said = [self.text, [[one.title, one.url, str(one.as_of or ""), one.source] for one in self.evidence]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


Source = Callable[[GcmReport], Iterable[Known]]
_SOURCES: dict[str, Source] = {}


def register(code: str, source: Source) -> None:
    """Have a source asked whenever a report is drawn. It answers in a number of queries that does not depend on how much it knows.

    Raises ValueError when another has the code.
    """
    if _SOURCES.get(code, source) is not source:
        raise ValueError(f"source {code!r} is registered already")
    _SOURCES[code] = source


def known(report: GcmReport) -> list[tuple[str, Known]]:
    """All that the sources know for a report, each with the code of its source, in the order of registration."""
    return [(code, one) for code, source in _SOURCES.items() for one in source(report)]
