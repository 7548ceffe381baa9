"""Factories of policy support: texts with provisions, instruments with requirements, requests and reviews, made through the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from migov.foundation.records.models import RecordPlace, Visibility
from migov.work.policy.models import (
    Article,
    AssistanceRequest,
    Instrument,
    LegalText,
    Provision,
    Requirement,
    Review,
    ReviewSource,
    Row,
    TextVersion,
)
from tests.factories import PlaceFactory, RecordFactory

LAW: dict[str, tuple[str, Sequence[str]]] = {
    "1": ("Scope", ["This Law sets out the rights of foreigners who are recruited for work."]),
    "2": ("Documents", ["No employer may keep the passport of a worker.", "A document that was taken is given back at once."]),
    "3": ("Detention", ["A child shall not be detained for reasons of residence status."]),
}  # fmt: skip


def _record(kind: str, country: str, **fields: Any) -> Any:
    record = RecordFactory(**{"kind": kind, "reference": "", "stage": "", "starts": None, "ends": None, **fields})
    if country:
        RecordPlace.objects.create(
            record=record, place=PlaceFactory(code=country), share=None, recorded_at=record.created_at
        )
    return record


def assistance_request(*, country: str = "MDA", state: str = "filed", **fields: Any) -> AssistanceRequest:
    """A request of a government. Fields of the request (kind, sender, due …) go to it, all others to the record."""
    names = {field.name for field in AssistanceRequest._meta.fields} - {"record"}
    own = {name: fields.pop(name) for name in list(fields) if name in names}
    record = _record(
        "request", country, **{"title": "Review of the draft law", "visibility": Visibility.PARTNERS, **fields}
    )
    defaults: dict[str, Any] = {"kind": "review", "sender": "Ministry of the Interior"}
    if state in ("delivered", "closed"):
        defaults |= {"delivered_on": date(2026, 3, 1)}
    if state == "closed":
        defaults |= {"closed_on": date(2026, 3, 2)}
    if state in ("declined", "withdrawn"):
        defaults |= {"reason": "Outside the mandate."}
    return AssistanceRequest.objects.create(
        record=record, country=PlaceFactory(code=country) if country else None, state=state, **(defaults | own)
    )


def legal_text(*, country: str = "MDA", kind: str = "bill", citation: str = "Draft Law", **fields: Any) -> LegalText:
    """A text without versions."""
    own = {name: fields.pop(name) for name in ("status", "language", "url", "request") if name in fields}
    record = _record(
        "text", country, **{"title": "Draft Law on Foreign Workers", "visibility": Visibility.PARTNERS, **fields}
    )
    return LegalText.objects.create(
        record=record, kind=kind, citation=citation, country=PlaceFactory(code=country) if country else None, **own
    )


def text_version(
    of: LegalText | None = None, articles: Mapping[str, tuple[str, Sequence[str]]] | None = None, **fields: Any
) -> TextVersion:
    """A version whose structure was found: articles (number → heading, paragraphs), paragraphs numbered from 1."""
    of = of or legal_text()
    version = TextVersion.objects.create(text=of, **{"number": of.versions.count() + 1, "state": "read", **fields})
    order = 0

    def add(**kept: Any) -> Provision:
        nonlocal order
        words = kept.pop("words")
        made = Provision.objects.create(
            version=version, order=order, digest=sha256(words.lower().encode()).hexdigest(), **kept
        )
        order += 1
        return made

    for number, (heading, paragraphs) in (LAW if articles is None else articles).items():
        article = add(
            kind="article", number=number, heading=heading, label=f"Article {number}", eid=f"art_{number}",
            words=" ".join([heading, *paragraphs]),
        )  # fmt: skip
        article.article = article
        article.save()
        for place, text in enumerate(paragraphs, 1):
            add(
                kind="paragraph", number=str(place), text=text, label=f"Article {number}({place})", parent=article,
                article=article, depth=1, eid=f"art_{number}__para_{place}", words=text,
            )  # fmt: skip
    return version


def instrument(code: str = "test-convention", **fields: Any) -> Instrument:
    """An instrument without articles."""
    return Instrument.objects.get_or_create(
        code=code,
        defaults={
            "title": f"Convention {code}", "short_title": code.upper(), "body": "un", "kind": "convention", **fields
        },
    )[0]  # fmt: skip


def requirement(
    of: Instrument | None = None, article: str = "1", paragraph: str = "", obligation: str = "", **fields: Any
) -> Requirement:
    """A requirement, with its article where that is not there yet."""
    of = of or instrument()
    at, _made = Article.objects.get_or_create(
        instrument=of, number=article, defaults={"heading": f"Heading {article}", "order": of.articles.count()}
    )
    return Requirement.objects.create(
        code=f"{of.code}-{article}{'.' + paragraph if paragraph else ''}",
        article=at,
        paragraph=paragraph,
        obligation=obligation or f"The State shall do what article {article} says.",
        order=Requirement.objects.count(),
        **fields,
    )


def review(of: TextVersion | None = None, requirements: Sequence[Requirement] = (), **fields: Any) -> Review:
    """A review of a version, with a row for each requirement, nothing judged. Internal until it is released."""
    of = of or text_version()
    own = {name: fields.pop(name) for name in ("state", "request", "previous", "submission", "due") if name in fields}
    country = of.text.country.code if of.text.country else ""
    record = _record("review", country, **{"title": f"Review of {of.text}", **fields})
    made = Review.objects.create(record=record, version=of, **own)
    for order, source in enumerate(dict.fromkeys(one.article.instrument for one in requirements)):
        ReviewSource.objects.create(review=made, instrument=source, order=order)
    for order, one in enumerate(requirements):
        Row.objects.create(review=made, requirement=one, order=order)
    return made
