"""Questions about frameworks: the tree, one element, what it is linked to, what a word finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from migov.foundation.frameworks.crosswalks import inverse
from migov.foundation.frameworks.models import Crosswalk, Element, Framework, Relation

HEAVY = ("text", "terms", "exclude")
NAMED = re.compile(r"(?:(?P<framework>[^\W\d_][\w -]*?)[\s:]+)?(?P<code>\S{1,30})")
CLOSENESS = {relation: place for place, relation in enumerate(Relation.values)}


@dataclass
class Node:
    """An element with the nodes below it. `matches`: it answers the filter itself, else something below does."""

    element: Element
    children: list[Node] = field(default_factory=list)
    matches: bool = True

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Neighbour:
    """An element at the other end of a link. `relation` reads from here: `broad` means that the neighbour is the
    broader one.
    """

    element: Element
    relation: Relation
    reason: str
    source: str

    @property
    def is_ours(self) -> bool:
        return self.source == "ours"


@dataclass(frozen=True)
class FrameworkCounts:
    """A framework with the number of its elements by kind, in reading order."""

    framework: Framework
    kinds: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(count for _kind, count in self.kinds)


def frameworks() -> list[FrameworkCounts]:
    """All frameworks with what they hold. Two queries."""
    counted: dict[int, list[tuple[str, int]]] = {}
    kinds = Element.objects.values("framework_id", "kind").annotate(count=Count("pk")).order_by("framework_id", "kind")
    for row in kinds:
        counted.setdefault(row["framework_id"], []).append((row["kind"], row["count"]))
    found = []
    for framework in Framework.objects.all():
        level = list(framework.main_level)
        own = counted.get(framework.pk, [])
        found.append(FrameworkCounts(framework, sorted(own, key=lambda kind: (kind[0] not in level, kind[1]))))
    return found


def tree(framework: Framework, *, words: str = "", migration_only: bool = False) -> list[Node]:
    """The elements of a framework as a tree, in one query.

    words: keep elements with all these words in code, title, scope or terms, and what stands above them.
    migration_only: keep elements that migration work touches, and what stands above them.
    """
    elements = list(framework.elements.filter(retired_at__isnull=True).defer("text", "exclude").order_by("order", "pk"))
    for element in elements:
        element.framework = framework
    kept = [element for element in elements if _answers(element, words) and (element.migration or not migration_only)]
    matching = {element.pk for element in kept}
    needed = set(matching)
    parents = {element.pk: element.parent_id for element in elements}
    for element in kept:
        above = element.parent_id
        while above is not None and above in parents and above not in needed:
            needed.add(above)
            above = parents[above]
    nodes = {e.pk: Node(e, matches=e.pk in matching) for e in elements if e.pk in needed}
    top: list[Node] = []
    for node in nodes.values():
        parent = nodes.get(node.element.parent_id or 0)
        (parent.children if parent else top).append(node)
    return top


def _answers(element: Element, words: str) -> bool:
    if not words:
        return True
    code = element.code.lower()
    if words.strip().lower() == code:
        return True
    text = " ".join([code, element.title, element.scope, *element.terms]).lower()
    return all(word in text for word in words.lower().split())


def element_by(framework_code: str, code: str) -> Element:
    """The element with this code. Raises Element.DoesNotExist."""
    return Element.objects.select_related("framework").get(framework__code=framework_code, code=code)


def ancestors(element: Element) -> list[Element]:
    """What stands above the element, from the top down. Two queries at most."""
    if element.parent_id is None:
        return []
    parents = _parents(element)
    path: list[int] = []
    above: int | None = element.parent_id
    while above is not None:
        path.append(above)
        above = parents[above]
    found = Element.objects.select_related("framework").defer(*HEAVY).in_bulk(path)
    return [found[pk] for pk in reversed(path)]


def descendants(element: Element) -> list[Element]:
    """All that stands below the element, in reading order. Two queries."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in _parents(element).items():
        children.setdefault(parent, []).append(pk)
    below: list[int] = []
    waiting = [element.pk]
    while waiting:
        found = children.get(waiting.pop(), [])
        below.extend(found)
        waiting.extend(found)
    elements = Element.objects.filter(pk__in=below, retired_at__isnull=True).select_related("framework")
    return list(elements.defer(*HEAVY).order_by("order", "pk"))


