"""Links, codes and steps of governance misused: opened by others, sent twice, taken out of turn or by who may not."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from migov.foundation.people.models import Office, Role
from migov.foundation.records.models import Record
from migov.services.clearance import actions as clearance
from migov.services.files.models import Document
from migov.work.governance.assess import actions as assessing
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.gcm.actions import inviting, paragraphs, reports
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.governance.models import (
    Assessment,
    Contribution,
    Invitation,
    ReviewRound,
    Roadmap,
    Snapshot,
    Vote,
)
from migov.work.governance.plans import actions as plan_actions
from migov.work.governance.roadmaps.actions import drawing, following, lines
from migov.work.governance.unsdcf.actions import parts as framework_parts
from tests.factories import PlaceFactory, cast, person
from tests.outsiders import (
    SHOWN,
    client,
    state,
    words,
)
from tests.work.governance.assess import steps
from tests.work.governance.gcm.steps import clear as clear_report
from tests.work.governance.making import question_set
from tests.work.governance.plans.making import plan
from tests.work.governance.unsdcf.making import unsdcf

pytestmark = pytest.mark.django_db
CODE = "1-1"


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def asked(people: SimpleNamespace) -> SimpleNamespace:
    """A ministry that was asked for its contribution to the report of Moldova: the report, its invitation, and the token of its link."""
    load_rounds()
    report = reports.start(ReviewRound.objects.get(code="imrf-2026"), country=PlaceFactory(code="MDA"), by=people.fatos)
    made, token = inviting.invite(
        report,
        body="Ministry",
        group="ministry",
        parts=["objective-10"],
        deadline=timezone.localdate(),
        by=people.fatos,
    )
    return SimpleNamespace(report=report, invitation=made, token=token)


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Every test begins as if nobody had opened a link."""
    cache.clear()


def focal_point(code: str) -> Any:
    """The focal point of another government."""
    return person(Role.FOCAL_POINT, country=PlaceFactory(code=code), username=f"point-{code}")


# Links and codes.


def test_a_link_opens_its_own_parts_as_long_as_it_may(asked: SimpleNamespace, people: SimpleNamespace) -> None:
    browser, here = client(None), f"/governance/gcm/contribute/{asked.token}/"
    part = f"{here}parts/objective-10/"
    assert browser.get(here).status_code == browser.get(part).status_code == 200
    assert browser.get(f"{here}parts/objective-11/").status_code == 404
    assert browser.post(f"{here}parts/objective-11/", {"text-progress": "x"}).status_code == 404
    for wrong in (asked.token[:-1], asked.token[:-1] + "!", "a" * 43):
        assert browser.get(f"/governance/gcm/contribute/{wrong}/").status_code == 404
    browser.post(part, {"text-progress": "Our words", "revision-progress": "0"})
    assert asked.invitation.contributions.get().text == "Our words"
    invitation = Invitation.objects.filter(pk=asked.invitation.pk)
    invitation.update(deadline=timezone.localdate() - timedelta(days=1))
    before = state("governance")
    assert browser.get(here).status_code == browser.post(f"{here}hand-in/").status_code == 410
    assert browser.post(part, {"text-progress": "Late", "revision-progress": "1"}).status_code == 410
    assert state("governance") == before
    invitation.update(deadline=timezone.localdate())
    inviting.withdraw(asked.invitation, by=people.fatos)
    assert browser.get(here).status_code == browser.post(f"{here}hand-in/").status_code == 410


def test_a_link_that_was_handed_in_can_be_closed(asked: SimpleNamespace, people: SimpleNamespace) -> None:
    """Its words were given to the office; who finds the mail a year later does not read them."""
    browser, here = client(None), f"/governance/gcm/contribute/{asked.token}/"
    browser.post(f"{here}parts/objective-10/", {"text-progress": "Zyxshown words", "revision-progress": "0"})
    browser.post(f"{here}hand-in/")
    assert SHOWN in words(browser.get(here))
    paragraphs.add(asked.report, part="introduction", topic="progress", text="Words.", by=people.fatos)
    clear_report(asked.report, people)
    reports.submit_to_round(asked.report, day=timezone.localdate(), note="", by=people.fatos)
    Invitation.objects.filter(pk=asked.invitation.pk).update(deadline=timezone.localdate() - timedelta(days=400))
    assert SHOWN not in words(browser.get(here))
    assert Contribution.objects.get(invitation=asked.invitation).text


