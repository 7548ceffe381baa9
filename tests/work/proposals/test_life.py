"""Beginning a project and taking it from stage to stage: the whole table of stages, and every pair that it does not have."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordState, Stage
from migov.services.notices.models import Notice
from migov.work.proposals import conditions, stages
from migov.work.proposals.actions import closing, life, reporting
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.actions.life import StepRefused
from migov.work.proposals.closing import QUESTIONS
from migov.work.proposals.models import Author, DonorReport, Proposal
from tests.factories import PlaceFactory, ThemeFactory, country_office
from tests.work.proposals.complete import complete

BUTTONS = [step for step in stages.STEPS if not step.by_clearance]
IDS = [f"{step.source}-{step.code}" for step in stages.STEPS]


def ready(step: stages.Step, office: Any, owner: Any) -> Proposal:
    """A proposal at the step's stage, of which every condition holds."""
    made = complete(stage=step.source, office=office, owner=owner)
    if "agreement" in step.needs:
        Evidence.objects.create(record=made.project.record, title="Agreement", category="A11")
    if step.code == "close":
        for question in QUESTIONS:
            closing.answer(made, question=question.code, done=True, by=SYSTEM)
        DonorReport.objects.create(
            proposal=made, kind="final", starts=date(2026, 1, 1), ends=date(2026, 6, 1), due=date(2026, 9, 1), sent_on=date(2026, 8, 1),
        )  # fmt: skip
    return made


@pytest.mark.parametrize("step", BUTTONS, ids=lambda step: f"{step.source}-{step.code}")
def test_every_step_of_the_table_is_taken_kept_and_told(people: dict[str, Any], step: stages.Step) -> None:
    ana = people["ana"]
    office = ana.memberships.get().office
    made = ready(step, office, ana)
    other = people["carla"]
    Author.objects.create(proposal=made, person=other)
    moved = life.move(made, step.code, reason="Because", by=ana)
    record = Record.objects.get(pk=made.pk)
    assert record.stage == moved.project.record.stage == step.target
    states = RecordState.objects.filter(record=record).order_by("recorded_at")
    assert [(one.stage, one.superseded_at is None) for one in states] == [(step.source, False), (step.target, True)]
    entry = JournalEntry.objects.filter(record_id=made.pk, verb="stage changed").get()
    assert entry.detail["stage"] == {"from": step.source, "to": step.target}
    assert entry.detail["reason"] == "Because"
    assert [one.person for one in Notice.objects.filter(kind="project-stage")] == [other]


def test_steps_that_are_not_in_the_table_are_refused(people: dict[str, Any]) -> None:
    made = complete(office=people["ana"].memberships.get().office, owner=people["ana"])
    codes = {step.code for step in stages.STEPS}
    tried = 0
    for stage in Stage:
        Record.objects.filter(pk=made.pk).update(stage=stage)
        for code in codes - {step.code for step in stages.steps_from(stage)}:
            with pytest.raises(StepRefused, match="does not lead on"):
                life.move(made, code, reason="Because", by=SYSTEM)
            tried += 1
        assert Record.objects.get(pk=made.pk).stage == stage
    assert tried == len(Stage) * len(codes) - len({(one.source, one.code) for one in stages.STEPS})


@pytest.mark.parametrize(
    "step", [one for one in stages.STEPS if one.by_clearance], ids=lambda step: f"{step.source}-{step.code}"
)
def test_steps_of_clearance_are_not_taken_by_a_button(people: dict[str, Any], step: stages.Step) -> None:
    made = complete(stage=step.source)
    with pytest.raises(StepRefused, match="through the review"):
        life.move(made, step.code, reason="Because", by=SYSTEM)
    assert Record.objects.get(pk=made.pk).stage == step.source


@pytest.mark.parametrize("step", [one for one in BUTTONS if one.reason], ids=lambda step: f"{step.source}-{step.code}")
def test_a_reason_is_asked_for(people: dict[str, Any], step: stages.Step) -> None:
    made = ready(step, None, None)
    with pytest.raises(StepRefused, match="Say why"):
        life.move(made, step.code, reason="  ", by=SYSTEM)


