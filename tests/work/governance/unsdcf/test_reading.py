"""The structure of a Cooperation Framework is found in pasted text, tables and documents; what is doubtful or unusable is said."""

from __future__ import annotations

import io

import pytest
from docx import Document
from openpyxl import Workbook

from migov.work.governance.unsdcf.reading import sources
from migov.work.governance.unsdcf.reading.draft import Draft
from migov.work.governance.unsdcf.reading.lines import labelled, said_of_indicator
from migov.work.governance.unsdcf.reading.sources import Unreadable

TEXT = """
Strategic Priority 1: Inclusive human development

Outcome 1.1: By 2027, all people, including migrants and
refugees, have access to services.
Outcome indicators
Indicator 1.1.a: Share of returnees who are insured. Baseline (2022): 10 %; Target (2027): 30 %; Source: Ministry of Health
Output 1.1.1 – Clinics are able to serve people who move
Outcome 1.1.2 will be described elsewhere.

Strategic Priority 2: Green economy
Outcome 2.1: Rivers are clean in every district.
"""


def tree(draft: Draft) -> list[str]:
    return [f"{'  ' * depth}{part.kind} {part.number}: {part.text}" for _at, depth, part in draft.tree()]


def docx(write) -> io.BytesIO:
    made, file = Document(), io.BytesIO()
    write(made)
    made.save(file)
    file.seek(0)
    return file


def read_docx(write) -> Draft:
    file = docx(write)
    return sources.read_file(file, "framework.docx", len(file.getvalue()))


def test_pasted_text_becomes_a_tree() -> None:
    assert tree(sources.read_text(TEXT)) == [
        "priority 1: Inclusive human development",
        "  outcome 1.1: By 2027, all people, including migrants and refugees, have access to services.",
        "    indicator 1.1.a: Share of returnees who are insured.",
        "    output 1.1.1: Clinics are able to serve people who move",
        "priority 2: Green economy",
        "  outcome 2.1: Rivers are clean in every district.",
    ]


def test_what_is_said_of_an_indicator_is_kept_apart() -> None:
    indicator = next(one for one in sources.read_text(TEXT).parts if one.kind == "indicator")
    assert (indicator.baseline, indicator.target, indicator.source) == (
        "10 % (2022)",
        "30 % (2027)",
        "Ministry of Health",
    )
    assert said_of_indicator("No word of that kind") == ("No word of that kind", {})


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("OUTCOME 1.2: People are safe", ("outcome", "1.2", "People are safe")),
        ("Strategic Priority Area 3 - Governance", ("priority", "3", "Governance")),
        ("Output 2.1.3 By 2030, schools teach", ("output", "2.1.3", "By 2030, schools teach")),
        ("Outcome II. Peace", ("outcome", "II", "Peace")),
        ("UNSDCF Outcome 4: Peace", ("outcome", "4", "Peace")),
    ],
)
def test_lines_that_name_a_part(line: str, found: tuple[str, str, str]) -> None:
    named = labelled(line)
    assert named is not None
    assert (named.kind, named.number, named.text) == found


@pytest.mark.parametrize(
    "line",
    [
        "Outcome 1.2 will be reached by partners.",
        "The outcome 1.2: nothing",
        "Outcome 1: People are safe ........ 17",
        "Outcomes are many",
        "Prioritising the poor",
    ],
)
def test_lines_that_speak_of_one_do_not(line: str) -> None:
    assert labelled(line) is None


def test_the_same_outcome_twice_is_one_and_other_words_are_doubtful() -> None:
    draft = sources.read_text("Outcome 1: People are safe at home\n\nOutcome 1: People are safe everywhere they go")
    assert len(draft.parts) == 1
    assert "reads otherwise" in draft.parts[0].doubts[-1]


def test_a_number_that_does_not_fit_is_doubtful() -> None:
    draft = sources.read_text(
        "Priority 1: Human development\nOutcome 1.1: People are well\nOutput 3.1.1: Clinics are open"
    )
    assert any("does not fit" in doubt for doubt in draft.parts[-1].doubts)


def test_a_part_on_its_own_is_doubtful() -> None:
    draft = sources.read_text("Output 1.1.1: Clinics are open to all")
    assert draft.parts[0].doubts == ["No outcome stands above it."]


def test_a_matrix_pasted_from_a_spreadsheet() -> None:
    rows = [
        "Outcome\tOutput\tIndicator\tBaseline\tTarget\tSource",
        "1.1 People are safe and sound\tOutput 1.1.1: Police are trained\tOfficers who were trained\t0\t10\tMinistry",
        "\t\tShare of women among them\t1\t2\t",
        "\t\t\t5\t6\t",
    ]
    draft = sources.read_text("\n".join(rows))
    assert tree(draft) == [
        "outcome 1.1: People are safe and sound",
        "  output 1.1.1: Police are trained",
        "    indicator : Officers who were trained",
        "    indicator : Share of women among them",
    ]
    assert draft.problems == [
        ("row 4, column “Baseline”", "There is no indicator in this row; it was left out."),
        ("row 4, column “Target”", "There is no indicator in this row; it was left out."),
    ]


