"""The summary of a review on one page."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from django.utils.translation import gettext as _
from pypdf import PdfReader

from migov.services.documents import (
    Block,
    Bullets,
    Note,
    Paragraph,
    Rendered,
    Report,
    Section,
    Strong,
    render,
)
from migov.work.policy.models import Stance
from migov.work.policy.products import conformity, gaps
from migov.work.policy.products import edition as common
from migov.work.policy.products.edition import Edition

# How much of it there may be, from most to least: characters of the assessment, recommendations, characters of each, instruments
# in the table, whether rows against "fully" are named.
SIZES = (
    (1400, 8, 240, 10, True),
    (1000, 6, 200, 8, True),
    (700, 5, 160, 6, False),
    (450, 3, 140, 5, False),
    (250, 2, 110, 3, False),
)


# Word sets the same words wider and higher, and with another font where its own is missing.
SPARE_IN_WORD = 11


def one_page(edition: Edition, fmt: str) -> Rendered:
    """The summary as a file, as full as fits on one page of A4."""
    return render(summary(edition, _size(edition, 0 if fmt == "pdf" else SPARE_IN_WORD)), fmt)


def _size(edition: Edition, spare: int) -> int:
    """The largest size whose PDF is one page. spare: paragraphs of a line for which there has to be room below."""
    for size in range(len(SIZES) - 1):
        tried = summary(edition, size)
        tried = replace(tried, blocks=[*tried.blocks, *[Paragraph("–")] * spare])
        if len(PdfReader(BytesIO(render(tried, "pdf").content)).pages) == 1:
            return size
    return len(SIZES) - 1


def summary(edition: Edition, size: int = 0) -> Report:
    """The summary. size: from 0, the fullest, down the list of sizes."""
    words, most, length, instruments, against = SIZES[size]
    table = edition.table
    blocks: list[Block] = []
    if table.summary.strip():
        blocks.append(Paragraph(common.shortened(table.summary, words)))
    if not table.judged:
        blocks.append(Note(_("No row is judged yet.") if table.lines else _("The review has no rows yet.")))
    else:
        blocks += [Paragraph(gaps.progress(edition)), gaps.figures(edition), gaps.judgements(edition, instruments)]
        blocks += _first(edition, most, length)
    blocks += _conformity(edition, against=against, length=words)
    title = _("Summary of the review")
    subtitle = common.shortened(f"{edition.text_name} · {table.version_label}".strip(" ·"), 200)
    return common.report(edition, title, blocks, cover=False, subtitle=subtitle, metadata={})


def _first(edition: Edition, most: int, length: int) -> list[Block]:
    """The weightiest recommendations, and how many the government has answered."""
    found = gaps.ranked(edition)
    if not found:
        return [Paragraph(_("No row is judged partial, none or contrary: there is nothing to recommend."))]
    items = []
    for gap in found[:most]:
        advice = gaps.advised(gap.line) or gap.line.wording
        head = f"{gap.source.short_title} {gap.line.place} ({common.word(gap.line.judgement)}): "
        items.append((Strong(head), common.shortened(" – ".join([gap.line.obligation.rstrip(". "), advice]), length)))
    answered = [gap for gap in found if gap.line.answer is not None]
    agreed = sum(1 for gap in answered if gap.line.answer and gap.line.answer.stance in (Stance.AGREE, Stance.DONE))
    state = _("%(found)s recommendations in all.") % {"found": len(found)}
    if answered:
        state += " " + _("The government answered %(answered)s; it agrees with, or has done, %(agreed)s.") % {
            "answered": len(answered), "agreed": agreed,
        }  # fmt: skip
    return [Section(_("First of all"), [Bullets(items), Paragraph(state)])]


def _conformity(edition: Edition, *, against: bool, length: int) -> list[Block]:
    said = conformity.statement(edition)
    if not said:
        return []
    blocks: list[Block] = [Paragraph(common.shortened(said, max(length, 400)))]
    rows = [one for one in conformity.all_of(edition) if one.degree and one.preventing]
    if against and rows:
        words = "; ".join(f"{one.source.short_title}: {conformity.prevented(one)}" for one in rows)
        label = _("What stands against “fully”: ")
        blocks.append(Paragraph((Strong(label), common.shortened(words, length // 2))))
    return [Section(_("Statement of conformity"), blocks)]
