"""Questions about texts: which ones a person sees, their versions, the provisions of a version and their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.work.policy.models import LegalText, Provision, TextKind, TextStatus, TextVersion
from migov.work.policy.texts.tree import marked

PER_PAGE = 25
ORDERS: dict[str, Sequence[Any]] = {
    "title": ("record__title", "pk"),
    "-title": ("-record__title", "-pk"),
    "country": (F("country__short_name").asc(nulls_last=True), "record__title", "pk"),
    "-country": (F("country__short_name").desc(nulls_last=True), "record__title", "pk"),
    "changed": ("record__changed_at", "pk"),
    "-changed": ("-record__changed_at", "-pk"),
}


def texts_for(user: Viewer) -> QuerySet[LegalText]:
    """The texts that a person may see: colleagues those of all offices, a government those of its own that are shared with it."""
    return LegalText.objects.filter(record__in=Record.objects.visible_to(user).standing())


def text_for(user: Viewer, pk: int) -> LegalText:
    """One of them. Raises LegalText.DoesNotExist. One query, and those of the roles."""
    return texts_for(user).select_related("record__owner", "record__office", "country", "request__record").get(pk=pk)


def version_for(user: Viewer, pk: int, number: int) -> TextVersion:
    """A version of a text that the person may see. Raises TextVersion.DoesNotExist. One query, and those of the roles."""
    found = TextVersion.objects.filter(text__in=texts_for(user))
    return found.select_related(
        "text__record__owner", "text__record__office", "text__country", "document__record", "added_by"
    ).get(text_id=pk, number=number)


@dataclass(frozen=True)
class TextFilter:
    """A question about texts."""

    q: str = ""
    country: Place | None = None
    kind: str = ""
    status: str = ""

    def params(self) -> dict[str, str]:
        """The filter as parameters of an address."""
        said = {
            "q": self.q,
            "country": self.country.code if self.country else "",
            "kind": self.kind,
            "status": self.status,
        }
        return {name: value for name, value in said.items() if value}


def matching(filter: TextFilter, user: Viewer) -> QuerySet[LegalText]:
    """The texts of a filter that a person may see, in no order."""
    found = texts_for(user)
    for word in filter.q.split():
        found = found.filter(
            Q(record__title__icontains=word) | Q(citation__icontains=word) | Q(record__summary__icontains=word)
        )
    if filter.country is not None:
        found = found.filter(country=filter.country)
    if filter.kind:
        found = found.filter(kind=filter.kind)
    return found.filter(status=filter.status) if filter.status else found


def listed(found: QuerySet[LegalText], sort: str) -> QuerySet[LegalText]:
    """Texts in order with what a list shows: `versions_count`, `latest` (number), `latest_state`, `latest_found`."""
    last = TextVersion.objects.filter(text=OuterRef("pk")).order_by("-number")
    return (
        found.select_related("record", "country")
        .annotate(
            versions_count=Count("versions"),
            latest=Max("versions__number"),
            latest_state=Subquery(last.values("state")[:1]),
            latest_found=Subquery(last.values("found")[:1]),
        )
        .order_by(*ORDERS.get(sort, ORDERS["-changed"]))
    )


def countries(user: Viewer) -> list[Place]:
    """The countries of the texts that a person may see. One query."""
    return list(Place.objects.filter(pk__in=texts_for(user).values("country")).order_by("short_name"))


def versions(text: LegalText) -> list[TextVersion]:
    """The versions of a text, the latest first, with their documents. One query."""
    return list(text.versions.select_related("document__record", "added_by").order_by("-number"))


def reviews_on(text: LegalText) -> int:
    """How many reviews stand on the versions of a text, those that were taken out not counted. One query."""
    standing = Count("reviews", filter=Q(reviews__record__removed_at__isnull=True))
    return int(text.versions.aggregate(number=standing)["number"])


def outline(version: TextVersion) -> list[Provision]:
    """All provisions of a version in reading order. One query."""
    return list(version.provisions.order_by("order"))


def whole(provisions: Iterable[Provision]) -> dict[int, str]:
    """Key of each provision → all its words, what stands below included, with the numbers of paragraphs and points ("1. …", "(a) …").

    Headings are left out. provisions: in reading order, with all that stands below them; no query.
    """
    given = list(provisions)
    below: dict[int, list[str]] = {}
    said: dict[int, str] = {}
    for one in reversed(given):
        words = "\n".join(filter(None, (one.text, *reversed(below.get(one.pk, ())))))
        said[one.pk] = marked(one.kind, one.number, words)
        if one.parent_id is not None:
            below.setdefault(one.parent_id, []).append(said[one.pk])
    return {one.pk: said[one.pk] for one in given}


KINDS, STATUSES = TextKind.choices, TextStatus.choices
