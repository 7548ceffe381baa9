"""The matrix as a workbook and as a Word document: out and in again changes nothing; what is wrong is told with its place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migov.foundation.people.models import User
from migov.services.documents import render
from migov.work.proposals import matrix_cells, matrix_import, matrix_report, matrix_xlsx
from migov.work.proposals.actions import matrix as actions
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.matrix_import import ChangedMeanwhile, Plan
from migov.work.proposals.matrix_tables import Unreadable
from migov.work.proposals.models import PlanIndicator, PlanResult, Proposal
from migov.work.proposals.queries.matrix import matrix_of, rows
from tests.work.proposals.makers import aimed, measured, paper, tree
from tests.work.proposals.sheets import edited, read_docx, read_xlsx, with_part, word, workbook

pytestmark = pytest.mark.django_db
HEAD = ("Level", "Title", "Unit", "Baseline value", "Target", "Source of data", "Means of verification")


@pytest.fixture
def ana(people: dict[str, Any]) -> User:
    return people["ana"]


@pytest.fixture
def proposal(ana: User) -> Proposal:
    """A matrix with something in every kind of cell."""
    made = paper(ana)
    first, second = tree(made, outputs=2)
    one = measured(
        first, "People referred", unit="people", baseline="1200.5", baseline_date=date(2022, 12, 31), dimensions=["sex", "City"],
        counts_people=True, across_periods="sum", definition="=1+1\n\n  counts", data_source="Register,\nmonthly", assumptions="@x",
    )  # fmt: skip
    aimed(one, date(2023, 1, 1), date(2023, 12, 31), "100.125")
    aimed(one, date(2024, 1, 1), date(2024, 12, 31), words="all of them\nby sex")
    measured(first, "Judgement of users", measure="qualitative", baseline_words="3 of 5 villages", ascending=False)
    measured(second, "Share of officers who pass", measure="percentage", baseline="999999999999.123456")
    activity = first.children.get()
    activity.responsible, activity.first_month, activity.last_month = "Ministry & partner <x>", 1, 6
    activity.save()
    return made


def summary(plan: Plan) -> list[tuple[str, str, str, str]]:
    return [(one.what, one.field, one.before, one.after) for one in plan.changes]


def test_a_workbook_that_comes_back_unchanged_changes_nothing(proposal: Proposal, ana: User) -> None:
    before = rows(proposal)
    found = read_xlsx(proposal, matrix_xlsx.export(proposal))
    plan = matrix_import.apply(proposal, found, expected=matrix_import.plan(proposal, found).digest, by=ana)
    assert (plan.problems, plan.changes) == ([], [])
    assert rows(proposal) == before


def test_the_workbook_opens_cleanly(proposal: Proposal) -> None:
    book = openpyxl.load_workbook(io.BytesIO(matrix_xlsx.export(proposal)))
    sheet = book["Matrix"]
    assert book.sheetnames == ["Matrix", "Targets", "How to fill"]
    assert sheet.column_dimensions["A"].hidden
    assert sheet.freeze_panes == "E2"
    assert sheet["D5"].value == "People referred"
    assert sheet["E5"].data_type == "s"  # text that begins with "=" is no formula
    assert sheet["O5"].value == 1200.5
    assert len(sheet.data_validations.dataValidation) == 5
    assert book["Targets"]["E1"].value == "2023-01-01 to 2023-12-31"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(max_size=80), min_size=5, max_size=5))
def test_any_text_survives_the_way_out_and_back(proposal: Proposal, words: list[str]) -> None:
    one = PlanIndicator.objects.filter(proposal=proposal).first()
    result = PlanResult.objects.filter(proposal=proposal).last()
    assert one and result
    for name, text in zip(("title", "definition", "data_source", "unit"), words, strict=False):
        matrix_cells.put(one, name, text[:60])
    one.save()
    matrix_cells.put(result, "description", words[4])
    result.save()
    assert summary(matrix_import.plan(proposal, read_xlsx(proposal, matrix_xlsx.export(proposal)))) == []


def test_a_changed_workbook_changes_what_it_says_and_nothing_else(proposal: Proposal, ana: User) -> None:
    def change(book: Any) -> None:
        sheet = book["Matrix"]
        sheet["D5"] = "People referred in time"
        sheet["O5"] = "1 300"
        sheet.delete_rows(6)  # the judgement of users
        sheet.insert_rows(7)
        for column, text in {"B": "indicator", "D": "New indicator", "F": "laws"}.items():
            sheet[f"{column}7"] = text
        book["Targets"].append(["", "", "New indicator", "", 1, 2])

    found = read_xlsx(proposal, edited(matrix_xlsx.export(proposal), change))
    plan = matrix_import.plan(proposal, found)
    assert plan.problems == []
    assert plan.counts == {"added": 1, "changed": 2, "moved": 0, "removed": 1}
    assert ("changed", "Baseline", "1200.5", "1300") in summary(plan)
    matrix_import.apply(proposal, found, expected=plan.digest, by=ana)
    made = PlanIndicator.objects.get(title="New indicator")
    assert [target.value for target in made.targets.all()] == [1, 2]
    assert PlanIndicator.objects.get(title="Judgement of users").removed_at
    again = read_xlsx(proposal, matrix_xlsx.export(proposal))
    assert summary(matrix_import.plan(proposal, again)) == []


def test_rows_may_change_their_order_and_their_place(proposal: Proposal, ana: User) -> None:
    PlanIndicator.objects.update(definition="")  # openpyxl would write "=1+1" as a formula

    def change(book: Any) -> None:
        sheet = book["Matrix"]
        lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        sheet.delete_rows(2, 50)
        outputs = next(n for n, line in enumerate(lines) if line[3] == "Output number 2")
        for line in [*lines[:2], *lines[outputs:], *lines[2:outputs]]:
            sheet.append(line)

    found = read_xlsx(proposal, edited(matrix_xlsx.export(proposal), change))
    plan = matrix_import.plan(proposal, found)
    assert {one.what for one in plan.changes} == {"moved"}, summary(plan)
    matrix_import.apply(proposal, found, expected=plan.digest, by=ana)
    assert [node.row.title for node in matrix_of(proposal).results()][2] == "Output number 2"


def test_a_workbook_made_by_hand_adds_rows(ana: User) -> None:
    made = paper(ana)
    content = workbook(("Plan", [
        HEAD,
        ("Objective", "Migrants are safe"), ("Outcome 1", "Officers refer"), ("Output 1.1", "Procedure is in force"),
        ("Indicator", "Procedures in force", "procedures", "0", 3, "Gazette", "Text of the law"),
    ]))  # fmt: skip
    found = read_xlsx(made, content)
    plan = matrix_import.plan(made, found)
    assert plan.problems == []
    matrix_import.apply(made, found, expected=plan.digest, by=ana)
    one = PlanIndicator.objects.get()
    assert (one.unit, one.baseline, one.data_source, one.verification) == (
        "procedures",
        0,
        "Gazette",
        "Text of the law",
    )
    target = one.targets.get()
    assert (target.value, target.ends) == (3, date(2024, 12, 31))
    assert summary(matrix_import.plan(made, read_xlsx(made, content))) == []  # a second time it finds its own rows


def test_all_that_is_wrong_is_told_at_once_with_its_cell(proposal: Proposal, ana: User) -> None:
    before = rows(proposal)

    def change(book: Any) -> None:
        sheet = book["Matrix"]
        sheet["B4"] = "result"
        sheet["O5"] = "12 of 30"
        sheet["P5"] = "soon"
        sheet["A6"] = "indicator:999999"
        sheet["G6"] = "colour"
        book["Targets"]["E2"] = "1.200"

    found = read_xlsx(proposal, edited(matrix_xlsx.export(proposal), change))
    problems = matrix_import.plan(proposal, found).problems
    for place, reason in (
        ("sheet “Matrix”, cell B4", "is no level"), ("sheet “Matrix”, cell O5", "is not a number"),
        ("sheet “Matrix”, cell P5", "is not a date"), ("sheet “Matrix”, row 6", "ID"), ("sheet “Matrix”, cell G6", "is not known"),
        ("sheet “Targets”, cell E2", "two ways"),
    ):  # fmt: skip
        assert any(line.startswith(place) and reason in line for line in problems), (place, problems)
    with pytest.raises(ProposalError):
        matrix_import.apply(proposal, found, expected=matrix_import.plan(proposal, found).digest, by=ana)
    assert rows(proposal) == before


def test_no_more_problems_are_told_than_people_read(ana: User) -> None:
    found = read_xlsx(paper(ana), workbook(("Plan", [HEAD, *[("what", f"row {n}") for n in range(80)]])))
    assert len(found.problems) == 50


def test_a_matrix_that_changed_since_the_preview_is_not_overwritten(proposal: Proposal, ana: User) -> None:
    found = read_xlsx(
        proposal, edited(matrix_xlsx.export(proposal), lambda book: book["Matrix"].__setitem__("D5", "From file"))
    )
    plan = matrix_import.plan(proposal, found)
    one = PlanIndicator.objects.get(title="People referred")
    actions.change_indicator(one, field="title", was="People referred", now="From a colleague", by=ana)
    with pytest.raises(ChangedMeanwhile):
        matrix_import.apply(proposal, found, expected=plan.digest, by=ana)
    one.refresh_from_db()
    assert one.title == "From a colleague"


def test_a_word_document_of_ours_comes_back_unchanged(proposal: Proposal) -> None:
    content = render(matrix_report.report(proposal), "docx").content
    plan = matrix_import.plan(proposal, read_docx(proposal, content))
    assert plan.problems == []
    assert summary(plan) == []


def test_a_word_table_made_by_hand_is_read_by_its_headings(ana: User) -> None:
    made = paper(ana)
    content = word(
        [("Partner", "Contribution"), ("Ministry", "Staff")],
        [
            ("Results", "Indicators", "Data Source and Collection Method", "Baseline", "Target", "Assumptions"),
            ("Objective: Migrants are safe", "", "", "", "", ""),
            ("Outcome 1: Officers refer", "Share of cases referred", "Register", "20 (31.12.2022)",
             "31.12.2023: 30\n31.12.2024: 60", "Law stays"),
            ("", "Cases referred", "Register", "–", "200", ""),
            ("Output 1.1: Procedure is in force", "Procedures in force", "Gazette", "0", "3", ""),
        ],
    )  # fmt: skip
    found = read_docx(made, content)
    plan = matrix_import.plan(made, found)
    assert plan.problems == []
    matrix_import.apply(made, found, expected=plan.digest, by=ana)
    assert [f"{node.number} {node.row.title}" for node in matrix_of(made).results()] == [
        "O Migrants are safe", "1 Officers refer", "1.1 Procedure is in force",
    ]  # fmt: skip
    share = PlanIndicator.objects.get(title="Share of cases referred")
    assert (share.baseline, share.baseline_date) == (20, date(2022, 12, 31))
    assert [(target.ends, target.value) for target in share.targets.all()] == [
        (date(2023, 12, 31), 30),
        (date(2024, 12, 31), 60),
    ]
    assert share.result.assumptions == "Law stays"
    assert PlanIndicator.objects.get(title="Cases referred").targets.get().value == 200
    assert summary(matrix_import.plan(made, read_docx(made, content))) == []


def test_what_is_wrong_in_a_word_table_is_told_with_table_and_row(ana: User) -> None:
    found = read_docx(paper(ana), word([
        ("Result", "Indicator", "Baseline", "Target"),
        ("Migrants are safe", "", "", ""),
        ("Output 1: Procedure", "Procedures", "0", "31.12.2031: 5"),
    ]))  # fmt: skip
    problems = "\n".join(found.problems)
    assert "table 1, row 2, column 1: begin with the level" in problems
    assert "table 1, row 3, column 4: no period of the project ends on 31.12.2031" in problems
    assert "table 1, row 3: “output” stands below “outcome”" in problems


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/workbook.xml", b"0" * 80_000_000)
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'


@pytest.mark.parametrize(("content", "name", "reason"), [
    (b"Level;Title\nobjective;x\n", "m.xlsx", "text file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "m.xlsx", "protected by a password"),
    (with_part(workbook(("a", [HEAD])), "xl/vbaProject.bin", b"x"), "m.xlsx", "macros"),
    (bomb(), "m.xlsx", "unpack"),
    (with_part(workbook(("a", [HEAD])), "xl/workbook.xml", ENTITIES), "m.xlsx", "declarations"),
    (workbook(("a", [HEAD]))[:-200], "m.xlsx", "m.xlsx"),
    (with_part(workbook(("a", [HEAD])), "xl/worksheets/sheet1.xml", b"<broken"), "m.xlsx", "damaged"),
    (workbook(("Costs", [("Line", "Amount")])), "m.xlsx", "No sheet holds a results matrix"),
    (b"", "m.xlsx", "empty"), (b"%PDF-1.7 x", "m.pdf", "can be read"), (word([("Line", "Amount")]), "m.xlsx", "Word document"),
])  # fmt: skip
def test_wrong_files_are_refused_with_the_reason(proposal: Proposal, content: bytes, name: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_xlsx(proposal, content, name)


def test_wrong_word_documents_are_refused_with_the_reason(proposal: Proposal) -> None:
    for content, reason in (
        (word([("Line", "Amount")]), "headings of a results matrix"),
        (workbook(("a", [HEAD])), "Excel workbook"),
    ):
        with pytest.raises(Unreadable, match=reason):
            read_docx(proposal, content)


def test_a_file_that_is_too_large_is_refused(proposal: Proposal) -> None:
    with pytest.raises(Unreadable, match=r"26\.0 MB"):
        matrix_xlsx.read(io.BytesIO(b"PK\x03\x04"), "m.xlsx", 26 * 1024**2, [])


@pytest.fixture
def client(ana: User, client_for: Callable[[Any], Client]) -> Client:
    return client_for(ana)


def send(client: Client, proposal: Proposal, content: bytes, name: str = "m.xlsx") -> Any:
    return client.post(
        reverse("proposals:matrix-import", args=[proposal.pk]), {"file": SimpleUploadedFile(name, content)}
    )


def test_a_file_is_shown_first_and_applied_once(client: Client, proposal: Proposal) -> None:
    content = edited(matrix_xlsx.export(proposal), lambda book: book["Matrix"].__setitem__("D5", "From the file"))
    shown = send(client, proposal, content)
    html = shown.content.decode()
    assert "From the file" in html
    assert not PlanIndicator.objects.filter(title="From the file").exists()
    url = next(
        part
        for part in html.split('"')
        if part.startswith(f"/proposals/{proposal.pk}/matrix/import/") and len(part) > 40
    )
    done = client.post(url, follow=True)
    assert "0 added, 1 changed, 0 moved, 0 removed" in done.content.decode()
    assert PlanIndicator.objects.filter(title="From the file").exists()
    assert "no longer kept" in client.post(url, follow=True).content.decode()


def test_a_refused_file_says_why_and_changes_nothing(client: Client, proposal: Proposal) -> None:
    answer = send(client, proposal, b"a,b\n", "m.xlsx")
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.content.decode()
    assert client.post(reverse("proposals:matrix-import", args=[proposal.pk])).status_code == 400


def test_somebody_elses_preview_cannot_be_applied(
    people: dict[str, Any], client_for: Any, client: Client, proposal: Proposal
) -> None:
    content = edited(matrix_xlsx.export(proposal), lambda book: book["Matrix"].__setitem__("D5", "From the file"))
    html = send(client, proposal, content).content.decode()
    url = next(
        part
        for part in html.split('"')
        if part.startswith(f"/proposals/{proposal.pk}/matrix/import/") and len(part) > 40
    )
    client_for(people["kim"]).post(url)
    assert not PlanIndicator.objects.filter(title="From the file").exists()


@pytest.mark.parametrize("fmt", ["xlsx", "docx", "pdf"])
def test_the_matrix_is_downloaded(client: Client, proposal: Proposal, fmt: str) -> None:
    answer = client.get(reverse("proposals:matrix-download", args=[proposal.pk, fmt]))
    assert answer.status_code == 200
    assert f".{fmt}" in answer["Content-Disposition"]
    assert client.get(reverse("proposals:matrix-download", args=[proposal.pk, "exe"])).status_code == 404


def test_the_word_document_names_the_project_and_heads_indicators_with_their_results(
    client: Client, proposal: Proposal
) -> None:
    record = proposal.project.record
    record.reference = "TIR-2026-005"
    record.save()
    answer = client.get(reverse("proposals:matrix-download", args=[proposal.pk, "docx"]))
    assert "results-matrix-tir-2026-005-" in answer["Content-Disposition"]
    document = docx.Document(io.BytesIO(answer.content))
    assert f"TIR-2026-005 · {record.title}" in [paragraph.text for paragraph in document.paragraphs]
    assert len(document.sections) == 1
    rows = [list(dict.fromkeys(cell.text for cell in row.cells)) for row in document.tables[0].rows]
    assert rows[1] == ["Objective: People are safe"]
    assert ["Activity 1.1.1: Activity 1\n(Responsible: Ministry & partner <x>; months 1 to 6)"] in rows
    assert "–" not in [text for row in rows for text in row]


def test_party_and_months_of_an_activity_are_read_from_the_word_document(proposal: Proposal) -> None:
    document = docx.Document(io.BytesIO(render(matrix_report.report(proposal), "docx").content))
    for row in document.tables[0].rows:
        for text in row.cells[0]._tc.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
            text.text = (text.text or "").replace("months 1 to 6", "months 2 to 9")
    out = io.BytesIO()
    document.save(out)
    plan = matrix_import.plan(proposal, read_docx(proposal, out.getvalue()))
    assert plan.problems == []
    assert summary(plan) == [("changed", "First month", "1", "2"), ("changed", "Last month", "6", "9")]
