"""Declaring which indicators count the same people: the only way in which a roll-up adds people of one project, or takes some off."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.shell import typed
from migov.work.results.actions.ground import ReportingError
from migov.work.results.models import Indicator
from migov.work.results.overlaps import Overlap, OverlapKind, OverlapMember

LONGEST_REASON = 1000


@transaction.atomic
def declare(
    indicators: Iterable[int], *, kind: str, reason: str, by: Actor, twice: Decimal | None = None
) -> Overlap:  # fmt: skip
    """Say whether some indicators count the same people. What was declared about any of them before is withdrawn, whole.

    twice: how many people are counted more than once, for kind "partly". Raises ReportingError for fewer than two indicators, other
    units, no reason or a number that does not fit the kind; PermissionDenied where `by` may not see to all their projects.
    """
    why = typed.tidy(reason, LONGEST_REASON)
    if kind not in OverlapKind.values:
        raise ReportingError(_("Say whether they count the same people."))
    if not why:
        raise ReportingError(_("Say how you know: the reason stands beside every figure that follows from it."))
    if (kind == OverlapKind.PARTLY) != (twice is not None) or (twice is not None and twice <= 0):
        raise ReportingError(_("How many people are counted twice is a number above zero, given for “partly” only."))
    rows = _held(indicators, by)
    if len(rows) < 2:
        raise ReportingError(_("Choose at least two indicators."))
    if len({(row.standard_id, row.unit.strip().lower()) for row in rows if row.unit}) > 1:
        raise ReportingError(
            _("These indicators have different units or standards: they are never added to each other.")
        )
    at = timezone.now()
    _withdraw({row.pk for row in rows}, at)
    made = Overlap.objects.create(kind=kind, twice=twice, reason=why, by_id=by.pk, recorded_at=at)
    OverlapMember.objects.bulk_create(OverlapMember(overlap=made, indicator=row, recorded_at=at) for row in rows)
    _tell(
        rows,
        "overlap declared",
        {"overlap": made.pk, "kind": kind, "reason": why} | ({"twice": str(twice)} if twice else {}),
        by,
    )
    return made


@transaction.atomic
def withdraw(overlap: Overlap, *, by: Actor) -> None:
    """What was declared does not hold any more: the indicators are counted as if nothing were known. Raises PermissionDenied."""
    keys = overlap.members.current().values_list("indicator_id", flat=True)
    rows = _held(list(keys), by)
    _withdraw({row.pk for row in rows}, timezone.now())
    _tell(rows, "overlap withdrawn", {"overlap": overlap.pk}, by)


def _held(indicators: Iterable[int], by: Actor) -> list[Indicator]:
    keys = list(dict.fromkeys(indicators))
    list(Indicator.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    rows = list(
        Indicator.objects.standing().filter(pk__in=keys).select_related("project__record__office").order_by("pk")
    )
    if len(rows) < len(keys):
        raise ReportingError(_("One of the indicators is no longer there."))
    for record in {row.project_id: row.project.record for row in rows}.values():
        access.require(by, "results.verify", record)
    return rows


def _withdraw(indicators: set[int], at: object) -> None:
    """Declarations are withdrawn whole: half of one would say something that nobody said."""
    touched = OverlapMember.objects.current().filter(indicator__in=indicators).values_list("overlap_id", flat=True)
    overlaps = list(touched.distinct())
    OverlapMember.objects.current().filter(overlap__in=overlaps).update(superseded_at=at)
    Overlap.objects.current().filter(pk__in=overlaps).update(superseded_at=at)


def _tell(rows: list[Indicator], verb: str, detail: dict[str, object], by: Actor) -> None:
    of: dict[int, list[Indicator]] = {}
    for row in rows:
        of.setdefault(row.project_id, []).append(row)
    for some in of.values():
        named = {"indicators": [row.title for row in some]}
        journal.write(verb, by=by, record=some[0].project.record, detail=detail | named)