def test_one_address_cannot_vote_without_end(people: SimpleNamespace) -> None:
    """A device that throws its cookie away is a new one; a room of people behind one address is not."""
    of = steps.in_validation(owner=people.fatos)
    sitting = assessing.open_workshop(of, place="", by=people.fatos)
    for _attempt in range(220):
        browser = client(None)
        browser.post("/governance/vote/", {"code": sitting.code})
        browser.post("/governance/vote/", {"option": "yes", "question": sitting.question_id, "round": 1})
    assert 100 <= Vote.objects.count() < 220
    assessing.close_workshop(sitting, by=people.fatos)
    before = Vote.objects.count()
    assert client(None).post("/governance/vote/", {"code": sitting.code}).status_code == 422
    assert Vote.objects.count() == before


# Steps that nobody may take.


def test_a_letter_about_consent_is_not_for_readers(people: SimpleNamespace) -> None:
    of = steps.published(vars(people))
    letter = ContentFile(b"We do not consent any more.", "letter.txt")
    assessing.consent(of, given=False, who="Ministry", on=None, note="No.", file=letter, by=people.ion)
    kept = Document.objects.get(of=of.record)
    assert not Record.objects.visible_to(people.jan).filter(pk__in=[kept.pk, of.pk]).exists()
    assert Record.objects.visible_to(people.ion).filter(pk=kept.pk).exists()


def test_what_was_published_says_when(people: SimpleNamespace) -> None:
    of = steps.published(vars(people))
    assert Snapshot.objects.get(assessment=of).content["published"] == str(of.published_on)


def test_what_was_handed_in_or_published_is_not_changed_behind_the_readers(people: SimpleNamespace) -> None:
    of = steps.in_validation(owner=people.fatos)
    proof = assessing.add_evidence(
        of, CODE, kind="figure", title="A figure", figure="3", source="Office", by=people.fatos
    )
    said: dict[str, Any] = {"option": "no", "number": 0}
    stranger = focal_point("GEO")
    changes = [
        lambda: assessing.answer(of, CODE, side="office", by=people.fatos, **said),
        lambda: assessing.answer(of, CODE, side="agreed", by=people.fatos, **said),
        lambda: assessing.answer(of, CODE, side="government", by=people.ion, **said),
        lambda: assessing.remove_evidence(of, proof.pk, by=people.fatos),
        lambda: assessing.open_workshop(of, place="", by=people.fatos),
        lambda: assessing.change(
            of, title="Another", due=None, summary="x", revision=Assessment.objects.get(pk=of.pk).revision, by=people.fatos
        ),
        lambda: assessing.consent(of, given=True, who="x", on=None, by=stranger),
        lambda: assessing.consent(of, given=True, who="x", on=timezone.localdate(), by=people.ana),
    ]  # fmt: skip
    handed = clearance.submit(of.record, subject="assessment", by=people.fatos)
    _all_refused(
        [*changes, lambda: assessing.publish(of, by=people.fatos), lambda: assessing.ask_consent(of, by=people.fatos)]
    )
    clearance.decide(handed.clearance, outcome="cleared", reason="Ready.", round=1, override=True, by=people.dora)
    _all_refused([*changes, lambda: assessing.publish(of, by=people.fatos)])
    assessing.consent(of, given=True, who="Ministry", on=None, by=people.ion)
    assessing.publish(of, by=people.fatos)
    _all_refused([*changes, lambda: assessing.reopen(of, reason="x", by=people.fatos)])


def _all_refused(changes: list[Any]) -> None:
    before = state("governance")
    for at, change in enumerate(changes):
        with pytest.raises((AssessmentRefused, PermissionDenied)):
            change()
            pytest.fail(f"change {at} was accepted", pytrace=False)
    assert state("governance") == before


def test_nobody_clears_answers_of_their_own(people: SimpleNamespace) -> None:
    of = steps.moldova(owner=people.fatos)
    for code in steps.codes(of):
        assessing.answer(of, code, side="office", option="yes", number=0, by=people.dora)
    assessing.validate(of, by=people.fatos)
    assessing.agree_unopposed(of, by=people.fatos)
    made = clearance.submit(of.record, subject="assessment", by=people.fatos)
    with pytest.raises(PermissionDenied):
        clearance.decide(made.clearance, outcome="cleared", reason="Mine.", round=1, override=True, by=people.dora)


