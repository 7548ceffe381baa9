"""From one iati-activity element to rows. Where a column cannot give an element back exactly, the element is also kept as published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

from lxml.etree import _Element as Element

from migov.exchange.iati import parse_money, parse_places, parse_results, rules
from migov.exchange.iati.alignments import AlignmentRules, Finding
from migov.exchange.iati.registers import Registers
from migov.exchange.iati.settings import ImportSettings
from migov.exchange.iati.shapes import LANG, Shape, narratives, plain, preferred, shape, text_of, to_json
from migov.exchange.iati.summary import LONGEST_VALUE, ImportSummary, Problem
from migov.exchange.iati.tables import Rows
from migov.foundation.bulk import BulkWriter
from migov.foundation.records.models import Record
from migov.work.results.models import Indicator, Period

# Kept as published, whole.
KEPT = frozenset(
    """
    other-identifier country-budget-items humanitarian-scope collaboration-type default-flow-type default-finance-type
    default-aid-type default-tied-status planned-disbursement capital-spend legacy-data conditions crs-add fss activity-website
    """.split()
)
PERSONAL = frozenset({"person-name", "email", "telephone"})
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
        self._handlers: dict[Any, Callable[[Element], None]] = {
            "iati-identifier": self._known,
            "reporting-org": self._reporting_org,
            "title": self._title,
            "description": self._description,
            "participating-org": self._participating_org,
            "activity-status": self._status,
            "activity-date": self._date,
            "activity-scope": self._scope,
            "contact-info": self._contact,
            "sector": self._sector,
            "tag": self._tag,
            "policy-marker": self._marker,
            "related-activity": self._related,
            "document-link": self._document,
            "recipient-country": lambda element: parse_places.country(self, element),
            "recipient-region": lambda element: parse_places.region(self, element),
            "location": lambda element: parse_places.location(self, element),
            "budget": lambda element: parse_money.budget(self, element),
            "transaction": lambda element: parse_money.transaction(self, element),
            "result": lambda element: parse_results.result(self, element),
        } | dict.fromkeys(KEPT, self._keep)

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

        handlers, ignored = self._handlers, self.ignored
        for child in activity:
            tag = child.tag
            handler = handlers.get(tag)
            if handler is not None:
                handler(child)
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
            code, element.sourceline or 0, path, self.identifier, field, value[:LONGEST_VALUE], expected
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
        return text.upper()

    def organisation(self, element: Element, own: str = "") -> tuple[int | None, bool]:
        """Key of the organisation that an element names, and whether that is all the element says (besides the attribute `own`)."""
        ref = kind = ""
        exact = True
        for name, value in element.items():
            if name == "ref":
                ref = value.strip()
            elif name == "type":
                kind = value.strip()
            elif name != own and name != LANG:
                exact = False
        texts = narratives(element)
        if len(texts) == 1:
            language, text = texts[0]
            exact = exact and (not language or language == self.lang)
        else:
            text = preferred(texts, self.lang)
            exact = exact and not texts
        if len(ref) > 120 or len(text) > 500 or len(kind) > 4:
            self.warn("too-long", element, "organisation", ref or text, "a reference of 120, a name of 500 characters at most")
            ref, text, kind, exact = ref[:120], text[:500], kind[:4], False
        if not (ref or text or kind):
            return None, exact
        return self.registers.organisation(ref, text, kind), exact

    def shape(self, element: Element) -> Shape:
        """An element as it is kept as JSON."""
        return shape(element, self.ignored)

    # Elements

    def _known(self, element: Element) -> None:
        """Read already."""

    def _keep(self, element: Element) -> None:
        self.published.setdefault(str(element.tag), []).append(shape(element, self.ignored))

    def keep_whole(self, name: str) -> None:
        """Keep all elements of this name as published, beside what the columns hold of them."""
        self.kept_whole.add(name)

    def _reporting_org(self, element: Element) -> None:
        self.reporting, exact = self.organisation(element)
        if not exact:
            self.keep_whole("reporting-org")

    def _title(self, element: Element) -> None:
        texts = narratives(element)
        if self.titles or not plain(texts, self.lang):
            self.keep_whole("title")
        self.titles.extend(texts)

    def _description(self, element: Element) -> None:
        kind, texts = element.get("type", ""), narratives(element)
        if self.descriptions or kind not in ("", "1") or not plain(texts, self.lang):
            self.keep_whole("description")
        self.descriptions.append((kind, texts))

    def _participating_org(self, element: Element) -> None:
        role = element.get("role", "").strip()
        pk, exact = self.organisation(element, "role")
        if len(role) > 1:
            role, exact = rules.ROLES.get(role.lower(), role[:4]), False
        if pk is None:
            pk = self.registers.organisation("", "", "")
        details = None if exact else to_json(shape(element, self.ignored))
        self.rows.participation.append((self.pk, pk, role, len(self.rows.participation), details))

    def _status(self, element: Element) -> None:
        self.status, exact = self.short(element, "@code", element.get("code", ""), 4)
        if self.status not in rules.STAGES:
            self.warn("status", element, "@code", self.status, "an IATI activity status from 1 to 6")
        if not exact:
            self.keep_whole("activity-status")

    def _scope(self, element: Element) -> None:
        self.scope, exact = self.short(element, "@code", element.get("code", ""), 4)
        if not exact:
            self.keep_whole("activity-scope")

    def _date(self, element: Element) -> None:
        kind = element.get("type", "").strip()
        kind = rules.DATES.get(kind, kind)
        found, exact = self.day(element, "iso-date")
        if found is None or kind in self.dates or kind not in "1234" or len(element):
            exact = False
        if found is not None:
            self.dates.setdefault(kind, found)
        if not exact:
            self.keep_whole("activity-date")

    def _contact(self, element: Element) -> None:
        """Organisations, not people: names of persons, their e-mail addresses and telephone numbers are left out."""
        kept = shape(element, self.ignored)
        for name in PERSONAL & kept.keys():
            self.summary.left_out[f"contact-info/{name}"] += len(kept.pop(name))
        self.published.setdefault("contact-info", []).append(kept)

    def _sector(self, element: Element) -> None:
        vocabulary = element.get("vocabulary", "").strip() or "1"
        percentage = self._classify("sector", element, vocabulary)
        if percentage is not None:
            self.sector_totals[vocabulary] = self.sector_totals.get(vocabulary, Decimal(0)) + Decimal(percentage)

    def _tag(self, element: Element) -> None:
        self._classify("tag", element, element.get("vocabulary", "").strip())

    def _marker(self, element: Element) -> None:
        self._classify("marker", element, element.get("vocabulary", "").strip() or "1")

    def _classify(self, kind: str, element: Element, vocabulary: str) -> str | None:
        code, exact = element.get("code", "").strip(), True
        significance = element.get("significance", "").strip()
        if len(code) > 120 or len(vocabulary) > 10 or len(significance) > 4:
            self.warn("too-long", element, "@code", code, "a code of at most 120 characters")
            code, vocabulary, significance, exact = code[:120], vocabulary[:10], significance[:4], False
        percentage, right = (None, True) if kind == "tag" else self.percentage(element)
        uri = element.get("vocabulary-uri", "")
        texts = narratives(element)
        if uri or not right or not exact or not plain(texts, self.lang) or (kind == "tag" and "percentage" in element.keys()):
            details = to_json(shape(element, self.ignored))
        else:
            details = None
        rows = self.rows.classification
        rows.append(
            (
                self.pk, kind, vocabulary, code, preferred(texts, self.lang), percentage, significance, len(rows), details,
            )
        )  # fmt: skip
        for finding in self.alignment.find(kind, vocabulary, code, significance, uri):
            self.findings.append(finding._replace(share=percentage) if finding.status == "confirmed" else finding)
        return percentage

    def _check_sectors(self) -> None:
        for vocabulary, total in self.sector_totals.items():
            if abs(total - 100) > Decimal("0.1"):
                expected = f"percentages of sectors of vocabulary {vocabulary} that make 100 together"
                self.warn("percentages", self.activity, "sector/@percentage", str(total), expected)

    def _related(self, element: Element) -> None:
        reference, whole = self.short(element, "@ref", element.get("ref", ""), 255)
        kind, right = self.short(element, "@type", element.get("type", ""), 4)
        if not (whole and right):
            self.keep_whole("related-activity")
        self.rows.related.append((self.pk, reference, kind, len(self.rows.related)))

    def _document(self, element: Element) -> None:
        self.document(element, self.pk)

    def document(self, element: Element, record: int) -> None:
        """A document link of the project or of a result."""
        titles: list[list[str]] = []
        categories, languages = [], []
        day, exact = None, True
        for child in element:
            tag = child.tag
            if tag == "title":
                titles = narratives(child)
            elif tag == "category":
                categories.append(child.get("code", "").strip())
            elif tag == "language":
                languages.append(child.get("code", "").strip())
            elif tag == "document-date":
                day, exact = self.day(child, "iso-date")
            else:
                exact = False
        kind, whole = self.short(element, "@format", element.get("format", ""), 120)
        category, right = (categories or [""])[0], len(categories) < 2
        language, fits = (languages or [""])[0], len(languages) < 2
        if not (exact and whole and right and fits and plain(titles, self.lang) and len(category) <= 10 and len(language) <= 20):
            details = to_json(shape(element, self.ignored))
        else:
            details = None
        self.rows.evidence.append(
            (
                record, preferred(titles, self.lang), element.get("url", "").strip(), kind, category[:10], language[:20], day,
                self.source, details, self.at,
            )
        )  # fmt: skip

    # The record and the project

    def _attributes(self) -> tuple[int | None, bool | None, Any]:
        """Hierarchy, humanitarian and the day of the last change; other attributes of the activity are kept as published."""
        activity, published = self.activity, self.published
        hierarchy = humanitarian = updated = None
        for name, value in activity.items():
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


def identifier_of(activity: Element) -> str:
    """The identifier of an activity, as published but for white space around it; empty when there is none."""
    found = activity.find("iati-identifier")
    return text_of(found) if found is not None else ""


__all__ = ["ActivityParser", "BrokenActivity", "identifier_of"]
