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
from migov.work.policy.products import citing, conformity, gaps
from migov.work.policy.products import edition as common
from migov.work.policy.products.edition import Edition

# How much of the rest there may be, from most to least: characters of the assessment, characters of each recommendation, instruments
# in the table, whether rows against "fully" are named. As many recommendations as find room follow.
SIZES = (
    (1400, 240, 10, True),
    (1000, 200, 8, True),
    (700, 160, 6, False),
    (450, 140, 5, False),
    (250, 110, 3, False),
)
# A size at which fewer find room gives way to the next, and never are there more.
FEW, MOST = 6, 24
# Characters of what stands against "fully".
AGAINST = 600


# Word sets the same words wider and higher, and with another font where its own is missing.
SPARE_IN_WORD = 11


def one_page(edition: Edition, fmt: str) -> Rendered:
    """The summary as a file, as full as fits on one page of A4."""
    spare = 0 if fmt == "pdf" else SPARE_IN_WORD
    wanted = min(len(gaps.ranked(edition)), MOST)
    for size in range(len(SIZES)):
        most = _most(edition, size, wanted, spare)
        if most >= min(FEW, wanted):
            break
    return render(summary(edition, size, max(most, 0)), fmt)


def _most(edition: Edition, size: int, wanted: int, spare: int) -> int:
    """How many recommendations find room at a size; below none where not even the rest does."""
    low, high = -1, wanted
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(summary(edition, size, middle), spare):
            low = middle
        else:
            high = middle - 1
    return low


def _fits(tried: Report, spare: int) -> bool:
    """Whether the PDF is one page. spare: paragraphs of a line for which there has to be room below."""
    tried = replace(tried, blocks=[*tried.blocks, *[Paragraph("–")] * spare])
    return len(PdfReader(BytesIO(render(tried, "pdf").content)).pages) == 1


def summary(edition: Edition, size: int = 0, most: int = MOST) -> Report:
    """The summary. size: from 0, the fullest, down the list of sizes. most: so many recommendations."""
    words, length, instruments, against = SIZES[size]
    table = edition.table
    blocks: list[Block] = []
    if table.summary.strip():
        blocks.append(Paragraph(citing.shortened(table.summary, words)))
    if not table.judged:
        blocks.append(Note(_("No row is judged yet.") if table.lines else _("The review has no rows yet.")))
    else:
        blocks += [Paragraph(gaps.progress(edition)), gaps.figures(edition), gaps.judgements(edition, instruments)]
        blocks += _first(edition, most, length)
    blocks += _conformity(edition, against=against)
    title = _("Summary of the review")
    subtitle = citing.shortened(f"{edition.text_name} · {table.version_label}".strip(" ·"), 200)
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
        items.append((Strong(head), citing.shortened(" – ".join([gap.line.obligation.rstrip(". "), advice]), length)))
    answered = [gap for gap in found if gap.line.answer is not None]
    agreed = sum(1 for gap in answered if gap.line.answer and gap.line.answer.stance in (Stance.AGREE, Stance.DONE))
    state = _("%(found)s recommendations in all.") % {"found": len(found)}
    if answered:
        state += " " + _("The government answered %(answered)s; it agrees with, or has done, %(agreed)s.") % {
            "answered": len(answered), "agreed": agreed,
        }  # fmt: skip
    return [Section(_("First of all"), [*([Bullets(items)] if items else []), Paragraph(state)])]


def _conformity(edition: Edition, *, against: bool) -> list[Block]:
    """The statement, whole: half a legal statement says something else."""
    said = conformity.statement(edition, citing.short_act)
    if not said:
        return []
    blocks: list[Block] = [Paragraph(line) for line in said.split("\n")]
    rows = [one for one in conformity.all_of(edition) if one.degree and one.preventing]
    if against and rows:
        words = "; ".join(f"{one.source.short_title}: {conformity.prevented(one)}" for one in rows)
        blocks.append(Paragraph((Strong(_("What stands against “fully”: ")), citing.shortened(words, AGAINST))))
    return [Section(_("Statement of conformity"), blocks)]
