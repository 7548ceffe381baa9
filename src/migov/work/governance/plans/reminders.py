"""What a day brings: actions that became late, told to who follows the plan; one notice a plan and month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from migov.services.notices.actions import tell
from migov.work.governance.models import PlanAction, WorkPlan
from migov.work.governance.models.plans import KIND
from migov.work.governance.plans.queries import late


def remind(today: date) -> Mapping[str, int]:
    """Tell those who follow a plan that actions of it are late. Returns how many notices were made."""
    rows = PlanAction.objects.filter(
        late(today), plan__record__removed_at__isnull=True, plan__record__owner__isnull=False
    )
    counts = dict(rows.order_by().values_list("plan_id").annotate(Count("pk")))
    made = 0
    for plan in WorkPlan.objects.filter(pk__in=counts).select_related("record__owner"):
        number, record = counts[plan.pk], plan.record
        words = ngettext(
            "%(number)d action of “%(title)s” is late", "%(number)d actions of “%(title)s” are late", number
        )
        made += len(
            tell(
                [record.owner] if record.owner else [], kind=KIND, record=record,
                title=words % {"number": number, "title": record.title[:120]},
                url=f"{reverse('governance:plan', args=[plan.pk])}?late=yes", key=f"plan-late:{plan.pk}:{today:%Y-%m}",
            )
        )  # fmt: skip
    return {"plans with late actions": made} if made else {}
