"""Figures made ahead, per project and year, so that a report of thousands of projects is a handful of small sums.

These tables are a cache: `figures.refresh` makes them from the rows of the rooms below, `figures.drop` empties them, and nothing
else writes them. `as_of` is the day the figures speak of; TODAY marks those that follow the register as it changes.
"""

from datetime import date

from django.db import models

from migov.foundation.frameworks.models import Element
from migov.foundation.records.models import Record
from migov.work.results.models import AcrossPeriods, Indicator, StandardIndicator

TODAY = date(9999, 12, 31)


class FigureState(models.Model):
    """What the figures of a project were made from (they are stale when any of it has moved on), and what is one figure a project."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    as_of = models.DateField()
    revision = models.PositiveIntegerField()
    rates = models.CharField(max_length=120)
    places = models.TextField(default="", help_text="Places and their parts of the money: place:part, by commas.")
    evenly = models.BooleanField(default=False, help_text="Nobody stated how the money lies over several places.")
    evidence = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["as_of", "record"], name="figure_state_once")]

    def __str__(self) -> str:
        return f"{self.record_id} at {self.as_of}"


class MoneyYear(models.Model):
    """Budget or spending of a project up to the end of a calendar year, until `next_year`: in cents of the reporting currency or,
    unconverted, of its own. Running sums, so that any span of years is the difference of two rows."""

    class Kind(models.TextChoices):
        BUDGET = "b", "budget"
        SPENDING = "s", "spending"

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    as_of = models.DateField()
    year = models.SmallIntegerField()
    next_year = models.SmallIntegerField()
    kind = models.CharField(max_length=1, choices=Kind.choices)
    cents = models.BigIntegerField()
    unconverted = models.CharField(max_length=3, blank=True, help_text="Its currency, or ??? where none was stated.")

    class Meta:
        indexes = [
            models.Index(
                fields=["as_of", "next_year", "year", "record", "kind", "unconverted", "cents"], name="money_year_span"
            ),
            models.Index(fields=["as_of", "record"], name="money_year_record"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.year} {self.kind} {self.cents}"


class ShareOf(models.Model):
    """The part of a project's money that an element stands for: parts/whole, exactly."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    as_of = models.DateField()
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="+", db_index=False)
    parts = models.BigIntegerField()
    whole = models.BigIntegerField()
    principal = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["as_of", "element", "record", "parts", "whole", "principal"], name="share_of_cover")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.element_id} {self.parts}/{self.whole}"


class ResultOf(models.Model):
    """A result that is aligned itself, or lies under one that is: it counts under this element, not under all of its project's."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    result = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    as_of = models.DateField()
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["as_of", "element", "record", "result"], name="result_of_cover")]

    def __str__(self) -> str:
        return f"{self.result_id} {self.element_id}"


class ResultYear(models.Model):
    """How many indicators stand where since a year in which they had a period, until the next one (`next_year`).

    Rows without a result speak of the whole project; rows with one exist only where results are aligned themselves. Rows with `due`
    wait for a value since that day; before it they count as what they were before.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    result = models.ForeignKey(Record, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    as_of = models.DateField()
    year = models.SmallIntegerField()
    next_year = models.SmallIntegerField()
    due = models.DateField(null=True)
    achieved = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    behind = models.PositiveIntegerField(default=0)
    open = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["as_of", "next_year", "year"], name="result_year_span"),
            models.Index(fields=["as_of", "record"], name="result_year_record"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.year}"


class IndicatorYear(models.Model):
    """Values of an indicator that counts people or follows a standard, in a year with a value, until `next_year`.

    Values that add up are running sums; of the others the latest or the largest counts. `target` and `met` are sums over the periods
    that have both a target and a value.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    result = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+", db_index=False)
    standard = models.ForeignKey(
        StandardIndicator, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    as_of = models.DateField()
    people = models.BooleanField()
    rule = models.CharField(max_length=8, choices=AcrossPeriods.choices)
    year = models.SmallIntegerField()
    next_year = models.SmallIntegerField()
    actual = models.FloatField()
    female = models.FloatField(null=True)
    male = models.FloatField(null=True)
    target = models.FloatField(null=True)
    met = models.FloatField(null=True)
    by_age = models.BooleanField(default=False)
    ages = models.TextField(default="", help_text="Age band → people, as JSON; empty where not known by age.")

    class Meta:
        indexes = [
            # It holds all numbers, so that a report reads them without going to the table.
            models.Index(
                fields=[
                    "as_of",
                    "rule",
                    "next_year",
                    "year",
                    "record",
                    "result",
                    "indicator",
                    "standard",
                    "people",
                    "actual",
                    "female",
                    "male",
                    "target",
                    "met",
                ],
                name="indicator_year_span",
            ),
            models.Index(
                fields=["as_of", "next_year", "year"], name="indicator_year_ages", condition=models.Q(by_age=True)
            ),
            models.Index(fields=["as_of", "record"], name="indicator_year_record"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year}"
