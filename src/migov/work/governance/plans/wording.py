"""What the matcher reads of a network plan: its actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from migov.services.suggestions.sources import Part
from migov.work.governance.models import PlanAction


def parts(keys: Sequence[int]) -> Mapping[int, Sequence[Part]]:
    """Record → its actions with what is to come of them. One query."""
    found: dict[int, list[Part]] = {key: [] for key in keys}
    rows = PlanAction.objects.filter(plan__in=keys).order_by("plan", "order").values_list("plan_id", "text", "result")
    for key, text, result in rows:
        found[key].append(Part(f"{text} {result}".strip(), _("Action")))
    return found
