"""The indicator of each country and year in a file of answers, and the share of the countries in it that meet or fully meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from migov.work.governance.indicator.answers import Given
from migov.work.governance.indicator.definition import ALL, domains
from migov.work.governance.indicator.shares import Share, share_of
from migov.work.governance.scoring import CATEGORY_LABELS, DomainIn, QuestionIn, Scores, score_set


@dataclass(frozen=True)
class CountryScore:
    """The indicator of a country in a year."""

    country: str
    year: int
    scores: Scores

    def category(self, domain: str) -> int | None:
        """The category in a domain ("domain1" to "domain6"), or over all ("alldomains"); None without a score."""
        if domain == ALL:
            return self.scores.category
        return next(one.category for one in self.scores.domains if one.code == domain)

    def to_json(self) -> dict[str, Any]:
        """For machines. Scores are percentages, not rounded; missing: sub-categories without an answer, as "1.4"."""
        by_domain = {one.code: _part(one.exact, one.category, one.answered, one.missing) for one in self.scores.domains}
        missing = [code for one in self.scores.domains for code in one.missing]
        overall = _part(self.scores.exact, self.scores.category, self.scores.answered, missing)
        return {"country": self.country, "year": self.year, "domains": by_domain, ALL: overall}


def score_countries(given: Sequence[Given]) -> list[CountryScore]:
    """The indicator of each country and year, in that order. A sub-category without an answer leaves its domain without a score."""
    groups: defaultdict[tuple[str, int], dict[str, Decimal]] = defaultdict(dict)
    for one in given:
        groups[one.country, one.year][one.subcategory.code] = one.points
    return [CountryScore(country, year, score_answers(points)) for (country, year), points in sorted(groups.items())]


def score_answers(points: dict[str, Decimal]) -> Scores:
    """The indicator from points (0, 0.5, 1) by code of the sub-category ("1-4")."""
    return score_set(
        [
            DomainIn(
                domain.code,
                domain.title,
                [
                    QuestionIn(one.code, points.get(one.code), "scored" if one.code in points else "open")
                    for one in domain.subcategories
                ],
            )
            for domain in domains()
        ],
        strict=True,
    )


def shares_of(scored: Sequence[CountryScore]) -> list[Share]:
    """For each year and domain: how many countries have a category, and how many of them meet or fully meet."""
    wanted = [ALL, *(domain.code for domain in domains())]
    years = sorted({one.year for one in scored})
    return [
        share_of(year, domain, [one.category(domain) for one in scored if one.year == year])
        for year in years
        for domain in wanted
    ]


def _part(score: Fraction | None, category: int | None, answered: int, missing: Sequence[str]) -> dict[str, Any]:
    return {
        "score": float(score) if score is not None else None,
        "category": category,
        "category_label": CATEGORY_LABELS[category] if category else None,
        "answered": answered,
        "missing": [code.replace("-", ".") for code in missing],
    }
