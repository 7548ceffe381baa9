"""What is known about people who are counted by several indicators. Declared by people, never guessed; roll-ups respect it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact


class OverlapKind(models.TextChoices):
    SAME = "same", _("the same people: the largest value counts")
    PARTLY = "partly", _("partly the same people: so many are counted twice")
    APART = "apart", _("different people: the values are added")


class Overlap(Fact):
    """Whether some indicators count the same people. twice: people counted more than once, over all of them, for kind PARTLY."""

    kind = models.CharField(max_length=6, choices=OverlapKind.choices)
    twice = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="partly") & Q(twice__gt=0)) | (~Q(kind="partly") & Q(twice__isnull=True)),
                name="overlap_number_where_partly",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="overlap_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"


class OverlapMember(Fact):
    """An indicator that an overlap was declared for. At most one overlap stands for an indicator."""

    overlap = models.ForeignKey(Overlap, on_delete=models.CASCADE, related_name="members")
    indicator = models.ForeignKey("results.Indicator", on_delete=models.CASCADE, related_name="overlaps")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(superseded_at__isnull=True), name="overlap_of_indicator_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.overlap_id} {self.indicator_id}"
