"""Who is bound by what: what each source says of a State and an instrument, and what follows from all of them by one rule.

The rule. What a source says comes from the acts it names: an act of consent makes a party until a later denunciation; a signature alone
a signatory; a name in a list of participants says only "signatory or party"; a source that covers the State and names no act says "none".
Among sources:

1. A denunciation that any source names ends it, unless a source names a later consent.
2. An act of consent with its date stands, and so does a signature: a later source that names less raises a flag, but undoes nothing.
3. Otherwise the source with the latest `as_of` is preferred; so it is for the date, where several sources name the same step. A source
   that agrees and is more precise gives the day.
4. Where no source covers the State, its status is unknown, which is not the same as not being a party.
5. A place that no depositary counts is never "not a party": what its constitution applies directly is said as such.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.policy.models import ActionKind, Instrument, Precision, TreatyAction
from migov.work.policy.models.instruments import WORDED

CONSENT = (
    ActionKind.RATIFICATION, ActionKind.ACCEPTANCE, ActionKind.ACCESSION, ActionKind.SUCCESSION, ActionKind.PARTY,
    ActionKind.IN_FORCE,
)  # fmt: skip


class Status(TextChoices):
    BOUND = "party", gettext_lazy("party")
    APPLIED = "applied", gettext_lazy("applied directly")
    SIGNED = "signed", gettext_lazy("signed, not bound")
    LISTED = "listed", gettext_lazy("signatory or party")
    DENOUNCED = "denounced", gettext_lazy("denounced")
    NOT_PARTY = "none", gettext_lazy("not a party")
    UNKNOWN = "unknown", gettext_lazy("not known")
    OUTSIDE = "outside", gettext_lazy("not in the depositary")
    NOT_OPEN = "not-open", gettext_lazy("not open to ratification")


MARKS = {
    Status.BOUND: "●", Status.APPLIED: "◆", Status.SIGNED: "◐", Status.LISTED: "◍", Status.DENOUNCED: "⊘",
    Status.NOT_PARTY: "○", Status.UNKNOWN: "?", Status.OUTSIDE: "–", Status.NOT_OPEN: "",
}  # fmt: skip
TONES = {
    Status.BOUND: "good", Status.APPLIED: "good", Status.SIGNED: "warn", Status.LISTED: "warn", Status.DENOUNCED: "bad",
    Status.NOT_PARTY: "quiet", Status.UNKNOWN: "quiet", Status.OUTSIDE: "quiet", Status.NOT_OPEN: "quiet",
}  # fmt: skip
HELD = (Status.BOUND, Status.APPLIED)
GAPS = (Status.SIGNED, Status.DENOUNCED, Status.NOT_PARTY)


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says. day: of the act that decides, with its precision. as_of: the latest day up to which it knew."""

    source: str
    as_of: date
    status: Status
    day: date | None
    precision: str
    acts: tuple[TreatyAction, ...]

    @property
    def year(self) -> int | None:
        return self.day.year if self.day else None


@dataclass(slots=True)
class Standing:
    """A State and an instrument: what follows from all sources. preferred: the source that the conclusion rests on; dated: the one
    that gives its day, where another agrees and is more precise.

    reasons: what sources say differently, in words. words: reservations, declarations, objections and their withdrawals.
    """

    status: Status
    preferred: Said | None = None
    dated: Said | None = None
    said: list[Said] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    words: list[TreatyAction] = field(default_factory=list)

    @property
    def disagrees(self) -> bool:
        return bool(self.reasons)

    @property
    def held(self) -> bool:
        """Bound, or applied directly."""
        return self.status in HELD

    @property
    def gap(self) -> bool:
        """Known not to be bound."""
        return self.status in GAPS

    @property
    def day(self) -> date | None:
        return self.dated.day if self.dated else None

    @property
    def when(self) -> str:
        """The day of the deciding act as precisely as it is known: "2001-03-12", "1991", or nothing."""
        return told(self.dated.day, self.dated.precision) if self.dated else ""

    @property
    def since(self) -> str:
        """The day of the deciding act for people: "12 March 2001", "1991", or nothing."""
        return in_words(self.dated.day, self.dated.precision) if self.dated else ""

    @property
    def year(self) -> str:
        return str(self.day.year) if self.day else ""

    @property
    def as_of(self) -> date | None:
        return self.preferred.as_of if self.preferred else None

    @property
    def label(self) -> str:
        return str(self.status.label)

    @property
    def mark(self) -> str:
        return MARKS[self.status]

    @property
    def tone(self) -> str:
        return TONES[self.status]


