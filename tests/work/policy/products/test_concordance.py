"""The table of concordance in its two forms, as Word, PDF and workbook."""

from __future__ import annotations

from dataclasses import replace

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from migov.work.policy.products import concordance
from tests.work.policy.products import files
from tests.work.policy.products.tables import CHILD, GCM, ICRMW, MIXED, TRAFFICKING, edition, line, rows, table

NINE = [
    "1. Article of the act (paragraph, point)", "2. Content of that article", "3. National act", "4. Article of the national act",
    "5. Content of that article", "6. Fully approximated", "7. Act for what remains", "8. Time limit", "9. Comment",
]  # fmt: skip


def test_the_nine_columns_of_a_row() -> None:
    document = files.word(concordance.nine(edition(*MIXED)))
    heading, first, second, *_rest = files.cells(document.tables[0])
    assert heading == NINE
    assert first == [
        "Article 21\nConfiscation of documents",
        "Nobody but an authorised official takes identity documents.\n\nSee CMW/C/GC/2, 23-28.\n\n"
        "It shall be unlawful for anyone to confiscate documents.",
        "Draft 112/2026", "Article 2(1)", "No employer may keep the passport of a worker.", "fully", "", "", "Clear.",
    ]  # fmt: skip
    assert second[3:8] == [
        "Article 3\nArticle 2(1)",
        "Article 3: Detention\n1. A child shall not be detained for reasons of residence status.\n\n"
        "Article 2(1): No employer may keep the passport of a worker.",
        "contrary", "Amendments to the Law on Foreigners", "2027",
    ]  # fmt: skip
    assert second[8].split("\n") == [
        "The draft allows detention without time limit.", "Proposed wording: Detention is ordered by a court.",
        "Answer of the government: agrees: will be changed (20\u00a0November 2026). Will be changed before the second reading.",
    ]  # fmt: skip


def test_each_judgement_has_its_word_of_the_form_and_contrary_stays_apart() -> None:
    document = files.word(concordance.nine(edition(*MIXED)))
    assert [row[5] for row in files.cells(document.tables[0])[1:]] == [
        "fully", "contrary", "not transposed", "partially", "not relevant", "discretionary provision", "not judged",
    ]  # fmt: skip


def test_every_instrument_has_a_table_with_its_head_on_a_page_of_its_own() -> None:
    lines = (*MIXED, line(20, "2", "full", source=TRAFFICKING))
    document = files.word(concordance.nine(edition(*lines, sources=(ICRMW, TRAFFICKING))))
    assert len(document.tables) == 2
    headings = [one for one in document.paragraphs if one.style.name == "Heading 1"]
    assert [one.text for one in headings] == ["ICRMW", "Directive 2011/36/EU", "About this report"]
    assert headings[1].paragraph_format.page_break_before
    head = next(one.text for one in document.paragraphs if "CELEX: " in one.text)
    assert head.split("\n") == [
        f"Title of the act: {TRAFFICKING.title}", "CELEX: 32011L0036",
        "Title of the national text: Draft Law on Foreign Workers (Draft 112/2026)", "Version: second reading",
        "Date: 23\u00a0November 2026",
    ]  # fmt: skip


