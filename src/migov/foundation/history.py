"""Facts accumulate: a fact is recorded, perhaps superseded, never overwritten.

Every row that a figure is made of is a :class:`Fact`, so that the figure of an earlier day can be made again from
the rows that were known on that day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone


def end_of_day(day: date) -> datetime:
    """The first instant after `day` in the current time zone: what was known "on" a day includes all of that day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def known_at(moment: datetime | None, prefix: str = "") -> models.Q:
    """Rows known at a moment (None: now). `prefix` reaches through a relation, e.g. ``"measurements__"``."""
    if moment is None:
        return models.Q(**{f"{prefix}superseded_at__isnull": True})
    return models.Q(**{f"{prefix}recorded_at__lt": moment}) & (
        models.Q(**{f"{prefix}superseded_at__isnull": True}) | models.Q(**{f"{prefix}superseded_at__gte": moment})
    )


class FactQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Rows that stand today."""
        return self.filter(known_at(None))

    def as_of(self, moment: datetime | None) -> Self:
        """Rows that stood just before `moment`; all that stand today when it is None."""
        return self.filter(known_at(moment))

    def supersede(self, at: datetime | None = None) -> int:
        """Mark the rows as no longer standing; they stay for earlier dates. Returns how many."""
        return self.filter(superseded_at__isnull=True).update(superseded_at=at or timezone.now())


class Fact(models.Model):
    """A row that is appended and superseded, never changed."""

    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
