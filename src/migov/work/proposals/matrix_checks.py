"""What is checked in a results matrix while it is written: a table of checks, each a question about the tree.

"must": the proposal cannot be handed in with it. "should": said beside the row, and left to the authors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.foundation.shell.typed import short
from migov.work.proposals import matrix_periods, matrix_wording
from migov.work.proposals.actions.facts import later
from migov.work.proposals.findings import MUST, SHOULD, Finding, Severity, by_anchor, ordered
from migov.work.proposals.matrix_cells import NUMERIC
from migov.work.proposals.models import PlanIndicator, PlanLevel, Proposal
from migov.work.proposals.queries.matrix import IndicatorNode, Matrix, ResultNode, matrix_of
from migov.work.results.models import AcrossPeriods, Measure
from migov.work.results.people_rule import people_counted

WHOLE = "matrix"
OLD_YEARS = 10  # a baseline from before says little of the start
MEASURED = (PlanLevel.OUTCOME, PlanLevel.OUTPUT)
Says = dict[str, object] | None  # what a sentence is filled with; None: nothing to say


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the table. sentence: what is said, with places for what `test` gives. test: about a result, an indicator or the matrix."""

    code: str
    severity: Severity
    sentence: str | Promise


@dataclass(frozen=True, slots=True)
class ResultCheck(Check):
    test: Callable[[ResultNode, Matrix], Says]


@dataclass(frozen=True, slots=True)
class IndicatorCheck(Check):
    test: Callable[[IndicatorNode, Matrix], Says]


@dataclass(frozen=True, slots=True)
class MatrixCheck(Check):
    test: Callable[[Matrix], Iterator[tuple[str, dict[str, object]]]]


def _says(holds: object) -> Says:
    return {} if holds else None


def _word(found: str) -> Says:
    return {"words": found} if found else None


def _is(node: ResultNode, *levels: str) -> bool:
    return node.row.level in levels


def _activity_as_output(node: ResultNode, _matrix: Matrix) -> Says:
    return _word(matrix_wording.activity_opening(node.row.title)) if _is(node, *MEASURED) else None


def _output_as_outcome(node: ResultNode, _matrix: Matrix) -> Says:
    return _word(matrix_wording.reads_as_output(node.row.title)) if _is(node, PlanLevel.OUTCOME) else None


def _several(node: ResultNode, _matrix: Matrix) -> Says:
    return _says(not _is(node, PlanLevel.ACTIVITY) and matrix_wording.several(node.row.title))


def _unmeasured(node: ResultNode, _matrix: Matrix) -> Says:
    return {"level": node.row.get_level_display()} if _is(node, *MEASURED) and not node.indicators else None


def _too_late(node: ResultNode, matrix: Matrix) -> Says:
    months = matrix.proposal.months
    last = node.row.last_month or node.row.first_month
    return {"last": last, "months": months} if months and last and last > months else None


def _counts(row: PlanIndicator) -> bool:
    return row.counts_people or bool(people_counted(row.title))


def _unsexed(flagged: bool) -> Callable[[IndicatorNode, Matrix], Says]:
    def test(node: IndicatorNode, _matrix: Matrix) -> Says:
        row = node.row
        return _says("sex" not in row.dimensions and row.counts_people == flagged and _counts(row))

    return test


def _wrong_way(node: IndicatorNode, _matrix: Matrix) -> Says:
    """Targets that add up over the periods say what each period brings; they are not compared with the baseline."""
    last, row = node.last_target, node.row
    if last is None or last.value is None or row.baseline is None or row.across_periods == AcrossPeriods.SUM:
        return None
    wrong = last.value < row.baseline if row.ascending else last.value > row.baseline
    return {"target": _plain(last.value), "baseline": _plain(row.baseline)} if wrong else None


def _beyond_whole(node: IndicatorNode, _matrix: Matrix) -> Says:
    if node.row.measure != Measure.PERCENTAGE:
        return None
    values = [node.row.baseline, *(one.value for one in node.targets.values())]
    over = next((value for value in values if value is not None and not 0 <= value <= 100), None)
    return None if over is None else {"value": _plain(over)}


def _baseline_in_words(node: IndicatorNode, _matrix: Matrix) -> Says:
    row = node.row
    return _word(short(row.baseline_words)) if row.measure in NUMERIC else None


