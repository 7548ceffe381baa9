"""Who is bound by what: the rule, case by case, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from migov.work.policy.instruments.standing import Standing, Status, conclude
from migov.work.policy.models import TreatyAction

OLD, NEW = date(2015, 3, 1), date(2022, 8, 1)


def act(kind: str, day: str = "", source: str = "old", as_of: date | None = None) -> TreatyAction:
    """An act: day "2001-03-12", "1991" for a year alone, or nothing."""
    year_only = len(day) == 4
    when = date.fromisoformat(f"{day}-01-01" if year_only else day) if day else None
    precision = "year" if year_only else "day" if day else "unknown"
    return TreatyAction(
        kind=kind, date=when, precision=precision, source=source, as_of=as_of or (NEW if source == "new" else OLD)
    )


def of(*acts: TreatyAction, **about: bool) -> Standing:
    return conclude(acts, **about)


@pytest.mark.parametrize("kind", ["ratification", "acceptance", "accession", "succession", "in-force"])
def test_any_act_of_consent_binds(kind: str) -> None:
    found = of(act("signature", "1990-01-01"), act(kind, "1994-05-11"))
    assert (found.status, found.when, found.disagrees) == (Status.BOUND, "1994-05-11", False)
    assert found.held
    assert not found.gap


def test_the_day_is_that_of_consent_not_of_entry_into_force() -> None:
    assert of(act("ratification", "2000"), act("in-force", "2001-03-23")).when == "2000"


def test_a_signature_alone_does_not_bind() -> None:
    found = of(act("signature", "2013-09-26"))
    assert found.status == Status.SIGNED
    assert found.gap


def test_nothing_found_is_not_a_party_and_no_source_is_unknown() -> None:
    assert of(act("none")).status == Status.NOT_PARTY
    assert of().status == Status.UNKNOWN
    assert not of().gap


def test_a_denunciation_ends_it_and_a_later_ratification_begins_anew() -> None:
    ended = [act("ratification", "2012-03-12"), act("denunciation", "2021-03-20")]
    assert of(*ended).status == Status.DENOUNCED
    assert of(*ended).when == "2021-03-20"
    assert of(*ended, act("ratification", "2024-01-01")).status == Status.BOUND
    assert of(*ended, act("accession", "2024", "new")).status == Status.BOUND
    assert of(*ended, act("party", "2012", "new", date(2020, 1, 1))).status == Status.DENOUNCED


def test_sources_that_differ_on_the_day_are_flagged_and_the_later_knowledge_is_preferred() -> None:
    found = of(act("succession", "2001-03-12"), act("party", "1991", "new"))
    assert (found.status, found.when) == (Status.BOUND, "1991")
    assert found.disagrees
    assert "12\u00a0March 2001" in found.reasons[0]
    assert "1991" in found.reasons[0]


def test_a_year_and_a_day_in_it_agree_and_the_day_is_shown() -> None:
    found = of(act("accession", "2007-06-05"), act("party", "2007", "new"))
    assert (found.when, found.disagrees) == ("2007-06-05", False)
    assert found.as_of == NEW


def test_a_dated_ratification_is_not_undone_by_a_later_source_that_names_less() -> None:
    for less in (act("none", source="new"), act("signature", source="new")):
        found = of(act("ratification", "2006-07-24"), less)
        assert found.status == Status.BOUND
        assert found.disagrees


def test_a_dated_signature_is_not_undone_by_silence() -> None:
    found = of(act("signature", "2007-02-06"), act("none", source="new"))
    assert (found.status, found.when, found.disagrees) == (Status.SIGNED, "2007-02-06", True)


def test_having_looked_earlier_is_no_disagreement() -> None:
    assert not of(act("none"), act("party", "2021", "new")).disagrees
    assert not of(act("none"), act("party", "2015", "new")).disagrees
    assert not of(act("signature", "2008-12-11"), act("party", "2015", "new")).disagrees
    assert of(act("none"), act("party", "2014", "new")).disagrees


def test_a_name_without_a_day_yields_to_a_later_source_without_it() -> None:
    found = of(act("party"), act("none", source="new"))
    assert (found.status, found.disagrees) == (Status.NOT_PARTY, True)


def test_a_list_of_participants_says_signatory_or_party() -> None:
    listed = act("participant", source="new")
    assert of(listed).status == Status.LISTED
    assert of(act("accession", "1994-05-11"), listed).status == Status.BOUND
    assert of(act("signature", "1994-05-11"), listed).status == Status.SIGNED
    assert of(act("none"), listed).status == Status.LISTED
    assert not of(act("none"), listed).disagrees
    assert of(act("none", source="new"), act("participant")).disagrees


def test_a_place_that_depositaries_do_not_count_is_never_not_a_party() -> None:
    assert of(counted=False).status == Status.OUTSIDE
    assert of(act("none"), counted=False).status == Status.OUTSIDE
    applied = of(act("applied", "2008-06-15"), counted=False)
    assert (applied.status, applied.held, applied.disagrees) == (Status.APPLIED, True, False)


def test_what_takes_no_parties_is_said_as_such() -> None:
    assert of(takes_parties=False).status == Status.NOT_OPEN


def test_reservations_stand_apart_and_change_nothing() -> None:
    found = of(act("reservation", "1994-05-11"), act("declaration", "1994-05-11"), act("none"))
    assert found.status == Status.NOT_PARTY
    assert [one.kind for one in found.words] == ["reservation", "declaration"]
