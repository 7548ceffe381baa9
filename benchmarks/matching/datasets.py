"""Labelled texts that the matcher is measured on, read from a folder beside the repository: --data or MIGOV_BENCHMARK_DATA.

None of them is in the repository, and nothing in the matcher was made from them. Sources and licences stand in the folder's own READMEs.
"""

from __future__ import annotations

import ast
import csv
import functools
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from migov.services.matching import Framework, Labelled
from migov.services.matching.build import shipped_frameworks
from migov.services.matching.evaluation import read_labelled
from migov.services.matching.knowledge import HOME
from migov.services.matching.leakage import normalised

ROOT = Path(__file__).resolve().parents[2]
GOALS = tuple(str(goal) for goal in range(1, 18))
TRUE = {"true", "1", "1.0"}


class MissingData(Exception):
    """A file of labelled texts is not there."""


def data_folder(given: str | None = None) -> Path:
    """The folder with the labelled texts. Raises MissingData."""
    folder = Path(given or os.environ.get("MIGOV_BENCHMARK_DATA") or ROOT.parent / "shared/data")
    if not (folder / "alignment").is_dir():
        raise MissingData(
            f"No labelled texts in {folder}: expected the folder “alignment” in it. "
            "Say where they are with --data FOLDER or MIGOV_BENCHMARK_DATA."
        )
    return folder


@dataclass(frozen=True)
class Question:
    """One text held against one goal by experts."""

    key: str
    text: str
    goal: str
    fits: bool


