"""Every address of governance, asked for and sent to by people from outside: no word of another government's, of what was not published,
or of the office's own; nothing changed that is not theirs.

A world is made in which whatever somebody may not read carries a word of its own; then all addresses are asked for with all keys. An
address that is added later fails here until somebody says for whom it is.
"""

from __future__ import annotations

from datetime import date
from itertools import product as combinations
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from migov.foundation.people.models import Office, Role
from migov.foundation.records.models import Record
from migov.work.governance.assess import actions as assessing
from migov.work.governance.gcm.actions import contributing, inviting, paragraphs, pledging, reports
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.governance.models import (
    ParagraphEvidence,
    ReviewRound,
    Uptake,
)
from migov.work.governance.roadmaps.actions import drawing, following, lines
from tests.factories import PlaceFactory, cast, person
from tests.outsiders import (
    HIDDEN,
    PUBLIC,
    REFUSED,
    SHOWN,
    address,
    client,
    listed,
    of_room,
    patterns,
    state,
    to_sign_in,
    words,
)
from tests.work.governance.assess import steps
from tests.work.governance.gcm.steps import pledge, practice
from tests.work.governance.making import record
from tests.work.governance.plans.making import action as plan_action
from tests.work.governance.plans.making import plan
from tests.work.governance.unsdcf.making import judged, structured

pytestmark = pytest.mark.django_db
CODE = "1-1"

# For whom an address is. "office": nobody from outside. "government": of its own country. "role": everybody with a role (what was
# published). "link": whoever holds a link or a code.
GOVERNMENT = listed(
    """
    home assessment assessment-next assessment-questions assessment-domain assessment-question assessment-talk assessment-find
    assessment-profile assessment-file assessment-state roadmaps roadmaps-export roadmap roadmap-edit roadmap-document
    roadmap-action-new roadmap-action roadmap-action-edit roadmap-follow-up gcm gcm-list-export gcm-report gcm-export gcm-part
    gcm-evidence-add gcm-editions pledges pledges-export pledge pledge-edit practices practices-export practice practice-edit
    practice-checklist practice-export
    """
)
ROLE = listed(
    """
    assessments assessments-export assessment assessment-published assessment-published-file series series-export series-share
    series-place
    """
)
LINK = listed(
    """
    vote vote-watch gcm-contribute gcm-contribute-hand-in gcm-contribute-part
    """
)
# What a government may send; everything else that is sent is the office's.
GOVERNMENT_SENDS = listed(
    """
    assessment-answer assessment-evidence assessment-evidence-take assessment-evidence-remove assessment-comment
    assessment-comment-withdraw assessment-consent roadmap-edit roadmap-action-new roadmap-action-edit roadmap-action-do
    roadmap-follow-up gcm-draw gcm-change gcm-paragraph-add gcm-paragraph-save gcm-paragraph-move gcm-paragraph-remove
    gcm-paragraph-back gcm-paragraph-base gcm-evidence-add gcm-evidence-remove pledge-edit pledge-progress pledge-correct
    practice-edit practice-checklist
    """
)
OFFICE = listed(
    """
    assessment-new assessment-change assessment-validate assessment-answer-again assessment-agree-unopposed assessment-workshops
    assessment-workshop-open assessment-screen assessment-live assessment-step assessment-workshop-close assessment-minutes
    assessment-minutes-file assessment-submit assessment-take-back assessment-ask-consent assessment-publish assessment-reopen
    assessment-withdraw roadmap-new roadmap-step gcm-round-new gcm-round-edit gcm-new gcm-known gcm-contributions gcm-invite
    gcm-invitation-renew gcm-invitation-withdraw gcm-merge gcm-set-aside gcm-state gcm-hand-in gcm-take-back gcm-submit gcm-reopen
    gcm-take-out pledge-new pledge-take-out practice-new practice-review practice-submit practice-publish practice-withdraw
    unsdcfs unsdcf-new unsdcfs-export unsdcf-region unsdcf-region-document unsdcf-suggestions unsdcf-suggestions-export
    unsdcf-uptake unsdcf unsdcf-edit unsdcf-conclude unsdcf-remove unsdcf-brief unsdcf-parts unsdcf-part-new unsdcf-parts-do
    unsdcf-parts-read unsdcf-part unsdcf-read unsdcf-keep unsdcf-judge unsdcf-judge-next unsdcf-propose unsdcf-judge-part
    unsdcf-judge-element plans plan-new plans-export plan-actions plan-actions-export plan-import-example plan plan-edit
    plan-remove plan-export plan-import plan-import-apply plan-action-new plan-action plan-action-edit plan-action-report
    plan-action-do
    """
)


def focal_point(code: str) -> Any:
    """The focal point of another government."""
    return person(Role.FOCAL_POINT, country=PlaceFactory(code=code), username=f"point-{code}")


