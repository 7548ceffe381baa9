"""Adding what States have done: one act by a form, many by a file; kept whole or refused with what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from migov.work.policy.models import Requirement, TreatyAction
from tests.work.policy.instruments.shelf import words

pytestmark = pytest.mark.django_db


class TestAdding:
    GIVEN = {
        "instrument": "icrmw", "place": "MDA", "kind": "accession", "date": "2 Aug 2025", "source": "UN", "as_of": "2026-01-01",
        "text": "", "note": "", "url": "",
    }  # fmt: skip

    def test_an_act_takes_the_place_of_what_the_source_said_before(
        self, client_for: Any, people: Any, shelf: Requirement
    ) -> None:
        browser = client_for(people["fatos"])
        response = browser.post(reverse("policy:act-new"), self.GIVEN)
        assert response.status_code == 302
        assert response.url == reverse("policy:standing", args=["icrmw", "MDA"])
        one = TreatyAction.objects.current().get(place__code="MDA")
        assert (one.kind, one.date, one.by) == ("accession", date(2025, 8, 2), people["fatos"])
        said = words(browser.get(response.url))
        assert "It takes the place of what this source said before." in said
        assert "Said before, no longer" in said

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"date": "soon"}, "is not a date"), ({"date": ""}, "Give a date or a year."), ({"date": "2090-01-01"}, "in the future"),
            ({"as_of": "2090-01-01"}, "in the future"), ({"as_of": "2025-01-01"}, "before it happened"),
            ({"place": "XKX", "kind": "none", "date": ""}, "No depositary counts this place"), ({"source": " "}, "required"),
            ({"kind": "none"}, "has no day"), ({"instrument": "eu-1"}, "do not become parties"), ({"url": "x y"}, "valid URL"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, client_for: Any, people: Any, shelf: Requirement, changed: dict[str, str], said: str
    ) -> None:
        response = client_for(people["emil"]).post(
            reverse("policy:act-new"), self.GIVEN | {"note": "As typed"} | changed
        )
        assert response.status_code == 422
        assert said in words(response)
        assert "As typed" in words(response)
        assert TreatyAction.objects.count() == 5

    def test_a_file_is_loaded_whole(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        text = "instrument,place,kind,date,source,as_of\nIV-99,Moldova,signature,2024-01-01,UN,2026-01-01\n"
        browser = client_for(people["fatos"])
        response = browser.post(
            reverse("policy:instruments-load"), {"file": SimpleUploadedFile("a.csv", text.encode())}
        )
        assert response.status_code == 302
        assert "1 row read: 1 new" in words(browser.get(response.url))
        assert TreatyAction.objects.filter(instrument__code="op", place__code="MDA").exists()

    def test_a_file_with_faults_is_refused_with_all_of_them(
        self, client_for: Any, people: Any, shelf: Requirement
    ) -> None:
        text = "instrument,place,kind,date,source,as_of\nx,Moldova,signature,2024-01-01,UN,2026-01-01\nop,MDA,joined,2024,UN,2026-01-01\n"
        response = client_for(people["fatos"]).post(
            reverse("policy:instruments-load"), {"file": SimpleUploadedFile("a.csv", text.encode())}
        )
        assert response.status_code == 422
        said = words(response)
        assert "a.csv, row 2, instrument" in said
        assert "a.csv, row 3, kind" in said
        assert TreatyAction.objects.count() == 5
