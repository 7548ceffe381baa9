"""Questions about mechanisms: which, who takes part, who chairs, what two countries share, and all of a card."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from migov.foundation import partial_dates
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordTheme
from migov.foundation.records.themes import themes_of
from migov.foundation.shell import formats
from migov.work.cooperation.mechanisms.filters import MechanismFilter
from migov.work.cooperation.mechanisms.standing import (
    TAKES_PART,
    Conclusion,
    Term,
    conclusions,
    in_chair,
    one_source,
    terms,
)
from migov.work.cooperation.models import (
    CardFact,
    Chair,
    Contact,
    Field,
    Mechanism,
    MechanismState,
    Membership,
    Part,
)

# Fields that have one answer: where sources give several, they differ.
ONE_ANSWER = (Field.ASSOCIATION, Field.ESTABLISHED, Field.ENDED, Field.SECRETARIAT)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def territories() -> list[Place]:
    """The office's territories, by sub-region and name. One query."""
    found = Place.objects.filter(is_territory=True).select_related("subregion")
    return list(found.order_by("subregion__order", "short_name"))


def visible(viewer: Viewer) -> QuerySet[Mechanism]:
    """The mechanisms that the viewer may see, with their records."""
    records = Record.objects.visible_to(viewer).standing()
    return Mechanism.objects.filter(record__in=records).select_related("record")


def found(filter: MechanismFilter, viewer: Viewer) -> QuerySet[Mechanism]:
    """The mechanisms that a filter keeps, by type and name, with their themes; none where it is wrong. Two queries when it is read."""
    kept = visible(viewer) if not filter.wrong else visible(viewer).none()
    current = CardFact.objects.current().filter(mechanism=OuterRef("pk"))
    for word in filter.words.split():
        kept = kept.filter(
            Q(record__title__icontains=word)
            | Q(short_name__icontains=word)
            | Q(our_role__icontains=word)
            | Exists(current.filter(value__icontains=word))
        )
    if filter.type:
        kept = kept.filter(type=filter.type)
    if filter.state:
        kept = kept.filter(state=filter.state)
    if filter.theme:
        themed = RecordTheme.objects.current().filter(record=OuterRef("pk"), theme__code=filter.theme)
        kept = kept.filter(Exists(themed))
    for code in filter.countries:
        named = Membership.objects.current().filter(mechanism=OuterRef("pk"), place__code=code)
        kept = kept.filter(Exists(named.exclude(part=Part.FORMER)))
    standing = RecordTheme.objects.current().select_related("theme")
    return kept.order_by("type", "record__title").prefetch_related(
        Prefetch("record__record_themes", standing.order_by("theme__order"), to_attr="standing_themes")
    )


@dataclass(frozen=True, slots=True)
class ListRow:
    """A mechanism in the list. members: how many States take part; own: which of the office's territories."""

    mechanism: Mechanism
    members: int
    own: list[Conclusion]
    chairs: list[Term]
    asked: list[Conclusion] = field(default_factory=list)

    @property
    def themes(self) -> list[Theme]:
        return [row.theme for row in self.mechanism.record.standing_themes]  # type: ignore[attr-defined]


ORDERS: dict[str, Callable[[ListRow], Any]] = {
    "name": lambda row: str(row.mechanism).casefold(),
    "chair": lambda row: (not row.chairs, row.chairs[0].name if row.chairs else ""),
    "own": lambda row: len(row.own),
    "states": lambda row: row.members,
}


def rows_of(filter: MechanismFilter, viewer: Viewer, on: date | None = None) -> list[ListRow]:
    """The rows of the list: each mechanism with who takes part and who chairs today, as the filter sorts them; by type and name where
    it does not. Five queries.
    """
    kept = list(found(filter, viewer))
    keys = [one.pk for one in kept]
    standing: defaultdict[int, list[Conclusion]] = defaultdict(list)
    states = Membership.objects.current().filter(mechanism__in=keys, place__isnull=False).prefetch_related("place")
    for (mechanism, _place, _body), each in conclusions(states, on).items():
        standing[mechanism].append(each)
    chairs: defaultdict[int, list[Chair]] = defaultdict(list)
    for chair in _chairs(keys):
        chairs[chair.mechanism_id].append(chair)
    made = []
    for one in kept:
        taking = [each for each in standing[one.pk] if each.place is not None and each.part in TAKES_PART]
        asked = [each for each in standing[one.pk] if each.place is not None and each.place.code in filter.countries]
        if len(asked) == len(filter.countries):
            own = sorted(
                (each for each in taking if each.place and each.place.is_territory), key=lambda each: each.name
            )
            made.append(ListRow(one, len(taking), own, in_chair(chairs[one.pk], on), asked))
    order = ORDERS.get(filter.sort.lstrip("-"))
    return sorted(made, key=order, reverse=filter.sort.startswith("-")) if order is not None else made