def _parents(element: Element) -> dict[int, int | None]:
    own = Element.objects.filter(framework_id=element.framework_id).order_by()
    return dict(own.values_list("pk", "parent_id"))


def neighbours(element: Element) -> list[Neighbour]:
    """The elements it is linked to, whichever end states the link: by framework, the closest relation first. One
    query.
    """
    links = (
        Crosswalk.objects.filter(Q(element=element) | Q(target=element))
        .select_related("element__framework", "target__framework")
        .defer(*(f"{end}__{name}" for end in ("element", "target") for name in HEAVY))
    )
    found = []
    for link in links:
        if link.element_id == element.pk:
            found.append(Neighbour(link.target, Relation(link.relation), link.reason, link.source))
        else:
            found.append(Neighbour(link.element, inverse(link.relation), link.reason, link.source))
    return sorted(found, key=_neighbour_order)


def _neighbour_order(neighbour: Neighbour) -> tuple[int, str, int, int]:
    framework = neighbour.element.framework
    return framework.order, framework.title, CLOSENESS[neighbour.relation], neighbour.element.order


def by_framework(neighbours: Iterable[Neighbour]) -> list[tuple[Framework, list[Neighbour]]]:
    """Neighbours as `neighbours` gives them, grouped by their framework."""
    return [(fw, list(group)) for fw, group in groupby(neighbours, key=lambda neighbour: neighbour.element.framework)]


def beside(element: Element) -> tuple[Element | None, Element | None]:
    """The element of the same kind before this one in reading order, and the one after."""
    same = Element.objects.filter(framework_id=element.framework_id, kind=element.kind, retired_at__isnull=True)
    same = same.select_related("framework").defer(*HEAVY)
    before = same.filter(order__lt=element.order).order_by("-order").first()
    after = same.filter(order__gt=element.order).order_by("order").first()
    return before, after


def named(words: str) -> tuple[str, str] | None:
    """Framework and code in words that name an element: "GCM 10" → ("gcm", "10"), "10.7" → ("", "10.7")."""
    match = NAMED.fullmatch(words.strip())
    return ((match["framework"] or "").lower(), match["code"].lower()) if match else None


def matching(words: str, framework: str = "") -> QuerySet[Element]:
    """Elements that words name by code, or that hold all the words in title, scope, terms or text. Named ones come
    first in `ranked`.
    """
    found = Element.objects.filter(retired_at__isnull=True).select_related("framework").defer("text", "exclude")
    if framework:
        found = found.filter(framework__code=framework)
    condition = Q()
    for word in words.split()[:10]:
        condition &= (
            Q(title__icontains=word) | Q(scope__icontains=word) | Q(terms__icontains=word) | Q(text__icontains=word)
        )
    return found.filter(condition | _by_name(words))


def _by_name(words: str) -> Q:
    name = named(words)
    if name is None:
        return Q(pk__in=[])
    framework, code = name
    condition = Q(code__iexact=code)
    if framework:
        condition &= Q(framework__code__iexact=framework) | Q(framework__short_title__iexact=framework) | Q(
            framework__code__istartswith=f"{framework}-"
        )  # fmt: skip
        if framework.endswith("s"):
            condition |= Q(framework__code__iexact=framework[:-1], code__iexact=code)
    return condition


def ranked(words: str, framework: str = "", limit: int = 20) -> list[Element]:
    """The elements that words find, best first: named by code, then words in the title, then in terms and scope, then
    in the text.
    """
    lowered = words.lower().split()
    name = named(words)

    def rank(element: Element) -> tuple[int, bool, int, int]:
        title = element.title.lower()
        if name is not None and element.code.lower() == name[1]:
            place = 0
        elif all(word in title for word in lowered):
            place = 1
        elif all(word in f"{title} {element.scope} {' '.join(element.terms)}".lower() for word in lowered):
            place = 2
        else:
            place = 3
        return place, element.main_id != element.pk, element.framework.order, element.order

    if not lowered:
        return []
    return sorted(matching(words, framework)[:500], key=rank)[:limit]
