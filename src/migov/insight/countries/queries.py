"""What we do in a country: one page of figures from all rooms, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people.access import Viewer, allowed, own_country
from migov.foundation.people.models import Office, Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Evidence, Record, RecordPlace, RecordTheme, Stage
from migov.insight.contributions.answer import Contribution
from migov.insight.contributions.models import TODAY, ResultYear
from migov.insight.contributions.queries import contribution
from migov.insight.contributions.scope import Scope
from migov.services.alignment.models import Alignment, Status
from migov.work.policy.models import LegalText
from migov.work.policy.requests.queries.about import in_country
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.models import Organisation, OrganisationRole, Participation
from migov.work.projects.queries import matching, portfolio, projects_for
from migov.work.projects.queries import rows as portfolio_rows

STATES = ("achieved", "near", "behind", "late", "open")
DONORS_SHOWN = ELEMENTS_SHOWN = 8
PROJECTS_SHOWN = 10


def may_see(user: Viewer, place: Place) -> bool:
    """An external focal point sees its own country only."""
    held = own_country(user)
    return held is None or held == place.pk


@dataclass(frozen=True, slots=True)
class CountryLine:
    """A territory in the list of countries."""

    place: Place
    projects: int
    active: int


def countries(user: Viewer) -> list[tuple[str, list[CountryLine]]]:
    """The office's territories by sub-region with their projects; a focal point gets its own only. Two queries."""
    territories = Place.objects.filter(is_territory=True).select_related("subregion")
    held = own_country(user)
    if held is not None:
        territories = Place.objects.filter(pk=held).select_related("subregion")
    counts = (
        RecordPlace.objects.current()
        .filter(record__in=projects_for(user))
        .values_list("place_id")
        .annotate(number=Count("record_id"), active=Count("record_id", filter=Q(record__stage=Stage.ACTIVE)))
        .order_by()
    )
    known = {place: numbers for place, *numbers in counts}
    groups: dict[str, list[CountryLine]] = {}
    for place in territories.order_by("subregion__order", "short_name"):
        projects, active = known.get(place.pk, (0, 0))
        groups.setdefault(str(place.subregion or ""), []).append(CountryLine(place, projects, active))
    return list(groups.items())


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a breakdown: what, how many projects, and the query of the portfolio that shows them."""

    label: str
    number: int
    query: str


@dataclass(slots=True)
class CountryPage:
    """Everything the page of a country says."""

    place: Place
    offices: list[Office]
    projects: int
    stages: list[Part]
    themes: list[Part]
    donors: list[Part]
    more_donors: int
    states: dict[str, int]
    documents: int
    rows: list[Any]
    framework: Framework | None
    frameworks: list[Framework]
    aligned: dict[int, int]
    contribution: Contribution | None
    query: str
    requests: dict[str, int]
    texts: int

    @property
    def on_track(self) -> int:
        return self.states["achieved"] + self.states["near"]

    @property
    def measured(self) -> int:
        return sum(number for state, number in self.states.items() if state != "open")

    @property
    def budget(self) -> Decimal | None:
        """The part of the projects' budgets that belongs to the country, in the reporting currency."""
        return Decimal(self.contribution.portfolio.budget) / 100 if self.contribution else None

    @property
    def spending(self) -> Decimal | None:
        return Decimal(self.contribution.portfolio.spending) / 100 if self.contribution else None

    @property
    def unconverted(self) -> list[tuple[Decimal, str]]:
        """Budgets without a rate, in their own currencies; they are not in `budget`."""
        found = self.contribution.portfolio.unconverted if self.contribution else {}
        return [(Decimal(cents) / 100, currency) for (kind, currency), cents in sorted(found.items()) if kind == "b"]

    @property
    def currency(self) -> str:
        return str(settings.MIGOV_REPORTING_CURRENCY)

    @property
    def elements(self) -> list[Any]:
        """The elements of the chosen framework that most projects of the country contribute to."""
        worked_on = self.contribution.worked_on if self.contribution else []
        return sorted(worked_on, key=lambda row: (-len(row.projects), -row.budget))[:ELEMENTS_SHOWN]

    @property
    def more_elements(self) -> int:
        return max(0, len(self.contribution.worked_on) - ELEMENTS_SHOWN) if self.contribution else 0


