"""A hint of the consistency check is read, and found right as it is."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.work.cooperation.inputs.actions import ground
from migov.work.cooperation.inputs.actions.ground import InputRefused, words
from migov.work.cooperation.inputs.consistency import Hint
from migov.work.cooperation.models import HintSeen, Input

COMMENT = "clearance.comment"  # who may say something about the draft may say this


@transaction.atomic
def mark_seen(paper: Input | int, hint: Hint, *, reason: str, by: Actor) -> HintSeen:
    """Say that a hint was seen and the text is meant as it is, with the reason. The first who says so stands.

    Raises InputRefused (with the field), PermissionDenied.
    """
    found = ground.held(ground.key(paper), by, ground.SEE)
    access.require(by, COMMENT, found.record)
    if not found.is_open:
        raise InputRefused(_("This input is “%s” already.") % found.get_state_display())
    reason = words(reason, "reason", _("Say why it is right as it is."))
    made, created = HintSeen.objects.get_or_create(
        input=found, digest=hint.digest,
        defaults={
            "section": hint.section, "kind": hint.kind, "said": hint.words, "earlier_id": hint.earlier, "reason": reason,
            "by": by if isinstance(by, User) else None,
        },
    )  # fmt: skip
    if created:
        detail = {"hint": hint.words, "reason": reason, "section": hint.section}
        journal.write("hint seen", by=by, record=found.record, detail=detail)
    return made


@transaction.atomic
def take_back(paper: Input | int, digest: str, *, by: Actor) -> None:
    """Let a hint count again. Raises InputRefused, PermissionDenied."""
    found = ground.held(ground.key(paper), by, ground.SEE)
    access.require(by, COMMENT, found.record)
    gone = found.hints_seen.filter(digest=digest).first()
    if gone is None:
        raise InputRefused(_("This hint counts already."))
    gone.delete()
    journal.write("hint open again", by=by, record=found.record, detail={"hint": gone.said})
