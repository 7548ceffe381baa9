"""What every act of reporting begins with: the right to do it, the row read anew and held until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records.models import Record, Stage
from migov.work.results.models import Entry, Indicator

REPORTED_IN = (Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING, Stage.CLOSED, "")  # an imported project may have no stage


class ReportingError(ValueError):
    """Something that cannot be done now. The text says why, for people."""


class Conflict(ReportingError):
    """Somebody else changed the same cell meanwhile. now: what stands; mine: what was not saved."""

    def __init__(self, message: str, *, now: str, mine: str) -> None:
        super().__init__(message)
        self.now, self.mine = now, mine


def reportable(indicator: int | Indicator, by: Actor) -> Indicator:
    """The indicator, held, if `by` may report its values now. Raises Indicator.DoesNotExist, PermissionDenied, ReportingError."""
    key = indicator if isinstance(indicator, int) else indicator.pk
    Indicator.objects.select_for_update().only("pk").get(pk=key)
    found = Indicator.objects.select_related("project__record__office", "result__record").get(pk=key)
    record = found.project.record
    access.require(by, "results.report", record)
    if found.removed_at is not None or found.result.record.removed_at is not None:
        raise ReportingError(_("This indicator was taken out of the results matrix."))
    if record.stage not in REPORTED_IN:
        raise ReportingError(
            _("The project is “%s”: values are reported once it is active.") % record.get_stage_display()
        )
    return found


def held(entries: Iterable[int], permission: str, by: Actor) -> list[Entry]:
    """Entries in their order, each held, if `by` has a permission for all their projects. Raises PermissionDenied, Entry.DoesNotExist.

    Indicators are held first and in order, so that two people who act on many at once wait for each other instead of for ever.
    """
    keys = list(dict.fromkeys(entries))
    of = list(Entry.objects.filter(pk__in=keys).order_by("indicator_id").values_list("indicator_id", flat=True))
    list(Indicator.objects.select_for_update().filter(pk__in=of).order_by("pk").values_list("pk"))
    found = (
        Entry.objects.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .select_related("indicator__project__record__office", "indicator__result__record", "period", "place")
        .order_by("indicator_id", "period_id", "number")
    )
    rows = list(found)
    if len(rows) < len(keys):
        raise Entry.DoesNotExist(_("One of the values is no longer there."))
    for record in {row.indicator.project_id: row.indicator.project.record for row in rows}.values():
        access.require(by, permission, record)
    return rows


def projects_of(entries: Iterable[Entry]) -> dict[Record, list[Entry]]:
    """Entries by the record of their project."""
    found: dict[Record, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.indicator.project.record, []).append(entry)
    return found
