"""Questions about the portfolio: which projects, in which order, and what the list says of them. Constant numbers of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.frameworks.queries import descendants
from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.people.models import Office, Theme
from migov.foundation.people.queries import offices_below
from migov.foundation.places.models import Place, SubRegion
from migov.foundation.records.models import Record, RecordPlace, RecordTheme, Stage
from migov.services.alignment.models import Alignment, Significance, Status
from migov.work.projects import panels
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.models import KIND, Organisation, OrganisationRole, Participation
from migov.work.projects.money import BudgetSum, budgets_of

PER_PAGE = 50
COUNTED = (KIND, "result")  # what is aligned on a project's behalf; its documents only say what they are about
DEFAULT_ORDER = "-starts"
DONORS_OFFERED = 150
IN_A_PIECE = 500
SORTS = ("title", "reference", "office", "stage", "starts", "ends", "budget")

_STAGE_ORDER = Case(
    *(When(stage=stage, then=Value(place)) for place, stage in enumerate(Stage.values)),
    default=Value(len(Stage.values)),
    output_field=IntegerField(),
)


def projects_for(user: Viewer) -> QuerySet[Record]:
    """The projects in the register that the user may see."""
    return Record.objects.visible_to(user).standing().filter(kind=KIND)


def matching(filter: PortfolioFilter, user: Viewer) -> QuerySet[Record]:
    """The projects that match a filter, unordered. Conditions are subqueries, so no row appears twice."""
    found = projects_for(user)
    for word in filter.q.split():
        found = found.filter(Q(title__icontains=word) | Q(reference__icontains=word) | Q(summary__icontains=word))
    if filter.countries:
        found = found.filter(_in_places(place__in=filter.countries))
    if filter.subregion:
        found = found.filter(_in_places(place__subregion=filter.subregion))
    if filter.office:
        found = found.filter(office_id__in=offices_below([filter.office.pk]))
    if filter.stages:
        found = found.filter(stage__in=filter.stages)
    if filter.themes:
        themed = RecordTheme.objects.current().filter(record=OuterRef("pk"), theme__in=filter.themes)
        found = found.filter(Exists(themed))
    if filter.donor:
        funded = Participation.objects.filter(organisation=filter.donor, role=OrganisationRole.FUNDING)
        found = found.filter(pk__in=funded.values("project_id"))
    if filter.element:
        found = found.filter(pk__in=aligned_with(filter.element))
    if filter.from_year:
        found = found.filter(Q(ends__isnull=True) | Q(ends__year__gte=filter.from_year))
    if filter.to_year:
        found = found.filter(Q(starts__isnull=True) | Q(starts__year__lte=filter.to_year))
    if filter.illustrative is not None:
        found = found.filter(illustrative=filter.illustrative)
    return found


def _in_places(**condition: Any) -> Q:
    return Q(pk__in=RecordPlace.objects.current().filter(**condition).values("record_id"))


def aligned_with(element: Element) -> QuerySet[Alignment, Any]:
    """Primary keys of the records confirmed as aligned, themselves or by a part, with an element or one under it."""
    elements = [element.pk, *(below.pk for below in descendants(element))]
    return (
        Alignment.objects.current()
        .filter(status=Status.CONFIRMED, element_id__in=elements, record__kind__in=COUNTED)
        .values_list(Coalesce("record__parent_id", "record_id"), flat=True)
    )


def portfolio(filter: PortfolioFilter, user: Viewer, order: str = DEFAULT_ORDER) -> QuerySet[Record, int] | list[int]:
    """Primary keys of the projects that match a filter, in order; a queryset, or a list where sums must be compared.

    order: one of SORTS, with a minus for the other direction; an unknown one counts as DEFAULT_ORDER.
    """
    found = matching(filter, user)
    key, down = order.removeprefix("-"), order.startswith("-")
    if key not in SORTS:
        key, down = DEFAULT_ORDER.removeprefix("-"), DEFAULT_ORDER.startswith("-")
    if key == "budget":
        return _by_budget(found, down)
    by: Any = {"title": Lower("title"), "stage": _STAGE_ORDER, "office": F("office__name")}.get(key) or F(key)
    first = by.desc(nulls_last=True) if down else by.asc(nulls_last=True)
    return found.order_by(first, "pk").values_list("pk", flat=True)


def _by_budget(found: QuerySet[Record], down: bool) -> list[int]:
    """Ordered by budget in the reporting currency; projects whose budget has no rate, or that have none, come last."""
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    worth = {key: total.converted for key, total in budgets_of(keys).items() if total.converted is not None}
    known = sorted((key for key in keys if key in worth), key=lambda key: worth[key], reverse=down)
    return known + [key for key in keys if key not in worth]


@dataclass(slots=True)
class PortfolioRow:
    """What the list says of one project.

    stage: in words. extra: column key → (words, values) of the columns that other rooms add.
    """

    record: Record
    stage: str
    places: list[Place] = field(default_factory=list)
    budget: BudgetSum | None = None
    principal: int = 0
    extra: dict[str, tuple[str, Mapping[str, int]]] = field(default_factory=dict)

    @property
    def first_places(self) -> list[Place]:
        return self.places if len(self.places) <= 3 else self.places[:2]

    @property
    def more_places(self) -> int:
        return len(self.places) - len(self.first_places)

    @property
    def added(self) -> list[dict[str, str]]:
        """The cells of the columns that other rooms add, in their order."""
        return [
            {"label": str(column.label), "words": self.extra[column.key][0] if column.key in self.extra else "–"}
            for column in panels.columns()
        ]


def rows(keys: Sequence[int], converter: Any = None) -> list[PortfolioRow]:
    """The rows of some projects, in the order of their keys. Five queries, and those of the added columns."""
    keys = list(keys)
    if not keys:
        return []
    records = Record.objects.filter(pk__in=keys).select_related("office").defer("summary").in_bulk()
    stages = {stage.value: str(stage.label) for stage in Stage}
    found = {
        key: PortfolioRow(records[key], stages.get(records[key].stage, records[key].stage))
        for key in keys
        if key in records
    }
    placed = RecordPlace.objects.current().filter(record_id__in=keys).select_related("place")
    for row in sorted(placed, key=lambda row: (-(row.share or 0), row.place.short_name)):
        found[row.record_id].places.append(row.place)
    for key, budget in budgets_of(keys, converter).items():
        found[key].budget = budget
    counts = Alignment.objects.current().filter(
        record_id__in=keys, status=Status.CONFIRMED, significance=Significance.PRINCIPAL
    )
    for key, number in counts.values_list("record_id").annotate(Count("pk")).order_by():
        found[key].principal = number
    for column, cells in panels.cells(keys).items():
        for key, cell in cells.items():
            found[key].extra[column] = cell
    return list(found.values())


def rows_in_pieces(keys: Iterable[int], converter: Any = None) -> Iterator[PortfolioRow]:
    """The rows of many projects, some hundred at a time, so that memory does not grow with their number."""
    piece: list[int] = []
    for key in keys:
        piece.append(key)
        if len(piece) == IN_A_PIECE:
            yield from rows(piece, converter)
            piece = []
    yield from rows(piece, converter)


@dataclass(frozen=True)
class Choices:
    """What the filter bar offers."""

    places: list[Place]
    subregions: list[SubRegion]
    offices: list[Office]
    themes: list[Theme]
    donors: list[Organisation]
    elements: list[tuple[Framework, list[Element]]]


def choices(filter: PortfolioFilter, user: Viewer) -> Choices:
    """What the filter bar offers: to an outsider only what their projects have, and whatever is set. Six queries."""
    used, funding = RecordPlace.objects.current(), Participation.objects.filter(role=OrganisationRole.FUNDING)
    if not is_internal(user):  # outsiders are not even told the names; colleagues may know them all
        seen = projects_for(user).values("pk")
        used, funding = used.filter(record_id__in=seen), funding.filter(project_id__in=seen)
    places = Place.objects.filter(Q(is_territory=True) | Q(pk__in=used.values("place_id")))
    most = funding.values_list("organisation_id").annotate(number=Count("pk")).order_by("-number", "organisation_id")
    donor_keys = {key for key, _ in most[:DONORS_OFFERED]} | ({filter.donor.pk} if filter.donor else set())
    elements: dict[int, list[Element]] = defaultdict(list)
    offered = Q(main=F("pk"), retired_at__isnull=True)
    if filter.element:
        offered |= Q(pk=filter.element.pk)
    heads: dict[int, Framework] = {}
    for element in (
        Element.objects.filter(offered)
        .select_related("framework")
        .only("code", "title", "order", "framework__code", "framework__short_title", "framework__order")
        .order_by("framework__order", "framework__title", "order")
    ):
        heads[element.framework_id] = element.framework
        elements[element.framework_id].append(element)
    return Choices(
        places=list(places.order_by("-is_territory", "short_name")),
        subregions=list(SubRegion.objects.all()),
        offices=list(Office.objects.order_by("kind", "name")),
        themes=list(Theme.objects.all()),
        donors=list(Organisation.objects.filter(pk__in=donor_keys).order_by("name")),
        elements=[(heads[key], found) for key, found in elements.items()],
    )
