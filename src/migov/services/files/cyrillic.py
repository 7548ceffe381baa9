"""Cyrillic text that was saved before Unicode: in which encoding, where there is one answer only. Knows no Django."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

ENCODINGS = ("cp1251", "koi8_u", "iso8859_5", "cp866")
_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
# Whole languages: letters of two that share none are a sign of the wrong encoding, as are Kazakh letters, which have other places.
ALPHABETS = (
    _RUSSIAN,  # Bulgarian too
    _RUSSIAN - set("ёъыэ") | set("ґєії"),  # Ukrainian
    _RUSSIAN - set("ищъ") | set("іў"),  # Belarusian
    frozenset("абвгдђежзијклљмнњопрстћуфхцчџшѓѕќѐѝ"),  # Serbian and Macedonian
)
BESIDE = frozenset("«»„“”‘’‚–—…№§°·•©® \u00a0€’\u00ad")
FREQUENT = frozenset("оеаиінтсрвл")
SAMPLE = 256 * 1024  # bytes that are looked at
FEWEST = 40  # letters from which a guess is sure
MOSTLY, SOME, FEW = 0.6, 0.45, 0.01


def encoding_of(content: bytes) -> str:
    """The one encoding in which the bytes are a text mostly in Cyrillic letters; empty where there is none, or more than one."""
    sample = content[:SAMPLE]
    fitting = [one for one in ENCODINGS if _fits(sample, one)]
    return fitting[0] if len(fitting) == 1 else ""


def _fits(sample: bytes, encoding: str) -> bool:
    """Whether bytes read as words do: letters of one alphabet, mostly small, the frequent ones frequent, no capital behind a small one."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    met = Counter(text)
    letters = Counter({one: times for one, times in met.items() if "\u0400" <= one <= "\u045f"})
    number = letters.total()
    if number < FEWEST or any(one > "\x7f" and one not in letters and one not in BESIDE for one in met):
        return False
    if number < SOME * sum(times for one, times in met.items() if one.isalpha()):
        return False
    used = {one.lower() for one in letters}
    small = sum(times for one, times in letters.items() if one.islower())
    frequent = sum(times for one, times in letters.items() if one.lower() in FREQUENT)
    jumps = sum(a.islower() and b.isupper() for a, b in pairwise(text))
    return (
        any(used <= alphabet for alphabet in ALPHABETS)
        and small >= MOSTLY * number
        and frequent >= SOME * number
        and jumps <= FEW * number
    )
