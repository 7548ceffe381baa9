"""The use of lessons is counted once, for people who write, and each number opens to its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from migov.foundation.people.models import Office, User
from migov.foundation.records.models import JournalEntry, Record, Visibility
from migov.work.knowledge import panel, usage, use
from migov.work.knowledge.actions import LessonError
from migov.work.knowledge.models import Answer, Lesson, Offer, Opening, Said
from migov.work.proposals.actions.writing import open_section, save
from tests.factories import proposal
from tests.work.knowledge.makers import GUARDIANS, lesson, many

People = dict[str, User]
ClientFor = Callable[[Any], Client]
TEXT = "Unaccompanied children wait for guardians; municipalities name guardians for children on arrival."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def record(people: People) -> Record:
    """A proposal of Tirana that Ana owns, with some words in its rationale."""
    made = proposal(office=Office.objects.get(code="tirana"), owner=people["ana"], places=["ALB"])
    row, _lock = open_section(made, "rationale", token="t", by=people["ana"])
    save(row, text=TEXT, revision=row.revision, token="t", by=people["ana"])
    return made.project.record


@pytest.fixture
def made(people: People) -> Lesson:
    return lesson()


def beside(client: Client, record: Record) -> str:
    """What the page loads beside the section."""
    return client.get(f"/proposals/{record.pk}/text/rationale/similar/", headers=HTMX).content.decode()


def beacon(page: str) -> str:
    """The address that the page posts to once the offers stand on it."""
    return page.split('hx-post="/lessons/offered/')[1].split('"')[0].join(["/lessons/offered/", ""])


def counts(lesson: Lesson, viewer: User) -> tuple[int, ...]:
    return tuple(use.of_lesson(lesson, viewer)[0].counts.values())


def test_an_offer_counts_once_a_day_for_a_project_and_part(
    people: People, client_for: ClientFor, made: Lesson, record: Record
) -> None:
    client = client_for(people["ana"])
    page = beside(client, record)
    assert GUARDIANS in page and "Lessons learnt" in page and "Shared words" in page
    assert Offer.objects.count() == 0  # reading alone counts nothing
    for _again in range(3):
        assert client.post(beacon(page)).status_code == 204
    offer = Offer.objects.get()
    assert (offer.lesson, offer.record, offer.section, offer.day) == (made, record, "rationale", timezone.localdate())
    usage.count_offers(record.pk, "risks", [made.pk])
    usage.count_offers(record.pk, "rationale", [made.pk], date(2026, 1, 5))
    assert Offer.objects.count() == 3


def test_what_was_not_offered_to_this_person_is_not_counted(
    people: People, client_for: ClientFor, made: Lesson, record: Record
) -> None:
    address = beacon(beside(client_for(people["ana"]), record))
    assert client_for(people["emil"]).post(address).status_code == 204
    assert client_for(people["ana"]).post(f"{address[:-3]}xx/").status_code == 204
    assert client_for(people["ana"]).get(address).status_code == 405
    ahead = {"Sec-Purpose": "prefetch;prerender"}
    assert client_for(people["ana"]).post(address, headers=ahead).status_code == 204
    assert not Offer.objects.exists()
    assert Client().post(address).status_code == 302


def test_opening_counts_once_a_day_and_leads_to_the_lesson(
    people: People, client_for: ClientFor, made: Lesson, record: Record
) -> None:
    client, path = client_for(people["ana"]), f"/lessons/{made.pk}/open/{record.pk}/rationale/"
    assert path in beside(client, record)
    client.head(path)
    client.get(path, headers={"Sec-Purpose": "prefetch"})
    assert not Opening.objects.exists()
    for _again in range(2):
        page = client.get(path, follow=True).content.decode()
    assert GUARDIANS in page and "For your project" in page and "I used this" in page
    assert counts(made, people["ana"]) == (1, 1, 0, 0)
    assert client_for(people["carla"]).get(path).status_code == 302  # who only reviews is led there and not counted
    assert Opening.objects.count() == 1


def test_who_does_not_see_the_lesson_or_the_project_opens_nothing(
    people: People, client_for: ClientFor, record: Record
) -> None:
    hidden = lesson(office="chisinau", audience=Visibility.OFFICE)
    shown = lesson(audience=Visibility.PUBLIC, places=["MDA"])
    assert client_for(people["ana"]).get(f"/lessons/{hidden.pk}/open/{record.pk}/rationale/").status_code == 404
    for who in ("boris", "ion", "jan"):  # the proposal is kept to Tirana
        assert client_for(people[who]).get(f"/lessons/{shown.pk}/open/{record.pk}/rationale/").status_code == 404, who
        answer = client_for(people[who]).post(f"/lessons/{shown.pk}/say/{record.pk}/rationale/used/")
        assert answer.status_code == 404, who
    assert not Opening.objects.exists() and not Answer.objects.exists()


def test_one_click_says_that_it_was_used_and_one_takes_it_back(
    people: People, client_for: ClientFor, made: Lesson, record: Record
) -> None:
    client, path = client_for(people["ana"]), f"/lessons/{made.pk}/say/{record.pk}/rationale/"
    page = client.post(f"{path}used/", headers=HTMX).content.decode()
    assert "used in this project" in page and "Undo" in page and "<html" not in page
    assert counts(made, people["ana"]) == (0, 0, 1, 0)
    client.post(f"{path}used/")  # twice says no more
    assert Answer.objects.count() == 1
    page = client.post(f"{path}nothing/", headers=HTMX).content.decode()
    assert "Taken back" in page
    assert counts(made, people["ana"]) == (0, 0, 0, 0) and Answer.objects.count() == 1
    verbs = JournalEntry.objects.filter(record_id=record.pk, verb__startswith="lesson").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["lesson used", "lesson answer taken back"]


def test_without_a_script_the_answer_leads_back_and_never_elsewhere(
    people: People, client_for: ClientFor, made: Lesson, record: Record
) -> None:
    client, path = client_for(people["ana"]), f"/lessons/{made.pk}/say/{record.pk}/rationale/dismissed/"
    back = f"/proposals/{record.pk}/text/rationale/similar/"
    assert client.post(path, {"next": back}).headers["Location"] == back
    assert GUARDIANS not in beside(client, record)
    assert client.post(path, {"next": "https://example.org/"}).headers["Location"].startswith(f"/lessons/{made.pk}/")
    assert client.post(f"/lessons/{made.pk}/say/{record.pk}/rationale/loved/").status_code == 404


def test_only_who_writes_or_runs_the_project_says_so(people: People, made: Lesson, record: Record) -> None:
    for who in ("boris", "carla", "dora", "fatos", "hana", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            usage.say(made, record, Said.USED, by=people[who])
    for who in ("ana", "emil", "kim"):
        usage.say(made, record, Said.USED, by=people[who])
        usage.say(made, record, None, by=people[who])
    hidden = lesson(office="chisinau", audience=Visibility.OFFICE)
    with pytest.raises(LessonError):
        usage.say(hidden, record, Said.USED, by=people["ana"])


def test_the_database_keeps_one_answer_for_a_lesson_and_a_project(people: People, made: Lesson, record: Record) -> None:
    usage.say(made, record, Said.USED, by=people["ana"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(lesson=made, record=record, said=Said.DISMISSED)


# The page


@pytest.fixture
def counted(people: People, made: Lesson, record: Record) -> Lesson:
    """Two lessons and some use of them in two months and two projects."""
    other, elsewhere = lesson("Interpreters are missing at night."), proposal(title="Elsewhere").project.record
    today = timezone.localdate()
    for day in (today, use.months_back(today, 2), use.months_back(today, 30)):
        usage.count_offers(record.pk, "rationale", [made.pk, other.pk], day)
    usage.count_offers(elsewhere.pk, "risks", [made.pk], today)
    usage.count_opening(made, record, "rationale", by=people["ana"])
    usage.say(made, record, Said.USED, by=people["ana"], section="rationale")
    usage.say(other, record, Said.DISMISSED, by=people["ana"], section="rationale")
    return made


def test_numbers_by_month_lesson_project_and_part(people: People, counted: Lesson, record: Record) -> None:
    asked = use.Asked(since=use.months_back(timezone.localdate(), 11))

    def lines(by: str, asked: use.Asked = asked) -> dict[str, tuple[int, ...]]:
        return {line.label: tuple(line.counts.values()) for line in use.table(by, asked, people["emil"])}

    assert list(lines(use.MONTH).values()) == [(3, 1, 1, 1), (2, 0, 0, 0)]
    assert lines(use.LESSON) == {GUARDIANS: (3, 1, 1, 0), "Interpreters are missing at night.": (2, 0, 0, 1)}
    assert lines(use.PROJECT) == {record.title: (4, 1, 1, 1), "Elsewhere": (1, 0, 0, 0)}
    assert lines(use.SECTION) == {"Rationale": (4, 1, 1, 1), "Risks": (1, 0, 0, 0)}
    for by in use.BYS:
        total = use.totals(use.table(by, asked, people["emil"])).counts
        assert tuple(total.values()) == (5, 1, 1, 1)
    assert sum(line[0] for line in lines(use.MONTH, use.Asked()).values()) == 7


def test_every_number_opens_to_its_rows(people: People, client_for: ClientFor, counted: Lesson) -> None:
    client = client_for(people["emil"])
    for by in use.BYS:
        page = client.get(f"/lessons/use/?by={by}").content.decode()
        links = [part.split('">') for part in page.split('href="/lessons/use/rows/?')[1:]]
        assert len(links) > 4
        for query, rest in ((link[0], link[1]) for link in links):
            rows = client.get(f"/lessons/use/rows/?{query.replace('&amp;', '&')}")
            assert rows.context["page"].paginator.count == int(rest.split("<")[0]), query
    page = client.get("/lessons/use/rows/?what=used").content.decode()
    assert GUARDIANS in page and "Rationale" in page and "ana" in page


def test_the_page_counts_only_what_one_may_see(people: People, client_for: ClientFor, counted: Lesson) -> None:
    boris = client_for(people["boris"])  # sees neither proposal: both are kept to other offices
    assert "No lesson was offered" in boris.get("/lessons/use/").content.decode()
    assert "Elsewhere" not in boris.get("/lessons/use/rows/").content.decode()
    for who in ("ion", "jan", "nobody"):
        for path in ("use/", "use/rows/", "use/export.csv", "use/rows/export.csv"):
            assert client_for(people[who]).get(f"/lessons/{path}").status_code == 403, (who, path)


def test_the_tables_are_files_too(people: People, client_for: ClientFor, counted: Lesson) -> None:
    client = client_for(people["emil"])

    def table(path: str) -> list[dict[str, str]]:
        sent = client.get(f"/lessons/use/{path}")
        return list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]

    assert [row["Offered"] for row in table("export.csv?by=lesson")] == ["3", "2"]
    rows = table("rows/export.csv?what=opened")
    assert [(row["Lesson"], row["Person"], row["Part"]) for row in rows] == [(GUARDIANS, "ana", "Rationale")]
    assert client.get("/lessons/use/export.xlsx").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["use/?by=x", "use/?month=2026-13", "use/?lesson=x", "use/rows/?what=x", "use/export.pdf", "use/rows/export.x"],
)
def test_what_cannot_be_asked_is_not_found(people: People, client_for: ClientFor, path: str) -> None:
    assert client_for(people["emil"]).get(f"/lessons/{path}").status_code == 404


def test_the_list_sorts_by_use_and_the_page_shows_it(people: People, client_for: ClientFor, counted: Lesson) -> None:
    client = client_for(people["emil"])
    page = client.get("/lessons/?sort=-used").content.decode()
    assert page.index(GUARDIANS) < page.index("Interpreters are missing")
    page = client.get(f"/lessons/{counted.pk}/").content.decode()
    assert "Used in" in page and "For your project" not in page


def test_the_panel_of_a_project_shows_what_was_learnt_and_used(
    people: People, counted: Lesson, record: Record, django_assert_max_num_queries: Any
) -> None:
    lesson("Learnt right here.", source=record.pk)
    request = RequestFactory().get("/")
    request.user = people["ana"]
    with django_assert_max_num_queries(8):
        html = panel.render(request, record)
    assert "Learnt right here." in html and GUARDIANS in html and f"/lessons/new/?source={record.pk}" in html
    assert "Interpreters are missing" not in html


def test_queries_do_not_grow_with_use(
    people: People, client_for: ClientFor, record: Record, django_assert_max_num_queries: Any
) -> None:
    many(40)
    keys = list(Lesson.objects.values_list("pk", flat=True))
    for start in range(0, 40, 20):
        usage.count_offers(record.pk, "rationale", keys[start : start + 20])
    client = client_for(people["emil"])
    client.get("/lessons/use/?by=lesson")
    for path in ("?by=lesson", "?by=month", "rows/?what=offered"):
        with django_assert_max_num_queries(16):
            client.get(f"/lessons/use/{path}")
