"""Questions about offices and people."""

from __future__ import annotations

from collections.abc import Iterable

from migov.foundation.people.models import Office


def offices_below(offices: Iterable[int]) -> set[int]:
    """Primary keys of some offices and of every office below them. One query; none when there is nothing to ask."""
    found = set(offices)
    if not found:
        return found
    tree = list(Office.objects.values_list("pk", "parent_id"))
    while below := {pk for pk, parent in tree if parent in found} - found:
        found |= below
    return found
