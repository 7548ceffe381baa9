"""Which lines may begin an article, a part, a chapter or an annex."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from migov.work.policy.texts import words
from migov.work.policy.texts.lines import Line, large
from migov.work.policy.texts.numerals import Key, key, roman, tidy

QUOTES = "“\"«„‘'”"
AMENDS = re.compile(
    r"(?:insert|substitut|add|replac|read|follow|изложить|дополнить|викласти|доповнити|заменить)\w*\b[^.]{0,80}[:—–-]\s*-?$",
    re.IGNORECASE,
)
LEADERS = re.compile(r"[\s.…·_]{4,}\d{0,4}$|\s\.{2,}\s*\d{1,4}$|\t\d{1,4}$")


@dataclass(slots=True)
class Mark:
    """A line that may begin a unit. rest: the words after its number. strong: the line shows it by its form."""

    place: int
    unit: str
    number: str
    key: Key
    rest: str
    strong: bool = False


@dataclass(slots=True)
class Heading:
    """A line that begins a part, chapter, section or annex."""

    place: int
    kind: str
    number: str
    rest: str


def quoted(lines: Sequence[Line]) -> set[int]:
    """Places of lines inside quoted text of another law: what an amendment inserts there is no article here."""
    inside: set[int] = set()
    closes = ""
    since = 0
    for place, line in enumerate(lines):
        text = line.text
        if not closes:
            if text[:1] in QUOTES and place and AMENDS.search(lines[place - 1].text):
                closes = {"“": "”", "«": "»", "„": "“”", "‘": "’", '"': '"', "'": "'", "”": "”"}[text[0]]
                since = place
                inside.add(place)
                if re.search(rf"[{closes}][.;,]*$", text[1:]):
                    closes = ""
            continue
        if place - since > 300:
            inside -= set(range(since + 1, place))
            closes = ""
            continue
        inside.add(place)
        if re.search(rf"[{closes}][.;,]*(?:\s*(?:and|or))?$", text):
            closes = ""
    return inside


def articles(lines: Sequence[Line], away: set[int]) -> dict[str, list[Mark]]:
    """Lines that begin an article by a word for it, by that word: a text in two languages has two series."""
    found: dict[str, list[Mark]] = {}
    all_roman = False
    matched = []
    for place, line in enumerate(lines):
        if place in away or not line.text or len(line.text) > 4000:
            continue
        head = line.text[0]
        hit = None
        if large(head) or head == "§":
            hit = words.ARTICLE_LINE.match(line.text)
        elif head.isdigit():
            hit = words.ARTICLE_AFTER_LINE.match(line.text)
        if hit and (line.level or _begins(hit, lines, place)):
            matched.append((place, hit))
    numbers = [tidy(hit["number"]) for _place, hit in matched]
    all_roman = sum(1 for one in numbers if roman(one)) > 0.6 * max(len(numbers), 1)
    for place, hit in matched:
        value = key(hit["number"], as_roman=all_roman)
        if value is None:
            continue
        unit = words.KIND_OF_ARTICLE[hit["word"].casefold()]
        rest = hit["rest"].strip().lstrip(".:–—-").strip()
        strong = not rest or bool(hit["mark"].strip()) or lines[place].level > 0
        found.setdefault(hit["word"].casefold(), []).append(Mark(place, unit, tidy(hit["number"]), value, rest, strong))
    return found


def _begins(hit: re.Match[str], lines: Sequence[Line], place: int) -> bool:
    """Whether a line that names an article begins it, and does not only refer to it."""
    rest, mark = hit["rest"], hit["mark"].strip()
    if not rest.strip():
        after = lines[place + 1].text if place + 1 < len(lines) else ""
        before = lines[place - 1].text if place else ""
        refers = (
            bool(re.search(r"\b(?:under|of|in|to|by|and|or|with|see|per|from)$|,$", before)) and not lines[place].gap
        )
        return not (refers or re.match(r"[,;)]|(?:of|and|or|shall|to|is|are|paragraph)\b", after))
    if mark:
        return not (mark == "." and re.match(r"\s*[a-z]", rest)) and not rest.lstrip().startswith((",", ";"))
    first = rest.lstrip()
    if first[0] in ",;)/":
        return False
    if rest[0] == "(":
        return False  # "Article 5(1)" is how one refers to it
    if first[0] == "(":
        return bool(re.match(r"\(\d+\)\s+[^\W\d_a-z]", first))
    return large(first) or first[0] in QUOTES


def sections(lines: Sequence[Line], away: set[int]) -> list[Mark]:
    """Lines that begin a section by its number alone: "12. Heading", "12. (1) …"."""
    found = []
    for place, line in enumerate(lines):
        if place in away or not line.text[:1].isdigit():
            continue
        hit = words.SECTION_LINE.match(line.text)
        if not hit:
            continue
        rest = hit["rest"].strip()
        if rest and not (large(rest) or rest[0] in QUOTES + "(["):
            continue
        value = key(hit["number"])
        if value is not None:
            found.append(
                Mark(place, "section", tidy(hit["number"]), value, rest, bool(re.match(r"\((?:1|a|i)\)", rest)))
            )
    return found


def containers(lines: Sequence[Line], away: set[int], unit: str) -> list[Heading]:
    """Lines that begin a part, title, chapter or section. unit: how articles are called here, which then is no container."""
    found = []
    for place, line in enumerate(lines):
        text = line.text
        if place in away or len(text) > 300 or not text[:1].isalnum():
            continue
        hit = words.CONTAINER_LINE.match(text) or words.CONTAINER_AFTER_LINE.match(text)
        if not hit or not (large(text) or text[0].isdigit()):
            continue
        kind = words.kind_of_container(hit["word"])
        if kind == "section" and unit == "section" and hit["word"].casefold() == "section":
            continue
        number, rest, mark = tidy(hit["number"]), hit["rest"].strip(), hit["mark"].strip()
        if key(number, as_roman=True) is None or (
            number.isalpha() and len(number) > 3 and not roman(number) and key(number) is None
        ):
            continue
        if not mark and rest and not line.level and not large(rest):
            continue
        if (
            rest[:1] in {",", ";", ")", "("}
            or re.search(r"[;,]$", text)
            or (len(rest) > 20 and rest.endswith(".") and not mark)
        ):
            continue
        if not rest and place + 1 < len(lines) and re.match(r"(?:of|or|and|to|shall)\b|[,;)]", lines[place + 1].text):
            continue
        found.append(Heading(place, kind, number, rest.lstrip(".:–—- ")))
    return found


def bare_chapters(lines: Sequence[Line], away: set[int]) -> list[Heading]:
    """Lines that begin a chapter by a Roman numeral alone, told by capitals or by the file; only where they count from I."""
    found: list[Heading] = []
    for place, line in enumerate(lines):
        hit = words.BARE_CHAPTER.match(line.text) if place not in away else None
        if not hit or not (line.level or hit["rest"].isupper()) or re.search(r"[;,:]$", line.text):
            continue
        if roman(hit["number"]) == len(found) + 1:
            found.append(Heading(place, "chapter", hit["number"], hit["rest"].strip()))
    return found if len(found) >= 2 else []


def schedules(lines: Sequence[Line], away: set[int]) -> list[Heading]:
    """Lines that begin an annex or schedule."""
    found = []
    for place, line in enumerate(lines):
        text = line.text
        if place in away or len(text) > 160:
            continue
        before = words.ARTICLE_LINE.match(lines[place - 1].text) if place else None
        if before and not before["rest"].strip():
            continue  # the heading of an article on annexes
        if words.ATTACHED.match(text):
            found.append(Heading(place, "attached", "", ""))
            continue
        hit = words.SCHEDULE_LINE.match(text)
        if not hit or re.search(r"[.;,:]$", text):
            continue
        rest, word = hit["rest"].strip(), hit["word"]
        shouted = word.isupper() or line.level > 0 or (large(word) and not word[0].isupper())
        if rest and not shouted and not hit["mark"].strip():
            continue
        if rest[:1] in {",", ";", ")"} or (
            not (hit["number"] or hit["before"]) and rest and not hit["mark"].strip() and not text.isupper()
        ):
            continue
        if not (large(word) or shouted):
            continue
        number = tidy(hit["number"] or (hit["before"] or "").capitalize())
        found.append(Heading(place, "schedule", number, rest.lstrip(".:–—- ")))
    return found
