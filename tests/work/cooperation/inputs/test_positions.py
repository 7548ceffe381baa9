"""The library of past positions: what did we say, when, where and by whom."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from migov.foundation.people.models import Theme
from migov.foundation.records.models import Record, Visibility
from migov.services.matching.texts import stem
from migov.work.cooperation.inputs import positions
from migov.work.cooperation.inputs.actions import filing, life, writing
from migov.work.cooperation.inputs.actions.ground import InputRefused
from migov.work.cooperation.inputs.actions.life import Wanted
from migov.work.cooperation.inputs.positions import Hit, Narrowing
from migov.work.cooperation.models import Input
from tests.factories import PlaceFactory, ThemeFactory
from tests.work.cooperation.inputs.conftest import Ground
from tests.work.cooperation.making import mechanism, position

LABOUR = "Labour mobility works where recruitment is fair and workers know their rights before they leave."
BORDERS = "Borders are managed by people, and people need training."


@pytest.fixture
def library(at: Ground) -> Ground:
    budapest = mechanism("budapest")
    position(
        f"Thank you, Chair.\n\n{LABOUR}",
        mechanism=at.prague,
        themes=("labour",),
        title="Statement in Prague",
        became="Taken up.",
    )
    position(
        BORDERS,
        mechanism=budapest,
        day=date(2022, 3, 1),
        themes=("borders",),
        type="points",
        place=PlaceFactory(code="MDA"),
    )
    position("Labour ministries should meet each year.", mechanism=budapest, day=date(2023, 3, 1), themes=("labour",))
    return at


def texts(found: list[Hit]) -> list[str]:
    return [hit.passage.text for hit in found]


class TestSearch:
    def test_a_theme_is_found_by_its_name(self, library: Ground) -> None:
        Theme.objects.filter(code="borders").update(name="Immigration and border governance")
        position("Officers need training.", mechanism=library.prague, themes=("borders",))
        found = positions.search("immigration", library.people["fatos"])
        assert "Officers need training." in texts(found)
        assert not any(is_word for hit in found for _text, is_word in hit.runs)

    def test_the_question_of_the_office_finds_the_paragraph(self, library: Ground) -> None:
        asked = "what did we say on labour mobility in the Prague Process?"
        first = positions.search(asked, library.people["fatos"])[0]
        assert first.passage.text == LABOUR
        assert first.paper.record.title == "Statement in Prague"
        marked = {stem(text.lower()) for text, is_word in first.runs if is_word}
        assert marked == {"labour", "mobil"}
        assert "".join(text for text, _is_word in first.runs) == LABOUR

    def test_a_mechanism_alone_finds_what_was_said_in_it(self, library: Ground) -> None:
        assert texts(positions.search("Prague", library.people["fatos"])) == ["Thank you, Chair.", LABOUR]

    def test_conditions_narrow_it(self, library: Ground) -> None:
        fatos, labour = library.people["fatos"], Theme.objects.get(code="labour")
        assert len(positions.search("labour", fatos)) == 2
        assert texts(positions.search("labour", fatos, Narrowing(mechanism=library.prague))) == [LABOUR]
        assert len(positions.search("", fatos, Narrowing(theme=labour))) == 2
        assert texts(positions.search("", fatos, Narrowing(year=2022))) == [BORDERS]
        assert texts(positions.search("", fatos, Narrowing(type="points"))) == [BORDERS]
        assert texts(positions.search("", fatos, Narrowing(place=PlaceFactory(code="MDA")))) == [BORDERS]
        assert positions.search("labour", fatos, Narrowing(year=2019)) == []

    def test_without_words_the_newest_come_first(self, library: Ground) -> None:
        days = [hit.paper.delivered_on for hit in positions.search("", library.people["fatos"])]
        assert days == [date(2024, 5, 3), date(2023, 3, 1), date(2022, 3, 1)]

    @pytest.mark.parametrize("asked", ["the of and", "zzzz", "?!", "\x00", "x" * 5000])
    def test_words_that_nobody_said_find_nothing(self, library: Ground, asked: str) -> None:
        assert positions.search(asked, library.people["fatos"]) == []

    @pytest.mark.parametrize("name", ["ion", "jan", "nobody"])
    def test_people_from_outside_find_nothing(self, library: Ground, name: str) -> None:
        Record.objects.filter(kind="input").update(visibility=Visibility.PUBLIC)
        assert positions.search("labour", library.people[name]) == []
        assert positions.search("", library.people[name]) == []

    def test_what_is_kept_to_one_office_is_found_by_its_people_only(self, library: Ground) -> None:
        own = Input.objects.get(record__title="Statement in Prague")
        Record.objects.filter(pk=own.pk).update(visibility=Visibility.OFFICE, office=library.tirana)
        assert LABOUR in texts(positions.search("labour mobility", library.people["ana"]))
        assert LABOUR not in texts(positions.search("labour mobility", library.people["boris"]))
        assert LABOUR in texts(positions.search("labour mobility", library.people["fatos"]))

    def test_queries_do_not_grow_with_the_library(self, library: Ground, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        for number in range(30):
            position(f"Labour mobility, point {number}.", mechanism=library.prague)
        positions.search("labour", library.people["fatos"])
        with django_assert_max_num_queries(5):
            assert len(positions.search("labour mobility", library.people["fatos"])) > 20


class TestWhatIsKept:
    def test_what_is_delivered_is_found_without_what_is_for_the_speaker_and_the_notes(self, at: Ground) -> None:
        made, fatos = at.draft(), at.people["fatos"]
        at.write_all(made)
        writing.write(made, "closing", text="Apprenticeships open doors [1].", by=fatos)
        writing.write(made, "sensitive", text="Apprenticeships are contested by the host.", by=fatos)
        assert positions.search("apprenticeships", fatos) == []
        at.decide(at.hand_in(made))
        assert positions.search("apprenticeships", fatos) == []
        life.deliver(made, on=timezone.localdate(), function="Regional Director", by=fatos)
        assert texts(positions.search("apprenticeships", fatos)) == ["Apprenticeships open doors."]

    def test_what_is_taken_out_is_found_no_more(self, library: Ground) -> None:
        fatos = library.people["fatos"]
        own = Input.objects.get(record__title="Statement in Prague")
        life.take_out(own, reason="Filed twice.", by=fatos)
        assert LABOUR not in texts(positions.search("labour mobility", fatos))

    def test_a_long_paragraph_is_cut_between_sentences(self, at: Ground) -> None:
        position(" ".join(f"Sentence {number} speaks of harvests and of roads." for number in range(60)))
        found = texts(positions.search("harvests", at.people["fatos"]))
        assert len(found) > 2
        assert all(text.startswith("Sentence") and text.endswith(".") for text in found)


class TestFiling:
    def file(self, at: Ground, **fields: object) -> Input:
        said = {
            "on": date(2023, 10, 4),
            "function": "Head of mission",
            "text": LABOUR,
            "by": at.people["fatos"],
            **fields,
        }
        wanted = Wanted("Statement of 2023", "statement", mechanism=at.prague, themes=[ThemeFactory(code="labour")])
        return filing.file_position(wanted, **said)  # type: ignore[arg-type]

    def test_an_earlier_position_is_filed_as_it_was_delivered(self, at: Ground) -> None:
        made = self.file(at, became="Taken up in the declaration.")
        assert (made.state, made.filed, made.delivered_on) == ("delivered", True, date(2023, 10, 4))
        (found,) = positions.search("recruitment", at.people["fatos"], Narrowing(year=2023))
        assert (found.paper, found.paper.delivered_by, found.paper.became) == (
            made,
            "Head of mission",
            "Taken up in the declaration.",
        )

    def test_as_a_document_too(self, at: Ground) -> None:
        document = ContentFile(LABOUR.encode(), name="speech.txt")
        made = self.file(at, text="", documents=[document])
        (found,) = positions.search("recruitment", at.people["fatos"])
        assert found.paper == made
        assert found.passage.document == made.record.documents.get().pk

    def test_what_is_missing_names_its_field(self, at: Ground) -> None:
        for fields, field in (({"text": " "}, "text"), ({"on": date(2999, 1, 1)}, "on")):
            with pytest.raises(InputRefused) as refused:
                self.file(at, **fields)
            assert refused.value.field == field
        bad = ContentFile(b"MZ\x90\x00", name="speech.exe")
        with pytest.raises(InputRefused) as refused:
            self.file(at, documents=[bad])
        assert refused.value.field == "file"
        assert not Input.objects.exists()

    @pytest.mark.parametrize("name", ["hana", "galina", "ion", "jan", "nobody"])
    def test_others_file_nothing(self, at: Ground, name: str) -> None:
        with pytest.raises(PermissionDenied):
            self.file(at, by=at.people[name])
        assert not Input.objects.exists()
