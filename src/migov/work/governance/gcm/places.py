"""What reviews of the Global Compact show on the front page of the room."""

from __future__ import annotations

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.slots import Link, Slot
from migov.foundation.shell import formats
from migov.work.governance.gcm import addresses, ground
from migov.work.governance.gcm.queries import pledges, reports
from migov.work.governance.models import GcmReportState

ON_FRONT = 5


def reports_on_front(viewer: Viewer) -> Slot | None:
    """Reports that are being written or wait to be submitted."""
    found = reports.visible(viewer).exclude(state=GcmReportState.SUBMITTED).order_by("-pk")
    rows = [
        Link(row.report.record.title, addresses.report_page(row.report.record), _report_words(row), row.late)
        for row in reports.rows(
            reports.visible(viewer).filter(pk__in=list(found.values_list("pk", flat=True)[:ON_FRONT]))
        )
    ]
    actions = [Link(_("Start a report"), reverse("governance:gcm-new"))] if access.allowed(viewer, "gcm.start") else []
    if not rows and not actions and not access.allowed(viewer, "governance.enter"):
        return None
    more = Link(_("Rounds and reports"), reverse("governance:gcm"))
    return Slot(_("Global Compact reports"), rows, actions, _("No report is being written."), more)


def _report_words(row: reports.ReportRow) -> str:
    said = [str(row.report.get_state_display())]
    if row.bare and ground.is_open(row.report):
        said.append(_("%d without evidence") % row.bare)
    if row.report.round.inputs_due:
        said.append(_("awaited by %s") % formats.day(row.report.round.inputs_due))
    return " · ".join(said)


def pledges_on_front(viewer: Viewer) -> Slot | None:
    """Pledges that are not fulfilled, those due first."""
    found = pledges.visible(viewer).filter(state__in=pledges.OPEN).order_by(F("due").asc(nulls_last=True), "pk")
    rows = []
    for row in pledges.rows(list(found.values_list("pk", flat=True)[:ON_FRONT])):
        due = row.pledge.due
        note = " · ".join(filter(None, [row.who, _("due %s") % formats.day(due) if due else ""]))
        late = due is not None and due < timezone.localdate()
        rows.append(Link(row.pledge.record.title, addresses.pledge_page(row.pledge.record), note, late))
    if not rows:
        return None
    return Slot(_("Pledges to be kept"), rows, more=Link(_("All pledges"), reverse("governance:pledges")))
