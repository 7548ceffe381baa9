"""Loading a portfolio: what is refused, what depends on the day, who may."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from migov.foundation.history import end_of_day
from migov.foundation.money.models import ExchangeRate
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office, User
from migov.foundation.records.models import JournalEntry, Record, RecordState
from migov.services.alignment.models import Alignment
from migov.site.demo.loader import PORTFOLIO, load
from migov.site.demo.reading import PortfolioRefused
from migov.work.projects.models import Transaction
from migov.work.results.models import Measurement, StandardIndicator

pytestmark = pytest.mark.django_db
LISTS = ("offices.toml", "people.toml", "standard_indicators.toml", "rates.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A portfolio of two projects."""
    for name in (*LISTS, "al-referral.toml", "md-border.toml"):
        shutil.copy(PORTFOLIO / name, tmp_path / name)
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def counts() -> list[int]:
    models = (Record, Office, User, StandardIndicator, ExchangeRate, Alignment, JournalEntry)
    return [model._default_manager.count() for model in models]


REFUSED = [
    ("md-border.toml", 'office = "chisinau"', 'office = "atlantis"', "office"),
    ("md-border.toml", 'stage = "active"', 'stage = "asleep"', "stage"),
    ("md-border.toml", 'stage = "active"\n', "", "stage"),
    ("md-border.toml", "starts = 2024-03-01", 'starts = "March"', "starts"),
    ("md-border.toml", "starts = 2024-03-01", "starts = 2024-03-01T10:00:00", "starts"),
    ("md-border.toml", "ends = 2027-02-28", "ends = 2023-02-28", "ends"),
    ("md-border.toml", 'themes = ["borders", "protection"]', 'themes = "borders"', "themes"),
    ("md-border.toml", 'themes = ["borders", "protection"]', 'themes = ["unknown"]', "themes"),
    ("md-border.toml", '{code = "MDA", share = 100}', '{code = "MDA", share = 90}', "countries"),
    ("md-border.toml", '{code = "MDA", share = 100}', '{code = "XYZ", share = 100}', "countries[1].code"),
    ("md-border.toml", "amount = 310000", 'amount = "much"', "budgets[2].amount"),
    ("md-border.toml", "amount = 310000", "amount = nan", "budgets[2].amount"),
    ("md-border.toml", 'kind = "incoming-funds"', 'kind = "gift"', "transactions[2].kind"),
    ("md-border.toml", 'element = "11"', 'element = "99"', "alignments[2].element"),
    ("md-border.toml", "share = 60", "share = 50", "alignments.share"),
    ("md-border.toml", 'parent = "ob"', 'parent = "nobody"', "results[2].parent"),
    ("md-border.toml", "target = 22, ", "target = 22, goal = 3, ", "results[1].indicators[1].periods[1].goal"),
    ("md-border.toml", "reported = 2025-03-05", "comment = ''", "results[1].indicators[1].periods[1].reported"),
    ("md-border.toml", 'standard = "victims-assisted"', 'standard = "none"', "results[2].indicators[1].standard"),
    ("md-border.toml", "cumulative = false\nacross_periods = \"sum\"", "cumulative = true\nacross_periods = \"sum\"",
     "results[2].indicators[1].across_periods"),
    ("md-border.toml", 'reference = "MG-0203"', 'reference = "MG-0101"', "reference"),
    ("md-border.toml", 'title = "', 'title = ', ""),
    ("al-referral.toml", "reported = 2025-06-03", "reported = 2025-01-01", "corrected.reported"),
    ("people.toml", 'role = "mande"', 'role = "king"', "people[5].role"),
    ("people.toml", 'office = "tirana"', 'office = "atlantis"', "people[1].office"),
    ("people.toml", "katarina@demo.example", "elira@demo.example", "katarina"),
    ("offices.toml", 'parent = "ankara"', 'parent = "atlantis"', "offices[22].parent"),
    ("standard_indicators.toml", '["gcm", "10"]', '["gcm", "99"]', "standard_indicators[1].elements"),
    ("rates.csv", "EUR,2016-01-01,2016-12-31,1.106", "EUR,2016-01-01,2016-12-31,none", "row 2, rate"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "field"), REFUSED)
