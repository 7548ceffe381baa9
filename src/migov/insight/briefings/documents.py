"""An edition of a briefing book as a document."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.insight.briefings import content
from migov.insight.briefings.content import Chapter
from migov.insight.briefings.models import Edition
from migov.insight.dossier import printed
from migov.insight.dossier.blocks import shortened
from migov.services.documents import Block, PageBreak, Paragraph, Report, Section

# Chapters of countries → lines of each part that are printed, so that a book on a whole region can still be carried. An edition keeps all.
ROOM = ((2, 60), (6, 12))
OF_MANY = 7
GROUPED = 6  # chapters of countries up to which each is divided under headings; of more the contents would be longer than a chapter


def report(edition: Edition, *, base_url: str = "") -> Report:
    """The edition as it was made. Each chapter begins on a page of its own; every figure has its source and day."""
    kept = edition.content
    chapters = content.chapters_of(kept)
    starts, ends = (date.fromisoformat(kept[name]) if kept[name] else None for name in ("starts", "ends"))
    sources = printed.Sources()
    countries = sum(1 for chapter in chapters if chapter.code)
    parts: list[Block] = []
    if kept["note"]:
        parts.append(Section(_("First words"), [Paragraph(text) for text in kept["note"].split("\n") if text.strip()]))
    for number, chapter in enumerate(chapters):
        if number:
            parts.append(PageBreak())
        held = _of_country(chapter, countries, sources) if chapter.code else printed.plain(chapter.blocks, sources)
        parts.append(Section(chapter.title, held or [Paragraph(_("Nothing is known here."))]))
    texts = [kept["title"], *(one.title for one in chapters)]
    for chapter in chapters:
        texts += printed.words_of(chapter.blocks)
    about = {_("Edition"): str(edition.number), _("Drawn for"): str(edition.by or "–")}
    if starts or ends:
        about[_("Period")] = formats.period(starts, ends)
    if kept["themes"]:
        about[_("Themes")] = ", ".join(kept["themes"])
    day = timezone.localdate(edition.at)
    notices = [_("For internal use.")]
    if kept.get("illustrative"):
        notices.append(_("Partly illustrative: some of it was written for the demonstration and is not real."))
    return Report(
        title=kept["title"], subtitle=_("Briefing book"), organisation=settings.MIGOV_ORGANISATION, date=day, as_of=day, blocks=parts,
        metadata=about, base_url=base_url, footnotes=printed.footnotes(texts), notices=notices, sources=sources.listed,
    )  # fmt: skip


def _lines(countries: int) -> int:
    return next((most for many, most in ROOM if countries <= many), OF_MANY)


def _of_country(chapter: Chapter, countries: int, sources: printed.Sources) -> list[Block]:
    shown = [shortened(block, _lines(countries)) for block in chapter.blocks]
    return printed.grouped(shown, sources) if countries <= GROUPED else printed.plain(shown, sources)
