"""Real laws, where they are at hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

REAL = Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).parents[5] / "shared" / "data")) / "policy" / "texts"


@pytest.fixture
def real() -> Callable[[str], Path]:
    """The path of a real text; the test is skipped where it is not at hand."""

    def found(name: str) -> Path:
        path = REAL / name
        if not path.exists():
            pytest.skip(f"The real text {name} is not at hand (folder MIGOV_REAL_DATA).")
        return path

    return found
