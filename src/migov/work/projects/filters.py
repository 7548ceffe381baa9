"""What a list of projects is asked for: read from the query string, checked, and written back to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Office, Theme
from migov.foundation.places.models import Place, SubRegion
from migov.foundation.records.models import Stage
from migov.work.projects.donors import donors_for
from migov.work.projects.models import Organisation

FIRST_YEAR, LAST_YEAR = 1970, 2100
LONGEST_TEXT = 200
SHOWN = 60
YES, NO = "yes", "no"
# Parameters that are not conditions: they change how the list is shown.
NOT_CONDITIONS = frozenset({"page", "sort", "format", "show"})

T = TypeVar("T")


class BadFilter(ValueError):
    """A filter that cannot be used. `errors`: parameter → what is wrong; `filter`: what could be read of it."""

    def __init__(self, errors: dict[str, str], filter: PortfolioFilter) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = errors
        self.filter = filter


@dataclass(frozen=True)
class Chip:
    """One condition that is set: its words, and the query that lacks it."""

    name: str
    label: str
    words: str
    without: str


@dataclass(frozen=True)
class PortfolioFilter:
    """A question about the portfolio. Empty means all; several values of one condition widen it, conditions narrow it.

    office: with the offices below it. element: confirmed alignment with it or an element under it, of the project or
    its results. Years are calendar years, both included, and keep projects whose dates overlap them.
    """

    q: str = ""
    countries: tuple[Place, ...] = ()
    subregion: SubRegion | None = None
    office: Office | None = None
    stages: tuple[Stage, ...] = ()
    themes: tuple[Theme, ...] = ()
    donor: Organisation | None = None
    element: Element | None = None
    from_year: int | None = None
    to_year: int | None = None
    illustrative: bool | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) not in (None, "", ()) for field in fields(self))

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value, in a fixed order."""
        found: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        found += [("country", place.code) for place in self.countries]
        if self.subregion:
            found.append(("subregion", self.subregion.code))
        if self.office:
            found.append(("office", self.office.code))
        found += [("stage", str(stage.value)) for stage in self.stages]
        found += [("theme", theme.code) for theme in self.themes]
        if self.donor:
            found.append(("donor", str(self.donor.pk)))
        if self.element:
            found.append(("element", element_key(self.element)))
        if self.from_year:
            found.append(("from", str(self.from_year)))
        if self.to_year:
            found.append(("to", str(self.to_year)))
        if self.illustrative is not None:
            found.append(("illustrative", YES if self.illustrative else NO))
        return found

    def to_query(self, **more: str | int) -> str:
        """The filter as a query string, with further parameters; reading it gives the same filter."""
        return urlencode([*self.params(), *((name, str(value)) for name, value in more.items())])

    def chips(self) -> list[Chip]:
        """What is set, in words, each with the query that removes it."""
        found: list[Chip] = []

        def add(name: str, label: str, words: Any, **changed: Any) -> None:
            found.append(Chip(name, label, str(words), replace(self, **changed).to_query()))

        if self.q:
            add("q", _("Words"), f"“{self.q}”", q="")
        for place in self.countries:
            add("country", _("Country"), place.short_name, countries=_less(self.countries, place))
        if self.subregion:
            add("subregion", _("Sub-region"), self.subregion, subregion=None)
        if self.office:
            add("office", _("Office"), self.office, office=None)
        for stage in self.stages:
            add("stage", _("Stage"), stage.label, stages=_less(self.stages, stage))
        for theme in self.themes:
            add("theme", _("Theme"), theme, themes=_less(self.themes, theme))
        if self.donor:
            add("donor", _("Donor"), self.donor, donor=None)
        if self.element:
            add("element", _("Aligned with"), f"{self.element}: {self.element.title}", element=None)
        if self.from_year:
            add("from", _("From"), self.from_year, from_year=None)
        if self.to_year:
            add("to", _("To"), self.to_year, to_year=None)
        if self.illustrative is not None:
            words = _("only illustrative projects") if self.illustrative else _("without illustrative projects")
            add("illustrative", _("Show"), words, illustrative=None)
        return found

    def words(self) -> str:
        """The filter in one line, for the file that it is exported to."""
        return "; ".join(f"{chip.label}: {chip.words}" for chip in self.chips()) or _("all projects")


def element_key(element: Element) -> str:
    """How an element is named in an address: gcm:10."""
    return f"{element.framework.code}:{element.code}"


