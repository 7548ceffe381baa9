"""The rows of a review as the working page shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from django.db.models import Prefetch, Q, QuerySet

from migov.foundation.frameworks.models import Element
from migov.services.clearance.models import Comment, CommentState
from migov.work.policy.models import (
    Answer,
    GuidanceParagraph,
    Provision,
    ProvisionKind,
    RequirementGuidance,
    Review,
    Row,
    RowProvision,
)
from migov.work.policy.review.queries.concordances import guidance_of
from migov.work.policy.texts.queries import whole

LEFT = {"left": Q(judgement=""), "again": Q(asked_again=True)}
MOST_FOUND = 12
PER_PAGE = 25


@dataclass(frozen=True)
class RowFilter:
    """Which rows: of one source (code), with one judgement (a code, "left" for none, "again" for asked again), with words."""

    source: str = ""
    judgement: str = ""
    q: str = ""

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value."""
        pairs = [("source", self.source), ("judgement", self.judgement), ("q", self.q)]
        return [(name, value) for name, value in pairs if value]


def matching(review: Review, asked: RowFilter) -> QuerySet[Row]:
    """Rows of a filter, in order."""
    found = review.rows.order_by("order")
    if asked.source:
        found = found.filter(
            Q(requirement__article__instrument__code=asked.source) | Q(element__framework__code=asked.source)
        )
    if asked.judgement in LEFT:
        found = found.filter(LEFT[asked.judgement])
    elif asked.judgement:
        found = found.filter(judgement=asked.judgement)
    for word in asked.q.split():
        found = found.filter(
            Q(requirement__obligation__icontains=word)
            | Q(requirement__article__heading__icontains=word)
            | Q(element__title__icontains=word)
            | Q(comment__icontains=word)
            | Q(internal__icontains=word)
        )
    return found


@dataclass
class Shown:
    """A provision beside a row. words: all its words; marked: those that made the ranker say so."""

    link: RowProvision
    provision: Provision
    text: str
    marked: Sequence[str]


@dataclass
class RowShown:
    """A row as the working page shows it. place: in its source; heading, official: of the article; before: of the earlier version."""

    row: Row
    source: str
    place: str
    obligation: str
    heading: str
    official: str
    type: str
    addressee: str
    weight: str
    guidance: Sequence[str]
    links: list[Shown]
    answer: Answer | None = None
    remarks: int = 0
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def confirmed(self) -> list[Shown]:
        return [one for one in self.links if one.link.state == RowProvision.State.CONFIRMED]

    @property
    def was(self) -> str:
        """The judgement of the earlier review, in words."""
        before = self.row.carried_from
        return str(before.get_judgement_display()) if before is not None else ""


def shown(review: Review, rows: Iterable[Row]) -> list[RowShown]:
    """Rows with all that stands beside them, in the order given. A fixed number of queries for any number of rows."""
    keys = [row.pk for row in rows]
    links = RowProvision.objects.select_related("provision__article").order_by("rank", "provision__order")
    found = (
        Row.objects.filter(pk__in=keys)
        .select_related(
            "requirement__article__instrument", "element__framework", "element__parent", "judged_by", "carried_from"
        )
        .prefetch_related(
            Prefetch("links", links),
            Prefetch("requirement__guidance", RequirementGuidance.objects.select_related("guidance")),
        )
        .order_by("order")
    )
    made = list(found)
    words = words_of(review, (link.provision for row in made for link in row.links.all()))
    answers = _answers(review, keys)
    remarks = open_remarks(review)
    return [_shown(row, words, answers.get(row.pk), remarks.get(row.pk, 0)) for row in made]


STATES = {RowProvision.State.CONFIRMED: 0, RowProvision.State.PROPOSED: 1, RowProvision.State.REJECTED: 2}


def _shown(row: Row, words: dict[int, str], answer: Answer | None, remarks: int) -> RowShown:
    ordered = sorted(
        row.links.all(),
        key=lambda one: (
            STATES[RowProvision.State(one.state)],
            99 if one.rank is None else one.rank,
            one.provision.order,
        ),
    )
    links = [Shown(one, one.provision, words.get(one.provision_id, ""), one.words) for one in ordered]
    seen = {
        name: getattr(row, name)
        for name in ("judgement", "comment", "wording", "planned_act", "planned_for", "internal")
    }
    if row.requirement is not None:
        of = row.requirement
        return RowShown(
            row, str(of.article.instrument), of.place, of.obligation, of.article.heading, of.article.text,
            str(of.get_type_display()), str(of.get_addressee_display()), str(of.get_weight_display()),
            guidance_of(of.guidance.all()), links, answer, remarks, seen,
        )  # fmt: skip
    element = cast(Element, row.element)  # one of the two: a constraint of the database
    above = element.parent.title if element.parent else ""
    return RowShown(
        row, str(element.framework), element.code, element.title, above, element.text or element.scope,
        "", "", "", (), links, answer, remarks, seen,
    )  # fmt: skip


