"""What stands beside a section of a proposal: similar projects, framework elements that fit."""

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
from migov.services.suggestions import hints
from migov.services.writing import answers
from migov.work.proposals import similar
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import elements
from migov.work.proposals.queries import writing as queries
from migov.work.proposals.views import frame

FIRST_WORDS = 40_000  # characters of the text that are looked at


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
    element = get_object_or_404(Element.objects.select_related("framework"), pk=answers.number(request, "element"))
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
