"""The risk register: its lines by score, the matrix of likelihood and impact, what was changed, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import JournalEntry
from migov.work.proposals.findings import MUST, SHOULD, Finding
from migov.work.proposals.models import Proposal, Risk
from migov.work.proposals.queries.papers import may_write
from migov.work.proposals.stages import CARRIED_OUT

LIKELIHOOD: dict[int, str | Promise] = {
    1: gettext_lazy("rare"), 2: gettext_lazy("unlikely"), 3: gettext_lazy("possible"), 4: gettext_lazy("likely"),
    5: gettext_lazy("almost certain"),
}  # fmt: skip
IMPACT: dict[int, str | Promise] = {
    1: gettext_lazy("very small"), 2: gettext_lazy("small"), 3: gettext_lazy("noticeable"), 4: gettext_lazy("serious"),
    5: gettext_lazy("threatens the project"),
}  # fmt: skip
# From which score on: code, words, shade of the matrix.
LEVELS: tuple[tuple[int, str, str | Promise], ...] = (
    (15, "severe", gettext_lazy("very high")),
    (10, "high", gettext_lazy("high")),
    (5, "medium", gettext_lazy("medium")),
    (1, "low", gettext_lazy("low")),
)
HIGH = 10
CATEGORIES: tuple[str | Promise, ...] = (
    gettext_lazy("political"), gettext_lazy("security"), gettext_lazy("operational"), gettext_lazy("financial"),
    gettext_lazy("protection"), gettext_lazy("reputation"), gettext_lazy("partners"), gettext_lazy("environment"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RiskLine:
    """A risk. score: likelihood x impact, 1 to 25; level: low, medium, high or severe (code), level_label: its words."""

    pk: int
    title: str
    category: str
    likelihood: int
    impact: int
    score: int
    level: str
    level_label: str
    treatment: str
    treatment_label: str
    measures: str
    owner: str
    status: str
    status_label: str

    @property
    def anchor(self) -> str:
        return f"risk:{self.pk}"

    @property
    def likelihood_label(self) -> str:
        return f"{self.likelihood} {LIKELIHOOD[self.likelihood]}"

    @property
    def impact_label(self) -> str:
        return f"{self.impact} {IMPACT[self.impact]}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the matrix: how many open risks stand there, and the first of them."""

    likelihood: int
    impact: int
    score: int
    level: str
    level_label: str
    lines: tuple[RiskLine, ...]


def level_of(score: int) -> tuple[str, str]:
    """Code and words of a score: low to 4, medium to 9, high to 14, very high from 15."""
    return next((code, str(label)) for least, code, label in LEVELS if score >= least)


def line(risk: Risk) -> RiskLine:
    """One risk as `lines` gives it."""
    level, label = level_of(risk.score)
    return RiskLine(
        risk.pk, risk.title, risk.category, risk.likelihood, risk.impact, risk.score, level, label, risk.treatment,
        str(risk.get_treatment_display()), risk.measures, risk.owner, risk.status, str(risk.get_status_display()),
    )  # fmt: skip


SORTS: dict[str, Callable[[RiskLine], Any]] = {
    "-score": lambda one: (one.status == Risk.Status.CLOSED, -one.score),
    "score": lambda one: one.score,
    "title": lambda one: one.title.casefold(),
    "-title": lambda one: one.title.casefold(),
    "owner": lambda one: (not one.owner, one.owner.casefold()),
    "-owner": lambda one: one.owner.casefold(),
    "status": lambda one: (list(Risk.Status).index(Risk.Status(one.status)), -one.score),
    "-status": lambda one: (list(Risk.Status).index(Risk.Status(one.status)), one.score),
}


def lines(proposal: Proposal, sort: str = "-score") -> list[RiskLine]:
    """The standing risks, the highest score first and closed ones last, or as `sort` (a key of SORTS) says. One query."""
    found = [line(risk) for risk in proposal.risks.filter(removed_at__isnull=True)]
    return sorted(found, key=SORTS.get(sort, SORTS["-score"]), reverse=sort.startswith("-") and sort != "-score")


def removed(proposal: Proposal) -> list[Risk]:
    """Risks that were taken out, the last first. One query."""
    return list(proposal.risks.filter(removed_at__isnull=False).order_by("-removed_at"))


def grid(known: Sequence[RiskLine]) -> list[tuple[int, str, list[Cell]]]:
    """The 5 x 5 matrix of risks that are not closed: rows by likelihood from 5 down, cells by impact from 1."""
    places: dict[tuple[int, int], list[RiskLine]] = {}
    for one in known:
        if one.status != Risk.Status.CLOSED:
            places.setdefault((one.likelihood, one.impact), []).append(one)
    return [
        (
            likelihood,
            str(LIKELIHOOD[likelihood]),
            [
                Cell(likelihood, impact, likelihood * impact, *level_of(likelihood * impact),
                     tuple(places.get((likelihood, impact), ())))
                for impact in range(1, 6)
            ],
        )
        for likelihood in range(5, 0, -1)
    ]  # fmt: skip


def may_edit(user: Viewer, proposal: Proposal) -> bool:
    """Whether the user may change the register now: who writes before the decision, who manages while it is carried out."""
    record = proposal.project.record
    if record.stage in CARRIED_OUT:
        return access.allowed(user, "projects.manage", record)
    return may_write(user, proposal)


def changes(proposal: Proposal, limit: int = 30) -> list[JournalEntry]:
    """What was changed in the register, newest first. One query."""
    verbs = ("risk added", "risk changed", "risk removed", "risk put back")
    return list(JournalEntry.objects.filter(record_id=proposal.pk, verb__in=verbs)[:limit])


def findings(proposal: Proposal, *, known: Sequence[RiskLine] | None = None) -> list[Finding]:
    """What is missing in the register. One query; none where the lines are given."""
    known = lines(proposal) if known is None else known
    return list(_found(known, reverse("proposals:risks", args=[proposal.pk])))


def _found(known: Sequence[RiskLine], url: str) -> Iterator[Finding]:
    if not known:
        yield Finding("risk-none", MUST, _("The risk register is empty."), "risks", url)
    for one in known:
        if one.status == Risk.Status.CLOSED:
            continue
        said = {"risk": one.title, "level": one.level_label, "score": one.score}
        at, high = f"{url}#risk-{one.pk}", one.score >= HIGH
        if not one.measures:
            text = _("“%(risk)s” (%(level)s, %(score)s of 25) says nothing about what is done.") % said
            yield Finding("risk-no-measures", MUST if high else SHOULD, text, one.anchor, at)
        if not one.owner:
            text = _("“%(risk)s” (%(level)s, %(score)s of 25) has no owner.") % said
            yield Finding("risk-no-owner", MUST if high else SHOULD, text, one.anchor, at)
