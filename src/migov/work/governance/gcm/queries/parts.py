"""A report part by part: how complete each is, and its paragraphs with their evidence as a viewer may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch

from migov.foundation.people.access import System, Viewer, is_internal
from migov.foundation.records.kinds import url_of
from migov.foundation.records.models import Record
from migov.work.governance.gcm.outline import Group, Outline, Part
from migov.work.governance.models import GcmReport, Paragraph, ParagraphEvidence, Topic

EMPTY, BEGUN, COMPLETE = "empty", "begun", "complete"


@dataclass
class PartStanding:
    """How far a part is. topics: topic → paragraphs. bare: paragraphs without evidence; marked: whose base says something else now."""

    part: Part
    topics: dict[str, int] = field(default_factory=dict)
    bare: int = 0
    marked: int = 0

    @property
    def paragraphs(self) -> int:
        return sum(self.topics.values())

    @property
    def missing(self) -> list[str]:
        """The wanted topics of which nothing is said, in words."""
        return [str(Topic(topic).label) for topic in self.part.wanted if not self.topics.get(topic)]

    @property
    def state(self) -> str:
        if not self.paragraphs:
            return EMPTY
        return BEGUN if self.missing or self.bare else COMPLETE


@dataclass(frozen=True)
class GroupStanding:
    """Parts of one heading with how far each is."""

    group: Group
    parts: list[PartStanding]


def standings(report: GcmReport, whole: Outline) -> list[GroupStanding]:
    """How far each part of a report is. One query."""
    found = {part.code: PartStanding(part) for part in whole.parts}
    proof = ParagraphEvidence.objects.filter(paragraph=OuterRef("pk"))
    rows = Paragraph.objects.filter(report=report, removed_at__isnull=True).annotate(proven=Exists(proof)).order_by()
    for code, topic, proven, made_from in rows.values_list("part", "topic", "proven", "made_from"):
        one = found.get(code)
        if one is not None:
            one.topics[topic] = one.topics.get(topic, 0) + 1
            one.bare += not proven
            one.marked += bool(made_from.get("state"))
    return [GroupStanding(group, [found[part.code] for part in group.parts]) for group in whole.groups]


def complete(groups: Iterable[GroupStanding]) -> tuple[int, int]:
    """How many parts are complete, of how many."""
    states = [one.state for group in groups for one in group.parts]
    return states.count(COMPLETE), len(states)


@dataclass(frozen=True)
class Proof:
    """Evidence as a viewer may see it. url: where it is, inside migov or on the web; empty where there is no page for this viewer."""

    row: ParagraphEvidence
    title: str
    url: str
    outside: bool = False
    kept: bool = False

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def source(self) -> str:
        """Who says so, where the title does not say it already."""
        return "" if self.row.source == self.title else self.row.source


@dataclass(frozen=True)
class Written:
    """A paragraph with its evidence. state: "changed" or "gone" where its base says something else now; now: what it says."""

    paragraph: Paragraph
    proofs: list[Proof]

    @property
    def state(self) -> str:
        return str(self.paragraph.made_from.get("state", ""))

    @property
    def now(self) -> str:
        return str(self.paragraph.made_from.get("now", ""))


def written(
    report: GcmReport, viewer: Viewer | System, *, parts: Sequence[str] = (), removed: bool = False
) -> dict[str, dict[str, list[Written]]]:
    """Part → topic → paragraphs in order. parts: only these. removed: those that were taken out instead. Three queries at most.

    Of evidence that the viewer may not see by now only a word is shown that there is one.
    """
    rows = Paragraph.objects.filter(report=report, removed_at__isnull=not removed)
    if parts:
        rows = rows.filter(part__in=parts)
    evidence = ParagraphEvidence.objects.select_related("record", "document__record", "document__of")
    rows = rows.select_related("written_by", "contribution").prefetch_related(Prefetch("evidence", evidence))
    paragraphs = list(rows.order_by("part", "topic", "order", "pk"))
    proofs = [proof for one in paragraphs for proof in one.evidence.all()]
    seen = _seen(proofs, viewer)
    found: dict[str, dict[str, list[Written]]] = defaultdict(lambda: defaultdict(list))
    for one in paragraphs:
        found[one.part][one.topic].append(Written(one, [_proof(proof, seen, viewer) for proof in one.evidence.all()]))
    return {part: dict(topics) for part, topics in found.items()}


def _seen(proofs: Iterable[ParagraphEvidence], viewer: Viewer | System) -> set[int]:
    keys = {proof.record_id for proof in proofs if proof.record_id}
    keys |= {proof.document.record_id for proof in proofs if proof.document is not None}
    if not keys:
        return set()
    visible = Record.objects.all() if isinstance(viewer, System) else Record.objects.visible_to(viewer)
    return set(visible.standing().filter(pk__in=keys).values_list("pk", flat=True))


def _proof(proof: ParagraphEvidence, seen: set[int], viewer: Viewer | System) -> Proof:
    record = proof.record or (proof.document.record if proof.document is not None else None)
    if record is None:
        return Proof(proof, proof.title, proof.url, outside=bool(proof.url))
    if record.pk not in seen:
        return Proof(proof, proof.title if is_internal(viewer) else "", "", kept=True)
    return Proof(proof, proof.title, proof.address or _page(record))


def _page(record: Record) -> str:
    try:
        return url_of(record)
    except KeyError:  # no room has a page for its kind
        return ""


def paragraph_of(report: GcmReport, key: int) -> Paragraph | None:
    """A paragraph of a report, also one that was taken out."""
    return Paragraph.objects.filter(report=report, pk=key).select_related("written_by").first()
