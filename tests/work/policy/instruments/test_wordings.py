"""Texts of articles and paragraphs of guidance, loaded by the office."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.access import SYSTEM
from migov.work.policy.instruments.queries import cites
from migov.work.policy.instruments.refusal import LoadRefused
from migov.work.policy.instruments.wordings import comment_of, load_guidance, load_texts, tidied
from migov.work.policy.models import Article, Guidance, GuidanceParagraph
from tests.work.policy.making import instrument, requirement

pytestmark = pytest.mark.django_db


def write(folder: Path, name: str, content: Any) -> None:
    (folder / name).write_text(json.dumps(content), encoding="utf-8")


def article(number: str, text: str) -> dict[str, str]:
    return {"number": number, "heading": "", "chapter": "", "text": text}


def test_words_come_to_their_articles(tmp_path: Path) -> None:
    requirement(instrument("crc"), "22")
    write(
        tmp_path,
        "crc_1989.json",
        {"slug": "crc_1989", "title": "x", "articles": [article("22", "1.  A   child\n\n2. B")]},
    )
    write(tmp_path, "other.json", {"slug": "other", "title": "Another text", "articles": [article("1", "A")]})
    done = load_texts(tmp_path, by=SYSTEM)
    assert (done["articles"], done["changed"], done["files_left"]) == (1, 1, ["other.json"])
    one = Article.objects.get()
    assert one.text == "1. A child\n2. B"
    assert "check against the authentic text" in one.instrument.text_source
    assert load_texts(tmp_path, by=SYSTEM)["changed"] == 0


def test_an_instrument_is_found_by_its_title_and_strange_articles_are_told(tmp_path: Path) -> None:
    requirement(instrument("c1"), "1")
    write(tmp_path, "x.json", {"title": "CONVENTION  c1", "articles": [article("1", "A"), article("99", "B")]})
    done = load_texts(tmp_path, by=SYSTEM)
    assert done["articles_left"] == ["c1 99"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"articles": [{"number": "", "text": "A"}]}, "entry 1, number"),
        ({"articles": [article("22", "A"), article("22", "B")]}, "entry 2, number"),
        ({"articles": [article("22", " ")]}, "entry 1, text"),
        ([], "an object with a list of articles"),
    ],
)
def test_a_fault_refuses_the_folder(tmp_path: Path, content: Any, words: str) -> None:
    requirement(instrument("crc"), "22")
    if isinstance(content, dict):
        content["slug"] = "crc_1989"
    write(tmp_path, "crc.json", content)
    with pytest.raises(LoadRefused, match=words):
        load_texts(tmp_path, by=SYSTEM)
    assert Article.objects.get().text == ""


def test_broken_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="JSON files"):
        load_texts(tmp_path, by=SYSTEM)
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(LoadRefused, match="well-formed JSON"):
        load_guidance(tmp_path, by=SYSTEM)


def test_paragraphs_come_to_their_comment_and_replace_those_before(tmp_path: Path) -> None:
    Guidance.objects.create(code="cmw-gc2", symbol="CMW/C/GC/2", title="General comment No. 2", committee="CMW")
    write(
        tmp_path,
        "Annotated_CMW_GC2_x.json",
        [{"ID": 1, "Text": "One."}, {"ID": "2.", "Text": "Two."}, {"ID": "2", "Text": "More."}],
    )
    write(tmp_path, "GC-info.json", [])
    done = load_guidance(tmp_path, by=SYSTEM)
    assert (done["comments"], done["paragraphs"], done["files_left"]) == (1, 2, ["GC-info.json"])
    load_guidance(tmp_path, by=SYSTEM)
    assert list(GuidanceParagraph.objects.values_list("number", "text")) == [("1", "One."), ("2", "Two.\nMore.")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Annotated_CMW_GC2_migrant_workers", "cmw-gc2"), ("Annotated_CRC-CMW-GC22-MigPrinciples", "cmw-gc3"),
        ("Annotated_CRC-CMW-GC23-Migration", "cmw-gc4"), ("Annotated_CRC-GC6-UASC", "crc-gc6"),
        ("Annotated_CEDAW-GC38-Trafficking", "cedaw-gr38"), ("Annotated_CERD_GR30_non-citizens", "cerd-gr30"),
        ("Annotated_CAT_GC4_art.3", "cat-gc4"), ("GC-info", ""),
    ],
)  # fmt: skip
def test_a_file_name_tells_the_comment(name: str, code: str) -> None:
    assert comment_of(name) == code


def test_cited_paragraphs() -> None:
    assert cites("23-28, 31", "25")
    assert cites("23–28, 31", "31")
    assert not cites("23-28, 31", "30")
    assert not cites("", "1")


@pytest.mark.parametrize("who", ["ana", "ion", "jan", "nobody"])
def test_others_may_not_load(people: Any, tmp_path: Path, who: str) -> None:
    with pytest.raises(PermissionDenied):
        load_texts(tmp_path, by=people[who])
    with pytest.raises(PermissionDenied):
        load_guidance(tmp_path, by=people[who])


@pytest.mark.parametrize(
    ("held", "adopted"),
    [
        ("alternative (*a*), *ipso facto*; *inter alia,* x", "alternative (a), ipso facto; inter alia, x"),
        ("(1)Has been\n\n1.The\n\nb)Organizing", "(1) Has been\n1. The\nb) Organizing"),
        ("Organization;Decisions, return to it.In the case", "Organization; Decisions, return to it. In the case"),
        ("the [Charter](../a/README.md) and<sup>1</sup>\n####Annex", "the Charter and1\nAnnex"),
        ("article 1.2, U.S.A., 3(b)(ii), e.g. x", "article 1.2, U.S.A., 3(b)(ii), e.g. x"),
    ],
)  # fmt: skip
def test_marks_of_files_are_not_official_words(held: str, adopted: str) -> None:
    assert tidied(held) == adopted
