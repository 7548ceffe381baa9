"""Verifying in bulk: what waits, what is odd about it, what an act changed, what could not be done and why."""

from __future__ import annotations

from typing import Any

import pytest

from migov.services.notices.models import Notice
from migov.work.results.actions import checking, entering
from migov.work.results.actions.many import Cell, put_many
from migov.work.results.actions.returning import return_values
from migov.work.results.models import Entry, Measurement, StandardIndicator
from tests.work.results.reporting_desk import FEMALE, Measured

pytestmark = pytest.mark.django_db
URL = "/results/verify/"


@pytest.fixture
def desk(people: Any) -> Measured:
    return Measured(people)


@pytest.fixture
def emil(desk: Measured, client_for: Any) -> Any:
    return client_for(desk.emil)


def act(client: Any, step: str, *entries: Entry, reason: str = "", query: str = "") -> Any:
    return client.post(URL + query, {"step": step, "entry": [entry.pk for entry in entries], "reason": reason})


class TestList:
    def test_a_value_stands_beside_its_target_the_last_value_and_what_is_odd(self, desk: Measured, emil: Any) -> None:
        desk.verified("90", 2024)
        desk.submitted("950", 2025)
        page = " ".join(emil.get(URL).text.split())
        for words in ("Shelter in Tirana", "People assisted", "1 value waits to be verified", "950", ">100<", "90",
                      "31 December 2024", "more than five times the target of 100"):  # fmt: skip
            assert words in page

    def test_a_percentage_shows_both_its_numbers(self, desk: Measured, emil: Any) -> None:
        at = desk.at(2025, desk.percent).pk
        [entry, _other] = put_many(
            desk.project,
            [Cell(desk.percent.pk, at, name, text) for name, text in (("numerator", "30"), ("denominator", "40"))],
            by=desk.ana,
        )
        checking.take("submit", [entry.entry or 0], by=desk.ana)
        assert "75 (30 / 40)" in emil.get(URL).text

    def test_filters_by_office_project_and_findings(self, desk: Measured, people: Any, emil: Any) -> None:
        desk.submitted("950")
        other = Measured(people, "Elsewhere", office=people["boris"].memberships.get().office)
        calm = put_many(other.project, [Cell(other.number.pk, other.at(2025).pk, "value", "80")], by=desk.emil)
        checking.take("submit", [calm[0].entry or 0], by=people["kim"])

        def rows(query: str) -> list[str]:
            groups = emil.get(f"{URL}?{query}").context["groups"]
            return [record.title for record, _some in groups]

        assert rows("") == ["Elsewhere", "Shelter in Tirana"]
        assert rows("findings=some") == ["Shelter in Tirana"]
        assert rows("findings=none") == ["Elsewhere"]
        assert rows(f"office={desk.project.record.office_id}") == ["Shelter in Tirana"]
        assert rows(f"project={other.project.pk}") == ["Elsewhere"]
        assert rows("office=x&project=²") == ["Elsewhere", "Shelter in Tirana"]
        assert "Nothing that waits matches" in emil.get(f"{URL}?project=1{'0' * 9}").text

    def test_those_without_findings_are_chosen_at_once(self, desk: Measured, emil: Any) -> None:
        calm, odd = desk.submitted("80", 2024), desk.submitted("950", 2025)
        page = emil.get(URL + "?select=clean").text
        assert "checked" in _box(page, calm)
        assert "checked" not in _box(page, odd)

    def test_own_values_say_that_somebody_else_verifies_them(self, desk: Measured, emil: Any) -> None:
        entry = desk.put("80")
        checking.take("submit", [entry.pk], by=desk.emil)
        assert "you submitted it: somebody else verifies it" in emil.get(URL).text
        answer = act(emil, "verify", entry)
        assert answer.status_code == 409
        assert "You submitted it yourself" in answer.text

    def test_nothing_waiting_says_so(self, desk: Measured, emil: Any) -> None:
        assert "Nothing waits to be verified" in emil.get(URL).text


def _box(page: str, entry: Entry) -> str:
    start = page.index(f'value="{entry.pk}"', page.index("data-verify"))
    return page[page.rindex("<", 0, start) : page.index(">", page.index("aria-label", start))]


