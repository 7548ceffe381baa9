"""What the search page finds among reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.work.reports import queries


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Reports whose title or project holds every word. One query."""
    for one in queries.asked(user, queries.Asked(queries.ALL, query))[:limit]:
        said = f"{one.get_type_display()} · {one.get_state_display()}"
        yield Hit(one.record.title, url_of(one.record), _("Narrative reports"), said)
