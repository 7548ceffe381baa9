"""What of an evaluation the matcher reads: title, purpose, findings, conclusions and recommendations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from migov.foundation.records.models import Record
from migov.services.suggestions.sources import Part
from migov.work.evaluations.models import Finding, Recommendation

LABELS = {"finding": _("Findings"), "conclusion": _("Conclusions")}


def parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Evaluation → its parts. Three queries."""
    found: dict[int, list[Part]] = {
        pk: [Part(title, _("Title")), Part(summary, _("Summary"))]
        for pk, title, summary in Record.objects.filter(pk__in=keys).values_list("pk", "title", "summary")
    }
    findings = Finding.objects.filter(evaluation__in=keys, removed_at__isnull=True)
    for key, kind, text in findings.values_list("evaluation_id", "kind", "text"):
        found[key].append(Part(text, LABELS[kind]))
    recommendations = Recommendation.objects.filter(evaluation__in=keys, removed_at__isnull=True)
    for key, text in recommendations.values_list("evaluation_id", "text"):
        found[key].append(Part(text, _("Recommendations")))
    return found
