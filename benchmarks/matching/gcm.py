"""How good the matcher is at the Global Compact for Migration: python -m benchmarks.matching.gcm [--data FOLDER]

Prints Markdown. Each of the Compact's 187 actions is matched to the 23 objectives, which know all other actions but not this one: once by
the shipped model, and once as if the Compact were a framework that somebody has just loaded, for which the matcher knows nothing beyond
the framework's own words. In that second way also the 169 targets and the 17 SDGs: the shipped model of the SDGs has learned from the
targets' own words, so it cannot be tried on them. Last, outcomes of the IOM Strategic Results Framework are matched to the objectives that
the shipped crosswalk links them with.
"""

from __future__ import annotations

import argparse
import csv
import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching import datasets
from benchmarks.matching.systems import arguments, check_leaks, number, run, system, table
from migov.services.matching import Element, Framework, measures
from migov.services.matching.build import PACKS
from migov.services.matching.encoder import Vectors, is_installed, sentence_model
from migov.services.matching.evaluation import AnyMatcher, predictions
from migov.services.matching.resampling import draws, interval

ABOUT = """\
Each action and target is matched by a matcher that has not read it (texts/s includes making that matcher). “As a new framework”: with
nothing but the framework's own words, as for a framework that an office loads itself. The passages that the shipped model of the Compact
learned from were written by people who know the Compact, in other words than its own. Outcomes are held against migov's own crosswalk: that
row shows agreement with our links, not with an independent judgement."""


@dataclass(frozen=True)
class Ranked:
    """Texts by elements of the main level: what fits, and how the system ranked it."""

    truth: NDArray[np.bool_]
    rank: NDArray[np.float64]
    seconds: float


def with_actions(framework: Framework, rows: list[dict[str, str]]) -> tuple[Framework, list[Element]]:
    """The shipped framework with the official text of its main elements and with the elements below them; and those below."""
    said = {row["code"]: row["text"] for row in rows}
    main = {element.code for element in framework.main}
    elements = [
        replace(element, text=said.get(element.code, "")) for element in framework.elements if element.code in main
    ]
    below = [
        Element(row["code"], title=row["text"], kind=row["kind"], parent=row["parent"], main=row["parent"])
        for row in rows
        if row["parent"] in main
    ]
    return Framework(framework.code, framework.title, (*elements, *below)), below


def leave_one_out(make: Callable[[Framework], AnyMatcher], whole: Framework, below: Sequence[Element]) -> Ranked:
    """Each element below is matched by a matcher that was made without it."""
    codes = [element.code for element in whole.main]
    truth = np.zeros((len(below), len(codes)), dtype=bool)
    rank = np.zeros(truth.shape)
    began = time.perf_counter()
    for row, left_out in enumerate(below):
        kept = tuple(element for element in whole.elements if element.code != left_out.code)
        matcher = make(Framework(whole.code, whole.title, kept))
        rank[row] = predictions(matcher, whole.code, [left_out.title]).rank[0]
        truth[row, codes.index(str(left_out.main))] = True
    return Ranked(truth, rank, time.perf_counter() - began)


def as_if_new(framework: Framework) -> Framework:
    """The same framework under a code that the matcher has no model and no terms for."""
    return Framework(f"{framework.code}-as-new", framework.title, framework.elements)


def outcomes(matcher: AnyMatcher) -> Ranked:
    """Long-term outcomes of the results framework and the short-term ones below them, against the objectives they are linked with."""
    links: dict[str, set[str]] = {}
    with (PACKS / "srf/crosswalk.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["target_framework"] == "gcm":
                links.setdefault(row["code"], set()).add(row["target"])
    codes = [element.code for element in matcher.frameworks["gcm"].main]
    linked = [(element, links[element.main]) for element in datasets.shipped("srf").elements if element.main in links]
    truth = np.array([[code in targets for code in codes] for _, targets in linked])
    said = predictions(matcher, "gcm", [element.title for element, _ in linked])
    return Ranked(truth, said.rank, said.seconds)


def row(task: str, name: str, found: Ranked, repeats: int) -> list[str]:
    """Figures of one system at one task, P@1 and MAP with their intervals."""
    drawn = draws(len(found.truth), repeats=repeats)
    first = measures.hits_at(found.truth, found.rank, 1)
    precise = measures.average_precision_by_text(found.truth, found.rank)

    def figure(values: NDArray[np.floating]) -> str:
        within = interval(values[drawn].mean(axis=1))
        return f"{number(float(values.mean()))} [{number(within.low)}, {number(within.high)}]"

    return [
        task,
        str(len(found.truth)),
        name,
        figure(first),
        number(measures.recall_at(found.truth, found.rank, 3)),
        number(measures.recall_at(found.truth, found.rank, 5)),
        figure(precise),
        number(len(found.truth) / found.seconds, 0),
    ]


def remember_vectors() -> None:
    """Keeps the vector of each text, so that making a matcher 187 times does not read the same words 187 times."""
    if not is_installed():
        return
    model = sentence_model()
    encode, known = model.encode, dict[str, Vectors]()

    def remembered(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] for text in texts]) if len(texts) else encode(texts)

    model.encode = remembered  # type: ignore[method-assign]


def measure(data: Path, named: list[str], given: argparse.Namespace) -> str:
    """All tables as Markdown. Raises MissingData, LeaksFound."""
    gcm, actions = with_actions(datasets.shipped("gcm"), datasets.pack_rows(data, "gcm"))
    sdg = datasets.shipped("sdg")
    targets = [element for element in sdg.elements if element.kind == "target"]
    checked = check_leaks(
        {
            "actions of the Compact": [element.title for element in actions],
            "targets of the SDGs": [element.title for element in targets],
            "outcomes of the results framework": [element.title for element in datasets.shipped("srf").elements],
        }
    )
    remember_vectors()
    body = []
    for name in named:
        make = functools.partial(_made, name)
        body.append(row("action → objective", name, leave_one_out(make, gcm, actions), given.repeats))
    for name in named:
        if name != "yardstick":  # to it every framework is new
            make = functools.partial(_made, name)
            body.append(
                row("the same, as a new framework", name, leave_one_out(make, as_if_new(gcm), actions), given.repeats)
            )
    for name in named:
        make = functools.partial(_made, name)
        body.append(
            row("target → goal, as a new framework", name, leave_one_out(make, as_if_new(sdg), targets), given.repeats)
        )
    for name in named:
        body.append(row("outcome → objective", name, outcomes(_made(name, datasets.shipped("gcm"))), given.repeats))
    head = ["task", "texts", "system", "P@1", "R@3", "R@5", "MAP", "texts/s"]
    return "\n".join(
        [
            "### Actions, targets and outcomes",
            "",
            ABOUT,
            "",
            table(head, body),
            "",
            checked,
        ]
    )


def _made(name: str, framework: Framework) -> AnyMatcher:
    return system(name, [framework])


def main() -> None:
    run(arguments(str(__doc__).split(":")[0]), measure)


if __name__ == "__main__":
    main()
