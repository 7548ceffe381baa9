"""What the budget breaks: the donor's rules, and what every budget must hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import ceil

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.money.queries import Converter
from migov.foundation.shell.formats import money, percent
from migov.work.proposals import donors
from migov.work.proposals.actions.costs import amount_of
from migov.work.proposals.donors import DonorRules
from migov.work.proposals.findings import MUST, SHOULD, Finding
from migov.work.proposals.models import BudgetCategory, Proposal
from migov.work.proposals.queries import costs
from migov.work.proposals.queries.costs import CostLine, Sums
from migov.work.proposals.queries.outline import Numbered, outline, outputs

MONTHS_IN_YEAR = 12


def findings(
    proposal: Proposal,
    *,
    rows: Sequence[Numbered] | None = None,
    lines: Sequence[CostLine] | None = None,
    converter: Converter | None = None,
) -> list[Finding]:
    """What is wrong with the budget. The rest of the arguments saves queries where they are known; without them: four.

    Staff and office are held against the total asked of the donor, co-funded lines left out.
    """
    rows = outline(proposal) if rows is None else rows
    lines = costs.lines(proposal, rows) if lines is None else lines
    url = reverse("proposals:budget", args=[proposal.pk])
    if not lines:
        return [Finding("budget-empty", MUST, _("The budget has no lines."), "budget", url)]
    sums = costs.sums(proposal, lines)
    rules = donors.rules_of(proposal)
    found = [
        *_ceiling(proposal, rules, sums, url),
        *_donor(proposal, rules, sums, lines, url),
        *_outputs(proposal, rows, lines, url),
        *_funders(proposal, lines, url),
        *_years(proposal, lines, url),
        *_lines(proposal, lines, url),
    ]
    known = converter or Converter()
    if known.rate(proposal.currency, timezone.localdate()) is None:
        text = _("There is no exchange rate for %(currency)s today, so the total cannot be shown in %(base)s.")
        found.append(
            Finding("budget-no-rate", SHOULD, text % {"currency": proposal.currency, "base": known.base}, "budget", url)
        )
    return found


def _ceiling(proposal: Proposal, rules: DonorRules, sums: Sums, url: str) -> Iterator[Finding]:
    if rules.ceiling is None or sums.own <= rules.ceiling * sums.donor:
        return
    most = rules.ceiling * sums.donor
    text = _(
        "Staff and office take %(share)s of what is asked of the donor (%(own)s of %(donor)s). %(rules)s allows %(ceiling)s"
        " (%(most)s): %(over)s too much."
    )
    share = sums.own_share or Decimal(0)
    # One decimal more where rounding would say "30 %" of 30.2 %.
    figures = {
        "share": percent(share, 1), "own": money(sums.own, proposal.currency), "donor": money(sums.donor, proposal.currency),
        "rules": rules.name, "ceiling": percent(rules.ceiling), "most": money(most, proposal.currency),
        "over": money(sums.own - most, proposal.currency),
    }  # fmt: skip
    yield Finding("budget-ceiling", MUST, text % figures, "budget", url)


def _donor(proposal: Proposal, rules: DonorRules, sums: Sums, lines: Sequence[CostLine], url: str) -> Iterator[Finding]:
    if rules.currency and proposal.currency != rules.currency:
        text = _("%(rules)s wants the budget in %(currency)s; this one is in %(own)s.")
        said = {"rules": rules.name, "currency": rules.currency, "own": proposal.currency}
        yield Finding("budget-currency", MUST, text % said, "budget", url)
    if rules.co_funding == "outside" and sums.co_funding:
        text = _("%(rules)s takes no money of others into its budget: %(amount)s are co-funded.")
        said = {"rules": rules.name, "amount": money(sums.co_funding, proposal.currency)}
        yield Finding("budget-co-funding", MUST, text % said, "budget", url)
    if rules.max_months and (proposal.months or 0) > rules.max_months:
        text = _("The project lasts %(months)s months; %(rules)s allows %(most)s.")
        said = {"months": str(proposal.months), "rules": rules.name, "most": str(rules.max_months)}
        yield Finding("budget-months", MUST, text % said, "header", url)
    if rules.min_states is None and rules.largest_national is None:
        return
    record = proposal.project.record
    states = record.places.current().count()
    regional = states > 1 or (record.office is not None and record.office.kind == "regional")
    if regional and rules.min_states and states < rules.min_states:
        text = _(
            "%(rules)s wants at least %(least)s benefiting States in a regional project; this one names %(states)s."
        )
        said = {"rules": rules.name, "least": str(rules.min_states), "states": str(states)}
        yield Finding("budget-states", MUST, text % said, "header", url)
    most = rules.largest_regional if regional else rules.largest_national
    if most is not None and proposal.currency == (rules.currency or proposal.currency) and sums.donor > most:
        text = _("%(asked)s are asked of the donor; %(rules)s usually gives up to %(most)s to such a project.")
        said = {
            "asked": money(sums.donor, proposal.currency),
            "rules": rules.name,
            "most": money(most, proposal.currency),
        }
        yield Finding("budget-large", SHOULD, text % said, "budget", url)


def _outputs(proposal: Proposal, rows: Sequence[Numbered], lines: Sequence[CostLine], url: str) -> Iterator[Finding]:
    for line in lines:
        amount = money(line.amount, proposal.currency)
        if line.astray:
            text = _("“%(line)s” (%(amount)s) pays for an output that is no longer in the results matrix.")
            yield Finding(
                "cost-output-removed", MUST, text % {"line": line.title, "amount": amount}, line.anchor, _at(url, line)
            )
        elif line.category == BudgetCategory.OPERATIONAL and line.output_pk is None:
            text = _("“%(line)s” (%(amount)s) is operational but names no output.")
            yield Finding(
                "cost-no-output", SHOULD, text % {"line": line.title, "amount": amount}, line.anchor, _at(url, line)
            )
    paid = {line.output_pk for line in lines}
    for output in outputs(rows):
        if output.pk not in paid:
            text = _("Output %(output)s has no costs.") % {"output": output.name}
            yield Finding("output-no-cost", SHOULD, text, output.anchor, url)


def _funders(proposal: Proposal, lines: Sequence[CostLine], url: str) -> Iterator[Finding]:
    if all(line.funded_by for line in lines):
        yield Finding(
            "budget-nothing-asked", MUST, _("Every line is co-funded: nothing is asked of the donor."), "budget", url
        )
    spelled: dict[str, dict[str, Decimal]] = {}
    for line in lines:
        if line.funded_by:
            ways = spelled.setdefault(line.funded_by.casefold(), {})
            ways[line.funded_by] = ways.get(line.funded_by, Decimal(0)) + line.amount
    for ways in spelled.values():
        if len(ways) > 1:
            said = "; ".join(f"“{name}”: {money(amount, proposal.currency)}" for name, amount in ways.items())
            text = _("One funder is written in several ways, so its sums do not come together (%s).") % said
            yield Finding("co-funding-spelling", SHOULD, text, "budget", url)
    own = proposal.donor.strip().casefold()
    if own and own in spelled:
        amount = money(sum(spelled[own].values(), Decimal(0)), proposal.currency)
        text = _("%(amount)s are marked as co-funded by %(donor)s, who is the donor: leave “co-funded by” empty there.")
        yield Finding("co-funding-by-donor", MUST, text % {"amount": amount, "donor": proposal.donor}, "budget", url)


def _years(proposal: Proposal, lines: Sequence[CostLine], url: str) -> Iterator[Finding]:
    if not proposal.months:
        return
    years = ceil(proposal.months / MONTHS_IN_YEAR)
    for line in lines:
        if line.year and line.year > years:
            text = _("“%(line)s” is for year %(year)s; the project lasts %(months)s months.")
            said = {"line": line.title, "year": str(line.year), "months": str(proposal.months)}
            yield Finding("cost-beyond-end", MUST, text % said, line.anchor, _at(url, line))
    without = sum(1 for line in lines if line.year is None)
    if years > 1 and without:
        text = _("%(without)s of %(all)s lines name no year; the project lasts %(months)s months.")
        said = {"without": str(without), "all": str(len(lines)), "months": str(proposal.months)}
        yield Finding("cost-no-year", SHOULD, text % said, "budget", url)


def _lines(proposal: Proposal, lines: Sequence[CostLine], url: str) -> Iterator[Finding]:
    for line in lines:
        if line.amount != amount_of(line.quantity, line.unit_cost):
            text = _("“%s”: the amount is not quantity × unit cost. Change one of them to make it anew.") % line.title
            yield Finding("cost-amount", MUST, text, line.anchor, _at(url, line))
        elif not line.amount:
            yield Finding("cost-zero", SHOULD, _("“%s” costs nothing.") % line.title, line.anchor, _at(url, line))


def _at(url: str, line: CostLine) -> str:
    return f"{url}#cost-{line.pk}"
