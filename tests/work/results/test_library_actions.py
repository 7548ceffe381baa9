"""The library is changed with reasons and versions, never under the feet of who uses it; a project's own indicators are linked to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry
from migov.work.results import library_queries
from migov.work.results.actions import dimensions, entering, library
from migov.work.results.actions.library import ChangedMeanwhile, LibraryError, Standard
from migov.work.results.library import load_indicators
from migov.work.results.models import Dimension, Indicator, Measure, StandardIndicator, StandardVersion
from tests.factories import cast, element, indicator, project, proposal, result, values

pytestmark = pytest.mark.django_db
RETURNED = Standard(
    "People assisted to return", "Each once a year.", "people", across_periods="sum", across_projects="sum"
)


class Library:
    """A library with one indicator, kept by Emil; Ana's project in Tirana."""

    def __init__(self) -> None:
        self.people = cast()
        self.emil, self.ana = self.people["emil"], self.people["ana"]
        Dimension.objects.create(code="sex", name="Sex", values=[["female", "Women"], ["male", "Men"]])
        self.row = library.add(RETURNED, by=self.emil)
        self.project = project(office=self.ana.memberships.get().office, stage="active", title="Return with dignity")

    def own(self, title: str = "Migrants helped to return", **fields: Any) -> Indicator:
        return indicator(result(self.project), title, **{"unit": "people", **fields})

    def change(self, wanted: Standard, *, by: User | None = None, reason: str = "Clearer.", stands: str = "") -> Any:
        stands = stands or library.standard_of(StandardIndicator.objects.get(pk=self.row.pk)).digest
        return library.change(self.row.pk, wanted, by=by or self.emil, reason=reason, stands=stands)


@pytest.fixture
def shelf() -> Library:
    return Library()


def test_a_code_is_made_from_the_title_and_is_taken_once(shelf: Library) -> None:
    assert shelf.row.code == "people-assisted-to-return"
    with pytest.raises(LibraryError, match="has an indicator with this title") as same:
        library.add(RETURNED, by=shelf.emil, code="other")
    assert same.value.field == "title"
    with pytest.raises(LibraryError, match="is taken"):
        library.add(replace(RETURNED, title="Another"), by=shelf.emil, code="people-assisted-to-return")
    with pytest.raises(LibraryError, match="small letters"):
        library.add(replace(RETURNED, title="Another"), by=shelf.emil, code="a code!")


def test_a_change_of_meaning_begins_a_version_and_the_one_before_is_kept(shelf: Library) -> None:
    element("21")
    shelf.change(
        replace(RETURNED, definition="Each once.", dimensions=frozenset({"sex"})), reason="Counted twice before."
    )
    first, second = StandardVersion.objects.filter(standard=shelf.row)
    assert (first.says["definition"], second.says["definition"]) == ("Each once a year.", "Each once.")
    assert first.superseded_at == second.recorded_at
    assert second.superseded_at is None
    shown = library_queries.versions(shelf.row)[0]
    assert (shown.number, shown.by, shown.reason) == (2, shelf.emil, "Counted twice before.")
    assert {(one.label, one.before, one.after) for one in shown.differences} == {
        ("Definition", "Each once a year.", "Each once."), ("Told apart by", "", "Sex"),
    }  # fmt: skip


def test_method_and_elements_change_without_a_version_but_not_without_a_trace(shelf: Library) -> None:
    element("21")
    changed = shelf.change(replace(RETURNED, method="Register.", elements=frozenset({("gcm", "21")})))
    assert changed.version == 1
    assert JournalEntry.objects.get(verb="standard indicator changed").detail["method"] == {
        "from": "",
        "to": "Register.",
    }
    assert changed.elements.get().code == "21"


def test_saving_what_stands_changes_nothing_and_asks_for_no_reason(shelf: Library) -> None:
    assert shelf.change(RETURNED, reason="").version == 1
    assert not JournalEntry.objects.filter(verb="standard indicator changed").exists()


