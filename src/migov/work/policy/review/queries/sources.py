"""What a text can be reviewed against: instruments with requirements that stand, frameworks with elements of the main level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from migov.foundation.frameworks.models import Element, Framework
from migov.work.policy.models import Body, Instrument, LegalText, Requirement, TextKind


def elements_of(frameworks: Iterable[Framework]) -> QuerySet[Element]:
    """The elements of the main level that touch migration and stand, in order, with their framework."""
    return (
        Element.objects.filter(framework__in=list(frameworks), main=F("pk"), retired_at__isnull=True, migration=True)
        .select_related("framework", "parent")
        .order_by("framework__order", "framework__code", "order")
    )


@dataclass(frozen=True)
class Choice:
    """Something that a text may be compared with. rows: how many rows it would add. near: its themes are those of the text."""

    of: Any
    rows: int
    near: bool
    why: str = ""


BODIES = tuple(Body.values)
POLICIES = (TextKind.POLICY, TextKind.STRATEGY)


def instruments_for(text: LegalText | None) -> list[Choice]:
    """Instruments that have requirements, with their number, body by body. near: they share themes with the text. Three queries."""
    found = Instrument.objects.annotate(
        rows=Count("articles__requirements", filter=Q(articles__requirements__retired_at__isnull=True), distinct=True)
    ).filter(rows__gt=0)
    themes = _themes(text)
    shared: dict[int, int] = {}
    if themes:
        counted = (
            Requirement.objects.filter(themes__in=themes, retired_at__isnull=True)
            .values("article__instrument")
            .annotate(number=Count("pk", distinct=True))
        )
        shared = {row["article__instrument"]: row["number"] for row in counted}
    choices = [Choice(one, one.rows, 3 * shared.get(one.pk, 0) >= one.rows) for one in found]
    return sorted(choices, key=lambda one: (BODIES.index(one.of.body), one.of.order, one.of.code))


def frameworks_for(text: LegalText | None) -> list[Choice]:
    """Frameworks with elements of the main level; suggested for a policy or strategy. One query."""
    found = Framework.objects.annotate(
        rows=Count(
            "elements",
            filter=Q(elements__main=F("elements__pk"), elements__retired_at__isnull=True, elements__migration=True),
        )
    ).filter(rows__gt=0)
    near = text is not None and text.kind in POLICIES
    return [Choice(one, one.rows, near) for one in found]


def _themes(text: LegalText | None) -> Sequence[int]:
    if text is None:
        return ()
    return list(text.record.record_themes.filter(superseded_at__isnull=True).values_list("theme_id", flat=True))
