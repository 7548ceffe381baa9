"""What stands in the library is corrected, with a reason; what stood before is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.records.models import JournalEntry
from migov.foundation.records.themes import themes_of
from migov.work.cooperation.inputs import positions
from migov.work.cooperation.inputs.actions import correcting, filing, life
from migov.work.cooperation.inputs.actions.ground import InputRefused, Meanwhile
from migov.work.cooperation.inputs.actions.life import Wanted
from migov.work.cooperation.models import Edition, Input
from tests.factories import ThemeFactory
from tests.work.cooperation.inputs.conftest import Ground
from tests.work.cooperation.making import mechanism

Browser = Callable[[Any], Client]
TEXT = "Seasonal workers keep their pension."


@pytest.fixture
def filed(at: Ground) -> Input:
    wanted = Wanted("Position on seasonal work", "position", mechanism=at.prague)
    return filing.file_position(wanted, on=date(2024, 5, 3), function="Director", text=TEXT, by=at.people["fatos"])


def told(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


class TestFiled:
    def test_its_day_text_and_place_are_corrected_and_what_stood_is_kept(self, at: Ground, filed: Input) -> None:
        fatos, budapest = at.people["fatos"], mechanism("budapest")
        labour = ThemeFactory(code="labour")
        values = {
            "on": date(2023, 5, 3), "function": "Regional Director", "text": "Seasonal workers keep their apprenticeship.",
            "title": "Position on seasonal workers", "mechanism": budapest, "themes": [labour],
        }  # fmt: skip
        assert set(correcting.correct(filed, values, reason="The year was wrong.", by=fatos)) == {
            "delivered_on", "delivered_by", "text", "title", "mechanism", "themes",
        }  # fmt: skip
        now = Input.objects.get(pk=filed.pk)
        assert (now.delivered_on, now.delivered_by, now.mechanism) == (date(2023, 5, 3), "Regional Director", budapest)
        assert (now.record.title, themes_of(now.record)) == ("Position on seasonal workers", [labour])
        assert Edition.objects.get(section__input=filed).text == TEXT
        entry = JournalEntry.objects.get(record_id=filed.pk, verb="position corrected")
        assert entry.detail["reason"] == "The year was wrong."
        assert entry.detail["fields"]["delivered_on"] == ["2024-05-03", "2023-05-03"]
        (hit,) = positions.search("apprenticeship", fatos)
        assert hit.paper.pk == filed.pk
        assert positions.search("pension", fatos) == []

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"title": " "}, "title"),
            ({"on": timezone.localdate() + timedelta(days=1)}, "on"),
            ({"on": date(1, 1, 1)}, "on"),
            ({"type": "song"}, "type"),
            ({"text": "  "}, "text"),
            ({"text": "x" * 100_001}, "text"),
        ],
    )
    def test_what_is_wrong_names_its_field_and_changes_nothing(
        self, at: Ground, filed: Input, values: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InputRefused) as refused:
            correcting.correct(filed, values, reason="So.", by=at.people["fatos"])
        assert refused.value.field == field
        assert Input.objects.get(pk=filed.pk).revision == filed.revision

    def test_not_without_a_reason_and_not_over_a_correction_of_another(self, at: Ground, filed: Input) -> None:
        fatos, seen = at.people["fatos"], filed.revision
        with pytest.raises(InputRefused) as refused:
            correcting.correct(filed, {"function": "Head"}, reason=" ", by=fatos)
        assert refused.value.field == "reason"
        correcting.correct(filed, {"function": "Head"}, reason="So.", seen=seen, by=fatos)
        with pytest.raises(Meanwhile):
            correcting.correct(filed, {"function": "Chief"}, reason="So.", seen=seen, by=at.people["peter"])
        assert Input.objects.get(pk=filed.pk).delivered_by == "Head"

    @pytest.mark.parametrize("name", ["ana", "boris", "carla", "hana", "ion", "jan", "nobody"])
    def test_others_do_not(self, at: Ground, filed: Input, name: str) -> None:
        with pytest.raises(PermissionDenied):
            correcting.correct(filed, {"function": "Me"}, reason="So.", by=at.people[name])


class TestCleared:
    def test_where_and_when_but_never_the_words(self, at: Ground) -> None:
        paper, fatos = at.cleared(), at.people["fatos"]
        with pytest.raises(InputRefused):
            correcting.correct(paper, {"function": "Head"}, reason="So.", by=fatos)
        life.deliver(paper, on=timezone.localdate(), function="Haed of unit", by=fatos)
        with pytest.raises(InputRefused, match="cleared"):
            correcting.correct(paper, {"text": "Other words."}, reason="So.", by=fatos)
        with pytest.raises(InputRefused) as refused:
            correcting.correct(paper, {"on": timezone.localdate() - timedelta(days=3)}, reason="So.", by=fatos)
        assert refused.value.field == "on"
        correcting.correct(paper, {"function": "Head of unit"}, reason="A slip.", by=fatos)
        assert Input.objects.get(pk=paper.pk).delivered_by == "Head of unit"


class TestPage:
    def test_a_slip_is_mended_on_the_page_and_the_correction_is_told(
        self, at: Ground, filed: Input, client_for: Browser
    ) -> None:
        url, page = (reverse(f"cooperation:{name}", args=[filed.pk]) for name in ("input-correct", "input"))
        fatos = client_for(at.people["fatos"])
        assert url in told(fatos.get(page))
        shown = told(fatos.get(url))
        assert TEXT in shown and "What was wrong" in shown
        typed = {
            "title": filed.record.title, "type": "position", "on": "2024-05-03", "mechanism": at.prague.pk,
            "text": "Nobody loses a pension.",
            "revision": filed.revision, "function": "Director", "reason": "",
        }  # fmt: skip
        refused = fatos.post(url, typed)
        assert refused.status_code == 422 and "Nobody loses a pension." in told(refused)
        assert fatos.post(url, {**typed, "reason": "One word."}).status_code == 302
        found = told(fatos.get(page))
        assert "Nobody loses a pension." in found and "One word." in found and "Corrected on" in found
        stale = fatos.post(url, {**typed, "text": "Mine.", "reason": "Again."})
        assert stale.status_code == 422 and "changed meanwhile" in told(stale) and "Mine." in told(stale)

    def test_only_those_who_deliver_and_only_what_was_delivered(
        self, at: Ground, filed: Input, client: Client, client_for: Browser
    ) -> None:
        url = reverse("cooperation:input-correct", args=[filed.pk])
        assert client.get(url).status_code == 302
        for name in ("ana", "carla", "hana", "ion", "jan", "nobody"):
            for send in (client_for(at.people[name]).get, client_for(at.people[name]).post):
                assert send(url).status_code == 403, name
        assert url not in told(client_for(at.people["ana"]).get(reverse("cooperation:input", args=[filed.pk])))
        draft = reverse("cooperation:input-correct", args=[at.draft().pk])
        assert client_for(at.people["fatos"]).get(draft).status_code == 404
