"""The table of concordance in its two forms: nine columns, and the four of the European Commission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.shell import formats
from migov.services.documents import Block, Column, Note, PageBreak, Paragraph, Report, Section, Strong, Table
from migov.work.policy.models import Judgement, TextKind
from migov.work.policy.products import citing
from migov.work.policy.products import edition as common
from migov.work.policy.products.edition import Edition
from migov.work.policy.review.table import Line, Source

# The words of the nine-column form. It knows "fully", "partially", "not to be transposed", "not relevant" and "discretionary
# provision"; what is missing or contrary has to stay apart from what is partial, so these two are ours.
NINE_WORDS = {
    Judgement.FULL: gettext_lazy("fully"),
    Judgement.PARTIAL: gettext_lazy("partially"),
    Judgement.NONE: gettext_lazy("not transposed"),
    Judgement.CONTRARY: gettext_lazy("contrary"),
    Judgement.NOT_APPLICABLE: gettext_lazy("not relevant"),
    Judgement.DISCRETIONARY: gettext_lazy("discretionary provision"),
}
# The scale of the four-column form.
SCALE = {
    Judgement.FULL: ("+", gettext_lazy("full")),
    Judgement.PARTIAL: ("-/+", gettext_lazy("partial or inconsistent")),
    Judgement.NONE: ("0", gettext_lazy("no legislation")),
    Judgement.CONTRARY: ("-", gettext_lazy("direct conflict")),
}


def nine(edition: Edition) -> Report:
    """The nine-column form on landscape pages, a table for each instrument."""
    note = _(
        "Column 6: “not transposed” – the text has nothing on it; “contrary” – the text says otherwise. "
        "Column 2 is the requirement in our words, followed by the official words of the paragraph or article where they are held. "
        "Column 9 also holds the wording proposed and the answer of the government."
    )
    return _form(edition, _("Table of concordance"), _nine_table, note)


def four(edition: Edition) -> Report:
    """The four-column form on landscape pages, a table for each instrument."""
    note = _("Scale: + full; -/+ partial or inconsistent; 0 no legislation; - direct conflict.")
    return _form(edition, _("Table of compliance"), _four_table, note)


def _form(edition: Edition, title: str, make: Callable[[Edition, Source, str], Table], note: str) -> Report:
    table = edition.table
    blocks: list[Block] = []
    for source in table.sources:
        if blocks:
            blocks.append(PageBreak())
        blocks.append(
            Section(source.short_title or source.title, [_head(edition, source), make(edition, source, note)])
        )
    if not blocks:
        blocks = [Paragraph(_("No instrument or framework was chosen for this review yet."))]
    elif not table.judged:
        blocks.insert(0, Note(_("No row is judged yet.")))
    return common.report(edition, title, blocks, cover=False, landscape=True)


def _head(edition: Edition, source: Source) -> Paragraph:
    """What the form says above each table."""
    table = edition.table
    lines = [
        (_("Title of the act"), source.title or source.short_title),
        citing.number(source),
        (_("Title of the national text"), edition.text_name),
        (_("Version"), table.version_label or "–"),
        (_("Date"), formats.day(table.on)),
    ]
    runs: list[str | Strong] = []
    for label, words in filter(all, lines):
        runs += [Strong(f"{label}: "), f"{words}\n"]
    return Paragraph([*runs[:-1], str(runs[-1]).rstrip("\n")])


def _caption(edition: Edition, source: Source) -> str:
    return f"{source.short_title or source.title} – {edition.short_name}"


def _nine_table(edition: Edition, source: Source, note: str) -> Table:
    columns = [
        Column("place", _("1. Article of the act (paragraph, point)"), width=2.4),
        Column("content", _("2. Content of that article"), width=5),
        Column("act", _("3. National act"), width=2),
        Column("number", _("4. Article of the national act"), width=1.9),
        Column("text", _("5. Content of that article"), width=6.2),
        Column("judgement", _("6. Fully approximated"), width=2.8),
        Column("planned", _("7. Act for what remains"), width=2),
        Column("until", _("8. Time limit"), width=1.4),
        Column("comment", _("9. Comment"), width=3.4),
    ]
    return Table(
        _caption(edition, source), columns, list(_nine_rows(edition, source)), note=note,
        sheet_name=source.short_title, missing="", wrap=True,
    )  # fmt: skip


def _nine_rows(edition: Edition, source: Source) -> Iterator[dict[str, Any]]:
    for line, content in _contents(edition, source):
        judgement = line.judgement
        yield {
            "place": "\n".join(filter(None, [common.place(source, line), line.heading])),
            "content": content,
            "act": edition.short_name if line.provisions else "",
            "number": "\n".join(one.label for one in line.provisions),
            "text": _provisions(line),
            "judgement": common.toned(judgement, str(NINE_WORDS[Judgement(judgement)]) if judgement else ""),
            "planned": line.planned_act,
            "until": line.planned_for,
            "comment": "\n".join(filter(None, [common.advice(line), common.answer(line)])),
        }


def _contents(edition: Edition, source: Source) -> Iterator[tuple[Line, str]]:
    """Each row with what the act asks: our line and the official words of its paragraph; the same words once for rows that follow each
    other."""
    before = ""
    for line in edition.table.of(source.code):
        official = citing.paragraph(line.content.strip(), line.place)
        shown = official if official != before else ""
        before = official
        guidance = _("See %(guidance)s.") % {"guidance": "; ".join(line.guidance)} if line.guidance else ""
        yield line, "\n\n".join(filter(None, [line.obligation, guidance, shown]))


def _provisions(line: Line) -> str:
    """The words of the provisions that answer a row, each under its label where there are several."""
    if len(line.provisions) == 1:
        return common.words_of(line.provisions[0])
    return "\n\n".join(f"{one.label}: {common.words_of(one)}" for one in line.provisions)


def _four_table(edition: Edition, source: Source, note: str) -> Table:
    columns = [
        Column("place", _("Article"), width=2),
        Column("obligation", _("Obligation"), width=7),
        Column("national", _("National provision: existing; proposed"), width=10),
        Column("compliance", _("Compliance, comment"), width=5),
    ]
    rows = [
        {
            "place": "\n".join(filter(None, [common.place(source, line), line.heading])),
            "obligation": content,
            "national": _national(line, draft=edition.kind == TextKind.BILL),
            "compliance": common.toned(line.judgement, _compliance(line)),
        }
        for line, content in _contents(edition, source)
    ]
    return Table(
        _caption(edition, source), columns, rows, note=note,
        sheet_name=source.short_title, missing="", wrap=True,
    )  # fmt: skip


def scale(judgement: str) -> str:
    """A judgement on the scale of the four-column form, the sign with its words; what the scale does not know in words alone."""
    if judgement in SCALE:
        sign, words = SCALE[Judgement(judgement)]
        return f"{sign}  {words}"
    return common.word(judgement)


def _compliance(line: Line) -> str:
    return "\n".join(filter(None, [scale(line.judgement), line.comment.strip(), common.answer(line)]))


def _national(line: Line, *, draft: bool) -> str:
    """What the text has, and what is proposed or planned. draft: whether the text is itself a proposal."""
    existing = _provisions(line)
    if len(line.provisions) == 1:
        existing = f"{line.provisions[0].label}: {existing}"
    planned = "; ".join(filter(None, [line.planned_act, line.planned_for]))
    proposed = "\n".join(filter(None, [line.wording.strip(), planned]))
    has = _("In the draft: %(words)s") if draft else _("Existing: %(words)s")
    parts = (
        has % {"words": existing} if existing else "",
        _("Proposed: %(words)s") % {"words": proposed} if proposed else "",
    )
    return "\n\n".join(part for part in parts if part)
