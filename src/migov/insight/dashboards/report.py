"""A dashboard as a report: the same on the page, in print and in a workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.people.access import Viewer
from migov.foundation.places.actions import notes
from migov.foundation.records.models import Record, RecordPlace, RecordTheme
from migov.insight.cards.reports import standards_table
from migov.services.documents import Chart, Column, Fact, Facts, Link, Paragraph, Report, Section, Table
from migov.services.documents.charts import heat_map
from migov.work.evaluations.queries.followup import Asked, asked
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.money import budgets_of
from migov.work.projects.queries import matching
from migov.work.projects.stages import DROPPED, IN_PREPARATION
from migov.work.results.queries import STATES, Track, on_track, state_words
from migov.work.results.rollups import questions
from migov.work.results.rollups.wholes import Window

STANDARDS, ATTENTION, ENDING, LONGEST = 10, 12, timedelta(days=92), 24
WAYS = {
    "office": gettext_lazy("By office"), "theme": gettext_lazy("By theme"), "country": gettext_lazy("By country"),
    "project": gettext_lazy("By project"),
}  # fmt: skip
NOTHING = gettext_lazy("not stated")


@dataclass(frozen=True, slots=True)
class Standing:
    """The projects of a dashboard and how their indicators stand."""

    filter: PortfolioFilter
    records: list[Record]
    tracks: Mapping[int, Track]

    @property
    def states(self) -> dict[str, int]:
        return {state: sum(track.states[state] for track in self.tracks.values()) for state in STATES}


def standing(filter: PortfolioFilter, viewer: Viewer) -> Standing:
    """The projects that are or were carried out, and their indicators. Four queries."""
    found = matching(filter, viewer).exclude(stage__in=(*IN_PREPARATION, *DROPPED))
    records = list(found.select_related("office").order_by("title", "pk"))
    return Standing(filter, records, on_track([record.pk for record in records]))


def dashboard(filter: PortfolioFilter, viewer: Viewer, request: HttpRequest, by: str) -> Report:
    """How the work stands. by: one of WAYS, how the states of the indicators are told apart. At most 30 queries."""
    now, today = standing(filter, viewer), timezone.localdate()
    blocks: list[Any] = [Facts(_facts(now))]
    if now.tracks:
        blocks.append(Section(_("How the indicators stand"), [_chart(now, by)]))
    ground = questions.ground(filter, viewer, Window(today))
    together = [one for one in questions.roll_ups(ground) if one.total.value is not None]
    if together:
        table = standards_table(together, STANDARDS, filter.to_query())
        blocks.append(
            Section(_("What changed"), [table, _link(_("All standard indicators"), "results:rollups", filter)])
        )
    blocks.append(Section(_("What needs attention"), _attention(now, viewer, today)))
    illustrative = any(record.illustrative for record in now.records)
    return Report(
        title=_title(filter), organisation=settings.MIGOV_ORGANISATION, date=today, blocks=blocks, cover=False,
        base_url=request.build_absolute_uri("/").rstrip("/"), metadata={_("Selection"): filter.words()},
        notices=[_("Illustrative portfolio: no figure is real.")] if illustrative else [],
        footnotes=[notes()["kosovo_footnote"]], name=_("dashboard"),
    )  # fmt: skip


def _title(filter: PortfolioFilter) -> str:
    """The region, or what the one condition says."""
    chips = filter.chips()
    return chips[0].words if len(chips) == 1 else _("All projects") if not chips else _("Chosen projects")


def _facts(now: Standing) -> list[Fact]:
    query, currency = now.filter.to_query(), str(settings.MIGOV_REPORTING_CURRENCY)
    keys, states = [record.pk for record in now.records], now.states
    budgets = budgets_of(keys) if keys else {}
    worth = sum((one.converted for one in budgets.values() if one.converted is not None), start=Decimal(0))
    without = sum(one.converted is None for one in budgets.values())
    measured = sum(states[state] for state in ("achieved", "near", "behind", "late"))
    good = states["achieved"] + states["near"]
    active = sum(record.stage == "active" for record in now.records)
    lost = ngettext("%s without a rate left out", "%s without a rate left out", without) % without if without else ""
    return [
        Fact(_("Projects"), len(keys), _("%s active") % active, "integer", url=f"{reverse('projects:list')}?{query}"),
        Fact(_("Budget"), worth, lost, "money", currency, decimals=0),
        Fact(
            _("Indicators on track"), good, _("of %s measured") % measured, "integer",
            url=f"{reverse('results:list')}?{query}",
        ),
        Fact(
            _("Waiting for a value"), states["late"], _("indicators"), "integer",
            url=f"{reverse('results:list')}?{query}&show=late",
        ),
    ]  # fmt: skip


def _chart(now: Standing, by: str) -> Chart:
    """Indicators by line and state: a picture with its table. The lines with most indicators; the table of a file holds all."""
    lines = _lines(now, by)
    order = sorted(lines, key=lambda name: (-sum(lines[name].values()), name))
    cells = [
        {"line": name, "state": state_words(state), "number": lines[name][state]}
        for name in order[:LONGEST]
        for state in STATES
        if lines[name][state]
    ]
    rows = [{"line": name, **lines[name], "all": sum(lines[name].values())} for name in order]
    what = str(WAYS[by])
    columns = [Column("line", what, width=4)]
    columns += [Column(state, state_words(state).capitalize(), "integer") for state in STATES]
    note = _(
        "Achieved: 100 % of the target and over; nearly achieved: 80 % and over; late: a period ended with a target and no value."
    )
    if by in ("theme", "country"):
        note += " " + _("A project with several counts under each.")
    return Chart(
        _("Indicators by state: %s") % what.lower(),
        _("A grid of %(lines)s lines and %(states)s states; each cell is a number of indicators.")
        % {"lines": len(order[:LONGEST]), "states": len(STATES)},
        heat_map(cells, element="line", country="state", value="number"),
        Table(_("Indicators by state"), [*columns, Column("all", _("Indicators"), "integer")], rows, note=note),
    )  # fmt: skip


def _lines(now: Standing, by: str) -> dict[str, dict[str, int]]:
    """Line → state → indicators. At most one query."""
    names: Callable[[Record], Iterable[str]]
    if by == "office":
        names = lambda record: [str(record.office or NOTHING)]  # noqa: E731
    elif by == "project":
        names = lambda record: [record.title]  # noqa: E731
    else:
        of = _places(now) if by == "country" else _themes(now)
        names = lambda record: of.get(record.pk, [str(NOTHING)])  # noqa: E731
    lines: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STATES, 0))
    for record in now.records:
        if (track := now.tracks.get(record.pk)) is not None:
            for name in names(record):
                for state, number in track.states.items():
                    lines[name][state] += number
    return lines


def _places(now: Standing) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    stated = RecordPlace.objects.current().filter(record__in=[record.pk for record in now.records])
    for record, name in stated.order_by("place__short_name").values_list("record_id", "place__short_name").distinct():
        found[record].append(name)
    return found


def _themes(now: Standing) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    stated = RecordTheme.objects.current().filter(record__in=[record.pk for record in now.records])
    for one in stated.select_related("theme").order_by("theme_id"):
        found[one.record_id].append(str(one.theme))
    return found


def _attention(now: Standing, viewer: Viewer, today: date) -> list[Any]:
    """Projects with late values, projects that end soon, promised actions that are overdue."""
    blocks: list[Any] = []
    late = [
        (record, now.tracks[record.pk])
        for record in now.records
        if record.pk in now.tracks and now.tracks[record.pk].states["late"]
    ]
    late.sort(key=lambda pair: (-pair[1].states["late"], pair[0].title))
    if late:
        rows = [
            {
                "title": Link(record.title, reverse("projects:panel", args=[record.pk, "results"])), "office": str(record.office or ""),
                "late": track.states["late"], "track": track.words,
            }
            for record, track in late[:ATTENTION]
        ]  # fmt: skip
        columns = [
            Column("title", _("Project"), "link", width=6), Column("office", _("Office"), width=3),
            Column("late", _("Late values"), "integer"), Column("track", _("On track"), width=2),
        ]  # fmt: skip
        more = len(late) - len(rows)
        blocks.append(Table(
            _("Projects that wait for values"), columns, rows,
            note=ngettext("%s further project is not shown.", "%s further projects are not shown.", more) % more if more else "",
        ))  # fmt: skip
    soon = [
        record
        for record in now.records
        if record.ends and today <= record.ends <= today + ENDING and record.stage == "active"
    ]
    if soon:
        rows = [
            {"title": Link(record.title, reverse("projects:page", args=[record.pk])), "ends": record.ends}
            for record in sorted(soon, key=lambda record: record.ends or today)[:ATTENTION]
        ]
        columns = [Column("title", _("Project"), "link", width=6), Column("ends", _("Ends"), "date", width=2)]
        blocks.append(Table(_("Projects that end within three months"), columns, rows))
    blocks += _overdue(now.filter, viewer, today)
    return blocks or [Paragraph(_("Nothing is late, and nothing ends within three months."))]


def _overdue(filter: PortfolioFilter, viewer: Viewer, today: date) -> list[Any]:
    """Promised actions after evaluations. They belong to countries, so other conditions cannot be asked of them."""
    country = filter.countries[0] if len(filter.countries) == 1 else None
    if filter not in (PortfolioFilter(), PortfolioFilter(countries=(country,) if country else ())):
        return []
    what = Asked(show="overdue", country=country)
    number = asked(viewer, what, today).count()
    if not number:
        return []
    words = ngettext(
        "%s promised action after an evaluation is overdue.",
        "%s promised actions after evaluations are overdue.",
        number,
    )
    return [Paragraph([Link(words % number, f"{reverse('evaluations:actions')}?{urlencode(what.params())}")])]


def _link(words: str, view: str, filter: PortfolioFilter) -> Paragraph:
    return Paragraph([Link(words, f"{reverse(view)}?{filter.to_query()}")])
