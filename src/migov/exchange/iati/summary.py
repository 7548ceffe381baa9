"""What an import did: counts, warnings and problems, for the person who asked and for the record."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any

KEPT_WARNINGS = 500
KEPT_PROBLEMS = 1000
LONGEST_VALUE = 200
PROBLEM_COLUMNS = ("severity", "code", "line", "xpath", "identifier", "field", "value", "expected")


@dataclass(frozen=True)
class Problem:
    """Something wrong in the file: where it is, what stands there, what was expected."""

    code: str
    line: int
    xpath: str
    identifier: str
    field: str
    value: str
    expected: str


@dataclass
class ImportSummary:
    """Counts of one import. `rows` counts rows written, by table; `elements` what the loaded activities held."""

    name: str = ""
    sha256: str = ""
    size: int = 0
    version: str = ""
    loaded_before: bool = False
    activities: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    broken: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    superseded: dict[str, int] = field(default_factory=dict)
    elements: Counter[str] = field(default_factory=Counter)
    alignments: Counter[str] = field(default_factory=Counter)
    not_loaded: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    warning_counts: Counter[str] = field(default_factory=Counter)
    warnings: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0

    def warn(self, problem: Problem) -> None:
        """Note a fault that did not keep the activity from loading. All are counted, the first ones kept."""
        self.warning_counts[problem.code] += 1
        if len(self.warnings) < KEPT_WARNINGS:
            self.warnings.append(problem)

    def refuse(self, problem: Problem) -> None:
        """Note an activity that was not loaded, and why."""
        self.broken += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    def to_json(self) -> dict[str, Any]:
        """As plain data, for a job's summary and for the journal."""
        plain: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, list):
                plain[item.name] = [asdict(problem) for problem in value]
            else:
                plain[item.name] = dict(value) if isinstance(value, dict) else value
        return plain


def problems_csv(summary: dict[str, Any]) -> str:
    """The problems and warnings of a summary (as :meth:`ImportSummary.to_json` gives it) as CSV, most severe first.

    Cells that a spreadsheet might take for a formula are quoted with an apostrophe: their text comes from outside.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(PROBLEM_COLUMNS)
    for severity, key in (("not loaded", "problems"), ("warning", "warnings")):
        for row in summary.get(key, ()):
            writer.writerow([severity, *(_harmless(row.get(column, "")) for column in PROBLEM_COLUMNS[1:])])
    return out.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
