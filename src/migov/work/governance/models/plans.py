"""Work plans of the national and regional networks on migration."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element
from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record

PERSON = settings.AUTH_USER_MODEL
KIND = "network-plan"


class WorkPlan(models.Model):
    """A work plan of a network. country: null for the regional network. Title, office, owner and visibility are on its record."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="network_plan")
    country = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="network_plans")
    network = models.CharField(max_length=200, help_text=_("Name of the network."))
    coordinator = models.CharField(max_length=200, blank=True)
    starts = models.PositiveSmallIntegerField(help_text=_("First year."))
    ends = models.PositiveSmallIntegerField(help_text=_("Last year."))
    adopted_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-starts", "country"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="network_plan_years_in_order"),
            models.CheckConstraint(condition=~Q(network=""), name="network_plan_names_its_network"),
        ]

    def __str__(self) -> str:
        return str(self.record)


class PlanActionState(models.TextChoices):
    PLANNED = "planned", _("planned")
    BEGUN = "begun", _("under way")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


class PlanAction(models.Model):
    """An action of a plan. lead, support: entities by name. needed, secured: money in one currency. objectives: GCM objectives."""

    plan = models.ForeignKey(WorkPlan, on_delete=models.CASCADE, related_name="actions")
    order = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    result = models.TextField(blank=True, help_text=_("What is to come of it."))
    lead = models.CharField(max_length=200, blank=True)
    support = models.CharField(max_length=300, blank=True)
    objectives: models.ManyToManyField[Element, models.Model] = models.ManyToManyField(
        Element, blank=True, related_name="network_actions"
    )
    state = models.CharField(max_length=7, choices=PlanActionState.choices, default=PlanActionState.PLANNED)
    reason = models.TextField(blank=True, help_text=_("Why it was stopped."))
    starts = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    needed = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    secured = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    funder = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change; forms compare it."))

    class Meta:
        ordering = ["plan", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="network_action_has_words"),
            models.CheckConstraint(condition=Q(state__in=PlanActionState.values), name="network_action_state_is_known"),
            models.CheckConstraint(condition=~Q(state="stopped") | ~Q(reason=""), name="network_stopped_says_why"),
            models.CheckConstraint(
                condition=(Q(needed__isnull=True) | Q(needed__gte=0)) & (Q(secured__isnull=True) | Q(secured__gte=0)),
                name="network_money_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(needed__isnull=True, secured__isnull=True) | ~Q(currency=""),
                name="network_money_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(due__isnull=True) | Q(due__gte=F("starts")),
                name="network_action_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PlanUpdate(Fact):
    """What was said of an action on a day."""

    action = models.ForeignKey(PlanAction, on_delete=models.CASCADE, related_name="updates")
    day = models.DateField()
    state = models.CharField(max_length=7, choices=PlanActionState.choices)
    text = models.TextField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlanActionState.values), name="network_update_state_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.action_id}, {self.day}"
