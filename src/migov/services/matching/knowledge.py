"""What migov knows of a framework beyond its pack: weighted terms and labelled passages, written for it, one file for each element.

``knowledge/<framework>/<element>.terms.csv``: code, term, weight (3: nearly settles it alone, 2: strong, 1: supports, -2: speaks against).
``knowledge/<framework>/<element>.examples.jsonl``: text, fits (codes), not (codes a hasty reader would name).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from migov.services.matching.answers import Labelled

HOME = Path(__file__).parent / "knowledge"


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase that speaks for an element (weight above 0), or looks as if it did and means something else (below 0)."""

    code: str
    term: str
    weight: float


@dataclass(frozen=True)
class Knowledge:
    """Terms and labelled passages of a framework. `digest` tells whether they are those that a model was built from."""

    terms: tuple[Term, ...] = ()
    examples: tuple[Labelled, ...] = ()
    digest: str = ""


@cache
def knowledge_of(framework: str) -> Knowledge:
    """What is known of a framework by its code; nothing for one that nobody has written for.

    Raises ValueError naming file, row and field of what cannot be read.
    """
    folder = HOME / framework
    if not folder.is_dir() or framework != Path(framework).name:
        return Knowledge()
    files = sorted(folder.iterdir())
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    terms = tuple(term for file in files if file.suffix == ".csv" for term in _terms(file))
    examples = tuple(one for file in files if file.suffix == ".jsonl" for one in _examples(file))
    return Knowledge(terms, examples, digest.hexdigest()[:16])


def _terms(file: Path) -> Iterator[Term]:
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                weight = float(row["weight"])
            except (KeyError, TypeError, ValueError):
                raise ValueError(f"{file.name}, row {number}, weight: a number was expected") from None
            if not row["code"] or not row["term"]:
                raise ValueError(f"{file.name}, row {number}: code and term were expected")
            yield Term(row["code"], row["term"], weight)


def _examples(file: Path) -> Iterator[Labelled]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    row = json.loads(line)
                    yield Labelled(
                        row["text"],
                        frozenset(row["fits"]),
                        frozenset(row.get("not", ())),
                        True,
                        f"{file.stem}:{number}",
                    )
                except (ValueError, KeyError, TypeError):
                    raise ValueError(f"{file.name}, row {number}: an object with text and fits was expected") from None
