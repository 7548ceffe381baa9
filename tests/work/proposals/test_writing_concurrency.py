"""Two people who write the same section at the same moment: one is in the text, the other is kept and told. Needs a database with
row locks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from migov.foundation.people.models import User
from migov.foundation.records.models import Stage
from migov.work.proposals.actions import writing
from migov.work.proposals.actions.writing import ClosedMeanwhile, Saved, TextConflict
from migov.work.proposals.models import Lock, Section, SetAside
from tests.factories import cast
from tests.racing import at_once
from tests.work.proposals.writers import Desk, desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def at(transactional_db: None) -> Desk:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    return desk(cast())


def save(at: Desk, who: User, text: str, revision: int) -> Callable[[], Saved]:
    def deed() -> Saved:
        return writing.save(at.row(), text=text, revision=revision, token=who.username, by=who)

    return deed


def test_of_two_saves_one_is_the_text_and_the_other_is_kept_beside_it(at: Desk) -> None:
    at.save("Ground.", by=at.ana, revision=0)
    for number in range(1, 9):
        Lock.objects.all().delete()
        revision = at.row().revision
        mine, theirs = f"Ana {number}.", f"Dana {number}."
        outcomes = at_once(save(at, at.ana, mine, revision), save(at, at.dana, theirs, revision))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Saved", "TextConflict"], outcomes
        lost = next(outcome for outcome in outcomes if isinstance(outcome, TextConflict))
        assert lost.now == at.row().text
        assert {mine, theirs} <= at.texts()


def test_many_saves_of_two_people_lose_no_words(at: Desk) -> None:
    at.save("Ground.", by=at.ana, revision=0)

    def write_on(who: User) -> Callable[[], list[str]]:
        def deed() -> list[str]:
            revision, sent = 1, []
            for number in range(12):
                sent.append(f"{who.username} {number}")
                with suppress(TextConflict):
                    revision = save(at, who, sent[-1], revision)().revision
            return sent

        return deed

    outcomes = at_once(write_on(at.ana), write_on(at.dana))
    there = at.texts()
    for sent in outcomes:
        assert sent[-1] in there, (sent, there)
    assert (
        len({one.revision for one in Section.objects.get(pk=at.row().pk).editions.all()}) == at.row().editions.count()
    )


def test_the_first_words_of_two_people_make_one_section(at: Desk) -> None:
    def begin(who: User) -> Callable[[], Any]:
        return lambda: at.save(f"{who} begins.", by=who, revision=0, code="approach")

    outcomes = at_once(begin(at.ana), begin(at.dana))
    assert Section.objects.filter(proposal=at.proposal, code="approach").count() == 1
    assert at.texts("approach") == {"ana begins.", "dana begins."}
    assert sum(isinstance(outcome, Saved) for outcome in outcomes) == 1


def test_of_two_who_take_over_the_last_one_writes(at: Desk) -> None:
    at.save("Ground.", by=at.ana, revision=0)
    at_once(
        lambda: writing.take_over(at.row(), token="a", by=at.ana),
        lambda: writing.take_over(at.row(), token="d", by=at.dana),
    )
    holder = Lock.objects.get().holder
    other = at.dana if holder == at.ana else at.ana
    with pytest.raises(TextConflict):
        save(at, other, "Other.", 1)()
    assert save(at, holder, "Holder.", 1)().revision == 2


def test_a_save_beside_the_decision_is_in_the_text_or_kept(at: Desk) -> None:
    from django.db import transaction

    from migov.foundation.records.models import Record

    at.save("Ground.", by=at.ana, revision=0)

    def close() -> None:
        with transaction.atomic():
            Record.objects.select_for_update().get(pk=at.proposal.pk)
            Record.objects.filter(pk=at.proposal.pk).update(stage=Stage.ENDORSED)

    for number in range(6):
        Record.objects.filter(pk=at.proposal.pk).update(stage=Stage.REVIEW)
        words = f"Late {number}."
        outcomes = at_once(save(at, at.ana, words, at.row().revision), close)
        assert isinstance(outcomes[0], Saved | ClosedMeanwhile), outcomes
        assert words in at.texts()
        kept = SetAside.objects.filter(settled_at__isnull=True).first()
        if kept is not None:
            Record.objects.filter(pk=at.proposal.pk).update(stage=Stage.REVIEW)
            writing.settle(kept, text=None, revision=0, by=at.ana)
