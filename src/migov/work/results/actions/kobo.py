"""Keeping how the export of a form is read: the form, its columns of day and place, its rules. Rows of exports are kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.shell import typed
from migov.work.projects.models import Project
from migov.work.results.kobo import By, Kind, Rule, Where, rule_of
from migov.work.results.kobo_maps import KoboMap
from migov.work.results.models import Dimension, Indicator, Measure
from migov.work.results.parts import dimensions_of
from migov.work.results.shapes import FRACTIONS

MOST_MAPS, MOST_RULES, MOST_ANSWERS = 20, 60, 200


class MapError(ValueError):
    """Something that cannot be kept. The text says why, for people; field: the one it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def add_map(project: Project, name: str, headings: Sequence[str], *, by: Actor, sheet: str = "") -> KoboMap:
    """Begin a form of a project with the columns of an export. Raises MapError, PermissionDenied."""
    access.require(by, "results.report", project.record)
    Project.objects.select_for_update().only("pk").get(pk=project.pk)
    title = _line(name, 120, "name")
    if not title:
        raise MapError(_("Give the form a name."), "name")
    there = list(KoboMap.objects.filter(project=project).values_list("name", flat=True))
    if title.lower() in map(str.lower, there):
        raise MapError(_("The project has a form with this name."), "name")
    if len(there) >= MOST_MAPS:
        raise MapError(_("At most %d forms.") % MOST_MAPS, "name")
    made = KoboMap.objects.create(
        project=project, name=title, sheet=_line(sheet, 120, "sheet"), headings=list(headings), changed_by_id=by.pk
    )
    journal.write("form export mapped", by=by, record=project.record, detail={"form": title})
    return made


@transaction.atomic
def set_columns(
    key: int, *, by: Actor, seen: int, date_column: str, place_column: str = "", places: Mapping[str, str] | None = None
) -> KoboMap:
    """Say which column holds the day of a row, and perhaps its place (answer → code). Raises MapError, PermissionDenied."""
    row = _held(key, by, seen)
    if date_column not in row.headings:
        raise MapError(_("Choose the column that holds the day of a row."), "date_column")
    if place_column and place_column not in row.headings:
        raise MapError(_("Choose one of the columns."), "place_column")
    named = dict(places or {})
    known = set(Place.objects.filter(code__in=set(named.values())).values_list("code", flat=True))
    if lacking := sorted(set(named.values()) - known):
        raise MapError(_("There is no place with the code “%s”.") % lacking[0], "places")
    row.date_column, row.place_column, row.places = date_column, place_column, named if place_column else {}
    return _kept(row, by)


@transaction.atomic
def set_headings(key: int, headings: Sequence[str], *, by: Actor, seen: int) -> KoboMap:
    """Take over the columns of a newer export. Rules that name columns that are gone stay, and say so. Raises as set_columns."""
    row = _held(key, by, seen)
    if row.headings != list(headings):
        row.headings = list(headings)
        _kept(row, by)
    return row


@transaction.atomic
def set_rule(key: int, rule: Rule, *, by: Actor, seen: int) -> KoboMap:
    """Keep how an indicator is counted, in the place of an earlier rule for it. Raises MapError, PermissionDenied."""
    row = _held(key, by, seen)
    _check(rule, row)
    kept = [one for one in row.rules if one["indicator"] != rule.indicator]
    if len(kept) >= MOST_RULES:
        raise MapError(_("At most %d rules.") % MOST_RULES)
    row.rules = [*kept, rule.as_json()]
    return _kept(row, by)


@transaction.atomic
def remove_rule(key: int, indicator: int, *, by: Actor, seen: int) -> KoboMap:
    """Count an indicator from this form no longer. Raises MapError, PermissionDenied."""
    row = _held(key, by, seen)
    row.rules = [one for one in row.rules if one["indicator"] != indicator]
    return _kept(row, by)


