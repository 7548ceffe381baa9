"""The review page: what must be mended, handing in, where the review stands; and the versions that were handed in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records.models import Stage
from migov.foundation.shell import formats
from migov.services.alignment.access import person
from migov.services.clearance import actions as clearance_actions
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance import rules
from migov.services.clearance.comparison import compare
from migov.services.clearance.content import Content, Text, Value
from migov.services.clearance.models import Clearance, Submission
from migov.services.clearance.subjects import Refused, subject_of
from migov.work.proposals import content, overview, subject
from migov.work.proposals.actions import versions
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.models import Amendment, Proposal
from migov.work.proposals.queries import papers
from migov.work.proposals.views import frame


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What must be mended, who would be asked, and where the review stands."""
    return _page(request, frame.proposal_or_404(request, pk))


def _page(request: HttpRequest, proposal: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
    record = proposal.project.record
    amendment = papers.open_amendment(proposal)
    standing = clearance_queries.standing_clearance(record)
    clearance = standing or _unsaved(proposal, amendment)
    can_begin = record.stage in (Stage.PROPOSAL, Stage.REVIEW) or amendment is not None
    may_submit = access.allowed(request.user, "clearance.submit", record)
    parts = overview.amended_parts(proposal) if amendment else _written(proposal)
    changed = subject.changed_since(standing) if standing else []
    context: dict[str, Any] = {
        "changed": subject.changed_words(standing, changed) if standing and changed else "",
        "parts": parts, "must": sum(part.must for part in parts), "should": sum(part.should for part in parts),
        "clearance": standing, "amendment": amendment, "may_submit": may_submit and can_begin, "can_begin": can_begin,
        "asked": _asked(clearance, standing) if can_begin else [],
        "seats": clearance_queries.seats(standing) if standing else [],
        "counts": clearance_queries.counts(standing) if standing else None,
        "past": clearance_queries.clearances_of(record), "seen_round": standing.round if standing else 0, "note": "",
        "early": record.stage in overview.EARLY,
    }  # fmt: skip
    return frame.show(request, proposal, "review", "proposals/review.html", status=status, **context | more)


def _written(proposal: Proposal) -> list[overview.Part]:
    """What is missing while it is written; what was agreed is not checked again."""
    return overview.parts(proposal) if papers.is_open(proposal) else []


def _unsaved(proposal: Proposal, amendment: Amendment | None) -> Clearance:
    """A clearance as it would be opened, to ask the rules about."""
    return Clearance(
        record=proposal.project.record, subject=subject.AMENDMENT if amendment else subject.PROPOSAL,
        item=amendment.pk if amendment else None,
    )  # fmt: skip


def _asked(clearance: Clearance, standing: Clearance | None) -> list[rules.Needed]:
    """Who would be asked; in a standing review only those that nobody has been asked for yet."""
    how = subject_of(clearance)
    seats = list(standing.reviews.values_list("rule", "reviewer_id", "ended_at")) if standing else []
    asked_for = {code for codes, _reviewer, _ended in seats for code in codes.split()}
    needed = rules.explain(
        how.concerns(clearance), clearance.subject, record=clearance.record, authors=how.authors(clearance),
        seated=[reviewer for _codes, reviewer, ended in seats if reviewer and ended is None],
    )  # fmt: skip
    return [one for one in needed if not asked_for.issuperset(one.rules)]


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the proposal, or its open amendment, in."""
    proposal = frame.proposal_or_404(request, pk)
    amendment = papers.open_amendment(proposal)
    clearance = _unsaved(proposal, amendment)
    note, seen = request.POST.get("note", ""), request.POST.get("round", "0")
    try:
        made = clearance_actions.submit(
            proposal.project.record, subject=clearance.subject, item=clearance.item, note=note,
            seen_round=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0, by=person(request),
        )  # fmt: skip
    except (Refused, ProposalError) as refused:
        again = frame.proposal_or_404(request, pk)
        return _page(request, again, status=409, refusal=str(refused), note=note)
    messages.success(request, _("Handed in as round %s. The reviewers were told.") % made.number)
    return redirect("proposals:review", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the proposal or amendment back from review."""
    proposal = frame.proposal_or_404(request, pk)
    standing = clearance_queries.standing_clearance(proposal.project.record)
    reason = request.POST.get("reason", "")
    if standing is None:
        messages.warning(request, _("Nothing is in review any more."))
        return redirect("proposals:review", pk=pk)
    try:
        clearance_actions.take_back(standing, reason=reason, by=person(request))
    except (Refused, ProposalError) as refused:
        return _page(request, frame.proposal_or_404(request, pk), status=409, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("Taken back from review."))
    return redirect("proposals:review", pk=pk)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions that were handed in, newest first."""
    proposal = frame.proposal_or_404(request, pk)
    past = clearance_queries.clearances_of(proposal.project.record)
    context: dict[str, Any] = {"past": past, "any": any(one.submissions.all() for one in past)}
    return frame.show(request, proposal, "review", "proposals/versions.html", **context)


def _version(proposal: Proposal, key: int) -> Submission:
    found = Submission.objects.select_related("clearance", "by", "revision").filter(
        pk=key, clearance__record_id=proposal.pk
    )
    if (one := found.first()) is None:
        raise Http404(_("There is no such version of this proposal."))
    return one


@require_safe
def version(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """One version as it was handed in; or what is different now."""
    proposal = frame.proposal_or_404(request, pk)
    submission = _version(proposal, key)
    then = clearance_queries.content_of(submission)
    since = request.GET.get("compare") == "now"
    comparison = compare(then, content.content(proposal)) if since else None
    may_go_back = papers.may_write(request.user, proposal) and submission.revision_id is not None
    return frame.show(
        request, proposal, "review", "proposals/versions_one.html", submission=submission, content=_shown(then),
        comparison=comparison, may_go_back=may_go_back,
    )  # fmt: skip


def _shown(said: Content) -> list[tuple[str, Any, list[list[tuple[bool, Any]]], str]]:
    """The parts of a version for the page: title, headings, rows of cells (whether it is a number, the value), text."""
    shown: list[tuple[str, Any, list[list[tuple[bool, Any]]], str]] = []
    for part in said.parts:
        if isinstance(part, Text):
            shown.append((part.title, (), [], part.text))
            continue
        rows = [[_cell(line.values.get(heading.key)) for heading in part.headings] for line in part.lines]
        shown.append((part.title, part.headings, rows, ""))
    return shown


def _cell(value: Value) -> tuple[bool, Any]:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return True, value
    return False, formats.day(value) if isinstance(value, date) else value if value is not None else formats.DASH


@require_POST
def go_back(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Make the working rows say what a version says."""
    proposal = frame.proposal_or_404(request, pk)
    submission = _version(proposal, key)
    try:
        versions.go_back(proposal, submission, by=person(request))
    except ProposalError as refused:
        messages.warning(request, str(refused))
        return redirect("proposals:version", pk=pk, key=key)
    words = _(
        "The proposal says again what it said in round %s. Texts that were replaced are kept as earlier versions of their sections."
    )
    messages.success(request, words % submission.number)
    return redirect("proposals:page", pk=pk)


urlpatterns = [
    path("<int:pk>/review/", review, name="review"),
    path("<int:pk>/review/submit/", submit, name="submit"),
    path("<int:pk>/review/take-back/", take_back, name="take-back"),
    path("<int:pk>/versions/", history, name="versions"),
    path("<int:pk>/versions/<int:key>/", version, name="version"),
    path("<int:pk>/versions/<int:key>/back/", go_back, name="go-back"),
]
