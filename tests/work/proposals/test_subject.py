"""How a proposal is cleared: what hinders it, whom it concerns, and what each decision makes of its stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record
from migov.services.alignment.models import Alignment, Status
from migov.services.clearance import actions as clearance
from migov.services.clearance import queries
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused, subject_of
from migov.work.proposals.actions import amendments, costs, header, versions
from migov.work.proposals.models import PlanCost, Proposal, Section
from tests.factories import element, proposal
from tests.work.proposals.complete import complete
from tests.work.proposals.test_register import activated


def handed_in(made: Proposal) -> Clearance:
    return clearance.submit(made.project.record, subject="proposal", by=SYSTEM).clearance


def stage(made: Proposal) -> str:
    return Record.objects.get(pk=made.pk).stage


def asked(made: Proposal, subject: str = "proposal") -> Clearance:
    return Clearance(record=made.project.record, subject=subject)


def test_an_empty_proposal_is_not_handed_in_and_every_part_says_why(db: None) -> None:
    made = proposal(places=(), themes=(), donor="")
    with pytest.raises(clearance.Hindered) as hindered:
        handed_in(made)
    text = " ".join(hindered.value.reasons)
    for said in (
        "which countries",
        "themes",
        "donor",
        "not written yet",
        "budget has no lines",
        "work plan",
        "risk register",
        "not answered",
    ):
        assert said in text
    assert stage(made) == "proposal"


def test_a_complete_one_goes_into_review(db: None) -> None:
    made = complete()
    standing = handed_in(made)
    assert stage(made) == "review"
    frozen = queries.content_of(queries.round_of(standing))
    assert frozen.anchors()["matrix"]
    revision = queries.round_of(standing).revision
    assert revision is not None
    assert revision.version_set.count() > 50


@pytest.mark.parametrize(
    ("outcome", "then"), [("cleared", "endorsed"), ("refused", "rejected"), ("returned", "proposal")]
)
def test_a_decision_moves_the_project(people: dict[str, Any], outcome: str, then: str) -> None:
    made = complete()
    standing = handed_in(made)
    clearance.decide(standing, round=1, outcome=outcome, reason="So", override=True, by=people["dora"])
    assert stage(made) == then
    state = Record.objects.get(pk=made.pk).states.get(superseded_at__isnull=True)
    assert state.stage == then


def test_one_that_was_sent_back_can_be_handed_in_again_taken_back_or_refused(people: dict[str, Any]) -> None:
    for ending in ("again", "back", "refused"):
        made = complete()
        standing = handed_in(made)
        clearance.decide(standing, round=1, outcome="returned", reason="So", by=people["dora"])
        if ending == "again":
            Section.objects.filter(proposal=made, code="rationale").update(text="Another text " * 50)
            clearance.submit(made.project.record, subject="proposal", seen_round=1, by=SYSTEM)
            assert stage(made) == "review"
        elif ending == "back":
            clearance.take_back(standing, reason="Not now", by=SYSTEM)
            assert stage(made) == "proposal"
        else:
            clearance.decide(standing, round=1, outcome="refused", reason="No", by=people["dora"])
            assert stage(made) == "rejected"


def test_a_new_round_while_it_is_in_review_changes_no_stage(db: None) -> None:
    made = complete()
    handed_in(made)
    clearance.submit(made.project.record, subject="proposal", seen_round=1, note="One more thing", by=SYSTEM)
    assert stage(made) == "review"


def test_it_concerns_themes_places_money_and_donors(db: None) -> None:
    made = complete(places=("MDA", "UKR"), themes=("protection", "labour"), donor="European Union", currency="USD")
    PlanCost.objects.filter(proposal=made, title="Rent").update(funded_by="The city")
    concerns = subject_of(asked(made)).concerns(asked(made))
    assert concerns.themes == {"protection", "labour"}
    assert concerns.places == {"MDA", "UKR"}
    assert concerns.donors == ("European Union", "The city")
    assert concerns.budget == Decimal(95000)
    assert concerns.flags == {"regional", "eu-funded"}


def test_a_law_in_the_matrix_is_noticed(db: None) -> None:
    made = complete()
    made.results.filter(level="outcome").update(title="The law on foreigners protects victims")
    assert "legislation" in subject_of(asked(made)).concerns(asked(made)).flags


@pytest.mark.parametrize("stage_now", ["idea", "concept", "endorsed", "active"])
def test_it_is_handed_in_as_a_proposal_only(db: None, stage_now: str) -> None:
    made = complete(stage=stage_now)
    with pytest.raises(clearance.Hindered, match="handed in as a proposal"):
        handed_in(made)


def test_every_place_leads_to_where_it_is_changed(db: None, client_for: Any, people: dict[str, Any]) -> None:
    made = complete(owner=people["ana"], office=people["ana"].memberships.get().office)
    from migov.services.alignment import actions as alignment

    alignment.declare(made.project.record, element("10"), by=SYSTEM)
    standing = asked(made)
    how = subject_of(standing)
    client = client_for(people["ana"])
    urls = {how.place_url(standing, anchor).partition("#")[0] for anchor in how.content(standing).anchors()}
    assert "" not in urls
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_wording_is_accepted_in_text_and_matrix_and_nowhere_else(people: dict[str, Any]) -> None:
    made = complete(owner=people["ana"], office=people["ana"].memberships.get().office)
    standing = handed_in(made)
    how = subject_of(standing)
    assert how.accept is not None
    with pytest.raises(Refused, match="by hand"):
        how.accept(standing, "budget", "Rent", "Office rent", people["ana"])
    outcome = made.results.get(level="outcome")
    how.accept(standing, f"result:{outcome.pk}", "good quality", "high quality", people["ana"])
    outcome.refresh_from_db()
    assert outcome.title.endswith("high quality")
    how.accept(standing, "section:rationale", "services they trust", "services that work", people["ana"])
    assert "services that work" in Section.objects.get(proposal=made, code="rationale").text


def test_authors_are_owner_and_named_people(people: dict[str, Any]) -> None:
    made = complete(owner=people["ana"])
    made.authors.create(person=people["carla"])
    assert set(subject_of(asked(made)).authors(asked(made))) == {people["ana"], people["carla"]}


def test_reviewers_of_an_amendment_are_asked_about_what_it_may_change_only(db: None) -> None:
    made = complete()
    whole, amended = subject_of(asked(made)).checklist, subject_of(asked(made, "amendment")).checklist
    assert 0 < len(amended) < len(whole)
    assert all({"matrix", "budget", "plan"} & set(one.anchors) for one in amended)


def test_what_was_changed_after_it_was_handed_in_is_not_endorsed_unseen(people: dict[str, Any]) -> None:
    made = complete(owner=people["ana"], office=people["ana"].memberships.get().office)
    standing = clearance.submit(made.project.record, subject="proposal", by=people["ana"]).clearance
    line = made.costs.get(title="Rent")
    costs.change(line, field="unit_cost", was="5000", now="900000", by=people["ana"])
    with pytest.raises(Refused, match=r"Changed after round 1 .*: Budget\."):
        clearance.decide(standing, round=1, outcome="cleared", reason="So", override=True, by=people["dora"])
    assert stage(made) == "review"
    clearance.submit(made.project.record, subject="proposal", seen_round=1, by=people["ana"])
    clearance.decide(standing, round=2, outcome="cleared", reason="So", override=True, by=people["dora"])
    assert stage(made) == "endorsed"


def test_sending_back_and_new_people_alignments_do_not_wait_for_another_round(people: dict[str, Any]) -> None:
    made = complete(owner=people["ana"], office=people["ana"].memberships.get().office)
    standing = clearance.submit(made.project.record, subject="proposal", by=people["ana"]).clearance
    header.change_header(made, field="authors", was=(), now=(people["carla"].pk,), by=people["ana"])
    Alignment.objects.create(record=made.project.record, element=element(), status=Status.CONFIRMED, origin="declared")
    clearance.decide(standing, round=1, outcome="cleared", reason="So", override=True, by=people["dora"])
    assert stage(made) == "endorsed"


def test_an_amendment_is_approved_as_it_was_reviewed(people: dict[str, Any]) -> None:
    made = activated()
    asked_for = {"kinds": ["extension"], "reason": "Floods", "by": SYSTEM}
    one = amendments.open_amendment(made, new_end=date(2028, 6, 30), **asked_for)
    record = made.project.record
    standing = clearance.submit(record, subject="amendment", item=one.pk, by=SYSTEM).clearance
    amendments.change_amendment(one, new_end=date(2035, 6, 30), **asked_for)
    with pytest.raises(Refused, match="Changed after round 1"):
        clearance.decide(standing, round=1, outcome="cleared", reason="So", override=True, by=people["dora"])
    clearance.submit(record, subject="amendment", item=one.pk, seen_round=1, by=SYSTEM)
    clearance.decide(standing, round=2, outcome="cleared", reason="So", override=True, by=people["dora"])
    assert Record.objects.get(pk=made.pk).ends == date(2035, 6, 30)


def test_a_wording_whose_words_are_gone_from_the_matrix_is_refused_in_words(people: dict[str, Any]) -> None:
    made = complete(owner=people["ana"], office=people["ana"].memberships.get().office)
    standing = handed_in(made)
    accept = subject_of(standing).accept
    assert accept is not None
    outcome = made.results.get(level="outcome")
    with pytest.raises(Refused, match="no longer there"):
        accept(standing, f"result:{outcome.pk}", "words of an earlier round", "others", people["ana"])


def test_going_back_brings_the_last_day_back_with_the_months(people: dict[str, Any]) -> None:
    made = complete(owner=people["ana"], office=people["ana"].memberships.get().office)
    first = clearance.submit(made.project.record, subject="proposal", by=people["ana"])
    header.change_header(made, field="months", was=24, now=12, by=people["ana"])
    versions.go_back(made, first, by=people["ana"])
    again = Proposal.objects.get(pk=made.pk)
    assert (again.months, again.project.record.ends, again.project.planned_end) == (24, *[date(2027, 12, 31)] * 2)


def test_authors_and_who_decides_are_shown_what_was_changed_meanwhile(people: dict[str, Any], client_for: Any) -> None:
    made = complete(owner=people["ana"], office=people["ana"].memberships.get().office)
    standing = clearance.submit(made.project.record, subject="proposal", by=people["ana"]).clearance
    author, head = client_for(people["ana"]), client_for(people["dora"])
    pages = (author, f"/proposals/{made.pk}/review/"), (head, f"/clearance/{standing.pk}/decide/")
    assert not any("Changed after round" in client.get(page).content.decode() for client, page in pages)
    costs.change(made.costs.get(title="Rent"), field="unit_cost", was="5000", now="5100", by=people["ana"])
    for client, page in pages:
        assert (
            "Changed after round 1 was handed in, and not read by reviewers: Budget."
            in client.get(page).content.decode()
        )
    clearance.submit(made.project.record, subject="proposal", seen_round=1, by=people["ana"])
    assert not any("Changed after round" in client.get(page).content.decode() for client, page in pages)


def test_another_currency_between_rounds_is_shown_and_asked_about_again(
    people: dict[str, Any], client_for: Callable[[Any], Client]
) -> None:
    made = complete()
    standing = handed_in(made)
    seat = clearance.assign(standing, person=people["carla"], by=SYSTEM)
    for question in subject_of(standing).checklist:
        clearance.answer_checklist(seat, round=1, question=question.code, answer="yes", by=people["carla"])
    costs.change_currency(made, was=made.currency, now="USD", confirmed=True, by=SYSTEM)
    clearance.submit(made.project.record, subject="proposal", seen_round=1, by=SYSTEM)
    money = {one.code for one in subject_of(standing).checklist if "budget" in one.anchors}
    again = seat.answers.filter(submission__number=2, superseded_at=None).values_list("question", flat=True)
    assert money
    assert not money.intersection(again)
    page = client_for(people["dora"]).get(f"/clearance/{standing.pk}/changes/").content.decode()
    assert "95,000\u00a0EUR" in page
    assert "95,000\u00a0USD" in page
