"""Which framework elements lead to the questions of gaps, how far, and by which way: the same element, one above or below it, a crosswalk.

An element that many questions of a set are about tells little: it weighs 1 / √(number of questions), so that SDG target 10.7, which all
are about, does not bring everything to every gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from math import exp, sqrt

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from migov.foundation.frameworks.crosswalks import inverse
from migov.foundation.frameworks.models import Crosswalk, Element, Relation
from migov.insight.gaps.gaps import Gap
from migov.work.governance.models import QuestionElement

SAME, BELOW, ABOVE = 1.0, 0.7, 0.35
# What a thing is aligned to leads to the question's element where the two match, or where the question's is the broader one.
CARRIES = {Relation.EXACT: 0.9, Relation.CLOSE: 0.7, Relation.BROAD: 0.4}
SHOWN = 3
LEAST_SAID = 0.3  # of the most telling way: what tells less is counted, but not said


@dataclass(frozen=True, slots=True)
class Way:
    """From an element to a gap. gap: key of its question; to: the question's element; weight: 0 to 1; words: how it leads there."""

    element: int
    gap: int
    to: int
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """What some elements speak for a gap. score: 0 to below 1, the more the nearer to 1. ways: one for each element."""

    score: float
    ways: tuple[Way, ...] = ()

    @property
    def words(self) -> str:
        """Which elements are shared, the most telling first; empty for none."""
        if not self.ways:
            return ""
        ordered = sorted(self.ways, key=lambda way: (-way.weight, way.words))
        said = [way.words for way in ordered if way.weight >= LEAST_SAID * ordered[0].weight]
        return _("shares %(elements)s") % {"elements": ", ".join(said[:SHOWN])}


NOTHING = Share(0.0)


@dataclass(slots=True)
class Reach:
    """ways: key of an element → the gaps it leads to."""

    ways: dict[int, list[Way]] = field(default_factory=dict)

    @property
    def elements(self) -> Collection[int]:
        """All elements that lead to a gap."""
        return self.ways.keys()

    def score(self, elements: Iterable[int]) -> dict[int, Share]:
        """Key of a gap's question → what some elements together speak for it. Each element counts once, by its most telling way, and
        each element of the question too."""
        found: defaultdict[int, dict[int, Way]] = defaultdict(dict)
        for element in elements:
            best: dict[int, Way] = {}
            for way in self.ways.get(element, ()):
                if way.gap not in best or way.weight > best[way.gap].weight:
                    best[way.gap] = way
            for gap, way in best.items():
                known = found[gap].get(way.to)
                if known is None or way.weight > known.weight:
                    found[gap][way.to] = way
        return {
            gap: Share(1 - exp(-sum(way.weight for way in ways.values())), tuple(ways.values()))
            for gap, ways in found.items()
        }


def reach_of(gaps: Sequence[Gap], set: int) -> Reach:
    """What leads to the elements of some gaps of a set of questions. Three queries."""
    wanted = {element.pk: element for gap in gaps for element in gap.elements}
    if not wanted:
        return Reach()
    rarity = {
        element: 1 / sqrt(number)
        for element, number in QuestionElement.objects.filter(question__set=set, element__in=wanted)
        .values_list("element").annotate(Count("pk")).order_by()
    }  # fmt: skip
    leading = _leading(wanted)
    ways: defaultdict[int, list[Way]] = defaultdict(list)
    for gap in gaps:
        for to in gap.elements:
            for element, closeness, words in leading[to.pk]:
                ways[element].append(Way(element, gap.question.pk, to.pk, closeness * rarity.get(to.pk, 1.0), words))
    return Reach(dict(ways))


def _leading(wanted: dict[int, Element]) -> dict[int, list[tuple[int, float, str]]]:
    """Element of a question → the elements that lead to it, each with its closeness and the way in words. Two queries."""
    found: dict[int, dict[int, tuple[float, str]]] = {key: {key: (SAME, str(one))} for key, one in wanted.items()}

    def note(to: int, element: int, closeness: float, words: str) -> None:
        if closeness > found[to].get(element, (0.0, ""))[0]:
            found[to][element] = (closeness, words)

    mains = {one.main_id for one in wanted.values()} - {None}
    family = Element.objects.filter(Q(main__in=wanted) | Q(pk__in=mains), retired_at__isnull=True)
    for element in family.select_related("framework"):
        for key, one in wanted.items():
            if element.pk != key and element.main_id == key:
                note(key, element.pk, BELOW, _("%(element)s, below %(to)s") % {"element": element, "to": one})
            elif element.pk != key and one.main_id == element.pk:
                note(key, element.pk, ABOVE, _("%(element)s, above %(to)s") % {"element": element, "to": one})
    links = Crosswalk.objects.filter(Q(element__in=wanted) | Q(target__in=wanted)).exclude(relation=Relation.RELATED)
    for link in links.select_related("element__framework", "target__framework"):
        for to, other, relation in (
            (link.target, link.element, Relation(link.relation)), (link.element, link.target, inverse(link.relation)),
        ):  # fmt: skip
            if to.pk in wanted and relation in CARRIES and other.retired_at is None:
                words = _("%(element)s, which leads to %(to)s") % {"element": other, "to": to}
                note(to.pk, other.pk, CARRIES[relation], words)
    return {
        to: [(element, closeness, words) for element, (closeness, words) in ways.items()] for to, ways in found.items()
    }
