"""The figures that stand beside a section, and whether they have changed since its text was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.work.reports.facts import Facts
from migov.work.reports.outlines import Part
from migov.work.reports.progress import Standing, all_indicators, shown

_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[,\u00a0\u202f\u2009 '’](?=\d{3}(?!\d))")
EVERYWHERE = frozenset(
    {"summary", "context", "challenges", "lessons", "next-steps", "sustainability"}
)  # may name any of them


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name and where its rows are. reads: as it is written in a text: "640 people"; empty: no value yet."""

    key: str
    label: str
    reads: str
    url: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that reads otherwise than when a text was written. named: the text says the earlier number."""

    figure: Figure
    was: str
    named: bool

    @property
    def words(self) -> str:
        """What happened to it, in a sentence."""
        said = {"label": self.figure.label, "was": self.was, "now": self.figure.reads}
        if not self.was:
            return _("%(label)s: there was no value when this was written; it is %(now)s now.") % said
        if not self.figure.reads:
            return _("%(label)s: it was %(was)s when this was written; there is no value now.") % said
        return _("%(label)s: it was %(was)s when this was written; it is %(now)s now.") % said


def figures_of(part: Part, facts: Facts) -> list[Figure]:
    """The figures of a section: those of its tables; of one outcome or output, its indicators; of a text on all, every indicator and
    the money."""
    if part.result is not None:
        rows = [row for row in facts.results if row.key == part.result]
        return [_indicator(one) for one in all_indicators(rows)]
    found: list[Figure] = []
    anywhere = part.code in EVERYWHERE
    if anywhere or "results" in part.facts:
        found += [_indicator(one) for one in all_indicators(facts.results)]
    if "people" in part.facts:
        found += _people(facts)
    if anywhere or "money" in part.facts:
        found += _money(facts)
    if "risks" in part.facts:
        url = reverse("proposals:risks", args=[facts.report.project_id]) if facts.proposal else ""
        found.append(Figure("risks:open", _("Open risks"), str(len(facts.risks)), url))
        found.append(Figure("risks:high", _("High risks"), str(facts.high_risks), url))
    return found


def _indicator(one: Standing) -> Figure:
    return Figure(one.anchor, one.title, one.reached if one.actual is not None else "", one.url)


def _people(facts: Facts) -> Iterator[Figure]:
    for one in facts.people:
        indicator = one.indicator
        yield _indicator(indicator)
        if one.female is not None or one.male is not None:
            yield Figure(
                f"{indicator.anchor}:f", _("%s: women and girls") % indicator.title, shown(one.female), indicator.url
            )
            yield Figure(
                f"{indicator.anchor}:m", _("%s: men and boys") % indicator.title, shown(one.male), indicator.url
            )


def _money(facts: Facts) -> Iterator[Figure]:
    url = reverse("projects:money", args=[facts.report.project_id])
    for one in facts.money:
        for code, label, amount in (
            ("budget", _("Budget"), one.budget), ("within", _("Spent in the period"), one.within), ("spent", _("Spent to date"), one.spent),
        ):  # fmt: skip
            if amount is not None:
                yield Figure(f"money:{one.currency}:{code}", label, formats.money(amount, one.currency), url)


def kept(now: Sequence[Figure], before: Mapping[str, str], text: str) -> dict[str, str]:
    """How the figures read when a text was written, after it was saved again: a figure that has changed since stays as it was until the
    text says the new number and no longer the old one.
    """
    found: dict[str, str] = {}
    for figure in now:
        was = before.get(figure.key, figure.reads)
        if was != figure.reads and says(text, figure.reads) and not says(text, was):
            was = figure.reads
        found[figure.key] = was
    return found


def changed(now: Sequence[Figure], before: Mapping[str, str], text: str) -> list[Changed]:
    """The figures that read otherwise than when a text was written; those that it names first."""
    found = [
        Changed(figure, before[figure.key], says(text, before[figure.key]))
        for figure in now
        if figure.key in before and before[figure.key] != figure.reads
    ]
    return sorted(found, key=lambda one: not one.named)


def says(text: str, figure: str) -> bool:
    """Whether a text holds the number of a figure, however its thousands are divided."""
    number = re.search(r"\d[\d.]*", _BETWEEN_THOUSANDS.sub("", figure))
    if number is None:
        return False
    wanted = re.escape(number.group().rstrip("."))
    return re.search(rf"(?<![\d.]){wanted}(?!\d|\.\d)", _BETWEEN_THOUSANDS.sub("", text)) is not None
