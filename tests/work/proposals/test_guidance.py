"""What stands beside a section: similar projects with the words they share, elements that fit, hints of other rooms."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace, Visibility
from migov.services.alignment import actions as alignments
from migov.services.suggestions import hints, sources
from migov.work.proposals import similar
from migov.work.proposals.queries import elements
from tests.factories import element, project
from tests.work.proposals.writers import Desk, desk

GUARDIANS = (
    "Unaccompanied children wait for a guardian. Municipal centres assess the needs of each child and refer them."
)
TRAFFICKING = (
    "Border police identify victims of trafficking in persons and refer them to shelters; traffickers are prosecuted. "
    "Victims of human trafficking are protected and assisted."
)


@pytest.fixture
def at(people: dict[str, User]) -> Desk:
    similar.forget()
    project(
        title="Labour market information", summary="Vacancies and skills of returning workers are published monthly."
    )
    project(title="Border statistics", summary="Crossings are counted at every post.")
    return desk(people, summary="")


def test_a_like_project_comes_first_and_says_why(at: Desk) -> None:
    like = project(
        title="Guardianship for children", summary="Guardians for unaccompanied children in municipal centres."
    )
    found = similar.similar(at.proposal.project.record, GUARDIANS, at.ana)
    assert [one.record for one in found] == [like.record]
    assert "unaccompanied children" in found[0].shared
    assert 0 < found[0].likeness <= 1


def test_the_project_itself_is_not_like_itself(at: Desk) -> None:
    Record.objects.filter(pk=at.proposal.pk).update(summary=GUARDIANS, revision=7)
    assert at.proposal.pk not in [
        one.record.pk for one in similar.similar(at.proposal.project.record, GUARDIANS, at.ana)
    ]


def test_only_what_the_viewer_may_see_is_shown(at: Desk, people: dict[str, User]) -> None:
    hidden = project(
        title="Guardianship",
        summary=GUARDIANS,
        office=Office.objects.get(code="chisinau"),
        visibility=Visibility.OFFICE,
    )
    record = at.proposal.project.record
    assert hidden.record not in [one.record for one in similar.similar(record, GUARDIANS, at.ana)]
    assert hidden.record in [one.record for one in similar.similar(record, GUARDIANS, people["boris"])]


def test_among_equals_the_same_country_comes_first(at: Desk) -> None:
    record = at.proposal.project.record
    place = Place.objects.get(code="ALB")
    RecordPlace.objects.create(record=record, place=place, recorded_at=record.created_at)
    project(title="Guardianship one", summary=GUARDIANS, places={"MDA": None})
    here = project(title="Guardianship two", summary=GUARDIANS, places={"ALB": None})
    found = similar.similar(record, GUARDIANS, at.ana)
    assert found[0].record == here.record
    assert (found[0].same_place, found[1].same_place) == (True, False)


def test_what_changed_in_the_register_is_read_again_and_nothing_else(at: Desk) -> None:
    record = at.proposal.project.record
    other = project(title="Something else", summary="Roads are built.")
    assert similar.similar(record, GUARDIANS, at.ana) == []
    Record.objects.filter(pk=other.record.pk).update(summary=GUARDIANS, revision=2)
    for _again in range(2):
        assert [one.record for one in similar.similar(record, GUARDIANS, at.ana)] == [other.record]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        similar.similar(record, GUARDIANS, at.ana)
    assert len(asked) <= 5
    Record.objects.filter(pk=other.record.pk).update(removed_at=record.created_at)
    assert similar.similar(record, GUARDIANS, at.ana) == []


def test_words_that_nobody_else_has_find_nothing(at: Desk) -> None:
    assert similar.similar(at.proposal.project.record, "Zxqv wvut.", at.ana) == []
    assert similar.similar(at.proposal.project.record, "", at.ana) == []


# Elements


def test_elements_fit_with_the_words_that_suggested_them(at: Desk) -> None:
    element("10")
    found = {
        str(row.element): row
        for _framework, rows in elements.fitting(at.proposal.project.record, TRAFFICKING)
        for row in rows
    }
    ten = found["GCM 10"]
    assert any("trafficking" in word for word in ten.words)
    assert not ten.declared


def test_declared_elements_say_so_and_rejected_ones_are_left_out(at: Desk) -> None:
    record = at.proposal.project.record
    alignments.declare(record, element("10"), by=at.ana)
    rows = [row for _framework, some in elements.fitting(record, TRAFFICKING) for row in some]
    assert [row.declared for row in rows if row.element == element("10")] == [True]
    assert elements.declared(record) == [element("10")]
    standing = alignments.Alignment.objects.current().get(record=record)
    alignments.reject(standing, by=at.ana)
    rows = [row for _framework, some in elements.fitting(record, TRAFFICKING) for row in some]
    assert element("10") not in [row.element for row in rows]
    assert elements.declared(record) == []


def test_a_framework_that_ended_before_the_project_starts_is_not_suggested(at: Desk) -> None:
    record = at.proposal.project.record
    framework = element("10").framework
    for ended, is_there in ((date(2024, 12, 31), False), (date(2027, 1, 1), True), (None, True)):
        framework.valid_to = ended
        framework.save()
        Record.objects.filter(pk=record.pk).update(starts=date(2027, 1, 1), ends=None)
        record.refresh_from_db()
        assert (framework in [one for one, _rows in elements.fitting(record, TRAFFICKING)]) == is_there


def test_a_few_words_or_another_language_suggest_nothing(at: Desk) -> None:
    record = at.proposal.project.record
    assert elements.fitting(record, "Trafficking in persons.") == []
    assert (
        elements.fitting(
            record, "Пограничная полиция выявляет жертв торговли людьми и направляет их в приюты для помощи."
        )
        == []
    )


# Hints of other rooms


def test_rooms_that_know_something_register_and_are_shown_when_they_do(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "_PROVIDERS", {})
    asked = hints.Asked(at.proposal.project.record, "rationale", GUARDIANS, at.ana)
    assert hints.hints(asked) == []
    lessons = hints.Provider("lessons", "Lessons", lambda of: [hints.Hint(f"About {of.section} {n}") for n in range(9)])
    hints.register(lessons)
    hints.register(hints.Provider("silent", "Silent", lambda of: []))
    hints.register(lessons)
    [(provider, given)] = hints.hints(asked)
    assert (provider, len(given), given[0].title) == (lessons, hints.MOST, "About rationale 0")
    with pytest.raises(ValueError, match="lessons"):
        hints.register(hints.Provider("lessons", "Others", lambda of: []))


# The matcher's sources


def test_a_room_above_adds_what_is_read_of_a_kind(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_READERS", {})
    with pytest.raises(KeyError):
        sources.extend("thing", lambda keys: {})
    sources.register("thing", lambda keys: {key: [sources.Part("own", "Title")] for key in keys if key != 3})
    sources.extend("thing", lambda keys: {key: [sources.Part("added", "Section")] for key in keys if key != 1})
    read = sources._READERS["thing"]([1, 2, 3])
    assert {key: [part.text for part in parts] for key, parts in read.items()} == {
        1: ["own"],
        2: ["own", "added"],
        3: ["added"],
    }


def test_the_sections_are_read_with_the_project(at: Desk) -> None:
    at.save(GUARDIANS, by=at.ana, revision=0)
    record = at.proposal.project.record
    wording = sources.wordings([record])[record.pk]
    assert [str(part.label) for part in wording.parts] == ["Title", "Rationale"]
    assert GUARDIANS in wording.text
