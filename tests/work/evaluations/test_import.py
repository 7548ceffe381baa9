"""Loading the published register: every row is loaded, every unclear value reported, and nothing that people wrote is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordPlace, RecordTheme
from migov.work.evaluations.actions import register
from migov.work.evaluations.models import EvaluatedProject, Evaluation, Label, RegisterRow
from migov.work.evaluations.published.loading import load_register
from migov.work.evaluations.published.reading import RegisterRefused
from migov.work.evaluations.published.summary import Summary
from tests.factories import project
from tests.work.evaluations.makers import REGISTER, file_of, row

pytestmark = pytest.mark.django_db
Load = Callable[..., Summary]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load rows as a file of the register, or the bytes of a file."""

    def loaded(*rows: Any, **options: Any) -> Summary:
        path = tmp_path / "register.csv"
        path.write_bytes(rows[0] if rows and isinstance(rows[0], bytes) else file_of(*rows, **options))
        return load_register(path, by=SYSTEM)

    return loaded


def problems(summary: Summary) -> list[tuple[str, str]]:
    return [(remark.code, remark.value) for remark in summary.remarks]


def test_a_row_becomes_an_evaluation_with_all_that_it_says(load: Load) -> None:
    known = project(reference="XM-DAC-47066-PX.0412")

    summary = load(row())

    assert (summary.rows, summary.created, summary.remarks) == (1, 1, [])
    one = Evaluation.objects.select_related("record").get()
    assert (one.record.title, one.record.visibility, one.status) == (
        "Final evaluation of safe return",
        "public",
        "completed",
    )
    assert (one.year, str(one.published_on), one.timing, one.evaluator_type, one.level, one.coverage, one.pages) == (
        2024, "2024-05-07", "final", "external", "decentralized", "country", 44,
    )  # fmt: skip
    assert (one.has_lessons, one.has_brief, one.has_terms, one.has_response) == (True, False, True, False)
    assert (str(one.record.starts), str(one.record.ends)) == ("2021-01-01", "2023-12-31")
    assert one.added_on is not None and one.added_on.isoformat().startswith("2025-08-07T")
    labels = {(label.kind, label.value) for label in Label.objects.all()}
    assert labels == {
        ("scope", "project"), ("commissioner", "iom"), ("commissioner", "donor"), ("cross-cutting", "gender"),
        ("subtype", "report"), ("language", "English"), ("region", "RO for Europe and Central Asia"),
        ("donor", "European Union"), ("donor", "Government of Japan"), ("theme", "Return and AVRR"), ("theme", "Counter trafficking"),
    }  # fmt: skip
    assert [place.place.code for place in RecordPlace.objects.filter(record=one.record)] == ["ALB"]
    assert {theme.theme.code for theme in RecordTheme.objects.filter(record=one.record)} == {"assistance", "protection"}
    assert list(EvaluatedProject.objects.values_list("code", "project_id")) == [("PX.0412", known.pk)]
    assert list(Evidence.objects.values_list("title", "url")) == [
        ("Evaluation Report", "https://evaluation.example.org/return.pdf")
    ]
    assert RegisterRow.objects.get().values["donor"] == "European Union, Government of Japan"


UNCLEAR = {
    "1970": ({"from": "1970-01-01", "to": "1970-01-01"}, ["date-none", "date-none"], {"period_from": None}),
    "end before start": ({"from": "2023-01-01", "to": "2021-01-01"}, ["dates"], {"period_from": None, "period_to": None}),
    "no date": ({"from": "in spring"}, ["date"], {"period_from": None}),
    "no year": ({"year": "unknown"}, ["year"], {"year": 2024}),
    "another year": ({"year": "2023"}, ["year-differs"], {"year": 2023}),
    "pages in words": ({"pages": "about 40 pages"}, ["pages-read"], {"pages": 40}),
    "pages unknown": ({"pages": "forty"}, ["pages"], {"pages": None}),
    "neither yes nor no": ({"lessons": "perhaps"}, ["yes-no"], {"has_lessons": None}),
    "unknown word": ({"timing": "Sometime"}, ["word"], {"timing": ""}),
    "no title": ({"title": " "}, ["no-title"], {}),
    "html": ({"author": "<b>A &amp; B</b>"}, ["html"], {"evaluators": "A & B"}),
    "garbled": ({"author": "JosÃ© GarcÃ­a"}, ["garbled"], {"evaluators": "José García"}),
    "worldwide": ({"countries": "Worldwide", "coverage": "Global"}, ["no-country"], {}),
    "unknown country": ({"countries": "Albania, Atlantis"}, ["country"], {}),
    "no country": ({"countries": ""}, ["no-countries"], {}),
    "other name": ({"countries": "UNSC Resolution -administered Kosovo"}, ["country-read"], {}),
    "no donor": ({"donor": "Not specified"}, ["no-donor"], {}),
    "unknown theme": ({"themes": "Return and AVRR, Fishing"}, ["theme"], {}),
    "none and more": ({"crosscutting": "Gender, None"}, ["none-and"], {}),
    "code": ({"codes": "Evaluation matrix"}, ["code"], {}),
    "code spelled": ({"codes": "PX0412"}, ["code-spelling"], {}),
    "code short": ({"codes": "PX.041"}, ["code-digits"], {}),
    "code range": ({"codes": "MD.0021 - MD.0026"}, ["code-range"], {}),
    "no address": ({"urls": "in the drawer"}, ["url"], {}),
    "descriptions": ({"urls": "https://a.org/x.pdf,   https://a.org/y.pdf", "descriptions": "Report"}, ["files"], {}),
}  # fmt: skip


