"""Texts beside the one that stands: words set aside, words written too late, wording of reviewers."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.models import User
from migov.foundation.records.models import Stage
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused
from migov.work.proposals.actions import writing
from migov.work.proposals.actions.ground import Conflict
from migov.work.proposals.models import SetAside
from tests.work.proposals.writers import Desk, Later, clock, desk


@pytest.fixture
def at(people: dict[str, User]) -> Desk:
    return desk(people)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    return clock(monkeypatch)


# Settling


@pytest.fixture
def aside(at: Desk, later: Later) -> SetAside:
    """Dana's text stands (revision 1), Ana's was set aside."""
    at.save("Dana's text.", by=at.dana, revision=0)
    with pytest.raises(writing.TextConflict):
        at.save("Ana's text.", by=at.ana, revision=0)
    later(minutes=3)
    return SetAside.objects.get()


@pytest.mark.parametrize(
    ("text", "stands"), [(None, "Dana's text."), ("Ana's text.", "Ana's text."), ("Both.", "Both.")]
)
def test_the_author_says_what_shall_stand(at: Desk, aside: SetAside, text: str | None, stands: str) -> None:
    writing.settle(aside, text=text, revision=1, by=at.ana)
    assert at.row().text == stands
    assert at.texts() >= {"Dana's text.", "Ana's text."}
    assert not SetAside.objects.filter(settled_at__isnull=True).exists()


def test_settling_what_changed_again_is_refused_and_shows_both(at: Desk, aside: SetAside) -> None:
    at.save("Dana's text, longer.", by=at.dana, revision=1)
    writing.release(at.row(), token="dana", by=at.dana)
    with pytest.raises(Conflict) as told:
        writing.settle(aside, text="Both.", revision=1, by=at.ana)
    assert (told.value.now, told.value.mine) == ("Dana's text, longer.", "Both.")
    aside.refresh_from_db()
    assert aside.settled_at is None


def test_settling_while_another_writes_needs_taking_over(at: Desk, aside: SetAside) -> None:
    writing.open_section(at.proposal, "rationale", token="d", by=at.dana)
    with pytest.raises(writing.Held):
        writing.settle(aside, text="Both.", revision=1, by=at.ana)
    writing.settle(aside, text="Both.", revision=1, by=at.ana, take_over=True)
    with pytest.raises(writing.TextConflict):
        at.save("Dana's text, longer.", by=at.dana, revision=1, token="d")


def test_nobody_settles_the_words_of_another(at: Desk, aside: SetAside) -> None:
    with pytest.raises(PermissionDenied):
        writing.settle(aside, text=None, revision=1, by=at.dana)


# The stage


@pytest.mark.parametrize("stage", [Stage.ENDORSED, Stage.ACTIVE, Stage.REJECTED, Stage.WITHDRAWN])
def test_words_written_while_the_proposal_was_closed_are_set_aside(at: Desk, stage: str) -> None:
    at.save("Before the decision.", by=at.ana, revision=0)
    at.put(stage)
    with pytest.raises(writing.ClosedMeanwhile, match="were kept") as told:
        writing.save(at.row(), text="Before the decision, and after.", revision=1, token="ana", by=at.ana)
    assert told.value.kept is not None
    assert at.texts() == {"Before the decision.", "Before the decision, and after."}
    at.put(Stage.PROPOSAL)
    writing.settle(told.value.kept, text=told.value.kept.text, revision=1, by=at.ana)
    assert at.row().text == "Before the decision, and after."


@pytest.mark.parametrize("stage", [Stage.IDEA, Stage.CONCEPT, Stage.PROPOSAL, Stage.REVIEW])
def test_the_text_may_be_changed_before_the_decision(at: Desk, stage: str) -> None:
    at.put(stage)
    assert at.save("Words.", by=at.ana, revision=0).revision == 1


# Reviewers' wording


def test_a_reviewers_wording_takes_the_place_of_the_words_once(at: Desk) -> None:
    at.save("Training of guards. We train\nguards. Training of guards.", by=at.ana, revision=0)
    clearance = Clearance.objects.create(record=at.proposal.project.record, subject="proposal", title="x")
    writing.accept_wording(clearance, "section:rationale", "We train guards.", "Guards know the law.", at.ana)
    assert at.row().text == "Training of guards. Guards know the law. Training of guards."
    writing.accept_wording(clearance, "section:rationale", "Training of guards", "Courses", at.ana)
    assert at.row().text == "Courses. Guards know the law. Training of guards."
    assert at.row().saved_by == at.ana
    with pytest.raises(Refused, match="no longer in the section"):
        writing.accept_wording(clearance, "section:rationale", "We train guards.", "Guards know.", at.ana)
    with pytest.raises(Refused, match="names no words"):
        writing.accept_wording(clearance, "section:rationale", "", "Guards know.", at.ana)


def test_wording_is_not_accepted_under_another_who_writes_nor_after_the_decision(at: Desk) -> None:
    at.save("We train guards.", by=at.ana, revision=0)
    clearance = Clearance.objects.create(record=at.proposal.project.record, subject="proposal", title="x")
    with pytest.raises(Refused, match="ana is writing"):
        writing.accept_wording(clearance, "section:rationale", "train", "teach", at.dana)
    at.put(Stage.ENDORSED)
    with pytest.raises(Refused, match="cannot be changed"):
        writing.accept_wording(clearance, "section:rationale", "train", "teach", at.ana)


def test_a_page_that_is_open_finds_that_accepted_wording_changed_the_text(at: Desk) -> None:
    at.save("We train guards.", by=at.ana, revision=0, token="page", number=1)
    clearance = Clearance.objects.create(record=at.proposal.project.record, subject="proposal", title="x")
    writing.accept_wording(clearance, "section:rationale", "train", "teach", at.ana)
    with pytest.raises(writing.TextConflict):
        at.save("We train guards and more.", by=at.ana, revision=1, token="page", number=2)
    assert at.texts() >= {"We teach guards.", "We train guards.", "We train guards and more."}
