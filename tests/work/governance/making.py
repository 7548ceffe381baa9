"""Factories of governance: question sets and assessments with answers, made through the models."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from migov.foundation.frameworks.models import Element
from migov.foundation.records.models import Record, RecordPlace, Visibility
from migov.work.governance.models import Answer, Assessment, Domain, Option, Question, QuestionElement, QuestionSet
from tests.factories import PlaceFactory, RecordFactory

ANSWERS: Sequence[tuple[str, str, str | None]] = (("yes", "Yes", "1"), ("partly", "Partly", "0.5"), ("no", "No", "0"))


def record(kind: str, country: str = "", **fields: Any) -> Record:
    """A record of a kind, in a country where one is given."""
    made = RecordFactory(**{"kind": kind, "reference": "", "stage": "", "starts": None, "ends": None, **fields})
    if country:
        RecordPlace.objects.create(
            record=made, place=PlaceFactory(code=country), share=None, recorded_at=made.created_at
        )
    return made


def question_set(
    *, code: str = "short", kind: str = "own", domains: int = 2, questions: int = 2, elements: Sequence[Element] = ()
) -> QuestionSet:
    """A set with so many domains of so many questions each (codes "1-1", "1-2" …), answered by yes, partly, no."""
    made, created = QuestionSet.objects.get_or_create(
        code=code, version=1, defaults={"kind": kind, "title": "A short set"}
    )
    if not created:
        return made
    order = 0
    for number in range(1, domains + 1):
        domain = Domain.objects.create(set=made, code=str(number), title=f"Domain {number}", order=number)
        for place in range(1, questions + 1):
            order += 1
            question = Question.objects.create(
                set=made, domain=domain, code=f"{number}-{place}", order=order,
                text=f"Is there a law on matter {number}.{place}?", short=f"Matter {number}.{place}",
                scope="What is in force today.", evidence="The article of the law.",
            )  # fmt: skip
            Option.objects.bulk_create(
                Option(
                    question=question, code=code, label=label, score=None if score is None else Decimal(score), order=at
                )
                for at, (code, label, score) in enumerate(ANSWERS)
            )
            for element in elements:
                QuestionElement.objects.create(question=question, element=element)
    return made


def assessment(*, country: str = "MDA", year: int = 2026, of: QuestionSet | None = None, **fields: Any) -> Assessment:
    """An assessment that is being answered. Fields of the assessment go to it, all others to the record."""
    names = {field.name for field in Assessment._meta.fields} - {"record"}
    own = {name: fields.pop(name) for name in list(fields) if name in names}
    made = record(
        "assessment",
        country,
        **{"title": f"Migration governance assessment {country} {year}", "visibility": Visibility.PARTNERS, **fields},
    )
    return Assessment.objects.create(
        record=made, country=PlaceFactory(code=country), year=year, set=of or question_set(), **own
    )


def answered(of: Assessment, code: str, option: str, side: str = "agreed", **fields: Any) -> Answer:
    """An answer of a side that stands: the code of the question and of the option."""
    question = Question.objects.get(set=of.set, code=code)
    return Answer.objects.create(
        assessment=of, question=question, side=side, option=question.options.get(code=option), **fields
    )
