"""Taking a piece of work of the demonstration through clearance: handed in, read by two colleagues, decided."""

from __future__ import annotations

from collections.abc import Sequence

from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.clearance import actions as clearance
from migov.services.clearance.models import Review as Seat
from migov.services.clearance.models import Submission


def clear(
    record: Record, subject: str, *, author: User, readers: Sequence[User], endorser: User, note: str, reason: str
) -> Submission:
    """Hand it in, let the readers clear it (empty seats are given to them), and decide that it is cleared."""
    made: Submission = clearance.submit(record, subject=subject, note=note, by=author)
    for reader in readers:
        seats = Seat.objects.filter(clearance=made.clearance_id, ended_at__isnull=True)
        empty = seats.filter(reviewer__isnull=True).first()
        if seats.filter(reviewer=reader).exists():
            continue
        if empty is not None:
            clearance.reassign(empty, to=reader, reason=note, by=endorser)
        else:
            clearance.assign(made.clearance, person=reader, by=endorser)
    for seat in Seat.objects.filter(clearance=made.clearance_id, ended_at__isnull=True).select_related("reviewer"):
        if seat.reviewer is not None:
            clearance.judge(seat, round=made.number, rest="yes", by=seat.reviewer, opinion="clear")
    clearance.decide(made.clearance, round=made.number, outcome="cleared", reason=reason, by=endorser)
    return made
