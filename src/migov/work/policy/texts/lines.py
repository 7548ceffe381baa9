"""Lines of a text as they come out of a file, and what is cleared away before a structure is looked for in them.

Cleared away: running heads and feet, page numbers, numbers of lines in the margin, paragraphs that a web page repeats, a copy of the
whole text in one line, hyphens at the end of a line, and the breaks that links to defined terms leave in a sentence.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]+")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f]")
DIGITS = re.compile(r"\d+")
MARKER_ONLY = re.compile(r"^\(?(?:\d{1,3}[A-Z]?|[^\W\d_]{1,4})(?:[\^.][\w]+)?\)$|^\d{1,3}\.$")
SENTENCE_END = re.compile(r"[.;:!?”\"»)\]–—-]$")
STRUCTURE = re.compile(
    r"^\W*(?:(?:first|second|third) schedule|subsidiary legislation|schedule|annex|appendix|notification)\b",
    re.IGNORECASE,
)
REFERS = re.compile(r"\b(?:sub)?(?:section|paragraph|article|regulation)s?$", re.IGNORECASE)
LINKED = re.compile(r"^[^\W\d](?:.*[^.;:,)])?$")  # begins with a letter, ends no sentence
LITTLE = {"the", "a", "an", "and", "or", "of", "in", "to", "this", "any", "no", "that", "by", "for"}
WRAPPED = 0.3  # of the lines begin with a small letter: the file breaks its sentences where the page ends


@dataclass(slots=True)
class Line:
    """A line. number: in the file, from 1. level: of a heading that the file marks as one, 0 for others. gap: a blank line stands before.

    note: words that stood beside it in the margin.
    """

    text: str
    number: int
    level: int = 0
    gap: bool = False
    note: str = ""


@dataclass(slots=True)
class Cleared:
    """wrapped: sentences run over several lines. doubts: what was left out, for people."""

    lines: list[Line]
    wrapped: bool = False
    doubts: list[str] = field(default_factory=list)


def small(text: str) -> bool:
    """Whether words begin with a small letter. Georgian has none that are large."""
    return text[:1].islower() and not "ა" <= text[0] <= "ჿ"


def large(text: str) -> bool:
    """Whether words begin with a large letter, or with one of a script that has no small ones."""
    return text[:1].isalpha() and not small(text)


def of_text(text: str) -> list[Line]:
    """The lines of a plain text; form feeds part pages."""
    return [Line(one, number) for number, one in enumerate(re.split(r"\r\n|\r|\n|\f|\u2028", text), 1)]


def clear(given: Sequence[Line]) -> Cleared:
    """Lines without what does not belong to the text, sentences that links broke joined again."""
    found = Cleared([])
    lines: list[Line] = []
    gap = False
    for line in given:
        text = SPACES.sub(" ", UNSEEN.sub("", line.text.replace("\u00ad", ""))).strip()
        if not text:
            gap = True
            continue
        lines.append(replace(line, text=text, gap=gap))
        gap = False
    lines = _superscripts(lines)
    lines = _repeated(lines, found)
    lines = _pages(lines, found)
    lines = _broken_by_links(lines)
    going_on = sum(1 for line in lines if small(line.text) and not re.match(r"\w{1,3}[).]", line.text))
    found.wrapped = len(lines) > 20 and going_on / len(lines) > WRAPPED / 2
    found.lines = lines
    return found


def _superscripts(lines: list[Line]) -> list[Line]:
    """ "(z", "3", ") a centre" is "(z^3) a centre": a raised number that became a line of its own."""
    kept: list[Line] = []
    place = 0
    while place < len(lines):
        here = lines[place]
        after = lines[place + 1 : place + 3]
        if (
            len(after) == 2
            and re.search(r"(?:^|\s)\(?[^\W\d_]{1,2}$|\d$", here.text)
            and re.fullmatch(r"\d{1,2}", after[0].text)
            and re.match(r"\)|\.\s", after[1].text)
            and len(here.text) <= 6
        ):
            kept.append(replace(here, text=f"{here.text}^{after[0].text}{after[1].text}"))
            place += 3
            continue
        kept.append(here)
        place += 1
    return kept


def _repeated(lines: list[Line], found: Cleared) -> list[Line]:
    """Without paragraphs said twice in a row, where the whole file does so, and without lines that hold all that follows."""
    kept: list[Line] = []
    copies = 0
    for place, line in enumerate(lines):
        if len(line.text) > 200:
            after: list[str] = []
            for other in lines[place + 1 : place + 30]:
                if other.text != line.text and other.text not in after:
                    after.append(other.text)
                if len(after) == 3:
                    break
            least = 3 if len(line.text) > 2000 else 2
            said = [text for text in after[:3] if len(text) > 5 and text in line.text]
            if len(said) >= least and len(said) == len(after) and sum(map(len, said)) < len(line.text):
                copies += 1
                if len(line.text) > 2000:
                    found.doubts.append(
                        f"Line {line.number} holds the text that follows once more, in one piece; it was left out."
                    )
                continue
        kept.append(line)
    same = sum(1 for a, b in itertools.pairwise(kept) if a.text == b.text and len(a.text) > 12)
    if same > 10 and same > 0.2 * len(kept):
        once = [line for place, line in enumerate(kept) if not place or line.text != kept[place - 1].text]
        found.doubts.append(f"{len(kept) - len(once)} lines stand twice or more in a row; each was taken once.")
        return once
    return kept


def _pages(lines: list[Line], found: Cleared) -> list[Line]:
    """Without running heads and feet, told by page numbers that grow and by what stands beside them again and again."""
    if len(lines) < 60:
        return lines
    numbers = [place for place, line in enumerate(lines) if re.fullmatch(r"[-–—]?\s?\d{1,4}\s?[-–—]?", line.text)]
    numbers = [
        place for place in numbers if lines[place].gap or not place or not _asks_for_number(lines[place - 1].text)
    ]
    away = set(numbers) if len(numbers) >= 5 else set()
    shapes: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if len(line.text) <= 90 and DIGITS.search(line.text) and place not in away:
            numbers_in = DIGITS.findall(line.text)
            if line.text.startswith(numbers_in[0]):
                shapes["#" + line.text[len(numbers_in[0]) :]].append(place)
            if line.text.endswith(numbers_in[-1]):
                shapes[line.text[: -len(numbers_in[-1])] + "#"].append(place)
    for places in shapes.values():
        places = sorted(set(places))
        if len(places) < 4 or min(b - a for a, b in itertools.pairwise(places)) < 6:
            continue
        words = re.sub(r"[\W\d_]", "", lines[places[0]].text)
        if len(words) >= 4 and not re.match(
            r"(?:article|section|part|chapter|schedule|form)\b", lines[places[0]].text, re.I
        ):
            away.update(places)
    _beside(lines, away)
    if len(away) > 8:
        found.doubts.append(f"{len(away)} lines were taken for page heads, feet or numbers and left out.")
        kept = []
        gap = False
        for place, line in enumerate(lines):
            if place in away:
                gap = True
            else:
                kept.append(replace(line, gap=line.gap or gap))
                gap = False
        return kept
    return lines


def _asks_for_number(text: str) -> bool:
    return bool(
        re.fullmatch(r"(?:article|section|part|chapter|schedule|статья|стаття|мუხლი|neni|член|члан)\.?", text, re.I)
    )


def _beside(lines: list[Line], away: set[int]) -> None:
    """Add lines that say the same over and over, and nearly always beside one that is taken away."""
    parted = _parted(lines)
    for _round in range(3):
        places: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(lines):
            alone = not parted or (line.gap and (place + 1 == len(lines) or lines[place + 1].gap))
            if place not in away and alone and len(line.text) <= 60 and not MARKER_ONLY.match(line.text):
                places[line.text].append(place)
        more: set[int] = set()
        for same in places.values():
            if len(same) >= 5:
                near = sum(1 for place in same if ({place - 1, place + 1} & away) or ({place - 2, place + 2} & more))
                ends = SENTENCE_END.search(lines[same[0]].text.rstrip("]"))
                if near >= 0.8 * len(same) and not ends and _regular(same) and not STRUCTURE.match(lines[same[0]].text):
                    more.update(same)
        if not more:
            return
        away |= more


def _parted(lines: Sequence[Line]) -> bool:
    """Whether blank lines part the paragraphs of the file."""
    return sum(1 for line in lines if line.gap) > 0.15 * len(lines)


def _regular(places: Sequence[int]) -> bool:
    """Whether something comes again after about the same number of lines, as pages do."""
    steps = sorted(b - a for a, b in itertools.pairwise(places))
    middle = steps[len(steps) // 2]
    return middle >= 8 and sum(1 for step in steps if 0.35 * middle <= step <= 2.6 * middle) >= 0.7 * len(steps)


def _broken_by_links(lines: list[Line]) -> list[Line]:
    """Sentences that a web page broke around linked terms ("The", "Minister", "may …"), in one piece again."""
    alone = Counter(
        line.text for line in lines if 1 <= line.text.count(" ") + 1 <= 5 and not MARKER_ONLY.match(line.text)
    )
    opened = {b.text for a, b in itertools.pairwise(lines) if a.text in {"“", '"', "«"} and b.text.count(" ") < 6}
    linked = {
        text for text, times in alone.items() if times >= 6 and text.lower() not in LITTLE and LINKED.match(text)
    } | opened
    linked |= {
        b.text
        for b in lines
        if re.fullmatch(r"(?:sub)?(?:section|article|regulation|part|schedule)s? \d+[A-Z]?", b.text)
    }
    if _parted(lines) or (len(opened) < 2 and sum(alone[text] for text in linked) < max(30, 0.04 * len(lines))):
        return lines
    kept: list[Line] = []
    open_link = False
    for line in lines:
        text = line.text
        is_link = text in linked and not MARKER_ONLY.match(text)
        before = kept[-1] if kept else None
        marker = before is not None and MARKER_ONLY.match(before.text)
        refers = before is not None and not line.gap and bool(REFERS.search(before.text)) and MARKER_ONLY.match(text)
        goes_on = small(text) or text[:1] in ",;.:)]”’—–" or (text[:1] == '"' and len(text) > 1)
        joined = (
            before is not None
            and not marker
            and (
                refers
                or (is_link and not SENTENCE_END.search(before.text) and not line.level)
                or (open_link and goes_on)
                or before.text in {"“", '"', "«"}
                or (is_link and before.text.endswith(("“", "—")) and len(before.text) < 3)
                or (open_link and text.startswith(("No.", "“")))
            )
        )
        if joined and before is not None:
            glue = (
                ""
                if text[:1] in ",;.:)]”’"
                or before.text == '"'
                or before.text.endswith(("“", "«", "("))
                or text.startswith('"')
                else " "
            )
            kept[-1] = replace(before, text=before.text + glue + text)
        else:
            kept.append(line)
        open_link = is_link or bool(refers)
    return kept
