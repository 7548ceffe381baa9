"""Which record a person should label first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Count

from migov.services.alignment.models import Alignment, Status

CONSIDERED = 5  # of the best elements
HALF_KNOWN = 20  # decisions after which one more teaches half as much


def usefulness(probabilities: Iterable[tuple[float, int]]) -> float:
    """How much a decision about a text would teach, 0 to 1.

    probabilities: for the best elements of the text, the probability that each fits and how often people decided about that
    element so far. An element teaches most where the matcher is least sure of it (probability one half) and nobody decided yet;
    with HALF_KNOWN decisions it teaches half as much. The text teaches what its most telling element does.
    """
    teach = (4 * p * (1 - p) * HALF_KNOWN / (HALF_KNOWN + decided) for p, decided in probabilities)
    return max(teach, default=0.0)


def decided_so_far(frameworks: Iterable[str]) -> Mapping[str, Mapping[str, int]]:
    """Framework → element of the main level → how many records people decided it for, counting elements under it. One query."""
    found: dict[str, dict[str, int]] = {code: {} for code in frameworks}
    rows = (
        Alignment.objects.current()
        .exclude(status=Status.PROPOSED)
        .filter(decided_by__isnull=False, element__framework__code__in=found, element__main__isnull=False)
        .order_by()
        .values_list("element__framework__code", "element__main__code")
        .annotate(Count("pk"))
    )
    for framework, code, number in rows:
        found[framework][code] = number
    return found
