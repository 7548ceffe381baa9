"""The registry of kinds of work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migov.foundation.records import kinds
from migov.foundation.records.models import Record

VISIT = kinds.Kind("test-visit", "visit", "visits", lambda record: f"/visits/{record.reference}/")


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is registered here is forgotten afterwards."""
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    yield


def test_a_registered_kind_gives_label_and_address() -> None:
    kinds.register(VISIT)
    record = Record(kind="test-visit", reference="V-1")
    assert kinds.kind_of(record) is VISIT
    assert kinds.url_of(record) == "/visits/V-1/"


def test_registering_the_same_kind_again_is_harmless() -> None:
    kinds.register(VISIT)
    kinds.register(VISIT)
    assert kinds.kind_of(Record(kind="test-visit")).label_plural == "visits"


def test_two_rooms_cannot_claim_one_kind() -> None:
    kinds.register(VISIT)
    with pytest.raises(ValueError, match="'test-visit' is registered already"):
        kinds.register(kinds.Kind("test-visit", "inspection", "inspections", lambda record: "/"))
    assert kinds.kind_of(Record(kind="test-visit")) is VISIT


def test_a_kind_that_nobody_registered_is_an_error() -> None:
    with pytest.raises(KeyError):
        kinds.kind_of(Record(kind="test-unknown"))
    with pytest.raises(KeyError):
        kinds.url_of(Record(kind="test-unknown"))
