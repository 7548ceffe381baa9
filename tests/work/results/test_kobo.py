"""Rows of an export become numbers by rules; names of columns, rules and numbers are kept, and no row."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from openpyxl import Workbook

from migov.services.files.workbooks import Sheet, Unreadable
from migov.work.results import kobo
from migov.work.results.actions import kobo as actions
from migov.work.results.actions.kobo import MapError
from migov.work.results.kobo import At, By, Export, Kind, Measured, Rule, Span, Where
from migov.work.results.kobo_maps import KoboMap
from migov.work.results.models import Dimension, Entry, EntryValue, Measure
from tests.factories import cast, indicator, project, result, values

HEADINGS = ["start", "Name", "Sex", "Age", "Service", "Hours", "District"]
ROWS = [
    ["2025-01-10T09:00:00.000+01:00", "Arta Hoxha", "f", "34", "legal", "2", "Tirana"],
    ["2025-02-11", "Besa Dema", "Female", "16", "health", "1.5", "Tirana"],
    ["11.05.2025", "Dritan Leka", "male", "61", "legal", "3", "Durrës"],
    ["2025-05-20", "Elira Meta", "nd", "40", "legal", "many", ""],
    ["", "No Day", "f", "20", "legal", "1", ""],
    ["2031-01-01", "Too Late", "f", "20", "legal", "1", ""],
]
Q1, Q2 = Span(1, date(2025, 1, 1), date(2025, 3, 31)), Span(2, date(2025, 4, 1), date(2025, 6, 30))
SEX = [("female", "Women and girls"), ("male", "Men and boys")]
AGE = [("0-17", "Children"), ("18-59", "Adults"), ("60+", "Older")]
EXPORT = Export("form", HEADINGS, ROWS)
OF = Measured("People assisted", [Q1, Q2], {"sex": SEX, "age": AGE})
FEMALE, MALE = (("sex", "female"),), (("sex", "male"),)


def counted(rule: Rule, of: Measured = OF, place: str = "", places: dict[str, str] | None = None) -> kobo.Counted:
    return kobo.count(rule, of, EXPORT, kobo.dated(EXPORT, "start", place, places))


def numbers(found: kobo.Counted) -> dict[At, Decimal]:
    return {at: tally.above for at, tally in found.values.items()}


class TestCounting:
    def test_rows_are_counted_in_the_period_of_their_day(self) -> None:
        found = counted(Rule(7))
        assert numbers(found) == {At(1, None, None): 2, At(2, None, None): 2}
        assert found.told == ["“People assisted”: rows in no period of the indicator, not counted: 1."]
        assert kobo.dated(EXPORT, "start").told == ["Rows without a day in “start”, not counted: 1."]

    def test_only_rows_with_certain_answers(self) -> None:
        assert numbers(counted(Rule(7, where=Where("Service", ("Legal ",))))) == {
            At(1, None, None): 1,
            At(2, None, None): 2,
        }
        assert numbers(counted(Rule(7, where=Where("District")))) == {At(1, None, None): 2, At(2, None, None): 1}

    def test_parts_are_told_by_words_sex_and_age_bands_and_strange_answers_are_told(self) -> None:
        found = counted(Rule(7, by=(By("sex", "Sex"), By("age", "Age"))))
        got = numbers(found)
        assert (got[At(1, FEMALE, None)], got[At(1, MALE, None)]) == (2, 0)
        assert (got[At(2, FEMALE, None)], got[At(2, MALE, None)]) == (0, 1)
        assert [got[At(2, (("age", code),), None)] for code, _label in AGE] == [0, 1, 1]
        assert "“Sex”: answers that mean no value, counted in the total only: “nd” (1)." in found.told

    def test_answers_are_mapped(self) -> None:
        got = numbers(counted(Rule(7, by=(By("sex", "Sex", (("ND", "male"),)),))))
        assert got[At(2, MALE, None)] == 2

    def test_a_column_is_summed_and_what_is_no_number_is_told(self) -> None:
        found = counted(Rule(7, Kind.SUM, "Hours"))
        assert numbers(found) == {At(1, None, None): Decimal("3.5"), At(2, None, None): 3}
        assert "answers in “Hours” that are no numbers, not counted: 1" in found.told[1]

    def test_a_share_has_both_its_numbers_and_none_of_nobody(self) -> None:
        rule = Rule(7, Kind.SHARE, where=Where("Service", ("legal",)), of=Where("District"), by=(By("sex", "Sex"),))
        found = {at: (tally.above, tally.below) for at, tally in counted(rule).values.items()}
        assert found == {
            At(1, None, None): (1, 2), At(1, FEMALE, None): (1, 2), At(2, None, None): (1, 1), At(2, MALE, None): (1, 1),
        }  # fmt: skip

    def test_places_are_counted_each_by_itself_and_in_the_whole(self) -> None:
        found = numbers(counted(Rule(7), place="District", places={"tirana": "ALB"}))
        assert found == {At(1, None, None): 2, At(1, None, "ALB"): 2, At(2, None, None): 2}

    def test_a_running_total_counts_all_rows_up_to_the_end_of_a_period(self) -> None:
        later = Span(3, date(2040, 1, 1), date(2040, 3, 31))
        found = counted(Rule(7), Measured("People assisted", [Q1, Q2, later], {}, running=True))
        assert numbers(found) == {
            At(1, None, None): 2,
            At(2, None, None): 4,
        }  # nothing is said of times after the export
        assert "is a running total" in found.told[-1]

    def test_columns_that_were_renamed_are_told(self) -> None:
        assert kobo.missing(EXPORT, ["Sex", "Districts", "Favourite colour"]) == {
            "Districts": "District",
            "Favourite colour": "",
        }

    def test_columns_say_what_is_in_them_but_list_no_names(self) -> None:
        found = {one.name: one for one in kobo.columns(EXPORT)}
        assert (found["start"].looks, found["Age"].looks, found["Name"].looks) == ("dates", "numbers", "text")
        assert found["Service"].answers == [("legal", 5), ("health", 1)]
        assert (found["Name"].answers, found["Name"].different) == ([], 6)

    def test_headings_that_are_the_same_or_empty_are_told_apart(self) -> None:
        made = kobo.export_of([Sheet("a", []), Sheet("b", [["Sex", "Sex", ""], ["f"], ["", ""]])])
        assert made.headings == ["Sex", "Sex (2)", "column 3"]
        assert made.rows == [["f", "", ""]]
        with pytest.raises(Unreadable, match="Known: “b”, “c”"):
            kobo.export_of([Sheet("b", [["x"], ["1"]]), Sheet("c", [["x"], ["1"]])], "household")
        with pytest.raises(Unreadable, match="cell A2: a formula without a result"):
            kobo.export_of([Sheet("a", [["Sex"], [""], ["f"]], without_value={(1, 0)})])
        with pytest.raises(Unreadable, match="no rows"):
            kobo.export_of([Sheet("a", [["Sex"]])])


class Form:
    """Ana's project in Tirana: people assisted by sex and a share, by quarters; a form of it."""

    def __init__(self) -> None:
        self.people = cast()
        self.ana = self.people["ana"]
        self.project = project(
            office=self.ana.memberships.get().office, stage="active", title="Legal aid", places={"ALB": 100}
        )
        sex = Dimension.objects.create(code="sex", name="Sex", values=[list(pair) for pair in SEX])
        self.assisted = indicator(result(self.project), "People assisted", unit="people")
        self.assisted.dimensions.set([sex])
        self.share = indicator(result(self.project), "Share with legal aid", measure=Measure.PERCENTAGE)
        for one in (self.assisted, self.share):
            values(one, 2025, target=5)
        self.words = indicator(result(self.project), "What changed", measure=Measure.QUALITATIVE)

    def map(self) -> KoboMap:
        row = actions.add_map(self.project, "Aid form", HEADINGS, by=self.ana)
        row = actions.set_columns(row.pk, by=self.ana, seen=row.revision, date_column="start")
        rules = (
            Rule(self.assisted.pk, by=(By("sex", "Sex"),)),
            Rule(self.share.pk, Kind.SHARE, where=Where("Service", ("legal",))),
        )
        for rule in rules:
            row = actions.set_rule(row.pk, rule, by=self.ana, seen=row.revision)
        return row


