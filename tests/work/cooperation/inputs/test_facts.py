"""Facts pulled into an input: what is offered, notes and sources, and newer values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.access import Viewer
from migov.services.writing import saving
from migov.services.writing.errors import Closed
from migov.services.writing.settling import Held
from migov.work.cooperation.inputs import facts, known_here, queries, reading
from migov.work.cooperation.inputs.actions import offices, writing
from migov.work.cooperation.inputs.actions.ground import InputRefused
from migov.work.cooperation.inputs.facts import Context, Offered
from migov.work.cooperation.models import Chair, Commitment, Membership, Outcome, PulledFact, Section
from tests.factories import PlaceFactory
from tests.work.cooperation.inputs.conftest import Ground
from tests.work.cooperation.making import meeting, member, position, record

FACT = Offered(
    "stock:ALB:2024",
    "Albania hosts 13,300 migrants.",
    "UN DESA, International Migrant Stock 2024",
    date(2024, 7, 1),
    "/x/",
)


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Offered]]:
    """A provider of another room, whose fact can be changed."""
    known = {FACT.key: FACT}

    def find(context: Context, viewer: Viewer) -> Sequence[Offered]:
        return list(known.values())

    monkeypatch.setattr(facts, "_PROVIDERS", {**facts._PROVIDERS})
    facts.register("stock", "Figures", find)
    yield known


class TestOffered:
    def test_who_takes_part_by_source_and_what_the_country_is(self, at: Ground) -> None:
        for code in ("ALB", "MDA", "SRB"):
            member(at.prague, code, source="Secretariat", as_of="2024-05", since="2009")
        member(at.prague, "ALB", source="Ministry, annual report")
        paper = at.draft(place=PlaceFactory(code="ALB"))
        said = {one.text: one for one in known_here.membership(facts.context_of(paper), at.people["fatos"])}
        first = said["3 States take part in the Prague Process (as known in May 2024)."]
        assert (first.source, first.as_of) == ("Secretariat (May 2024)", None)
        assert "1 State takes part in the Prague Process (as known in 2024)." in said
        name = PlaceFactory(code="ALB").short_name
        assert f"{name} takes part in the Prague Process since 2009 (as known in May 2024)." in said

    def test_kosovo_stands_beside_the_states_by_its_full_name(self, at: Ground) -> None:
        kosovo = PlaceFactory(code="XKX")
        type(kosovo).objects.filter(pk=kosovo.pk).update(
            name="Kosovo (UNSCR 1244)", short_name="Kosovo", needs_footnote=True
        )
        for code in ("ALB", "MDA", "XKX"):
            member(at.prague, code, source="Secretariat", as_of=str(timezone.localdate().year))
        said = [one.text for one in known_here.membership(facts.context_of(at.draft(place=kosovo)), at.people["fatos"])]
        assert "2 States take part in the Prague Process; so does Kosovo (UNSCR 1244)." in said
        assert "Kosovo (UNSCR 1244) takes part in the Prague Process." in said

    def test_the_countries_that_are_asked_or_named_are_those_in_question(self, at: Ground) -> None:
        named = PlaceFactory(code="MDA", short_name="Moldova", is_territory=True)
        PlaceFactory(code="SRB", short_name="Serbia", is_territory=True)
        at.tirana.place = PlaceFactory(code="ALB", is_territory=True)
        at.tirana.save()
        paper = at.draft(asked="Two figures from Moldova.")
        offices.ask(paper, [at.tirana], question="How many?", by=at.people["fatos"])
        assert set(facts.context_of(paper).places) == {named, at.tirana.place}

    def test_what_an_office_answers_can_be_put_in_with_the_office_as_its_source(self, at: Ground) -> None:
        paper, fatos = at.draft(), at.people["fatos"]
        (row,) = offices.ask(paper, [at.tirana], question="How many?", by=fatos)
        assert known_here.answers(facts.context_of(paper), fatos) == []
        offices.answer(row, text="In 2025, 312 nurses.\n\nNo figure on teachers.", by=at.people["ana"])
        first, second = known_here.answers(facts.context_of(paper), fatos)
        assert (first.text, first.source, first.as_of) == ("In 2025, 312 nurses.", str(at.tirana), timezone.localdate())
        assert second.text == "No figure on teachers."
        for name in ("ion", "jan", "nobody"):
            assert known_here.answers(facts.context_of(paper), at.people[name]) == []

    def test_who_chairs_what_was_committed_and_what_the_last_meeting_decided(self, at: Ground) -> None:
        Chair.objects.create(
            mechanism=at.prague, place=PlaceFactory(code="MDA"), source="Secretariat", since="2025", as_of="2026"
        )
        of = record("commitment", title="Ratify the convention")
        Commitment.objects.create(
            record=of, mechanism=at.prague, responsible="Ministry", due=date(2027, 6, 30), source="Declaration"
        )
        last = meeting(at.prague, day=date(2025, 5, 6), title="Ministerial", state="held")
        Outcome.objects.create(meeting=last, kind="declaration", text="Ministers commit to fair recruitment.")
        groups = facts.offered(facts.context_of(at.draft()), at.people["fatos"])
        texts = [fact.plain for group in groups for fact in group.facts]
        assert any("has been chair of the Prague Process since 2025" in text for text in texts)
        assert "Commitment of Ministry: Ratify the convention, due 30 June 2027 (open)." in texts
        assert any("declaration: Ministers commit to fair recruitment." in text for text in texts)

    def test_what_we_said_before_without_the_paper_itself(self, at: Ground) -> None:
        said = position("Fair recruitment of seasonal workers protects both sides.", mechanism=at.prague)
        context = Context(words="Recruitment of seasonal workers")
        (found,) = known_here.past_positions(context, at.people["fatos"])
        assert "seasonal workers protects both sides" in found.text
        assert found.as_of == date(2024, 5, 3)
        assert known_here.past_positions(Context(words=context.words, paper=said.pk), at.people["fatos"]) == []

    def test_people_from_outside_are_offered_nothing(self, at: Ground) -> None:
        member(at.prague, "ALB")
        position("Fair recruitment of seasonal workers.", mechanism=at.prague)
        for name in ("ion", "jan", "nobody"):
            assert facts.offered(facts.context_of(at.draft()), at.people[name]) == []


class TestPulling:
    def test_a_fact_stands_in_the_text_with_its_note_source_and_day(self, at: Ground) -> None:
        paper = at.draft()
        writing.write(paper, "message", text="Migration is large.", by=at.people["fatos"])
        writing.pull(paper, "message", FACT, by=at.people["fatos"])
        assert Section.objects.get(input=paper, code="message").text == (
            "Migration is large.\n\nAlbania hosts 13,300 migrants. [1]"
        )
        (kept,) = queries.pulled(paper)
        assert (kept.note, kept.source, kept.as_of, kept.by) == (1, FACT.source, date(2024, 7, 1), at.people["fatos"])
        with pytest.raises(InputRefused, match="already"):
            writing.pull(paper, "message", FACT, by=at.people["fatos"])
        writing.pull(paper, "closing", FACT, by=at.people["fatos"])  # the same note in another section
        writing.pull(paper, "closing", Offered("b", "Two.", "S"), by=at.people["fatos"])
        assert [one.note for one in queries.pulled(paper)] == [1, 1, 2]

    @pytest.mark.parametrize(
        ("text", "at_", "stands"),
        [
            ("First. Second.", 6, "First. Albania hosts 13,300 migrants. [1] Second."),
            ("First. Second.", 9, "First. Second. Albania hosts 13,300 migrants. [1]"),
            ("First.\n\nSecond.", 7, "First.\n\nAlbania hosts 13,300 migrants. [1]\n\nSecond."),
            ("First.\n\nSecond.", 8, "First.\n\nAlbania hosts 13,300 migrants. [1] Second."),
            ("First.\n\n", 8, "First.\n\nAlbania hosts 13,300 migrants. [1]"),
            ("- one\n- ", 8, "- one\n- Albania hosts 13,300 migrants. [1]"),
            ("First.", 0, "Albania hosts 13,300 migrants. [1] First."),
            ("First.", 999, "First.\n\nAlbania hosts 13,300 migrants. [1]"),
        ],
    )
    def test_it_comes_where_the_cursor_stands(self, text: str, at_: int, stands: str) -> None:
        made, ends = writing.put_in(text, "Albania hosts 13,300 migrants. [1]", at_)
        assert made == stands
        assert made[:ends].endswith("[1]")

    def test_in_a_text_that_is_another_by_now_it_comes_at_the_end(self, at: Ground) -> None:
        paper, fatos = at.draft(), at.people["fatos"]
        writing.write(paper, "message", text="First. Second.", by=fatos)
        writing.pull(paper, "message", FACT, at=6, seen=1, by=fatos)
        row = Section.objects.get(input=paper, code="message")
        assert row.text == "First. Albania hosts 13,300 migrants. [1] Second."
        writing.pull(paper, "message", Offered("b", "Two.", "S"), at=6, seen=1, by=fatos)
        assert Section.objects.get(pk=row.pk).text == f"{row.text}\n\nTwo. [2]"

    @pytest.mark.parametrize("name", ["ana", "boris", "hana", "ion", "jan", "nobody"])
    def test_only_who_writes_pulls(self, at: Ground, name: str) -> None:
        paper = at.draft()
        with pytest.raises(PermissionDenied):
            writing.pull(paper, "message", FACT, by=at.people[name])

    def test_not_while_another_writes_the_section_nor_when_it_is_closed(self, at: Ground) -> None:
        paper = at.draft()
        saving.open_section(writing.DESK, paper.pk, "message", token="page", by=at.people["peter"])
        with pytest.raises(Held):
            writing.pull(paper, "message", FACT, by=at.people["fatos"])
        with pytest.raises(Closed):
            writing.pull(at.cleared(), "message", FACT, by=at.people["fatos"])
        assert not PulledFact.objects.exists()

    def test_of_two_who_write_at_once_nothing_is_lost(self, at: Ground) -> None:
        paper = at.draft()
        row, _lock = saving.open_section(writing.DESK, paper.pk, "message", token="a", by=at.people["fatos"])
        saving.save(writing.DESK, row, text="First.", revision=0, token="a", number=1, by=at.people["fatos"])
        saving.release(writing.DESK, row, token="a", by=at.people["fatos"])
        with pytest.raises(saving.TextConflict) as conflict:
            saving.save(writing.DESK, row, text="Second.", revision=0, token="b", number=1, by=at.people["peter"])
        assert conflict.value.kept.text == "Second."
        assert Section.objects.get(pk=row.pk).text == "First."


class TestNewer:
    def test_a_newer_value_is_told_and_takes_the_place_of_the_old(self, at: Ground, stock: dict[str, Offered]) -> None:
        paper, fatos = at.draft(), at.people["fatos"]
        old = writing.pull(paper, "message", FACT, by=fatos)
        assert reading.all_newer(paper, fatos) == []
        now = Offered(
            FACT.key, "Albania hosts 14,100 migrants.", "UN DESA, International Migrant Stock 2026", date(2026, 7, 1)
        )
        stock[FACT.key] = now
        (newer,) = reading.all_newer(paper, fatos)
        assert (newer.pulled, newer.now) == (old, now)
        writing.renew(old, now, by=fatos)
        assert Section.objects.get(input=paper, code="message").text == "Albania hosts 14,100 migrants. [1]"
        assert reading.all_newer(paper, fatos) == []
        old.refresh_from_db()
        assert old.superseded_at is not None
        assert PulledFact.objects.current().get().as_of == date(2026, 7, 1)

    def test_a_sentence_that_was_rewritten_is_changed_by_hand(self, at: Ground, stock: dict[str, Offered]) -> None:
        paper, fatos = at.draft(), at.people["fatos"]
        old = writing.pull(paper, "message", FACT, by=fatos)
        writing.write(paper, "message", text="Some 13,000 migrants live in Albania [1].", by=fatos)
        now = Offered(FACT.key, "Albania hosts 14,100 migrants.", "UN DESA 2026")
        with pytest.raises(InputRefused, match="by hand"):
            writing.renew(old, now, by=fatos)
        writing.keep(old, now, by=fatos)
        assert "13,000" in Section.objects.get(input=paper, code="message").text
        assert PulledFact.objects.current().get().text == now.text

    def test_a_source_that_is_taken_out_leaves_the_sentence(self, at: Ground) -> None:
        paper, fatos = at.draft(), at.people["fatos"]
        old = writing.pull(paper, "message", FACT, by=fatos)
        writing.drop(old, by=fatos)
        assert Section.objects.get(input=paper, code="message").text == "Albania hosts 13,300 migrants."
        assert queries.pulled(paper) == []
        again = writing.pull(paper, "message", FACT, by=fatos)
        assert again.note == 2  # an earlier version may still name the first


class TestNotes:
    def test_a_source_without_its_number_and_a_number_without_a_source_are_told(
        self, at: Ground, stock: dict[str, Offered]
    ) -> None:
        paper, fatos = at.draft(), at.people["fatos"]
        at.write_all(paper)
        writing.pull(paper, "message", FACT, by=fatos)
        assert not [one.text for one in reading.findings(paper) if "ource" in one.text]
        writing.write(paper, "message", text="Rewritten, with another [7].", by=fatos)
        stock[FACT.key] = Offered(FACT.key, "Albania hosts 14,100 migrants.", "UN DESA 2026")
        said = [one.text for one in reading.findings(paper) if not one.must]
        assert any(
            "Source [1] of “Message” is listed, but its number is no longer in the text" in text for text in said
        )
        assert any("“Message” refers to [7], but no such source is listed" in text for text in said)
        assert reading.all_newer(paper, fatos) == []


def test_a_membership_that_ended_is_not_counted(at: Ground) -> None:
    member(at.prague, "ALB", source="S")
    member(at.prague, "MDA", source="S", until="2023")
    member(at.prague, "SRB", source="S", part="former")
    Membership.objects.filter(place__code="XKX").delete()
    assert known_here.counts_of(at.prague) == {"S": {"participant": 1}}
