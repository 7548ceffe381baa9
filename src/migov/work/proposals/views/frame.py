"""What all pages of one proposal share: who may see them, the head of the page and its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import papers


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the proposal. url_name: within the namespace of proposals, with the proposal's key."""

    code: str
    label: str | Promise
    url_name: str


TABS = (
    Tab("overview", gettext_lazy("Overview"), "proposals:page"),
    Tab("text", gettext_lazy("Text"), "proposals:text"),
    Tab("matrix", gettext_lazy("Results matrix"), "proposals:matrix"),
    Tab("budget", gettext_lazy("Budget"), "proposals:budget"),
    Tab("plan", gettext_lazy("Work plan"), "proposals:plan"),
    Tab("risks", gettext_lazy("Risks"), "proposals:risks"),
    Tab("markers", gettext_lazy("Markers"), "proposals:markers"),
    Tab("review", gettext_lazy("Review"), "proposals:review"),
    Tab("running", gettext_lazy("Running the project"), "proposals:running"),
)


WRITTEN = frozenset({"text", "matrix", "budget", "plan", "risks", "markers"})  # tabs whose rows reviewers read frozen


def proposal_or_404(request: HttpRequest, key: int) -> Proposal:
    """The proposal that the address names. Raises Http404 where the viewer may not see it."""
    try:
        return papers.proposal_for(request.user, key)
    except (Proposal.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such proposal, or you may not see it.")) from None


def show(
    request: HttpRequest, proposal: Proposal, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the proposal: the template extends proposals/frame.html and is given proposal, record, tabs and may_write.

    Who writes while a version is in review is told so above every tab that reviewers read.
    """
    writes = papers.may_write(request.user, proposal)
    tabs = [(one, reverse(one.url_name, args=[proposal.pk]), one.code == tab) for one in TABS]
    common = {
        "proposal": proposal, "record": proposal.project.record, "tabs": tabs, "tab": tab,
        "may_write": writes, "read_round": papers.in_review(proposal) if writes and tab in WRITTEN else None,
    }  # fmt: skip
    return render(request, template, common | context, status=status)
