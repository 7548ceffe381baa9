"""Lessons for tests, in the fewest words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignments
from migov.work.knowledge import actions
from migov.work.knowledge.drafts import Draft
from migov.work.knowledge.models import Lesson, State
from tests.factories import OfficeFactory, PlaceFactory, ThemeFactory, element

GUARDIANS = "Name guardians for unaccompanied children before the first arrivals, not after."
ADVICE = "Agree with the municipality who is the guardian, and write the names into the work plan."


def draft(
    statement: str = GUARDIANS, advice: str = ADVICE, *, office: str = "ro-vienna", places: Iterable[str] = (),
    themes: Iterable[str] = (), sections: Iterable[str] = (), **fields: Any,
) -> Draft:  # fmt: skip
    """A lesson as somebody writes it; places and themes by code."""
    return Draft(
        statement=statement, advice=advice, office=(Office.objects.filter(code=office).first() or OfficeFactory()).pk,
        places=frozenset(PlaceFactory(code=code).pk for code in places),
        themes=frozenset(ThemeFactory(code=code).pk for code in themes), sections=frozenset(sections), **fields,
    )  # fmt: skip


def lesson(
    statement: str = GUARDIANS, *, state: str = State.VALIDATED, by: Any = SYSTEM, elements: Iterable[str] = (),
    **fields: Any,
) -> Lesson:  # fmt: skip
    """A lesson in the register, validated unless another state is said; elements of GCM by code, confirmed."""
    made = actions.add(draft(statement, **fields), by=by)
    for code in elements:
        alignments.declare(made.record, element(code), by=SYSTEM)
    if state == State.RETIRED:
        actions.move(made, "withdraw", by=SYSTEM, reason="Out of date")
    elif state != State.PROPOSED:
        actions.move(made, {State.VALIDATED: "validate", State.RETURNED: "return"}[state], by=SYSTEM, reason="Vague")  # type: ignore[index]
    return Lesson.objects.select_related("record").get(pk=made.pk)


def many(number: int) -> None:
    """Validated lessons without much ado, for counting queries."""
    office, now = OfficeFactory(), timezone.now()
    for at in range(number):
        record = Record.objects.create(kind="lesson", title=f"Lesson {at}", office=office, reference=f"L-many-{at}")
        Lesson.objects.create(record=record, advice=f"Do {at}", kind="worked", state="validated", decided_at=now)
