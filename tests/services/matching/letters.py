"""A matcher that counts letters, files to feed it with, and recipes that go wrong: for tests of everything around the matcher."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass

import pytest

from migov.services.matching import Answer, Element, Framework, Match, Reason
from migov.services.matching.batch import Recipe, match_file

GOOD = {"id": "a", "text": "Border posts are rebuilt."}
PLAN = Framework(
    "plan",
    "Our plan",
    (Element("1", "Borders", main="1"), Element("2", "Health", main="2"), Element("3", "Schools", main="3")),
)


class CountsLetters:
    """Matches by the number of the letters of a title in the text: quick, and every text gets an answer of its own."""

    def __init__(self, frameworks):
        self.frameworks = {framework.code: framework for framework in frameworks}

    def match_many(self, texts, framework, *, top=None, reasons=True):
        return [self._match(text, self.frameworks[framework], top, reasons) for text in texts]

    def _match(self, text, framework, top, reasons):
        found = []
        for element in framework.main:
            score = sum(text.lower().count(letter) for letter in set(element.title.lower())) + int(element.code) / 1e9
            why = (Reason(0, 1, text[0], score),) if reasons else ()
            found.append(Match(element.code, score, score / (1 + score), score > 5, why))
        found.sort(key=lambda match: -match.score)
        language = "sq" if "është" in text else "en"
        note = "The text is in Albanian." if language == "sq" else ""
        return Answer(framework.code, tuple(found[:top]), language, note, f"letters {os.getpid()}", 0.8)


@dataclass(frozen=True)
class Letters(Recipe):
    def build(self):
        return CountsLetters(self.frameworks)


@dataclass(frozen=True)
class CannotBeMade(Recipe):
    def build(self):
        raise LookupError("a part is missing")


@dataclass(frozen=True)
class DiesAtWork(Recipe):
    def build(self):
        os._exit(3)


def texts(count, start=0):
    return [
        {"id": number, "text": f"Text {number}: {'border ' * (number % 7)}{'school ' * (number % 5)}"}
        for number in range(start, start + count)
    ]


def jsonl(path, rows):
    lines = (row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode() for row in rows)
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def parquet(path, rows, **options):
    arrow = pytest.importorskip("pyarrow")
    tables = pytest.importorskip("pyarrow.parquet")
    tables.write_table(arrow.Table.from_pylist(rows), path, **options)
    return path


def lines(path):
    content = gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    return [json.loads(line) for line in content.decode().splitlines()]


@pytest.fixture
def recipe():
    return Letters((PLAN,))


@pytest.fixture
def match(tmp_path, recipe):
    """Match a file into out.jsonl (or another name). Returns the summary and the file written."""

    def run(source, out="out.jsonl", **options):
        if out.endswith(".parquet"):
            pytest.importorskip("pyarrow")
        target = tmp_path / out
        options = {"recipe": recipe, "framework": "plan", **options}
        return match_file(source, target, **options), target

    return run


def names(folder):
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())