def country(code: str, word: str, office: Office, people: SimpleNamespace) -> SimpleNamespace:
    """All that governance holds of a country. What begins with `word` is for its government."""
    f, own = people.fatos, {"office": office, "owner": people.fatos}
    kept = record("project", code, title=f"{HIDDEN} internal project", visibility="internal")
    of = steps.assessment(country=code, year=2026, title=f"{word} assessment", summary=f"{word} summary", **own)
    assessing.answer(of, CODE, side="office", option="no", number=0, note=f"{word} note", by=f)
    assessing.comment(of, CODE, text=f"{word} comment", by=f)
    assessing.comment(of, CODE, text=f"{HIDDEN} internal comment", internal=True, by=f)
    evidence = assessing.add_evidence(
        of, CODE, kind="figure", title=f"{word} figure", figure="3", source="Office", by=f
    )
    assessing.add_evidence(
        of, CODE, kind="work", title=f"{HIDDEN} internal evidence", record=kept, quote=f"{HIDDEN} quote", by=f
    )
    said = assessing.comment(of, "2-1", text=f"{word} second comment", by=f)
    roadmap = drawing.start(country=of.country, starts=2025, ends=2027, assessment=of, title=f"{word} roadmap", by=f)
    line = lines.add(
        roadmap, {"title": f"{word} action", "question": of.set.questions.first()},
        help=[lines.Chosen("project", f"{HIDDEN} internal help", kept, "/x/", f"{HIDDEN} why")], by=f,
    )  # fmt: skip
    drawing.agree(roadmap, on=date(2025, 2, 1), agreed_with="Ministry", by=f)
    following.follow(roadmap, 2025, [following.Said(line.pk, "begun", "1", f"{word} followed")], by=f)
    lines.become(line, kept, by=f)
    report = reports.start(ReviewRound.objects.get(code="imrf-2026"), country=of.country, title=f"{word} report", by=f)
    paragraph = paragraphs.add(report, part="objective-10", topic="progress", text=f"{word} paragraph", by=f)
    paragraphs.change(paragraph, text=f"{word} paragraph, better", seen=1, by=f)
    gone = paragraphs.add(report, part="objective-10", topic="gap", text=f"{word} taken out", by=f)
    paragraphs.remove(gone, by=f)
    proof = ParagraphEvidence.objects.create(paragraph=paragraph, title=f"{HIDDEN} internal proof", record=kept, by=f)
    asked, token = inviting.invite(
        report, body=f"{word} ministry", group="ministry", parts=["objective-10"], deadline=timezone.localdate(),
        email="hidden@example.org", message=f"{HIDDEN} message", by=f,
    )  # fmt: skip
    contributing.save(
        asked.digest, part="objective-10", topic="progress", text=f"{HIDDEN} contribution", sources="", seen=0
    )
    contributing.hand_in(asked.digest)
    promised = pledge(f, code, title=f"{word} pledge")
    told = pledging.tell_progress(promised, day=date(2025, 1, 1), state="begun", text=f"{word} progress", by=f)
    done = practice(f, code, title=f"{word} practice", summary=f"{word} practised")
    framework, parts = structured(code, title=f"{HIDDEN} framework")
    judgement = judged(parts["1.1"], "absent", wording=f"{HIDDEN} wording")
    Uptake.objects.create(judgement=judgement, taken="sent", day=date(2026, 1, 1), note=f"{HIDDEN} uptake")
    works = plan(code, title=f"{HIDDEN} plan")
    todo = plan_action(works, f"{HIDDEN} plan action")
    Record.objects.filter(pk__in=[one.pk for one in (roadmap, report, promised, done, framework, works)]).update(
        office=office
    )
    return SimpleNamespace(
        assessment=of, roadmap=roadmap, gcm=report, pledge=promised, practice=done, unsdcf=framework, plan=works, kept=kept, line=line,
        paragraph=paragraph, evidence=evidence, comment=said, proof=proof, invitation=asked, token=token, progress=told,
        part=parts["1.1"], todo=todo, judgement=judgement, contribution=asked.contributions.get(),
    )  # fmt: skip


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def world(people: SimpleNamespace) -> SimpleNamespace:
    load_rounds()
    chisinau, tirana = (people.boris.memberships.get().office, people.ana.memberships.get().office)
    own, other = country("MDA", SHOWN, chisinau, people), country("ALB", f"{HIDDEN}albania", tirana, people)
    before = steps.in_validation(year=2024, title=f"{PUBLIC} published", owner=people.fatos, office=chisinau)
    sitting = assessing.open_workshop(before, place=f"{HIDDEN} room", by=people.fatos)
    assessing.close_workshop(sitting, by=people.fatos)
    steps.clear(before, vars(people))
    assessing.consent(before, given=True, who="Ministry", on=None, by=people.ion)
    assessing.publish(before, by=people.fatos)
    return SimpleNamespace(people=people, own=own, other=other, before=before, sitting=sitting)


