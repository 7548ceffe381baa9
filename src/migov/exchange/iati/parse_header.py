"""The elements of an activity that describe it: names, organisations, dates, classifications, documents, contacts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from lxml.etree import _Element as Element

from migov.exchange.iati import rules
from migov.exchange.iati.shapes import blank, in_language, narratives, plain, preferred, shape, to_json

if TYPE_CHECKING:
    from migov.exchange.iati.parse import ActivityParser

PERSONAL = frozenset({"person-name", "email", "telephone"})


def reporting_org(parser: ActivityParser, element: Element) -> None:
    parser.reporting, exact = parser.organisation(element)
    if not exact:
        parser.keep_whole("reporting-org")


def title(parser: ActivityParser, element: Element) -> None:
    texts = narratives(element)
    if parser.titles or not plain(texts, parser.lang) or not in_language(element, parser.lang):
        parser.keep_whole("title")
    parser.titles.extend(texts)


def description(parser: ActivityParser, element: Element) -> None:
    kind, texts = element.get("type", ""), narratives(element)
    all_said = plain(texts, parser.lang) and in_language(element, parser.lang)
    if parser.descriptions or kind not in ("", "1") or not all_said:
        parser.keep_whole("description")
    parser.descriptions.append((kind, texts))


def participating_org(parser: ActivityParser, element: Element) -> None:
    role = element.get("role", "").strip()
    pk, exact = parser.organisation(element, "role")
    if len(role) > 1:
        role, exact = rules.ROLES.get(role.lower(), role[:4]), exact and role.lower() in rules.ROLES
    if pk is None:
        pk = parser.registers.organisation("", "", "")
    details = None if exact else to_json(shape(element, parser.ignored))
    parser.rows.participation.append((parser.pk, pk, role, len(parser.rows.participation), details))


def status(parser: ActivityParser, element: Element) -> None:
    parser.status, exact = parser.short(element, "@code", element.get("code", ""), 4)
    if parser.status not in rules.STAGES:
        parser.warn("status", element, "@code", parser.status, "an IATI activity status from 1 to 6")
    if not exact or not parser.status:
        parser.keep_whole("activity-status")


def scope(parser: ActivityParser, element: Element) -> None:
    parser.scope, exact = parser.short(element, "@code", element.get("code", ""), 4)
    if not exact or not parser.scope:
        parser.keep_whole("activity-scope")


def day_of(parser: ActivityParser, element: Element) -> None:
    kind = element.get("type", "").strip()
    kind = rules.DATES.get(kind, kind)
    found, exact = parser.day(element, "iso-date")
    if found is None or kind in parser.dates or kind not in "1234" or len(element) or element.text:
        exact = False
    if found is not None:
        parser.dates.setdefault(kind, found)
    if not exact:
        parser.keep_whole("activity-date")


def contact(parser: ActivityParser, element: Element) -> None:
    """Organisations, not people: names of persons, their e-mail addresses and telephone numbers are left out."""
    kept = shape(element, parser.ignored)
    for name in PERSONAL & kept.keys():
        parser.summary.left_out[f"contact-info/{name}"] += len(kept.pop(name))
    parser.published.setdefault("contact-info", []).append(kept)


def sector(parser: ActivityParser, element: Element) -> None:
    vocabulary = element.get("vocabulary", "").strip() or "1"
    percentage = classify(parser, "sector", element, vocabulary)
    if percentage is not None:
        parser.sector_totals[vocabulary] = parser.sector_totals.get(vocabulary, Decimal(0)) + Decimal(percentage)


def tag(parser: ActivityParser, element: Element) -> None:
    classify(parser, "tag", element, element.get("vocabulary", "").strip())


def marker(parser: ActivityParser, element: Element) -> None:
    classify(parser, "marker", element, element.get("vocabulary", "").strip() or "1")


def classify(parser: ActivityParser, kind: str, element: Element, vocabulary: str) -> str | None:
    code, exact = element.get("code", "").strip(), not blank(element)
    significance = element.get("significance", "").strip()
    if len(code) > 120 or len(vocabulary) > 10 or len(significance) > 4:
        parser.warn("too-long", element, "@code", code, "a code of at most 120 characters")
        code, vocabulary, significance, exact = code[:120], vocabulary[:10], significance[:4], False
    percentage, right = (None, True) if kind == "tag" else parser.percentage(element)
    uri = element.get("vocabulary-uri", "")
    texts = narratives(element)
    if (
        uri
        or not right
        or not exact
        or not plain(texts, parser.lang)
        or not in_language(element, parser.lang)
        or (kind == "tag" and element.get("percentage") is not None)
    ):
        details = to_json(shape(element, parser.ignored))
    else:
        details = None
    rows = parser.rows.classification
    rows.append(
        (
            parser.pk, kind, vocabulary, code, preferred(texts, parser.lang), percentage, significance, len(rows), details,
        )
    )  # fmt: skip
    for finding in parser.alignment.find(kind, vocabulary, code, significance, uri):
        parser.findings.append(finding._replace(share=percentage) if finding.status == "confirmed" else finding)
    return percentage


def related(parser: ActivityParser, element: Element) -> None:
    reference, whole = parser.short(element, "@ref", element.get("ref", ""), 255)
    kind, right = parser.short(element, "@type", element.get("type", ""), 4)
    if not (whole and right) or blank(element):
        parser.keep_whole("related-activity")
    parser.rows.related.append((parser.pk, reference, kind, len(parser.rows.related)))


def document(parser: ActivityParser, element: Element, record: int | None = None) -> None:
    """A document link of the project or of a result."""
    titles: list[list[str]] = []
    categories, languages = [], []
    day, exact = None, not blank(element)
    for child in element:
        tag = child.tag
        exact = exact and not blank(child)
        if tag == "title":
            titles = narratives(child)
            exact = exact and in_language(child, parser.lang)
        elif tag == "category":
            categories.append(child.get("code", "").strip())
        elif tag == "language":
            languages.append(child.get("code", "").strip())
        elif tag == "document-date":
            day, sure = parser.day(child, "iso-date")
            exact = exact and sure
        else:
            exact = False
    kind, whole = parser.short(element, "@format", element.get("format", ""), 120)
    category, right = (categories or [""])[0], len(categories) < 2
    language, fits = (languages or [""])[0], len(languages) < 2
    if not (
        exact
        and whole
        and right
        and fits
        and plain(titles, parser.lang)
        and len(category) <= 10
        and len(language) <= 20
    ):
        details = to_json(shape(element, parser.ignored))
    else:
        details = None
    parser.rows.evidence.append(
        (
            parser.pk if record is None else record, preferred(titles, parser.lang), element.get("url", "").strip(), kind,
            category[:10], language[:20], day, parser.source, details, parser.at,
        )
    )  # fmt: skip
