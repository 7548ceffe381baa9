"""What governance and cooperation ask of a person: assessments to answer, inputs to write and to answer for, what meetings ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer, is_internal
from migov.work.cooperation.inputs import queries as inputs
from migov.work.cooperation.meetings import queries as meetings
from migov.work.governance.assess.queries import lists as assessments
from migov.work.governance.models import Assessment, AssessmentState, Consent

OPEN = (AssessmentState.ANSWERING, AssessmentState.VALIDATION)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that waits for a person: its words, what it is a part of, its page, its day and whether that has passed."""

    title: str
    of: str
    url: str
    due: date | None
    late: bool


def _line(title: str, of: str, url: str, due: date | None) -> Line:
    return Line(title, of, url, due, due is not None and due < timezone.localdate())


def to_answer(viewer: Viewer) -> list[Line]:
    """Open assessments that the person leads; for a government, those of its country, and those it is to consent to. One query."""
    waits = Q(state__in=OPEN)
    if is_internal(viewer):
        waits &= Q(record__owner_id=viewer.pk)
    else:
        waits |= Q(consent=Consent.ASKED)
    found = assessments.live(viewer).filter(waits).select_related("record")
    return [_assessment(one) for one in found.order_by(F("due").asc(nulls_last=True), "pk")]


def _assessment(one: Assessment) -> Line:
    if one.consent == Consent.ASKED:
        words, page, due = _("does your government agree that it is published?"), "governance:assessment-state", None
    else:
        words, page, due = str(one.get_state_display()), "governance:assessment", one.due
    return _line(one.record.title, words, reverse(page, args=[one.pk]), due)


def waiting(viewer: Viewer) -> list[Line]:
    """All that waits for the person, what is due first. Nine queries, and those of the roles."""
    found = [*to_answer(viewer), *_inputs(viewer)]
    found += [Line(one.title, one.of, one.url, one.due, one.late) for one in meetings.mine(viewer)]
    return sorted(found, key=lambda one: (one.due is None, one.due or date.max, one.title))


def _inputs(viewer: Viewer) -> Iterator[Line]:
    mine = inputs.mine(viewer)
    for papers, words, dated in (
        (mine.to_take, _("asked for, nobody writes it yet"), True), (mine.to_write, _("to be written"), True),
        (mine.to_deliver, _("to be delivered"), True), (mine.to_follow, _("what became of it?"), False),
    ):  # fmt: skip
        for paper in papers:
            address = reverse("cooperation:input", args=[paper.pk])
            yield _line(paper.record.title, words, address, paper.due if dated else None)
    for asked in mine.to_answer:
        address = reverse("cooperation:input", args=[asked.input_id])
        yield _line(asked.input.record.title, _("your office was asked: %s") % asked.office, address, asked.due)
