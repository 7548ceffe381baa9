"""Record: the one row that every piece of work has, with its places, themes, states over time, documents and journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.people.access import visible_records
from migov.foundation.people.models import Office, Theme
from migov.foundation.places.models import Place

if TYPE_CHECKING:
    from migov.foundation.people.access import Viewer


class Visibility(models.TextChoices):
    PUBLIC = "public", _("public")
    PARTNERS = "partners", _("partners: also the government concerned")
    INTERNAL = "internal", _("internal: all offices")
    OFFICE = "office", _("own office and the regional office")


class Stage(models.TextChoices):
    IDEA = "idea", _("idea")
    CONCEPT = "concept", _("concept note")
    PROPOSAL = "proposal", _("proposal")
    REVIEW = "review", _("in review")
    ENDORSED = "endorsed", _("endorsed")
    SUBMITTED = "submitted", _("submitted to donor")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    CLOSING = "closing", _("closing")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REJECTED = "rejected", _("rejected")


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user: Viewer) -> Self:
        """Records that the user may see; the rule is in people/access.py."""
        return self.filter(visible_records(user))

    def standing(self) -> Self:
        """Records that have not been withdrawn from the register."""
        return self.filter(removed_at__isnull=True)


class Record(models.Model):
    """A piece of work: a project, a result, later an evaluation, a request, a document."""

    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=255, blank=True)
    title = models.TextField()
    summary = models.TextField(blank=True)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="records")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="records"
    )
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.INTERNAL)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    illustrative = models.BooleanField(default=False, help_text=_("Written for the demonstration; no figure is real."))
    source = models.CharField(max_length=255, blank=True, help_text=_("Where the record came from."))
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change; caches compare it."))
    themes = models.ManyToManyField(Theme, through="RecordTheme", related_name="records")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference"], condition=~Q(reference=""), name="record_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="record_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "stage"], name="record_kind_stage"),
            models.Index(fields=["kind", "starts", "ends"], name="record_kind_dates"),
        ]

    def __str__(self) -> str:
        return self.title


class RecordState(Fact):
    """What the register said of a record from one moment on: office, stage and dates. Kept so that an earlier day can be asked."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="states")
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=12, blank=True)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(superseded_at__isnull=True), name="record_state_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.stage}"


class RecordPlace(Fact):
    """Where a record's work happens, with the share of it in percent when known."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="record_places")
    share = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    details = models.JSONField(null=True, blank=True, help_text=_("Vocabulary and names as published."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "place"], condition=Q(superseded_at__isnull=True), name="record_place_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} in {self.place_id}"


class RecordTheme(Fact):
    """A theme of expertise that a record belongs to."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="record_themes")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="record_themes")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "theme"], condition=Q(superseded_at__isnull=True), name="record_theme_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.theme_id}"


class Evidence(Fact):
    """A document or link that shows what a record says: where it is, what it is, and from when."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="evidence")
    title = models.TextField()
    url = models.TextField(blank=True)
    format = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=10, blank=True, help_text=_("IATI document category code."))
    language = models.CharField(max_length=20, blank=True)
    document_date = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=255, blank=True)
    details = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.title

    @property
    def safe_url(self) -> str:
        """The address where it is one for the web, else nothing: what was published must not become a script."""
        return self.url if self.url.lower().startswith(("https://", "http://")) else ""


class JournalEntry(models.Model):
    """Who did what to which record, when. Holds no foreign keys, so it never blocks a deletion and outlives it."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150, blank=True)
    record_id = models.BigIntegerField(null=True, db_index=True)
    kind = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=255, blank=True)
    verb = models.CharField(max_length=40)
    detail: Any = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "journal entries"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name} {self.verb} {self.reference}"
