"""A focal point adds documents to its government's request, and keeps only those; earlier versions stay with who may see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client

from migov.foundation.records.models import Record
from migov.services.files import actions
from migov.services.files.models import Document
from tests.work.policy.making import assistance_request


def words(text: str, name: str = "note.txt") -> ContentFile:
    return ContentFile(text.encode(), name)


def share(document: Document) -> None:
    Record.objects.filter(pk=document.pk).update(visibility="partners")


@pytest.fixture
def of_ion(people: dict[str, Any]) -> Document:
    request = assistance_request(country="MDA")
    return actions.add(request.record, words("A letter of the ministry."), by=people["ion"])


@pytest.fixture
def of_fatos(people: dict[str, Any]) -> Document:
    """An answer of the office that was shared with the government."""
    request = assistance_request(country="MDA")
    document = actions.add(request.record, words("An answer of the office."), by=people["fatos"])
    share(document)
    return Document.objects.get(pk=document.pk)


def test_a_focal_point_keeps_what_it_added(people: dict[str, Any], of_ion: Document) -> None:
    actions.describe(of_ion, actions.About(title="Letter 12/2026"), by=people["ion"])
    newer = actions.add(of_ion.of, words("A second letter."), by=people["ion"], replaces=of_ion)
    actions.remove(newer, by=people["ion"])
    assert not Document.objects.standing().exists()


@pytest.mark.parametrize("what", ["describe", "replace", "remove"])
def test_it_changes_nothing_that_the_office_added(people: dict[str, Any], of_fatos: Document, what: str) -> None:
    ion = people["ion"]
    assert Document.objects.visible_to(ion).filter(pk=of_fatos.pk).exists()
    with pytest.raises(PermissionDenied):
        if what == "describe":
            actions.describe(of_fatos, actions.About(title="Another"), by=ion)
        elif what == "replace":
            actions.add(of_fatos.of, words("Other words."), by=ion, replaces=of_fatos)
        else:
            actions.remove(of_fatos, by=ion)


def test_its_page_offers_no_change_and_none_is_taken(
    people: dict[str, Any], client_for: Any, of_fatos: Document
) -> None:
    client: Client = client_for(people["ion"])
    page = client.get(f"/documents/{of_fatos.pk}/")
    assert page.status_code == 200 and "Remove" not in page.content.decode()
    assert client.post(f"/documents/{of_fatos.pk}/remove/").status_code == 403
    assert Document.objects.standing().filter(pk=of_fatos.pk).exists()


def test_an_earlier_version_that_was_kept_within_the_office_is_not_named(
    people: dict[str, Any], client_for: Any, of_fatos: Document
) -> None:
    Record.objects.filter(pk=of_fatos.pk).update(visibility="internal")
    newer = actions.add(of_fatos.of, words("The final answer.", "final.txt"), by=people["fatos"], replaces=of_fatos)
    share(newer)
    own = client_for(people["ion"]).get(f"/documents/{newer.pk}/").content.decode()
    assert "final.txt" in own and "note.txt" not in own
    assert "note.txt" in client_for(people["fatos"]).get(f"/documents/{newer.pk}/").content.decode()
