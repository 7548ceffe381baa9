"""Cross-cutting markers: what the self-assessment asks (markers.toml), and how answers become a level.

The rule is migov's own. A “yes” gives the question's points, “partly” half of them, “no” none; what does not apply is left out. The level
of a marker is
  2 (significant) where at least two thirds of the points are reached and every key question that applies is answered “yes”,
  1 (some) where at least a third of the points are reached,
  0 (none) below that.
There is no level while a question is open, or where nothing applies.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

YES, PARTLY, NO, NOT_APPLICABLE = "yes", "partly", "no", "na"
ANSWERS: dict[str, str | Promise] = {
    YES: _("yes"), PARTLY: _("partly"), NO: _("no"), NOT_APPLICABLE: _("not applicable"),
}  # fmt: skip
SCORED = frozenset({YES, PARTLY})  # what must be justified
WORTH = {YES: Fraction(1), PARTLY: Fraction(1, 2), NO: Fraction(0)}
LEVELS: dict[int, str | Promise] = {0: _("none"), 1: _("some"), 2: _("significant")}
SOME, SIGNIFICANT = Fraction(1, 3), Fraction(2, 3)
RULE = _(
    "A “yes” gives the points of the question, “partly” half of them; what does not apply is left out. Level 2 (significant): at least"
    " two thirds of the points, and “yes” to every key question. Level 1 (some): at least one third. Level 0 (none): less."
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question. points: of a “yes”. key: without a “yes”, level 2 is not reached. optional: it may be not applicable."""

    code: str
    text: str
    help: str
    counts: str
    points: int
    key: bool = False
    optional: bool = False

    @property
    def answers(self) -> list[tuple[str, str | Promise]]:
        """Code and words of the answers it takes."""
        return [(code, label) for code, label in ANSWERS.items() if self.optional or code != NOT_APPLICABLE]


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker with its questions. about: what it is for, in a sentence or two."""

    code: str
    title: str
    about: str
    questions: tuple[Question, ...]

    def question(self, code: str) -> Question | None:
        """The question of that code; None where there is none."""
        return next((one for one in self.questions if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Score:
    """What the answers to a marker come to. level: 0, 1, 2; None while a question is open or where nothing applies.

    points of most: reached among those that apply. answered of asked: questions.
    """

    level: int | None
    points: Fraction
    most: int
    answered: int
    asked: int

    @property
    def complete(self) -> bool:
        return self.answered == self.asked


@cache
def markers() -> Mapping[str, Marker]:
    """Code → marker, in the order of the file. Raises ValueError where the file breaks its own form."""
    text = (files("migov.work.proposals") / "markers.toml").read_text(encoding="utf-8")
    found = [_read(entry) for entry in tomllib.loads(text)["markers"]]
    return MappingProxyType({one.code: one for one in found})


def _read(entry: dict[str, Any]) -> Marker:
    questions = tuple(Question(**question) for question in entry["questions"])
    if not 3 <= len(questions) <= 5 or any(one.points < 1 for one in questions):
        raise ValueError(f"markers.toml, {entry['code']}: three to five questions, each worth a point or more.")
    return Marker(entry["code"], entry["title"], entry["about"], questions)


def score(marker: Marker, answers: Mapping[str, str]) -> Score:
    """What answers (question code → answer code) come to, by the rule of this module; unknown answers count as open."""
    known = {one.code: answers[one.code] for one in marker.questions if answers.get(one.code) in ANSWERS}
    applying = [one for one in marker.questions if known.get(one.code) != NOT_APPLICABLE]
    most = sum(one.points for one in applying)
    points = sum((one.points * WORTH[known[one.code]] for one in applying if one.code in known), Fraction(0))
    level: int | None = None
    if len(known) == len(marker.questions) and most:
        reached = points / most
        keys_met = all(known[one.code] == YES for one in applying if one.key)
        level = 2 if reached >= SIGNIFICANT and keys_met else 1 if reached >= SOME else 0
    return Score(level, points, most, len(known), len(marker.questions))
