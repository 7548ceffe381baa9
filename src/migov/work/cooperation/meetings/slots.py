"""What this part shows on pages of others: beside a mechanism, and on the front page of the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.foundation.records.slots import Link, Slot
from migov.foundation.shell import formats
from migov.work.cooperation.meetings.life import PENDING
from migov.work.cooperation.meetings.queries import elsewhere, register
from migov.work.cooperation.meetings.queries.commitments import (
    ORDERS,
    CommitmentRow,
    commitments_for,
    late,
    rows_of,
)
from migov.work.cooperation.models import Commitment, Meeting

SHOWN = 6


def _meeting_link(one: Meeting, note: str = "") -> Link:
    row = register.row_of(one, timezone.localdate())
    said = note or " · ".join(part for part in (row.days, row.where, str(one.get_state_display())) if part)
    return Link(one.record.title, reverse("cooperation:meeting", args=[one.pk]), said)


def _commitment_link(row: CommitmentRow) -> Link:
    one = row.commitment
    due = _("due %(day)s") % {"day": formats.day(one.due)} if one.due else ""
    said = [row.who, row.late_words or due, "" if one.state == "open" else str(one.get_state_display())]
    url = reverse("cooperation:commitment", args=[one.pk])
    return Link(row.record.title, url, " · ".join(part for part in said if part), late=row.late)


def _more(name: str, query: str = "", label: str = "") -> Link:
    return Link(label or _("All"), f"{reverse(f'cooperation:{name}')}{'?' if query else ''}{query}")


def meetings_of_mechanism(record: Record, viewer: Viewer) -> Slot | None:
    """Meetings of a mechanism: the next, then the last ones. Two queries."""
    if not access.allowed(viewer, "cooperation.enter"):
        return None
    code = record.mechanism.code
    found = register.meetings_for(viewer).filter(mechanism_id=record.pk).select_related("record", "country")
    coming = found.filter(register.coming()).order_by(*register.ORDERS["when"])[:SHOWN]
    rows = [_meeting_link(one) for one in coming]
    past = found.exclude(register.coming()).order_by(*register.ORDERS["-when"])
    rows += [_meeting_link(one) for one in past[: SHOWN - len(rows) or 1]]
    actions = []
    if access.allowed(viewer, "meetings.add"):
        actions.append(Link(_("Enter a meeting"), f"{reverse('cooperation:meeting-new')}?mechanism={code}"))
    empty = _("No meeting yet.")
    return Slot(_("Meetings"), rows, actions, empty, _more("meetings", f"show=all&mechanism={code}") if rows else None)


def commitments_of_mechanism(record: Record, viewer: Viewer) -> Slot | None:
    """Commitments that were made in a mechanism and are owed. One query."""
    if not access.allowed(viewer, "cooperation.enter"):
        return None
    code = record.mechanism.code
    found = commitments_for(viewer).filter(mechanism_id=record.pk, state__in=PENDING)
    rows = [_commitment_link(row) for row in _first(found, viewer)]
    actions = []
    if access.allowed(viewer, "commitments.add"):
        actions.append(Link(_("Enter a commitment"), f"{reverse('cooperation:commitment-new')}?mechanism={code}"))
    more = _more("commitments", f"show=all&mechanism={code}")
    return Slot(_("Open commitments"), rows, actions, _("None is open."), more)


def _first(found: Any, viewer: Viewer) -> Sequence[CommitmentRow]:
    keys = found.order_by(*ORDERS["due"]).values("pk")[:SHOWN]
    return rows_of(Commitment.objects.filter(pk__in=list(keys.values_list("pk", flat=True))), viewer)


# The front page


def next_meetings(viewer: Viewer) -> Slot | None:
    """The next meetings."""
    actions = []
    if access.allowed(viewer, "meetings.add"):
        actions.append(Link(_("Enter a meeting"), reverse("cooperation:meeting-new")))
    rows = [_meeting_link(one) for one in elsewhere.next_meetings(viewer)[:SHOWN]]
    empty = _("No meeting is planned. Enter one from its invitation.")
    return Slot(_("Next meetings"), rows, actions, empty, _more("calendar", label=_("Calendar")))


def inputs_due(viewer: Viewer) -> Slot | None:
    """Meetings to which inputs are due soon, or late."""
    today = timezone.localdate()
    rows = []
    for one in elsewhere.inputs_due(viewer)[:SHOWN]:
        note = _("by %(day)s") % {"day": formats.day(one.inputs_due)}
        late_now = one.inputs_due is not None and one.inputs_due < today
        rows.append(Link(one.record.title, reverse("cooperation:meeting", args=[one.pk]), note, late_now))
    return Slot(_("Inputs to meetings, due soon"), rows) if rows else None


def late_commitments(viewer: Viewer) -> Slot | None:
    """Commitments that are late."""
    rows = [_commitment_link(row) for row in _first(commitments_for(viewer).filter(late()), viewer)]
    return Slot(_("Late commitments"), rows, more=_more("commitments", "show=late")) if rows else None


def my_tasks(viewer: Viewer) -> Slot | None:
    """What meetings and commitments ask of the viewer."""
    rows = [
        Link(
            capfirst(one.title), one.url,
            " · ".join(part for part in (one.of, _("by %(day)s") % {"day": formats.day(one.due)} if one.due else "") if part), one.late,
        )
        for one in elsewhere.mine(viewer)[:SHOWN]
    ]  # fmt: skip
    return Slot(_("My tasks for meetings"), rows) if rows else None