def _memberships(keys: Sequence[int]) -> QuerySet[Membership]:
    return Membership.objects.current().filter(mechanism__in=keys).select_related("place", "body")


def _chairs(keys: Sequence[int]) -> QuerySet[Chair]:
    return Chair.objects.current().filter(mechanism__in=keys).select_related("place", "body")


# What other parts ask


def members(mechanism: Mechanism, on: date | None = None, parts: Iterable[str] = TAKES_PART) -> list[Conclusion]:
    """Who takes part in a mechanism on a day (default: today): States, then bodies, by name. One query.

    parts: which parts count; members, participating States and associate members unless said otherwise.
    """
    wanted = set(parts)
    kept = [one for one in conclusions(_memberships([mechanism.pk]), on).values() if one.part in wanted]
    return sorted(kept, key=lambda one: (one.place is None, one.name))


def chair_of(mechanism: Mechanism, on: date | None = None) -> list[Term]:
    """Who chairs a mechanism on a day: chairs, co-chairs, vice-chairs. One query."""
    return in_chair(_chairs([mechanism.pk]), on)


@dataclass(frozen=True, slots=True)
class Taking:
    """A country in a mechanism: how it stands, and its terms in the chair that run on the day."""

    mechanism: Mechanism
    standing: Conclusion
    chairs: list[Term]


def of_country(place: Place, viewer: Viewer, on: date | None = None) -> list[Taking]:
    """The mechanisms that name a country, by type and name, as far as the viewer may see them. Three queries."""
    kept = {one.pk: one for one in visible(viewer).order_by("type", "record__title")}
    rows = Membership.objects.current().filter(place=place, mechanism__in=kept).select_related("place")
    standing = {key[0]: one for key, one in conclusions(rows, on).items()}
    chairs: defaultdict[int, list[Chair]] = defaultdict(list)
    for chair in _chairs(list(standing)):
        chairs[chair.mechanism_id].append(chair)
    return [
        Taking(one, standing[key], [term for term in in_chair(chairs[key], on) if term.first.place_id == place.pk])
        for key, one in kept.items()
        if key in standing
    ]


def common(
    place_a: Place, place_b: Place, viewer: Viewer, on: date | None = None
) -> list[tuple[Mechanism, Conclusion, Conclusion]]:
    """The mechanisms in which both countries take part on a day, with how each stands. Four queries."""
    one = {
        taking.mechanism.pk: taking for taking in of_country(place_a, viewer, on) if taking.standing.part in TAKES_PART
    }
    other = {
        taking.mechanism.pk: taking for taking in of_country(place_b, viewer, on) if taking.standing.part in TAKES_PART
    }
    return [(taking.mechanism, taking.standing, other[key].standing) for key, taking in one.items() if key in other]


# The card


def _same(one: str, other: str) -> bool:
    """Whether two answers say the same, one perhaps in fewer words: they begin in the same year, or one holds the other."""
    years = [hit.group() if (hit := YEAR.search(text)) else "" for text in (one, other)]
    if all(years):
        return years[0] == years[1]
    short, long = sorted((" ".join(text.casefold().split()) for text in (one, other)), key=len)
    return short in long


@dataclass(frozen=True, slots=True)
class Answer:
    """What sources say of one field of the card."""

    field: Field
    facts: list[CardFact]

    @property
    def label(self) -> str:
        return str(self.field.label)

    @property
    def differs(self) -> bool:
        """Whether sources give different answers to a question that has one."""
        by_source = {fact.source: fact.value for fact in self.facts}
        return self.field in ONE_ANSWER and any(
            not _same(one, other) for one, other in combinations(by_source.values(), 2)
        )


