"""Many values at once: each cell is judged by itself, the good ones are kept, the others say what was expected."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.records.models import JournalEntry
from migov.foundation.shell import typed
from migov.work.results import shapes
from migov.work.results.actions import checking, entering
from migov.work.results.actions.ground import ReportingError
from migov.work.results.actions.many import Cell, Outcome, put_many
from migov.work.results.models import Dimension, Entry, EntryValue, Measure, Slice
from tests.factories import PlaceFactory, cast, indicator, project, result, values

pytestmark = pytest.mark.django_db
FEMALE, MALE = (("sex", "female"),), (("sex", "male"),)


class Block:
    """A project of Ana's with a number told apart by sex and a percentage, each with a period."""

    def __init__(self, people: Any = None) -> None:
        self.people = people or cast()
        self.ana, self.emil = self.people["ana"], self.people["emil"]
        self.project = project(office=self.ana.memberships.get().office, stage="active")
        self.outcome = result(self.project)
        self.number = indicator(self.outcome)
        self.percent = indicator(self.outcome, measure=Measure.PERCENTAGE)
        self.sex = Dimension.objects.get_or_create(
            code="sex", defaults={"name": "Sex", "values": [["female", "Women"], ["male", "Men"]]}
        )[0]
        self.number.dimensions.set([self.sex])
        self.period, self.other = values(self.number, 2025, target=100), values(self.percent, 2025)

    def cell(self, text: str, *, field: str = "value", of: Any = None, **more: Any) -> Cell:
        of = of or self.number
        period = more.pop("period", None) or of.periods.get().pk
        return Cell(of.pk, period, field, text, **more)

    def put(self, *cells: Cell, **more: Any) -> list[Outcome]:
        return put_many(self.project, cells, **({"by": self.ana} | more))

    def says(self, of: Any = None) -> dict[str, Any]:
        rows = Entry.objects.get(indicator=of or self.number).values.select_related("slice")
        return {row.slice.key if row.slice else "": row.value for row in rows}


@pytest.fixture
def block() -> Block:
    return Block()


def test_good_cells_are_kept_and_bad_ones_say_what_was_expected(block: Block) -> None:
    outcomes = block.put(
        block.cell("1 250"), block.cell("many", part=FEMALE), block.cell("600", part=MALE),
        block.cell("5", part=(("sex", "unknown"),)), block.cell("5", part=(("age", "0-4"),)),
    )  # fmt: skip
    assert [bool(outcome.problem) for outcome in outcomes] == [False, True, False, True, True]
    assert [outcome.shown for outcome in outcomes[:3]] == ["1250", "", "600"]
    assert "is not a number" in outcomes[1].problem
    assert "is no value of Sex" in outcomes[3].problem
    assert "not told apart by “age”" in outcomes[4].problem
    assert block.says() == {"": Decimal(1250), "sex=male": Decimal(600)}
    assert outcomes[0].entry == Entry.objects.get().pk


def test_one_call_is_one_line_of_the_journal(block: Block) -> None:
    block.put(block.cell("5"), block.cell("x", part=MALE))
    row = JournalEntry.objects.get(verb="values entered")
    assert (row.detail["kept"], row.detail["refused"], row.record_id) == (1, 1, block.project.pk)
    block.put(block.cell("5"))
    assert JournalEntry.objects.filter(verb="values entered").count() == 1, "nothing changed, nothing is noted"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_fraction_is_taken_together_in_whatever_order_it_comes(block: Block, order: tuple[int, ...]) -> None:
    cells = [block.cell(text, field=field, of=block.percent)
             for field, text in (("numerator", "20"), ("denominator", "30"), ("value", "66.7"))]  # fmt: skip
    outcomes = block.put(*(cells[place] for place in order))
    assert [outcome.problem for outcome in outcomes] == ["", "", ""]
    assert block.says(block.percent) == {"": Decimal("66.666667")}


