"""The summary fits on one page, however much there is to say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migov.work.policy.products import summary
from migov.work.policy.review.table import Answered
from tests.work.policy.products import files
from tests.work.policy.products.tables import GCM, ICRMW, MIXED, TRAFFICKING, edition, line, rows

LONG = "A long assessment that goes on and on about every part of the draft law. " * 60


def test_it_says_the_assessment_figures_recommendations_and_conformity() -> None:
    [page] = files.pages(summary.one_page(edition(*MIXED), "pdf"))
    for words in (
        "The draft protects workers well", "6 of 7 requirements", "ICRMW 16(4) (contrary)", "3 recommendations in all.",
        "The government answered 1; it agrees with, or has done, 1.", "This Law is partially aligned with: ICRMW.",
        "Article 17(3) (none)", "Draft – confidential",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(
    "said",
    [
        edition(),
        edition(sources=()),
        edition(*(replace(one, judgement="") for one in MIXED)),
        edition(*rows(160), summary=LONG, country_name="Kosovo*", illustrative=True),
        edition(
            *(replace(one, comment=LONG, wording=LONG, answer=Answered("later", LONG)) for one in rows(160)),
            *(line(200 + number, str(number), "none", source=GCM, obligation=LONG) for number in range(20)),
            sources=(ICRMW, TRAFFICKING, GCM, *(replace(TRAFFICKING, code=f"c{n}", title=LONG[:600]) for n in range(20))),
            summary=LONG, text_title=LONG[:400], citation="Draft " * 20,
        ),
    ],
    ids=["no rows", "no sources", "nothing judged", "many rows", "too much of everything"],
)  # fmt: skip
def test_it_is_one_page(said) -> None:
    assert len(files.pages(summary.one_page(said, "pdf"))) == 1


def test_the_word_file_says_less_where_there_is_much() -> None:
    said = edition(*rows(160), summary=LONG)
    in_word = files.words(files.word(summary.one_page(said, "docx")))
    assert in_word.count("ICRMW") < files.pages(summary.one_page(said, "pdf"))[0].count("ICRMW")
    assert "[…]" in in_word


def test_the_statement_is_whole_and_words_are_not_cut() -> None:
    sources = tuple(replace(TRAFFICKING, code=f"c{n}", short_title=f"Directive number {n}") for n in range(12))
    lines = [line(n, str(n), "partial", source=one, obligation=LONG) for n, one in enumerate(sources)]
    [page] = files.pages(summary.one_page(edition(*lines, sources=sources, summary=LONG), "pdf"))
    acts = "; ".join(f"Directive number {n} (CELEX 32011L0036)" for n in range(12))
    assert f"This Law is partially aligned with: {acts}." in page
    cut = [part.split()[-1] for part in page.split(" […]")[:-1]]
    assert cut and set(cut) <= set(LONG.replace(".", "").split())


def test_it_names_as_many_recommendations_as_find_room() -> None:
    short = [line(number, str(number), "none", obligation="Do this.") for number in range(1, 73)]
    [page] = files.pages(summary.one_page(edition(*short), "pdf"))
    assert 12 <= page.count("(none): Do this") <= 24
    assert "72 recommendations in all." in page
