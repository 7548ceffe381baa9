"""A narrative report: of one project, for a period, of a type. Its sections are written as those of every paper (services/writing).

Figures are not kept here: they are drawn from the register while it is written, and frozen with each version that is handed in.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.records.models import Record
from migov.services.clearance.models import Submission
from migov.services.writing import models as written
from migov.work.projects.models import Project
from migov.work.proposals.models import DonorReport

KIND = "report"


class ReportType(models.TextChoices):
    DONOR_INTERIM = "donor-interim", _("interim report to the donor")
    DONOR_FINAL = "donor-final", _("final report to the donor")
    HALF_YEAR = "half-year", _("internal half-year report")
    ANNUAL = "annual", _("internal annual report")


TO_DONOR = frozenset({ReportType.DONOR_INTERIM, ReportType.DONOR_FINAL})


class ReportState(models.TextChoices):
    DRAFT = "draft", _("being written")
    REVIEW = "review", _("in clearance")
    ENDORSED = "endorsed", _("endorsed")
    DELIVERED = "delivered", _("delivered")


WRITING = frozenset({ReportState.DRAFT, ReportState.REVIEW})


class Report(models.Model):
    """A report. Title, office, owner and visibility are on its record, which is a part of the project's record; starts and ends there too.

    owed: the line of the donor's schedule that it answers. submission: the version that was endorsed; that is what is delivered.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="narrative_report")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="narrative_reports")
    type = models.CharField(max_length=14, choices=ReportType.choices)
    starts = models.DateField()
    ends = models.DateField(help_text=_("Figures are those of this day."))
    due = models.DateField(null=True, blank=True)
    owed = models.OneToOneField(DonorReport, null=True, blank=True, on_delete=models.SET_NULL, related_name="narrative")
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    delivered_on = models.DateField(null=True, blank=True)
    delivered_note = models.TextField(blank=True)

    class Meta:
        ordering = ["due", "ends", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="report_dates_in_order"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "review"], submission__isnull=True)
                | Q(state__in=["endorsed", "delivered"], submission__isnull=False),
                name="report_endorsed_as_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_on__isnull=False)
                | (~Q(state="delivered") & Q(delivered_on__isnull=True)),
                name="report_delivered_has_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="report_by_state")]

    def __str__(self) -> str:
        return str(self.record)

    @property
    def to_donor(self) -> bool:
        return self.type in TO_DONOR

    @property
    def is_open(self) -> bool:
        """Whether it may be written."""
        return self.state in WRITING


class Section(written.Section):
    """A section of a report. code: see outlines.py, or "result-" and the key of an outcome or output.

    figures: key of a figure → how it read when the text was written. made: the text as it was made from the figures, where it was.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections")
    figures: Any = models.JSONField(default=dict, blank=True)
    made = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "code"], name="report_section_code_once")]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.code}"


class Edition(written.Edition):
    """An earlier text of a section."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="editions")

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["section", "revision"], name="report_edition_revision_once")]

    def __str__(self) -> str:
        return f"{self.section_id}, {self.revision}"


class SetAside(written.SetAside):
    """A text that could not be saved, kept until its author has settled it."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="set_aside")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "by", "page"], condition=Q(settled_at__isnull=True), name="report_set_aside_one_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section_id} by {self.by_id}"


class Lock(written.Lock):
    """Who writes a section now."""

    section = models.OneToOneField(Section, primary_key=True, on_delete=models.CASCADE, related_name="lock")

    def __str__(self) -> str:
        return f"{self.section_id}: {self.holder_id}"
