"""Briefing books: what is asked for, and each edition as it was made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.work.cooperation.models import Meeting

PERSON = settings.AUTH_USER_MODEL
KIND = "briefing"


class Book(models.Model):
    """A briefing book: for whom and on what. Title, owner, office and themes are on its record, which is kept to its office: it is drawn
    with its maker's eyes.

    starts, ends: the period it speaks of; empty for how things stand now. parts, meeting_parts: codes of the parts that are in it.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="briefing")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="briefings")
    places: models.ManyToManyField[Place, models.Model] = models.ManyToManyField(Place, blank=True, related_name="+")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    parts: Any = models.JSONField(default=list)
    note = models.TextField(blank=True, help_text=_("A few words that stand first: what it is for, what to watch."))
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change; forms compare it."))

    class Meta:
        ordering = ["-record__changed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="briefing_period_in_order",
            )
        ]

    def __str__(self) -> str:
        return str(self.record)


class Edition(models.Model):
    """A book as it was made. content: see content.py; it is never changed, a refresh makes a new edition."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    content: Any = models.JSONField()

    class Meta:
        ordering = ["book", "number"]
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="briefing_edition_once")]

    def __str__(self) -> str:
        return f"{self.book_id}, {self.number}"
