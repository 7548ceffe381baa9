"""Roadmaps as files: the list as it is filtered, and one roadmap as a document to hand over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import (
    Block,
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
    Toned,
)
from migov.work.governance.models import ActionState, Roadmap, RoadmapState
from migov.work.governance.roadmaps import queries
from migov.work.governance.roadmaps.filters import RoadmapFilter
from migov.work.governance.roadmaps.queries import About, Line

FORMATS = ("docx", "pdf", "xlsx")


def money(rows: Iterable[tuple[Any, str]]) -> str:
    """Amounts of several currencies beside each other, never added: "120,000 EUR + 50,000 USD"."""
    return " + ".join(formats.money(amount, currency) for amount, currency in rows) or formats.DASH


def list_report(found: Sequence[Roadmap], filter: RoadmapFilter, *, base_url: str = "") -> Report:
    """The list as a report with one table. found: roadmaps as `queries.matching` gives them. One query."""
    costs = queries.totals_of(one.pk for one in found)
    columns = [
        Column("title", _("Roadmap"), "link", width=3),
        Column("country", _("Country or area")),
        Column("years", _("Years")),
        Column("state", _("State")),
        Column("agreed", _("Agreed on"), "date"),
        Column("actions", _("Actions"), "integer"),
        Column("done", _("Done"), "integer"),
        Column("late", _("Late"), "integer"),
        Column("cost", _("Cost"), width=2),
        Column("owner", _("Led by")),
    ]
    rows = [_list_row(one, costs.get(one.pk, [])) for one in found]
    return Report(
        title=_("Roadmaps"), subtitle=filter.words(), organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(),
        base_url=base_url,
        metadata={_("Filter"): filter.words(), _("Address of the list"): f"{base_url}{reverse('governance:roadmaps')}?{filter.to_query()}"},
        footnotes=[notes()["kosovo_footnote"]] if any(one.country.needs_footnote for one in found) else [],
        blocks=[Table(_("Roadmaps"), columns, rows, sheet_name=_("Roadmaps"))],
    )  # fmt: skip


def _list_row(one: Any, costs: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    return {
        "title": Link(one.record.title, reverse("governance:roadmap", args=[one.pk])), "country": formats.place(one.country),
        "years": years(one), "state": one.get_state_display(), "agreed": one.agreed_on, "actions": one.total, "done": one.done,
        "late": one.late, "cost": money(costs), "owner": str(one.record.owner or ""),
    }  # fmt: skip


def years(roadmap: Roadmap) -> str:
    """The years of a roadmap: "2026–2028", "2026"."""
    return str(roadmap.starts) if roadmap.starts == roadmap.ends else f"{roadmap.starts}–{roadmap.ends}"


def report(about: About, *, base_url: str = "") -> Report:
    """One roadmap as a document: what is planned, what it costs, how it stood year by year, and what may help."""
    roadmap, record = about.roadmap, about.roadmap.record
    blocks: list[Block] = [Facts(_figures(about))]
    if record.summary:
        blocks.append(Section(_("Purpose"), [Paragraph(part) for part in record.summary.splitlines() if part.strip()]))
    if roadmap.state == RoadmapState.DRAFT:
        blocks.insert(0, Note(_("A draft: the government has not agreed it yet."), "warning"))
    blocks += [
        Section(_("Actions"), [_actions(about), *_details(about)]),
        *([Section(_("Cost"), [_costs(about)])] if about.totals else []),
        *(
            [Section(_("Followed up year by year"), [_followed(about)])]
            if any(line.follow_ups for line in about.lines)
            else []
        ),
    ]
    if roadmap.result:
        blocks.append(Section(_("Result"), [Paragraph(part) for part in roadmap.result.splitlines() if part.strip()]))
    return Report(
        title=record.title, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), base_url=base_url,
        subtitle=_stands(roadmap),
        notices=[_("Written for the demonstration; nothing in it is real.")] if record.illustrative else [],
        footnotes=[notes()["kosovo_footnote"]] if roadmap.country.needs_footnote else [],
        metadata={_("Address"): f"{base_url}{reverse('governance:roadmap', args=[roadmap.pk])}"},
        blocks=blocks, cover=False, landscape=True,
    )  # fmt: skip


def _figures(about: About) -> list[Fact]:
    found = [
        Fact(_("Actions"), len(about.counted), kind="integer"),
        Fact(_("Done"), about.done, kind="integer"),
        Fact(_("Late"), about.late, kind="integer"),
    ]
    return [*found, *(Fact(_("Cost"), one.amount, unit=one.currency, decimals=0) for one in about.totals)]


def _stands(roadmap: Roadmap) -> str:
    """Country, years and state in a line: "Moldova, 2026–2028: agreed on 1 February 2026 with the Ministry of Labour"."""
    state = str(roadmap.get_state_display())
    if roadmap.state == RoadmapState.AGREED:
        state = _("agreed on %(day)s with %(who)s") % {
            "day": formats.day(roadmap.agreed_on),
            "who": roadmap.agreed_with,
        }
    return f"{formats.place(roadmap.country)}, {years(roadmap)}: {state}"


def _actions(about: About) -> Table:
    columns = [
        Column("number", _("No."), "integer", width=0.6),
        Column("action", _("Action"), width=4),
        Column("gap", _("Gap"), width=2.2),
        Column("owner", _("Owner"), width=2),
        Column("due", _("Done by"), "date", width=1.3),
        Column("cost", _("Cost"), width=1.5),
        Column("indicator", _("Indicator"), width=2.6),
        Column("state", _("State"), width=1.3),
    ]
    return Table(
        _("Actions"), columns, [_action_row(line) for line in about.lines], wrap=True, empty_text=_("No action yet.")
    )


TONES: dict[str, Any] = {ActionState.DONE: "positive", ActionState.DROPPED: "quiet", ActionState.BEGUN: "mixed"}


def _action_row(line: Line) -> dict[str, Any]:
    one = line.action
    state: Any = str(one.get_state_display())
    if line.late:
        state = Toned(_("%(state)s, late") % {"state": state}, "alarm")
    elif one.state in TONES:
        state = Toned(state, TONES[one.state])
    return {
        "number": line.number, "action": one.title, "gap": f"{one.question.code} {one.question.short}".strip() if one.question else "",
        "owner": one.owner, "due": one.due, "cost": formats.money(one.cost, one.currency) if one.cost is not None else "",
        "indicator": measure(one), "state": state,
    }  # fmt: skip


def measure(action: Any) -> str:
    """The indicator of a line with its baseline and target, in one line."""
    said = [action.indicator]
    if action.baseline:
        said.append(_("baseline %(value)s") % {"value": action.baseline})
    if action.target:
        said.append(_("target %(value)s") % {"value": action.target})
    return "; ".join(filter(None, said))


def _details(about: About) -> list[Block]:
    """What is said of each action at more length, and what was chosen to help with it."""
    blocks: list[Block] = []
    for line in about.lines:
        one, said = line.action, []
        if one.text:
            said.append(Paragraph(one.text))
        if one.state == ActionState.DROPPED:
            said.append(Paragraph([Strong(_("Dropped:")), f" {one.reason}"]))
        for help in line.help:
            name: Any = Link(help.title, help.address) if help.address else help.title
            said.append(Paragraph([Strong(_("May help:")), " ", name, *([f" ({help.why})"] if help.why else [])]))
        if said:
            blocks.append(Section(f"{line.number}. {one.title}", said))
    return blocks


def _costs(about: About) -> Table:
    columns = [
        Column("currency", _("Currency")),
        Column("actions", _("Actions with a cost"), "integer"),
        Column("amount", _("Cost"), "number", decimals=0),
        Column("done", _("Of actions that are done"), "number", decimals=0),
    ]
    rows = [
        {"currency": one.currency, "actions": one.actions, "amount": one.amount, "done": one.done}
        for one in about.totals
    ]
    said = _("Amounts of different currencies are not added. Dropped actions are left out.")
    if about.unpriced:
        said += " " + _("Actions without a cost: %(number)s.") % {"number": about.unpriced}
    return Table(_("Cost by currency"), columns, rows, note=said)


def _followed(about: About) -> Table:
    columns = [
        Column("action", _("Action"), width=3),
        Column("year", _("Year"), width=0.8),
        Column("state", _("State"), width=1.2),
        Column("value", _("Value of the indicator"), width=1.5),
        Column("text", _("What happened"), width=4),
    ]
    rows = [
        {
            "action": f"{line.number}. {line.action.title}", "year": str(one.year), "state": one.get_state_display(),
            "value": one.value, "text": one.text,
        }
        for line in about.lines
        for one in line.follow_ups
    ]  # fmt: skip
    return Table(_("Follow-up"), columns, rows, wrap=True)
