"""Routes that report: values put cell by cell, entries submitted. The same actions as the pages, so the same rules."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from migov.exchange.api.auth import require_writing
from migov.exchange.api.reading import project_or_404
from migov.exchange.api.schemas import CellIn, Key, SubmitIn, SubmitOut, ValuesIn, ValuesOut
from migov.foundation.people import access
from migov.foundation.places.models import Place
from migov.services.files.workbooks import text_of
from migov.work.results.actions import checking
from migov.work.results.actions.many import Cell, put_many
from migov.work.results.models import Entry

router = Router()
NOWHERE = 0  # a place that does not exist: the cell is refused as one of an unknown place


@router.post("/projects/{int:key}/values", response=ValuesOut, summary="Report values")
def put_values(request: HttpRequest, key: Key, given: ValuesIn) -> dict[str, Any]:
    """Each cell is judged by itself: what can be kept is kept as a draft, the rest is refused with what was expected.

    The answer is 200 also where cells were refused: look at `refused`. Values count once they are submitted and verified by somebody else.
    """
    by = require_writing(request)
    project = project_or_404(by, key)
    access.require(by, "results.report", project.record)
    codes = {one.place.upper() for one in given.values if one.place}
    places = dict(Place.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
    cells = [_cell(one, places) for one in given.values]
    outcomes = put_many(project, cells, by=by, way="api")
    refused = sum(bool(one.problem) for one in outcomes)
    return {
        "kept": len(outcomes) - refused, "refused": refused,
        "values": [
            {
                "at": at, "kept": not one.problem, "stands": one.shown, "problem": one.problem, "now": one.now,
                "entry": one.entry,
            }
            for at, one in enumerate(outcomes)
        ],
    }  # fmt: skip


def _cell(one: CellIn, places: dict[str, int]) -> Cell:
    place = places.get(one.place.upper(), NOWHERE) if one.place else None
    part = tuple(one.part.items()) if one.part else None
    return Cell(one.indicator, one.period, one.field, text_of(one.value), part, place, one.was)


@router.post("/projects/{int:key}/submit", response=SubmitOut, summary="Submit entries")
def submit(request: HttpRequest, key: Key, given: SubmitIn) -> dict[str, Any]:
    """Hand entries in, to be verified by somebody else. Those that cannot be submitted stay as they are, each with the reason."""
    by = require_writing(request)
    project = project_or_404(by, key)
    access.require(by, "results.report", project.record)
    keys = list(dict.fromkeys(given.entries))
    if Entry.objects.filter(indicator__project=project, pk__in=keys).count() < len(keys):
        raise Http404(_("One of the entries is not of this project."))
    done = checking.take("submit", keys, by=by)
    return {
        "submitted": [one.pk for one in done.done],
        "refused": [{"entry": key, "reason": reason} for key, reason in done.refused.items()],
    }
