"""What the search page finds among network plans and their actions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.work.governance.plans.queries import Asked, actions, matching


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Plans that hold every word, then actions that do. Two queries and those of the roles."""
    plans = list(matching(Asked(q=query), user)[:limit])
    for one in plans:
        yield Hit(one.record.title, url_of(one.record), _("Network plans"), f"{one.network} · {one.starts}–{one.ends}")
    left = limit - len(plans)
    if left <= 0:
        return
    for action in actions(Asked(q=query), user).prefetch_related(None)[:left]:
        url = reverse("governance:plan-action", args=[action.plan_id, action.pk])
        yield Hit(
            action.text[:200], url, _("Network plans"), f"{action.plan.record.title} · {action.get_state_display()}"
        )
