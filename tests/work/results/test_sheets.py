"""The template goes out, is filled, and comes back with a preview; what nobody touched changes nothing, what is wrong names its cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from migov.foundation.records.models import JournalEntry
from migov.services.files.workbooks import Unreadable
from migov.work.results import sheets, sheets_in
from migov.work.results.actions import checking, entering
from migov.work.results.models import Dimension, Entry, EntryValue, Indicator, Measure, Period
from tests.factories import cast, indicator, project, result, values

pytestmark = pytest.mark.django_db
FEMALE = (("sex", "female"),)


class Office:
    """Ana's project in Tirana: people assisted by sex, and a share, both for 2024 and 2025."""

    def __init__(self) -> None:
        self.people = cast()
        self.ana, self.emil = self.people["ana"], self.people["emil"]
        self.project = project(office=self.ana.memberships.get().office, stage="active", title="Safe return")
        sex = Dimension.objects.create(code="sex", name="Sex", values=[["female", "Women"], ["male", "Men"]])
        at = result(self.project)
        self.assisted = indicator(at, "People assisted", unit="people")
        self.assisted.dimensions.set([sex])
        self.share = indicator(at, "Share in work", measure=Measure.PERCENTAGE, unit="%")
        self.before = {one.pk: values(one, 2024, target=5) for one in (self.assisted, self.share)}
        self.now = {one.pk: values(one, 2025, target=5) for one in (self.assisted, self.share)}

    def put(
        self, text: str, *, part: Any = None, field: str = "value", of: Indicator | None = None, was: str = ""
    ) -> Entry:
        of = of or self.assisted
        return entering.put(of, self.now[of.pk], part=part, field=field, was=was, now=text, by=self.ana)

    def submit(self, entry: Entry) -> None:
        assert checking.take("submit", [entry.pk], by=self.ana).done

    def book(self) -> Workbook:
        return load_workbook(io.BytesIO(sheets.export(self.project)))

    def plan(self, book: Workbook | bytes, name: str = "values.xlsx") -> sheets_in.Plan:
        data = book if isinstance(book, bytes) else saved(book)
        return sheets_in.plan(self.project, io.BytesIO(data), name, len(data), by=self.ana)

    def filled(self, fill: Callable[[Any], None]) -> sheets_in.Plan:
        book = self.book()
        fill(book["Values"])
        return self.plan(book)


@pytest.fixture
def office() -> Office:
    return Office()


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Rows: 3 the whole, 4 women, 5 men, 6 numerator, 7 denominator. Columns: G 2024, H 2025.


def test_the_template_has_a_row_for_each_cell_and_a_column_for_each_period(office: Office) -> None:
    office.put("12")
    sheet = office.book()["Values"]
    assert sheet["A1"].value.startswith(f"migov-values/1 project={office.project.pk} ")
    assert [cell.value for cell in sheet[2]][1:] == ["Result", "Indicator", "Unit", "Part", "Cell", "2024", "2025"]
    rows = [[cell.value for cell in row][2:] for row in sheet.iter_rows(min_row=3)]
    assert rows == [
        ["People assisted", "people", "Total", "value", None, 12],
        ["People assisted", "people", "Women", "value", None, None],
        ["People assisted", "people", "Men", "value", None, None],
        ["Share in work", "%", "Total", "numerator", None, None],
        ["Share in work", "%", "Total", "denominator", None, None],
    ]
    assert sheet.row_dimensions[1].hidden
    assert sheet.column_dimensions["A"].hidden
    assert office.book()["As made"].sheet_state == "veryHidden"


def test_what_waits_or_was_verified_is_locked_and_the_rest_is_open(office: Office) -> None:
    office.submit(office.put("12"))
    sheet = office.book()["Values"]
    assert sheet.protection.sheet
    assert (sheet["H3"].protection.locked, sheet["G3"].protection.locked) == (True, False)
    assert "submitted" in sheet["H3"].comment.text
    found = office.filled(lambda sheet: sheet.__setitem__("H3", 13))
    assert not found.changes
    assert "waits to be verified" in found.refused[0].said


