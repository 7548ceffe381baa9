"""What is known of records when the matcher reads them, and the rows that say what it read. Actions stand on this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.records.models import Record
from migov.services.alignment.models import Alignment
from migov.services.matching import Answer
from migov.services.suggestions.models import Examined
from migov.services.suggestions.plan import Standing, suggested
from migov.services.suggestions.sources import Wording
from migov.services.suggestions.usefulness import CONSIDERED, usefulness

READABLE = ("", "en")  # languages, as answers tell them, of which the matcher says anything; empty: not told


def standing_rows(records: Iterable[int], frameworks: Iterable[int]) -> dict[tuple[int, int], list[Standing]]:
    """(Record, framework) → what stands between them. One query."""
    rows = Alignment.objects.current().filter(record__in=records, element__framework__in=frameworks).order_by("pk")
    found: dict[tuple[int, int], list[Standing]] = {}
    for record, framework, pk, code, main, status, origin, source, reasons in rows.values_list(
        "record_id", "element__framework_id", "pk", "element__code", "element__main__code", "status", "origin", "source",
        "reasons",
    ):  # fmt: skip
        found.setdefault((record, framework), []).append(Standing(pk, code, main, status, origin, source, reasons))
    return found


def main_elements(frameworks: Iterable[int]) -> dict[int, dict[str, Element]]:
    """Framework → code → element of the main level that was not retired. One query."""
    rows = Element.objects.filter(framework__in=frameworks, main__isnull=False, retired_at__isnull=True)
    rows = rows.select_related("framework")
    found: dict[int, dict[str, Element]] = {}
    for element in rows.defer("text", "scope", "terms", "exclude"):
        if element.main_id == element.pk:
            found.setdefault(element.framework_id, {})[element.code] = element
    return found


def in_time(record: Record, framework: Framework) -> bool:
    """Whether the framework was not over when the work began. `started_in_time` asks the same of the database."""
    return framework.valid_to is None or record.starts is None or record.starts <= framework.valid_to


def started_in_time(framework: Framework) -> Q:
    """Records that began before the framework was over, as a filter on Record."""
    if framework.valid_to is None:
        return Q()
    return Q(starts__isnull=True) | Q(starts__lte=framework.valid_to)


def examined(
    record: int,
    framework: int,
    wording: Wording,
    answer: Answer,
    model: str,
    known: Mapping[str, Element],
    decided: Mapping[str, int],
    at: datetime,
) -> Examined:
    """The row that says what the matcher read and how sure it was. known: elements of the main level by code; decided: element →
    decisions about it so far."""
    best = answer.matches[:CONSIDERED]
    return Examined(
        record_id=record,
        framework_id=framework,
        at=at,
        model=model,
        digest=wording.digest,
        language=answer.language[:8],
        best=best[0].probability if best else 0.0,
        best_element=known.get(best[0].code) if best else None,
        proposed=len(suggested(answer)),
        unsure=usefulness((match.probability, decided.get(match.code, 0)) for match in best),
    )


def keep(rows: Iterable[Examined]) -> None:
    """Write what was read, in the place of what was read before. Two queries at most for each 500."""
    Examined.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["record", "framework"],
        update_fields=["at", "model", "digest", "language", "best", "best_element", "proposed", "unsure"],
    )
