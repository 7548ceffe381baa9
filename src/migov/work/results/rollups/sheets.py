"""What a roll-up is made of, as rows with names, and roll-ups as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.records.models import Record
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.results.models import Indicator
from migov.work.results.queries import state_words
from migov.work.results.rollups.asking import RollUpQuestion
from migov.work.results.rollups.questions import RollUp
from migov.work.results.rollups.together import Source
from migov.work.results.rollups.wording import rule_of, why_left


@dataclass(frozen=True, slots=True)
class SourceRow:
    """An indicator of a figure. amount: what it counts with; None: it does not, why: the reason; instead: what counts in its place."""

    source: Source
    title: str
    project: Record
    amount: float | None
    why: str = ""
    instead: int | None = None

    @property
    def day(self) -> date | None:
        return self.source.figure.day


def _titles(found: RollUp) -> dict[int, str]:
    keys = {one.source.indicator for one in found.total.counted} | {one.source.indicator for one in found.total.left}
    return dict(Indicator.objects.filter(pk__in=keys).values_list("pk", "title"))


def made_of(found: RollUp) -> list[SourceRow]:
    """The indicators that count, the largest first. One query."""
    titles, projects = _titles(found), found.ground.projects
    rows = [
        SourceRow(one.source, titles.get(one.source.indicator, ""), projects[one.source.project], one.amount)
        for one in found.total.counted
    ]
    return sorted(rows, key=lambda row: (-(row.amount or 0), row.source.indicator))


def left_out(found: RollUp) -> list[SourceRow]:
    """The indicators that do not count, by reason. One query."""
    titles, projects = _titles(found), found.ground.projects
    rows = [
        SourceRow(
            one.source, titles.get(one.source.indicator, ""), projects[one.source.project], None, why_left(one.why), one.instead
        )
        for one in found.total.left
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.why, row.project.title, row.source.indicator))


def list_report(found: Sequence[RollUp], asked: RollUpQuestion, request: HttpRequest) -> Report:
    """All roll-ups of a question as a report with one table."""
    columns = [
        Column("standard", _("Standard indicator"), "link", width=3), Column("unit", _("Unit")),
        Column("target", _("Target of periods with a value"), "number"),
        Column("due", _("Target of all periods by now"), "number"),
        Column("actual", _("Actual"), "number"), Column("progress", _("Progress"), "percent"), Column("state", _("State")),
        Column("projects", _("Projects"), "number"), Column("counted", _("Indicators that count"), "number"),
        Column("left", _("Left out"), "number"), Column("rule", _("How it is put together"), width=3),
    ]  # fmt: skip
    lines = LazyRows(lambda: (_list_line(one, asked) for one in found))
    note = _("Progress compares target and actual only for periods that have both.")
    return _report(
        _("Results of all projects together"), asked, request, [Table(_("Roll-ups"), columns, lines, note=note)]
    )


def _list_line(one: RollUp, asked: RollUpQuestion) -> dict[str, Any]:
    url = f"{reverse('results:rollup', args=[one.standard.code])}?{asked.query}"
    total = one.total
    return {
        "standard": Link(one.standard.title, url), "unit": one.standard.unit, "target": total.goal,
        "due": total.target, "actual": total.value,
        "progress": total.progress, "state": state_words(total.state), "projects": len(total.projects),
        "counted": len(total.counted), "left": len(total.left), "rule": rule_of(one.standard),
    }  # fmt: skip


def report(found: RollUp, asked: RollUpQuestion, request: HttpRequest) -> Report:
    """One roll-up as a report: every indicator behind it, counted or not."""
    columns = [
        Column("indicator", _("Indicator"), "link", width=3), Column("project", _("Project"), "link", width=3),
        Column("office", _("Office")), Column("unit", _("Unit")), Column("last", _("Last period"), "date"),
        Column("reported", _("Reported"), "number"),
        Column("target", _("Target"), "number"), Column("numerator", _("Numerator"), "number"),
        Column("denominator", _("Denominator"), "number"), Column("counts", _("Counts with"), "number"),
        Column("why", _("Why it does not count"), width=2),
    ]  # fmt: skip
    made, left = made_of(found), left_out(found)
    lines = LazyRows(lambda: _lines(found, made, left))
    table = Table(_("What the figure is made of"), columns, lines, note=rule_of(found.standard))
    return _report(found.standard.title, asked, request, [table])


def _lines(found: RollUp, made: Sequence[SourceRow], left: Sequence[SourceRow]) -> Iterator[dict[str, Any]]:
    for row in (*made, *left):
        figure = row.source.figure
        yield {
            "indicator": Link(row.title, reverse("results:indicator", args=[row.source.indicator])),
            "project": Link(row.project.title, reverse("projects:page", args=[row.project.pk])),
            "office": str(row.project.office or ""), "unit": row.source.unit, "last": figure.day, "reported": figure.actual,
            "target": figure.target, "numerator": figure.numerator, "denominator": figure.denominator, "counts": row.amount,
            "why": row.why,
        }  # fmt: skip
    for one in found.total.shared:
        yield {"indicator": _("People counted twice in %s indicators") % len(one.indicators), "counts": -one.minus}


def _report(title: str, asked: RollUpQuestion, request: HttpRequest, blocks: list[Any]) -> Report:
    return Report(
        title=title, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), blocks=blocks,
        base_url=request.build_absolute_uri("/").rstrip("/"), metadata={_("Selection"): asked.words()},
        footnotes=[notes()["kosovo_footnote"]],
    )  # fmt: skip
