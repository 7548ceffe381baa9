"""Questions about the text of a proposal: how far its sections are, who writes them, and what lies beside them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.services.writing import standing
from migov.services.writing.standing import EMPTY, LONG, SHORT, Standing
from migov.work.proposals import papers
from migov.work.proposals.actions.desk import DESK
from migov.work.proposals.findings import MUST, SHOULD, Finding
from migov.work.proposals.models import Proposal, SetAside
from migov.work.proposals.papers import Part

FAR_BEYOND = 1.1  # of the limit: then it has to be cut before it is handed in


def sections_of(proposal: Proposal, user: Viewer | None = None) -> list[Standing[Part]]:
    """The sections of the proposal's paper as they stand, in reading order. One query; a second for the words set aside of a user."""
    return standing.sections_of(DESK, proposal, papers.paper_of(proposal).sections, user)


def section_of(proposal: Proposal, code: str, user: Viewer | None = None) -> Standing[Part] | None:
    """One section of the proposal's paper; None where the paper has none of that code. Two queries."""
    part = papers.paper_of(proposal).section(code)
    return standing.section_of(DESK, proposal, part, user) if part else None


def texts(proposal: Proposal) -> list[tuple[Part, str]]:
    """The sections of the proposal's paper with their texts, in reading order. One query."""
    return [(one.part, one.text) for one in sections_of(proposal)]


def carried(proposal: Proposal) -> list[tuple[str, str, str]]:
    """Texts of sections that the present paper does not have: code, title, text. One query."""
    known = {part.code for part in papers.paper_of(proposal).sections}
    rows = proposal.sections.exclude(code__in=known).exclude(text="").order_by("code")
    return [(row.code, papers.title_of(row.code), row.text) for row in rows]


def findings(proposal: Proposal) -> list[Finding]:
    """What is missing or too long in the text, and words that wait to be settled. Two queries."""
    found: list[Finding] = []
    for one in sections_of(proposal):
        part = one.part
        url = reverse("proposals:section", args=[proposal.pk, part.code])
        words = {"title": part.title, "words": one.words, "limit": part.limit}
        if one.state == EMPTY:
            said = _("“%(title)s” is not written yet.") % words
            found.append(Finding("text-empty", MUST if part.required else SHOULD, said, part.anchor, url))
        elif one.state == LONG:
            far = one.words > part.limit * FAR_BEYOND
            said = _("“%(title)s” has %(words)s words; at most %(limit)s fit.") % words
            found.append(Finding("text-long", MUST if far else SHOULD, said, part.anchor, url))
        elif one.state == SHORT:
            said = _("“%(title)s” is short: %(words)s words of up to %(limit)s.") % words
            found.append(Finding("text-short", SHOULD, said, part.anchor, url))
    waiting = SetAside.objects.filter(section__proposal=proposal, settled_at__isnull=True)
    for kept in waiting.select_related("section", "by"):
        url = reverse("proposals:aside", args=[proposal.pk, kept.section.code, kept.pk])
        said = _("Words of %(name)s in “%(title)s” were set aside and wait to be settled.")
        words = {"name": kept.by, "title": papers.title_of(kept.section.code)}
        found.append(Finding("text-aside", SHOULD, said % words, f"section:{kept.section.code}", url))
    return found
