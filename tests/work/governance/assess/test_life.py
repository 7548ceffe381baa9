"""From validation to publication: clearance, consent, what everybody reads, withdrawal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from migov.foundation.records.models import Record
from migov.services.clearance import actions as clearance
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice
from migov.work.governance.assess import actions, profile, reminders, subject
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.models import AssessmentState, Consent, Snapshot
from tests.work.governance.assess.steps import all_answered, clear, cleared, in_validation, moldova, published
from tests.work.governance.making import answered, question_set, record

pytestmark = pytest.mark.django_db


def test_what_is_not_settled_hinders(people: dict[str, Any]) -> None:
    of = moldova(state=AssessmentState.VALIDATION, owner=people["fatos"])
    all_answered(of)
    of.answers.filter(question__code="1-1", side="office").delete()
    of.answers.filter(question__code="1-2", side="office").delete()
    answered(of, "1-2", "no", "office")
    said = subject.hinders(Clearance(record=of.record, subject="assessment"))
    assert said == [
        "1 answer differs: agree on it, or record the disagreement.", "1 question was answered by one side only.",
    ]  # fmt: skip
    with pytest.raises(Refused):
        clearance.submit(of.record, subject="assessment", by=people["fatos"])


def test_it_is_not_handed_in_before_validation(people: dict[str, Any]) -> None:
    of = all_answered(moldova(owner=people["fatos"]))
    with pytest.raises(Refused, match="handed in when the answers were validated"):
        clearance.submit(of.record, subject="assessment", by=people["fatos"])


def test_clearance_freezes_the_answers_and_asks_a_second_reader(people: dict[str, Any]) -> None:
    of = in_validation(owner=people["fatos"])
    made = clearance.submit(of.record, subject="assessment", by=people["fatos"])
    of.refresh_from_db()
    assert of.state == AssessmentState.CLEARANCE
    anchors = [line[0] for part in made.content["parts"] if "lines" in part for line in part["lines"]]
    assert anchors == ["question:1-1", "question:1-2", "question:2-1", "question:2-2"]
    assert "Second reader, policy" in made.clearance.reviews.values_list("seat", flat=True)
    clearance.decide(made.clearance, outcome="returned", reason="See 1-1", round=1, by=people["dora"])
    of.refresh_from_db()
    assert of.state == AssessmentState.VALIDATION


def test_cleared_asked_consented_published(people: dict[str, Any]) -> None:
    of = cleared(people)
    assert (of.state, of.consent) == (AssessmentState.CLEARED, "")
    with pytest.raises(AssessmentRefused, match="has not consented"):
        actions.publish(of, by=people["fatos"])
    assert actions.ask_consent(of, by=people["fatos"]).consent == Consent.ASKED
    assert Notice.objects.filter(person=people["ion"], title__contains="May this be published").exists()
    of = actions.consent(of, given=True, who="Ministry of the Interior, secretary", on=None, by=people["ion"])
    assert (of.consent, of.consent_on) == (Consent.GIVEN, timezone.localdate())
    snapshot = actions.publish(of, by=people["fatos"])
    assert Record.objects.get(pk=of.pk).visibility == "public"
    assert snapshot.content["overall"] == "100.00"
    assert snapshot.content["published"] == timezone.localdate().isoformat()
    assert snapshot.content["domains"][0]["questions"][0]["label"] == "Yes"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"who": "", "on": dt.date(2026, 1, 1), "given": True}, "who"),
        ({"who": "Ministry", "on": None, "given": True}, "on"),
        ({"who": "Ministry", "on": dt.date(2999, 1, 1), "given": True}, "on"),
        ({"who": "Ministry", "on": dt.date(2026, 1, 1), "given": False}, "note"),
    ],
)
def test_consent_told_to_the_office_names_who_and_when(people: dict[str, Any], said: Any, field: str) -> None:
    of = cleared(people)
    with pytest.raises(AssessmentRefused) as refused:
        actions.consent(of, by=people["fatos"], **said)
    assert refused.value.field == field


def test_refused_then_corrected(people: dict[str, Any]) -> None:
    of = cleared(people)
    actions.consent(of, given=False, who="Ministry", on=None, note="Answer 1-2 is wrong", by=people["ion"])
    with pytest.raises(AssessmentRefused, match="has not consented"):
        actions.publish(of, by=people["fatos"])
    with pytest.raises(AssessmentRefused, match="Say why"):
        actions.reopen(of, reason="", by=people["fatos"])
    of = actions.reopen(of, reason="Answer 1-2", by=people["fatos"])
    assert (of.state, of.consent, of.submission) == (AssessmentState.VALIDATION, "", None)
    actions.answer(of, "1-2", side="agreed", option="no", number=0, by=people["fatos"])
    assert clear(of, people).state == AssessmentState.CLEARED


def test_a_consent_taken_back_ends_publication(people: dict[str, Any]) -> None:
    of = published(people)
    actions.consent(of, given=False, who="Ministry", on=None, note="The law has changed", by=people["ion"])
    of.refresh_from_db()
    assert (of.state, of.published_on) == (AssessmentState.CLEARED, None)
    assert Record.objects.get(pk=of.pk).visibility == "partners"


def test_withdrawn_from_the_public_with_a_reason(people: dict[str, Any]) -> None:
    of = published(people)
    with pytest.raises(AssessmentRefused, match="Say why"):
        actions.withdraw(of, reason="", by=people["fatos"])
    of = actions.withdraw(of, reason="A wrong edition", by=people["fatos"])
    assert of.state == AssessmentState.WITHDRAWN
    assert Record.objects.get(pk=of.pk).visibility == "partners"
    assert Notice.objects.filter(person=people["ion"], title__startswith="Withdrawn").exists()
    assert moldova().pk != of.pk  # the year is free for another


def test_what_is_in_clearance_is_not_withdrawn(people: dict[str, Any]) -> None:
    of = in_validation(owner=people["fatos"])
    clearance.submit(of.record, subject="assessment", by=people["fatos"])
    with pytest.raises(AssessmentRefused, match="Take it back first"):
        actions.withdraw(of, reason="x", by=people["fatos"])


@pytest.mark.parametrize("who", ["ion", "jan", "nobody", "carla", "ana"])
def test_who_may_not_publish_or_ask(people: dict[str, Any], who: str) -> None:
    of = cleared(people)
    for deed in (actions.ask_consent, actions.publish):
        with pytest.raises(PermissionDenied):
            deed(of, by=people[who])


@pytest.mark.parametrize("who", ["jan", "nobody", "carla"])
def test_who_may_not_consent(people: dict[str, Any], who: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.consent(cleared(people), given=True, who="Ministry", on=dt.date(2026, 1, 1), by=people[who])


def test_what_is_published_is_a_copy_without_what_is_internal(people: dict[str, Any]) -> None:
    of = moldova(owner=people["fatos"])
    all_answered(of)
    inside = record("project", "MDA", title="SECRET project", visibility="internal")
    actions.comment(of, "1-1", text="SECRET doubt", internal=True, by=people["fatos"])
    actions.comment(of, "1-1", text="SECRET remark to the office", by=people["ion"])
    actions.add_evidence(of, "1-1", kind="work", title="SECRET project", record=inside, by=people["fatos"])
    actions.add_evidence(of, "1-1", kind="article", title="Law 200", place="Article 4", by=people["fatos"])
    actions.validate(of, by=people["fatos"])
    clear(of, people)
    actions.consent(of, given=True, who="Ministry", on=None, by=people["ion"])
    actions.publish(of, by=people["fatos"])
    kept = Snapshot.objects.get(pk=of.pk).content
    assert "SECRET" not in str(kept)
    found = profile.from_json(kept)
    assert [one.words for one in found.domains[0].questions[0].evidence] == ["Law 200 · Article 4"]
    assert profile.as_json(found) == kept


def test_answers_due_are_told_before_and_after(people: dict[str, Any]) -> None:
    moldova(owner=people["fatos"], due=dt.date(2026, 5, 10))
    moldova(year=2025, owner=people["fatos"], due=dt.date(2026, 5, 10), state=AssessmentState.VALIDATION)
    assert reminders.remind(dt.date(2026, 5, 1)) == {}
    assert reminders.remind(dt.date(2026, 5, 5)) == {"assessments due": 2}
    assert reminders.remind(dt.date(2026, 5, 11)) == {"assessments due": 2}
    titles = set(Notice.objects.filter(person=people["ion"]).values_list("title", flat=True))
    assert any("are due on" in title for title in titles) and any("were due on" in title for title in titles)


def test_unanswered_consent_is_brought_to_mind_every_two_weeks(people: dict[str, Any], client_for: Any) -> None:
    of = cleared(people)
    actions.ask_consent(of, by=people["fatos"])
    asked = timezone.localdate()
    page = client_for(people["fatos"]).get(f"/governance/assessments/{of.pk}/state/").text
    assert "not answered yet" in page
    assert reminders.remind(asked + dt.timedelta(days=13)) == {}
    assert reminders.remind(asked + dt.timedelta(days=14)) == {"consent unanswered": 2}  # who leads it, the focal point
    assert Notice.objects.filter(person=people["ion"], title__startswith="Consent to publication was asked").exists()
    assert reminders.remind(asked + dt.timedelta(days=20)).get("consent unanswered", 0) in (0, 2)
    actions.consent(of, given=True, who="Ministry", on=None, by=people["ion"])
    assert reminders.remind(asked + dt.timedelta(days=28)) == {}


def test_a_letter_of_refusal_is_never_public(people: dict[str, Any]) -> None:
    of = published(people)
    letter = SimpleUploadedFile("letter.txt", b"The Government withdraws its consent to publication of the assessment.")
    actions.consent(of, given=False, who="Ministry", on=None, note="The law has changed", file=letter, by=people["ion"])
    of.refresh_from_db()
    assert of.consent_document is not None and of.consent_document.record.visibility == "partners"
    assert not Record.objects.visible_to(people["jan"]).filter(pk=of.consent_document.pk).exists()


def test_nobody_clears_answers_of_their_own(people: dict[str, Any]) -> None:
    of = moldova(state=AssessmentState.VALIDATION, owner=people["fatos"])
    all_answered(of)
    of.answers.filter(side="office", question__code="1-1").update(by=people["dora"])
    made = clearance.submit(of.record, subject="assessment", by=people["fatos"])
    with pytest.raises((Refused, PermissionDenied)):
        clearance.decide(made.clearance, outcome="cleared", reason="Fine", round=1, override=True, by=people["dora"])


def test_the_list_shows_one_that_was_published_without_a_score(people: dict[str, Any], client_for: Any) -> None:
    of = moldova(
        state=AssessmentState.VALIDATION, owner=people["fatos"], of=question_set(code="strict", kind="sdg-10-7-2")
    )
    all_answered(of)
    actions.answer(
        of, "1-1", side="agreed", option="", number=0, note="Each maintains its own.", disputed=True, by=people["fatos"]
    )
    clear(of, people)
    actions.consent(of, given=True, who="Ministry", on=None, by=people["ion"])
    actions.publish(of, by=people["fatos"])
    for who in ("fatos", "jan"):
        page = client_for(people[who]).get("/governance/assessments/")
        assert page.status_code == 200 and "published" in page.text
    read = client_for(people["jan"]).get(f"/governance/assessments/{of.pk}/published/").text
    assert "A disagreement is recorded on 1-1; no answer to it counts." in read and "missing: 1-1" in read
