"""How answers become scores. Exact arithmetic (fractions), nothing stored, no database.

SDG indicator 10.7.2. Certain (metadata of the indicator): six domains of five sub-categories, D_i = (sum of s_ij / 5) x 100, four
categories, and a regional figure that is the unweighted share of reporting countries in category 3 or 4. General knowledge, to be
checked against the official metadata (all published rows agree with it): the cut-offs 40, 80 and 100, the value of a country as
the unweighted mean over the 30 sub-categories, and half a point in domain 1 for "only with legal status".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

# The lowest score (percent) of each category but the first.
CUT_OFFS = ((4, 100), (3, 80), (2, 40))
CATEGORY_LABELS = {
    1: "requires further progress",
    2: "partially meets",
    3: "meets",
    4: "fully meets",
}

QuestionState = Literal["scored", "na", "open"]


@dataclass(frozen=True)
class QuestionIn:
    """A question with its answer. score: 0 to 1 where state is "scored", else None. "na": answered as not applicable; "open": no answer."""

    code: str
    score: Decimal | None
    state: QuestionState


@dataclass(frozen=True)
class DomainIn:
    """A domain with all its questions, answered or not."""

    code: str
    title: str
    questions: Sequence[QuestionIn]


@dataclass(frozen=True)
class DomainScore:
    """score: percent 0 to 100 with two decimals (exact: as it is), or None. asked = answered + not_applicable + open questions.
    missing: codes of questions that keep it from being final."""

    code: str
    title: str
    score: Decimal | None
    category: int | None
    answered: int
    asked: int
    not_applicable: int
    missing: tuple[str, ...]
    exact: Fraction | None = None

    @property
    def provisional(self) -> bool:
        """Whether an answer is still missing."""
        return bool(self.missing)


@dataclass(frozen=True)
class Scores:
    """The scores of a set. overall: percent 0 to 100 with two decimals (exact: as it is), or None. provisional: some question has no
    answer yet."""

    domains: tuple[DomainScore, ...]
    overall: Decimal | None
    category: int | None
    provisional: bool
    exact: Fraction | None = None

    @property
    def answered(self) -> int:
        """Questions with a scored answer."""
        return sum(domain.answered for domain in self.domains)

    @property
    def asked(self) -> int:
        """All questions."""
        return sum(domain.asked for domain in self.domains)

    @property
    def not_applicable(self) -> int:
        """Questions answered as not applicable."""
        return sum(domain.not_applicable for domain in self.domains)


def category_of(percent: Fraction | Decimal | int) -> int:
    """The category (1 to 4) of a score in percent. Raises ValueError outside 0 to 100."""
    if not 0 <= percent <= 100:
        raise ValueError(f"a score is 0 to 100 percent, not {percent}")
    return next((category for category, least in CUT_OFFS if percent >= least), 1)


def mean(values: Iterable[Fraction]) -> Fraction | None:
    """The unweighted mean, exactly; None of nothing."""
    found = list(values)
    return sum(found, Fraction(0)) / len(found) if found else None


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """A fraction as a decimal, rounded half up."""
    unit = Decimal(1).scaleb(-places)
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (
        2 * scaled.denominator
    )  # half up, without a detour over floats
    return (Decimal(whole) * unit).quantize(unit, rounding=ROUND_HALF_UP)


def score_set(domains: Sequence[DomainIn], *, strict: bool = False) -> Scores:
    """Score the domains of a question set.

    strict (SDG indicator 10.7.2): a domain with a question that is not scored has no score and says which are missing, and then
    there is no overall score either; overall is the mean over all questions. Otherwise (MiGOF and own sets) a domain is the mean of
    its scored answers, "not applicable" is left out and counted, overall is the mean of the domains that have a score, each
    counting the same, and all of it is provisional while a question is open. Categories are taken from the exact value, before
    rounding to two decimals. Raises ValueError for a score outside 0 to 1, a scored answer without one, and a code that comes twice.
    """
    scored: list[DomainScore] = []
    exact: list[Fraction] = []
    points: list[Fraction] = []
    seen: set[str] = set()
    for domain in domains:
        values = [_points(question, seen) for question in domain.questions]
        got = [value for value in values if value is not None]
        missing = tuple(q.code for q in domain.questions if q.state == "open" or (strict and q.state == "na"))
        value = mean(got) if not (strict and missing) else None
        percent = value * 100 if value is not None else None
        if percent is not None:
            exact.append(percent)
        points += got
        scored.append(
            DomainScore(
                code=domain.code,
                title=domain.title,
                score=rounded(percent) if percent is not None else None,
                category=category_of(percent) if percent is not None else None,
                answered=len(got),
                asked=len(domain.questions),
                not_applicable=sum(question.state == "na" for question in domain.questions),
                missing=missing,
                exact=percent,
            )
        )
    provisional = any(domain.missing for domain in scored)
    overall = _overall(exact, points, strict=strict, complete=not provisional and len(exact) == len(scored))
    return Scores(
        domains=tuple(scored),
        overall=rounded(overall) if overall is not None else None,
        category=category_of(overall) if overall is not None else None,
        provisional=provisional,
        exact=overall,
    )


def _points(question: QuestionIn, seen: set[str]) -> Fraction | None:
    if question.code in seen:
        raise ValueError(f"question {question.code} comes twice")
    seen.add(question.code)
    if question.state != "scored":
        return None
    if question.score is None or not 0 <= question.score <= 1:
        raise ValueError(f"question {question.code}: a score is 0 to 1, not {question.score}")
    return Fraction(question.score)


def _overall(exact: list[Fraction], points: list[Fraction], *, strict: bool, complete: bool) -> Fraction | None:
    if not strict:
        return mean(exact)
    value = mean(points) if complete else None
    return value * 100 if value is not None else None
