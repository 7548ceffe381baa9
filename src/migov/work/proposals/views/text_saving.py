"""What the page of a section asks while somebody writes: saving, who writes now, taking over. Answers are JSON.

A save that was refused is answered with 200 and its state: the page then shows what became of the words.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.work.proposals.actions import writing
from migov.work.proposals.actions.ground import Closed, ProposalError
from migov.work.proposals.actions.writing import Saved
from migov.work.proposals.models import Proposal, Section, SetAside
from migov.work.proposals.queries import papers
from migov.work.proposals.queries import writing as queries
from migov.work.proposals.views import frame

TOKEN = 40  # characters


def save(request: HttpRequest, proposal: Proposal, code: str) -> Saved:
    """Save what a request says of a section. Raises as writing.save, and Http404 where the paper has no such section."""
    by = person(request)
    row = Section.objects.filter(proposal=proposal, code=code).first()
    if row is None:
        try:
            row, _lock = writing.open_section(proposal, code, token=_token(request), by=by)
        except writing.NoSection as error:
            raise Http404(str(error)) from None
    saved = writing.save(
        row, text=request.POST.get("text", ""), revision=_number(request, "revision"), token=_token(request),
        number=_number(request, "number"), by=by,
    )  # fmt: skip
    if "leave" in request.POST:
        writing.release(row, token=_token(request), by=by)
    return saved


@require_POST
def save_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save, and say what became of it: "saved", "aside" (kept, with the address where it is settled) or "refused".

    leave: the page is left and gives the lock up.
    """
    proposal = frame.proposal_or_404(request, pk)
    if "text" not in request.POST:  # a page that has nothing new is left
        access.require(request.user, "proposals.write", proposal.project.record)
        row = get_object_or_404(Section, proposal=proposal, code=code)
        writing.release(row, token=_token(request), by=person(request))
        return JsonResponse({"state": "left"})
    try:
        saved = save(request, proposal, code)
    except (writing.TextConflict, writing.ClosedMeanwhile) as conflict:
        return JsonResponse(_aside(conflict, pk, code, conflict.kept))
    except ProposalError as error:
        return JsonResponse({"state": "refused", "message": str(error)})
    return JsonResponse({"state": "saved", "revision": saved.revision, "at": _clock(saved.at), "words": saved.words})


def _aside(error: ProposalError, pk: int, code: str, kept: SetAside | None) -> dict[str, Any]:
    url = (
        reverse("proposals:aside", args=[pk, code, kept.pk]) if kept else reverse("proposals:section", args=[pk, code])
    )
    return {"state": "aside", "message": str(error), "url": url, "at": _clock(timezone.now())}


@require_POST
def open_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A page begins to write, or goes on: it has the lock, or is told who has."""
    proposal = frame.proposal_or_404(request, pk)
    try:
        _row, lock = writing.open_section(proposal, code, token=_token(request), by=person(request))
    except writing.NoSection as error:
        raise Http404(str(error)) from None
    except Closed as error:
        return JsonResponse({"state": "refused", "message": str(error)})
    return JsonResponse({"state": "open" if lock.mine else "held", "writer": str(lock.holder or "")})


@require_safe
def state(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The section as it stands, for a page that was away: text, revision, who else writes, who is signed in, and a fresh form token."""
    proposal = frame.proposal_or_404(request, pk)
    standing = queries.section_of(proposal, code)
    if standing is None:
        raise Http404(_("There is no such section."))
    user = person(request)
    writer = standing.writer if standing.writer is not None and standing.writer.pk != user.pk else None
    return JsonResponse(
        {
            "text": standing.text, "revision": standing.revision, "at": _clock(standing.saved_at), "writer": str(writer or ""),
            "user": str(user.pk), "csrf": get_token(request), "open": papers.may_write(user, proposal),
        },
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


@require_POST
def take(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Become the one who writes a section, and go to it."""
    proposal = frame.proposal_or_404(request, pk)
    try:
        row, _lock = writing.open_section(proposal, code, token=_token(request), by=person(request))
        writing.take_over(row, token=_token(request), by=person(request))
    except writing.NoSection as error:
        raise Http404(str(error)) from None
    except Closed as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("You write this section now. What the other had not saved is kept beside the text.")
        )
    return redirect("proposals:section", pk=pk, code=code)


def _token(request: HttpRequest) -> str:
    return request.POST.get("token", "").replace("\x00", "")[:TOKEN]


def _number(request: HttpRequest, name: str) -> int:
    """A whole number from the form; 0 where there is none, so that a save without a revision never passes for a new one."""
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _clock(moment: Any) -> str:
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""
