"""What roadmaps have to show elsewhere: beside an assessment, and on the front page of governance."""

from __future__ import annotations

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.foundation.records.slots import Link, Slot
from migov.work.governance.models import Roadmap, RoadmapState
from migov.work.governance.roadmaps import queries
from migov.work.governance.roadmaps.filters import RoadmapFilter

SHOWN = 5


def _page(roadmap: Roadmap) -> str:
    return reverse("governance:roadmap", args=[roadmap.pk])


def beside_assessment(record: Record, viewer: Viewer) -> Slot | None:
    """The roadmaps that answer an assessment. One query."""
    if not access.allowed(viewer, "governance.enter"):
        return None
    rows = [
        Link(one.record.title, _page(one), f"{one.get_state_display()} · {_actions(one.total)}")  # type: ignore[attr-defined]
        for one in queries.of_assessment(record.pk, viewer)
    ]
    begin = [Link(_("Begin a roadmap"), f"{reverse('governance:roadmap-new')}?assessment={record.pk}")]
    return Slot(
        _("Roadmaps"), rows, begin if access.allowed(viewer, "roadmaps.start") else [],
        empty=_("None yet. A roadmap says what the country will do about the gaps."),
    )  # fmt: skip


def on_the_front_page(viewer: Viewer) -> Slot | None:
    """Roadmaps that are open, those with late actions first. One query."""
    if not access.allowed(viewer, "governance.enter"):
        return None
    found = (
        queries.matching(RoadmapFilter(), viewer)
        .exclude(state=RoadmapState.CLOSED)
        .order_by(F("late").desc(), "-starts", "pk")
    )
    rows = []
    for one in found[:SHOWN]:
        total, done, late = one.total, one.done, one.late  # type: ignore[attr-defined]
        said = [str(one.get_state_display()), _("%(done)s of %(all)s actions done") % {"done": done, "all": total}]
        if late:
            said.append(ngettext("%(number)s late", "%(number)s late", late) % {"number": late})
        rows.append(Link(one.record.title, _page(one), " · ".join(said), late=bool(late)))
    begin = [Link(_("Begin a roadmap"), reverse("governance:roadmap-new"))]
    return Slot(
        _("Roadmaps"), rows, begin if access.allowed(viewer, "roadmaps.start") else [], empty=_("No roadmap is open."),
        more=Link(_("All roadmaps"), reverse("governance:roadmaps")) if rows else None,
    )  # fmt: skip


def _actions(number: int) -> str:
    return ngettext("%(number)s action", "%(number)s actions", number) % {"number": number}
