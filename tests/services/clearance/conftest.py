"""A paper with its rules, and the same paper handed in once."""

from __future__ import annotations

from typing import Any

import pytest

from migov.foundation.records.models import Record
from migov.services.clearance.models import Clearance
from tests.services.clearance import desk


@pytest.fixture
def record(people: dict[str, Any]) -> Record:
    desk.rules()
    return desk.paper(people)


@pytest.fixture
def clearance(record: Record, people: dict[str, Any]) -> Clearance:
    return desk.submit(record, people["ana"]).clearance
