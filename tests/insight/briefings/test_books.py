"""A briefing book: drawn from every room, refreshed at the click, each edition kept, what changed said."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from docx import Document as Docx

from migov.foundation.people.models import Theme, User
from migov.foundation.places.actions import load_places
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordTheme
from migov.insight.briefings import actions, content
from migov.insight.briefings.models import Book
from migov.work.cooperation.models import AgendaItem, Commitment, Delegation, Outcome
from tests.factories import ThemeFactory, cast, project
from tests.work.cooperation import making as talks
from tests.work.policy.making import legal_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    load_places()
    return cast()


@pytest.fixture
def moldova(people: dict[str, User]) -> Place:
    return Place.objects.get(code="MDA")


def begin(by: User, places: list[Place], **more: Any) -> Book:
    return actions.begin(
        **{"title": "Briefing for Chisinau", "by": by, "places": places, "parts": ["laws", "meetings"], **more}
    )


def words(book: Book) -> dict[str, list[str]]:
    edition = book.editions.order_by("-number").first()
    assert edition is not None
    return {
        block.code: [line.cells[0] for line in block.lines]
        for chapter in content.chapters_of(edition.content)
        for block in chapter.blocks
    }


def test_a_book_holds_the_parts_that_were_chosen_for_each_country(people: dict[str, User], moldova: Place) -> None:
    legal_text(title="Law on Asylum")
    talks.meeting(country=moldova, day=date(2099, 1, 1), title="Forum")
    book = begin(people["fatos"], [moldova])
    assert words(book) == {"laws": ["Law on Asylum"], "meetings": ["Forum"]}
    assert book.record.visibility == "office" and book.record.kind == "briefing"


def test_a_refresh_makes_an_edition_only_when_something_changed_and_says_what(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    text = legal_text(title="Law on Asylum")
    book = begin(people["fatos"], [moldova])
    assert actions.refresh(book, by=people["fatos"]) is None and book.editions.count() == 1
    legal_text(title="Law on Labour Migration")
    text.status = "repealed"
    type(text).objects.filter(pk=text.pk).update(status="repealed")
    client.force_login(people["fatos"])
    page = client.post(f"/briefings/{book.pk}/refresh/", follow=True).content.decode()
    assert "Law on Labour Migration" in page and "Before:" in page and "edition 2" in page
    assert "nothing has changed" not in page.lower()
    assert "Nothing has changed" in client.post(f"/briefings/{book.pk}/refresh/", follow=True).content.decode()
    first = client.get(f"/briefings/{book.pk}/editions/1/").content.decode()
    assert "earlier edition" in first and "Law on Labour Migration" not in first
    assert client.get(f"/briefings/{book.pk}/editions/1/changes/").status_code == 404


def test_a_book_for_a_meeting_knows_who_comes_what_was_said_and_what_is_open(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    process = talks.mechanism(title="Prague Process")
    before = talks.meeting(process, day=date(2024, 10, 24), title="Fourth conference", state="held")
    Outcome.objects.create(meeting=before, kind="declaration", text="Joint declaration on skills")
    Commitment.objects.create(
        record=talks.record("commitment", title="Share visa data"), mechanism=process, place=moldova
    )
    meeting = talks.meeting(process, day=date(2099, 5, 1), title="Fifth conference")
    AgendaItem.objects.create(meeting=meeting, title="Labour mobility", ours=True)
    Delegation.objects.create(meeting=meeting, place=moldova, functions="Minister of Labour")
    talks.paper(mechanism=process, title="On skills", state="delivered", filed=True, delivered_on=date(2024, 10, 24))
    client.force_login(people["fatos"])
    form = client.get(f"/briefings/new/?meeting={meeting.pk}").content.decode()
    assert "Briefing: Fifth conference" in form
    parts = [
        f"meeting-{code}" for code in ("meeting", "agenda", "delegations", "last-time", "commitments", "positions")
    ]
    book = begin(people["fatos"], [moldova], meeting=meeting, parts=[*parts, "commitments"])
    found = words(book)
    assert "Joint declaration on skills" in str(book.editions.get().content)
    assert found["delegations"] == ["Invited"] and found["positions"] == ["On skills"]
    assert found["commitments"] == ["Share visa data"] and found["last-time"] == ["Fourth conference"]
    page = client.get(f"/briefings/{book.pk}/").content.decode()
    assert "Labour mobility" in page and "we speak" in page and "Minister of Labour" in page
    beside = client.get(f"/cooperation/meetings/{meeting.pk}/").content.decode()
    assert "Briefing for Chisinau" in beside and f"/briefings/new/?meeting={meeting.pk}" in beside


def test_themes_narrow_what_was_said(people: dict[str, User], moldova: Place) -> None:
    labour: Theme = ThemeFactory(code="labour")
    on_labour = talks.paper(
        place=moldova, title="On labour", state="delivered", filed=True, delivered_on=date(2024, 1, 1)
    )
    RecordTheme.objects.create(record=on_labour.record, theme=labour)
    talks.paper(place=moldova, title="On borders", state="delivered", filed=True, delivered_on=date(2024, 1, 1))
    assert words(begin(people["fatos"], [moldova], parts=["positions"], themes=[labour])) == {
        "positions": ["On labour"]
    }
    assert len(words(begin(people["fatos"], [moldova], parts=["positions"]))["positions"]) == 2


def test_as_documents_with_sources_and_what_is_not_known(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    legal_text(title="Law on Asylum", citation="Law no. 270/2008")
    book = begin(people["fatos"], [moldova], note="Watch the vote on asylum.")
    client.force_login(people["fatos"])
    answer = client.get(f"/briefings/{book.pk}/editions/1.docx")
    made = Docx(BytesIO(answer.content))
    text = "\n".join(one.text for one in made.paragraphs) + "\n".join(
        cell.text for table in made.tables for row in table.rows for cell in row.cells
    )
    for expected in (
        "Watch the vote on asylum.",
        "Law on Asylum",
        "Law no. 270/2008",
        "Nothing is known here on: Meetings",
        "For internal use.",
    ):
        assert expected in text, expected
    assert client.get(f"/briefings/{book.pk}/editions/1.pdf").content[:4] == b"%PDF"
    assert client.get(f"/briefings/{book.pk}/editions/1.odt").status_code == 404
    assert client.get(f"/briefings/{book.pk}/editions/7/").status_code == 404


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    client.force_login(people["fatos"])
    answer = client.post(
        "/briefings/new/", {"title": "My words", "starts": "2026-05-01", "ends": "2026-01-01", "parts": ["laws"]}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "My words" in page and "ends before it starts" in page and "Choose countries, or a meeting." in page
    assert not Book.objects.exists()
    with pytest.raises(actions.BookRefused, match="at least one part"):
        begin(people["fatos"], [moldova], parts=[])


def test_two_people_who_change_a_book_do_not_overwrite_each_other(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    book = begin(people["fatos"], [moldova])
    given = {"title": "Later words", "places": [moldova.pk], "parts": ["laws"], "revision": 1}
    client.force_login(people["fatos"])
    assert client.post(f"/briefings/{book.pk}/change/", given).status_code == 302
    late = client.post(f"/briefings/{book.pk}/change/", given | {"title": "Other words"})
    assert late.status_code == 422 and "Somebody changed this book" in late.content.decode()
    assert Record.objects.get(pk=book.pk).title == "Later words"


def test_only_the_office_of_its_maker_reads_a_book_and_only_its_owner_changes_it(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    ours, regional = begin(people["ana"], [moldova]), begin(people["fatos"], [moldova])
    expected = {
        "ana": (200, 404),
        "boris": (404, 404),
        "hana": (200, 200),
        "ion": (403, 403),
        "jan": (403, 403),
        "nobody": (403, 403),
    }
    for who, statuses in expected.items():
        client.force_login(people[who])
        for book, status in zip((ours, regional), statuses, strict=True):
            for address in ("", "editions/1/", "editions/1.docx"):
                assert client.get(f"/briefings/{book.pk}/{address}").status_code == status, (who, book.pk, address)
        assert client.get("/briefings/").status_code == (200 if who in ("ana", "boris", "hana") else 403), who
    for step in ("refresh", "remove"):
        client.force_login(people["hana"])
        assert client.post(f"/briefings/{ours.pk}/{step}/").status_code == 403
    client.logout()
    assert client.get(f"/briefings/{ours.pk}/").status_code == 302
    with pytest.raises(PermissionDenied):
        begin(people["ion"], [moldova])
    actions.remove(ours, by=people["ana"])
    client.force_login(people["ana"])
    assert client.get(f"/briefings/{ours.pk}/").status_code == 404


def test_a_list_of_many_books_asks_few_questions(
    people: dict[str, User], moldova: Place, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        begin(people["fatos"], [moldova], title=f"Book {number}")
    client.force_login(people["fatos"])
    client.get("/briefings/")
    with django_assert_max_num_queries(16):
        assert "Book 11" in client.get("/briefings/").content.decode()


def test_what_everybody_who_reads_the_book_may_see_is_in_it_and_no_more(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    chisinau = people["boris"].standing[0].office
    project(title="Kept to Chisinau", visibility="office", office=chisinau, places={"MDA": None}, stage="active")
    project(title="Seen by all offices", visibility="internal", office=chisinau, places={"MDA": None}, stage="active")
    ours = begin(people["ana"], [moldova], parts=["projects"])
    client.force_login(people["fatos"])
    client.post(f"/briefings/{ours.pk}/refresh/")
    titles = " ".join(words(ours)["projects"])
    assert "Seen by all offices" in titles and "Kept to Chisinau" not in titles
    regional = " ".join(words(begin(people["fatos"], [moldova], parts=["projects"]))["projects"])
    assert "Kept to Chisinau" in regional


def test_words_are_kept_without_what_disguises_them(people: dict[str, User], moldova: Place) -> None:
    book = begin(people["fatos"], [moldova], title="For\u202e Chisinau\r\n now", note="One\r\ntwo\x07")
    assert book.record.title == "For Chisinau now" and book.note == "One\ntwo"
    with pytest.raises(actions.BookRefused, match="title"):
        begin(people["fatos"], [moldova], title=" \u200b ")


def test_a_book_that_was_taken_out_meanwhile_is_not_drawn_anew(people: dict[str, User], moldova: Place) -> None:
    book = begin(people["fatos"], [moldova])
    actions.remove(book, by=people["fatos"])
    with pytest.raises(actions.BookRefused, match="taken from the list"):
        actions.refresh(book, by=people["fatos"])


def test_keys_and_choices_that_no_database_has_room_for(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    book, client.raise_request_exception = begin(people["fatos"], [moldova]), False
    client.force_login(people["fatos"])
    much = "9" * 30
    assert client.get(f"/briefings/{much}/").status_code == 404
    assert client.get(f"/briefings/{book.pk}/editions/{much}/").status_code == 404
    assert client.get("/briefings/new/", {"meeting": much}).status_code == 200
    for field in ("places", "meeting", "themes"):
        answer = client.post("/briefings/new/", {"title": "Mine", "parts": ["laws"], field: much})
        assert answer.status_code == 422 and "Select a valid choice" in answer.content.decode(), field


def test_a_book_on_a_whole_region_can_be_carried(people: dict[str, User], moldova: Place, client: Client) -> None:
    """Of many countries each part is shorter, without headings that would fill the contents; the edition keeps every line."""
    for number in range(12):
        legal_text(title=f"Bill {number}")
    places = list(Place.objects.filter(is_territory=True).order_by("short_name")[:7])
    few, many = begin(people["fatos"], [moldova]), begin(people["fatos"], [*{*places, moldova}])
    assert len(words(many)["laws"]) <= 12 and content.drawn(many, people["fatos"])
    client.force_login(people["fatos"])
    shown = {book.pk: client.get(f"/briefings/{book.pk}/").content.decode() for book in (few, many)}
    assert shown[few.pk].count(">Bill ") == 12 and "Law and policy" in shown[few.pk]
    assert shown[many.pk].count(">Bill ") == 7 and "5 further lines are not shown" in shown[many.pk]
    assert "Law and policy" not in shown[many.pk] and "In this book" in shown[many.pk]


def test_what_was_written_for_the_demonstration_says_so(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    told = "Partly illustrative"
    client.force_login(people["fatos"])
    assert told not in client.get(f"/briefings/{begin(people['fatos'], [moldova]).pk}/").content.decode()
    project(title="Shown", places={"MDA": None}, illustrative=True)
    assert told in client.get(f"/briefings/{begin(people['fatos'], [moldova]).pk}/").content.decode()


def test_for_a_meeting_the_form_chooses_its_themes_and_what_matters_of_each_country(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    meeting = talks.meeting(talks.mechanism(), day=date(2099, 5, 1))
    Delegation.objects.create(meeting=meeting, place=moldova)
    labour: Theme = ThemeFactory(code="labour", name="Labour migration")
    RecordTheme.objects.create(record=meeting.record, theme=labour)
    client.force_login(people["fatos"])
    initial = client.get(f"/briefings/new/?meeting={meeting.pk}").context["form"].initial
    assert initial["themes"] == [labour] and initial["places"] == [moldova]
    assert "commitments" in initial["parts"] and "mechanisms" not in initial["parts"]
