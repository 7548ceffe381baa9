"""The gap report: what is missing, in conflict or incomplete, ranked by weight, with what is recommended and what the government says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.services.documents import (
    Block,
    Chart,
    Column,
    Fact,
    Facts,
    Link,
    Note,
    Paragraph,
    Report,
    Section,
    Strong,
    Table,
    Tone,
)
from migov.services.documents.charts import stacked_bars
from migov.work.policy.models import Addressee, Judgement, Obligation, Weight
from migov.work.policy.products import citing, conformity
from migov.work.policy.products import edition as common
from migov.work.policy.products.edition import Edition
from migov.work.policy.review.table import Line, Source, tally

WEIGHTS = (Weight.BINDING, Weight.AUTHORITATIVE, Weight.POLITICAL)
TYPES = (Obligation.SHALL, Obligation.INSTITUTIONAL, Obligation.DEFINITION, Obligation.MAY, Obligation.DISCRETIONARY)
QUOTED = 1500
NO_ADVICE = {
    Judgement.CONTRARY: gettext_lazy("Change the provision so that it no longer conflicts with this requirement."),
    Judgement.NONE: gettext_lazy("Add a provision that meets this requirement."),
    Judgement.PARTIAL: gettext_lazy("Complete the provision so that it meets this requirement in full."),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A row that asks for something to be done. number: its rank in the whole table, from 1."""

    number: int
    source: Source
    line: Line


def ranked(edition: Edition) -> list[Gap]:
    """The rows judged contrary, none or partial: by weight (binding first), then judgement (contrary, none, partial), then type (shall
    before may), then as the table has them."""
    table = edition.table
    sources = {source.code: source for source in table.sources}
    found = [line for line in table.lines if line.judgement in common.GAPS and line.source in sources]
    found.sort(key=_rank)
    return [Gap(number, sources[line.source], line) for number, line in enumerate(found, start=1)]


def _rank(line: Line) -> tuple[int, int, int]:
    return _at(WEIGHTS, line.weight), _at(common.GAPS, line.judgement), _at(TYPES, line.type)


def _at(order: Sequence[str], code: str) -> int:
    return order.index(code) if code in order else len(order)


def by_source(gaps: Sequence[Gap]) -> list[tuple[Source, list[Gap]]]:
    """The gaps of each instrument, the one with the weightiest gap first."""
    groups: dict[str, tuple[Source, list[Gap]]] = {}
    for gap in gaps:
        groups.setdefault(gap.source.code, (gap.source, []))[1].append(gap)
    return list(groups.values())


def advised(line: Line) -> str:
    """What is recommended: the comment, else a plain sentence for the judgement. Proposed wording stands apart."""
    if line.comment.strip() or line.wording.strip() or line.judgement not in NO_ADVICE:
        return line.comment.strip()
    return str(NO_ADVICE[Judgement(line.judgement)])


def gap_report(edition: Edition) -> Report:
    """The whole report."""
    table, gaps = edition.table, ranked(edition)
    blocks: list[Block] = [Section(_("Overall assessment"), _overall(edition, gaps))]
    if gaps:
        blocks.append(Section(_("Recommendations by rank"), [_ranking(edition, gaps)]))
        blocks.append(
            Section(
                _("Recommendations by instrument"),
                [
                    Section(source.title or source.short_title, [_one(edition, gap) for gap in found])
                    for source, found in by_source(gaps)
                ],
            )
        )
    footnote = conformity.blocks(edition)
    if footnote:
        blocks.append(Section(_("Statement of conformity"), footnote))
    cover = bool(table.lines)
    return common.report(edition, _("Gap report"), blocks, cover=cover)


def _overall(edition: Edition, gaps: Sequence[Gap]) -> list[Block]:
    table = edition.table
    blocks: list[Block] = [Paragraph(part.strip()) for part in table.summary.split("\n\n") if part.strip()]
    if not table.lines:
        return [*blocks, Note(_("The review has no rows yet."))]
    if not table.judged:
        return [*blocks, Note(_("No row is judged yet."))]
    blocks += [Paragraph(progress(edition)), figures(edition), picture(edition)]
    if not gaps:
        blocks.append(Paragraph(_("No row is judged partial, none or contrary: there is nothing to recommend.")))
    return blocks


def progress(edition: Edition) -> str:
    """How many rows are judged, in a sentence."""
    table = edition.table
    words = ngettext(
        "%(judged)s of %(rows)s requirements and elements of one instrument or framework are judged.",
        "%(judged)s of %(rows)s requirements and elements of %(sources)s instruments or frameworks are judged.",
        len(table.sources),
    )
    return words % {"judged": table.judged, "rows": len(table.lines), "sources": len(table.sources)}


def figures(edition: Edition) -> Facts:
    """How many rows are full, partial, none and contrary; each leads to the rows."""
    table = edition.table
    counts = tally(table.lines).counts
    share = _("of %(judged)s judged") % {"judged": table.judged}
    return Facts(
        [
            *(
                Fact(
                    common.word(code).capitalize(), counts.get(code, 0), share, kind="integer", url=edition.rows(judgement=code),
                )
                for code in (Judgement.FULL, Judgement.PARTIAL, Judgement.NONE, Judgement.CONTRARY)
            ),
        ]
    )  # fmt: skip