def test_every_stage_can_be_reached_and_left_but_the_last_ones() -> None:
    assert {step.target for step in stages.STEPS} == set(Stage)
    assert set(Stage) - {step.source for step in stages.STEPS} == {Stage.CLOSED, Stage.REJECTED}


def test_every_condition_of_the_table_is_known_and_used() -> None:
    assert {code for step in stages.STEPS for code in step.needs} == set(conditions.CONDITIONS)


@pytest.mark.parametrize(
    ("fields", "stage", "code", "said"),
    [
        ({"office": None}, "idea", "concept", "which office"),
        ({"donor": ""}, "endorsed", "send", "Name the donor"),
        ({"starts": None, "ends": None}, "submitted", "activate", "when the project starts"),
        ({}, "submitted", "activate", "File the signed agreement"),
        ({}, "closing", "close", "closure checklist"),
        ({}, "closing", "close", "final report"),
    ],
)
def test_a_condition_that_does_not_hold_is_named(
    db: None, fields: dict[str, Any], stage: str, code: str, said: str
) -> None:
    made = complete(stage=stage, **fields)
    with pytest.raises(StepRefused, match=said) as refused:
        life.move(made, code, by=SYSTEM)
    assert refused.value.missing
    assert Record.objects.get(pk=made.pk).stage == stage


def test_a_late_report_keeps_a_project_open(db: None) -> None:
    made = complete(stage="closing")
    reporting.add_report(
        made, kind="both", starts=date(2026, 1, 1), ends=date(2026, 3, 1), due=date(2026, 4, 1), by=SYSTEM
    )
    with pytest.raises(StepRefused, match="1 report to the donor is late"):
        life.move(made, "close", by=SYSTEM)


def test_a_proposal_begins_as_an_idea_seen_by_its_office(people: dict[str, Any]) -> None:
    ana = people["ana"]
    office = ana.memberships.get().office
    made = life.start(
        "  Safe   return ", office=office, places=[PlaceFactory(code="ALB")], themes=[ThemeFactory(code="protection")],
        donor="A donor", starts=date(2027, 1, 31), months=13, by=ana,
    )  # fmt: skip
    record = made.project.record
    assert (record.title, record.stage, record.visibility, record.owner) == ("Safe return", "idea", "office", ana)
    assert (record.starts, record.ends) == (date(2027, 1, 31), date(2028, 2, 28))
    assert record.reference.startswith("TIR-")
    assert RecordState.objects.current().filter(record=record, stage="idea").count() == 1
    assert list(record.themes.values_list("code", flat=True)) == ["protection"]
    second = life.start("Another", office=office, by=ana)
    assert int(second.project.record.reference[-3:]) == int(record.reference[-3:]) + 1


def test_offices_whose_references_begin_alike_share_one_count(people: dict[str, Any]) -> None:
    first = life.start("One", office=country_office("tirana"), by=SYSTEM).project.record.reference
    second = life.start("Two", office=country_office("tiraspol"), by=SYSTEM).project.record.reference
    assert first[:-3] == second[:-3]
    assert first != second


def test_an_empty_title_begins_nothing(people: dict[str, Any]) -> None:
    with pytest.raises(ProposalError, match="title"):
        life.start("  ", office=country_office(), by=people["ana"])
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("name", ["boris", "carla", "dora", "galina", "ion", "jan", "nobody"])
def test_others_begin_nothing_for_an_office(people: dict[str, Any], name: str) -> None:
    with pytest.raises(PermissionDenied):
        life.start("Mine", office=country_office("tirana"), by=people[name])


def test_a_project_under_review_is_not_withdrawn(people: dict[str, Any]) -> None:
    from migov.services.clearance.models import Clearance

    made = complete(stage="proposal")
    Clearance.objects.create(record=made.project.record, subject="proposal", title="P", state="returned", round=1)
    for code in ("withdraw", "concept"):
        with pytest.raises(StepRefused, match="review is under way"):
            life.move(made, code, reason="Because", by=SYSTEM)
