"""From one iati-activity element to rows. Where a column cannot give an element back exactly, the element is also kept as published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn, cast

from lxml.etree import _Element as Element

from migov.exchange.iati import parse_header, parse_money, parse_places, parse_results, rules
from migov.exchange.iati.alignments import AlignmentRules, Finding
from migov.exchange.iati.registers import Registers
from migov.exchange.iati.settings import ImportSettings
from migov.exchange.iati.shapes import LANG, Shape, attributes, blank, narratives, preferred, shape, text_of, to_json
from migov.exchange.iati.summary import LONGEST_VALUE, ImportSummary, Problem
from migov.exchange.iati.tables import Rows
from migov.foundation.bulk import BulkWriter
from migov.foundation.records.models import Record
from migov.work.results.models import Indicator, Period

# Kept as published, whole.
KEPT = """
    other-identifier country-budget-items humanitarian-scope collaboration-type default-flow-type default-finance-type
    default-aid-type default-tied-status planned-disbursement capital-spend legacy-data conditions crs-add fss activity-website
    """
IN_COLUMNS = frozenset({"last-updated-datetime", "default-currency", "humanitarian", "hierarchy"})


class BrokenActivity(Exception):
    """An activity that cannot be loaded without losing what it says."""

    def __init__(self, code: str, element: Element, field: str, value: str, expected: str) -> None:
        super().__init__(expected)
        self.code, self.element, self.field, self.value, self.expected = code, element, field, value, expected


class ActivityParser:
    """Turns activities into rows, one after the other. Keeps nothing of an activity once the next one begins."""

    def __init__(
        self,
        writer: BulkWriter,
        registers: Registers,
        alignment: AlignmentRules,
        summary: ImportSummary,
        settings: ImportSettings,
    ) -> None:
        self.registers = registers
        self.alignment = alignment
        self.summary = summary
        self.settings = settings
        self.moment = writer.moment
        self.at = writer.moment(settings.at)
        self.source = settings.source
        self.record_ids = writer.ids(Record)
        self.indicator_ids = writer.ids(Indicator)
        self.period_ids = writer.ids(Period)
        self.ignored: Counter[str] = summary.ignored

    def parse(self, activity: Element, identifier: str, digest: str, counter: int) -> Rows:
        """The rows of an activity. Raises BrokenActivity when it cannot be loaded."""
        self.rows = rows = Rows()
        self.activity, self.identifier, self.counter = activity, identifier, counter
        self.pk = next(self.record_ids)
        self.lang = activity.get(LANG, "")
        self.published: dict[str, Any] = {}
        self.titles: list[list[str]] = []
        self.descriptions: list[tuple[str, list[list[str]]]] = []
        self.dates: dict[str, str] = {}
        self.places: list[parse_places.Named] = []
        self.findings: list[Finding] = []
        self.sector_totals: dict[str, Decimal] = {}
        self.reporting: int | None = None
        self.status = self.scope = ""
        self.currency = self._currency(activity, "default-currency", activity.get("default-currency", ""))
        self.kept_whole: set[str] = set()

        ignored = self.ignored
        for child in activity:
            tag = child.tag
            handler = HANDLERS.get(tag)
            if handler is not None:
                handler(self, child)
            else:
                ignored[str(tag)] += 1

        parse_places.finish(self)
        self._check_sectors()
        for name in self.kept_whole:
            if kept := [shape(child, ignored) for child in activity if child.tag == name]:
                self.published[name] = kept
        self._record(digest)
        if self.findings:
            rows.alignment.extend(self.alignment.rows(self.pk, self.findings, self.at))
        return rows

    # Faults

    def warn(self, code: str, element: Element, field: str, value: str, expected: str) -> None:
        """Note a fault that does not keep the activity from loading."""
        if self.summary.warning_counts[code] > 10_000 and len(self.summary.warnings) >= 500:
            self.summary.warning_counts[code] += 1  # thousands of one fault: the path would cost more than it tells
            return
        self.summary.warn(self.problem(code, element, field, value, expected))

    def problem(self, code: str, element: Element, field: str, value: str, expected: str) -> Problem:
        """A fault with its place in the file."""
        inner = element.getroottree().getelementpath(element)
        below = inner.partition("iati-activity")[2].partition("/")[2]
        path = f"/iati-activities/iati-activity[{self.counter}]" + (f"/{below}" if below else "")
        return Problem(
            code,
            cast("int | None", element.sourceline) or 0,
            path,
            self.identifier,
            field,
            value[:LONGEST_VALUE],
            expected,
        )

    def broken(self, code: str, element: Element, field: str, value: str, expected: str) -> NoReturn:
        """Give the activity up."""
        raise BrokenActivity(code, element, field, value, expected)

    # Values

    def short(self, element: Element, field: str, value: str, length: int) -> tuple[str, bool]:
        """A text that fits its column, and whether it is all of what was published."""
        value = value.strip()
        if len(value) <= length:
            return value, True
        self.warn("too-long", element, field, value, f"at most {length} characters")
        return value[:length], False

    def day(self, element: Element, attribute: str) -> tuple[str | None, bool]:
        """The day in an attribute, and whether nothing published is lost by keeping only it."""
        text = element.get(attribute)
        found = rules.day(text)
        if found is None and text is not None:
            self.warn("date", element, f"@{attribute}", text, "a date such as 2026-03-31")
            return None, False
        return found, True

    def percentage(self, element: Element) -> tuple[str | None, bool]:
        """The percentage of an element, and whether the column keeps it exactly."""
        text = element.get("percentage")
        if not text:
            return None, text is None
        found, exact = rules.number(text, 4, 4)
        if found is None or not 0 <= float(found) <= 100:
            self.warn("percentage", element, "@percentage", text, "a number from 0 to 100")
            return None, False
        return found, exact

    def _currency(self, element: Element, attribute: str, text: str) -> str:
        text = text.strip()
        if text and (len(text) != 3 or not text.isalpha()):
            self.warn("currency", element, f"@{attribute}", text, "a three-letter currency code")
            self.published["@default-currency"] = text
            return ""
        if text != text.upper():
            self.published["@default-currency"] = text
        return text.upper()

    def organisation(self, element: Element, own: str = "") -> tuple[int | None, bool]:
        """Key of the organisation that an element names, and whether that is all the element says (besides the attribute `own`)."""
        ref = kind = ""
        exact = not blank(element)
        for name, value in attributes(element):
            if name == "ref":
                ref = value.strip()
            elif name == "type":
                kind = value.strip()
            elif name == LANG:
                exact = exact and value == self.lang
            elif name != own:
                exact = False
        texts = narratives(element)
        if len(texts) == 1:
            language, text = texts[0]
            exact = exact and (not language or language == self.lang)
        else:
            text = preferred(texts, self.lang)
            exact = exact and not texts
        if len(ref) > 120 or len(text) > 500 or len(kind) > 4:
            self.warn(
                "too-long", element, "organisation", ref or text, "a reference of 120, a name of 500 characters at most"
            )
            ref, text, kind, exact = ref[:120], text[:500], kind[:4], False
        if not (ref or text or kind):
            return None, exact
        return self.registers.organisation(ref, text, kind), exact

    def shape(self, element: Element) -> Shape:
        """An element as it is kept as JSON."""
        return shape(element, self.ignored)

    def keep_whole(self, name: str) -> None:
        """Keep all elements of this name as published, beside what the columns hold of them."""
        self.kept_whole.add(name)

    def _check_sectors(self) -> None:
        for vocabulary, total in self.sector_totals.items():
            if abs(total - 100) > Decimal("0.1"):
                expected = f"percentages of sectors of vocabulary {vocabulary} that make 100 together"
                self.warn("percentages", self.activity, "sector/@percentage", str(total), expected)

    # The record and the project

    def _attributes(self) -> tuple[int | None, bool | None, Any]:
        """Hierarchy, humanitarian and the day of the last change; other attributes of the activity are kept as published."""
        activity, published = self.activity, self.published
        hierarchy = humanitarian = updated = None
        for name, value in attributes(activity):
            if name == "hierarchy":
                hierarchy = rules.small(value)
                known = hierarchy is not None
            elif name == "humanitarian":
                humanitarian = rules.flag(value)
                known = humanitarian is not None
            elif name == "last-updated-datetime":
                updated = rules.moment(value)
                known = updated is not None
            elif name[0] == "{":
                if name != LANG:
                    self.ignored["@" + name] += 1
                continue
            else:
                known = name in IN_COLUMNS or not value
            if not known:
                published["@" + name] = value
                if name in IN_COLUMNS:
                    self.warn("attribute", activity, f"@{name}", value, "a value that IATI knows")
        return hierarchy, humanitarian, self.moment(updated)

    def _record(self, digest: str) -> None:
        settings, dates, activity = self.settings, self.dates, self.activity
        title = preferred(self.titles, self.lang)
        if not title:
            self.warn("title", activity, "title", "", "a title")
            title = self.identifier
        general = [texts for kind, texts in self.descriptions if kind in ("", "1")] or [
            texts for _, texts in self.descriptions
        ]
        summary = preferred(general[0], self.lang) if general else ""
        if not self.currency and (self.rows.budget or self.rows.transaction) and self._lacks_currency():
            self.warn("currency", activity, "@default-currency", "", "a currency, here or with each value")
        starts, ends = dates.get("2") or dates.get("1"), dates.get("4") or dates.get("3")
        if starts and ends and ends < starts:
            self.warn("dates", activity, "activity-date", f"{starts} to {ends}", "an end that is not before the start")
            ends = None
        hierarchy, humanitarian, updated = self._attributes()
        stage = rules.STAGES.get(self.status, "")
        language = self.lang
        if len(language) > 20:
            self.published["@lang"], language = language, language[:20]
        at = self.at
        rows = self.rows
        rows.record.insert(
            0,
            (
                self.pk, "project", self.identifier, title, summary, settings.office, None, stage, settings.visibility, starts,
                ends, False, self.source, at, at, 1,
            ),
        )  # fmt: skip
        rows.state.append((self.pk, settings.office, stage, starts, ends, at))
        rows.project.append(
            (
                self.pk, self.reporting, settings.file, digest, hierarchy, language, self.currency, humanitarian, self.status,
                self.scope, dates.get("1"), dates.get("2"), dates.get("3"), dates.get("4"), updated, to_json(self.published),
            )
        )  # fmt: skip

    def _lacks_currency(self) -> bool:
        return any(not row[6] for row in self.rows.budget) or any(not row[4] for row in self.rows.transaction)


def _known(parser: ActivityParser, element: Element) -> None:
    """Read already."""


def _keep(parser: ActivityParser, element: Element) -> None:
    parser.published.setdefault(str(element.tag), []).append(parser.shape(element))


_OWN: dict[Any, Callable[[ActivityParser, Element], None]] = {
    "iati-identifier": _known,
    "reporting-org": parse_header.reporting_org,
    "title": parse_header.title,
    "description": parse_header.description,
    "participating-org": parse_header.participating_org,
    "activity-status": parse_header.status,
    "activity-date": parse_header.day_of,
    "activity-scope": parse_header.scope,
    "contact-info": parse_header.contact,
    "sector": parse_header.sector,
    "tag": parse_header.tag,
    "policy-marker": parse_header.marker,
    "related-activity": parse_header.related,
    "document-link": parse_header.document,
    "recipient-country": parse_places.country,
    "recipient-region": parse_places.region,
    "location": parse_places.location,
    "budget": parse_money.budget,
    "transaction": parse_money.transaction,
    "result": parse_results.result,
}
HANDLERS = _OWN | dict.fromkeys(KEPT.split(), _keep)


def identifier_of(activity: Element) -> str:
    """The identifier of an activity, as published but for white space around it; empty when there is none."""
    found = activity.find("iati-identifier")
    return text_of(found) if found is not None else ""