def _target_in_words(node: IndicatorNode, _matrix: Matrix) -> Says:
    words = [one.words for _span, one in sorted(node.targets.items()) if one.words]
    return _word(short(words[0])) if words and node.row.measure in NUMERIC else None


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _outside(node: IndicatorNode, matrix: Matrix) -> Says:
    stray = [str(span) for span in matrix.others if span in node.targets]
    return {"periods": ", ".join(stray)} if stray else None


def _baseline_later(node: IndicatorNode, matrix: Matrix) -> Says:
    last, at = matrix_periods.last_day(matrix.proposal), node.row.baseline_date
    return {"day": at.isoformat()} if at and last and at > last else None


def _baseline_old(node: IndicatorNode, matrix: Matrix) -> Says:
    starts, at = matrix.proposal.project.record.starts, node.row.baseline_date
    return {"day": at.isoformat(), "years": OLD_YEARS} if at and starts and later(at, 12 * OLD_YEARS) < starts else None


def _missing_levels(matrix: Matrix) -> Iterator[tuple[str, dict[str, object]]]:
    there = {node.row.level for node in matrix.results()}
    for level in (PlanLevel.OBJECTIVE, PlanLevel.OUTCOME, PlanLevel.OUTPUT):
        if level not in there:
            yield WHOLE, {"level": level.label}


def _doubled(matrix: Matrix) -> Iterator[tuple[str, dict[str, object]]]:
    seen: dict[tuple[str, str], str] = {}
    nodes: list[tuple[str, str, str]] = [(f"{one.row.level}", one.row.title, one.anchor) for one in matrix.results()]
    nodes += [(f"{one.row.result_id}", one.row.title, one.anchor) for one in matrix.indicators()]
    for group, title, anchor in nodes:
        key = (group, " ".join(title.lower().split()).rstrip("."))
        if key[1] and key in seen:
            yield anchor, {"title": title[:80]}
        seen.setdefault(key, anchor)


def _further_objectives(matrix: Matrix) -> Iterator[tuple[str, dict[str, object]]]:
    for node in matrix.roots[1:]:
        yield node.anchor, {}


def _no_periods(matrix: Matrix) -> Iterator[tuple[str, dict[str, object]]]:
    if not matrix.spans:
        yield WHOLE, {}