def test_a_template_that_nobody_filled_changes_nothing(office: Office) -> None:
    office.put("12")
    office.put("1200.5", of=office.share, field="numerator")
    found = office.plan(office.book())
    assert (found.changes, found.refused, found.told, found.same) == ([], [], [], 2)


def test_filled_cells_are_shown_with_what_stood_before_and_nothing_is_kept_yet(office: Office) -> None:
    office.put("12")

    def fill(sheet: Any) -> None:
        sheet["H3"], sheet["H4"], sheet["G6"], sheet["G7"] = 20, "1,000", 30, 40

    found = office.filled(fill)
    assert [(one.row, one.period, one.before, one.after, one.where) for one in found.changes] == [
        ("“People assisted”, Total", "2025", "12", "20", "sheet “Values”, cell H3"),
        ("“People assisted”, Women", "2025", "", "1000", "sheet “Values”, cell H4"),
        ("“Share in work”, Total, numerator", "2024", "", "30", "sheet “Values”, cell G6"),
        ("“Share in work”, Total, denominator", "2024", "", "40", "sheet “Values”, cell G7"),
    ]
    assert EntryValue.objects.get().value == 12
    assert not JournalEntry.objects.filter(verb="values entered").exists()


def test_what_cannot_be_read_is_refused_with_its_cell_and_what_was_expected(office: Office) -> None:
    def fill(sheet: Any) -> None:
        sheet["H3"], sheet["H4"], sheet["H7"] = "many", 3, 0

    found = office.filled(fill)
    assert [one.after for one in found.changes] == ["3"]
    assert [(one.where[-2:], one.text) for one in found.refused] == [("H3", "many"), ("H7", "0")]
    assert "is not a number" in found.refused[0].said
    assert "cannot be zero" in found.refused[1].said


def test_empty_cells_change_nothing_and_a_dash_empties(office: Office) -> None:
    office.put("12")
    found = office.filled(lambda sheet: sheet.__setitem__("H3", None))
    assert (found.changes, found.emptied) == ([], 1)
    found = office.filled(lambda sheet: sheet.__setitem__("H3", "-"))
    assert [(one.before, one.after) for one in found.changes] == [("12", "")]


def test_cells_that_nobody_touched_do_not_bring_old_values_back(office: Office) -> None:
    office.put("12")
    book = office.book()
    office.put("15", was="12")
    book["Values"]["H4"] = 4
    found = office.plan(book)
    assert [one.row for one in found.changes] == ["“People assisted”, Women"]
    book["Values"]["H3"] = 20
    note = office.plan(book).changes[0]
    assert (note.before, note.after) == ("15", "20")
    assert "it said 12 then" in note.note


def test_moved_rows_and_columns_are_found_and_added_ones_are_told(office: Office) -> None:
    book = office.book()
    sheet = book["Values"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    for number, row in enumerate(reversed(rows), start=3):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place, value)
    for row in range(1, 8):
        left, right = sheet.cell(row, 7).value, sheet.cell(row, 8).value
        sheet.cell(row, 7, right)
        sheet.cell(row, 8, left)
    sheet["G7"] = 9  # 2025, the whole
    sheet["I2"], sheet["I3"] = "My notes", "ask Mira"
    found = office.plan(book)
    assert [(one.row, one.period, one.after) for one in found.changes] == [("“People assisted”, Total", "2025", "9")]
    assert found.refused == []
    assert "My notes" in found.told[0]


def test_rows_that_are_gone_doubled_or_added_are_each_told(office: Office) -> None:
    book = office.book()
    sheet = book["Values"]
    sheet["H3"] = 7
    for place in range(1, 7):
        sheet.cell(8, place, sheet.cell(3, place).value)
    sheet["H8"], sheet["C9"], sheet["H9"] = 8, "A new indicator", 5
    sheet["A5"], sheet["H5"] = "99999.value.", 3
    found = office.plan(book)
    assert [one.after for one in found.changes] == ["7"]
    assert [one.said for one in found.refused] == [
        "The indicator or part is not in the results matrix any more.",
        "The row comes twice. It is read from row 3.",
        "The row has no key: it is not of the template.",
    ]
    assert "Rows of the project that are not in the file, and stay as they are: 1." in found.told