@pytest.mark.parametrize("case", UNCLEAR)
def test_an_unclear_value_is_reported_and_the_row_is_loaded(load: Load, case: str) -> None:
    changed, codes, fields = UNCLEAR[case]
    summary = load(row(**changed))
    assert summary.created == 1
    assert [remark.code for remark in summary.remarks] == codes
    one = Evaluation.objects.get()
    assert {name: getattr(one, name) for name in fields} == fields
    kept = RegisterRow.objects.get()
    assert {name: kept.values[name] for name in changed} == changed
    assert [remark["code"] for remark in kept.remarks] == codes


def test_places_are_read_by_any_of_their_names_and_others_kept_as_published(load: Load) -> None:
    load(row(countries="UNSC Resolution -administered Kosovo, Turkey, Atlantis"))
    assert set(RecordPlace.objects.values_list("place__code", flat=True)) == {"XKX", "TUR"}
    assert list(Label.objects.filter(kind="country").values_list("value", flat=True)) == ["Atlantis"]


def test_codes_in_many_spellings_are_one_code(load: Load) -> None:
    load(row(codes="CS1137, CS. 1138; CO10P0602 / CS.0393 and RT.1372 RT.1373"))
    assert list(EvaluatedProject.objects.values_list("plain_code", flat=True)) == [
        "CS.1137", "CS.1138", "CO10P0602", "CS.0393", "RT.1372", "RT.1373",
    ]  # fmt: skip


