"""The rows behind decisions: locking the record, superseding one row by the next, dropping shares, noting it in the
journal.

Actions stand on these; nothing else calls them.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.alignment.errors import AlignmentError, AlreadyDecided, StaleDecision, WrongShares
from migov.services.alignment.models import Alignment, Status
from migov.services.alignment.shares import TOLERANCE, WHOLE


def lock(record: Record) -> Record:
    """The record's row, locked until the transaction ends. Raises AlignmentError for a record that was removed."""
    locked = Record.objects.select_for_update().get(pk=record.pk)
    if locked.removed_at is not None:
        raise AlignmentError(_("“%(record)s” was removed from the register.") % {"record": locked})
    return locked


def standing(record: Record, element: Element) -> Alignment | None:
    """What stands between a record and an element now."""
    current = Alignment.objects.current().filter(record=record, element=element)
    found: Alignment | None = current.select_related("decided_by", "element__framework").first()
    return found


def take(alignment: Alignment | int, by: Actor) -> Alignment:
    """The row that a decision is about, its record locked. Raises StaleDecision when it does not stand any more."""
    key = alignment if isinstance(alignment, int) else alignment.pk
    record = lock(Record(pk=Alignment.objects.values_list("record_id", flat=True).get(pk=key)))
    access.require(by, "alignment.decide", record)
    row: Alignment = Alignment.objects.select_related("element__framework", "decided_by").get(pk=key)
    row.record = record
    if row.superseded_at is not None:
        raise StaleDecision(standing(record, row.element))
    return row


def supersede(before: Alignment, at: datetime) -> None:
    if at < before.recorded_at:
        raise ValueError(f"{at} is before {before.recorded_at}, when what it supersedes was recorded")
    Alignment.objects.filter(pk=before.pk).supersede(at)


def append(
    record: Record, element: Element, before: Alignment | None, *, by: Actor | None, at: datetime, **fields: Any
) -> Alignment:
    """Add a row in the place of the one before. Raises AlreadyDecided when another row took the place meanwhile."""
    if before is not None:
        supersede(before, at)
    decided = fields["status"] != Status.PROPOSED
    try:
        with transaction.atomic():
            made: Alignment = Alignment.objects.create(
                record=record, element=element, recorded_at=at, decided_at=at if decided else None,
                decided_by=by if isinstance(by, User) else None, **fields,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyDecided(standing(record, element)) from error
    return made


def drop_shares(record: Record, framework: int, at: datetime) -> list[str]:
    """Forget the shares set for a record in a framework: they no longer sum to 100. Returns the codes of their
    elements.
    """
    rows = Alignment.objects.current().filter(record=record, element__framework=framework, share__isnull=False)
    dropped = []
    for row in rows.select_related("element"):
        replace_share(row, None, at)
        dropped.append(row.element.code)
    return dropped


def replace_share(row: Alignment, share: Decimal | None, at: datetime) -> Alignment:
    """Supersede a row by one that differs only in its share; who decided the alignment, and when, stays as it was."""
    supersede(row, at)
    copied = ("record_id", "element_id", "origin", "significance", "status", "note", "source", "reasons")
    kept = {name: getattr(row, name) for name in (*copied, "decided_by_id", "decided_at")}
    made: Alignment = Alignment.objects.create(**kept, share=share, recorded_at=at)
    return made


def check_share(record: Record, element: Element, share: Decimal) -> None:
    if record.parent_id is not None:
        raise WrongShares(_("Only the project shares its money, not its results."))
    others = Alignment.objects.current().filter(
        record=record, element__framework=element.framework_id, share__isnull=False
    )
    stated = (row.share or Decimal(0) for row in others.exclude(element=element))
    total = sum(stated, Decimal(share))
    if not 0 <= share <= WHOLE or total > WHOLE + TOLERANCE:
        message = _("The shares would be %(total)s %% together; they cannot pass 100 %%.") % {"total": f"{total:f}"}
        raise WrongShares(message, {element.pk: message})


def note(
    verb: str,
    made: Alignment | None,
    before: Alignment | None,
    *,
    by: Actor,
    at: datetime,
    shares_dropped: list[str] | None = None,
    said: str = "",
) -> None:
    """Write a decision into the journal: what it was about, what stood before, what stands now."""
    row = made or before
    assert row is not None  # noqa: S101 (a decision is about a row)
    detail: dict[str, Any] = {"framework": row.element.framework.code, "element": row.element.code}
    if before is not None:
        detail["before"] = before.status
    if made is not None:
        detail |= {"now": made.status, "significance": made.significance}
    if words := said or (made.note if made else ""):
        detail["note"] = words
    if shares_dropped:
        detail["shares_dropped"] = shares_dropped
    journal.write(verb, by=by, record=row.record, detail=detail, at=at)
