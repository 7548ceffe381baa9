"""Gaps: questions of an assessment whose answer that stands scores less than it could, and why each is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import Viewer
from migov.work.governance.assess.queries.sheets import Line, Sheet, sheet
from migov.work.governance.assess.standing import How
from migov.work.governance.models import Assessment, Domain, Option, Question, QuestionElement


@dataclass(slots=True)
class Gap:
    """A question that is not answered in full. score: of what stands, or the lower where sides differ; best: what could be reached.

    why: how the answer stands, in words. full: the label of the best answer.
    """

    question: Question
    score: Decimal
    best: Decimal
    answer: str
    full: str
    why: str
    line: Line
    elements: list[Element] = field(default_factory=list)

    @property
    def share(self) -> Decimal:
        """What is reached of what could be, 0 to 1."""
        return self.score / self.best if self.best else Decimal(0)

    @property
    def stands(self) -> bool:
        """Whether an answer stands; else the sides differ."""
        return self.line.standing.option is not None

    @property
    def name(self) -> str:
        """A few words for tables."""
        return self.question.short or self.question.text

    @property
    def text(self) -> str:
        """What the question speaks of, for comparing words."""
        return " ".join(filter(None, [self.question.short, self.question.text, self.question.scope]))


@dataclass(slots=True)
class DomainGaps:
    """The gaps of a domain, the weakest first. share: what is reached of what could be, over all questions that are answered."""

    domain: Domain
    gaps: list[Gap]
    share: Decimal
    answered: int
    asked: int


@dataclass(slots=True)
class Gaps:
    """The gaps of an assessment, the weakest domain first. open: questions without any answer, which are no gaps. met: answered in full."""

    assessment: Assessment
    sheet: Sheet
    domains: list[DomainGaps]
    met: int
    open: int
    not_applicable: int

    @property
    def all(self) -> list[Gap]:
        return [gap for domain in self.domains for gap in domain.gaps]


def gaps_of(assessment: Assessment, viewer: Viewer) -> Gaps:
    """The gaps of an assessment. The caller has asked whether the viewer may see it. At most ten queries, and those of roles."""
    read = sheet(assessment, viewer)
    elements = _elements(assessment.set_id)
    domains: list[DomainGaps] = []
    met = left = outside = 0
    for group in read.groups:
        found, shares = [], []
        for line in group.lines:
            counted = _counted(line)
            if counted is None:
                outside, left = (outside + 1, left) if _not_applicable(line) else (outside, left + 1)
                continue
            option, best = counted
            if not best.score:
                continue
            score = option.score or Decimal(0)
            shares.append(score / best.score)
            if score >= best.score:
                met += 1
                continue
            found.append(
                Gap(
                    line.question, score, best.score, option.label, best.label, _why(line, option), line,
                    elements.get(line.question.pk, []),
                )
            )  # fmt: skip
        if found:
            found.sort(key=lambda gap: (gap.share, gap.question.order))
            mean = sum(shares, Decimal(0)) / len(shares)
            domains.append(DomainGaps(group.domain, found, mean, len(shares), len(group.lines)))
    domains.sort(key=lambda domain: (domain.share, domain.domain.order))
    return Gaps(assessment, read, domains, met, left, outside)


def _elements(set: int) -> dict[int, list[Element]]:
    """Question → the elements it is about, retired ones left out. One query."""
    found: dict[int, list[Element]] = {}
    rows = QuestionElement.objects.filter(question__set=set, element__retired_at__isnull=True)
    for row in rows.select_related("element__framework").order_by("element__framework__order", "element__order"):
        found.setdefault(row.question_id, []).append(row.element)
    return found


def _scored(options: Sequence[Option | None]) -> list[Option]:
    return [one for one in options if one is not None and one.score is not None]


def _counted(line: Line) -> tuple[Option, Option] | None:
    """The option that counts, and the best there is. Where the sides differ the lower counts. None where nothing that scores stands."""
    best = max(_scored(line.options), key=lambda one: one.score or 0, default=None)
    if best is None:
        return None
    if line.standing.option is not None:
        return (line.standing.option, best) if line.standing.option.score is not None else None
    sides = _scored([side.option for side in (line.government, line.office) if side is not None])
    return (min(sides, key=lambda one: one.score or 0), best) if sides else None


def _not_applicable(line: Line) -> bool:
    return line.standing.option is not None and line.standing.option.score is None


def _why(line: Line, option: Option) -> str:
    """How the answer stands, in words."""
    if line.standing.option is not None:
        if line.standing.how == How.ONE:
            one = line.government if line.government and line.government.option else line.office
            return _("“%(answer)s”: only the %(side)s has answered") % {
                "answer": option.label, "side": one.get_side_display() if one else "",
            }  # fmt: skip
        return _("“%(answer)s”: %(how)s") % {"answer": option.label, "how": line.standing.how.label}
    if line.standing.how == How.DISPUTED:
        return _("%(sides)s: a disagreement is recorded; the lower answer counts here") % {"sides": sides_of(line)}
    return _("%(sides)s: not settled, so the lower answer counts here") % {"sides": sides_of(line)}


def sides_of(line: Line) -> str:
    """What each side answered: "government “Yes”, office “No”"."""
    return ", ".join(
        f"{side.get_side_display()} “{side.option.label}”"
        for side in (line.government, line.office)
        if side is not None and side.option is not None
    )
