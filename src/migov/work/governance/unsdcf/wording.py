"""What the matcher reads of a Cooperation Framework as a whole: its outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from migov.services.suggestions.sources import Part as Wording
from migov.work.governance.models import CooperationFramework, Part, PartKind


def parts(keys: Sequence[int]) -> Mapping[int, Sequence[Wording]]:
    """Record → its conclusion and outcomes. Two queries."""
    found: dict[int, list[Wording]] = {key: [] for key in keys}
    for key, summary in CooperationFramework.objects.filter(pk__in=keys).values_list("pk", "summary"):
        if summary:
            found[key].append(Wording(summary, _("Conclusion")))
    rows = Part.objects.filter(framework__in=keys, kind=PartKind.OUTCOME).order_by("framework", "order")
    for key, text in rows.values_list("framework_id", "text"):
        found[key].append(Wording(text, _("Outcome")))
    return found
