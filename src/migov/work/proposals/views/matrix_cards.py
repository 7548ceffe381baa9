"""What the templates of the results matrix show: rows as cards, cells with their form, findings beside them. No questions, no changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from migov.work.proposals import matrix_cells
from migov.work.proposals.actions.matrix import ABOVE, BELOW
from migov.work.proposals.findings import Finding
from migov.work.proposals.matrix_cells import Cell
from migov.work.proposals.matrix_periods import Span
from migov.work.proposals.models import PlanIndicator, PlanLevel, PlanResult
from migov.work.proposals.queries.matrix import IndicatorNode, Matrix, ResultNode
from migov.work.proposals.views.stencil import Stencil, slot

LISTED = 60


@dataclass(slots=True)
class Trouble:
    """Why a cell was not saved. mine: what was typed; theirs: what stands, where somebody else changed it."""

    text: str
    mine: str
    theirs: str | None = None


@dataclass(slots=True)
class CellView:
    """A cell on the page. key: unique on the page. url: where it is saved; empty where it may not be changed."""

    key: str
    name: str
    label: str
    kind: str
    value: str
    url: str
    help: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    checks: list[tuple[str, str, bool]] = field(default_factory=list)
    own: str = ""
    focus: bool = False
    trouble: Trouble | None = None
    hidden: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What the control holds: what was typed where it was not saved."""
        return self.value if self.trouble is None else self.trouble.mine

    @property
    def words(self) -> str:
        """The value for people who only read."""
        if self.kind == "set":
            return ", ".join(label for _code, label, on in self.checks if on) + (f", {self.own}" if self.own else "")
        return dict(self.choices).get(self.value, self.value)


@dataclass(slots=True)
class Card:
    """A row on the page. label: its name in a sentence ("Output 1.1"). do: where its buttons lead; empty for readers.

    under: rows that it may stand under, with their key and whether it stands there now.
    """

    kind: str
    key: int
    label: str
    level: str
    depth: int
    title: CellView
    do: str
    page: str
    findings: list[Finding]
    summary: str = ""
    more: str = ""
    below: str = ""
    indicators: list[Card] = field(default_factory=list)
    cells: list[CellView] = field(default_factory=list)
    targets: list[CellView] = field(default_factory=list)
    under: list[tuple[int, str, bool]] = field(default_factory=list)
    library: str = ""
    menu: SafeString | str = ""
    adders: SafeString | str = ""

    @property
    def checks_of(self) -> str:
        return _("Checks of %(row)s") % {"row": self.label}

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.key}"


_FILLED = ("do", "label", "page", "key", "library")


def furnish(cards: Iterable[Card], request: HttpRequest) -> None:
    """Give every row its menu and its buttons."""
    made: dict[tuple[str, str], tuple[Stencil, Stencil | None]] = {}
    for card in (one for top in cards for one in (top, *top.indicators)):
        if not card.do:
            continue
        kind = (card.kind, card.below)
        if kind not in made:
            fixed = {"kind": card.kind, "below": card.below, "level": card.level}
            context = {"card": {name: slot(name) for name in _FILLED} | fixed}
            adders = Stencil("proposals/matrix_adders.html", context, request) if card.below else None
            made[kind] = Stencil("proposals/matrix_menu.html", context, request), adders
        menu, adders = made[kind]
        words = {name: getattr(card, name) for name in _FILLED}
        card.menu, card.adders = menu.fill(words), adders.fill(words) if adders else ""


