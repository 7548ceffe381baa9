"""What follows from several sources: which counts, when they differ, who chairs on a day, and what a partial date can mean."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from migov.work.cooperation.mechanisms.queries import chair_of, members
from migov.work.cooperation.mechanisms.standing import Conclusion, conclusion, same_time, span, terms
from migov.work.cooperation.models import Chair, Mechanism, Part
from tests.factories import PlaceFactory
from tests.work.cooperation.making import body, mechanism, member

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def concluded(*rows: dict[str, Any], on: date = TODAY) -> Conclusion | None:
    one = mechanism(f"m-{Mechanism.objects.count()}")
    return conclusion([member(one, "MDA", **row) for row in rows], on)


def stated(*rows: dict[str, Any], on: date = TODAY) -> Conclusion:
    found = concluded(*rows, on=on)
    assert found is not None
    return found


def test_the_source_that_speaks_of_the_latest_date_counts() -> None:
    found = stated(
        {"source": "Old", "as_of": "2017", "part": "member"},
        {"source": "New", "as_of": "2024-05", "part": "observer"},
        {"source": "Undated", "as_of": "", "part": "member"},
    )
    assert (found.part, found.first.row.source, found.letter) == (Part.OBSERVER, "New", "O")
    assert found.disagrees
    assert "New: observer, as of May 2024. Old: member, as of 2017." in found.reasons


def test_at_the_same_date_the_row_recorded_later_counts() -> None:
    found = stated(
        {"source": "One", "as_of": "2024", "part": "member"}, {"source": "Two", "as_of": "2024", "part": "observer"}
    )
    assert found.first.row.source == "Two"


def test_sources_that_say_the_same_do_not_differ() -> None:
    found = stated(
        {"source": "One", "as_of": "2024", "since": "1994"}, {"source": "Two", "as_of": "2020", "since": "1994-03-16"}
    )
    assert not found.disagrees
    assert len(found.said) == 2
    assert found.year == "1994"


def test_other_days_of_the_same_step_differ() -> None:
    found = stated(
        {"source": "Ministry", "as_of": "2016", "since": "2014-06-10"}, {"source": "Other", "as_of": "2015", "since": "2015-06-10"}
    )  # fmt: skip
    assert found.disagrees
    assert "since 10 June 2014" in found.reasons[0]
    assert "since 10 June 2015" in found.reasons[0]


def test_a_change_after_the_older_source_spoke_is_news() -> None:
    older = {"source": "Old", "as_of": "2017", "part": "observer"}
    assert not stated(older, {"source": "New", "as_of": "2024", "part": "member", "since": "2019-10"}).disagrees
    assert not stated(older, {"source": "New", "as_of": "2024", "part": "former", "until": "2020"}).disagrees


def test_a_change_before_the_older_source_spoke_is_a_disagreement() -> None:
    older = {"source": "Old", "as_of": "2021", "part": "observer"}
    assert stated(older, {"source": "New", "as_of": "2024", "part": "member", "since": "2019-10"}).disagrees


def test_a_former_member_was_a_member_before_it_left() -> None:
    row = {"part": "former", "since": "1996-02-28", "until": "2022-03-16", "as_of": "2022-03"}
    assert stated(row).part == Part.FORMER
    assert stated(row, on=date(2022, 3, 16)).part == Part.MEMBER
    assert concluded(row, on=date(1996, 2, 27)) is None


def test_a_part_that_ended_is_a_former_one() -> None:
    row = {"part": "observer", "since": "2010", "until": "2012-05"}
    assert stated(row, on=date(2012, 5, 31)).part == Part.OBSERVER
    assert stated(row, on=date(2012, 6, 1)).part == Part.FORMER


def test_superseded_rows_are_not_heard() -> None:
    one = mechanism("prague")
    member(one, "MDA", part="observer", as_of="2025", source="Wrong", superseded_at="2026-01-01T00:00Z")
    member(one, "MDA", part="member", as_of="2024")
    assert [(each.name, each.part) for each in members(one, TODAY)] == [("Moldova", Part.MEMBER)]


def test_states_come_before_organisations_and_onlookers_are_left_out() -> None:
    one = mechanism("prague")
    member(one, "UKR")
    member(one, "ALB")
    member(one, body=body("icmpd"), part="member")
    member(one, "TUR", part="observer")
    assert [each.name for each in members(one, TODAY)] == ["Albania", "Ukraine", "ICMPD"]
    assert [each.name for each in members(one, TODAY, parts=[Part.OBSERVER])] == ["Türkiye"]


def chair(one: Mechanism, code: str, since: str, until: str = "", **fields: Any) -> Chair:
    defaults = {"source": "Secretariat", "as_of": "2024"}
    return Chair.objects.create(
        mechanism=one, place=PlaceFactory(code=code), since=since, until=until, **{**defaults, **fields}
    )


def test_who_chairs_on_a_day() -> None:
    one = mechanism("budapest")
    chair(one, "HUN", "1993", "2006-01")
    chair(one, "TUR", "2006-01")
    chair(one, "HUN", "2006-01", role="co-chair")
    assert [(term.name, term.first.role) for term in chair_of(one, TODAY)] == [
        ("Türkiye", "chair"),
        ("Hungary", "co-chair"),
    ]
    assert [term.name for term in chair_of(one, date(1999, 1, 1))] == ["Hungary"]
    assert chair_of(one, date(1992, 1, 1)) == []


def test_an_open_term_ends_where_a_later_chair_begins() -> None:
    one = mechanism("prague")
    chair(one, "CZE", "2009")
    chair(one, "POL", "2011")
    assert [term.name for term in chair_of(one, TODAY)] == ["Poland"]


def test_one_term_by_two_sources_is_one_line_that_says_how_they_differ() -> None:
    one = mechanism("almaty")
    chair(one, "KGZ", "2016-10", "2018-09")
    chair(one, "KGZ", "2016-10", "2018-10", source="Older page", as_of="2018")
    chair(one, "TJK", "2018", "2020")
    found = terms(Chair.objects.filter(mechanism=one))
    assert [(term.name, term.disagrees) for term in found] == [("Tajikistan", False), ("Kyrgyzstan", True)]
    assert found[1].others() == [("October 2016 to October 2018", "Older page")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2018", "2018-05-13", True), ("2018-05", "2018-06", False), ("", "1999", True), ("2014", "2011", False)],
)
def test_partial_dates_that_can_mean_the_same(one: str, other: str, same: bool) -> None:
    assert same_time(one, other) is same


def test_times_in_words() -> None:
    assert span("1999-04", "2005-05") == "April 1999 to May 2005"
    assert span("", "2009-08-18") == "until 18 August 2009"
    assert span("2024", "2024") == "2024"
    assert span("", "") == ""
