"""What was found in a document: parts in reading order, each with what is doubtful about it, and what could not be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from migov.work.governance.models import Part, PartKind

MOST_PARTS = 600
LONGEST = 4000
LIMITS: dict[str, int] = {
    name: int(getattr(Part._meta.get_field(name), "max_length", 0) or 0)
    for name in ("number", "baseline", "target", "source")
}
# Kind → the kinds that it may stand under.
UNDER: dict[str, tuple[str, ...]] = {
    PartKind.PRIORITY: (),
    PartKind.OUTCOME: (PartKind.PRIORITY,),
    PartKind.OUTPUT: (PartKind.OUTCOME,),
    PartKind.INDICATOR: (PartKind.OUTCOME, PartKind.OUTPUT),
}
_SHORT, _LONG = 12, 900


@dataclass(slots=True)
class Found:
    """A part as it was found. parent: its place in the list. place: where it stands in the document, for people."""

    kind: str
    number: str
    text: str
    place: str
    parent: int | None = None
    baseline: str = ""
    target: str = ""
    source: str = ""
    doubts: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Kind and number, for people."""
        return f"{PartKind(self.kind).label} {self.number}".strip()


@dataclass(slots=True)
class Draft:
    """What a document gave. problems: place and what is wrong there. way: in which form the parts were found."""

    parts: list[Found] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def doubtful(self) -> int:
        return sum(bool(part.doubts) for part in self.parts)

    def counts(self) -> list[tuple[Any, int]]:
        """Kind for people → how many were found."""
        kinds = [part.kind for part in self.parts]
        return [(label, kinds.count(code)) for code, label in PartKind.choices if code in kinds]

    def tree(self) -> Iterator[tuple[int, int, Found]]:
        """Place in the list, depth and part: each part after the one it stands under."""
        below: dict[int | None, list[int]] = {}
        for at, part in enumerate(self.parts):
            below.setdefault(part.parent, []).append(at)

        def walk(above: int | None, depth: int) -> Iterator[tuple[int, int, Found]]:
            for at in below.get(above, ()):
                yield at, depth, self.parts[at]
                yield from walk(at, depth + 1)

        return walk(None, 0)


class TooMany(ValueError):
    """More parts than a Cooperation Framework has."""


