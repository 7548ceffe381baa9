"""A roadmap: what a country will do about the gaps that an assessment showed, followed up year by year."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.work.governance.models.assessments import Assessment
from migov.work.governance.models.questions import Question

PERSON = settings.AUTH_USER_MODEL
KIND = "roadmap"


class RoadmapState(models.TextChoices):
    DRAFT = "draft", _("being drawn up")
    AGREED = "agreed", _("agreed")
    CLOSED = "closed", _("closed")


class Roadmap(models.Model):
    """A roadmap. Title, office, owner and visibility are on its record, shared with its country's government."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="roadmap")
    country = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="roadmaps")
    assessment = models.ForeignKey(Assessment, null=True, blank=True, on_delete=models.PROTECT, related_name="roadmaps")
    starts = models.PositiveSmallIntegerField(help_text=_("First year."))
    ends = models.PositiveSmallIntegerField(help_text=_("Last year."))
    state = models.CharField(max_length=6, choices=RoadmapState.choices, default=RoadmapState.DRAFT)
    agreed_on = models.DateField(null=True, blank=True)
    agreed_with = models.CharField(max_length=200, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    result = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-starts", "country"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="roadmap_years_in_order"),
            models.CheckConstraint(condition=Q(starts__gte=1990, ends__lte=2100), name="roadmap_years_in_range"),
            models.CheckConstraint(condition=Q(state__in=RoadmapState.values), name="roadmap_words_are_known"),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(agreed_on__isnull=False), name="roadmap_agreed_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="roadmap_closed_has_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)


class ActionState(models.TextChoices):
    PLANNED = "planned", _("planned")
    BEGUN = "begun", _("under way")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class RoadmapAction(models.Model):
    """A line of a roadmap: action, owner, date, cost, indicator. question: the gap it answers. project: the concept note it became."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="actions")
    order = models.PositiveSmallIntegerField(default=0)
    question = models.ForeignKey(Question, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True, help_text=_("What will be done, and why it helps."))
    owner = models.CharField(max_length=200, blank=True, help_text=_("Ministry or body that does it."))
    person = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text=_("Who follows it here.")
    )
    due = models.DateField(null=True, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    indicator = models.TextField(blank=True)
    baseline = models.CharField(max_length=100, blank=True)
    target = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=7, choices=ActionState.choices, default=ActionState.PLANNED)
    reason = models.TextField(blank=True, help_text=_("Why it was dropped."))
    done_on = models.DateField(null=True, blank=True)
    project = models.ForeignKey(Record, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change; forms compare it."))

    class Meta:
        ordering = ["roadmap", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="roadmap_cost_not_negative"),
            models.CheckConstraint(condition=Q(cost__isnull=True) | ~Q(currency=""), name="roadmap_cost_has_currency"),
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="roadmap_action_words_are_known"),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(reason=""), name="roadmap_dropped_says_why"),
            models.CheckConstraint(condition=~Q(state="done") | Q(done_on__isnull=False), name="roadmap_done_has_day"),
        ]

    def __str__(self) -> str:
        return self.title


class ActionHelp(models.Model):
    """What might help with an action, chosen from what was offered. kind: of the offer (see insight/gaps). why: the reasons then."""

    action = models.ForeignKey(RoadmapAction, on_delete=models.CASCADE, related_name="help")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    record = models.ForeignKey(Record, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    address = models.CharField(max_length=300, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class FollowUp(Fact):
    """How an action stood in a year: in words, with the value of its indicator."""

    action = models.ForeignKey(RoadmapAction, on_delete=models.CASCADE, related_name="follow_ups")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=ActionState.choices)
    value = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year"], condition=Q(superseded_at__isnull=True), name="roadmap_follow_up_once_a_year"
            ),
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="roadmap_follow_up_words_are_known"),
        ]

    def __str__(self) -> str:
        return f"{self.action_id}, {self.year}"
