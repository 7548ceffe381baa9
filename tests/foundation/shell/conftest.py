"""The shell's tests run on the shell alone; what rooms have registered is put aside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from migov.foundation.shell import context, navigation, search


@pytest.fixture(autouse=True)
def shell_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.foundation.shell.urls"
    settings.AXES_USERNAME_CALLABLE = "migov.foundation.shell.signin.attempted_name"
    monkeypatch.setattr(navigation, "_ENTRIES", {})
    monkeypatch.setattr(search, "_PROVIDERS", [])
    context.forget()
    yield
    context.forget()