def test_it_lies_sideways_repeats_its_head_and_keeps_short_rows_whole() -> None:
    long = replace(MIXED[2], provisions=(replace(CHILD, text="first " + "word " * 3000 + "last"),))
    document = files.word(concordance.nine(edition(MIXED[0], long)))
    assert [section.orientation for section in document.sections] == [WD_ORIENT.LANDSCAPE]
    found = document.tables[0].rows
    assert found[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    assert [row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in found] == [True, True, False]
    text = found[2].cells[4].text
    assert (text.split()[1], text.split()[-1], len(text.split())) == ("first", "last", 3003)
    pages = files.pages(concordance.nine(edition(MIXED[0], long)))
    assert len(pages) > 2
    assert all("1. Article of the act" in page for page in pages if "word word" in page)


def test_nothing_of_many_rows_is_lost() -> None:
    many = edition(*rows(160))
    document = files.word(concordance.nine(many))
    places = [row[0] for row in files.cells(document.tables[0])[1:]]
    assert places == [f"Article {number}" for number in range(1, 161)]
    said = " ".join(files.pages(concordance.nine(many)))
    assert all(f"Comment {number}." in said for number in range(1, 161))


def test_the_workbook_is_frozen_filtered_wrapped_and_prints_on_the_width() -> None:
    book = files.book(concordance.nine(edition(*MIXED, sources=(ICRMW, GCM))))
    assert book.sheetnames == ["Read me", "ICRMW", "GCM"]
    sheet = book["ICRMW"]
    assert [cell.value for cell in sheet[1]] == NINE
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:I8")
    assert sheet["E3"].alignment.wrap_text
    assert sheet["F3"].value == "contrary"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.oddFooter.left.text == "Draft – confidential"
    said = [str(cell.value) for row in book["Read me"].iter_rows() for cell in row if cell.value]
    assert any(ICRMW.title in words and "IV-13" not in words for words in said)


def test_official_words_of_an_article_are_printed_once_for_the_rows_that_follow_each_other() -> None:
    both = [line(number, f"16({number})", "full", content="Everyone has the right to liberty.") for number in (1, 2)]
    document = files.word(concordance.nine(edition(*both, line(3, "17", "full"))))
    contents = [row[1] for row in files.cells(document.tables[0])[1:]]
    assert [text.count("right to liberty") for text in contents] == [1, 0, 0]
    assert contents[1] == "The State shall do what 16(2) says."


def test_the_four_columns_of_the_commission() -> None:
    document = files.word(concordance.four(edition(*MIXED)))
    heading, *found = files.cells(document.tables[0])
    assert heading == ["Article", "Obligation", "National provision: existing; proposed", "Compliance, comment"]
    assert found[0][2] == "In the draft: Article 2(1): No employer may keep the passport of a worker."
    assert found[1][2].endswith("Proposed: Detention is ordered by a court.\nAmendments to the Law on Foreigners; 2027")
    assert [row[3].split("\n")[0] for row in found] == [
        "+  full", "-  direct conflict", "0  no legislation", "-/+  partial or inconsistent", "not applicable", "discretionary",
        "not judged",
    ]  # fmt: skip
    in_force = files.word(concordance.four(edition(*MIXED, kind="law")))
    assert files.cells(in_force.tables[0])[1][2].startswith("Existing: Article 2(1)")
    sheet = files.book(concordance.four(edition(*MIXED)))["ICRMW"]
    assert sheet["D2"].value == "+  full\nClear."  # words, not a formula


def test_what_is_not_released_says_so_on_every_page_and_what_is_does_not() -> None:
    draft, final = edition(*rows(40)), edition(*rows(40), release=1)
    assert all("Draft – confidential" in page for page in files.pages(concordance.nine(draft)))
    assert "Draft – confidential" in files.words(files.word(concordance.nine(draft)))
    assert not [page for page in files.pages(concordance.nine(final)) if "confidential" in page]
    assert "release 1 to the government" in files.words(files.word(concordance.nine(final)))


def test_a_table_without_judgements_or_without_rows_says_so() -> None:
    untouched = edition(*(replace(one, judgement="") for one in MIXED))
    assert "No row is judged yet." in files.words(files.word(concordance.nine(untouched)))
    assert {row[5] for row in files.cells(files.word(concordance.nine(untouched)).tables[0])[1:]} == {"not judged"}
    assert "No rows." in files.words(files.word(concordance.nine(edition())))
    assert "No instrument or framework was chosen" in files.words(files.word(concordance.four(edition(sources=()))))


def test_other_scripts_and_the_note_on_kosovo() -> None:
    words = "მიგრანტი მუშაკი · Ребёнок не может быть задержан"
    said = edition(replace(MIXED[2], comment=words), country="XKX", country_name="Kosovo*")
    note = "* References to Kosovo shall be understood in the context of UN Security Council resolution 1244 (1999)."
    document = files.words(files.word(concordance.nine(said)))
    assert words in document
    assert document.count(note) == 1
    printed = " ".join(files.pages(concordance.nine(said)))
    assert note in printed
    assert "Ребёнок" in printed
    given = edition(*MIXED, country_name="Kosovo*", footnotes=(note,))
    assert files.words(files.word(concordance.nine(given))).count(note) == 1
    assert note not in files.words(files.word(concordance.nine(edition(*MIXED))))


def test_a_demonstration_is_called_one() -> None:
    shown = files.words(files.word(concordance.nine(edition(*MIXED, illustrative=True))))
    assert "Written for the demonstration; nothing in it is real." in shown
    assert table(*MIXED).illustrative is False


def test_the_head_has_no_number_that_nobody_cites() -> None:
    heads = [
        one.text
        for number in ("V-2", "XVIII-12-a", "CETS 197", "")
        for one in files.word(concordance.nine(edition(*MIXED, sources=(replace(ICRMW, number=number),)))).paragraphs
        if one.text.startswith("Title of the act")
    ]
    assert [[row for row in head.split("\n") if row.startswith(("CELEX", "Number"))] for head in heads] == [
        [], [], ["Number: CETS 197"], [],
    ]  # fmt: skip


ARTICLE = "1. First.\n2. The second, for:\n(a) This; and\n(b) that.\n3. Third."
SECTIONS = "A. One:\n(1) x;\n(2) y.\nB.\n(1) z."


@pytest.mark.parametrize(
    ("text", "place", "printed"),
    [
        (ARTICLE, "16(1)", "1. First."),
        (ARTICLE, "16(2)", "2. The second, for:\n(a) This; and\n(b) that."),
        (ARTICLE, "16(2)(b)", "2. The second, for:\n(b) that."),
        (ARTICLE, "16(3)(a)", "3. Third."),
        ("States shall:\na) do;\nb) not do.", "2(b)", "States shall:\nb) not do."),
        (ARTICLE, "16", ARTICLE),
        (ARTICLE, "16(4)", ARTICLE),
        ("2. Second.\n3. Third.", "16(2)", "2. Second.\n3. Third."),
        ("1. A.\n1. B.\n2. C.", "16(2)", "1. A.\n1. B.\n2. C."),
        (SECTIONS, "1A(2)", "A. One:\n(2) y."),
        (SECTIONS, "1B", "B.\n(1) z."),
        (SECTIONS, "1(2)", SECTIONS),
        (ARTICLE, "16(ii)(a)", ARTICLE),
    ],
)
def test_only_the_paragraph_is_printed_where_it_can_be_cut_out_surely(text: str, place: str, printed: str) -> None:
    document = files.word(concordance.nine(edition(line(1, place, "full", obligation="Ours.", content=text))))
    assert files.cells(document.tables[0])[1][1] == f"Ours.\n\n{printed}"
