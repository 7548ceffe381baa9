"""Questions about the text of a proposal: how far its sections are, who writes them, and what lies beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import User
from migov.work.proposals import papers, prose
from migov.work.proposals.findings import MUST, SHOULD, Finding
from migov.work.proposals.models import Edition, Proposal, Section, SetAside
from migov.work.proposals.papers import SUMMARY, Part

EMPTY, SHORT, FITS, LONG = "empty", "short", "fits", "long"
SHORT_BELOW = 0.2  # of the limit
FAR_BEYOND = 1.1  # of the limit: then it has to be cut before it is handed in


@dataclass(frozen=True, slots=True)
class Standing:
    """A section as it stands. state: "empty", "short", "fits" or "long". writer: who writes now. aside: the viewer's words that wait.

    row: None where nobody has written yet. saved_by: None for changes made elsewhere.
    """

    part: Part
    text: str
    words: int
    revision: int
    row: Section | None = None
    writer: User | None = None
    aside: tuple[SetAside, ...] = ()

    @property
    def state(self) -> str:
        if not self.words:
            return EMPTY
        if self.words > self.part.limit:
            return LONG
        return SHORT if self.words < self.part.limit * SHORT_BELOW else FITS

    @property
    def saved_at(self) -> datetime | None:
        return self.row.saved_at if self.row else None

    @property
    def saved_by(self) -> User | None:
        return self.row.saved_by if self.row else None

    @property
    def begins(self) -> str:
        """The first words, for lists."""
        return " ".join(self.text.split()[:24])


def sections_of(proposal: Proposal, user: Viewer | None = None) -> list[Standing]:
    """The sections of the proposal's paper as they stand, in reading order. One query; a second for the words set aside of a user."""
    rows = {row.code: row for row in _rows(proposal)}
    aside: dict[int, list[SetAside]] = {}
    if user is not None and user.pk is not None and rows:
        for kept in SetAside.objects.filter(section__proposal=proposal, by_id=user.pk, settled_at__isnull=True):
            aside.setdefault(kept.section_id, []).append(kept)
    return [_standing(proposal, part, rows.get(part.code), aside) for part in papers.paper_of(proposal).sections]


def section_of(proposal: Proposal, code: str, user: Viewer | None = None) -> Standing | None:
    """One section of the proposal's paper; None where the paper has none of that code. Two queries."""
    part = papers.paper_of(proposal).section(code)
    if part is None:
        return None
    row = _rows(proposal).filter(code=code).first()
    aside: dict[int, list[SetAside]] = {}
    if row is not None and user is not None and user.pk is not None:
        aside[row.pk] = list(row.set_aside.filter(by_id=user.pk, settled_at__isnull=True))
    return _standing(proposal, part, row, aside)


def texts(proposal: Proposal) -> list[tuple[Part, str]]:
    """The sections of the proposal's paper with their texts, in reading order. One query."""
    return [(standing.part, standing.text) for standing in sections_of(proposal)]


def carried(proposal: Proposal) -> list[tuple[str, str, str]]:
    """Texts of sections that the present paper does not have: code, title, text. One query."""
    known = {part.code for part in papers.paper_of(proposal).sections}
    rows = proposal.sections.exclude(code__in=known).exclude(text="").order_by("code")
    return [(row.code, papers.title_of(row.code), row.text) for row in rows]


def editions_of(section: Section) -> Sequence[Edition]:
    """The earlier texts of a section, newest first. One query."""
    return list(section.editions.select_related("saved_by"))


def kept_beside(section: Section) -> Sequence[SetAside]:
    """All words that were set aside in a section, those that wait first. One query."""
    rows = section.set_aside.select_related("by")
    return sorted(rows, key=lambda kept: kept.settled_at is not None)


def findings(proposal: Proposal) -> list[Finding]:
    """What is missing or too long in the text, and words that wait to be settled. Two queries."""
    found: list[Finding] = []
    for standing in sections_of(proposal):
        part = standing.part
        url = reverse("proposals:section", args=[proposal.pk, part.code])
        words = {"title": part.title, "words": standing.words, "limit": part.limit}
        if standing.state == EMPTY:
            said = _("“%(title)s” is not written yet.") % words
            found.append(Finding("text-empty", MUST if part.required else SHOULD, said, part.anchor, url))
        elif standing.state == LONG:
            far = standing.words > part.limit * FAR_BEYOND
            said = _("“%(title)s” has %(words)s words; at most %(limit)s fit.") % words
            found.append(Finding("text-long", MUST if far else SHOULD, said, part.anchor, url))
        elif standing.state == SHORT:
            said = _("“%(title)s” is short: %(words)s words of up to %(limit)s.") % words
            found.append(Finding("text-short", SHOULD, said, part.anchor, url))
    waiting = SetAside.objects.filter(section__proposal=proposal, settled_at__isnull=True)
    for kept in waiting.select_related("section", "by"):
        url = reverse("proposals:aside", args=[proposal.pk, kept.section.code, kept.pk])
        said = _("Words of %(name)s in “%(title)s” were set aside and wait to be settled.")
        words = {"name": kept.by, "title": papers.title_of(kept.section.code)}
        found.append(Finding("text-aside", SHOULD, said % words, f"section:{kept.section.code}", url))
    return found


def _rows(proposal: Proposal) -> QuerySet[Section]:
    return proposal.sections.select_related("saved_by", "lock__holder")


def _standing(proposal: Proposal, part: Part, row: Section | None, aside: dict[int, list[SetAside]]) -> Standing:
    text, revision = (row.text, row.revision) if row else ("", 0)
    if part.code == SUMMARY:
        summary = prose.tidy(proposal.project.record.summary)
        # Changed on the record: the next save takes it over as a revision of its own (actions/texts.py).
        text, revision = summary, revision + (summary != text)
    lock = getattr(row, "lock", None)
    writer = lock.holder if lock is not None and lock.until > timezone.now() else None
    kept = tuple(aside.get(row.pk, ())) if row else ()
    return Standing(part, text, prose.count(text), revision, row, writer, kept)
