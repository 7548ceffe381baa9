"""Pages of roll-ups: figures open to their rows, bad questions are told, outsiders are refused, overlaps are declared."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from migov.foundation.people.models import User
from migov.work.results.models import StandardIndicator
from migov.work.results.overlaps import Overlap
from tests.factories import cast, indicator, project, result, values

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return cast()


@pytest.fixture
def standard() -> StandardIndicator:
    """Two indicators of one project (100 and 80 of 200) and one of another (50), all counting people."""
    made = StandardIndicator.objects.create(
        code="assisted", title="People assisted", unit="people", across_periods="sum", across_projects="sum", counts_people=True
    )  # fmt: skip
    home = result(project(title="Shelter North"))
    for title, target, actual, of in (
        ("Assisted at desks", 200, 100, home), ("Assisted by phone", 200, 80, home),
        ("Assisted abroad", 60, 50, result(project(title="Return East"))),
    ):  # fmt: skip
        values(
            indicator(of, title, standard=made, unit="people", across_periods="sum"), 2024, target=target, actual=actual
        )
    return made


@pytest.fixture
def emil(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["emil"])
    return client


ADDRESSES = [
    reverse("results:rollups"), reverse("results:rollups-export", args=["csv"]), reverse("results:rollup", args=["assisted"]),
    reverse("results:rollup-export", args=["assisted", "csv"]), reverse("results:rollup-overlap", args=["assisted"]),
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_outsiders_are_refused(
    client: Client, people: dict[str, User], standard: StandardIndicator, address: str
) -> None:
    assert client.get(address).status_code == 302
    client.force_login(people["nobody"])
    assert client.get(address).status_code == 403


def test_only_monitoring_declares_and_withdraws(
    client: Client, people: dict[str, User], standard: StandardIndicator
) -> None:
    client.force_login(people["ana"])
    address = reverse("results:rollup-overlap", args=["assisted"])
    assert client.get(address).status_code == 403
    assert client.post(address, {"kind": "apart", "reason": "x"}).status_code == 403
    overlap = Overlap.objects.create(kind="apart", reason="Other towns")
    assert client.post(reverse("results:overlap-withdraw", args=[overlap.pk])).status_code == 403
    assert Overlap.objects.current().count() == 1
    assert "Declare who" not in client.get(reverse("results:rollup", args=["assisted"])).content.decode()


def test_a_focal_point_sees_only_what_is_shared_with_its_government(
    client: Client, people: dict[str, User], standard: StandardIndicator
) -> None:
    client.force_login(people["ion"])
    page = client.get(reverse("results:rollup", args=["assisted"]))
    assert page.status_code in (200, 403)
    assert "Shelter North" not in page.content.decode()


def test_the_list_has_one_line_for_each_standard(emil: Client, standard: StandardIndicator) -> None:
    page = emil.get(reverse("results:rollups")).content.decode()
    assert "People assisted" in page
    assert ">150<" in page
    assert f"{reverse('results:rollup', args=['assisted'])}?#left-out" in page


def test_a_figure_opens_to_its_rows_and_says_what_it_leaves_out(emil: Client, standard: StandardIndicator) -> None:
    page = emil.get(reverse("results:rollup", args=["assisted"])).content.decode()
    made, left = page.split('id="made-of"')[1].split('id="left-out"')
    assert "Assisted at desks" in made and "Assisted abroad" in made and "Assisted by phone" not in made
    assert "Assisted by phone" in left and "may count the same people as a larger value" in left
    assert "Within a project the largest of several indicators counts" in page


@pytest.mark.parametrize("by", ["office", "country", "programme", "project", "year"])
def test_each_way_to_tell_apart(emil: Client, standard: StandardIndicator, by: str) -> None:
    page = emil.get(reverse("results:rollup", args=["assisted"]), {"by": by})
    assert page.status_code == 200
    assert "Told apart" in page.content.decode()


def test_bad_questions_are_told_and_nothing_is_shown(emil: Client, standard: StandardIndicator) -> None:
    address = reverse("results:rollup", args=["assisted"])
    for query, words in (
        ("until=tomorrow", "until"),
        ("as_of=2999-01-01", "Nobody knows yet"),
        ("colour=red", "colour"),
    ):
        page = emil.get(f"{address}?{query}").content.decode()
        assert words in page
        assert "could not be used as it is" in page
        assert 'id="made-of"' not in page
        assert emil.get(f"{reverse('results:rollup-export', args=['assisted', 'csv'])}?{query}").status_code == 400
    assert emil.get(f"{address}?by=colour").status_code == 404
    assert emil.get(reverse("results:rollup", args=["nothing"])).status_code == 404
    assert emil.get(reverse("results:rollup-export", args=["assisted", "doc"])).status_code == 404


def test_the_file_holds_every_row_with_what_it_counts(emil: Client, standard: StandardIndicator) -> None:
    answer = emil.get(reverse("results:rollup-export", args=["assisted", "csv"]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = {row["Indicator"]: row for row in csv.DictReader(io.StringIO(text))}
    assert {name: row["Counts with"] for name, row in rows.items()} == {
        "Assisted at desks": "100.0", "Assisted abroad": "50.0", "Assisted by phone": "",
    }  # fmt: skip
    assert rows["Assisted by phone"]["Why it does not count"]


def test_an_overlap_is_declared_in_the_browser_and_changes_the_figure(
    emil: Client, standard: StandardIndicator
) -> None:
    address = reverse("results:rollup-overlap", args=["assisted"])
    page = emil.get(address).content.decode()
    assert page.count('name="indicator"') == 3
    keys = [
        str(pk)
        for pk in standard.indicators.filter(result__project__record__title="Shelter North").values_list(
            "pk", flat=True
        )
    ]
    refused = emil.post(address, {"indicator": keys, "kind": "partly", "twice": "many", "reason": "Lists compared"})
    assert refused.status_code == 422
    assert "Lists compared" in refused.content.decode() and "checked" in refused.content.decode()
    answer = emil.post(
        address, {"indicator": keys, "kind": "partly", "twice": "30", "reason": "Lists compared"}, follow=True
    )
    text = answer.content.decode()
    assert "Declared for 2 indicators" in text
    assert ">200 <" in text and "−30" in text and "Lists compared" in text
    overlap = Overlap.objects.current().get()
    assert (
        "Withdrawn" in emil.post(reverse("results:overlap-withdraw", args=[overlap.pk]), follow=True).content.decode()
    )


def test_pages_ask_the_database_a_bounded_number_of_times(
    emil: Client, standard: StandardIndicator, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        made = indicator(
            result(project(title=f"More {number}")), standard=standard, unit="people", across_periods="sum"
        )
        values(made, 2024, target=10, actual=5)
    with django_assert_max_num_queries(45):
        emil.get(reverse("results:rollup", args=["assisted"]))
    with django_assert_max_num_queries(35):
        emil.get(reverse("results:rollups"))
