"""Roll-ups by element of a framework: what the measured results come to for each commitment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from migov.foundation.history import known_at
from migov.foundation.records.models import Record
from migov.services.alignment.models import Alignment, Status
from migov.work.projects.models import KIND as PROJECT
from migov.work.results.aligned import aligned_results
from migov.work.results.models import KIND as RESULT
from migov.work.results.models import StandardIndicator
from migov.work.results.rollups.questions import Ground, Row, asked_of, fit_for
from migov.work.results.rollups.together import Aggregate, Source, together


@dataclass(slots=True)
class ElementLine:
    """What one standard indicator comes to under one element. An indicator counts under every element of its result or project."""

    element: int
    standard: StandardIndicator
    found: Aggregate


def by_element(of: Ground, framework: int | None = None) -> Iterator[ElementLine]:
    """Each element (of a framework) with each standard indicator that is measured under it. Five queries, whatever the size.

    Only confirmed alignments, as they stood at `window.known`. Lines of one framework are no parts of a whole: who works on two elements
    counts under both.
    """
    standards = StandardIndicator.objects.in_bulk({row.standard for row in of.rows})
    fit: dict[int, list[tuple[Row, Source]]] = defaultdict(list)
    for row in of.rows:
        fit[row.standard].append((row, of.source(row)))
    keys = {row.key: row for row in of.rows}
    under = _Under(of, framework)
    for standard, pairs in fit.items():
        asked = asked_of(standards[standard])
        sources, _left = fit_for(asked, of, pairs)
        groups: dict[int, list[Source]] = defaultdict(list)
        for source in sources:
            for element in under(keys[source.indicator]):
                groups[element].append(source)
        for element, some in groups.items():
            yield ElementLine(element, standards[standard], together(some, asked, of.overlaps))


class _Under:
    """Which elements an indicator counts under."""

    def __init__(self, of: Ground, framework: int | None) -> None:
        confirmed = Alignment.objects.filter(known_at(of.window.known), status=Status.CONFIRMED)
        if framework is not None:
            confirmed = confirmed.filter(element__framework=framework)
        self.frameworks: dict[int, int] = {}
        self.projects: dict[int, set[int]] = defaultdict(set)
        of_projects = confirmed.filter(record__kind=PROJECT).order_by()
        for record, element, home in of_projects.values_list("record_id", "element_id", "element__framework_id"):
            if record in of.projects:
                self.projects[record].add(element)
                self.frameworks[element] = home
        of_results = confirmed.filter(record__kind=RESULT)
        everything = Record.objects.filter(kind=PROJECT).values("pk")
        self.own = {
            result: found
            for project, result, found in aligned_results(everything, of_results)
            if project in of.projects
        }
        if self.own:
            self.frameworks |= dict(of_results.order_by().values_list("element_id", "element__framework_id").distinct())

    def __call__(self, row: Row) -> Collection[int]:
        of_project = self.projects.get(row.project, set())
        nearer = self.own.get(row.result)
        if not nearer:
            return of_project
        said = {self.frameworks[element] for element in nearer}
        return nearer | {element for element in of_project if self.frameworks[element] not in said}
