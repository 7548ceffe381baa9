"""What the search page finds among requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access
from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.work.policy.requests.filters import ALL, RequestFilter
from migov.work.policy.requests.queries.register import matching


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Requests that hold every word, the newest first. One query."""
    if not access.allowed(user, "policy.enter"):
        return
    found = matching(RequestFilter(q=query, show=ALL), user).select_related("record")
    for one in found.order_by("-received_on", "-pk")[:limit]:
        said = [one.record.reference, one.sender, str(one.get_state_display())]
        yield Hit(one.record.title, url_of(one.record), _("Requests"), " · ".join(filter(None, said))[:200])
