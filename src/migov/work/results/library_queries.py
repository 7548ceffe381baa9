"""Questions about the library: which standard indicators, who uses them, what two versions say differently, which are like one's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.matching.terms import TfIdf, counts
from migov.services.matching.texts import words as words_of
from migov.work.projects.queries import projects_for
from migov.work.results.actions.library import PLAIN, mismatch
from migov.work.results.models import (
    AcrossPeriods,
    AcrossProjects,
    Dimension,
    Indicator,
    Measure,
    StandardIndicator,
    StandardVersion,
)

OFFERED, RETIRED = "offered", "retired"
SORTS: Mapping[str, Any] = {"title": Lower("title"), "measure": F("measure")}
MOST_ALIKE = 20
LABELS: Mapping[str, Any] = {
    "title": gettext_lazy("Title"), "definition": gettext_lazy("Definition"), "unit": gettext_lazy("Unit"),
    "measure": gettext_lazy("Measure"), "across_periods": gettext_lazy("Several periods"),
    "across_projects": gettext_lazy("Several projects"), "method": gettext_lazy("Method"),
    "counts_people": gettext_lazy("Counts people"), "dimensions": gettext_lazy("Told apart by"),
    "elements": gettext_lazy("Elements of frameworks"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What the list of the library keeps. element: framework and code, or a framework alone with an empty code."""

    words: str = ""
    measure: str = ""
    element: tuple[str, str] | None = None
    state: str = OFFERED

    @property
    def is_set(self) -> bool:
        return bool(self.words or self.measure or self.element)

    def says(self) -> str:
        """The filter in words."""
        parts = [_("retired") if self.state == RETIRED else _("in use")]
        if self.words:
            parts.append(f"“{self.words}”")
        if self.measure:
            parts.append(str(Measure(self.measure).label))
        if self.element:
            parts.append(" ".join(self.element).strip())
        return "; ".join(parts)


def read_filter(given: Mapping[str, str]) -> LibraryFilter:
    """The filter of an address; what it cannot read keeps everything. Elements are written "gcm 10", frameworks "gcm"."""
    framework, _space, code = given.get("element", "").strip().partition(" ")
    measure = given.get("measure", "")
    return LibraryFilter(
        words=" ".join(given.get("q", "").replace("\x00", "").split())[:200],
        measure=measure if measure in Measure.values else "",
        element=(framework, code) if framework else None,
        state=RETIRED if given.get("state") == RETIRED else OFFERED,
    )


def standards(filter: LibraryFilter, order: str = "title") -> QuerySet[StandardIndicator]:
    """The standard indicators that a filter keeps. Every word must stand in the title, the definition, the code or the unit."""
    found = StandardIndicator.objects.filter(retired_at__isnull=filter.state != RETIRED)
    for word in filter.words.split():
        found = found.filter(
            Q(title__icontains=word) | Q(definition__icontains=word) | Q(code__icontains=word) | Q(unit__iexact=word)
        )
    if filter.measure:
        found = found.filter(measure=filter.measure)
    if filter.element:
        framework, code = filter.element
        wanted = Element.objects.filter(framework__code=framework)
        if code:
            # What stands under an element answers for it too.
            wanted = wanted.filter(
                Q(code=code) | Q(main__code=code, main__framework__code=framework) | Q(parent__code=code)
            )
        found = found.filter(
            pk__in=StandardIndicator.elements.through.objects.filter(element__in=wanted).values("standardindicator")
        )
    by = SORTS.get(order.removeprefix("-"), SORTS["title"])
    return found.order_by(by.desc() if order.startswith("-") else by.asc(), "title", "pk")


@dataclass(slots=True)
class StandardRow:
    """A standard indicator with its elements and dimensions, and how many indicators and projects use it that the viewer may see."""

    standard: StandardIndicator
    elements: list[Element]
    dimensions: list[Dimension]
    indicators: int = 0
    projects: int = 0


def rows(found: Iterable[StandardIndicator], user: Viewer) -> list[StandardRow]:
    """What the list says of some standard indicators. Four queries."""
    listed = list(
        StandardIndicator.objects.filter(pk__in=[one.pk for one in found]).prefetch_related(
            Prefetch("elements", Element.objects.select_related("framework").order_by("framework_id", "order")), "dimensions"
        )
    )  # fmt: skip
    by_key = {one.pk: one for one in listed}
    used = {
        key: (indicators, projects)
        for key, indicators, projects in Indicator.objects.standing()
        .filter(standard__in=list(by_key), project_id__in=projects_for(user).values("pk"))
        .order_by()
        .values_list("standard_id")
        .annotate(Count("pk"), Count("project", distinct=True))
    }
    return [
        StandardRow(by_key[one.pk], list(by_key[one.pk].elements.all()), list(by_key[one.pk].dimensions.all()), *used.get(one.pk, (0, 0)))
        for one in found
        if one.pk in by_key
    ]  # fmt: skip


