"""How good the matcher is at the SDGs, beside published systems: python -m benchmarks.matching.sdg [--data FOLDER]

Prints Markdown. First the SDG Classification Benchmark (each text held against one goal) with the published answers of other systems to the
same questions, then other labelled sets. Nothing is tuned on any of these texts.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching import datasets
from benchmarks.matching.datasets import GOALS, Question, TestSet
from benchmarks.matching.systems import arguments, chance, check_leaks, number, percent, run, system, table
from migov.services.matching import measures
from migov.services.matching.evaluation import AnyMatcher, judged, predictions
from migov.services.matching.leakage import leaks
from migov.services.matching.resampling import bootstrap, holm, mcnemar, paired

Flags = NDArray[np.bool_]
RERUN = {"kw_": "keyword list re-run: ", "OWN_": "earlier study: "}


@dataclass(frozen=True)
class Answers:
    """One system's yes and no to the benchmark's questions."""

    name: str
    said: Flags
    seconds: float = float("nan")


def own_answers(name: str, matcher: AnyMatcher, questions: list[Question]) -> list[Answers]:
    """As shipped (probability at or above the shipped threshold), and with the two best goals of each text."""
    said = predictions(matcher, "sdg", [one.text for one in questions])
    asked = np.array([GOALS.index(one.goal) for one in questions])
    rows = np.arange(len(questions))
    best_two = np.zeros(said.rank.shape, dtype=bool)
    np.put_along_axis(best_two, np.argsort(-said.rank, axis=1, kind="stable")[:, :2], True, axis=1)
    two = Answers(f"{name}, best two", best_two[rows, asked], said.seconds)
    if name == "yardstick":  # it has no probability to hold a threshold against
        return [two]
    return [Answers(f"{name}, as shipped", said.suggested[rows, asked], said.seconds), two]


def benchmark(data: Path, systems: dict[str, AnyMatcher], repeats: int) -> str:
    """The benchmark's table: every system with its interval, and migov's distance from each with paired tests."""
    questions = datasets.sdg_benchmark(data)
    truth = np.array([one.fits for one in questions])
    goals = np.array([GOALS.index(one.goal) for one in questions])
    # The average of per-goal accuracy as one weighted sum, so that thousands of draws stay quick; draws keep each goal's size.
    weight = 1 / (np.bincount(goals)[goals] * len(GOALS))

    def accuracy(right: Flags) -> Callable[[NDArray[np.intp]], float]:
        return lambda drawn: float(right[drawn] @ weight[drawn])

    own = [answers for name, matcher in systems.items() for answers in own_answers(name, matcher, questions)]
    peers = [Answers(_named(name), said) for name, said in datasets.sdg_peers(data, questions).items()]
    right = {one.name: one.said == truth for one in [*own, *peers]}
    # Paired with everybody: migov as installed, or what is measured in its place.
    leading = next((name for name in systems if name != "yardstick"), "")
    ours = [one for one in own if leading and one.name.startswith(leading)]
    distances = []
    for one in ours:
        rest = [other for other in [*own, *peers] if other.name != one.name]
        adjusted = holm([mcnemar(right[one.name], right[other.name]) for other in rest])
        body = []
        for other, p in sorted(zip(rest, adjusted, strict=True), key=lambda pair: -(right[pair[0].name] @ weight)):
            gap = paired(
                accuracy(right[one.name]), accuracy(right[other.name]), len(questions), strata=goals, repeats=repeats
            )
            cell = f"{100 * gap.value:+.1f} [{100 * gap.low:+.1f}, {100 * gap.high:+.1f}]"
            body.append([other.name, cell, chance(gap.p), chance(p)])
        head = [f"{one.name}, against", "difference in average accuracy", "p", "McNemar p (Holm)"]
        distances += [table(head, body), ""]
    body = []
    for one in sorted([*own, *peers], key=lambda a: -measures.average_accuracy(right[a.name], goals)):
        mean = measures.average_accuracy(right[one.name], goals)
        within = bootstrap(accuracy(right[one.name]), len(questions), strata=goals, repeats=repeats)
        found = measures.count(truth[:, None], one.said[:, None])
        name = f"**{one.name}**" if one in own else one.name
        body.append(
            [name, f"{percent(mean)} [{percent(within.low)}, {percent(within.high)}]"]
            + [number(float(figure[0]), 2) for figure in (found.precision, found.recall)]
            + [number(len(questions) / one.seconds, 0)]
        )
    head = ["system", "average accuracy, %", "precision", "recall", "texts/s"]
    return "\n".join([table(head, body), "", *distances, by_goal(own, right, goals)])


def by_goal(own: list[Answers], right: dict[str, Flags], goals: NDArray[np.intp]) -> str:
    """Accuracy of migov's own systems for each goal."""
    body = [
        [f"SDG {GOALS[goal]}", int((goals == goal).sum())]
        + [percent(float(right[one.name][goals == goal].mean())) for one in own]
        for goal in range(len(GOALS))
    ]
    return table(["goal", "texts", *(one.name for one in own)], body)


