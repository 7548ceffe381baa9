"""What the first decisions teach: python -m benchmarks.matching.learning [--data FOLDER] [--seeds N]

A framework that nobody has written for (thematic areas, known by name only), and the titles of evaluations that people gave those
areas to. A quarter is held out; the matcher learns from the first 25, 50, … of the rest. Prints Markdown: LRAP and recall of the
first five, means over the seeds, without and with what was learnt, words only.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.matching.datasets import MissingData
from benchmarks.matching.systems import arguments, run, table
from migov.services.matching import Element, Framework, Labelled, Learned, Matcher, TooFewDecisions, learn, measures
from migov.services.matching.evaluation import judged
from migov.services.matching.leakage import duplicates
from migov.services.matching.texts import language_of

FILE = "evaluations/iom_evaluation_repository_export_2025-11-13.csv"
COLUMN = "Migration Thematic Areas"
STEPS = (0, 25, 50, 100, 200, 400)
FEWEST_USES = 10


def titles(data: Path) -> tuple[Framework, list[Labelled]]:
    """The areas as a framework, and the titles with theirs; areas of fewer than ten titles and other languages are left out."""
    file = data / FILE
    if not file.is_file():
        raise MissingData(f"{file} is not there.")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [
            (row["Title"], [area.strip() for area in row[COLUMN].replace(";", ",").split(",")])
            for row in csv.DictReader(lines)
        ]
    uses = Counter(area for _, areas in rows for area in areas if area)
    kept = sorted(area for area, number in uses.items() if number >= FEWEST_USES)
    code = {area: f"A{at}" for at, area in enumerate(kept)}
    framework = Framework("areas", "Areas", tuple(Element(code[area], area, main=code[area]) for area in kept))
    found = [Labelled(title, frozenset(code[a] for a in areas if a in code)) for title, areas in rows]
    found = [one for one in found if one.fits and language_of(one.text) == "en"]
    again = {leak.index for leak in duplicates([one.text for one in found])}
    return framework, [one for at, one in enumerate(found) if at not in again]


def measure(data: Path, named: list[str], given: argparse.Namespace) -> str:
    """The learning curve as a table. Raises MissingData."""
    framework, labelled = titles(data)
    base = Matcher([framework], sentence_model=False)
    figures: dict[int, list[tuple[float, float]]] = {step: [] for step in STEPS}
    for seed in range(given.seeds):
        order = labelled[:]
        random.Random(seed).shuffle(order)
        test, train = order[: len(order) // 4], order[len(order) // 4 :]
        for step in STEPS:
            learned: dict[str, Learned] = {}
            if step:
                try:
                    learned["areas"] = learn(base, "areas", train[:step], seed=seed).learned
                except TooFewDecisions:
                    continue
            figures[step].append(_score(Matcher([framework], sentence_model=False, learned=learned), test))
    body = [
        [step, f"{statistics.mean(a for a, _ in pairs):.3f}", f"{statistics.mean(b for _, b in pairs):.3f}"]
        for step, pairs in figures.items()
        if pairs
    ]
    about = f"{len(labelled)} titles, {len(framework.main)} areas, {given.seeds} seeds."
    return f"### What the first decisions teach\n\n{about}\n\n{table(['titles decided', 'LRAP', 'R@5'], body)}"


def _score(matcher: Matcher, test: list[Labelled]) -> tuple[float, float]:
    said = judged(matcher.frameworks["areas"], test)
    logits = np.asarray(matcher.logits([one.text for one in test], "areas"))
    return measures.lrap(said.truth, logits), measures.recall_at(said.truth, logits, 5)


def main() -> None:
    parser = arguments(str(__doc__).split(":")[0])
    parser.add_argument("--seeds", type=int, default=3)
    run(parser, measure)


if __name__ == "__main__":
    main()