def read_filter(data: QueryDict, viewer: Viewer) -> PortfolioFilter:
    """The filter from query parameters (PARAMETERS), as far as the viewer may ask.

    `country`, `stage` and `theme` may be given several times. At most one query for each condition that is set.
    Raises BadFilter with a message for each parameter that is wrong or unknown; nothing is ignored in silence.
    """
    errors: dict[str, str] = {}
    for name in data:
        if name not in PARAMETERS and name not in NOT_CONDITIONS:
            errors[name] = _("This list knows no condition of that name.")
    found = PortfolioFilter(
        q=_text(data, "q", errors),
        countries=_by_code(data, "country", Place.objects.all(), errors, _("a country")),
        subregion=_one(_by_code(data, "subregion", SubRegion.objects.all(), errors, _("a sub-region"), single=True)),
        office=_one(_by_code(data, "office", Office.objects.all(), errors, _("an office"), single=True)),
        stages=_stages(data, errors),
        themes=_by_code(data, "theme", Theme.objects.all(), errors, _("a theme")),
        donor=_donor(data, viewer, errors),
        element=_element(data, errors),
        from_year=_year(data, "from", errors),
        to_year=_year(data, "to", errors),
        illustrative=_yes_no(data, "illustrative", errors),
    )
    if found.from_year and found.to_year and found.to_year < found.from_year:
        errors["to"] = _("The last year is before the first.")
    if errors:
        raise BadFilter(errors, found)
    return found


PARAMETERS = frozenset(
    {"q", "country", "subregion", "office", "stage", "theme", "donor", "element", "from", "to", "illustrative"}
)


def _less(values: tuple[T, ...], one: T) -> tuple[T, ...]:
    return tuple(value for value in values if value != one)


def _values(data: QueryDict, name: str) -> list[str]:
    """The values given for a parameter, without empty ones and repetitions, in their order."""
    return list(dict.fromkeys(text for text in (value.strip() for value in data.getlist(name)) if text))


def _unknown(text: str, what: str) -> str:
    return _("“%(text)s” is not %(what)s that migov knows.") % {"text": text[:SHOWN], "what": what}


def _text(data: QueryDict, name: str, errors: dict[str, str]) -> str:
    text = " ".join(data.get(name, "").split())
    if "\x00" in text or len(text) > LONGEST_TEXT:
        errors[name] = _("Write at most %(most)s characters of plain text.") % {"most": LONGEST_TEXT}
        return ""
    return text


def _by_code(
    data: QueryDict, name: str, rows: Any, errors: dict[str, str], what: str, *, single: bool = False
) -> tuple[Any, ...]:
    codes = _values(data, name)
    if not codes:
        return ()
    found = {} if any("\x00" in code for code in codes) else {row.code: row for row in rows.filter(code__in=codes)}
    if unknown := next((code for code in codes if code not in found), None):
        errors[name] = _unknown(unknown, what)
    elif single and len(codes) > 1:
        errors[name] = _("Choose one.")
    return tuple(found[code] for code in codes if code in found)


def _one(values: Iterable[Any]) -> Any:
    return next(iter(values), None)


def _stages(data: QueryDict, errors: dict[str, str]) -> tuple[Stage, ...]:
    codes = _values(data, "stage")
    if unknown := next((code for code in codes if code not in Stage.values), None):
        errors["stage"] = _unknown(unknown, _("a stage"))
    return tuple(Stage(code) for code in codes if code in Stage.values)


def _donor(data: QueryDict, viewer: Viewer, errors: dict[str, str]) -> Organisation | None:
    text = data.get("donor", "").strip()
    if not text:
        return None
    number = text if text.isascii() and text.isdigit() and len(text) < 18 else None
    found = donors_for(viewer).filter(pk=number).first() if number else None
    if found is None:
        errors["donor"] = _unknown(text, _("a donor"))
    return found


def _element(data: QueryDict, errors: dict[str, str]) -> Element | None:
    text = data.get("element", "").strip()
    if not text:
        return None
    framework, colon, code = text.partition(":")
    if not colon or "\x00" in text:
        errors["element"] = _("Write the framework and the element with a colon between them, such as gcm:10.")
        return None
    found = Element.objects.select_related("framework").filter(framework__code=framework, code=code).first()
    if found is None:
        errors["element"] = _unknown(text, _("an element"))
    return found


def _year(data: QueryDict, name: str, errors: dict[str, str]) -> int | None:
    text = data.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    errors[name] = _("“%(text)s” is not a year between %(first)s and %(last)s.") % {
        "text": text[:SHOWN], "first": FIRST_YEAR, "last": LAST_YEAR,
    }  # fmt: skip
    return None


def _yes_no(data: QueryDict, name: str, errors: dict[str, str]) -> bool | None:
    text = data.get(name, "").strip()
    if not text:
        return None
    if text not in (YES, NO):
        errors[name] = _("Write yes or no.")
        return None
    return text == YES
