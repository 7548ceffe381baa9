"""Small rules: dates, numbers, people, slices, matching."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from migov.exchange.iati import rules
from migov.exchange.iati.counting import count_elements
from migov.exchange.iati.matching import match
from migov.exchange.iati.registers import Registers
from migov.exchange.iati.tables import announce
from migov.foundation.bulk import BulkWriter
from migov.work.results.models import Slice
from migov.work.results.people_rule import people_counted
from tests.exchange.iati.conftest import FILES


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", "2026-03-31"),
        (" 2026-03-31 ", "2026-03-31"),
        ("2026-03-31Z", "2026-03-31"),
        ("2026-03-31+08:00", "2026-03-31"),
        ("2026-03-31T23:59:59Z", "2026-03-31"),
        ("2026-02-30", None),
        ("31/03/2026", None),
        ("2026", None),
        ("2026-03-31 or later", None),
        ("", None),
        (None, None),
    ],
)
def test_days(text: str | None, day: str | None) -> None:
    assert rules.day(text) == day


@pytest.mark.parametrize(
    ("text", "value", "exact"),
    [
        ("12", "12", True),
        ("+12.5", "+12.5", True),
        (".5", ".5", True),
        ("-0.25", "-0.25", True),
        ("1,234,567.25", "1234567.25", False),
        ("1.23456", "1.2346", False),
        ("1.50000000", "1.5000", True),
        ("000000000000000000012", "12", True),
        ("1,23", None, False),
        ("12,345,6", None, False),
        ("1 000", None, False),
        ("١٢", None, False),
        ("Infinity", None, False),
        ("1" * 19, None, False),
        ("", None, False),
    ],
)
def test_numbers(text: str, value: str | None, exact: bool) -> None:
    found = rules.number(text, 18, 4)
    if text == "١٢":  # digits of another script: read or not, never misread
        assert found[0] in (None, text)
    else:
        assert found == (value, exact)


def test_moments() -> None:
    assert rules.moment("2026-01-09T12:30:00+01:00") == datetime(2026, 1, 9, 11, 30, tzinfo=UTC)
    assert rules.moment("2026-01-09T12:30:00.1234567Z") == datetime(2026, 1, 9, 12, 30, 0, 123456, tzinfo=UTC)
    assert rules.moment("2026-01-09") == datetime(2026, 1, 9, tzinfo=UTC)
    assert rules.moment("yesterday") is None
    assert rules.moment("0001-01-01T00:00:00+10:00") is None


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("# of women and girls reached", "# of women"),
        ("Number of refugees registered", "Number of refugees"),
        ("No. of vulnerable migrant children assisted", "No. of vulnerable migrant children"),
        (
            "Total number of unaccompanied and separated children",
            "Total number of unaccompanied and separated children",
        ),
        ("Number of PoCs receiving cash", "Number of PoCs"),
        ("Number of government officials trained", "Number of government officials"),
        ("#people trained", "#people"),
        ("Number of training sessions for migrants", ""),
        ("Number of laws adopted", ""),
        ("Number of households", ""),
        ("Proportion of refugees with work", ""),
        ("People are protected", ""),
        ("Normative framework for children", ""),
        ("Notes on women", ""),
        ("", ""),
    ],
)
def test_titles_that_count_people(title: str, words: str) -> None:
    assert people_counted(title) == words


def _slice(*pairs: tuple[str, str]) -> Slice:
    with transaction.atomic():
        writer = BulkWriter()
        registers = Registers(writer, announce(writer))
        key, _ = registers.slice(pairs)
        assert registers.slice(tuple(reversed(pairs)))[0] == key
        writer.flush()
    return Slice.objects.get(pk=key)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pairs", "key", "family", "sex", "age"),
    [
        ([("Sex", "Female"), ("Age", "0 - 17")], "age=0 - 17|sex=female", "age|sex", "f", "0 - 17"),
        ([("gender", "  BOYS ")], "gender=boys", "gender", "m", ""),
        ([("sex", "Not specified")], "sex=not specified", "sex", "x", ""),
        ([("Population type", "Refugees")], "population type=refugees", "population type", "", ""),
    ],
)
def test_slices(pairs: list[tuple[str, str]], key: str, family: str, sex: str, age: str) -> None:
    found = _slice(*pairs)
    assert (found.key, found.family, found.sex, found.age) == (key, family, sex, age)
    assert found.parts == [list(pair) for pair in pairs]


@pytest.mark.django_db
def test_a_slice_with_long_names_fits_its_field() -> None:
    found = _slice(("n" * 400, "v" * 400), ("m" * 400, "w"))
    assert len(found.key) == 500
    assert len(found.family) == 255
    assert _slice(("n" * 400, "v" * 400), ("m" * 400, "w")) == found


def test_matching_prefers_the_stricter_key() -> None:
    before = [(0, "a"), (1, "b"), (2, "a")]
    after = [(0, "new"), (1, "a"), (2, "a"), (3, "b")]
    keys = [lambda item: item, lambda item: item[1]]
    assert match(before, after, keys) == {2: 2, 1: 0, 3: 1}


def test_a_file_is_counted_by_walking_it() -> None:
    counts = count_elements(FILES / "complete.xml")
    assert counts["activities"] == 2
    assert (counts["results"], counts["indicators"], counts["periods"]) == (1, 2, 3)
    assert (counts["baselines"], counts["targets"], counts["actuals"], counts["dimensions"]) == (1, 2, 4, 5)
    assert (counts["documents"], counts["documents of results"], counts["tags"]) == (1, 1, 4)