def element_choices() -> list[tuple[Framework, list[Element]]]:
    """Frameworks with those of their elements that standard indicators name. Two queries."""
    named = Element.objects.filter(standard_indicators__isnull=False).distinct().select_related("framework")
    found: dict[Framework, list[Element]] = defaultdict(list)
    for one in named.order_by("framework__short_title", "order"):
        found[one.framework].append(one)
    return list(found.items())


@dataclass(slots=True)
class Use:
    """A project that measures a standard indicator, with its indicators."""

    record: Record
    indicators: list[Indicator] = field(default_factory=list)


def users_of(standard: StandardIndicator, user: Viewer) -> list[Use]:
    """The projects that measure it, of those the viewer may see, by title. One query."""
    found: dict[int, Use] = {}
    using = (
        Indicator.objects.standing()
        .filter(standard=standard, project_id__in=projects_for(user).values("pk"))
        .select_related("project__record__office")
        .order_by(Lower("project__record__title"), "project_id", "order", "pk")
    )
    for one in using:
        found.setdefault(one.project_id, Use(one.project.record)).indicators.append(one)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two versions say differently."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a standard indicator: what it said from one moment until another, and what differs from the version before."""

    number: int
    since: datetime
    until: datetime | None
    by: User | None
    reason: str
    differences: list[Difference]
    first: bool


def versions(standard: StandardIndicator) -> list[Version]:
    """The kept versions, newest first. Two queries."""
    kept = list(StandardVersion.objects.filter(standard=standard).select_related("by").order_by("version"))
    names = dict(Dimension.objects.values_list("code", "name"))
    found = [
        Version(
            one.version, one.recorded_at, one.superseded_at, one.by, one.reason,
            [] if before is None else differences(before.says, one.says, names), before is None,
        )
        for before, one in zip([None, *kept], kept, strict=False)
    ]  # fmt: skip
    return found[::-1]


def between(standard: StandardIndicator, one: int, other: int) -> list[Difference] | None:
    """What differs between two kept versions, from the one to the other; None where one of them is not kept. Two queries."""
    says = dict(
        StandardVersion.objects.filter(standard=standard, version__in=(one, other)).values_list("version", "says")
    )
    if one not in says or other not in says:
        return None
    return differences(says[one], says[other], dict(Dimension.objects.values_list("code", "name")))


def differences(before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]) -> list[Difference]:
    """The fields that differ, in words. names: code of a dimension → its name."""
    return [
        Difference(str(LABELS[name]), shown(name, before.get(name), names), shown(name, after.get(name), names))
        for name in (*PLAIN, "dimensions", "elements")
        if before.get(name) != after.get(name)
    ]


def shown(name: str, value: Any, names: Mapping[str, str]) -> str:
    """A field of a version for people."""
    if name == "dimensions":
        return ", ".join(names.get(code, code) for code in value or ())
    if name == "elements":
        return ", ".join(" ".join(pair) for pair in value or ())
    if name == "counts_people":
        return _("yes") if value else _("no")
    choices = {"measure": Measure, "across_periods": AcrossPeriods, "across_projects": AcrossProjects}.get(name)
    if choices is not None:
        return str(dict(choices.choices).get(value, value))
    return str(value or "")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A standard indicator that one's own may be the same as. problem: why it cannot be linked; empty where it can."""

    standard: StandardIndicator
    likeness: float
    problem: str


def proposals(indicator: Indicator, words: str = "", most: int = MOST_ALIKE) -> list[Proposal]:
    """Standard indicators for a project's own: those of the same unit and measure first, the likest in words before the others.

    words: only those in which every word occurs. One query.
    """
    offered: Sequence[StandardIndicator] = list(standards(LibraryFilter(words=words)))
    if not offered:
        return []
    texts = [counts(words_of(f"{one.title}\n{one.title}\n{one.definition}")) for one in offered]
    weights = TfIdf.fit(texts, at_least=1)
    asked = weights.transform([counts(words_of(f"{indicator.title}\n{indicator.title}\n{indicator.definition}"))])
    likeness = np.asarray((weights.transform(texts) @ asked.T).todense()).ravel()
    found = [
        Proposal(one, float(score), mismatch(indicator, one)) for one, score in zip(offered, likeness, strict=True)
    ]
    return sorted(found, key=lambda one: (bool(one.problem), -one.likeness))[:most]


def pieces(found: QuerySet[StandardIndicator], user: Viewer, size: int = 200) -> Iterator[StandardRow]:
    """What the export says of all of them, some hundred at a time."""
    listed = list(found)
    for start in range(0, len(listed), size):
        yield from rows(listed[start : start + size], user)