@transaction.atomic
def remove_map(key: int, *, by: Actor, seen: int) -> None:
    """Forget a form. Values that were read from it stay. Raises MapError, PermissionDenied."""
    row = _held(key, by, seen)
    detail = {"form": row.name, "rules": row.rules}
    row.delete()
    journal.write("form export forgotten", by=by, record=row.project.record, detail=detail)


def rules_of(row: KoboMap) -> list[Rule]:
    """The rules of a form."""
    return [rule_of(one) for one in row.rules]


def _held(key: int, by: Actor, seen: int) -> KoboMap:
    KoboMap.objects.select_for_update().only("pk").get(pk=key)
    row = KoboMap.objects.select_related("project__record__office").get(pk=key)
    access.require(by, "results.report", row.project.record)
    if row.revision != seen:
        raise MapError(_("Somebody else changed this form meanwhile. What stands now is shown."))
    return row


def _kept(row: KoboMap, by: Actor) -> KoboMap:
    row.revision += 1
    row.changed_at, row.changed_by_id = timezone.now(), by.pk
    row.save()
    detail: dict[str, Any] = {"form": row.name, "revision": row.revision, "rules": len(row.rules)}
    journal.write("form export mapped", by=by, record=row.project.record, detail=detail)
    return row


def _check(rule: Rule, row: KoboMap) -> None:
    """Whether a rule can be followed. Raises MapError."""
    indicator = Indicator.objects.standing().filter(project=row.project, pk=rule.indicator).first()
    if indicator is None:
        raise MapError(_("Choose an indicator of the project."), "indicator")
    if rule.kind not in Kind.values:
        raise MapError(_("Choose one of the list."), "kind")
    if rule.kind == Kind.SHARE and indicator.measure not in FRACTIONS:
        raise MapError(
            _("A share makes a percentage or a ratio; this indicator is a %s.") % indicator.get_measure_display(),
            "kind",
        )
    if rule.kind != Kind.SHARE and indicator.measure != Measure.NUMBER:
        raise MapError(
            _("Rows and sums make numbers; this indicator is a %s. Choose “share of rows” for percentages and ratios.")
            % indicator.get_measure_display(), "kind",
        )  # fmt: skip
    if rule.kind == Kind.SUM and not rule.column:
        raise MapError(_("Choose the column that is summed."), "column")
    if rule.kind == Kind.SHARE and rule.where is None:
        raise MapError(_("Say which rows count above the line."), "where_column")
    for name in rule.columns:
        if name not in row.headings:
            raise MapError(_("The form has no column “%s”.") % typed.short(name))
    answers = sum(len(one.answers) for one in (rule.where, rule.of, *rule.by) if one)
    if answers > MOST_ANSWERS:
        raise MapError(_("At most %d answers.") % MOST_ANSWERS)
    known = {one.code: one for one in dimensions_of([indicator])[indicator.pk]}
    for by in rule.by:
        _check_dimension(by, known)


def _check_dimension(by: By, known: Mapping[str, Dimension]) -> None:
    of = known.get(by.dimension)
    if of is None or not of.values:
        raise MapError(_("The indicator is not told apart by “%s”.") % typed.short(by.dimension), f"by_{by.dimension}")
    codes = [str(code) for code, _label in of.values]
    for answer, code in by.answers:
        if code not in codes:
            raise MapError(
                _("“%(answer)s = %(code)s”: %(dimension)s has no value “%(code)s”. It has: %(known)s.")
                % {"answer": answer, "code": code, "dimension": of.name, "known": ", ".join(codes)},
                f"answers_{by.dimension}",
            )


def _line(text: str, longest: int, name: str) -> str:
    try:
        return typed.line(text, longest)
    except typed.Unreadable as wrong:
        raise MapError(str(wrong), name) from wrong


def where(column: str, answers: Sequence[str]) -> Where | None:
    """A condition as a form has it: none without a column."""
    return Where(column, tuple(answers)) if column else None