@dataclass(slots=True)
class Card:
    """Everything on the page of a mechanism."""

    mechanism: Mechanism
    answers: list[Answer]
    states: list[Conclusion]
    bodies: list[Conclusion]
    terms: list[Term]
    chairing: list[Term]
    contacts: list[Contact]
    themes: list[Theme]
    before: list[Mechanism]
    superseded: list[tuple[str, str, str, Any]]

    @property
    def own(self) -> list[Conclusion]:
        """The office's territories."""
        return [one for one in self.states if one.place is not None and one.place.is_territory]

    @property
    def others(self) -> list[Conclusion]:
        """Other States."""
        return [one for one in self.states if one.place is not None and not one.place.is_territory]

    @property
    def own_source(self) -> Membership | None:
        """The one source of them all, where it is one; so of the others."""
        return one_source(self.own)

    @property
    def bodies_source(self) -> Membership | None:
        return one_source(self.bodies)

    @property
    def others_source(self) -> Membership | None:
        return one_source(self.others)

    @property
    def disagreements(self) -> int:
        """In how many places of the card sources differ."""
        standing = sum(one.disagrees for one in (*self.states, *self.bodies))
        return standing + sum(one.disagrees for one in self.terms) + sum(one.differs for one in self.answers)

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Every source that stands on the card, with the latest date to which it speaks."""
        known: dict[str, str] = {}
        rows: list[Any] = [fact for answer in self.answers for fact in answer.facts]
        rows += [said.row for one in (*self.states, *self.bodies) for said in one.said]
        rows += [row for term in self.terms for row in term.rows]
        for row in rows:
            known[row.source] = max(known.get(row.source, ""), row.as_of)
        return [(source, partial_dates.words(known[source])) for source in sorted(known)]


ORDER = list(Part.values)


def card(mechanism: Mechanism, on: date | None = None) -> Card:
    """The card of a mechanism as it stands on a day. Nine queries."""
    facts: defaultdict[str, list[CardFact]] = defaultdict(list)
    for fact in CardFact.objects.current().filter(mechanism=mechanism):
        facts[fact.field].append(fact)
    standing = list(conclusions(_memberships([mechanism.pk]), on).values())
    standing.sort(key=lambda one: (ORDER.index(one.part), one.name))
    chairs = list(_chairs([mechanism.pk]))
    return Card(
        mechanism,
        [Answer(field, facts[field]) for field in Field if facts[field]],
        [one for one in standing if one.place is not None],
        [one for one in standing if one.body is not None],
        terms(chairs),
        in_chair(chairs, on),
        list(mechanism.contacts.select_related("place", "body")),
        themes_of(mechanism.record),
        list(mechanism.predecessors.select_related("record")),
        _superseded(mechanism),
    )


def _superseded(mechanism: Mechanism) -> list[tuple[str, str, str, Any]]:
    """What was said before and stands no longer: of what, in words, by whom, until when; the newest hundred."""
    gone: list[tuple[str, str, str, Any]] = []
    for model in (CardFact, Membership, Chair):
        rows: QuerySet[Any] = model.objects.filter(mechanism=mechanism, superseded_at__isnull=False)
        if model is not CardFact:
            rows = rows.select_related("place", "body")
        gone += [(*_told(row), row.source, row.superseded_at) for row in rows.order_by("-superseded_at")[:100]]
    return sorted(gone, key=lambda row: row[3], reverse=True)[:100]


def _told(row: Any) -> tuple[str, str]:
    if isinstance(row, CardFact):
        return row.get_field_display(), row.value
    who = formats.place(row.place) if row.place else str(row.body)
    word = row.get_part_display() if isinstance(row, Membership) else row.get_role_display()
    times = " – ".join(filter(None, (row.since, row.until)))
    return who, f"{word}, {times}" if times else word


def in_short(viewer: Viewer) -> dict[str, int]:
    """How many mechanisms of each state there are, for the front page. One query."""
    states = list(visible(viewer).values_list("state", flat=True))
    return {state: states.count(state) for state in MechanismState.values}


def changes_of_chair(viewer: Viewer, days: int = 120) -> list[tuple[Mechanism, Term]]:
    """Terms in the chair that end within some days from today, by day. Two queries."""
    today = timezone.localdate()
    kept = {one.pk: one for one in visible(viewer).exclude(state=MechanismState.ENDED)}
    groups: defaultdict[int, list[Chair]] = defaultdict(list)
    for row in _chairs(list(kept)):
        groups[row.mechanism_id].append(row)
    ending = [
        (kept[key], term)
        for key, rows in groups.items()
        for term in in_chair(rows, today)
        if term.first.until and 0 <= (partial_dates.last_day(term.first.until) - today).days <= days
    ]
    return sorted(ending, key=lambda pair: partial_dates.last_day(pair[1].first.until))
