"""The rounds of review that migov knows from the start. What an office has changed or added stays."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from django.db import transaction

from migov.work.governance.models import ReviewRound

DATA = files("migov.work.governance.gcm") / "data"


def _rounds() -> list[dict[str, Any]]:
    return list(tomllib.loads((DATA / "rounds.toml").read_text(encoding="utf-8"))["round"])


@transaction.atomic
def load_rounds() -> int:
    """Add the shipped rounds that are not in the register yet. Returns how many rounds there are. One query where nothing is missing."""
    known = set(ReviewRound.objects.values_list("code", flat=True))
    new = [ReviewRound(**given) for given in _rounds() if given["code"] not in known]
    if new:
        ReviewRound.objects.bulk_create(new, ignore_conflicts=True)  # two processes that start at once
    return len(known) + len(new)
