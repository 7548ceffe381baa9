"""Lessons are added, changed and decided on; what was validated does not change in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry, Record, RecordPlace, Visibility
from migov.services.notices.models import Notice
from migov.work.knowledge import actions
from migov.work.knowledge.actions import ChangedMeanwhile, LessonError
from migov.work.knowledge.drafts import WrongDraft, draft_of
from migov.work.knowledge.models import Lesson, State
from migov.work.knowledge.reminders import remind
from tests.factories import person, project
from tests.work.knowledge.makers import ADVICE, draft, lesson

People = dict[str, User]


def test_a_lesson_is_proposed_with_its_tags_and_a_reference(people: People) -> None:
    made = actions.add(
        draft(office="tirana", places=["ALB"], themes=["protection"], sections=["risks"]), by=people["ana"]
    )
    record = made.record
    assert made.state == State.PROPOSED and record.owner == people["ana"] and record.reference == f"L-{record.pk}"
    assert record.places.get().place.code == "ALB" and record.record_themes.get().theme.code == "protection"
    assert [section.code for section in made.sections.all()] == ["risks"]
    assert JournalEntry.objects.filter(record_id=record.pk).values_list("verb", flat=True)[0] == "lesson added"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"statement": " "}, "statement"),
        ({"statement": "x" * 501}, "statement"),
        ({"advice": ""}, "advice"),
        ({"kind": "rumour"}, "kind"),
        ({"source_link": "javascript:alert(1)"}, "source_link"),
        ({"source_link": "https://example.org/a b"}, "source_link"),
        ({"sections": frozenset({"no section!"})}, "sections"),
        ({"source": 10**9}, "source"),
        ({"supersedes": 10**9}, "supersedes"),
        ({"themes": frozenset({10**9})}, "themes"),
    ],
)
def test_what_cannot_be_kept_is_said_by_field(people: People, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(WrongDraft) as said:
        actions.add(replace(draft(), **wrong), by=SYSTEM)
    assert list(said.value.errors) == [field]
    assert not Lesson.objects.exists()


def test_people_write_for_their_own_offices_only(people: People) -> None:
    with pytest.raises(WrongDraft, match="office"):
        actions.add(draft(office="chisinau"), by=people["ana"])


def test_a_source_that_the_author_does_not_see_is_refused_as_if_it_were_not_there(people: People) -> None:
    hidden = project(office=people["boris"].standing[0].office, visibility=Visibility.OFFICE).record
    with pytest.raises(WrongDraft, match="may not see"):
        actions.add(draft(office="tirana", source=hidden.pk), by=people["ana"])


def test_who_wrote_it_does_not_validate_it(people: People) -> None:
    other = person("mande", username="edit")
    own = actions.add(draft(), by=people["emil"])
    with pytest.raises(PermissionDenied):
        actions.move(own, "validate", by=people["emil"])
    done = actions.move(own, "validate", by=other)
    assert (done.state, done.decided_by) == (State.VALIDATED, other)


def test_outsiders_see_a_public_lesson_only_while_it_is_validated(people: People) -> None:
    made = lesson(state=State.PROPOSED, places=["MDA"], audience=Visibility.PUBLIC)
    reader, focal = people["jan"], people["ion"]

    def seen() -> list[bool]:
        return [Record.objects.visible_to(one).filter(pk=made.pk).exists() for one in (reader, focal)]

    assert seen() == [False, False]
    actions.move(made, "validate", by=SYSTEM)
    assert seen() == [True, True]
    actions.move(made, "retire", by=SYSTEM, reason="The law changed")
    assert seen() == [False, False]


def test_other_words_have_to_be_validated_again_and_other_tags_have_not(people: People) -> None:
    made = lesson(audience=Visibility.PUBLIC)
    tagged = actions.change(made, replace(draft_of(made), sections=frozenset({"risks"})), by=SYSTEM)
    assert tagged.state == State.VALIDATED
    changed = actions.change(made, replace(draft_of(made), advice="Do the opposite."), by=people["emil"])
    assert changed.state == State.PROPOSED and changed.decided_at is None
    assert changed.record.visibility == Visibility.INTERNAL
    entry = JournalEntry.objects.filter(record_id=made.pk, verb="lesson changed").first()
    assert entry is not None and entry.detail["What to do"] == {"from": ADVICE, "to": "Do the opposite."}


def test_nothing_happens_where_nothing_changed(people: People) -> None:
    made = lesson()
    before = JournalEntry.objects.count()
    assert actions.change(made, draft_of(made), by=SYSTEM).state == State.VALIDATED
    assert JournalEntry.objects.count() == before


def test_of_two_who_write_at_once_the_second_is_told(people: People) -> None:
    made = lesson(by=people["emil"])
    seen = draft_of(made)
    actions.change(made, replace(seen, context="In 2024."), by=people["emil"], expected=seen.digest)
    with pytest.raises(ChangedMeanwhile):
        actions.change(made, replace(seen, context="In 2023."), by=people["emil"], expected=seen.digest)


def test_places_that_go_are_kept_for_earlier_days(people: People) -> None:
    made = lesson(places=["ALB", "MDA"])
    gone = draft_of(made)
    keep = RecordPlace.objects.get(record=made.record, place__code="MDA")
    actions.change(made, replace(gone, places=frozenset({keep.place_id})), by=SYSTEM)
    assert list(RecordPlace.objects.current().filter(record=made.record)) == [keep]
    assert RecordPlace.objects.filter(record=made.record).count() == 2


@pytest.mark.parametrize("code", ["return", "withdraw", "retire"])
def test_sending_away_asks_for_a_reason(people: People, code: str) -> None:
    made = lesson(state=State.VALIDATED if code == "retire" else State.PROPOSED)
    with pytest.raises(LessonError, match="Say why"):
        actions.move(made, code, by=SYSTEM, reason=" ")


def test_the_author_is_told_and_can_propose_it_again(people: People) -> None:
    made = actions.add(draft(office="tirana"), by=people["ana"])
    actions.move(made, "return", by=people["emil"], reason="Say where.")
    told = Notice.objects.get(person=people["ana"])
    assert "returned" in told.title and told.text == "Say where."
    again = actions.move(made, "propose", by=people["ana"])
    assert (again.state, again.reason) == (State.PROPOSED, "")


@pytest.mark.parametrize(
    ("state", "code"),
    [("proposed", "retire"), ("validated", "validate"), ("validated", "return"), ("retired", "validate"), ("proposed", "x")],
)  # fmt: skip
def test_there_are_only_the_steps_of_the_table(people: People, state: str, code: str) -> None:
    made = lesson(state=state)
    with pytest.raises(LessonError):
        actions.move(made, code, by=SYSTEM, reason="Because")
    assert Lesson.objects.get(pk=made.pk).state == state


def test_a_retired_lesson_is_not_changed(people: People) -> None:
    made = lesson(state=State.RETIRED)
    with pytest.raises(LessonError, match="retired"):
        actions.change(made, replace(draft_of(made), context="New"), by=SYSTEM)


def test_a_validated_lesson_retires_the_one_whose_place_it_takes(people: People) -> None:
    old = lesson("Name guardians.")
    new = lesson(state=State.PROPOSED, supersedes=old.pk)
    assert Lesson.objects.get(pk=old.pk).state == State.VALIDATED
    actions.move(new, "validate", by=people["emil"])
    old.refresh_from_db()
    assert old.state == State.RETIRED and new.record.reference in old.reason


def test_lessons_do_not_take_each_others_place(people: People) -> None:
    old = lesson("Name guardians.")
    new = lesson(supersedes=old.pk)
    actions.move(old, "propose", by=SYSTEM)
    with pytest.raises(WrongDraft, match="already"):
        actions.change(old, replace(draft_of(old), supersedes=new.pk), by=SYSTEM)


def test_the_database_refuses_what_must_not_be(people: People) -> None:
    made = lesson(state=State.PROPOSED)
    for wrong in ({"state": "returned", "reason": ""}, {"state": "validated"}, {"supersedes_id": made.pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lesson.objects.filter(pk=made.pk).update(**wrong)


def test_a_day_that_was_set_is_remembered_once(people: People) -> None:
    made = lesson(review_by=date(2026, 6, 30))
    lesson("Not yet.", review_by=date(2027, 6, 30))
    lesson("Nor this.", state=State.PROPOSED, review_by=date(2026, 6, 30))
    assert remind(date(2026, 6, 30)) == {"lessons to look at again": 0}
    remind(date(2026, 7, 1))
    remind(date(2026, 7, 2))
    told = Notice.objects.get()
    assert told.person == people["emil"] and made.record.title in told.title and "June 2026" in told.text
