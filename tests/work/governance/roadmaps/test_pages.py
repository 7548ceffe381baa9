"""Pages of roadmaps as people read and fill them, their files, and who is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document as Docx
from openpyxl import load_workbook

from migov.foundation.people.models import User
from migov.foundation.records import slots
from migov.foundation.shell import search
from migov.work.governance.models import ActionHelp, Assessment, Roadmap, RoadmapAction
from migov.work.governance.roadmaps.actions import following, lines
from migov.work.governance.roadmaps.actions.following import Said
from tests.factories import PlaceFactory, RecordFactory

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
HOME = "/governance/roadmaps/"
ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("get", "", {}),
    ("get", "edit/", {}),
    ("post", "edit/", {"title": "Mine"}),
    ("post", "step/", {"step": "agree"}),
    ("get", "document.docx", {}),
    ("get", "actions/new/", {}),
    ("post", "actions/new/", {"title": "Mine"}),
    ("get", "actions/{action}/", {}),
    ("get", "actions/{action}/edit/", {}),
    ("post", "actions/{action}/edit/", {"title": "Mine"}),
    ("post", "actions/{action}/do/", {"do": "remove"}),
    ("get", "follow-up/2025/", {}),
    ("post", "follow-up/2025/", {}),
]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(("method", "path", "data"), ROUTES)
def test_strangers_and_other_governments_are_kept_out(
    agreed: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor, point_of: Callable[[str], User], method: str,
    path: str, data: dict[str, Any],
) -> None:  # fmt: skip
    url = f"{HOME}{agreed.pk}/{path.format(action=action.pk)}"
    for user, expected in ((point_of("ALB"), 404), (people["jan"], 403), (people["nobody"], 403)):
        assert getattr(client_for(user), method)(url, data).status_code == expected
    assert getattr(Client(), method)(url, data).status_code == 302
    assert RoadmapAction.objects.filter(title="Mine").count() == 0


@pytest.mark.parametrize("path", ["", "new/", "export.csv"])
def test_the_list_is_for_the_office_and_governments(people: People, client_for: ClientFor, path: str) -> None:
    for who in ("jan", "nobody"):
        assert client_for(people[who]).get(HOME + path).status_code == 403
    assert Client().get(HOME + path).status_code == 302


def test_who_only_reads_is_refused_what_changes(
    agreed: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor
) -> None:
    reader = client_for(people["galina"])
    page = reader.get(f"{HOME}{agreed.pk}/")
    assert page.status_code == 200 and "Add an action" not in text(page)
    assert reader.get(f"{HOME}{agreed.pk}/actions/new/").status_code == 403
    assert reader.post(f"{HOME}{agreed.pk}/step/", {"step": "close"}).status_code == 403
    assert reader.post(f"{HOME}{agreed.pk}/follow-up/2025/", {}).status_code == 403
    assert "not said" in text(reader.get(f"{HOME}{agreed.pk}/follow-up/2025/"))


def test_a_government_lists_its_own_only(
    agreed: Roadmap, people: People, client_for: ClientFor, point_of: Callable[[str], User]
) -> None:
    assert agreed.record.title in text(client_for(people["ion"]).get(HOME))
    other = client_for(point_of("ALB"))
    assert agreed.record.title not in text(other.get(HOME))
    assert agreed.record.title not in b"".join(other.get(f"{HOME}export.csv")).decode()
    found = [hit for group in search.search("labour inspection", point_of("GEO")) for hit in group.hits]
    assert not [hit for hit in found if hit.kind_label == "Roadmaps"]


def test_begun_from_an_assessment(assessed: Assessment, people: People, client_for: ClientFor) -> None:
    client = client_for(people["fatos"])
    form = client.get(f"{HOME}new/?assessment={assessed.pk}").context["form"]
    year = timezone.localdate().year
    assert form.initial == {"starts": year, "ends": year + 2, "assessment": assessed.pk, "country": assessed.country_id}
    answer = client.post(f"{HOME}new/", {**form.initial, "title": "", "summary": "Better"}, follow=True)
    made = Roadmap.objects.get()
    assert made.assessment == assessed and "Add the first action" in text(answer)


def test_what_was_typed_is_kept_with_what_is_wrong(people: People, client_for: ClientFor) -> None:
    place = PlaceFactory(code="MDA")
    answer = client_for(people["fatos"]).post(
        f"{HOME}new/", {"country": place.pk, "starts": 2027, "ends": 2025, "title": "Our way", "summary": ""}
    )
    assert answer.status_code == 422
    assert "The last year is before the first." in text(answer) and 'value="Our way"' in text(answer)


def test_the_page_says_what_is_late_and_its_cost(
    agreed: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor
) -> None:
    lines.add(agreed, {"title": "Buy equipment", "cost": Decimal(10), "currency": "USD"}, by=people["fatos"])
    page = text(client_for(people["ion"]).get(f"{HOME}{agreed.pk}/"))
    for said in ("Adopt by-laws on labour inspection", "Ministry of Labour", "late", "120,000", "Cost, EUR", "Cost, USD",
                 "Amounts of different currencies are not added.", "baseline 0; target 2", "2025"):  # fmt: skip
        assert said in page, said


def test_a_focal_point_is_not_shown_colleagues_to_choose(
    agreed: Roadmap, people: People, client_for: ClientFor
) -> None:
    assert "person" not in client_for(people["ion"]).get(f"{HOME}{agreed.pk}/actions/new/").context["form"].fields


def test_a_line_is_added_changed_and_conflicts_are_shown(
    agreed: Roadmap, people: People, client_for: ClientFor, line_form: dict[str, Any]
) -> None:
    client = client_for(people["ion"])
    assert client.post(f"{HOME}{agreed.pk}/actions/new/", line_form).status_code == 302
    made = RoadmapAction.objects.get(title="Train labour inspectors")
    assert (made.cost, made.currency) == (Decimal(50_000), "USD")
    url = f"{HOME}{agreed.pk}/actions/{made.pk}/edit/"
    sent = {**line_form, "owner": "Ministry A", "seen": str(made.revision)}
    assert client_for(people["fatos"]).post(url, sent).status_code == 302
    answer = client.post(url, {**sent, "owner": "Ministry B"})
    assert answer.status_code == 409
    page = text(answer)
    assert "What stands now" in page and "Ministry A" in page and 'value="Ministry B"' in page
    again = client.post(url, {**sent, "owner": "Ministry B", "seen": str(answer.context["form"]["seen"].value())})
    assert again.status_code == 302
    made.refresh_from_db()
    assert made.owner == "Ministry B"


@pytest.mark.parametrize(
    ("name", "value", "said"), [("cost", "much", "is not a number"), ("due", "soon", "Enter a valid date")]
)
def test_a_wrong_cell_is_named(
    agreed: Roadmap, people: People, client_for: ClientFor, line_form: dict[str, Any], name: str, value: str, said: str
) -> None:
    answer = client_for(people["fatos"]).post(f"{HOME}{agreed.pk}/actions/new/", {**line_form, name: value})
    assert answer.status_code == 422 and said in text(answer) and "Train labour inspectors" in text(answer)


def test_moving_state_and_help_by_buttons(
    agreed: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor
) -> None:
    client, url = client_for(people["ion"]), f"{HOME}{agreed.pk}/actions/{action.pk}/"
    lines.add(agreed, {"title": "Second"}, by=people["fatos"])
    assert client.post(f"{url}do/", {"do": "down"}).status_code == 302
    first = agreed.actions.order_by("order").first()
    assert first is not None and first.title == "Second"
    help = ActionHelp.objects.create(action=action, kind="practice", title="One-stop shop", why="Shares GCM 10")
    assert "One-stop shop" in text(client.get(url))
    client.post(f"{url}do/", {"do": "help", "help": help.pk})
    assert not ActionHelp.objects.exists()
    seen = action.revision
    answer = client.post(f"{url}do/", {"do": "state", "state": "dropped", "reason": "", "seen": seen})
    assert answer.status_code == 422 and "Say why it is dropped." in text(answer)
    assert client.post(f"{url}do/", {"do": "state", "state": "done", "day": "", "seen": seen}).status_code == 302
    action.refresh_from_db()
    assert action.state == "done"


def test_help_that_the_government_may_not_see_is_not_shown(
    agreed: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor
) -> None:
    hidden = RecordFactory(title="Secret project", visibility="internal")
    ActionHelp.objects.create(action=action, kind="project", title="Secret project", record=hidden)
    url = f"{HOME}{agreed.pk}/actions/{action.pk}/"
    assert "Secret project" in text(client_for(people["fatos"]).get(url))
    assert "Secret project" not in text(client_for(people["ion"]).get(url))
    docx = client_for(people["ion"]).get(f"{HOME}{agreed.pk}/document.docx")
    assert "Secret project" not in "\n".join(part.text for part in Docx(io.BytesIO(docx.content)).paragraphs)


def test_a_year_is_saved_together_and_conflicts_keep_what_was_typed(
    agreed: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor
) -> None:
    other = lines.add(agreed, {"title": "Second"}, by=people["fatos"])
    url = f"{HOME}{agreed.pk}/follow-up/2025/"
    following.follow(agreed, 2025, [Said(action.pk, "planned", "0")], by=people["ion"])
    sent = {
        f"a{action.pk}-state": "begun", f"a{action.pk}-value": "1", f"a{action.pk}-text": "Mine", f"a{action.pk}-seen": "0",
        f"a{other.pk}-state": "done", f"a{other.pk}-value": "", f"a{other.pk}-text": "Bought", f"a{other.pk}-seen": "0",
    }  # fmt: skip
    client = client_for(people["fatos"])
    answer = client.post(url, sent)
    assert answer.status_code == 409
    page = text(answer)
    assert "said meanwhile" in page and ">Mine</textarea>" in page.replace("> Mine", ">Mine")
    other.refresh_from_db()
    assert other.state == "done"
    row = next(row for row in answer.context["rows"] if row.line.action.pk == action.pk)
    again = {**sent, f"a{action.pk}-seen": str(row.now.pk), f"a{other.pk}-seen": str(
        next(row for row in answer.context["rows"] if row.line.action.pk == other.pk).form["seen"].value())}  # fmt: skip
    assert client.post(url, again).status_code == 302
    action.refresh_from_db()
    assert action.state == "begun"


def test_words_without_a_state_are_not_lost(
    agreed: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor
) -> None:
    answer = client_for(people["ion"]).post(
        f"{HOME}{agreed.pk}/follow-up/2025/",
        {
            f"a{action.pk}-state": "",
            f"a{action.pk}-value": "",
            f"a{action.pk}-text": "Much was done",
            f"a{action.pk}-seen": "0",
        },
    )
    assert answer.status_code == 422
    assert "Say how the action stands." in text(answer) and "Much was done" in text(answer)


def test_agreed_closed_reopened_by_the_page(
    roadmap: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor
) -> None:
    client, url = client_for(people["fatos"]), f"{HOME}{roadmap.pk}/"
    empty = client.post(
        f"{url}step/", {"step": "agree", "on": "2025-01-01", "agreed_with": "", "seen": roadmap.revision}
    )
    assert empty.status_code == 422
    said = {"step": "agree", "on": "2025-01-01", "agreed_with": "Cabinet", "seen": roadmap.revision}
    assert client.post(f"{url}step/", said).status_code == 302
    assert client.post(f"{url}step/", said).status_code == 409
    assert "agreed on 1 January 2025 with Cabinet" in text(client.get(url))
    roadmap.refresh_from_db()
    client.post(f"{url}step/", {"step": "close", "on": "2026-01-01", "result": "It works.", "seen": roadmap.revision})
    closed = text(client.get(url))
    assert "It works." in closed and "Add an action" not in closed
    roadmap.refresh_from_db()
    assert client.post(f"{url}step/", {"step": "reopen", "seen": roadmap.revision}).status_code == 302
    assert client.post(f"{url}step/", {"step": "explode"}).status_code == 404


def test_the_documents_hold_what_the_page_holds(
    agreed: Roadmap, action: RoadmapAction, people: People, client_for: ClientFor
) -> None:
    following.follow(agreed, 2025, [Said(action.pk, "begun", "1", "One drafted.")], by=people["ion"])
    client = client_for(people["ion"])
    docx = Docx(io.BytesIO(client.get(f"{HOME}{agreed.pk}/document.docx").content))
    cells = " ".join(cell.text for table in docx.tables for row in table.rows for cell in row.cells)
    for said in ("Adopt by-laws on labour inspection", "Ministry of Labour", "begun", "One drafted."):
        assert said.replace("begun", "under way") in cells, said
    book = load_workbook(io.BytesIO(client.get(f"{HOME}{agreed.pk}/document.xlsx").content))
    values = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "120,000\xa0EUR" in values or any("120,000" in value for value in values)
    assert client.get(f"{HOME}{agreed.pk}/document.pdf").content.startswith(b"%PDF")
    assert client.get(f"{HOME}{agreed.pk}/document.exe").status_code == 404


def test_the_list_is_filtered_and_exported(agreed: Roadmap, people: People, client_for: ClientFor) -> None:
    client = client_for(people["fatos"])
    assert agreed.record.title in text(client.get(f"{HOME}?q=inspection&country=MDA&state=agreed&year=2026&late=yes"))
    assert "No roadmap here matches." in text(client.get(f"{HOME}?q=nothing"))
    assert "is not known here" in text(client.get(f"{HOME}?country=XYZ"))
    assert client.get(f"{HOME}export.csv?country=XYZ").status_code == 400
    assert agreed.record.title in b"".join(client.get(f"{HOME}export.csv?state=agreed")).decode()
    assert client.get(f"{HOME}export.pdf").status_code == 404


def test_the_list_and_the_page_ask_a_bounded_number_of_queries(
    agreed: Roadmap, people: People, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    from migov.work.governance.roadmaps.actions import drawing

    for _number in range(5):
        more = drawing.start(country=PlaceFactory(code="MDA"), starts=2026, ends=2027, by=people["fatos"])
        for title in ("a", "b", "c"):
            lines.add(more, {"title": title, "cost": Decimal(3), "currency": "EUR"}, by=people["fatos"])
    for number in range(20):
        lines.add(agreed, {"title": f"Line {number}", "person": people["carla"]}, by=people["fatos"])
    client = client_for(people["fatos"])
    client.get(HOME)
    with django_assert_max_num_queries(14):
        client.get(HOME)
    with django_assert_max_num_queries(20):
        client.get(f"{HOME}{agreed.pk}/")
    with django_assert_max_num_queries(16):
        client.get(f"{HOME}{agreed.pk}/follow-up/2025/")


def test_roadmaps_stand_beside_their_assessment_and_on_the_front_page(
    agreed: Roadmap, assessed: Assessment, people: People, client_for: ClientFor
) -> None:
    beside = [slot for slot in slots.beside(assessed.record, people["ion"]) if slot.title == "Roadmaps"]
    assert [link.label for link in beside[0].rows] == [agreed.record.title] and not beside[0].actions
    assert next(s for s in slots.beside(assessed.record, people["fatos"]) if s.title == "Roadmaps").actions
    front = text(client_for(people["fatos"]).get("/governance/"))
    assert agreed.record.title in front and "1 late" in front
    hits = [hit for group in search.search("labour inspection", people["ion"]) for hit in group.hits]
    assert [hit.title for hit in hits if hit.kind_label == "Roadmaps"] == [agreed.record.title]


def test_a_roadmap_is_begun_by_the_countrys_own_office_or_the_one_above(people: People, client_for: ClientFor) -> None:
    tirana, albania = people["ana"].memberships.get().office, PlaceFactory(code="ALB")
    tirana.place = albania
    tirana.save()
    said = {"country": albania.pk, "starts": "2026", "ends": "2028"}
    foreign = client_for(people["boris"]).post("/governance/roadmaps/new/", said)
    assert foreign.status_code == 422 and "own office" in foreign.content.decode() and not Roadmap.objects.exists()
    assert client_for(people["ana"]).post("/governance/roadmaps/new/", said).status_code == 302
    assert Roadmap.objects.get().record.office == tirana
