"""A year of requests in figures: by kind, country and state, with hours, products and feedback."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.text import capfirst

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace
from migov.foundation.shell import formats
from migov.work.policy.models import OPEN_STATES, AssistanceRequest, Product, RequestKind, RequestState
from migov.work.policy.requests.filters import ALL, DELIVERED, OPEN, RequestFilter
from migov.work.policy.requests.queries.register import hours_of, matching


@dataclass(slots=True)
class Line:
    """Figures of some requests. label: what they have in common. filter: of the list that shows them. score: mean of the feedback."""

    label: str
    filter: RequestFilter
    requests: int = 0
    open: int = 0
    delivered: int = 0
    hours: Decimal = Decimal(0)
    products: int = 0
    reached: int = 0
    scores: list[int] = field(default_factory=list)

    @property
    def query(self) -> str:
        return self.filter.to_query()

    @property
    def open_query(self) -> str:
        return replace(self.filter, show=OPEN).to_query()

    @property
    def delivered_query(self) -> str:
        return replace(self.filter, show=DELIVERED).to_query()

    @property
    def score(self) -> Decimal | None:
        return Decimal(sum(self.scores)) / len(self.scores) if self.scores else None


@dataclass(frozen=True, slots=True)
class Year:
    """The figures of a year: of all requests that came in it, and of parts of them.

    illustrative: some were written for the demonstration.
    """

    year: int
    total: Line
    kinds: list[Line]
    countries: list[Line]
    states: list[Line]
    illustrative: bool

    @property
    def parts(self) -> list[tuple[str, list[Line]]]:
        return [("kind", self.kinds), ("country", self.countries), ("state", self.states)]


def year_of(year: int, user: Viewer) -> Year:
    """The requests that came in a year and that the viewer sees, with the hours, products and feedback they have had so far. A request of
    several States counts with each of them.

    Four queries. For colleagues; the view asks whether the viewer is one.
    """
    asked = RequestFilter(year=year, show=ALL)
    found = list(matching(asked, user).select_related("record"))
    keys = [one.pk for one in found]
    hours = hours_of(keys)
    handed = Product.objects.filter(request_id__in=keys, handed_on__isnull=False).values_list("request_id")
    products = {
        pk: (number, reached or 0)
        for pk, number, reached in handed.annotate(Count("pk"), Sum("people_reached")).order_by()
    }

    def line(label: str, filter: RequestFilter, rows: Iterable[AssistanceRequest]) -> Line:
        made = Line(label, filter)
        for one in rows:
            number, reached = products.get(one.pk, (0, 0))
            made.requests += 1
            made.open += one.state in OPEN_STATES
            made.delivered += one.state in (RequestState.DELIVERED, RequestState.CLOSED)
            made.hours += hours.get(one.pk, Decimal(0))
            made.products += number
            made.reached += reached
            if one.score is not None:
                made.scores.append(one.score)
        return made

    kinds = [
        line(
            capfirst(str(kind.label)),
            RequestFilter(year=year, show=ALL, kind=kind),
            [one for one in found if one.kind == kind],
        )
        for kind in RequestKind
    ]
    states = [
        line(
            capfirst(str(state.label)),
            RequestFilter(year=year, show=ALL, state=state),
            [one for one in found if one.state == state],
        )
        for state in RequestState
    ]
    asking: dict[Place, set[int]] = {}
    for row in RecordPlace.objects.current().filter(record_id__in=keys).select_related("place"):
        asking.setdefault(row.place, set()).add(row.record_id)
    countries = [
        line(
            formats.place(place),
            RequestFilter(year=year, show=ALL, country=place),
            [one for one in found if one.pk in asking[place]],
        )
        for place in sorted(asking, key=str)
    ]
    return Year(
        year,
        line("", asked, found),
        [one for one in kinds if one.requests],
        countries,
        [one for one in states if one.requests],
        any(one.record.illustrative for one in found),
    )


def years(user: Viewer) -> list[int]:
    """The years in which requests came, the last first. One query."""
    return sorted(
        {day.year for day in matching(RequestFilter(show=ALL), user).dates("received_on", "year")}, reverse=True
    )
