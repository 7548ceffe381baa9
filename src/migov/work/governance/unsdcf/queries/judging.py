"""What the judging page shows: each outcome and output with its words, what was judged, what is proposed, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from migov.services.files.queries import runs
from migov.work.governance.models import CooperationFramework, Part, PartElement, PartJudgement, PartKind, Presence
from migov.work.governance.unsdcf.actions.judging import JUDGED
from migov.work.governance.unsdcf.actions.parts import in_order
from migov.work.governance.unsdcf.groups import labels
from migov.work.governance.unsdcf.hints import Hint, hint

PER_PAGE = 15
LEFT = "left"


@dataclass(slots=True)
class Judged:
    """A part on the judging page. above: the parts it stands under, from the top. indicators: those under it."""

    part: Part
    judgement: PartJudgement | None
    above: list[Part]
    indicators: list[Part]
    elements: list[PartElement]
    hint: Hint
    runs: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def confirmed(self) -> list[PartElement]:
        return [one for one in self.elements if one.state == PartElement.State.CONFIRMED]

    @property
    def proposed(self) -> list[PartElement]:
        return [one for one in self.elements if one.state == PartElement.State.PROPOSED]

    @property
    def rejected(self) -> list[PartElement]:
        return [one for one in self.elements if one.state == PartElement.State.REJECTED]

    @property
    def groups(self) -> list[str]:
        """What people call the groups that were judged."""
        return labels(self.judgement.groups) if self.judgement else []

    @property
    def hinted(self) -> str:
        """What its words suggest, in words; empty where no word was found."""
        return str(Presence(self.hint.presence).label) if self.hint.presence else ""

    @property
    def hinted_groups(self) -> list[str]:
        return labels(self.hint.groups)


def matching(framework: CooperationFramework, *, presence: str = "", kind: str = "") -> QuerySet[Part]:
    """Outcomes and outputs in order. presence: only those judged so, or LEFT. kind: only of this kind."""
    found = Part.objects.filter(framework=framework, kind__in=JUDGED).order_by("order", "pk")
    if kind in JUDGED:
        found = found.filter(kind=kind)
    standing = PartJudgement.objects.current().filter(part__framework=framework)
    if presence == LEFT:
        found = found.exclude(pk__in=standing.values("part_id"))
    elif presence in Presence.values:
        found = found.filter(pk__in=standing.filter(presence=presence).values("part_id"))
    return found


def shown(framework: CooperationFramework, parts: Iterable[Part]) -> list[Judged]:
    """Parts with what the page shows. Four queries."""
    rows = list(parts)
    keys = [part.pk for part in rows]
    everything = {part.pk: part for part in Part.objects.filter(framework=framework)}
    judged = {row.part_id: row for row in PartJudgement.objects.current().filter(part__in=keys).select_related("by")}
    elements: dict[int, list[PartElement]] = {}
    found = PartElement.objects.filter(part__in=keys).select_related("element__framework")
    for one in found.order_by("element__framework__order", "-score", "element__order"):
        elements.setdefault(one.part_id, []).append(one)
    indicators: dict[int, list[Part]] = {}
    for part in sorted(everything.values(), key=lambda one: one.order):
        if part.kind == PartKind.INDICATOR and part.parent_id:
            indicators.setdefault(part.parent_id, []).append(part)
    made = []
    for part in rows:
        said = hint(part.text)
        made.append(
            Judged(
                part, judged.get(part.pk), _above(part, everything), indicators.get(part.pk, []), elements.get(part.pk, []),
                said, runs(part.text, said.marks),
            )
        )  # fmt: skip
    return made


def _above(part: Part, everything: dict[int, Part]) -> list[Part]:
    found: list[Part] = []
    above = part.parent_id
    while above is not None and (one := everything.get(above)) is not None:
        found.insert(0, one)
        above = one.parent_id
    return found


def tree(framework: CooperationFramework) -> list[tuple[int, Part]]:
    """All parts in order with their depth; the judgement that stands as `judged`. Two queries."""
    rows = framework.parts.prefetch_related(
        Prefetch("judgements", PartJudgement.objects.current(), to_attr="standing")
    ).order_by("order", "pk")
    return in_order(rows)


def next_left(framework: CooperationFramework, after: int | None = None) -> Part | None:
    """The next part that is not judged, from the top where none follows."""
    left = matching(framework, presence=LEFT)
    return (left.filter(order__gt=after).first() if after is not None else None) or left.first()
