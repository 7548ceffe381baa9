"""The shipped framework packs are whole, linked to each other and hold nothing beyond titles and our own notes."""

import csv
import datetime
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

PACKS = Path(__file__).resolve().parents[3] / "src" / "migov" / "foundation" / "frameworks" / "packs"

ELEMENT_HEADER = ["code", "parent", "kind", "title", "scope", "terms", "exclude", "migration", "source", "certainty"]
CROSSWALK_HEADER = ["code", "relation", "target_framework", "target", "source", "reason"]
FOLDER_OF = {
    "migof": "migof",
    "gcm": "gcm",
    "sdg": "sdg",
    "strategy-2020-2024": "strategy",
    "mcof": "mcof",
    "srf": "srf",
}
KIND_COUNTS = {
    "migof": {"principle": 3, "objective": 3, "sub-element": 38},
    "gcm": {"objective": 23, "guiding principle": 10},
    "sdg": {"goal": 17, "target": 169},
    "strategy-2020-2024": {"priority": 3, "sub-area": 14},
    "mcof": {"phase": 3, "sector of assistance": 15},
    "srf": {"objective": 3, "long-term outcome": 10, "short-term outcome": 33},
}
MAIN_LEVELS = {
    "migof": ["principle", "objective"],
    "gcm": ["objective"],
    "sdg": ["goal"],
    "strategy-2020-2024": ["priority"],
    "mcof": ["sector of assistance"],
    "srf": ["long-term outcome"],
}
# The kind each kind may hang under; None means it stands at the top.
PARENT_KINDS: dict[tuple[str, str], set[str | None]] = {
    ("migof", "sub-element"): {"principle", "objective"},
    ("sdg", "target"): {"goal"},
    ("strategy-2020-2024", "sub-area"): {"priority"},
    ("srf", "long-term outcome"): {"objective"},
    ("srf", "short-term outcome"): {"long-term outcome"},
}
RELATIONS = {"exact", "close", "broad", "narrow", "related"}
CERTAINTIES = {"official", "to-check", "ours"}
CODES = sorted(FOLDER_OF)

Row = dict[str, str]


def read_rows(path: Path, header: list[str]) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        lines = list(csv.reader(handle))
    assert lines[0] == header
    assert {len(line) for line in lines} == {len(header)}
    return [dict(zip(header, line, strict=True)) for line in lines[1:]]


def elements(code: str) -> list[Row]:
    return read_rows(PACKS / FOLDER_OF[code] / "elements.csv", ELEMENT_HEADER)


def crosswalk(code: str) -> list[Row]:
    path = PACKS / FOLDER_OF[code] / "crosswalk.csv"
    return read_rows(path, CROSSWALK_HEADER) if path.exists() else []


def about(code: str) -> dict[str, Any]:
    return tomllib.loads((PACKS / FOLDER_OF[code] / "framework.toml").read_text(encoding="utf-8"))


