"""An edition of a briefing book as a document."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.insight.briefings import content
from migov.insight.briefings.models import Edition
from migov.insight.dossier import printed
from migov.services.documents import Block, Note, PageBreak, Paragraph, Report, Section


def report(edition: Edition, *, base_url: str = "") -> Report:
    """The edition as it was made. Each chapter begins on a page of its own; every figure has its source and day."""
    kept = edition.content
    chapters = content.chapters_of(kept)
    starts, ends = (date.fromisoformat(kept[name]) if kept[name] else None for name in ("starts", "ends"))
    parts: list[Block] = []
    if kept["note"]:
        parts.append(Section(_("First words"), [Paragraph(text) for text in kept["note"].split("\n") if text.strip()]))
    for number, chapter in enumerate(chapters):
        silent = [block.title for block in chapter.blocks if not block.lines]
        held: list[Block] = [printed.table(block) for block in chapter.blocks if block.lines]
        if silent:
            held.append(Note(_("Nothing is known here on: %s.") % "; ".join(silent)))
        if number:
            parts.append(PageBreak())
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
    return Report(
        title=kept["title"], subtitle=_("Briefing book"), organisation=settings.MIGOV_ORGANISATION, date=day, as_of=day, blocks=parts,
        metadata=about, base_url=base_url, footnotes=printed.footnotes(texts), notices=[_("For internal use.")],
    )  # fmt: skip
