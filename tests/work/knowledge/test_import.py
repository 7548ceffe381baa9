"""Lessons out of a spreadsheet: looked at first, then the good rows or nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from migov.foundation.people.models import Office, User
from migov.services.alignment.models import Alignment
from migov.work.knowledge import importing, sheets
from migov.work.knowledge.importing import ChangedMeanwhile, Options
from migov.work.knowledge.models import Lesson, State
from migov.work.knowledge.sheets import Row, Sheet, Unreadable
from tests.factories import element, project
from tests.work.knowledge.makers import GUARDIANS, lesson

People = dict[str, User]
ClientFor = Callable[[Any], Client]
HEADINGS = ("Statement", "Context", "Advice", "Themes", "Countries", "Elements", "Source", "Link")
GOOD = (
    "Shelters without work lose victims of trafficking.", "A shelter in 2023.", "Join shelter and training.",
    "Protection", "Albania; MDA", "GCM 10", "PRJ-7", "https://example.org/r.pdf",
)  # fmt: skip
BAD = ("Interpreters are missing at night.", "", "", "Telephony", "Atlantis; Albania", "GCM 99", "Report", "ftp://x")


def csv_file(*rows: Sequence[str], delimiter: str = ";", encoding: str = "utf-8-sig", name: str = "lessons.csv") -> Any:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


def xlsx_file(*rows: Sequence[Any], name: str = "lessons.xlsx", above: Sequence[Sequence[Any]] = ()) -> Any:
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["About this file"])
    sheet = book.create_sheet("Table")
    for row in (*above, *rows):
        sheet.append(row)
    book.save(data)
    return SimpleUploadedFile(name, data.getvalue())


@pytest.fixture
def options(people: People) -> dict[str, Any]:
    element("10")
    project(reference="PRJ-7")
    return {"office": Office.objects.get(code="tirana").pk, "kind": "failed", "audience": "internal"}


@pytest.mark.parametrize(
    "file", [csv_file(HEADINGS, GOOD), csv_file(HEADINGS, GOOD, delimiter=","), csv_file(HEADINGS, GOOD, encoding="utf-16"),
             xlsx_file(HEADINGS, GOOD), xlsx_file(HEADINGS, GOOD, above=[["Lessons of 2023"], []])],
    ids=["semicolons", "commas", "utf-16", "xlsx", "xlsx with a title"],
)  # fmt: skip
def test_a_file_is_looked_at_and_then_added(
    people: People, client_for: ClientFor, options: dict[str, Any], file: Any
) -> None:
    file.seek(0)
    client = client_for(people["ana"])
    seen = client.post("/lessons/import/", options | {"file": file})
    page = seen.content.decode()
    assert seen.status_code == 200 and GOOD[0] in page and "1 row is good" in page and not Lesson.objects.exists()
    done = client.post(f"/lessons/import/{seen.context['token']}/", follow=True)
    assert "1 lesson was added" in done.content.decode() and GOOD[0] in done.content.decode()
    made = Lesson.objects.get()
    assert (made.state, made.kind, made.context, made.advice) == ("proposed", "failed", GOOD[1], GOOD[2])
    assert made.record.owner == people["ana"] and made.record.source.startswith("lessons.")
    assert {row.place.code for row in made.record.places.all()} == {"ALB", "MDA"}
    assert [row.theme.code for row in made.record.record_themes.all()] == ["protection"]
    assert made.source is not None and made.source.reference == "PRJ-7" and made.source_link == GOOD[7]
    assert Alignment.objects.current().get(record=made.record).element == element("10")
    again = client.post(f"/lessons/import/{seen.context['token']}/", follow=True)
    assert "no longer kept" in again.content.decode() and Lesson.objects.count() == 1


def test_problems_are_named_by_row_and_column_and_the_person_chooses(
    people: People, client_for: ClientFor, options: dict[str, Any]
) -> None:
    client = client_for(people["ana"])
    seen = client.post("/lessons/import/", options | {"file": csv_file(HEADINGS, BAD, (), GOOD, GOOD)})
    bad = {row.number: row.problems for row in seen.context["bad"]}
    assert set(bad) == {2, 5}
    assert [column for column, _text in bad[2]] == ["Themes", "Countries", "Elements", "Advice", "Link"]
    said = " ".join(text for _column, text in bad[2])
    assert "Telephony" in said and "Atlantis" in said and "GCM 99" in said and "Albania" not in said
    assert bad[5] == [("Statement", "it stands in row 4 already")]
    page = seen.content.decode()
    assert "2 rows have problems" in page and "leave out the others" in page and "Add nothing" in page
    client.post(f"/lessons/import/{seen.context['token']}/")
    assert [one.record.title for one in Lesson.objects.all()] == [GOOD[0]]


def test_what_is_there_already_is_refused_and_what_is_nearly_there_is_remarked(
    people: People, client_for: ClientFor, options: dict[str, Any]
) -> None:
    same, near = lesson(), lesson("Pay grants to returnees in parts.", advice="Tie each part to a plan.")
    rows = [(GUARDIANS.upper(), "Do it."), ("Pay the grants to returnees in parts.", "Tie each part to the plan.")]
    seen = client_for(people["ana"]).post(
        "/lessons/import/", options | {"file": csv_file(("Lesson", "What to do"), *rows)}
    )
    assert [same.record.reference in row.problems[0][1] for row in seen.context["bad"]] == [True]
    assert [near.record.reference in row.remarks[0][1] for row in seen.context["good"]] == [True]


def test_our_own_file_can_be_read_back(people: People, client_for: ClientFor, options: dict[str, Any]) -> None:
    lesson(places=["XKX"], themes=["protection"], sections=["risks"], elements=["10"], cycle="closure", kind="worked")
    for fmt in ("csv", "xlsx"):
        sent = client_for(people["emil"]).get(f"/lessons/export.{fmt}")
        data = b"".join(sent.streaming_content) if sent.streaming else sent.content  # type: ignore[attr-defined]
        sheet = sheets.read(io.BytesIO(data), f"l.{fmt}", len(data), importing.is_heading)
        made = importing.plan(sheet, Options(options["office"]), by=people["emil"])
        row = made.rows[0]
        assert made.unknown == [] and [column for column, _text in row.problems] == ["Lesson"]  # it is there already
        assert row.draft is not None and row.elements == [element("10").pk] and len(row.draft.places) == 1
        assert (row.draft.kind, row.draft.cycle, row.draft.sections) == ("worked", "closure", frozenset({"risks"}))


def test_the_example_is_read_without_problems(people: People, client_for: ClientFor, options: dict[str, Any]) -> None:
    element("7")
    sent = client_for(people["ana"]).get("/lessons/import/example.xlsx")
    sheet = sheets.read(io.BytesIO(sent.content), "e.xlsx", len(sent.content), importing.is_heading)
    made = importing.plan(sheet, Options(options["office"]), by=people["ana"])
    assert [row.problems for row in made.rows] == [[]] and made.unknown == []
    assert client_for(people["ana"]).get("/lessons/import/example.pdf").status_code == 404


def test_columns_that_are_not_read_are_named(people: People, client_for: ClientFor, options: dict[str, Any]) -> None:
    file = csv_file(("Lesson", "Advice", "Mood"), ("A lesson", "Do it", "good"))
    page = client_for(people["ana"]).post("/lessons/import/", options | {"file": file}).content.decode()
    assert "not read" in page and "Mood" in page


def test_who_may_not_align_is_told_in_the_column(people: People, options: dict[str, Any]) -> None:
    sheet = Sheet(("Lesson", "Advice", "Elements"), (Row(2, {"Lesson": "A", "Advice": "B", "Elements": "gcm:10"}),))
    made = importing.plan(sheet, Options(Office.objects.get(code="ro-vienna").pk), by=people["galina"])
    assert made.rows[0].problems == [("Elements", "you may not align work of this office; leave it empty")]


def test_all_or_nothing_and_only_what_was_looked_at(people: People, options: dict[str, Any]) -> None:
    sheet = Sheet(
        ("Lesson", "Advice"), (Row(2, {"Lesson": GUARDIANS, "Advice": "B"}), Row(3, {"Lesson": "C", "Advice": "D"}))
    )
    lesson(state=State.PROPOSED)
    with pytest.raises(ChangedMeanwhile):
        importing.apply(sheet, Options(options["office"]), [2, 3], by=people["ana"])
    assert Lesson.objects.count() == 1
    assert len(importing.apply(sheet, Options(options["office"]), [3], by=people["ana"])) == 1


def damaged() -> Any:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><workbook/>")
    return SimpleUploadedFile("l.xlsx", data.getvalue())


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("l.pdf", b"%PDF-1.4"), "choose an Excel workbook"),
        (SimpleUploadedFile("l.xlsx", b"MZ not a workbook"), "should be: Excel workbook"),
        (SimpleUploadedFile("l.csv", "Lesson;Advice\nÄ;b".encode("latin-1")), "not in UTF-8"),
        (SimpleUploadedFile("l.csv", b"Lesson;Advice\n\x00;b"), "no text"),
        (csv_file(("Name", "Age"), ("A", "3")), "holds no row with the headings"),
        (csv_file(("Lesson", "Advice")), "no row below"),
        (csv_file(("Lesson", "Advice"), *[(f"L{n}", "b") for n in range(sheets.MOST_ROWS + 1)]), "more than"),
        (damaged(), "declarations"),
    ],
    ids=["pdf", "forged", "latin", "binary", "other headings", "empty", "long", "doctype"],
)
def test_files_that_cannot_be_read_are_refused_beside_the_field(
    people: People, client_for: ClientFor, options: dict[str, Any], file: Any, said: str
) -> None:
    file.seek(0)
    answer = client_for(people["ana"]).post("/lessons/import/", options | {"file": file})
    assert answer.status_code == 422 and said in " ".join(answer.context["form"].errors["file"])


def test_a_file_that_is_too_large_is_not_opened() -> None:
    with pytest.raises(Unreadable, match="larger"):
        sheets.read(io.BytesIO(), "l.csv", sheets.MOST_BYTES + 1, importing.is_heading)


def test_outsiders_and_others_previews_are_refused(
    people: People, client_for: ClientFor, options: dict[str, Any]
) -> None:
    seen = client_for(people["ana"]).post("/lessons/import/", options | {"file": csv_file(HEADINGS, GOOD)})
    path = f"/lessons/import/{seen.context['token']}/"
    for who in ("ion", "jan", "nobody"):
        assert client_for(people[who]).get("/lessons/import/").status_code == 403
        assert client_for(people[who]).post("/lessons/import/", options).status_code == 403
        assert client_for(people[who]).get("/lessons/import/example.csv").status_code == 403
        assert client_for(people[who]).post(path).status_code == 403
    assert Client().post(path).status_code == 302
    assert "no longer kept" in client_for(people["boris"]).post(path, follow=True).content.decode()
    other = options | {"office": Office.objects.get(code="chisinau").pk, "file": csv_file(HEADINGS, GOOD)}
    assert client_for(people["ana"]).post("/lessons/import/", other).status_code == 422
    assert not Lesson.objects.exists()
