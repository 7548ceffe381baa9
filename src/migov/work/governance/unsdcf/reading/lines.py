"""Parts in running text: lines such as “Outcome 1.2: …”, “Output 1.2.1 – …”, and what is said of an indicator after them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migov.work.governance.models import PartKind
from migov.work.governance.unsdcf.reading.draft import Builder, Found

_LABELLED = re.compile(
    r"^[\W_]{0,4}(?P<label>(?:(?:UN|UNSDCF|CF|cooperation framework)\s+)?"
    r"(?:(?P<priority>strategic priority(?: area)?|priority(?: area)?|strategic pillar|pillar|focus area)"
    r"|(?P<indicator>(?:outcome |output )?indicator)|(?P<outcome>outcome)|(?P<output>output)))"
    r"\s*(?P<number>(?:\d{1,2}|[IVX]{1,4}(?![a-z]))(?:\.\d{1,2}){0,3}(?:\.?[a-z](?![a-z]))?)?\s*(?P<mark>[:.–—-]|$)?\s*(?P<text>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_CONTENTS = re.compile(r"(?:\.{3,}|…|\t)\s*\d{1,3}\s*$")
_ENDS = re.compile(
    r"^\W*(?:(?:outcome |output )?indicators?|results?|baselines?|targets?|sources?|outputs?|outcomes?|risks?|assumptions?|partners?|"
    r"theory of change|sdgs?(?: targets?)?|annex\b.*|chapter\b.*|table\b.*|figure\b.*|\d{1,3})\W*$",
    re.IGNORECASE,
)
# A sentence about a part that stands elsewhere.
_SPEAKS = re.compile(r"^(?:priority|outcome|output|indicator)\s+\d", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?P<name>baselines?|targets?|(?:data )?sources?(?: of verification)?|means of verification|mov)\b"
    r"\s*(?P<year>\(?\b\d{4}\b\)?)?\s*[:=]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line that names a part."""

    kind: str
    number: str
    text: str


def labelled(line: str) -> Labelled | None:
    """What a line names; None for any other line, and for a line of a table of contents."""
    found = _LABELLED.match(line.strip())
    if found is None or _CONTENTS.search(line):
        return None
    kind = next(kind for kind in PartKind.values if found[str(kind)])
    number, mark, text = found["number"] or "", found["mark"] or "", found["text"].strip()
    if not mark and not text:
        return Labelled(str(kind), number, "") if number else None  # its words stand in the next line
    if not mark:
        # “Outcome 1.2 will be reached by …” speaks of an outcome and does not state it.
        if not number or not text[:1].isupper():
            return None
    elif not number and (mark != ":" or not text):
        return None
    return Labelled(str(kind), number, text)


def said_of_indicator(text: str) -> tuple[str, dict[str, str]]:
    """The text before “Baseline: … Target: … Source: …”, and these by name."""
    found = list(_SAID.finditer(text))
    values: dict[str, str] = {}
    for at, one in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        value = " ".join(text[one.end() : end].split()).strip(" ;,|")
        name = one["name"].lower()
        name = "baseline" if name.startswith("base") else "target" if name.startswith("target") else "source"
        year = (one["year"] or "").strip("()")
        if value:
            values.setdefault(name, f"{value} ({year})" if year and year not in value else value)
    return (text[: found[0].start()].strip(" ;,|(–-") if found else text), values


class LineReader:
    """Takes lines one by one. joined: a line that names nothing goes on with the one before (pasted text and PDF)."""

    def __init__(self, builder: Builder, *, joined: bool) -> None:
        self.builder, self.joined = builder, joined
        self._open: tuple[Labelled, str, list[str]] | None = None
        self._indicator: Found | None = None

    def take(self, line: str, place: str) -> None:
        """Read a line; an empty one ends what was begun."""
        text = line.strip()
        if not text:
            if self._open is not None and self._open[2]:
                self.end()
            return
        named = labelled(text)
        if named is not None:
            self.end()
            self._open = (named, place, [named.text] if named.text else [])
            if not self.joined and named.text:
                self.end()
            return
        if _ENDS.match(text) or _SPEAKS.match(text):
            self.end()
            return
        if self._open is not None:
            self._open[2].append(text)
            if not self.joined:
                self.end()
            return
        if self._indicator is not None:
            rest, values = said_of_indicator(text)
            if values and not rest:
                self.builder.fill(self._indicator, values)

    def end(self) -> None:
        """Give what was begun to the builder."""
        if self._open is None:
            return
        (named, place, texts), self._open = self._open, None
        text = " ".join(texts)
        values: dict[str, str] = {}
        if named.kind == PartKind.INDICATOR:
            text, values = said_of_indicator(text)
        if not text and not named.number:
            return
        found = self.builder.add(named.kind, named.number, text, place, **values)
        self._indicator = found if named.kind == PartKind.INDICATOR else None