def country_page(place: Place, user: Viewer, framework_code: str = "") -> CountryPage:
    """What the work says about a country. At most 34 queries once the figures are fresh, whatever the size.

    framework_code: the framework whose elements are shown; the first one where it is empty or unknown.
    """
    filter = PortfolioFilter(countries=(place,))
    found = matching(filter, user)
    keys = set(found.values_list("pk", flat=True))
    frameworks = list(Framework.objects.all())
    framework = next((f for f in frameworks if f.code == framework_code), frameworks[0] if frameworks else None)
    held = place if own_country(user) is not None else None
    answer = contribution(Scope(framework, countries=(place,), held_to=held), user) if framework else None
    donors, more_donors = _donors(found, place)
    newest = list(portfolio(filter, user)[:PROJECTS_SHOWN])
    return CountryPage(
        place=place,
        offices=list(Office.objects.filter(place=place).order_by("kind", "name")),
        projects=len(keys),
        stages=_stages(found, place),
        themes=_themes(found, place),
        donors=donors,
        more_donors=more_donors,
        states=states(answer.portfolio.projects if answer else keys),
        documents=Evidence.objects.current().filter(Q(record__in=found) | Q(record__parent__in=found)).count(),
        rows=portfolio_rows(newest),
        framework=framework,
        frameworks=frameworks,
        aligned=_aligned(found),
        contribution=answer,
        query=filter.to_query(),
        requests=in_country(place, user),
        texts=_texts(place, user),
    )


def _texts(place: Place, user: Viewer) -> int:
    """Laws and policies of a country that the viewer sees; none for who does not enter policy support. One query."""
    if not allowed(user, "policy.enter"):
        return 0
    return LegalText.objects.filter(country=place, record__in=Record.objects.visible_to(user).standing()).count()


def _stages(found: Any, place: Place) -> list[Part]:
    counts = dict(found.values_list("stage").annotate(Count("pk")).order_by())
    return [
        Part(str(stage.label), counts[stage], PortfolioFilter(countries=(place,), stages=(stage,)).to_query())
        for stage in Stage
        if counts.get(stage)
    ]


def _themes(found: Any, place: Place) -> list[Part]:
    counts = dict(
        RecordTheme.objects.current()
        .filter(record__in=found)
        .values_list("theme_id")
        .annotate(Count("record_id"))
        .order_by()
    )
    themes = Theme.objects.filter(pk__in=counts)
    parts = [
        Part(str(theme), counts[theme.pk], PortfolioFilter(countries=(place,), themes=(theme,)).to_query())
        for theme in themes
    ]
    return sorted(parts, key=lambda part: -part.number)


def _donors(found: Any, place: Place) -> tuple[list[Part], int]:
    counts = (
        Participation.objects.filter(project_id__in=found.values("pk"), role=OrganisationRole.FUNDING)
        .values_list("organisation_id")
        .annotate(number=Count("project_id", distinct=True))
        .order_by("-number", "organisation_id")
    )
    all_donors = list(counts)
    first = dict(all_donors[:DONORS_SHOWN])
    named = Organisation.objects.in_bulk(first)
    parts = [
        Part(str(named[key]), number, PortfolioFilter(countries=(place,), donor=named[key]).to_query())
        for key, number in first.items()
    ]
    return parts, len(all_donors) - len(parts)


def _aligned(found: Any) -> dict[int, int]:
    """Framework → projects with a confirmed alignment in it."""
    project = Coalesce("record__parent_id", "record_id")
    rows = (
        Alignment.objects.current()
        .filter(Q(record__in=found) | Q(record__parent__in=found, record__kind="result"), status=Status.CONFIRMED)
        .values_list("element__framework_id")
        .annotate(number=Count(project, distinct=True))
        .order_by()
    )
    return dict(rows)


def states(projects: Iterable[int]) -> dict[str, int]:
    """How the indicators of some projects stand today, from the figures made ahead. One query."""
    today = timezone.localdate()
    waiting = Q(due__isnull=False, due__lte=today)
    sums = ResultYear.objects.filter(
        record_id__in=list(projects), as_of=TODAY, year__lte=today.year, next_year__gt=today.year
    ).aggregate(
        in_achieved=Sum("achieved", filter=~waiting),
        in_near=Sum("near", filter=~waiting),
        in_behind=Sum("behind", filter=~waiting),
        in_late=Sum(F("achieved") + F("near") + F("behind") + F("open"), filter=waiting),
        in_open=Sum("open", filter=~waiting),
    )
    return {state: sums[f"in_{state}"] or 0 for state in STATES}


def element_query(place: Place, element: Element) -> str:
    """The query of the portfolio that shows a country's projects aligned with an element."""
    return PortfolioFilter(countries=(place,), element=element).to_query()
