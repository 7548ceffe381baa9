"""The library of standard indicators: adding, changing with versions, retiring, and linking a project's own indicators to it.

Versions: every version of a standard indicator is kept as a row that says what it said *from* the day it was recorded on; the row of the
version that stands today is not superseded. A new version begins when its meaning changes (MEANING); what else is changed is only
journalled. An indicator that came without a row (loaded before versions were kept) gets the row of its old version when it first changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.shell import typed
from migov.work.results.models import (
    AcrossPeriods,
    AcrossProjects,
    Dimension,
    Indicator,
    Measure,
    StandardIndicator,
    StandardVersion,
)
from migov.work.results.shapes import FRACTIONS
from migov.work.results.slices import tidy

PLAIN = ("title", "definition", "unit", "measure", "across_periods", "across_projects", "method", "counts_people")
MEANING = ("title", "definition", "unit", "measure", "across_periods", "across_projects", "counts_people", "dimensions")
FIXED_IN_USE = ("unit", "measure")
LONGEST = {"title": 300, "unit": 60}


class LibraryError(ValueError):
    """Something that cannot be done now. The text says why, for people. field: the one it is about, empty for the whole."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ChangedMeanwhile(LibraryError):
    """Somebody else changed the indicator since the form was opened."""


@dataclass(frozen=True, slots=True)
class Standard:
    """What a standard indicator says. dimensions: codes; elements: framework and code."""

    title: str
    definition: str = ""
    unit: str = ""
    measure: str = Measure.NUMBER
    across_periods: str = AcrossPeriods.UNDECLARED
    across_projects: str = AcrossProjects.UNDECLARED
    method: str = ""
    counts_people: bool = False
    dimensions: frozenset[str] = frozenset()
    elements: frozenset[tuple[str, str]] = frozenset()

    @property
    def says(self) -> dict[str, Any]:
        """As it is kept in a version: plain values, lists sorted."""
        return {
            **{name: getattr(self, name) for name in PLAIN},
            "dimensions": sorted(self.dimensions),
            "elements": [list(pair) for pair in sorted(self.elements)],
        }

    @property
    def digest(self) -> str:
        """What a form carries to tell which state it was made from."""
        return hashlib.sha256(json.dumps(self.says, sort_keys=True).encode()).hexdigest()[:16]


def standard_of(row: StandardIndicator) -> Standard:
    """What a standard indicator says today. Two queries."""
    return Standard(
        **{name: getattr(row, name) for name in PLAIN},
        dimensions=frozenset(row.dimensions.values_list("code", flat=True)),
        elements=frozenset(row.elements.values_list("framework__code", "code")),
    )


def in_use(row: StandardIndicator) -> bool:
    """Whether indicators of projects stand on it, in the register or in a proposal. A query for each kind of user, until one is found."""
    for relation in StandardIndicator._meta.get_fields(include_hidden=True):
        # Rooms above this one refer to the library too; whoever protects the row from deletion uses it.
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.PROTECT:
            users = relation.related_model._base_manager
            if users.filter(**{relation.field.name: row.pk}).exists():
                return True
    return False


@transaction.atomic
def add(wanted: Standard, *, by: Actor, code: str = "") -> StandardIndicator:
    """Add a standard indicator; its code follows from the title where none is given. Raises LibraryError, PermissionDenied."""
    access.require(by, "results.library")
    wanted = _checked(wanted)
    code = _code(code, wanted.title)
    if StandardIndicator.objects.filter(title__iexact=wanted.title, retired_at__isnull=True).exists():
        raise LibraryError(_("The library has an indicator with this title."), "title")
    row = StandardIndicator.objects.create(code=code, **{name: getattr(wanted, name) for name in PLAIN})
    _set_lists(row, wanted)
    _keep_version(row, wanted, by, timezone.now(), "")
    journal.write("standard indicator added", by=by, detail={"code": code, "title": wanted.title})
    return row


