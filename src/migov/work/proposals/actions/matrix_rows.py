"""What changes of rows of the matrix share: their order, and their trace in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.proposals.models import PlanIndicator, PlanResult, Proposal

OrderedRow = PlanResult | PlanIndicator


def insert(rows: Sequence[OrderedRow], row: OrderedRow, position: int) -> list[OrderedRow]:
    """The rows with one more at a position (from 0; beyond the end: the last)."""
    place = max(0, min(position, len(rows)))
    return [*rows[:place], row, *rows[place:]]


def save_order(model: type[Any], rows: Sequence[OrderedRow], *fields: str) -> int:
    """Number rows as they stand and write those that changed, in one statement. Gives how many were written.

    fields: further fields that may have changed, e.g. "parent".
    """
    stored = {
        pk: tuple(rest)
        for pk, *rest in model.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "order", *fields)
    }
    changed = []
    for number, row in enumerate(rows):
        row.order = number
        now = (number, *(getattr(row, model._meta.get_field(name).attname) for name in fields))
        if stored.get(row.pk) != now:
            changed.append(row)
    if changed:
        model.objects.bulk_update(changed, ["order", *fields])
    return len(changed)


def anchor_of(row: OrderedRow) -> str:
    """The place of a row as comments name it: "result:12", "indicator:34"."""
    return f"{'result' if isinstance(row, PlanResult) else 'indicator'}:{row.pk}"


def note(proposal: Proposal, verb: str, row: OrderedRow | None, detail: dict[str, Any], *, by: Actor) -> None:
    """Write a change of the matrix into the journal."""
    about = {"row": anchor_of(row)} if row is not None else {}
    journal.write(verb, by=by, record=proposal.project.record, detail=about | detail)