def test_a_value_that_does_not_follow_from_its_fraction_is_refused(block: Block) -> None:
    outcomes = block.put(
        block.cell("80", of=block.percent), block.cell("20", field="numerator", of=block.percent),
        block.cell("0", field="denominator", of=block.percent), block.cell("40", field="denominator", of=block.percent),
    )  # fmt: skip
    assert [outcome.problem.split(".")[0] for outcome in outcomes] == [
        "This follows from numerator and denominator", "", "The denominator cannot be zero", "",
    ]  # fmt: skip
    assert outcomes[0].shown == "50"


def test_a_fraction_too_large_for_the_database_is_refused(block: Block) -> None:
    outcomes = block.put(
        block.cell("9" * 18, field="numerator", of=block.percent),
        block.cell("0.000001", field="denominator", of=block.percent),
    )  # fmt: skip
    assert [bool(outcome.problem) for outcome in outcomes] == [False, True]
    assert "too large" in outcomes[1].problem


def test_what_the_page_showed_guards_what_others_wrote(block: Block) -> None:
    block.put(block.cell("5"))
    conflict = block.put(block.cell("7", was=""), by=block.emil)[0]
    assert (conflict.now, conflict.shown) == ("5", "5")
    assert "changed by somebody else" in conflict.problem
    assert block.put(block.cell("5", was=""), by=block.emil)[0].problem == "", "both wrote the same"
    assert block.put(block.cell("7", was="5"), by=block.emil)[0].shown == "7"
    assert block.put(block.cell("9"))[0].shown == "9", "without what was shown, whatever stands is replaced"


def test_emptied_cells_leave_no_row_and_nothing_makes_no_entry(block: Block) -> None:
    assert block.put(block.cell(""))[0].entry is None
    assert not Entry.objects.exists()
    block.put(block.cell("5"), block.cell("3", part=FEMALE))
    block.put(block.cell("", part=FEMALE))
    assert block.says() == {"": Decimal(5)}


def test_a_value_that_waits_or_was_verified_is_not_changed_but_may_be_said_again(block: Block) -> None:
    entry = Entry.objects.get(pk=block.put(block.cell("5"))[0].entry)
    checking.take("submit", [entry.pk], by=block.ana)
    same, other, part = block.put(block.cell("5"), block.cell("6"), block.cell("2", part=MALE))
    assert (same.problem, other.shown) == ("", "5")
    assert "waits to be verified" in other.problem
    assert "waits to be verified" in part.problem
    checking.take("verify", [entry.pk], by=block.emil)
    assert "is verified" in block.put(block.cell("6"))[0].problem
    entering.begin(block.number, block.period, by=block.ana)
    assert block.put(block.cell("6"))[0].problem == "", "another entry was begun"
    assert list(Entry.objects.values_list("number", flat=True)) == [1, 2]


def test_places_have_entries_of_their_own(block: Block) -> None:
    here, there = PlaceFactory(code="ALB"), PlaceFactory(code="MDA")
    outcomes = block.put(block.cell("5", place=here.pk), block.cell("6", place=there.pk), block.cell("1", place=0))
    assert [outcome.problem for outcome in outcomes] == ["", "", "There is no such place."]
    assert set(Entry.objects.values_list("place", "number")) == {(here.pk, 1), (there.pk, 2)}


def test_what_is_not_of_the_project_is_refused_cell_by_cell(block: Block) -> None:
    foreign = indicator(result(project(stage="active")))
    their_period = values(foreign, 2025)
    gone = indicator(block.outcome, removed_at="2025-01-01T00:00Z")
    outcomes = block.put(
        block.cell("1", of=foreign), block.cell("1", period=their_period.pk), block.cell("1", of=gone, period=1),
        block.cell("1", field="words"), block.cell("1"),
    )  # fmt: skip
    assert [outcome.problem.split(",")[0] for outcome in outcomes] == [
        "This project has no such indicator", "The indicator has no such period.", "This project has no such indicator",
        "This indicator has no such cell.", "",
    ]  # fmt: skip


