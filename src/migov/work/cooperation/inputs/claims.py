"""Where two sentences on the same thing may disagree: figures, obligation, negation. No database; hints, never verdicts.

Two sentences are compared only where enough of their words are the same, since any two sentences differ in something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile

from django.utils.translation import gettext as _

from migov.services.matching.terms import STOP_STEMS
from migov.services.matching.texts import SENTENCE, WORD, stem

FIGURE, MODALITY, NEGATION, REGISTER = "figure", "modality", "negation", "register"
# Part of the shorter sentence's words that the other has: much alike (compared whatever stands in them), alike, where the verb behind
# the modal is the same or more words are shared.
MUCH_ALIKE, ALIKE = 0.75, 0.5
MANY = 4  # words that both have, for negation
LIKE_FIGURES = 0.34  # for figures, where the thing that is counted is the same too
FEWEST = 3  # words that both sentences have

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty""".split()  # noqa: SIM905
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "bn": 1_000_000_000, "m": 1_000_000}
_WRITTEN = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
QUANTITY = re.compile(
    rf"(?<![\w.,/])(?:(?P<digits>\d{{1,3}}(?:[,  ]\d{{3}})+|\d+(?:\.\d+)?)|(?P<tens>{_TENS})-(?P<ones>{_WRITTEN})|(?P<word>{_WRITTEN}))"
    r"(?:\s*(?P<scale>thousand|million|billion|bn|m)\b)?(?P<percent>\s*(?:%|per\s?cent\b))?",
    re.IGNORECASE,
)
DEADLINE = re.compile(
    r"\b(?P<word>(?i:by|before|until|since|from))\s+(?:(?:the\s+)?end\s+of\s+|[A-Z][a-z]+\s+)?(?P<year>(?:19|20)\d\d)\b"
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
MONTHS = frozenset(
    """january february march april may june july august september october november december""".split()  # noqa: SIM905
)
# Words after a number that are no thing counted: what stands behind them is.
QUALIFIERS = frozenset(
    """of the all its their these those our more new other some about nearly almost around over member participating observer partner
    associate additional young women men migrant""".split()  # noqa: SIM905
)
TIME = "time"  # stands for every span of time, so that months are compared with days
DAYS = {"hour": Decimal(1) / 24, "day": Decimal(1), "week": Decimal(7), "month": Decimal(30), "year": Decimal(365)}
SAME_SPAN = Decimal("0.03")  # twelve months are a year
NO_THINGS = frozenset(
    {"article", "objective", "goal", "target", "resolution", "paragraph", "section", "annex", "chapter", "point"}
)
LABELS = re.compile(
    r"\b(?:articles?|objectives?|goals?|targets?|resolutions?|paragraphs?|sections?|annex|chapters?|points?|no\.?|nos\.?)\s*$",
    re.I,
)

MODALS = (
    ("must", re.compile(r"\b(?:must|shall|ha(?:s|ve) to|(?:is|are) (?:required|obliged|bound) to)\b", re.I)),
    ("should", re.compile(r"\b(?:should|ought to|(?:is|are) encouraged to|(?:is|are) called upon to)\b", re.I)),
    ("may", re.compile(r"\b(?:may|might|could|can|(?:is|are) free to|(?:is|are) invited to)\b", re.I)),
    ("will", re.compile(r"\b(?:will|commits? to|undertakes? to|pledges? to)\b", re.I)),
)
NOT = re.compile(
    r"\b(?:not|never|cannot|can't|won't|don't|doesn't|isn't|aren't|shouldn't|nobody|none|neither|nor"
    r"|no(?!\.| later| less| more| fewer| doubt))\b",
    re.I,
)
# What denies nothing that the sentence says: "not only", "by the employer, not by the worker", "is not a favour but a right".
ONLY_NOT = re.compile(
    r"\bnot only\b|\bnot least\b|\bwhether or not\b|,\s*(?:and\s+)?not\s+(?:by|for|from|to|in|on|at|with|of|the|an?|as)\b"
    r"|\b(?:is|are|was|were) not (?:merely |just )?(?:an? |the )?[^,.;]{1,40}\bbut\b",
    re.I,
)
AGAINST = frozenset(stem(word) for word in "oppose reject object disagree refuse decline".split())  # noqa: SIM905
FOR = frozenset(stem(word) for word in "support welcome endorse favour favor agree accept back".split())  # noqa: SIM905
AUXILIARIES = frozenset("be been not also now always have therefore again still only never".split())  # noqa: SIM905
SMALL = frozenset(
    stem(word)
    for word in "must shall should ought may might could can will have has ha required obliged bound encouraged invited".split()  # noqa: SIM905
)


WITHOUT_SUBJECT = STOP_STEMS | SMALL | AGAINST | FOR | {stem(word) for word in (*NUMBER_WORDS, *SCALES)}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a sentence: its value, whether it is a percentage, the thing that is counted (stem), and its own words."""

    value: Decimal
    percent: bool
    thing: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What two sentences may disagree in. kind: FIGURE, MODALITY, NEGATION. words: for people. now, then: the sentences."""

    kind: str
    words: str
    now: str
    then: str


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    found, at = [], 0
    for cut in SENTENCE.finditer(text):
        found.append(text[at : cut.start()])
        at = cut.end()
    found.append(text[at:])
    return [one.strip() for one in found if WORD.search(one)]


def differences(now: str, then: str) -> list[Difference]:
    """Where a paragraph may disagree with an earlier one, sentence by sentence; each kind once for two sentences."""
    return [found for one in sentences(now) for other in sentences(then) for found in between(one, other)]


def between(now: str, then: str) -> Iterator[Difference]:
    """Where two sentences may disagree."""
    mine, theirs = content(now), content(then)
    both = mine & theirs
    if len(both) < FEWEST:
        return
    shared = len(both) / min(len(mine), len(theirs))
    if shared >= LIKE_FIGURES and (words := _figures(now, then)):
        yield Difference(FIGURE, words, now, then)
    much = shared >= MUCH_ALIKE
    if (much or (shared >= ALIKE and _verb(now) and _verb(now) == _verb(then))) and (words := _modality(now, then)):
        yield Difference(MODALITY, words, now, then)
    if (much or (shared > ALIKE and len(both) >= MANY)) and (words := _negation(now, then)):
        yield Difference(NEGATION, words, now, then)


@lru_cache(maxsize=4096)
def content(sentence: str) -> frozenset[str]:
    """The stems of the words that carry what a sentence is about."""
    stems = {stem(word.lower()) for word in WORD.findall(sentence)}
    return frozenset(stems - WITHOUT_SUBJECT)


def quantities(sentence: str) -> list[Quantity]:
    """The numbers of a sentence with what they count. Years, days of a month, numbers of articles and the like are no quantities."""
    found = []
    for match in QUANTITY.finditer(sentence):
        after, before = sentence[match.end() :], sentence[: match.start()]
        if LABELS.search(before):
            continue
        value, thing = value_of(match), _thing(after)
        if thing in DAYS:
            value, thing = value * DAYS[thing], TIME
        elif (match["word"] or "").lower() in ("zero", "one"):
            continue
        plain = match["digits"] and not match["scale"] and not match["percent"]
        if plain and YEAR.fullmatch(match["digits"]):
            continue
        if thing in MONTHS or _month_before(before):
            continue
        if thing or match["percent"]:
            found.append(Quantity(value, bool(match["percent"]), thing, f"{match[0]}{_shown(after)}".strip()))
    return found


def value_of(match: re.Match[str]) -> Decimal:
    if match["digits"]:
        value = Decimal(re.sub(r"[,  ]", "", match["digits"]))
    elif match["tens"]:
        value = Decimal(NUMBER_WORDS[match["tens"].lower()] + NUMBER_WORDS[match["ones"].lower()])
    else:
        value = Decimal(NUMBER_WORDS[match["word"].lower()])
    return value * SCALES[match["scale"].lower()] if match["scale"] else value


def _month_before(before: str) -> bool:
    last = WORD.findall(before[-20:])
    return bool(last) and last[-1].lower() in MONTHS and before.rstrip().lower().endswith(last[-1].lower())


def _thing(after: str) -> str:
    """What is counted: the first word behind a number that is no qualifier."""
    near = re.split(r"[.,;:()]", after, maxsplit=1)[0]
    for word in WORD.findall(near)[:4]:
        low = word.lower()
        if low in QUALIFIERS:
            continue
        return "" if low in NO_THINGS or stem(low) in STOP_STEMS else low if low in MONTHS else stem(low)
    return ""


def _shown(after: str) -> str:
    near = re.split(r"[.,;:()]", after, maxsplit=1)[0]
    counted = takewhile(lambda word: stem(word.lower()) not in STOP_STEMS, WORD.findall(near)[:2])
    return "".join(f" {word}" for word in counted)


def _figures(now: str, then: str) -> str:
    """In words, a figure that differs; empty where none does. Figures that are each of another year may well differ."""
    years, earlier = set(YEAR.findall(now)), set(YEAR.findall(then))
    other_years = bool(years) and bool(earlier) and not years & earlier
    theirs = quantities(then)
    for mine in quantities(now):
        same = [one for one in theirs if one.percent == mine.percent and _counts_same(mine, one)]
        if same and not other_years and not any(_equal(mine, one) for one in same):
            return _("The figures differ: “%(now)s” here, “%(then)s” then.") % {
                "now": mine.words,
                "then": same[0].words,
            }
    dated = {found["word"].lower(): found["year"] for found in DEADLINE.finditer(then)}
    for found in DEADLINE.finditer(now):
        year = dated.get(found["word"].lower())
        if year is not None and year != found["year"]:
            words = {"now": found[0], "then": f"{found['word'].lower()} {year}"}
            return _("The years differ: “%(now)s” here, “%(then)s” then.") % words
    return ""


def _equal(one: Quantity, other: Quantity) -> bool:
    if one.thing == TIME:
        return abs(one.value - other.value) <= SAME_SPAN * max(one.value, other.value)
    return one.value == other.value


def _counts_same(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities count the same thing; percentages also where only one of them names it."""
    return one.thing == other.thing or (one.percent and not (one.thing and other.thing))


def modals(sentence: str) -> list[str]:
    """The kinds of obligation that a sentence has: must, should, may, will."""
    plain = re.sub(r"\b(?:[Ii]n|[Oo]f|[Ss]ince|[Bb]y|\d{1,2})\s+May\b|\bMay\s+(?:19|20)\d\d\b", "", sentence)
    return [name for name, pattern in MODALS if pattern.search(plain)]


def _verb(sentence: str) -> str:
    """The stem of the verb behind the first modal of a sentence; empty where there is none."""
    places = [found.end() for _name, pattern in MODALS if (found := pattern.search(sentence))]
    behind = WORD.findall(sentence[min(places) :]) if places else []
    return next((stem(word.lower()) for word in behind if word.lower() not in AUXILIARIES), "")


def _modality(now: str, then: str) -> str:
    mine, theirs = modals(now), modals(then)
    if len(mine) == 1 and len(theirs) == 1 and mine != theirs and {mine[0], theirs[0]} != {"must", "will"}:
        return _("The obligation differs: “%(now)s” here, “%(then)s” then.") % {"now": mine[0], "then": theirs[0]}
    return ""


def is_against(sentence: str) -> bool:
    """Whether a sentence denies what its words are about: negated, or of a verb that refuses; both at once affirm."""
    stems = [stem(word.lower()) for word in WORD.findall(sentence)]
    denied = len(NOT.findall(ONLY_NOT.sub("", sentence))) + sum(one in AGAINST for one in stems)
    return denied % 2 == 1


def _negation(now: str, then: str) -> str:
    mine, theirs = is_against(now), is_against(then)
    if mine == theirs:
        return ""
    if mine:
        return _("One denies what the other says: negative here, positive then.")
    return _("One denies what the other says: positive here, negative then.")
