"""How often an indicator is measured, and the periods that follow from it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.results.actions.ground import ReportingError, reportable
from migov.work.results.models import Entry, Frequency, Indicator, Measurement, Period

MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.HALF_YEARLY: 6, Frequency.YEARLY: 12}
MOST = 400  # periods of one indicator


def spans(frequency: str, starts: date, ends: date) -> list[tuple[date, date]]:
    """The periods between two days, both included: calendar months, quarters, half-years or years, the first and last cut to the days.

    "once" is one period over the whole time. Raises ReportingError for more than 400 periods, ValueError for another frequency.
    """
    if frequency == Frequency.ONCE:
        return [(starts, ends)]
    months = MONTHS[Frequency(frequency)]
    found: list[tuple[date, date]] = []
    first = date(starts.year, (starts.month - 1) // months * months + 1, 1)
    while first <= ends:
        following = date(first.year + (first.month - 1 + months) // 12, (first.month - 1 + months) % 12 + 1, 1)
        found.append((max(first, starts), min(following - timedelta(days=1), ends)))
        if len(found) > MOST:
            raise ReportingError(_("That would be more than %s periods. Check the dates of the project.") % MOST)
        first = following
    return found


@transaction.atomic
def set_frequency(indicator: Indicator, frequency: str, *, by: Actor) -> int:
    """Have an indicator measured so often: missing periods are added over the time of its project. Returns how many.

    Periods that hold nothing are removed where they do not fit; one with a target, a value or an entry stays. Raises ReportingError
    where the project has no dates.
    """
    indicator = reportable(indicator, by)
    wanted = _wanted(indicator, frequency)
    there = {(period.starts, period.ends): period.pk for period in indicator.periods.all()}
    used = Measurement.objects.filter(period=OuterRef("pk"))
    entered = Entry.objects.filter(period=OuterRef("pk"))
    idle = [pk for span, pk in there.items() if span not in wanted]
    removed, _each = indicator.periods.filter(~Exists(used), ~Exists(entered), pk__in=idle).delete()
    fresh = [span for span in wanted if span not in there]
    Period.objects.bulk_create(Period(indicator=indicator, starts=starts, ends=ends) for starts, ends in fresh)
    _order(indicator)
    Indicator.objects.filter(pk=indicator.pk).update(frequency=frequency)
    detail = {"indicator": indicator.title, "frequency": frequency, "added": len(fresh), "removed": removed}
    journal.write("periods set", by=by, record=indicator.project.record, detail=detail)
    return len(fresh)


def _wanted(indicator: Indicator, frequency: str) -> list[tuple[date, date]]:
    if not frequency:
        return []
    project, record = indicator.project, indicator.project.record
    starts = project.actual_start or project.planned_start or record.starts
    ends = project.actual_end or project.planned_end or record.ends
    if starts is None or ends is None or ends < starts:
        raise ReportingError(_("Periods are made between the start and the end of the project. Give both first."))
    return spans(frequency, starts, ends)


def _order(indicator: Indicator) -> None:
    rows = list(indicator.periods.order_by("starts", "ends", "pk"))
    for place, row in enumerate(rows):
        row.order = place
    Period.objects.bulk_update(rows, ["order"])
