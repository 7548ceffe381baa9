"""From the lines of a legal text to its structure: parts, chapters, articles, paragraphs, points. Knows no Django.

Articles are found by a word ("Article 12", "Статья 12", "Neni 12") or, in acts of the common-law kind, by number alone ("12. …"); which of
the lines are articles is told by their sequence (sequence.py). What stands between is put where it belongs, nothing is thrown away but page
heads and tables of contents.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from migov.work.policy.texts import headings, inside, marks, words
from migov.work.policy.texts.lines import Cleared, Line, clear, of_text
from migov.work.policy.texts.margins import take_notes
from migov.work.policy.texts.marks import Heading, Mark
from migov.work.policy.texts.nesting import nest
from migov.work.policy.texts.sequence import Candidate, chain
from migov.work.policy.texts.tree import Outline, Piece, name

MOST_DOUBTS = 60
SHOWN = 20  # numbers that a doubt names
ATTACHED_DEPTH = 6
FARTHEST_LEAD = 10  # lines between a part and the first chapter in it


def outline(text: str) -> Outline:
    """The structure of a plain text. It never fails: where nothing is found the whole text is the preface, and a doubt says so."""
    return outline_of(of_text(text))


def outline_of(given: Sequence[Line], title: str = "") -> Outline:
    """The structure of a text given as lines. title: where the file names it."""
    cleared = clear(given)
    cleared.lines = take_notes(_split_flat(cleared))
    found = _outline(cleared.lines, cleared.wrapped, ATTACHED_DEPTH)
    found.title = title or found.title
    found.doubts = [*cleared.doubts, *found.doubts]
    if len(found.doubts) > MOST_DOUBTS:
        found.doubts = [*found.doubts[:MOST_DOUBTS], f"… and {len(found.doubts) - MOST_DOUBTS} more."]
    return name(found)


def _split_flat(cleared: Cleared) -> list[Line]:
    """Lines of a text that came in one piece, cut before each article."""
    lines = cleared.lines
    if len(lines) > 20 or sum(len(line.text) for line in lines) < 2000:
        return lines
    starts = re.compile(
        r"(?<=[.;:)”\"’»])\s+(?=(?:Article|Section|Статья|Стаття|მუხლი|Neni|Член|Члан|Član|Članak|Articolul|Madde)\s+\d+)|(?<=[.;:])\s+(?=(?:\d{1,2}\.|\(?[a-z]\))\s)"
    )
    cut = [Line(part, line.number, line.level) for line in lines for part in starts.split(line.text)]
    cleared.doubts.append("The text came in one piece; it was cut before each article.")
    return cut


def _outline(lines: list[Line], wrapped: bool, depth: int) -> Outline:
    away = marks.quoted(lines)
    annexes = marks.schedules(lines, away)
    chosen, others, unit = _articles(lines, away, annexes)
    found = Outline()
    if not chosen:
        found.title = headings.title_of(lines[:40])
        return _without_articles(lines, away, wrapped, found)
    contents = _contents(others, chosen, lines)
    boxes = _boxes(lines, away, unit, chosen, contents)
    read = headings.read(lines, chosen, boxes, contents, unit)
    last = chosen[-1].place
    again = _again(lines, away, last)
    end = min([one.place for one in annexes if one.place > last] + ([again] if again else []), default=len(lines))
    closing = next((at for at in range(last + 1, end) if words.CLOSING.match(lines[at].text)), end)
    if end - closing > 40:
        closing = end
    begin = min([chosen[0].place - read.before.get(chosen[0].place, 0), *(box.place for box in boxes)])
    first_entry = contents.begins if contents.begins is not None and contents.begins < begin else begin
    preface = [
        line.text for line in (*lines[:first_entry], *lines[contents.ends if first_entry < begin else begin : begin])
    ]
    found.preface = "\n".join(text for text in preface if not words.CONTENTS.match(text))
    found.title = headings.title_of([*lines[: min(first_entry, 30)], *lines[contents.ends : begin]])
    found.closing = "\n".join(line.text for line in lines[closing:end])
    stops = sorted(
        {*(one.place - read.before.get(one.place, 0) for one in chosen), *(box.place for box in boxes), closing}
    )
    pieces: list[Piece] = []
    ordered: list[Heading | Mark] = sorted([*chosen, *boxes], key=lambda each: each.place)
    for one in ordered:
        stop = next((at for at in stops if at > one.place), closing)
        if isinstance(one, Heading):
            piece = Piece(one.kind, one.number, read.boxes[one.place][0], line=lines[one.place].number)
            body = list(lines[read.boxes[one.place][1] : stop])
        else:
            piece = Piece("article", one.number, read.articles[one.place], line=lines[one.place].number, unit=one.unit)
            body = read.body(one, lines, stop)
        inside.fill(piece, body, wrapped=wrapped, doubts=found.doubts)
        pieces.append(piece)
    found.pieces = nest(pieces)
    _doubt(found, chosen)
    _annexes(
        found,
        lines,
        [one for one in annexes if not again or one.place < again],
        end,
        wrapped,
        depth,
        again or len(lines),
    )
    return found


def _articles(lines: Sequence[Line], away: set[int], annexes: Sequence[Heading]) -> tuple[list[Mark], list[Mark], str]:
    """The lines that begin articles, those that might have but do not, and what articles are called here."""
    barriers = [one.place for one in annexes]
    named = marks.articles(lines, away)
    ranked = [(_chosen(found, lines, barriers), found) for found in named.values()]
    by_word, all_named = max(ranked, key=lambda pair: len(pair[0]), default=([], []))
    numbered = marks.sections(lines, away)
    by_number = _chosen(numbered, lines, barriers)
    if len(by_word) >= 2 and len(by_word) >= 0.4 * len(by_number):
        taken = {one.place for one in by_word}
        return by_word, [one for one in all_named if one.place not in taken], by_word[0].unit
    if len(by_number) >= 2 and not _only_lists(by_number, lines, away):
        taken = {one.place for one in by_number}
        return by_number, [one for one in numbered if one.place not in taken], "section"
    return by_word, [], by_word[0].unit if by_word else ""


def _only_lists(found: Sequence[Mark], lines: Sequence[Line], away: set[int]) -> bool:
    """Whether numbered lines are lists under the headings of a strategy or report rather than its sections."""
    boxes = {one.place for one in marks.containers(lines, away, "")}
    headed = [place for place, line in enumerate(lines) if line.level and place not in boxes]
    marked = sum(1 for one in found if lines[one.place].level)
    return len(headed) >= 3 and marked < 0.5 * len(found)


def _chosen(found: Sequence[Mark], lines: Sequence[Line], barriers: Sequence[int]) -> list[Mark]:
    candidates = []
    for at, one in enumerate(found):
        until = found[at + 1].place if at + 1 < len(found) else len(lines)
        own = 0
        for line in lines[one.place : min(until, one.place + 12)]:
            own += len(line.text)
        weight = 0.6 + min(own, 240) / 240 + 0.5 * one.strong + (0.3 if lines[one.place].level else 0.0)
        if marks.LEADERS.search(lines[one.place].text[-200:]):
            weight = 0.2
        candidates.append(Candidate(one.place, one.key, weight))
    return [found[index] for index in chain(candidates, barriers)]


def _contents(others: Sequence[Mark], chosen: Sequence[Mark], lines: Sequence[Line]) -> headings.Contents:
    """The table of contents before the body, if there is one: its headings by number, and where it begins and ends."""
    body = chosen[0].place
    before = [one for one in others if one.place < body]
    entries = [before[index] for index in chain([Candidate(one.place, one.key, 1.0) for one in before])]
    told = next((place for place in range(body) if words.CONTENTS.match(lines[place].text)), None)
    if len(entries) < max(2, 0.5 * len(chosen)) or (told is None and len(entries) < 5 and entries[0].key != (1,)):
        return headings.Contents()
    return headings.contents(entries, lines, body, told)


def _boxes(
    lines: Sequence[Line], away: set[int], unit: str, chosen: Sequence[Mark], contents: headings.Contents
) -> list[Heading]:
    """Parts and chapters of the body: between its articles, or just before the first."""
    found = marks.containers(lines, away, unit)
    if not any(one.kind == "chapter" for one in found):
        bare = marks.bare_chapters(lines, away | {one.place for one in chosen} | set(range(contents.ends)))
        found = sorted([*found, *bare], key=lambda one: one.place)
    first, last = chosen[0].place, chosen[-1].place
    kept = [one for one in found if contents.ends <= one.place <= last]
    lead = [one for one in kept if one.place < first]
    # Before the first article each kind stands once: an earlier one of the same kind is of a list that was not told as contents.
    latest = {one.kind: one.place for one in lead}
    lead = [one for one in lead if latest[one.kind] == one.place]
    while len(lead) > 1 and lead[1].place - lead[0].place > FARTHEST_LEAD:
        lead.pop(0)  # the title of a code on its first page, which holds more than this law
    kept = [*lead, *(one for one in kept if one.place > first)]
    taken = {one.place for one in chosen}
    return headings.rising([one for one in kept if one.place not in taken])


def _again(lines: Sequence[Line], away: set[int], last: int) -> int | None:
    """Where another text begins behind the last article (the same treaty in another language): its articles count from 1 again."""
    for series in marks.articles(lines, away).values():
        behind = [one for one in series if one.place > last]
        firsts = [at for at, one in enumerate(behind) if one.key == (1,)]
        if firsts and [one.key for one in behind[firsts[0] : firsts[0] + 3]] == [(1,), (2,), (3,)]:
            place = behind[firsts[0]].place
            while place - 1 > last and lines[place - 1].level:
                place -= 1
            return place
    return None


def _doubt(found: Outline, chosen: Sequence[Mark]) -> None:
    """Say what is odd about the numbers of the articles."""
    if chosen[0].key[0] not in (1, 10_001) and len(chosen) > 1:
        found.doubts.append(f"The first {chosen[0].unit} found has the number {chosen[0].number}.")
    lines = {piece.number: piece.line for piece in found.articles()}
    for one, after in itertools.pairwise(chosen):
        missing = after.key[0] - one.key[0] - 1
        if 0 < missing <= 40 and after.key[0] < 10_000 and len(after.key) == 1:
            said = f"{one.unit} {one.number} is followed by {after.number}; {missing} between them were not found."
            found.doubts.append(f"Line {lines.get(after.number, 0)}: {said}")
    bare = [piece.number for piece in found.articles() if not piece.heading]
    if 0 < len(bare) <= 0.3 * len(chosen):
        shown = ", ".join(bare[:SHOWN]) + (", …" if len(bare) > SHOWN else "")
        found.doubts.append(f"No heading was found for {chosen[0].unit} {shown}; the others have one.")
    if found.closing and len(found.closing) > 3000:
        found.doubts.append("Many words stand after the last article; they were kept as closing words.")


def _annexes(
    found: Outline, lines: list[Line], annexes: Sequence[Heading], end: int, wrapped: bool, depth: int,
    again: int,
) -> None:  # fmt: skip
    """Schedules behind the last article, and whole texts printed behind this one."""
    behind = [one for one in annexes if one.place >= end]
    attached = next((one.place for one in behind if one.kind == "attached"), again)
    behind = [one for one in behind if one.place < attached]
    for at, one in enumerate(behind):
        stop = behind[at + 1].place if at + 1 < len(behind) else attached
        heading, after = headings.of_annex(one, lines, stop)
        piece = Piece("schedule", one.number, heading, line=lines[one.place].number)
        inside.fill(piece, lines[after:stop], wrapped=wrapped, doubts=[])
        found.pieces.append(piece)
    if attached < len(lines) and depth:
        other = _outline(lines[attached + (attached != again) :], wrapped, depth - 1)
        if other.pieces:
            found.attached.append(other)
            found.attached += other.attached
            other.attached = []
            found.doubts.append(
                f"Line {lines[attached].number}: another text is printed behind this one; its articles are kept apart."
            )
        else:
            found.closing = "\n".join(filter(None, (found.closing, other.preface)))


def _without_articles(lines: list[Line], away: set[int], wrapped: bool, found: Outline) -> Outline:
    """A text without articles (a strategy, a letter): its headings, or its numbered paragraphs, or nothing."""
    levels = [place for place, line in enumerate(lines) if line.level]
    if len(levels) >= 2:
        found.pieces = headings.by_level(lines, levels, wrapped)
        found.preface = "\n".join(line.text for line in lines[: levels[0]])
        found.doubts.append("No articles were found; the headings of the file were taken.")
        return found
    boxes = headings.rising(marks.containers(lines, away, ""))
    if len(boxes) >= 2:
        read = headings.read(lines, [], boxes, headings.Contents(), "")
        pieces = []
        for at, one in enumerate(boxes):
            stop = boxes[at + 1].place if at + 1 < len(boxes) else len(lines)
            piece = Piece(one.kind, one.number, read.boxes[one.place][0], line=lines[one.place].number)
            inside.fill(piece, lines[read.boxes[one.place][1] : stop], wrapped=wrapped, doubts=found.doubts)
            pieces.append(piece)
        found.preface = "\n".join(line.text for line in lines[: boxes[0].place])
        found.pieces = nest(pieces)
        found.doubts.append("No articles were found; parts and chapters were.")
        return found
    found.preface = "\n".join(line.text for line in lines)
    found.doubts.append("No articles were found.")
    return found
