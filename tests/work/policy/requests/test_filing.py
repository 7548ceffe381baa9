"""A request comes in: from a focal point, or from a colleague on behalf of a government."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.models import Membership, OfficeKind, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, RecordPlace, Visibility
from migov.services.notices.models import Notice
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.requests.actions import filing
from migov.work.policy.requests.actions.filing import Details, Filing, Twice
from migov.work.policy.requests.actions.ground import Conflict, RequestError
from tests.factories import OfficeFactory, ThemeFactory
from tests.work.policy.requests.conftest import document, upload

pytestmark = pytest.mark.django_db
People = dict[str, User]


def place(code: str) -> Place:
    return Place.objects.get(code=code)


def what(title: str = "Review of the law", **more: Any) -> Filing:
    return Filing(**{"title": title, "kind": "review", "sender": "Ministry", **more})


def test_a_focal_point_files_for_its_own_country(people: People) -> None:
    made = filing.file_request(what(themes=[ThemeFactory(code="protection")]), by=people["ion"])
    record = made.record
    assert made.state == "filed" and made.country == place("MDA") and made.filed_by == people["ion"]
    assert record.reference == f"AR-{timezone.localdate().year}-0001" and record.visibility == Visibility.PARTNERS
    assert [row.place.code for row in RecordPlace.objects.current().filter(record=record)] == ["MDA"]
    assert [theme.code for theme in record.themes.all()] == ["protection"]
    assert JournalEntry.objects.get(record_id=record.pk).verb == "request filed"


def test_policy_officers_are_told(people: People) -> None:
    filing.file_request(what(), by=people["ion"])
    notice = Notice.objects.get(person=people["fatos"])
    assert "Review of the law" in notice.title and "Moldova" in notice.title
    assert not Notice.objects.exclude(person=people["fatos"]).exists()


def test_a_focal_point_cannot_file_for_another_country(people: People) -> None:
    with pytest.raises(PermissionDenied):
        filing.file_request(what(country=place("ALB")), by=people["ion"])
    assert not AssistanceRequest.objects.exists()


@pytest.mark.parametrize("who", ["jan", "nobody"])
def test_outsiders_file_nothing(people: People, who: str) -> None:
    with pytest.raises(PermissionDenied):
        filing.file_request(what(country=place("MDA")), by=people[who])


def test_a_colleague_files_on_behalf_of_a_government(people: People) -> None:
    office = OfficeFactory(code="tirana")
    office.place, office.kind = place("ALB"), OfficeKind.COUNTRY
    office.save()
    received = timezone.localdate() - timedelta(days=4)
    made = filing.file_request(what(country=place("ALB"), letter="7/1", received_on=received), by=people["ana"])
    assert (made.country, made.letter, made.received_on) == (place("ALB"), "7/1", received)
    assert made.record.office == office


def test_several_states_ask_together(people: People) -> None:
    made = filing.file_request(what(places=[place("MDA"), place("UKR")]), by=people["fatos"])
    assert made.country is None
    assert {row.place.code for row in RecordPlace.objects.current().filter(record=made.record)} == {"MDA", "UKR"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"sender": " "}, "sender"),
        ({"country": None}, "country"),
        ({"received_on": date(2999, 1, 1)}, "received_on"),
        ({"due": date(2020, 1, 1)}, "due"),
    ],
)
def test_what_is_wrong_names_its_field(people: People, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(RequestError) as refused:
        filing.file_request(what(**{"country": place("ALB"), **wrong}), by=people["fatos"])
    assert refused.value.field == field
    assert not AssistanceRequest.objects.exists()


def test_numbers_go_on_within_a_year(people: People) -> None:
    numbers = [filing.file_request(what(f"Request {n}"), by=people["ion"]).record.reference for n in range(3)]
    year = timezone.localdate().year
    assert numbers == [f"AR-{year}-000{n}" for n in (1, 2, 3)]
    assert filing.next_reference(year - 1) == f"AR-{year - 1}-0001"


def test_two_clicks_are_one_request(people: People) -> None:
    first = filing.file_request(what(), by=people["ion"])
    with pytest.raises(Twice) as twice:
        filing.file_request(what(), by=people["ion"])
    assert twice.value.request == first
    assert AssistanceRequest.objects.count() == 1
    later = timezone.now() + filing.TWICE * 2
    assert filing.file_request(what(), by=people["ion"], at=later).pk != first.pk


def test_a_file_that_is_refused_does_not_hold_up_the_others(people: People) -> None:
    made = filing.file_request(what(), by=people["ion"])
    given = [upload("letter.txt"), upload("virus.exe", "MZ"), upload("annex.txt", "Another text.")]
    kept, refused = filing.add_documents(made, given, by=people["ion"])
    assert [one.name for one in kept] == ["letter.txt", "annex.txt"]
    assert [one.name for one in refused] == ["virus.exe"] and refused[0].why


def test_files_are_added_by_those_concerned_only(people: People, asked: AssistanceRequest, point_of: Any) -> None:
    for who in (people["jan"], people["nobody"], people["galina"], point_of("ALB")):
        with pytest.raises(PermissionDenied):
            filing.add_documents(asked, [upload()], by=who)
    assert document(asked, people["ion"], "annex.txt")


def details(request: AssistanceRequest, **more: Any) -> Details:
    return Details(
        **{
            "title": request.record.title, "kind": request.kind, "sender": request.sender, "lead": request.record.owner, **more
        }
    )  # fmt: skip


def test_a_request_is_described_better(people: People, asked: AssistanceRequest) -> None:
    made = filing.describe(
        asked, details(asked, title="Another title", due=date(2027, 1, 1), themes=[ThemeFactory(code="labour")]),
        by=people["carla"], seen=asked.revision,
    )  # fmt: skip
    assert (made.record.title, made.due, made.revision) == ("Another title", date(2027, 1, 1), asked.revision + 1)
    entry = JournalEntry.objects.get(record_id=asked.pk, verb="request changed")
    assert entry.detail["title"]["to"] == "Another title" and "themes" in entry.detail


def test_describing_tells_a_new_lead(people: People, asked: AssistanceRequest) -> None:
    filing.describe(asked, details(asked, lead=people["emil"]), by=people["fatos"])
    assert "You lead the work" in Notice.objects.get(person=people["emil"]).title


def test_describing_what_somebody_else_changed_meanwhile_is_refused(people: People, asked: AssistanceRequest) -> None:
    filing.describe(asked, details(asked, title="First"), by=people["fatos"], seen=1)
    with pytest.raises(Conflict):
        filing.describe(asked, details(asked, title="Second"), by=people["carla"], seen=1)


@pytest.mark.parametrize("who", ["ion", "jan", "nobody", "ana", "emil"])
def test_others_do_not_describe_it(people: People, asked: AssistanceRequest, who: str) -> None:
    with pytest.raises(PermissionDenied):
        filing.describe(asked, details(asked, title="Mine"), by=people[who])


def test_who_works_on_it_does_not_give_it_away(people: People, asked: AssistanceRequest) -> None:
    with pytest.raises(PermissionDenied):
        filing.describe(asked, details(asked, lead=people["emil"]), by=people["carla"])


def test_country_officers_of_policy_are_told_of_their_own(people: People) -> None:
    office = OfficeFactory(code="tirana")
    office.place, office.kind = place("ALB"), OfficeKind.COUNTRY
    office.save()
    Membership.objects.create(user=people["ana"], office=office, role="policy")
    Membership.objects.create(user=people["boris"], office=OfficeFactory(code="chisinau"), role="policy")
    filing.file_request(what(country=place("ALB")), by=people["hana"])
    assert {notice.person for notice in Notice.objects.all()} == {people["ana"], people["fatos"]}