def test_nobody_clears_paragraphs_of_their_own(people: SimpleNamespace) -> None:
    load_rounds()
    report = reports.start(ReviewRound.objects.get(code="imrf-2026"), country=PlaceFactory(code="MDA"), by=people.fatos)
    paragraphs.add(report, part="introduction", topic="progress", text="Written by Dora.", by=people.dora)
    made = clearance.submit(report.record, subject="gcm-report", by=people.fatos)
    with pytest.raises(PermissionDenied):
        clearance.decide(made.clearance, outcome="cleared", reason="Mine.", round=1, override=True, by=people.dora)


def test_work_of_a_country_is_begun_by_its_own_office_or_the_regional_one(people: SimpleNamespace) -> None:
    albania, tirana = PlaceFactory(code="ALB"), people.ana.memberships.get().office
    Office.objects.filter(pk=tirana.pk).update(place=albania)
    questions = question_set()
    forms = {
        "assessments/new/": {"country": "ALB", "year": 2026, "of": questions.pk},
        "roadmaps/new/": {"country": albania.pk, "starts": 2026, "ends": 2027},
    }  # fmt: skip
    for at, said in forms.items():
        answer = client(people.boris).post(f"/governance/{at}", said)
        assert answer.status_code in (403, 422), at
    assert not Assessment.objects.exists() and not Roadmap.objects.exists()
    for at, said in forms.items():
        assert client(people.ana).post(f"/governance/{at}", said).status_code == 302, at
    assert Assessment.objects.get().record.office == Roadmap.objects.get().record.office == tirana


def test_what_turns_text_round_is_not_kept_in_a_roadmap(people: SimpleNamespace) -> None:
    """Marks that turn the direction of text round make a title look like another one."""
    evil = "Agreed\u202e deerga\x07"
    made = drawing.start(
        country=PlaceFactory(code="MDA"), starts=2025, ends=2026, title=evil, summary=evil, by=people.fatos
    )
    line = lines.add(made, {"title": evil, "text": evil, "owner": evil}, by=people.fatos)
    drawing.agree(made, on=date(2025, 1, 1), agreed_with=evil, by=people.fatos)
    following.follow(made, 2025, [following.Said(line.pk, "begun", "1", evil)], by=people.fatos)
    found = Roadmap.objects.select_related("record").get()
    said = [
        found.record.title,
        found.record.summary,
        found.agreed_with,
        line.title,
        line.text,
        line.owner,
        line.follow_ups.get().text,
    ]
    assert [words for words in said if re.search("[\u202a-\u202e\x00-\x08]", words)] == []


@pytest.mark.parametrize("what", ["plan", "framework"])
def test_a_preview_that_is_sent_twice_at_once_is_applied_once(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The second click comes while the first is still at work."""
    browser = client(people.fatos)
    if what == "plan":
        home: Any = plan()
        sent: dict[str, Any] = {
            "file": ContentFile(b"Action,Lead\nTrain inspectors,IOM\nPrint leaflets,IOM\n", "plan.csv")
        }
        at, module, name = f"/governance/plans/{home.pk}/import/", plan_actions, "add_many"
    else:
        home, sent = (
            unsdcf(),
            {"text": "Outcome 1: People have decent work\nOutput 1.1: Inspectors are trained\n", "kind": "text"},
        )
        at, module, name = f"/governance/unsdcfs/{home.pk}/read/", framework_parts, "keep"
    page = words(browser.post(at, sent))
    apply = re.search(rf"{at}[0-9a-f]{{32}}/", page)
    assert apply is not None, page[:2000]
    real, clicks = getattr(module, name), []

    def slow(*args: Any, **more: Any) -> Any:
        if not clicks:
            clicks.append(1)
            client(people.fatos).post(apply[0], {"keep": ["0", "1"]})
        return real(*args, **more)

    monkeypatch.setattr(module, name, slow)
    browser.post(apply[0], {"keep": ["0", "1"]})
    assert (home.actions if what == "plan" else home.parts).count() == 2
