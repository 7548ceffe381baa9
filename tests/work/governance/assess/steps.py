"""Steps that tests of assessments take again and again."""

from __future__ import annotations

from typing import Any

from migov.foundation.people.models import User
from migov.services.clearance import actions as clearance
from migov.work.governance.assess import actions
from migov.work.governance.models import Assessment, AssessmentState, Question
from tests.work.governance.making import answered, assessment


def moldova(**fields: Any) -> Assessment:
    """An assessment of the Republic of Moldova that is being answered."""
    return assessment(country="MDA", year=fields.pop("year", 2026), **fields)


def codes(of: Assessment) -> list[str]:
    """The codes of the questions, in order."""
    return list(Question.objects.filter(set=of.set).order_by("order").values_list("code", flat=True))


def all_answered(of: Assessment, option: str = "yes", **by_code: str) -> Assessment:
    """Both sides have given the same answer to every question; by_code: other answers ("q1_2")."""
    for code in codes(of):
        said = by_code.get(f"q{code.replace('-', '_')}", option)
        answered(of, code, said, "government")
        answered(of, code, said, "office")
    return of


def in_validation(**fields: Any) -> Assessment:
    """An assessment in validation: both sides answered the same."""
    return all_answered(moldova(state=AssessmentState.VALIDATION, **fields))


def cleared(people: dict[str, User], **fields: Any) -> Assessment:
    """An assessment that went through clearance."""
    return clear(in_validation(owner=people["fatos"], **fields), people)


def clear(of: Assessment, people: dict[str, User]) -> Assessment:
    """Hand in and endorse."""
    made = clearance.submit(of.record, subject="assessment", by=people["fatos"])
    clearance.decide(
        made.clearance, outcome="cleared", reason="Ready.", round=made.number, override=True, by=people["dora"]
    )
    return Assessment.objects.get(pk=of.pk)


def published(people: dict[str, User], **fields: Any) -> Assessment:
    """A published assessment."""
    of = cleared(people, **fields)
    actions.ask_consent(of, by=people["fatos"])
    actions.consent(of, given=True, who="Ministry, secretary", on=None, by=people["ion"])
    actions.publish(of, by=people["fatos"])
    return Assessment.objects.get(pk=of.pk)
