"""Facts of the record that a step or a change of the head touches: its state, places and themes. Never overwritten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace, RecordState
from migov.work.proposals.actions.ground import ProposalError

MOST_YEARS = 20  # between today and the first day of a project


def keep_state(record: Record, at: datetime) -> None:
    """Make the state that stands say what the record says: office, stage and dates. Nothing happens where it does already."""
    standing = RecordState.objects.current().filter(record=record)
    now = (record.office_id, record.stage, record.starts, record.ends)
    if list(standing.values_list("office_id", "stage", "starts", "ends")) == [now]:
        return
    standing.supersede(at)
    office, stage, starts, ends = now
    RecordState.objects.create(record=record, office_id=office, stage=stage, starts=starts, ends=ends, recorded_at=at)


def keep_places(record: Record, places: Collection[Place], at: datetime) -> None:
    """Make the record's places these; shares of those that stay are kept only where the set is the same."""
    standing = RecordPlace.objects.current().filter(record=record)
    wanted = {place.pk for place in places}
    if set(standing.values_list("place_id", flat=True)) == wanted:
        return
    standing.supersede(at)
    RecordPlace.objects.bulk_create(RecordPlace(record=record, place=place, recorded_at=at) for place in places)


def end_of(starts: date | None, months: int | None) -> date | None:
    """The last day of so many months from a day; None where either is not known."""
    if starts is None or not months:
        return None
    return date.fromordinal(later(starts, months).toordinal() - 1)


def check_start(day: date | None) -> None:
    """Raises ProposalError for a first day that lies so far away that it can only be a slip."""
    today = timezone.localdate()
    first, last = later(today, -12 * MOST_YEARS), later(today, 12 * MOST_YEARS)
    if day is not None and not first <= day <= last:
        raise ProposalError(
            _("The first day lies between %(first)s and %(last)s.")
            % {"first": first.isoformat(), "last": last.isoformat()}
        )


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it is shorter."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    if year > date.max.year:
        return date.max
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


def months_between(starts: date, ends: date) -> int:
    """How many months, begun ones counted, lie between two days, both included. At least one."""
    months = (ends.year - starts.year) * 12 + ends.month - starts.month
    while months > 0 and later(starts, months) > ends:
        months -= 1
    whole = end_of(starts, months)
    return max(1, months if whole == ends else months + 1)
