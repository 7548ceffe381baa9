"""Deciding what a piece of work is aligned to.

Every decision appends a row and supersedes the one before, so that what stood on an earlier day can be asked. The
record's row is locked while a decision is taken: two people who decide at once take turns, and the second is told
what the first decided. The database holds the last guard, one current row for a record and an element.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people import access
from migov.foundation.people.access import SYSTEM, Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.alignment import ledger
from migov.services.alignment.errors import AlignmentError, AlreadyDecided, WrongShares
from migov.services.alignment.models import Alignment, Origin, Significance, Status
from migov.services.alignment.shares import WHOLE, sums_to_whole


@transaction.atomic
def declare(
    record: Record,
    element: Element,
    *,
    by: Actor,
    significance: str = Significance.SIGNIFICANT,
    note: str = "",
    share: Decimal | None = None,
    at: datetime | None = None,
) -> Alignment:
    """Say that a record is aligned to an element: confirmed at once. A standing proposal is taken up by it.

    share: percent of the money; several shares of one framework are better set together by `set_shares`.
    Raises AlreadyDecided when the element is confirmed or rejected for this record, WrongShares, PermissionDenied.
    """
    locked, at = ledger.lock(record), at or timezone.now()
    access.require(by, "alignment.declare", locked)
    before = ledger.standing(locked, element)
    if before is not None and before.status != Status.PROPOSED:
        raise AlreadyDecided(before)
    if element.retired_at is not None:
        raise AlignmentError(_("%(element)s is no longer part of its framework.") % {"element": element})
    if share is not None:
        ledger.check_share(locked, element, share)
    made = ledger.append(
        locked, element, before, by=by, at=at, origin=Origin.DECLARED, status=Status.CONFIRMED,
        significance=Significance(significance), note=note, share=share,
        reasons=before.reasons if before else None, source=before.source if before else "",
    )  # fmt: skip
    dropped = ledger.drop_shares(locked, element.framework_id, at) if share is None else []
    ledger.note("alignment declared", made, before, by=by, at=at, shares_dropped=dropped)
    return made


@transaction.atomic
def propose(
    record: Record,
    element: Element,
    *,
    origin: str,
    source: str = "",
    reasons: Any = None,
    significance: str = Significance.SIGNIFICANT,
    by: Actor = SYSTEM,
    at: datetime | None = None,
) -> Alignment:
    """Propose an alignment for people to decide. What people decided stands and is given back as it is.

    A standing proposal is given back too, or superseded when the new one has another origin, source, significance or
    reasons. Raises PermissionDenied.
    """
    locked, at = ledger.lock(record), at or timezone.now()
    access.require(by, "alignment.declare", locked)
    before = ledger.standing(locked, element)
    new = {"origin": Origin(origin), "source": source, "reasons": reasons, "significance": Significance(significance)}
    if before is not None and (
        before.status != Status.PROPOSED or all(getattr(before, name) == value for name, value in new.items())
    ):
        return before
    made = ledger.append(locked, element, before, by=None, at=at, status=Status.PROPOSED, **new)
    ledger.note("alignment proposed", made, before, by=by, at=at)
    return made


@transaction.atomic
def confirm(
    alignment: Alignment | int,
    *,
    by: Actor,
    significance: str | None = None,
    note: str | None = None,
    at: datetime | None = None,
) -> Alignment:
    """Confirm a proposal, overturn a rejection, or change the significance of what is confirmed. Returns the new row.

    Raises StaleDecision when the row given no longer stands, AlreadyDecided when nothing would change,
    PermissionDenied.
    """
    before, at = ledger.take(alignment, by), at or timezone.now()
    weight = Significance(significance or before.significance)
    if before.status == Status.CONFIRMED and before.significance == weight:
        raise AlreadyDecided(before)
    stood = before.status == Status.CONFIRMED
    made = ledger.append(
        before.record, before.element, before, by=by, at=at, origin=before.origin, status=Status.CONFIRMED,
        significance=weight, note=before.note if note is None else note, source=before.source,
        reasons=before.reasons, share=before.share if stood else None,
    )  # fmt: skip
    dropped = [] if stood else ledger.drop_shares(before.record, before.element.framework_id, at)
    ledger.note("alignment confirmed", made, before, by=by, at=at, shares_dropped=dropped)
    return made


@transaction.atomic
def reject(alignment: Alignment | int, *, by: Actor, note: str | None = None, at: datetime | None = None) -> Alignment:
    """Say that a record is not aligned to an element after all; it will not be proposed again. Returns the new row.

    Raises StaleDecision, AlreadyDecided, PermissionDenied.
    """
    before, at = ledger.take(alignment, by), at or timezone.now()
    if before.status == Status.REJECTED:
        raise AlreadyDecided(before)
    made = ledger.append(
        before.record, before.element, before, by=by, at=at, origin=before.origin, status=Status.REJECTED,
        significance=before.significance, note=before.note if note is None else note, source=before.source,
        reasons=before.reasons,
    )  # fmt: skip
    counted = before.status == Status.CONFIRMED
    dropped = ledger.drop_shares(before.record, before.element.framework_id, at) if counted else []
    ledger.note("alignment rejected", made, before, by=by, at=at, shares_dropped=dropped)
    return made


@transaction.atomic
def withdraw(alignment: Alignment | int, *, by: Actor, note: str = "", at: datetime | None = None) -> None:
    """Take a decision or a proposal back, as if it had not been made; the row stays for earlier days.

    Raises StaleDecision, PermissionDenied.
    """
    before, at = ledger.take(alignment, by), at or timezone.now()
    ledger.supersede(before, at)
    counted = before.status == Status.CONFIRMED
    dropped = ledger.drop_shares(before.record, before.element.framework_id, at) if counted else []
    ledger.note("alignment withdrawn", None, before, by=by, at=at, shares_dropped=dropped, said=note)


@transaction.atomic
def set_shares(
    record: Record, framework: Framework, percents: Mapping[int, Decimal], *, by: Actor, at: datetime | None = None
) -> list[Alignment]:
    """Say how a project's money is shared between its confirmed elements of one framework: element's key → percent.

    Every confirmed element has a share, they sum to 100 (± 0.01). Raises WrongShares with what is wrong by element,
    PermissionDenied.
    """
    locked, at = ledger.lock(record), at or timezone.now()
    access.require(by, "alignment.decide", locked)
    if locked.parent_id is not None:
        raise WrongShares(_("Only the project shares its money, not its results."))
    rows = {row.element_id: row for row in _confirmed(locked, framework)}
    rounded = {element: Decimal(percent).quantize(Decimal("0.0001")) for element, percent in percents.items()}
    _check_shares(rows, rounded)
    made = []
    for element, row in rows.items():
        same = row.share == rounded[element]
        made.append(row if same else ledger.replace_share(row, rounded[element], at))
    if made != list(rows.values()):
        said = {row.element.code: f"{rounded[element].normalize():f}" for element, row in rows.items()}
        journal.write("shares set", by=by, record=locked, detail={"framework": framework.code, "shares": said}, at=at)
    return made


@transaction.atomic
def clear_shares(record: Record, framework: Framework, *, by: Actor, at: datetime | None = None) -> int:
    """Forget the shares that people set, so that principal and significant weigh again. Returns how many. Raises
    PermissionDenied.
    """
    locked, at = ledger.lock(record), at or timezone.now()
    access.require(by, "alignment.decide", locked)
    dropped = ledger.drop_shares(locked, framework.pk, at)
    if dropped:
        detail = {"framework": framework.code, "shares_dropped": dropped}
        journal.write("shares cleared", by=by, record=locked, detail=detail, at=at)
    return len(dropped)


@dataclass
class Outcome:
    """What became of many decisions: the new rows, and for those not taken the row's key with the reason."""

    done: list[Alignment] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def decide_many(
    keys: Iterable[int], *, confirmed: bool, by: Actor, significance: str | None = None, note: str | None = None
) -> Outcome:
    """Confirm or reject many rows, each in a transaction of its own: one that cannot be decided does not hold up the
    others.
    """
    outcome = Outcome()
    for key in dict.fromkeys(keys):
        try:
            if confirmed:
                outcome.done.append(confirm(key, by=by, significance=significance, note=note))
            else:
                outcome.done.append(reject(key, by=by, note=note))
        except Alignment.DoesNotExist:
            outcome.refused.append((key, _("It is not there any more.")))
        except (AlignmentError, PermissionDenied) as error:
            outcome.refused.append((key, str(error)))
    return outcome


def _confirmed(record: Record, framework: Framework) -> list[Alignment]:
    current = Alignment.objects.current().filter(record=record, element__framework=framework, status=Status.CONFIRMED)
    return list(current.select_related("element").order_by("element__order"))


def _check_shares(rows: Mapping[int, Alignment], percents: Mapping[int, Decimal]) -> None:
    wrong = {element: _("This element is not confirmed for the project.") for element in percents.keys() - rows.keys()}
    wrong |= {element: _("Give a share; 0 is allowed.") for element in rows.keys() - percents.keys()}
    for element, percent in percents.items():
        if not 0 <= percent <= WHOLE:
            wrong[element] = _("A share is from 0 to 100 percent.")
    if wrong:
        raise WrongShares(_("Every confirmed element needs a share from 0 to 100 percent, and no other."), wrong)
    if not rows:
        raise WrongShares(_("Nothing is confirmed in this framework yet, so there is nothing to share."))
    if not sums_to_whole(percents.values()):
        total = f"{sum(percents.values(), Decimal(0)).normalize():f}"
        raise WrongShares(_("The shares are %(total)s %% together; they have to be 100 %%.") % {"total": total})
