"""A report as its writers read it: the sections as they stand, the figures that changed, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.access import Viewer
from migov.services.writing import prose, standing
from migov.services.writing.standing import EMPTY, LONG, Standing
from migov.work.proposals.findings import MUST, SHOULD, Finding, ordered
from migov.work.proposals.queries.writing import FAR_BEYOND
from migov.work.reports import figures, outlines, queries
from migov.work.reports.actions.desk import DESK
from migov.work.reports.facts import Facts
from migov.work.reports.models import Report, SetAside


@dataclass(frozen=True, slots=True)
class Read:
    """A section with its figures that changed since it was written. made: whether it still is what was made from the figures."""

    standing: Standing[outlines.Part]
    changed: tuple[figures.Changed, ...]
    made: bool

    @property
    def named(self) -> int:
        """How many figures that changed are named in the text."""
        return sum(one.named for one in self.changed)


def sections_of(
    report: Report, user: Viewer | None = None, *, facts: Facts | None = None
) -> list[Standing[outlines.Part]]:
    """The sections as they stand, in reading order. The queries of parts_of, one, and one for the words set aside of a user."""
    return standing.sections_of(DESK, report, queries.parts_of(report, facts), user)


def section_of(report: Report, code: str, user: Viewer | None = None) -> Standing[outlines.Part] | None:
    """One section; None where the report has none of that code."""
    part = queries.part_of(report, code)
    return standing.section_of(DESK, report, part, user) if part else None


def read(one: Standing[outlines.Part], facts: Facts) -> Read:
    """A section with what became of its figures."""
    row: Any = one.row
    if row is None or not one.text:
        return Read(one, (), False)
    found = figures.changed(figures.figures_of(one.part, facts), row.figures, one.text)
    return Read(one, tuple(found), bool(row.made) and row.made == one.text)


def carried(report: Report, parts: Sequence[outlines.Part]) -> list[tuple[str, str, list[prose.Block]]]:
    """Texts of sections that the report no longer has (its type or the matrix changed): code, title, text. One query."""
    rows = report.sections.exclude(code__in=[part.code for part in parts]).exclude(text="").order_by("code")
    return [(row.code, outlines.title_of(row.code), prose.blocks(row.text)) for row in rows]


def findings(report: Report, facts: Facts | None = None) -> list[Finding]:
    """What is missing, too long or out of date, what must be mended first."""
    facts = facts or Facts(report)
    return ordered(_found(report, facts))


def _found(report: Report, facts: Facts) -> Iterator[Finding]:
    for section in sections_of(report, facts=facts):
        yield from _of_section(report, read(section, facts))
    waiting = SetAside.objects.filter(section__report=report, settled_at__isnull=True).select_related("section", "by")
    for kept in waiting:
        url = reverse("reports:aside", args=[report.pk, kept.section.code, kept.pk])
        said = _("Words of %(name)s in “%(title)s” were set aside and wait to be settled.")
        words = {"name": kept.by, "title": _title(report, facts, kept.section.code)}
        yield Finding("text-aside", SHOULD, said % words, f"section:{kept.section.code}", url)
    if facts.waiting:
        text = ngettext(
            "%(number)s reported value is not verified and is in no figure.",
            "%(number)s reported values are not verified and are in no figure.", facts.waiting,
        ) % {"number": facts.waiting}  # fmt: skip
        yield Finding(
            "not-verified",
            SHOULD,
            text,
            "facts:results",
            reverse("projects:panel", args=[report.project_id, "results"]),
        )
    if facts.report.ends > facts.day:
        said = _("The period ends on a day to come: figures are those of today, and change until then.")
        yield Finding("period-runs", SHOULD, said, "header", reverse("reports:page", args=[report.pk]))


def _of_section(report: Report, one: Read) -> Iterator[Finding]:
    section, part = one.standing, one.standing.part
    url = reverse("reports:section", args=[report.pk, part.code])
    words = {"title": part.title, "words": section.words, "limit": part.limit}
    if section.state == EMPTY:
        text = _("“%(title)s” is not written yet.") % words
        yield Finding("text-empty", MUST if part.required else SHOULD, text, part.anchor, url)
    elif section.state == LONG:
        far = section.words > part.limit * FAR_BEYOND
        text = _("“%(title)s” has %(words)s words; at most %(limit)s fit.") % words
        yield Finding("text-long", MUST if far else SHOULD, text, part.anchor, url)
    if one.made:
        text = _("“%(title)s” holds only sentences made from the figures.") % words
        yield Finding("text-made", SHOULD, text, part.anchor, url)
    for change in one.changed:
        if change.named:
            text = _("“%(title)s” names a figure that has changed. %(what)s") % {**words, "what": change.words}
            yield Finding("figure-changed", SHOULD, text, part.anchor, url)


def _title(report: Report, facts: Facts, code: str) -> str:
    part = queries.part_of(report, code, facts)
    return part.title if part else outlines.title_of(code)