@dataclass(frozen=True)
class TestSet:
    """Labelled texts with what is to be known of them, and published predictions of others for the same texts, in the same order.

    others: name → (texts by 17 goals: suggested or not; the same: how probable, None where not published).
    one_each: one goal is named for each text though others may fit.
    """

    __test__ = False  # not a test of pytest's

    name: str
    note: str
    labelled: list[Labelled]
    one_each: bool = False
    others: Mapping[str, tuple[NDArray[np.bool_] | None, NDArray[np.float64] | None]] = field(default_factory=dict)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file. Raises MissingData."""
    csv.field_size_limit(10_000_000)
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except FileNotFoundError:
        raise MissingData(f"{path} is not there.") from None
    with file:
        yield from csv.DictReader(file)


# Frameworks and what the matcher learned from


@functools.cache
def shipped(code: str) -> Framework:
    """A framework as it is shipped."""
    return next(framework for framework in shipped_frameworks() if framework.code == code)


def knowledge(code: str) -> list[Labelled]:
    """All texts that the shipped model of a framework learned from."""
    return [one for path in sorted((HOME / code).glob("*.jsonl")) for one in read_labelled(path)]


def pack_rows(data: Path, code: str) -> list[dict[str, str]]:
    """Elements with the official text: code, parent, kind, title, text."""
    return list(rows(data / "frameworks" / code / "elements.csv"))


# Texts labelled with goals


def sdg_benchmark(data: Path) -> list[Question]:
    """The SDG Classification Benchmark: 1,251 texts, each held against one goal by several experts until they agreed."""
    path = data / "alignment/sdgclassification_benchmark/benchmark.csv"
    return [Question(row["id"], row["text"], row["sdg"], row["label"].lower() in TRUE) for row in rows(path)]


def sdg_peers(data: Path, questions: list[Question]) -> dict[str, NDArray[np.bool_]]:
    """Published answers of other systems to the same questions, in their order. Raises MissingData where a question has none."""
    path = data / "alignment/sdgclassification_benchmark/peer_predictions.csv"
    said = {(row["id"], row["sdg"]): row for row in rows(path)}
    missing = [one for one in questions if (one.key, one.goal) not in said]
    if missing:
        raise MissingData(f"{path} has no answer to {len(missing)} of the questions.")
    ordered = [said[one.key, one.goal] for one in questions]
    names = [name for name in ordered[0] if name not in {"id", "sdg", "label"}]
    return {name: np.array([row[name].lower() in TRUE for row in ordered]) for name in names}


def abstracts(data: Path) -> list[TestSet]:
    """Abstracts of the University of Zurich's archive with short texts of the OSDG community, and abstracts with Aurora's probabilities."""
    home = data / "alignment/zora_osdg_fankto"
    mixed = list(rows(home / "zo_up.csv"))
    archive = list(rows(home / "z_test.csv"))
    aurora = np.array([[float(row[f"Aurora SDG {goal}"]) for goal in GOALS] for row in archive])
    return [
        TestSet(
            "zo_up", "abstracts and policy texts, one goal each", [_one(r, "abstract") for r in mixed], one_each=True
        ),
        TestSet(
            "z_test",
            "research abstracts, one goal each",
            [_one(row, "abstract") for row in archive],
            one_each=True,
            others={"Aurora mBERT (published)": (aurora >= 0.5, aurora)},
        ),
    ]


def guidance(data: Path) -> TestSet:
    """Sentences of guidance for companies and of research, by goal. A sentence under several goals fits each of them."""
    fits: defaultdict[str, set[str]] = defaultdict(set)
    words: dict[str, str] = {}
    path = data / "alignment/amrayach/original_data.csv"
    if not path.is_file():
        raise MissingData(f"{path} is not there.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        for goal, *cells in list(csv.reader(file))[1:]:
            # The published file has sentences with commas outside quotes.
            text = ",".join(cell for cell in cells if cell).strip()
            if text:
                words.setdefault(normalised(text), text)
                fits[normalised(text)].add(goal)
    labelled = [Labelled(words[key], frozenset(goals)) for key, goals in fits.items()]
    return TestSet("guidance", "single sentences, mostly one goal each", labelled, one_each=True)


def company_reports(data: Path) -> list[TestSet]:
    """Pages of sustainability reports, several goals each, with the published predictions of five trained models for the test part."""
    home = data / "alignment/charlottjakob_sdg"
    sets = []
    for part in ("val", "test"):
        found = list(rows(home / f"text_{part}.csv"))
        labelled = [
            Labelled(row["text"], frozenset(g for g in GOALS if row[g] in TRUE), key=row[""])
            for row in found
            if row["text"].strip()
        ]
        others = {}
        if part == "test":
            wanted = [[row[goal] in TRUE for goal in GOALS] for row in found]
            for path in sorted((home / "text_test_results").glob("*.csv")):
                others[f"{path.stem} (published)"] = _company_predictions(path, wanted)
        sets.append(TestSet(f"company reports, {part}", "pages, several goals each", labelled, others=others))
    return sets


def unhcr(data: Path) -> TestSet:
    """Refugee agency's country operations with the goals they were published with: weak labels, and texts that say little."""
    labelled = [
        Labelled(f"{row['title']}. {row['description']}", frozenset(row["sdg_goals"].split(";")), key=row["id"])
        for row in rows(data / "alignment/unhcr_iati/unhcr_activities_2023_sdg.csv")
        if row["sdg_goals"]
    ]
    return TestSet(
        "UNHCR activities",
        "published tags, 5.9 goals each; generic texts, many in several languages, of which the matcher reads English",
        labelled,
    )


def test_sets(data: Path) -> list[TestSet]:
    """All sets labelled with goals but the benchmark itself."""
    return [*abstracts(data), guidance(data), *company_reports(data), unhcr(data)]


test_sets.__test__ = False  # type: ignore[attr-defined]


def _one(row: dict[str, str], column: str) -> Labelled:
    return Labelled(row[column], frozenset({row["sdg"]}), key=row["id"])


def _company_predictions(
    path: Path, wanted: list[list[bool]]
) -> tuple[NDArray[np.bool_] | None, NDArray[np.float64] | None]:
    found = list(rows(path))
    target = [[bool(value) for value in ast.literal_eval(row["target"])] for row in found]
    if target != wanted:
        raise MissingData(f"{path} does not hold the same labels as the texts.")
    said = np.array([ast.literal_eval(row["pred_2"]) for row in found]).astype(bool)
    probable = np.array([ast.literal_eval(row["outs_2"]) for row in found]) if "outs_2" in found[0] else None
    return said, probable
