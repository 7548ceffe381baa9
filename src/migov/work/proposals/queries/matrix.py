"""The results matrix of a proposal as a tree, in three queries whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_lowercase

import numpy as np
from django.utils.translation import gettext as _

from migov.services.clearance.content import Heading, Line, Value
from migov.services.matching.terms import TfIdf, counts
from migov.services.matching.texts import words as words_of
from migov.work.proposals import matrix_cells, matrix_periods
from migov.work.proposals.matrix_periods import Span
from migov.work.proposals.models import PlanIndicator, PlanLevel, PlanResult, PlanTarget, Proposal
from migov.work.results.models import StandardIndicator

FOUND_AT_MOST = 30
OBJECTIVE = "O"  # stands for the number of an objective
AROUND = 0.4  # what words around a row count beside those of its title


@dataclass(slots=True)
class IndicatorNode:
    """An indicator in the tree. number: of its result with a letter, "1.2.a"."""

    row: PlanIndicator
    number: str
    depth: int
    targets: dict[Span, PlanTarget]

    @property
    def anchor(self) -> str:
        return f"indicator:{self.row.pk}"

    @property
    def name(self) -> str:
        """What it is called in a sentence: "Indicator 1.2.a"."""
        return _("Indicator %(number)s") % {"number": self.number}

    @property
    def last_target(self) -> PlanTarget | None:
        """The target of the latest period that has one."""
        return self.targets[max(self.targets, key=lambda span: span.ends)] if self.targets else None


@dataclass(slots=True)
class ResultNode:
    """A result in the tree. number: "1" for an outcome, "1.2" for an output, "1.2.3" for an activity; "O" for an objective."""

    row: PlanResult
    number: str
    depth: int
    indicators: list[IndicatorNode] = field(default_factory=list)
    children: list[ResultNode] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"result:{self.row.pk}"

    @property
    def name(self) -> str:
        """What it is called in a sentence: "Output 1.2", "Objective"."""
        level = str(self.row.get_level_display()).capitalize()
        return level if self.number == OBJECTIVE else f"{level} {self.number}"

    def walk(self) -> Iterator[ResultNode]:
        """This row and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Matrix:
    """A results matrix. spans: its periods; others: periods that only some targets are for; removed: rows that can be put back."""

    proposal: Proposal
    spans: list[Span]
    others: list[Span]
    roots: list[ResultNode]
    removed: list[PlanResult | PlanIndicator]

    def results(self) -> Iterator[ResultNode]:
        """All results in reading order."""
        for root in self.roots:
            yield from root.walk()

    def indicators(self) -> Iterator[IndicatorNode]:
        """All indicators in reading order."""
        for one in self.results():
            yield from one.indicators

    @property
    def columns(self) -> list[Span]:
        """All periods for which there is or may be a target, by date."""
        return sorted([*self.spans, *self.others])


def matrix_of(proposal: Proposal) -> Matrix:
    """The tree of a proposal. Three queries; the proposal's project and record are read where they are not there yet."""
    results = list(PlanResult.objects.filter(proposal=proposal))
    indicators = list(PlanIndicator.objects.filter(proposal=proposal).select_related("standard"))
    targets: dict[int, dict[Span, PlanTarget]] = {}
    standing = PlanTarget.objects.filter(indicator__proposal=proposal, indicator__removed_at__isnull=True)
    for target in standing:
        targets.setdefault(target.indicator_id, {})[Span(target.starts, target.ends)] = target
    matrix = Matrix(proposal, matrix_periods.spans(proposal), [], [], _removed(results, indicators))
    _build(matrix, results, indicators, targets)
    seen = {span for one in matrix.indicators() for span in one.targets}
    matrix.others = sorted(seen - set(matrix.spans))
    return matrix


def _build(
    matrix: Matrix,
    results: list[PlanResult],
    indicators: list[PlanIndicator],
    targets: dict[int, dict[Span, PlanTarget]],
) -> None:
    below: dict[int | None, list[PlanResult]] = {}
    for row in results:
        if row.removed_at is None:
            below.setdefault(row.parent_id, []).append(row)
    measured: dict[int, list[PlanIndicator]] = {}
    for one in indicators:
        if one.removed_at is None:
            measured.setdefault(one.result_id, []).append(one)
    outcomes = 0

    def node(row: PlanResult, number: str, depth: int) -> ResultNode:
        nonlocal outcomes
        made = ResultNode(row, number, depth)
        for place, one in enumerate(measured.get(row.pk, ())):
            made.indicators.append(IndicatorNode(one, f"{number}.{_letter(place)}", depth + 1, targets.get(one.pk, {})))
        for place, child in enumerate(below.get(row.pk, ()), start=1):
            if row.level == PlanLevel.OBJECTIVE:
                outcomes += 1  # outcomes are counted through where there are several objectives
                made.children.append(node(child, str(outcomes), depth + 1))
            else:
                made.children.append(node(child, f"{number}.{place}", depth + 1))
        return made

    matrix.roots = [node(row, OBJECTIVE, 0) for row in below.get(None, ())]


