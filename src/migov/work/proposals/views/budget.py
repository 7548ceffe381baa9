"""The budget: lines edited in place, rows pasted from a spreadsheet, sums, and what breaks the donor's rules."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.codelists import names
from migov.foundation.money.queries import Converter
from migov.foundation.shell.formats import number
from migov.services.alignment.access import person
from migov.services.documents import Column, Report, Table
from migov.services.documents.listing import xlsx_response
from migov.work.proposals import budget_rules, donors
from migov.work.proposals.actions import costs as actions
from migov.work.proposals.actions import pasting
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.findings import ordered
from migov.work.proposals.models import BudgetCategory, PlanCost, Proposal
from migov.work.proposals.queries import costs, papers
from migov.work.proposals.queries.costs import CostLine
from migov.work.proposals.queries.outline import outline, outputs
from migov.work.proposals.views import frame, rows

LABELS = {"title": actions.FIELDS["title"][0], "place": actions.PLACE} | {
    name: label for name, (label, _read) in actions.FIELDS.items() if name != "title"
}
MOST_PASTED = 500_000  # characters
Context = dict[str, Any]


@require_safe
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """The budget of a proposal."""
    proposal = frame.proposal_or_404(request, pk)
    return _page(request, proposal)


def _page(
    request: HttpRequest, proposal: Proposal, *, status: int = 200, submitted: rows.Row | None = None, **more: Any
) -> HttpResponse:
    return frame.show(
        request,
        proposal,
        "budget",
        "proposals/budget.html",
        status=status,
        **_context(request, proposal, submitted) | more,
    )


def _context(request: HttpRequest, proposal: Proposal, submitted: rows.Row | None = None) -> Context:
    """Everything the page shows. Queries: outline, lines, removed lines, rates, places."""
    matrix = outline(proposal)
    known = costs.lines(proposal, matrix)
    converter = Converter()
    sums = costs.sums(proposal, known)
    shown = [_row(proposal, line) for line in known]
    if submitted is not None:
        shown = [rows.merged(one, submitted) if one.id == submitted.id else one for one in shown]
    astray = [(costs.ASTRAY, _("an output that was removed"))] if any(line.astray for line in known) else []
    choices = [*BudgetCategory.choices, *astray, *((f"output:{one.pk}", one.name) for one in outputs(matrix))]
    rules, may_write = donors.rules_of(proposal), papers.may_write(request.user, proposal)
    if may_write:
        options_of = rows.options(choices)
        for one in shown:
            one.cells["place"].options = options_of(one.cells["place"].value)
        rows.draw(shown, "proposals/budget_row.html", {"proposal": proposal}, request)
    return {
        "groups": _groups(shown, dict(choices)), "places": choices, "sums": sums, "rules": rules,
        "rule_choices": donors.choices(), "rules_code": proposal.rules or donors.NONE, "currencies": sorted(names("Currency")),
        "found": ordered(budget_rules.findings(proposal, rows=matrix, lines=known, converter=converter)),
        "converted": costs.total_in_reporting_currency(proposal, amount=sums.total, converter=converter),
        "reporting": converter.base, "removed": costs.removed(proposal), "entry": {"quantity": "1"}, "entry_problem": "",
        "too_much": rules.ceiling is not None and (sums.own_share or 0) > rules.ceiling,
        "may_write": may_write, "pasted": None, "paste_text": "",
    }  # fmt: skip


def _row(proposal: Proposal, line: CostLine) -> rows.Row:
    made = rows.row(f"cost-{line.pk}", line.title, reverse("proposals:cost", args=[proposal.pk, line.pk]), line, LABELS)
    made.shows["amount"] = number(line.amount, 2)
    return made


def _groups(shown: list[rows.Row], labels: dict[str, Any]) -> list[Context]:
    """The rows under what they belong to, each group with its sum."""
    found: dict[str, Context] = {}
    for row in shown:
        line: CostLine = row.line
        group = found.setdefault(
            line.place, {"label": labels.get(line.place, line.place), "rows": [], "amount": costs.ZERO}
        )
        group["rows"].append(row)
        group["amount"] += line.amount
    for code, group in found.items():
        if code == BudgetCategory.OPERATIONAL:
            group["label"] = _("operational, no output")
    return list(found.values())


@require_POST
def save(request: HttpRequest, pk: int, cost: int) -> HttpResponse:
    """Save the changed cells of a line."""
    proposal = frame.proposal_or_404(request, pk)
    found = get_object_or_404(PlanCost, proposal=proposal, pk=cost)
    matrix = outline(proposal)
    before = _row(proposal, costs.line(found, matrix))
    by = person(request)
    row = rows.submit(
        request.POST, before, lambda name, was, now: actions.change(found, field=name, was=was, now=now, by=by)
    )
    whole = "whole" in request.POST
    if not rows.wants_part(request):
        if row.refusal or row.wrong:
            return _page(request, proposal, status=422, submitted=row)
        return redirect(f"{reverse('proposals:budget', args=[pk])}#cost-{cost}")
    context: Context = {"proposal": proposal} | _context(
        request, proposal, None if whole and not row.wrong and not row.refusal else row
    )
    standing = [one for group in context["groups"] for one in group["rows"] if one.id == row.id]
    context |= {
        "row": standing[0] if standing else row,
        "whole": whole,
        "regroup": "place" in row.saved or not standing,
    }
    return render(request, "proposals/budget_saved.html", context)


@require_POST
def arrange(request: HttpRequest, pk: int, cost: int) -> HttpResponse:
    """Move a line up or down, take it out, or put it back."""
    proposal = frame.proposal_or_404(request, pk)
    found = get_object_or_404(PlanCost, proposal=proposal, pk=cost)
    by, asked = person(request), request.POST.get("do", "")
    try:
        if asked in ("up", "down"):
            actions.move(found, steps=-1 if asked == "up" else 1, by=by)
        elif asked == "remove":
            actions.remove(found, by=by)
            messages.success(request, _("“%s” was removed. It can be put back below.") % found.title)
        elif asked == "back":
            actions.put_back(found, by=by)
    except ProposalError as error:
        messages.error(request, str(error))
    return _lines(request, proposal, f"#cost-{cost}")


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a line."""
    proposal = frame.proposal_or_404(request, pk)
    typed = {name: request.POST.get(name, "") for name in ("place", *actions.FIELDS)}
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name in actions.FIELDS:
        try:
            values[name] = actions.reader_of(name, proposal.currency)(typed[name])
        except WrongValue as error:
            problems[name] = str(error)
    try:
        category, output = actions.place_of(proposal, typed["place"])
        if not problems:
            actions.add(proposal, category=category, output=output, by=person(request), **values)
    except ProposalError as error:
        problems["place" if isinstance(error, WrongValue) else "all"] = str(error)
    if problems:
        entry = typed | {f"{name}_problem": text for name, text in problems.items()}
        return _lines(request, proposal, "#add", status=422, entry=entry)
    return _lines(request, proposal, "#add", entry={"place": typed["place"], "quantity": "1", "year": typed["year"]})


