"""A request for assistance: what a government asks of the office, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.files.models import Document

PERSON = settings.AUTH_USER_MODEL
KIND = "request"


class RequestKind(models.TextChoices):
    CAPACITY = "capacity", _("capacity-building of stakeholders")
    STRUCTURES = "structures", _("help to set up structures")
    RESEARCH = "research", _("legal research on acceding to or implementing instruments")
    REVIEW = "review", _("technical review of draft legislation, policies and strategies")
    COORDINATION = "coordination", _("regional coordination")
    MECHANISMS = "mechanisms", _("advice on new regional mechanisms")


class RequestState(models.TextChoices):
    FILED = "filed", _("filed")
    ACCEPTED = "accepted", _("accepted")
    PLANNED = "planned", _("planned")
    WORKED = "worked", _("being worked on")
    DELIVERED = "delivered", _("delivered")
    CLOSED = "closed", _("closed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_STATES = frozenset(
    {RequestState.FILED, RequestState.ACCEPTED, RequestState.PLANNED, RequestState.WORKED, RequestState.DELIVERED}
)


class AssistanceRequest(models.Model):
    """A request. Title, summary (what is asked), office, owner (who leads the work) and visibility are on its record; so are its places.

    country: whose government asks; null where a group of States or a regional body does. sender: the ministry or body, as it names itself.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="assistance_request")
    kind = models.CharField(max_length=12, choices=RequestKind.choices)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.FILED)
    country = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sender = models.CharField(max_length=200, help_text=_("The ministry or body that asks."))
    letter = models.CharField(max_length=100, blank=True, help_text=_("Number or date of the letter, if there is one."))
    received_on = models.DateField(default=timezone.localdate)
    due = models.DateField(null=True, blank=True, help_text=_("When the government needs the answer."))
    filed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    plan = models.TextField(blank=True, help_text=_("What the office will do, as agreed."))
    planned_hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    reason = models.TextField(blank=True, help_text=_("Why it was declined or withdrawn."))
    delivered_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    result = models.TextField(blank=True, help_text=_("What changed because of it, and how we know."))
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("From 1 (of no use) to 5."))
    feedback = models.TextField(blank=True)
    feedback_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    feedback_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change; forms compare it."))

    class Meta:
        ordering = ["due", "received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "withdrawn"]) | ~Q(reason=""), name="request_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5), name="request_score_one_to_five"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "closed"]) | Q(delivered_on__isnull=False),
                name="request_delivered_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="request_closed_has_day"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=RequestKind.values) & Q(state__in=RequestState.values),
                name="request_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(planned_hours__isnull=True) | Q(planned_hours__gte=0), name="request_hours_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due"], name="request_by_state"),
            models.Index(fields=["country", "state"], name="request_by_country"),
        ]

    def __str__(self) -> str:
        return str(self.record)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class RequestPerson(models.Model):
    """Somebody who works on a request beside its owner, who leads."""

    request = models.ForeignKey(AssistanceRequest, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=200, blank=True, help_text=_("What this person does for it."))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="request_person_once")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.person_id}"


class RequestStep(models.Model):
    """One step of the plan."""

    request = models.ForeignKey(AssistanceRequest, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=300)
    person = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class Hours(Fact):
    """Hours that somebody worked on a request on one day."""

    request = models.ForeignKey(AssistanceRequest, on_delete=models.CASCADE, related_name="hours")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0) & Q(hours__lte=24), name="request_hours_of_a_day"),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
                name="request_hours_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.hours} h"


class ProductKind(models.TextChoices):
    OPINION = "opinion", _("legal opinion or research note")
    CONCORDANCE = "concordance", _("table of concordance")
    COMMENTED = "commented", _("commented draft")
    TRAINING = "training", _("training or workshop")
    MISSION = "mission", _("expert mission")
    DRAFT = "draft", _("draft text or terms of reference")
    PAPER = "paper", _("policy paper or options")
    OTHER = "other", _("other")


class Product(models.Model):
    """Something that the office hands over for a request. The government sees it once it was handed over (handed_on)."""

    request = models.ForeignKey(AssistanceRequest, on_delete=models.CASCADE, related_name="products")
    kind = models.CharField(max_length=12, choices=ProductKind.choices)
    title = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    about = models.ForeignKey(
        Record,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The piece of work it came from: a review of a text."),
    )
    handed_on = models.DateField(null=True, blank=True)
    people_reached = models.PositiveIntegerField(null=True, blank=True, help_text=_("Of a training or mission."))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class RequestNote(models.Model):
    """A message about a request. internal: kept within the office; else the government that asked reads it too."""

    request = models.ForeignKey(AssistanceRequest, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()
    internal = models.BooleanField(default=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.text[:60]}"
