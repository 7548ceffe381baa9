"""The lists of reviews, the workload with the rows behind each figure, the files, and the entry of the navigation."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from migov.foundation.shell import navigation
from migov.services.clearance import actions, queries
from migov.services.clearance.models import Clearance, Review
from migov.services.clearance.views_navigation import waiting
from tests.factories import country_office
from tests.services.clearance import desk
from tests.services.clearance.test_pages import at, words

pytestmark = pytest.mark.django_db

LIST = "/clearance/"


def titles(page) -> list[tuple[str, str]]:
    return [(row.clearance.title, row.what) for row in page.context["page"].object_list]


def test_each_list_shows_its_rows(clearance, people, client_for):
    carla, ana, dora = (client_for(people[who]) for who in ("carla", "ana", "dora"))
    assert titles(carla.get(LIST)) == [("Work after return", "review: Specialist")]
    assert titles(dora.get(LIST)) == [("Work after return", "decision")]
    assert titles(ana.get(LIST)) == []
    assert titles(ana.get(LIST + "?list=own")) == [("Work after return", "waits for reviewers")]
    assert titles(dora.get(LIST + "?list=late")) == []
    Review.objects.filter(reviewer=people["carla"]).update(due=timezone.localdate() - timedelta(days=7))
    late = dora.get(LIST + "?list=late")
    assert titles(late) == [("Work after return", "review: Specialist")] and "5 working days" in words(late)
    assert titles(ana.get(LIST + "?list=all")) == [("Work after return", "waits for reviewers")]
    assert titles(client_for(people["boris"]).get(LIST + "?list=all")) == []  # kept to the office of Tirana


def test_who_saw_an_earlier_round_is_led_to_what_changed(clearance, record, people, client_for):
    actions.judge(
        desk.seat_of(clearance, people["carla"]), round=1, opinion="changes", note="Shorten it.", by=people["carla"]
    )
    desk.write(record, "Short.")
    desk.submit(record, people["ana"], seen_round=1)
    row = client_for(people["carla"]).get(LIST).context["page"].object_list[0]
    assert row.url == at("changes", clearance) and row.what == "review, round 2: see what changed"


def test_filters_narrow_and_wrong_ones_are_told(clearance, people, client_for):
    client = client_for(people["dora"])
    country_office("chisinau")
    for query, found in (
        ("subject=test-paper", 1), ("subject=test-other", 0), ("office=tirana", 1), ("office=chisinau", 0),
        (f"reviewer={people['carla'].pk}", 1), (f"reviewer={people['fatos'].pk}", 0), ("late=yes", 0),
    ):  # fmt: skip
        assert len(titles(client.get(f"{LIST}?list=all&{query}"))) == found, query
    wrong = client.get(f"{LIST}?list=all&office=atlantis")
    assert wrong.status_code == 400 and "There is no such office." in words(wrong) and not titles(wrong)
    assert client.get(f"{LIST}?list=done&since=soon").status_code == 400
    assert client.get(f"{LIST}?list=nonsense").status_code == 404


def test_a_list_is_exported_as_it_is_seen(clearance, people, client_for):
    client = client_for(people["dora"])
    csv = b"".join(client.get(reverse("clearance:export", args=["csv"]) + "?list=all").streaming_content).decode()
    assert "Work after return" in csv and "waits for reviewers" in csv
    empty = client.get(reverse("clearance:export", args=["csv"]) + "?list=all&subject=test-other")
    assert "Work after return" not in b"".join(empty.streaming_content).decode()
    assert client.get(reverse("clearance:export", args=["xlsx"])).status_code == 200
    assert client.get(reverse("clearance:export", args=["exe"])).status_code == 404
    assert client.get(reverse("clearance:export", args=["csv"]) + "?office=atlantis").status_code == 400


def test_every_figure_of_the_workload_leads_to_as_many_rows(clearance, record, people, client_for):
    actions.judge(
        desk.seat_of(clearance, people["carla"]), round=1, opinion="changes", note="Shorten it.", by=people["carla"]
    )
    actions.judge(
        desk.seat_of(clearance, people["carla"]), round=1, opinion="not-cleared", note="No.", by=people["carla"]
    )
    actions.decide(clearance, round=1, outcome="returned", reason="Shorten it.", by=people["dora"])
    desk.write(record, "Short.")
    desk.submit(record, people["ana"], seen_round=1)
    other = desk.submit(desk.paper(people), people["ana"]).clearance
    actions.decide(other, round=1, outcome="refused", reason="No.", by=people["dora"])
    Review.objects.filter(reviewer=people["emil"]).update(due=timezone.localdate() - timedelta(days=9))
    client = client_for(people["hana"])
    for query in ("", f"?since={timezone.localdate().isoformat()}"):
        page = client.get(reverse("clearance:load") + query)
        assert page.context["reviewers"] and page.context["steps"]
        for line, links in page.context["reviewers"]:
            for name, number in (("open", line.open), ("late", line.late), ("done", line.done)):
                assert client.get(links[name]).context["page"].paginator.count == number, (str(line.person), name)
        for step, links in page.context["steps"]:
            for name, number in (("waiting", step.waiting), ("late", step.late), ("done", step.done)):
                assert client.get(links[name]).context["page"].paginator.count == number, (step.code, name)
    assert client.get(reverse("clearance:load-export", args=["csv"])).status_code == 200
    assert client.get(reverse("clearance:load") + "?since=soon").status_code == 400


def test_the_workload_is_for_heads(clearance, people, client_for):
    for who in ("ana", "carla"):
        client = client_for(people[who])
        for address in (
            reverse("clearance:load"),
            LIST + "?list=done",
            reverse("clearance:export", args=["csv"]) + "?list=open",
        ):
            assert client.get(address).status_code == 403


def test_the_files_of_a_review(clearance, people, client_for):
    remark = actions.comment(clearance, round=1, anchor="budget", body="=1+1 is too much.", by=people["carla"])
    actions.reply(remark, body="It is less now.", by=people["ana"])
    gone = actions.comment(clearance, round=1, anchor="budget", body="Never mind.", by=people["carla"])
    actions.withdraw_comment(gone, by=people["carla"])
    client = client_for(people["ana"])
    sheet = client.get(at("sheet", clearance, "docx"))
    assert sheet.status_code == 200 and sheet.content.startswith(b"PK") and "attachment" in sheet["Content-Disposition"]
    assert client.get(at("sheet", clearance, "pdf")).content.startswith(b"%PDF")
    assert client.get(at("sheet", clearance, "exe")).status_code == 404
    book = openpyxl.load_workbook(BytesIO(client.get(at("comments", clearance)).content))
    said = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("is too much." in text for text in said) and any("It is less now." in text for text in said)
    assert not any("Never mind." in text for text in said)


def test_the_navigation_counts_what_waits(clearance, record, people, client_for, rf):
    for who in ("ana", "carla", "emil", "dora", "hana", "galina", "kim"):
        assert waiting(people[who]) == len(queries.waiting_for(people[who])), who
    today = timezone.localdate()
    actions.delegate(person=people["carla"], to=people["galina"], starts=today, ends=today, by=people["carla"])
    actions.delegate(person=people["dora"], to=people["fatos"], starts=today, ends=today, by=people["dora"])
    assert (waiting(people["galina"]), waiting(people["fatos"])) == (1, 1)
    client_for(people["ana"]).get(LIST)  # the addresses are read, and the entry with them
    for who, shown in (("carla", True), ("jan", False), ("ion", False), ("nobody", False)):
        request = rf.get("/")
        request.user = people[who]
        assert any(link.url == LIST for link in navigation.links(request)) is shown, who


def test_the_count_is_cheap(clearance, people, django_assert_num_queries):
    for who, most in (("carla", 1), ("dora", 2)):
        list(people[who].standing)
        waiting(people[who])
        with django_assert_num_queries(most):
            waiting(people[who])


def test_lists_ask_the_database_a_bounded_number_of_times(record, people, client_for, django_assert_max_num_queries):
    for _ in range(8):
        desk.submit(desk.paper(people), people["ana"])
    assert Clearance.objects.count() == 8
    for who, query, most in (
        ("carla", "", 20), ("ana", "?list=own", 20), ("dora", "?list=late", 20), ("dora", "?list=all", 20), ("dora", "?list=done", 20),
    ):  # fmt: skip
        client = client_for(people[who])
        client.get(LIST + query)
        with django_assert_max_num_queries(most):
            client.get(LIST + query)
    client = client_for(people["dora"])
    client.get(LIST)
    with django_assert_max_num_queries(24):
        client.get(reverse("clearance:load"))
