"""Values are entered cell by cell, count nowhere until somebody else verified them, and are never overwritten in silence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry
from migov.foundation.shell import typed
from migov.work.results.actions import checking, entering
from migov.work.results.actions.ground import Conflict, ReportingError
from migov.work.results.models import Entry, EntryStatus, Indicator, Measure, Measurement, Period, WithinPeriod
from tests.factories import PlaceFactory, cast, indicator, project, result, values

pytestmark = pytest.mark.django_db
FEMALE, MALE = (("sex", "female"),), (("sex", "male"),)


class Desk:
    """A project in Tirana with one indicator, who reports (Ana) and who verifies (Emil)."""

    def __init__(self, **fields: Any) -> None:
        self.people = cast()
        self.ana, self.emil = self.people["ana"], self.people["emil"]
        self.project = project(office=self.ana.memberships.get().office, stage="active")
        self.indicator = indicator(result(self.project), **fields)
        self.period = values(self.indicator, 2025, target=100)

    def put(self, now: str, *, part: Any = None, field: str = "value", was: str = "", **more: Any) -> Entry:
        more = {"by": self.ana, "period": self.period} | more
        return entering.put(self.indicator, part=part, field=field, was=was, now=now, **more)

    def take(self, step: str, *entries: Entry, by: User | None = None, reason: str = "") -> checking.Done:
        who = by or (self.emil if step in ("verify", "return", "lock", "unlock") else self.ana)
        return checking.take(step, [entry.pk for entry in entries], by=who, reason=reason)

    def counted(self, of: Indicator | None = None) -> dict[str, Decimal | None]:
        """What counts: key of the slice → value."""
        rows = Measurement.objects.current().filter(indicator=of or self.indicator, kind="a").select_related("slice")
        return {row.slice.key if row.slice else "": row.value for row in rows}

    def again(self, entry: Entry) -> Entry:
        return Entry.objects.get(pk=entry.pk)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_value_counts_once_somebody_else_verified_it(desk: Desk) -> None:
    entry = desk.put("1,250")
    desk.put("700", part=FEMALE)
    assert desk.counted() == {}
    assert desk.take("submit", entry).done == [entry]
    assert desk.counted() == {}
    assert desk.take("verify", entry).done == [entry]
    assert desk.counted() == {"": Decimal(1250), "sex=female": Decimal(700)}
    assert set(Measurement.objects.filter(entry=entry).values_list("order", flat=True)) == {500}
    verbs = JournalEntry.objects.filter(record_id=desk.project.pk).values_list("verb", flat=True)
    assert list(verbs) == ["values verified", "values submitted"]


def test_nobody_verifies_what_they_submitted(desk: Desk) -> None:
    entry = desk.put("5", by=desk.emil)
    desk.take("submit", entry, by=desk.emil)
    done = desk.take("verify", entry, by=desk.emil)
    assert done.done == []
    assert "Somebody else verifies it" in done.refused[entry.pk]
    assert desk.counted() == {}


def test_the_page_names_what_it_showed_and_nobody_is_overwritten(desk: Desk) -> None:
    desk.put("5")
    with pytest.raises(Conflict) as conflict:
        desk.put("7", by=desk.emil)
    assert (conflict.value.now, conflict.value.mine) == ("5", "7")
    desk.put("7", was="5", by=desk.emil)
    desk.put("7")  # what stands already is no conflict
    assert Entry.objects.get().values.get().value == 7


def test_what_cannot_be_read_is_refused_and_what_stands_stays(desk: Desk) -> None:
    desk.put("5")
    for text in ("many", "1.200", "12 of 30"):
        with pytest.raises(typed.Unreadable):
            desk.put(text, was="5")
    assert Entry.objects.get().values.get().value == 5


def test_an_emptied_cell_leaves_no_row(desk: Desk) -> None:
    entry = desk.put("5")
    desk.put("", was="5")
    assert not entry.values.exists()
    assert "No value was entered" in desk.take("submit", entry).refused[entry.pk]


def test_a_percentage_is_made_of_numerator_and_denominator() -> None:
    desk = Desk(measure=Measure.PERCENTAGE)
    entry = desk.put("30", field="numerator")
    assert "denominator is missing" in desk.take("submit", entry).refused[entry.pk]
    with pytest.raises(typed.Unreadable, match="cannot be zero"):
        desk.put("0", field="denominator")
    desk.put("40", field="denominator")
    with pytest.raises(typed.Unreadable, match="follows from"):
        desk.put("80", was="75")
    desk.take("submit", entry)
    desk.take("verify", entry)
    row = Measurement.objects.current().get(kind="a")
    assert (row.value, row.numerator, row.denominator) == (75, 30, 40)


def test_parts_may_not_make_more_than_the_total(desk: Desk) -> None:
    entry = desk.put("100")
    desk.put("60", part=FEMALE)
    desk.put("50", part=MALE)
    assert "make 110, more than the total of 100" in desk.take("submit", entry).refused[entry.pk]
    desk.put("40", part=MALE, was="50")
    assert desk.take("submit", entry).done


def test_scales_and_yes_and_no_are_typed_as_words() -> None:
    desk = Desk(measure=Measure.ORDINAL, scale=["low", "medium", "high"])
    with pytest.raises(typed.Unreadable, match="low, medium, high"):
        desk.put("excellent")
    assert desk.put("High").values.get().value == 3
    yes_no = indicator(result(desk.project), measure=Measure.YES_NO)
    period = values(yes_no, 2025)
    entry = entering.put(yes_no, period, part=None, field="value", was="", now="Yes", by=desk.ana)
    assert entry.values.get().value == 1
    with pytest.raises(typed.Unreadable, match="neither yes nor no"):
        entering.put(yes_no, period, part=None, field="value", was="yes", now="perhaps", by=desk.ana)


@pytest.mark.parametrize(("rule", "expected"), [(WithinPeriod.SUM, 30), (WithinPeriod.LATEST, 20)])
def test_several_entries_of_a_period_add_to_each_other_or_take_each_others_place(rule: str, expected: int) -> None:
    desk = Desk(within_period=rule)
    for number in ("10", "20"):
        entry = desk.put(number)
        desk.take("submit", entry)
        desk.take("verify", entry)
    assert desk.counted() == {"": Decimal(expected)}
    desk.take("return", entry, reason="Counted twice.")
    assert desk.counted() == {"": Decimal(10)}


def test_a_returned_value_says_why_and_may_be_handed_in_again(desk: Desk) -> None:
    entry = desk.put("10")
    desk.take("submit", entry)
    with pytest.raises(ReportingError, match="Say why"):
        desk.take("return", entry)
    desk.take("return", entry, reason="Two lists were added twice.")
    assert desk.again(entry).note == "Two lists were added twice."
    desk.put("8", was="10")
    desk.take("submit", entry)
    desk.take("verify", entry)
    assert (desk.counted(), desk.again(entry).note) == ({"": Decimal(8)}, "")


def test_a_verified_value_that_is_returned_counts_no_longer_but_did(desk: Desk) -> None:
    entry = desk.put("10")
    desk.take("submit", entry)
    desk.take("verify", entry)
    desk.take("return", entry, reason="The list names other people.")
    assert desk.counted() == {}
    past = Measurement.objects.get(kind="a")
    assert (past.value, past.superseded_at is None) == (10, False)


def test_locked_values_are_unlocked_with_a_reason(desk: Desk) -> None:
    entry = desk.put("10")
    desk.take("submit", entry)
    desk.take("verify", entry)
    assert checking.lock_until(desk.project.pk, date(2025, 12, 31), by=desk.emil).done == [entry]
    assert "It is locked by now" in desk.take("return", entry, reason="No.").refused[entry.pk]
    with pytest.raises(ReportingError):
        desk.take("unlock", entry)
    desk.take("unlock", entry, reason="The ministry corrected its register.")
    assert desk.again(entry).status == EntryStatus.VERIFIED
    assert desk.counted() == {"": Decimal(10)}
    assert JournalEntry.objects.first().detail["reason"] == "The ministry corrected its register."  # type: ignore[union-attr]


def test_only_who_submitted_takes_it_back(desk: Desk) -> None:
    entry = desk.put("10")
    desk.take("submit", entry)
    with pytest.raises(ReportingError, match="waits to be verified"):
        desk.put("11", was="10")
    assert desk.take("take back", entry, by=desk.emil).refused
    assert desk.take("take back", entry).done
    assert desk.put("11", was="10").pk == entry.pk


def test_a_draft_is_thrown_away_and_the_journal_keeps_what_it_said(desk: Desk) -> None:
    entry = desk.put("10")
    entering.discard(entry, by=desk.ana)
    assert not Entry.objects.exists()
    assert JournalEntry.objects.get(verb="value discarded").detail["values"] == ["10"]
    entry = desk.put("10")
    desk.take("submit", entry)
    with pytest.raises(ReportingError):
        entering.discard(entry, by=desk.ana)


def test_places_are_counted_each_by_itself(desk: Desk) -> None:
    here, there = PlaceFactory(code="ALB"), PlaceFactory(code="MDA")
    for place, number in ((here, "10"), (there, "5")):
        entry = desk.put(number, place=place)
        desk.take("submit", entry)
        desk.take("verify", entry)
    rows = Measurement.objects.current().filter(kind="a").values_list("place", "value")
    assert set(rows) == {(here.pk, 10), (there.pk, 5)}


def test_a_project_that_is_not_active_takes_no_values(desk: Desk) -> None:
    desk.project.record.stage = "proposal"
    desk.project.record.save()
    with pytest.raises(ReportingError, match="once it is active"):
        desk.put("5")


def test_a_period_of_another_indicator_is_refused(desk: Desk) -> None:
    other = values(indicator(result(desk.project)), 2025)
    with pytest.raises(ReportingError, match="another indicator"):
        desk.put("5", period=other)


@pytest.mark.parametrize("who", ["boris", "ion", "jan", "nobody"])
def test_outsiders_report_and_verify_nothing(desk: Desk, who: str) -> None:
    outsider = desk.people[who]
    entry = desk.put("5")
    with pytest.raises(PermissionDenied):
        desk.put("6", was="5", by=outsider)
    for step in checking.STEPS:
        with pytest.raises(PermissionDenied):
            desk.take(step, entry, by=outsider, reason="x")
    assert desk.again(entry).status == EntryStatus.DRAFT


def test_the_database_refuses_states_without_their_marks(desk: Desk) -> None:
    for says in (
        {"status": "submitted"}, {"status": "verified", "submitted_at": "2025-01-01T00:00Z"}, {"status": "returned"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(indicator=desk.indicator, period=desk.period, number=9, **says)


def test_many_entries_take_a_step_in_few_queries(desk: Desk, django_assert_max_num_queries: Any) -> None:
    entries = [desk.put(str(10 + n), period=_period(desk, n)) for n in range(20)]
    with django_assert_max_num_queries(25):
        desk.take("submit", *entries)
    with django_assert_max_num_queries(30):
        assert len(desk.take("verify", *entries).done) == 20


def _period(desk: Desk, n: int) -> Period:
    return values(desk.indicator, 2000 + n)
