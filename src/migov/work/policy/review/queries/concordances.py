"""A review, and a release of it, as a Concordance. Both cost a handful of queries, however many rows there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.places.actions import notes
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.policy.models import (
    Answer,
    Release,
    RequirementGuidance,
    Review,
    ReviewSource,
    Row,
    RowProvision,
    TextVersion,
    Weight,
)
from migov.work.policy.review import provisions
from migov.work.policy.review.table import Answered, Cited, Concordance, Line, Source, about_from_json, from_json


def concordance(review: Review, *, at: date | None = None) -> Concordance:
    """The rows of a review as they stand, with what the government said to the newest release. For the office only.

    at: the day that the table names (today).
    """
    version = TextVersion.objects.select_related("text__record", "text__country").get(pk=review.version_id)
    rows = list(_rows(review))
    read = provisions.read(version) if any(row.links.all() for row in rows) else None
    answers = _answers(_newest(review))
    lines = tuple(_line(row, read, answers.get(row.pk)) for row in rows)
    text = version.text
    country: Place | None = text.country
    sources = tuple(_source(one) for one in review.sources.select_related("instrument", "framework"))
    return Concordance(
        review=review.pk, version=version.pk, title=review.record.title, text_title=text.record.title,
        citation=text.citation, kind=text.kind, version_label=version.label or _("version %s") % version.number,
        on=at or timezone.localdate(), lines=lines, summary=review.summary, sources=sources,
        country=country.code if country else "", country_name=formats.place(country) if country else "",
        illustrative=review.record.illustrative,
        footnotes=(notes()["kosovo_footnote"],) if country and country.needs_footnote else (),
    )  # fmt: skip


def released(release: Release) -> Concordance:
    """A release with the answers that stand: what the government reads, and nothing else. All but the answers is as it was released."""
    answers = _answers(release)
    lines = tuple(from_json(row.said, answers.get(row.row_id)) for row in release.rows.order_by("order"))
    return Concordance(
        review=release.review_id, version=release.review.version_id, title=release.title, summary=release.summary,
        on=timezone.localdate(release.at), lines=lines, release=release.number, answer_by=release.answer_by,
        **about_from_json(release.about),
    )  # fmt: skip


def _newest(review: Review) -> Release | None:
    return review.releases.order_by("-number").first()


def _rows(review: Review) -> Iterable[Row]:
    confirmed = RowProvision.objects.filter(state=RowProvision.State.CONFIRMED).order_by("provision__order")
    return (
        review.rows.select_related("requirement__article__instrument", "element__framework", "element__parent")
        .prefetch_related(
            Prefetch("links", confirmed),
            Prefetch("requirement__guidance", RequirementGuidance.objects.select_related("guidance")),
        )
        .order_by("order")
    )


def _line(row: Row, read: provisions.Read | None, answer: Answered | None) -> Line:
    known = read.by_key if read else {}
    words = read.words if read else {}
    cited = tuple(
        Cited(known[one.provision_id].label, known[one.provision_id].eid, known[one.provision_id].heading, words[one.provision_id])
        for one in row.links.all()
        if one.provision_id in known
    )  # fmt: skip
    said: dict[str, Any] = {
        "judgement": row.judgement, "provisions": cited, "comment": row.comment, "wording": row.wording,
        "planned_act": row.planned_act, "planned_for": row.planned_for, "answer": answer,
    }  # fmt: skip
    if row.requirement is not None:
        one = row.requirement
        return Line(
            row=row.pk, source=one.article.instrument.code, place=one.place, obligation=one.obligation,
            heading=one.article.heading, content=one.article.text, type=one.type, addressee=one.addressee, weight=one.weight,
            guidance=guidance_of(one.guidance.all()), **said,
        )  # fmt: skip
    element = cast(Element, row.element)  # one of the two: a constraint of the database
    return Line(
        row=row.pk, source=element.framework.code, place=element.code, obligation=element.title,
        heading=element.parent.title if element.parent else "", content=element.text or element.scope,
        weight=Weight.POLITICAL.value, **said,
    )  # fmt: skip


def guidance_of(links: Iterable[RequirementGuidance]) -> tuple[str, ...]:
    """Guidance as a table cites it: "CMW/C/GC/2, 23-28"."""
    return tuple(", ".join(filter(None, [one.guidance.symbol or one.guidance.title, one.paragraphs])) for one in links)


def _answers(release: Release | None) -> Mapping[int, Answered]:
    """What the government says, by key of the row. One query."""
    if release is None:
        return {}
    found = Answer.objects.filter(row__release=release, superseded_at__isnull=True).values_list(
        "row__row_id", "stance", "text", "recorded_at"
    )
    return {row: Answered(stance, text, timezone.localdate(at)) for row, stance, text, at in found}


def _source(of: ReviewSource) -> Source:
    if of.instrument is not None:
        one = of.instrument
        return Source(one.code, one.short_title, one.title, "instrument", one.weight, one.number, one.celex)
    framework = cast(Framework, of.framework)  # one of the two: a constraint of the database
    return Source(framework.code, framework.short_title, framework.title, "framework", Weight.POLITICAL.value)
