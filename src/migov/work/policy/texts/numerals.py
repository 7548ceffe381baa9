"""Numbers of provisions: how they are written, in which order they come, and what of them may stand in an identifier."""

from __future__ import annotations

import re
import unicodedata

Key = tuple[int, ...]

ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
LOOKALIKES = str.maketrans("ІХМСѴ", "IXMCV")  # Cyrillic letters that stand for Roman numerals
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
LATIN_SUFFIXES = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies", "decies")
WORDS = {
    word: number
    for number, words in enumerate(
        (
            "one first перша первая прва първа перший первый birinci birinchi parë întâi",
            "two second друга вторая втора другий второй ikinci ikkinchi dytë",
            "three third третя третья трета трећа третій третий üçüncü uchinchi tretë",
            "four fourth четверта четвертая четврта четвърта dördüncü to‘rtinchi katërt",
            "five fifth пята пятая петта пета beşinci beshinchi pestë",
            "six sixth шоста шестая шеста altıncı oltinchi",
            "seven seventh сьома седьмая седма yedinci yettinchi",
            "eight eighth восьма восьмая осма sekizinci sakkizinchi",
            "nine ninth девята девятая деветта девета dokuzuncu",
            "ten tenth десята десятая десетта десета onuncu",
            "eleven eleventh", "twelve twelfth", "thirteen thirteenth", "fourteen fourteenth", "fifteen fifteenth",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip

_PARTS = re.compile(r"\d+|[^\W\d_]+")


def roman(text: str) -> int | None:
    """The value of a Roman numeral in its usual form ("XIV" → 14); None for anything else."""
    text = text.upper().translate(LOOKALIKES)
    if not text or set(text) - set(ROMAN):
        return None
    total = 0
    for here, after in zip(text, [*text[1:], ""], strict=True):
        value = ROMAN[here]
        total += -value if after and ROMAN[after] > value else value
    return total if to_roman(total) == text else None


def to_roman(number: int) -> str:
    """A Roman numeral; empty for numbers below 1."""
    signs = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"),
        (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    said = ""
    for value, sign in signs:
        while number >= value:
            said += sign
            number -= value
    return said


def tidy(number: str) -> str:
    """A number as it is kept: without blanks around it, brackets, closing points; superscript as "^1"."""
    number = re.sub(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: "^" + found[1].translate(SUPERSCRIPTS), number.strip())
    number = number.strip("()[]").rstrip(".:–—- ").strip()
    return re.sub(r"\s+", " ", number)


def suffix_value(text: str) -> int:
    """The place of what follows a number: "A" → 1, "bis" → 2, "1" → 1. Nothing → 0."""
    low = text.casefold()
    if low in LATIN_SUFFIXES:
        return LATIN_SUFFIXES.index(low) + 2
    if low.isdigit():
        return int(low)
    value = 0
    for letter in low:
        value = value * 40 + letter_value(letter)
    return value


def letter_value(letter: str) -> int:
    """The place of a letter in its alphabet, from 1; letters of other alphabets by their code."""
    letter = letter.casefold()
    if "a" <= letter <= "z":
        return ord(letter) - 96
    if "а" <= letter <= "я":
        return ord(letter) - 0x430 + 1
    if "ა" <= letter <= "ჰ":
        return ord(letter) - 0x10D0 + 1
    return ord(letter) % 40


def key(number: str, *, as_roman: bool = False) -> Key | None:
    """A number as something that sorts: ("55A") → (55, 1), ("12 bis") → (12, 2), ("1.3") → (1, 3); None where it is none.

    as_roman: "I", "II" are Roman numerals here, not letters.
    """
    number = tidy(number)
    if as_roman and (value := roman(number)):
        return (value,)
    parts = _PARTS.findall(number)
    if not parts:
        return None
    if not parts[0].isdigit():
        if parts[0].casefold() in WORDS:
            return (WORDS[parts[0].casefold()],)
        value = roman(parts[0])
        if value and (len(parts[0]) > 1 or as_roman):
            return (value, *(suffix_value(part) for part in parts[1:]))
        if len(parts[0]) > 2:
            return None
        return (10_000 + suffix_value(parts[0]), *(suffix_value(part) for part in parts[1:]))
    if len(parts[0]) > 5:
        return None
    return (int(parts[0]), *(suffix_value(part) for part in parts[1:]))


def safe(number: str) -> str:
    """A number as a part of an identifier: letters and digits stay, anything between becomes "-"; other alphabets by their place."""
    said = []
    for sign in unicodedata.normalize("NFKC", tidy(number)):
        if sign.isascii() and sign.isalnum():
            said.append(sign)
        elif sign.isalnum():
            said.append(f"u{ord(sign):x}")
        else:
            said.append("-")
    return re.sub(r"-+", "-", "".join(said)).strip("-")
