"""What a practice is asked before it is put forward, and how complete it is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.work.governance.models import Practice

DATA = files("migov.work.governance.gcm") / "data"
YES, PARTLY, NO = "yes", "partly", "no"
ANSWERS: Mapping[str, str | Promise] = {
    YES: gettext_lazy("yes"),
    PARTLY: gettext_lazy("partly"),
    NO: gettext_lazy("no"),
}
# What the repository asks for in words; without them a practice is not complete.
FIELDS: Mapping[str, str | Promise] = {
    "type": gettext_lazy("type of practice"),
    "scope": gettext_lazy("geographic scope"),
    "implementer": gettext_lazy("who carries it out"),
    "groups": gettext_lazy("whom it serves"),
    "results": gettext_lazy("results"),
    "challenges": gettext_lazy("challenges"),
    "lessons": gettext_lazy("lessons"),
    "sustainability": gettext_lazy("how it lasts"),
    "replication": gettext_lazy("what taking it over needs"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the checklist. needs: without a yes or partly the practice is not complete."""

    code: str
    group: str
    text: str
    needs: bool


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads((DATA / "checklist.toml").read_text(encoding="utf-8"))


def questions() -> list[Question]:
    """The questions in order."""
    given = _shipped()
    return [
        Question(one["code"], _(given["groups"][one["group"]]), _(one["text"]), bool(one.get("needs")))
        for one in given["question"]
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """How complete a practice is. done of total; missing: in words; refused: needed questions that were answered with no."""

    done: int
    total: int
    missing: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.missing and not self.refused


def standing(practice: Practice, *, objectives: int) -> Standing:
    """How complete a practice is. objectives: how many objectives it is confirmed for. No query."""
    missing = [str(label) for name, label in FIELDS.items() if not str(getattr(practice, name)).strip()]
    if not practice.record.summary.strip():
        missing.insert(0, _("summary"))
    if not objectives:
        missing.insert(0, _("an objective that it is confirmed for"))
    total = len(FIELDS) + 2
    done = total - len(missing)
    refused = []
    for one in questions():
        answer = practice.checklist.get(one.code, {}).get("answer", "")
        total += 1
        if not answer:
            missing.append(one.text)
            continue
        done += 1
        if one.needs and answer == NO:
            refused.append(one.text)
    return Standing(done, total, tuple(missing), tuple(refused))
