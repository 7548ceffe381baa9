"""Who sits with whom: pairs of territories, the mechanisms in which both take part, and a drawing of them.

The drawing is made on the server; what it shows stands in full in the table beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import combinations

from django.utils import timezone

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordTheme
from migov.work.cooperation.mechanisms.matrix import standings
from migov.work.cooperation.mechanisms.queries import territories, visible
from migov.work.cooperation.mechanisms.standing import TAKES_PART
from migov.work.cooperation.models import Mechanism, MechanismState, MechanismType

WIDTH, HEIGHT = 960, 640
MARGIN_X, MARGIN_Y = 90, 40
SHOWN = 45  # about as many lines as can be told apart
SEED = 7


@dataclass(frozen=True, slots=True)
class Pair:
    """Two territories and what they share."""

    one: Place
    other: Place
    shared: list[Mechanism]

    @property
    def number(self) -> int:
        return len(self.shared)

    @property
    def names(self) -> str:
        """What they share, by name."""
        return ", ".join(map(str, self.shared))

    @property
    def query(self) -> str:
        """The list of mechanisms that both take part in."""
        return f"country={self.one.code}&country={self.other.code}"


@dataclass(slots=True)
class Node:
    """A territory in the drawing. taking: in how many of the chosen mechanisms it takes part."""

    place: Place
    x: int
    y: int
    taking: int

    @property
    def radius(self) -> int:
        return 6 + min(self.taking, 30) // 3


@dataclass(slots=True)
class Edge:
    """A line between two territories. tier: 1 (thin) to 4 (thick), as the pair compares with the others that are drawn."""

    pair: Pair
    start: Node
    end: Node
    tier: int


@dataclass(slots=True)
class Graph:
    """Pairs, the most shared first; and the drawing of those with at least so many in common."""

    on: date
    least: int
    pairs: list[Pair]
    mechanisms: list[Mechanism]
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    alone: list[Place] = field(default_factory=list)

    @property
    def most(self) -> int:
        return self.pairs[0].number if self.pairs else 0


def graph(
    viewer: Viewer, *, type: str = "", theme: str = "", least: int | None = None, on: date | None = None
) -> Graph:
    """Who sits with whom on a day. type, theme: only such mechanisms; least: draw pairs with at least so many in common.

    Without a least number, the one that leaves about 45 pairs is taken. Networks of the United Nations are left out: no State sits
    in them.
    Four queries, and those of the viewer's roles.
    """
    on = on or timezone.localdate()
    places = territories()
    kept = visible(viewer).exclude(state=MechanismState.ENDED).exclude(type=MechanismType.NETWORK)
    if type:
        kept = kept.filter(type=type)
    if theme:
        themed = RecordTheme.objects.current().filter(theme__code=theme)
        kept = kept.filter(record__in=themed.values("record"))
    mechanisms = list(kept.order_by("record__title"))
    found = standings(mechanisms, places, on)
    sits: defaultdict[int, list[Mechanism]] = defaultdict(list)
    for one in mechanisms:
        for place in places:
            standing = found.get((one.pk, place.pk))
            if standing is not None and standing.part in TAKES_PART:
                sits[place.pk].append(one)
    pairs = _pairs(places, sits)
    if least is None:
        least = pairs[SHOWN - 1].number + 1 if len(pairs) > SHOWN else 1
        least = min(least, pairs[0].number if pairs else 1)
    made = Graph(on, max(least, 1), pairs, mechanisms)
    _draw(made, places, sits)
    return made


def _pairs(places: Sequence[Place], sits: dict[int, list[Mechanism]]) -> list[Pair]:
    made = []
    for one, other in combinations(places, 2):
        with_other = {each.pk for each in sits[other.pk]}
        shared = [each for each in sits[one.pk] if each.pk in with_other]
        if shared:
            made.append(Pair(one, other, shared))
    return sorted(made, key=lambda pair: (-pair.number, pair.one.short_name, pair.other.short_name))


def _draw(made: Graph, places: Sequence[Place], sits: dict[int, list[Mechanism]]) -> None:
    drawn = [pair for pair in made.pairs if pair.number >= made.least]
    linked = {place.pk for pair in drawn for place in (pair.one, pair.other)}
    made.alone = [place for place in places if place.pk not in linked]
    spots = _layout(tuple((pair.one.code, pair.other.code, pair.number) for pair in drawn))
    nodes = {place.pk: Node(place, *spots[place.code], len(sits[place.pk])) for place in places if place.pk in linked}
    made.nodes = list(nodes.values())
    made.edges = [
        Edge(pair, nodes[pair.one.pk], nodes[pair.other.pk], _tier(pair.number, made.least, made.most))
        for pair in reversed(drawn)
    ]


def _tier(number: int, least: int, most: int) -> int:
    return 1 + (3 * (number - least)) // (most - least) if most > least else 2


@lru_cache(maxsize=64)
def _layout(edges: tuple[tuple[str, str, int], ...]) -> dict[str, tuple[int, int]]:
    """Where each territory stands, from lines and their weights: the same lines give the same picture."""
    import networkx  # type: ignore[import-untyped]

    drawing = networkx.Graph()
    for one, other, number in edges:
        drawing.add_edge(one, other, weight=number)
    if not drawing:
        return {}
    spots = networkx.spring_layout(drawing, weight="weight", seed=SEED, k=1.6 / len(drawing) ** 0.5, iterations=200)
    xs, ys = [float(at[0]) for at in spots.values()], [float(at[1]) for at in spots.values()]
    return {
        code: (
            _scaled(float(at[0]), min(xs), max(xs), MARGIN_X, WIDTH - MARGIN_X),
            _scaled(float(at[1]), min(ys), max(ys), MARGIN_Y, HEIGHT - MARGIN_Y),
        )
        for code, at in spots.items()
    }


def _scaled(value: float, low: float, high: float, start: int, end: int) -> int:
    return round(start + (value - low) / (high - low) * (end - start)) if high > low else (start + end) // 2
