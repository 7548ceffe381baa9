"""Which elements of a framework, or articles of an instrument, a text treats, and where: the heat map of a review."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from migov.work.policy.models import Judgement
from migov.work.policy.review.table import Cited, Concordance, Line, Source

TREATED = {Judgement.FULL: 2, Judgement.PARTIAL: 1}
OUTSIDE = (Judgement.NOT_APPLICABLE, Judgement.DISCRETIONARY)
MISSING = (Judgement.NONE, Judgement.CONTRARY)


@dataclass
class Spot:
    """One element or article: its rows, how far it is treated (0 to 1; None where nothing of it is judged or applies), and where."""

    code: str
    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def heat(self) -> float | None:
        """Share of its rows that the text treats; a row treated in part counts half."""
        counted = self._counted
        if not counted:
            return None
        return sum(TREATED.get(Judgement(one.judgement), 0) for one in counted) / (2 * len(counted))

    @property
    def _counted(self) -> list[Line]:
        return [one for one in self.lines if one.judgement and one.judgement not in OUTSIDE]

    @property
    def where(self) -> list[Cited]:
        """Provisions that treat it, each once."""
        return list({cited.eid: cited for line in self.lines for cited in line.provisions}.values())

    @property
    def missing(self) -> list[Line]:
        """Rows that the text does not answer, or answers against."""
        return [line for line in self.lines if line.judgement in MISSING]

    @property
    def words(self) -> str:
        """How many of its rows are treated, in full and in part, as words that stand beside the colour; empty where none is counted."""
        total = len(self._counted)
        full, part = (sum(one.judgement == wanted for one in self._counted) for wanted in TREATED)
        if not total:
            return ""
        if full and part:
            return _("%(full)d of %(total)d in full, %(part)d in part") % {"full": full, "part": part, "total": total}
        if part:
            return _("%(part)d of %(total)d in part") % {"part": part, "total": total}
        return (_("%(full)d of %(total)d in full") if full else _("%(full)d of %(total)d")) % {
            "full": full,
            "total": total,
        }

    @property
    def unnamed(self) -> bool:
        """Whether the text is said to treat it though no provision is named that does."""
        return bool(self.heat) and not self.where

    @property
    def contrary(self) -> bool:
        """Whether the text says the contrary of one of its rows."""
        return any(line.judgement == Judgement.CONTRARY for line in self.lines)

    @property
    def outside(self) -> str:
        """Judgements of rows that are not counted, in words."""
        said = dict.fromkeys(line.judgement for line in self.lines if line.judgement in OUTSIDE)
        return ", ".join(str(Judgement(one).label) for one in said)

    @property
    def judged(self) -> bool:
        return any(line.judgement for line in self.lines)


def spots(table: Concordance) -> list[tuple[Source, list[Spot]]]:
    """Source by source, its elements or articles in order."""
    found = []
    for source in table.sources:
        by_code: dict[str, Spot] = {}
        for line in table.of(source.code):
            code = line.place if source.kind == "framework" else line.place.partition("(")[0]
            title = line.obligation if source.kind == "framework" else line.heading
            by_code.setdefault(code, Spot(code, title)).lines.append(line)
        found.append((source, list(by_code.values())))
    return found
