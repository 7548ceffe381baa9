"""Who may say what became of a key action: whoever may respond, and the person who answers for the action."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor, Viewer
from migov.foundation.records.models import Record
from migov.work.evaluations.models import KeyAction


def may_report(by: Viewer | Actor, action: KeyAction, record: Record) -> bool:
    """record: of the evaluation. Its owner reports on an action as long as he or she works here and may see the evaluation."""
    if access.allowed(by, "evaluations.respond", record):
        return True
    if by.pk is None or action.owner_id != by.pk or not access.is_internal(by):
        return False
    return Record.objects.visible_to(by).filter(pk=record.pk).exists()


def require_report(by: Actor, action: KeyAction, record: Record) -> None:
    """Raise PermissionDenied unless `by` may report on the action."""
    if not may_report(by, action, record):
        raise PermissionDenied(_("Only the person who answers for this action, or who may respond, can report on it."))
