"""Writing sections: what is saved, who is told what, and that no words are lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry, Record, Stage
from migov.services.clearance.models import Clearance
from migov.work.proposals.actions import writing
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.models import Author, Edition, Lock, SetAside
from migov.work.proposals.queries import writing as queries
from tests.work.proposals.writers import Desk, Later, clock, desk


@pytest.fixture
def at(people: dict[str, User]) -> Desk:
    return desk(people)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    return clock(monkeypatch)


def verbs(at: Desk) -> list[str]:
    return list(JournalEntry.objects.filter(record_id=at.proposal.pk).order_by("pk").values_list("verb", flat=True))


# Saving


def test_a_save_is_kept_with_its_author_and_counted(at: Desk) -> None:
    saved = at.save("The problem is large.\r\n\r\nIt grows.\n", by=at.ana, revision=0)
    assert (saved.revision, saved.words) == (1, 6)
    row = at.row()
    assert (row.text, row.saved_by, row.saved_at) == ("The problem is large.\n\nIt grows.", at.ana, saved.at)


def test_a_text_that_did_not_change_makes_no_revision(at: Desk) -> None:
    at.save("One.", by=at.ana, revision=0)
    assert at.save("One.", by=at.ana, revision=1).revision == 1
    assert at.save("One.", by=at.dana, revision=0).revision == 1, (
        "the same words are no conflict, whatever they were begun from"
    )
    assert not SetAside.objects.exists()


def test_the_journal_is_written_once_for_a_sitting(at: Desk, later: Later) -> None:
    for number in range(5):
        at.save(f"Draft {number}.", by=at.ana, revision=number)
        later(seconds=40)
    assert verbs(at) == ["section written"]
    later(minutes=5)
    at.save("After lunch.", by=at.ana, revision=5)
    assert verbs(at) == ["section written"] * 2
    later(minutes=5)
    at.save("By another.", by=at.dana, revision=6)
    assert verbs(at) == ["section written"] * 3


def test_the_summary_is_the_records(at: Desk) -> None:
    before = at.proposal.project.record.revision
    at.save("Guardians are named within a week.", by=at.ana, revision=0, code="summary")
    record = Record.objects.get(pk=at.proposal.pk)
    assert record.summary == "Guardians are named within a week."
    assert record.revision > before, "caches and lists notice it"
    Record.objects.filter(pk=record.pk).update(summary="Changed on the record.")
    at.proposal.refresh_from_db()
    at.proposal.project.record.refresh_from_db()
    standing = queries.section_of(at.proposal, "summary")
    assert standing is not None
    assert (standing.text, standing.revision) == ("Changed on the record.", 2)
    saved = at.save("Then in the section.", by=at.ana, revision=2, code="summary")
    assert saved.revision == 3
    assert Record.objects.get(pk=record.pk).summary == "Then in the section."
    assert at.texts("summary") >= {
        "Guardians are named within a week.",
        "Changed on the record.",
        "Then in the section.",
    }


def test_a_summary_changed_on_the_record_is_a_conflict_for_who_did_not_see_it(at: Desk) -> None:
    at.save("First.", by=at.ana, revision=0, code="summary")
    Record.objects.filter(pk=at.proposal.pk).update(summary="Changed on the record.")
    with pytest.raises(writing.TextConflict):
        at.save("First, and more.", by=at.ana, revision=1, code="summary")
    assert at.texts("summary") == {"First.", "Changed on the record.", "First, and more."}


def test_a_save_whose_answer_was_lost_is_no_conflict_with_oneself(at: Desk) -> None:
    at.save("One", by=at.ana, revision=0, token="page", number=1)
    at.save("One two", by=at.ana, revision=0, token="page", number=2)
    saved = at.save("One two three", by=at.ana, revision=0, token="page", number=3)
    assert (at.row().text, saved.revision) == ("One two three", 3)
    late = at.save("One two", by=at.ana, revision=0, token="page", number=2)
    assert (late.revision, at.row().text) == (3, "One two three"), "what comes late does not undo what is newer"
    assert not SetAside.objects.exists()


def test_the_own_other_window_is_told_apart_from_a_lost_answer(at: Desk) -> None:
    at.save("Left", by=at.ana, revision=0, token="left")
    at.save("Left and right", by=at.ana, revision=1, token="right")
    with pytest.raises(writing.TextConflict) as told:
        at.save("Left goes on", by=at.ana, revision=1, token="left")
    assert told.value.now == "Left and right"
    assert at.texts() == {"Left", "Left and right", "Left goes on"}


def test_text_is_bounded_and_kept_plain(at: Desk) -> None:
    at.save("<b>bold</b>\x00 \ud800", by=at.ana, revision=0)
    assert at.row().text == "<b>bold</b> ?"
    with pytest.raises(ProposalError, match="too long"):
        at.save("a" * (writing.LONGEST + 1), by=at.ana, revision=1)


def test_programs_write_too(at: Desk) -> None:
    assert writing.write(at.proposal, "approach", text="Step by step.", by=SYSTEM).words == 3
    assert writing.write(at.proposal, "approach", text="Step after step.", by=SYSTEM).revision == 2
    assert writing.write(at.proposal, "approach", text="Step for step.", by=at.ana).revision == 3
    assert not Lock.objects.exists()


def test_an_unknown_section_is_refused(at: Desk) -> None:
    with pytest.raises(writing.NoSection):
        writing.open_section(at.proposal, "budget", token="t", by=at.ana)


# Two people


def test_who_opens_a_section_that_is_being_written_is_told_who_writes(at: Desk, later: Later) -> None:
    _row, lock = writing.open_section(at.proposal, "rationale", token="a", by=at.ana)
    assert lock.mine
    _row, lock = writing.open_section(at.proposal, "rationale", token="d", by=at.dana)
    assert (lock.mine, lock.holder) == (False, at.ana)
    later(seconds=121)
    _row, lock = writing.open_section(at.proposal, "rationale", token="d", by=at.dana)
    assert lock.mine, "two minutes without a sign of life end a lock"


def test_a_lock_lives_on_with_each_save_and_ends_with_the_page(at: Desk, later: Later) -> None:
    for number in range(4):
        at.save(f"Draft {number}", by=at.ana, revision=number)
        later(seconds=100)
    assert writing.open_section(at.proposal, "rationale", token="d", by=at.dana)[1].holder == at.ana
    writing.release(at.row(), token="another page", by=at.ana)
    assert Lock.objects.exists()
    writing.release(at.row(), token="ana", by=at.ana)
    assert writing.open_section(at.proposal, "rationale", token="d", by=at.dana)[1].mine


def test_words_of_who_did_not_know_of_the_other_are_set_aside(at: Desk, later: Later) -> None:
    at.save("Common ground.", by=at.ana, revision=0)
    later(minutes=3)
    at.save("Common ground. Dana adds.", by=at.dana, revision=1)
    later(minutes=3)
    with pytest.raises(writing.TextConflict) as told:
        at.save("Common ground. Ana adds.", by=at.ana, revision=1)
    assert "dana" in str(told.value)
    assert (told.value.now, told.value.mine) == ("Common ground. Dana adds.", "Common ground. Ana adds.")
    assert told.value.kept is not None
    assert told.value.kept.based_on == 1
    assert at.texts() == {"Common ground.", "Common ground. Dana adds.", "Common ground. Ana adds."}


def test_while_two_write_the_newest_words_of_each_page_are_kept_in_one_row(at: Desk) -> None:
    at.save("Ana.", by=at.ana, revision=0)
    for words in ("Dana", "Dana writes", "Dana writes on"):
        with pytest.raises(writing.TextConflict) as told:
            at.save(words, by=at.dana, revision=1)
        assert told.value.holder == at.ana
    with pytest.raises(writing.TextConflict):
        at.save("Dana in another window", by=at.dana, revision=1, token="second")
    assert set(SetAside.objects.values_list("text", flat=True)) == {"Dana writes on", "Dana in another window"}


def test_words_set_aside_are_settled_when_their_page_can_save_after_all(at: Desk) -> None:
    at.save("Ana.", by=at.ana, revision=0)
    with pytest.raises(writing.TextConflict):
        at.save("Ana. Dana", by=at.dana, revision=1)
    writing.release(at.row(), token="ana", by=at.ana)
    at.save("Ana. Dana adds.", by=at.dana, revision=1)
    assert not SetAside.objects.filter(settled_at__isnull=True).exists()


def test_who_is_taken_over_is_told_and_keeps_the_words(at: Desk) -> None:
    at.save("Ana begins.", by=at.ana, revision=0)
    assert writing.take_over(at.row(), token="d", by=at.dana).mine
    assert verbs(at) == ["section written", "section taken over"]
    with pytest.raises(writing.TextConflict, match="dana is writing this section now") as told:
        at.save("Ana begins. And goes on.", by=at.ana, revision=1)
    assert told.value.holder == at.dana
    assert at.save("Dana goes on.", by=at.dana, revision=1, token="d").revision == 2
    assert at.texts() == {"Ana begins.", "Ana begins. And goes on.", "Dana goes on."}


def test_what_stood_is_kept_when_another_goes_on_and_every_ten_minutes(at: Desk, later: Later) -> None:
    at.save("A1", by=at.ana, revision=0)
    at.save("A2", by=at.ana, revision=1)
    assert not Edition.objects.exists()
    for number in range(2, 26):
        later(seconds=60)
        at.save(f"A{number + 1}", by=at.ana, revision=number)
    kept = list(Edition.objects.order_by("revision").values_list("text", flat=True))
    assert len(kept) == 2, kept
    later(minutes=3)
    at.save("D", by=at.dana, revision=26)
    assert Edition.objects.order_by("-revision").values_list("text", flat=True)[0] == "A26"


def test_an_earlier_text_is_put_back_and_the_present_one_kept(at: Desk, later: Later) -> None:
    at.save("Better before.", by=at.ana, revision=0)
    later(minutes=3)
    at.save("Worse.", by=at.dana, revision=1)
    later(minutes=3)
    edition = Edition.objects.get()
    assert writing.restore(edition, by=at.ana).revision == 3
    assert at.row().text == "Better before."
    assert "Worse." in at.texts()
    writing.open_section(at.proposal, "rationale", token="d", by=at.dana)
    with pytest.raises(writing.Held, match="dana"):
        writing.restore(Edition.objects.get(text="Worse."), by=at.ana)


# Access


def _deeds(at: Desk) -> dict[str, Callable[[Any], Any]]:
    at.save("Dana's text.", by=at.dana, revision=0)
    row = at.row()
    edition = Edition.objects.create(section=row, text="Earlier.", revision=99, saved_at=timezone.now())
    kept = SetAside.objects.create(section=row, text="Aside.", based_on=0, by=at.ana)
    clearance = Clearance.objects.create(record=at.proposal.project.record, subject="proposal", title="x")
    Lock.objects.all().delete()
    return {
        "open": lambda by: writing.open_section(at.proposal, "approach", token="t", by=by),
        "save": lambda by: writing.save(row, text="New.", revision=1, token="t", by=by),
        "write": lambda by: writing.write(at.proposal, "approach", text="New.", by=by),
        "take over": lambda by: writing.take_over(row, token="t", by=by),
        "restore": lambda by: writing.restore(edition, by=by),
        "settle": lambda by: writing.settle(kept, text=None, revision=1, by=by),
        "accept": lambda by: writing.accept_wording(clearance, "section:rationale", "Dana", "Ana", by),
    }


@pytest.mark.parametrize("name", ["open", "save", "write", "take over", "restore", "settle", "accept"])
@pytest.mark.parametrize(
    "who", ["boris", "carla", "dora", "emil", "fatos", "galina", "hana", "ion", "jan", "nobody"]
)  # fmt: skip
def test_only_those_who_write_the_proposal_may(at: Desk, people: dict[str, User], name: str, who: str) -> None:
    deed = _deeds(at)[name]
    with pytest.raises(PermissionDenied):
        deed(people[who])
    assert at.row().text == "Dana's text."


def test_a_named_author_of_another_office_may_write(at: Desk, people: dict[str, User]) -> None:
    Author.objects.create(proposal=at.proposal, person=people["carla"])
    assert at.save("By Carla.", by=people["carla"], revision=0).revision == 1


# Nothing is lost


@pytest.mark.parametrize("seed", range(12))
def test_after_any_interleaving_every_text_is_somewhere(at: Desk, later: Later, seed: int) -> None:
    """Two people, three pages, lost answers, take-overs, closed stages, settling. What a page wrote last is in the section, an edition
    or set aside; what it wrote before that was its own to change."""
    dice = random.Random(seed)
    pages = {"a1": at.ana, "a2": at.ana, "d1": at.dana}
    seen = dict.fromkeys(pages, 0)
    numbers = dict.fromkeys(pages, 0)
    newest: dict[str, str] = {}  # of each page, since it last looked at what stands
    finished: set[str] = set()  # newest words of pages that were then opened anew
    words = 0
    writing.open_section(at.proposal, "rationale", token="x", by=at.ana)
    writing.release(at.row(), token="x", by=at.ana)
    for _step in range(60):
        page = dice.choice(list(pages))
        who = pages[page]
        deed = dice.choice(
            ["type", "type", "type", "lost", "look", "look", "take", "leave", "wait", "close", "settle", "restore"]
        )
        if deed in ("type", "lost"):
            words += 1
            text = f"{newest.get(page, '')} w{words}".strip()
            newest[page] = text
            numbers[page] += 1
            try:
                saved = writing.save(
                    at.row(), text=text, revision=seen[page], token=page,
                    by=who, number=numbers[page],
                )  # fmt: skip
                if deed == "type":
                    seen[page] = saved.revision
            except ProposalError:
                pass
        elif deed == "look":
            if page in newest:
                finished.add(newest.pop(page))
            row = at.row()
            fresh = f"{page[:2]}.{len(finished)}.{dice.random()}"
            pages[fresh], seen[fresh], numbers[fresh] = who, row.revision, 0
            del pages[page], seen[page], numbers[page]
        elif deed == "take":
            at.put(Stage.PROPOSAL)
            writing.take_over(at.row(), token=page, by=who)
        elif deed == "leave":
            writing.release(at.row(), token=page, by=who)
        elif deed == "wait":
            later(minutes=dice.choice([1, 3, 12]))
        elif deed == "close":
            at.put(dice.choice([Stage.ENDORSED, Stage.PROPOSAL, Stage.PROPOSAL]))
        elif deed == "settle":
            kept = SetAside.objects.filter(by=who, settled_at__isnull=True).first()
            if kept is not None:
                choice = dice.choice([None, kept.text])
                with suppress(ProposalError):
                    writing.settle(kept, text=choice, revision=at.row().revision, by=who)
        else:
            edition = Edition.objects.order_by("?").first()
            if edition is not None:
                with suppress(ProposalError):
                    writing.restore(edition, by=who)
        there = at.texts()
        for text in {*newest.values(), *finished}:
            assert text in there, (deed, text, sorted(there))