def test_a_list_with_a_level_names_bad_rows_by_row_and_column() -> None:
    rows = [
        "Level,Number,Text,Baseline",
        "Priority,1,People first of all,",
        "Outcome,1.1,Everybody is well and safe,12",
        "Goal,2,Something else,",
        "Output,1.1.1,,",
    ]
    data = "\n".join(rows).encode()
    draft = sources.read_file(io.BytesIO(data), "matrix.csv", len(data))
    assert tree(draft) == ["priority 1: People first of all", "  outcome 1.1: Everybody is well and safe"]
    assert [place for place, _text in draft.problems] == [
        "row 3, column “Baseline”", "row 4, column “Level”", "row 5, column “Text”",
    ]  # fmt: skip
    assert "“goal” is no level" in draft.problems[1][1]


def test_a_workbook() -> None:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    for row in (["Results matrix"], ["Strategic priority", "Outcome", "Indicators", "Baseline (2022)", "Target (2027)"],
                ["Priority 1: Human capital", "Outcome 1.1: Children learn", "Share of pupils", 70, 80]):  # fmt: skip
        sheet.append(row)
    book.save(file)
    draft = sources.read_file(file, "matrix.xlsx", len(file.getvalue()))
    assert tree(draft) == [
        "priority 1: Human capital",
        "  outcome 1.1: Children learn",
        "    indicator : Share of pupils",
    ]
    assert draft.parts[-1].baseline == "70"


def test_a_word_document_with_headings_and_a_matrix_with_merged_cells() -> None:
    def write(made) -> None:
        made.add_heading("STRATEGIC PRIORITY 1", 1)
        made.add_paragraph("People come first everywhere")
        made.add_paragraph("Outcome 1.1: Everybody is well, wherever they were born")
        made.add_paragraph("This outcome is about health. It will be reached with partners.")
        table = made.add_table(rows=4, cols=4)
        table.cell(0, 0).merge(table.cell(0, 3)).text = "OUTCOME 1.1: Everybody is well, wherever they were born"
        for at, text in enumerate(("Output", "Indicators", "Baseline", "Target")):
            table.cell(1, at).text = text
        table.cell(2, 0).merge(table.cell(3, 0)).text = "Output 1.1.1: Clinics are open to all"
        for row, words in ((2, "Clinics that are open"), (3, "Visits of migrants")):
            for at, text in enumerate((words, "1", "2"), 1):
                table.cell(row, at).text = text

    draft = read_docx(write)
    assert tree(draft) == [
        "priority 1: People come first everywhere",
        "  outcome 1.1: Everybody is well, wherever they were born",
        "    output 1.1.1: Clinics are open to all",
        "      indicator : Clinics that are open",
        "      indicator : Visits of migrants",
    ]
    assert draft.problems == []
    assert draft.parts[-1].place == "table 1, row 4"


def test_a_result_column_that_does_not_say_its_level_is_named() -> None:
    def write(made) -> None:
        table = made.add_table(rows=3, cols=2)
        for row, texts in enumerate(
            (("Results", "Indicators"), ("Outcome 1: All are well", "Share"), ("Clean rivers", "pH"))
        ):
            for at, text in enumerate(texts):
                table.cell(row, at).text = text

    draft = read_docx(write)
    assert draft.problems[0][0] == "table 1, row 3, column “Results”"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"no document", "a.docx"),
        ("a.exe", b"MZ", "choose a DOCX"),
        ("a.csv", b"one,two\n1,2\n", "No priority, outcome"),
        ("a.pdf", b"%PDF-1.4 broken", "a.pdf"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        sources.read_file(io.BytesIO(data), name, len(data))


def test_text_without_any_part_says_what_is_looked_for() -> None:
    with pytest.raises(Unreadable, match="Lines have to begin"):
        sources.read_text("Nothing here.")


def test_a_matrix_that_only_names_the_number_of_an_outcome_goes_on_under_it() -> None:
    def write(made) -> None:
        made.add_paragraph("Outcome 1.1: All people have access to services.")
        made.add_paragraph("Outcome 2.2: Labour markets offer decent work.")
        table = made.add_table(rows=0, cols=3)
        for row in (
            ("Outcome", "Indicator", "Baseline"), ("Outcome 1.1", "1.1a Returnees with access", "45 %"),
            ("", "1.1b Migrants insured", "n/a"), ("2.2", "Workers placed", "1,200"),
        ):  # fmt: skip
            for cell, said in zip(table.add_row().cells, row, strict=True):
                cell.text = said

    draft = read_docx(write)
    assert tree(draft) == [
        "outcome 1.1: All people have access to services.",
        "  indicator 1.1a: Returnees with access",
        "  indicator 1.1b: Migrants insured",
        "outcome 2.2: Labour markets offer decent work.",
        "  indicator : Workers placed",
    ]
    assert not draft.problems
    assert not [one for one in draft.parts if one.kind == "indicator" and one.doubts]
