"""Results, indicators, periods and measurements.

A measurement is one value of one indicator: a baseline, a target or an actual, for a period, perhaps for a slice (women, children,
…) or a place. Values are appended and superseded, so the figures of an earlier day can be made again.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element
from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.work.projects.models import Project

KIND = "result"


class Level(models.TextChoices):
    OBJECTIVE = "objective", _("objective")
    IMPACT = "impact", _("impact")
    OUTCOME = "outcome", _("outcome")
    OUTPUT = "output", _("output")
    ACTIVITY = "activity", _("activity")
    OTHER = "other", _("other")


class Result(models.Model):
    """A row of a results matrix. Title, description and the place in the tree of records are on its record."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="result")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="results")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    level = models.CharField(max_length=10, choices=Level.choices)
    order = models.PositiveIntegerField(default=0)
    published = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.CheckConstraint(condition=~Q(parent=F("record")), name="result_not_own_parent")]

    def __str__(self) -> str:
        return str(self.record)


class Measure(models.TextChoices):
    NUMBER = "number", _("number")
    PERCENTAGE = "percentage", _("percentage")
    NOMINAL = "nominal", _("nominal")
    ORDINAL = "ordinal", _("ordinal")
    QUALITATIVE = "qualitative", _("qualitative")
    YES_NO = "yes-no", _("yes or no")


class AcrossPeriods(models.TextChoices):
    """How the values of several periods make one figure. Undeclared is treated as the largest: it cannot count anybody twice."""

    SUM = "sum", _("sum of the periods")
    LATEST = "latest", _("latest period (running total)")
    MAX = "max", _("largest period")
    UNDECLARED = "", _("not declared")


class StandardIndicator(models.Model):
    """An indicator that several projects measure in the same way, so that their values may be added up."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    definition = models.TextField(blank=True)
    unit = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=12, choices=Measure.choices, default=Measure.NUMBER)
    across_periods = models.CharField(max_length=8, choices=AcrossPeriods.choices, blank=True)
    counts_people = models.BooleanField(default=False)
    elements: Any = models.ManyToManyField(Element, blank=True, related_name="standard_indicators")

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def standing(self) -> IndicatorQuerySet:
        """Indicators that still stand: neither they nor their result have been withdrawn by who published them."""
        return self.filter(removed_at__isnull=True, result__record__removed_at__isnull=True)


class Indicator(models.Model):
    """What is measured under a result."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="indicators")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="indicators")
    standard = models.ForeignKey(
        StandardIndicator, null=True, blank=True, on_delete=models.PROTECT, related_name="indicators"
    )
    order = models.PositiveIntegerField(default=0)
    title = models.TextField()
    definition = models.TextField(blank=True)
    unit = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=12, choices=Measure.choices, default=Measure.NUMBER)
    ascending = models.BooleanField(null=True, blank=True, help_text=_("Whether more is better; null: not stated."))
    across_periods = models.CharField(max_length=8, choices=AcrossPeriods.choices, blank=True)
    counts_people = models.BooleanField(default=False)
    counts_people_because = models.CharField(max_length=120, blank=True)
    aggregable = models.BooleanField(null=True, blank=True, help_text=_("IATI aggregation status."))
    published = models.JSONField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text=_("Its publisher names it no longer."))

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class Period(models.Model):
    """A span of time for which an indicator has targets and actuals."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="periods")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    order = models.PositiveIntegerField(default=0)
    published = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.starts}–{self.ends}"


class Slice(models.Model):
    """A part of a whole: one value for each of one or more dimensions, e.g. sex = female and age = 0-17. Shared by all measurements."""

    key = models.CharField(
        max_length=500, unique=True, help_text=_("Dimensions and values, sorted: age=0-17|sex=female.")
    )
    family = models.CharField(
        max_length=255, help_text=_("The dimensions, sorted: age|sex. Only slices of one family add up.")
    )
    parts = models.JSONField(help_text=_("Pairs of dimension and value as published, in their order."))
    sex = models.CharField(
        max_length=1, blank=True, help_text=_("f, m, x for another or unknown sex; empty: not by sex.")
    )
    age = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.key


class MeasurementKind(models.TextChoices):
    BASELINE = "b", _("baseline")
    TARGET = "t", _("target")
    ACTUAL = "a", _("actual")


class Measurement(Fact):
    """One value of an indicator. Either a number or, where the source had no number, its words."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="measurements", db_index=False)
    period = models.ForeignKey(
        Period, null=True, blank=True, on_delete=models.CASCADE, related_name="measurements", db_index=False
    )
    kind = models.CharField(max_length=1, choices=MeasurementKind.choices)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    words = models.TextField(blank=True, help_text=_("The value where it is not a number."))
    slice = models.ForeignKey(Slice, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    location_ref = models.CharField(max_length=120, blank=True)
    year = models.SmallIntegerField(null=True, blank=True, help_text=_("Year of a baseline."))
    date = models.DateField(null=True, blank=True, help_text=_("Day of a baseline."))
    comment = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    published = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["indicator", "kind", "period"], name="measurement_of_indicator"),
            models.Index(fields=["period"], name="measurement_of_period"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="b") | Q(period__isnull=False), name="measurement_of_target_or_actual_has_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value if self.value is not None else self.words}"
