"""How far migration is mainstreamed in a Cooperation Framework, as a figure that can be followed back to its parts.

Of the outcomes that concern migration, one in which it is named counts 1, one in which it is meant and not named counts ½, one in
which it is absent counts 0; the coverage is the sum in percent of their number. What is not judged is no part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element
from migov.work.governance.models import (
    CooperationFramework,
    Part,
    PartElement,
    PartJudgement,
    PartKind,
    Presence,
    Uptake,
)
from migov.work.governance.unsdcf.groups import GROUPS

FORMULA = _(
    "Of the outcomes that concern migration: one in which it is named counts 1, one in which it is meant but not named counts ½, one in "
    "which it is absent counts 0. The sum is divided by their number. Outcomes that do not concern migration, and those not judged yet, "
    "are left out."
)
POINTS = {Presence.NAMED: Fraction(1), Presence.IMPLIED: Fraction(1, 2), Presence.ABSENT: Fraction(0)}


@dataclass(frozen=True, slots=True)
class Count:
    """Parts by what was judged of them."""

    named: int = 0
    implied: int = 0
    absent: int = 0
    na: int = 0
    unjudged: int = 0

    @classmethod
    def of(cls, presences: Iterable[str | None]) -> Count:
        """Counts of presences; None for a part that is not judged."""
        found = Counter(one or "unjudged" for one in presences)
        return cls(**{name: found[name] for name in ("named", "implied", "absent", "na", "unjudged")})

    @property
    def total(self) -> int:
        return self.judged + self.unjudged

    @property
    def judged(self) -> int:
        return self.named + self.implied + self.absent + self.na

    @property
    def concerned(self) -> int:
        """Judged parts that concern migration."""
        return self.named + self.implied + self.absent

    @property
    def share(self) -> float | None:
        """The coverage, 0 to 1; None where no judged part concerns migration."""
        if not self.concerned:
            return None
        points = self.named * POINTS[Presence.NAMED] + self.implied * POINTS[Presence.IMPLIED]
        return float(points / self.concerned)

    @property
    def complete(self) -> bool:
        return bool(self.total) and not self.unjudged


@dataclass(frozen=True, slots=True)
class Taken:
    """Suggested wordings by what became of them. unsent: nothing was noted yet."""

    unsent: int = 0
    sent: int = 0
    yes: int = 0
    partly: int = 0
    no: int = 0

    @classmethod
    def of(cls, states: Iterable[str | None]) -> Taken:
        """Counts of states; None for a wording of which nothing was noted."""
        found = Counter(one or "unsent" for one in states)
        return cls(**{name: found[name] for name in ("unsent", "sent", "yes", "partly", "no")})

    @property
    def total(self) -> int:
        return self.unsent + self.sent + self.yes + self.partly + self.no

    @property
    def up(self) -> int:
        """Taken up, wholly or in part."""
        return self.yes + self.partly


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of one framework with its breakdowns.

    by_priority: part (None for outcomes under none) with the count of its outcomes. by_group, by_element: outcomes and outputs.
    """

    outcomes: Count
    outputs: Count
    taken: Taken
    by_priority: list[tuple[Part | None, Count]] = field(default_factory=list)
    by_group: list[tuple[str, str, int]] = field(default_factory=list)
    by_element: list[tuple[Element, int]] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        return self.outcomes.share

    def elements_of(self, framework: str) -> list[tuple[Element, int]]:
        """Elements of one framework, by its code."""
        return [(one, number) for one, number in self.by_element if one.framework.code == framework]


def judgements_of(parts: Iterable[int] | Any) -> dict[int, PartJudgement]:
    """Part → the judgement that stands. One query."""
    rows = PartJudgement.objects.current().filter(part__in=parts).select_related("by")
    return {row.part_id: row for row in rows}


def coverage(framework: CooperationFramework) -> Coverage:
    """The coverage of a framework. Four queries."""
    parts = list(Part.objects.filter(framework=framework).exclude(kind=PartKind.INDICATOR).order_by("order"))
    judged = judgements_of([part.pk for part in parts])
    presence = {key: row.presence for key, row in judged.items()}
    outcomes = [part for part in parts if part.kind == PartKind.OUTCOME]
    outputs = [part for part in parts if part.kind == PartKind.OUTPUT]
    priorities: list[Part | None] = [part for part in parts if part.kind == PartKind.PRIORITY]
    if any(part.parent_id is None for part in outcomes):
        priorities.append(None)
    by_priority = [
        (one, Count.of(presence.get(part.pk) for part in outcomes if part.parent_id == (one.pk if one else None)))
        for one in priorities
    ]
    groups = Counter(code for row in judged.values() for code in row.groups)
    elements: Counter[int] = Counter()
    found: dict[int, Element] = {}
    confirmed = PartElement.objects.filter(part__framework=framework, state=PartElement.State.CONFIRMED)
    for row in confirmed.select_related("element__framework").order_by("element__framework__order", "element__order"):
        elements[row.element_id] += 1
        found.setdefault(row.element_id, row.element)
    return Coverage(
        outcomes=Count.of(presence.get(part.pk) for part in outcomes),
        outputs=Count.of(presence.get(part.pk) for part in outputs),
        taken=_taken(framework.pk),
        by_priority=by_priority,
        by_group=[(code, str(label), groups[code]) for code, label in GROUPS.items() if groups[code]],
        by_element=[(element, elements[key]) for key, element in found.items()],
    )


def _taken(framework: int) -> Taken:
    return taken_of([framework]).get(framework, Taken())


def taken_of(frameworks: Iterable[int]) -> dict[int, Taken]:
    """Framework → what became of its suggested wordings. One query."""
    found: dict[int, list[str | None]] = {}
    rows = (
        PartJudgement.objects.current()
        .filter(part__framework__in=list(frameworks))
        .exclude(wording="")
        .values_list("part__framework_id", "pk", "uptakes__taken", "uptakes__superseded_at")
    )
    standing: dict[tuple[int, int], str | None] = {}
    for home, key, taken, superseded in rows:
        standing.setdefault((home, key), None)
        if taken is not None and superseded is None:
            standing[home, key] = taken
    for (home, _key), state in standing.items():
        found.setdefault(home, []).append(state)
    return {home: Taken.of(states) for home, states in found.items()}


def outcomes_of(frameworks: Iterable[int]) -> dict[int, Count]:
    """Framework → its outcomes by what was judged. Two queries."""
    keys = list(frameworks)
    rows = Part.objects.filter(Q(framework__in=keys) & Q(kind=PartKind.OUTCOME)).order_by()
    homes = dict(rows.values_list("pk", "framework_id"))
    judged = dict(
        PartJudgement.objects.current()
        .filter(part__framework__in=keys, part__kind=PartKind.OUTCOME)
        .order_by()
        .values_list("part_id", "presence")
    )
    found: dict[int, list[str | None]] = {}
    for part, home in homes.items():
        found.setdefault(home, []).append(judged.get(part))
    return {home: Count.of(presences) for home, presences in found.items()}


def waiting_for_answer() -> Any:
    """Wordings that were sent and have no answer yet."""
    return Uptake.objects.current().filter(taken=Uptake.Taken.SENT, judgement__superseded_at__isnull=True)
