"""The check of a draft: beside earlier statements on the same theme or in the same mechanism, and beside the register."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.records.models import Record, Visibility
from migov.work.cooperation.inputs import consistency, subject
from migov.work.cooperation.inputs.actions import checking, writing
from migov.work.cooperation.inputs.actions.ground import InputRefused
from migov.work.cooperation.inputs.consistency import Hint
from migov.work.cooperation.models import Commitment, Input
from tests.factories import PlaceFactory, ThemeFactory
from tests.work.cooperation.inputs.conftest import Ground
from tests.work.cooperation.making import mechanism, member, position, record

EARLIER = "States should abolish recruitment fees that workers pay."
NOW = "States must abolish recruitment fees that workers pay."


def draft(at: Ground, text: str = NOW, code: str = "message", **fields: object) -> Input:
    made = at.draft(**fields)
    writing.write(made, code, text=text, by=at.people["fatos"])
    return made


def hints(at: Ground, paper: Input, name: str = "fatos") -> list[Hint]:
    return [hint for one in consistency.check(paper, at.people[name]) for hint in one.hints]


class TestEarlier:
    def test_what_was_said_in_the_same_mechanism_stands_beside_with_day_and_place(self, at: Ground) -> None:
        said = position(f"Thank you.\n\n{EARLIER}", mechanism=at.prague, meeting=at.som)
        (one,) = consistency.check(draft(at), at.people["fatos"])
        (beside,) = one.beside
        assert (beside.paper, beside.said.text) == (said, EARLIER)
        assert beside.where.replace("\xa0", " ") == (
            "Statement on labour mobility, statement, Senior Officials Meeting, PP, 3 May 2024"
        )
        (hint,) = one.hints
        assert (hint.kind, hint.now, hint.then, hint.earlier) == ("modality", NOW, EARLIER, said.pk)

    def test_the_same_theme_is_enough_and_another_is_not_compared(self, at: Ground) -> None:
        position(EARLIER, mechanism=mechanism("budapest"), themes=("labour",))
        position(EARLIER, mechanism=mechanism("khartoum"), themes=("health",))
        paper = draft(at, themes=[ThemeFactory(code="labour")])
        (one,) = consistency.check(paper, at.people["fatos"])
        assert [str(beside.paper.mechanism) for beside in one.beside] == ["Budapest Process"]
        assert consistency.compared(paper, at.people["fatos"]) == 1

    def test_the_same_words_are_shown_without_a_hint(self, at: Ground) -> None:
        position(EARLIER, mechanism=at.prague)
        (one,) = consistency.check(draft(at, EARLIER), at.people["fatos"])
        assert one.beside
        assert one.hints == []

    def test_what_is_for_the_speaker_is_not_compared(self, at: Ground) -> None:
        position(EARLIER, mechanism=at.prague)
        assert consistency.check(draft(at, code="sensitive"), at.people["fatos"]) == []

    def test_who_may_not_see_an_earlier_position_is_not_shown_it(self, at: Ground) -> None:
        said = position(EARLIER, mechanism=at.prague)
        Record.objects.filter(pk=said.pk).update(visibility=Visibility.OFFICE, office=at.tirana)
        paper = draft(at)
        assert hints(at, paper, "boris") == []
        assert hints(at, paper, "nobody") == []
        assert len(hints(at, paper, "ana")) == 1

    def test_queries_do_not_grow_with_the_text(self, at: Ground, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        for number in range(20):
            position(f"{EARLIER} Point {number}.", mechanism=at.prague, themes=("labour",))
        member(at.prague, "ALB")
        paper = draft(at, "\n\n".join([NOW] * 40), themes=[ThemeFactory(code="labour")])
        consistency.check(paper, at.people["fatos"])
        with django_assert_max_num_queries(12):
            assert len(consistency.check(paper, at.people["fatos"])) == 40


class TestRegister:
    def test_a_number_of_states_that_no_source_has(self, at: Ground) -> None:
        for code in ("ALB", "MDA", "SRB"):
            member(at.prague, code, source="Secretariat")
        (hint,) = hints(at, draft(at, "The Prague Process has four participating States."))
        assert (hint.kind, hint.where) == ("register", "Prague Process")
        assert "3 (Secretariat)" in hint.words

    @pytest.mark.parametrize(
        "text",
        [
            "The Prague Process has three participating States.",
            "The Prague Process has 3 participating States and met 12 times.",
            "The Budapest Process has 50 participating States.",
            "Four observer States took part.",
            "Three participating States and four partner States spoke.",
        ],
    )
    def test_what_a_source_has_or_is_of_something_else_is_left_alone(self, at: Ground, text: str) -> None:
        for code in ("ALB", "MDA", "SRB"):
            member(at.prague, code, source="Secretariat")
        assert hints(at, draft(at, text)) == []

    def test_a_commitment_with_another_year(self, at: Ground) -> None:
        of = record("commitment", title="Adopt a law on foreign workers")
        Commitment.objects.create(record=of, mechanism=at.prague, responsible="Ministry", due=date(2027, 6, 30))
        (hint,) = hints(at, draft(at, "The government promised to adopt a law on foreign workers by 2026."))
        assert hint.words.replace("\xa0", " ") == (
            "In the register “Adopt a law on foreign workers” is due otherwise: Ministry: 30 June 2027."
        )
        assert hints(at, draft(at, "The government promised to adopt a law on foreign workers by 2027.")) == []
        assert hints(at, draft(at, "Roads will be mended by 2026.")) == []

    def test_of_two_who_have_committed_one_is_enough(self, at: Ground) -> None:
        for country, day in (("MDA", date(2026, 10, 24)), ("ALB", date(2027, 1, 7))):
            of = record("commitment", title="A contact point for complaints about recruiters")
            Commitment.objects.create(
                record=of, mechanism=at.prague, place=PlaceFactory(code=country), responsible="Inspectorate", due=day
            )
        text = "States will name a contact point for complaints about recruiters by %s."
        assert hints(at, draft(at, text % 2027)) == []
        (hint,) = hints(at, draft(at, text % 2030))
        assert "24 October 2026" in hint.words.replace("\xa0", " ") and "7 January 2027" in hint.words.replace(
            "\xa0", " "
        )


class TestSeen:
    def test_seen_and_meant_so_with_a_reason(self, at: Ground) -> None:
        position(EARLIER, mechanism=at.prague)
        paper = draft(at)
        (hint,) = hints(at, paper)
        with pytest.raises(InputRefused):
            checking.mark_seen(paper, hint, reason=" ", by=at.people["peter"])
        checking.mark_seen(paper, hint, reason="The directive is in force since July.", by=at.people["peter"])
        (again,) = hints(at, paper)
        assert again.seen is not None
        assert (again.seen.by, again.seen.reason) == (at.people["peter"], "The directive is in force since July.")
        assert consistency.open_hints(consistency.check(paper, at.people["fatos"])) == []
        checking.take_back(paper, hint.digest, by=at.people["peter"])
        assert len(consistency.open_hints(consistency.check(paper, at.people["fatos"]))) == 1

    def test_it_comes_again_when_the_text_changes(self, at: Ground) -> None:
        position(EARLIER, mechanism=at.prague)
        paper = draft(at)
        checking.mark_seen(paper, hints(at, paper)[0], reason="Meant so.", by=at.people["peter"])
        writing.write(
            paper, "message", text="States must abolish all recruitment fees that workers pay.", by=at.people["fatos"]
        )
        assert hints(at, paper)[0].seen is None

    def test_of_two_who_mark_it_the_first_stands(self, at: Ground) -> None:
        position(EARLIER, mechanism=at.prague)
        paper = draft(at)
        (hint,) = hints(at, paper)
        first = checking.mark_seen(paper, hint, reason="First.", by=at.people["peter"])
        assert checking.mark_seen(paper, hint, reason="Second.", by=at.people["fatos"]) == first

    @pytest.mark.parametrize("name", ["ion", "jan", "nobody"])
    def test_people_from_outside_do_not_mark(self, at: Ground, name: str) -> None:
        position(EARLIER, mechanism=at.prague)
        paper = draft(at)
        (hint,) = hints(at, paper)
        with pytest.raises(PermissionDenied):
            checking.mark_seen(paper, hint, reason="Fine.", by=at.people[name])

    def test_who_decides_is_told_of_open_hints(self, at: Ground) -> None:
        position(EARLIER, mechanism=at.prague)
        paper = at.draft()
        at.write_all(paper)
        writing.write(paper, "message", text=NOW, by=at.people["fatos"])
        flags = [flag.text for flag in subject.flags(at.hand_in(paper))]
        assert flags == ["1 hint that it may disagree with what was said before is open."]
