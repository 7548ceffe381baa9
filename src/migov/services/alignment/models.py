"""Alignment: one piece of work joined to one element of a framework, with who said so and why."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element
from migov.foundation.history import Fact
from migov.foundation.records.models import Record


class Origin(models.TextChoices):
    DECLARED = "declared", _("declared by a person")
    PUBLISHED = "published", _("published by the reporting organisation")
    SECTOR = "sector", _("proposed from a sector code")
    SUGGESTED = "suggested", _("suggested by the matcher")


class Significance(models.TextChoices):
    PRINCIPAL = "principal", _("principal")
    SIGNIFICANT = "significant", _("significant")


class Status(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")


class Alignment(Fact):
    """What stands (or stood) between a record and an element. A decision appends a row, superseding the one before."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="alignments")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="alignments")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    significance = models.CharField(max_length=11, choices=Significance.choices, default=Significance.SIGNIFICANT)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PROPOSED)
    share = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("Percent of the money, when a person set it."),
    )
    note = models.TextField(blank=True)
    source = models.CharField(max_length=255, blank=True)
    reasons = models.JSONField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "element"], condition=Q(superseded_at__isnull=True), name="alignment_one_current"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | (Q(share__gte=Decimal(0)) & Q(share__lte=Decimal(100))),
                name="alignment_share_is_percent",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(status="confirmed"), name="alignment_share_only_when_confirmed"
            ),
        ]
        indexes = [models.Index(fields=["status", "element"], name="alignment_status_element")]

    def __str__(self) -> str:
        return f"{self.record_id} → {self.element_id} ({self.status})"