PARENTS = ("assessment", "roadmap", "gcm", "pledge", "practice", "unsdcf", "plan")
# Address → the thing whose key its second key is.
CHILDREN = {
    "assessment-evidence-remove": "evidence", "assessment-comment-withdraw": "comment", "roadmap-action": "line",
    "roadmap-action-edit": "line", "roadmap-action-do": "line", "gcm-evidence-remove": "proof", "gcm-invitation-renew": "invitation",
    "gcm-invitation-withdraw": "invitation", "gcm-merge": "contribution", "gcm-set-aside": "contribution", "pledge-correct": "progress",
    "unsdcf-part": "part", "unsdcf-judge-part": "part", "unsdcf-judge-element": "part", "plan-action": "todo", "plan-action-edit": "todo",
    "plan-action-report": "todo", "plan-action-do": "todo",
} | {f"gcm-{name}": "paragraph" for name in (
    "paragraph-save", "paragraph-move", "paragraph-remove", "paragraph-back", "paragraph-base", "evidence-add", "editions",
)}  # fmt: skip


def parent_of(name: str) -> str:
    """Of which kind of work an address is ("gcm-evidence-add" → "gcm")."""
    return next((one for one in PARENTS if name.startswith(one)), "gcm" if name.startswith("gcm") else "")


def addresses(world: SimpleNamespace, *, whose: tuple[str, ...] = ("own", "other")) -> list[tuple[str, str]]:
    """Every address with the keys of the things of a country, and of the published assessment."""
    found = []
    for full, keys in of_room("governance").items():
        name = full.removeprefix("governance:")
        for which in whose:
            of = getattr(world, which)
            parent = getattr(of, parent_of(name), of.assessment)
            child = getattr(of, CHILDREN[name]).pk if name in CHILDREN else world.sitting.pk
            token = of.token if name in LINK else "x" * 32
            given: dict[str, list[Any]] = {
                "pk": [parent.pk, *([world.before.pk] if name.startswith("assessment") and which == "own" else [])],
                "key": [child], "action": [child], "part": [child], "judgement": [of.judgement.pk], "year": [2025], "domain": ["1"],
                "fmt": ["csv", "docx", "xlsx"], "token": [token],
                "code": ["objective-10"] if name.startswith("gcm-") else [CODE, "MDA", "imrf-2026"],
            }  # fmt: skip
            for values in combinations(*(given[key] for key in keys)):
                if (made := address(full, **dict(zip(keys, values, strict=True)))) is not None:
                    found.append((name, made))
    return list(dict.fromkeys(found))


def test_of_every_address_it_is_said_for_whom_it_is() -> None:
    names = {name.removeprefix("governance:") for name in of_room("governance")}
    assert names == {*GOVERNMENT, *ROLE, *LINK, *GOVERNMENT_SENDS, *OFFICE}
    assert not set(OFFICE) & {*GOVERNMENT, *ROLE, *LINK, *GOVERNMENT_SENDS}


def test_a_government_reads_its_own_and_nothing_else(world: SimpleNamespace) -> None:
    browser, read, wrong = client(world.people.ion), set(), []
    for name, at in addresses(world):
        if name in LINK:
            continue
        answer = browser.get(at)
        said = words(answer)
        may = name in GOVERNMENT or name in ROLE
        if answer.status_code >= 500 or HIDDEN in said or (answer.status_code == 200 and not may):
            wrong.append(f"{name} {at} {answer.status_code}: {said[max(0, said.find(HIDDEN) - 60) :][:140]}")
        if answer.status_code == 200 and SHOWN in said:
            read.add(name)
    assert wrong == []
    # It does read its own: the check above can fail.
    assert {
        "assessment",
        "roadmap",
        "gcm-report",
        "gcm-export",
        "pledge",
        "practice",
        "roadmap-document",
        "assessment-file",
    } <= read


def test_people_from_outside_read_what_was_published_and_nothing_else(world: SimpleNamespace) -> None:
    people, every, wrong = world.people, addresses(world), []
    for who, viewer in (
        ("a government", focal_point("GEO")), ("reader", people.jan), ("nobody", people.nobody), ("anonymous", None),
    ):  # fmt: skip
        browser, read = client(viewer), set()
        for name, at in every:
            if name in LINK:
                continue
            answer = browser.get(at)
            said = words(answer)
            if answer.status_code >= 500 or HIDDEN in said or SHOWN in said:
                wrong.append(f"{who} {name} {at} {answer.status_code}")
            lists = name in GOVERNMENT and "pk" not in of_room("governance")[f"governance:{name}"]
            may = {"a government": name in ROLE or lists, "reader": name in ROLE}.get(who, False)
            if answer.status_code == 200 and not may:
                wrong.append(f"{who} {name} {at}: open")
            if viewer is None and answer.status_code not in (403, 404, 405) and not to_sign_in(answer):
                wrong.append(f"{who} {name} {at}: {answer.status_code}")
            if answer.status_code == 200 and PUBLIC in said:
                read.add(name)
        if who in ("a government", "reader"):
            assert {"assessments", "assessments-export", "assessment-published", "assessment-published-file"} <= read
    assert wrong == []


