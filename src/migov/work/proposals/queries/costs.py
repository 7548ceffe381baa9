"""The budget of a proposal: its lines, and their sums by category, output, year and funder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.money.queries import Converter
from migov.work.proposals.models import BudgetCategory, PlanCost, Proposal
from migov.work.proposals.queries.outline import Numbered, outline, outputs

ZERO = Decimal(0)
ASTRAY = "astray"  # the place of a line whose output was removed
OWN = (BudgetCategory.STAFF, BudgetCategory.OFFICE)  # what the office itself costs


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line of the budget, amounts in the proposal's currency. output: number and title; "" for none.

    astray: it names an output that is no longer in the matrix. place: category and output as one code: "staff", "output:12", "astray".
    """

    pk: int
    category: str
    category_label: str
    output_pk: int | None
    output: str
    astray: bool
    title: str
    unit: str
    quantity: Decimal
    unit_cost: Decimal
    amount: Decimal
    year: int | None
    funded_by: str
    note: str

    @property
    def anchor(self) -> str:
        return f"cost:{self.pk}"

    @property
    def place(self) -> str:
        if self.astray:
            return ASTRAY
        return f"output:{self.output_pk}" if self.output_pk is not None else self.category


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sum. key: what it is the part of ("staff", an output's key, a year, a funder); share: of the whole, 0 to 1."""

    key: str
    label: str
    amount: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of a budget in its own currency. donor: what is asked of the donor; co_funding: what others pay.

    own: staff and office within what is asked of the donor; own_share: its share of that, None where nothing is asked.
    """

    total: Decimal
    donor: Decimal
    co_funding: Decimal
    own: Decimal
    own_share: Decimal | None
    by_category: tuple[Part, ...]
    by_output: tuple[Part, ...]
    by_year: tuple[Part, ...]
    by_funder: tuple[Part, ...]


def lines(proposal: Proposal, rows: Sequence[Numbered] | None = None) -> list[CostLine]:
    """The standing lines: staff, office, then each output's in the order of the matrix. Two queries; one where `rows` are given."""
    named = {one.pk: one for one in outputs(outline(proposal) if rows is None else rows)}
    order = {pk: place for place, pk in enumerate(named)}
    ranks = {BudgetCategory.STAFF: 0, BudgetCategory.OFFICE: 1, BudgetCategory.OPERATIONAL: 2}
    found = [_line(cost, named) for cost in proposal.costs.filter(removed_at__isnull=True)]
    # Operational costs that name no output stand last.
    return sorted(
        found, key=lambda one: (ranks[BudgetCategory(one.category)], order.get(one.output_pk or 0, len(order)))
    )


def line(cost: PlanCost, rows: Sequence[Numbered]) -> CostLine:
    """One line as `lines` gives it."""
    return _line(cost, {one.pk: one for one in outputs(rows)})


def _line(cost: PlanCost, named: dict[int, Numbered]) -> CostLine:
    at = named.get(cost.output_id) if cost.output_id else None
    return CostLine(
        cost.pk, cost.category, str(cost.get_category_display()), at.pk if at else None, at.name if at else "",
        cost.output_id is not None and at is None, cost.title, cost.unit, cost.quantity, cost.unit_cost, cost.amount,
        cost.year, cost.funded_by, cost.note,
    )  # fmt: skip


def removed(proposal: Proposal) -> list[PlanCost]:
    """The lines that were taken out, the last first. One query."""
    return list(proposal.costs.filter(removed_at__isnull=False).order_by("-removed_at"))


def sums(proposal: Proposal, of: Iterable[CostLine] | None = None) -> Sums:
    """All sums of the lines, or of those given. No query where they are given, else those of `lines`."""
    known = lines(proposal) if of is None else list(of)
    total = sum((one.amount for one in known), ZERO)
    asked = [one for one in known if not one.funded_by]
    donor = sum((one.amount for one in asked), ZERO)
    own = sum((one.amount for one in asked if one.category in OWN), ZERO)
    payer = proposal.donor or _("donor")

    operational = [one for one in known if one.category == BudgetCategory.OPERATIONAL]
    return Sums(
        total=total,
        donor=donor,
        co_funding=total - donor,
        own=own,
        own_share=own / donor if donor else None,
        by_category=_parts(known, total, lambda one: (one.category, one.category_label)),
        by_output=_parts(operational, total, lambda one: (str(one.output_pk or ""), one.output or _("no output"))),
        by_year=tuple(
            sorted(
                _parts(known, total, lambda one: (str(one.year or ""), _("year %s") % one.year if one.year else _("no year"))),
                key=lambda part: (not part.key, int(part.key or 0)),
            )
        ),
        by_funder=tuple(
            sorted(
                _parts(known, total, lambda one: (one.funded_by, one.funded_by or payer)),
                key=lambda part: (bool(part.key), part.label),
            )
        ),
    )  # fmt: skip


def _parts(of: Iterable[CostLine], total: Decimal, name: Callable[[CostLine], tuple[str, str]]) -> tuple[Part, ...]:
    """The amounts of some lines by key, in the order in which the keys first come. name: key and label of a line."""
    amounts: dict[str, Decimal] = {}
    labels: dict[str, str] = {}
    for one in of:
        key, label = name(one)
        amounts[key] = amounts.get(key, ZERO) + one.amount
        labels.setdefault(key, label)
    return tuple(Part(key, labels[key], amount, amount / total if total else ZERO) for key, amount in amounts.items())


def total(proposal: Proposal) -> Decimal:
    """The whole budget in its own currency, co-funding included. One query."""
    return sum(proposal.costs.filter(removed_at__isnull=True).values_list("amount", flat=True), ZERO)


def total_in_reporting_currency(
    proposal: Proposal, day: date | None = None, *, amount: Decimal | None = None, converter: Converter | None = None
) -> Decimal | None:
    """The whole budget in the reporting currency at the rate of a day (None: today), unrounded; None without a rate.

    amount: the sum where it is known already. Two queries at most.
    """
    converter = converter or Converter()
    whole = total(proposal) if amount is None else amount
    return converter.convert(whole, proposal.currency, day or timezone.localdate())
