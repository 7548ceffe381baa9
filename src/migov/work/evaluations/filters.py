"""What the list of evaluations is asked for: read from the query string, checked, and written back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.models import Office, Theme
from migov.foundation.places.models import Place
from migov.work.evaluations.models import EvaluationLevel, EvaluatorType, Scope, Status, Timing
from migov.work.projects.filters import Chip

FIRST_YEAR, LAST_YEAR = 1951, 2100
LONGEST_TEXT, SHOWN = 200, 60
NOT_CONDITIONS = frozenset({"page", "sort"})
RESPONSES = {
    "issued": gettext_lazy("issued here"),
    "published": gettext_lazy("published with the report"),
    "none": gettext_lazy("none known"),
    "late": gettext_lazy("late"),
}
YES = "yes"
_WORDS: dict[str, type[models.TextChoices]] = {
    "status": Status, "timing": Timing, "evaluator": EvaluatorType, "level": EvaluationLevel, "scope": Scope,
}  # fmt: skip


class BadFilter(ValueError):
    """A filter that cannot be used. `errors`: parameter → what is wrong; `filter`: what could be read of it."""

    def __init__(self, errors: dict[str, str], filter: EvaluationFilter) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors, self.filter = errors, filter


@dataclass(frozen=True)
class EvaluationFilter:
    """A question about the register. Empty means all; conditions narrow it. Years are those of the evaluations, both included.

    response: one of RESPONSES. overdue: with key actions overdue today.
    """

    q: str = ""
    country: Place | None = None
    theme: Theme | None = None
    office: Office | None = None
    from_year: int | None = None
    to_year: int | None = None
    status: str = ""
    timing: str = ""
    evaluator: str = ""
    level: str = ""
    scope: str = ""
    response: str = ""
    overdue: bool = False

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value, in a fixed order."""
        found = [("q", self.q), ("country", self.country.code if self.country else "")]
        found += [("theme", self.theme.code if self.theme else ""), ("office", self.office.code if self.office else "")]
        found += [("from", str(self.from_year or "")), ("to", str(self.to_year or ""))]
        found += [(name, getattr(self, name)) for name in (*_WORDS, "response")]
        found.append(("overdue", YES if self.overdue else ""))
        return [(name, value) for name, value in found if value]

    def to_query(self, **more: str) -> str:
        """The filter as a query string, with further parameters; reading it gives the same filter."""
        return urlencode([*self.params(), *more.items()])

    def chips(self) -> list[Chip]:
        """What is set, in words, each with the query that removes it."""
        found: list[Chip] = []

        def add(name: str, label: str, words: Any, **changed: Any) -> None:
            if words:
                found.append(Chip(name, label, str(words), replace(self, **changed).to_query()))

        add("q", _("Words"), f"“{self.q}”" if self.q else "", q="")
        add("country", _("Country"), self.country and self.country.short_name, country=None)
        add("theme", _("Theme"), self.theme, theme=None)
        add("office", _("Office"), self.office, office=None)
        add("from", _("From"), self.from_year, from_year=None)
        add("to", _("To"), self.to_year, to_year=None)
        for name, label in (
            ("status", _("Status")), ("timing", _("Timing")), ("evaluator", _("Evaluator")), ("level", _("Level")),
            ("scope", _("Scope")),
        ):  # fmt: skip
            code = getattr(self, name)
            add(name, label, _WORDS[name](code).label if code else "", **{name: ""})
        add("response", _("Management response"), RESPONSES.get(self.response, ""), response="")
        add("overdue", _("Show"), _("with overdue actions") if self.overdue else "", overdue=False)
        return found

    def words(self) -> str:
        """The filter in one line, for the file that it is exported to."""
        return "; ".join(f"{chip.label}: {chip.words}" for chip in self.chips()) or _("all evaluations")


PARAMETERS = frozenset({"q", "country", "theme", "office", "from", "to", *_WORDS, "response", "overdue"})


def read_filter(data: QueryDict) -> EvaluationFilter:
    """The filter from query parameters (PARAMETERS). At most one query for each of country, theme and office.

    Raises BadFilter with a message for each parameter that is wrong or unknown; nothing is ignored in silence.
    """
    errors = {
        name: _("This list knows no condition of that name.")
        for name in data
        if name not in PARAMETERS and name not in NOT_CONDITIONS
    }
    found = EvaluationFilter(
        q=_text(data, errors),
        country=_row(data, "country", Place, errors),
        theme=_row(data, "theme", Theme, errors),
        office=_row(data, "office", Office, errors),
        from_year=_year(data, "from", errors),
        to_year=_year(data, "to", errors),
        response=_known(data, "response", RESPONSES, errors),
        overdue=_known(data, "overdue", {YES: YES}, errors) == YES,
        **{name: _known(data, name, dict(words.choices), errors) for name, words in _WORDS.items()},
    )
    if found.from_year and found.to_year and found.to_year < found.from_year:
        errors["to"] = _("The last year is before the first.")
    if errors:
        raise BadFilter(errors, found)
    return found


def _said(data: QueryDict, name: str) -> str:
    return " ".join(data.get(name, "").split())


def _unknown(text: str) -> str:
    return _("“%(text)s” is not one of the choices.") % {"text": text[:SHOWN]}


def _text(data: QueryDict, errors: dict[str, str]) -> str:
    text = _said(data, "q")
    if "\x00" in text or len(text) > LONGEST_TEXT:
        errors["q"] = _("Write at most %(most)s characters of plain text.") % {"most": LONGEST_TEXT}
        return ""
    return text


def _row(data: QueryDict, name: str, model: Any, errors: dict[str, str]) -> Any:
    code = _said(data, name)
    if not code:
        return None
    found = None if "\x00" in code else model.objects.filter(code=code).first()
    if found is None:
        errors[name] = _unknown(code)
    return found


def _known(data: QueryDict, name: str, known: Mapping[str, Any], errors: dict[str, str]) -> str:
    code = _said(data, name)
    if code and code not in known:
        errors[name] = _unknown(code)
        return ""
    return code


def _year(data: QueryDict, name: str, errors: dict[str, str]) -> int | None:
    text = _said(data, name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    errors[name] = _("“%(text)s” is not a year between %(first)s and %(last)s.") % {
        "text": text[:SHOWN], "first": FIRST_YEAR, "last": LAST_YEAR,
    }  # fmt: skip
    return None
