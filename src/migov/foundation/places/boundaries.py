"""The shapes of the region: territories of the office and their neighbours."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from migov.foundation.places.actions import DATA


@cache
def topology() -> dict[str, Any]:
    """The shipped TopoJSON with the objects `territories` and `neighbours`; features carry ISO 3166 alpha-3 codes as `id`."""
    found: dict[str, Any] = json.loads((DATA / "region.topo.json").read_text(encoding="utf-8"))
    return found
