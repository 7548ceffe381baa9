"""What the search page finds among roadmaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access
from migov.foundation.records.kinds import url_of
from migov.foundation.shell import formats
from migov.foundation.shell.search import Hit
from migov.work.governance.roadmaps import queries
from migov.work.governance.roadmaps.filters import RoadmapFilter


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Roadmaps that hold every word in title, purpose or an action, the newest first. One query."""
    if not access.allowed(user, "governance.enter"):
        return
    for one in queries.ordered(queries.matching(RoadmapFilter(q=query), user), "")[:limit]:
        said = [formats.place(one.country), f"{one.starts}–{one.ends}", str(one.get_state_display())]
        yield Hit(one.record.title, url_of(one.record), _("Roadmaps"), " · ".join(said))
