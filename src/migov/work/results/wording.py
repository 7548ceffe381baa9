"""What of a result the matcher reads: its title, its description, its indicators; the title of its project stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from migov.services.suggestions.sources import Part
from migov.work.results.models import Indicator, Result


def parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Result → its parts. Two queries."""
    indicators: dict[int, list[str]] = {}
    titles = Indicator.objects.standing().filter(result__in=keys).order_by("result_id", "order", "pk")
    for result, title in titles.values_list("result_id", "title"):
        indicators.setdefault(result, []).append(title)
    rows = Result.objects.filter(pk__in=keys).values_list(
        "pk", "record__title", "record__summary", "project__record__title"
    )
    return {
        pk: [
            Part(title, _("Title")),
            Part(summary, _("Description")),
            *(Part(words, _("Indicator")) for words in indicators.get(pk, ())),
            Part(project, _("Project"), context=True),
        ]
        for pk, title, summary, project in rows
    }