def other_set(found: TestSet, systems: dict[str, AnyMatcher], repeats: int) -> list[list[str]]:
    """One row for each system on one set."""
    framework = next(iter(systems.values())).frameworks["sdg"]
    truth = judged(framework, found.labelled).truth
    rows = []
    for name, matcher in systems.items():
        said = predictions(matcher, "sdg", [one.text for one in found.labelled])
        calibrated = name != "yardstick"  # its cosine is no probability
        speed = len(found.labelled) / said.seconds
        rows.append(
            _row(
                name,
                found,
                truth,
                said.suggested if calibrated else None,
                said.probability,
                said.rank,
                repeats,
                speed,
            )
        )
    for name, (suggested, probability) in found.others.items():
        rows.append(_row(name, found, truth, suggested, probability, probability, repeats, float("nan")))
    return [[found.name, str(len(found.labelled)), *row] for row in rows]


def _row(
    name: str,
    found: TestSet,
    truth: Flags,
    suggested: Flags | None,
    probability: NDArray[np.float64] | None,
    rank: NDArray[np.float64] | None,
    repeats: int,
    speed: float,
) -> list[str]:
    cells = [name]
    if suggested is None:
        cells += ["–", "–"]
    else:
        chosen = suggested
        within = bootstrap(
            lambda drawn: measures.macro_f1(truth[drawn], chosen[drawn]), len(truth), repeats=min(repeats, 500)
        )
        cells.append(f"{number(measures.macro_f1(truth, chosen))} [{number(within.low)}, {number(within.high)}]")
        cells.append(number(measures.micro_f1(truth, chosen)))
    if rank is None or probability is None:
        return [*cells, *["–"] * 6]
    first = np.zeros(truth.shape, dtype=bool)
    first[np.arange(len(truth)), rank.argmax(axis=1)] = True
    surest = measures.precision_at_coverage(truth, probability, (0.5,))[0][1]
    return [
        *cells,
        number(measures.macro_f1(truth, first)) if found.one_each else "–",
        number(measures.precision_at_1(truth, rank)),
        number(measures.recall_at(truth, rank, 3)),
        number(surest),
        "–" if suggested is None else number(measures.ece(truth, probability)),
        number(speed, 0),
    ]


def without_official(found: TestSet, official: list[str]) -> tuple[TestSet, int]:
    """The set without texts that repeat the framework's own words, which the matcher reads, and how many those were.

    A long text that quotes a target among much else stays.
    """
    texts = [one.text for one in found.labelled]
    gone = {leak.index for leak in leaks(texts, official) if len(texts[leak.index]) <= 2 * len(official[leak.partner])}
    kept = [at for at in range(len(found.labelled)) if at not in gone]
    others = {
        name: tuple(None if part is None else part[kept] for part in parts) for name, parts in found.others.items()
    }
    labelled = [found.labelled[at] for at in kept]
    return TestSet(found.name, found.note, labelled, found.one_each, others), len(gone)  # type: ignore[arg-type]


def measure(data: Path, named: list[str], given: argparse.Namespace) -> str:
    """All tables as Markdown. Raises MissingData, LeaksFound."""
    questions, sets = datasets.sdg_benchmark(data), datasets.test_sets(data)
    texts = {found.name: [one.text for one in found.labelled] for found in sets}
    checked = check_leaks({"SDG Classification Benchmark": [one.text for one in questions], **texts})
    framework = datasets.shipped("sdg")
    systems = {name: system(name, [framework]) for name in named}
    for matcher in systems.values():  # warm: reading the model is not counted as matching
        matcher.match_many([questions[0].text], "sdg", reasons=False)
    official = [element.title for element in framework.elements if element.kind == "target"]
    body, dropped = [], []
    for found in sets:
        clean, gone = without_official(found, official)
        dropped += [f"{gone} in {found.name}"] if gone else []
        body += other_set(clean, systems, given.repeats)
    models = "; ".join(f"{name}: {matcher.model_name('sdg')}" for name, matcher in systems.items())
    head = ["set", "texts", "system", "macro-F1 as suggested", "micro-F1", "macro-F1 of the best", "P@1", "R@3"]
    head += ["right in the surest half", "ECE", "texts/s"]
    return "\n".join(
        [
            "### SDG Classification Benchmark",
            "",
            f"{len(questions)} texts, each held against one goal by experts. Models: {models}.",
            "",
            benchmark(data, systems, given.repeats),
            "",
            "### Other texts labelled with SDGs",
            "",
            "\n".join(f"- {found.name}: {found.note}" for found in sets),
            "",
            table(head, body),
            "",
            f"Texts that repeat the wording of a target were left out: {', '.join(dropped) or 'none'}.",
            "",
            checked,
        ]
    )


def _named(name: str) -> str:
    for start, words in RERUN.items():
        if name.startswith(start):
            return f"{words}{name.removeprefix(start)}"
    return name


def main() -> None:
    run(arguments(str(__doc__).split(":")[0]), measure)


if __name__ == "__main__":
    main()
