"""Pages of mechanisms: who may read, what a person reads, files, and how many questions a page asks."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from migov.foundation.records.models import Record, Visibility
from migov.foundation.shell import search
from migov.work.cooperation.mechanisms.queries import common, of_country
from migov.work.cooperation.mechanisms.shipped import load_mechanisms
from migov.work.cooperation.models import CardFact, Mechanism, Membership
from tests.factories import PlaceFactory
from tests.work.cooperation.making import mechanism, member

pytestmark = pytest.mark.django_db
READERS = ("ana", "carla", "emil", "fatos", "galina", "hana", "kim")
OUTSIDERS = ("ion", "jan", "nobody")


def pages() -> list[str]:
    return [
        reverse("cooperation:mechanisms"), reverse("cooperation:mechanism", args=["prague"]), reverse("cooperation:matrix"),
        reverse("cooperation:graph"), reverse("cooperation:mechanisms-of-country", args=["MDA"]),
        reverse("cooperation:mechanisms-export", args=["csv"]), reverse("cooperation:matrix-export", args=["csv"]),
        reverse("cooperation:graph-export", args=["csv"]),
    ]  # fmt: skip


def csv_of(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def read(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", READERS)
def test_colleagues_read_everything(name: str, prague: Mechanism, signed_in: Any) -> None:
    client = signed_in(name)
    for url in pages():
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_read_nothing(name: str, prague: Mechanism, signed_in: Any) -> None:
    client = signed_in(name)
    for url in pages():
        assert client.get(url).status_code in (403, 404), url


def test_strangers_are_sent_to_sign_in(prague: Mechanism, client: Any) -> None:
    for url in pages():
        assert client.get(url).status_code == 302, url


def test_what_belongs_to_another_office_alone_is_not_shown(prague: Mechanism, signed_in: Any) -> None:
    Record.objects.filter(pk=prague.pk).update(visibility=Visibility.OFFICE)
    client = signed_in("ana")
    assert client.get(reverse("cooperation:mechanism", args=["prague"])).status_code == 404
    for url in (reverse("cooperation:mechanisms"), reverse("cooperation:matrix"), reverse("cooperation:graph")):
        assert "Prague Process" not in read(client.get(url))
    assert "Prague Process" not in str(csv_of(client.get(reverse("cooperation:mechanisms-export", args=["csv"]))))
    assert "Prague Process" in read(signed_in("fatos").get(reverse("cooperation:mechanisms")))


def test_the_list_is_filtered_by_type_state_country_theme_and_words(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("ana")

    def listed(query: str) -> set[str]:
        rows = csv_of(client.get(f"{reverse('cooperation:mechanisms-export', args=['csv'])}?{query}"))
        return {row["Short name"] for row in rows}

    assert listed("") == {"Prague Process", "Budapest Process", "GUAM", "Söderköping Process"}
    assert listed("type=organisation") == {"GUAM"}
    assert listed("state=ended") == {"Söderköping Process"}
    assert listed("country=TUR") == {"Budapest Process"}
    assert listed("country=MDA&country=UKR") == {"Prague Process", "Budapest Process", "GUAM"}
    assert listed("country=UZB") == set()
    assert listed("theme=borders") == {"Prague Process"}
    assert listed("q=closer+partnerships") == {"Prague Process"}
    page = client.get(f"{reverse('cooperation:mechanisms')}?q=nothing-like-it")
    assert "No mechanism matches" in read(page)


@pytest.mark.parametrize("query", ["type=nonsense", "state=x", "country=ZZZ", "theme=none"])
def test_a_condition_that_is_not_known_is_said(prague: Mechanism, signed_in: Any, query: str) -> None:
    client = signed_in("ana")
    page = read(client.get(f"{reverse('cooperation:mechanisms')}?{query}"))
    assert "no mechanism is shown" in page
    assert "is not known here" in page
    assert "Budapest Process" not in page
    assert client.get(f"{reverse('cooperation:mechanisms-export', args=['csv'])}?{query}").status_code == 400


def test_the_list_and_its_file_are_sorted(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("ana")

    def order(sort: str) -> list[str]:
        rows = csv_of(client.get(f"{reverse('cooperation:mechanisms-export', args=['csv'])}?sort={sort}"))
        return [row["Short name"] for row in rows]

    assert order("name") == ["Budapest Process", "GUAM", "Prague Process", "Söderköping Process"]
    assert order("-name") == order("name")[::-1]
    assert order("-states")[0] == "Prague Process"
    assert order("chair")[0] == "Prague Process"
    page = read(client.get(f"{reverse('cooperation:mechanisms')}?sort=-name&type=consultation"))
    assert page.index("Söderköping Process") < page.index("Budapest Process")
    assert "sort=-name" in page  # the file holds the same order


def test_a_chair_without_an_end_says_of_when_its_source_is(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("ana")
    rows = csv_of(client.get(f"{reverse('cooperation:mechanisms-export', args=['csv'])}?q=prague"))
    assert rows[0]["Chair"].endswith(" (as of 2021)")
    assert "(as of 2021)" in read(client.get(reverse("cooperation:mechanism", args=["prague"])))


def test_none_named_is_not_none_that_takes_part(prague: Mechanism, signed_in: Any) -> None:
    mechanism("network", short_name="A network", type="network")
    rows = csv_of(signed_in("ana").get(f"{reverse('cooperation:mechanisms-export', args=['csv'])}?type=network"))
    assert rows[0]["States taking part"] == ""


def test_one_source_of_all_members_is_said_once(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("ana")
    page = read(client.get(reverse("cooperation:mechanism", args=["budapest"])))
    assert '<th scope="col">As of</th>' not in page
    assert "as of 2017" in page
    several = read(client.get(reverse("cooperation:mechanism", args=["prague"])))
    assert '<th scope="col">As of</th>' in several
    editing = read(signed_in("fatos").get(f"{reverse('cooperation:mechanism', args=['budapest'])}?edit=1"))
    assert "state anew" in editing[editing.index('id="place-MDA"') :]


def test_a_name_with_a_footnote_is_no_participating_state(prague: Mechanism, signed_in: Any) -> None:
    page = read(signed_in("ana").get(reverse("cooperation:mechanism", args=["prague"])))
    row = page[page.index('id="place-XKX"') :]
    row = row[: row.index("</tr>")]
    assert ">participant<" in row
    assert "participating State" not in row


@pytest.mark.parametrize(
    ("field", "one", "other", "differ"),
    [
        ("established", "2009", "2009, by the Joint Declaration in Prague", False),
        ("established", "1993", "1991", True),
        ("established", "March 1998, by four States", "1998", False),
        ("secretariat", "ICMPD", "ICMPD (Vienna), since 1994", False),
        ("secretariat", "ICMPD", "The chairing country", True),
        ("governance", "Conferences", "Yearly meetings of officials", False),
    ],
)
def test_fewer_words_are_no_other_answer(signed_in: Any, field: str, one: str, other: str, differ: bool) -> None:
    made = mechanism("forum", short_name="Forum")
    for value, source in ((one, "A"), (other, "B")):
        CardFact.objects.create(mechanism=made, field=field, value=value, source=source)
    page = read(signed_in("ana").get(reverse("cooperation:mechanism", args=["forum"])))
    assert (">sources differ<" in page) is differ


def test_the_export_says_who_says_so(prague: Mechanism, signed_in: Any) -> None:
    rows = csv_of(signed_in("ana").get(f"{reverse('cooperation:mechanisms-export', args=['csv'])}?q=prague"))
    assert rows[0]["Established"] == "2009 [Secretariat, as of 2021]; 2010 [Study, as of 2021]"
    assert rows[0]["States taking part"] == "5"


def test_the_card_shows_facts_with_sources_and_where_they_differ(prague: Mechanism, signed_in: Any) -> None:
    text = read(signed_in("ana").get(reverse("cooperation:mechanism", args=["prague"])))
    for words in (
        "Prague Process on Migration", "2009", "2010", "Secretariat", "Study", "sources differ", "since 10 June 2014", "since 10 June 2015",
        "National coordinator", "not checked", "Söderköping Process", "2011 to 2017", "chair since 2021", "Kosovo*", "ICMPD",
        "UN Security Council resolution 1244",
    ):  # fmt: skip
        assert words in text, words
    assert "State a fact" not in text
    address = reverse("cooperation:mechanism", args=["prague"])
    assert "state anew" not in read(signed_in("fatos").get(address))
    assert "state anew" in read(signed_in("fatos").get(f"{address}?edit=1"))
    assert "state anew" not in read(signed_in("ana").get(f"{address}?edit=1"))


def test_an_ended_mechanism_says_what_it_became(prague: Mechanism, signed_in: Any) -> None:
    text = read(signed_in("ana").get(reverse("cooperation:mechanism", args=["soderkoping"])))
    assert "This mechanism is ended" in text
    assert "It became" in text


def test_the_card_of_an_earlier_day(prague: Mechanism, signed_in: Any) -> None:
    url = reverse("cooperation:mechanism", args=["guam"])
    client = signed_in("ana")
    assert ">former member<" in read(client.get(url))
    earlier = read(client.get(f"{url}?on=2003-01-01"))
    assert ">former member<" not in earlier
    assert "UZB" in earlier or "Uzbekistan" in earlier
    assert "Uzbekistan" not in read(client.get(f"{url}?on=1998-01-01"))
    assert client.get(f"{url}?on=2003-02-31").status_code == 200


def test_the_matrix_says_part_and_year_and_that_sources_differ(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("ana")
    text = read(client.get(reverse("cooperation:matrix")))
    assert "Kosovo*, participant, sources differ" in text
    assert "Söderköping" not in text
    assert "Söderköping" in read(client.get(f"{reverse('cooperation:matrix')}?ended=1"))
    rows = {row["Mechanism"]: row for row in csv_of(client.get(reverse("cooperation:matrix-export", args=["csv"])))}
    assert rows["GUAM"]["Moldova"] == "member (since 10 October 1997), as of 2024"
    assert rows["Prague Process"]["Kosovo*"].endswith("sources differ")
    assert rows["Prague Process"]["Countries taking part"] == "4"
    assert set(rows) == {"Prague Process", "Budapest Process", "GUAM"}
    only = csv_of(client.get(f"{reverse('cooperation:matrix-export', args=['csv'])}?type=organisation&on=1996-01-01"))
    assert only == []


def test_the_matrix_as_a_workbook(prague: Mechanism, signed_in: Any) -> None:
    response = signed_in("ana").get(reverse("cooperation:matrix-export", args=["xlsx"]))
    cells = [str(cell.value) for sheet in load_workbook(BytesIO(response.content)) for row in sheet for cell in row]
    assert "GUAM" in cells
    assert any("resolution 1244" in cell for cell in cells)


def test_who_sits_with_whom(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("ana")
    rows = csv_of(client.get(reverse("cooperation:graph-export", args=["csv"])))
    assert rows[0]["In common"] == "3"
    assert rows[0]["Mechanisms"] == "Budapest Process, GUAM, Prague Process"
    text = read(client.get(f"{reverse('cooperation:graph')}?least=3"))
    assert "Moldova · Ukraine" in text
    assert text.count("<line") == 1
    assert "Not drawn:" in text
    assert read(client.get(f"{reverse('cooperation:graph')}?least=1")).count("<line") == len(rows)
    assert "No two countries share" in read(client.get(f"{reverse('cooperation:graph')}?theme=health"))


def test_one_country(prague: Mechanism, signed_in: Any, people: Any) -> None:
    client = signed_in("ana")
    text = read(client.get(reverse("cooperation:mechanisms-of-country", args=["uzb"])))
    assert "former member" in text
    assert client.get(reverse("cooperation:mechanisms-of-country", args=["FRA"])).status_code == 404
    moldova, ukraine = PlaceFactory(code="MDA"), PlaceFactory(code="UKR")
    assert len(of_country(moldova, people["ana"])) == 4
    assert [str(one) for one, _a, _b in common(moldova, ukraine, people["ana"])] == [
        "Budapest Process",
        "Prague Process",
        "GUAM",
    ]


def test_search_finds_names_and_what_sources_say(prague: Mechanism, people: Any) -> None:
    def titles(name: str, words: str) -> list[str]:
        return [hit.title for group in search.search(words, people[name]) for hit in group.hits]

    assert any("Prague Process" in title for title in titles("ana", "partnerships closer"))
    assert not any("Prague Process" in title for title in titles("ion", "prague"))


def test_the_front_page_of_the_room(prague: Mechanism, signed_in: Any) -> None:
    text = read(signed_in("ana").get(reverse("cooperation:home")))
    assert "4 mechanisms" in text
    assert "3 active" in text
    assert "Add a mechanism" not in text


def test_unknown_addresses(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("ana")
    assert client.get(reverse("cooperation:mechanism", args=["nothing"])).status_code == 404
    assert client.get(reverse("cooperation:matrix-export", args=["pdf"])).status_code == 404


LIMITS = [
    ("mechanisms", (), 16), ("mechanism", ("council-of-europe",), 28), ("matrix", (), 12), ("graph", (), 13),
    ("mechanisms-of-country", ("MDA",), 13), ("mechanisms-export", ("csv",), 15), ("matrix-export", ("xlsx",), 12),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "most"), LIMITS)
def test_pages_ask_a_bounded_number_of_questions(
    name: str, args: tuple[str, ...], most: int, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    load_mechanisms()
    client = signed_in("fatos")
    url = reverse(f"cooperation:{name}", args=args)
    client.get(url)
    with django_assert_max_num_queries(most):
        assert client.get(url).status_code == 200


def test_more_mechanisms_are_no_more_questions(
    prague: Mechanism, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in("ana")
    for number in range(12):
        one = mechanism(f"extra-{number}")
        for code in ("MDA", "ALB", "SRB"):
            member(one, code)
    assert Membership.objects.count() > 40
    with django_assert_max_num_queries(12):
        client.get(reverse("cooperation:matrix"))
    with django_assert_max_num_queries(15):
        client.get(reverse("cooperation:mechanisms"))
