"""What gaps have to show elsewhere: beside an assessment, and with the lines of a roadmap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.foundation.records.slots import Link, Slot
from migov.work.governance.models import ActionState, Roadmap, RoadmapAction, RoadmapState


def beside_assessment(record: Record, viewer: Viewer) -> Slot | None:
    """The way to the gaps of an assessment. No query."""
    if not access.allowed(viewer, "governance.enter") or not access.allowed(viewer, "assessments.see", record):
        return None
    link = Link(_("Gaps and what might help"), reverse("gaps:assessment", args=[record.pk]))
    return Slot(
        _("Gaps"),
        actions=[link],
        empty=_("Where an answer falls short, and what might help."),
    )


def with_lines(roadmap: Roadmap, actions: Sequence[RoadmapAction], viewer: Viewer) -> Mapping[int, Sequence[Link]]:
    """Looking for more help, and making a concept note, for those who may. No query."""
    writes = roadmap.state != RoadmapState.CLOSED and access.allowed(viewer, "roadmaps.write", roadmap.record)
    notes = writes and access.allowed(viewer, "proposals.start")
    looks = roadmap.assessment is not None and access.allowed(viewer, "assessments.see", roadmap.assessment.record)
    found: dict[int, list[Link]] = {}
    for one in actions:
        links = []
        if notes and one.project_id is None and one.state != ActionState.DROPPED:
            links.append(Link(_("Make a concept note"), reverse("gaps:concept-note", args=[one.pk])))
        if looks and one.question_id is not None:
            address = reverse("gaps:gap", args=[roadmap.assessment_id, one.question_id])
            links.append(Link(_("What might help"), address))
        if links:
            found[one.pk] = links
    return found
