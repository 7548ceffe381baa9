"""First sentences for a section, made from the figures: plain and correct, for a writer who takes them and goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.shell import formats
from migov.work.reports.facts import DONE, RUNNING, Facts
from migov.work.reports.outlines import Part
from migov.work.reports.progress import ResultStanding, Standing, all_indicators, shown, summary_words, told


def sentences_for(part: Part, facts: Facts) -> list[str]:
    """The sentences for a section, one for each item; none where the figures say nothing of it."""
    if part.result is not None:
        row = next((one for one in facts.results if one.key == part.result), None)
        return [_plain(one) for one in _result(row, facts)] if row else []
    make = MAKERS.get(part.code)
    return [_plain(one) for one in make(facts)] if make else []


def _plain(sentence: str) -> str:
    """With spaces that a writer can change: the others only hold figures together on a page."""
    return sentence.replace(formats.NBSP, " ")


def _day(facts: Facts) -> str:
    return formats.day(facts.day)


def _result(row: ResultStanding, facts: Facts) -> Iterator[str]:
    if not row.indicators:
        return
    yield f"{row.short}: {summary_words(row.indicators)}."
    yield from (_one(one, facts) for one in row.indicators if one.actual is not None)
    if missing := [one.title for one in row.indicators if one.state == "late" and one.actual is None]:
        yield _("No verified value yet: %s.") % "; ".join(missing)


def _one(one: Standing, facts: Facts) -> str:
    """How one indicator stands: "People assisted: 640 people of 800 by 30 June 2026, behind."."""
    said = {
        "title": one.title, "reached": one.reached, "target": shown(one.target), "day": _day(facts), "state": one.state_words,
    }  # fmt: skip
    if one.target is None:
        return _("%(title)s: %(reached)s by %(day)s.") % said
    return _("%(title)s: %(reached)s by %(day)s, target %(target)s (%(state)s).") % said


def _summary(facts: Facts) -> Iterator[str]:
    yield from _overall(facts)
    yield from _money(facts)


def _overall(facts: Facts) -> Iterator[str]:
    indicators = list(all_indicators(facts.results))
    if indicators:
        yield _("By %(day)s: %(standing)s.") % {"day": _day(facts), "standing": summary_words(indicators)}


def _progress(facts: Facts) -> Iterator[str]:
    yield from _overall(facts)
    for row in told(facts.results):
        if row.indicators:
            yield f"{row.short}: {summary_words(row.indicators)}."


def _people(facts: Facts) -> Iterator[str]:
    for one in facts.people:
        if one.indicator.actual is None:
            continue
        said = {
            "title": one.indicator.title, "reached": one.indicator.reached, "day": _day(facts), "female": shown(one.female),
            "male": shown(one.male),
        }  # fmt: skip
        if one.female is None and one.male is None:
            yield _("%(title)s: %(reached)s by %(day)s; not known apart by sex.") % said
        else:
            yield (
                _("%(title)s: %(reached)s by %(day)s, of them %(female)s women and girls and %(male)s men and boys.")
                % said
            )


def _plan(facts: Facts) -> Iterator[str]:
    if not facts.plan:
        return
    done, running = (sum(one.state == state for one in facts.plan) for state in (DONE, RUNNING))
    words = ngettext(
        "The work plan has %(all)s activity; by %(day)s, %(done)s was to be finished and %(running)s to be under way.",
        "The work plan has %(all)s activities; by %(day)s, %(done)s were to be finished and %(running)s to be under way.",
        len(facts.plan),
    )
    yield words % {"done": done, "all": len(facts.plan), "day": formats.day(facts.report.ends), "running": running}


def _risks(facts: Facts) -> Iterator[str]:
    if not facts.risks:
        return
    number, high = len(facts.risks), facts.high_risks
    said = ngettext("%(number)s risk is open", "%(number)s risks are open", number) % {"number": number}
    yield _("%(risks)s, %(high)s of high score.") % {"risks": said, "high": high or _("none")}
    if high:
        yield _("The highest: %s.") % "; ".join(one.title for one in facts.risks[:high][:3])


def _money(facts: Facts) -> Iterator[str]:
    for one in facts.money:
        if one.spent is None:
            continue
        said = {
            "day": _day(facts), "spent": formats.money(one.spent, one.currency), "budget": formats.money(one.budget, one.currency),
            "share": formats.percent(one.share), "within": formats.money(one.within or 0, one.currency),
        }  # fmt: skip
        if one.budget:
            yield (
                _(
                    "By %(day)s, %(spent)s of a budget of %(budget)s was spent (%(share)s), of it %(within)s in the period."
                )
                % said
            )
        else:
            yield _("By %(day)s, %(spent)s was spent, of it %(within)s in the period.") % said


MAKERS: dict[str, Callable[[Facts], Iterator[str]]] = {
    "summary": _summary, "progress": _progress, "beneficiaries": _people, "activities": _plan, "risks": _risks, "finance": _money,
}  # fmt: skip
