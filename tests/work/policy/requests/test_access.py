"""What a government sees of requests: its own, without what is internal. Route by route."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from migov.foundation.people.models import User
from migov.services.notices.models import Notice
from migov.work.policy.models import AssistanceRequest, Hours, Product, RequestNote, RequestPerson
from tests.work.policy.making import assistance_request
from tests.work.policy.requests.conftest import document

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("get", "", {}),
    ("get", "edit/", {}),
    ("post", "edit/", {"title": "Mine"}),
    ("post", "step/", {"step": "withdraw", "reason": "Mine", "seen": 1}),
    ("post", "row/", {"thing": "note", "text": "Mine"}),
    ("post", "row/", {"thing": "feedback", "score": "1"}),
    ("post", "row/", {"thing": "hours", "hours": "1"}),
    ("post", "documents/", {}),
    ("post", "share/", {"document": 1}),
]
GENERAL = [
    "",
    "requests/",
    "requests/new/",
    "requests/export.csv",
    "requests/export.xlsx",
    "requests/year/",
    "requests/year.docx",
]
SECRETS = ("SECRETNOTE", "SECRETPART", "SECRETHOURS", "SECRETPRODUCT", "secretdraft", "77.7", "Tirana secret")


@pytest.fixture
def full(people: People) -> AssistanceRequest:
    """A request of Moldova with much in it that stays within the office."""
    made = assistance_request(
        title="Review for Moldova",
        state="worked",
        owner=people["carla"],
        planned_hours=Decimal("77.7"),
        reference="AR-2026-0009",
    )
    RequestNote.objects.create(request=made, by=people["fatos"], text="SECRETNOTE")
    RequestNote.objects.create(request=made, by=people["fatos"], text="Shared words", internal=False)
    RequestPerson.objects.create(request=made, person=people["emil"], part="SECRETPART")
    Hours.objects.create(request=made, person=people["emil"], day=date(2026, 2, 1), hours=3, note="SECRETHOURS")
    Product.objects.create(
        request=made, kind="paper", title="SECRETPRODUCT", document=document(made, people["carla"], "secretdraft.txt")
    )
    Product.objects.create(request=made, kind="paper", title="Handed paper", handed_on=date(2026, 3, 1))
    return made


@pytest.mark.parametrize(("method", "route", "sent"), ROUTES)
def test_another_countrys_request_is_not_found(
    people: People, client_for: ClientFor, method: str, route: str, sent: dict[str, Any]
) -> None:
    theirs = assistance_request(title="Review for Albania", country="ALB", state="delivered", owner=people["carla"])
    client = client_for(people["ion"])
    answer = getattr(client, method)(f"/policy/requests/{theirs.pk}/{route}", sent)
    nothing = getattr(client, method)(f"/policy/requests/999999/{route}", sent)
    assert answer.status_code == nothing.status_code == 404
    assert "Albania" not in answer.content.decode() and len(answer.content) == len(nothing.content)
    assert not theirs.notes.exists() and AssistanceRequest.objects.get(pk=theirs.pk).score is None


@pytest.mark.parametrize("who", ["jan", "nobody"])
@pytest.mark.parametrize(("method", "route", "sent"), ROUTES)
def test_outsiders_see_no_request(
    people: People,
    client_for: ClientFor,
    full: AssistanceRequest,
    method: str,
    route: str,
    sent: dict[str, Any],
    who: str,
) -> None:
    answer = getattr(client_for(people[who]), method)(f"/policy/requests/{full.pk}/{route}", sent)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", GENERAL)
def test_outsiders_do_not_enter(people: People, client_for: ClientFor, client: Client, path: str) -> None:
    for who in ("jan", "nobody") if path else ("nobody",):  # a reader is led from the front page to the instruments
        assert client_for(people[who]).get(f"/policy/{path}").status_code == 403
    answer = client.get(f"/policy/{path}")
    assert answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]


def test_figures_are_for_colleagues(people: People, client_for: ClientFor) -> None:
    for path in ("year/", "year.docx", "year.xlsx"):
        assert client_for(people["ion"]).get(f"/policy/requests/{path}").status_code == 403


@pytest.mark.parametrize(
    ("route", "sent"),
    [
        ("edit/", {"title": "Mine"}),
        ("step/", {"step": "deliver", "day": "2026-03-01", "seen": 1}),
        ("step/", {"step": "accept", "seen": 1}),
        ("row/", {"thing": "hours", "hours": "1"}),
        ("row/", {"thing": "product", "title": "Mine"}),
        ("row/", {"thing": "plan", "plan": "Mine"}),
        ("row/", {"thing": "step", "text": "Mine"}),
        ("row/", {"thing": "person"}),
        ("share/", {"document": 1, "shared": "yes"}),
    ],
)
def test_a_government_does_not_do_the_offices_work(
    people: People, client_for: ClientFor, full: AssistanceRequest, route: str, sent: dict[str, Any]
) -> None:
    assert client_for(people["ion"]).post(f"/policy/requests/{full.pk}/{route}", sent).status_code == 403


@pytest.mark.parametrize("query", ["", "?add=note", "?add=feedback", "?add=hours", "?edit=plan"])
def test_nothing_internal_stands_on_the_page_of_a_government(
    people: People, client_for: ClientFor, full: AssistanceRequest, query: str
) -> None:
    answer = client_for(people["ion"]).get(f"/policy/requests/{full.pk}/{query}")
    assert answer.status_code in (200, 403)
    page = answer.content.decode()
    for secret in (*SECRETS, "Next step: ", "Hours noted", "History:"):
        assert secret not in page, secret
    if not query:
        assert "Shared words" in page and "Handed paper" in page
        inside = client_for(people["fatos"]).get(f"/policy/requests/{full.pk}/").content.decode()
        assert all(secret in inside for secret in SECRETS[:5])


@pytest.mark.parametrize(
    "path", ["/policy/", "/policy/requests/?show=all", "/", "/search/?q=review", "/countries/mda/"]
)
def test_a_government_finds_its_own_only(
    people: People, client_for: ClientFor, full: AssistanceRequest, path: str
) -> None:
    assistance_request(title="Review for Albania", country="ALB", reference="AR-2026-0002")
    page = client_for(people["ion"]).get(path).content.decode()
    assert "Albania" not in page and "AR-2026-0002" not in page
    assert all(secret not in page for secret in SECRETS)


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_exports_of_a_government_hold_its_own_without_hours(
    people: People, client_for: ClientFor, full: AssistanceRequest, fmt: str
) -> None:
    assistance_request(title="Review for Albania", country="ALB", reference="AR-2026-0002")
    answer = client_for(people["ion"]).get(f"/policy/requests/export.{fmt}?show=all")
    if fmt == "csv":
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    else:
        book = load_workbook(io.BytesIO(answer.content))
        text = "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    assert "Review for Moldova" in text and "Albania" not in text
    for secret in (*SECRETS, "Hours", "Led by", "carla"):
        assert secret not in text, secret


def test_documents_that_are_not_shared_are_not_found(
    people: People, client_for: ClientFor, full: AssistanceRequest
) -> None:
    draft = full.products.get(title="SECRETPRODUCT").document
    assert draft is not None
    client = client_for(people["ion"])
    for path in (f"/documents/{draft.pk}/", f"/documents/{draft.pk}/text/", f"/documents/{draft.pk}/download/"):
        assert client_for(people["fatos"]).get(path).status_code == 200, path
        assert client.get(path).status_code == 404
    assert "secretdraft" not in client.get(f"/documents/of/{full.pk}/").content.decode()


def test_notices_of_a_record_that_is_not_seen_are_not_shown(people: People, client_for: ClientFor) -> None:
    theirs = assistance_request(title="Review for Albania", country="ALB")
    Notice.objects.create(person=people["ion"], kind="request", title="Albania told", record=theirs.record)
    assert "Albania told" not in client_for(people["ion"]).get("/notices/").content.decode()