def _letter(place: int) -> str:
    return ascii_lowercase[place] if place < 26 else _letter(place // 26 - 1) + ascii_lowercase[place % 26]


def _removed(results: list[PlanResult], indicators: list[PlanIndicator]) -> list[PlanResult | PlanIndicator]:
    """What was removed by itself, newest first; what went with the row above it comes back with that row."""
    went = {row.pk: row.removed_at for row in results}
    rows: list[PlanResult | PlanIndicator] = [
        row
        for row in results
        if row.removed_at and (row.parent_id is None or went.get(row.parent_id) != row.removed_at)
    ]
    rows += [one for one in indicators if one.removed_at and went.get(one.result_id) != one.removed_at]
    return sorted(rows, key=lambda row: row.removed_at or 0, reverse=True)


def indicator_of(proposal: Proposal, key: int) -> PlanIndicator:
    """A standing indicator of a proposal with its result and its standard. Raises PlanIndicator.DoesNotExist."""
    return proposal.indicators.select_related("result", "standard").get(pk=key, removed_at__isnull=True)


def headings() -> list[Heading]:
    """The columns of :func:`rows`."""
    labels = {
        "number": _("No."), "level": _("Level"), "title": _("Result or indicator"),
        "definition": _("Description or definition"), "unit": _("Unit"), "baseline": _("Baseline"), "targets": _("Targets"),
        "disaggregation": _("Disaggregation"), "source": _("Data source and collection method"),
        "verification": _("Means of verification"), "assumptions": _("Assumptions"),
    }  # fmt: skip
    return [Heading(key, label) for key, label in labels.items()]


def rows(proposal: Proposal) -> list[Line]:
    """The matrix as lines of a clearance's content, in reading order: values by the keys of :func:`headings`. Three queries."""
    found: list[Line] = []
    for result in matrix_of(proposal).results():
        found.append(_result_line(result))
        found += [_indicator_line(one) for one in result.indicators]
    return found


def _result_line(node: ResultNode) -> Line:
    row = node.row
    values: dict[str, Value] = {
        "number": node.number, "level": str(row.get_level_display()), "title": row.title, "definition": row.description,
        "assumptions": row.assumptions,
    }  # fmt: skip
    return Line(node.anchor, f"{row.get_level_display()} {node.number}", values, node.depth)


def _indicator_line(node: IndicatorNode) -> Line:
    row = node.row
    values: dict[str, Value] = {
        "number": node.number, "level": _("indicator"), "title": row.title, "definition": row.definition,
        "unit": row.unit or str(row.get_measure_display()), "baseline": baseline_words(row), "targets": targets_words(node),
        "disaggregation": ", ".join(map(matrix_cells.dimension_label, row.dimensions)), "source": row.data_source,
        "verification": row.verification, "assumptions": row.assumptions,
    }  # fmt: skip
    return Line(node.anchor, _("indicator %(number)s") % {"number": node.number}, values, node.depth)


def baseline_words(row: PlanIndicator) -> str:
    """A baseline with its day: "120 (31.12.2025)"."""
    text = matrix_cells.shown(row, "baseline")
    return f"{text} ({row.baseline_date:%d.%m.%Y})" if text and row.baseline_date else text


def targets_words(node: IndicatorNode) -> str:
    """The targets, a line for each: "31.12.2026: 200"."""
    return "\n".join(
        f"{span.ends:%d.%m.%Y}: {matrix_cells.target_shown(target)}" for span, target in sorted(node.targets.items())
    )


def library(words: str, *, title: str = "", around: str = "") -> list[StandardIndicator]:
    """Standard indicators in whose title, definition or elements every word occurs, with their elements. Two queries.

    Those come first that share words with the title of the row that asks, then those that do with what is around it.
    """
    wanted = words.lower().split()
    texts: dict[StandardIndicator, str] = {}
    for one in StandardIndicator.objects.filter(retired_at=None).prefetch_related("elements__framework"):
        elements = " ".join(f"{e.framework.code} {e.code} {e.title}" for e in one.elements.all())
        text = f"{one.title} {one.definition} {one.code} {one.unit} {elements}"
        if all(word in text.lower() for word in wanted):
            texts[one] = f"{one.title}\n{one.title}\n{text}"  # what it is called says more than how it is defined
    found = list(texts)
    if not found:
        return []
    counted = [counts(words_of(text)) for text in texts.values()]
    weights = TfIdf.fit(counted, at_least=1)
    asked = weights.transform([counts(words_of(title)), counts(words_of(around))])
    likeness = (weights.transform(counted) @ asked.T).toarray() @ (1.0, AROUND)
    return [found[place] for place in np.argsort(-likeness, kind="stable")]