@dataclass(slots=True)
class Maker:
    """Makes cards of one matrix for one viewer. focus: anchor of the row whose title gets the cursor."""

    matrix: Matrix
    findings: Mapping[str, list[Finding]]
    writes: bool
    focus: str = ""
    trouble: Mapping[str, Trouble] = field(default_factory=dict)

    def cards(self) -> list[Card]:
        """All rows in reading order, indicators within their results."""
        return [self.result(node) for node in self.matrix.results()]

    def result(self, node: ResultNode) -> Card:
        below = BELOW[node.row.level]
        made = self._card(node.row, node.name, node.depth)
        made.more = _("Description and assumptions") if below else _("Responsible, months and description")
        made.below = str(PlanLevel(below).label) if below else ""
        if below and made.do:
            made.library = reverse("proposals:matrix-library", args=[self.matrix.proposal.pk, node.row.pk])
        made.summary = months_words(node.row)
        made.indicators = [self.indicator(one) for one in node.indicators]
        return made

    def indicator(self, node: IndicatorNode) -> Card:
        made = self._card(node.row, node.name, node.depth)
        made.summary = indicator_words(node)
        made.more = _("Definition, unit, baseline, targets, sources")
        return made

    def full_result(self, node: ResultNode) -> Card:
        """A result with all its cells, and the rows that it may be moved under."""
        made = self.result(node)
        made.cells = self.cells(node.row)
        wanted = ABOVE[node.row.level]
        made.under = [
            (one.row.pk, f"{one.number} {one.row.title}"[:80], one.row.pk == node.row.parent_id)
            for one in self.matrix.results()
            if one.row.level == wanted
        ]
        return made

    def full_indicator(self, node: IndicatorNode) -> Card:
        """An indicator with all its cells, its targets, and the results that it may be moved under."""
        made = self.indicator(node)
        made.cells = self.cells(node.row)
        made.targets = [self.target(node, span) for span in self.matrix.columns if self.in_use(node, span)]
        made.under = [
            (one.row.pk, f"{one.name} {one.row.title}"[:80], one.row.pk == node.row.result_id)
            for one in self.matrix.results()
        ]
        return made

    def in_use(self, node: IndicatorNode, span: Span) -> bool:
        return span in self.matrix.spans or span in node.targets

    def cells(self, row: PlanResult | PlanIndicator) -> list[CellView]:
        """All cells of a row but its title."""
        skip = {"title"}
        if isinstance(row, PlanResult) and row.level != PlanLevel.ACTIVITY:
            skip |= {"responsible", "first_month", "last_month"}
        return [self.cell(row, cell) for name, cell in matrix_cells.cells_of(row).items() if name not in skip]

    def cell(self, row: PlanResult | PlanIndicator, cell: Cell, label: str = "") -> CellView:
        kind = "result" if isinstance(row, PlanResult) else "indicator"
        key = f"{kind}-{row.pk}-{cell.name}"
        made = CellView(
            key, cell.name, label or str(cell.label), cell.kind, matrix_cells.shown(row, cell.name),
            self._url("matrix-set", kind, row.pk), str(cell.help), _choices(cell), trouble=self.trouble.get(key),
        )  # fmt: skip
        if cell.kind == "set" and isinstance(row, PlanIndicator):
            chosen = made.trouble.mine.split(",") if made.trouble else row.dimensions
            made.checks = [(code, str(words), code in chosen) for code, words in matrix_cells.DIMENSIONS.items()]
            made.own = ", ".join(one.strip() for one in chosen if one.strip() and one not in matrix_cells.DIMENSIONS)
        return made

    def target(self, node: IndicatorNode, span: Span) -> CellView:
        key = target_key(node.row, span)
        label = (
            str(span) if span in self.matrix.spans else _("%(period)s (no period of the project)") % {"period": span}
        )
        return CellView(
            key, "target", label, "amount", matrix_cells.target_shown(node.targets.get(span)),
            self._url("matrix-target", "indicator", node.row.pk), trouble=self.trouble.get(key),
            hidden={"starts": span.starts.isoformat(), "ends": span.ends.isoformat()},
        )  # fmt: skip

    def _card(self, row: PlanResult | PlanIndicator, name: str, depth: int) -> Card:
        kind = "result" if isinstance(row, PlanResult) else "indicator"
        title = self.cell(row, matrix_cells.cells_of(row)["title"], name)
        title.focus = self.focus == f"{kind}-{row.pk}"
        level = row.level if isinstance(row, PlanResult) else "indicator"
        page = reverse("proposals:matrix-row", args=[self.matrix.proposal.pk, kind, row.pk])
        findings = list(self.findings.get(f"{kind}:{row.pk}", ()))
        return Card(kind, row.pk, name, level, depth, title, self._url("matrix-do", kind, row.pk), page, findings)

    def _url(self, name: str, kind: str, key: int) -> str:
        if not self.writes:
            return ""
        args: list[Any] = (
            [self.matrix.proposal.pk, key] if name == "matrix-target" else [self.matrix.proposal.pk, kind, key]
        )
        return reverse(f"proposals:{name}", args=args)


def target_key(row: PlanIndicator, span: Span) -> str:
    """The key of the cell for a target."""
    return f"indicator-{row.pk}-{span.starts:%Y%m%d}-{span.ends:%Y%m%d}"


def _choices(cell: Cell) -> list[tuple[str, str]]:
    if cell.name == "ascending":
        return [("yes", _("more is better")), ("no", _("less is better"))]
    if cell.kind == "truth":
        return [("yes", _("yes")), ("no", _("no"))]
    return [(code, str(label)) for code, label in (cell.choices or {}).items()]


def months_words(row: PlanResult) -> str:
    """ "IOM · months 1 to 6" of an activity; empty for others."""
    parts = [row.responsible] if row.responsible else []
    if row.first_month and row.last_month:
        parts.append(_("months %(first)s to %(last)s") % {"first": row.first_month, "last": row.last_month})
    return " · ".join(parts) if row.level == PlanLevel.ACTIVITY else ""


def indicator_words(node: IndicatorNode) -> str:
    """ "people · baseline 0 → target 200 · by sex, age"."""
    row = node.row
    parts: list[str] = [row.unit or str(row.get_measure_display())]
    last = matrix_cells.target_shown(node.last_target)
    baseline = matrix_cells.shown(row, "baseline")
    if baseline or last:
        words = {"baseline": _brief(baseline), "target": _brief(last)}
        parts.append(_("baseline %(baseline)s → last target %(target)s") % words)
    if row.dimensions:
        parts.append(_("by %(ways)s") % {"ways": ", ".join(map(matrix_cells.dimension_label, row.dimensions))})
    if row.standard_id:
        parts.append(_("standard indicator"))
    return " · ".join(parts)


def _brief(text: str) -> str:
    return (text if len(text) <= 24 else f"{text[:23]}…") or "–"


@dataclass(slots=True)
class Summary:
    """What the checks found, in numbers and as a list."""

    must: int
    should: int
    listed: list[tuple[str, Finding]]
    more: int


def summary(findings: list[Finding], cards: Iterable[Card]) -> Summary:
    """The findings with the name of the row that each is about."""
    names: dict[str, str | Promise] = {"matrix": _("Matrix")}
    for card in cards:
        names[f"{card.kind}:{card.key}"] = card.label
        names |= {f"indicator:{one.key}": one.label for one in card.indicators}
    must = sum(one.hinders for one in findings)
    listed = [(str(names.get(one.anchor, "")), one) for one in findings[:LISTED]]
    return Summary(must, len(findings) - must, listed, max(0, len(findings) - LISTED))
