"""Changes of the budget: lines one field at a time, whole rows pasted from a spreadsheet, order, currency and the donor's rules."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.codelists import names
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.proposals import donors
from migov.work.proposals.actions import cells, ground
from migov.work.proposals.actions.cells import WrongValue, shown
from migov.work.proposals.models import BudgetCategory, PlanCost, PlanResult, Proposal
from migov.work.proposals.queries import costs
from migov.work.proposals.queries.outline import outline

CENT = Decimal("0.01")
MOST_LINES = 1000  # of one budget: more is a mistake of the clipboard
FIELDS: dict[str, tuple[Any, cells.Read]] = {
    "title": (gettext_lazy("Description"), cells.words(255, required=True)),
    "unit": (gettext_lazy("Unit"), cells.words(60)),
    "quantity": (gettext_lazy("Quantity"), cells.number(4, digits=10)),
    "unit_cost": (gettext_lazy("Unit cost"), cells.number(2, digits=14)),
    "year": (gettext_lazy("Year"), cells.whole(1, 10)),
    "funded_by": (gettext_lazy("Co-funded by"), cells.words(255)),
    "note": (gettext_lazy("Note"), cells.words(2000)),
}
PLACE = gettext_lazy("Belongs to")


def reader_of(field: str, currency: str) -> cells.Read:
    """How a field of FIELDS is read in a budget of a currency: amounts may name it."""
    return cells.money(currency, 2, digits=14) if field == "unit_cost" else FIELDS[field][1]


class NotConfirmed(ground.ProposalError):
    """A change that needs a yes first. The text says what would happen."""


def amount_of(quantity: Decimal, unit_cost: Decimal) -> Decimal:
    """Quantity x unit cost, to the cent. Raises WrongValue where it does not fit."""
    amount = (quantity * unit_cost).quantize(CENT, ROUND_HALF_UP)
    if amount >= Decimal(10) ** 14:
        raise WrongValue(_("Quantity × unit cost is too large."))
    return amount


@transaction.atomic
def add(
    proposal: Proposal,
    *,
    category: str,
    title: str,
    unit_cost: Decimal,
    quantity: Decimal = Decimal(1),
    output: PlanResult | None = None,
    unit: str = "",
    year: int | None = None,
    funded_by: str = "",
    note: str = "",
    by: Actor,
) -> PlanCost:
    """Add a line at the end. output: of this proposal, for operational costs only.

    Raises PermissionDenied, Closed, WrongValue.
    """
    found = ground.writable(proposal, by, lock=True)
    row = {
        "category": category, "title": title, "unit_cost": unit_cost, "quantity": quantity, "output": output, "unit": unit,
        "year": year, "funded_by": funded_by, "note": note,
    }  # fmt: skip
    made = _add(found, [row])[0]
    journal.write("budget line added", by=by, record=found.project.record, detail=_said(made))
    return made


@transaction.atomic
def add_many(proposal: Proposal, *, rows: Sequence[dict[str, Any]], by: Actor) -> list[PlanCost]:
    """Add several lines at once, each with the arguments of `add`. Raises as `add` does; then none is added."""
    found = ground.writable(proposal, by, lock=True)
    made = _add(found, rows)
    if made:
        detail = {"lines": len(made), "amount": shown(sum((one.amount for one in made), Decimal(0)))}
        journal.write("budget lines pasted", by=by, record=found.project.record, detail=detail)
    return made


def _add(proposal: Proposal, rows: Sequence[dict[str, Any]]) -> list[PlanCost]:
    standing = proposal.costs.filter(removed_at__isnull=True).count()
    if standing + len(rows) > MOST_LINES:
        raise WrongValue(
            _("A budget has at most %(most)s lines; this one has %(now)s.") % {"most": MOST_LINES, "now": standing}
        )
    last = proposal.costs.aggregate(last=Max("order"))["last"]
    first = 0 if last is None else last + 1
    made = []
    for order, row in enumerate(rows, start=first):
        _check_place(proposal, row["category"], row.get("output"))
        line = PlanCost(proposal=proposal, order=order, **row)
        line.title = FIELDS["title"][1](line.title)
        line.amount = amount_of(line.quantity, line.unit_cost)
        line.save()
        made.append(line)
    return made


def _check_place(proposal: Proposal, category: str, output: PlanResult | None) -> None:
    if category not in BudgetCategory.values:
        raise WrongValue(_("A line is for staff, the office, or operational."))
    if output is None:
        return
    if category != BudgetCategory.OPERATIONAL:
        raise WrongValue(_("Only operational costs belong to an output."))
    if output.proposal_id != proposal.pk or output.level != "output" or output.removed_at is not None:
        raise WrongValue(_("This output is not in the results matrix."))


@transaction.atomic
def change(cost: PlanCost, *, field: str, was: str, now: str, by: Actor) -> PlanCost:
    """Change one field of a line; quantity and unit cost make the amount anew.

    field: one of FIELDS, or "place": "staff", "office", "operational", or "output:" with an output's key. was: what the page had
    shown; now: what was typed. Raises PermissionDenied, Closed, WrongValue, Conflict.
    """
    proposal, line = _line(cost, by)
    if field == "place":
        before = costs.line(line, outline(proposal)).place
        category, output = place_of(proposal, now)
        if not cells.exchange(before, was=was, now=now, label=PLACE):
            return line
        line.category, line.output = category, output
        line.save(update_fields=["category", "output"])
    elif field in FIELDS:
        label = FIELDS[field][0]
        value = reader_of(field, proposal.currency)(now)
        before = shown(getattr(line, field))
        if not cells.exchange(before, was=was, now=shown(value), label=label):
            return line
        setattr(line, field, value)
        line.amount = amount_of(line.quantity, line.unit_cost)
        line.save(update_fields=[field, "amount"])
    else:
        raise WrongValue(_("There is no such field."))
    detail = {"line": line.pk, "title": line.title, "field": field, "was": before, "now": now}
    journal.write("budget line changed", by=by, record=proposal.project.record, detail=detail)
    return line


def place_of(proposal: Proposal, code: str) -> tuple[str, PlanResult | None]:
    """Category and output that a code names: "staff", "output:12". Raises WrongValue."""
    kind, _colon, key = code.partition(":")
    if kind != "output":
        _check_place(proposal, code, None)
        return code, None
    output = (
        PlanResult.objects.filter(proposal=proposal, pk=int(key)).first() if key.isdecimal() and len(key) < 16 else None
    )
    if output is None:
        raise WrongValue(_("This output is not in the results matrix."))
    _check_place(proposal, BudgetCategory.OPERATIONAL, output)
    return BudgetCategory.OPERATIONAL, output


@transaction.atomic
def move(cost: PlanCost, *, steps: int, by: Actor) -> PlanCost:
    """Move a line up (-1) or down (1) among the lines of its category and output. Raises PermissionDenied, Closed."""
    proposal, line = _line(cost, by)
    shown_lines = costs.lines(proposal, outline(proposal))
    here = next(one for one in shown_lines if one.pk == line.pk)
    group = [one.pk for one in shown_lines if one.place == here.place]
    at = group.index(line.pk)
    to = min(max(at + steps, 0), len(group) - 1)
    if to == at:
        return line
    group.insert(to, group.pop(at))
    rows = {row.pk: row for row in proposal.costs.filter(removed_at__isnull=True)}
    moved = iter(group)
    order = [next(moved) if one.place == here.place else one.pk for one in shown_lines]
    for place, key in enumerate(order):
        rows[key].order = place
    PlanCost.objects.bulk_update(rows.values(), ["order"])
    journal.write(
        "budget line moved", by=by, record=proposal.project.record, detail={"line": line.pk, "title": line.title}
    )
    line.refresh_from_db()
    return line


@transaction.atomic
def remove(cost: PlanCost, *, by: Actor) -> PlanCost:
    """Take a line out; it can be put back. Raises PermissionDenied, Closed."""
    proposal, line = _line(cost, by, removed=None)
    if line.removed_at is None:
        line.removed_at = timezone.now()
        line.save(update_fields=["removed_at"])
        journal.write("budget line removed", by=by, record=proposal.project.record, detail=_said(line))
    return line


@transaction.atomic
def put_back(cost: PlanCost, *, by: Actor) -> PlanCost:
    """Put a line back that was taken out, in its old place. Raises PermissionDenied, Closed."""
    proposal, line = _line(cost, by, removed=None)
    if line.removed_at is not None:
        line.removed_at = None
        line.save(update_fields=["removed_at"])
        journal.write("budget line put back", by=by, record=proposal.project.record, detail=_said(line))
    return line


@transaction.atomic
def change_currency(proposal: Proposal, *, was: str, now: str, confirmed: bool, by: Actor) -> Proposal:
    """Give the budget another currency. The figures stay as they are: nothing is converted.

    confirmed: that this was asked. Raises NotConfirmed where lines stand and it was not, PermissionDenied, Closed, WrongValue, Conflict.
    """
    found = ground.writable(proposal, by, lock=True)
    code = cells.clean(now).upper()
    if code not in names("Currency"):
        raise WrongValue(_("“%s” is not a currency code. Write three letters, such as EUR.") % code[:10])
    before = found.currency
    if not cells.exchange(before, was=was, now=code, label=_("Currency")):
        return found
    standing = found.costs.filter(removed_at__isnull=True).count()
    if standing and not confirmed:
        figure = shown(costs.total(found))
        raise NotConfirmed(
            _("Nothing is converted: %(amount)s %(old)s would become %(amount)s %(new)s, in %(lines)s lines.")
            % {"amount": figure, "old": before, "new": code, "lines": standing}
        )
    found.currency = code
    found.save(update_fields=["currency"])
    journal.write("budget currency changed", by=by, record=found.project.record, detail={"was": before, "now": code})
    return found


@transaction.atomic
def choose_rules(proposal: Proposal, *, was: str, now: str, by: Actor) -> Proposal:
    """Choose the donor's rules that the budget is checked against. Raises PermissionDenied, Closed, WrongValue, Conflict."""
    found = ground.writable(proposal, by, lock=True)
    if now not in donors.all_rules():
        raise WrongValue(_("There are no such rules."))
    before = found.rules or donors.NONE
    if cells.exchange(before, was=was or donors.NONE, now=now, label=_("Donor's rules")):
        found.rules = now
        found.save(update_fields=["rules"])
        journal.write("donor's rules chosen", by=by, record=found.project.record, detail={"was": before, "now": now})
    return found


def _line(cost: PlanCost, by: Actor, *, removed: bool | None = False) -> tuple[Proposal, PlanCost]:
    """The proposal and the line, read anew and held until the transaction ends."""
    proposal = ground.writable(cost.proposal_id, by, lock=True)
    line = PlanCost.objects.select_related("output").get(pk=cost.pk)
    if removed is False and line.removed_at is not None:
        raise ground.ProposalError(_("This line was removed meanwhile. Put it back to change it."))
    return proposal, line


def _said(line: PlanCost) -> dict[str, Any]:
    return {"line": line.pk, "title": line.title, "amount": shown(line.amount)}
