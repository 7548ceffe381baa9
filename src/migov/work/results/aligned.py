"""Which elements of frameworks a result counts under: its own, else those of the nearest result above it, else those of its project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import QuerySet

from migov.services.alignment.models import Alignment
from migov.work.results.models import Result


def aligned_results(
    projects: Collection[int] | QuerySet[Any, Any], confirmed: QuerySet[Alignment]
) -> Iterator[tuple[int, int, set[int]]]:
    """Results that are aligned themselves or lie under one that is: project, result, elements. Two queries.

    For each framework the nearest result upwards with an alignment decides; results with none above them follow their project.
    """
    own: dict[int, dict[int, dict[int, set[int]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    rows = confirmed.filter(record__parent_id__in=projects).order_by("pk")
    for project, result, framework, element in rows.values_list(
        "record__parent_id", "record_id", "element__framework_id", "element_id"
    ):
        if project is not None:
            own[project][result][framework].add(element)
    tree = Result.objects.filter(project_id__in=list(own)).order_by("pk")
    parents = {
        result: (project, parent) for result, project, parent in tree.values_list("pk", "project_id", "parent_id")
    }
    for result, (project, _) in parents.items():
        found: dict[int, set[int]] = {}
        above: int | None = result
        seen: set[int] = set()
        while above is not None and above not in seen:
            seen.add(above)
            for framework, elements in own[project][above].items() if above in own[project] else ():
                found.setdefault(framework, elements)
            above = parents[above][1] if above in parents else None
        if found:
            yield project, result, set().union(*found.values())
