"""What the tests of reporting share: a project of Ana's in Tirana that is measured, and steps with its entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migov.foundation.people.models import User
from migov.work.results.actions import checking
from migov.work.results.actions.many import Cell, put_many
from migov.work.results.grid_cells import name_of
from migov.work.results.models import Dimension, Entry, Indicator, Measure, Period
from migov.work.results.slices import Pairs
from tests.factories import indicator, project, result, values

FEMALE, MALE = (("sex", "female"),), (("sex", "male"),)


def by_sex() -> Dimension:
    """The dimension of sex, as it is shipped or made anew."""
    return Dimension.objects.get_or_create(
        code="sex", defaults={"name": "Sex", "values": [["female", "Women and girls"], ["male", "Men and boys"]]}
    )[0]


class Measured:
    """An active project of Ana's: people assisted by sex (a number), and a percentage, each with the years 2024 to 2026."""

    def __init__(self, people: Mapping[str, User], title: str = "Shelter in Tirana", **fields: Any) -> None:
        self.people = people
        self.ana, self.emil = people["ana"], people["emil"]
        office = self.ana.memberships.get().office
        self.project = project(**{"office": office, "stage": "active", "title": title} | fields)
        self.outcome = result(self.project, "People are safe")
        self.number = indicator(self.outcome, "People assisted", across_periods="sum")
        self.number.dimensions.set([by_sex()])
        self.percent = indicator(self.outcome, "Share of trained officers", measure=Measure.PERCENTAGE)
        self.periods = {
            (one.pk, year): values(one, year, target=100)
            for one in (self.number, self.percent)
            for year in (2024, 2025, 2026)
        }

    def at(self, year: int, of: Indicator | None = None) -> Period:
        return self.periods[(of or self.number).pk, year]

    def name(
        self, year: int = 2025, part: Pairs | None = None, field: str = "value", of: Indicator | None = None
    ) -> str:
        """The name of a cell's control."""
        return name_of((of or self.number).pk, self.at(year, of).pk, None, field, part)

    def put(self, text: str, year: int = 2025, part: Pairs | None = None) -> Entry:
        cell = Cell(self.number.pk, self.at(year).pk, "value", text, part)
        [outcome] = put_many(self.project, [cell], by=self.ana)
        return Entry.objects.get(pk=outcome.entry or 0)

    def submitted(self, text: str = "80", year: int = 2025) -> Entry:
        entry = self.put(text, year)
        assert checking.take("submit", [entry.pk], by=self.ana).done
        return Entry.objects.get(pk=entry.pk)

    def verified(self, text: str = "80", year: int = 2025) -> Entry:
        entry = self.submitted(text, year)
        assert checking.take("verify", [entry.pk], by=self.emil).done
        return Entry.objects.get(pk=entry.pk)

    def url(self, *parts: str) -> str:
        return "/".join(["/results/report", str(self.project.pk), *parts, ""])
