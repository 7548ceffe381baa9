"""What the search page finds among evaluations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.work.evaluations.filters import EvaluationFilter
from migov.work.evaluations.queries.register import matching


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Evaluations whose title, authors, donors or project codes hold every word, the newest first. One query."""
    found = matching(EvaluationFilter(q=query), user).select_related("record")
    for one in found.order_by("-year", "pk")[:limit]:
        said = [str(one.year or ""), str(one.get_timing_display()).partition(" (")[0], one.evaluators]
        yield Hit(one.record.title, url_of(one.record), _("Evaluations"), " · ".join(filter(None, said))[:200])
