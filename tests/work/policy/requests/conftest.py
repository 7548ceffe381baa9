"""People and requests that the tests of this part begin with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from migov.foundation.people.models import Membership, Office, User
from migov.services.files.models import Document
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.requests.actions import filing
from tests.factories import PlaceFactory, UserFactory
from tests.work.policy.making import assistance_request

People = dict[str, User]


def upload(name: str = "letter.txt", text: str = "Dear colleagues, we ask for a review.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/plain")


def document(of: AssistanceRequest, by: User, name: str = "draft.txt", *, shared: bool = False) -> Document:
    """A document of a request, its content made of its name."""
    kept, refused = filing.add_documents(
        of, [ContentFile(f"{name} says this.".encode(), name=name)], by=by, shared=shared
    )
    assert not refused
    return kept[0]


@pytest.fixture
def point_of(people: People) -> Callable[[str], User]:
    """The focal point of another country."""

    def make(code: str) -> User:
        user = UserFactory(username=f"point-{code.lower()}", country=PlaceFactory(code=code))
        Membership.objects.create(user=user, office=Office.objects.get(code="ro-vienna"), role="focal-point")
        return user

    return make


@pytest.fixture
def asked(people: People) -> AssistanceRequest:
    """A request of Moldova that Carla leads, being worked on."""
    return assistance_request(owner=people["carla"], state="worked", reference="AR-2026-0001")


@pytest.fixture
def filed_form() -> dict[str, Any]:
    """What a focal point types into the form."""
    return {
        "title": "Review of the draft Law on Foreigners", "kind": "review", "asked": "Read it against the conventions.",
        "sender": "Ministry of the Interior", "letter": "12/2026", "due": "2027-03-01",
    }  # fmt: skip
