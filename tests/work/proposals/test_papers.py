"""What the papers consist of: sections, limits, guidance, and the one checklist of writers and reviewers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.foundation.people.models import User
from migov.foundation.records.models import Stage
from migov.services.writing import prose
from migov.work.proposals import papers
from migov.work.proposals.models import Section
from migov.work.proposals.queries import writing as queries
from migov.work.proposals.wording import parts
from tests.work.proposals.writers import desk

PLACES = {"matrix", "budget", "risks", "markers", "plan", "header"}


@pytest.mark.parametrize("code", ["concept", "proposal"])
def test_every_section_has_a_limit_guidance_an_example_and_a_question(code: str) -> None:
    for part in papers.paper(code).sections:
        assert 100 <= part.limit <= 700
        assert 3 <= len(part.guidance) <= 6, part.code
        assert all(sentence[-1] in ".?" and len(sentence.split()) <= 35 for sentence in part.guidance), part.code
        assert part.examples
        assert part.questions, part.code
        assert part.step


def test_the_concept_note_is_carried_over_into_the_proposal() -> None:
    concept, proposal = papers.paper("concept"), papers.paper("proposal")
    assert {one.code for one in concept.sections} < {one.code for one in proposal.sections}
    for one in concept.sections:
        longer = proposal.section(one.code)
        assert longer is not None
        assert longer.limit >= one.limit


def test_limits_follow_the_form_of_the_fund() -> None:
    limits = {one.code: one.limit for one in papers.paper("proposal").sections}
    assert (limits["summary"], limits["rationale"], limits["partnerships"], limits["evaluation"]) == (
        350,
        600,
        350,
        350,
    )


def test_the_checklist_asks_about_places_that_there_are() -> None:
    questions = papers.checklist()
    anchors = {f"section:{one.code}" for one in papers.paper("proposal").sections} | PLACES
    assert len({question.code for question in questions}) == len(questions) >= 15
    asked = {anchor for question in questions for anchor in question.anchors}
    assert asked <= anchors
    assert asked >= {"matrix", "budget", "risks", "markers", "plan"}
    assert all(question.text.endswith("?") for question in questions)


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        ("idea", "concept"),
        ("concept", "concept"),
        ("proposal", "proposal"),
        ("review", "proposal"),
        ("active", "proposal"),
    ],
)
def test_the_paper_follows_the_stage(people: dict[str, User], stage: str, code: str) -> None:
    assert papers.paper_of(desk(people, stage=stage).proposal).code == code


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(KeyError):
        papers.paper("sections")


def test_findings_say_what_is_missing_and_too_long(people: dict[str, User]) -> None:
    at = desk(people, stage=Stage.CONCEPT)
    at.save("word " * 500, by=at.ana, revision=0)
    at.save("Few words.", by=at.ana, revision=0, code="approach")
    at.save("word " * 205, by=at.ana, revision=0, code="beneficiaries")
    found = {(one.anchor, one.code, one.severity) for one in queries.findings(at.proposal)}
    assert ("section:rationale", "text-long", "must") in found
    assert ("section:beneficiaries", "text-long", "should") in found
    assert ("section:approach", "text-short", "should") in found
    assert ("section:summary", "text-empty", "must") in found
    assert ("section:sustainability", "text-empty", "should") in found


def test_the_matcher_reads_the_sections_in_reading_order(people: dict[str, User]) -> None:
    at = desk(people)
    for code in ("management", "summary", "approach", "rationale"):
        at.save(f"About {code}.", by=at.ana, revision=0, code=code)
    read = parts([at.proposal.pk])[at.proposal.pk]
    assert [(part.text, str(part.label)) for part in read] == [
        ("About rationale.", "Rationale"), ("About approach.", "Approach"), ("About management.", "Management"),
    ]  # fmt: skip


def test_texts_are_given_in_reading_order_for_other_rooms(people: dict[str, User]) -> None:
    at = desk(people)
    Section.objects.create(proposal=at.proposal, code="approach", text="How.")
    found = queries.texts(at.proposal)
    assert [part.code for part, _text in found] == [one.code for one in papers.paper("proposal").sections]
    assert {part.code: text for part, text in found}["approach"] == "How."


# Plain text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One two.", 2),
        ("- a list\n- of items", 4),
        ("well-being, 12 % – and so on", 5),
        ("Përkrahje për të miturit", 4),
    ],
)
def test_words_are_counted_as_people_do(text: str, words: int) -> None:
    assert prose.count(text) == words


def test_paragraphs_and_lists_are_told_by_plain_signs() -> None:
    found = prose.blocks("First line\nsame paragraph.\n\n\nThree things:\n- one\n- two\nAfter.")
    assert [(block.kind, block.items) for block in found] == [
        ("paragraph", ("First line same paragraph.",)), ("paragraph", ("Three things:",)), ("list", ("one", "two")),
        ("paragraph", ("After.",)),
    ]  # fmt: skip


@given(st.text())
def test_a_tidy_text_stays_as_it_is_and_loses_no_words(text: str) -> None:
    once = prose.tidy(text)
    assert prose.tidy(once) == once
    assert "\r" not in once
    assert "\x00" not in once
    assert prose.count(once) == prose.count(text.replace("\x00", ""))