def judgements(edition: Edition, most: int = 0) -> Table:
    """The judgements of each instrument, counted; what is not applicable or left to discretion together.

    most: at most so many instruments, and a word on how many more there are; 0 for all.
    """
    table = edition.table
    shown = table.sources[:most] if most else table.sources
    rows = [_counted(edition, source) for source in shown]
    columns = [
        Column("name", _("Instrument or framework"), "link", width=3),
        *(Column(key, label.capitalize(), "integer") for key, label, _tone in _series()),
    ]
    total = {key: sum(row[key] for row in rows) for key, _label, _tone in _series()}
    more = len(table.sources) - len(shown)
    note = _("%(count)s more are in the table of concordance.") % {"count": more} if more else ""
    whole = len(rows) > 1 and not more
    return Table(_("Judgements by instrument"), columns, rows, total=total if whole else None, note=note)


def _counted(edition: Edition, source: Source) -> dict[str, Any]:
    counts = tally(edition.table.of(source.code)).counts
    name = citing.shortened(source.short_title or source.title, 60)
    row: dict[str, Any] = {code: counts.get(code, 0) for code in (Judgement.FULL, *common.GAPS)}
    row["other"] = counts.get(Judgement.NOT_APPLICABLE, 0) + counts.get(Judgement.DISCRETIONARY, 0)
    row["open"] = counts.get("", 0)
    return row | {"label": name, "name": Link(name, edition.rows(source=source.code))}


def _series() -> list[tuple[str, str, Tone]]:
    """What is counted, from good to bad: key, name, tone."""
    codes = (Judgement.FULL, Judgement.PARTIAL, Judgement.NONE, Judgement.CONTRARY)
    return [
        *((str(code), common.word(code), common.TONES[code]) for code in codes),
        ("other", _("not applicable, discretionary"), "quiet"),
        ("open", common.word(""), "quiet"),
    ]


def picture(edition: Edition) -> Chart:
    """The judgements of each instrument as bars, with the figures below."""
    counted = judgements(edition)
    alt = _("Bars, one for each instrument, divided by judgement; the table below holds the same figures.")
    return Chart(counted.caption, alt, stacked_bars(list(counted.rows), _series()), counted)


def _ranking(edition: Edition, gaps: Sequence[Gap]) -> Table:
    columns = [
        Column("number", _("No."), "integer", width=1),
        Column("where", _("Requirement"), width=2.8),
        Column("obligation", _("What it asks"), width=5),
        Column("weight", _("Weight"), width=2.5),
        Column("judgement", _("Judgement"), width=2.3),
        Column("planned", _("Planned act, time limit"), width=2.7),
    ]
    rows = [
        {
            "number": gap.number,
            "where": f"{gap.source.short_title} {gap.line.place}",
            "obligation": gap.line.obligation,
            "weight": _weight(gap.line),
            "judgement": common.toned(gap.line.judgement),
            "planned": _planned(gap.line),
        }
        for gap in gaps
    ]
    note = _("Ranked by weight, then judgement, then type of obligation.")
    return Table(_("Recommendations by rank"), columns, rows, note=note, wrap=True)


def _weight(line: Line) -> str:
    return str(Weight(line.weight).label) if line.weight in Weight.values else line.weight


def _planned(line: Line) -> str:
    return ", ".join(filter(None, [line.planned_act.strip(), line.planned_for.strip()]))


def _one(edition: Edition, gap: Gap) -> Section:
    line = gap.line
    title = f"{gap.number}. {common.place(gap.source, line)} – {common.word(line.judgement)}"
    blocks: list[Block] = [
        _said(_("Requirement"), f"{line.obligation} ({_kind_of(line)})"),
        _said(_("The text says"), _quoted(line)),
    ]
    for label, words in (
        (_("Recommendation"), advised(line)),
        (_("Proposed wording"), line.wording.strip()),
        (_("Guidance"), "; ".join(line.guidance)),
        (_("Planned act, time limit"), _planned(line)),
    ):
        if words:
            blocks.append(_said(label, words))
    answered = common.answer(line)
    if answered:
        blocks.append(Paragraph(answered))
    elif not edition.is_draft:
        blocks.append(_said(_("Answer of the government"), _("none yet")))
    return Section(title, blocks)


def _kind_of(line: Line) -> str:
    """ "binding; shall; the State"."""
    words = [_weight(line)]
    words += [str(Obligation(line.type).label)] if line.type in Obligation.values else []
    words += [str(Addressee(line.addressee).label)] if line.addressee in Addressee.values else []
    return "; ".join(words)


def _quoted(line: Line) -> str:
    if not line.provisions:
        return _("nothing on this") if line.judgement == Judgement.NONE else _("no provision is named")
    parts = [f"{one.label}: {common.words_of(one)}" for one in line.provisions]
    room = QUOTED // len(parts)
    return "\n".join(citing.shortened(part, max(room, 200)) for part in parts)


def _said(label: str, words: str) -> Paragraph:
    return Paragraph((Strong(f"{label}: "), words))