@require_POST
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Add rows of a spreadsheet; those that cannot be read stay in the field, with reasons."""
    proposal = frame.proposal_or_404(request, pk)
    text = request.POST.get("rows", "")[:MOST_PASTED]
    try:
        done = pasting.paste(proposal, text=text, by=person(request))
    except ProposalError as error:
        messages.error(request, str(error))
        return _page(request, proposal, status=422, paste_text=text)
    if done.added:
        messages.success(request, _("%s lines were added.") % len(done.added))
    if not done.refused:
        return redirect("proposals:budget", pk)
    left = "\n".join(row.text for row in done.refused)
    return _page(request, proposal, status=422, pasted=done, paste_text=left)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the donor's rules and the currency; another currency is asked about first."""
    proposal = frame.proposal_or_404(request, pk)
    post, by = request.POST, person(request)
    try:
        if "rules" in post:
            actions.choose_rules(proposal, was=post.get("was-rules", ""), now=post["rules"], by=by)
        if "currency" in post:
            confirmed = "confirmed" in post
            actions.change_currency(
                proposal, was=post.get("was-currency", ""), now=post["currency"], confirmed=confirmed, by=by
            )
    except actions.NotConfirmed as error:
        ask = {"text": str(error), "currency": post["currency"].strip().upper(), "was": post.get("was-currency", "")}
        proposal.refresh_from_db(fields=["rules", "currency"])
        return _page(request, proposal, ask=ask)
    except ProposalError as error:
        messages.error(request, str(error))
        proposal.refresh_from_db(fields=["rules", "currency"])
        return _page(request, proposal, status=422)
    return redirect("proposals:budget", pk)


