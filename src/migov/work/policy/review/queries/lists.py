"""Lists of reviews as the office sees them, with how far each is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.work.policy.models import Judgement, Review, ReviewSource, ReviewState, Row

OPEN = (ReviewState.JUDGING, ReviewState.CLEARANCE, ReviewState.CLEARED)
TABS = {
    "open": gettext_lazy("Under way"),
    "mine": gettext_lazy("Mine"),
    "released": gettext_lazy("With the government"),
    "closed": gettext_lazy("Closed"),
    "all": gettext_lazy("All"),
}
ORDERS = {
    "due": (F("due").asc(nulls_last=True), F("pk").desc()),
    "title": (F("record__title").asc(), F("pk").asc()),
    "newest": (F("pk").desc(),),
}


@dataclass(frozen=True)
class ReviewFilter:
    """A question about reviews. Empty means all. country: code of a place; source: code of an instrument or framework."""

    tab: str = "open"
    q: str = ""
    country: str = ""
    source: str = ""
    text: int | None = None

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value."""
        pairs = [("tab", self.tab if self.tab != "open" else ""), ("q", self.q), ("country", self.country)]
        pairs += [("source", self.source), ("text", str(self.text or ""))]
        return [(name, value) for name, value in pairs if value]


def visible(viewer: Viewer) -> QuerySet[Review]:
    """The reviews that somebody of the office may see. Nobody else sees reviews: a government reads releases."""
    if not is_internal(viewer):
        return Review.objects.none()
    return Review.objects.filter(record__in=Record.objects.visible_to(viewer).standing())


def matching(viewer: Viewer, asked: ReviewFilter) -> QuerySet[Review]:
    """Reviews of a filter, not ordered."""
    found = visible(viewer)
    if asked.tab == "mine":
        found = found.filter(record__owner=viewer.pk).exclude(state=ReviewState.CLOSED)
    elif asked.tab == "open":
        found = found.filter(state__in=OPEN)
    elif asked.tab == "released":
        found = found.filter(state__in=[ReviewState.RELEASED, ReviewState.ANSWERED])
    elif asked.tab == "closed":
        found = found.filter(state=ReviewState.CLOSED)
    for word in asked.q.split():
        found = found.filter(
            Q(record__title__icontains=word)
            | Q(version__text__record__title__icontains=word)
            | Q(version__text__citation__icontains=word)
        )
    if asked.country:
        found = found.filter(version__text__country__code=asked.country)
    if asked.source:
        of = ReviewSource.objects.filter(Q(instrument__code=asked.source) | Q(framework__code=asked.source))
        found = found.filter(pk__in=of.values("review"))
    if asked.text:
        found = found.filter(version__text=asked.text)
    return found


@dataclass
class ReviewRow:
    """A review in a list. judged of total rows; sources: short names."""

    review: Review
    judged: int
    total: int
    sources: list[str]
    today: date

    @property
    def late(self) -> bool:
        due = self.review.due
        return due is not None and due < self.today and self.review.state in OPEN

    @property
    def country(self) -> str:
        """The country as lists name it; empty where there is none."""
        found = self.review.version.text.country
        return formats.place(found) if found else ""


def rows(reviews: QuerySet[Review] | Iterable[int]) -> list[ReviewRow]:
    """Reviews with their progress, in the order given. Three queries."""
    keys = list(reviews.values_list("pk", flat=True)) if isinstance(reviews, QuerySet) else list(reviews)
    found = Review.objects.select_related(
        "record__owner", "record__office", "version__text__country", "version__text__record"
    ).in_bulk(keys)
    counts = progress(keys)
    sources: dict[int, list[str]] = defaultdict(list)
    for one in ReviewSource.objects.filter(review__in=keys).select_related("instrument", "framework"):
        sources[one.review_id].append(str(one.instrument or one.framework))
    today = timezone.localdate()
    return [ReviewRow(found[key], *counts.get(key, (0, 0)), sources[key], today) for key in keys if key in found]


def progress(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Review → rows judged, rows in all. One query."""
    counted = (
        Row.objects.filter(review__in=keys)
        .order_by()
        .values("review")
        .annotate(judged=Count("pk", filter=~Q(judgement="")), total=Count("pk"))
    )
    return {one["review"]: (one["judged"], one["total"]) for one in counted}


@dataclass(frozen=True)
class SourceProgress:
    """How far one instrument or framework of a review is: judgement → rows."""

    code: str
    name: str
    title: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def judged(self) -> int:
        return self.total - self.counts.get("", 0)


def by_source(review: Review) -> list[SourceProgress]:
    """How far a review is, source by source. Two queries."""
    counts: dict[tuple[int | None, int | None], dict[str, int]] = defaultdict(dict)
    counted = (
        review.rows.order_by()
        .values("requirement__article__instrument", "element__framework", "judgement")
        .annotate(number=Count("pk"))
    )
    for one in counted:
        key = (one["requirement__article__instrument"], one["element__framework"])
        counts[key][one["judgement"]] = one["number"]
    found = []
    for source in review.sources.select_related("instrument", "framework"):
        of = source.instrument or source.framework
        code = of.code if of is not None else ""
        found.append(
            SourceProgress(code, str(of), of.title if of else "", counts[source.instrument_id, source.framework_id])
        )
    return found


def judgement_words(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Judgement, its word and how many rows have it, in the order of the vocabulary; those that no row has are left out."""
    return [(code, str(label), counts[code]) for code, label in Judgement.choices if counts.get(code)]