def phrases(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def words(phrase: str) -> list[str]:
    """Words of a phrase without hyphens and plural endings, so that "hate crimes" meets "hate crime"."""
    return [re.sub(r"(?<=\w{3})(ies|s|y)$", "", word) for word in re.findall(r"[a-zé0-9]+", phrase.lower())]


def links() -> list[tuple[tuple[str, str], str, tuple[str, str]]]:
    return [
        ((code, row["code"]), row["relation"], (row["target_framework"], row["target"]))
        for code in CODES
        for row in crosswalk(code)
    ]


def test_every_folder_is_a_known_pack() -> None:
    assert {path.name for path in PACKS.iterdir() if path.is_dir()} == set(FOLDER_OF.values())


@pytest.mark.parametrize("code", CODES)
def test_the_framework_file_says_what_the_framework_is(code: str) -> None:
    framework = about(code)
    required = {"code", "title", "short_title", "issuer", "version", "kind", "valid_from", "source", "source_certainty"}
    assert required | {"main_level", "order"} <= set(framework)
    assert set(framework) <= required | {"main_level", "order", "adopted", "valid_to"}
    assert framework["code"] == code
    assert framework["source_certainty"] in CERTAINTIES
    assert framework["main_level"] == MAIN_LEVELS[code]
    dates = [framework[key] for key in ("adopted", "valid_from", "valid_to") if key in framework]
    assert all(isinstance(day, datetime.date) for day in dates)
    assert dates == sorted(dates)


def test_the_packs_have_a_fixed_order() -> None:
    ordered = sorted(CODES, key=lambda code: about(code)["order"])
    assert ordered == ["migof", "gcm", "sdg", "strategy-2020-2024", "srf", "mcof"]
    assert len({about(code)["order"] for code in CODES}) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_codes_are_unique_and_parents_come_first(code: str) -> None:
    kind_of: dict[str, str | None] = {"": None}
    for row in elements(code):
        assert row["code"] and row["code"] not in kind_of, row["code"]
        assert row["parent"] in kind_of, row["code"]
        assert kind_of[row["parent"]] in PARENT_KINDS.get((code, row["kind"]), {None}), row["code"]
        kind_of[row["code"]] = row["kind"]


@pytest.mark.parametrize("code", CODES)
def test_every_kind_is_complete(code: str) -> None:
    assert Counter(row["kind"] for row in elements(code)) == KIND_COUNTS[code]


def test_codes_are_the_official_ones() -> None:
    migof = {row["code"] for row in elements("migof") if row["kind"] != "sub-element"}
    assert migof == {"P1", "P2", "P3", "O1", "O2", "O3"}
    gcm = {row["code"] for row in elements("gcm")}
    assert gcm == {str(n) for n in range(1, 24)} | {f"GP{n}" for n in range(1, 11)}
    sdg = {row["code"]: row["parent"] for row in elements("sdg")}
    assert {code for code, parent in sdg.items() if not parent} == {str(n) for n in range(1, 18)}
    assert all(code.split(".")[0] == parent for code, parent in sdg.items() if parent)
    assert {"4.b", "10.7", "10.c", "16.10", "17.18"} <= set(sdg)
    assert {row["code"] for row in elements("mcof")} == {"BEFORE", "DURING", "AFTER"} | {f"S{n}" for n in range(1, 16)}
    srf = {row["code"]: row["parent"] for row in elements("srf")}
    assert all(code[:-1] == parent for code, parent in srf.items())


@pytest.mark.parametrize(
    ("framework", "code", "title"),
    [
        (
            "migof",
            "O2",
            "Good migration governance is based on effective responses to the mobility dimensions of crises",
        ),
        ("gcm", "15", "Provide access to basic services for migrants"),
        ("gcm", "GP10", "Whole-of-society approach"),
        ("sdg", "10", "Reduce inequality within and among countries"),
        ("sdg", "16.9", "By 2030, provide legal identity for all, including birth registration"),
        ("strategy-2020-2024", "R", "Resilience"),
        ("srf", "2", "Driving solutions to displacement"),
    ],
)
def test_titles_are_the_official_ones(framework: str, code: str, title: str) -> None:
    assert {row["code"]: row["title"] for row in elements(framework)}[code] == title


@pytest.mark.parametrize("code", CODES)
def test_every_element_has_title_source_certainty_and_migration_flag(code: str) -> None:
    for row in elements(code):
        assert row["title"] and row["source"], row["code"]
        assert row["certainty"] in CERTAINTIES, row["code"]
        assert row["migration"] in {"0", "1"}, row["code"]
        if code != "sdg":
            assert row["migration"] == "1", row["code"]


def test_what_is_not_checked_or_not_official_says_so() -> None:
    sectors = [row for row in elements("mcof") if row["kind"] == "sector of assistance"]
    assert {(row["source"], row["certainty"]) for row in sectors} == {
        ("to be checked against the official text", "to-check")
    }
    for code, kind in (("migof", "sub-element"), ("strategy-2020-2024", "sub-area")):
        own = [row for row in elements(code) if row["kind"] == kind]
        assert {row["certainty"] for row in own} == {"ours"}
        assert all(row["source"].startswith("ours; ") for row in own)


def test_targets_that_name_migration_are_marked() -> None:
    marked = {row["code"] for row in elements("sdg") if row["migration"] == "1"}
    assert {"4.b", "5.2", "8.5", "8.7", "8.8", "10.7", "10.c", "16.2", "17.18"} <= marked
    assert {row["parent"] for row in elements("sdg") if row["code"] in marked and row["parent"]} <= marked
    assert not marked & {"14", "14.1", "7.2", "15.7"}


@pytest.mark.parametrize("code", CODES)
def test_elements_that_reports_count_by_can_be_read_and_matched(code: str) -> None:
    main = [row for row in elements(code) if row["kind"] in MAIN_LEVELS[code]]
    assert main
    for row in main:
        assert row["scope"], row["code"]
        assert 5 <= len(phrases(row["terms"])) <= 15, row["code"]


@pytest.mark.parametrize("code", CODES)
def test_other_elements_that_concern_migration_can_be_matched_too(code: str) -> None:
    for row in elements(code):
        if row["migration"] == "1" and row["kind"] not in MAIN_LEVELS[code]:
            assert row["scope"], row["code"]
            assert 2 <= len(phrases(row["terms"])) <= 8, row["code"]


@pytest.mark.parametrize("code", CODES)
def test_terms_are_clean_phrases(code: str) -> None:
    for row in elements(code):
        for cell in (row["terms"], row["exclude"]):
            found = phrases(cell)
            assert len(found) == len(set(found)), row["code"]
            assert all(re.fullmatch(r"[a-zé0-9][a-zé0-9'. \-]*", phrase) for phrase in found), (row["code"], found)
            assert all(phrase == " ".join(phrase.split()) for phrase in found), (row["code"], found)
        assert not set(phrases(row["terms"])) & set(phrases(row["exclude"])), row["code"]


@pytest.mark.parametrize("code", CODES)
def test_no_term_is_a_word_that_all_migration_texts_share(code: str) -> None:
    everywhere = {"migrant", "migrants", "iom", "project", "capacity", "support", "government", "international"}
    # For the Goals as a whole the word "migrants" does set one apart.
    allowed = {"migration", "migrants"} if code == "sdg" else set()
    for row in elements(code):
        assert not set(phrases(row["terms"])) & ((everywhere | {"migration"}) - allowed), row["code"]


@pytest.mark.parametrize("code", CODES)
def test_every_exclusion_guards_a_term(code: str) -> None:
    for row in elements(code):
        known = {word for term in phrases(row["terms"]) for word in words(term)}
        for phrase in phrases(row["exclude"]):
            assert known & set(words(phrase)), (row["code"], phrase)


@pytest.mark.parametrize("code", CODES)
def test_main_elements_do_not_share_the_same_terms(code: str) -> None:
    main = [row for row in elements(code) if row["kind"] in MAIN_LEVELS[code]]
    for row in main:
        own = set(phrases(row["terms"]))
        for other in main:
            if other is not row:
                assert len(own & set(phrases(other["terms"]))) <= len(own) // 2, (row["code"], other["code"])


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_longer_than_a_title_or_a_note(code: str) -> None:
    for row in elements(code):
        assert len(row["scope"]) <= 220, row["code"]
        for name, cell in row.items():
            assert "\n" not in cell, (row["code"], name)
            if name not in ("terms", "exclude"):
                # Some names of SDG targets are whole paragraphs; they are names all the same.
                limit = 600 if (code, row["kind"], name) == ("sdg", "target", "title") else 400
                assert len(cell) <= limit, (row["code"], name)
            for phrase in phrases(cell) if name in ("terms", "exclude") else []:
                assert len(phrase) <= 60, (row["code"], phrase)
    for row in crosswalk(code):
        assert 15 <= len(row["reason"]) <= 200, row


def test_every_link_joins_two_shipped_elements_of_different_frameworks() -> None:
    known = {(code, row["code"]) for code in CODES for row in elements(code)}
    assert links()
    for start, relation, end in links():
        assert start in known, start
        assert end in known, (start, end)
        assert start[0] != end[0]
        assert relation in RELATIONS


def test_no_link_is_stated_twice_in_either_direction() -> None:
    pairs = Counter(frozenset((start, end)) for start, _, end in links())
    assert [sorted(pair) for pair, times in pairs.items() if times > 1] == []


def test_every_link_is_marked_as_ours_with_a_reason() -> None:
    for code in CODES:
        for row in crosswalk(code):
            assert row["source"] == "ours"
            assert row["reason"].endswith("."), row


def test_no_link_contradicts_the_tree_it_stands_in() -> None:
    """A part cannot hold what its whole only meets, nor be wider than its whole."""
    parent = {(code, row["code"]): (code, row["parent"]) for code in CODES for row in elements(code)}
    stated = {(start, end): relation for start, relation, end in links()}
    for (start, end), relation in stated.items():
        above = stated.get((parent[start], end))
        if relation == "narrow":
            assert above in {None, "narrow"}, (start, end)
        if relation in {"exact", "close"}:
            assert above not in {"broad", "exact"}, (start, end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("migof", "gcm"),
        ("migof", "sdg"),
        ("gcm", "sdg"),
        ("strategy-2020-2024", "migof"),
        ("strategy-2020-2024", "gcm"),
        ("mcof", "migof"),
        ("mcof", "gcm"),
        ("srf", "migof"),
        ("srf", "gcm"),
    ],
)
def test_frameworks_are_joined(start: str, end: str) -> None:
    assert {(first[0], second[0]) for first, _, second in links()} >= {(start, end)}


