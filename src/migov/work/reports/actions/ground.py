"""What every change of a report begins with: the right to write, and that it may be changed now."""

from __future__ import annotations

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records.models import Record
from migov.services.writing.errors import Closed, Unwritable
from migov.work.reports.models import Report

WRITE, DELIVER, START = "reports.write", "reports.deliver", "projects.manage"


class ReportRefused(Unwritable):
    """A change that cannot be made. field: of the form that is wrong; empty: none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def held(key: int, by: Actor, permission: str) -> Report:
    """A report read anew with its record's row locked until the transaction ends.

    Raises Report.DoesNotExist, ReportRefused for one that was taken out, PermissionDenied.
    """
    Record.objects.select_for_update().only("pk").filter(pk=key).first()
    found = Report.objects.select_related(
        "record__parent", "record__office", "record__owner", "project__record", "owed", "submission"
    ).get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise ReportRefused(_("This report was taken out."))
    return found


def writable(key: int, by: Actor) -> Report:
    """A report as `held`, if its text may be changed now. Raises Closed beside what `held` raises."""
    found = held(key, by, WRITE)
    if not found.is_open:
        raise Closed(_("The report is “%s” and cannot be changed.") % found.get_state_display())
    return found
