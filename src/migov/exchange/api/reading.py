"""Routes that read: projects, their indicators and entries, standard indicators, measurements. Each through the rules of access."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from migov.exchange.api.auth import person
from migov.exchange.api.paging import Moment, PageNumber, Size, page_of
from migov.exchange.api.schemas import (
    EntryOut,
    IndicatorOut,
    Key,
    Measurements,
    Page,
    ProjectOut,
    StandardOut,
)
from migov.foundation.history import known_at
from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.foundation.places.actions import notes
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace, Stage
from migov.work.projects.models import Project
from migov.work.projects.queries import projects_for
from migov.work.results import library_queries, shapes
from migov.work.results.models import (
    Entry,
    EntryStatus,
    Indicator,
    Measure,
    Measurement,
    MeasurementKind,
    StandardIndicator,
)
from migov.work.results.parts import dimensions_of
from migov.work.results.queries import indicator_rows

router = Router()
MOST_MEASUREMENTS = 1000
Words = Annotated[str, Query(max_length=200)]
KINDS = {MeasurementKind.BASELINE: "baseline", MeasurementKind.TARGET: "target", MeasurementKind.ACTUAL: "actual"}


def project_or_404(user: User, key: int) -> Project:
    """A project that somebody sees. Raises Http404."""
    if not projects_for(user).filter(pk=key).exists():
        raise Http404(_("There is no such project, or you may not see it."))
    return Project.objects.select_related("record__office").get(pk=key)


@router.get("/projects", response=Page[ProjectOut], summary="Projects that you may see")
def projects(
    request: HttpRequest, words: Words = "", reference: Words = "", stage: Words = "", country: Words = "",
    changed_since: Moment | None = None, page: PageNumber = 1, size: Size = 50,
) -> dict[str, Any]:  # fmt: skip
    """words: each must stand in the title. country: its code, such as MDA. changed_since: only what changed at that moment or later."""
    found = projects_for(person(request))
    for word in words.replace("\x00", "").split():
        found = found.filter(title__icontains=word)
    if reference:
        found = found.filter(reference=reference.replace("\x00", ""))
    if stage:
        if stage not in Stage.values:
            raise Http404(
                _("There is no stage “%(one)s”. Known: %(known)s.") % {"one": stage, "known": ", ".join(Stage.values)}
            )
        found = found.filter(stage=stage)
    if country:
        there = RecordPlace.objects.current().filter(place__code=country.upper().replace("\x00", ""))
        found = found.filter(pk__in=there.values("record_id"))
    if changed_since is not None:
        found = found.filter(changed_at__gte=changed_since)
    return page_of(found.select_related("office").order_by("pk"), page, size, _projects)


@router.get("/projects/{int:key}", response=ProjectOut, summary="One project")
def project(request: HttpRequest, key: Key) -> dict[str, Any]:
    return _projects([project_or_404(person(request), key).record])[0]


def _projects(records: Sequence[Record]) -> list[dict[str, Any]]:
    places: dict[int, list[Place]] = defaultdict(list)
    rows = RecordPlace.objects.current().filter(record__in=records).select_related("place").order_by("place__code")
    for row in rows:
        places[row.record_id].append(row.place)
    return [
        {
            "id": one.pk, "reference": one.reference, "title": one.title, "summary": one.summary, "stage": one.stage,
            "office": one.office.name if one.office else None, "starts": one.starts, "ends": one.ends,
            "places": [_place(place) for place in places[one.pk]], "illustrative": one.illustrative,
            "changed_at": one.changed_at,
        }
        for one in records
    ]  # fmt: skip


def _place(place: Place) -> dict[str, str]:
    return {
        "code": place.code, "name": place.name, "footnote": notes()["kosovo_footnote"] if place.needs_footnote else ""
    }  # fmt: skip


@router.get("/projects/{int:key}/indicators", response=Page[IndicatorOut], summary="Indicators, periods and values")
def indicators(request: HttpRequest, key: Key, page: PageNumber = 1, size: Size = 50) -> dict[str, Any]:
    """The standing indicators of a project with their periods, what was aimed at and what stands today."""
    of = project_or_404(person(request), key)
    found = Indicator.objects.standing().filter(project=of).order_by("order", "pk").values_list("pk", flat=True)
    return page_of(found, page, size, _indicators)


def _indicators(keys: Sequence[int]) -> list[dict[str, Any]]:
    rows = indicator_rows(Indicator.objects.filter(pk__in=keys).select_related("result__record"))
    dimensions = dimensions_of(row.indicator for row in rows)
    return [
        {
            "id": row.indicator.pk, "title": row.indicator.title, "definition": row.indicator.definition,
            "unit": row.indicator.unit, "measure": row.indicator.measure, "result": row.indicator.result.record.title,
            "level": row.indicator.result.level, "standard": row.indicator.standard and row.indicator.standard.code,
            "ascending": row.indicator.ascending, "across_periods": row.indicator.across_periods,
            "counts_people": row.indicator.counts_people, "frequency": row.indicator.frequency,
            "scale": row.indicator.scale, "fields": list(shapes.fields_of(row.indicator.measure)),
            "dimensions": [
                {"code": one.code, "name": one.name, "values": {str(code): str(label) for code, label in one.values}}
                for one in dimensions[row.indicator.pk]
            ],
            "baseline": row.baseline.value, "state": row.state,
            "periods": [
                {
                    "id": one.key, "starts": one.starts, "ends": one.ends, "target": one.target.value,
                    "actual": one.actual.value, "target_words": one.target_words, "actual_words": one.actual_words,
                    "state": one.state,
                }
                for one in row.periods
            ],
        }
        for row in rows
    ]  # fmt: skip


@router.get("/projects/{int:key}/entries", response=Page[EntryOut], summary="What was reported, in all its states")
def entries(
    request: HttpRequest, key: Key, status: EntryStatus | None = None, indicator: Key | None = None,
    page: PageNumber = 1, size: Size = 50,
) -> dict[str, Any]:  # fmt: skip
    """Drafts and submitted values count nowhere yet; only people of the office see entries."""
    of = project_or_404(person(request), key)
    if not access.is_internal(person(request)):
        raise PermissionDenied(_("Only people of the office see what is not verified yet."))
    found = Entry.objects.filter(indicator__project=of)
    if status is not None:
        found = found.filter(status=status)
    if indicator is not None:
        found = found.filter(indicator=indicator)
    return page_of(found.select_related("place").prefetch_related("values__slice").order_by("pk"), page, size, _entries)


def _entries(rows: Sequence[Entry]) -> list[dict[str, Any]]:
    same = (
        "number",
        "status",
        "way",
        "comment",
        "source",
        "note",
        "revision",
        "changed_at",
        "submitted_at",
        "verified_at",
    )
    return [
        {
            **{name: getattr(one, name) for name in same}, "id": one.pk, "indicator": one.indicator_id,
            "period": one.period_id, "place": one.place.code if one.place else None,
            "values": [_amount(value) for value in one.values.all()],
        }
        for one in rows
    ]  # fmt: skip


def _amount(row: Any) -> dict[str, Any]:
    return {
        "part": dict(row.slice.parts) if row.slice else {}, "value": _number(row.value), "words": row.words,
        "numerator": _number(row.numerator), "denominator": _number(row.denominator),
    }  # fmt: skip


def _number(value: Decimal | None) -> str | None:
    return None if value is None else shapes.digits(value)


@router.get("/standard-indicators", response=Page[StandardOut], summary="The library of standard indicators")
def standard_indicators(
    request: HttpRequest, words: Words = "", measure: Measure | None = None, element: Words = "", retired: bool = False,
    page: PageNumber = 1, size: Size = 50,
) -> dict[str, Any]:  # fmt: skip
    """element: framework and code, such as "gcm 10", or a framework alone."""
    state = library_queries.RETIRED if retired else library_queries.OFFERED
    filter = library_queries.read_filter(
        {"q": words, "measure": measure or "", "element": element.replace("\x00", ""), "state": state}
    )
    return page_of(_with_lists(library_queries.standards(filter)), page, size, _standards)


@router.get("/standard-indicators/{slug:code}", response=StandardOut, summary="One standard indicator")
def standard_indicator(request: HttpRequest, code: str) -> dict[str, Any]:
    found = list(_with_lists(StandardIndicator.objects.filter(code=code)))
    if not found:
        raise Http404(_("There is no standard indicator with this code."))
    return _standards(found)[0]


def _with_lists(found: Any) -> Any:
    return found.prefetch_related("dimensions", Prefetch("elements__framework"))


def _standards(rows: Sequence[StandardIndicator]) -> list[dict[str, Any]]:
    same = (
        "code", "title", "definition", "method", "unit", "measure", "across_periods", "across_projects", "counts_people", "version",
    )  # fmt: skip
    return [
        {
            **{name: getattr(one, name) for name in same}, "retired": one.retired_at is not None,
            "dimensions": [dimension.code for dimension in one.dimensions.all()],
            "elements": [[element.framework.code, element.code] for element in one.elements.all()],
        }
        for one in rows
    ]  # fmt: skip


@router.get("/measurements", response=Measurements, summary="Values that count, row by row")
def measurements(
    request: HttpRequest, project: Key | None = None, indicator: Key | None = None, standard: Words = "",
    kind: Annotated[str, Query(pattern="^(baseline|target|actual|)$")] = "", starts: date | None = None,
    ends: date | None = None, known_at_moment: Annotated[Moment | None, Query(alias="known_at")] = None,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0, size: Annotated[int, Query(ge=1, le=MOST_MEASUREMENTS)] = 200,
) -> dict[str, Any]:  # fmt: skip
    """Of the projects that you may see. starts, ends: of periods that lie between these days. known_at: as it was known at that moment.

    Rows come in the order of their numbers; `next` is given as `after` for those that follow.
    """
    moment: datetime | None = known_at_moment
    seen = projects_for(person(request)).values("pk")
    found = Measurement.objects.filter(
        known_at(moment), pk__gt=after, indicator__project_id__in=seen,
        indicator__in=Indicator.objects.standing().values("pk"),
    )  # fmt: skip
    if project is not None:
        found = found.filter(indicator__project_id=project)
    if indicator is not None:
        found = found.filter(indicator_id=indicator)
    if standard:
        found = found.filter(indicator__standard__code=standard.replace("\x00", ""))
    if kind:
        found = found.filter(kind=next(code for code, name in KINDS.items() if name == kind))
    if starts is not None:
        found = found.filter(period__starts__gte=starts)
    if ends is not None:
        found = found.filter(period__ends__lte=ends)
    related = ("indicator__standard", "indicator__project__record", "period", "slice", "place")
    rows = list(found.select_related(*related).order_by("pk")[: size + 1])
    more = len(rows) > size
    return {"items": [_measurement(one) for one in rows[:size]], "next": rows[size - 1].pk if more else None}


def _measurement(one: Measurement) -> dict[str, Any]:
    indicator = one.indicator
    return {
        **_amount(one), "id": one.pk, "project": indicator.project_id, "indicator": indicator.pk,
        "standard": indicator.standard.code if indicator.standard else None, "period": one.period_id,
        "starts": one.period.starts if one.period else None, "ends": one.period.ends if one.period else one.date,
        "kind": KINDS[MeasurementKind(one.kind)], "place": one.place.code if one.place else None,
        "location": one.location_ref, "comment": one.comment, "illustrative": indicator.project.record.illustrative,
        "recorded_at": one.recorded_at, "superseded_at": one.superseded_at,
    }  # fmt: skip
