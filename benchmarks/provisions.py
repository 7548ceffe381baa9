"""Does the ranker find the provision that answers a requirement? Measured on two real laws, judged by reading.

    MIGOV_LAW_TEXTS=<folder> python -m benchmarks.provisions

The pairs are facts in `benchmarks/provisions_data/pairs.csv`: for a requirement (instrument, article, paragraph) the articles of a law
that answer it, or none. The laws themselves are not in the repository: MIGOV_LAW_TEXTS names a folder with their texts
(`provisions_data/laws.csv` says which). With `instruments_en_json/` beside them the official words of the articles are used too, and
the figures are given without and with them. A guess that always names the five articles which answer most often stands beside, as the
mark to beat; so does plain cosine of TF-IDF.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer

from migov.work.policy import instruments
from migov.work.policy.review.ranking import Asked, Candidate, Ranker
from migov.work.policy.texts.outline import outline
from migov.work.policy.texts.tree import Piece

HERE = Path(__file__).parent / "provisions_data"
SHIPPED = Path(str(instruments.__file__)).parent / "data"
HINTS = {"definition": ("definitions", "explanation of terms", "meaning of terms")}
FIRST = 5
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Pair:
    """A requirement and the articles of a law that answer it; none where nothing does."""

    key: Key
    law: str
    right: frozenset[str]


@dataclass(frozen=True)
class Score:
    """How often the right article was first, among the first five, and the mean of one over its place."""

    asked: int
    first: float
    among_five: float
    reciprocal: float


def pairs() -> list[Pair]:
    """The labelled pairs."""
    with (HERE / "pairs.csv").open(encoding="utf-8", newline="") as file:
        return [
            Pair(
                (row["instrument"], row["article"], row["paragraph"]),
                row["law"],
                frozenset(row["provisions"].split()),
            )
            for row in csv.DictReader(file)
        ]


def law_files() -> dict[str, str]:
    """Law → the name of its text, within the folder of the texts."""
    with (HERE / "laws.csv").open(encoding="utf-8", newline="") as file:
        return {row["law"]: row["file"] for row in csv.DictReader(file)}


def requirements(official: Mapping[tuple[str, str], str]) -> dict[Key, Asked]:
    """The shipped requirements as words. official: (instrument, article) → its own words, where they are at hand."""
    with (SHIPPED / "articles.csv").open(encoding="utf-8", newline="") as file:
        headings = {(row["instrument"], row["number"]): row["heading"] for row in csv.DictReader(file)}
    found: dict[Key, Asked] = {}
    for path in sorted((SHIPPED / "requirements").glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for one in data["requirement"]:
            key = (data["instrument"], one["article"], one.get("paragraph", ""))
            at = key[:2]
            terms = (*one.get("terms", ()), *HINTS.get(one.get("type", "shall"), ()))
            found.setdefault(key, Asked(one["text"], terms, headings.get(at, ""), official.get(at, "")))
    return found


def official_words(folder: Path) -> dict[tuple[str, str], str]:
    """(instrument, article) → official words, from the files that `official.csv` names; nothing where the folder is not there."""
    found: dict[tuple[str, str], str] = {}
    with (HERE / "official.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = folder / row["file"]
            if path.exists():
                articles = json.loads(path.read_text(encoding="utf-8"))
                rows = articles if isinstance(articles, list) else articles["articles"]
                found |= {(row["instrument"], str(one["number"])): one.get("text") or "" for one in rows}
    return found


def candidates(text: str) -> tuple[list[Candidate], dict[int, str]]:
    """The articles and paragraphs of a law for the ranker, and the number of each one's article."""
    made: list[Candidate] = []
    numbers: dict[int, str] = {}
    for article, above in _articles(outline(text).pieces, ()):
        whole = article.words().removeprefix(article.heading)
        key = len(made) + 1
        context = " · ".join(above)
        made.append(Candidate(key, key, whole, article.heading, context))
        made += [
            Candidate(key + place, key, child.words(), article.heading, context)
            for place, child in enumerate((one for one in article.children if one.kind == "paragraph"), 1)
        ]
        numbers |= {one.key: article.number for one in made[key - 1 :]}
    return made, numbers