def test_no_other_address_of_migov_shows_it_either(world: SimpleNamespace) -> None:
    own, other, wrong = world.own, world.other, []
    kept = [own.kept, own.unsdcf, own.plan, *(getattr(other, one) for one in PARENTS)]
    shared = [own.assessment, own.roadmap, own.gcm, own.pledge]
    pages = (
        "/search/?q=Zyx",
        "/",
        "/countries/MDA/",
        "/countries/ALB/",
        "/countries/MDA/brief.docx",
        "/notices/",
        "/clearance/",
    )
    for who, never, of in ((world.people.ion, (HIDDEN,), kept), (world.people.jan, (HIDDEN, SHOWN), shared)):
        browser, asked = client(who), 0
        for name, parts in [(at, []) for at in pages] + [pair for pair in patterns() if pair[1] == ["pk"]]:
            if name.startswith("governance:"):
                continue
            for at in {address(name, pk=one.pk) for one in of} if parts else {name}:
                answer = browser.get(at, follow=True)
                said, asked = words(answer), asked + 1
                if answer.status_code >= 500 or any(word in said for word in never):
                    wrong.append(f"{who} {at} {answer.status_code}")
        assert asked > 100
    assert wrong == []


SENT = {
    "verb": "x", "do": "remove", "step": "remove", "reason": "x", "text": "x", "note": "x", "title": "x", "side": "office", "option": "yes",
    "kind": "figure", "figure": "1", "source": "x", "given": "yes", "who": "x", "on": "2026-01-01", "day": "2026-01-01", "state": "done",
    "revision": "1", "seen": "1", "deadline": "2099-01-01", "body": "x", "group": "other", "parts": "objective-10", "topic": "progress",
    "judgement": "named", "element": "GCM 10", "presence": "named", "taken": "yes", "url": "https://example.org", "question": CODE,
    "country": "MDA", "year": "2025", "place": "x", "summary": "x", "owner": "x", "cost": "1", "currency": "EUR",
}  # fmt: skip


def test_what_people_from_outside_send_changes_nothing_that_is_not_theirs(world: SimpleNamespace) -> None:
    people, every, wrong, before = world.people, addresses(world, whose=("own",)), [], state("governance")
    begin = [
        name for name in OFFICE if name.endswith("-new") and "pk" not in of_room("governance")[f"governance:{name}"]
    ]
    for who, viewer, theirs in (
        ("a government", focal_point("GEO"), ()), ("reader", people.jan, ()), ("nobody", people.nobody, ()), ("anonymous", None, ()),
        ("another office", people.ana, begin), ("its government", people.ion, GOVERNMENT_SENDS),
    ):  # fmt: skip
        browser = client(viewer)
        for name, at in every:
            if name in LINK or name in theirs:
                continue
            answer = browser.post(at, SENT)
            # Another office is led back to pages that it reads, where nothing could be done.
            led_on = answer.status_code == 302 and who != "another office" and not to_sign_in(answer)
            if answer.status_code not in REFUSED or led_on:
                wrong.append(f"{who} {name} {at} {answer.status_code} {answer.headers.get('Location', '')}")
        assert state("governance") == before, who
    assert wrong == []


def test_a_part_is_reached_through_its_own_work_only(world: SimpleNamespace) -> None:
    """Who may write both sends the key of one country's row with the key of the other country's work."""
    browser, wrong, before = client(world.people.fatos), [], state("governance")
    for name, thing in CHILDREN.items():
        keys = of_room("governance")[f"governance:{name}"]
        child = getattr(world.other, thing).pk
        given = {
            "pk": getattr(world.own, parent_of(name)).pk,
            "code": CODE,
            "key": child,
            "action": child,
            "part": child,
        }
        at = address(f"governance:{name}", **{key: given[key] for key in keys})
        assert at is not None
        if browser.get(at).status_code not in (404, 405):
            wrong.append(f"{name}: read")
        answer = browser.post(at, SENT)
        refused_on_page = name in ("assessment-evidence-remove", "assessment-comment-withdraw")
        if answer.status_code not in (404, 405) and not refused_on_page:
            wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []
    assert state("governance") == before