@pytest.fixture
def form(db: None) -> Form:
    return Form()


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "said"),
        [
            ({"kind": Kind.SHARE, "where": Where("Sex")}, "this indicator is a number"),
            ({"kind": Kind.SUM}, "Choose the column"),
            ({"kind": "guess"}, "Choose one of the list"),
            ({"where": Where("Colour")}, "no column “Colour”"),
            ({"by": (By("age", "Age"),)}, "not told apart by “age”"),
            ({"by": (By("sex", "Sex", (("x", "neither"),)),)}, "has no value “neither”"),
        ],
    )
    def test_a_rule_that_cannot_be_followed_is_refused(self, form: Form, rule: dict[str, Any], said: str) -> None:
        row = form.map()
        with pytest.raises(MapError, match=said):
            actions.set_rule(row.pk, Rule(form.assisted.pk, **rule), by=form.ana, seen=row.revision)

    def test_shares_are_for_percentages_and_words_are_not_counted(self, form: Form) -> None:
        row = form.map()
        for rule, said in (
            (Rule(form.share.pk), "share of rows"),
            (Rule(form.words.pk), "qualitative"),
            (Rule(0), "Choose an indicator"),
        ):
            with pytest.raises(MapError, match=said):
                actions.set_rule(row.pk, rule, by=form.ana, seen=row.revision)

    def test_two_people_who_change_a_form_at_once_are_told(self, form: Form) -> None:
        row = form.map()
        with pytest.raises(MapError, match="Somebody else"):
            actions.remove_rule(row.pk, form.share.pk, by=form.ana, seen=row.revision - 1)
        assert len(actions.remove_rule(row.pk, form.share.pk, by=form.ana, seen=row.revision).rules) == 1

    def test_a_form_is_named_once_in_a_project(self, form: Form) -> None:
        form.map()
        with pytest.raises(MapError, match="has a form with this name"):
            actions.add_map(form.project, "aid FORM", HEADINGS, by=form.ana)

    @pytest.mark.parametrize("who", ["boris", "carla", "ion", "jan", "nobody"])
    def test_outsiders_keep_nothing(self, form: Form, who: str) -> None:
        row, other = form.map(), form.people[who]
        for act in (
            lambda: actions.add_map(form.project, "Mine", HEADINGS, by=other),
            lambda: actions.set_columns(row.pk, by=other, seen=row.revision, date_column="start"),
            lambda: actions.set_headings(row.pk, [], by=other, seen=row.revision),
            lambda: actions.set_rule(row.pk, Rule(form.assisted.pk), by=other, seen=row.revision),
            lambda: actions.remove_rule(row.pk, form.assisted.pk, by=other, seen=row.revision),
            lambda: actions.remove_map(row.pk, by=other, seen=row.revision),
        ):
            with pytest.raises(PermissionDenied):
                act()


