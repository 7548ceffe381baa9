"""The index of what lessons say follows the register, in small registers and in large ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.work.knowledge import actions, likeness
from migov.work.knowledge.drafts import draft_of
from tests.work.knowledge.makers import lesson, many

People = dict[str, User]


@pytest.mark.parametrize("small", [500, 0], ids=["small", "large"])
def test_what_is_added_changed_and_taken_out_is_noticed(
    people: People, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(likeness, "SMALL", small)
    many(90)
    base = lesson("Guardians for unaccompanied children.", advice="Name them.")
    likeness.like("guardians")
    first = lesson("Guardians are named by municipalities.", advice="Name them early.")
    found = likeness.like("guardians named by somebody")
    assert {base.pk, first.pk} <= set(found.scores) and found.scores[first.pk] > found.scores[base.pk]
    assert {"guardians", "named"} <= set(" ".join(found.shared(first.pk)).split())
    actions.change(first, replace(draft_of(first), statement="Roads are built.", advice="Build them."), by=SYSTEM)
    assert first.pk not in likeness.like("guardians named").scores
    Record.objects.filter(pk=base.pk).update(removed_at=base.record.created_at)
    assert base.pk not in likeness.like("guardians named").scores


def test_many_texts_are_compared_at_once(people: People) -> None:
    one, two = lesson("Guardians for children."), lesson("Interpreters at night.", advice="Keep them on call.")
    near = likeness.closest(["Interpreters at night. Keep them on call.", "Zxqv", "Guardians for children."], 0.3)
    assert set(near[0]) == {two.pk} and near[1] == {} and set(near[2]) == {one.pk}


def test_there_is_nothing_like_a_text_without_lessons(people: People) -> None:
    assert likeness.like("guardians").scores == {} and likeness.closest(["guardians"], 0.1) == [{}]
