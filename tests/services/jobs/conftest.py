"""Kinds of job for these tests, forgotten afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from migov.services.jobs import progress, registry


@pytest.fixture(autouse=True)
def kinds() -> Iterator[dict[str, registry.JobKind]]:
    """The registry as it was before the test, and no shutdown left over."""
    before = dict(registry._KINDS)
    yield registry._KINDS
    registry._KINDS.clear()
    registry._KINDS.update(before)
    progress.shutting_down.clear()


@pytest.fixture
def kind() -> Callable[..., str]:
    """Register a handler under the name "test" and return the name."""

    def make(handler: registry.Handler, **options: Any) -> str:
        registry._KINDS.pop("test", None)
        registry.register("test", handler, **options)
        return "test"

    return make
