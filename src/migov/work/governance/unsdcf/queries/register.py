"""The register of Cooperation Frameworks: which a person sees, by filter, and the table of the programme countries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.work.governance.models import CooperationFramework
from migov.work.governance.unsdcf.programme import programme_countries
from migov.work.governance.unsdcf.queries.counting import Count, Taken, outcomes_of, taken_of


@dataclass(frozen=True, slots=True)
class Line:
    """A framework with what a list shows of it. framework: None for a programme country that has none in the register."""

    place: Place
    framework: CooperationFramework | None
    outcomes: Count
    taken: Taken

    @property
    def period(self) -> str:
        one = self.framework
        return f"{one.starts}–{one.ends}" if one is not None else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the register is asked for."""

    q: str = ""
    country: str = ""
    status: str = ""

    def params(self) -> dict[str, str]:
        """What is set, for an address."""
        found = {"q": self.q, "country": self.country, "status": self.status}
        return {name: value for name, value in found.items() if value}


def frameworks_for(viewer: Viewer) -> QuerySet[CooperationFramework]:
    """The frameworks that a person may see; none for people from outside."""
    if not access.allowed(viewer, "unsdcf.list"):
        return CooperationFramework.objects.none()
    seen = Record.objects.visible_to(viewer).standing()
    return CooperationFramework.objects.filter(record__in=seen).select_related(
        "record__owner", "record__office", "country"
    )


def framework_for(viewer: Viewer, pk: int) -> CooperationFramework:
    """One of them. Raises CooperationFramework.DoesNotExist."""
    return frameworks_for(viewer).select_related("document__record", "previous__record").get(pk=pk)


def matching(asked: Asked, viewer: Viewer) -> QuerySet[CooperationFramework]:
    """The frameworks of a filter, by country, the newest of each first."""
    found = frameworks_for(viewer)
    for word in asked.q.split()[:10]:
        found = found.filter(
            Q(record__title__icontains=word) | Q(country__short_name__icontains=word) | Q(summary__icontains=word)
        )
    if asked.country:
        found = found.filter(country__code=asked.country)
    if asked.status:
        found = found.filter(status=asked.status)
    return found.order_by("country__short_name", "-starts")


def lines(found: Iterable[CooperationFramework]) -> list[Line]:
    """Frameworks with what a list shows of them. Three queries."""
    rows = list(found)
    keys = [one.pk for one in rows]
    outcomes, taken = outcomes_of(keys), taken_of(keys)
    return [Line(one.country, one, outcomes.get(one.pk, Count()), taken.get(one.pk, Taken())) for one in rows]


def region(viewer: Viewer) -> list[Line]:
    """Each programme country with its latest framework, by name. Five queries and those of the roles."""
    latest: dict[int, CooperationFramework] = {}
    places = programme_countries()
    seen = frameworks_for(viewer).filter(country__in=places).order_by("starts")
    for one in seen:
        latest[one.country_id] = one
    by_place = {line.place.pk: line for line in lines(latest.values())}
    return [by_place.get(place.pk, Line(place, None, Count(), Taken())) for place in places]


def of_country(place: Place, viewer: Viewer) -> list[Line]:
    """The frameworks of a country that a person may see, the newest first, with coverage and uptake. Four queries at most."""
    return lines(frameworks_for(viewer).filter(country=place).order_by("-starts"))


def countries(viewer: Viewer) -> list[Place]:
    """The countries of the register. One query."""
    return list(Place.objects.filter(pk__in=frameworks_for(viewer).values("country_id")).order_by("short_name"))
