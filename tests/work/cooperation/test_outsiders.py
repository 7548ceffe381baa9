"""Every address of cooperation, asked for and sent to by people who do not work for the office, and by colleagues of another office:
no word of it outside, nothing that is kept to an office read by another, nothing changed that is not theirs. And steps that nobody
may take, whoever they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.models import Role
from migov.services.clearance import actions as clearance
from migov.work.cooperation.inputs import templates
from migov.work.cooperation.inputs.actions import life, writing
from migov.work.cooperation.inputs.actions.life import Wanted
from migov.work.cooperation.meetings.actions import committing, rows
from migov.work.cooperation.meetings.actions.feeding import make_feed
from migov.work.cooperation.models import (
    CalendarFeed,
    CardFact,
    Chair,
    Contact,
    Delegation,
    Input,
    InputAuthor,
    Meeting,
    OfficeAsked,
    PulledFact,
    Section,
)
from tests.factories import PlaceFactory, cast, person
from tests.outsiders import HIDDEN, REFUSED, address, client, listed, of_room, patterns, state, to_sign_in, words
from tests.work.cooperation import making

pytestmark = pytest.mark.django_db
WORDS = "Fair recruitment protects workers and employers, and States can agree on it today. "
LINK = {"calendar-feed"}
# What every colleague may send, for themselves or to begin something; the rest needs a right on the work.
BEGINS = {"mechanism-new", "meeting-new", "commitment-new", "input-new", "input-file", "calendar-subscribe"}
OFFICE = set(
    listed(
        """
    home mechanisms mechanisms-export mechanism-new matrix matrix-export graph graph-export mechanisms-of-country mechanism
    mechanism-change mechanism-row-new mechanism-row mechanism-row-withdraw meetings meetings-export meeting-new meeting
    meeting-edit meeting-step meeting-row meeting-members meeting-agenda meeting-ics calendar calendar-subscribe commitments
    commitments-export commitment-new commitment commitment-edit commitment-row inputs inputs-export input-new input-file input
    input-change input-authors input-take-out input-preview input-export input-take input-decline input-ask input-answer
    input-withdraw input-reopen input-deliver input-became section section-editions section-restore section-save section-open
    section-state section-take aside section-comment input-correct section-pull section-renew section-drop input-check input-seen
    input-clearance input-submit input-take-back positions positions-export
    """
    )
)


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


def work(people: SimpleNamespace, word: str, visibility: str) -> SimpleNamespace:
    """All that cooperation holds, kept to the office in Chisinau or not."""
    office = people.boris.memberships.get().office
    kept: dict[str, Any] = {"office": office, "visibility": visibility, "owner": people.boris}
    code = f"m-{visibility}"
    mechanism = making.mechanism(code, title=f"{word} mechanism", our_role=f"{word} role", **kept)
    fact = CardFact.objects.create(
        mechanism=mechanism, field="objectives", value=f"{word} purpose", source="Statute", as_of="2024"
    )
    making.member(mechanism, "MDA", source=f"{word} source")
    Chair.objects.create(
        mechanism=mechanism, place=PlaceFactory(code="MDA"), source=f"{word} source", since="2025", as_of="2025"
    )
    Contact.objects.create(
        mechanism=mechanism, place=PlaceFactory(code="MDA"), function=f"{word} function", email="zyx@example.org"
    )
    day = timezone.localdate()
    meeting = making.meeting(
        mechanism, day=day, title=f"{word} meeting", country=PlaceFactory(code="MDA"), city=f"{word} city", **kept
    )
    item = rows.write_item(meeting, {"title": f"{word} item"}, by=people.fatos)
    Delegation.objects.create(meeting=meeting, place=PlaceFactory(code="MDA"), functions=f"{word} functions")
    rows.write_outcome(meeting, {"kind": "decision", "text": f"{word} outcome"}, by=people.fatos)
    rows.write_task(meeting, {"text": f"{word} task", "person": people.boris}, by=people.fatos)
    promise = committing.commit(
        committing.Promise(f"{word} commitment", meeting=meeting, place=PlaceFactory(code="MDA"), due=day),
        by=people.fatos,
    )
    committing.note_progress(promise, {"day": day, "state": "begun", "text": f"{word} progress"}, by=people.fatos)
    type(promise.record)._default_manager.filter(pk=promise.pk).update(**kept)
    paper = making.paper(meeting, title=f"{word} input", state="draft", place=PlaceFactory(code="MDA"), **kept)
    part = next(one for one in templates.parts_of(paper) if one.required)
    section = Section.objects.create(
        input=paper, code=part.code, text=f"{word} {WORDS}", revision=1, saved_at=timezone.now()
    )
    pulled = PulledFact.objects.create(input=paper, section=part.code, note=1, key="k", text=f"{word} fact", source="s")
    asked = OfficeAsked.objects.create(input=paper, office=office, question=f"{word} question", asked_at=timezone.now())
    position = making.position(f"{word} we said on labour mobility", title=f"{word} position", mechanism=mechanism,
                               place=PlaceFactory(code="MDA"), **kept)  # fmt: skip
    return SimpleNamespace(
        mechanism=mechanism, meeting=meeting, commitment=promise, input=paper, position=position, part=part.code, fact=fact, item=item,
        pulled=pulled, asked=asked, section=section,
    )  # fmt: skip


@pytest.fixture
def world(people: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(
        people=people, kept=work(people, HIDDEN, "office"), shared=work(people, "Zyxshared", "internal")
    )


def addresses(of: SimpleNamespace) -> list[tuple[str, str]]:
    """Every address with the keys of some work."""
    found = []
    for full, keys in of_room("cooperation").items():
        name = full.removeprefix("cooperation:")
        if name in LINK:
            continue
        thing = next((getattr(of, one) for one in ("meeting", "commitment") if name.startswith(one)), of.input)
        of_mechanism = name.startswith("mechanism")
        given: dict[str, list[Any]] = {
            "pk": [of.fact.pk if of_mechanism else thing.pk], "code": [of.mechanism.code, "MDA"] if of_mechanism else [of.part],
            "what": ["facts"], "asked": [of.asked.pk], "fact": [of.pulled.pk], "edition": [1], "kept": [1], "comment": [1],
            "fmt": ["csv", "xlsx", "docx"], "version": ["clean", "annotated"],
        }  # fmt: skip
        combined = [{}]
        for key in keys:
            combined = [{**one, key: value} for one in combined for value in given[key]]
        found += [(name, at) for one in combined if (at := address(full, **one)) is not None]
    return list(dict.fromkeys(found))


def outsider(people: SimpleNamespace, who: str) -> Any:
    focal = {"its government": "MDA", "another government": "GEO"}
    if who in focal:
        return (
            people.ion
            if who == "its government"
            else person(Role.FOCAL_POINT, country=PlaceFactory(code="GEO"), username="geo")
        )
    return {"reader": people.jan, "nobody": people.nobody}.get(who)


def test_of_every_address_it_is_said_for_whom_it_is() -> None:
    assert {name.removeprefix("cooperation:") for name in of_room("cooperation")} == OFFICE | LINK


def test_nothing_of_cooperation_is_for_people_from_outside(world: SimpleNamespace) -> None:
    wrong, before = [], state("cooperation")
    for who in ("its government", "another government", "reader", "nobody", "anonymous"):
        browser = client(outsider(world.people, who))
        for name, at in [*addresses(world.shared), *addresses(world.kept)]:
            for answer in (browser.get(at), browser.post(at, SENT), browser.options(at)):
                said = words(answer)
                refused = answer.status_code in (403, 404, 405) or to_sign_in(answer)
                if not refused or HIDDEN in said or "Zyxshared" in said:
                    wrong.append(f"{who} {name} {at} {answer.status_code}")
    assert wrong == []
    assert state("cooperation") == before


def test_no_other_address_of_migov_tells_people_from_outside_of_it(world: SimpleNamespace) -> None:
    things = ("mechanism", "meeting", "commitment", "input", "position")
    keys = [getattr(of, what).pk for of in (world.shared, world.kept) for what in things]
    elsewhere = {
        "/search/?q=Zyx",
        "/",
        "/countries/MDA/",
        "/countries/MDA/brief.docx",
        "/notices/",
        "/clearance/",
        "/governance/",
    }
    for name, parts in patterns():
        if not name.startswith("cooperation:") and parts == ["pk"]:
            elsewhere |= {at for key in keys if (at := address(name, pk=key))}
    wrong = []
    for who in ("its government", "reader"):
        browser = client(outsider(world.people, who))
        for at in sorted(elsewhere):
            answer = browser.get(at, follow=True)
            said = words(answer)
            if answer.status_code >= 500 or HIDDEN in said or "Zyxshared" in said:
                wrong.append(f"{who} {at} {answer.status_code}")
    assert wrong == []
    assert len(elsewhere) > 100


SENT = {
    "do": "remove", "thing": "item", "step": "cancel", "reason": "x", "text": "x", "title": "x", "kind": "senior", "type": "statement",
    "why": "x", "field": "objectives", "value": "x", "source": "x", "question": "x", "answer": "x", "on": "2026-01-01", "function": "x",
    "revision": "1", "seen": "1", "state": "done", "day": "2026-01-01", "starts": "2026-01-01", "row": "1", "key": "k", "digest": "x",
}  # fmt: skip


def test_what_is_kept_to_an_office_is_read_by_no_other(world: SimpleNamespace) -> None:
    """Ana works in Tirana; the work is kept to Chisinau, beside work that all colleagues see."""
    browser, wrong, read, before = client(world.people.ana), [], set(), state("cooperation")
    sent = {name for name, _at in addresses(world.kept)} - BEGINS
    for of in (world.kept, world.shared):
        for name, at in addresses(of):
            answer = browser.get(at)
            said = words(answer)
            if answer.status_code >= 500 or HIDDEN in said:
                wrong.append(f"{name} {at} {answer.status_code}: {said[max(0, said.find(HIDDEN) - 60) :][:140]}")
            if "Zyxshared" in said:
                read.add(name)
    for name, at in addresses(world.kept):
        if name in sent:
            answer = browser.post(at, SENT)
            if answer.status_code not in REFUSED or HIDDEN in words(answer):
                wrong.append(f"sent {name} {at} {answer.status_code}")
    for at in ("/cooperation/calendar/?view=list", "/cooperation/positions/?q=labour+mobility", "/cooperation/meetings/?show=all",
               "/cooperation/inputs/?show=all", "/countries/MDA/", "/search/?q=Zyx", "/", "/cooperation/positions/export.csv"):  # fmt: skip
        if HIDDEN in words(browser.get(at, follow=True)):
            wrong.append(at)
    feed = client(None).get(address("cooperation:calendar-feed", token=make_feed(by=world.people.ana)))
    if HIDDEN in words(feed):
        wrong.append("feed")
    assert wrong == []
    assert state("cooperation") == before | {"cooperation.CalendarFeed": list(CalendarFeed.objects.values())}
    assert {
        "mechanism",
        "meeting",
        "commitment",
        "input",
        "section",
        "positions",
        "matrix",
        "calendar",
        "input-check",
    } <= read


def test_a_colleague_of_another_office_changes_nothing_of_theirs(world: SimpleNamespace) -> None:
    browser, before, wrong = client(world.people.ana), state("cooperation"), []
    for name, at in addresses(world.shared):
        if name in BEGINS:
            continue
        answer = browser.post(at, SENT)
        if answer.status_code >= 500:
            wrong.append(f"{name} {at}")
    assert wrong == []
    assert state("cooperation") == before


def test_a_feed_is_read_by_who_may_and_as_long_as_they_may(world: SimpleNamespace) -> None:
    token = make_feed(by=world.people.boris)
    at = address("cooperation:calendar-feed", token=token)
    answer = client(None).get(at)
    assert answer.status_code == 200 and f"SUMMARY:{HIDDEN} meeting" in words(answer)
    assert client(None).post(at).status_code == 405
    for wrong in (token[:-1], f"{token}x", "x", "a" * 43):
        assert client(None).get(address("cooperation:calendar-feed", token=wrong)).status_code == 404
    make_feed(by=world.people.boris)
    assert client(None).get(at).status_code == 404  # a new address voids the one before
    again = address("cooperation:calendar-feed", token=make_feed(by=world.people.boris))
    world.people.boris.memberships.all().delete()
    assert client(None).get(again).status_code == 404


def test_a_part_is_reached_through_its_own_work_only(world: SimpleNamespace) -> None:
    """Kim may write everything, and sends the key of one piece of work with a row of the other."""
    browser, before, wrong = client(world.people.kim), state("cooperation"), []
    own, other = world.shared, world.kept
    pairs: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("input-answer", {"pk": own.input.pk, "asked": other.asked.pk}, {"answer": "x"}),
        ("input-withdraw", {"pk": own.input.pk, "asked": other.asked.pk}, {}),
        ("section-drop", {"pk": own.input.pk, "code": own.part, "fact": other.pulled.pk}, {}),
        ("section-renew", {"pk": own.input.pk, "code": own.part, "fact": other.pulled.pk}, {"keep": "1"}),
        (
            "mechanism-row",
            {"code": own.mechanism.code, "what": "facts", "pk": other.fact.pk},
            {"value": "x", "source": "y"},
        ),
        ("mechanism-row-withdraw", {"code": own.mechanism.code, "what": "facts", "pk": other.fact.pk}, {"why": "x"}),
        ("meeting-row", {"pk": own.meeting.pk}, {"thing": "item", "row": str(other.item.pk), "title": "x"}),
        ("meeting-row", {"pk": own.meeting.pk}, {"thing": "item", "row": str(other.item.pk), "do": "remove"}),
    ]
    for name, keys, sent in pairs:
        answer = browser.post(address(f"cooperation:{name}", **keys), sent)
        if answer.status_code not in (404, 409, 422):
            wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []
    assert state("cooperation") == before


# Steps that nobody may take.


@pytest.fixture
def paper(people: SimpleNamespace) -> Callable[..., Input]:
    """An input that somebody owns, every section of it written by Dora, who may decide on it."""

    def make(owner: str) -> Input:
        som = making.meeting(making.mechanism(short_name="PP"))
        wanted = Wanted(title="Statement", type="statement", meeting=som)
        made = life.take(life.request(wanted, by=people.ana), by=getattr(people, owner))
        for part in templates.parts_of(made):
            if part.required:
                writing.write(made, part.code, text=(WORDS * 2).strip(), by=people.dora)
        return made

    return make


def test_nobody_clears_words_of_their_own(people: SimpleNamespace, paper: Callable[..., Input]) -> None:
    made = clearance.submit(paper("fatos").record, subject="input", by=people.fatos)
    with pytest.raises(PermissionDenied):
        clearance.decide(made.clearance, outcome="cleared", reason="Mine.", round=1, override=True, by=people.dora)


def test_who_is_no_author_any_more_does_not_clear_what_they_wrote(
    people: SimpleNamespace, paper: Callable[..., Input]
) -> None:
    found = paper("dora")
    life.set_authors(found, owner=people.fatos, authors=[], by=people.dora)
    assert not InputAuthor.objects.filter(person=people.dora).exists()
    made = clearance.submit(found.record, subject="input", by=people.fatos)
    with pytest.raises(PermissionDenied):
        clearance.decide(made.clearance, outcome="cleared", reason="Mine.", round=1, override=True, by=people.dora)


def meeting_form(**fields: str) -> dict[str, str]:
    return {"title": "Senior officials", "kind": "senior", "starts": "2027-01-01", "zone": "Europe/Vienna", **fields}


@pytest.mark.parametrize(
    "fields",
    [
        {"starts": "2026-12-01", "ends": "9999-12-31"}, {"starts": "9999-12-31"}, {"starts": "0001-01-01"},
        {"starts": "0001-01-01", "from_time": "00:30", "zone": "Asia/Tashkent"},
        {"starts": "9999-12-31", "from_time": "23:30", "zone": "America/New_York"},
    ],
)  # fmt: skip
def test_a_day_beyond_the_calendar_is_refused_and_breaks_no_feed(
    people: SimpleNamespace, fields: dict[str, str]
) -> None:
    browser = client(people.fatos)
    answer = browser.post(address("cooperation:meeting-new"), meeting_form(**fields))
    assert answer.status_code == 422
    assert not Meeting.objects.exists()
    assert client(None).get(address("cooperation:calendar-feed", token=make_feed(by=people.fatos))).status_code == 200


def test_what_turns_text_round_is_not_kept(people: SimpleNamespace) -> None:
    """Marks that turn the direction of text round make a title look like another one; line breaks do not belong into a line."""
    browser = client(people.fatos)
    evil = "Senior\u202e slaiciffo\x07\rBEGIN:VEVENT"
    browser.post(address("cooperation:meeting-new"), meeting_form(title=evil, host=evil, city=evil))
    made = Meeting.objects.select_related("record").get()
    browser.post(address("cooperation:meeting-row", pk=made.pk), {"thing": "item", "row": "0", "title": evil})
    said = " ".join([made.record.title, made.host, made.city, made.agenda.get().title])
    assert not re.search("[\u202a-\u202e\x00-\x08\x0b-\x1f]", said)


def test_hostile_questions_are_answered(people: SimpleNamespace) -> None:
    browser = client(people.fatos)
    made = making.meeting(making.mechanism())
    wrong = []
    names = (
        "year", "page", "q", "country", "theme", "mechanism", "meeting", "after", "month", "on", "least", "type", "state", "show", "sort",
        "history", "field", "who", "edit", "add", "version",
    )  # fmt: skip
    lists = [address(full) for full, keys in of_room("cooperation").items() if not keys]
    lists += [address("cooperation:meeting", pk=made.pk), address("cooperation:mechanism", code=made.mechanism.code)]
    lists += [address(full, fmt="csv") for full, keys in of_room("cooperation").items() if keys == ["fmt"]]
    for at in filter(None, lists):
        for value in ("\x00", "0000", "9" * 30, "9" * 4400, "\u202e", "²", "-1"):
            browser.raise_request_exception = False
            answer = browser.get(at, dict.fromkeys(names, value))
            if answer.status_code >= 500:
                wrong.append(f"{at} {value[:10]!r}")
    assert wrong == []


@pytest.mark.parametrize("day", [date(2026, 11, 2)])
def test_a_position_that_is_filed_says_so(people: SimpleNamespace, day: date) -> None:
    """What was never cleared here is marked as filed and stands apart from what was cleared."""
    made = making.position("We said so.", day=day)
    assert made.filed and made.submission is None
