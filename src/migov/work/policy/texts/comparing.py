"""What became of a text from one version to another, article by article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby
from typing import Literal

from migov.services.clearance import wording
from migov.services.clearance.wording import Span, differences
from migov.work.policy.models import Provision, ProvisionKind, TextVersion
from migov.work.policy.texts.queries import outline, whole

State = Literal["unchanged", "changed", "moved", "renumbered", "new", "dropped"]
ALIKE = 0.55  # likeness from which two articles of different numbers are the same one
SAME_NUMBER = 0.25  # and of the same number
FEWEST_WORDS = 4
LEADING = 200  # characters of an unchanged paragraph that is shown beside what changed
MANY, NEAR = 40_000, 25  # pairs from which only those that stand near each other are looked at


@dataclass(frozen=True)
class Article:
    """An article with all its words, and the headings it stands under."""

    provision: Provision
    words: str
    under: tuple[str, ...] = ()

    @cached_property
    def bag(self) -> frozenset[str]:
        """Its different words, for a first guess at likeness."""
        return frozenset(self.words.casefold().split())


@dataclass(frozen=True)
class Part:
    """Paragraphs of an article that follow each other. number: how many they are. changed: whether anything in them is."""

    spans: tuple[Span, ...]
    number: int
    changed: bool

    @property
    def folded(self) -> bool:
        """Whether it is put aside: unchanged, and longer than a line that leads to what changed."""
        return not self.changed and (self.number > 1 or sum(len(span.text) for span in self.spans) > LEADING)


def parted(spans: Iterable[Span]) -> list[Part]:
    """The spans of an article in turns of changed and unchanged paragraphs. Put together, they are the same words."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        for words in span.text.splitlines(keepends=True):
            lines[-1].append(Span(span.kind, words))
            if words.endswith("\n"):
                lines.append([])
    runs = groupby(filter(None, lines), key=lambda line: any(span.kind != "same" for span in line))
    return [_part([span for line in run for span in line], changed) for changed, run in runs]


def _part(spans: Sequence[Span], changed: bool) -> Part:
    joined = tuple(
        Span(kind, "".join(span.text for span in run)) for kind, run in groupby(spans, key=lambda span: span.kind)
    )
    number = max(
        sum(bool(line.strip()) for line in text.split("\n"))
        for text in (wording.earlier(joined), wording.later(joined))
    )
    return Part(joined, number, changed)


