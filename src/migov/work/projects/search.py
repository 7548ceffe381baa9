"""What the search page finds among projects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.queries import matching

BEFORE, SHOWN = 40, 160


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Projects whose reference, title or summary hold every word: those with the words in the title first. One query."""
    in_title = Q()
    for word in query.split():
        in_title &= Q(title__icontains=word)
    rank = Case(
        When(reference__iexact=query, then=Value(0)),
        When(in_title, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = matching(PortfolioFilter(q=query), user).only("kind", "reference", "title", "summary")
    for record in found.order_by(rank, "-starts", "pk")[:limit]:
        yield Hit(record.title, url_of(record), _("Projects"), snippet(record.summary, query) or record.reference)


def snippet(text: str, query: str) -> str:
    """The part of a text around the first word that was asked for."""
    lowered = text.lower()
    at = min((place for word in query.lower().split() if (place := lowered.find(word)) >= 0), default=0)
    start = max(0, at - BEFORE)
    part = " ".join(text[start : start + SHOWN].split())
    return f"{'…' if start else ''}{part}{'…' if start + SHOWN < len(text) else ''}" if part else ""