class Builder:
    """Puts parts under one another as they come. The same part named again is joined with the first."""

    def __init__(self) -> None:
        self.draft = Draft()
        self._now: dict[str, int] = {}  # kind → the last part of it
        self._known: dict[tuple[str, str], int] = {}  # kind and number, or kind and words → part

    def add(self, kind: str, number: str, text: str, place: str, **more: str) -> Found | None:
        """Take a part. more: baseline, target, source. A number alone names the part of that number that was found before.

        None where it has no words. Raises TooMany.
        """
        text, number = " ".join(text.split()), number.strip().rstrip(".")
        if not text and number and (there := self._known.get((kind, f"#{number}"))) is not None:
            self._fill(self.draft.parts[there], more)
            self._now_at(kind, there)
            return self.draft.parts[there]
        if not text:
            self.problem(place, _("%(what)s has no words.") % {"what": f"{PartKind(kind).label} {number}".strip()})
            return None
        parent = self._parent(kind, number)
        known = self._same(kind, number, text, parent)
        if known is not None:
            found = self.draft.parts[known]
            self._join(found, text, place, more)
            self._now_at(kind, known)
            return found
        if len(self.draft.parts) >= MOST_PARTS:
            raise TooMany(_("More than %(most)d parts were found. Read the document in pieces.") % {"most": MOST_PARTS})
        found = Found(kind, "", text[:LONGEST], place, parent)
        self._fill(found, {"number": number, **more})
        self._doubt(found, text)
        self.draft.parts.append(found)
        at = len(self.draft.parts) - 1
        for key in self._keys(kind, number, text, parent):
            self._known.setdefault(key, at)
        self._now_at(kind, at)
        return found

    def problem(self, place: str, text: str) -> None:
        """Note what could not be used, and where."""
        self.draft.problems.append((place, text))

    def last(self, kind: str) -> Found | None:
        """The part of a kind that came last, if what came after belongs under it."""
        at = self._now.get(kind)
        return None if at is None else self.draft.parts[at]

    def fill(self, found: Found, values: dict[str, str]) -> None:
        """Say more of a part that was found: baseline, target, source."""
        self._fill(found, values)

    def _now_at(self, kind: str, at: int) -> None:
        rank = list(PartKind.values).index(kind)
        for lower in PartKind.values[rank + 1 :]:
            self._now.pop(lower, None)
        self._now[kind] = at

    def _parent(self, kind: str, number: str) -> int | None:
        above = _above(number)
        for one in reversed(UNDER[kind]):
            if above and (at := self._known.get((one, f"#{above}"))) is not None:
                return at
        for one in reversed(UNDER[kind]):
            if one in self._now:
                return self._now[one]
        return None

    def _keys(self, kind: str, number: str, text: str, parent: int | None) -> list[tuple[str, str]]:
        plain = text.lower().strip(" .")
        if kind == PartKind.INDICATOR:
            return [(kind, f"{parent}:{plain}")]
        return [*([(kind, f"#{number}")] if number else []), (kind, plain)]

    def _same(self, kind: str, number: str, text: str, parent: int | None) -> int | None:
        for key in self._keys(kind, number, text, parent):
            at = self._known.get(key)
            if at is not None and (key[1].startswith("#") or self.draft.parts[at].number in ("", number) or not number):
                return at
        return None

    def _join(self, found: Found, text: str, place: str, more: dict[str, str]) -> None:
        before, now = found.text.lower().strip(" ."), text.lower().strip(" .")
        if now.startswith(before):
            found.text = text[:LONGEST]
        elif not before.startswith(now):
            words = _("At %(place)s it reads otherwise: “%(text)s”") % {"place": place, "text": text[:200]}
            if words not in found.doubts:
                found.doubts.append(words)
        self._fill(found, more)

    def _fill(self, found: Found, values: dict[str, str]) -> None:
        for name, value in values.items():
            value = " ".join(value.split())
            if not value or getattr(found, name):
                continue
            if len(value) > LIMITS[name]:
                said = {"name": name, "most": LIMITS[name]}
                found.doubts.append(_("The %(name)s is longer than %(most)d characters and was cut.") % said)
                value = value[: LIMITS[name]]
            setattr(found, name, value)

    def _doubt(self, found: Found, text: str) -> None:
        parts, parent = self.draft.parts, found.parent
        above = _above(found.number)
        if found.kind != PartKind.PRIORITY and parent is None:
            found.doubts.append(
                {
                    PartKind.OUTCOME: _("No priority stands above it."),
                    PartKind.OUTPUT: _("No outcome stands above it."),
                    PartKind.INDICATOR: _("No outcome or output stands above it."),
                }[PartKind(found.kind)]
            )
        elif parent is not None and above and parts[parent].number and not _fits(found.number, parts[parent].number):
            said = {"number": found.number, "above": parts[parent].label}
            found.doubts.append(_("Its number %(number)s does not fit %(above)s above it.") % said)
        if len(text) < _SHORT:
            found.doubts.append(_("It is very short."))
        elif len(text) > _LONG:
            found.doubts.append(_("It is very long: more than the statement may have been taken."))
        elif found.kind != PartKind.INDICATOR and text[0].islower():
            found.doubts.append(_("It begins with a small letter: it may be the end of another sentence."))


def _above(number: str) -> str:
    """The number of the part above: 1.2 of 1.2.3, and of the indicators 1.2a and 1.2.a; empty where it does not say."""
    if number[-1:].isalpha() and number[:1].isdigit():
        return number.rstrip("abcdefghijklmnopqrstuvwxyz").rstrip(".")
    return number.rpartition(".")[0]


def _fits(number: str, above: str) -> bool:
    if _above(number) == above:
        return True
    return number.startswith(f"{above}.") or (number.split(".")[0] == above.split(".")[0] and "." not in above)
