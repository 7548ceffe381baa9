"""What is typed wrongly, comes too late or twice: it is said, nothing breaks, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.records.models import Record
from migov.work.cooperation.inputs.actions import life
from migov.work.cooperation.models import Input
from tests.work.cooperation.inputs.conftest import Ground
from tests.work.cooperation.making import position

Browser = Callable[[Any], Client]
NO_SUCH_KEY = "9" * 20  # no database has room for it


def told(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


@pytest.mark.parametrize("year", ["0000", "20", "abcd", "-001", "12345"])
def test_a_year_that_is_none_is_said_to_be_none(at: Ground, client_for: Browser, year: str) -> None:
    fatos = client_for(at.people["fatos"])
    assert "Write a year" in told(fatos.get(reverse("cooperation:positions"), {"year": year}))
    assert fatos.get(reverse("cooperation:positions-export", args=["csv"]), {"year": year}).status_code == 400


@pytest.mark.parametrize("field", ["mechanism", "meeting", "place", "themes"])
@pytest.mark.parametrize("name", ["input-new", "input-file"])
def test_a_key_that_nothing_has_is_refused_beside_its_field(
    at: Ground, client_for: Browser, name: str, field: str
) -> None:
    typed = {
        "title": "Statement",
        "type": "statement",
        "on": "2024-05-03",
        "text": "Words that stay.",
        field: NO_SUCH_KEY,
    }
    answer = client_for(at.people["fatos"]).post(reverse(f"cooperation:{name}"), typed)
    assert answer.status_code == 422 and "not one of the available choices" in told(answer)
    assert not Input.objects.exists()


def test_a_day_before_there_was_anything_is_questioned(at: Ground, client_for: Browser) -> None:
    typed = {"title": "Statement", "type": "statement", "on": "0024-05-03", "text": "Words that stay."}
    answer = client_for(at.people["fatos"]).post(reverse("cooperation:input-file"), typed)
    assert answer.status_code == 422 and "Is the year right?" in told(answer) and "Words that stay." in told(answer)


def test_a_step_that_was_taken_already_is_said_on_the_page(at: Ground, client_for: Browser) -> None:
    fatos = client_for(at.people["fatos"])
    paper = at.cleared()
    url = reverse("cooperation:input-deliver", args=[paper.pk])
    typed = {"on": timezone.localdate().isoformat(), "function": "Director"}
    assert fatos.post(url, typed).status_code == 302
    again = fatos.post(url, typed)
    assert again.status_code == 422 and "this one is “delivered”" in told(again)
    asked = at.request()
    life.take(asked, by=at.people["peter"])
    late = fatos.post(reverse("cooperation:input-decline", args=[asked.pk]), {"reason": "No room."})
    assert late.status_code == 422 and "is “being written” already" in told(late)


class TestWhatWasFound:
    def test_paragraphs_of_one_position_stand_together(self, at: Ground, client_for: Browser) -> None:
        said = position(
            "Pensions of workers travel.\n\nPensions are paid abroad.",
            mechanism=at.prague,
            title="On pensions",
            became="Taken up.",
        )
        page = told(client_for(at.people["ana"]).get(reverse("cooperation:positions"), {"q": "pensions"}))
        assert page.count(reverse("cooperation:input", args=[said.pk])) == 1
        assert page.count("Taken up.") == 1
        assert "2 paragraphs in 1 position" in page

    def test_where_nothing_has_the_words_the_page_says_so(self, at: Ground, client_for: Browser) -> None:
        position("Workers keep what they have paid in.", mechanism=at.prague, title="On pensions")
        page = told(client_for(at.people["ana"]).get(reverse("cooperation:positions"), {"q": "pensions"}))
        assert "No paragraph has these words." in page and "Workers keep" in page

    def test_a_scan_is_listed_although_no_word_of_it_is_known(self, at: Ground, client_for: Browser) -> None:
        said = position("To be taken away.", mechanism=at.prague, title="A scan")
        said.sections.all().delete()
        at.request()  # so that the index looks again
        Record.objects.filter(pk=said.pk).update(revision=9)
        page = told(client_for(at.people["ana"]).get(reverse("cooperation:positions")))
        assert "A scan" in page and "No word of it is known yet" in page
        assert (
            client_for(at.people["ana"]).get(reverse("cooperation:positions-export", args=["csv"])).status_code == 200
        )


def test_the_same_position_is_not_filed_twice(at: Ground, client_for: Browser) -> None:
    fatos, url = client_for(at.people["fatos"]), reverse("cooperation:input-file")
    typed = {"title": "Statement", "type": "statement", "on": "2024-05-03", "text": "Words that stay."}
    assert fatos.post(url, typed).status_code == 302
    again = fatos.post(url, typed)
    assert again.status_code == 422 and "is in the library already" in told(again)
    assert Input.objects.count() == 1
