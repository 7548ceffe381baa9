"""What the search page finds among assessments: those a viewer sees, and what was published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import roles_of
from migov.foundation.shell.search import Hit
from migov.work.governance.assess.queries import lists


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Assessments whose title, country or questions hold every word, the newest first. One query, and those of the roles."""
    if not roles_of(user):
        return
    found = lists.matching(user, lists.AssessmentFilter(q=query)).select_related("record", "country", "set")
    for one in found.order_by("-year", "-pk")[:limit]:
        said = f"{one.year} · {one.set.title} · {one.get_state_display()}"
        yield Hit(one.record.title, reverse("governance:assessment", args=[one.pk]), _("Assessments"), said[:200])
