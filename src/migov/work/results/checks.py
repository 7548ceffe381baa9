"""What is odd about reported values: pure rules over one entry and what was known before. Nothing is changed here.

`must` findings hinder handing in; the others are shown to who enters and to who verifies, and a comment may explain them.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from migov.foundation.shell.formats import number
from migov.work.results.models import AcrossPeriods, Measure
from migov.work.results.shapes import FRACTIONS, IN_WORDS, Amount

LEAST_HISTORY = 4  # values before an outlier can be told
FAR = 5.0  # median absolute deviations from the median
JUMP = 10  # times the largest value before, where history is short
STALE = 3  # equal values in a row


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd. code: for tests and filters; must: it hinders handing in; part: the key of the slice ("" for the whole)."""

    code: str
    text: str
    must: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The amount of a slice: its dimensions ("sex", "age|sex") and whether these are known to leave nobody out."""

    key: str
    family: str
    amount: Amount
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """One entry with what is needed to judge it. earlier: wholes of the periods before, oldest first."""

    measure: str
    across_periods: str
    counts_people: bool
    ascending: bool | None
    whole: Amount
    parts: Sequence[Part]
    earlier: Sequence[Decimal] = ()
    target: Decimal | None = None
    by_place: bool = False


def check(reported: Reported) -> list[Finding]:
    """All findings, those that hinder first."""
    found = [finding for rule in RULES for finding in rule(reported)]
    return sorted(found, key=lambda finding: not finding.must)


def _nothing(of: Reported) -> list[Finding]:
    if of.whole.is_empty and all(part.amount.is_empty for part in of.parts):
        return [Finding("empty", _("No value was entered."), must=True)]
    return []


def _halves(of: Reported) -> list[Finding]:
    """A fraction needs both its numbers."""
    if of.measure not in FRACTIONS:
        return []
    found = []
    for key, amount in _all(of):
        if (amount.numerator is None) != (amount.denominator is None):
            lacking = _("denominator") if amount.denominator is None else _("numerator")
            found.append(Finding("half", _("The %s is missing.") % lacking, must=True, part=key))
        elif amount.value is not None and amount.numerator is None and not key:
            found.append(
                Finding(
                    "alone", _("Without numerator and denominator this cannot be put together with other projects.")
                )
            )
    return found


def _bounds(of: Reported) -> list[Finding]:
    found = []
    for key, amount in _all(of):
        if amount.value is None:
            continue
        if of.measure == Measure.PERCENTAGE and amount.value > 100:
            found.append(Finding("over-100", _("%s %% is more than 100 %%.") % _n(amount.value), must=True, part=key))
        if of.measure in FRACTIONS and amount.numerator is not None and amount.numerator < 0:
            found.append(Finding("negative", _("The numerator is below zero."), must=True, part=key))
        if of.counts_people and amount.value < 0:
            found.append(Finding("negative", _("A number of people cannot be below zero."), must=True, part=key))
        if of.counts_people and of.measure == Measure.NUMBER and amount.value != amount.value.to_integral_value():
            found.append(Finding("fraction", _("%s is no whole number of people.") % _n(amount.value), part=key))
    return found


def _parts(of: Reported) -> list[Finding]:
    """Parts of one family of dimensions against the whole. Fractions are compared by their denominators."""
    if of.measure in IN_WORDS or of.measure not in {Measure.NUMBER, *FRACTIONS}:
        return []
    figure: Callable[[Amount], Decimal | None] = (
        (lambda amount: amount.denominator) if of.measure in FRACTIONS else (lambda amount: amount.value)
    )
    whole = figure(of.whole)
    families: dict[str, list[Part]] = {}
    for part in of.parts:
        if figure(part.amount) is not None:
            families.setdefault(part.family, []).append(part)
    found = []
    for family, parts in families.items():
        total = sum((figure(part.amount) or Decimal(0) for part in parts), start=Decimal(0))
        words = {"family": family.replace("|", ", "), "total": _n(total), "whole": _n(whole or Decimal(0))}
        if whole is None:
            found.append(
                Finding("no-whole", _("There are parts by %(family)s (together %(total)s) and no total.") % words)
            )
        elif total > whole:
            found.append(
                Finding(
                    "parts-over",
                    _("The parts by %(family)s make %(total)s, more than the total of %(whole)s.") % words,
                    must=True,
                )
            )
        elif total < whole and all(part.complete for part in parts):
            found.append(Finding("parts-under", _("The parts by %(family)s make %(total)s of %(whole)s.") % words))
    return found


def _fall(of: Reported) -> list[Finding]:
    """A running total does not fall."""
    if of.across_periods != AcrossPeriods.LATEST or of.ascending is False or of.whole.value is None or not of.earlier:
        return []
    if of.measure == Measure.NUMBER and of.whole.value < of.earlier[-1]:
        words = {"now": _n(of.whole.value), "before": _n(of.earlier[-1])}
        return [Finding("fall", _("The running total falls from %(before)s to %(now)s.") % words)]
    return []


def _outlier(of: Reported) -> list[Finding]:
    """Far from what was reported before: by median and median absolute deviation, or many times the largest where little is known."""
    if of.whole.value is None or of.measure not in {Measure.NUMBER, Measure.INDEX, *FRACTIONS} or not of.earlier:
        return []
    value, before = float(of.whole.value), [float(one) for one in of.earlier]
    middle = statistics.median(before)
    if len(before) >= LEAST_HISTORY:
        spread = statistics.median(abs(one - middle) for one in before) or 0.05 * abs(middle)
        if spread and abs(value - middle) > FAR * spread and abs(value - middle) > 0.5 * abs(middle):
            words = {"now": _n(of.whole.value), "usual": number(middle)}
            return [Finding("outlier", _("%(now)s is far from what is usual here (%(usual)s).") % words)]
    elif max(before) > 0 and value > JUMP * max(before):
        words = {"now": _n(of.whole.value), "before": number(max(before))}
        return [Finding("outlier", _("%(now)s is more than ten times the largest value before (%(before)s).") % words)]
    return []


def _stale(of: Reported) -> list[Finding]:
    """The same number again and again."""
    value = of.whole.value
    if value is None or not value or of.measure not in {Measure.NUMBER, *FRACTIONS}:
        return []
    if len(of.earlier) >= STALE - 1 and all(one == value for one in of.earlier[-(STALE - 1) :]):
        return [Finding("stale", _("The same value as in the %s periods before.") % (STALE - 1))]
    return []


def _beyond(of: Reported) -> list[Finding]:
    """Far beyond the target: either the target or the value is wrong."""
    if of.whole.value is not None and of.target and of.target > 0 and of.whole.value > 5 * of.target:
        words = {"now": _n(of.whole.value), "target": _n(of.target)}
        return [Finding("beyond", _("%(now)s is more than five times the target of %(target)s.") % words)]
    return []


RULES = (_nothing, _halves, _bounds, _parts, _fall, _outlier, _stale, _beyond)


def _all(of: Reported) -> list[tuple[str, Amount]]:
    return [("", of.whole), *((part.key, part.amount) for part in of.parts)]


def _n(value: Decimal) -> str:
    return number(value)


def hindering(findings: Sequence[Finding]) -> list[Finding]:
    """Those that hinder handing in."""
    return [finding for finding in findings if finding.must]


def words_of(findings: Sequence[Finding], labels: Mapping[str, str] | None = None) -> str:
    """Findings as one text; `labels` names the parts."""
    names = labels or {}
    return " ".join(f"{names.get(one.part, one.part)}: {one.text}" if one.part else one.text for one in findings)