@transaction.atomic
def change(key: int, wanted: Standard, *, by: Actor, reason: str, stands: str) -> StandardIndicator:
    """Change what a standard indicator says; a change of its meaning begins a new version.

    stands: the digest of what the form was made from. Raises ChangedMeanwhile where it says something else by now, LibraryError for
    what cannot be (another unit or measure while it is in use, no reason), StandardIndicator.DoesNotExist, PermissionDenied.
    """
    access.require(by, "results.library")
    row = StandardIndicator.objects.select_for_update().get(pk=key)
    before, wanted = standard_of(row), _checked(wanted)
    if stands != before.digest:
        raise ChangedMeanwhile(
            _("Somebody else changed this indicator meanwhile. What stands now is shown beside what you wrote.")
        )
    changed = [field.name for field in fields(Standard) if getattr(before, field.name) != getattr(wanted, field.name)]
    if not changed:
        return row
    why = typed.tidy(reason, 2000)
    if not why:
        raise LibraryError(_("Say why it is changed: the reason is kept with the version."), "reason")
    fixed = [name for name in FIXED_IN_USE if name in changed]
    if fixed and in_use(row):
        raise LibraryError(
            _("Projects use this indicator, so its unit and measure stay. Add a new indicator and retire this one."),
            fixed[0],
        )
    at, renewed = timezone.now(), any(name in MEANING for name in changed)
    if renewed:
        _ensure_version(row, before, by, at)
        row.versions.current().filter(version=row.version).supersede(at)
        row.version += 1
    for name in PLAIN:
        setattr(row, name, getattr(wanted, name))
    row.save(update_fields=[*PLAIN, "version"])
    _set_lists(row, wanted)
    if renewed:
        _keep_version(row, wanted, by, at, why)
    detail = {"code": row.code, "version": row.version, "reason": why, **_differences(before.says, wanted.says)}
    journal.write("standard indicator changed", by=by, detail=detail, at=at)
    return row


@transaction.atomic
def retire(key: int, *, by: Actor, reason: str) -> StandardIndicator:
    """Offer a standard indicator no longer. Who uses it keeps it. Raises LibraryError without a reason or where it is retired already."""
    return _retired(key, True, by, reason)


@transaction.atomic
def bring_back(key: int, *, by: Actor, reason: str) -> StandardIndicator:
    """Offer a retired standard indicator again. Raises LibraryError without a reason or where it is not retired."""
    return _retired(key, False, by, reason)


def _retired(key: int, gone: bool, by: Actor, reason: str) -> StandardIndicator:
    access.require(by, "results.library")
    row = StandardIndicator.objects.select_for_update().get(pk=key)
    why = typed.tidy(reason, 2000)
    if (row.retired_at is not None) == gone:
        raise LibraryError(_("It is retired already.") if gone else _("It is not retired."))
    if not why:
        raise LibraryError(_("Say why."), "reason")
    row.retired_at = timezone.now() if gone else None
    row.save(update_fields=["retired_at"])
    verb = "standard indicator retired" if gone else "standard indicator brought back"
    journal.write(verb, by=by, detail={"code": row.code, "reason": why})
    return row


@transaction.atomic
def link(indicator: int, standard: int, *, by: Actor) -> Indicator:
    """Say that a project measures a standard indicator, so that its values may be put together with those of others.

    Raises LibraryError where unit or measure differ or the standard is retired; DoesNotExist, PermissionDenied.
    """
    row = _linkable(indicator, by)
    to = StandardIndicator.objects.select_for_update().get(pk=standard)
    if row.standard_id == to.pk:
        return row
    if to.retired_at is not None:
        raise LibraryError(_("This standard indicator is retired. Choose another one."))
    if problem := mismatch(row, to):
        raise LibraryError(problem)
    return _linked(row, to, by)


@transaction.atomic
def unlink(indicator: int, *, by: Actor) -> Indicator:
    """Make an indicator the project's own again; its values stay. Raises Indicator.DoesNotExist, PermissionDenied."""
    row = _linkable(indicator, by)
    return row if row.standard_id is None else _linked(row, None, by)


def mismatch(indicator: Indicator, standard: StandardIndicator) -> str:
    """Why the values of an indicator are not of the kind that a standard one asks for; empty where they are."""
    if indicator.measure != standard.measure:
        return _("It is measured as %(one)s, the standard indicator as %(other)s.") % {
            "one": indicator.get_measure_display(),
            "other": standard.get_measure_display(),
        }
    if tidy(indicator.unit) != tidy(standard.unit):
        return _("Its unit is “%(one)s”, that of the standard indicator “%(other)s”.") % {
            "one": indicator.unit or "–",
            "other": standard.unit or "–",
        }
    return ""


