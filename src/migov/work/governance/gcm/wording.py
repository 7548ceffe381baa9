"""What the matcher reads of pledges and practices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from migov.services.suggestions.sources import Part
from migov.work.governance.models import Pledge, Practice


def of_pledges(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Pledge → what is read of it. One query."""
    rows = Pledge.objects.filter(pk__in=keys).values_list("pk", "record__title", "record__summary")
    return {pk: [Part(title, _("Title")), Part(summary, _("In its own words"))] for pk, title, summary in rows}


def of_practices(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Practice → what is read of it. One query."""
    rows = Practice.objects.filter(pk__in=keys).values_list(
        "pk", "record__title", "record__summary", "groups", "results"
    )
    return {
        pk: [Part(title, _("Title")), Part(summary, _("Summary")), Part(groups, _("Whom it serves")), Part(results, _("Results"))]
        for pk, title, summary, groups, results in rows
    }  # fmt: skip
