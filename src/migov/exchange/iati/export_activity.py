"""One project as an iati-activity element: what was published is given back, what people changed or added here is built from the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from migov.exchange.iati import export_marks, export_money, export_results, rules
from migov.exchange.iati.export_elements import (
    child,
    day,
    from_shape,
    is_shape,
    narrated,
    number,
    place_attributes,
    say,
)
from migov.exchange.iati.export_reporter import Reporter, required_reporter
from migov.exchange.iati.export_rows import Chunk, Loaded, Party
from migov.exchange.iati.shapes import LANG, preferred
from migov.foundation.places.models import PlaceKind
from migov.foundation.records.models import Evidence, Stage
from migov.work.projects.models import OrganisationRole

OWN_LANGUAGE = "en"
STATUS = {code: status for status, code in rules.STAGES.items()} | {Stage.REJECTED.value: "5"}
PIPELINE = "1"
GENERAL = "1"
POINT_SYSTEM = "http://www.opengis.net/def/crs/EPSG/0/4326"
ISO_COUNTRIES = "A4"
OTHER_DOCUMENT = "A12"
UNKNOWN_FORMAT = "text/html"
DATES = (("1", "planned_start"), ("2", "actual_start"), ("3", "planned_end"), ("4", "actual_end"))


class ActivityBuilder:
    """Builds the element of one project of a chunk."""

    def __init__(self, chunk: Chunk, loaded: Loaded, reporter: Reporter | None) -> None:
        self.chunk, self.loaded = chunk, loaded
        self.project, self.record = loaded.project, loaded.project.record
        self.published: dict[str, Any] = self.project.published or {}
        self._reporter = reporter
        self.language = self.project.language or (OWN_LANGUAGE if loaded.made_here else "")
        self.currency = self.project.default_currency

    @property
    def reporter(self) -> Reporter:
        """Who reports projects made here. Raises ExportRefused where nobody is named."""
        return self._reporter or required_reporter()

    def element(self) -> Element:
        """The activity. Raises ExportRefused for a project made here when the settings do not say who reports it."""
        self.activity = etree.Element("iati-activity", self._attributes())
        for name, write in ELEMENTS:
            if write is not None:
                write(self)
            else:
                self.kept(name)
        return self.activity

    def kept(self, name: str) -> bool:
        """Write the elements of this name as they were published; whether any were kept."""
        if name not in self.published:
            return False
        for kept in self.published[name]:
            from_shape(self.activity, name, kept)
        return True

    def _attributes(self) -> dict[str, str]:
        project, found = self.project, {}
        updated = self._updated()
        if updated is not None:
            found["last-updated-datetime"] = updated.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if self.language:
            found[LANG] = self.language
        if self.currency:
            found["default-currency"] = self.currency
        if project.humanitarian is not None:
            found["humanitarian"] = "1" if project.humanitarian else "0"
        if project.hierarchy is not None:
            found["hierarchy"] = str(project.hierarchy)
        for name, value in self.published.items():
            if name[0] == "@":
                found[LANG if name == "@lang" else name[1:]] = value
        return found

    def _updated(self) -> datetime | None:
        """When the activity changed last: as published, unless something was changed here since the last import."""
        imported = self.loaded.imported_at
        if imported is not None and self.loaded.changed_at <= imported:
            return self.project.updated_at_source
        return self.loaded.changed_at

    def identifier(self) -> None:
        reference = self.record.reference
        if self.loaded.made_here:
            reference = self.reporter.identifier(reference)
        say(child(self.activity, "iati-identifier"), reference)

    def reporting_org(self) -> None:
        if self.loaded.made_here:
            own = self.reporter
            narrated(self.activity, "reporting-org", own.name, {"ref": own.ref, "type": own.kind})
        elif not self.kept("reporting-org") and (organisation := self.project.reporting_organisation):
            self.party("reporting-org", Party(organisation.ref, organisation.name, organisation.kind))

    def party(self, tag: str, party: Party, inside: Element | None = None, **more: str) -> None:
        """An organisation: its reference, type and name, as far as they are known."""
        attributes = {key: value for key, value in {"ref": party.ref, "type": party.kind, **more}.items() if value}
        narrated(self.activity if inside is None else inside, tag, party.name, attributes)

    def title(self) -> None:
        kept = self.published.get("title")
        if kept is not None and self._still(self.record.title, kept, self.record.reference):
            self.kept("title")
        else:
            narrated(self.activity, "title", self.record.title)

    def description(self) -> None:
        kept = self.published.get("description")
        if kept is not None and self._still(self.record.summary, kept, ""):
            self.kept("description")
        elif self.record.summary:
            narrated(self.activity, "description", self.record.summary, {"type": GENERAL})

    def _still(self, shown: str, kept: list[Any], without: str) -> bool:
        """Whether a text that stands is the one that was published, and nobody has changed it here."""
        texts = [text for one in kept for text in one.get("narrative", ())]
        return shown in ([words for _, words in texts] or [without]) or shown == preferred(texts, self.language)

    def participating_orgs(self) -> None:
        """Who takes part. The organisation that reports a project made here implements it, unless a part of it is named."""
        named = set()
        for role, ref, name, kind, details in self.loaded.participations:
            named.add(ref)
            if details and is_shape(details):
                mapped = details.get("@role", "").strip().lower() in rules.ROLES
                from_shape(self.activity, "participating-org", details, **({"role": role} if mapped else {}))
            else:
                attributes = {key: value for key, value in (("ref", ref), ("type", kind)) if value} | {"role": role}
                narrated(self.activity, "participating-org", name, attributes)
        if self.loaded.made_here and self.reporter.ref not in named:
            own = self.reporter
            party = Party(own.ref, own.name, own.kind)
            self.party("participating-org", party, role=OrganisationRole.IMPLEMENTING.value)

    def status(self) -> None:
        """The published status while the stage is the one it stood for, else the one that the stage stands for now."""
        code, stage = self.project.status, self.loaded.stage
        if self.loaded.made_here or rules.STAGES.get(code, "") != stage:
            code = STATUS.get(stage, PIPELINE)
        elif self.kept("activity-status"):
            return
        if code:
            child(self.activity, "activity-status", {"code": code})

    def dates(self) -> None:
        if self.kept("activity-date"):
            return
        for kind, name in DATES:
            if (value := getattr(self.project, name)) is not None:
                child(self.activity, "activity-date", {"type": kind, "iso-date": day(value)})

    def scope(self) -> None:
        if not self.kept("activity-scope") and self.project.scope:
            child(self.activity, "activity-scope", {"code": self.project.scope})

    def places(self) -> None:
        """Recipient countries, then regions."""
        shares = self._shares()
        for tag, wanted in (("recipient-country", PlaceKind.COUNTRY), ("recipient-region", PlaceKind.REGION)):
            if self.kept(tag):
                continue
            for position, (kind, code, iso2, _share, details, _at) in enumerate(self.loaded.places):
                if (kind == PlaceKind.COUNTRY) != (wanted == PlaceKind.COUNTRY):
                    continue
                if details and is_shape(details):
                    from_shape(self.activity, tag, details)
                    continue
                attributes = place_attributes(kind, code, iso2)
                if (share := shares[position]) is not None:
                    attributes["percentage"] = number(share)
                child(self.activity, tag, attributes)

    def _shares(self) -> list[Any]:
        """Shares of the places. Of a project made here they make a hundred exactly: what rounding lost goes to the largest."""
        shares = [row[3] for row in self.loaded.places]
        if self.loaded.made_here and shares and None not in shares:
            rest = 100 - sum(shares)
            if rest and abs(rest) <= ROUNDING * len(shares):
                largest = shares.index(max(shares))
                shares[largest] += rest
        return shares

    def locations(self) -> None:
        """Places of work as published, and those that values were measured at."""
        for location in self.loaded.locations:
            if location.details and is_shape(location.details):
                from_shape(self.activity, "location", location.details)
                continue
            element = child(self.activity, "location", {"ref": location.ref} if location.ref else None)
            if location.name:
                narrated(element, "name", location.name)
            if location.latitude is not None and location.longitude is not None:
                point = child(element, "point", {"srsName": POINT_SYSTEM})
                say(child(point, "pos"), f"{location.latitude} {location.longitude}")
        refs = {location.ref for location in self.loaded.locations}
        for key in sorted(self.chunk.places_measured.get(self.project.pk, ())):
            place = self.chunk.measured_at[key]
            if place.code in refs:
                continue
            element = child(self.activity, "location", {"ref": place.code})
            if place.iso2:
                child(element, "location-id", {"vocabulary": ISO_COUNTRIES, "code": place.iso2})
            narrated(element, "name", place.name)

    def sectors(self) -> None:
        export_marks.sectors(self)

    def tags(self) -> None:
        export_marks.tags(self)

    def markers(self) -> None:
        export_marks.markers(self)

    def budgets(self) -> None:
        export_money.budgets(self)

    def transactions(self) -> None:
        export_money.transactions(self)

    def documents(self) -> None:
        for evidence in self.chunk.documents.get(self.project.pk, ()):
            self.document(self.activity, evidence)

    def document(self, parent: Element, evidence: Evidence) -> None:
        """A document link. What people added here is published only where its address is one for the web."""
        if evidence.details and is_shape(evidence.details):
            from_shape(parent, "document-link", evidence.details)
            return
        published = evidence.source.startswith("IATI: ")
        if not published and not evidence.safe_url:
            return
        form, category = evidence.format, evidence.category
        if not published:
            form, category = form or UNKNOWN_FORMAT, category or OTHER_DOCUMENT
        link = child(parent, "document-link", {"url": evidence.url, "format": form} if form else {"url": evidence.url})
        narrated(link, "title", evidence.title)
        if category:
            child(link, "category", {"code": category})
        if evidence.language:
            child(link, "language", {"code": evidence.language})
        if evidence.document_date is not None:
            child(link, "document-date", {"iso-date": day(evidence.document_date)})

    def related(self) -> None:
        if not self.kept("related-activity"):
            for reference, kind in self.loaded.related:
                child(self.activity, "related-activity", {"ref": reference, "type": kind})

    def results(self) -> None:
        export_results.results(self)


ROUNDING = Decimal("0.01")  # of each share

Write = Callable[[ActivityBuilder], None]
# In the order that 2.03 wants. None: kept as published, whole.
ELEMENTS: tuple[tuple[str, Write | None], ...] = (
    ("iati-identifier", ActivityBuilder.identifier),
    ("reporting-org", ActivityBuilder.reporting_org),
    ("title", ActivityBuilder.title),
    ("description", ActivityBuilder.description),
    ("participating-org", ActivityBuilder.participating_orgs),
    ("other-identifier", None),
    ("activity-status", ActivityBuilder.status),
    ("activity-date", ActivityBuilder.dates),
    ("contact-info", None),
    ("activity-scope", ActivityBuilder.scope),
    ("recipient-country", ActivityBuilder.places),
    ("location", ActivityBuilder.locations),
    ("sector", ActivityBuilder.sectors),
    ("tag", ActivityBuilder.tags),
    ("country-budget-items", None),
    ("humanitarian-scope", None),
    ("policy-marker", ActivityBuilder.markers),
    ("collaboration-type", None),
    ("default-flow-type", None),
    ("default-finance-type", None),
    ("default-aid-type", None),
    ("default-tied-status", None),
    ("budget", ActivityBuilder.budgets),
    ("planned-disbursement", None),
    ("capital-spend", None),
    ("transaction", ActivityBuilder.transactions),
    ("document-link", ActivityBuilder.documents),
    ("related-activity", ActivityBuilder.related),
    ("legacy-data", None),
    ("conditions", None),
    ("result", ActivityBuilder.results),
    ("crs-add", None),
    ("fss", None),
)
