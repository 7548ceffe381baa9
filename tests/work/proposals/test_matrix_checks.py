"""What the live checks say of a matrix: each with the row it is about, and silent where nothing is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from migov.work.proposals.matrix_checks import CHECKS, checks_of
from migov.work.proposals.models import PlanIndicator, PlanResult, Proposal
from migov.work.proposals.overview import parts
from tests.work.proposals.makers import aimed, measured, paper, planned

pytestmark = pytest.mark.django_db
YEAR = (date(2023, 1, 1), date(2023, 12, 31))


@pytest.fixture
def proposal(people: dict[str, Any]) -> Proposal:
    return paper(people["ana"])


def sound(of: PlanResult, title: str, **fields: Any) -> PlanIndicator:
    fields = {
        "unit": "procedures", "baseline": 0, "data_source": "Gazette", "verification": "Text of the law", **fields
    }  # fmt: skip
    made = measured(of, title, **fields)
    aimed(made, *YEAR, 3)
    return made


@pytest.fixture
def rows(proposal: Proposal) -> dict[str, Any]:
    """A matrix in which nothing is to be mended."""
    objective = planned(proposal, "objective", "Migrants are protected from exploitation")
    outcome = planned(proposal, "outcome", "Officers apply the referral procedure", objective, assumptions="Law stays")
    output = planned(proposal, "output", "The referral procedure is in force", outcome)
    activity = planned(
        proposal, "activity", "Draft the procedure", output, responsible="IOM", first_month=1, last_month=6
    )
    one = sound(outcome, "Share of cases referred", measure="percentage")
    other = sound(output, "Procedures in force")
    return {
        "objective": objective,
        "outcome": outcome,
        "output": output,
        "activity": activity,
        "one": one,
        "other": other,
    }


def said(proposal: Proposal) -> set[tuple[str, str]]:
    return {(one.code, one.anchor) for one in checks_of(proposal)}


def test_a_sound_matrix_is_left_alone(proposal: Proposal, rows: dict[str, Any]) -> None:
    assert checks_of(proposal) == []


def test_an_empty_matrix_says_which_levels_are_missing(proposal: Proposal) -> None:
    assert [one.text for one in checks_of(proposal)] == [
        "The matrix has no objective yet.", "The matrix has no outcome yet.", "The matrix has no output yet.",
    ]  # fmt: skip
    assert all(one.hinders for one in checks_of(proposal))


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("outcome", {"title": "Train the officers"}, "worded-activity"),
    ("output", {"title": "Development of a procedure"}, "worded-activity"),
    ("outcome", {"title": "Officers are trained"}, "worded-output"),
    ("output", {"title": "Number of procedures in force"}, "worded-indicator"),
    ("output", {"title": "The procedure is in force and officers are trained on it"}, "several-results"),
    ("outcome", {"title": ""}, "result-title"),
    ("outcome", {"assumptions": ""}, "outcome-assumptions"),
    ("activity", {"responsible": ""}, "activity-responsible"),
    ("activity", {"first_month": None, "last_month": None}, "activity-months"),
    ("activity", {"last_month": 25}, "result-late"),
    ("one", {"title": ""}, "indicator-title"),
    ("other", {"baseline": None}, "indicator-baseline"),
    ("other", {"data_source": ""}, "indicator-source"),
    ("other", {"verification": ""}, "indicator-verification"),
    ("other", {"unit": ""}, "indicator-unit"),
    ("other", {"counts_people": True}, "indicator-sex"),
    ("other", {"title": "Number of women trained"}, "indicator-people"),
    ("other", {"baseline": 5}, "target-direction"),
    ("other", {"ascending": False}, "target-direction"),
    ("one", {"baseline": 101, "ascending": False}, "percentage-range"),
    ("other", {"baseline_date": date(2025, 1, 1)}, "baseline-date"),
    ("other", {"baseline_date": date(2012, 12, 31)}, "baseline-old"),
    *(("other", {"baseline": None, "baseline_words": words}, "baseline-words") for words in ("abc", "NaN", "½", "١٢٣")),
    ("one", {"baseline": None, "baseline_words": "unknown, 5 % at most"}, "baseline-words"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "change", "code"), CASES)
def test_each_check_speaks_of_its_row(
    proposal: Proposal, rows: dict[str, Any], row: str, change: dict[str, Any], code: str
) -> None:
    changed = rows[row]
    type(changed).objects.filter(pk=changed.pk).update(**change)
    kind = "result" if isinstance(changed, PlanResult) else "indicator"
    found = {one.code: one for one in checks_of(proposal)}
    assert found[code].anchor == f"{kind}:{changed.pk}"
    assert found[code].url.endswith(f"/matrix/#{kind}-{changed.pk}")
    assert "%(" not in found[code].text


def test_an_indicator_without_targets_and_a_result_without_indicators(proposal: Proposal, rows: dict[str, Any]) -> None:
    rows["one"].targets.all().delete()
    assert said(proposal) == {("indicator-target", f"indicator:{rows['one'].pk}")}
    PlanIndicator.objects.filter(pk=rows["one"].pk).update(removed_at="2026-01-01T00:00:00Z")
    assert said(proposal) == {("result-indicator", f"result:{rows['outcome'].pk}")}


def test_targets_that_add_up_are_not_compared_with_the_baseline(proposal: Proposal, rows: dict[str, Any]) -> None:
    PlanIndicator.objects.filter(pk=rows["other"].pk).update(baseline=50, across_periods="sum")
    assert said(proposal) == set()


def test_words_for_a_number_and_targets_outside_the_project(proposal: Proposal, rows: dict[str, Any]) -> None:
    aimed(rows["other"], date(2030, 1, 1), date(2030, 12, 31), words="many")
    anchor = f"indicator:{rows['other'].pk}"
    assert said(proposal) == {("target-words", anchor), ("target-outside", anchor)}


def test_words_where_no_number_is_measured_are_no_remark(proposal: Proposal, rows: dict[str, Any]) -> None:
    PlanIndicator.objects.filter(pk=rows["other"].pk).update(
        measure="qualitative", baseline=None, baseline_words="weak", baseline_date=date(2013, 1, 1)
    )
    rows["other"].targets.update(value=None, words="strong")
    assert said(proposal) == set()


def test_a_proposal_has_one_objective(proposal: Proposal, rows: dict[str, Any]) -> None:
    second = planned(proposal, "objective", "Traffickers are prosecuted")
    (found,) = checks_of(proposal)
    assert (found.code, found.anchor, found.severity) == ("objective-one", f"result:{second.pk}", "must")


def test_elsewhere_each_finding_names_its_row(proposal: Proposal, rows: dict[str, Any]) -> None:
    PlanIndicator.objects.filter(pk=rows["other"].pk).update(data_source="")
    PlanResult.objects.filter(pk=rows["outcome"].pk).update(assumptions="")
    said = [one.text for part in parts(proposal) if part.code == "matrix" for one in part.findings]
    assert said == [
        "Indicator 1.1.a: No data source and collection method.",
        "Outcome 1: An outcome depends on others too: say the assumptions.",
    ]  # fmt: skip


def test_the_same_title_twice_is_told(proposal: Proposal, rows: dict[str, Any]) -> None:
    made = sound(rows["output"], "procedures  in force.")
    assert said(proposal) == {("duplicate-title", f"indicator:{made.pk}")}


def test_what_must_be_mended_comes_first(proposal: Proposal, rows: dict[str, Any]) -> None:
    PlanIndicator.objects.update(verification="", data_source="")
    severities = [one.severity for one in checks_of(proposal)]
    assert severities == sorted(severities)  # "must" before "should"


def test_every_check_has_a_name_of_its_own() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    tested = {code for _row, _change, code in CASES}
    assert {check.code for check in CHECKS} - tested == {
        "matrix-level", "matrix-periods", "indicator-target", "result-indicator", "target-words", "target-outside", "duplicate-title",
        "objective-one",
    }  # fmt: skip


def test_no_dates_no_periods(people: dict[str, Any]) -> None:
    assert "matrix-periods" in {one.code for one in checks_of(paper(people["ana"], starts=None, ends=None))}
