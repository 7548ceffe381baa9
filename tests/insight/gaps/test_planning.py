"""A gap goes into a roadmap with what was chosen, and a line becomes a concept note: once, all of it or nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.frameworks.models import Element
from migov.foundation.people.models import Office, Role, User
from migov.foundation.records.models import Record, RecordPlace
from migov.insight.gaps import actions, queries
from migov.insight.gaps.actions import MadeAlready
from migov.insight.gaps.gaps import Gap, gaps_of
from migov.services.alignment.models import Alignment
from migov.work.governance.models import Answer, Assessment, Roadmap, RoadmapAction
from migov.work.governance.roadmaps.actions import lines
from migov.work.governance.roadmaps.actions.ground import RoadmapError
from migov.work.proposals.models import PlanIndicator, PlanResult, Proposal, Section
from tests.factories import person
from tests.insight.gaps.conftest import practice
from tests.work.governance import making

pytestmark = pytest.mark.django_db
People = dict[str, User]


def first_gap(of: Assessment, viewer: User) -> Gap:
    return next(gap for gap in gaps_of(of, viewer).all if gap.question.code == "1-1")


@pytest.fixture
def developer(people: People) -> User:
    """Somebody of the regional office who may begin proposals and write roadmaps."""
    return person(Role.DEVELOPER, Office.objects.get(code="ro-vienna"), username="delia")


@pytest.fixture
def line(assessed: Assessment, roadmap: Roadmap, recruitment: Element, people: People) -> RoadmapAction:
    """The gap on recruitment fees in the roadmap, with a practice that was chosen."""
    practice(recruitment)
    found = gaps_of(assessed, people["fatos"])
    gap = first_gap(assessed, people["fatos"])
    groups = queries.help_for(found, [gap], people["fatos"])[gap.question.pk]
    help = [group.offers[0] for group in groups if group.kind == "practice"]
    values = {
        "title": "Forbid recruitment fees",
        "owner": "Ministry of Labour",
        "cost": Decimal(40_000),
        "currency": "EUR",
    }
    return actions.plan(assessed, gap, roadmap=roadmap, values=values, help=help, by=people["fatos"])


def test_a_line_carries_question_words_and_help(line: RoadmapAction) -> None:
    assert line.question is not None and line.question.code == "1-1"
    assert (line.baseline, line.target) == ("No", "Yes")
    help = line.help.get()
    assert help.title == "Licences only for agencies without fees" and "hares GCM 6" in help.why
    assert help.record is not None and help.record.kind == "practice"


def test_without_a_roadmap_one_is_begun(assessed: Assessment, people: People) -> None:
    made = actions.plan(
        assessed, first_gap(assessed, people["fatos"]), roadmap=None, values={}, help=[], by=people["fatos"]
    )
    assert made.roadmap.assessment == assessed and made.roadmap.country == assessed.country
    assert made.title == "Close the gap: Recruitment fees"


def test_a_government_plans_in_its_roadmap_but_begins_none(
    assessed: Assessment, roadmap: Roadmap, people: People
) -> None:
    gap = first_gap(assessed, people["ion"])
    made = actions.plan(assessed, gap, roadmap=roadmap, values={"title": "Ours"}, help=[], by=people["ion"])
    assert made.title == "Ours"
    with pytest.raises(PermissionDenied):
        actions.plan(assessed, gap, roadmap=None, values={}, help=[], by=people["ion"])


def test_a_roadmap_of_another_country_is_refused(assessed: Assessment, people: People) -> None:
    from migov.work.governance.roadmaps.actions import drawing
    from tests.factories import PlaceFactory

    other = drawing.start(country=PlaceFactory(code="ALB"), starts=2026, ends=2027, by=people["fatos"])
    with pytest.raises(RoadmapError):
        actions.plan(
            assessed, first_gap(assessed, people["fatos"]), roadmap=other, values={}, help=[], by=people["fatos"]
        )


def test_a_concept_note_takes_over_what_is_known(
    line: RoadmapAction, assessed: Assessment, recruitment: Element, developer: User
) -> None:
    made = actions.concept_note(line, office=Office.objects.get(code="ro-vienna"), by=developer)
    record = made.project.record
    assert (record.title, record.stage, made.currency) == ("Forbid recruitment fees", "idea", "EUR")
    assert [row.place.code for row in RecordPlace.objects.current().filter(record=record)] == ["MDA"]
    text = {row.code: row.text for row in Section.objects.filter(proposal=made)}
    assert "Does the law forbid recruitment fees for migrant workers?" in text["rationale"]
    assert "“No”: agreed in validation" in text["rationale"]
    assert "Labour Code, Article 12(2): “Fees are agreed freely.” [2]" in text["rationale"]
    assert "[2] Labour Code, Article 12(2), Official Gazette, 1 March 2025." in text["rationale"]
    assert "Agencies may still charge." in text["rationale"]
    assert "Ministry of Labour" in text["stakeholders"] and "GCM 6" in text["commitments"]
    assert "Licences only for agencies without fees" in text["approach"] and "40,000" in text["approach"]
    objective = PlanResult.objects.get(proposal=made)
    assert (objective.level, objective.title) == ("objective", "Forbid recruitment fees")
    indicator = PlanIndicator.objects.get(proposal=made)
    assert "question 1-1" in indicator.title and indicator.baseline_words == "No"
    aligned = Alignment.objects.current().get(record=record)
    assert (aligned.element, aligned.status, aligned.origin) == (recruitment, "confirmed", "declared")
    line.refresh_from_db()
    assert line.project == record


def test_a_recorded_disagreement_is_told_as_one(assessed: Assessment, roadmap: Roadmap, people: People) -> None:
    assessed.answers.filter(question__code="1-1").delete()
    making.answered(assessed, "1-1", "yes", side="government")
    making.answered(assessed, "1-1", "no", side="office")
    question = assessed.set.questions.get(code="1-1")
    Answer.objects.create(
        assessment=assessed, question=question, side="agreed", disputed=True, note="Both keep to theirs."
    )
    gap = next(one for one in gaps_of(assessed, people["fatos"]).all if one.question == question)
    assert "a disagreement is recorded" in gap.why and "not settled" not in gap.why
    made = actions.plan(assessed, gap, roadmap=roadmap, values={}, help=[], by=people["fatos"])
    assert made.baseline == "the answers differ"
    carried, _elements = actions.carried_for(made, people["fatos"])
    rationale = carried.sections["rationale"]
    assert "the answers differ: government “Yes”, office “No” [1]." in rationale
    assert "Disagreement recorded: Both keep to theirs." in rationale and "Agreed in validation:" not in rationale
    assert question.scope not in rationale, "what was asked of those who answer is no reason for a project"


def test_a_second_note_is_refused_and_the_first_is_named(line: RoadmapAction, developer: User) -> None:
    office = Office.objects.get(code="ro-vienna")
    first = actions.concept_note(line, office=office, by=developer)
    with pytest.raises(MadeAlready) as refused:
        actions.concept_note(line, office=office, by=developer)
    assert refused.value.record == first.project.record
    assert Proposal.objects.count() == 1


def test_where_something_fails_nothing_is_half_done(
    line: RoadmapAction, developer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any, **_more: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("migov.insight.gaps.actions.alignment.declare", broken)
    with pytest.raises(RuntimeError):
        actions.concept_note(line, office=Office.objects.get(code="ro-vienna"), by=developer)
    line.refresh_from_db()
    assert line.project is None and not Proposal.objects.exists() and not Record.objects.filter(kind="project").exists()


def test_who_may_not_begin_proposals_or_write_the_roadmap(line: RoadmapAction, people: People) -> None:
    office = Office.objects.get(code="ro-vienna")
    for who in ("ion", "jan", "nobody", "galina", "ana"):
        with pytest.raises(PermissionDenied):
            actions.concept_note(line, office=office, by=people[who])
    assert not Proposal.objects.exists()


def test_a_dropped_line_becomes_no_note(line: RoadmapAction, developer: User, people: People) -> None:
    lines.set_state(line, "dropped", by=people["fatos"], reason="No.")
    with pytest.raises(RoadmapError):
        actions.concept_note(line, office=Office.objects.get(code="ro-vienna"), by=developer)


def test_a_line_without_a_gap_becomes_a_note_too(roadmap: Roadmap, people: People, developer: User) -> None:
    plain = lines.add(roadmap, {"title": "Open an office", "text": "In the north."}, by=people["fatos"])
    made = actions.concept_note(plain, office=Office.objects.get(code="ro-vienna"), by=developer)
    assert Section.objects.get(proposal=made, code="approach").text == "In the north."


def test_a_question_answered_in_full_since_is_still_named(
    line: RoadmapAction, assessed: Assessment, developer: User
) -> None:
    assessed.answers.filter(question__code="1-1").delete()
    making.answered(assessed, "1-1", "yes")
    made = actions.concept_note(line, office=Office.objects.get(code="ro-vienna"), by=developer)
    assert "Does the law forbid recruitment fees" in Section.objects.get(proposal=made, code="rationale").text
