"""Framework elements that fit the words being written, with the words that suggested them, and what is declared already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.records.models import Record
from migov.services.alignment.models import Alignment, Status
from migov.services.suggestions import matcher
from migov.services.suggestions.reading import in_time, main_elements

MOST = 3  # elements of one framework
SHOWN_WORDS = 5
LONGEST = 6000  # characters that are read: the end of a longer text, which is where somebody writes
FEWEST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Fitting:
    """An element that fits. words: those of the text that speak for it. declared: it is confirmed for the project already."""

    element: Element
    words: tuple[str, ...]
    declared: bool


def declared(record: Record) -> list[Element]:
    """The elements that are confirmed for a record, framework by framework. One query."""
    rows = Alignment.objects.current().filter(record=record, status=Status.CONFIRMED)
    rows = rows.select_related("element__framework").order_by("element__framework__order", "element__order", "pk")
    return [row.element for row in rows]


def fitting(record: Record, text: str) -> list[tuple[Framework, list[Fitting]]]:
    """What the matcher suggests for a text, framework by framework, without what people rejected for the record and without
    frameworks that end before the project starts.

    A fixed number of queries. Empty for texts of a few words and for other languages than English.
    """
    text = text.strip()[-LONGEST:]
    if len(text.split()) < FEWEST_WORDS:
        return []
    reader = matcher.current()
    answers = {code: reader.match(text, code, top=MOST) for code in reader.frameworks}
    chosen = {code: [m for m in answer.suggested if m.suggested][:MOST] for code, answer in answers.items()}
    named = Framework.objects.filter(code__in=[code for code, some in chosen.items() if some])
    frameworks = [framework for framework in named if in_time(record, framework)]
    if not frameworks:
        return []
    elements = main_elements([framework.pk for framework in frameworks])
    standing = _standing(record)
    found: list[tuple[Framework, list[Fitting]]] = []
    for framework in frameworks:
        rows = []
        for match in chosen[framework.code]:
            element = elements.get(framework.pk, {}).get(match.code)
            if element is None or Status.REJECTED in standing.get(element.pk, ()):
                continue
            strongest = sorted(match.reasons, key=lambda reason: -reason.weight)
            words = dict.fromkeys(text[r.start : r.end].lower() for r in strongest if r.weight > 0)
            is_declared = Status.CONFIRMED in standing.get(element.pk, ())
            rows.append(Fitting(element, tuple(words)[:SHOWN_WORDS], is_declared))
        if rows:
            found.append((framework, rows))
    return found


def _standing(record: Record) -> dict[int, Sequence[str]]:
    """Element of the main level → how it, or an element below it that is confirmed, stands for the record. One query."""
    found: dict[int, list[str]] = {}
    rows = Alignment.objects.current().filter(record=record)
    for element, main, status in rows.values_list("element_id", "element__main_id", "status"):
        found.setdefault(element, []).append(status)
        if status == Status.CONFIRMED and main:
            found.setdefault(main, []).append(status)
    return dict(found)