def test_an_indicator_or_period_that_went_meanwhile_is_named(office: Office) -> None:
    book = office.book()
    book["Values"]["H6"], book["Values"]["G3"] = 4, 5
    Indicator.objects.filter(pk=office.share.pk).update(removed_at="2025-01-01T00:00Z")
    office.assisted.measurements.all().delete()
    Period.objects.filter(ends=date(2024, 12, 31), indicator=office.assisted).delete()
    said = [one.said for one in office.plan(book).refused]
    assert said == [
        "This is no period of the project any more.", "The indicator or part is not in the results matrix any more.",
    ]  # fmt: skip


def test_a_period_of_another_indicator_is_grey_and_refused(office: Office) -> None:
    Period.objects.create(indicator=office.share, starts=date(2026, 1, 1), ends=date(2026, 6, 30))
    found = office.filled(lambda sheet: sheet.__setitem__("I3", 4))
    assert found.refused[0].said == "The indicator is not measured in this period."


def test_formulas_are_read_by_their_result_and_refused_without_one(office: Office) -> None:
    found = office.filled(lambda sheet: sheet.__setitem__("H3", "=SUM(H4:H5)"))
    assert (found.changes, len(found.refused)) == ([], 1)
    assert "formula without a result" in found.refused[0].said


def test_percent_signs_of_the_workbook_mean_what_people_see(office: Office) -> None:
    office.put("40", of=office.share)  # the value alone: it has a row of its own

    def fill(sheet: Any) -> None:
        sheet["H8"] = 0.75
        sheet["H8"].number_format = "0%"

    assert [one.after for one in office.filled(fill).changes] == ["75"]


def test_scales_yes_and_no_and_words_come_back_as_they_went(office: Office) -> None:
    at = result(office.project)
    typed: dict[str, tuple[dict[str, Any], str]] = {
        "scale": ({"measure": Measure.ORDINAL, "scale": ["low", "high"]}, "high"),
        "yes": ({"measure": Measure.YES_NO}, "yes"), "words": ({"measure": Measure.QUALITATIVE}, "Law adopted"),
    }  # fmt: skip
    for title, (fields, text) in typed.items():
        of = indicator(at, title, **fields)
        office.now[of.pk] = values(of, 2025)
        office.put(text, of=of, field="words" if title == "words" else "value")
    assert office.plan(office.book()).same == 3

    def fill(sheet: Any) -> None:
        sheet["H8"], sheet["H9"], sheet["H10"] = "low", "no", "Law in force"

    assert [one.after for one in office.filled(fill).changes] == ["low", "no", "Law in force"]
    assert "not on the scale" in office.filled(lambda sheet: sheet.__setitem__("H8", "medium")).refused[0].said


def test_without_its_hidden_sheet_every_filled_cell_is_compared_with_what_stands(office: Office) -> None:
    office.put("12")
    book = office.book()
    del book["As made"]
    book["Values"]["H4"] = 3
    found = office.plan(book)
    assert [one.after for one in found.changes] == ["3"]
    assert found.same == 1
    assert "missing" in found.told[0]


def test_other_files_are_refused_with_the_reason(office: Office) -> None:
    other = project(office=office.project.record.office)
    values(indicator(result(other)), 2025)
    theirs = sheets.export(other)
    newer = office.book()
    newer["Values"]["A1"] = newer["Values"]["A1"].value.replace("/1 ", "/9 ")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w") as parts:
        parts.writestr("xl/workbook.xml", "x")
    for data, said in (
        (theirs, "another project"), (saved(newer), "another version"), (saved(Workbook()), "no template of migov"),
        (b"%PDF-1.7 x", "PDF"), (b"", "empty"), (bomb.getvalue(), "values.xlsx"),
    ):  # fmt: skip
        with pytest.raises(Unreadable, match=said):
            office.plan(data)


