"""Results, indicators, periods and measurements of an activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml.etree import _Element as Element

from migov.exchange.iati import rules
from migov.exchange.iati.alignments import Finding
from migov.exchange.iati.parse_header import document
from migov.exchange.iati.shapes import Shape, attributes, in_language, narratives, plain, preferred, to_json
from migov.work.results.people_rule import people_counted

if TYPE_CHECKING:
    from migov.exchange.iati.parse import ActivityParser

WHOLE_DIGITS, DECIMALS = 18, 6
LAST_SMALL = 32767
COUNTING = frozenset({"number", "nominal"})
KIND = {"baseline": "b", "target": "t", "actual": "a"}
IN_COLUMNS = frozenset({"type", "measure", "ascending", "aggregation-status"})


def _texts(parser: ActivityParser, element: Element, published: Shape) -> str:
    """The text of a title, description or comment; all of it is kept when there is more than one narrative or language."""
    texts = narratives(element)
    if not plain(texts, parser.lang) or not in_language(element, parser.lang):
        published.setdefault(str(element.tag), []).append(parser.shape(element))
    return preferred(texts, parser.lang)


def _attributes(parser: ActivityParser, element: Element, published: Shape) -> None:
    """Keep attributes that have no column."""
    for name, value in attributes(element):
        if name[0] == "{":
            parser.ignored["@" + name] += 1
        elif name not in IN_COLUMNS:
            published["@" + name] = value


def result(parser: ActivityParser, element: Element) -> None:
    """A result with all below it. References that name an element of a loaded framework become alignments of the result."""
    rows = parser.rows
    pk = next(parser.record_ids)
    published: Shape = {}
    findings: list[Finding] = []
    title = summary = ""
    _attributes(parser, element, published)
    kind = element.get("type", "").strip()
    level = rules.LEVELS.get(kind)
    if level is None:
        parser.warn("result-type", element, "@type", kind, "a result type: 1, 2, 3 or 9")
        level, published["@type"] = "other", None if element.get("type") is None else kind
    if (status := element.get("aggregation-status")) is not None:
        published["@aggregation-status"] = status
    indicators = 0
    for child in element:
        tag = child.tag
        if tag == "indicator":
            _indicator(parser, child, pk, indicators, findings)
            indicators += 1
        elif tag == "title":
            title = _texts(parser, child, published)
        elif tag == "description":
            summary = _texts(parser, child, published)
        elif tag == "document-link":
            document(parser, child, pk)
        elif tag == "reference":
            published.setdefault(tag, []).append(parser.shape(child))
            findings.extend(_reference(parser, child))
        else:
            parser.ignored[f"result/{tag}"] += 1
    rows.record.append(
        (
            pk, "result", "", title, summary, parser.settings.office, parser.pk, "", parser.settings.visibility, None, None,
            False, parser.source, parser.at, parser.at, 1,
        )
    )  # fmt: skip
    rows.result.append((pk, parser.pk, level, len(rows.result), to_json(published) if published else None))
    if findings:
        rows.alignment.extend(parser.alignment.rows(pk, findings, parser.at))


def _reference(parser: ActivityParser, element: Element) -> tuple[Finding, ...]:
    uri = element.get("vocabulary-uri") or element.get("indicator-uri") or ""
    vocabulary, code = element.get("vocabulary", "").strip(), element.get("code", "")
    return parser.alignment.find("indicator", vocabulary, code, "", uri)


def _indicator(parser: ActivityParser, element: Element, result_pk: int, order: int, findings: list[Finding]) -> None:
    pk = next(parser.indicator_ids)
    published: Shape = {}
    title = definition = ""
    _attributes(parser, element, published)
    code = element.get("measure", "").strip()
    measure = rules.MEASURES.get(code, "")
    if not measure:
        parser.warn("measure", element, "@measure", code, "an indicator measure from 1 to 5")
        measure, published["@measure"] = "number", None if element.get("measure") is None else code
    ascending, aggregable = rules.flag(element.get("ascending")), rules.flag(element.get("aggregation-status"))
    baselines = periods = 0
    for child in element:
        tag = child.tag
        if tag == "period":
            _period(parser, child, pk, periods, measure)
            periods += 1
        elif tag == "baseline":
            _measurement(parser, child, pk, None, baselines, measure)
            baselines += 1
        elif tag == "title":
            title = _texts(parser, child, published)
        elif tag == "description":
            definition = _texts(parser, child, published)
        elif tag == "reference":
            published.setdefault(tag, []).append(parser.shape(child))
            findings.extend(_reference(parser, child))
        elif tag == "document-link":
            published.setdefault(tag, []).append(parser.shape(child))
        else:
            parser.ignored[f"indicator/{tag}"] += 1
    because = people_counted(title) if measure in COUNTING else ""
    parser.rows.indicator.append(
        (
            pk, result_pk, parser.pk, order, title, definition, "", measure, ascending, "", bool(because), because[:120],
            aggregable, to_json(published) if published else None,
        )
    )  # fmt: skip


def _period(parser: ActivityParser, element: Element, indicator: int, order: int, measure: str) -> None:
    pk = next(parser.period_ids)
    starts = ends = None
    published: Shape | None = None
    targets = actuals = 0
    for child in element:
        tag = child.tag
        if tag == "actual":
            _measurement(parser, child, indicator, pk, actuals, measure)
            actuals += 1
        elif tag == "target":
            _measurement(parser, child, indicator, pk, targets, measure)
            targets += 1
        elif tag == "period-start" or tag == "period-end":
            day, exact = parser.day(child, "iso-date")
            if tag == "period-start":
                starts = day
            else:
                ends = day
            if not exact:
                published = published or {}
                published[tag] = [parser.shape(child)]
        else:
            parser.ignored[f"period/{tag}"] += 1
    if starts and ends and ends < starts:
        parser.warn("dates", element, "period-end", f"{starts} to {ends}", "an end that is not before the start")
    parser.rows.period.append((pk, indicator, starts, ends, order, to_json(published) if published else None))


def _measurement(
    parser: ActivityParser, element: Element, indicator: int, period: int | None, order: int, measure: str
) -> None:
    kind = KIND[str(element.tag)]
    raw = year = None
    day: str | None = None
    published: dict[str, Any] = {}
    for name, attribute in attributes(element):
        if name == "value":
            raw = attribute.strip()
        elif name == "year":
            year = rules.small(attribute, 9999)
            if year is None and attribute:
                parser.warn("year", element, "@year", attribute, "a year")
                published["@year"] = attribute
        elif name == "iso-date":
            day, exact = parser.day(element, name)
            if not exact:
                published["@iso-date"] = attribute
        elif name[0] == "{":
            parser.ignored["@" + name] += 1
        else:
            published["@" + name] = attribute
    pairs: list[tuple[str, str]] | None = None
    place = comment = ""
    places = 0
    for child in element:
        tag = child.tag
        if tag == "dimension":
            pair = (child.get("name", ""), child.get("value", ""))
            if pairs is None:
                pairs = [pair]
            else:
                pairs.append(pair)
        elif tag == "location":
            places += 1
            if places == 1:
                place = child.get("ref", "").strip()
            if places > 1 or len(place) > 120:
                published["location"] = [parser.shape(other) for other in element if other.tag == tag]
        elif tag == "comment":
            comment = _texts(parser, child, published)
        elif tag == "document-link":
            published.setdefault(tag, []).append(parser.shape(child))
        elif tag == "value" and raw is None:  # IATI 1.x
            raw = (child.text or "").strip()
        else:
            parser.ignored[f"{element.tag}/{tag}"] += 1
    words = ""
    value, exact = rules.number(raw, WHOLE_DIGITS, DECIMALS) if raw else (None, True)
    if value is None:
        words = raw or ""
        if words and measure != "qualitative":
            parser.warn("value", element, "@value", words, "a number; kept as words")
        elif raw is not None and not raw:
            published["@value"] = ""
    elif not exact:
        parser.warn("value-read", element, "@value", raw or "", f"digits and a point; read as {value}")
        published["@value"] = raw
    part = None
    if pairs is not None:
        part, remembered = parser.registers.slice(tuple(pairs))
        if not remembered:
            published["dimension"] = pairs
    parser.rows.measurement.append(
        (
            indicator, period, kind, value, words, part, place[:120], year, day, comment, min(order, LAST_SMALL),
            to_json(published) if published else None, parser.at,
        )
    )  # fmt: skip
