"""What the search page finds among texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access
from migov.foundation.shell import formats
from migov.foundation.shell.search import Hit
from migov.work.policy.texts.addresses import text_url
from migov.work.policy.texts.queries import TextFilter, matching


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Texts that hold every word in title, short name or summary, the latest changed first. One query."""
    if not access.allowed(user, "policy.enter"):
        return
    found = (
        matching(TextFilter(q=query), user).select_related("record", "country").order_by("-record__changed_at", "-pk")
    )
    for one in found[:limit]:
        said = [
            one.citation,
            formats.place(one.country) if one.country else "",
            str(one.get_kind_display()),
            str(one.get_status_display()),
        ]
        yield Hit(one.record.title, text_url(one), _("Legal texts"), " · ".join(filter(None, said))[:200])
