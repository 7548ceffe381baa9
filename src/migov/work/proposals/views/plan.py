"""The work plan: activities by output with responsible and months, and the Gantt chart drawn from them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.services.alignment.access import person
from migov.services.documents.charts import render_png, render_svg
from migov.services.documents.values import slug
from migov.work.proposals import gantt
from migov.work.proposals.actions import matrix
from migov.work.proposals.actions import schedule as actions
from migov.work.proposals.actions.cells import clean
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.findings import ordered
from migov.work.proposals.models import PlanLevel, PlanResult, Proposal
from migov.work.proposals.queries import papers, schedule
from migov.work.proposals.queries.outline import outline
from migov.work.proposals.queries.schedule import PlanLine
from migov.work.proposals.views import frame, rows

LABELS = {"responsible": actions.RESPONSIBLE, "months": actions.MONTHS}
ACTS = {"responsible": actions.set_responsible, "months": actions.set_months}
Context = dict[str, Any]


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The work plan of a proposal."""
    return _page(request, frame.proposal_or_404(request, pk))


def _page(
    request: HttpRequest, proposal: Proposal, *, status: int = 200, submitted: rows.Row | None = None, **more: Any
) -> HttpResponse:
    context = _context(request, proposal, submitted) | more
    return frame.show(request, proposal, "plan", "proposals/plan.html", status=status, **context)


def _context(request: HttpRequest, proposal: Proposal, submitted: rows.Row | None = None) -> Context:
    """Everything the page shows. One query for the rows, and those of the right to write."""
    matrix_rows = outline(proposal)
    known = schedule.lines(proposal, matrix_rows)
    drawn = gantt.chart(proposal, rows=matrix_rows, known=known)
    by_output = []
    for group in schedule.groups(matrix_rows, known):
        shown = [_row(proposal, line) for line in group.lines]
        if submitted is not None:
            shown = [rows.merged(one, submitted) if one.id == submitted.id else one for one in shown]
        by_output.append({"output": group.output, "rows": shown})
    return {
        "groups": by_output, "chart": drawn, "found": ordered(schedule.findings(proposal, rows=matrix_rows, known=known)),
        "record": proposal.project.record, "may_write": papers.may_write(request.user, proposal),
    }  # fmt: skip


def _row(proposal: Proposal, line: PlanLine) -> rows.Row:
    url = reverse("proposals:activity", args=[proposal.pk, line.pk])
    values = {"months": actions.months(line.first_month, line.last_month)}
    return rows.row(f"activity-{line.pk}", line.name, url, line, LABELS, values)


@require_POST
def save(request: HttpRequest, pk: int, activity: int) -> HttpResponse:
    """Save who is responsible for an activity, and its months."""
    proposal = frame.proposal_or_404(request, pk)
    line = next((one for one in schedule.lines(proposal) if one.pk == activity), None)
    if line is None:
        raise Http404(_("This activity is no longer in the results matrix."))
    found = PlanResult.objects.get(pk=activity)
    by = person(request)
    row = rows.submit(
        request.POST, _row(proposal, line), lambda name, was, now: ACTS[name](found, was=was, now=now, by=by)
    )
    failed = bool(row.refusal or row.wrong)
    if not rows.wants_part(request):
        if failed:
            return _page(request, proposal, status=422, submitted=row)
        return redirect(f"{reverse('proposals:plan', args=[pk])}#activity-{activity}")
    whole = "whole" in request.POST
    context: Context = {"proposal": proposal} | _context(request, proposal, None if whole and not failed else row)
    standing = (one for group in context["groups"] for one in group["rows"] if one.id == row.id)
    return render(request, "proposals/plan_saved.html", context | {"row": next(standing), "whole": whole})


@require_POST
def add(request: HttpRequest, pk: int, output: int) -> HttpResponse:
    """Add an activity below an output: a row of the matrix."""
    proposal = frame.proposal_or_404(request, pk)
    above = get_object_or_404(PlanResult, proposal=proposal, pk=output, level=PlanLevel.OUTPUT, removed_at__isnull=True)
    title = clean(request.POST.get("title", ""))
    if not title:
        return _page(request, proposal, status=422, entry={"output": output, "problem": _("Write what is done.")})
    try:
        matrix.add_result(proposal, level=PlanLevel.ACTIVITY, parent=above, title=title, by=person(request))
    except (ProposalError, ValidationError) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return _page(request, proposal, status=422, entry={"output": output, "problem": said, "title": title})
    return redirect(f"{reverse('proposals:plan', args=[pk])}#add-{output}")


@require_safe
def picture(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The Gantt chart as SVG, or as PNG to save."""
    proposal = frame.proposal_or_404(request, pk)
    drawn = gantt.chart(proposal)
    if drawn is None or fmt not in ("svg", "png"):
        raise Http404(_("There is no such picture."))
    if fmt == "svg" and "save" not in request.GET:
        return HttpResponse(render_svg(drawn.spec), content_type="image/svg+xml")
    content, kind = (render_svg(drawn.spec), "image/svg+xml") if fmt == "svg" else (render_png(drawn.spec), "image/png")
    response = HttpResponse(content, content_type=kind)
    name = slug(f"{proposal.project.record.reference or proposal.pk} work plan")
    response["Content-Disposition"] = f'attachment; filename="{name}.{fmt}"'
    return response


urlpatterns = [
    path("<int:pk>/plan/", plan, name="plan"),
    path("<int:pk>/plan/gantt.<slug:fmt>", picture, name="gantt"),
    path("<int:pk>/plan/activities/<int:activity>/", save, name="activity"),
    path("<int:pk>/plan/outputs/<int:output>/add/", add, name="activity-add"),
]