@dataclass(frozen=True)
class Change:
    """What became of an article. before, after: None where it is new, or dropped. likeness: of its words, from 0 to 1.

    moved: it stands under another part or chapter, or in another order. number: it has another one. Both also where words changed.
    """

    state: State
    before: Article | None
    after: Article | None
    likeness: float = 1.0
    moved: bool = False
    renumbered: bool = False

    @cached_property
    def heading(self) -> tuple[Span, ...]:
        """The heading, word by word."""
        return differences(
            self.before.provision.heading if self.before else "", self.after.provision.heading if self.after else ""
        )

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Its words, word by word, in reading order."""
        return differences(self.before.words if self.before else "", self.after.words if self.after else "")

    @cached_property
    def parts(self) -> list[Part]:
        """The same by paragraph, so that pages can fold what did not change."""
        return parted(self.spans)


def articles(provisions: Sequence[Provision]) -> list[Article]:
    """The articles of a version; of a text without articles, whatever stands on the lowest level with words. In reading order."""
    words = whole(provisions)
    by_key = {one.pk: one for one in provisions}
    found = [one for one in provisions if one.kind == ProvisionKind.ARTICLE]
    found = found or [one for one in provisions if one.text and one.kind != ProvisionKind.POINT]

    def under(one: Provision) -> tuple[str, ...]:
        said = []
        at = by_key.get(one.parent_id or 0)
        while at is not None:
            said.append(f"{at.kind} {at.heading or at.number}".casefold())
            at = by_key.get(at.parent_id or 0)
        return tuple(said)

    return [Article(one, words[one.pk], under(one)) for one in found]


def compare(before: TextVersion, after: TextVersion) -> list[Change]:
    """What became of each article, in the order of the later version, dropped ones where they stood. Two queries."""
    return compared(articles(outline(before)), articles(outline(after)))


def compared(old: Sequence[Article], new: Sequence[Article]) -> list[Change]:
    """As `compare`, for articles."""
    pairs = _pairs(old, new)
    by_new = {b: a for a, b in pairs.items()}
    in_order = _longest([pairs[a] for a in sorted(pairs)])
    changes: list[tuple[float, Change]] = []
    for b, later in enumerate(new):
        a = by_new.get(b)
        if a is None:
            changes.append((b, Change("new", None, later, 0.0)))
            continue
        changes.append((b, _change(old[a], later, moved_order=b not in in_order)))
    for a, earlier in enumerate(old):
        if a not in pairs:
            last = max((pairs[one] for one in pairs if one < a), default=-1)
            changes.append((last + 0.5 + a / 1e6, Change("dropped", earlier, None, 0.0)))
    return [change for _place, change in sorted(changes, key=lambda pair: pair[0])]


def _change(earlier: Article, later: Article, *, moved_order: bool) -> Change:
    same = earlier.provision.digest == later.provision.digest
    renumbered = earlier.provision.number != later.provision.number
    moved = earlier.under != later.under or moved_order
    if not same:
        return Change("changed", earlier, later, _likeness(earlier, later), moved, renumbered)
    state: State = "renumbered" if renumbered else "moved" if moved else "unchanged"
    return Change(state, earlier, later, 1.0, moved, renumbered)


def _pairs(old: Sequence[Article], new: Sequence[Article]) -> dict[int, int]:
    """Which article became which: the same words first, then the same number with words alike, then the most alike."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()

    def take(a: int, b: int) -> None:
        pairs[a] = b
        taken.add(b)

    for by_number in (True, False):
        for a, earlier in enumerate(old):
            if a in pairs:
                continue
            for b, later in enumerate(new):
                same = earlier.provision.digest == later.provision.digest
                if b not in taken and same and (not by_number or earlier.provision.number == later.provision.number):
                    take(a, b)
                    break
    options = []
    left, came = [a for a in range(len(old)) if a not in pairs], [b for b in range(len(new)) if b not in taken]
    far = len(left) * len(came) > MANY
    for a in left:
        for b in came:
            earlier, later = old[a], new[b]
            if far and abs(a - b) > NEAR and earlier.provision.number != later.provision.number:
                continue
            same_number = earlier.provision.number == later.provision.number
            guess = _guess(earlier, later)
            if guess < (SAME_NUMBER if same_number else ALIKE) * 0.6:
                continue
            alike = _likeness(earlier, later)
            if alike >= (SAME_NUMBER if same_number else ALIKE):
                options.append((alike + (0.25 if same_number else 0.0), -abs(a - b), a, b))
    for _alike, _near, a, b in sorted(options, reverse=True):
        if a not in pairs and b not in taken:
            take(a, b)
    return pairs


def _guess(earlier: Article, later: Article) -> float:
    both = len(earlier.bag | later.bag)
    return 1.0 if both < FEWEST_WORDS else 2 * len(earlier.bag & later.bag) / (len(earlier.bag) + len(later.bag))


def _likeness(earlier: Article, later: Article) -> float:
    """How much of the words of two articles is the same, in the same order; headings count too."""
    a = f"{earlier.provision.heading} {earlier.words}".casefold().split()
    b = f"{later.provision.heading} {later.words}".casefold().split()
    return (
        SequenceMatcher(None, a, b, autojunk=False).ratio() if len(a) * len(b) < 4_000_000 else _guess(earlier, later)
    )


def _longest(places: Sequence[int]) -> set[int]:
    """The longest run of places that goes up: what did not move."""
    best: list[list[int]] = []
    longest: list[int] = []
    for place in places:
        run: list[int] = []
        for one in best:
            if one[-1] < place and len(one) > len(run):
                run = one
        best.append([*run, place])
        if len(best[-1]) > len(longest):
            longest = best[-1]
    return set(longest)
