"""How results are worded: activities, outputs, indicators and several results in one are told from results."""

from __future__ import annotations

import pytest

from migov.work.proposals import matrix_wording

ACTIVITIES = {
    "Conduct a workshop for border guards": "Conduct",
    "Organise training for consular staff": "Organise",
    "Train 200 police officers on referral": "Train",
    "Training of judges on the new law": "Training of",
    "Training for labour inspectors": "Training",
    "Workshops on return counselling": "Workshops",
    "Study visits to two neighbouring countries": "Study visits",
    "Output 1.2: Develop a referral procedure": "Develop",
    "1.3 Provide cash grants to 300 returnees": "Provide",
    "(ii) Procurement of equipment for two centres": "Procurement of",
    "Provision of legal aid to migrants in detention": "Provision of",
    "Development of a national strategy": "Development of",
    "Rehabilitation of a reception centre": "Rehabilitation of",
    "Organising a job fair for young people": "Organising",
    "Conducting a survey of employers": "Conducting",
    "Support the ministry with a new procedure": "Support",
    "Support national drills and exercises": "Support",
    "Review existing by-laws on visas": "Review",
    "Draft amendments to the law on foreigners": "Draft",
    "Strengthen the capacity of migration officials": "Strengthen",
    "Enhance cooperation at the border": "Enhance",
    "Set up a counselling desk": "Set up",
    "Print 5,000 leaflets": "Print",
    "Increase awareness of safe migration in villages": "Increase",
    "Awareness campaigns on trafficking in schools": "Awareness campaigns",
}  # fmt: skip
RESULTS = (
    "Border guards apply the referral procedure",
    "The referral procedure is adopted by the ministry",
    "Consular staff have the skills to identify victims",
    "Returnees in five districts have access to grants",
    "Improved access of returnees to health services",
    "Training curricula on referral are part of the academy's programme",
    "Training of border guards is compulsory",
    "Support services for victims are available in every region",
    "Support staff trained in psychosocial care",
    "Design and monitoring framework",
    "Draft law on asylum is before parliament",
    "Review mechanism in place",
    "Increased efficiency of visa procedures",
    "Survey results are used in planning",
    "Registration and profiling",
    "Legal remedies and legal assistance",
    "Development partners coordinate their funds",
    "Monitoring system operational in three ministries",
    "Coordinating committees in place at national and local level",
    "Equipment and medical supplies delivered to the centres",
    "Host communities and displaced people share public spaces",
    "Number of officials who pass the test",
    "Map of services published",
    "",
)  # fmt: skip


@pytest.mark.parametrize(("title", "opening"), ACTIVITIES.items())
def test_a_title_that_says_what_will_be_done_is_an_activity(title: str, opening: str) -> None:
    assert matrix_wording.activity_opening(title) == opening


@pytest.mark.parametrize("title", RESULTS)
def test_a_title_that_says_what_will_be_different_is_none(title: str) -> None:
    assert matrix_wording.activity_opening(title) == ""


@pytest.mark.parametrize("title", [
    "Officials are trained on the new procedure", "A referral procedure is developed", "Two centres equipped", "Guidelines published",
])  # fmt: skip
def test_what_is_handed_over_is_an_output(title: str) -> None:
    assert matrix_wording.reads_as_output(title)


@pytest.mark.parametrize("title", [
    "Trained officials apply the new procedure", "Returnees have better access to services", "The ministry adopts the draft law",
    "Fewer people are detained without review", "Cooperation between the two services",
])  # fmt: skip
def test_a_change_is_no_output(title: str) -> None:
    assert matrix_wording.reads_as_output(title) == ""


@pytest.mark.parametrize(("title", "expected"), [
    ("Officers are trained and the procedure is adopted by the ministry", True),
    ("The law is adopted. Officers apply it", True),
    ("Officers apply the procedure; victims have access to shelter and are protected", False),
    ("The strategy is adopted; two desks are open", True),
    ("Women and men have equal access to jobs and services", False),
    ("U.S. and EU visas are issued in ten days", False),
])  # fmt: skip
def test_several_results_in_one_title(title: str, expected: bool) -> None:
    assert matrix_wording.several(title) is expected


def test_a_number_is_an_indicator_not_a_result() -> None:
    assert matrix_wording.reads_as_indicator("Number of laboratories set up")
    assert matrix_wording.reads_as_indicator("Output 2: % of returnees in work")
    assert not matrix_wording.reads_as_indicator("Laboratories set up")
