"""Rules of donors that a budget is checked against, read from donors.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from migov.work.proposals.models import Proposal

NONE = "none"


@dataclass(frozen=True, slots=True)
class DonorRules:
    """One set of rules. ceiling: share (0.3 is 30 %) of staff and office in what is asked of the donor. None: no such rule.

    co_funding: "outside" where money of others may not stand in the budget. sentence: what people read; source: where it was read.
    """

    code: str
    name: str
    sentence: str
    source: str
    ceiling: Decimal | None = None
    currency: str = ""
    co_funding: str = ""
    min_states: int | None = None
    max_months: int | None = None
    largest_national: Decimal | None = None
    largest_regional: Decimal | None = None


@cache
def all_rules() -> Mapping[str, DonorRules]:
    """Code → rules, in the order of the file. Raises ValueError where the file breaks its own form."""
    text = (files("migov.work.proposals") / "donors.toml").read_text(encoding="utf-8")
    found = [_read(entry) for entry in tomllib.loads(text, parse_float=Decimal)["rules"]]
    known = {one.code: one for one in found}
    if len(known) != len(found) or NONE not in known:
        raise ValueError("donors.toml: codes must be unique, and one must be “none”.")
    return MappingProxyType(known)


def _read(entry: dict[str, Any]) -> DonorRules:
    amounts = {
        key: Decimal(entry[key]) for key in ("ceiling", "largest_national", "largest_regional") if entry.get(key)
    }
    rules = DonorRules(**{**entry, **amounts})
    if rules.ceiling is not None and not 0 < rules.ceiling <= 1:
        raise ValueError(f"donors.toml, {rules.code}: ceiling must be a share between 0 and 1.")
    return rules


def rules_of(proposal: Proposal) -> DonorRules:
    """The rules that a proposal has chosen; none for an empty or unknown code."""
    known = all_rules()
    return known.get(proposal.rules, known[NONE])


def choices() -> list[tuple[str, str]]:
    """Code and name of every set, for a list to choose from."""
    return [(one.code, one.name) for one in all_rules().values()]
