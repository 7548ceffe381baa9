"""What stands beside a section: words that were set aside, comments, similar projects, framework elements that fit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.frameworks.models import Element
from migov.foundation.people import access
from migov.foundation.records import kinds
from migov.services.alignment import actions as alignments
from migov.services.alignment.access import person
from migov.services.alignment.errors import AlignmentError
from migov.services.clearance import actions as clearance_actions
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance.models import Comment, CommentState
from migov.services.clearance.subjects import Refused
from migov.services.clearance.wording import differences
from migov.services.suggestions import hints
from migov.work.proposals import similar
from migov.work.proposals.actions import writing
from migov.work.proposals.actions.ground import Conflict, ProposalError
from migov.work.proposals.models import Proposal, SetAside
from migov.work.proposals.papers import title_of
from migov.work.proposals.queries import elements
from migov.work.proposals.queries import writing as queries
from migov.work.proposals.views import frame

FIRST_WORDS = 40_000  # characters of the text that are looked at


def threads_of(proposal: Proposal, anchor: str) -> list[clearance_queries.Thread]:
    """The remarks of reviewers on a place, while a clearance stands; those that were withdrawn left out. Three queries at most."""
    clearance = clearance_queries.standing_clearance(proposal.project.record)
    if clearance is None:
        return []
    found = clearance_queries.threads(clearance, anchor=anchor)
    return [thread for thread in found if thread.remark.state != CommentState.WITHDRAWN]


@require_http_methods(["GET", "HEAD", "POST"])
def aside(request: HttpRequest, pk: int, code: str, kept: int) -> HttpResponse:
    """Words that could not be saved beside the text that stands, and what shall become of them."""
    proposal = frame.proposal_or_404(request, pk)
    access.require(request.user, "proposals.write", proposal.project.record)
    found = get_object_or_404(
        SetAside.objects.select_related("by", "section"), pk=kept, section__proposal=proposal, section__code=code
    )
    if request.method == "POST" and found.settled_at is None:
        return _settle(request, proposal, found)
    return _beside(request, proposal, found)


def _settle(request: HttpRequest, proposal: Proposal, kept: SetAside) -> HttpResponse:
    choice, typed = request.POST.get("choice", ""), request.POST.get("text", "")
    chosen = {"theirs": None, "mine": kept.text, "merged": typed}
    if choice not in chosen:
        return _beside(request, proposal, kept, status=400, typed=typed, error=_("Choose what shall stand."))
    revision = request.POST.get("revision", "")
    try:
        writing.settle(
            kept, text=chosen[choice], revision=_number(revision), by=person(request),
            take_over="take_over" in request.POST,
        )  # fmt: skip
    except Conflict as conflict:
        return _beside(request, proposal, kept, status=409, typed=typed, error=str(conflict))
    except ProposalError as error:
        return _beside(request, proposal, kept, status=400, typed=typed, error=str(error))
    done = {
        "theirs": _("The text stands as it was. Your words stay among the earlier texts."),
        "mine": _("Your words stand now. What stood before is kept among the earlier texts."),
        "merged": _("The text is saved. Both earlier ones are kept."),
    }
    messages.success(request, done[choice])
    return redirect("proposals:section", pk=proposal.pk, code=kept.section.code)


def _number(said: str) -> int:
    """A whole number from the form; 0 for anything else."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _beside(
    request: HttpRequest, proposal: Proposal, kept: SetAside, *, status: int = 200, typed: str | None = None, error: str = ""
) -> HttpResponse:  # fmt: skip
    code = kept.section.code
    standing = queries.section_of(proposal, code)
    text = standing.text if standing else kept.section.text
    user = person(request)
    writer = standing.writer if standing and standing.writer and standing.writer.pk != user.pk else None
    context: dict[str, Any] = {
        "kept": kept, "standing": standing, "title": title_of(code), "code": code, "own": kept.by_id == user.pk, "writer": writer,
        "revision": standing.revision if standing else kept.section.revision, "error": error,
        "pieces": differences(text, kept.text), "typed": kept.text if typed is None else typed,
        "stands_by": standing.saved_by if standing else None,
    }  # fmt: skip
    return frame.show(request, proposal, "text", "proposals/text_aside.html", status=status, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def elements_part(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Framework elements that fit the words being written (posted), else those that stand; a part of the page."""
    proposal = frame.proposal_or_404(request, pk)
    return _elements(request, proposal, code, request.POST.get("text"))


def _elements(
    request: HttpRequest, proposal: Proposal, code: str, text: str | None, *, said: str = "", wrong: str = ""
) -> HttpResponse:
    record = proposal.project.record
    if text is None:
        standing = queries.section_of(proposal, code)
        text = standing.text if standing else ""
    context: dict[str, Any] = {
        "proposal": proposal, "code": code, "fitting": elements.fitting(record, text[-FIRST_WORDS:]),
        "declared": elements.declared(record), "may_declare": access.allowed(request.user, "alignment.declare", record),
        "said": said, "wrong": wrong,
    }  # fmt: skip
    return render(request, "proposals/guidance_elements.html", context)


@require_POST
def declare(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Say that the project is aligned to an element that was suggested beside its text."""
    proposal = frame.proposal_or_404(request, pk)
    element = get_object_or_404(
        Element.objects.select_related("framework"), pk=_number(request.POST.get("element", ""))
    )
    said = wrong = ""
    try:
        alignments.declare(proposal.project.record, element, by=person(request))
        said = _("%(element)s was declared.") % {"element": element}
    except AlignmentError as error:
        wrong = f"{element}: {error}"
    if getattr(request, "htmx", False):
        return _elements(request, proposal, code, request.POST.get("text"), said=said, wrong=wrong)
    (messages.error if wrong else messages.success)(request, wrong or said)
    return redirect("proposals:section", pk=pk, code=code)


@require_safe
def similar_part(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Earlier projects like this one, and hints of other rooms; a part of the page, or a page where it was opened as one."""
    proposal = frame.proposal_or_404(request, pk)
    record = proposal.project.record
    standing = queries.section_of(proposal, code)
    if standing is None:
        raise Http404(_("There is no such section."))
    text = "\n".join(filter(None, (record.title, record.summary, standing.text)))[:FIRST_WORDS]
    found = similar.similar(record, text, request.user)
    context: dict[str, Any] = {
        "part": standing.part,
        "similar": [(one, kinds.url_of(one.record)) for one in found],
        "hints": hints.hints(hints.Asked(record, code, text, request.user)),
    }  # fmt: skip
    if getattr(request, "htmx", False):
        return render(request, "proposals/guidance_similar.html", context)
    return frame.show(request, proposal, "text", "proposals/guidance_page.html", **context)


@require_POST
def comment(request: HttpRequest, pk: int, code: str, comment: int) -> HttpResponse:
    """Answer a reviewer's remark on a section, or take the wording that it suggests."""
    proposal = frame.proposal_or_404(request, pk)
    found = get_object_or_404(
        Comment, pk=comment, clearance__record_id=proposal.pk, parent__isnull=True, anchor=f"section:{code}"
    )
    try:
        if "accept" in request.POST:
            clearance_actions.accept_wording(found, by=person(request))
            messages.success(request, _("The wording stands in the text now."))
        else:
            clearance_actions.reply(found, body=request.POST.get("body", ""), by=person(request))
            messages.success(request, _("Your answer was sent."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("proposals:section", pk=pk, code=code)
