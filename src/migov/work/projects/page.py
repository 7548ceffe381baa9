"""What the page of one project shows: its parts, each read with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation import codelists
from migov.foundation.money.queries import Converter
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.records.models import Evidence, Record, RecordPlace
from migov.services.alignment.models import Alignment, Status
from migov.services.documents.values import safe_url
from migov.work.projects.models import Classification, Location, Organisation, OrganisationRole, Project
from migov.work.projects.money import BudgetLine, BudgetSum, budget_lines
from migov.work.projects.queries import projects_for

KINDS = {
    Classification.Kind.SECTOR: gettext_lazy("Sectors"),
    Classification.Kind.MARKER: gettext_lazy("Policy markers"),
    Classification.Kind.TAG: gettext_lazy("Tags"),
}
# Vocabulary code → the shipped list that names its codes.
CODES = {
    (Classification.Kind.SECTOR, ""): "Sector",
    (Classification.Kind.SECTOR, "1"): "Sector",
    (Classification.Kind.SECTOR, "2"): "SectorCategory",
    (Classification.Kind.MARKER, ""): "PolicyMarker",
    (Classification.Kind.MARKER, "1"): "PolicyMarker",
}
VOCABULARIES = {
    Classification.Kind.SECTOR: "SectorVocabulary",
    Classification.Kind.MARKER: "PolicyMarkerVocabulary",
    Classification.Kind.TAG: "TagVocabulary",
}
ROLES = {
    OrganisationRole.FUNDING: gettext_lazy("Funded by"),
    OrganisationRole.ACCOUNTABLE: gettext_lazy("Accountable"),
    OrganisationRole.EXTENDING: gettext_lazy("Extending"),
    OrganisationRole.IMPLEMENTING: gettext_lazy("Implemented by"),
}
LOCATIONS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """A sector, policy marker or tag, in words."""

    code: str
    name: str
    vocabulary: str
    percentage: Decimal | None
    significance: str


@dataclass(frozen=True, slots=True)
class Relative:
    """A project that another names, and the one in the register where the viewer may see it."""

    reference: str
    relation: str
    record: Record | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document or link of a project. `url` is empty where the address cannot be followed safely."""

    title: str
    url: str
    category: str
    format: str
    date: date | None
    of: str


@dataclass(frozen=True, slots=True)
class Budgets:
    """The budgets of a project with what each is worth, and what those that count come to."""

    lines: list[tuple[BudgetLine, Decimal | None]]
    total: BudgetSum
    currency: str


def project_for(user: Viewer, key: int) -> Project:
    """A project with its record. Raises Project.DoesNotExist where there is none, or the user may not see it."""
    return (
        Project.objects.select_related("record__office", "record__owner", "reporting_organisation", "file")
        .filter(record__in=projects_for(user).filter(pk=key))
        .get(pk=key)
    )


def status(project: Project) -> str:
    """The status that was published, in words; empty where the project did not come from a publication."""
    return codelists.name("ActivityStatus", project.status) if project.status else ""


def organisations(project: Project) -> list[tuple[str, list[Organisation]]]:
    """The organisations that take part, by role. One query."""
    groups: dict[str, list[Organisation]] = {str(label): [] for label in ROLES.values()}
    for part in project.participations.select_related("organisation"):
        label = ROLES.get(part.role)  # type: ignore[call-overload]
        words = str(label) if label else _role(part.role)
        members = groups.setdefault(words, [])
        if part.organisation not in members:
            members.append(part.organisation)
    return [(label, members) for label, members in groups.items() if members]


def _role(code: str) -> str:
    return codelists.name("OrganisationRole", code) if code else _("Taking part")


def classifications(project: Project) -> list[tuple[str, list[Mark]]]:
    """Sectors, policy markers and tags with the names of their codes. One query."""
    groups: dict[str, list[Mark]] = {kind: [] for kind in KINDS}
    for row in project.classifications.all():
        kind = Classification.Kind(row.kind)
        listed = CODES.get((kind, row.vocabulary))
        name = row.name or (codelists.name(listed, row.code) if listed else row.code)
        vocabulary = codelists.name(VOCABULARIES[kind], row.vocabulary) if row.vocabulary else ""
        weight = codelists.name("PolicySignificance", row.significance) if row.significance else ""
        groups[kind].append(Mark(row.code, name, vocabulary, row.percentage, weight))
    return [(str(KINDS[Classification.Kind(kind)]), marks) for kind, marks in groups.items() if marks]


