"""What of a project the matcher reads: its title, its summary, and the descriptions that were published with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.services.suggestions.sources import Part
from migov.work.projects.models import Project

# IATI description types.
LABELS = {"1": _("Description"), "2": _("Objectives"), "3": _("Target groups"), "4": _("Other")}
FIRST_CHOICE = "en"


def parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Project → its parts. One query."""
    rows = Project.objects.filter(pk__in=keys).values_list(
        "pk", "record__title", "record__summary", "language", "published__description"
    )
    return {
        pk: [Part(title, _("Title")), Part(summary, _("Summary")), *_published(descriptions, language)]
        for pk, title, summary, language, descriptions in rows
    }


def _published(descriptions: Any, language: str) -> Iterator[Part]:
    """The descriptions that an activity was published with, each in English, else in the activity's language, else as it comes."""
    for description in descriptions if isinstance(descriptions, list) else []:
        narratives = [(said or language, text) for said, text in description.get("narrative", []) if text]
        best = sorted(narratives, key=lambda pair: (pair[0] != FIRST_CHOICE, pair[0] != language))
        if best:
            yield Part(best[0][1], LABELS.get(str(description.get("@type") or "1"), LABELS["4"]))
