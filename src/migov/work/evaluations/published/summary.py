"""What loading a register did, for the person who asked and for the record."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from migov.work.evaluations.published.reading import COLUMNS
from migov.work.evaluations.published.remarks import Remark, done_words, problem_words

KEPT_REMARKS = 5000
RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class Summary:
    """Counts of one load. rows: in the file; every one of them is created, updated or unchanged. gone: titles of evaluations that
    the register no longer has; they stay. linked: project codes for which a project was found now."""

    name: str = ""
    sha256: str = ""
    size: int = 0
    encoding: str = ""
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    empty: int = 0
    linked: int = 0
    gone: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def by_problem(self) -> dict[str, int]:
        """How often each thing was unclear, most frequent first."""
        return dict(Counter(remark.code for remark in self.remarks).most_common())

    def to_json(self) -> dict[str, Any]:
        """As a job keeps it: all counts, and the first remarks."""
        return {
            "name": self.name, "sha256": self.sha256, "size": self.size, "encoding": self.encoding, "rows": self.rows,
            "created": self.created, "updated": self.updated, "unchanged": self.unchanged, "empty": self.empty,
            "linked": self.linked, "gone": self.gone, "missing": self.missing, "unknown": self.unknown,
            "by_problem": self.by_problem, "number_of_remarks": len(self.remarks),
            "remarks": [remark.to_json() for remark in self.remarks[:KEPT_REMARKS]], "seconds": round(self.seconds, 3),
        }  # fmt: skip


def remarks_csv(kept: dict[str, Any]) -> str:
    """The remarks of a load as CSV: row of the file, column, what stands there, what was unclear, what was done."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Row"), _("Column"), _("Value"), _("Unclear"), _("Done")])
    for remark in kept.get("remarks", ()):
        value = str(remark["value"])
        safe = f"'{value}" if value.startswith(RISKY) else value
        column = COLUMNS.get(remark["column"], remark["column"])
        writer.writerow([remark["row"], column, safe, problem_words(remark["code"]), done_words(remark)])
    return out.getvalue()
