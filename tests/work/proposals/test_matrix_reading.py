"""Cells of a workbook that say nothing: empty choices, formulas nobody worked out; and what a preview shows of new rows."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from migov.foundation.people.models import User
from migov.work.proposals import matrix_import, matrix_xlsx
from migov.work.proposals.models import PlanIndicator, Proposal
from tests.work.proposals.makers import measured, paper, tree
from tests.work.proposals.sheets import edited, read_xlsx, with_part, workbook

pytestmark = pytest.mark.django_db
CHOICES = ("Level", "Title", "Type", "More is better", "Over several periods", "Counts people")


@pytest.fixture
def ana(people: dict[str, Any]) -> User:
    return people["ana"]


def apply(proposal: Proposal, content: bytes, by: User) -> matrix_import.Plan:
    found = read_xlsx(proposal, content)
    return matrix_import.apply(proposal, found, expected=matrix_import.plan(proposal, found).digest, by=by)


def test_an_empty_choice_of_a_new_row_is_the_usual_one(ana: User) -> None:
    made = paper(ana)
    apply(made, workbook(("Plan", [
        CHOICES, ("Objective", "Migrants are safe"), ("Indicator", "Laws in force", "", "", "", ""),
        ("Indicator", "Days of waiting", "Percentage", "no", "sum of the periods", "yes"),
    ])), ana)  # fmt: skip
    usual, said = PlanIndicator.objects.order_by("order")
    assert (usual.measure, usual.ascending, usual.across_periods, usual.counts_people) == ("number", True, "", False)
    assert (said.measure, said.ascending, said.across_periods, said.counts_people) == ("percentage", False, "sum", True)


def test_an_empty_choice_leaves_a_row_that_is_there_as_it_is(ana: User) -> None:
    made = paper(ana)
    kept = {"measure": "percentage", "ascending": False, "across_periods": "sum", "counts_people": True}
    one = measured(tree(made)[0], **kept)

    def empty(book: Any) -> None:
        for column in "GHIJ":
            book["Matrix"][f"{column}5"] = None

    assert apply(made, edited(matrix_xlsx.export(made), empty), ana).changes == []
    one.refresh_from_db()
    assert {name: getattr(one, name) for name in kept} == kept


def test_a_formula_that_nobody_worked_out_is_refused_with_its_cell(ana: User) -> None:
    made = paper(ana)
    measured(tree(made)[0], "Laws in force")

    def formulas(book: Any) -> None:
        book["Matrix"]["D5"] = '="Laws"&" in force"'
        book["Targets"]["E2"] = "=2+3"

    problems = read_xlsx(made, edited(matrix_xlsx.export(made), formulas)).problems
    said = "holds a formula without a value. Open the file in Excel, save it, and read it again."
    assert problems == [f"sheet “Matrix”, cell D5: {said}", f"sheet “Targets”, cell E2: {said}"]


def test_formulas_that_were_worked_out_are_read_even_where_they_gave_nothing(ana: User) -> None:
    content = workbook(("Plan", [
        ("Level", "Title", "Unit", "Baseline"), ("Objective", "Safe"), ("Indicator", '="Laws"', '=""', "=2+2"),
    ]))  # fmt: skip
    name = "xl/worksheets/sheet1.xml"
    sheet = zipfile.ZipFile(io.BytesIO(content)).read(name).decode()
    for cell, formula, value in (("B3", '"Laws"', "Laws"), ("C3", '""', ""), ("D3", "2+2", "4")):
        made = f'<c r="{cell}"><f>{formula}</f><v>0</v></c>'
        assert made in sheet
        kind = "" if value == "4" else ' t="str"'
        sheet = sheet.replace(made, f'<c r="{cell}"{kind}><f>{formula}</f><v>{value}</v></c>')
    found = read_xlsx(paper(ana), with_part(content, name, sheet.encode()))
    assert found.problems == []
    assert {name: text for name, (text, _where) in found.drafts[1].cells.items()} == {
        "title": "Laws", "unit": "", "baseline": "4",
    }  # fmt: skip


def test_the_preview_lists_what_a_new_row_will_hold(ana: User, client_for: Any) -> None:
    made = paper(ana)
    content = workbook(("Plan", [
        ("Level", "Title", "Unit", "Type", "More is better", "Baseline", "Disaggregation", "Target"),
        ("Objective", "Migrants are safe"), ("Indicator", "Days of waiting", "days", "number", "no", 40, "sex, Town", 12),
    ]))  # fmt: skip
    html = client_for(ana).post(
        reverse("proposals:matrix-import", args=[made.pk]), {"file": SimpleUploadedFile("m.xlsx", content)}
    ).content.decode()  # fmt: skip
    plain = " ".join(html.replace('<span class="quiet">', "").replace("</span>", "").split())
    for cell in (
        "Indicator: Days of waiting", "Unit: days", "Type: number", "More is better: no", "Counts people: no",
        "Disaggregation: sex, Town", "Baseline: 40", "Over several periods: not declared",
    ):  # fmt: skip
        assert f"<div>{cell}</div>" in plain, cell
    assert ": 12</div>" in plain


def test_both_months_of_an_activity_move_at_once(ana: User) -> None:
    made = paper(ana)
    activity = tree(made, outputs=1)[0].children.get()
    activity.first_month, activity.last_month = 1, 6
    activity.save()

    def later(book: Any) -> None:
        sheet = book["Matrix"]
        line = next(row for row in sheet.iter_rows() if row[1].value == "activity")
        line[17].value, line[18].value = 8, 9

    plan = apply(made, edited(matrix_xlsx.export(made), later), ana)
    assert [(one.field, one.before, one.after) for one in plan.changes] == [
        ("First month", "1", "8"), ("Last month", "6", "9"),
    ]  # fmt: skip
    activity.refresh_from_db()
    assert (activity.first_month, activity.last_month) == (8, 9)

    def without(book: Any) -> None:
        line = next(row for row in book["Matrix"].iter_rows() if row[1].value == "activity")
        line[17].value = line[18].value = None

    apply(made, edited(matrix_xlsx.export(made), without), ana)
    activity.refresh_from_db()
    assert (activity.first_month, activity.last_month) == (None, None)
