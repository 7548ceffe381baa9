"""Which projects stand under which: programmes with regional and country parts, as projects name each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from migov.foundation.records.models import Record
from migov.work.projects.models import KIND, RelatedProject

PARENT = "1"  # IATI related activity type: the one that is named stands above
DEEPEST = 8
FEW = 400  # of more, all that is named is read: a statement holds only so many keys


def parents(projects: Collection[int]) -> dict[int, int]:
    """Project → the one right above it, also of those above. Two queries for each level; of several parents the first named."""
    found: dict[int, int] = {}
    asked = set(projects)
    for _level in range(DEEPEST):
        fresh = _right_above(asked)
        found |= {project: parent for project, parent in fresh.items() if project not in found}
        asked = set(fresh.values()) - found.keys()
        if not asked:
            break
    return found


def _right_above(projects: Collection[int]) -> dict[int, int]:
    named = RelatedProject.objects.filter(kind=PARENT)
    known = Record.objects.filter(kind=KIND).exclude(reference="")
    if len(projects) <= FEW:
        named = named.filter(project__in=projects)
        known = known.filter(reference__in=named.values("reference"))
    else:
        known = known.filter(reference__in=RelatedProject.objects.filter(kind=PARENT).values("reference"))
    pairs = named.order_by("project_id", "order", "pk").values_list("project_id", "reference")
    keys = dict(known.values_list("reference", "pk"))
    found: dict[int, int] = {}
    for project, reference in pairs:
        if project in projects and reference in keys and keys[reference] != project:
            found.setdefault(project, keys[reference])
    return found


def above(parent_of: Mapping[int, int], project: int) -> tuple[int, ...]:
    """All projects above one, nearest first. A circle ends where it closes."""
    line: list[int] = []
    while (upper := parent_of.get(project)) is not None and upper not in line and len(line) < DEEPEST:
        line.append(upper)
        project = upper
    return tuple(line)
