"""Dated exchange rates into the reporting currency."""

from decimal import Decimal

from django.db import models

from migov.foundation.history import Fact


class ExchangeRate(Fact):
    """What one unit of a currency was worth in the reporting currency from one day to another (both included)."""

    currency = models.CharField(max_length=3)
    base = models.CharField(max_length=3, default="USD")
    valid_from = models.DateField()
    valid_to = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10, help_text="Base units for one unit of the currency.")
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["currency", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "base", "valid_from"],
                condition=models.Q(superseded_at__isnull=True),
                name="rate_once_a_day",
            ),
            models.CheckConstraint(condition=models.Q(rate__gt=Decimal(0)), name="rate_positive"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="rate_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate} {self.base} ({self.valid_from}–{self.valid_to})"
