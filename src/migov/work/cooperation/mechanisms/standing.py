"""What follows from the rows of several sources: how a State or body stands towards a mechanism on a day, and who chairs.

The rule: each source is heard with its latest row that speaks of the day; among sources the one that speaks of the latest date counts,
and where they speak of the same date the one that was recorded later. Whatever another source says differently is shown beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation import partial_dates
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.cooperation.models import Body, Chair, Membership, Part

# Members in the wide sense; who merely looks on, waits, or has left is none of these.
TAKES_PART = (Part.MEMBER, Part.PARTICIPANT, Part.ASSOCIATE)
LETTERS = {
    Part.MEMBER: "M", Part.PARTICIPANT: "P", Part.ASSOCIATE: "A", Part.CANDIDATE: "C", Part.OBSERVER: "O", Part.PARTNER: "R",
    Part.SUSPENDED: "S", Part.FORMER: "F",
}  # fmt: skip
TONES = {
    Part.MEMBER: "good", Part.PARTICIPANT: "good", Part.ASSOCIATE: "good", Part.CANDIDATE: "info", Part.SUSPENDED: "warn",
    Part.FORMER: "quiet", Part.OBSERVER: "quiet", Part.PARTNER: "info",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of a day. part: as the day makes it, so that a former member was a member before it left."""

    row: Membership
    part: Part

    @property
    def label(self) -> str:
        return part_in_words(self.part, self.row.place)

    @property
    def wording(self) -> str:
        """The source's own word, where it says more than the label."""
        word = self.row.wording
        return "" if word.casefold() in (self.label.casefold(), str(self.part.label).casefold()) else word

    @property
    def when(self) -> str:
        return span(self.row.since, self.row.until)

    @property
    def as_of(self) -> str:
        return partial_dates.words(self.row.as_of)

    def in_words(self) -> str:
        """ "observer (since 2018), as of 2024"."""
        parts = [f"{self.label} ({self.when})" if self.when else self.label]
        if self.row.as_of:
            parts.append(_("as of %(day)s") % {"day": self.as_of})
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How one participant stands. said: what each source says, the one that counts first. reasons: in what they differ, in words."""

    said: tuple[Said, ...]
    reasons: tuple[str, ...] = field(default=())

    @property
    def first(self) -> Said:
        return self.said[0]

    @property
    def part(self) -> Part:
        return self.first.part

    @property
    def label(self) -> str:
        return self.first.label

    @property
    def letter(self) -> str:
        return LETTERS[self.part]

    @property
    def tone(self) -> str:
        return TONES[self.part]

    @property
    def disagrees(self) -> bool:
        return bool(self.reasons)

    @property
    def place(self) -> Place | None:
        return self.first.row.place

    @property
    def body(self) -> Body | None:
        return self.first.row.body

    @property
    def name(self) -> str:
        """The participant's name, with the asterisk of its footnote where it has one."""
        return name_of(self.first.row)

    @property
    def when(self) -> str:
        return self.first.when

    @property
    def year(self) -> str:
        """The year since which the part is held, as far as the source that counts says."""
        return self.first.row.since[:4] if self.part != Part.FORMER else ""

    def in_words(self) -> str:
        """ "member (since 1995), as of 2024; sources differ"."""
        said = self.first.in_words()
        return f"{said}; {_('sources differ')}" if self.disagrees else said


def part_in_words(part: Part, place: Place | None) -> str:
    """How a place or body takes part; a word that names no State where the place's name needs a footnote."""
    if part == Part.PARTICIPANT and place is not None and place.needs_footnote:
        return _("participant")
    return str(part.label)


def name_of(row: Membership | Chair) -> str:
    """The name of the State or body of a row."""
    return formats.place(row.place) if row.place is not None else str(row.body)


def span(since: str, until: str) -> str:
    """ "since 1995", "until August 2009", "1999 to May 2005"; empty where nothing is known."""
    if since and until and since != until:
        return _("%(since)s to %(until)s") % {
            "since": partial_dates.words(since),
            "until": partial_dates.words(until),
        }
    if since and until:
        return partial_dates.words(since)
    if since:
        return _("since %(day)s") % {"day": partial_dates.words(since)}
    return _("until %(day)s") % {"day": partial_dates.words(until)} if until else ""


def conclusion(rows: Iterable[Membership], on: date | None = None) -> Conclusion | None:
    """What follows from the standing rows of one participant in one mechanism, for a day (default: today).

    None where no source says anything of that day.
    """
    on = on or timezone.localdate()
    by_source: dict[str, Said] = {}
    for row in sorted(rows, key=_weight):
        part = _part_on(row, on)
        if part is not None:
            by_source[row.source] = Said(row, part)
    if not by_source:
        return None
    said = sorted(by_source.values(), key=lambda one: _weight(one.row), reverse=True)
    return Conclusion(tuple(said), tuple(_reasons(said)))


def one_source(rows: Sequence[Conclusion]) -> Membership | None:
    """A row of the one source that alone names all of these, with the note that most of them carry; None where there are several
    sources, or only one row.
    """
    said = [each.row for one in rows for each in one.said]
    if len(rows) < 2 or len({(row.source, row.as_of) for row in said}) > 1:
        return None
    note, _times = Counter(row.note for row in said).most_common(1)[0]
    return next(row for row in said if row.note == note)


