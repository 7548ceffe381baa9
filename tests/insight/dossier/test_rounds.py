"""Rounds of review of the Global Compact stand in the calendar of cooperation."""

from __future__ import annotations

from datetime import date

import pytest

from migov.work.cooperation.meetings import calendar_sources
from migov.work.governance.models import ReviewRound
from tests.factories import cast

pytestmark = pytest.mark.django_db


def test_a_round_and_the_day_of_reports_are_in_the_calendar_of_who_enters_governance() -> None:
    people = cast()
    ReviewRound.objects.create(
        code="next", kind="regional", title="Third regional review", year=2028, starts=date(2028, 3, 8), ends=date(2028, 3, 9),
        inputs_due=date(2027, 12, 15), venue="Geneva", to_check=True,
    )  # fmt: skip
    ReviewRound.objects.create(code="later", kind="forum", title="Only its year is known", year=2030)

    def shown(start: date, end: date, who: str) -> list[tuple[str, str, str]]:
        return [(one.title, one.where, one.status) for one in calendar_sources.events(start, end, people[who])]

    assert shown(date(2028, 3, 9), date(2028, 3, 31), "hana") == [("Third regional review", "Geneva", "TENTATIVE")]
    assert shown(date(2027, 12, 1), date(2027, 12, 31), "hana") == [
        ("National reports due: Third regional review", "", "TENTATIVE")
    ]
    assert shown(date(2030, 1, 1), date(2030, 12, 31), "hana") == []
    assert shown(date(2028, 3, 1), date(2028, 3, 31), "nobody") == []