def _lines(request: HttpRequest, proposal: Proposal, at: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """The table after its lines have changed; the whole page without htmx."""
    if rows.wants_part(request):
        return render(
            request, "proposals/budget_changed.html", {"proposal": proposal} | _context(request, proposal) | more
        )
    if status != 200:
        return _page(request, proposal, status=status, **more)
    return redirect(f"{reverse('proposals:budget', args=[proposal.pk])}{at}")


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The budget as an Excel workbook."""
    proposal = frame.proposal_or_404(request, pk)
    return xlsx_response(report(proposal, request.build_absolute_uri("/").rstrip("/")))


def report(proposal: Proposal, base_url: str = "") -> Report:
    """The budget as a report: its lines and their sums."""
    known = costs.lines(proposal)
    sums = costs.sums(proposal, known)
    record, unit = proposal.project.record, proposal.currency
    columns = [
        Column("category", _("Category")), Column("output", _("Output"), width=2), Column("title", _("Description"), width=3),
        Column("unit", _("Unit")), Column("quantity", _("Quantity"), "number"),
        Column("unit_cost", _("Unit cost"), "money", unit=unit, decimals=2),
        Column("amount", _("Amount"), "money", unit=unit, decimals=2), Column("year", _("Year"), "integer"),
        Column("funded_by", _("Co-funded by")), Column("note", _("Note"), width=2),
    ]  # fmt: skip
    lines = [
        {"category": one.category_label, "output": one.output, "title": one.title, "unit": one.unit, "quantity": one.quantity,
         "unit_cost": one.unit_cost, "amount": one.amount, "year": one.year, "funded_by": one.funded_by, "note": one.note}
        for one in known
    ]  # fmt: skip
    part = [Column("label", _("Part"), width=3), Column("amount", _("Amount"), "money", unit=unit, decimals=2),
            Column("share", _("Share"), "percent", decimals=1)]  # fmt: skip
    tables = [
        Table(title, part, [{"label": one.label, "amount": one.amount, "share": one.share} for one in parts], sheet_name=sheet)
        for title, sheet, parts in (
            (_("By category"), _("By category"), sums.by_category), (_("By output"), _("By output"), sums.by_output),
            (_("By year"), _("By year"), sums.by_year), (_("By funder"), _("By funder"), sums.by_funder),
        )
    ]  # fmt: skip
    return Report(
        title=_("Budget"), subtitle=record.title, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(),
        base_url=base_url, metadata={_("Project"): f"{record.reference} {record.title}".strip()},
        notices=[_("Illustrative project: no figure is real.")] if record.illustrative else [],
        blocks=[Table(_("Budget"), columns, lines, total={"category": _("Total"), "amount": sums.total}, sheet_name=_("Budget")), *tables],
    )  # fmt: skip


urlpatterns = [
    path("<int:pk>/budget/", budget, name="budget"),
    path("<int:pk>/budget/add/", add, name="cost-add"),
    path("<int:pk>/budget/paste/", paste, name="cost-paste"),
    path("<int:pk>/budget/settings/", settle, name="budget-settings"),
    path("<int:pk>/budget/budget.xlsx", export, name="budget-export"),
    path("<int:pk>/budget/lines/<int:cost>/", save, name="cost"),
    path("<int:pk>/budget/lines/<int:cost>/arrange/", arrange, name="cost-arrange"),
]
