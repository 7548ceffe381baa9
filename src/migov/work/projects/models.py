"""Projects: what hangs on a record of kind "project". Holds all of an IATI 2.03 activity that the office needs.

Elements with a life of their own are tables; the rarer ones are kept as published in `Project.published` (see exchange/iati/README.md
for the shape), so that nothing is lost and an export can give them back.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record

KIND = "project"


class Organisation(models.Model):
    """An organisation as named in projects: donor, government body, partner. One row per reference and name."""

    ref = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=4, blank=True, help_text=_("IATI organisation type code."))

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["ref", "name", "kind"], name="organisation_once")]

    def __str__(self) -> str:
        return self.name or self.ref


class ImportedFile(models.Model):
    """A file that projects were loaded from."""

    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    version = models.CharField(max_length=10, blank=True, help_text=_("IATI version that the file states."))
    first_loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """A project (an IATI activity). Title, summary, office, stage and dates are on its record."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="project")
    reporting_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    file = models.ForeignKey(ImportedFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="projects")
    content_hash = models.CharField(max_length=64, blank=True, help_text=_("Of the activity as last loaded."))
    hierarchy = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=20, blank=True)
    default_currency = models.CharField(max_length=3, blank=True)
    humanitarian = models.BooleanField(null=True, blank=True)
    status = models.CharField(max_length=4, blank=True, help_text=_("IATI activity status code."))
    scope = models.CharField(max_length=4, blank=True, help_text=_("IATI activity scope code."))
    planned_start = models.DateField(null=True, blank=True)
    actual_start = models.DateField(null=True, blank=True)
    planned_end = models.DateField(null=True, blank=True)
    actual_end = models.DateField(null=True, blank=True)
    updated_at_source = models.DateTimeField(null=True, blank=True)
    published = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return str(self.record)


class OrganisationRole(models.TextChoices):
    FUNDING = "1", _("funding")
    ACCOUNTABLE = "2", _("accountable")
    EXTENDING = "3", _("extending")
    IMPLEMENTING = "4", _("implementing")


class Participation(models.Model):
    """An organisation taking part in a project in a role."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="participations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="participations")
    role = models.CharField(max_length=4, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    details = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["order"]
        indexes = [models.Index(fields=["role", "organisation", "project"], name="participation_by_role")]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.role})"


class Classification(models.Model):
    """A sector, policy marker or tag of a project, as published: vocabulary, code, weight."""

    class Kind(models.TextChoices):
        SECTOR = "sector", _("sector")
        MARKER = "marker", _("policy marker")
        TAG = "tag", _("tag")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="classifications")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    vocabulary = models.CharField(max_length=10, blank=True)
    code = models.CharField(max_length=120, blank=True)
    name = models.TextField(blank=True)
    percentage = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    significance = models.CharField(max_length=4, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    details = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.kind} {self.vocabulary}:{self.code}"


class RelatedProject(models.Model):
    """A project named by another: parent, child, sibling, co-funded, third party (IATI related activity type)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="related")
    reference = models.CharField(max_length=255, db_index=True)
    kind = models.CharField(max_length=4, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Location(models.Model):
    """A place of work finer than a country, as published."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="locations")
    ref = models.CharField(max_length=120, blank=True)
    name = models.TextField(blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    details = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name or self.ref


class Budget(Fact):
    """Money planned for a period. `value_date` says which day's exchange rate counts."""

    class Kind(models.TextChoices):
        ORIGINAL = "1", _("original")
        REVISED = "2", _("revised")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="budgets")
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.ORIGINAL)
    status = models.CharField(max_length=4, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=22, decimal_places=4)
    currency = models.CharField(max_length=3, blank=True)
    value_date = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    details = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["starts", "order"]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class TransactionKind(models.TextChoices):
    INCOMING_FUNDS = "1", _("incoming funds")
    OUTGOING_COMMITMENT = "2", _("outgoing commitment")
    DISBURSEMENT = "3", _("disbursement")
    EXPENDITURE = "4", _("expenditure")
    INTEREST = "5", _("interest payment")
    REPAYMENT = "6", _("loan repayment")
    REIMBURSEMENT = "7", _("reimbursement")
    EQUITY_PURCHASE = "8", _("purchase of equity")
    EQUITY_SALE = "9", _("sale of equity")
    CREDIT_GUARANTEE = "10", _("credit guarantee")
    INCOMING_COMMITMENT = "11", _("incoming commitment")
    OUTGOING_PLEDGE = "12", _("outgoing pledge")
    INCOMING_PLEDGE = "13", _("incoming pledge")


SPENDING = (TransactionKind.DISBURSEMENT, TransactionKind.EXPENDITURE)


class Transaction(Fact):
    """Money promised, received or spent, on a day."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="transactions")
    kind = models.CharField(max_length=4, choices=TransactionKind.choices)
    date = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=22, decimal_places=4)
    currency = models.CharField(max_length=3, blank=True)
    value_date = models.DateField(null=True, blank=True)
    ref = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    provider = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.PositiveIntegerField(default=0)
    details = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["date", "order"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.currency}"