def told(day: date | None, precision: str) -> str:
    """A day as precisely as it is known."""
    if day is None:
        return ""
    return str(day.year) if precision == Precision.YEAR else day.isoformat()


def in_words(day: date | None, precision: str) -> str:
    """A day as precisely as it is known, for people."""
    if day is None:
        return ""
    return str(day.year) if precision == Precision.YEAR else formats.day(day)


def conclude(acts: Iterable[TreatyAction], *, takes_parties: bool = True, counted: bool = True) -> Standing:
    """What follows from the acts that sources name of one State and one instrument. Asks the database nothing.

    takes_parties: whether States can become parties at all. counted: whether depositaries count the place.
    """
    by_source: defaultdict[str, list[TreatyAction]] = defaultdict(list)
    words = []
    for act in acts:
        if act.kind in WORDED:
            words.append(act)
        else:
            by_source[act.source].append(act)
    said = [_said(source, rows) for source, rows in by_source.items()]
    said.sort(key=lambda one: (one.as_of, one.source), reverse=True)
    status, preferred = _concluded(said)
    if status in (Status.UNKNOWN, Status.NOT_PARTY) and not counted:
        status = Status.OUTSIDE
    elif status == Status.UNKNOWN and not takes_parties:
        status = Status.NOT_OPEN
    words.sort(key=lambda act: (act.date or date.min, act.pk or 0))
    return Standing(status, preferred, _dated(preferred, said), said, _reasons(said), words)


def _said(source: str, rows: Sequence[TreatyAction]) -> Said:
    known = max(row.as_of for row in rows)

    def last(*kinds: str) -> TreatyAction | None:
        found = [row for row in rows if row.kind in kinds]
        return max(found, key=lambda row: row.date or date.min, default=None)

    def made(status: Status, act: TreatyAction | None) -> Said:
        ordered = sorted(rows, key=lambda row: (row.date or date.min, row.kind))
        return Said(
            source,
            known,
            status,
            act.date if act else None,
            act.precision if act else Precision.UNKNOWN,
            tuple(ordered),
        )

    ended, consent = last(ActionKind.DENUNCIATION), last(*(kind for kind in CONSENT if kind != ActionKind.IN_FORCE))
    consent = consent or last(ActionKind.IN_FORCE)
    if ended and (consent is None or not (consent.date and ended.date and consent.date > ended.date)):
        return made(Status.DENOUNCED, ended)
    if consent:
        return made(Status.BOUND, consent)
    for kind, status in (
        (ActionKind.APPLIED, Status.APPLIED), (ActionKind.SIGNATURE, Status.SIGNED), (ActionKind.PARTICIPANT, Status.LISTED),
    ):  # fmt: skip
        act = last(kind)
        if act:
            return made(status, act)
    return made(Status.NOT_PARTY, None)


def _dated(preferred: Said | None, said: Sequence[Said]) -> Said | None:
    """The source that tells the day best: the preferred one, or one that agrees with it and is more precise."""
    if preferred is None or (preferred.day and preferred.precision == Precision.DAY):
        return preferred
    same = [one for one in said if one.status == preferred.status and one.day and not _other_day(one, preferred)]
    exact = [one for one in same if one.precision == Precision.DAY]
    return next(iter(exact or same), preferred)


