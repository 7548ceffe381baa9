"""Results, indicators, periods and values as elements."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from lxml.etree import _Element as Element

from migov.exchange.iati import rules
from migov.exchange.iati.export_elements import child, day, from_shape, narrated, number
from migov.exchange.iati.export_marks import OWN, address, own_code
from migov.exchange.iati.export_rows import Aligned, Value
from migov.work.results.models import Indicator, Level, Measure, Result

if TYPE_CHECKING:
    from migov.exchange.iati.export_activity import ActivityBuilder

LEVELS: dict[str, str] = {level: code for code, level in rules.LEVELS.items()} | {Level.OBJECTIVE.value: "3"}
OTHER = "9"
# A ratio and an index are numbers; yes or no is a nominal scale.
MEASURES: dict[str, str] = {measure: code for code, measure in rules.MEASURES.items()} | {
    "ratio": "1",
    "index": "1",
    Measure.YES_NO.value: "3",
}
ORDINAL, QUALITATIVE = "4", "5"


def results(builder: ActivityBuilder) -> None:
    """The results. One made here that has no indicator is left out: IATI wants one with each result."""
    for row in builder.loaded.results:
        indicators = builder.chunk.indicators.get(row.pk, ())
        if indicators or not builder.loaded.made_here:
            _result(builder, row, indicators)


def _texts(element: Element, published: dict[str, Any], tag: str, shown: str) -> None:
    """A title, description or comment: as published where that says what is shown, else what is shown."""
    if tag in published and _says(published[tag], shown):
        for one in published[tag]:
            from_shape(element, tag, one)
    elif shown:
        narrated(element, tag, shown)


def _says(kept: list[Any], shown: str) -> bool:
    texts = [words for one in kept for _, words in one.get("narrative", ())]
    return shown in texts or not (shown or any(texts))


def _as_published(attributes: dict[str, str], published: dict[str, Any]) -> None:
    """Put attributes that were kept in place of those that the columns give; None: there was none."""
    for name, text in published.items():
        if name[0] == "@" and text is not None:
            attributes[name[1:]] = text
        elif name[0] == "@":
            attributes.pop(name[1:], None)


def _kept(element: Element, published: dict[str, Any], tag: str) -> None:
    for one in published.get(tag, ()):
        from_shape(element, tag, one)


def _result(builder: ActivityBuilder, row: Result, indicators: Any) -> None:
    published: dict[str, Any] = row.published or {}
    attributes = {"type": LEVELS.get(row.level, OTHER)}
    _as_published(attributes, published)
    element = child(builder.activity, "result", attributes)
    _texts(element, published, "title", row.record.title)
    _texts(element, published, "description", row.record.summary)
    for evidence in builder.chunk.documents.get(row.pk, ()):
        builder.document(element, evidence)
    _kept(element, published, "reference")
    aligned = builder.chunk.alignments.get(row.pk, [])
    if (
        "reference" in published or not indicators
    ):  # IATI wants references with the result or with its indicators, not with both
        for one in aligned:
            child(element, "reference", {"vocabulary": OWN, "code": own_code(one), "vocabulary-uri": address(one)})
        aligned = []
    for indicator in indicators:
        _indicator(builder, element, indicator, aligned)


def _indicator(builder: ActivityBuilder, parent: Element, row: Indicator, aligned: list[Aligned]) -> None:
    published: dict[str, Any] = row.published or {}
    code = MEASURES.get(row.measure, "1")
    if code == QUALITATIVE and builder.loaded.made_here and _has_numbers(builder, row):
        code = ORDINAL
    attributes = {"measure": code}
    if row.ascending is not None:
        attributes["ascending"] = "1" if row.ascending else "0"
    if row.aggregable is not None:
        attributes["aggregation-status"] = "1" if row.aggregable else "0"
    _as_published(attributes, published)
    element = child(parent, "indicator", attributes)
    _texts(element, published, "title", row.title)
    _texts(element, published, "description", row.definition)
    _kept(element, published, "document-link")
    _kept(element, published, "reference")
    for one in aligned:
        child(element, "reference", {"vocabulary": OWN, "code": own_code(one), "indicator-uri": address(one)})
    values = builder.chunk.values
    for value in values.get((row.pk, None, "b"), ()):
        year = value.year
        if year is None and builder.loaded.made_here:
            on = value.date or builder.project.planned_start or builder.record.starts
            year = on.year if on else None
        _value(builder, element, "baseline", value, code, year)
    for pk, starts, ends, kept in builder.chunk.periods.get(row.pk, ()):
        if builder.loaded.made_here and (starts is None or ends is None):
            continue
        period = child(element, "period")
        _edge(period, "period-start", kept, starts)
        _edge(period, "period-end", kept, ends)
        for value in values.get((row.pk, pk, "t"), ()):
            _value(builder, period, "target", value, code)
        for value in values.get((row.pk, pk, "a"), ()):
            _value(builder, period, "actual", value, code)


def _has_numbers(builder: ActivityBuilder, row: Indicator) -> bool:
    """Whether a qualitative indicator is measured in steps of a scale, which IATI calls ordinal."""
    values = builder.chunk.values
    spans = [(None, "b"), *((period[0], kind) for period in builder.chunk.periods.get(row.pk, ()) for kind in "ta")]
    return any(one.value is not None for period, kind in spans for one in values.get((row.pk, period, kind), ()))


def _edge(period: Element, tag: str, kept: dict[str, Any] | None, on: date | None) -> None:
    if kept and tag in kept:
        from_shape(period, tag, kept[tag][0])
    elif on is not None:
        child(period, tag, {"iso-date": day(on)})


def _value(
    builder: ActivityBuilder, parent: Element, tag: str, row: Value, measure: str, year: int | None = None
) -> None:
    """A baseline, target or actual. Words for a qualitative indicator made here are a comment: IATI wants no value there."""
    published: dict[str, Any] = row.published or {}
    attributes: dict[str, str] = {}
    if year is not None:
        attributes["year"] = str(year)
    if row.date is not None:
        attributes["iso-date"] = day(row.date)
    comment = row.comment
    if row.value is not None:
        attributes["value"] = number(row.value)
    elif row.words and measure == QUALITATIVE and builder.loaded.made_here:
        comment = f"{row.words}\n{comment}" if comment else row.words
    elif row.words:
        attributes["value"] = row.words
    _as_published(attributes, published)
    element = child(parent, tag, attributes)
    if "location" in published:
        _kept(element, published, "location")
    elif row.location_ref:
        child(element, "location", {"ref": row.location_ref})
    elif row.place is not None:
        child(element, "location", {"ref": builder.chunk.measured_at[row.place].code})
    parts = builder.chunk.parts[row.slice] if row.slice is not None else ()
    for name, said in published.get("dimension") or parts:
        child(element, "dimension", {"name": name, "value": said})
    if tag == "baseline":
        _kept(element, published, "document-link")
    _texts(element, published, "comment", comment)
    if tag != "baseline":
        _kept(element, published, "document-link")
