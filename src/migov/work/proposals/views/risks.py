"""The risk register: risks edited in place, their matrix, and what was changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.work.proposals.actions import risks as actions
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.findings import ordered
from migov.work.proposals.models import Proposal, Risk
from migov.work.proposals.queries import risks
from migov.work.proposals.queries.risks import RiskLine
from migov.work.proposals.views import frame, rows

LABELS = {name: label for name, (label, _read) in actions.FIELDS.items()}
Context = dict[str, Any]


@require_safe
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """The risk register of a project."""
    return _page(request, frame.proposal_or_404(request, pk))


def _page(
    request: HttpRequest, proposal: Proposal, *, status: int = 200, submitted: rows.Row | None = None, **more: Any
) -> HttpResponse:
    context = _context(request, proposal, submitted) | more
    return frame.show(request, proposal, "risks", "proposals/risks.html", status=status, **context)


def _context(request: HttpRequest, proposal: Proposal, submitted: rows.Row | None = None) -> Context:
    """Everything the page shows. Queries: risks, removed ones, journal, and those of the right to edit."""
    known = risks.lines(proposal, request.GET.get("sort", "-score"))
    shown = [_row(proposal, line) for line in known]
    if submitted is not None:
        shown = [rows.merged(one, submitted) if one.id == submitted.id else one for one in shown]
    sees_journal = access.allowed(request.user, "journal.see")
    return {
        "rows": shown, "grid": risks.grid(known), "impacts": [(place, str(label)) for place, label in risks.IMPACT.items()],
        "likelihoods": [(str(place), f"{place} {label}") for place, label in risks.LIKELIHOOD.items()],
        "impact_choices": [(str(place), f"{place} {label}") for place, label in risks.IMPACT.items()],
        "treatments": Risk.Treatment.choices, "statuses": Risk.Status.choices, "categories": risks.CATEGORIES,
        "found": ordered(risks.findings(proposal, known=known)), "removed": risks.removed(proposal),
        "changes": [_said(entry) for entry in risks.changes(proposal)] if sees_journal else [],
        "may_edit": risks.may_edit(request.user, proposal), "entry": {"likelihood": "3", "impact": "3"},
    }  # fmt: skip


def _said(entry: Any) -> Context:
    """A line of the journal in words."""
    detail = entry.detail
    field = LABELS.get(detail.get("field", ""), "")
    words = dict(Risk.Treatment.choices) | dict(Risk.Status.choices)
    was, now = (words.get(detail.get(key, ""), detail.get(key, "")) for key in ("was", "now"))
    return {"at": entry.at, "by": entry.by_name, "verb": entry.verb, "title": detail.get("title", ""), "field": field, "was": was,
            "now": now, "score_was": detail.get("score_was"), "score_now": detail.get("score_now")}  # fmt: skip


def _row(proposal: Proposal, line: RiskLine) -> rows.Row:
    return rows.row(f"risk-{line.pk}", line.title, reverse("proposals:risk", args=[proposal.pk, line.pk]), line, LABELS)


@require_POST
def save(request: HttpRequest, pk: int, risk: int) -> HttpResponse:
    """Save the changed cells of a risk."""
    proposal = frame.proposal_or_404(request, pk)
    found = get_object_or_404(Risk, proposal=proposal, pk=risk)
    by = person(request)
    row = rows.submit(
        request.POST, _row(proposal, risks.line(found)),
        lambda name, was, now: actions.change(found, field=name, was=was, now=now, by=by),
    )  # fmt: skip
    failed = bool(row.refusal or row.wrong)
    if not rows.wants_part(request):
        if failed:
            return _page(request, proposal, status=422, submitted=row)
        return redirect(f"{reverse('proposals:risks', args=[pk])}#risk-{risk}")
    whole = "whole" in request.POST
    context: Context = {"proposal": proposal} | _context(request, proposal, None if whole and not failed else row)
    standing = next((one for one in context["rows"] if one.id == row.id), row)
    return render(request, "proposals/risks_saved.html", context | {"row": standing, "whole": whole})


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a risk."""
    proposal = frame.proposal_or_404(request, pk)
    typed = {name: request.POST[name] for name in actions.FIELDS if name in request.POST}
    problems = {}
    for name, text in {"title": "", **typed}.items():
        try:
            actions.FIELDS[name][1](text)
        except WrongValue as error:
            problems[f"{name}_problem"] = str(error)
    if not problems:
        try:
            made = actions.add(proposal, by=person(request), **typed)
        except ProposalError as error:
            problems["all_problem"] = str(error)
        else:
            return redirect(f"{reverse('proposals:risks', args=[pk])}#risk-{made.pk}")
    return _page(request, proposal, status=422, entry=typed | problems)


@require_POST
def arrange(request: HttpRequest, pk: int, risk: int) -> HttpResponse:
    """Take a risk out of the register, or put it back."""
    proposal = frame.proposal_or_404(request, pk)
    found = get_object_or_404(Risk, proposal=proposal, pk=risk)
    try:
        if request.POST.get("do") == "remove":
            actions.remove(found, by=person(request))
            messages.success(request, _("“%s” was removed. It can be put back below.") % found.title)
        elif request.POST.get("do") == "back":
            actions.put_back(found, by=person(request))
    except ProposalError as error:
        messages.error(request, str(error))
    return redirect("proposals:risks", pk)


urlpatterns = [
    path("<int:pk>/risks/", register, name="risks"),
    path("<int:pk>/risks/add/", add, name="risk-add"),
    path("<int:pk>/risks/<int:risk>/", save, name="risk"),
    path("<int:pk>/risks/<int:risk>/arrange/", arrange, name="risk-arrange"),
]