def places(project: Project) -> list[RecordPlace]:
    """Where the project works, the largest share first. One query."""
    rows = RecordPlace.objects.current().filter(record=project.record).select_related("place")
    return sorted(rows, key=lambda row: (-(row.share or 0), row.place.short_name))


def themes(project: Project) -> list[Theme]:
    """The themes of expertise that the project belongs to today. One query."""
    current = project.record.record_themes.filter(superseded_at__isnull=True)
    return list(Theme.objects.filter(record_themes__in=current))


def locations(project: Project) -> tuple[list[Location], int]:
    """The first places finer than a country, and how many there are. Two queries."""
    found = list(project.locations.all()[: LOCATIONS_SHOWN + 1])
    number = len(found) if len(found) <= LOCATIONS_SHOWN else project.locations.count()
    return found[:LOCATIONS_SHOWN], number


def relatives(project: Project, user: Viewer) -> list[Relative]:
    """The projects that this one names, linked where they are in the register and the user may see them. Two queries."""
    named = list(project.related.all())
    if not named:
        return []
    seen = projects_for(user).filter(reference__in={row.reference for row in named})
    known = {record.reference: record for record in seen.only("pk", "kind", "reference", "title")}
    return [
        Relative(
            row.reference, codelists.name("RelatedActivityType", row.kind) if row.kind else "", known.get(row.reference)
        )
        for row in named
    ]


def budgets(project: Project) -> Budgets:
    """The budgets of the project. Two queries."""
    converter = Converter()
    total = BudgetSum()
    lines: list[tuple[BudgetLine, Decimal | None]] = []
    for line in budget_lines([project.pk]):
        worth = line.worth(converter)
        lines.append((line, worth))
        if not line.replaced:
            total.add(line.amount, line.currency, worth)
    return Budgets(lines, total, converter.base)


def documents(project: Project) -> list[Document]:
    """The documents of the project and of its results, newest first. Two queries."""
    keys = Record.objects.filter(parent=project.record).values("pk")
    rows = Evidence.objects.current().select_related("record")
    found = [*rows.filter(record=project.record), *rows.filter(record__in=keys)]
    found.sort(key=lambda row: (row.document_date is not None, row.document_date or date.min, -row.pk), reverse=True)
    return [
        Document(
            title=row.title or row.url,
            url=safe_url(row.url) if row.url.startswith(("http://", "https://")) else "",
            category=codelists.name("DocumentCategory", row.category) if row.category else "",
            format=row.format,
            date=row.document_date,
            of="" if row.record_id == project.pk else row.record.title,
        )
        for row in found
    ]


def alignment_counts(project: Project) -> dict[str, int]:
    """How many alignments of the project stand as confirmed, proposed and rejected. One query."""
    counts = Alignment.objects.current().filter(record=project.record).values_list("status").annotate(Count("pk"))
    return dict.fromkeys(Status.values, 0) | dict(counts.order_by())


def confirmed_alignments(project: Project) -> QuerySet[Alignment]:
    """What the project is confirmed to be aligned with, principal first, framework by framework. One query."""
    return (
        Alignment.objects.current()
        .filter(record=project.record, status=Status.CONFIRMED)
        .select_related("element__framework")
        .order_by("element__framework__order", "element__framework_id", "significance", "element__order")
    )


def by_framework(alignments: Iterable[Alignment]) -> list[tuple[Any, list[Alignment]]]:
    """Alignments in groups, one for each framework, in the order given."""
    groups: dict[int, tuple[Any, list[Alignment]]] = {}
    for alignment in alignments:
        framework = alignment.element.framework
        groups.setdefault(framework.pk, (framework, []))[1].append(alignment)
    return list(groups.values())
