"""The format of the illustrative portfolio: what each row of its TOML files may hold.

A field without a default must be there. `one_of` names the values that a text may take.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from migov.foundation.people.models import OfficeKind, Role
from migov.foundation.records.models import Stage
from migov.services.alignment.models import Significance, Status
from migov.work.projects.models import OrganisationRole, TransactionKind
from migov.work.results.models import AcrossPeriods, Level, Measure

ROLES = {role.name.lower(): role.value for role in OrganisationRole}
TRANSACTIONS = {
    "incoming-funds": TransactionKind.INCOMING_FUNDS,
    "incoming-commitment": TransactionKind.INCOMING_COMMITMENT,
    "commitment": TransactionKind.OUTGOING_COMMITMENT,
    "disbursement": TransactionKind.DISBURSEMENT,
    "expenditure": TransactionKind.EXPENDITURE,
}


def one_of(*values: str, **more: Any) -> Any:
    """A text that takes one of these values."""
    return field(metadata={"one_of": frozenset(map(str, values))}, **more)


@dataclass(frozen=True, kw_only=True)
class OfficeRow:
    code: str
    name: str
    kind: str = one_of(*OfficeKind.values)
    parent: str
    place: str
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    username: str
    name: str
    email: str
    office: str
    role: str = one_of(*Role.values)
    themes: tuple[str, ...]
    country: str


@dataclass(frozen=True, kw_only=True)
class StandardRow:
    code: str
    title: str
    definition: str
    unit: str
    measure: str = one_of(*Measure.values)
    across_periods: str = one_of(*(value for value in AcrossPeriods.values if value))
    counts_people: bool
    elements: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class CountryRow:
    code: str
    share: Decimal


@dataclass(frozen=True, kw_only=True)
class OrganisationRow:
    name: str
    role: str = one_of(*ROLES)
    type: str
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    starts: date
    ends: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class TransactionRow:
    kind: str = one_of(*TRANSACTIONS)
    date: date
    amount: Decimal
    currency: str
    description: str


@dataclass(frozen=True, kw_only=True)
class AlignmentRow:
    framework: str
    element: str
    role: str = one_of(*Significance.values)
    status: str = one_of(*Status.values, default=Status.CONFIRMED.value)
    share: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class BaselineRow:
    value: Decimal
    date: date
    note: str


@dataclass(frozen=True, kw_only=True)
class PartRow:
    """A part of a value: by sex, or by sex and age."""

    sex: str = one_of("female", "male", "other", "unknown")
    age: str = ""
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    code: str
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class CorrectionRow:
    """The value that took the place of the one first reported. It restates parts and places; those not restated fall away."""

    actual: Decimal
    reported: date
    note: str
    parts: tuple[PartRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PeriodRow:
    """`parts` and `places` make up `actual` as first reported, not as corrected."""

    starts: date
    ends: date
    target: Decimal | None = None
    actual: Decimal | None = None
    reported: date | None = None
    corrected: CorrectionRow | None = None
    parts: tuple[PartRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    """`cumulative`: values are running totals; they go with `across_periods` latest."""

    title: str
    definition: str
    unit: str
    measure: str = one_of(*Measure.values)
    direction: str = one_of("up", "down")
    counts_people: bool
    cumulative: bool
    across_periods: str = one_of(*(value for value in AcrossPeriods.values if value))
    standard: str = ""
    baseline: BaselineRow | None = None
    periods: tuple[PeriodRow, ...]


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """`key` names the result within its file; `parent` is the key of a result further up, empty at the top."""

    level: str = one_of(*Level.values)
    key: str
    parent: str
    title: str
    description: str = ""
    aligned: tuple[AlignmentRow, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    title: str
    category: str
    url: str
    date: date


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """`created`: when the project was entered. `stage_since`: since when its stage holds, where start and end do not say."""

    created: date
    stage_since: date | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectRow:
    reference: str
    title: str
    summary: str
    office: str
    themes: tuple[str, ...]
    stage: str = one_of(*Stage.values)
    starts: date
    ends: date
    countries: tuple[CountryRow, ...]
    organisations: tuple[OrganisationRow, ...]
    budgets: tuple[BudgetRow, ...]
    transactions: tuple[TransactionRow, ...] = ()
    alignments: tuple[AlignmentRow, ...] = ()
    results: tuple[ResultRow, ...]
    documents: tuple[DocumentRow, ...] = ()
    history: HistoryRow


@dataclass(frozen=True, kw_only=True)
class Offices:
    """The file offices.toml: parents before the offices below them."""

    offices: tuple[OfficeRow, ...]


@dataclass(frozen=True, kw_only=True)
class People:
    """The file people.toml."""

    people: tuple[PersonRow, ...]


@dataclass(frozen=True, kw_only=True)
class Standards:
    """The file standard_indicators.toml."""

    standard_indicators: tuple[StandardRow, ...]