def test_the_dimensions_of_a_standard_indicator_are_those_of_its_indicators(block: Block) -> None:
    from migov.work.results.models import StandardIndicator

    standard = StandardIndicator.objects.create(code="test-people", title="People")
    standard.dimensions.set([block.sex])
    own = indicator(block.outcome, standard=standard)
    values(own, 2025)
    assert block.put(block.cell("3", of=own, part=FEMALE))[0].problem == ""


@pytest.mark.parametrize("who", ["boris", "ion", "jan", "nobody"])
def test_outsiders_put_nothing(block: Block, who: str) -> None:
    with pytest.raises(PermissionDenied):
        block.put(block.cell("5"), by=block.people[who])
    assert not Entry.objects.exists()


def test_a_project_that_is_not_active_takes_no_values(block: Block) -> None:
    block.project.record.stage = "proposal"
    block.project.record.save()
    with pytest.raises(ReportingError, match="once it is active"):
        block.put(block.cell("5"))


def test_the_number_of_queries_does_not_grow_with_the_cells(block: Block, django_assert_max_num_queries: Any) -> None:
    many = [indicator(block.outcome, f"Indicator {n}") for n in range(40)]
    cells = []
    for one in many:
        one.dimensions.set([block.sex])
        for year in (2023, 2024, 2025):
            at = values(one, year).pk
            cells += [block.cell(str(year), of=one, period=at)]
            cells += [block.cell("7", of=one, period=at, part=part) for part in (FEMALE, MALE)]
    with django_assert_max_num_queries(30):
        assert not any(outcome.problem for outcome in block.put(*cells))
    assert Entry.objects.count() == 120
    again = [Cell(cell.indicator, cell.period, cell.field, "8", cell.part) for cell in cells]
    with django_assert_max_num_queries(30):
        assert {outcome.shown for outcome in block.put(*again)} == {"8"}
    assert Slice.objects.filter(key__in=["sex=female", "sex=male"]).count() == 2


def test_a_dimension_without_a_list_of_values_takes_any_readable_name(block: Block) -> None:
    town = Dimension.objects.create(code="test-town", name="Town")
    block.number.dimensions.add(town)
    outcomes = block.put(
        *(block.cell("1", part=(("test-town", value),)) for value in ("Tirana", "\x00", "", "x" * 200, "a\nb", " "))
    )
    assert [bool(outcome.problem) for outcome in outcomes] == [False, True, True, True, True, True]
    assert Slice.objects.filter(key__startswith="test-town").count() == 1


def test_many_at_once_say_what_the_cells_say_one_by_one(block: Block) -> None:
    """The same random cells, put together and one after the other: the same values stand, the same cells are refused."""
    chance = random.Random(5)
    other = Block(block.people)
    texts = ["5", "1,250", "7.5", "x", "1.200", "", "12 of 3"]
    for _round in range(15):
        picked = [(part, chance.choice(texts)) for part in chance.sample([None, FEMALE, MALE], 2)]
        together = block.put(*(block.cell(text, part=part) for part, text in picked))
        refused = []
        for part, text in picked:
            at = other.number.periods.get()
            shown = shapes.shown(other.number, _stands(other, part), "value")
            try:
                entering.put(other.number, at, part=part, field="value", was=shown, now=text, by=other.ana)
                refused.append(False)
            except typed.Unreadable:
                refused.append(True)
        assert [bool(outcome.problem) for outcome in together] == refused
        assert _all(block) == _all(other)


def _stands(of: Block, part: Any) -> shapes.Amount:
    entry = Entry.objects.filter(indicator=of.number).first()
    return entering.value_of(entry, part) if entry else shapes.Amount()


def _all(of: Block) -> dict[str, Any]:
    rows = EntryValue.objects.filter(entry__indicator=of.number).select_related("slice")
    return {row.slice.key if row.slice else "": row.value for row in rows}