def conclusions(
    rows: Iterable[Membership], on: date | None = None
) -> dict[tuple[int, int | None, int | None], Conclusion]:
    """(mechanism, place, body) → how it stands, for every participant that the rows name. No query."""
    found: defaultdict[tuple[int, int | None, int | None], list[Membership]] = defaultdict(list)
    for row in rows:
        found[row.mechanism_id, row.place_id, row.body_id].append(row)
    concluded = {key: conclusion(said, on) for key, said in found.items()}
    return {key: one for key, one in concluded.items() if one is not None}


def _weight(row: Membership | Chair) -> tuple[date, str, int]:
    """Later knowledge weighs more. A source that names no date weighs least."""
    as_of = partial_dates.last_day(row.as_of) if row.as_of else date.min
    return as_of, row.since, row.pk or 0


def _part_on(row: Membership, on: date) -> Part | None:
    """Which part a row gives its participant on a day; None where it does not speak of the day."""
    if row.since and partial_dates.first_day(row.since) > on:
        return None
    left = bool(row.until) and partial_dates.last_day(row.until) < on
    if row.part == Part.FORMER:
        return Part.FORMER if left or not row.until else Part.MEMBER
    return Part.FORMER if left else Part(row.part)


def _reasons(said: Sequence[Said]) -> list[str]:
    found = []
    for at, newer in enumerate(said):
        for older in said[at + 1 :]:
            if _differ(newer, older):
                found.append(
                    _("%(one)s: %(what)s. %(other)s: %(that)s.")
                    % {
                        "one": newer.row.source,
                        "what": newer.in_words(),
                        "other": older.row.source,
                        "that": older.in_words(),
                    }
                )
    return found


def _differ(newer: Said, older: Said) -> bool:
    if newer.part == older.part:
        return not same_time(newer.row.since, older.row.since) or not same_time(newer.row.until, older.row.until)
    # A change that the newer source dates after the older one spoke is news, not a disagreement.
    change = newer.row.until if newer.part == Part.FORMER else newer.row.since
    if change and older.row.as_of:
        return partial_dates.last_day(change) <= partial_dates.first_day(older.row.as_of)
    return True


def same_time(one: str, other: str) -> bool:
    """Whether two partial dates can mean the same: one is silent, or a less precise way to say the other."""
    return not one or not other or one.startswith(other) or other.startswith(one)


@dataclass(frozen=True, slots=True)
class Term:
    """A time in the chair, as the sources give it; the one that counts first."""

    rows: tuple[Chair, ...]

    @property
    def first(self) -> Chair:
        return self.rows[0]

    @property
    def name(self) -> str:
        return name_of(self.first)

    @property
    def when(self) -> str:
        return span(self.first.since, self.first.until)

    @property
    def as_of(self) -> str:
        return partial_dates.words(self.first.as_of)

    @property
    def open_since(self) -> str:
        """To which date its source speaks, where it gives no end: that somebody chairs is known until then, not longer."""
        return self.as_of if not self.first.until else ""

    def in_words(self) -> str:
        """ "Czechia (as of 2021)"."""
        return f"{self.name} ({_('as of %(day)s') % {'day': self.open_since}})" if self.open_since else self.name

    @property
    def disagrees(self) -> bool:
        one = self.first
        return any(
            not same_time(one.since, other.since) or not same_time(one.until, other.until) for other in self.rows[1:]
        )

    def others(self) -> list[tuple[str, str]]:
        """What other sources say: when, and who says so."""
        return [(span(row.since, row.until), row.source) for row in self.rows[1:]]


def terms(rows: Iterable[Chair]) -> list[Term]:
    """The time line of the chair, the newest first. Rows of one participant and role whose times meet are one term of several sources."""
    groups: list[list[Chair]] = []
    for row in sorted(rows, key=_weight, reverse=True):
        for group in groups:
            if _same_term(group[0], row):
                group.append(row)
                break
        else:
            groups.append([row])
    made = [Term(tuple(group)) for group in groups]
    return sorted(made, key=lambda one: (not one.first.until, one.first.since or one.first.until), reverse=True)


def _same_term(one: Chair, other: Chair) -> bool:
    if (one.place_id, one.body_id, one.role) != (
        other.place_id,
        other.body_id,
        other.role,
    ) or one.source == other.source:
        return False
    begins = max((partial_dates.first_day(row.since) for row in (one, other) if row.since), default=date.min)
    ends = min((partial_dates.last_day(row.until) for row in (one, other) if row.until), default=date.max)
    return begins <= ends


def in_chair(rows: Iterable[Chair], on: date | None = None) -> list[Term]:
    """Who chairs on a day, by role. A term without an end ends where a later one of the same role begins, unless both share the chair."""
    on = on or timezone.localdate()
    running = [term for term in terms(rows) if _runs(term.first, on)]
    kept = []
    for term in running:
        later = [
            other for other in running
            if other is not term and other.first.role == term.first.role and not term.first.until
            and term.first.role == Chair.Role.CHAIR and other.first.since > term.first.since
        ]  # fmt: skip
        if not later:
            kept.append(term)
    order = [Chair.Role.CHAIR, Chair.Role.CO_CHAIR, Chair.Role.VICE]
    return sorted(kept, key=lambda term: (order.index(Chair.Role(term.first.role)), term.name))


def _runs(row: Chair, on: date) -> bool:
    begun = not row.since or partial_dates.first_day(row.since) <= on
    return begun and (not row.until or partial_dates.last_day(row.until) >= on)