def test_a_change_needs_a_reason_and_the_state_it_was_made_from(shelf: Library) -> None:
    stands = library.standard_of(shelf.row).digest
    with pytest.raises(LibraryError, match="Say why"):
        shelf.change(replace(RETURNED, title="Returns"), reason=" ")
    shelf.change(replace(RETURNED, method="Register."))  # no new version, and still a conflict
    with pytest.raises(ChangedMeanwhile):
        shelf.change(replace(RETURNED, title="Returns"), stands=stands)
    assert StandardIndicator.objects.get().title == RETURNED.title


def test_the_first_change_of_an_indicator_loaded_without_a_version_keeps_what_it_said(shelf: Library) -> None:
    StandardVersion.objects.all().delete()
    shelf.change(replace(RETURNED, definition="Each once."))
    assert [one.says["definition"] for one in StandardVersion.objects.all()] == ["Each once a year.", "Each once."]


def test_shipped_indicators_come_with_their_first_version() -> None:
    load_indicators()
    assert StandardVersion.objects.current().filter(version=1).count() == StandardIndicator.objects.count()


@pytest.mark.parametrize("where", ["register", "proposal"])
def test_unit_and_measure_stay_while_somebody_uses_it(shelf: Library, where: str) -> None:
    from migov.work.proposals.models import PlanIndicator, PlanResult

    percentage = replace(RETURNED, measure="percentage", unit="%", across_periods="", across_projects="average")
    if where == "register":
        shelf.own(standard=shelf.row)
    else:
        paper = proposal()
        row = PlanResult.objects.create(proposal=paper, level="objective", title="Returnees are safe")
        PlanIndicator.objects.create(result=row, proposal=paper, standard=shelf.row, title="Returned")
    with pytest.raises(LibraryError, match="Add a new indicator") as refused:
        shelf.change(percentage)
    assert refused.value.field == "unit"
    assert shelf.change(replace(RETURNED, title="Returns assisted")).version == 2


