"""Country offices are asked for their contribution, and answer; days that come are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.records.models import Record, Visibility
from migov.services.notices.models import Notice
from migov.work.cooperation.inputs import queries, reminders
from migov.work.cooperation.inputs.actions import life, offices
from migov.work.cooperation.inputs.actions.ground import InputRefused, Meanwhile
from migov.work.cooperation.models import Input, OfficeAsked
from tests.factories import OfficeFactory
from tests.work.cooperation.inputs.conftest import Ground


def ask(at: Ground, paper: Input, **fields: object) -> OfficeAsked:
    said = {"question": "How many bilateral agreements are in force?", **fields}
    return offices.ask(paper, [at.tirana], by=at.people["fatos"], **said)[0]  # type: ignore[arg-type]


def test_an_office_is_asked_answers_and_who_writes_is_told(at: Ground) -> None:
    made = at.draft()
    row = ask(at, made)
    assert Notice.objects.filter(person=at.people["ana"], kind="input-asked").count() == 1
    assert not Notice.objects.filter(person=at.people["boris"], kind="input-asked").exists()
    assert list(queries.mine(at.people["ana"]).to_answer) == [row]
    offices.answer(row, text="Three: Germany, Italy and Greece.", by=at.people["ana"])
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("Three: Germany, Italy and Greece.", at.people["ana"])
    assert Notice.objects.filter(person=at.people["fatos"], kind="input-asked", title__contains="answered").exists()
    assert not queries.mine(at.people["ana"]).to_answer


def test_an_office_is_not_asked_twice_and_not_without_a_question(at: Ground) -> None:
    made = at.draft()
    ask(at, made)
    with pytest.raises(InputRefused) as refused:
        ask(at, made)
    assert refused.value.field == "offices"
    with pytest.raises(InputRefused) as refused:
        offices.ask(made, [at.people["boris"].memberships.get().office], question=" ", by=at.people["fatos"])
    assert refused.value.field == "question"


@pytest.mark.parametrize("name", ["boris", "ion", "jan", "nobody"])
def test_only_the_office_that_was_asked_answers(at: Ground, name: str) -> None:
    row = ask(at, at.draft())
    with pytest.raises(PermissionDenied):
        offices.answer(row, text="From us.", by=at.people[name])
    assert not OfficeAsked.objects.get(pk=row.pk).answer


def test_only_who_writes_asks(at: Ground) -> None:
    made = at.draft()
    for name in ("ana", "boris", "hana", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            offices.ask(made, [at.tirana], question="What?", by=at.people[name])


def test_an_office_that_does_not_see_the_input_is_not_asked(at: Ground) -> None:
    made = at.draft()
    regional = at.people["fatos"].memberships.get().office
    Record.objects.filter(pk=made.pk).update(visibility=Visibility.OFFICE, office=regional)
    with pytest.raises(InputRefused, match="do not see"):
        ask(at, made)


def test_of_two_who_answer_at_once_the_second_reads_first(at: Ground) -> None:
    row = ask(at, at.draft())
    offices.answer(row, text="Three.", seen=1, by=at.people["ana"])
    with pytest.raises(Meanwhile):
        offices.answer(row, text="Four.", seen=1, by=at.people["ana"])
    assert OfficeAsked.objects.get(pk=row.pk).answer == "Three."


def test_an_answer_stays_when_the_office_is_asked_no_longer(at: Ground) -> None:
    row = ask(at, at.draft())
    offices.answer(row, text="Three.", by=at.people["ana"])
    with pytest.raises(InputRefused):
        offices.withdraw(row, by=at.people["fatos"])
    other = ask(at, at.draft())
    offices.withdraw(other, by=at.people["fatos"])
    assert not OfficeAsked.objects.filter(pk=other.pk).exists()


def test_days_are_told_once_to_those_concerned(at: Ground) -> None:
    today = date(2026, 11, 23)
    wanted = at.request(due=today + timedelta(days=5))
    late = at.draft(due=today - timedelta(days=1))
    ask(at, at.draft(due=today + timedelta(days=60)), due=timezone.localdate() + timedelta(days=1))
    Notice.objects.all().delete()
    first = reminders.remind(today)
    assert first["inputs due"] == 3  # two officers of what nobody took on, and who writes the other
    assert {one.person.username for one in Notice.objects.filter(record=wanted.record)} == {"fatos", "peter"}
    assert Notice.objects.get(record=late.record).title.replace("\xa0", " ").startswith("Late since 22 November 2026")
    before = Notice.objects.count()
    reminders.remind(today)
    assert Notice.objects.count() == before


def test_a_month_after_delivery_its_owner_is_asked_what_became_of_it(at: Ground) -> None:
    made = at.cleared()
    today = timezone.localdate()
    life.deliver(made, on=today, function="Director", by=at.people["fatos"])
    assert "inputs to follow up" not in reminders.remind(today + timedelta(days=20))
    assert reminders.remind(today + timedelta(days=31))["inputs to follow up"] == 1
    assert list(queries.mine(at.people["fatos"]).to_follow) == [Input.objects.get(pk=made.pk)]
    life.tell_what_became(made, text="Taken up.", by=at.people["fatos"])
    assert not queries.mine(at.people["fatos"]).to_follow


def test_of_an_office_in_which_nobody_has_an_account_the_page_says_that_nobody_was_told(
    at: Ground, client_for: Callable[[Any], Client]
) -> None:
    far = OfficeFactory(code="co-far", name="Far away", kind="country", parent=at.tirana.parent)
    paper, fatos = at.draft(), client_for(at.people["fatos"])
    said = "Nobody of this office has an account here"
    offices.ask(paper, [at.tirana], question="How many?", by=at.people["fatos"])
    url = reverse("cooperation:input", args=[paper.pk])
    assert said not in fatos.get(url).content.decode()
    (row,) = offices.ask(paper, [far], question="How many?", by=at.people["fatos"])
    assert fatos.get(url).content.decode().count(said) == 1
    offices.answer(row, text="By telephone: four.", by=at.people["fatos"])
    assert said not in fatos.get(url).content.decode()
