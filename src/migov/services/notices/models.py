"""Notices to people, and how each wants to get them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.records.models import Record

PERSON = settings.AUTH_USER_MODEL


class Notice(models.Model):
    """Something a person has to know. key: what it is about; the same is not told twice (empty: always told)."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="notices")
    at = models.DateTimeField(default=timezone.now)
    kind = models.SlugField(max_length=40)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True, help_text=_("Address within migov."))
    record = models.ForeignKey(Record, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], condition=~Q(key=""), name="notice_key_once"),
        ]
        indexes = [
            models.Index(fields=["person", "read_at"], name="notice_unread"),
            models.Index(fields=["mailed_at", "person"], name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return self.title


class Mailing(models.TextChoices):
    EACH = "each", _("each notice at once")
    DAILY = "daily", _("once a day, all together")
    NEVER = "never", _("never")


class Preference(models.Model):
    """How a person wants to be told; who has none gets each notice by mail."""

    person = models.OneToOneField(PERSON, primary_key=True, on_delete=models.CASCADE, related_name="notice_preference")
    mailing = models.CharField(max_length=6, choices=Mailing.choices, default=Mailing.EACH)

    def __str__(self) -> str:
        return f"{self.person}: {self.mailing}"
