"""What of a proposal the matcher reads, after what it reads of its project: the sections of the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migov.services.suggestions.sources import Part
from migov.work.proposals.models import Section
from migov.work.proposals.papers import PROPOSAL, SUMMARY, paper, title_of


def parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Project → its sections in reading order. The summary is the record's and read with it. One query."""
    order = {one.code: at for at, one in enumerate(paper(PROPOSAL).sections)}
    rows = Section.objects.filter(proposal__in=keys).exclude(code=SUMMARY).exclude(text="")
    found: dict[int, list[tuple[int, str, str]]] = {}
    for key, code, text in rows.values_list("proposal_id", "code", "text"):
        found.setdefault(key, []).append((order.get(code, len(order)), code, text))
    return {key: [Part(text, title_of(code)) for _place, code, text in sorted(some)] for key, some in found.items()}