def _linkable(key: int, by: Actor) -> Indicator:
    Indicator.objects.select_for_update().only("pk").get(pk=key)
    row = Indicator.objects.standing().select_related("project__record__office", "standard").get(pk=key)
    access.require(by, "results.report", row.project.record)
    return row


def _linked(row: Indicator, to: StandardIndicator | None, by: Actor) -> Indicator:
    before = row.standard.code if row.standard else None
    row.standard = to
    row.save(update_fields=["standard"])
    detail = {"indicator": row.title, "standard": {"from": before, "to": to.code if to else None}}
    verb = "indicator linked" if to else "indicator unlinked"
    journal.write(verb, by=by, record=row.project.record, detail=detail)
    return row


def _checked(wanted: Standard) -> Standard:
    """The same, tidied, if it can be. Raises LibraryError, naming the field."""
    given: dict[str, Any] = {field.name: getattr(wanted, field.name) for field in fields(Standard)}
    try:
        for name in ("title", "unit"):
            given[name] = typed.line(given[name], LONGEST[name])
        for name in ("definition", "method"):
            given[name] = typed.tidy(given[name])
    except typed.Unreadable as wrong:
        raise LibraryError(str(wrong), name) from wrong
    for name, choices in (
        ("measure", Measure), ("across_periods", AcrossPeriods), ("across_projects", AcrossProjects)
    ):  # fmt: skip
        if given[name] not in choices.values:
            raise LibraryError(_("Choose one of the list."), name)
    if not given["title"]:
        raise LibraryError(_("Give it a title."), "title")
    if given["across_periods"] == AcrossPeriods.SUM and given["measure"] != Measure.NUMBER:
        raise LibraryError(_("Only numbers are added up."), "across_periods")
    if given["across_projects"] == AcrossProjects.SUM and given["measure"] != Measure.NUMBER:
        raise LibraryError(_("Only numbers are added up."), "across_projects")
    if given["across_projects"] == AcrossProjects.AVERAGE and given["measure"] not in FRACTIONS:
        raise LibraryError(
            _("An average is weighted by denominators: only percentages and ratios have them."), "across_projects"
        )
    return Standard(**given)


def _code(code: str, title: str) -> str:
    wanted = code.strip().lower() or slugify(title)[:60].strip("-")
    if not wanted or slugify(wanted) != wanted or len(wanted) > 60:
        raise LibraryError(_("A code has at most 60 small letters, digits and hyphens."), "code")
    if StandardIndicator.objects.filter(code=wanted).exists():
        raise LibraryError(_("The code “%s” is taken.") % wanted, "code")
    return wanted


def _set_lists(row: StandardIndicator, wanted: Standard) -> None:
    dimensions = Dimension.objects.filter(code__in=wanted.dimensions)
    codes = {one.code for one in dimensions}
    if unknown := sorted(wanted.dimensions - codes):
        raise LibraryError(_("There is no dimension “%s”.") % unknown[0], "dimensions")
    row.dimensions.set(dimensions)
    elements = Element.objects.filter(
        framework__code__in={framework for framework, _code in wanted.elements},
        code__in={code for _framework, code in wanted.elements},
    ).select_related("framework")
    known = {(one.framework.code, one.code): one for one in elements}
    if lacking := sorted(wanted.elements - known.keys()):
        raise LibraryError(_("There is no element %s.") % " ".join(lacking[0]), "elements")
    row.elements.set(known[pair] for pair in wanted.elements)


def _ensure_version(row: StandardIndicator, says: Standard, by: Actor, at: datetime) -> None:
    if not row.versions.filter(version=row.version).exists():
        StandardVersion.objects.create(standard=row, version=row.version, says=says.says, recorded_at=at)


def _keep_version(row: StandardIndicator, says: Standard, by: Actor, at: datetime, reason: str) -> None:
    StandardVersion.objects.create(
        standard=row, version=row.version, says=says.says, reason=reason, by_id=by.pk, recorded_at=at
    )


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"from": before[name], "to": after[name]} for name in after if before.get(name) != after[name]}
