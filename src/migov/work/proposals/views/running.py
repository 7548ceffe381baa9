"""Running the project: amendments, reports to the donor, the closure checklist, and the steps that belong to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records.models import Stage
from migov.services.alignment.access import person
from migov.services.clearance import queries as clearance_queries
from migov.work.proposals import closing, overview, stages
from migov.work.proposals.actions import amendments, reporting
from migov.work.proposals.actions import closing as closing_actions
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.forms import AmendmentForm, ReportForm, ScheduleForm, SentForm
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import life, papers, running
from migov.work.proposals.views import frame


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A project that is carried out."""
    return _page(request, frame.proposal_or_404(request, pk))


def _page(request: HttpRequest, proposal: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
    record = proposal.project.record
    today = timezone.localdate()
    manages = access.allowed(request.user, "projects.manage", record)
    opened = papers.open_amendment(proposal)
    lines = closing.lines(proposal)
    owed = running.schedule_of(proposal, today)
    context = {
        "manages": manages, "open_amendment": opened, "amendments": life.amendments(proposal),
        "may_amend": manages and record.stage in amendments.AT and opened is None,
        "may_report": manages and record.stage in reporting.AT, "owed": owed, "today": today,
        "late": sum(one.state == "late" for one in owed),
        "carried_out": record.stage in stages.CARRIED_OUT, "over": record.stage == Stage.CLOSED,
        "closure": lines, "done": sum(line.done for line in lines),
        "may_answer": manages and record.stage in stages.CARRIED_OUT,
        "steps": overview.next_steps(proposal, request.user) if record.stage not in stages.WRITING else [],
        "clearance": clearance_queries.standing_clearance(record),
        "amendment_form": AmendmentForm(initial=_asked(opened)), "schedule_form": ScheduleForm(),
        "report_form": ReportForm(), "sent_form": SentForm(initial={"on": today}),
    }  # fmt: skip
    return frame.show(request, proposal, "running", "proposals/running.html", status=status, **context | more)


def _asked(amendment: Any) -> dict[str, Any]:
    if amendment is None:
        return {}
    return {"kinds": amendment.kinds, "reason": amendment.reason, "new_end": amendment.new_end}


def _act(
    request: HttpRequest, pk: int, form: Any, name: str, act: Callable[[Proposal], Any], said: str, *, at: str = ""
) -> HttpResponse:
    """Do what a form asks and go back to the place of the page; where it cannot be done, show the page again with what was typed and
    the reason beside its field.
    """
    proposal = frame.proposal_or_404(request, pk)
    if form is not None and not form.is_valid():
        return _page(request, proposal, status=422, **{name: form, f"{name}_open": True})
    try:
        act(proposal)
    except ProposalError as refused:
        field = getattr(refused, "field", "")
        more: dict[str, Any] = {"refusal": str(refused)}
        if form is not None:
            form.add_error(field if field in form.fields else None, str(refused))
            more = {name: form, f"{name}_open": True}
        return _page(request, frame.proposal_or_404(request, pk), status=409, **more)
    messages.success(request, said)
    return redirect(reverse("proposals:running", args=[pk]) + (f"#{at}" if at else ""))


@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an amendment, or change what the open one asks for."""
    form = AmendmentForm(request.POST)

    def act(proposal: Proposal) -> None:
        given = form.cleaned_data
        what = {"kinds": given["kinds"], "reason": given["reason"], "new_end": given["new_end"], "by": person(request)}
        opened = papers.open_amendment(proposal)
        if opened is not None and request.POST.get("amendment") == str(opened.pk):
            amendments.change_amendment(opened, **what)
        else:
            amendments.open_amendment(proposal, **what)

    return _act(request, pk, form, "amendment_form", act, _("Saved. The pages of the proposal can be changed now."))


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the open amendment up."""

    def act(proposal: Proposal) -> None:
        opened = papers.open_amendment(proposal)
        if opened is None:
            raise amendments.AmendmentRefused(_("No amendment is open any more."))
        amendments.drop(opened, reason=request.POST.get("reason", ""), by=person(request))

    return _act(request, pk, None, "", act, _("The amendment was given up; the rows are as they were agreed."))


@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the schedule of reports."""
    form = ScheduleForm(request.POST)

    def act(proposal: Proposal) -> None:
        reporting.plan(proposal, **form.cleaned_data, by=person(request))

    return _act(request, pk, form, "schedule_form", act, _("The schedule was made."))


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one report."""
    form = ReportForm(request.POST)

    def act(proposal: Proposal) -> None:
        reporting.add_report(proposal, **form.cleaned_data, by=person(request))

    return _act(request, pk, form, "report_form", act, _("The report was added."))


@require_POST
def report(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Mark a report as sent, take that back, or take the report out of the schedule."""
    proposal = frame.proposal_or_404(request, pk)
    one = get_object_or_404(proposal.donor_reports.filter(removed_at__isnull=True), pk=key)
    do = request.POST.get("do", "")
    user = person(request)
    if do == "sent":
        form = SentForm(request.POST)
        if not form.is_valid():
            wrong = next(iter(form.errors.values()))[0]
            return _page(request, proposal, status=422, refusal=wrong, refused_report=one.pk)
        act: Callable[[Proposal], Any] = lambda _one: reporting.mark_sent(  # noqa: E731
            one, on=form.cleaned_data["on"], note=form.cleaned_data["note"], by=user
        )
        said = _("Marked as sent.")
    elif do == "unsent":
        act, said = lambda _one: reporting.mark_unsent(one, by=user), _("No longer marked as sent.")
    elif do == "remove":
        act, said = lambda _one: reporting.remove_report(one, by=user), _("Taken out of the schedule.")
    else:
        raise Http404(_("There is no such step for a report."))
    return _act(request, pk, None, "", act, said, at="reports" if do == "remove" else f"report-{one.pk}")


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one question of the closure checklist."""

    def act(proposal: Proposal) -> None:
        closing_actions.answer(
            proposal, question=request.POST.get("question", ""), done=request.POST.get("done") == "yes",
            note=request.POST.get("note", ""), by=person(request),
        )  # fmt: skip

    code = request.POST.get("question", "")
    return _act(request, pk, None, "", act, _("Saved."), at=f"closure-{code}" if code in closing.KNOWN else "")


urlpatterns = [
    path("<int:pk>/running/", page, name="running"),
    path("<int:pk>/running/amend/", amend, name="amend"),
    path("<int:pk>/running/drop/", drop, name="drop-amendment"),
    path("<int:pk>/running/schedule/", plan, name="schedule"),
    path("<int:pk>/running/reports/", add, name="add-report"),
    path("<int:pk>/running/reports/<int:key>/", report, name="report"),
    path("<int:pk>/running/closure/", answer, name="closure"),
]
