"""Files for the tests of IATI imports: our own small ones beside this file, real ones where they are at hand."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migov.exchange.iati.load import load_file
from migov.exchange.iati.summary import ImportSummary
from migov.foundation.people.access import SYSTEM

FILES = Path(__file__).parent / "files"
REAL = Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).parents[4] / "shared" / "data")) / "iati" / "real"


@pytest.fixture
def complete() -> str:
    """The text of a file that uses most elements."""
    return (FILES / "complete.xml").read_text(encoding="utf-8")


@pytest.fixture
def load(db: None) -> Callable[..., ImportSummary]:
    """Load the text (or bytes) of a file."""

    def loaded(content: str | bytes, name: str = "test.xml", **options: Any) -> ImportSummary:
        data = content.encode() if isinstance(content, str) else content
        options.setdefault("by", SYSTEM)
        return load_file(io.BytesIO(data), name=name, **options)

    return loaded


@pytest.fixture
def real() -> Callable[[str], Path]:
    """The path of a real file; skips the test where real files are missing."""

    def path(name: str) -> Path:
        found = REAL / name
        if not found.is_file():
            pytest.skip(f"real data is not at hand: {found}")
        return found

    return path


@pytest.fixture
def official() -> Callable[[str], Path]:
    """A path among the official assets of IATI 2.03; skips the test where they are missing."""

    def path(name: str = "") -> Path:
        found = REAL.parent / "standard" / name
        if not found.exists():
            pytest.skip(f"the IATI standard is not at hand: {found}")
        return found

    return path


def activity(inside: str = "", identifier: str = "XX-A", attributes: str = 'default-currency="USD"') -> str:
    """A small activity."""
    return (
        f"<iati-activity {attributes}><iati-identifier>{identifier}</iati-identifier>"
        f"<title><narrative>Project {identifier}</narrative></title>"
        f'<activity-status code="2"/>{inside}</iati-activity>'
    )


def document(*activities: str) -> str:
    """A file of activities."""
    return f'<?xml version="1.0"?>\n<iati-activities version="2.03">\n{chr(10).join(activities)}\n</iati-activities>'
