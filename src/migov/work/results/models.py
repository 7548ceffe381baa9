"""Results, indicators, periods, what people report, and measurements.

A measurement is one value of one indicator: a baseline, a target or an actual, for a period, perhaps for a slice (women, children,
…) or a place. Values are appended and superseded, so the figures of an earlier day can be made again. Only measurements count in figures.

What people report is an entry: draft, submitted, verified, locked. Measurements are made of entries once they are verified.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element
from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.files.models import Document
from migov.work.projects.models import Project
from migov.work.results.kobo_maps import KoboMap  # noqa: F401  (tables of this room)
from migov.work.results.overlaps import Overlap, OverlapMember  # noqa: F401  (tables of this room)

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
    RATIO = "ratio", _("ratio")
    INDEX = "index", _("index")
    YES_NO = "yes-no", _("yes or no")


class AcrossPeriods(models.TextChoices):
    """How the values of several periods make one figure. Undeclared is treated as the largest: it cannot count anybody twice."""

    SUM = "sum", _("sum of the periods")
    LATEST = "latest", _("latest period (running total)")
    MAX = "max", _("largest period")
    UNDECLARED = "", _("not declared")


class AcrossProjects(models.TextChoices):
    """How the values of several projects make one figure. Undeclared: they make none."""

    SUM = "sum", _("sum")
    AVERAGE = "average", _("average, weighted by the denominators")
    LATEST = "latest", _("latest value")
    MAX = "max", _("largest value: they may count the same people")
    NONE = "none", _("none: they cannot be put together")
    UNDECLARED = "", _("not declared")


class Dimension(models.Model):
    """What values can be told apart by: sex, age, status. values: pairs of code and label, in order; empty where they are free."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    values = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class StandardIndicator(models.Model):
    """An indicator that several projects measure in the same way, so that their values may be put together.

    version: grows when its meaning changes; every version is kept (StandardVersion).
    """

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    definition = models.TextField(blank=True)
    unit = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=12, choices=Measure.choices, default=Measure.NUMBER)
    across_periods = models.CharField(max_length=8, choices=AcrossPeriods.choices, blank=True)
    across_projects = models.CharField(max_length=8, choices=AcrossProjects.choices, blank=True)
    method = models.TextField(blank=True, help_text=_("How it is measured: source, collection, calculation."))
    dimensions: Any = models.ManyToManyField(Dimension, blank=True, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)
    counts_people = models.BooleanField(default=False)
    elements: Any = models.ManyToManyField(Element, blank=True, related_name="standard_indicators")

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class StandardVersion(Fact):
    """What a standard indicator said in one of its versions, from the day it was recorded on; that of today is not superseded."""

    standard = models.ForeignKey(StandardIndicator, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveSmallIntegerField()
    says = models.JSONField(help_text=_("Its fields, the codes of its dimensions and elements."))
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["standard", "version"], name="standard_version_once")]

    def __str__(self) -> str:
        return f"{self.standard} v{self.version}"


class Frequency(models.TextChoices):
    """How often an indicator is measured."""

    ONCE = "once", _("once, at the end")
    MONTHLY = "month", _("monthly")
    QUARTERLY = "quarter", _("quarterly")
    HALF_YEARLY = "half", _("every six months")
    YEARLY = "year", _("yearly")
    AS_PLANNED = "", _("as its periods say")


class WithinPeriod(models.TextChoices):
    """How several entries for one period make its value."""

    SUM = "sum", _("each adds to the others")
    LATEST = "latest", _("each takes the place of the one before")


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
    frequency = models.CharField(max_length=8, choices=Frequency.choices, blank=True, db_default="")
    within_period = models.CharField(
        max_length=8, choices=WithinPeriod.choices, default=WithinPeriod.SUM, db_default="sum"
    )
    dimensions: Any = models.ManyToManyField(Dimension, blank=True, related_name="indicators")
    scale = models.JSONField(null=True, blank=True, help_text=_("Labels of an ordinal scale, from the lowest."))
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


class EntryStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    VERIFIED = "verified", _("verified")
    LOCKED = "locked", _("locked")


COUNTED = (EntryStatus.VERIFIED, EntryStatus.LOCKED)
OPEN = (EntryStatus.DRAFT, EntryStatus.RETURNED)


class Entry(models.Model):
    """What somebody reports for an indicator and a period, perhaps for one place.

    number: of the entries for the period, from 1. revision: grows with every change. note: why it was returned or unlocked.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="entries")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveSmallIntegerField()
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=EntryStatus.choices, default=EntryStatus.DRAFT)
    comment = models.TextField(blank=True)
    source = models.TextField(
        blank=True, help_text=_("Where the values come from: register, survey, attendance lists.")
    )
    documents: Any = models.ManyToManyField(Document, blank=True, related_name="entries")
    note = models.TextField(blank=True)
    way = models.CharField(max_length=8, default="page", help_text=_("page, sheet, kobo or api: how it came."))
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    verified_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["period_id", "number"]
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["status", "submitted_at"], name="entry_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "period", "number"], name="entry_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "returned")) | Q(submitted_at__isnull=False), name="entry_submitted_at"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("verified", "locked")) | Q(verified_at__isnull=False), name="entry_verified_at"
            ),
            models.CheckConstraint(condition=~Q(status="locked") | Q(locked_at__isnull=False), name="entry_locked_at"),
            models.CheckConstraint(condition=~Q(status="returned") | ~Q(note=""), name="entry_returned_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period_id} no. {self.number}"


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


class EntryValue(models.Model):
    """A value of an entry: of the whole (slice empty) or of a part. A number, a fraction of two, or words; empty: known to be unknown."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="values")
    slice = models.ForeignKey(Slice, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    numerator = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "slice"], name="entry_slice_once"),
            models.UniqueConstraint(fields=["entry"], condition=Q(slice__isnull=True), name="entry_whole_once"),
        ]

    def __str__(self) -> str:
        return str(self.value if self.value is not None else self.words)


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
    numerator = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    words = models.TextField(blank=True, help_text=_("The value where it is not a number."))
    entry = models.ForeignKey(
        "Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="measurements", db_index=False,
        help_text=_("The newest entry that it was made of; empty for what was published or planned."),
    )  # fmt: skip
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
            models.Index(fields=["entry"], condition=Q(entry__isnull=False), name="measurement_of_entry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="b") | Q(period__isnull=False), name="measurement_of_target_or_actual_has_period"
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | ~Q(denominator=0), name="measurement_denominator_not_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value if self.value is not None else self.words}"
