"""The text of a proposal: all sections on one page, each on a page of its own, and its earlier texts."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.services.alignment.access import person
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance.wording import differences
from migov.work.proposals import prose
from migov.work.proposals.actions import writing
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.models import Edition, Proposal, Section
from migov.work.proposals.papers import paper_of, title_of
from migov.work.proposals.queries import elements
from migov.work.proposals.queries import writing as queries
from migov.work.proposals.views import frame, text_beside, text_saving


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


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One section to write, with guidance beside it. A POST saves it: the way without JavaScript."""
    proposal = frame.proposal_or_404(request, pk)
    if request.method == "POST":
        return _save(request, proposal, code)
    return _page(request, proposal, code)


def _save(request: HttpRequest, proposal: Proposal, code: str) -> HttpResponse:
    typed = request.POST.get("text", "")
    try:
        saved = text_saving.save(request, proposal, code)
    except (writing.TextConflict, writing.ClosedMeanwhile) as conflict:
        messages.warning(request, str(conflict))
        if conflict.kept is None:
            return redirect("proposals:section", pk=proposal.pk, code=code)
        return redirect("proposals:aside", pk=proposal.pk, code=code, kept=conflict.kept.pk)
    except writing.NoSection as error:
        raise Http404(str(error)) from None
    except ProposalError as error:
        return _page(request, proposal, code, status=400, typed=typed, error=str(error))
    messages.success(request, _("Saved: %(words)s words.") % {"words": saved.words})
    return redirect("proposals:section", pk=proposal.pk, code=code)


def _page(request: HttpRequest, proposal: Proposal, code: str, *, status: int = 200, **more: Any) -> HttpResponse:
    standing = queries.section_of(proposal, code, request.user)
    if standing is None:
        raise Http404(_("There is no such section."))
    before, after = paper_of(proposal).neighbours(code)
    user = person(request)
    writer = standing.writer if standing.writer is not None and standing.writer.pk != user.pk else None
    context: dict[str, Any] = {
        "standing": standing, "part": standing.part, "before": before, "after": after, "writer": writer,
        "token": secrets.token_urlsafe(18), "blocks": prose.blocks(standing.text),
        "threads": text_beside.threads_of(proposal, standing.part.anchor),
        "declared": elements.declared(proposal.project.record),
        "has_editions": standing.row is not None and standing.revision > 0,
    }  # fmt: skip
    return frame.show(request, proposal, "text", "proposals/section.html", status=status, **context | more)


@require_safe
def editions(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Earlier texts of a section and words that were set aside; ?edition= shows one beside what stands."""
    proposal = frame.proposal_or_404(request, pk)
    standing = queries.section_of(proposal, code, request.user)
    row = get_object_or_404(Section, proposal=proposal, code=code)
    rows = queries.editions_of(row)
    chosen = next((one for one in rows if str(one.pk) == request.GET.get("edition")), None)
    context: dict[str, Any] = {
        "standing": standing, "row": row, "title": title_of(code), "editions": [(one, prose.count(one.text)) for one in rows],
        "chosen": chosen, "pieces": differences(chosen.text, row.text) if chosen else [],
        "kept": [(one, prose.count(one.text)) for one in queries.kept_beside(row)], "code": code,
    }  # fmt: skip
    return frame.show(request, proposal, "text", "proposals/text_editions.html", **context)


@require_POST
def restore(request: HttpRequest, pk: int, code: str, edition: int) -> HttpResponse:
    """Put an earlier text in the place of what stands."""
    proposal = frame.proposal_or_404(request, pk)
    found = get_object_or_404(Edition, pk=edition, section__proposal=proposal, section__code=code)
    try:
        writing.restore(found, by=person(request))
    except ProposalError as error:
        messages.error(request, str(error))
        return redirect("proposals:section-editions", pk=pk, code=code)
    messages.success(request, _("The earlier text stands again. What stood before is kept among the earlier texts."))
    return redirect("proposals:section", pk=pk, code=code)


SECTION = "<int:pk>/text/<slug:code>/"
urlpatterns: list[URLPattern] = [
    path("<int:pk>/text/", overview, name="text"),
    path(SECTION, section, name="section"),
    path(f"{SECTION}earlier/", editions, name="section-editions"),
    path(f"{SECTION}earlier/<int:edition>/restore/", restore, name="section-restore"),
    path(f"{SECTION}save/", text_saving.save_page, name="section-save"),
    path(f"{SECTION}open/", text_saving.open_page, name="section-open"),
    path(f"{SECTION}state/", text_saving.state, name="section-state"),
    path(f"{SECTION}take/", text_saving.take, name="section-take"),
    path(f"{SECTION}aside/<int:kept>/", text_beside.aside, name="aside"),
    path(f"{SECTION}elements/", text_beside.elements_part, name="section-elements"),
    path(f"{SECTION}elements/declare/", text_beside.declare, name="section-declare"),
    path(f"{SECTION}similar/", text_beside.similar_part, name="section-similar"),
    path(f"{SECTION}comments/<int:comment>/", text_beside.comment, name="section-comment"),
]
