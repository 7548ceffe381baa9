"""Documents of assessments: the profile as DOCX, PDF or a workbook, and the minutes of a workshop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import (
    Block,
    Chart,
    Column,
    Fact,
    Facts,
    LazyRows,
    Link,
    Note,
    Paragraph,
    Rendered,
    Report,
    Section,
    Table,
    Tone,
    Toned,
)
from migov.services.documents.charts import bar_by_element
from migov.work.governance.assess.comparing import Comparison, place_name, signed
from migov.work.governance.assess.profile import Part, Question, evidence_count
from migov.work.governance.assess.queries.workshops import Minutes
from migov.work.governance.assess.standing import How, unopposed
from migov.work.governance.models import Category, PolicyDomain

FORMATS = ("docx", "pdf", "xlsx")
MINUTES = ("docx", "pdf")
TONES: dict[int, Tone] = {
    Category.FULLY: "positive", Category.MEETS: "positive", Category.PARTIAL: "mixed", Category.FURTHER: "negative",
}  # fmt: skip


def saved(made: Rendered) -> HttpResponse:
    """A document to be saved."""
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def of_profile(of: Comparison, base_url: str, *, published: bool, fmt: str) -> Report:
    """The profile as a report: what it came to, the domains, what changed, every question. published: else it is marked as a draft."""
    found = of.profile
    notices = []
    if not published:
        notices.append(_("Not published: shared between the government and the office only."))
    if found.illustrative:
        notices.append(_("Illustrative: written for the demonstration."))
    if found.reservations:
        notices.append(found.reservations)
    sources = [found.set_source] if found.set_source else []
    sources += sorted({row.source for row in of.official})
    return Report(
        title=found.title, subtitle=f"{place_name(found)} · {found.year}", organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(), notices=notices, sources=sources, footnotes=_footnotes(of), metadata=_about(of),
        base_url=base_url, cover=False, name=f"assessment {found.country} {found.year} {found.set_code}",
        blocks=_workbook(of) if fmt == "xlsx" else _paper(of),
    )  # fmt: skip


def _footnotes(of: Comparison) -> list[str]:
    """The footnote on Kosovo where the document names it."""
    return [notes()["kosovo_footnote"]] if of.profile.footnote else []


def _about(of: Comparison) -> dict[str, str]:
    found = of.profile
    said = {
        _("Questions"): _("%(title)s, version %(number)d") % {"title": found.set_title, "number": found.set_version},
        _("Method"): _(
            "A score is the mean of the answers that count, in percent. Below 40: requires further progress; 40 to below 80: "
            "partially meets; 80 to below 100: meets; 100: fully meets."
        ),
    }
    if found.published:
        said[_("Published")] = formats.day(found.published)
    if found.consent and found.published:
        said[_("By consent of")] = found.consent
    return said


def _paper(of: Comparison) -> list[Block]:
    found = of.profile
    blocks: list[Block] = []
    if found.summary:
        blocks += [Paragraph(one) for one in found.summary.split("\n\n")]
    blocks.append(
        Facts(
            [
                Fact(_("Score over all domains"), found.overall, note=found.words, unit="%", decimals=1),
                Fact(
                    _("Questions with an answer that counts"),
                    found.counted,
                    note=_("of %d") % found.asked,
                    kind="integer",
                ),
                Fact(_("Pieces of evidence"), evidence_count(found.questions.values()), kind="integer"),
            ]
        )
    )
    blocks.append(Section(_("Profile by domain"), [_chart(of)]))
    if of.before is not None:
        blocks.append(_changes(of))
    blocks.append(_official(of))
    if number := sum(one.note == unopposed() for one in found.questions.values()):
        said = ngettext(
            "%d answer comes from one side; nobody objected in validation.",
            "%d answers come from one side; nobody objected in validation.",
            number,
        )
        blocks.append(Note(said % number))
    blocks += [Section(part.title, _domain(part)) for part in found.domains]
    return blocks


def _chart(of: Comparison) -> Chart:
    rows = [{"label": row.part.title, "value": row.part.score} for row in of.rows]
    said = "; ".join(
        f"{row.part.title}: {formats.number(row.part.score, 1)} %" if row.part.score is not None else f"{row.part.title}: {_('no score')}"
        for row in of.rows
    )  # fmt: skip
    spec = bar_by_element(rows, value_title=_("percent"), number_format=".0f", sort=False)
    spec["encoding"]["x"]["scale"] = {"domain": [0, 100]}  # a bar of 80 % is no full bar
    return Chart(title=_("Score by domain, percent"), alt=said, table=_domains(of), spec=spec)


def _domains(of: Comparison, *, workbook: bool = False) -> Table:
    """On paper fewer columns, so that the page need not lie sideways."""
    columns = [
        Column("domain", _("Domain"), width=3), Column("score", _("Score"), "number", unit="%", decimals=1),
        Column("category", _("Category"), width=2),
    ]  # fmt: skip
    if workbook:
        columns += [
            Column("answered", _("Scored"), "integer"), Column("asked", _("Asked"), "integer"),
            Column("na", _("Not applicable"), "integer"),
        ]  # fmt: skip
    else:
        columns.append(Column("scored", _("Scored")))
    if of.before is not None:
        columns += [
            Column("before", str(of.before.year), "number", unit="%", decimals=1), Column("change", _("Change, points")),
        ]  # fmt: skip
    note = ""
    if of.region.neighbours:
        columns.append(Column("mean", _("Region"), "number", unit="%", decimals=1))
        note = _(
            "Region: the mean of %(n)d of %(m)d other countries and areas, which have published an assessment with these questions."
        ) % {"n": len(of.region.neighbours), "m": of.region.countries}
    rows = [
        {
            "domain": row.part.title, "score": row.part.score, "category": _category(row.part), "answered": row.part.answered,
            "scored": _("%(done)d of %(all)d") % {"done": row.part.answered, "all": row.part.asked}, "asked": row.part.asked,
            "na": row.part.not_applicable, "before": row.before, "change": signed(row.change), "mean": row.mean,
        }
        for row in of.rows
    ]  # fmt: skip
    return Table(_("Domains"), columns, rows, note=note, sheet_name=_("Domains"))


def _category(part: Part) -> Toned | str:
    if part.category is None:
        return _("no score: no answer counts for %s") % ", ".join(part.missing) if part.missing else _("no score")
    return Toned(part.words, TONES[part.category])


def _changes(of: Comparison) -> Section:
    year = of.before.year if of.before else ""
    blocks: list[Block] = []
    if of.changes:
        columns = [
            Column("question", _("Question"), width=3), Column("before", str(year), width=2),
            Column("now", str(of.profile.year), width=2), Column("way", _("Score")),
        ]  # fmt: skip
        words = {True: _("higher"), False: _("lower"), None: "–"}
        rows = [
            {"question": one.name, "before": one.before, "now": one.now, "way": words[one.better]} for one in of.changes
        ]
        blocks.append(Table(_("Answers that changed"), columns, rows, wrap=True, sheet_name=_("Changes")))
    else:
        blocks.append(Paragraph(_("No answer is another than in %s.") % year))
    return Section(_("Change since %s") % year, blocks)


def _official(of: Comparison) -> Section:
    title = _("Official series of SDG indicator 10.7.2")
    if not of.official:
        return Section(title, [Paragraph(_("No official category is loaded for this country or area."))])
    columns = [
        Column("domain", _("Domain"), width=3),
        Column("year", _("Year")),
        Column("category", _("Category"), width=2),
    ]
    rows = [
        {
            "domain": str(PolicyDomain(row.domain).label), "year": str(row.year),
            "category": Toned(str(row.get_category_display()), TONES[row.category]),
        }
        for row in of.official
    ]  # fmt: skip
    newest = max((row.as_of for row in of.official if row.as_of), default=None)
    source = "; ".join(sorted({row.source for row in of.official}))
    if newest:
        source = f"{source} ({formats.day(newest)})"
    said = _(
        "Published by the custodians of the indicator from the government's own reporting; not made from the answers above."
    )
    return Section(title, [Note(said), Table(title, columns, rows, source=source, sheet_name=_("Official series"))])


def _domain(part: Part) -> list[Block]:
    columns = [
        Column("code", _("No."), width=0.6), Column("question", _("Question"), width=3), Column("answer", _("Answer"), width=1.6),
    ]  # fmt: skip
    if evidence_count(part.questions):
        columns.append(Column("evidence", _("Evidence"), width=3))
    rows = [
        {
            "code": one.code, "question": one.text, "answer": _answer(one),
            "evidence": "; ".join(each.words for each in one.evidence) or None,
        }
        for one in part.questions
    ]  # fmt: skip
    return [Table(_("Answers"), columns, rows, wrap=True)]


def _answer(one: Question) -> str:
    said = one.label or str(How(one.how).label)
    if one.how in (How.ONE, How.DISPUTED) and one.label:
        said = f"{said} ({How(one.how).label})"
    noted = one.note and one.note != unopposed() and one.how in (How.AGREED, How.DISPUTED)
    return f"{said}. {one.note}" if noted else said


def _workbook(of: Comparison) -> list[Block]:
    return [
        _domains(of, workbook=True),
        _answers(of),
        _evidence(of),
        *(_changes(of).blocks if of.before else ()),
        *_official(of).blocks[1:],
    ]


def _every(of: Comparison) -> Iterator[tuple[Part, Question]]:
    return ((part, one) for part in of.profile.domains for one in part.questions)


def _answers(of: Comparison) -> Table:
    columns = [
        Column("domain", _("Domain"), width=2), Column("code", _("No.")), Column("question", _("Question"), width=4),
        Column("answer", _("Answer")), Column("score", _("Score"), "number", decimals=3), Column("how", _("How it stands"), width=2),
        Column("note", _("Note"), width=2), Column("evidence", _("Evidence"), "integer"),
    ]  # fmt: skip

    def lines() -> Iterator[dict[str, Any]]:
        for part, one in _every(of):
            yield {
                "domain": part.title, "code": one.code, "question": one.text, "answer": one.label or None, "score": one.score,
                "how": str(How(one.how).label), "note": one.note or None, "evidence": len(one.evidence),
            }  # fmt: skip

    return Table(_("Answers"), columns, LazyRows(lines), sheet_name=_("Answers"), wrap=True)


def _evidence(of: Comparison) -> Table:
    columns = [
        Column("code", _("No.")), Column("question", _("Question"), width=2), Column("kind", _("Kind")),
        Column("title", _("What it is"), width=3), Column("place", _("Where in it")), Column("figure", _("Figure")),
        Column("source", _("Source"), width=2), Column("as_of", _("As of"), "date"), Column("quote", _("Its words"), width=3),
        Column("address", _("Address"), "link", width=2),
    ]  # fmt: skip

    def lines() -> Iterator[dict[str, Any]]:
        for _part, one in _every(of):
            for each in one.evidence:
                yield {
                    "code": one.code, "question": one.name, "kind": each.kind_label, "title": each.title,
                    "place": each.place or None, "figure": each.figure or None, "source": each.source or None,
                    "as_of": date.fromisoformat(each.as_of) if each.as_of else None, "quote": each.quote or None,
                    "address": Link(each.href, each.href) if each.href else None,
                }  # fmt: skip

    empty = _("No evidence was named.")
    return Table(_("Evidence"), columns, LazyRows(lines), sheet_name=_("Evidence"), wrap=True, empty_text=empty)


def of_minutes(found: Minutes, base_url: str) -> Report:
    """The minutes of a workshop as a report."""
    sitting, of = found.workshop, found.workshop.assessment
    facts = [
        Fact(_("Voted by device"), found.voters, kind="integer"),
        Fact(_("Questions treated"), len(found.lines), kind="integer"),
        Fact(_("Questions left to settle"), found.left, kind="integer"),
    ]
    until = formats.moment(sitting.closed_at) if sitting.closed_at else _("still open")
    metadata = {_("Opened"): formats.moment(sitting.opened_at), _("Closed"): until}
    if sitting.place:
        metadata[_("Place")] = sitting.place
    link = reverse("governance:assessment-minutes", args=[of.pk, sitting.pk])
    blocks: list[Block] = [Facts(facts), *_treated(found)]
    return Report(
        title=_("Minutes of the validation workshop"), subtitle=of.record.title, organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(), metadata=metadata, base_url=base_url, cover=False, blocks=blocks,
        sources=[Link(_("The workshop in migov"), link)], footnotes=[notes()["kosovo_footnote"]],
        notices=[_("Illustrative: written for the demonstration.")] if of.record.illustrative else [],
    )  # fmt: skip


def _treated(found: Minutes) -> Sequence[Block]:
    if not found.lines:
        return [Paragraph(_("No question was voted or agreed on."))]
    columns = [
        Column("code", _("No."), width=0.6), Column("question", _("Question"), width=3), Column("votes", _("Votes"), width=2),
        Column("agreed", _("Agreed"), width=2), Column("note", _("In what words"), width=2.5),
    ]  # fmt: skip
    rows = []
    for line in found.lines:
        said = [
            ", ".join(f"{bar.option.label} {bar.votes}" for bar in counted.bars if bar.votes) for counted in line.rounds
        ]
        rows.append(
            {
                "code": line.question.code, "question": line.question.text,
                "votes": "; ".join(
                    f"{_('vote %d') % number}: {words}" if len(said) > 1 else words
                    for number, words in enumerate(filter(None, said), start=1)
                ) or None,
                "agreed": agreed_words(line.agreed), "note": (line.agreed.note or None) if line.agreed else None,
            }
        )  # fmt: skip
    return [Table(_("Questions"), columns, rows, wrap=True)]


def agreed_words(agreed: Any) -> str | None:
    """What was agreed, in words; None for nothing."""
    if agreed is None:
        return None
    label = agreed.option.label if agreed.option else ""
    if agreed.disputed:
        return f"{label} ({How.DISPUTED.label})" if label else str(How.DISPUTED.label)
    return label or None
