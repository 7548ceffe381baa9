"""What the search page finds among reviews: for the office the reviews, for a government what was released to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import enters_policy, is_internal
from migov.foundation.shell.search import Hit
from migov.work.policy.review.queries import lists
from migov.work.policy.review.queries.releases import shared_with


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Reviews whose title or text holds every word, the newest first. One query, and those of the roles."""
    if not enters_policy.test(user):
        return
    if is_internal(user):
        found = lists.matching(user, lists.ReviewFilter(tab="all", q=query)).select_related("record", "version__text")
        for one in found.order_by("-pk")[:limit]:
            said = f"{one.version.text} · {one.get_state_display()}"
            yield Hit(one.record.title, reverse("policy:review", args=[one.pk]), _("Reviews of texts"), said[:200])
        return
    words = query.lower().split()
    hits = [one for one in shared_with(user) if all(word in one.title.lower() for word in words)]
    for release in hits[:limit]:
        yield Hit(release.title, reverse("policy:released", args=[release.review_id]), _("Reviews of texts"))