CHECKS: tuple[ResultCheck | IndicatorCheck | MatrixCheck, ...] = (
    MatrixCheck("matrix-level", MUST, _("The matrix has no %(level)s yet."), _missing_levels),
    MatrixCheck(
        "objective-one", MUST, _("A proposal has one objective. Write this as an outcome of the first one, and remove it here."),
        _further_objectives,
    ),
    MatrixCheck("matrix-periods", MUST, _("Targets need the planned start and duration of the project."), _no_periods),
    ResultCheck("result-title", MUST, _("This row has no title."), lambda node, _m: _says(not node.row.title)),
    ResultCheck("result-indicator", MUST, _("This %(level)s has no indicator."), _unmeasured),
    ResultCheck("result-late", MUST, _("It ends in month %(last)s; the project has %(months)s months."), _too_late),
    ResultCheck(
        "worded-activity", SHOULD,
        _("Opens with “%(words)s”: this is worded as an activity. Say what will be there or different afterwards."),
        _activity_as_output,
    ),
    ResultCheck(
        "worded-output", SHOULD,
        _("“%(words)s” says what the project hands over, as an output does. An outcome says what people or institutions do differently."),
        _output_as_outcome,
    ),
    ResultCheck(
        "worded-indicator", SHOULD, _("This is worded as an indicator. Say the result; put the number below it."),
        lambda node, _m: _says(not _is(node, PlanLevel.ACTIVITY) and matrix_wording.reads_as_indicator(node.row.title)),
    ),
    ResultCheck("several-results", SHOULD, _("This seems to hold several results. One row says one result."), _several),
    ResultCheck(
        "outcome-assumptions", SHOULD, _("An outcome depends on others too: say the assumptions."),
        lambda node, _m: _says(_is(node, PlanLevel.OUTCOME) and not node.row.assumptions),
    ),
    ResultCheck(
        "activity-responsible", SHOULD, _("Say which party is responsible for this activity."),
        lambda node, _m: _says(_is(node, PlanLevel.ACTIVITY) and not node.row.responsible),
    ),
    ResultCheck(
        "activity-months", SHOULD, _("Say the first and last month of this activity."),
        lambda node, _m: _says(_is(node, PlanLevel.ACTIVITY) and not (node.row.first_month and node.row.last_month)),
    ),
    IndicatorCheck("indicator-title", MUST, _("This indicator has no title."), lambda node, _m: _says(not node.row.title)),
    IndicatorCheck(
        "indicator-baseline", MUST, _("No baseline: give what is known before the start, or 0."),
        lambda node, _m: _says(node.row.baseline is None and not node.row.baseline_words),
    ),
    IndicatorCheck("indicator-target", MUST, _("No target."), lambda node, _m: _says(not node.targets)),
    IndicatorCheck(
        "indicator-source", MUST, _("No data source and collection method."), lambda node, _m: _says(not node.row.data_source)
    ),
    IndicatorCheck(
        "indicator-verification", SHOULD, _("No means of verification."), lambda node, _m: _says(not node.row.verification)
    ),
    IndicatorCheck(
        "indicator-unit", SHOULD, _("Say the unit: what is counted?"),
        lambda node, _m: _says(node.row.measure == Measure.NUMBER and not node.row.unit),
    ),
    IndicatorCheck("indicator-sex", MUST, _("It counts people: take the values apart by sex."), _unsexed(flagged=True)),
    IndicatorCheck("indicator-people", SHOULD, _("It seems to count people: take the values apart by sex."), _unsexed(flagged=False)),
    IndicatorCheck(
        "target-direction", MUST,
        _("The last target, %(target)s, is worse than the baseline, %(baseline)s. Check both, and whether more is better."), _wrong_way,
    ),
    IndicatorCheck("percentage-range", MUST, _("%(value)s is not between 0 and 100 %%."), _beyond_whole),
    IndicatorCheck(
        "baseline-words", SHOULD,
        _("The baseline “%(words)s” is no number. Write a number, or say in the definition why there is none."), _baseline_in_words,
    ),
    IndicatorCheck(
        "target-words", SHOULD,
        _("The target “%(words)s” is no number. Write a number, or say in the definition why there is none."), _target_in_words,
    ),
    IndicatorCheck("target-outside", MUST, _("Targets for %(periods)s: these are no periods of the project."), _outside),
    IndicatorCheck("baseline-date", MUST, _("The baseline is of %(day)s, after the end of the project."), _baseline_later),
    IndicatorCheck(
        "baseline-old", SHOULD, _("The baseline is of %(day)s, more than %(years)s years before the project starts."), _baseline_old
    ),
    MatrixCheck("duplicate-title", SHOULD, _("“%(title)s” stands here twice."), _doubled),
)  # fmt: skip


def checks_of(proposal: Proposal, matrix: Matrix | None = None) -> list[Finding]:
    """All that is found wrong or missing in the matrix, what must be mended first. Three queries; none when the tree is given."""
    tree = matrix or matrix_of(proposal)
    page = reverse("proposals:matrix", args=[proposal.pk])
    found = []
    for check in CHECKS:
        for anchor, says in _asked(check, tree):
            place = "" if anchor == WHOLE else f"#{anchor.replace(':', '-')}"
            found.append(Finding(check.code, check.severity, str(check.sentence) % says, anchor, f"{page}{place}"))
    return ordered(found)


def named_checks_of(proposal: Proposal) -> list[Finding]:
    """The same, each sentence with the row that it is about before it: for pages that do not show the rows."""
    tree = matrix_of(proposal)
    names = {node.anchor: node.name for node in tree.results()} | {node.anchor: node.name for node in tree.indicators()}
    return [
        replace(one, text=f"{names[one.anchor]}: {one.text}") if one.anchor in names else one
        for one in checks_of(proposal, tree)
    ]


def beside(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Findings by the row they are about."""
    return by_anchor(findings)


def _asked(check: ResultCheck | IndicatorCheck | MatrixCheck, tree: Matrix) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(check, MatrixCheck):
        yield from check.test(tree)
    elif isinstance(check, ResultCheck):
        for node in tree.results():
            if (says := check.test(node, tree)) is not None:
                yield node.anchor, says
    else:
        for one in tree.indicators():
            if (says := check.test(one, tree)) is not None:
                yield one.anchor, says
