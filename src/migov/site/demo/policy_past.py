"""Putting what the actions of policy support have just written back to the day on which it is said to have happened.

Reviews and their clearance are written by the actions that people use, which take the moment they are called for when things happen.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from migov.foundation.records.models import JournalEntry, Record, RecordPlace, RecordState, RecordTheme
from migov.services.clearance.models import ChecklistAnswer, Clearance, Comment, Decision, Submission, Verdict
from migov.services.clearance.models import Review as Seat
from migov.services.notices.models import Notice
from migov.work.policy.models import Answer, Release, Review, Row


class Past:
    """Days count back from `today`. `to(back)` puts what was written of the records since the call before on that day."""

    def __init__(self, today: date, *records: Record) -> None:
        self._today, self._keys, self._mark = today, [record.pk for record in records], timezone.now()

    def at(self, back: int, hour: int = 10) -> datetime:
        """The moment so many days ago."""
        return timezone.make_aware(datetime.combine(self.day(back), time(hour)))

    def day(self, back: int) -> date:
        """The day so many days ago, or ahead where it is negative."""
        return self._today - timedelta(days=back)

    def add(self, record: Record) -> None:
        """Also what is written of this record."""
        self._keys.append(record.pk)

    def to(self, back: int, hour: int = 10) -> None:
        """Put what was written since the last call on a day. Notices of it are read."""
        when = self.at(back, hour)
        for rows, field in self._written():
            rows.filter(**{f"{field}__gte": self._mark}).update(**{field: when})
        self._mark = timezone.now()

    def _written(self) -> list[tuple[QuerySet[Model], str]]:
        of: dict[str, list[int]] = {"record__in": self._keys}
        papers = Record.objects.filter(parent__in=self._keys, kind="document")
        records = Record.objects.filter(pk__in=self._keys)
        Notice.objects.filter(**of, at__gte=self._mark, read_at__isnull=True).update(read_at=F("at"))
        clearances = {"clearance__record__in": self._keys}
        given = {"submission__clearance__record__in": self._keys}
        found: list[tuple[QuerySet[Model], str]] = [
            (JournalEntry.objects.filter(Q(record_id__in=self._keys) | Q(record_id__in=papers.values("pk"))), "at"),
            (Notice.objects.filter(**of), "read_at"), (Notice.objects.filter(**of), "at"),
            (papers, "created_at"), (papers, "changed_at"), (records, "created_at"), (records, "changed_at"),
            (RecordPlace.objects.filter(**of), "recorded_at"), (RecordState.objects.filter(**of), "recorded_at"),
            (RecordTheme.objects.filter(**of), "recorded_at"),
            (Row.objects.filter(review__in=self._keys), "judged_at"),
            (Review.objects.filter(pk__in=self._keys), "proposed_at"),
            (Release.objects.filter(review__in=self._keys), "at"),
            (Answer.objects.filter(row__release__review__in=self._keys), "recorded_at"),
            (Clearance.objects.filter(**of), "opened_at"), (Clearance.objects.filter(**of), "ended_at"),
            (Submission.objects.filter(**clearances), "at"), (Seat.objects.filter(**clearances), "asked_at"),
            (Seat.objects.filter(**clearances), "ended_at"), (Verdict.objects.filter(**given), "recorded_at"),
            (ChecklistAnswer.objects.filter(**given), "recorded_at"), (Decision.objects.filter(**given), "at"),
            (Comment.objects.filter(**given), "at"), (Comment.objects.filter(**given), "settled_at"),
        ]  # fmt: skip
        return found