def test_unit_and_measure_change_while_nobody_uses_it(shelf: Library) -> None:
    changed = shelf.change(replace(RETURNED, measure="ratio", across_periods="", across_projects="average"))
    assert (changed.measure, changed.version) == (Measure.RATIO, 2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"measure": "percentage"}, "across_periods"),
        ({"measure": "percentage", "across_periods": ""}, "across_projects"),
        ({"across_projects": "average"}, "across_projects"),
        ({"measure": "weight"}, "measure"),
        ({"title": " "}, "title"),
        ({"unit": "x" * 61}, "unit"),
        ({"dimensions": frozenset({"height"})}, "dimensions"),
        ({"elements": frozenset({("gcm", "99")})}, "elements"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(shelf: Library, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(LibraryError) as refused:
        library.add(replace(RETURNED, **{"title": "New", **wrong}), by=shelf.emil)
    assert refused.value.field == field
    assert StandardIndicator.objects.count() == 1


def test_a_retired_indicator_is_offered_no_longer_until_it_is_brought_back(shelf: Library) -> None:
    with pytest.raises(LibraryError, match="Say why"):
        library.retire(shelf.row.pk, by=shelf.emil, reason="")
    library.retire(shelf.row.pk, by=shelf.emil, reason="Two others say more.")
    assert not library_queries.proposals(shelf.own())
    with pytest.raises(LibraryError, match="is retired"):
        library.link(shelf.own().pk, shelf.row.pk, by=shelf.ana)
    with pytest.raises(LibraryError, match="retired already"):
        library.retire(shelf.row.pk, by=shelf.emil, reason="Again.")
    library.bring_back(shelf.row.pk, by=shelf.emil, reason="They did not.")
    assert [one.standard for one in library_queries.proposals(shelf.own())] == [shelf.row]


def test_an_own_indicator_is_linked_and_unlinked_and_the_journal_of_the_project_says_so(shelf: Library) -> None:
    own = shelf.own(unit=" People ")
    values(own, 2025, target=10)
    library.link(own.pk, shelf.row.pk, by=shelf.ana)
    assert Indicator.objects.get(pk=own.pk).standard == shelf.row
    library.unlink(own.pk, by=shelf.ana)
    assert Indicator.objects.get(pk=own.pk).standard is None
    trace = JournalEntry.objects.filter(record_id=shelf.project.pk).order_by("pk")
    assert [one.verb for one in trace] == ["indicator linked", "indicator unlinked"]
    assert trace[0].detail["standard"] == {"from": None, "to": "people-assisted-to-return"}


@pytest.mark.parametrize(
    ("fields", "said"), [({"unit": "families"}, "Its unit is"), ({"measure": "percentage"}, "measured as")]
)
def test_another_unit_or_measure_is_not_linked(shelf: Library, fields: dict[str, str], said: str) -> None:
    with pytest.raises(LibraryError, match=said):
        library.link(shelf.own(**fields).pk, shelf.row.pk, by=shelf.ana)


def test_proposals_put_the_same_unit_and_measure_first_then_likeness(shelf: Library) -> None:
    trained = library.add(replace(RETURNED, title="Officers trained", definition="In class."), by=shelf.emil)
    share = library.add(
        Standard("Share of migrants helped to return", unit="%", measure="percentage"), by=shelf.emil
    )  # fmt: skip
    found = library_queries.proposals(shelf.own("Migrants assisted to return home"))
    assert [one.standard for one in found] == [shelf.row, trained, share]
    assert [bool(one.problem) for one in found] == [False, False, True]
    assert [one.standard for one in library_queries.proposals(shelf.own(), "officers")] == [trained]


def test_codes_of_dimensions_stay_and_used_values_are_not_removed(shelf: Library) -> None:
    sex = Dimension.objects.get(code="sex")
    own = shelf.own()
    period = values(own, 2025, target=10)
    entering.put(own, period, part=(("sex", "female"),), field="value", was="", now="5", by=shelf.ana)
    stands = dimensions.digest(sex)
    with pytest.raises(LibraryError, match="female") as refused:
        dimensions.change_dimension(sex.pk, "Sex", [("male", "Men")], by=shelf.emil, stands=stands)
    assert refused.value.field == "values"
    changed = dimensions.change_dimension(
        sex.pk, "Sex or gender", [("female", "Women and girls")], by=shelf.emil, stands=stands
    )
    assert (changed.code, changed.values) == ("sex", [["female", "Women and girls"]])
    with pytest.raises(ChangedMeanwhile):
        dimensions.change_dimension(sex.pk, "Sex", [], by=shelf.emil, stands=stands)


def test_values_of_a_dimension_are_lines_and_what_is_wrong_names_the_line() -> None:
    assert dimensions.read_values("0-4 = 0 to 4\n\n60+ = 60 and over\nhost") == [
        ("0-4", "0 to 4"), ("60+", "60 and over"), ("host", "host"),
    ]  # fmt: skip
    for text, said in (
        ("a|b = x", "Line 1"),
        ("a = x\nA = y", "Line 2: the code “a” comes twice"),
        ("a = " + "x" * 200, "Line 1"),
    ):
        with pytest.raises(LibraryError, match=said):
            dimensions.read_values(text)


@pytest.mark.parametrize("who", ["ana", "carla", "dora", "hana", "ion", "jan", "nobody"])
def test_only_the_keepers_of_the_library_change_it(shelf: Library, who: str) -> None:
    other = shelf.people[who]
    sex = Dimension.objects.get(code="sex")
    for act in (
        lambda: library.add(replace(RETURNED, title="New"), by=other),
        lambda: shelf.change(replace(RETURNED, title="New"), by=other),
        lambda: library.retire(shelf.row.pk, by=other, reason="x"),
        lambda: library.bring_back(shelf.row.pk, by=other, reason="x"),
        lambda: dimensions.add_dimension("Height", [], by=other),
        lambda: dimensions.change_dimension(sex.pk, "S", [], by=other, stands=dimensions.digest(sex)),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize("who", ["boris", "carla", "ion", "jan", "nobody"])
def test_outsiders_link_nothing(shelf: Library, who: str) -> None:
    own = shelf.own()
    with pytest.raises(PermissionDenied):
        library.link(own.pk, shelf.row.pk, by=shelf.people[who])
    with pytest.raises(PermissionDenied):
        library.unlink(own.pk, by=shelf.people[who])
