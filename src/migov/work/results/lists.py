"""The list of indicators over all projects: which, in which order, and what the list says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.queries import matching
from migov.work.results.models import Indicator, Measurement, MeasurementKind, Period
from migov.work.results.queries import IndicatorRow, indicator_rows

PER_PAGE = 50
IN_A_PIECE = 200
ALL, LATE, PEOPLE, STANDARD = "all", "late", "people", "standard"
SHOWS = {
    ALL: _("All indicators"),
    LATE: _("Waiting for a value"),
    PEOPLE: _("Counting people"),
    STANDARD: _("Standard indicators"),
}
SORTS = {"title": Lower("title"), "project": Lower("project__record__title"), "entered": F("project_id")}
DEFAULT_ORDER = "-entered"


def indicators(
    filter: PortfolioFilter, user: Viewer, show: str = ALL, order: str = DEFAULT_ORDER, day: date | None = None
) -> QuerySet[Indicator, int]:
    """Primary keys of the indicators of the projects that match a filter, in order. One query when it is read.

    show: one of SHOWS; LATE keeps those for which a period with a target has ended by `day` (today) without an actual, and
    no later value came. order: one of SORTS, with a minus for the other direction; "entered": as projects were entered.
    """
    found = Indicator.objects.standing().filter(project_id__in=matching(filter, user).values("pk"))
    if show == LATE:
        found = found.filter(Exists(waiting(day or timezone.localdate())))
    elif show == PEOPLE:
        found = found.filter(counts_people=True)
    elif show == STANDARD:
        found = found.filter(standard__isnull=False)
    if order.removeprefix("-") not in SORTS:
        order = DEFAULT_ORDER
    by: Any = SORTS[order.removeprefix("-")]
    first = by.desc() if order.startswith("-") else by.asc()
    return found.order_by(first, "project_id", "result_id", "order", "pk").values_list("pk", flat=True)


def waiting(day: date) -> QuerySet[Period]:
    """Periods of an outer indicator that have ended with a target and no value, then or later in the same or an earlier year."""
    current = Measurement.objects.current()
    ended = Period.objects.filter(indicator=OuterRef("pk"), ends__lte=day)
    answered = current.filter(
        indicator=OuterRef("indicator_id"),
        kind=MeasurementKind.ACTUAL,
        value__isnull=False,
        period__ends__gte=OuterRef("ends"),
        period__ends__lte=date(day.year, 12, 31),
    )
    aimed = current.filter(
        indicator=OuterRef("indicator_id"), kind=MeasurementKind.TARGET, period=OuterRef("pk"), value__isnull=False
    )
    return ended.filter(Exists(aimed), ~Exists(answered))


def rows(keys: Sequence[int]) -> list[IndicatorRow]:
    """What the list says of some indicators, in the order of their keys. Four queries."""
    keys = list(keys)
    if not keys:
        return []
    wanted = Indicator.objects.filter(pk__in=keys).select_related("result__record", "project__record__office")
    found = {row.indicator.pk: row for row in indicator_rows(wanted)}
    return [found[key] for key in keys if key in found]


def rows_in_pieces(keys: Iterable[int]) -> Iterator[IndicatorRow]:
    """What the list says of many indicators, some hundred at a time."""
    piece: list[int] = []
    for key in keys:
        piece.append(key)
        if len(piece) == IN_A_PIECE:
            yield from rows(piece)
            piece = []
    yield from rows(piece)
