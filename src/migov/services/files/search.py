"""What the search page finds among documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.services.files.models import Document


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Documents whose title or file name holds every word, newest first. One query."""
    found = Document.objects.visible_to(user).standing()
    for word in query.split():
        found = found.filter(Q(record__title__icontains=word) | Q(name__icontains=word))
    for document in found.select_related("record", "of").order_by("-record__created_at", "-pk")[:limit]:
        yield Hit(document.record.title, url_of(document.record), _("Documents"), document.of.title)