class TestActs:
    def test_verified_values_count_and_the_page_says_which_figures_changed(self, desk: Measured, emil: Any) -> None:
        desk.number.standard = StandardIndicator.objects.create(
            code="test-assisted", title="People assisted, all projects", across_projects="sum"
        )
        desk.number.save()
        one, two = desk.submitted("60", 2024), desk.submitted("100", 2025)
        answer = act(emil, "verify", one, two)
        page = " ".join(answer.text.split())
        assert answer.status_code == 200
        assert "2 values verified: they count from now on." in page
        assert "– → <b>160</b> of 200" in page
        assert "Results on track" in page
        assert "0 of 2 → <b>1 of 2</b>" in page
        assert "People assisted, all projects</a>: – → <b>160</b>" in page
        assert Measurement.objects.current().filter(kind="a").count() == 2

    def test_what_could_not_be_done_says_why_in_its_row(self, desk: Measured, emil: Any) -> None:
        good, broken = desk.submitted("60", 2024), desk.put("50", 2025)
        checking.take("submit", [broken.pk], by=desk.ana)
        # Somebody changed the parts behind the back of the checks, as an import could.
        Entry.objects.filter(pk=broken.pk).update(status="draft")
        entering.put(desk.number, desk.at(2025), part=FEMALE, field="value", was="", now="70", by=desk.ana)
        Entry.objects.filter(pk=broken.pk).update(status="submitted")
        answer = act(emil, "verify", good, broken)
        assert "1 value verified" in answer.text
        assert "1 stays as it was" in answer.text
        assert "more than the total of 50" in answer.text
        assert Entry.objects.get(pk=broken.pk).status == "submitted"

    def test_values_are_returned_with_a_reason_and_who_submitted_is_told(self, desk: Measured, emil: Any) -> None:
        one, two = desk.submitted("60", 2024), desk.submitted("70", 2025)
        refused = act(emil, "return", one, two)
        assert (refused.status_code, "Say why" in refused.text) == (422, True)
        assert "checked" in _box(refused.text, one), "what was chosen is kept"
        answer = act(emil, "return", one, two, reason="Add the list of March.")
        assert "2 values returned" in answer.text
        [notice] = Notice.objects.all()
        assert (notice.person, notice.record_id) == (desk.ana, desk.project.pk)
        assert "2 values of “Shelter in Tirana” were returned." in notice.title
        assert "Add the list of March." in notice.text

    def test_who_returns_what_they_submitted_is_not_told(self, desk: Measured) -> None:
        entry = desk.put("60")
        checking.take("submit", [entry.pk], by=desk.emil)
        return_values([entry.pk], by=desk.emil, reason="Mine was wrong.")
        assert not Notice.objects.exists()

    def test_a_second_return_is_told_again(self, desk: Measured) -> None:
        for _round in range(2):
            entry = desk.submitted("60")
            return_values([entry.pk], by=desk.emil, reason="Not yet.")
        assert Notice.objects.count() == 2

    def test_nothing_chosen_is_said(self, desk: Measured, emil: Any) -> None:
        desk.submitted()
        assert "Nothing was chosen" in act(emil, "verify").text


class TestLock:
    def test_values_are_locked_until_a_day_and_unlocked_with_a_reason(self, desk: Measured, emil: Any) -> None:
        old, new = desk.verified("60", 2024), desk.verified("70", 2025)
        body = {"project": desk.project.pk, "until": "2024-12-31"}
        answer = emil.post("/results/verify/lock/", body, follow=True)
        assert "1 value of “Shelter in Tirana” locked." in answer.text
        assert [Entry.objects.get(pk=one.pk).status for one in (old, new)] == ["locked", "verified"]
        url = f"/results/entries/{old.pk}/"
        assert "Say why" in emil.post(url + "unlock/", {}).text
        answer = emil.post(url + "unlock/", {"reason": "The ministry corrected its register."}, follow=True)
        assert "The ministry corrected its register." in answer.text
        assert Entry.objects.get(pk=old.pk).status == "verified"

    def test_a_day_that_is_none_is_refused(self, desk: Measured, emil: Any) -> None:
        desk.verified()
        for until, words in (("soon", "is not a date"), ("", "Say until which day")):
            answer = emil.post("/results/verify/lock/", {"project": desk.project.pk, "until": until}, follow=True)
            assert words in answer.text
        assert emil.post("/results/verify/lock/", {"project": "x", "until": "2025-01-01"}).status_code == 404


def test_outsiders_verify_nothing_and_see_nothing_that_waits(desk: Measured, client: Any, client_for: Any) -> None:
    entry = desk.submitted()
    for who in ("nobody", "jan", "ion", "ana", "boris", "hana"):
        person = client_for(desk.people[who])
        assert person.get(URL).status_code == 403, who
        assert act(person, "verify", entry).status_code == 403, who
        assert person.post("/results/verify/lock/", {"project": desk.project.pk}).status_code == 403, who
    assert client.get(URL).status_code == 302
    assert Entry.objects.get().status == "submitted"


def test_who_verifies_for_one_office_cannot_touch_another(desk: Measured, client_for: Any) -> None:
    from migov.foundation.people.models import Role
    from tests.factories import country_office, person

    entry = desk.submitted()
    other = client_for(person(Role.MANDE, country_office("chisinau"), username="local"))
    assert "Nothing waits" in other.get(URL).text
    assert act(other, "verify", entry).status_code == 422
    assert Entry.objects.get().status == "submitted"


def test_a_page_of_fifty_takes_few_queries(
    desk: Measured, people: Any, emil: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(18):
        more = Measured(people, f"Project {n}")
        for year in (2024, 2025, 2026):
            more.submitted("80", year)
    with django_assert_max_num_queries(40):
        page = emil.get(URL)
    assert "54 values wait" in page.text
    assert page.text.count('name="entry"') == 50
    with django_assert_max_num_queries(100):
        act(emil, "verify", *Entry.objects.all()[:20])