def _concluded(said: Sequence[Said]) -> tuple[Status, Said | None]:
    """The status and the source it rests on; `said` is ordered, the latest knowledge first."""

    def first(status: Status, dated: bool = False) -> Said | None:
        return next((one for one in said if one.status == status and (one.day or not dated)), None)

    ended = first(Status.DENOUNCED)
    if ended:
        again = [one for one in said if one.status == Status.BOUND and one.day and ended.day and one.day > ended.day]
        return (Status.BOUND, again[0]) if again else (Status.DENOUNCED, ended)
    if first(Status.BOUND, dated=True):
        return Status.BOUND, first(Status.BOUND)
    if first(Status.APPLIED):
        return Status.APPLIED, first(Status.APPLIED)
    # What is left: names without a day, signatures, lists, and silence.
    signed = first(Status.SIGNED, dated=True)
    for one in said:
        if one.status == Status.NOT_PARTY and signed:
            continue
        if one.status == Status.LISTED and any(
            other.status in (Status.BOUND, Status.SIGNED) for other in said if other is not one
        ):
            continue
        return one.status, one
    return Status.UNKNOWN, None


def _reasons(said: Sequence[Said]) -> list[str]:
    """What sources say differently, in words; knowing less because one looked earlier is no disagreement."""
    found = []
    for place, one in enumerate(said):
        for other in said[place + 1 :]:
            if _differ(one, other):
                found.append(
                    _("%(one)s: %(what)s. %(other)s: %(that)s.")
                    % {"one": one.source, "what": _in_words(one), "other": other.source, "that": _in_words(other)}
                )
    return found


STEPS = {Status.NOT_PARTY: 0, Status.SIGNED: 1, Status.BOUND: 2, Status.DENOUNCED: 3}


def _differ(one: Said, other: Said) -> bool:
    if Status.APPLIED in (one.status, other.status):
        return False
    if Status.LISTED in (one.status, other.status):
        listed, that = (one, other) if one.status == Status.LISTED else (other, one)
        return that.status == Status.NOT_PARTY and that.as_of >= listed.as_of
    if one.status == other.status:
        return one.status != Status.NOT_PARTY and _other_day(one, other)
    ahead, behind = (one, other) if STEPS[one.status] > STEPS[other.status] else (other, one)
    if ahead.day is None:
        return behind.as_of >= ahead.as_of
    # The one that names less could have known: the act is older than what it knew.
    if ahead.precision == Precision.YEAR:
        return behind.as_of.year > ahead.day.year
    return behind.as_of >= ahead.day


def _other_day(one: Said, other: Said) -> bool:
    if one.day is None or other.day is None:
        return False
    if Precision.YEAR in (one.precision, other.precision):
        return one.year != other.year
    return one.day != other.day


def _in_words(one: Said) -> str:
    when = in_words(one.day, one.precision)
    return f"{one.status.label} ({when})" if when else str(one.status.label)


Standings = dict[tuple[int, int], Standing]


def standings(instruments: Collection[Instrument], places: Collection[Place]) -> Standings:
    """(instrument, place) → its standing, for every pair. One query."""
    found: defaultdict[tuple[int, int], list[TreatyAction]] = defaultdict(list)
    acts = TreatyAction.objects.current().filter(
        instrument__in=[one.pk for one in instruments], place__in=[place.pk for place in places]
    )
    for act in acts.order_by("date", "pk"):
        found[act.instrument_id, act.place_id].append(act)
    return {
        (one.pk, place.pk): conclude(
            found.get((one.pk, place.pk), ()), takes_parties=one.takes_parties, counted=not place.needs_footnote
        )
        for one in instruments
        for place in places
    }


def standing_of(instrument: Instrument, place: Place) -> Standing:
    """The standing of one State towards one instrument. One query."""
    return standings([instrument], [place])[instrument.pk, place.pk]
