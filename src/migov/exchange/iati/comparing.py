"""Rows that are about to be written, compared with rows that stand."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models

from migov.exchange.iati.tables import TABLES, Row

Key = tuple[Any, ...]


def _decimal(value: Any) -> Any:
    return None if value is None else f"{float(value):.15g}"  # the precision that SQLite keeps


def _json(value: Any) -> Any:
    if isinstance(value, str):
        value = json.loads(value)
    return None if value is None else json.dumps(value, sort_keys=True)


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _same(value: Any) -> Any:
    return value


def _rule(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(field, models.DecimalField):
        return _decimal
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return _day
    return _same


class Comparison:
    """Reads and compares rows of one table by what they say, leaving some fields aside."""

    def __init__(self, table: str, leave_out: Iterable[str] = ()) -> None:
        self.model, names = TABLES[table]
        kept = [(position, name) for position, name in enumerate(names) if name not in set(leave_out)]
        self._positions = [position for position, _ in kept]
        self.names = [name for _, name in kept]
        self._rules = [_rule(self.model._meta.get_field(name)) for name in self.names]  # type: ignore[arg-type]

    def key(self, row: Row) -> Key:
        """What a row about to be written says."""
        return tuple(rule(row[position]) for rule, position in zip(self._rules, self._positions, strict=True))

    def rule(self, position: int) -> Callable[[Any], Any]:
        """How the field at a position is compared."""
        return self._rules[position]

    def python(self, position: int, row: Row) -> Any:
        """The value at a position of a row about to be written, as the model takes it."""
        value = row[self._positions[position]]
        return json.loads(value) if self._rules[position] is _json and isinstance(value, str) else value

    def standing(self, rows: models.QuerySet[Any], group: str) -> dict[int, list[tuple[int, Key]]]:
        """What rows that stand say, with their keys, by the value of the field `group`."""
        found: dict[int, list[tuple[int, Key]]] = defaultdict(list)
        for owner, pk, *values in rows.order_by("pk").values_list(group, "pk", *self.names):
            found[owner].append((pk, tuple(rule(value) for rule, value in zip(self._rules, values, strict=True))))
        return found

    def difference(self, before: Sequence[tuple[int, Key]], after: Sequence[Row]) -> tuple[list[int], list[Row]]:
        """Keys of rows that say something no longer said, and rows that say something new. Equal rows count as often as they occur."""
        wanted = Counter(self.key(row) for row in after)
        gone = []
        for pk, key in before:
            if wanted[key] > 0:
                wanted[key] -= 1
            else:
                gone.append(pk)
        fresh = []
        for row in reversed(after):
            key = self.key(row)
            if wanted[key] > 0:
                wanted[key] -= 1
                fresh.append(row)
        return gone, fresh[::-1]
