"""What a contribution report is asked about: framework, years, day, and which projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.history import end_of_day, known_at
from migov.foundation.people.access import Viewer, own_country
from migov.foundation.people.models import Office, Theme
from migov.foundation.people.queries import offices_below
from migov.foundation.places.models import Place, SubRegion
from migov.foundation.records.models import Record, RecordPlace, RecordState, RecordTheme
from migov.insight.contributions.models import TODAY
from migov.work.projects.donors import donors_for
from migov.work.projects.models import Organisation, OrganisationRole, Participation

FIRST_YEAR, LAST_YEAR = 1970, 2100


class BadScope(ValueError):
    """A filter that cannot be used: `errors` says for each field what is wrong and what was expected."""

    def __init__(self, errors: dict[str, str], scope: Scope | None = None) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = errors
        self.scope = scope


@dataclass(frozen=True)
class Scope:
    """A contribution question. Empty tuples mean all; years are calendar years, both included."""

    framework: Framework
    from_year: int | None = None
    to_year: int | None = None
    as_of: date | None = None
    countries: tuple[Place, ...] = ()
    subregion: SubRegion | None = None
    offices: tuple[Office, ...] = ()
    themes: tuple[Theme, ...] = ()
    donor: Organisation | None = None
    element: Element | None = None
    held_to: Place | None = field(default=None, compare=False)

    @property
    def day(self) -> date:
        """The key of the figures: the day asked about, or TODAY."""
        return self.as_of or TODAY

    @property
    def moment(self) -> datetime | None:
        """The first instant that is not known any more; None: all that is known."""
        return end_of_day(self.as_of) if self.as_of else None

    @property
    def today(self) -> date:
        """The day on which values are late or not yet due."""
        return self.as_of or timezone.localdate()

    @property
    def years(self) -> tuple[int, int]:
        return self.from_year or FIRST_YEAR, self.to_year or LAST_YEAR

    @cached_property
    def place_ids(self) -> frozenset[int] | None:
        """The countries that money is held to; None for all."""
        if not self.countries and not self.subregion:
            return None
        wanted = {place.pk for place in self.countries}
        if self.subregion:
            inside = set(Place.objects.filter(subregion=self.subregion).values_list("pk", flat=True))
            wanted = wanted & inside if wanted else inside
        return frozenset(wanted)

    def params(self) -> dict[str, str | list[str]]:
        """The filter as query parameters, without the framework."""
        found: dict[str, str | list[str]] = {}
        if self.from_year:
            found["from"] = str(self.from_year)
        if self.to_year:
            found["to"] = str(self.to_year)
        if self.as_of:
            found["as_of"] = self.as_of.isoformat()
        if self.countries and not self.held_to:
            found["country"] = [place.code for place in self.countries]
        if self.subregion:
            found["subregion"] = self.subregion.code
        if self.offices:
            found["office"] = [office.code for office in self.offices]
        if self.themes:
            found["theme"] = [theme.code for theme in self.themes]
        if self.donor:
            found["donor"] = str(self.donor.pk)
        return found

    def query(self, **more: str | int) -> str:
        """The filter as a query string, with further parameters."""
        return urlencode({**self.params(), **more}, doseq=True)

    def words(self) -> list[tuple[str, str]]:
        """The filter for people: pairs of name and value."""
        found = [(_("Framework"), self.framework.title)]
        if self.element:
            found.append((_("Element"), f"{self.element.code} {self.element.title}"))
        if self.from_year or self.to_year:
            found.append((_("Years"), f"{self.from_year or '…'}–{self.to_year or '…'}"))
        if self.as_of:
            found.append((_("As reported on"), self.as_of.strftime("%-d %B %Y")))
        if self.countries:
            found.append((_("Countries"), ", ".join(place.short_name for place in self.countries)))
        if self.subregion:
            found.append((_("Sub-region"), self.subregion.name))
        if self.offices:
            found.append((_("Offices"), ", ".join(office.name for office in self.offices)))
        if self.themes:
            found.append((_("Themes"), ", ".join(theme.name for theme in self.themes)))
        if self.donor:
            found.append((_("Donor"), str(self.donor)))
        return found

    def only(self, element: Element) -> Scope:
        """The same question about one element and what is under it."""
        return replace(self, element=element)


def _year(data: Mapping[str, str], name: str, errors: dict[str, str]) -> int | None:
    text = data.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    errors[name] = _("“%(text)s” is not a year. Write four digits, such as 2025.") % {"text": text[:40]}
    return None


def _rows(data: QueryDict, name: str, model: type, errors: dict[str, str], what: str) -> tuple[Any, ...]:
    codes = [code.strip() for code in data.getlist(name) if code.strip()]
    if not codes:
        return ()
    plain = [code for code in codes if "\x00" not in code]  # which PostgreSQL cannot be asked for
    found = {row.code: row for row in model.objects.filter(code__in=plain)}  # type: ignore[attr-defined]
    unknown = [code for code in codes if code not in found]
    if unknown:
        errors[name] = _("“%(code)s” is not %(what)s we know.") % {"code": unknown[0][:40], "what": what}
    return tuple(found[code] for code in dict.fromkeys(codes) if code in found)


def read_scope(framework: Framework, data: QueryDict, viewer: Viewer) -> Scope:
    """The scope from query parameters: from, to (years), as_of (date), country, subregion, office, theme (codes, several), donor (id).

    A focal point is held to its own country whatever was asked. Raises BadScope with a message for each field that is wrong; its
    `scope` holds what could be read.
    """
    errors: dict[str, str] = {}
    from_year, to_year = _year(data, "from", errors), _year(data, "to", errors)
    if from_year and to_year and to_year < from_year:
        errors["to"] = _("The last year is before the first.")
    as_of: date | None = None
    if text := data.get("as_of", "").strip():
        try:
            as_of = date.fromisoformat(text)
        except ValueError:
            errors["as_of"] = _("“%(text)s” is not a date. Write it as 2025-03-31.") % {"text": text[:40]}
        else:
            if as_of > timezone.localdate():
                errors["as_of"] = _("This day is still to come.")
                as_of = None
            elif as_of.year < FIRST_YEAR:
                errors["as_of"] = _("Nothing was reported before %(year)s.") % {"year": FIRST_YEAR}
                as_of = None
            elif as_of == timezone.localdate():
                as_of = None  # what stands today is the register as it is
    donor: Organisation | None = None
    if text := data.get("donor", "").strip():
        plain = text.isascii() and text.isdigit() and len(text) < 15
        donor = donors_for(viewer).filter(pk=text).first() if plain else None
        if donor is None:
            errors["donor"] = _("This donor is not in the register.")
    subregions = _rows(data, "subregion", SubRegion, errors, _("a sub-region"))
    scope = Scope(
        framework=framework,
        from_year=from_year,
        to_year=to_year,
        as_of=as_of,
        countries=_rows(data, "country", Place, errors, _("a country")),
        subregion=subregions[0] if subregions else None,
        offices=_rows(data, "office", Office, errors, _("an office")),
        themes=_rows(data, "theme", Theme, errors, _("a theme")),
        donor=donor,
    )
    country = own_country(viewer)
    if country is not None:
        place = Place.objects.filter(pk=country).first()
        scope = replace(scope, countries=(place,) if place else (), held_to=place, subregion=None)
    if errors:
        raise BadScope(errors, scope)
    return scope


def projects_in(scope: Scope, viewer: Viewer) -> QuerySet[Record]:
    """The projects a question is about, whatever their stage: seen by the viewer, in the register on the day, matching the filter."""
    at = known_at(scope.moment)
    found = Record.objects.visible_to(viewer).filter(kind="project", project__isnull=False)
    if scope.moment is None:
        found = found.standing()
        first, last = scope.years
        if scope.offices:
            found = found.filter(office_id__in=offices_below(office.pk for office in scope.offices))
        if scope.from_year:
            found = found.filter(Q(ends__isnull=True) | Q(ends__year__gte=first))
        if scope.to_year:
            found = found.filter(Q(starts__isnull=True) | Q(starts__year__lte=last))
    else:
        found = found.filter(created_at__lt=scope.moment).filter(
            Q(removed_at__isnull=True) | Q(removed_at__gte=scope.moment)
        )
        states = RecordState.objects.filter(at, record=OuterRef("pk"))
        first, last = scope.years
        if scope.offices:
            states = states.filter(office_id__in=offices_below(office.pk for office in scope.offices))
        if scope.from_year:
            states = states.filter(Q(ends__isnull=True) | Q(ends__year__gte=first))
        if scope.to_year:
            states = states.filter(Q(starts__isnull=True) | Q(starts__year__lte=last))
        found = found.filter(Exists(states))
    if scope.place_ids is not None:
        found = found.filter(
            Exists(RecordPlace.objects.filter(at, record=OuterRef("pk"), place_id__in=scope.place_ids))
        )
    if scope.themes:
        found = found.filter(Exists(RecordTheme.objects.filter(at, record=OuterRef("pk"), theme__in=scope.themes)))
    if scope.donor:
        found = found.filter(
            Exists(
                Participation.objects.filter(
                    project_id=OuterRef("pk"), organisation=scope.donor, role=OrganisationRole.FUNDING
                )
            )
        )
    return found
