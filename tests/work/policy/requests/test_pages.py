"""The pages of requests, as people read and fill them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace
from migov.services.files import actions as files
from migov.services.files.models import Document
from migov.work.policy import slots
from migov.work.policy.models import AssistanceRequest, Hours, Product
from migov.work.policy.requests.actions import working
from migov.work.policy.requests.search import find
from tests.work.policy.making import assistance_request
from tests.work.policy.requests.conftest import document, upload

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
TODAY = timezone.localdate()


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def rows_of(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(content)))


def act(client: Client, request: AssistanceRequest, thing: str, **sent: Any) -> Any:
    return client.post(f"/policy/requests/{request.pk}/row/", {"thing": thing, **sent})


# Filing


def test_a_focal_point_files_with_several_documents(
    people: People, client_for: ClientFor, filed_form: dict[str, Any]
) -> None:
    client = client_for(people["ion"])
    form = words(client, "/policy/requests/new/")
    assert "On behalf of" in form and "Country or area that asks" not in form
    sent = filed_form | {"file": [upload("letter.txt"), upload("draft.txt", "Article 1"), upload("tool.exe", "MZ")]}
    answer = client.post("/policy/requests/new/", sent, follow=True)
    page = answer.content.decode()
    made = AssistanceRequest.objects.get()
    assert answer.redirect_chain[-1][0] == f"/policy/requests/{made.pk}/"
    assert f"Filed as {made.record.reference}" in page and "2 documents were added" in page
    assert "“tool.exe” was not kept" in page
    assert "waits for the decision of a policy officer" in page and "Review of the draft Law on Foreigners" in page
    assert set(Document.objects.visible_to(people["ion"]).values_list("name", flat=True)) == {"letter.txt", "draft.txt"}


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    people: People, client_for: ClientFor, filed_form: dict[str, Any]
) -> None:
    sent = filed_form | {"due": "2001-01-01", "asked": "Keep these words", "file": upload("letter.txt")}
    answer = client_for(people["ion"]).post("/policy/requests/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "before the request came" in page and "Keep these words" in page
    assert "Choose them again: letter.txt" in page
    answer = client_for(people["ion"]).post("/policy/requests/new/", filed_form | {"sender": "", "due": "soon"})
    assert answer.status_code == 422 and answer.content.decode().count('class="errors"') == 2
    assert not AssistanceRequest.objects.exists()


def test_a_focal_point_cannot_name_another_country_in_the_form(
    people: People, client_for: ClientFor, filed_form: dict[str, Any]
) -> None:
    albania = Place.objects.get(code="ALB")
    client_for(people["ion"]).post("/policy/requests/new/", filed_form | {"country": "ALB", "places": [albania.pk]})
    assert AssistanceRequest.objects.get().country == Place.objects.get(code="MDA")


def test_a_colleague_files_on_behalf(people: People, client_for: ClientFor, filed_form: dict[str, Any]) -> None:
    client = client_for(people["ana"])
    answer = client.post("/policy/requests/new/", filed_form)
    assert answer.status_code == 422 and "This field is required" in answer.content.decode()
    both = {"country": "ALB", "places": [Place.objects.get(code="MDA").pk]}
    assert "not both" in client.post("/policy/requests/new/", filed_form | both).content.decode()
    two = [Place.objects.get(code=code).pk for code in ("MDA", "UKR")]
    several = {"country": "several", "places": two}
    assert (
        "at least two"
        in client.post("/policy/requests/new/", filed_form | several | {"places": two[:1]}).content.decode()
    )
    assert client.post("/policy/requests/new/", filed_form | several).status_code == 302
    assert AssistanceRequest.objects.get().country is None


def test_a_second_click_leads_to_the_first_request(
    people: People, client_for: ClientFor, filed_form: dict[str, Any]
) -> None:
    client = client_for(people["ion"])
    first, second = (client.post("/policy/requests/new/", filed_form) for _click in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert "not filed twice" in client.get(second.headers["Location"]).content.decode()
    assert AssistanceRequest.objects.count() == 1


# One request


def test_the_next_step_is_one_button(people: People, client_for: ClientFor) -> None:
    made = assistance_request(state="filed")
    client = client_for(people["fatos"])
    page = words(client, f"/policy/requests/{made.pk}/")
    assert "Next step: Accept the request" in page and page.count('class="btn btn-go"') == 1
    path = f"/policy/requests/{made.pk}/step/"
    answer = client.post(path, {"step": "accept", "seen": 1, "lead": ""})
    assert answer.status_code == 422 and "This field is required" in answer.content.decode()
    answer = client.post(path, {"step": "accept", "seen": 1, "lead": people["carla"].pk}, follow=True)
    page = answer.content.decode()
    assert "The request is accepted" in page and "Next step: Agree the plan" in page
    again = client.post(path, {"step": "accept", "seen": 1, "lead": people["carla"].pk})
    assert again.status_code == 409 and "changed meanwhile" in again.content.decode()


def test_a_step_keeps_what_was_typed(people: People, client_for: ClientFor) -> None:
    made = assistance_request(state="accepted", owner=people["carla"], received_on=date(2026, 5, 1))
    sent = {"step": "plan", "seen": 1, "plan": "Keep this plan", "due": "2026-04-01"}
    answer = client_for(people["carla"]).post(f"/policy/requests/{made.pk}/step/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Keep this plan" in page and "before the request came" in page


def test_declining_asks_for_a_reason_that_the_government_reads(people: People, client_for: ClientFor) -> None:
    made = assistance_request(state="filed")
    client = client_for(people["fatos"])
    path = f"/policy/requests/{made.pk}/step/"
    assert client.post(path, {"step": "decline", "seen": 1}).status_code == 422
    client.post(path, {"step": "decline", "seen": 1, "reason": "We buy no cars."})
    assert "We buy no cars." in words(client_for(people["ion"]), f"/policy/requests/{made.pk}/")


def test_work_is_noted_on_the_page(people: People, client_for: ClientFor, asked: AssistanceRequest) -> None:
    client, here = client_for(people["carla"]), f"/policy/requests/{asked.pk}/"
    for thing in ("plan", "step", "hours", "product", "person"):
        way = "edit=plan" if thing == "plan" else f"add={thing}"
        assert 'id="open-form"' in words(client, f"{here}?{way}")
    sent: list[tuple[str, dict[str, Any]]] = [
        ("plan", {"plan": "Read, then write.", "planned_hours": "20", "seen": 1}),
        ("step", {"text": "Read the draft", "due": "2027-01-10", "person": people["carla"].pk}),
        ("hours", {"person": people["carla"].pk, "day": TODAY.isoformat(), "hours": "6.5", "note": "Reading"}),
        ("person", {"person": people["emil"].pk, "part": "Figures"}),
        ("product", {"kind": "opinion", "title": "Our opinion", "file": upload("opinion.txt")}),
        ("note", {"text": "For us only", "internal": "on"}),
    ]
    for thing, values in sent:
        assert act(client, asked, thing, **values).status_code == 302, thing
    page = words(client, here)
    for said in (
        "Read, then write.", "Read the draft", "6.5 of 20 planned hours", "Reading", "Figures", "Our opinion", "within the office",
        "For us only", "Plan changed", "Hours noted",
    ):  # fmt: skip
        assert said in page, said


def test_rows_are_corrected_and_done_with_their_buttons(
    people: People, client_for: ClientFor, asked: AssistanceRequest
) -> None:
    client, here = client_for(people["carla"]), f"/policy/requests/{asked.pk}/"
    step = working.write_step(asked, {"text": "Read", "due": TODAY - timedelta(days=1)}, by=people["carla"])
    assert "late since" in words(client, here)
    act(client, asked, "step", row=step.pk, do="done")
    assert "late since" not in words(client, here)
    values = {"person": people["carla"], "day": TODAY, "hours": Decimal(4)}
    noted = working.note_hours(asked, values, by=people["carla"])
    assert 'value="4.0"' in words(client, f"{here}?edit=hours-{noted.pk}")
    act(client, asked, "hours", row=noted.pk, person=people["carla"].pk, day=TODAY.isoformat(), hours="5")
    assert [row.hours for row in Hours.objects.current()] == [Decimal("5.0")]
    again = act(client, asked, "hours", row=noted.pk, do="remove")
    assert again.status_code == 409 and "removed it meanwhile" in again.content.decode()
    act(client, asked, "product", kind="paper", title="Paper")
    act(client, asked, "product", row=Product.objects.get().pk, do="hand-over")
    assert "What the office has handed over" in words(client_for(people["ion"]), here)


def test_a_product_keeps_its_document_through_a_new_version(
    people: People, client_for: ClientFor, asked: AssistanceRequest
) -> None:
    client = client_for(people["carla"])
    act(client, asked, "product", kind="paper", title="Paper", file=upload("paper.txt"))
    made = Product.objects.get()
    assert made.document is not None
    later = files.add(asked.record, upload("paper2.txt", "Second."), by=people["carla"], replaces=made.document)
    page = words(client, f"/policy/requests/{asked.pk}/?edit=product-{made.pk}")
    assert f'<option value="{later.pk}" selected>' in page
    act(client, asked, "product", row=made.pk, kind="paper", title="Better paper", document=later.pk)
    made.refresh_from_db()
    assert (made.title, made.document) == ("Better paper", later)


@pytest.mark.parametrize(
    ("thing", "sent", "said"),
    [
        ("hours", {"day": "2999-01-01", "hours": "3"}, "still to come"),
        ("hours", {"day": "2026-01-01", "hours": "30"}, "less than or equal to 24"),
        ("hours", {"day": "yesterday", "hours": "lots", "note": "Keep me"}, "Keep me"),
        ("step", {"text": "", "due": "2027-01-01"}, "2027-01-01"),
        ("product", {"kind": "paper", "title": "Keep me", "people_reached": "-3"}, "Keep me"),
        ("note", {"text": ""}, "This field is required"),
        ("plan", {"plan": "Keep me", "planned_hours": "-1", "seen": "1"}, "Keep me"),
        ("plan", {"plan": "Keep me", "seen": "7"}, "changed meanwhile"),
    ],
)
def test_what_cannot_be_saved_is_kept_and_said(
    people: People, client_for: ClientFor, asked: AssistanceRequest, thing: str, sent: dict[str, Any], said: str
) -> None:
    answer = act(client_for(people["carla"]), asked, thing, **({"person": people["carla"].pk} | sent))
    assert answer.status_code == 422 and said in answer.content.decode()


@pytest.mark.parametrize("query", ["add=nothing", "edit=step-999", "edit=hours-x", "edit=product-99999999999999999999"])
def test_forms_that_are_not_there(people: People, client_for: ClientFor, asked: AssistanceRequest, query: str) -> None:
    assert client_for(people["carla"]).get(f"/policy/requests/{asked.pk}/?{query}").status_code == 404


def test_documents_are_added_and_shared_on_the_page(
    people: People, client_for: ClientFor, asked: AssistanceRequest
) -> None:
    client, here = client_for(people["carla"]), f"/policy/requests/{asked.pk}/"
    answer = client.post(f"{here}documents/", {"file": [upload("a.txt", "One"), upload("b.exe", "MZ")]})
    assert answer.status_code == 422 and "“b.exe” was not kept" in answer.content.decode()
    made = Document.objects.get(name="a.txt")
    assert "a.txt" not in words(client_for(people["ion"]), here)
    client.post(f"{here}share/", {"document": made.pk, "shared": "yes"})
    assert "a.txt" in words(client_for(people["ion"]), here)
    assert client.post(f"{here}documents/", {}).status_code == 422
    client_for(people["ion"]).post(f"{here}documents/", {"file": upload("c.txt", "Ours")})
    assert "from the government" in words(client, here)
    theirs = Document.objects.get(name="c.txt")
    refused = client.post(f"{here}share/", {"document": theirs.pk, "shared": "no"})
    assert refused.status_code == 409 and "sent this document itself" in refused.content.decode()


def test_the_government_gives_feedback(people: People, client_for: ClientFor) -> None:
    made = assistance_request(state="delivered", owner=people["carla"])
    client, here = client_for(people["ion"]), f"/policy/requests/{made.pk}/"
    assert "Was it useful?" in words(client, here)
    assert act(client, made, "feedback", text="No number").status_code == 422
    act(client, made, "feedback", score="4", text="Clear and short.")
    assert "From the government itself" in words(client, here)
    page = words(client_for(people["fatos"]), here)
    assert "Clear and short." in page and "Note feedback as told" not in page


def test_feedback_recorded_by_the_office_says_so(people: People, client_for: ClientFor) -> None:
    made = assistance_request(state="delivered", owner=people["carla"])
    act(client_for(people["fatos"]), made, "feedback", score="3", text="By phone.")
    assert "As the government told the office" in words(client_for(people["ion"]), f"/policy/requests/{made.pk}/")


def test_a_request_is_edited(people: People, client_for: ClientFor, asked: AssistanceRequest) -> None:
    client, path = client_for(people["fatos"]), f"/policy/requests/{asked.pk}/edit/"
    assert "Review of the draft law" in words(client, path)
    sent = {
        "title": "Another title", "kind": "research", "sender": "Ministry of Justice", "received_on": "2026-02-01",
        "lead": people["emil"].pk, "seen": asked.revision,
    }  # fmt: skip
    assert client.post(path, sent).status_code == 302
    answer = client.post(path, sent | {"title": "Late words"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "changed meanwhile" in page and "Late words" in page
    assert client.post(path, sent | {"title": ""}).status_code == 422
    assert AssistanceRequest.objects.get(pk=asked.pk).record.title == "Another title"


def test_parts_show_what_they_have_beside_a_request(
    people: People, client_for: ClientFor, asked: AssistanceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = slots.Slot(
        "Texts", [slots.Link("Draft law", "/x/", "version 2", late=True)], [slots.Link("Take it in", "/y/")]
    )
    monkeypatch.setattr(slots, "_of_request", [lambda request, viewer: slot if viewer == people["ion"] else None])
    page = words(client_for(people["ion"]), f"/policy/requests/{asked.pk}/")
    assert "Draft law" in page and "version 2" in page and "Take it in" in page
    assert "Draft law" not in words(client_for(people["fatos"]), f"/policy/requests/{asked.pk}/")


# The list


@pytest.fixture
def several(people: People) -> dict[str, AssistanceRequest]:
    made = {
        "new": assistance_request(title="New request", kind="capacity", due=TODAY + timedelta(days=5)),
        "late": assistance_request(
            title="Late request", country="ALB", state="worked", owner=people["carla"], due=TODAY - timedelta(days=3)
        ),
        "done": assistance_request(
            title="Done request", country="ALB", state="closed", received_on=date(2025, 3, 1), score=4
        ),
        "joint": assistance_request(title="Joint request", country="", state="planned", kind="coordination"),
    }
    for code in ("GEO", "UKR"):
        RecordPlace.objects.create(record=made["joint"].record, place=Place.objects.get(code=code))
    return made


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Late", "New", "Joint"]),
        ("show=mine", ["Late"]),
        ("show=closed", ["Done"]),
        ("show=delivered", ["Done"]),
        ("show=all&sort=title", ["Done", "Joint", "Late", "New"]),
        ("sort=-title", ["New", "Late", "Joint"]),
        ("country=ALB", ["Late"]),
        ("country=UKR", ["Joint"]),
        ("country=several", ["Joint"]),
        ("kind=capacity", ["New"]),
        ("state=closed", ["Done"]),
        ("year=2025", ["Done"]),
        ("late=yes", ["Late"]),
        ("q=late request", ["Late"]),
        ("show=all&sort=state", ["New", "Joint", "Late", "Done"]),
    ],
)
def test_the_list_shows_what_is_asked(
    people: People, client_for: ClientFor, several: dict[str, AssistanceRequest], query: str, titles: list[str]
) -> None:
    client = client_for(people["carla"])
    page = words(client, f"/policy/requests/?{query}")
    shown = [
        (page.index(f"{title} request"), title)
        for title in ("New", "Late", "Done", "Joint")
        if f"{title} request<" in page
    ]
    assert [title for _at, title in sorted(shown)] == titles
    exported = [row["Request"] for row in rows_of(client, f"/policy/requests/export.csv?{query}")]
    assert exported == [f"{title} request" for title in titles]


def test_late_ones_are_marked_with_a_word(
    people: People, client_for: ClientFor, several: dict[str, AssistanceRequest]
) -> None:
    page = words(client_for(people["carla"]), "/policy/requests/?country=ALB")
    assert ">late<" in page
    assert [row["Late"] for row in rows_of(client_for(people["carla"]), "/policy/requests/export.csv?country=ALB")] == [
        "late"
    ]


@pytest.mark.parametrize(
    "query", ["country=XYZ", "kind=cars", "state=x", "year=20", "late=perhaps", "show=x", "colour=red"]
)
def test_a_filter_that_cannot_be_used_is_said(people: People, client_for: ClientFor, query: str) -> None:
    assistance_request()
    client = client_for(people["fatos"])
    assert "The filter could not be used" in words(client, f"/policy/requests/?{query}")
    assert client.get(f"/policy/requests/export.csv?{query}").status_code == 400


def test_files_of_other_formats_are_not_there(people: People, client_for: ClientFor) -> None:
    for path in ("export.pdf", "year.txt"):
        assert client_for(people["fatos"]).get(f"/policy/requests/{path}").status_code == 404
    assert client_for(people["fatos"]).get("/policy/requests/year/?year=twelve").status_code == 404


def test_empty_pages_offer_the_first_step(people: People, client_for: ClientFor) -> None:
    for who, said in (("fatos", "No request yet."), ("ion", "Your government has asked for nothing yet.")):
        page = words(client_for(people[who]), "/policy/requests/")
        assert said in page and "/policy/requests/new/" in page


def test_the_list_does_not_ask_more_for_more_rows(
    people: People, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        one = assistance_request(
            title=f"Request {number}", owner=people["carla"], state="worked", reference=f"AR-2026-{number:04}"
        )
        Hours.objects.create(request=one, person=people["carla"], day=TODAY, hours=1)
    for who, most in (("fatos", 19), ("ion", 17)):
        client = client_for(people[who])
        words(client, "/policy/requests/")
        with django_assert_max_num_queries(most):
            words(client, "/policy/requests/")


def test_a_page_does_not_ask_more_for_more_rows(
    people: People, client_for: ClientFor, asked: AssistanceRequest, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        document(asked, people["ion" if number % 2 else "carla"], f"{number}.txt")
        working.write_step(asked, {"text": f"Step {number}", "person": people["emil"]}, by=people["carla"])
        working.say(asked, f"Note {number}", internal=True, by=people["fatos"])
        Hours.objects.create(request=asked, person=people["emil"], day=TODAY, hours=1)
        Product.objects.create(request=asked, kind="paper", title=f"Paper {number}")
    for who, most in (("fatos", 52), ("ion", 34)):
        client = client_for(people[who])
        words(client, f"/policy/requests/{asked.pk}/")
        with django_assert_max_num_queries(most):
            words(client, f"/policy/requests/{asked.pk}/")


# Figures, search


def test_the_year_in_figures_leads_to_its_rows(
    people: People, client_for: ClientFor, several: dict[str, AssistanceRequest]
) -> None:
    Hours.objects.create(request=several["done"], person=people["carla"], day=date(2025, 4, 1), hours=Decimal("7.5"))
    Product.objects.create(
        request=several["done"], kind="training", title="Training", handed_on=date(2025, 4, 2), people_reached=20
    )
    client = client_for(people["galina"])
    page = words(client, "/policy/requests/year/?year=2025")
    for said in (
        "7.5",
        "20",
        "4.0",
        "/policy/requests/?country=ALB&amp;year=2025",
        "/policy/requests/?state=closed&amp;year=2025",
    ):
        assert said in page, said
    assert "Done request" in words(client, "/policy/requests/?country=ALB&year=2025")
    for fmt in ("docx", "pdf", "xlsx"):
        answer = client.get(f"/policy/requests/year.{fmt}?year=2025")
        assert answer.status_code == 200 and answer.headers["Content-Disposition"].endswith(f'.{fmt}"')
    assert "No request came in this year" in words(client, "/policy/requests/year/?year=1999")


def test_search_finds_what_the_viewer_sees(people: People, several: dict[str, AssistanceRequest]) -> None:
    assert {hit.title for hit in find("request", people["fatos"], 10)} == {
        "New request", "Late request", "Done request", "Joint request",
    }  # fmt: skip
    assert [hit.title for hit in find("request", people["ion"], 10)] == ["New request"]
    assert not list(find("request", people["jan"], 10))
