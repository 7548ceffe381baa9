"""The work plan as a picture: one bar for each activity, under a thin one for its output. Used on the page and in documents."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.shell.formats import NBSP, day
from migov.services.documents import Chart, Column, Table
from migov.services.documents.charts.theme import AMBER, BLUE, INK, LINE, SCHEMA_URL, SOFT
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import schedule
from migov.work.proposals.queries.outline import Numbered, outline
from migov.work.proposals.queries.schedule import PlanLine, month_begins

WIDTH = 460
STEP = 34
LABEL = 46  # letters on a line beside the picture


def chart(
    proposal: Proposal, *, rows: Sequence[Numbered] | None = None, known: Sequence[PlanLine] | None = None
) -> Chart | None:
    """The Gantt chart with its table; None where no activity has months. One query; none where `rows` are given.

    Months carry their names where the start of the project is known, else numbers from 1.
    """
    rows = outline(proposal) if rows is None else rows
    known = schedule.lines(proposal, rows) if known is None else known
    timed = [line for line in known if line.first_month is not None]
    if not timed:
        return None
    beyond = [line for line in timed if line.beyond]
    alt = _("Work plan: %(activities)s activities from month %(first)s to month %(last)s.") % {
        "activities": len(timed),
        "first": min(line.first_month or 1 for line in timed),
        "last": max(line.last_month or 1 for line in timed),
    }
    if beyond:
        alt += " " + _("%s run beyond the end of the project, marked with ▸.") % len(beyond)
    return Chart(_("Work plan"), alt, spec(proposal, rows, known), table(proposal, known), print_table=True)


def table(proposal: Proposal, known: Sequence[PlanLine]) -> Table:
    """The activities as a table of services/documents."""
    dated = proposal.project.record.starts is not None
    columns = [
        Column("activity", _("Activity"), width=4),
        Column("output", _("Output"), width=3),
        Column("responsible", _("Responsible"), width=2),
        Column("first", _("First month"), "integer"),
        Column("last", _("Last month"), "integer"),
    ]
    if dated:
        columns += [Column("starts", _("From"), "date"), Column("ends", _("Until"), "date")]
    return Table(
        _("Work plan"), columns,
        [
            {"activity": line.name, "output": line.output, "responsible": line.responsible, "first": line.first_month,
             "last": line.last_month, "starts": line.starts, "ends": line.ends}
            for line in known
        ],
        note=_("Months are counted from the start of the project (%s).") % day(proposal.project.record.starts)
        if dated else _("Months are counted from the start of the project."),
        sheet_name=_("Work plan"), empty_text=_("No activities yet."),
    )  # fmt: skip


def spec(proposal: Proposal, rows: Sequence[Numbered], known: Sequence[PlanLine]) -> dict[str, Any]:
    """The Vega-Lite picture. Rows keep the order of the matrix."""
    data: list[dict[str, Any]] = []
    for group in schedule.groups(rows, known):
        timed = [line for line in group.lines if line.first_month is not None and line.last_month is not None]
        if not timed:
            continue
        from_, to = min(line.first_month or 1 for line in timed), max(line.last_month or 1 for line in timed)
        data.append(_bar(group.output.name, from_, to, "output", len(data)))
        for line in timed:
            kind = "beyond" if line.beyond else "activity"
            name = f"▸ {line.name}" if line.beyond else line.name
            data.append(_bar(name, line.first_month or 1, line.last_month or 1, kind, len(data)))
    length = max([proposal.months or 1, *(int(row["to"]) for row in data)])
    order = [row["label"] for row in data]
    every = next((step for step in (1, 2, 3, 6, 12) if length / step <= 14), 24)
    down = {
        "field": "label", "type": "nominal", "sort": order, "scale": {"domain": order}, "title": None,
        "axis": {
            # Labels begin with their place in the order, which keeps two of the same words apart.
            "labelExpr": r"split(slice(datum.label, 4), '\n')", "labelLimit": 420, "labelAlign": "left", "labelPadding": 330,
            "ticks": False, "domain": False, "grid": False,
        },
    }  # fmt: skip
    across = {
        "field": "from", "type": "quantitative", "scale": {"domain": [0, length], "nice": False}, "title": None,
        "axis": {
            "orient": "top", "values": list(range(0, length, every)), "labelAlign": "left", "gridColor": LINE,
            "labelExpr": f"{json.dumps(_names(proposal.project.record.starts, length))}[datum.value]",
        },
    }  # fmt: skip
    layers = [
        _mark(kind, colour, height, down, across)
        for kind, colour, height in (("output", SOFT, 5), ("activity", BLUE, 15), ("beyond", AMBER, 15))
    ]
    if proposal.months:
        layers.append(
            {
                "data": {"values": [{"end": proposal.months}]},
                "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
                "encoding": {"x": {"field": "end", "type": "quantitative"}},
            }
        )
    return {
        "$schema": SCHEMA_URL,
        "width": WIDTH,
        "height": {"step": STEP},
        "data": {"values": data},
        "layer": layers,
    }


def _bar(name: str, first: int, last: int, kind: str, place: int) -> dict[str, Any]:
    lines = textwrap.wrap(name, LABEL, max_lines=2, placeholder=" …") or [" "]
    return {"label": f"{place:03} " + "\n".join(lines), "from": first - 1, "to": last, "kind": kind}


def _mark(kind: str, colour: str, height: int, down: dict[str, Any], across: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"datum.kind == '{kind}'"}],
        "mark": {"type": "bar", "color": colour, "height": height},
        "encoding": {"y": down, "x": across, "x2": {"field": "to"}},
    }


def _names(starts: date | None, length: int) -> list[str]:
    """What stands above each month: "Jan 27" where the start is known, else its number."""
    if starts is None:
        return [str(month) for month in range(1, length + 1)]
    days = (month_begins(starts, month) for month in range(1, length + 1))
    return [f"{one:%b}{NBSP}{one:%y}" for one in days]
