"""The pages of lessons, as people read and fill them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from migov.foundation.people.models import Office, User
from migov.foundation.records.models import Visibility
from migov.work.knowledge import actions
from migov.work.knowledge.models import Lesson, State
from migov.work.knowledge.search import find
from tests.factories import project
from tests.work.knowledge.makers import ADVICE, GUARDIANS, draft, lesson, many

People = dict[str, User]
ClientFor = Callable[[Any], Client]
MARKET = "Vacancies change faster than a yearly survey sees."


@pytest.fixture
def written(people: People) -> dict[str, Any]:
    """What Ana types into the form."""
    return {
        "statement": GUARDIANS, "kind": "failed", "advice": ADVICE, "context": "In 2024.", "cycle": "design",
        "office": Office.objects.get(code="tirana").pk, "audience": "internal", "sections": ["risks", "rationale"],
    }  # fmt: skip


def words(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_lesson_is_written_and_read(people: People, client_for: ClientFor, written: dict[str, Any]) -> None:
    client = client_for(people["ana"])
    answer = client.post("/lessons/new/", written, follow=True)
    page = answer.content.decode()
    assert "The lesson is proposed" in page
    for said in (GUARDIANS, ADVICE, "In 2024.", "Risks", "What did not work", "design"):
        assert said in page
    made = Lesson.objects.get()
    assert answer.redirect_chain[-1][0] == f"/lessons/{made.pk}/"


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    people: People, client_for: ClientFor, written: dict[str, Any]
) -> None:
    wrong = written | {"source": "NO-SUCH", "source_link": "ftp://example.org", "advice": "  Keep me  "}
    answer = client_for(people["ana"]).post("/lessons/new/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and "no work with this reference" in page and "Keep me" in page
    answer = client_for(people["ana"]).post("/lessons/new/", wrong | {"source": ""})
    assert "begins with https://" in answer.content.decode()
    assert not Lesson.objects.exists()


def test_a_new_form_knows_the_work_it_comes_from(people: People, client_for: ClientFor) -> None:
    record = project(reference="TIR-1", office=Office.objects.get(code="tirana"), places={"ALB": None}).record
    page = words(client_for(people["ana"]), f"/lessons/new/?source={record.pk}")
    assert 'value="TIR-1"' in page
    place = record.places.get().place_id
    assert any(f'value="{place}"' in part and "checked" in part for part in page.split("<input"))
    hidden = project(office=Office.objects.get(code="chisinau"), visibility=Visibility.OFFICE, reference="CHI-1").record
    assert "CHI-1" not in words(client_for(people["ana"]), f"/lessons/new/?source={hidden.pk}")
    assert client_for(people["ana"]).get("/lessons/new/?source=1e9").status_code == 200


def test_a_source_that_the_reader_may_not_see_is_not_named(people: People, client_for: ClientFor) -> None:
    hidden = project(title="Secret plan", office=Office.objects.get(code="tirana"), visibility=Visibility.OFFICE).record
    made = lesson(source=hidden.pk, source_text="Review 2024")
    assert "Secret plan" in words(client_for(people["ana"]), f"/lessons/{made.pk}/")
    page = words(client_for(people["boris"]), f"/lessons/{made.pk}/")
    assert "Secret plan" not in page and "Review 2024" in page
    assert "Secret plan" not in words(client_for(people["boris"]), "/lessons/")
    assert made.record.title not in words(client_for(people["boris"]), "/lessons/?from=project")
    assert made.record.title in words(client_for(people["ana"]), "/lessons/?from=project")


def test_nearly_the_same_is_shown_once_before_it_is_saved(
    people: People, client_for: ClientFor, written: dict[str, Any]
) -> None:
    old = lesson()
    lesson(MARKET, advice="Ask employers each month.")
    client = client_for(people["ana"])
    again = written | {"statement": "Name the guardians of unaccompanied children before the first arrivals."}
    answer = client.post("/lessons/new/", again)
    page = answer.content.decode()
    assert answer.status_code == 409 and "nearly said already" in page and old.record.reference in page
    assert MARKET not in page and Lesson.objects.count() == 2
    answer = client.post("/lessons/new/", again | {"looked": str(old.pk)})
    assert answer.status_code == 302 and Lesson.objects.count() == 3


def test_near_duplicates_that_one_may_not_see_stay_unseen(
    people: People, client_for: ClientFor, written: dict[str, Any]
) -> None:
    lesson(office="chisinau", audience=Visibility.OFFICE)
    assert client_for(people["ana"]).post("/lessons/new/", written).status_code == 302


def test_a_lesson_is_changed_and_a_change_meanwhile_is_told(people: People, client_for: ClientFor) -> None:
    made = actions.add(draft(office="tirana", places=["ALB"], sections=["own-code"]), by=people["ana"])
    client = client_for(people["ana"])
    form = client.get(f"/lessons/{made.pk}/edit/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    assert sent["sections"] == ["own-code"]
    assert client.post(f"/lessons/{made.pk}/edit/", sent | {"context": "First"}).status_code == 302
    answer = client.post(f"/lessons/{made.pk}/edit/", sent | {"context": "Second"})
    assert answer.status_code == 409 and "Somebody changed this lesson" in answer.content.decode()
    stands = answer.context["form"]["stands"].value()
    assert client.post(f"/lessons/{made.pk}/edit/", sent | {"context": "Second", "stands": stands}).status_code == 302
    assert Lesson.objects.get(pk=made.pk).context == "Second"


def test_it_is_validated_returned_and_retired_on_its_page(people: People, client_for: ClientFor) -> None:
    made = actions.add(draft(office="tirana"), by=people["ana"])
    emil, path = client_for(people["emil"]), f"/lessons/{made.pk}/step/"
    assert "wait for you to validate" in words(emil, "/lessons/") or "waits for you to validate" in words(
        emil, "/lessons/"
    )
    answer = emil.post(path, {"step": "return", "reason": ""})
    assert answer.status_code == 409 and "Say why" in answer.content.decode()
    emil.post(path, {"step": "return", "reason": "Say where it was learnt."})
    assert "Say where it was learnt." in words(client_for(people["ana"]), f"/lessons/{made.pk}/")
    client_for(people["ana"]).post(path, {"step": "propose"})
    page = emil.post(path, {"step": "validate"}, follow=True).content.decode()
    assert "is validated" in page
    emil.post(path, {"step": "retire", "reason": "The law changed."})
    assert Lesson.objects.get(pk=made.pk).state == State.RETIRED
    assert "The law changed." in words(emil, f"/lessons/{made.pk}/")


def test_the_list_is_filtered(people: People, client_for: ClientFor) -> None:
    one = lesson(places=["ALB"], themes=["protection"], sections=["risks"], elements=["7"], kind="worked")
    lesson(MARKET, places=["MDA"], kind="failed", cycle="closure")
    lesson("Not yet decided on.", state=State.PROPOSED)
    client = client_for(people["carla"])
    for query in (
        "q=guardians+arrivals", "country=ALB", "theme=protection", "section=risks", "element=gcm:7", "kind=worked",
        f"q={one.record.reference}",
    ):  # fmt: skip
        page = words(client, f"/lessons/?{query}")
        assert GUARDIANS in page and MARKET not in page, query
    assert MARKET in words(client, "/lessons/?cycle=closure")
    assert "Not yet decided on." not in words(client, "/lessons/")
    assert "Not yet decided on." in words(client, "/lessons/?state=proposed")
    assert "No lesson matches" in words(client, "/lessons/?q=zxqv")
    source = project().record
    from_it = lesson("Learnt there.", source=source.pk)
    page = words(client, f"/lessons/?source={source.pk}")
    assert from_it.record.title in page and GUARDIANS not in page


@pytest.mark.parametrize("query", ["kind=x", "theme=x", "element=gcm", "state=x", "colour=red", "source=x", "q=%00"])
def test_a_condition_that_is_not_understood_is_said_and_nothing_is_shown(
    people: People, client_for: ClientFor, query: str
) -> None:
    lesson()
    client = client_for(people["carla"])
    page = words(client, f"/lessons/?{query}")
    assert "could not be used" in page and GUARDIANS not in page
    assert client.get(f"/lessons/export.csv?{query}").status_code == 400


def test_words_sort_by_relevance_and_columns_as_asked(people: People, client_for: ClientFor) -> None:
    far = lesson("Municipal budgets need a line for interpreters.", advice="Children also need interpreters.")
    near = lesson("Children first: interpreters for children.", advice="Train interpreters to talk with children.")
    client = client_for(people["carla"])
    page = words(client, "/lessons/?q=interpreters+children")
    assert page.index(near.record.title) < page.index(far.record.title)
    for sort, first in (("title", near), ("-title", far), ("-changed", near), ("changed", far)):
        page = words(client, f"/lessons/?sort={sort}")
        order = sorted((near, far), key=lambda one: page.index(f">{one.record.title}<"))
        assert order[0] == first, sort


def test_the_file_holds_what_the_list_shows(people: People, client_for: ClientFor) -> None:
    one = lesson(places=["ALB"], themes=["protection"], elements=["7"], source_page="12", source_text="=cmd()")
    lesson(MARKET)
    sent = client_for(people["carla"]).get("/lessons/export.csv?country=ALB")
    table = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row["Reference"] for row in table] == [one.record.reference]
    row = table[0]
    assert (row["Lesson"], row["Page"], row["Aligned with"], row["State"]) == (GUARDIANS, "12", "gcm:7", "validated")
    assert row["Source"].startswith("'=")
    assert client_for(people["carla"]).get("/lessons/export.xlsx").status_code == 200
    assert client_for(people["carla"]).get("/lessons/export.pdf").status_code == 404


def test_search_finds_validated_lessons_that_one_may_see(people: People) -> None:
    made = lesson()
    lesson("Guardians are not enough.", state=State.PROPOSED)
    assert [(hit.title, hit.url) for hit in find("guardians", people["carla"], 5)] == [
        (GUARDIANS, reverse("knowledge:page", args=[made.pk]))
    ]
    assert list(find("guardians", people["jan"], 5)) == []


def test_an_empty_register_offers_the_first_step(people: People, client_for: ClientFor) -> None:
    assert "Add a lesson" in words(client_for(people["ana"]), "/lessons/")
    assert "No lesson yet that you may see" in words(client_for(people["jan"]), "/lessons/")


def test_the_number_of_queries_does_not_grow_with_the_list(
    people: People, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    client = client_for(people["emil"])
    many(30)
    words(client, "/lessons/")
    with django_assert_max_num_queries(30):
        page = words(client, "/lessons/")
    assert "Lesson 29" in page
    with django_assert_max_num_queries(32):
        words(client, "/lessons/?q=Lesson")
    made = lesson(places=["ALB"], elements=["7", "10"])
    with django_assert_max_num_queries(34):
        words(client, f"/lessons/{made.pk}/")
