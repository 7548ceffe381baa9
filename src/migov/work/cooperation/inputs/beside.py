"""What inputs show on other pages of the house: beside meetings and mechanisms, and on the front page of cooperation."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.records.models import Record
from migov.foundation.records.slots import Link, Slot
from migov.foundation.shell import formats
from migov.work.cooperation.inputs import queries
from migov.work.cooperation.models import Input

SHOWN = 6


def _link(paper: Input, note: str = "") -> Link:
    due = _("due %s") % formats.day(paper.due) if paper.due and not paper.delivered_on else ""
    said = [note or capfirst(str(paper.get_type_display())), str(paper.get_state_display()), due]
    return Link(
        paper.record.title,
        reverse("cooperation:input", args=[paper.pk]),
        " · ".join(filter(None, said)),
        queries.is_late(paper),
    )


def _ask(viewer: Viewer, condition: str = "") -> list[Link]:
    if not access.allowed(viewer, "inputs.request"):
        return []
    return [Link(_("Ask for an input"), f"{reverse('cooperation:input-new')}{condition}")]


def beside_meeting(record: Record, viewer: Viewer) -> Slot | None:
    """The inputs for a meeting. One query and those of the roles."""
    if not is_internal(viewer):
        return None
    rows = queries.inputs_for(viewer).filter(meeting=record.pk).order_by("due", "pk")
    return Slot(
        _("Inputs"), [_link(one) for one in rows[:30]], _ask(viewer, f"?meeting={record.pk}"),
        _("No input is asked for yet: a statement, talking points, a position paper."),
    )  # fmt: skip


def beside_mechanism(record: Record, viewer: Viewer) -> Slot | None:
    """What the office said in a mechanism, the newest first. Two queries and those of the roles."""
    if not is_internal(viewer):
        return None
    rows = (
        queries.inputs_for(viewer)
        .filter(mechanism=record.pk, delivered_on__isnull=False)
        .order_by("-delivered_on", "-pk")
    )
    links = [_link(one, formats.day(one.delivered_on)) for one in rows[:SHOWN]]
    code = record.mechanism.code if hasattr(record, "mechanism") else ""
    more = Link(_("Search past positions"), f"{reverse('cooperation:positions')}?mechanism={code}") if links else None
    return Slot(
        _("What we said here"), links, _ask(viewer, f"?mechanism={code}"), _("Nothing is in the library yet."), more
    )


def home(viewer: Viewer) -> Slot | None:
    """What waits for the viewer. Three queries and those of the roles."""
    if not is_internal(viewer):
        return None
    found = queries.mine(viewer, 5)
    rows = [_link(one, _("to be taken on")) for one in found.to_take]
    rows += [_link(one, _("you write it")) for one in found.to_write]
    rows += [_link(one, _("to be delivered")) for one in found.to_deliver]
    rows += [
        Link(
            one.input.record.title, f"{reverse('cooperation:input', args=[one.input_id])}#asked-{one.pk}",
            _("%(office)s is asked for its contribution") % {"office": one.office},
        )
        for one in found.to_answer
    ]  # fmt: skip
    rows += [_link(one, _("say what became of it")) for one in found.to_follow]
    return Slot(
        _("Inputs"), rows, _ask(viewer), _("Nothing waits for you."), Link(_("All inputs"), reverse("cooperation:inputs")),
    )  # fmt: skip
