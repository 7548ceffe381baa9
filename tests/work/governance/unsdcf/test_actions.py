"""What can be done with a Cooperation Framework: kept, written, judged, followed up; and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, Record
from migov.services.suggestions import matcher
from migov.work.governance.models import CooperationFramework, Part, PartElement, PartJudgement, Uptake
from migov.work.governance.unsdcf.actions import framework as frameworks
from migov.work.governance.unsdcf.actions import judging, parts, proposing, uptake
from migov.work.governance.unsdcf.actions.framework import Card
from migov.work.governance.unsdcf.actions.ground import Conflict, UnsdcfError
from migov.work.governance.unsdcf.actions.parts import Said
from migov.work.governance.unsdcf.reading import sources
from tests.factories import element
from tests.work.governance.unsdcf.making import judged, part, structured, unsdcf

pytestmark = pytest.mark.django_db
People = dict[str, User]
TODAY = date(2026, 11, 23)


def card(**fields: Any) -> Card:
    return Card(**{"country": Place.objects.get(code="MDA"), "starts": 2023, "ends": 2027, **fields})


def test_a_framework_comes_into_the_register_with_its_country_and_follows_the_one_before(people: People) -> None:
    before = frameworks.add(card(starts=2018, ends=2022), by=people["fatos"])
    made = frameworks.add(card(), by=people["fatos"])
    assert made.previous == before
    assert made.record.title == "UN Sustainable Development Cooperation Framework Moldova 2023–2027"
    assert made.record.owner == people["fatos"]
    assert [row.place.code for row in made.record.places.all()] == ["MDA"]
    assert JournalEntry.objects.filter(record_id=made.pk, verb="cooperation framework added").exists()


def test_two_that_begin_in_one_year_are_refused_with_the_field(people: People) -> None:
    frameworks.add(card(), by=people["fatos"])
    with pytest.raises(UnsdcfError, match="begins in this year already") as refused:
        frameworks.add(card(ends=2028), by=people["fatos"])
    assert refused.value.field == "starts"


@pytest.mark.parametrize(
    ("fields", "field"), [({"ends": 2020}, "ends"), ({"starts": 12}, "starts"), ({"status": "odd"}, "status")]
)
def test_a_card_that_cannot_be_is_refused(people: People, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(UnsdcfError) as refused:
        frameworks.add(card(**fields), by=people["fatos"])
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["ion", "jan", "nobody", "galina"])
def test_who_does_not_work_on_governance_adds_nothing(people: People, name: str) -> None:
    with pytest.raises(PermissionDenied):
        frameworks.add(card(), by=people[name])


def test_two_who_describe_it_at_once_lose_nothing(people: People) -> None:
    made = frameworks.add(card(), by=people["fatos"])
    frameworks.describe(made, card(source="Signed text"), by=people["emil"], seen=1)
    with pytest.raises(Conflict):
        frameworks.describe(made, card(source="Other"), by=people["fatos"], seen=1)
    assert CooperationFramework.objects.get(pk=made.pk).source == "Signed text"


def test_parts_are_kept_from_a_draft_without_those_not_chosen(people: People) -> None:
    made = unsdcf()
    draft = sources.read_text(
        "Priority 1: People first of all\nOutcome 1.1: All are well\nOutput 1.1.1: Clinics are open\nOutcome 1.2: All learn"
    )
    assert parts.keep(made, draft.parts, [0, 2, 3], by=people["fatos"]) == 3
    found = {one.number: one for one in made.parts.all()}
    assert found["1.2"].parent == found["1"]
    assert found["1.1.1"].parent is None  # an output does not stand under a priority
    assert not found["1"].checked


def test_what_is_judged_is_not_replaced(people: People) -> None:
    made, found = structured()
    draft = sources.read_text("Outcome 9: Something else altogether")
    judged(found["1.1"], "named")
    with pytest.raises(UnsdcfError, match="nothing is replaced"):
        parts.keep(made, draft.parts, [0], by=people["fatos"], replace=True)
    assert parts.keep(made, draft.parts, [0], by=people["fatos"]) == 1
    assert made.parts.count() == 7


def test_what_is_not_judged_can_be_replaced(people: People) -> None:
    made, _found = structured()
    draft = sources.read_text("Outcome 9: Something else altogether")
    parts.keep(made, draft.parts, [0], by=people["fatos"], replace=True)
    assert [one.number for one in made.parts.all()] == ["9"]


def test_a_part_is_written_and_changed_and_two_at_once_lose_nothing(people: People) -> None:
    made, found = structured()
    new = parts.write(made, Said("output", "Schools are open", "1.2.1", parent=found["1.2"].pk), by=people["fatos"])
    assert new.checked
    assert [one.number for _depth, one in parts.in_order(made.parts.all())] == [
        "1",
        "1.1",
        "1.1.1",
        "1.2",
        "1.2.1",
        "2",
        "2.1",
    ]
    again = Said("outcome", "Migrants are well", "1.1", parent=found["1"].pk)
    parts.write(made, again, by=people["fatos"], part=found["1.1"], seen=1)
    with pytest.raises(Conflict, match="Migrants are well"):
        parts.write(made, Said("outcome", "Other words", "1.1"), by=people["emil"], part=found["1.1"], seen=1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said("outcome", ""), "text"),
        (Said("odd", "Words"), "kind"),
        (Said("outcome", "Words", baseline="12"), "kind"),
        (Said("outcome", "Words", number="1" * 21), "number"),
    ],
)
def test_a_part_that_cannot_be_is_refused(people: People, said: Said, field: str) -> None:
    with pytest.raises(UnsdcfError) as refused:
        parts.write(unsdcf(), said, by=people["fatos"])
    assert refused.value.field == field


def test_a_part_stands_under_its_own_kind_of_parent_and_framework(people: People) -> None:
    made, found = structured()
    other, foreign = structured("ALB")
    for parent in (found["2"], foreign["1.1"]):
        with pytest.raises(UnsdcfError) as refused:
            parts.write(made, Said("output", "Words of it", parent=parent.pk), by=people["fatos"])
        assert refused.value.field == "parent"
    with pytest.raises(UnsdcfError, match="cannot stand under this kind"):
        parts.write(made, Said("output", "Words"), by=people["fatos"], part=found["1.1"])
    assert other.parts.count() == 6


def test_a_part_is_moved_with_what_stands_under_it(people: People) -> None:
    made, found = structured()
    parts.move(found["1.1"], 1, by=people["fatos"])
    assert [one.number for one in made.parts.all()] == ["1", "1.2", "1.1", "1.1.1", "2", "2.1"]
    parts.move(Part.objects.get(pk=found["1"].pk), -1, by=people["fatos"])  # the first stays the first
    assert made.parts.first().number == "1"


def test_a_part_goes_with_those_under_it_unless_one_was_judged(people: People) -> None:
    made, found = structured()
    judged(found["1.1.1"], "absent")
    with pytest.raises(UnsdcfError, match="was judged"):
        parts.remove(found["1"], by=people["fatos"])
    assert parts.remove(found["2"], by=people["fatos"]) == 2
    assert made.parts.count() == 4


def test_a_judgement_is_a_fact_and_a_new_one_takes_its_place(people: People) -> None:
    _made, found = structured()
    first = judging.judge(found["1.1"], presence="implied", by=people["carla"], groups=["refugees"], seen=0)
    again = judging.judge(
        found["1.1"], presence="named", by=people["fatos"], groups=["refugees", "migrants"], seen=first.pk
    )
    assert again.groups == ["migrants", "refugees"]
    rows = PartJudgement.objects.filter(part=found["1.1"])
    assert [(row.presence, row.superseded_at is None) for row in rows] == [("implied", False), ("named", True)]
    same = judging.judge(
        found["1.1"], presence="named", by=people["emil"], groups=["migrants", "refugees"], seen=again.pk
    )
    assert same == again


def test_two_who_judge_at_once_lose_nothing(people: People) -> None:
    _made, found = structured()
    theirs = judging.judge(found["1.1"], presence="named", by=people["carla"], seen=0)
    objective = element("15")
    with pytest.raises(judging.Clash) as clash:
        judging.judge(found["1.1"], presence="absent", by=people["fatos"], seen=0, elements={objective.pk: "confirmed"})
    assert clash.value.theirs == theirs
    assert not PartElement.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"presence": "absent", "groups": ["migrants"]}, "groups"),
        ({"presence": "named", "groups": ["martians"]}, "groups"),
        ({"presence": "odd"}, "presence"),
        ({"presence": "", "comment": "Why"}, "presence"),
        ({"presence": "na", "wording": "Say migrants"}, "wording"),
    ],
)
def test_a_judgement_that_contradicts_itself_is_refused(people: People, said: dict[str, Any], field: str) -> None:
    _made, found = structured()
    with pytest.raises(UnsdcfError) as refused:
        judging.judge(found["1.1"], by=people["fatos"], **said)
    assert refused.value.field == field


def test_priorities_are_not_judged(people: People) -> None:
    _made, found = structured()
    with pytest.raises(UnsdcfError, match="Outcomes and outputs"):
        judging.judge(found["1"], presence="named", by=people["fatos"])


@pytest.mark.parametrize("name", ["ion", "jan", "nobody", "galina", "ana"])
def test_who_may_not_judge_does_not(people: People, name: str) -> None:
    _made, found = structured()
    with pytest.raises(PermissionDenied):
        judging.judge(found["1.1"], presence="named", by=people[name])
    with pytest.raises(PermissionDenied):
        judging.decide(found["1.1"], {element("15").pk: "confirmed"}, by=people[name])


def test_elements_are_confirmed_and_rejected_by_a_person(people: People) -> None:
    _made, found = structured()
    objective = judging.element_by("gcm 15")
    assert judging.decide(found["1.1"], {objective.pk: "confirmed"}, by=people["fatos"]) == 1
    row = PartElement.objects.get()
    assert (row.state, row.by) == ("confirmed", people["fatos"])
    with pytest.raises(UnsdcfError, match="Choose an objective"):
        judging.decide(found["1.1"], {0: "confirmed"}, by=people["fatos"])


@pytest.mark.parametrize("words", ["gcm 99", "nonsense words", "1"])
def test_an_element_that_is_not_known_or_in_both_frameworks_is_refused(db: None, words: str) -> None:
    with pytest.raises(UnsdcfError) as refused:
        judging.element_by(words)
    assert refused.value.field == "element"


def test_the_matcher_proposes_and_leaves_what_people_decided(people: People) -> None:
    made = unsdcf()
    one = part(made, "outcome", "1", "Migrant workers have decent work, fair recruitment and labour rights")
    rejected = judging.element_by("gcm 6")
    judging.decide(one, {rejected.pk: "rejected"}, by=people["fatos"])
    result = proposing.propose(made, by=people["fatos"])
    assert (result.read, result.parts) == (1, 1)
    rows = PartElement.objects.filter(part=one, state="proposed")
    assert rejected.pk not in {row.element_id for row in rows}
    assert any(row.element.framework.code == "sdg" and row.words for row in rows)
    proposing.propose(made, by=people["fatos"])
    assert PartElement.objects.filter(part=one).count() == len(rows) + 1
    matcher.forget()


def test_the_matcher_is_not_asked_what_it_cannot_read(people: People) -> None:
    made = unsdcf(language="ru")
    part(made, "outcome", "1", "Все люди")
    with pytest.raises(UnsdcfError, match="English only"):
        proposing.propose(made, by=people["fatos"])
    with pytest.raises(UnsdcfError, match="no outcome or output"):
        proposing.propose(unsdcf("ALB"), by=people["fatos"])


def test_what_became_of_a_wording_is_noted_and_stays_with_the_same_wording(people: People) -> None:
    _made, found = structured()
    first = judging.judge(found["2.1"], presence="absent", wording="Include migrants", by=people["fatos"])
    uptake.note(first, taken="sent", day=date(2026, 1, 5), by=people["fatos"], seen=0)
    uptake.note(first, taken="partly", day=date(2026, 5, 5), text="Page 12", by=people["fatos"])
    again = judging.judge(
        found["2.1"], presence="absent", wording="Include migrants", comment="More", by=people["emil"]
    )
    standing = Uptake.objects.current().get(judgement=again)
    assert (standing.taken, standing.note) == ("partly", "Page 12")
    other = judging.judge(found["2.1"], presence="absent", wording="Say otherwise", by=people["emil"])
    assert not Uptake.objects.current().filter(judgement=other).exists()


def test_a_note_that_cannot_be_is_refused(people: People) -> None:
    _made, found = structured()
    first = judging.judge(found["2.1"], presence="absent", wording="Include migrants", by=people["fatos"])
    with pytest.raises(UnsdcfError, match="still to come"):
        uptake.note(first, taken="yes", day=date(2030, 1, 1), by=people["fatos"])
    noted = uptake.note(first, taken="yes", day=date(2026, 1, 1), by=people["fatos"])
    with pytest.raises(Conflict):
        uptake.note(first, taken="no", day=date(2026, 1, 1), by=people["emil"], seen=0)
    assert noted.taken == "yes"
    with pytest.raises(PermissionDenied):
        uptake.note(first, taken="no", day=date(2026, 1, 1), by=people["ion"])
    with pytest.raises(UnsdcfError, match="was sent already"):
        judging.judge(found["2.1"], presence="", by=people["fatos"])


def test_only_what_was_not_judged_is_removed(people: People) -> None:
    made, found = structured()
    row = judged(found["1.1"], "named")
    with pytest.raises(UnsdcfError, match="stays in the register"):
        frameworks.remove(made, by=people["fatos"])
    judging.judge(found["1.1"], presence="", by=people["fatos"], seen=row.pk)
    frameworks.remove(made, by=people["fatos"])
    assert Record.objects.get(pk=made.pk).removed_at is not None


def test_an_office_adds_frameworks_of_its_own_country(people: People) -> None:
    Office.objects.filter(code="tirana").update(place=Place.objects.get(code="ALB"))
    Office.objects.filter(code="chisinau").update(place=Place.objects.get(code="MDA"))
    own, other = Office.objects.get(code="chisinau"), Place.objects.get(code="ALB")
    with pytest.raises(UnsdcfError) as refused:
        frameworks.add(card(country=other), by=people["boris"], office=own)
    assert refused.value.field == "country"
    with pytest.raises(PermissionDenied):
        frameworks.add(card(country=other), by=people["boris"])
    assert frameworks.add(card(), by=people["boris"]).record.office == own
    assert frameworks.add(card(country=other), by=people["fatos"]).record.office.code == "tirana"


def test_a_part_that_was_sent_twice_is_added_once(people: People) -> None:
    framework, found = structured()
    said = Said("outcome", "Farmers adapt", "2.2", found["2"].pk)
    parts.write(framework, said, by=people["fatos"])
    with pytest.raises(UnsdcfError, match="there already"):
        parts.write(framework, said, by=people["fatos"])


def test_what_is_there_already_is_not_kept_twice_and_takes_what_was_found_under_it(people: People) -> None:
    made = unsdcf()
    text = "Priority 1: People\nOutcome 1.1: All people have access to services.\n"
    parts.keep(made, sources.read_text(text).parts, range(2), by=people["fatos"])
    with pytest.raises(UnsdcfError, match="there already"):
        parts.keep(made, sources.read_text(text).parts, range(2), by=people["fatos"])
    draft = sources.read_text(
        f"{text}Indicator 1.1.a: Share of returnees who are insured.\nOutcome 1.2: Rivers are clean."
    )
    assert parts.keep(made, draft.parts, range(4), by=people["fatos"]) == 2
    rows = {one.number: one for one in Part.objects.filter(framework=made)}
    assert len(rows) == Part.objects.filter(framework=made).count() == 4
    assert rows["1.1.a"].parent == rows["1.1"]
    assert rows["1.2"].parent == rows["1"]
