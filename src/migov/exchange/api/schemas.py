"""What the API takes and gives. Exact numbers are texts: JSON has no decimal numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from ninja import Field, Schema

T = TypeVar("T")
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Text = Annotated[str, Field(max_length=10_000)]
Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class Problem(Schema):
    """One thing that is wrong. field: where, as a path ("values.0.indicator"), empty for the whole; expected: what would be right."""

    field: str = ""
    message: str
    expected: str = ""


class Problems(Schema):
    """What every refusal says."""

    errors: list[Problem]


class Page(Schema, Generic[T]):
    """A page of a list."""

    items: list[T]
    page: int
    pages: int
    total: int


class PlaceOut(Schema):
    """A country or area. Kosovo is named under UNSCR 1244; footnote holds the note that goes with the name."""

    code: str
    name: str
    footnote: str = ""


class ProjectOut(Schema):
    id: int
    reference: str
    title: str
    summary: str
    stage: str
    office: str | None
    starts: date | None
    ends: date | None
    places: list[PlaceOut]
    illustrative: bool
    changed_at: datetime


class DimensionOut(Schema):
    """values: code → label, in order; empty where they are free."""

    code: str
    name: str
    values: dict[str, str]


class PeriodOut(Schema):
    """target, actual: what stands today for the whole; words where it is no number."""

    id: int
    starts: date | None
    ends: date | None
    target: float | None
    actual: float | None
    target_words: str
    actual_words: str
    state: str


class IndicatorOut(Schema):
    """fields: the cells that a value has, for reporting."""

    id: int
    title: str
    definition: str
    unit: str
    measure: str
    result: str
    level: str
    standard: str | None
    ascending: bool | None
    across_periods: str
    counts_people: bool
    frequency: str
    scale: list[str] | None
    fields: list[str]
    dimensions: list[DimensionOut]
    baseline: float | None
    state: str
    periods: list[PeriodOut]


class ValueOut(Schema):
    """A value of an entry. part: dimension → value; empty for the whole."""

    part: dict[str, str]
    value: str | None
    numerator: str | None
    denominator: str | None
    words: str


class EntryOut(Schema):
    id: int
    indicator: int
    period: int
    number: int
    place: str | None
    status: str
    way: str
    comment: str
    source: str
    note: str
    revision: int
    changed_at: datetime
    submitted_at: datetime | None
    verified_at: datetime | None
    values: list[ValueOut]


class CellIn(Schema):
    """One cell to report. value: a number, "yes" or "no", a step of the scale, words; empty or null empties the cell.

    part: dimension → value, such as {"sex": "female"}; left out for the whole. place: code of a country, for a value of one place only.
    was: what you believe stands there; where something else does, the cell is refused. Left out: whatever stands is replaced.
    """

    indicator: Key
    period: Key
    field: Literal["value", "numerator", "denominator", "words"] = "value"
    value: Annotated[str, Field(max_length=10_000)] | int | float | bool | None
    part: dict[Short, Short] | None = None
    place: Short | None = None
    was: Text | None = None


class ValuesIn(Schema):
    values: Annotated[list[CellIn], Field(min_length=1, max_length=5000)]


class CellOut(Schema):
    """What became of a cell, by its place in what was sent. stands: what migov holds now; now: what somebody else wrote meanwhile."""

    at: int
    kept: bool
    stands: str
    problem: str = ""
    now: str | None = None
    entry: int | None = None


class ValuesOut(Schema):
    kept: int
    refused: int
    values: list[CellOut]


class SubmitIn(Schema):
    entries: Annotated[list[Key], Field(min_length=1, max_length=2000)]


class Refused(Schema):
    entry: int
    reason: str


class SubmitOut(Schema):
    submitted: list[int]
    refused: list[Refused]


class StandardOut(Schema):
    code: str
    title: str
    definition: str
    method: str
    unit: str
    measure: str
    across_periods: str
    across_projects: str
    counts_people: bool
    version: int
    retired: bool
    dimensions: list[str]
    elements: list[list[str]]


class MeasurementOut(Schema):
    """A value that counts. kind: baseline, target or actual. recorded_at, superseded_at: from when until when it stood."""

    id: int
    project: int
    indicator: int
    standard: str | None
    period: int | None
    starts: date | None
    ends: date | None
    kind: str
    part: dict[str, str]
    place: str | None
    location: str
    value: str | None
    numerator: str | None
    denominator: str | None
    words: str
    comment: str
    illustrative: bool
    recorded_at: datetime
    superseded_at: datetime | None


class Measurements(Schema):
    """next: give it as `after` for the following ones; null at the end."""

    items: list[MeasurementOut]
    next: int | None