def _articles(pieces: Sequence[Piece], above: tuple[str, ...]) -> Iterator[tuple[Piece, tuple[str, ...]]]:
    for piece in pieces:
        if piece.kind == "article":
            yield piece, above
        else:
            yield from _articles(piece.children, (*above, piece.heading) if piece.heading else above)


def score(ranked: Sequence[Sequence[str]], right: Sequence[frozenset[str]]) -> Score:
    """Measures of ranked article numbers against the right ones."""
    places = [
        next((place for place, number in enumerate(found, 1) if number in wanted), 0)
        for found, wanted in zip(ranked, right, strict=True)
    ]
    total = max(len(places), 1)
    return Score(
        len(places),
        sum(place == 1 for place in places) / total,
        sum(0 < place <= FIRST for place in places) / total,
        sum(1 / place for place in places if place) / total,
    )


def ranked_by_us(law: str, asked: Sequence[Asked]) -> list[list[str]]:
    """What the ranker proposes, as numbers of articles."""
    made, numbers = candidates(law)
    return [[numbers[one.key] for one in found] for found in Ranker(made).rank(asked)]


def ranked_by_cosine(law: str, asked: Sequence[Asked]) -> list[list[str]]:
    """What plain TF-IDF cosine over whole articles proposes."""
    made, numbers = candidates(law)
    whole = [one for one in made if one.key == one.article]
    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    matrix = vectors.fit_transform(f"{one.heading}\n{one.text}" for one in whole)
    words = [" ".join((one.line, *one.terms, one.heading, one.official)) for one in asked]
    likeness = (vectors.transform(words) @ matrix.T).toarray()
    return [[numbers[whole[place].key] for place in (-row).argsort(kind="stable")[:8]] for row in likeness]


def ranked_by_habit(right: Sequence[frozenset[str]]) -> list[list[str]]:
    """The five articles that answer most often, for every requirement alike."""
    usual = [number for number, _times in Counter(one for wanted in right for one in sorted(wanted)).most_common(FIRST)]
    return [usual] * len(right)


def measure(folder: Path) -> dict[str, dict[str, Score]]:
    """Law → who ranked → how well. Raises FileNotFoundError where a law is missing."""
    bare, full = requirements({}), requirements(official_words(folder / "instruments_en_json"))
    results: dict[str, dict[str, Score]] = {}
    for law, name in law_files().items():
        text = (folder / name).read_text(encoding="utf-8")
        some = [one for one in pairs() if one.law == law and one.right]
        right = [one.right for one in some]
        without, with_words = [bare[one.key] for one in some], [full[one.key] for one in some]
        results[law] = {
            "migov": score(ranked_by_us(text, without), right),
            "migov, with official words": score(ranked_by_us(text, with_words), right),
            "TF-IDF cosine, with official words": score(ranked_by_cosine(text, with_words), right),
            "the five usual articles": score(ranked_by_habit(right), right),
        }
    return results


def main() -> int:
    """Print the figures; 1 where the right article is among the first five for less than 80 % of the requirements."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--texts", default=os.environ.get("MIGOV_LAW_TEXTS", ""), help="folder with the texts of the laws"
    )
    folder = Path(parser.parse_args().texts or ".")
    known = pairs()
    none = sum(not one.right for one in known)
    print(f"{len(known)} pairs judged; for {none} of them the law has no answer (not measured).")
    if not all((folder / name).exists() for name in law_files().values()):
        print("The texts of the laws are not here: name their folder with MIGOV_LAW_TEXTS. Nothing was measured.")
        return 0
    began = time.perf_counter()
    good = True
    for law, systems in measure(folder).items():
        print(f"\n{law}: {next(iter(systems.values())).asked} requirements with an answer")
        for system, found in systems.items():
            print(
                f"  {system:36} first {found.first:5.1%}  first five {found.among_five:5.1%}  MRR {found.reciprocal:.3f}"
            )
        good = good and systems["migov"].among_five >= 0.8
    print(f"\n{time.perf_counter() - began:.1f} s for all of it")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
