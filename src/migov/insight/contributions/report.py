"""The contribution report as a document tree, from which DOCX, PDF, XLSX, HTML and JSON are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from migov.foundation.money.queries import Converter
from migov.foundation.people.access import Actor, Viewer, require
from migov.foundation.places.actions import notes
from migov.foundation.records.models import Record
from migov.foundation.shell.formats import number
from migov.insight.contributions import charts
from migov.insight.contributions.answer import Contribution, Figures
from migov.insight.contributions.method import left_out_in_words, rules_in_words
from migov.insight.contributions.queries import contribution
from migov.insight.contributions.rows import project_lines
from migov.insight.contributions.scope import Scope
from migov.services.documents import (
    Bullets,
    Chart,
    Column,
    Fact,
    Facts,
    LazyRows,
    Note,
    Paragraph,
    Report,
    Section,
    Strong,
    Table,
)

PAGED = ("pdf", "docx", "html")
PRINTED = 400
ILLUSTRATIVE = gettext_noop(
    "Illustrative portfolio. These projects were written for the demonstration; no figure is real."
)
PARTLY = gettext_noop(
    "Partly illustrative. %(n)s of %(all)s projects were written for the demonstration; "
    "figures that count them are not real."
)


def money(cents: int) -> Decimal:
    """Cents as an amount."""
    return Decimal(cents) / 100


def build_report(scope: Scope, by: Viewer | Actor, fmt: str = "xlsx") -> Report:
    """The report on a question, for a person, as it fits a format: paged ones name the first PRINTED project lines, the others all.

    Raises PermissionDenied for who may not see contributions.
    """
    require(by, "contributions.see")
    answer = contribution(scope, by)  # type: ignore[arg-type]
    currency = settings.MIGOV_REPORTING_CURRENCY
    total = answer.total
    blocks: list[Any] = [
        Section(_("Summary"), [_summary(answer), _facts(answer, currency)]),
        Section(
            _("Contribution by element"),
            [*element_tables(answer, currency, paged=fmt in PAGED), *_element_charts(answer)],
        ),
    ]
    if answer.heat:
        blocks.append(Section(_("Where"), [charts.heat_chart(answer), charts.map_chart(answer)]))
    if total.people.by_age:
        blocks.append(Section(_("People reached by age"), [ages_table(total)]))
    if total.standards:
        blocks.append(Section(_("Results against target"), [standards_table(total)]))
    if answer.gaps:
        blocks.append(
            Section(
                _("Gaps"),
                [
                    Paragraph(_("Elements of the framework that no project in this report works on:")),
                    Bullets([f"{element.code} {element.title}" for element in answer.gaps]),
                ],
            )
        )
    blocks.append(Section(_("Projects"), [projects_table(answer, PRINTED if fmt in PAGED else None)]))
    blocks.append(Section(_("How the figures are made"), _method(answer)))
    return Report(
        title=_("Contribution to the %(framework)s") % {"framework": scope.framework.title},
        subtitle=" · ".join(value for _name, value in scope.words()[1:]),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        as_of=scope.today,
        notices=_notices(total.projects),
        blocks=blocks,
        sources=list(sources(scope)),
        footnotes=[notes()["kosovo_footnote"]],
        metadata=dict(scope.words()),
    )


def _notices(projects: set[int]) -> list[str]:
    written = set(Record.objects.filter(illustrative=True, kind="project").values_list("pk", flat=True)) & projects
    if not written:
        return []
    if written == projects:
        return [_(ILLUSTRATIVE)]
    return [_(PARTLY) % {"n": number(len(written)), "all": number(len(projects))}]


def sources(scope: Scope) -> Iterable[str]:
    """Source lines: the register and the day, the exchange rates, the framework, the map."""
    yield _("Project register of the %(organisation)s, as it stood on %(day)s.") % {
        "organisation": settings.MIGOV_ORGANISATION,
        "day": f"{scope.today:%-d %B %Y}",
    }
    for source in Converter(as_of=scope.moment).sources():
        yield _("Exchange rates: %(source)s") % {"source": source}
    if scope.framework.source:
        yield f"{scope.framework.title}: {scope.framework.source}"
    yield notes()["boundary_source"]


def _summary(answer: Contribution) -> Paragraph:
    total, states = answer.total, answer.total.states
    parts: list[Any] = [
        Strong(number(len(total.projects))),
        _(
            " of %(all)s projects in %(countries)s countries and areas contribute to %(worked)s of %(elements)s elements. "
        )
        % {
            "all": number(len(answer.portfolio.projects)),
            "countries": number(len(total.countries)),
            "worked": len(answer.worked_on),
            "elements": len(answer.rows),
        },
    ]
    if total.measured:
        parts.append(
            _(
                "Of %(measured)s indicators with a figure to judge by, %(achieved)s met their target and %(late)s wait for a late value."
            )
            % {
                "measured": number(total.measured),
                "achieved": number(states["achieved"]),
                "late": number(states["late"]),
            }
        )
    return Paragraph(parts)


def _facts(answer: Contribution, currency: str) -> Facts:
    total = answer.total
    reached = total.people
    by_sex = ""
    if reached.by_sex:
        by_sex = _("women %(women)s %% of the %(known)s known by sex") % {
            "women": round(100 * reached.female / reached.by_sex),
            "known": number(round(reached.by_sex)),
        }
    return Facts(
        [
            Fact(_("Projects"), len(total.projects), _("%(n)s as principal") % {"n": number(len(total.principal))}, kind="integer"),
            Fact(
                _("Budget share"), money(total.budget), _("of %(all)s") % {"all": number(answer.portfolio.budget // 100)},
                kind="money", unit=currency, decimals=0,
            ),
            Fact(_("Spending share"), money(total.spending), kind="money", unit=currency, decimals=0),
            Fact(_("People reached"), round(reached.reached), by_sex, kind="integer"),
            Fact(
                _("Indicators achieved"), total.states["achieved"], _("of %(n)s") % {"n": number(total.measured)}, kind="integer"
            ),
            Fact(_("Documents"), total.evidence, kind="integer"),
        ]
    )  # fmt: skip


# On paper the wide table becomes two that fit an upright page; they share the first column.
ON_PAPER = (
    (gettext_noop("Work and money"), ("code", "title", "projects", "principal", "countries", "budget", "spending")),
    (gettext_noop("Results and people"), ("code", "achieved", "near", "behind", "late", "people", "evidence")),
)


def element_tables(answer: Contribution, currency: str, *, paged: bool) -> list[Table]:
    """The figures of every element that is worked on: one wide table, or two narrow ones for paper."""
    whole = elements_table(answer.worked_on, answer.total, currency)
    if not paged:
        return [whole]
    by_key = {column.key: column for column in whole.columns}
    return [
        replace(whole, caption=_(caption), columns=[by_key[key] for key in keys], sheet_name=_(caption))
        for caption, keys in ON_PAPER
    ]


def elements_table(rows: list[Figures], total: Figures, currency: str) -> Table:
    """One row per element with all its figures, and the totals (each project, indicator and person once)."""

    def row(figure: Figures) -> dict[str, Any]:
        return {
            "code": figure.element.code if figure.element else _("All"),
            "title": figure.element.title if figure.element else _("All together"),
            "projects": len(figure.projects),
            "principal": len(figure.principal),
            "countries": len(figure.countries),
            "budget": money(figure.budget),
            "spending": money(figure.spending),
            **figure.states,
            "people": round(figure.people.reached),
            "female": round(figure.people.female) if figure.people.by_sex else None,
            "male": round(figure.people.male) if figure.people.by_sex else None,
            "evidence": figure.evidence,
        }

    return Table(
        _("Contribution by element"),
        [
            Column("code", _("Code"), width=1),
            Column("title", _("Element"), width=6),
            Column("projects", _("Projects"), "integer"),
            Column("principal", _("As principal"), "integer"),
            Column("countries", _("Countries"), "integer"),
            Column("budget", _("Budget share"), "money", currency, decimals=0),
            Column("spending", _("Spending share"), "money", currency, decimals=0),
            Column("achieved", _("Achieved"), "integer"),
            Column("near", _("Nearly achieved"), "integer"),
            Column("behind", _("Behind"), "integer"),
            Column("late", _("Late"), "integer"),
            Column("open", _("Not yet due"), "integer"),
            Column("people", _("People reached"), "integer"),
            Column("female", _("Women"), "integer"),
            Column("male", _("Men"), "integer"),
            Column("evidence", _("Documents"), "integer"),
        ],
        [row(figure) for figure in rows],
        total=row(total),
        note=_(
            "Projects, indicators and people count once for each element and once in the last row, which is not their sum."
        ),
        sheet_name=_("Elements"),
        empty_text=_("No project in this report is aligned with this framework."),
    )


def _element_charts(answer: Contribution) -> list[Chart]:
    return [charts.bar_chart(answer)] if answer.worked_on else []


def ages_table(figure: Figures) -> Table:
    """People reached by age band, as the projects publish the bands."""
    people = figure.people
    return Table(
        _("People reached by age"),
        [
            Column("age", _("Age"), width=2),
            Column("people", _("People"), "integer"),
            Column("share", _("Share of those known by age"), "percent"),
        ],
        [{"age": age, "people": round(value), "share": value / people.known_by_age} for age, value in people.by_age],
        note=_("Known by age for %(known)s of %(all)s people; bands as published.")
        % {"known": number(round(people.known_by_age)), "all": number(round(people.reached))},
        sheet_name=_("Age"),
    )


def standards_table(figure: Figures) -> Table:
    """Standard indicators: target and actual over the same periods, with the number of projects."""
    rows = sorted(figure.standards.values(), key=lambda s: s.indicator.title)
    return Table(
        _("Standard indicators"),
        [
            Column("title", _("Standard indicator"), width=6),
            Column("unit", _("Unit")),
            Column("projects", _("Projects"), "integer"),
            Column("target", _("Target"), "number", decimals=0),
            Column("actual", _("Actual"), "number", decimals=0),
            Column("progress", _("Progress"), "percent"),
        ],
        [
            {
                "title": s.indicator.title,
                "unit": s.indicator.unit,
                "projects": len(s.projects),
                "target": s.target,
                "actual": s.actual,
                "progress": s.progress,
            }
            for s in rows
        ],
        note=_("Only periods that have both a target and a value, put together as each standard indicator declares."),
        sheet_name=_("Standard indicators"),
    )


def projects_table(answer: Contribution, limit: int | None = None) -> Table:
    """The projects that count, with their share under each element they count under; all of them, or the first `limit` lines."""
    lines = sum(len(row.projects) for row in answer.worked_on)
    cut = limit is not None and lines > limit
    return Table(
        _("Projects by element"),
        [
            Column("element", _("Element"), width=1),
            Column("reference", _("Reference"), width=2),
            Column("title", _("Project"), width=5),
            Column("office", _("Office"), width=2),
            Column("countries", _("Countries"), width=2),
            Column("role", _("Role"), width=1.5),
            Column("share", _("Share of money"), "percent", decimals=1),
            Column("budget", _("Budget share"), "money", settings.MIGOV_REPORTING_CURRENCY, decimals=0),
            Column("spending", _("Spending share"), "money", settings.MIGOV_REPORTING_CURRENCY, decimals=0),
        ],
        LazyRows(lambda: islice(project_lines(answer), limit)),
        note=_("The first %(shown)s of %(all)s lines; the workbook has all of them.")
        % {"shown": number(limit), "all": number(lines)}
        if cut
        else "",
        sheet_name=_("Projects"),
    )


def _method(answer: Contribution) -> list[Any]:
    blocks: list[Any] = [Paragraph([Strong(f"{name}. "), text]) for name, text in rules_in_words()]
    if out := left_out_in_words(answer):
        blocks.append(
            Table(
                _("Left out, or counted with an assumption"),
                [Column("what", _("What"), width=3), Column("why", _("Why"), width=5)],
                [{"what": what, "why": why} for what, why in out],
                sheet_name=_("Left out"),
            )
        )
    else:
        blocks.append(Note(_("Nothing was left out.")))
    return blocks