def words_of(review: Review, of: Iterable[Provision]) -> dict[int, str]:
    """All words of some provisions, by key. One query for those below them."""
    wanted = {one.pk: one for one in of}
    articles = {one.article_id for one in wanted.values() if one.article_id}
    below = list(
        Provision.objects.filter(version=review.version_id)
        .filter(Q(article__in=articles) | Q(pk__in=wanted))
        .order_by("order")
    )
    said = whole(below)
    return {key: said[key] for key in wanted if key in said}


def _answers(review: Review, rows: Sequence[int]) -> dict[int, Answer]:
    """What the government says to the newest release, by key of the row. Two queries."""
    newest = review.releases.order_by("-number").values_list("pk", flat=True).first()
    if newest is None:
        return {}
    found = Answer.objects.filter(row__release=newest, row__row__in=rows, superseded_at__isnull=True)
    return {one.row.row_id: one for one in found.select_related("row", "by")}


def open_remarks(review: Review) -> dict[int, int]:
    """Open comments of reviewers, by key of the row. One query."""
    anchors = Comment.objects.filter(
        clearance__record=review.pk, anchor__startswith="row:", state=CommentState.OPEN, parent__isnull=True
    ).values_list("anchor", flat=True)
    return dict(Counter(int(anchor.removeprefix("row:")) for anchor in anchors if anchor[4:].isdigit()))


def next_left(review: Review, after: int | None = None) -> int | None:
    """Order of the next row that is not judged, beginning again at the top; None when all are. Two queries at most."""
    left = review.rows.filter(judgement="").order_by("order").values_list("order", flat=True)
    if after is not None and (found := left.filter(order__gt=after).first()) is not None:
        return found
    return left.first()


def find_provisions(review: Review, words: str) -> list[Provision]:
    """Provisions by number or words: first the one so numbered ("12", "12(1)", "art 12"), then those that hold every word. Two queries."""
    text = " ".join(words.split())
    if not text:
        return []
    last = text.split()[-1]
    every = Provision.objects.filter(version=review.version_id).exclude(kind=ProvisionKind.TEXT).order_by("order")
    by_number = Q(number__iexact=last) | Q(label__iexact=text) | Q(label__iendswith=f" {last}")
    numbered = list(every.filter(by_number)[:MOST_FOUND])
    numbered.sort(key=lambda one: (one.kind != ProvisionKind.ARTICLE, one.order))
    rest = every
    for word in text.split()[:8]:
        rest = rest.filter(Q(text__icontains=word) | Q(heading__icontains=word))
    known = {one.pk for one in numbered}
    return [*numbered, *(one for one in rest[:MOST_FOUND] if one.pk not in known)][:MOST_FOUND]


def guidance_texts(row: Row) -> list[tuple[str, list[GuidanceParagraph]]]:
    """Guidance on a row's requirement, with the paragraphs that are loaded. Two queries."""
    if row.requirement_id is None:
        return []
    links = RequirementGuidance.objects.filter(requirement=row.requirement_id).select_related("guidance")
    found = []
    for link in links.prefetch_related("guidance__paragraphs"):
        numbers = cited_numbers(link.paragraphs)
        kept = [one for one in link.guidance.paragraphs.all() if one.number.strip(".") in numbers] if numbers else []
        found.append((guidance_of([link])[0], kept))
    return found


def cited_numbers(paragraphs: str) -> set[str]:
    """Numbers of paragraphs as cited: "23-25, 28" → 23, 24, 25, 28."""
    found: set[str] = set()
    for part in paragraphs.replace("–", "-").replace(";", ",").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if dash and first.isdigit() and last.isdigit() and int(first) <= int(last) <= int(first) + 500:
            found |= {str(number) for number in range(int(first), int(last) + 1)}
        elif part.strip():
            found.add(part.strip())
    return found