def test_a_broken_file_is_refused_by_name_and_field_and_nothing_is_loaded(
    folder: Path, name: str, old: str, new: str, field: str
) -> None:
    change(folder, name, old, new)
    before = counts()
    with pytest.raises(PortfolioRefused) as refused:
        load(portfolio=folder)
    assert name in str(refused.value) and field in str(refused.value)
    assert counts() == before


def test_every_fault_is_named_at_once(folder: Path) -> None:
    change(folder, "md-border.toml", 'stage = "active"', 'stage = "asleep"')
    change(folder, "al-referral.toml", 'office = "tirana"', "office = 3")
    with pytest.raises(PortfolioRefused, match="2 faults") as refused:
        load(portfolio=folder)
    assert {fault.file for fault in refused.value.faults} == {"al-referral.toml", "md-border.toml"}


@pytest.mark.parametrize("name", LISTS)
def test_a_missing_list_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(PortfolioRefused, match=name):
        load(portfolio=folder)


@pytest.mark.parametrize("who", ["ana", "emil", "hana", "ion", "jan", "nobody"])
def test_only_an_administrator_loads(people: dict[str, Any], folder: Path, who: str) -> None:
    before = counts()
    with pytest.raises(PermissionDenied):
        load(by=people[who], portfolio=folder)
    assert counts() == before


def test_an_administrator_loads_and_is_told_how_far_it_is(people: dict[str, Any], folder: Path) -> None:
    told: list[tuple[int, int, str]] = []
    summary = load(by=people["kim"], portfolio=folder, progress=lambda *said: told.append(said))
    assert summary.loaded["projects"] == 2
    assert told[0] == (0, 2, "offices and people") and told[-1] == (2, 2, "")
    assert (1, 2, "md-border") in told
    assert JournalEntry.objects.filter(verb="account added", by_name=str(people["kim"])).exists()


def test_what_is_dated_after_now_waits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loaded on an earlier day, the register is what a later one says that it was on that day."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 3, 31, 20, tzinfo=UTC))
    early = load(portfolio=folder)

    def facts(moment: datetime | None) -> list[list[str]]:
        measured = Measurement.objects.as_of(moment)
        kinds = [
            measured.values_list("indicator__title", "period__starts", "kind", "value", "slice__key", "place__code"),
            Transaction.objects.as_of(moment).values_list("project__record__reference", "date", "amount"),
            RecordState.objects.as_of(moment).values_list("record__reference", "stage"),
            Alignment.objects.as_of(moment).values_list("record__title", "element__code", "status", "share"),
        ]
        return [sorted(str(row) for row in rows) for rows in kinds]

    as_loaded = facts(None)
    assert early.not_yet["actuals"] > 0 and early.not_yet["corrections"] == 1
    Record.objects.filter(kind="project").delete()
    monkeypatch.undo()
    late = load(portfolio=folder)
    assert not late.not_yet
    assert late.loaded["actuals"] == early.loaded["actuals"] + early.not_yet["actuals"]
    assert facts(end_of_day(date(2025, 3, 31))) == as_loaded


def test_a_project_that_is_not_entered_yet_waits_as_a_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2023, 1, 31, tzinfo=UTC))
    summary = load(portfolio=folder)
    assert (summary.loaded["projects"], summary.not_yet["projects"]) == (1, 1)
    assert Record.objects.get(kind="project").stage == "proposal"


def test_rates_of_an_office_are_left_alone(folder: Path) -> None:
    ExchangeRate.objects.create(
        currency="EUR",
        valid_from=date(2025, 1, 1),
        valid_to=date(2025, 12, 31),
        rate="1.2",
        source="UN operational rates",
    )
    summary = load(portfolio=folder)
    assert "rates" not in summary.loaded
    assert ExchangeRate.objects.get().source == "UN operational rates"


def test_each_project_costs_a_bounded_number_of_queries(
    folder: Path, django_assert_max_num_queries: Callable[..., DjangoAssertNumQueries]
) -> None:
    load(portfolio=folder)
    for name in ("tr-quake.toml", "ro-wb-return.toml"):
        shutil.copy(PORTFOLIO / name, folder / name)
    with django_assert_max_num_queries(160):
        assert load(by=SYSTEM, portfolio=folder).loaded["projects"] == 2
