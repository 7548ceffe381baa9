"""Reading many plain rows: the numbers of thousands of projects without building an object or converting a value for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def tuples(asked: QuerySet[Any, Any]) -> Sequence[tuple[Any, ...]]:
    """The rows of a `values_list` query as the database gives them, past Django's converters.

    Numbers may come as int, float or Decimal and days as text (SQLite) or dates (PostgreSQL): see :func:`day`.
    """
    try:
        sql, params = asked.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return rows


def pieces(asked: QuerySet[Any, Any], size: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of :func:`tuples`, some thousand at a time; no empty piece."""
    try:
        sql, params = asked.query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(size):
            yield rows


def day(value: Any) -> date | None:
    """A day from whatever the database gave."""
    return date.fromisoformat(value) if isinstance(value, str) else value
