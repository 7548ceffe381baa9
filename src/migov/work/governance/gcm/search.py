"""What the search page finds among reports, pledges and practices: what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access
from migov.foundation.shell.search import Hit
from migov.work.governance.gcm import addresses
from migov.work.governance.gcm.queries import pledges, practices, reports


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Those that hold every word, the newest first. Three queries, and those of the roles."""
    if not access.allowed(user, "governance.enter"):
        return
    held = Q()
    for word in query.split():
        held &= Q(record__title__icontains=word) | Q(record__summary__icontains=word)
    for one in reports.visible(user).filter(held).select_related("record", "round").order_by("-pk")[:limit]:
        said = f"{one.round.title} · {one.get_state_display()}"
        yield Hit(one.record.title, addresses.report_page(one.record), _("Global Compact reports"), said)
    for pledge in pledges.visible(user).filter(held).select_related("record").order_by("-pk")[:limit]:
        state = str(pledge.get_state_display())
        yield Hit(pledge.record.title, addresses.pledge_page(pledge.record), _("Pledges"), state)
    for practice in practices.visible(user).filter(held).select_related("record").order_by("-pk")[:limit]:
        state = str(practice.get_state_display())
        yield Hit(practice.record.title, addresses.practice_page(practice.record), _("Practices"), state)