def test_a_large_template_is_made_and_read_with_a_fixed_number_of_queries(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    at = result(office.project)
    for number in range(30):
        of = indicator(at, f"Indicator {number}")
        for year in range(2020, 2026):
            Period.objects.create(indicator=of, starts=date(year, 1, 1), ends=date(year, 12, 31))
    with django_assert_max_num_queries(12):
        book = office.book()
    for row in range(8, 38):
        for column in range(7, 13):
            book["Values"].cell(row, column, row * column)
    with django_assert_max_num_queries(60):
        assert len(office.plan(book).changes) == 180


class TestPages:
    def upload(self, browser: Any, office: Office, fill: Callable[[Any], None]) -> Any:
        book = office.book()
        fill(book["Values"])
        file = io.BytesIO(saved(book))
        file.name = "values.xlsx"
        return browser.post(reverse("results:sheet-upload", args=[office.project.pk]), {"file": file})

    def test_a_file_is_shown_first_and_kept_once(self, client_for: Any, office: Office) -> None:
        browser = client_for(office.ana)
        page = self.upload(browser, office, lambda sheet: sheet.__setitem__("H3", 20))
        assert "sheet “Values”, cell H3" in page.text
        address = reverse("results:sheet-apply", args=[office.project.pk, page.context["token"]])
        assert browser.post(address).url == reverse("results:report-project", args=[office.project.pk])
        entry = Entry.objects.get()
        assert (entry.values.get().value, entry.way, entry.created_by) == (20, "sheet", office.ana)
        assert "no longer kept" in browser.post(address, follow=True).text

    def test_who_was_quicker_is_not_overwritten(self, client_for: Any, office: Office) -> None:
        browser = client_for(office.ana)

        def fill(sheet: Any) -> None:
            sheet["H3"], sheet["H4"] = 20, 5

        page = self.upload(browser, office, fill)
        office.put("17")
        answer = browser.post(reverse("results:sheet-apply", args=[office.project.pk, page.context["token"]]))
        assert answer.status_code == 409
        assert "changed by somebody else" in answer.text
        assert {value.value for value in EntryValue.objects.all()} == {17, 5}

    def test_the_preview_of_somebody_else_is_not_kept_by_another(self, client_for: Any, office: Office) -> None:
        page = self.upload(client_for(office.ana), office, lambda sheet: sheet.__setitem__("H3", 20))
        address = reverse("results:sheet-apply", args=[office.project.pk, page.context["token"]])
        assert "no longer kept" in client_for(office.emil).post(address, follow=True).text
        assert not Entry.objects.exists()

    def test_a_wrong_file_or_none_is_said_beside_the_field(self, client_for: Any, office: Office) -> None:
        address = reverse("results:sheet-upload", args=[office.project.pk])
        browser = client_for(office.ana)
        none = browser.post(address)
        assert (none.status_code, "Choose a file." in none.text) == (422, True)
        file = io.BytesIO(saved(Workbook()))
        file.name = "other.xlsx"
        wrong = browser.post(address, {"file": file})
        assert (wrong.status_code, "is no template of migov" in wrong.text) == (422, True)

    def test_a_project_that_takes_no_values_says_so(self, client_for: Any, office: Office) -> None:
        office.project.record.stage = "proposal"
        office.project.record.save()
        page = self.upload(client_for(office.ana), office, lambda sheet: sheet.__setitem__("H3", 20))
        assert (page.status_code, "once it is active" in page.text) == (422, True)

    def test_outsiders_neither_fetch_nor_send(self, client: Any, client_for: Any, office: Office) -> None:
        key = office.project.pk
        pages = [reverse(f"results:sheet-{name}", args=[key]) for name in ("template", "upload")]
        apply = reverse("results:sheet-apply", args=[key, "0" * 32])
        for page in pages:
            assert client.get(page).status_code == 302
            for who, status in {"nobody": 403, "ion": 404, "jan": 404, "boris": 403, "carla": 403}.items():
                assert client_for(office.people[who]).get(page).status_code == status, who
                assert client_for(office.people[who]).post(apply).status_code == status, who
            assert client_for(office.ana).get(page).status_code == 200
