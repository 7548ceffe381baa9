"""The text of a proposal: all sections on one page, each on a page of its own (services/writing), with what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from migov.services.clearance import queries as clearance_queries
from migov.services.writing import prose
from migov.services.writing.pages import SECTION, Pages
from migov.services.writing.standing import Standing
from migov.work.proposals.actions.desk import DESK
from migov.work.proposals.models import Proposal
from migov.work.proposals.papers import paper_of, title_of
from migov.work.proposals.queries import elements, papers
from migov.work.proposals.queries import writing as queries
from migov.work.proposals.views import frame, text_beside


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """All sections with their length, who writes, and what waits."""
    proposal = frame.proposal_or_404(request, pk)
    clearance = clearance_queries.standing_clearance(proposal.project.record)
    remarks = clearance_queries.counts(clearance).by_place if clearance else {}
    sections = queries.sections_of(proposal, request.user)
    context: dict[str, Any] = {
        "paper": paper_of(proposal),
        "sections": [(standing, remarks.get(standing.part.anchor, 0)) for standing in sections],
        "words": sum(standing.words for standing in sections),
        "written": sum(bool(standing.words) for standing in sections),
        "carried": [(code, title, prose.blocks(text)) for code, title, text in queries.carried(proposal)],
    }
    return frame.show(request, proposal, "text", "proposals/text.html", **context)


def _around(_request: HttpRequest, proposal: Proposal, _standing: Standing[Any]) -> Mapping[str, Any]:
    return {"declared": elements.declared(proposal.project.record)}


PAGES = Pages(
    desk=DESK, room="proposals", frame="proposals/frame.html", beside="proposals/guidance.html", find=frame.proposal_or_404,
    show=frame.show, standing=queries.section_of, neighbours=lambda proposal, code: paper_of(proposal).neighbours(code),
    title_of=lambda _proposal, code: title_of(code), may_write=papers.may_write, around=_around,
)  # fmt: skip

urlpatterns: list[URLPattern] = [
    path("<int:pk>/text/", overview, name="text"),
    *PAGES.urlpatterns(),
    path(f"{SECTION}elements/", text_beside.elements_part, name="section-elements"),
    path(f"{SECTION}elements/declare/", text_beside.declare, name="section-declare"),
    path(f"{SECTION}similar/", text_beside.similar_part, name="section-similar"),
]
