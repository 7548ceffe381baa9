"""What a check found: where it is, which rule it breaks, what was expected."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

KEPT = 1000
LONGEST = 300
SCHEMA, CODELIST, RULESET = "schema", "codelist", "ruleset"
ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach. kind: schema, codelist or ruleset. rule: what the schema calls it, the name of the list, or the number of the rule."""

    kind: str
    severity: str
    identifier: str
    path: str
    line: int
    rule: str
    expected: str
    found: str = ""


@dataclass
class CheckReport:
    """All that a check found. The first findings are kept, errors before warnings; all are counted.

    by_rule: (kind, severity, rule) as ``"ruleset error 6.2.2"`` → how often. invalid: identifiers of what the schema does not accept.
    """

    name: str = ""
    records: int = 0
    errors: int = 0
    warnings: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    invalid: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """Whether nothing but warnings was found."""
        return not self.errors

    def add(self, finding: Finding) -> None:
        """Count a breach, and keep it while there is room."""
        error = finding.severity != WARNING
        if error:
            self.errors += 1
        else:
            self.warnings += 1
        self.by_rule[f"{finding.kind} {finding.severity} {finding.rule}"] += 1
        if finding.kind == SCHEMA and finding.identifier:
            self.invalid.add(finding.identifier)
        if len(self.findings) < KEPT:
            self.findings.append(finding)
        elif error and self.findings[-1].severity == WARNING:
            last = max(n for n, one in enumerate(self.findings) if one.severity == WARNING)
            self.findings[last] = finding

    def to_json(self, most: int = KEPT) -> dict[str, Any]:
        """As plain data, with at most so many findings, errors first."""
        ordered = sorted(self.findings, key=lambda one: one.severity == WARNING)
        return {
            "name": self.name, "records": self.records, "errors": self.errors, "warnings": self.warnings,
            "by_rule": dict(self.by_rule.most_common()), "findings": [asdict(one) for one in ordered[:most]],
        }  # fmt: skip
