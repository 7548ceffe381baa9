"""A results matrix out of a file: what it would change, shown first, and then changed all at once or not at all."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.work.proposals import matrix_cells
from migov.work.proposals.actions.ground import ProposalError, writable
from migov.work.proposals.actions.matrix import MOST_RESULTS
from migov.work.proposals.actions.matrix_indicators import MOST_INDICATORS
from migov.work.proposals.actions.matrix_rows import note
from migov.work.proposals.matrix_cells import Row, WrongInput
from migov.work.proposals.matrix_periods import Span
from migov.work.proposals.matrix_tables import Draft, Found
from migov.work.proposals.models import PlanIndicator, PlanLevel, PlanResult, PlanTarget, Proposal
from migov.work.proposals.queries.matrix import IndicatorNode, Matrix, ResultNode, matrix_of
from migov.work.results.models import StandardIndicator

ADDED, CHANGED, MOVED, REMOVED = "added", "changed", "moved", "removed"


class ChangedMeanwhile(ProposalError):
    """The matrix is not the one that the preview was made from."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the preview. what: added, changed, moved or removed. field, before, after: of what changed.

    cells: of an added row, the names of its cells and what each will hold.
    """

    what: str
    row: str
    where: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    cells: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Placed:
    """A row as it would be: `row` is a copy that is not saved. stored: the row as it stands; None for a new one."""

    draft: Draft
    row: Row
    stored: Row | None
    above: Placed | None
    place: int = 0
    fields: list[str] = field(default_factory=list)
    targets: dict[Span, tuple[PlanTarget | None, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What a file would change. digest: of the matrix that it was compared with."""

    digest: str
    changes: list[Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    rows: list[Placed] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {what: sum(one.what == what for one in self.changes) for what in (ADDED, CHANGED, MOVED, REMOVED)}


def digest(matrix: Matrix) -> str:
    """Tells whether two states of a matrix are the same."""
    kept = []
    for node in matrix.results():
        kept.append(
            [node.anchor, node.depth, *(matrix_cells.shown(node.row, name) for name in matrix_cells.RESULT_CELLS)]
        )
        for one in node.indicators:
            cells = [matrix_cells.shown(one.row, name) for name in matrix_cells.INDICATOR_CELLS]
            targets = [[span.key, matrix_cells.target_shown(value)] for span, value in sorted(one.targets.items())]
            kept.append([one.anchor, node.anchor, cells, targets])
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()


def plan(proposal: Proposal, found: Found) -> Plan:
    """Compare what a file holds with the matrix as it stands. Nothing is changed; problems come all together, 50 at most."""
    matrix = matrix_of(proposal)
    made = Plan(digest(matrix), problems=list(found.problems))
    if not found.drafts and not found.problems:
        found.say(_("The file"), _("there is no row of a matrix in it."))
    _Comparison(matrix, found, made).run()
    made.problems = list(found.problems)
    return made


@transaction.atomic
def apply(proposal: int | Proposal, found: Found, *, expected: str, by: Actor) -> Plan:
    """Make the changes of a preview. expected: the digest it showed.

    Raises ChangedMeanwhile where the matrix has changed since, ProposalError where the file has problems, PermissionDenied,
    ground.Closed.
    """
    paper = writable(proposal, by, lock=True)
    made = plan(paper, found)
    if made.problems:
        raise ProposalError(made.problems[0])
    if made.digest != expected:
        raise ChangedMeanwhile(
            _("Somebody changed the matrix since this preview. Look at it anew before you apply it.")
        )
    if not made.changes:
        return made
    _write(made)
    note(paper, "matrix read from a file", None, made.counts, by=by)
    return made


def _write(made: Plan) -> None:
    at = timezone.now()
    for one in made.rows:
        row = one.row
        changed = one.stored is None or bool(one.fields) or row.order != one.place
        row.order = one.place
        under = one.above.row if one.above else None
        if isinstance(row, PlanIndicator):
            above = cast(PlanResult, under)
            changed, row.result = changed or row.result_id != above.pk, above
        else:
            changed = changed or row.parent_id != (under.pk if under else None)
            row.parent = cast("PlanResult | None", under)
        if changed:
            row.save()
        for span, (target, text) in one.targets.items():
            _write_target(cast(PlanIndicator, row), span, target, text)
    for kind in (PlanResult, PlanIndicator):
        keys = [row.pk for row in made.removed if isinstance(row, kind)]
        kind.objects.filter(pk__in=keys).update(removed_at=at)


def _write_target(row: PlanIndicator, span: Span, target: PlanTarget | None, text: str) -> None:
    value, words = matrix_cells.amount(text, row.measure)
    if value is None and not words:
        if target is not None:
            target.delete()
        return
    made = target or PlanTarget(indicator=row, starts=span.starts, ends=span.ends)
    made.value, made.words = value, words
    made.save()


class _Comparison:
    """Finds for every draft the row it is about, and what would change."""

    def __init__(self, matrix: Matrix, found: Found, made: Plan) -> None:
        self.matrix, self.found, self.made = matrix, found, made
        self.nodes: dict[str, ResultNode | IndicatorNode] = {node.anchor: node for node in matrix.results()}
        self.nodes |= {node.anchor: node for node in matrix.indicators()}
        self.taken: set[str] = set()
        self.standards: dict[str, StandardIndicator] = {}

    def run(self) -> None:
        placed: list[Placed] = []
        wanted = {draft.standard for draft in self.found.drafts if draft.standard}
        self.standards = {one.code: one for one in StandardIndicator.objects.filter(code__in=wanted)} if wanted else {}
        for draft in self.found.drafts:
            above = placed[draft.parent] if draft.parent is not None and draft.parent < len(placed) else None
            placed.append(self._place(draft, above))
        self._limits(placed)
        self.made.rows = placed
        if self.found.with_keys:
            self._removed()
        self._orders(placed)

    def _place(self, draft: Draft, above: Placed | None) -> Placed:
        node = self._node(draft, above)
        stored = node.row if node else None
        row: Row
        if stored is not None:
            row = copy.copy(stored)
            self.taken.add(node.anchor)  # type: ignore[union-attr]
        elif draft.is_indicator:
            row = PlanIndicator(proposal=self.matrix.proposal, standard=self.standards.get(draft.standard))
        else:
            row = PlanResult(proposal=self.matrix.proposal, level=PlanLevel(draft.level))
        made = Placed(draft, row, stored, above, place=stored.order if stored else 0)
        self._cells(made)
        if isinstance(row, PlanIndicator):
            self._targets(made, node.targets if isinstance(node, IndicatorNode) else {})
        if stored is None:
            self.made.changes.append(Change(ADDED, _named(row), draft.where, cells=_held(made)))
        return made

    def _node(self, draft: Draft, above: Placed | None) -> ResultNode | IndicatorNode | None:
        """The row that a draft is about: by its ID, or in a file without IDs by its level, its title and what it stands under."""
        kind = "indicator" if draft.is_indicator else "result"
        if draft.key is not None:
            anchor = f"{kind}:{draft.key}"
            node = self.nodes.get(anchor)
            if node is None or anchor in self.taken:
                text = _(
                    "the row with this ID is no longer in the matrix, or stands here twice. Empty the ID cell to add it as new."
                )
                self.found.say(draft.where, text)
                return None
            if isinstance(node, ResultNode) and node.row.level != draft.level:
                words = {"before": node.row.get_level_display(), "now": PlanLevel(draft.level).label}
                text = _(
                    "this row is of the level “%(before)s” and cannot become “%(now)s”. Empty the ID cell to add it as new."
                )
                self.found.say(draft.where, text % words)
            return node
        if self.found.with_keys:
            return None
        return self._by_title(draft, above)

    def _by_title(self, draft: Draft, above: Placed | None) -> ResultNode | IndicatorNode | None:
        title = _same(draft.cells.get("title", ("", ""))[0])
        parent = above.stored.pk if above and above.stored else None
        if above is not None and parent is None:
            return None
        for anchor, node in self.nodes.items():
            row = node.row
            under = row.result_id if isinstance(row, PlanIndicator) else row.parent_id
            level = row.level if isinstance(row, PlanResult) else "indicator"
            if anchor in self.taken or level != draft.level or under != parent:
                continue
            if _same(row.title) == title or (level == PlanLevel.OBJECTIVE and not row.title):
                return node
        return None

    def _cells(self, made: Placed) -> None:
        row, known = made.row, matrix_cells.cells_of(made.row)
        stands = made.stored or copy.copy(row)
        if isinstance(row, PlanResult) and {"first_month", "last_month"} <= made.draft.cells.keys():
            row.first_month = row.last_month = (
                None  # read together: a new first month may lie after the last one of before
            )
        for name in known:
            if name not in made.draft.cells:
                continue
            text, where = made.draft.cells[name]
            before = matrix_cells.shown(stands, name)
            as_it_stands = text == before == matrix_cells.shown(row, name)
            if as_it_stands or (known[name].kind in matrix_cells.CHOSEN and not text.strip()):
                continue
            try:
                made.fields += matrix_cells.put(row, name, text)
            except WrongInput as wrong:
                self.found.say(where, str(wrong))
                continue
            after = matrix_cells.shown(row, name)
            if after != before and made.stored is not None:
                label = str(known[name].label)
                self.made.changes.append(Change(CHANGED, _named(made.stored), where, label, before, after))

    def _targets(self, made: Placed, standing: dict[Span, PlanTarget]) -> None:
        row = cast(PlanIndicator, made.row)
        for span, (text, where) in made.draft.targets.items():
            before = matrix_cells.target_shown(standing.get(span))
            try:
                after = matrix_cells.amount_shown(*matrix_cells.amount(text, row.measure))
            except WrongInput as wrong:
                self.found.say(where, str(wrong))
                continue
            if after == before:
                continue
            made.targets[span] = (standing.get(span), after)
            if made.stored is not None:
                label = _("Target %(period)s") % {"period": span}
                self.made.changes.append(Change(CHANGED, _named(made.stored), where, label, before, after))

    def _limits(self, placed: Sequence[Placed]) -> None:
        results = sum(isinstance(one.row, PlanResult) for one in placed)
        if results > MOST_RESULTS or len(placed) - results > MOST_INDICATORS:
            words = {"results": MOST_RESULTS, "indicators": MOST_INDICATORS}
            self.found.say(
                _("The file"), _("a matrix holds at most %(results)d results and %(indicators)d indicators.") % words
            )

    def _removed(self) -> None:
        for anchor, node in self.nodes.items():
            if anchor not in self.taken:
                self.made.removed.append(node.row)
                self.made.changes.append(Change(REMOVED, _named(node.row)))

    def _orders(self, placed: Sequence[Placed]) -> None:
        """Number the rows of each parent as they stand in the file. Rows that a file without IDs leaves out stay before them."""
        groups: dict[tuple[int, bool], list[Placed]] = {}
        for one in placed:
            groups.setdefault((id(one.above), one.draft.is_indicator), []).append(one)
        for (_above, indicators), members in groups.items():
            standing = self._standing(members[0].above, indicators)
            in_file = [one.stored.pk for one in members if one.stored is not None]
            kept = [key for key in standing if key in in_file]
            if in_file == kept and len(kept) == len(members):
                continue  # as they stand
            others = [] if self.found.with_keys else [order for key, order in standing.items() if key not in in_file]
            first = max(others, default=-1) + 1
            stayed = [key for key in in_file if key in standing]
            for number, one in enumerate(members):
                one.place = first + number
                key = one.stored.pk if one.stored else 0
                if key and (key not in standing or stayed.index(key) != kept.index(key)):
                    self.made.changes.append(Change(MOVED, _named(one.row), one.draft.where))

    def _standing(self, above: Placed | None, indicators: bool) -> dict[int, int]:
        """The rows that stand under a row now, by key, with their order."""
        if above is None:
            nodes: Sequence[ResultNode | IndicatorNode] = self.matrix.roots
        elif above.stored is None:
            nodes = []
        else:
            node = cast(ResultNode, self.nodes[f"result:{above.stored.pk}"])
            nodes = node.indicators if indicators else node.children
        return {one.row.pk: one.row.order for one in nodes}


def _label(row: Row) -> str:
    return str(row.get_level_display()).capitalize() if isinstance(row, PlanResult) else _("Indicator")


def _named(row: Row) -> str:
    return f"{_label(row)}: {row.title or _('untitled')}"


def _held(made: Placed) -> tuple[tuple[str, str], ...]:
    """What the cells of a new row will hold, empty ones left out."""
    row = made.row
    cells = [
        (str(cell.label), matrix_cells.in_words(row, name))
        for name, cell in matrix_cells.cells_of(row).items()
        if matrix_cells.shown(row, name) or cell.kind in matrix_cells.CHOSEN
    ]
    aims = [
        (_("Target %(period)s") % {"period": span}, text) for span, (_old, text) in sorted(made.targets.items()) if text
    ]
    return tuple(cells + aims)


def _same(title: str) -> str:
    return " ".join(title.lower().split()).rstrip(".")
