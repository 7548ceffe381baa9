"""What stands inside an article: paragraphs and points, however they are numbered, by the sequence of their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from migov.work.policy.texts.lines import MARKER_ONLY, Line, small
from migov.work.policy.texts.numerals import letter_value, roman, tidy
from migov.work.policy.texts.tree import Piece

BRACKETED = re.compile(
    r"^[(\[]?(?P<number>\d{1,3}[A-Z]{0,2}(?:\^\d+)?|[^\W\d_]{1,5}(?:[.^][\w]{1,3})?|\d{1,2}\.\d{1,2})[)\]](?P<rest>.*)$"
)
POINTED = re.compile(
    r"^(?P<number>\d{1,3}[A-Z]?(?:\^\d+|\.\d{1,3}){0,3})\.(?:\s|$)(?P<rest>.*)$|^(?P<letter>[^\W\d_])\.\s(?P<more>.*)$"
)
MULTILEVEL = re.compile(r"^(?P<number>\d{1,3}(?:\.\d{1,3}){1,3})\s+(?P<rest>(?=[^\W\da-z]).*)$")
DASHED = re.compile(r"^[–—•▪·*-]\s+(?P<rest>\S.*)$")
LOST = re.compile(r"^\)\s+(?P<rest>\S.*)$")
REFERS = re.compile(
    r"\b(?:sub)?(?:section|paragraph|article|regulation|point|clause|part)s?$|\S\s+(?:of|and|or|to|under)$|\)\s*,$",
    re.IGNORECASE,
)
ITEM_ENDS = re.compile(r"[;,]\s*(?:and|or)$", re.IGNORECASE)
OPEN = re.compile(r"[^.;:!?”\"»)\]–—-]$|\b(?:or|and)$")
FARTHEST = 6


@dataclass(slots=True)
class Level:
    """A list that is open. form: how its numbers are written. value: of the last one."""

    form: str
    value: float
    owner: Piece
    last: Piece


def fill(piece: Piece, lines: Sequence[Line], *, wrapped: bool, doubts: list[str]) -> None:
    """Put the lines of a piece into it: its own text, and below it paragraphs, points and what follows them."""
    levels: list[Level] = []
    place = piece
    before = ""
    for line in _with_markers(lines):
        rest = line.text
        began = False
        while found := _marker(rest, before, wrapped and not began):
            form, number, options, after = found
            if began and form != "()":
                break
            level = _level(levels, options, form, first=not levels and not piece.children)
            if level is None:
                break
            at, value, doubt = level
            if doubt:
                doubts.append(f"Line {line.number}: {_said(piece)}: {doubt.format(number=number)}")
            owner = piece if at == 0 else levels[at - 1].last
            kind = "paragraph" if owner is piece and number[:1].isdigit() else "point"
            place = Piece(kind, tidy(number), line=line.number)
            owner.children.append(place)
            del levels[at:]
            levels.append(Level(options[0][0] if len(options) == 1 else _form_of(options, value), value, owner, place))
            rest, began = after.strip(), True
            before = ""
        if not rest:
            before = ""
            continue
        if began:
            place.text = rest
        else:
            place = _plain(piece, levels, place, line, before, wrapped)
        before = rest


def _said(piece: Piece) -> str:
    return f"{piece.unit or piece.kind} {piece.number}".strip()


def _form_of(options: list[tuple[str, float]], value: float) -> str:
    return next(form for form, of in options if of == value)


def _with_markers(lines: Sequence[Line]) -> list[Line]:
    """Lines with a number that stands alone put before the words it belongs to; several in a row, before the blocks that follow."""
    kept: list[Line] = []
    waiting: list[str] = []
    fresh = False
    for line in lines:
        if MARKER_ONLY.match(line.text):
            waiting.append(line.text)
            fresh = True
        elif waiting and (fresh or line.gap):
            kept.append(replace(line, text=f"{waiting.pop(0)} {line.text}"))
            fresh = False
        else:
            kept.append(line)
    return kept


def _marker(text: str, before: str, wrapped: bool) -> tuple[str, str, list[tuple[str, float]], str] | None:
    """How a line is numbered: the form, the number, what it may mean, and the words after it; None where it is not."""
    if found := BRACKETED.match(text):
        number, rest = found["number"], found["rest"]
        if rest[:1] in {",", ";", "."} or (wrapped and _refers(before, number)):
            return None
        if wrapped and number.isdigit() and re.match(r"\s*[a-z]", rest):
            return None
        return "()", number, _options(number, "()"), rest
    if found := MULTILEVEL.match(text):
        return "..", found["number"], [("..", _dotted(found["number"]))], found["rest"]
    if found := POINTED.match(text):
        number = found["number"] or found["letter"]
        rest = found["rest"] if found["number"] else found["more"]
        if wrapped and (_refers(before, number) or small(rest)):
            return None
        if "." in number:
            return "..", number, [("..", _dotted(number))], rest
        return ".", number, _options(number, "."), rest
    if found := DASHED.match(text):
        return "-", "", [("-", 0.0)], found["rest"]
    if found := LOST.match(text):
        return "lost", "", [("lost", 0.0)], found["rest"]
    return None


def _refers(before: str, number: str) -> bool:
    """Whether a number at the beginning of a line goes on a reference of the line before: "under section 5 or", "(6)"."""
    if ITEM_ENDS.search(before):
        return False
    return bool(REFERS.search(before)) or (before.endswith(",") and number[:1].isdigit())


def _dotted(number: str) -> float:
    value = 0.0
    for part in number.split("."):
        value = value * 100 + int(re.match(r"\d+", part)[0])  # type: ignore[index]
    return value


def _options(number: str, mark: str) -> list[tuple[str, float]]:
    """What a number may be: of which form, and which place it has there. (i) may be the ninth letter or the first Roman numeral."""
    head, sub = number, 0.0
    if found := re.match(r"^(.+?)\^(\w+)$", number):
        head, sub = found[1], (int(found[2]) if found[2].isdigit() else letter_value(found[2][0])) / 100
    elif found := re.match(r"^([^\W\d_]+)\.(\w+)$", number):
        return [(f"{mark}a.a", float(letter_value(found[2][0]) if not found[2].isdigit() else int(found[2])))]
    if found := re.match(r"^(\d+)([A-Z]*)$", head):
        return [(f"{mark}1", int(found[1]) + sub + sum(letter_value(letter) for letter in found[2]) / 100)]
    if not head.isalpha():
        return []
    case = "A" if head.isupper() else "a"
    options: list[tuple[str, float]] = []
    if len(head) == 1:
        options.append((f"{mark}{case}", letter_value(head) + sub))
    elif len(head) == 2 and head[0] == head[1]:
        options.append((f"{mark}{case}", (26 if head.isascii() else 40) + letter_value(head[0]) + sub))
    elif len(head) == 2 and head[0].casefold() == "z":
        options.append((f"{mark}{case}", 26 + letter_value(head[1]) / 100))
    if value := roman(head):
        options.append((f"{mark}{case}i", value + sub))
    return options


def _level(
    levels: list[Level], options: list[tuple[str, float]], form: str, *, first: bool
) -> tuple[int, float, str] | None:
    """Which list a number goes on, as its place among the open ones, or one more for a new list; None where it is only text."""
    depth = len(levels)
    if form in ("-", "lost"):
        at = next((at for at in range(depth - 1, -1, -1) if levels[at].form == form), None)
        if form == "lost":
            at = next((at for at in range(depth - 1, -1, -1) if levels[at].form.endswith("a")), at)
            return (at, levels[at].value, "") if at is not None else (depth, 0.0, "")
        return (at, 0.0, "") if at is not None else (depth, 0.0, "")
    for at in range(depth - 1, -1, -1):
        for kind, value in options:
            if levels[at].form == kind and 0 < value - levels[at].value <= 1:
                return at, value, ""
    for kind, value in options:
        if int(value) == 1 and not any(level.form == kind for level in levels):
            return depth, value, ""
    if form == ".." and depth:
        return next(
            ((at, v, "") for at in range(depth - 1, -1, -1) for k, v in options if levels[at].form == k),
            (depth, options[0][1], ""),
        )
    for at in range(depth - 1, -1, -1):
        for kind, value in options:
            if levels[at].form != kind:
                continue
            if value == levels[at].value:
                return at, value, "the number {number} stands twice in one list."
            if 1 < value - levels[at].value <= FARTHEST:
                return at, value, "numbers are missing before ({number})."
    for kind, value in options:
        if int(value) == 1 and levels and levels[-1].form != kind:
            return depth, value, ""
    if first and options and options[0][1] <= 3:
        return 0, options[0][1], ""
    return None


def _plain(piece: Piece, levels: list[Level], place: Piece, line: Line, before: str, wrapped: bool) -> Piece:
    """Put a line without a number where it belongs: to what stands before it, or after the list that ended."""
    is_small = small(line.text)
    if not before and not place.text:
        place.text = line.text
        return place
    unfinished = bool(OPEN.search(before)) and not re.search(r"[;,]\s*(?:or|and)$", before)
    if place.kind == "point" and levels:
        ended = bool(re.search(r"[;,.]$|[;,]\s*(?:or|and)$", before))
        if (wrapped and ended and is_small and (line.gap or not before.endswith(","))) or (
            not wrapped and not unfinished
        ):
            lists = [level for level in levels if level.owner is not piece]
            owner = lists[0].owner if lists else piece
            owner = levels[-1].owner if is_small else owner
            after = Piece("text", text=line.text, line=line.number)
            owner.children.append(after)
            del levels[next(at for at, level in enumerate(levels) if level.owner is owner) + 1 :]
            return after
    if wrapped and re.search(r"\w-$", before) and is_small:
        place.text = place.text[:-1] + line.text
    elif wrapped or unfinished:
        place.text = f"{place.text} {line.text}".strip()
    else:
        place.text = f"{place.text}\n{line.text}".strip()
    return place