def test_the_same_file_again_changes_nothing(load: Load) -> None:
    load(row(n="1"), row(n="2"))
    before = list(Record.objects.values_list("pk", "revision", "changed_at"))
    entries = JournalEntry.objects.count()
    again = load(row(n="1"), row(n="2"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert list(Record.objects.values_list("pk", "revision", "changed_at")) == before
    assert JournalEntry.objects.count() == entries


def test_a_changed_row_brings_its_evaluation_up_to_date_and_keeps_what_it_said_before(load: Load) -> None:
    load(row(n="1"))
    changed = row(
        n="1", pages="50", countries="Serbia", donor="European Union", themes="Migration research", codes="LM.0001"
    )
    summary = load(changed)
    assert (summary.created, summary.updated) == (0, 1)
    one = Evaluation.objects.get()
    assert one.pages == 50
    assert set(RecordPlace.objects.current().values_list("place__code", flat=True)) == {"SRB"}
    assert RecordPlace.objects.count() == 2  # Albania stays for earlier days
    assert set(RecordTheme.objects.current().values_list("theme__code", flat=True)) == {"data"}
    assert list(Label.objects.filter(kind="donor").values_list("value", flat=True)) == ["European Union"]
    assert list(EvaluatedProject.objects.values_list("code", flat=True)) == ["LM.0001"]
    assert [kept.values["pages"] for kept in RegisterRow.objects.order_by("pk")] == ["44", "50"]
    assert JournalEntry.objects.filter(verb="updated from import").get().detail["pages"] == {"from": "44", "to": "50"}
    assert load(changed).unchanged == 1


def test_what_people_changed_is_not_overwritten(load: Load) -> None:
    load(row(n="1"))
    register.describe(Evaluation.objects.get(), {"pages": 45, "title": "A better title"}, by=SYSTEM)
    summary = load(row(n="1", pages="50", author="Another firm"))
    one = Evaluation.objects.get()
    assert (one.pages, one.evaluators, one.record.title) == (45, "Another firm", "A better title")
    assert ("kept", "50") in problems(summary)


def test_a_row_with_another_title_is_found_again_by_its_file(load: Load) -> None:
    load(row(n="1"))
    summary = load(row(n="1", title="A corrected title"))
    assert (summary.created, summary.updated, summary.gone) == (0, 1, [])
    assert Record.objects.get(kind="evaluation").title == "A corrected title"


def test_rows_that_are_gone_are_reported_and_stay(load: Load) -> None:
    load(row(n="1"), row(n="2"))
    summary = load(row(n="2"))
    assert summary.gone == ["Evaluation 1"]
    assert Evaluation.objects.filter(record__removed_at__isnull=True).count() == 2


def test_titles_and_rows_that_occur_twice_are_all_loaded(load: Load) -> None:
    twice = [row(n="1", title="Same", urls="https://a.org/1.pdf"), row(n="2", title="Same", urls="https://a.org/2.pdf")]
    summary = load(*twice)
    assert summary.created == 2
    assert [code for code, _ in problems(summary)] == ["title-twice", "title-twice"]
    assert load(*twice).unchanged == 2


def test_a_project_that_comes_later_is_linked_by_the_next_load(load: Load) -> None:
    load(row(n="1"))
    known = project(reference="XM-DAC-47066-PX.0412")
    summary = load(row(n="1"))
    assert (summary.linked, EvaluatedProject.objects.get().project_id) == (1, known.pk)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_file_may_be_written_in_several_encodings(load: Load, encoding: str) -> None:
    load(row(title="Évaluation finale"), encoding=encoding)
    assert Record.objects.get(kind="evaluation").title == "Évaluation finale"


def test_semicolons_and_ragged_rows_are_read(load: Load) -> None:
    data = file_of(row(n="1"), row(n="2"), separator=";") + b"Only a title\r\n\r\n"
    summary = load(data)
    assert (summary.rows, summary.created) == (3, 3)
    assert "cells" in [code for code, _ in problems(summary)]


def test_a_column_that_is_missing_leaves_what_it_said(load: Load) -> None:
    load(row(n="1"))
    summary = load(row(n="1", pages="50"), without=("donor", "author"))
    assert summary.missing == ["Author", "Donor"]
    assert Evaluation.objects.get().evaluators == "A firm"
    assert Label.objects.filter(kind="donor").count() == 2
    assert Evaluation.objects.get().pages == 50


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Name,Country\r\nAna,Albania\r\n", "columns are missing: Title, Year, Date of Publication"),
        (b"", "columns are missing"),
        (b"PK\x03\x04 a workbook", "not a text file"),
        (file_of(), "no row"),
        (file_of(row(), without=("countries", "added")), "columns are missing: Countries Covered, Date added"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_the_register_is_refused_naming_what_is_missing(load: Load, data: bytes, words: str) -> None:
    with pytest.raises(RegisterRefused, match=words):
        load(data)
    assert not Evaluation.objects.exists()


def test_only_those_who_may_import_load_it(people: Any, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(file_of(row()))
    for name in ("ana", "carla", "hana", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            load_register(path, by=people[name])
    assert load_register(path, by=people["emil"]).created == 1


@pytest.mark.skipif(not REGISTER.is_file(), reason=f"real data is not at hand: {REGISTER}")
class TestRealRegister:
    def test_all_rows_load_and_every_unclear_value_is_reported(self, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(320):  # most of them statements that write some hundred rows each
            summary = load_register(REGISTER, by=SYSTEM)
        assert (summary.rows, summary.created, summary.missing, summary.unknown) == (734, 734, [], [])
        assert Evaluation.objects.count() == 734
        counts = summary.by_problem
        assert counts["date-none"] == 50
        assert counts["no-country"] == 81
        assert counts["dates"] == 6
        assert counts["year-differs"] == 3
        assert counts["title-twice"] == 2
        assert "word" not in counts and "country" not in counts and "theme" not in counts
        assert not Evaluation.objects.filter(timing="").exclude(rows__values__timing="").exists()
        assert RecordPlace.objects.filter(place__code="BIH").count() == 27
        assert RecordPlace.objects.filter(place__code="XKX").count() == 13
        assert Evaluation.objects.filter(has_response=True).count() == 155

    def test_loading_it_again_changes_nothing(self, django_assert_max_num_queries: Any) -> None:
        load_register(REGISTER, by=SYSTEM)
        with django_assert_max_num_queries(12):
            again = load_register(REGISTER, by=SYSTEM)
        assert (again.created, again.updated, again.unchanged, again.gone) == (0, 0, 734, [])
