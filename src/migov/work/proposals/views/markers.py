"""The self-assessment for cross-cutting markers, saved answer by answer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from migov.services.alignment.access import person
from migov.work.proposals.actions import markers as actions
from migov.work.proposals.findings import ordered
from migov.work.proposals.markers import RULE
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import markers, papers
from migov.work.proposals.queries.markers import AnswerLine
from migov.work.proposals.views import frame, rows

LABELS = {"answer": gettext_lazy("Answer"), "justification": gettext_lazy("Why")}
Context = dict[str, Any]


@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """The self-assessment of a proposal."""
    return _page(request, frame.proposal_or_404(request, pk))


def _page(
    request: HttpRequest, proposal: Proposal, *, status: int = 200, submitted: rows.Row | None = None
) -> HttpResponse:
    context = _context(request, proposal, submitted)
    return frame.show(request, proposal, "markers", "proposals/markers.html", status=status, **context)


def _context(request: HttpRequest, proposal: Proposal, submitted: rows.Row | None = None) -> Context:
    """Everything the page shows. One query for the answers, and those of the right to write."""
    known = markers.lines(proposal)
    blocks = []
    for line in known:
        shown = [_row(proposal, answer) for answer in line.answers]
        if submitted is not None:
            shown = [rows.merged(one, submitted) if one.id == submitted.id else one for one in shown]
        blocks.append({"line": line, "rows": shown})
    return {
        "blocks": blocks, "rule": RULE, "found": ordered(markers.findings(proposal, known=known)),
        "may_write": papers.may_write(request.user, proposal),
    }  # fmt: skip


def _row(proposal: Proposal, line: AnswerLine) -> rows.Row:
    key = f"{line.marker}-{line.question.code}"
    url = reverse("proposals:marker", args=[proposal.pk, line.marker, line.question.code])
    return rows.row(f"answer-{key}", line.question.text, url, line, LABELS)


@require_POST
def save(request: HttpRequest, pk: int, marker: str, question: str) -> HttpResponse:
    """Save an answer, its justification, or both."""
    proposal = frame.proposal_or_404(request, pk)
    found = {(one.marker, one.question.code): one for line in markers.lines(proposal) for one in line.answers}
    if (marker, question) not in found:
        raise Http404(_("There is no such question."))
    by = person(request)

    def act(name: str, was: str, now: str) -> None:
        actions.answer(proposal, marker=marker, question=question, field=name, was=was, now=now, by=by)

    row = rows.submit(request.POST, _row(proposal, found[marker, question]), act)
    failed = bool(row.refusal or row.wrong)
    if not rows.wants_part(request):
        if failed:
            return _page(request, proposal, status=422, submitted=row)
        return redirect(f"{reverse('proposals:markers', args=[pk])}#{row.id}")
    whole = "whole" in request.POST
    context: Context = {"proposal": proposal} | _context(request, proposal, None if whole and not failed else row)
    block = next(one for one in context["blocks"] if one["line"].code == marker)
    standing = next(one for one in block["rows"] if one.id == row.id)
    return render(request, "proposals/markers_saved.html", context | {"row": standing, "block": block, "whole": whole})


urlpatterns = [
    path("<int:pk>/markers/", assessment, name="markers"),
    path("<int:pk>/markers/<slug:marker>/<slug:question>/", save, name="marker"),
]
