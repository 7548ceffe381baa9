"""What of a document the matcher reads: its passages, each with its page, each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migov.services.files.models import Passage
from migov.services.suggestions.sources import Part


def parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Document → its passages. One query."""
    found: dict[int, list[Part]] = {}
    rows = Passage.objects.filter(document__in=keys).order_by("document_id", "number")
    for document, number, page, text in rows.values_list("document_id", "number", "page", "text").iterator(2000):
        found.setdefault(document, []).append(Part(text, page=page, passage=number))
    return found
