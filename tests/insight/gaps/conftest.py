"""An assessment of Moldova with gaps, and the things around it that might help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from migov.foundation.frameworks.models import Element
from migov.foundation.people.models import Membership, Office, User
from migov.foundation.records.models import Record, Visibility
from migov.services.alignment.models import Alignment
from migov.work.governance.models import AnswerEvidence, Assessment, Practice, Question, QuestionSet
from migov.work.governance.roadmaps.actions import drawing
from migov.work.knowledge.models import Lesson
from migov.work.policy.models import Instrument, Release, ReleasedRow, TreatyAction
from migov.work.projects.models import Project
from tests.factories import PlaceFactory, UserFactory, element, project
from tests.work.governance import making
from tests.work.policy import making as policy

People = dict[str, User]


@pytest.fixture
def point_of(people: People) -> Callable[[str], User]:
    """The focal point of another country."""

    def make(code: str) -> User:
        user = UserFactory(username=f"point-{code.lower()}", country=PlaceFactory(code=code))
        Membership.objects.create(user=user, office=Office.objects.get(code="ro-vienna"), role="focal-point")
        return user

    return make


@pytest.fixture
def recruitment(db: None) -> Element:
    """The element that the questions are about: GCM objective 6."""
    return element("6")


@pytest.fixture
def asked(recruitment: Element) -> QuestionSet:
    """A set of four questions in two domains; the first is about recruitment, in its words too."""
    made = making.question_set(elements=[recruitment])
    Question.objects.filter(set=made, code="1-1").update(
        text="Does the law forbid recruitment fees for migrant workers?", short="Recruitment fees",
        scope="Private agencies that recruit migrant workers.",
    )  # fmt: skip
    return made


@pytest.fixture
def assessed(people: People, asked: QuestionSet) -> Assessment:
    """1-1 no (agreed), 1-2 partly (both), 2-1 in full, 2-2 without an answer."""
    made = making.assessment(country="MDA", of=asked)
    making.answered(made, "1-1", "no", note="Agencies may still charge.")
    making.answered(made, "1-2", "partly", side="government")
    making.answered(made, "1-2", "partly", side="office")
    making.answered(made, "2-1", "yes")
    AnswerEvidence.objects.create(
        assessment=made, question=asked.questions.get(code="1-1"), side="government", kind="article", title="Labour Code",
        place="Article 12(2)", quote="Fees are agreed freely.", source="Official Gazette", as_of=date(2025, 3, 1),
    )  # fmt: skip
    return made


ABOUT = {"country": "MDA", "citation": "Draft Law", "text_title": "Draft Law on Foreign Workers"}


def gap(of: Assessment, code: str = "1-1") -> Question:
    found: Question = of.set.questions.get(code=code)
    return found


def align(record: Record, to: Element) -> None:
    Alignment.objects.create(record=record, element=to, origin="declared", status="confirmed")


@pytest.fixture
def convention(recruitment: Element) -> Instrument:
    """A convention on recruitment that Moldova has not ratified, and Ukraine has."""
    made = policy.instrument("c-recruit", short_title="Recruitment Convention")
    policy.requirement(made, "7", obligation="No fee is charged to a migrant worker.").elements.add(recruitment)
    for code, kind, day in (("MDA", "none", None), ("UKR", "accession", date(2010, 1, 1))):
        TreatyAction.objects.create(
            instrument=made, place=PlaceFactory(code=code), kind=kind, date=day, precision="day" if day else "unknown",
            source="UN", as_of=date(2025, 1, 1),
        )  # fmt: skip
    return made


@pytest.fixture
def released(recruitment: Element) -> Release:
    """A review of a Moldovan text that was released: the provision does not answer a requirement on recruitment."""
    rule = policy.requirement(policy.instrument("c-wages", short_title="Wages Convention"), "3")
    rule.elements.add(recruitment)
    made = policy.review(requirements=[rule], visibility=Visibility.PARTNERS, title="Review of the draft")
    release = Release.objects.create(review=made, number=1, title="Review of the draft", about=ABOUT)
    ReleasedRow.objects.create(release=release, row=made.rows.get(), order=0, judgement="none", said={})
    return release


def practice(to: Element, country: str = "UKR", **fields: Any) -> Practice:
    record = making.record(
        "practice",
        country,
        **{"title": "Licences only for agencies without fees", "visibility": Visibility.PUBLIC, **fields},
    )
    align(record, to)
    return Practice.objects.create(record=record, country=PlaceFactory(code=country), state="reviewed")


ADVICE = "Inspect agencies that recruit migrant workers and publish recruitment fees."


def lesson(
    title: str = "Licensing works where recruitment agencies are inspected", advice: str = ADVICE, **fields: Any
) -> Lesson:
    record = making.record("lesson", "", **{"title": title, "visibility": Visibility.INTERNAL, **fields})
    return Lesson.objects.create(
        record=record, advice=advice, kind="worked", state="validated", decided_at=record.created_at
    )  # fmt: skip


def aligned_project(to: Element, places: str = "MDA", **fields: Any) -> Project:
    made = project(places=dict.fromkeys(places.split()), **fields)
    align(made.record, to)
    return made


@pytest.fixture
def roadmap(assessed: Assessment, people: People) -> Any:
    """A roadmap that answers the assessment."""
    return drawing.start(
        country=PlaceFactory(code="MDA"),
        starts=2026,
        ends=2028,
        by=people["fatos"],
        assessment=assessed,
        title="Our roadmap",
    )
