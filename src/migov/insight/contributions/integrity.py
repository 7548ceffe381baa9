"""What must hold among figures; asked by `migov check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from migov.foundation.money.queries import Converter
from migov.insight.contributions import figures
from migov.insight.contributions.models import TODAY, FigureState

SAMPLE = 200


def findings() -> Iterator[str]:
    """Proves the cache against the rows: the figures of some projects that count as fresh are made anew and compared."""
    stale = set(figures.stale())
    fresh = FigureState.objects.filter(as_of=TODAY).exclude(record__in=stale).order_by("?")
    revisions = dict(fresh.values_list("record_id", "revision")[:SAMPLE])
    if not revisions:
        return
    with transaction.atomic():
        before = _kept(revisions)
        figures.make(revisions, TODAY, Converter())
        after = _kept(revisions)
        transaction.set_rollback(True)
    wrong = sorted(key for key in revisions if before[key] != after[key])
    if wrong:
        yield (
            f"The figures of {len(wrong)} of {len(revisions)} projects differ from their rows (records {wrong[:5]}). "
            "Run: migov figures --anew"
        )


def _kept(keys: dict[int, int]) -> dict[int, Counter[Any]]:
    found: dict[int, Counter[Any]] = {key: Counter() for key in keys}
    for model in figures.CACHED:
        names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
        for row in model._default_manager.filter(as_of=TODAY, record__in=list(keys)).values_list("record_id", *names):
            found[row[0]][(model.__name__, *row[1:])] += 1
    return found
