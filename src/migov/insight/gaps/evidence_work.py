"""Documents and pieces of work as evidence of an assessment: passages of what was read, and what the country's records are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records import kinds
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.insight.gaps.evidence import LONGEST_QUOTE, MOST_READ, any_of, ranked, stems_of
from migov.services.files.models import Document, Passage
from migov.work.governance.assess.sources import MOST, Found
from migov.work.policy.models.texts import KIND as TEXT

WORK = ("project", "practice", "pledge", "evaluation", "lesson", "network-plan", "unsdcf")


def documents(country: Place, words: str, viewer: Viewer) -> Sequence[Found]:
    """Passages of documents of the country's records that the viewer may see, those that hold most of the words first, one for each
    document; documents whose titles hold a word follow. Three queries."""
    stems = stems_of(words)
    if not stems or not access.allowed(viewer, "governance.enter"):
        return []
    mine = Document.objects.visible_to(viewer).standing().filter(of__in=_of_country(country))
    mine = mine.exclude(of__kind=TEXT)  # laws are found article by article, see evidence.laws
    rows = Passage.objects.filter(any_of(stems, "text"), document__in=mine.values("pk"))
    found = rows.select_related("document__record", "document__of").order_by("document", "number")[:MOST_READ]
    hits: dict[int, Found] = {}
    for one, held in ranked(found, stems, lambda one: one.text):
        if len(hits) < MOST:
            hits.setdefault(one.document_id, _passage(one, held))
    named = mine.filter(any_of(stems, "record__title", "name")).exclude(pk__in=hits).select_related("record", "of")
    return [*hits.values(), *(_document(one) for one in named.order_by("-pk")[:MOST])][:MOST]


def work(country: Place, words: str, viewer: Viewer) -> Sequence[Found]:
    """Projects, practices, pledges and the like of the country whose title or summary holds the words, and that the viewer may see. One
    query."""
    stems = stems_of(words)
    if not stems or not access.allowed(viewer, "governance.enter"):
        return []
    mine = Record.objects.visible_to(viewer).standing().filter(pk__in=_of_country(country), kind__in=WORK)
    rows = mine.filter(any_of(stems, "title", "summary")).order_by("-starts", "pk")[:MOST_READ]
    return [_work(one) for one, _held in ranked(rows, stems, lambda one: f"{one.title} {one.summary}")[:MOST]]


def _of_country(country: Place) -> Any:
    return Record.objects.filter(places__place=country, places__superseded_at__isnull=True).values("pk")


def _passage(one: Passage, held: int) -> Found:
    document = one.document
    return Found(
        key=f"d{document.pk}.{one.number}", kind="document", title=document.record.title, document=document.pk,
        place=_("page %(number)s") % {"number": one.page} if one.page else "", quote=one.text[:LONGEST_QUOTE],
        source=document.of.title[:300], as_of=document.date,
        note=_("%(number)s of the words") % {"number": held},
    )  # fmt: skip


def _document(one: Document) -> Found:
    return Found(
        key=f"d{one.pk}", kind="document", title=one.record.title, document=one.pk, source=one.of.title[:300], as_of=one.date,
        note=_("the document as a whole"),
    )  # fmt: skip


def _work(one: Record) -> Found:
    years = " – ".join(formats.day(day) for day in (one.starts, one.ends) if day)
    return Found(
        key=f"w{one.pk}", kind="work", title=one.title, record=one.pk, address=kinds.url_of(one),
        source=" ".join(filter(None, [one.reference, years]))[:300], note=str(kinds.kind_of(one).label),
    )  # fmt: skip
