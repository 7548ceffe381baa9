"""The cards as reports: one page each, whatever the size of the project or the portfolio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.access import Viewer
from migov.foundation.places.actions import notes
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.insight.cards.figures import Measured, measured, reached
from migov.insight.contributions.answer import Contribution
from migov.insight.countries.queries import country_page
from migov.services.documents import Bullets, Column, Fact, Facts, Link, Paragraph, Report, Section, Table
from migov.work.projects import page
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.models import Project
from migov.work.projects.money import budgets_of
from migov.work.results.queries import state_words
from migov.work.results.rollups import questions
from migov.work.results.rollups.questions import RollUp
from migov.work.results.rollups.wholes import Window

ELEMENTS, PROJECTS, NAMES, LONG = 6, 5, 6, 110
# How much a card says: as many indicators, so much of the summary (characters), as many lines of elements and of partners. Less
# where that does not fit on a page.
SIZES = ((8, 420, 6), (6, 250, 4), (5, 120, 2), (3, 0, 1))
Blocks = list[Any]


def project_card(project: Project, request: HttpRequest, size: int = 0) -> Report:
    """The results card of a project. size: one of SIZES. At most 30 queries."""
    most, summary, lines = SIZES[size]
    record, today = project.record, timezone.localdate()
    window = Window(today)
    found = measured(project.pk, window)
    blocks: Blocks = [Facts(_project_facts(project, found, window))]
    if record.summary and summary:
        blocks.append(Paragraph(_short(record.summary, summary)))
    if found:
        blocks.append(_indicators(found[:most], len(found)))
    else:
        blocks.append(Section(_("What changed"), [Paragraph(_("No value was reported yet."))]))
    if elements := _elements(project)[:lines]:
        blocks.append(Section(_("What it contributes to"), [Bullets(elements)]))
    who = _who(project)[:lines]
    if who:
        blocks.append(Section(_("Who and where"), [Bullets(who)]))
    blocks.append(_more(_("All figures and the rows behind them"), reverse("projects:page", args=[project.pk])))
    return Report(
        title=record.title, subtitle=_line(record.reference, record.get_stage_display(), formats.period(record.starts, record.ends)),
        organisation=settings.MIGOV_ORGANISATION, date=today, blocks=blocks, cover=False,
        notices=[_("Illustrative project: no figure is real.")] if record.illustrative else [],
        base_url=request.build_absolute_uri("/").rstrip("/"), footnotes=_footnotes(record.title, record.summary, *who),
        name=f"{record.reference or record.title} {_('results card')}",
    )  # fmt: skip


def _project_facts(project: Project, found: Sequence[Measured], window: Window) -> list[Fact]:
    currency = str(settings.MIGOV_REPORTING_CURRENCY)
    budget = budgets_of([project.pk]).get(project.pk)
    facts = []
    if budget and budget.converted is not None:
        facts.append(Fact(_("Budget"), budget.converted, kind="money", unit=currency, decimals=0))
    elif budget and budget.amounts:
        amount, own = budget.amounts[0]
        facts.append(Fact(_("Budget"), amount, kind="money", unit=own, decimals=0))
    if people := reached(found, window):
        women = _("%s women and girls") % formats.percent(people.women) if people.women is not None else ""
        url = reverse("results:indicator", args=[people.indicator.pk])
        facts.append(Fact(_("People reached"), people.people, women, "integer", url=url))
    judged = [one for one in found if one.progress is not None]
    if judged:
        good = sum(one.is_on_track for one in judged)
        of = ngettext("of %s indicator measured", "of %s indicators measured", len(judged)) % len(judged)
        facts.append(
            Fact(_("On track"), good, of, "integer", url=reverse("projects:panel", args=[project.pk, "results"]))
        )
    return facts


def _indicators(shown: Sequence[Measured], all_of_them: int) -> Table:
    rows = [
        {
            "title": Link(_short(one.indicator.title, LONG), reverse("results:indicator", args=[one.indicator.pk])),
            "target": one.figure.goal, "actual": one.figure.actual, "progress": one.progress, "state": one.state,
        }
        for one in shown
    ]  # fmt: skip
    more = all_of_them - len(shown)
    return Table(
        _("What changed: indicators to date"),
        [
            Column("title", _("Indicator"), "link", width=9), Column("target", _("Target"), "number", width=1),
            Column("actual", _("Actual"), "number", width=1), Column("progress", _("Progress"), "percent", width=1),
            Column("state", _("State"), width=2),
        ],
        rows,
        note=ngettext("%s further indicator is not shown.", "%s further indicators are not shown.", more) % more if more else "",
    )  # fmt: skip


def _elements(project: Project) -> list[str]:
    """Confirmed alignments of the project, a line for each framework, the first elements of each."""
    lines = []
    for framework, alignments in page.by_framework(page.confirmed_alignments(project)):
        some = [f"{one.element.code} {_short(one.element.title, 60)}" for one in alignments[:2]]
        more = len(alignments) - len(some)
        lines.append(f"{framework.short_title}: {'; '.join(some)}" + (_(" and %s more") % more if more else ""))
    return lines


def _who(project: Project) -> list[str]:
    places = [one.place.short_name for one in page.places(project)]
    lines = [f"{_('Where')}: {_names(places)}"] if places else []
    for label, some in page.organisations(project):
        lines.append(f"{label}: {_names([str(one) for one in some])}")
    if project.record.office:
        lines.append(f"{_('Office')}: {project.record.office}")
    return lines


def _names(names: Sequence[str]) -> str:
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (_(" and %s more") % more if more > 0 else "")


def country_card(place: Place, request: HttpRequest, viewer: Viewer, size: int = 0) -> Report:
    """The results card of a country or area. size: one of SIZES. At most 60 queries once the figures are fresh."""
    most, _summary, _lines = SIZES[size]
    found = country_page(place, viewer)
    today = timezone.localdate()
    blocks: Blocks = [Facts(_country_facts(found, place))]
    ground = questions.ground(PortfolioFilter(countries=(place,)), viewer, Window(today))
    together = [one for one in questions.roll_ups(ground) if one.total.value is not None]
    if together:
        blocks.append(standards_table(together, most, found.query))
    if found.contribution and found.elements:
        blocks.append(
            _country_elements(found.elements[:most], found.currency, found.contribution.scope.framework.short_title)
        )
    if found.rows:
        blocks.append(_projects(found.rows))
    if not found.projects:
        blocks.append(Paragraph(_("No project here that you may see.")))
    blocks.append(_more(_("All figures and the rows behind them"), reverse("countries:country", args=[place.code])))
    illustrative = any(row.record.illustrative for row in found.rows)
    return Report(
        title=place.name, subtitle=_("Results card"), organisation=settings.MIGOV_ORGANISATION, date=today, blocks=blocks, cover=False,
        notices=[_("Illustrative portfolio: no figure is real.")] if illustrative else [],
        base_url=request.build_absolute_uri("/").rstrip("/"),
        footnotes=_footnotes(place.name, *(row.record.title for row in found.rows)),
        name=f"{place.code} {_('results card')}",
    )  # fmt: skip


def _country_facts(found: Any, place: Place) -> list[Fact]:
    query = found.query
    facts = [Fact(_("Projects"), found.projects, kind="integer", url=f"{reverse('projects:list')}?{query}")]
    if found.budget is not None:
        facts.append(Fact(_("Budget share"), found.budget, kind="money", unit=found.currency, decimals=0))
    answer: Contribution | None = found.contribution
    if answer and answer.portfolio.projects and (people := answer.total.people.reached):
        women = answer.total.people.women
        note = _("%s women and girls") % formats.percent(women) if women is not None else ""
        facts.append(Fact(_("People reached"), people, note, "integer"))
    if found.measured:
        of = ngettext("of %s indicator measured", "of %s indicators measured", found.measured) % found.measured
        facts.append(Fact(_("On track"), found.on_track, of, "integer", url=f"{reverse('results:list')}?{query}"))
    return facts


def standards_table(together: Sequence[RollUp], limit: int, query: str) -> Table:
    """Roll-ups that have a figure: those of most projects first. query: of the selection, for the links."""
    most = sorted(together, key=lambda one: (-len(one.total.projects), -one.indicators, one.standard.title))[:limit]
    rows = [
        {
            "title": Link(_short(one.standard.title, LONG), f"{reverse('results:rollup', args=[one.standard.code])}?{query}"),
            "projects": len(one.total.projects), "target": one.total.goal, "actual": one.total.value, "progress": one.total.progress,
            "state": state_words(one.total.state) if one.total.progress is not None else "",
        }
        for one in most
    ]  # fmt: skip
    more = len(together) - len(most)
    return Table(
        _("What changed: standard indicators, all projects together"),
        [
            Column("title", _("Standard indicator"), "link", width=9), Column("projects", _("Projects"), "integer", width=1),
            Column("target", _("Target"), "number", width=1), Column("actual", _("Actual"), "number", width=1),
            Column("progress", _("Progress"), "percent", width=1), Column("state", _("State"), width=2),
        ],
        rows,
        note=ngettext("%s further indicator is not shown.", "%s further indicators are not shown.", more) % more if more else "",
    )  # fmt: skip


def _country_elements(elements: Sequence[Any], currency: str, framework: str) -> Table:
    rows = [
        {
            "title": f"{row.element.code} {_short(row.element.title, 100)}",
            "projects": len(row.projects),
            "budget": row.budget_amount,
        }
        for row in elements[:ELEMENTS]
    ]
    return Table(
        _("What the work contributes to: %s") % framework,
        [
            Column("title", _("Element"), width=9), Column("projects", _("Projects"), "integer", width=1),
            Column("budget", _("Budget share"), "money", unit=currency, width=2, decimals=0),
        ],
        rows,
    )  # fmt: skip


def _projects(rows: Sequence[Any]) -> Table:
    lines = [
        {
            "title": Link(_short(row.record.title, LONG), reverse("projects:page", args=[row.record.pk])), "stage": row.stage,
            "dates": formats.period(row.record.starts, row.record.ends),
        }
        for row in rows[:PROJECTS]
    ]  # fmt: skip
    return Table(
        _("Newest projects"),
        [
            Column("title", _("Project"), "link", width=9),
            Column("stage", _("Stage"), width=1),
            Column("dates", _("Dates"), width=2),
        ],
        lines,
    )


def _more(words: str, url: str) -> Paragraph:
    return Paragraph([Link(words, url)])


def _footnotes(*texts: str) -> list[str]:
    """The note on Kosovo where it is named: a card has no room to spare."""
    return [notes()["kosovo_footnote"]] if any("Kosovo" in text for text in texts) else []


def _short(text: str, longest: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1].rsplit(' ', 1)[0]}…"


def _line(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
