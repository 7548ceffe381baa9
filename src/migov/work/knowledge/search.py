"""What the search page finds among lessons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.work.knowledge.filters import LessonFilter
from migov.work.knowledge.models import State
from migov.work.knowledge.queries import matching

SHOWN = 160


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Validated lessons that hold every word, the last changed first. One query."""
    found = matching(LessonFilter(q=query, state=State.VALIDATED), user).select_related("record")
    for lesson in found.order_by("-record__changed_at", "pk")[:limit]:
        advice = " ".join(lesson.advice.split())
        snippet = f"{advice[:SHOWN]}…" if len(advice) > SHOWN else advice
        yield Hit(lesson.record.title, url_of(lesson.record), _("Lessons"), snippet)
