"""The consistency check: each paragraph of a draft beside what was said before on the same theme or in the same mechanism, and beside
the register. It gives hints with both passages; people say what they mean.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.records.kinds import url_of
from migov.foundation.records.models import Record, RecordTheme
from migov.foundation.shell import formats
from migov.work.cooperation.inputs import claims, known_here, positions, templates
from migov.work.cooperation.inputs.claims import REGISTER
from migov.work.cooperation.inputs.index import NOTE, Said, pieces
from migov.work.cooperation.models import Commitment, HintSeen, Input, Mechanism, Part

BESIDE = 3  # earlier passages that a paragraph is compared with
SHOWN = 0.3  # likeness from which an earlier passage is shown although nothing in it differs
MEMBERS = re.compile(
    r"(?P<part>member|participating|observer|associate|partner)\s+(?:states?|countries|governments?|members?)|(?P<members>members)\b", re.I
)  # fmt: skip
PARTS = {
    "member": Part.MEMBER, "participating": Part.PARTICIPANT, "observer": Part.OBSERVER, "associate": Part.ASSOCIATE,
    "partner": Part.PARTNER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that may disagree. kind: of claims.py, or "register". now, then: the words on both sides. where: what `then` is from.

    address: its page. earlier: the input it stands in. digest: names the hint as long as both sides stay. seen: who found it right.
    """

    section: str
    kind: str
    words: str
    now: str
    then: str
    where: str
    address: str = ""
    earlier: int | None = None
    seen: HintSeen | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256("\0".join((self.section, self.kind, self.now, self.then)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Beside:
    """An earlier passage beside a paragraph. paper: the input it stands in."""

    said: Said
    paper: Input
    likeness: float
    hints: tuple[Hint, ...] = ()

    @property
    def where(self) -> str:
        return positions.where(self.paper)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the draft with what was said before, what differs first, and hints from the register."""

    section: str
    title: str
    text: str
    beside: tuple[Beside, ...] = ()
    register: tuple[Hint, ...] = field(default=())

    @property
    def hints(self) -> list[Hint]:
        return [*self.register, *(hint for one in self.beside for hint in one.hints)]


def check(paper: Input, viewer: Viewer) -> list[Paragraph]:
    """The paragraphs of an input that have something beside them. About ten queries, whatever its length."""
    drafts = [(part, one) for part, text in _texts(paper) for one in pieces(text) if _says_something(one)]
    if not drafts:
        return []
    near = positions.nearest_of([text for _part, text in drafts], _earlier(paper, viewer), limit=BESIDE)
    keys = {said.paper for rows in near for said, _likeness in rows}
    papers = positions.with_all(Input.objects.filter(pk__in=keys)).in_bulk()
    seen = {one.digest: one for one in paper.hints_seen.select_related("by")}
    register = _Register(paper, viewer)
    found = []
    for (part, text), rows in zip(drafts, near, strict=True):
        beside = [
            _beside(part.code, text, said, papers[said.paper], score, seen)
            for said, score in rows
            if said.paper in papers and _says_something(said.text)
        ]
        shown = tuple(
            sorted((one for one in beside if one.hints or one.likeness >= SHOWN), key=lambda one: not one.hints)
        )
        hints = tuple(_with(hint, seen) for hint in register.hints(part.code, text))
        if shown or hints:
            found.append(Paragraph(part.code, part.title, text, shown, hints))
    return found


def _says_something(text: str) -> bool:
    """Whether a paragraph has enough words to be compared: "Thank you, Chair." has not."""
    return len(claims.content(text)) >= claims.FEWEST


def open_hints(found: Sequence[Paragraph]) -> list[Hint]:
    """The hints that nobody has found right yet."""
    return [hint for one in found for hint in one.hints if hint.seen is None]


def compared(paper: Input, viewer: Viewer) -> int:
    """How many earlier inputs a draft is compared with. Two queries."""
    return _earlier(paper, viewer).count()


def _texts(paper: Input) -> list[tuple[templates.Part, str]]:
    rows = dict(paper.sections.values_list("code", "text"))
    return [(part, rows.get(part.code, "")) for part in templates.parts_of(paper) if not part.internal]


def _earlier(paper: Input, viewer: Viewer) -> QuerySet[Input]:
    """Delivered inputs on one of the themes or in the mechanism of an input; all, where it has neither."""
    found = positions.delivered(viewer).exclude(pk=paper.pk)
    themes = RecordTheme.objects.current().filter(record=paper.record_id).values("theme")
    same = Q()
    if paper.mechanism_id:
        same |= Q(mechanism=paper.mechanism_id)
    if themes.exists():
        same |= Q(record__in=RecordTheme.objects.current().filter(theme__in=themes).values("record"))
    return found.filter(same)


def _beside(section: str, text: str, said: Said, earlier: Input, likeness: float, seen: dict[str, HintSeen]) -> Beside:
    where, address = positions.where(earlier), url_of(earlier.record)
    hints = tuple(
        _with(Hint(section, one.kind, one.words, one.now, one.then, where, address, earlier.pk), seen)
        for one in claims.differences(text, said.text)
    )
    return Beside(said, earlier, likeness, hints)


def _with(hint: Hint, seen: dict[str, HintSeen]) -> Hint:
    known = seen.get(hint.digest)
    if known is None:
        return hint
    return Hint(
        hint.section, hint.kind, hint.words, hint.now, hint.then, hint.where, hint.address, hint.earlier, known
    )  # fmt: skip


class _Register:
    """What the register says that a text may contradict: how many States take part, and commitments with their days."""

    def __init__(self, paper: Input, viewer: Viewer) -> None:
        seen = Record.objects.visible_to(viewer).standing()
        self.mechanism = self._mechanism(paper, seen)
        self.counts = known_here.counts_of(self.mechanism) if self.mechanism else {}
        self.every = known_here.counts_of(self.mechanism, every=True) if self.mechanism else {}
        own = Q(pk__in=[])
        if paper.mechanism_id:
            own |= Q(mechanism=paper.mechanism_id)
        if paper.place_id:
            own |= Q(place=paper.place_id)
        rows = Commitment.objects.filter(own, due__isnull=False, record__in=seen).select_related(
            "record", "place", "body"
        )
        self.commitments = [(row, claims.content(row.record.title)) for row in rows]

    @staticmethod
    def _mechanism(paper: Input, seen: QuerySet[Record]) -> Mechanism | None:
        found = paper.mechanism
        return found if found is not None and seen.filter(pk=found.pk).exists() else None

    def hints(self, section: str, text: str) -> Iterator[Hint]:
        for sentence in claims.sentences(NOTE.sub("", text)):
            yield from self._members(section, sentence)
            yield from self._dues(section, sentence)

    def _members(self, section: str, sentence: str) -> Iterator[Hint]:
        """A count of States of the mechanism that no source has. A sentence that names another mechanism is not about this one."""
        if self.mechanism is None or not self.counts or not self._is_about(sentence):
            return
        for match in claims.QUANTITY.finditer(sentence):
            named = MEMBERS.match(sentence[match.end() :].lstrip())
            if named is None or match["percent"] or match["scale"]:
                continue
            part = PARTS[(named["part"] or "member").lower()]
            number = int(claims.value_of(match))
            known = {source: counts[part] for source, counts in self.counts.items() if counts[part]}
            counted = {*known.values(), *(counts[part] for counts in self.every.values())}
            if known and number not in counted:
                said = "; ".join(f"{value} ({source})" for source, value in known.items())
                words = _("The register has another number (%(part)s): %(said)s.") % {
                    "part": Part(part).label, "said": said,
                }  # fmt: skip
                yield Hint(
                    section, REGISTER, words, sentence, said, self.mechanism.record.title, url_of(self.mechanism.record)
                )

    def _is_about(self, sentence: str) -> bool:
        mechanism = self.mechanism
        if mechanism is None:
            return False
        names = [name for name in (mechanism.record.title, mechanism.short_name) if name]
        other = re.search(r"\b[A-Z]\w+ (?:Process|Dialogue|Forum|Alliance|Union|Council|Network)\b", sentence)
        return any(name in sentence for name in names) or other is None

    def _dues(self, section: str, sentence: str) -> Iterator[Hint]:
        """A sentence on a commitment of the register with another year."""
        named = {
            found["year"]
            for found in claims.DEADLINE.finditer(sentence)
            if found["word"].lower() in ("by", "before", "until")
        }
        mine = claims.content(sentence)
        near: dict[str, list[Commitment]] = {}
        for row, theirs in self.commitments if named else ():
            if len(theirs) >= claims.FEWEST and len(mine & theirs) / len(theirs) >= 0.75:
                near.setdefault(row.record.title, []).append(row)
        for title, rows in near.items():
            if any(row.due is not None and str(row.due.year) in named for row in rows):
                continue  # one of those who have committed to it is due then
            dues = "; ".join(f"{_who(row)}: {formats.day(row.due)}" for row in rows)
            words = _("In the register “%(title)s” is due otherwise: %(dues)s.") % {"title": title, "dues": dues}
            address = url_of(rows[0].record)
            yield Hint(section, REGISTER, words, sentence, f"{title} ({dues})", _("Register of commitments"), address)


def _who(row: Commitment) -> str:
    """Who has committed to something."""
    if row.ours:
        return _("the office")
    return formats.place(row.place) if row.place else str(row.body or row.responsible)
