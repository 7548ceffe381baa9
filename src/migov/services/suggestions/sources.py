"""What of a piece of work speaks for its alignment. Each room registers a reader for its kind of record; the matcher is given
what it returns, and nothing else.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise

from migov.foundation.records.models import Record

CONTEXT_WORDS = 12  # of what stands around a record, also where the record itself says less
JOINT = "\n\n"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text of a record. label: where it stands, for people ("Objectives"). page: of a document, from 1.

    passage: its number in a document, by which it is found again.

    context: it says what the record belongs to, not what it is (the title of a result's project). It counts for less: all context
    together never has more words than the record's own text, or CONTEXT_WORDS where that is short.
    """

    text: str
    label: str | Promise = ""
    page: int | None = None
    context: bool = False
    passage: int | None = None


Reader = Callable[[Sequence[int]], Mapping[int, Sequence[Part]]]


@dataclass(frozen=True, slots=True)
class Wording:
    """All that is read of one record: one text, with the parts that it was joined from and where each begins.

    by_passage: the matcher reads part by part, because the whole is too long to be about one thing.
    """

    text: str
    starts: tuple[int, ...]
    parts: tuple[Part, ...]
    by_passage: bool = False

    @property
    def digest(self) -> str:
        """Tells whether two wordings are the same, 16 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def at(self, position: int) -> tuple[int, Part]:
        """The part that holds a character of the text, with where the part begins. Raises IndexError for an empty wording."""
        number = max(bisect_right(self.starts, position) - 1, 0)
        return self.starts[number], self.parts[number]


_READERS: dict[str, Reader] = {}
_BY_PASSAGE: set[str] = set()


def register(kind: str, reader: Reader, *, by_passage: bool = False) -> None:
    """Make the records of a kind readable; called from a room's AppConfig.ready. The reader is given primary keys of many
    records and answers each with its parts in reading order, in a number of queries that does not depend on how many there are.
    by_passage: records of this kind are long documents; the matcher reads each part by itself.

    Raises ValueError when the kind has another reader already.
    """
    if _READERS.get(kind, reader) is not reader:
        raise ValueError(f"records of kind {kind!r} have a reader already")
    _READERS[kind] = reader
    if by_passage:
        _BY_PASSAGE.add(kind)


def kinds() -> tuple[str, ...]:
    """The kinds of record that the matcher can read, in the order in which their rooms registered."""
    return tuple(_READERS)


def by_passage(kind: str) -> bool:
    """Whether records of a kind are read passage by passage."""
    return kind in _BY_PASSAGE


def wordings(records: Iterable[Record]) -> dict[int, Wording]:
    """Record → what is read of it. Records of a kind without a reader, and those that say nothing, are left out.

    A fixed number of queries for each kind.
    """
    by_kind: dict[str, list[int]] = {}
    for record in records:
        by_kind.setdefault(record.kind, []).append(record.pk)
    found: dict[int, Wording] = {}
    for kind, keys in by_kind.items():
        if kind in _READERS:
            parts_of = _READERS[kind](keys)
            for key in keys:
                wording = join(parts_of.get(key, ()), by_passage=kind in _BY_PASSAGE)
                if wording.text:
                    found[key] = wording
    return found


def texts_of(records: Iterable[Record]) -> dict[int, str]:
    """Record → its text. As `wordings`, without the parts, and without records that are read by passage: a decision on a long
    document says nothing of which of its passages made it, so its whole text teaches nothing.
    """
    short = [record for record in records if record.kind not in _BY_PASSAGE]
    return {key: wording.text for key, wording in wordings(short).items()}


def join(parts: Iterable[Part], *, by_passage: bool = False) -> Wording:
    """Parts as one text: the record's own in their order, each wording once, then a few words of context."""
    own: list[Part] = []
    context: list[Part] = []
    seen: set[str] = set()
    for part in parts:
        text = part.text.strip()
        if text and text.casefold() not in seen:
            seen.add(text.casefold())
            (context if part.context else own).append(replace(part, text=text))
    left = max(CONTEXT_WORDS, sum(len(part.text.split()) for part in own))
    kept = list(own)
    for part in context:
        words = part.text.split()[:left]
        left -= len(words)
        if words:
            kept.append(replace(part, text=" ".join(words)))
    starts, length = [], 0
    for part in kept:
        starts.append(length)
        length += len(part.text) + len(JOINT)
    return Wording(JOINT.join(part.text for part in kept), tuple(starts), tuple(kept), by_passage)


def extend(kind: str, reader: Reader) -> None:
    """Have more read of the records of a kind, after what its own reader reads: from a room above that adds text to them, called
    from its AppConfig.ready. As with `register`, in a number of queries that does not depend on how many records there are.

    Raises KeyError for a kind that has no reader yet.
    """
    before = _READERS[kind]

    def both(keys: Sequence[int]) -> Mapping[int, Sequence[Part]]:
        more = reader(keys)
        own = before(keys)
        return {key: [*own.get(key, ()), *more.get(key, ())] for key in {*own, *more}}

    _READERS[kind] = both