def file_of(rows: list[list[str]], kind: str = "xlsx", headings: list[str] = HEADINGS) -> io.BytesIO:
    if kind == "xlsx":
        book, out = Workbook(), io.BytesIO()
        for row in (headings, *rows):
            book.active.append(row)  # type: ignore[union-attr]
        book.save(out)
        out.seek(0)
    else:
        mark = ";" if kind == "semicolons" else ","
        out = io.BytesIO("\n".join(mark.join(row) for row in (headings, *rows)).encode())
    out.name = "export.xlsx" if kind == "xlsx" else "export.csv"
    return out


class TestPages:
    def address(self, form: Form, name: str = "kobo", *more: int) -> str:
        return reverse(f"results:{name}", args=[form.project.pk, *more])

    @pytest.mark.parametrize("kind", ["xlsx", "commas", "semicolons"])
    def test_an_export_is_counted_shown_and_kept_as_numbers(self, client_for: Any, form: Form, kind: str) -> None:
        browser, row = client_for(form.ana), form.map()
        page = browser.post(self.address(form, "kobo-read", row.pk), {"file": file_of(ROWS, kind)})
        found = page.context["found"]
        assert (found.rows, found.refused, found.renamed) == (6, [], {})
        assert {(one.title, one.row, one.after) for one in found.lines} == {
            ("People assisted", "Total", "4"), ("People assisted", "Women and girls", "2"), ("People assisted", "Men and boys", "1"),
            ("Share with legal aid", "Total: numerator", "3"), ("Share with legal aid", "Total: denominator", "4"),
        }  # fmt: skip
        assert not Entry.objects.exists()
        apply = reverse("results:sheet-apply", args=[form.project.pk, page.context["token"]])
        assert browser.post(apply, {"from": "kobo"}).status_code == 302
        assert set(Entry.objects.values_list("way", flat=True)) == {"kobo"}
        assert EntryValue.objects.get(entry__indicator=form.share).value == 75
        again = browser.post(self.address(form, "kobo-read", row.pk), {"file": file_of(ROWS, kind)})
        assert (again.context["found"].lines, again.context["found"].same) == ([], 5)
        assert "no longer kept" in browser.post(apply, {"from": "kobo"}, follow=True).text

    def test_no_row_of_an_export_is_kept_anywhere(self, client_for: Any, form: Form) -> None:
        browser, row = client_for(form.ana), form.map()
        for button in ({}, {"columns": "1"}):
            page = browser.post(self.address(form, "kobo-read", row.pk), {"file": file_of(ROWS), **button})
            assert page.status_code == 200
            assert "Arta Hoxha" not in page.text
            assert "keeps no row" in page.text or not button
        from django.core.cache import cache

        kept = str(
            cache.get(
                f"values-preview-{browser.post(self.address(form, 'kobo-read', row.pk), {'file': file_of(ROWS)}).context['token']}"
            )
        )
        assert "People" not in kept
        assert "Hoxha" not in kept
        for model in apps.get_models():
            assert "Hoxha" not in str(list(model._default_manager.values()))

    def test_a_form_is_begun_with_an_export_and_its_rules_are_written(self, client_for: Any, form: Form) -> None:
        browser = client_for(form.ana)
        page = browser.post(self.address(form), {"name": "Aid form", "file": file_of(ROWS)})
        assert page.status_code == 201
        assert "legal (5)" in page.text
        row = KoboMap.objects.get()
        browser.post(
            self.address(form, "kobo-map", row.pk),
            {"date_column": "start", "place_column": "District", "places": "Tirana = alb", "seen": row.revision},
        )
        row.refresh_from_db()
        assert (row.date_column, row.places) == ("start", {"Tirana": "ALB"})
        address = self.address(form, "kobo-rule", row.pk) + f"?indicator={form.assisted.pk}"
        given = {
            "kind": "count", "where_column": "Service", "where_answers": "legal", "by_sex": "Sex", "answers_sex": "nd = male",
            "seen": row.revision,
        }  # fmt: skip
        wrong = browser.post(address, given | {"answers_sex": "nd"})
        assert (wrong.status_code, "Line 1: write answer = code." in wrong.text) == (422, True)
        assert browser.post(address, given).status_code == 302
        page = browser.get(self.address(form, "kobo-map", row.pk))
        assert "number of rows where “Service” says “legal”; by sex (“Sex”)" in page.text
        assert "nd = male" in browser.get(address).text
        found = browser.post(self.address(form, "kobo-read", row.pk), {"file": file_of(ROWS)}).context["found"]
        assert ("Total", "Albania", "1") in {(one.row, one.place, one.after) for one in found.lines}

    def test_a_renamed_column_is_told_and_its_rules_are_not_followed(self, client_for: Any, form: Form) -> None:
        browser, row = client_for(form.ana), form.map()
        headings = [*HEADINGS[:2], "Sex of person", *HEADINGS[3:]]
        headings[4] = "Services"
        page = browser.post(self.address(form, "kobo-read", row.pk), {"file": file_of(ROWS, headings=headings)})
        assert "It may be called “Services” now." in page.text
        assert page.context["found"].left == ["People assisted", "Share with legal aid"]
        page = browser.post(
            self.address(form, "kobo-read", row.pk), {"file": file_of(ROWS, headings=headings), "columns": "1"}
        )
        assert "column is gone" in page.text
        assert KoboMap.objects.get().headings == headings

    def test_a_file_that_cannot_be_read_is_said_beside_the_field(self, client_for: Any, form: Form) -> None:
        browser, row = client_for(form.ana), form.map()
        other = io.BytesIO(b"hello")
        other.name = "notes.txt"
        for file, said in ((None, "Choose a file."), (other, "choose an Excel workbook")):
            page = browser.post(self.address(form, "kobo-read", row.pk), {"file": file} if file else {})
            assert (page.status_code, said in page.text) == (422, True)
        page = browser.post(self.address(form), {"name": "Aid form", "file": file_of(ROWS)})
        assert "has a form with this name" in page.text

    def test_a_form_is_removed_and_its_values_stay(self, client_for: Any, form: Form) -> None:
        browser, row = client_for(form.ana), form.map()
        browser.post(self.address(form, "kobo-remove", row.pk), {"seen": row.revision, "indicator": form.share.pk})
        row.refresh_from_db()
        assert len(row.rules) == 1
        assert browser.post(self.address(form, "kobo-remove", row.pk), {"seen": 0}).status_code == 409
        browser.post(self.address(form, "kobo-remove", row.pk), {"seen": row.revision})
        assert not KoboMap.objects.exists()

    def test_outsiders_see_and_do_nothing(self, client: Any, client_for: Any, form: Form) -> None:
        row = form.map()
        rule = self.address(form, "kobo-rule", row.pk) + f"?indicator={form.assisted.pk}"
        pages = [self.address(form), self.address(form, "kobo-map", row.pk), rule]
        for page in pages:
            assert client.get(page).status_code == 302
            assert client_for(form.ana).get(page).status_code == 200
            for who, status in {"nobody": 403, "ion": 404, "jan": 404, "boris": 403, "carla": 403}.items():
                assert client_for(form.people[who]).get(page).status_code == status, who
                for name in ("kobo-read", "kobo-remove"):
                    assert client_for(form.people[who]).post(self.address(form, name, row.pk)).status_code == status

    def test_the_form_of_another_project_is_not_there(self, client_for: Any, form: Form) -> None:
        row = form.map()
        other = project(office=form.project.record.office, stage="active")
        assert client_for(form.ana).get(reverse("results:kobo-map", args=[other.pk, row.pk])).status_code == 404
