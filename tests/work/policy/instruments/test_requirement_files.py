"""The requirements migov ships: every instrument is there, every entry names what exists, and the words are the office's own."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import migov
from migov.work.policy.instruments.requirement_files import Known, read_requirements

PACKAGE = Path(migov.__file__).parent
DATA = PACKAGE / "work" / "policy" / "instruments" / "data"
FOLDER = DATA / "requirements"
FRAMEWORKS = PACKAGE / "foundation" / "frameworks" / "packs"
THEMES = PACKAGE / "foundation" / "people" / "data" / "themes.csv"

# Fewest requirements of each instrument: what a review of a law would miss if they vanished.
LEAST = {
    "1951-convention": 25, "1967-protocol": 4, "1954-stateless": 15, "1961-stateless": 10,
    "trafficking-protocol": 14, "smuggling-protocol": 14, "iccpr": 10, "icescr": 7, "crc": 14, "cedaw": 8, "icrmw": 35,
    "ilo-c097": 9, "ilo-c143": 10, "ilo-c181": 9, "ilo-c189": 12, "ilo-c190": 8, "echr": 8, "echr-p4": 4, "cets-197": 16,
    "eu-2001-55": 8, "eu-2003-86": 8, "eu-2003-109": 8, "eu-2008-115": 8, "eu-2009-52": 8, "eu-2011-36": 8,
    "eu-2016-801": 8, "eu-2021-1883": 8, "eu-2024-1233": 8, "eu-2024-1346": 8, "eu-2024-1347": 8,
}  # fmt: skip
# Words of treaties and directives that a line in our own words has no use for.
TREATY_WORDS = re.compile(
    r"States? Part(y|ies)|Contracting (State|Part)|Member States shall|Each (Party|Member|State)|undertakes? to|inter alia|"
    r"\b(thereof|hereby|herein|hereinafter|thereto)\b",
    re.IGNORECASE,
)


def _entries() -> dict[str, list[dict[str, Any]]]:
    files = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
    return {name: stated["requirement"] for name, stated in files.items()}


ENTRIES = _entries()
EVERY = [(name, entry) for name, entries in ENTRIES.items() for entry in entries]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _codes(file: Path, table: str) -> list[str]:
    return [entry["code"] for entry in tomllib.loads(file.read_text(encoding="utf-8"))[table]]


def _known() -> Known:
    """What the shipped files know, each with a number for its key."""
    packs = [pack for pack in FRAMEWORKS.iterdir() if (pack / "elements.csv").exists()]
    elements = [(pack.name, row["code"]) for pack in packs for row in _rows(pack / "elements.csv")]
    return Known(
        articles={(row["instrument"], row["number"]): key for key, row in enumerate(_rows(DATA / "articles.csv"), 1)},
        weights=dict.fromkeys(_codes(DATA / "instruments.toml", "instrument"), "binding"),
        themes={row["code"]: key for key, row in enumerate(_rows(THEMES), 1)},
        elements={code: key for key, code in enumerate(elements, 1)},
        guidance={code: key for key, code in enumerate(_codes(DATA / "guidance.toml", "guidance"), 1)},
    )


def test_every_instrument_has_its_file_and_enough_requirements() -> None:
    assert set(ENTRIES) == set(LEAST)
    assert {name: len(ENTRIES[name]) for name, least in LEAST.items() if len(ENTRIES[name]) < least} == {}
    assert len(EVERY) >= 260


def test_each_file_names_its_own_instrument() -> None:
    for file in FOLDER.glob("*.toml"):
        assert tomllib.loads(file.read_text(encoding="utf-8"))["instrument"] == file.stem


def test_every_entry_is_read_and_no_code_stands_twice() -> None:
    stated = read_requirements(FOLDER, _known())

    assert len(stated) == len(EVERY)
    assert [code for code, count in Counter(one.code for one in stated).items() if count > 1] == []


def test_two_requirements_of_one_paragraph_have_different_words() -> None:
    said = Counter((name, entry["text"].casefold()) for name, entry in EVERY)

    assert [place for place, count in said.items() if count > 1] == []


def test_a_requirement_is_one_short_line_in_own_words() -> None:
    def is_own(text: str) -> bool:
        tidy = text == " ".join(text.split()) and text[0].isupper() and text[-1] not in ".;,:"
        return 15 <= len(text) <= 200 and tidy and TREATY_WORDS.search(text) is None

    assert [(name, entry["article"], entry["text"]) for name, entry in EVERY if not is_own(entry["text"])] == []


def test_a_requirement_has_terms_for_the_matcher_and_its_themes() -> None:
    def is_matchable(entry: dict[str, Any]) -> bool:
        terms = [term.casefold() for term in entry["terms"]]
        return (
            3 <= len(set(terms)) == len(terms) <= 8
            and all(3 <= len(term) <= 60 for term in terms)
            and bool(entry["themes"])
        )

    assert [(name, entry["article"], entry["terms"]) for name, entry in EVERY if not is_matchable(entry)] == []