def test_every_gcm_objective_is_reached_from_a_migof_principle_or_objective() -> None:
    main = {row["code"] for row in elements("migof") if row["kind"] != "sub-element"}
    reached = {end[1] for start, _, end in links() if start[0] == "migof" and start[1] in main and end[0] == "gcm"}
    assert {str(n) for n in range(1, 24)} <= reached


@pytest.mark.parametrize("code", ["migof", "strategy-2020-2024", "mcof", "srf"])
def test_every_main_element_is_linked(code: str) -> None:
    main = {row["code"] for row in elements(code) if row["kind"] in MAIN_LEVELS[code]}
    assert main <= {start[1] for start, _, _ in links() if start[0] == code}


def test_the_six_parts_of_migof_meet_the_target_on_migration_governance() -> None:
    relation = {start[1]: kind for start, kind, end in links() if start[0] == "migof" and end == ("sdg", "10.7")}
    assert relation == {"P1": "broad", "P2": "broad", "P3": "broad", "O1": "broad", "O2": "broad", "O3": "close"}


@pytest.mark.parametrize(
    ("objective", "target"),
    [("10", "16.2"), ("10", "8.7"), ("10", "5.2"), ("20", "10.c"), ("23", "10.7"), ("4", "16.9"), ("1", "17.18")],
)
def test_gcm_objectives_meet_their_targets(objective: str, target: str) -> None:
    assert (("gcm", objective), ("sdg", target)) in {(start, end) for start, _, end in links()}
