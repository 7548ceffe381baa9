"""What is done about gaps: one goes into a roadmap with the help that was chosen, and a line of a roadmap becomes a concept note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, User
from migov.foundation.records.kinds import url_of
from migov.foundation.records.models import Record
from migov.foundation.records.themes import themes_of
from migov.insight.gaps import texts
from migov.insight.gaps.gaps import Gap, gaps_of
from migov.insight.gaps.offers import Offer
from migov.insight.gaps.texts import Carried
from migov.services.alignment import actions as alignment
from migov.work.governance.models import ActionHelp, Assessment, Roadmap, RoadmapAction
from migov.work.governance.roadmaps.actions import drawing, ground, lines
from migov.work.governance.roadmaps.actions.ground import RoadmapError
from migov.work.governance.roadmaps.actions.lines import Chosen
from migov.work.proposals.actions import life, matrix, writing
from migov.work.proposals.models import PlanLevel, Proposal

YEARS = 3  # of a roadmap that is begun from a gap


class MadeAlready(RoadmapError):
    """The line became a concept note before. record: that one."""

    def __init__(self, record: Record | None) -> None:
        super().__init__(_("This action became a concept note already."))
        self.record = record


@transaction.atomic
def plan(
    assessment: Assessment, gap: Gap, *, roadmap: Roadmap | None, values: Mapping[str, Any], help: Sequence[Offer], by: Actor,
    at: datetime | None = None,
) -> RoadmapAction:  # fmt: skip
    """Put a gap into a roadmap as a line, with the help that was chosen. roadmap None: begin one for this year and the two after it.

    values: of the line (lines.FIELDS); what is not said is taken from the gap. Raises PermissionDenied, RoadmapError with the field.
    """
    access.require(by, "assessments.see", assessment.record)
    at = at or timezone.now()
    if roadmap is None:
        year = timezone.localdate(at).year
        roadmap = drawing.start(
            country=assessment.country, starts=year, ends=year + YEARS - 1, assessment=assessment, by=by, at=at
        )
    elif roadmap.country_id != assessment.country_id:
        raise RoadmapError(_("This roadmap is of another country."), "roadmap")
    seen = (
        Record.objects.visible_to(by).in_bulk([one.record for one in help if one.record])
        if isinstance(by, User)
        else {}
    )
    chosen = [Chosen(one.kind, one.title, seen.get(one.record or 0), one.url, one.because) for one in help]
    given = texts.action_values(gap) | dict(values) | {"question": gap.question}
    return lines.add(roadmap, given, help=chosen, by=by, at=at)


def carried_for(action: RoadmapAction, viewer: User) -> tuple[Carried, list[Element]]:
    """What a line would become in a concept note, and the elements that it would be aligned with."""
    assessment = action.roadmap.assessment
    gap: Gap | None = None
    elements: list[Element] = []
    if action.question is not None:
        found = action.question.elements.filter(retired_at__isnull=True).select_related("framework")
        elements = list(found.order_by("framework__order", "order"))
        if assessment is not None and access.allowed(viewer, "assessments.see", assessment.record):
            gap = next((one for one in gaps_of(assessment, viewer).all if one.question.pk == action.question_id), None)
    seen = Record.objects.visible_to(viewer).standing().values("pk")
    help = [
        *ActionHelp.objects.filter(action=action, record__isnull=True),
        *ActionHelp.objects.filter(action=action, record__in=seen),
    ]
    return texts.carried(action, gap, elements, sorted(help, key=lambda one: one.pk)), elements


@transaction.atomic
def concept_note(
    action: RoadmapAction, *, office: Office, by: User, title: str = "", currency: str = "", at: datetime | None = None
) -> Proposal:
    """Begin a concept note from a line of a roadmap: title, background with its sources, objective, indicator, country, themes, and
    alignment with the elements of the question. The line keeps which project it became.

    Once only: whoever is second gets MadeAlready with the first. All or nothing. Raises PermissionDenied, RoadmapError, ProposalError.
    """
    at = at or timezone.now()
    roadmap = ground.held_open(action.roadmap_id, by)  # two people take turns here
    line = RoadmapAction.objects.select_related(
        "question", "project", "roadmap__record", "roadmap__country", "roadmap__assessment__set", "roadmap__assessment__record",
        "roadmap__assessment__country",
    ).get(pk=ground.line(roadmap, action.pk).pk)  # fmt: skip
    if line.project_id is not None:
        raise MadeAlready(line.project)
    if line.state == "dropped":
        raise RoadmapError(_("This action was dropped."))
    carried, elements = carried_for(line, by)
    summary = carried.sections.get("summary", "")
    proposal = life.start(
        title.strip() or line.title, office=office, by=by, summary=summary, places=[roadmap.country], at=at,
        themes=themes_of(roadmap.record), currency=currency or line.currency or "EUR",
    )  # fmt: skip
    for code, text in carried.sections.items():
        writing.write(proposal, code, text=text, by=by)
    objective = matrix.add_result(proposal, level=PlanLevel.OBJECTIVE, title=carried.objective, by=by)
    if carried.indicator:
        indicator = matrix.add_indicator(objective, title=carried.indicator, by=by)
        if line.baseline:
            matrix.change_indicator(indicator, field="baseline", was="", now=line.baseline, by=by)
    record = proposal.project.record
    note = _("From the roadmap: %(title)s") % {"title": roadmap.record.title}
    for element in elements:
        alignment.declare(record, element, by=by, note=note, at=at)
    lines.become(line, record, by=by, at=at)
    return proposal


def page_of(proposal: Proposal) -> str:
    """Where the concept note is."""
    return url_of(proposal.project.record)
