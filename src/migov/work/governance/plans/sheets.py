"""Plans and their actions as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Block, Column, Fact, Facts, Link, Paragraph, Report, Table
from migov.work.governance.models import PlanAction, PlanActionState, WorkPlan
from migov.work.governance.plans.importing import COLUMNS
from migov.work.governance.plans.queries import Line, Money, late_words, money, silent


def _report(title: str, blocks: Sequence[Block], base_url: str, **more: Any) -> Report:
    """A report on these tables; the footnote on Kosovo stands where it is named."""
    named = "Kosovo" in f"{title} {more.get('subtitle', '')} {blocks!r}"
    return Report(
        title=title, blocks=blocks, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), base_url=base_url,
        footnotes=[notes()["kosovo_footnote"]] if named else [], cover=False, landscape=True, **more,
    )  # fmt: skip


def plans_report(lines: Iterable[Line], *, base_url: str) -> Report:
    """The register: a row for each plan and currency."""
    columns = [
        Column("country", _("Country or area"), width=2), Column("title", _("Plan"), "link", width=4),
        Column("network", _("Network"), width=3), Column("period", _("Period"), width=1.4),
        Column("actions", _("Actions"), "integer", width=1.2), Column("done", _("Done"), "integer", width=1.2),
        Column("late", _("Late"), "integer", width=1.2), Column("currency", _("Currency"), width=1.4),
        Column("needed", _("Needed"), "money", width=1.8), Column("secured", _("Secured"), "money", width=1.8),
        Column("gap", _("Gap"), "money", width=1.8),
    ]  # fmt: skip
    rows = []
    for line in lines:
        one = line.plan
        first = {
            "country": line.where, "title": Link(one.record.title, reverse("governance:plan", args=[one.pk])), "network": one.network,
            "period": line.period, "actions": line.total, "done": line.done, "late": line.late,
        }  # fmt: skip
        each: list[Money | None] = [*line.money] or [None]
        for row in each:
            amounts = (
                {"currency": row.currency, "needed": row.needed, "secured": row.secured, "gap": row.gap} if row else {}
            )
            rows.append({**first, **amounts})
            # A plan with several currencies has several rows; its actions are counted in the first only.
            first = {**first, "actions": None, "done": None, "late": None}
    title = _("Work plans of the networks on migration")
    return _report(title, [Table(title, columns, rows, sheet_name=_("Plans"))], base_url)


def _columns(with_plan: bool) -> list[Column]:
    """The columns of actions, headed as a file of actions is read."""
    kinds = {"starts": "date", "due": "date", "needed": "money", "secured": "money"}
    wide = {"text": 5.0, "result": 3.5, "lead": 1.6, "support": 1.8, "reason": 2.0, "objectives": 1.8}
    found = [
        Column(name, heads[0].capitalize(), kinds.get(name, "text"), width=wide.get(name, 1.4))  # type: ignore[arg-type]
        for name, heads in COLUMNS.items()
    ]
    found += [
        Column("gap", _("Gap"), "money", width=1.4),
        Column("late", _("Late"), width=1.8),
        Column("said", _("Last report"), width=3),
    ]
    if with_plan:
        found = [Column("country", _("Country or area"), width=1.6), Column("plan", _("Plan"), "link", width=3), *found]
    return found


def _row(one: PlanAction) -> dict[str, Any]:
    said = next(iter(one.said), None)  # type: ignore[attr-defined]
    gap = None
    if one.needed is not None and one.state != PlanActionState.STOPPED:
        gap = max(one.needed - (one.secured or Decimal(0)), Decimal(0))
    return {
        "country": formats.place(one.plan.country) if one.plan.country else _("regional"),
        "plan": Link(one.plan.record.title, reverse("governance:plan", args=[one.plan_id])), "code": one.code, "text": one.text,
        "result": one.result, "lead": one.lead, "support": one.support, "objectives": "; ".join(str(each) for each in one.objectives.all()),
        "state": str(one.get_state_display()), "reason": one.reason, "starts": one.starts, "due": one.due, "needed": one.needed,
        "secured": one.secured, "currency": one.currency, "funder": one.funder, "gap": gap, "late": late_words(one),
        "said": f"{formats.day(said.day)}: {said.text}" if said else "",
    }  # fmt: skip


def actions_report(rows: Iterable[PlanAction], *, base_url: str) -> Report:
    """Actions of several plans as a list."""
    title = _("Actions of the networks on migration")
    table = Table(
        title, _columns(with_plan=True), [_row(one) for one in rows], sheet_name=_("Actions"), missing="", wrap=True
    )
    return _report(title, [table], base_url)


def plan_list(plan: WorkPlan, rows: Iterable[PlanAction], *, base_url: str) -> Report:
    """The actions of one plan as a list that can be read in again."""
    table = Table(
        plan.record.title,
        _columns(with_plan=False),
        [_row(one) for one in rows],
        sheet_name=_("Actions"),
        missing="",
        wrap=True,
    )
    return _report(plan.record.title, [table], base_url)


def plan_report(plan: WorkPlan, rows: Sequence[PlanAction], *, base_url: str) -> Report:
    """One plan as a document: where it stands, money by currency, and the actions."""
    states = [one.state for one in rows]
    late = [one for one in rows if late_words(one)]
    facts = Facts(
        [
            Fact(_("Actions"), len(rows)),
            Fact(_("Done"), states.count(PlanActionState.DONE)),
            Fact(_("Under way"), states.count(PlanActionState.BEGUN)),
            Fact(_("Late"), len(late)),
        ]
    )
    who = [plan.network, *([_("Coordinator: %(who)s") % {"who": plan.coordinator}] if plan.coordinator else [])]
    blocks: list[Block] = [facts, Paragraph(" · ".join(who))]
    amounts = money(rows)
    if amounts:
        columns = [
            Column("currency", _("Currency"), width=2), Column("needed", _("Needed"), "money", width=2),
            Column("secured", _("Secured"), "money", width=2), Column("gap", _("Gap"), "money", width=2),
        ]  # fmt: skip
        lines = [
            {"currency": one.currency, "needed": one.needed, "secured": one.secured, "gap": one.gap} for one in amounts
        ]
        blocks.append(Table(_("Money by currency"), columns, lines, note=_money_note(rows)))
    columns = [
        Column("code", _("No."), width=1), Column("text", _("Action"), width=5), Column("lead", _("Lead"), width=1.6),
        Column("support", _("Support"), width=1.8), Column("objectives", _("Objectives"), width=1.8),
        Column("state", _("State"), width=2.2), Column("due", _("Due"), "date", width=1.8),
        Column("amount", _("Needed / secured"), width=2.2), Column("said", _("Last report"), width=3.5),
    ]  # fmt: skip
    made = []
    for one in rows:
        cells = _row(one)
        cells["amount"] = _amount(one)
        cells["state"] = ", ".join(filter(None, [cells["state"], cells["late"]]))
        made.append(cells)
    if not any(one.code for one in rows):
        columns = columns[1:]
    blocks.append(Table(_("Actions"), columns, made, wrap=True, missing="", empty_text=_("There is no action yet.")))
    where = formats.place(plan.country) if plan.country else _("regional")
    illustrative = _("Written for the demonstration; nothing in it is real.")
    return _report(
        plan.record.title, blocks, base_url, subtitle=f"{where}, {plan.starts}–{plan.ends}",
        notices=[illustrative] if plan.record.illustrative else [],
        metadata={_("Source"): plan.source} if plan.source else {},
    )  # fmt: skip


def _amount(one: PlanAction) -> str:
    if one.needed is None and one.secured is None:
        return ""
    needed = formats.number(one.needed, 0) if one.needed is not None else "?"
    return f"{needed} / {formats.number(one.secured or 0, 0)} {one.currency}"


def _money_note(rows: Iterable[PlanAction]) -> str:
    number = silent(rows)
    words = ngettext(
        "%(number)d action does not say what it needs. Currencies are not added up.",
        "%(number)d actions do not say what they need. Currencies are not added up.",
        number,
    )
    return words % {"number": number} if number else _("Currencies are not added up.")


def example(base_url: str) -> Report:
    """A file with the headings and one row that shows how they are filled."""
    row = {
        "code": "1.1", "text": "Train labour inspectors on the rights of migrant workers", "result": "Inspectors know what to look for",
        "lead": "ILO", "support": "IOM; UNHCR", "objectives": "GCM 6; GCM 7", "state": "planned", "reason": "", "starts": "2026-01-15",
        "due": "2026-12-31", "needed": Decimal(40000), "secured": Decimal(15000), "currency": "USD", "funder": "Trust fund",
    }  # fmt: skip
    columns = [Column(name, heads[0].capitalize(), width=2) for name, heads in COLUMNS.items()]
    return _report(_("Actions to fill in"), [Table(_("Actions"), columns, [row], sheet_name=_("Actions"))], base_url)
