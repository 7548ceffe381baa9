"""The backlog: how much is not aligned, in which order it is labelled, the job that reads it, and deciding many at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment
from migov.services.alignment.models import Alignment
from migov.services.jobs.models import Job
from migov.services.suggestions.backlog import Asked, backlog, counts, to_decide, waiting_count
from migov.services.suggestions.many import suggest_many
from migov.services.suggestions.models import Examined
from tests.factories import element, project, result
from tests.services.suggestions.conftest import PredictableMatcher

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]


@pytest.fixture
def gcm(db: None) -> Framework:
    return Framework.objects.get(code="gcm")


@pytest.fixture
def work(people: dict[str, Any], reader: PredictableMatcher) -> dict[str, Record]:
    """Projects of Tirana and Chisinau, one of them aligned to the Global Compact."""
    tirana, chisinau = Office.objects.get(code="tirana"), Office.objects.get(code="chisinau")
    made = {
        "sure": project(office=tirana, title="Trafficking", places={"ALB": 100}).record,
        "unsure": project(office=tirana, title="Borders", places={"ALB": 100}).record,
        "nothing": project(office=tirana, title="Printing", places={"ALB": 100}).record,
        "moldova": project(office=chisinau, title="Smuggling", places={"MDA": 100}).record,
        "done": project(office=tirana, title="Aligned", places={"ALB": 100}).record,
    }
    alignment.declare(made["done"], element("5"), by=people["ana"])
    return made


def page(**asked: str) -> str:
    return f"{reverse('suggestions:backlog')}?{urlencode(asked)}"


def headings(html: str) -> list[str]:
    return re.findall(r'<h2 id="backlog-\d+"><a [^>]*>(.*?)</a>', html)


# What is in it, and in which order


def test_what_is_not_aligned_is_counted_by_framework_as_far_as_one_decides(
    work: dict[str, Record], people: dict
) -> None:
    def numbers(who: str, **asked: str) -> dict[str, int]:
        return {home.code: number for home, number in counts(people[who], Asked(**asked))}

    assert (numbers("carla")["gcm"], numbers("carla")["migof"]) == (4, 5)
    assert (numbers("ana")["gcm"], numbers("boris")["gcm"]) == (3, 1)
    assert numbers("carla", place="MDA")["gcm"] == 1 == numbers("carla", office="chisinau")["gcm"]
    assert numbers("carla", kind="result")["gcm"] == 0
    result(work["done"].project, "Part")
    assert numbers("carla", kind="result")["gcm"] == 1
    assert numbers("galina")["gcm"] == 0


def test_every_count_is_the_number_of_rows(work: dict[str, Record], people: dict) -> None:
    Framework.objects.filter(code="srf").update(valid_to=date(2020, 1, 1))  # over before any of this began
    for home, number in counts(people["carla"], Asked()):
        assert backlog(people["carla"], home, Asked()).count() == number == (0 if home.code == "srf" else number)


def test_the_most_telling_comes_first_and_what_was_not_read_last(
    work: dict[str, Record], people: dict, gcm: Framework
) -> None:
    suggest_many([work[name].pk for name in ("sure", "unsure", "nothing")], ["gcm"], by=SYSTEM)
    assert list(backlog(people["carla"], gcm, Asked())) == [
        work["unsure"], work["sure"], work["nothing"], work["moldova"],
    ]  # fmt: skip


def test_work_stays_until_none_of_its_suggestions_is_left(
    work: dict[str, Record], people: dict, gcm: Framework, client_for: Browser
) -> None:
    for code in ("9", "10", "11"):
        alignment.propose(work["unsure"], element(code), origin="suggested", source="gcm base 1")
    alignment.propose(work["done"], element("6"), origin="sector")  # no suggestion of the matcher: it waits elsewhere
    rows = {row.element.code: row for row in Alignment.objects.current().filter(record=work["unsure"])}
    browser, asked = client_for(people["carla"]), Asked(framework="gcm")
    alignment.confirm(rows["9"], by=people["carla"])
    assert work["unsure"] in to_decide(people["carla"], gcm, asked)
    assert work["unsure"] not in backlog(people["carla"], gcm, asked)
    html = browser.get(page(framework="gcm")).content.decode()
    assert "3 projects without GCM alignment" in html and "1 more below has something confirmed already" in html
    assert "2 more suggestions" in html and headings(html).count("Borders") == 1 and "Aligned" not in headings(html)
    alignment.reject(rows["10"], by=people["carla"])
    assert "1 more suggestion<" in browser.get(page(framework="gcm")).content.decode()
    alignment.confirm(rows["11"], by=people["carla"])
    html = browser.get(page(framework="gcm")).content.decode()
    assert "Borders" not in headings(html) and "more below" not in html


def test_elements_that_people_decided_often_teach_less(work: dict[str, Record], people: dict, gcm: Framework) -> None:
    for number in range(40):
        alignment.declare(project(title=f"Border {number}").record, element("11"), by=people["carla"])
    suggest_many([work["unsure"].pk], ["gcm"], by=SYSTEM)
    assert Examined.objects.get(record=work["unsure"]).unsure == pytest.approx(4 * 0.3 * 0.7)  # of GCM 9, never decided


# The pages


def test_the_entry_lists_frameworks_with_their_counts(
    work: dict[str, Record], people: dict, client_for: Browser
) -> None:
    html = client_for(people["carla"]).get(page(office="tirana")).content.decode()
    assert "?office=tirana&amp;framework=gcm" in html and "GCM (3)" in html
    assert 'aria-current="page">Backlog</a>' in html and reverse("suggestions:coverage") in html


def test_a_framework_shows_work_with_suggestions_to_decide(
    work: dict[str, Record], people: dict, client_for: Browser
) -> None:
    suggest_many([record.pk for name, record in work.items() if name != "moldova"], ["gcm"], by=SYSTEM)
    html = client_for(people["carla"]).get(page(framework="gcm")).content.decode()
    assert "4 projects without GCM alignment" in html and "Have the matcher read 4 projects" in html
    assert headings(html) == ["Borders", "Trafficking", "Printing", "Smuggling"]
    assert "<mark>Trafficking</mark>" in html and html.count('type="checkbox"') >= 2
    assert "Nothing fits." in html and "Not read by the matcher yet." in html
    assert "least sure" in html and html.count('data-key="c"') == 2
    html = client_for(people["carla"]).get(page(framework="gcm", place="MDA")).content.decode()
    assert headings(html) == ["Smuggling"] and "1 project without GCM alignment" in html


def test_an_empty_backlog_says_so(work: dict[str, Record], people: dict, client_for: Browser) -> None:
    client = client_for(people["carla"])
    assert "Nothing is left here with these filters." in client.get(page(framework="gcm", place="XKX")).content.decode()
    Record.objects.filter(pk__in=[work[name].pk for name in work if name != "done"]).delete()
    assert "Everything you answer for is aligned to GCM." in client.get(page(framework="gcm")).content.decode()


@pytest.mark.parametrize(
    "asked", ["framework=none", "framework=%00", "kind=meeting&framework=gcm", "page=zz", "office=--"]
)
def test_nonsense_does_no_harm(work: dict[str, Record], people: dict, client_for: Browser, asked: str) -> None:
    assert client_for(people["carla"]).get(f"{reverse('suggestions:backlog')}?{asked}").status_code == 200


def test_ticked_suggestions_are_decided_together(work: dict[str, Record], people: dict, client_for: Browser) -> None:
    suggest_many([record.pk for record in work.values()], ["gcm"], by=SYSTEM)
    waiting = Alignment.objects.current().filter(status="proposed")
    keys = list(waiting.filter(record__office__code="tirana").values_list("pk", flat=True))
    foreign = waiting.get(record=work["moldova"]).pk
    sent = {"key": [*keys, foreign], "decision": "confirm", "filters": "framework=gcm&office=tirana&page=2"}
    response = client_for(people["ana"]).post(reverse("suggestions:backlog-decide"), sent)
    assert response["Location"] == f"{reverse('suggestions:backlog')}?framework=gcm&office=tirana&page=2"
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert said[0] == "2 proposals were confirmed." and "Smuggling" in said[1]
    assert Alignment.objects.current().filter(status="confirmed", decided_by=people["ana"]).count() == 3
    assert Alignment.objects.current().get(record=work["moldova"]).status == "proposed"


def test_one_suggestion_is_decided_with_one_key(work: dict[str, Record], people: dict, client_for: Browser) -> None:
    suggest_many([work["sure"].pk], ["gcm"], by=SYSTEM)
    row = Alignment.objects.current().get(record=work["sure"])
    html = client_for(people["ana"]).get(page(framework="gcm")).content.decode()
    assert (
        f'hx-post="{reverse("alignment:reject", args=[row.pk])}"' in html and 'hx-target="closest .suggestion"' in html
    )


# The job


def test_the_job_reads_what_is_shown(
    work: dict[str, Record],
    people: dict,
    client_for: Browser,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = client_for(people["ana"]).post(
            reverse("suggestions:backlog-read"), {"framework": "gcm", "place": "ALB", "kind": "project"}
        )
    job = Job.objects.get()
    assert response["Location"] == reverse("jobs:page", args=[job.pk])
    assert (job.title, job.state, job.by) == ("Matcher: 3 projects for GCM", "done", people["ana"])
    assert job.summary["read"] == 3 and job.summary["proposed"] == 2 and job.summary["nothing_fits"] == 1
    assert set(Examined.objects.values_list("record_id", flat=True)) == {
        work[name].pk for name in ("sure", "unsure", "nothing")
    }
    html = client_for(people["ana"]).get(response["Location"]).content.decode()
    assert "/matching/backlog/?framework=gcm&amp;place=ALB" in html


def test_the_job_of_somebody_who_lost_the_right_reads_nothing(
    work: dict[str, Record],
    people: dict,
    client_for: Browser,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        client_for(people["ana"]).post(reverse("suggestions:backlog-read"), {"framework": "gcm"})
    people["ana"].memberships.all().delete()
    for callback in callbacks:
        callback()
    assert Job.objects.get().state == "done" and not Examined.objects.exists()


def test_the_job_needs_a_framework(people: dict, client_for: Browser) -> None:
    response = client_for(people["carla"]).post(reverse("suggestions:backlog-read"), {"framework": "none"})
    assert response["Location"] == reverse("suggestions:backlog") and not Job.objects.exists()


# Who may


def test_only_those_who_decide_alignments_come_here(
    work: dict[str, Record], people: dict, client_for: Browser, client: Client
) -> None:
    suggest_many([record.pk for record in work.values()], ["gcm"], by=SYSTEM)
    before = Alignment.objects.count()
    keys = list(Alignment.objects.current().filter(status="proposed").values_list("pk", flat=True))
    calls = [
        ("get", reverse("suggestions:backlog"), {}),
        ("get", page(framework="gcm"), {}),
        ("post", reverse("suggestions:backlog-read"), {"framework": "gcm"}),
        ("post", reverse("suggestions:backlog-decide"), {"key": keys, "decision": "confirm"}),
    ]
    for method, address, data in calls:
        assert "/accounts/login/" in getattr(client, method)(address, data)["Location"]
        for who in ("nobody", "jan", "ion"):
            assert getattr(client_for(people[who]), method)(address, data).status_code == 403, (who, address)
        for who in ("galina", "hana"):
            response = getattr(client_for(people[who]), method)(address, data)
            if method == "get":
                assert response["Location"] == reverse("suggestions:coverage")
            else:
                assert response.status_code == 403, (who, address)
    assert client_for(people["ana"]).get(reverse("suggestions:backlog-read")).status_code == 405
    assert Alignment.objects.count() == before and not Job.objects.exists()


def test_a_colleague_of_another_office_sees_only_the_own_backlog(
    work: dict[str, Record], people: dict, client_for: Browser
) -> None:
    assert headings(client_for(people["boris"]).get(page(framework="gcm")).content.decode()) == ["Smuggling"]
    html = client_for(people["boris"]).get(page(framework="gcm", office="tirana")).content.decode()
    assert headings(html) == []


def test_the_rail_says_how_many_suggestions_wait(work: dict[str, Record], people: dict, client_for: Browser) -> None:
    suggest_many([record.pk for record in work.values()], ["gcm"], by=SYSTEM)
    alignment.propose(work["nothing"], element("3"), origin="sector")
    cache.clear()
    waiting = {who: waiting_count(people[who]) for who in ("ana", "boris", "carla", "galina", "nobody")}
    assert waiting == {"ana": 2, "boris": 1, "carla": 3, "galina": 0, "nobody": 0}
    assert reverse("suggestions:backlog") in client_for(people["ana"]).get("/").content.decode()
    assert reverse("suggestions:backlog") not in client_for(people["ion"]).get("/").content.decode()


# Speed


def test_the_page_costs_few_queries(
    work: dict[str, Record],
    people: dict,
    client_for: Browser,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        project(title=f"Trafficking at border {number}")
    suggest_many(list(Record.objects.values_list("pk", flat=True)), ["gcm"], by=SYSTEM)
    client = client_for(people["carla"])
    client.get(page(framework="gcm"))
    with django_assert_max_num_queries(16):
        html = client.get(page(framework="gcm")).content.decode()
    assert len(headings(html)) == 20
    with django_assert_max_num_queries(12):
        client.get(page())
