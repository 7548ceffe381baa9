"""What the benchmarks share: the systems that are measured, the check for leaks, tables, arguments."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.matching.datasets import MissingData, data_folder, knowledge
from benchmarks.matching.yardstick import Yardstick
from migov.services.matching import Framework
from migov.services.matching.evaluation import AnyMatcher
from migov.services.matching.leakage import leaks

SYSTEMS = ("migov", "words only", "yardstick")
LEARNED_FROM = ("sdg", "gcm", "migof")


class LeaksFound(Exception):
    """Texts that the matcher learned from stand in a test set."""


def system(name: str, frameworks: Iterable[Framework]) -> AnyMatcher:
    """One of the systems: migov as installed, migov without the sentence model, or the plain yardstick."""
    if name == "yardstick":
        return Yardstick(frameworks)
    from migov.services.matching import Matcher

    return Matcher(frameworks, sentence_model=None if name == "migov" else False)


def check_leaks(sets: dict[str, Sequence[str]]) -> str:
    """Holds every text that any shipped model learned from against every test text. Raises LeaksFound; else says what was compared."""
    learned = {code: [one.text for one in knowledge(code)] for code in LEARNED_FROM}
    said: list[str] = []
    worst: list[str] = []
    for name, texts in sets.items():
        before = len(worst)
        for code, own in learned.items():
            for leak in leaks(own, texts):
                worst.append(f"{leak.score:.2f} {code}: {own[leak.index][:90]} | {texts[leak.partner][:90]}")
        said.append(f"{len(worst) - before} in {name} ({len(texts)} texts)")
    compared = ", ".join(f"{len(own)} for {code}" for code, own in learned.items())
    words = f"Leaks of the texts that were learned from ({compared}): {'; '.join(said)}."
    if worst:
        raise LeaksFound("\n".join([words, *worst]))
    return words


def table(head: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in body]
    return "\n".join(lines)


def number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None or math.isnan(value) else f"{100 * value:.{digits}f}"


def chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def arguments(about: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", help="folder with the labelled texts (or MIGOV_BENCHMARK_DATA)")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="which to measure, parted by commas")
    parser.add_argument("--repeats", type=int, default=2000, help="bootstrap draws")
    return parser


def run(parser: argparse.ArgumentParser, measure: Callable[[Path, list[str], argparse.Namespace], str]) -> None:
    """Print what `measure` says; end with a plain sentence where data are missing or leak."""
    given = parser.parse_args()
    named = [name.strip() for name in given.systems.split(",")]
    strange = [name for name in named if name not in SYSTEMS]
    if strange:
        parser.error(f"unknown system {', '.join(strange)}; known: {', '.join(SYSTEMS)}")
    try:
        print(measure(data_folder(given.data), named, given))
    except MissingData as fault:
        sys.exit(str(fault))
    except LeaksFound as fault:
        sys.exit(f"The figures would be worthless: texts that were learned from stand in a test set.\n{fault}")
