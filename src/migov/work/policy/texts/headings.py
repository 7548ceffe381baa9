"""Headings: on the line of the number, below it, above it, in the margin, or only in the table of contents. Each text has its way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from migov.work.policy.texts import inside
from migov.work.policy.texts.lines import MARKER_ONLY, Line, large, small
from migov.work.policy.texts.marks import LEADERS, Heading, Mark
from migov.work.policy.texts.numerals import key
from migov.work.policy.texts.tree import Piece

LONGEST = 250
FULL_LINE = 75  # characters from which a line may have been broken for the width of a page
BEGINS_MARKED = re.compile(r"^[(\[]?(?:\d{1,3}[A-Z]?|[^\W\d_]{1,2})[)\].](?:\s|$)|^\((?:\d|[^\W\d_])|^[–—•*-]\s")
ENDS = re.compile(r"[.;:,!?—–-]$")
DASHED = re.compile(r"^(?P<heading>[^.—]{3,160})\.\s?[—–]+\s*(?P<text>.*)$")
HANGING = re.compile(r"\b(?:of|the|and|for|to|in|by|on|a|an|or|with|from|under|at)$", re.IGNORECASE)
KIND_OF_LAW = re.compile(
    r"\b(?:act|law|bill|convention|directive|regulations?|code|protocol|covenant|charter|constitution|decree|agreement|ordinance|strategy|"
    r"закон\w*|кодекс|заң\w*|мыйзам\w*|ligj\w*|lege|legea|kanun\w*|qanun\w*|qonun\w*|կանոն\w*|օրենք\w*|კანონი|კოდექსი|zakon\w*)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Contents:
    """A table of contents. headings: by number. begins: place of its first line, None where there is none. ends: place after its last."""

    headings: dict[str, str] = field(default_factory=dict)
    begins: int | None = None
    ends: int = 0


@dataclass(slots=True)
class Read:
    """articles: heading by place. below: how many lines after an article's are its heading; before: how many above it.
    boxes: heading of a part or chapter, and the place after it. kept: words of an article's own line that are text.
    """

    articles: dict[int, str] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    boxes: dict[int, tuple[str, int]] = field(default_factory=dict)

    def body(self, one: Mark, lines: Sequence[Line], stop: int) -> list[Line]:
        """The lines of an article without its number and heading."""
        after = list(lines[one.place + 1 + self.below.get(one.place, 0) : stop])
        kept = self.kept.get(one.place, "")
        return [replace(lines[one.place], text=kept, note=""), *after] if kept else after


def tidied(text: str) -> str:
    """A heading without marks at its ends that only part it from what follows."""
    text = re.sub(r"\s+", " ", text).strip().strip("*_").strip()
    text = re.sub(r"^[-–—:.]\s+", "", text)
    return re.sub(r"(?<!\b[A-Z])(?<!etc)[.:]$|[\s—–-]+$", "", text).strip()


def is_heading(text: str) -> bool:
    """Whether a line alone could be a heading: short, begins large, no number, no end of a sentence."""
    return (
        0 < len(text) <= 260
        and not BEGINS_MARKED.match(text)
        and not ENDS.search(text)
        and not small(text)
        and any(sign.isalpha() for sign in text)
    )


def contents(entries: Sequence[Mark], lines: Sequence[Line], body: int, told: int | None) -> Contents:
    """Headings from a table of contents whose entries are known."""
    pointed = sum(1 for one in entries if one.rest.endswith(".")) >= 0.5 * len(entries)
    found: dict[str, str] = {}
    end = 0
    for at, one in enumerate(entries):
        stop = min(entries[at + 1].place if at + 1 < len(entries) else body, one.place + 5)
        said, end = LEADERS.sub("", one.rest[:300]), one.place + 1
        while end < stop:
            text = LEADERS.sub("", lines[end].text[:300])
            more = small(text) or HANGING.search(said) or (pointed and not said.endswith(".")) or not said
            if not more or text.isupper() or BEGINS_MARKED.match(text):
                break
            said = f"{said} {text}".strip()
            end += 1
        found[one.number] = tidied(said)
    return Contents(found, told if told is not None and told < entries[0].place else entries[0].place, end)


def read(lines: Sequence[Line], chosen: Sequence[Mark], boxes: Sequence[Heading], listed: Contents, unit: str) -> Read:
    """The headings of all articles and containers."""
    found = Read()
    tops = {one.place for one in chosen} | {one.place for one in boxes}
    mode = _mode(lines, chosen, tops, listed)
    for one in chosen:
        _article(found, one, lines, tops, mode, listed)
    edges = tops | {place - above for place, above in found.before.items()}
    for box in boxes:
        found.boxes[box.place] = _box(box, lines, edges)
    return found


def _mode(lines: Sequence[Line], chosen: Sequence[Mark], tops: set[int], listed: Contents) -> str:
    """Where this text has its headings: "note", "same", "below", "above", "listed" or nowhere ("")."""
    if not chosen:
        return ""
    least = 0.5 * len(chosen)
    if sum(1 for one in chosen if lines[one.place].note) >= least:
        return "note"
    same = [one for one in chosen if _same_line(one, lines, tops)]
    if len(same) >= least:
        return "same"
    bare = [one for one in chosen if not one.rest]
    below = sum(1 for one in bare if _below(one, lines, tops))
    above = sum(1 for one in chosen if _above(one.place, lines, tops))
    if below >= max(0.5 * len(bare), 1) and len(bare) >= least and below >= above:
        return "below"
    if listed.headings and sum(1 for one in chosen if one.number in listed.headings) >= least:
        return "listed"
    if above >= 0.5 * len(chosen):
        return "above"
    if below >= 0.3 * len(bare) and len(bare) >= least:
        return "below"
    return "same" if len(same) >= 0.2 * len(chosen) else ""


def _same_line(one: Mark, lines: Sequence[Line], tops: set[int]) -> str:
    """The heading on the line of the number, or nothing where it is the text that begins there."""
    rest = one.rest
    if not rest or len(rest) > LONGEST or BEGINS_MARKED.match(rest):
        return ""
    if lines[one.place].level:
        return rest
    if parted := DASHED.match(rest):
        return parted["heading"]
    follows = lines[one.place + 1].text if one.place + 1 < len(lines) and one.place + 1 not in tops else ""
    hangs = rest.endswith(",") and one.unit == "article" and one.strong and small(follows)
    if (rest.endswith((";", ",", ":", "—")) and not hangs) or (rest.endswith((".", "–", "-")) and len(rest) > 100):
        return ""
    after = lines[one.place + 1].text if one.place + 1 < len(lines) and one.place + 1 not in tops else ""
    if not after:
        return rest if len(rest) < 120 and not rest.endswith(".") else ""
    if one.unit == "section" and rest.endswith(".") and len(rest) > 60:
        return ""
    if small(after) and not BEGINS_MARKED.match(after):
        joined = f"{rest} {after}"
        second = lines[one.place + 2].text if one.place + 2 < len(lines) else ""
        goes_on = small(second) and not BEGINS_MARKED.match(second)
        if (
            len(joined) > LONGEST
            or ENDS.search(after)
            or (goes_on and not (one.unit == "article" and one.strong and not ENDS.search(second)))
        ):
            return ""
    return rest


def _below(one: Mark, lines: Sequence[Line], tops: set[int]) -> int:
    """How many lines under the number are its heading."""
    place = one.place + 1
    if place >= len(lines) or place in tops:
        return 0
    text = re.sub(r"^[–—-]\s+", "", lines[place].text)
    if lines[place].level and not BEGINS_MARKED.match(text):
        return 1
    if not is_heading(text) or place + 1 >= len(lines) or place + 1 in tops:
        return 0
    after = lines[place + 1].text
    if not small(after) or BEGINS_MARKED.match(after):
        return 1
    # A heading of two lines: the second is short, and then something new begins.
    second = lines[place + 2].text if place + 2 < len(lines) else ""
    whole = not ENDS.search(after) and len(after) <= 80 and place + 2 not in tops
    return 2 if whole and second and (not small(second) or BEGINS_MARKED.match(second)) else 0


def _pointed(one: Mark, lines: Sequence[Line], tops: set[int], mode: str) -> int:
    """One line under the number, where headings end with a point and stand on the line of the number elsewhere."""
    place = one.place + 1
    if mode != "same" or place + 1 >= len(lines) or place in tops or place + 1 in tops:
        return 0
    text = lines[place].text
    return int(is_heading(text.rstrip(".")) and len(text) < 100 and not small(lines[place + 1].text))


def _above(place: int, lines: Sequence[Line], tops: set[int]) -> int:
    """How many lines over the number are its heading."""
    count = 0
    while count < 3:
        at = place - count - 1
        if at < 0 or at in tops:
            return 0
        text = lines[at].text
        if len(text) > 110 or MARKER_ONLY.match(text) or BEGINS_MARKED.match(text) or re.search(r"[;:,—]$", text):
            return 0
        if count and text.endswith("."):
            return 0
        count += 1
        if small(text):
            continue
        before = lines[at - 1] if at else None
        if (
            before is None
            or at - 1 in tops
            or re.search(r"[.;:”\"]$", before.text)
            or lines[at].gap
            or before.text.isupper()
        ):
            return count
        if count == 1 and large(before.text) and len(before.text) < 60 and at - 2 in tops:
            return count  # under the heading of a chapter
    return 0


def _article(found: Read, one: Mark, lines: Sequence[Line], tops: set[int], mode: str, listed: Contents) -> None:
    place = one.place
    said = ""
    if mode == "note" and lines[place].note:
        said = lines[place].note
        found.kept[place] = one.rest
    elif mode == "same" and (heading := _same_line(one, lines, tops)):
        said = heading
        if (parted := DASHED.match(one.rest)) and not lines[place].level:
            found.kept[place] = parted["text"]
        else:
            below = 0
            while place + below + 1 < len(lines) and place + below + 1 not in tops and below < 3:
                text = lines[place + below + 1].text
                hangs = HANGING.search(said) and len(text) < 120 and not ENDS.search(text.removesuffix("."))
                rest_of_it = _ends_heading(said, text, place + below + 2, lines, tops)
                if not (small(text) or hangs or rest_of_it) or BEGINS_MARKED.match(text) or said.endswith("."):
                    break
                said = f"{said} {text}"
                below += 1
            found.below[place] = below
    elif (
        mode in ("below", "same")
        and not one.rest
        and (below := _below(one, lines, tops) or _pointed(one, lines, tops, mode))
    ):
        said = " ".join(line.text for line in lines[place + 1 : place + 1 + below])
        found.below[place] = below
    else:
        found.kept[place] = one.rest
        if mode == "listed" and one.number in listed.headings:
            said = listed.headings[one.number]
            found.before[place] = _same_above(said, place, lines, tops) or (
                _above(place, lines, tops) if listed.headings and _likely_above(place, lines, said) else 0
            )
        elif mode == "above" and (above := _above(place, lines, tops)):
            said = " ".join(line.text for line in lines[place - above : place])
            found.before[place] = above
    found.articles[place] = tidied(said)


def _ends_heading(said: str, text: str, after: int, lines: Sequence[Line], tops: set[int]) -> bool:
    """Whether a short line is the rest of a heading that filled its line: what follows it is numbered."""
    if len(said) < FULL_LINE or len(text) > 60 or ENDS.search(text) or after >= len(lines) or after in tops:
        return False
    return bool(BEGINS_MARKED.match(lines[after].text)) or (len(text) <= 30 and large(lines[after].text))


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", "", text).casefold()


def _same_above(heading: str, place: int, lines: Sequence[Line], tops: set[int]) -> int:
    """How many lines over the number say what the table of contents says."""
    told = _plain(heading)
    for count in range(1, 5):
        if place - count < 0 or place - count in tops:
            return 0
        if _plain(" ".join(line.text for line in lines[place - count : place])) == told:
            return count
    return 0


def _likely_above(place: int, lines: Sequence[Line], heading: str) -> bool:
    """Whether the line over the number shares most of its words with the heading, though not all."""
    told = set(re.findall(r"\w{4,}", heading.casefold()))
    here = set(re.findall(r"\w{4,}", lines[place - 1].text.casefold())) if place else set()
    return bool(told) and len(told & here) >= 0.6 * max(len(here), 1) and bool(here)


def _box(box: Heading, lines: Sequence[Line], edges: set[int]) -> tuple[str, int]:
    """The heading of a part or chapter, and the place after it."""
    said, place = box.rest, box.place + 1
    if not said and place < len(lines) and place not in edges:
        text = lines[place].text
        if (
            len(text) <= 200
            and not BEGINS_MARKED.match(text)
            and not re.search(r"[;,:]$", text)
            and (len(text) < 120 or not text.endswith("."))
        ):
            said, place = text, place + 1
    while said and place < len(lines) and place not in edges and place - box.place < 6:
        text = lines[place].text
        shouted = said.isupper() and text.isupper() and len(text) > 2
        goes_on = small(text) and not BEGINS_MARKED.match(text) and not ENDS.search(said)
        if not (shouted or goes_on or (HANGING.search(said) and len(text) < 100)):
            break
        said, place = f"{said} {text}", place + 1
    return tidied(said), place


def of_annex(one: Heading, lines: Sequence[Line], stop: int) -> tuple[str, int]:
    """The heading of an annex, and the place after it."""
    return _box(one, lines, {stop})


def rising(found: Sequence[Heading]) -> list[Heading]:
    """Containers whose numbers go up within what holds them; one that leaps back without a new part above it is a reference."""
    kept: list[Heading] = []
    for one in found:
        value = key(one.number, as_roman=True)
        last = next((other for other in reversed(kept) if other.kind == one.kind), None)
        before = key(last.number, as_roman=True) if last else None
        if value is None:
            continue
        if last is not None and before is not None and value <= before:
            between = [other for other in kept if other.place > last.place and other.kind != one.kind]
            if not (value[0] == 1 and between):
                continue
        if before is not None and last is not None and value[0] - before[0] > 10 and value[0] < 10_000:
            continue
        kept.append(one)
    return kept


def by_level(lines: Sequence[Line], levels: Sequence[int], wrapped: bool) -> list[Piece]:
    """The headings of a text without articles: the deepest of them hold the words, those above them are parts and chapters."""
    deepest = max(lines[place].level for place in levels)
    least = min(lines[place].level for place in levels)
    roots: list[Piece] = []
    stack: list[tuple[int, Piece]] = []
    for at, place in enumerate(levels):
        stop = levels[at + 1] if at + 1 < len(levels) else len(lines)
        level = lines[place].level
        bottom = level == deepest or not any(lines[other].level > level for other in levels[at + 1 : at + 2])
        numbered = re.match(r"^(\d+(?:\.\d+)*)\.?\s+(.+)$", lines[place].text)
        kind = "article" if bottom else ("part" if level == least else "chapter" if level == least + 1 else "section")
        piece = Piece(
            kind, numbered[1] if numbered else "",
            tidied(numbered[2] if numbered else lines[place].text), line=lines[place].number,
            unit="section" if kind == "article" else "",
        )  # fmt: skip
        inside.fill(piece, lines[place + 1 : stop], wrapped=wrapped, doubts=[])
        while stack and stack[-1][0] >= level:
            stack.pop()
        (stack[-1][1].children if stack else roots).append(piece)
        stack.append((level, piece))
    return roots


def title_of(lines: Sequence[Line]) -> str:
    """The title of a text, from the words before its first article."""
    if not lines:
        return ""
    heads = [line for line in lines[:40] if line.level == 1]
    if heads:
        return tidied(heads[0].text)
    for at, line in enumerate(lines[:60]):
        text = line.text
        if (
            KIND_OF_LAW.search(text)
            and len(text) <= 200
            and not text.endswith((";", ","))
            and not re.match(r"(?:an )?act to|whereas|being an", text, re.I)
        ):
            after = lines[at + 1].text if at + 1 < len(lines) else ""
            if re.match(r"(?:ON|OF|TO|О|ОБ|ПРО|PËR|O|ЗА)\s", after) and len(after) < 200 and after.isupper():
                text = f"{text} {after}"
            if " " not in text.strip():  # "IMMIGRATION", "A", "BILL"
                before = next(
                    (one.text for one in reversed(lines[:at]) if len(one.text) > 2 and any(map(str.isalpha, one.text))),
                    "",
                )
                text = f"{before} {text}".strip()
            return tidied(text)
    return tidied(lines[0].text)[:300]
