"""Which lessons are offered beside a section, why, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office, User
from migov.foundation.records.models import Record, Visibility
from migov.services.alignment import actions as alignments
from migov.services.suggestions.hints import Asked, Hint, hints
from migov.work.knowledge import usage
from migov.work.knowledge.models import Answer, Said, State
from migov.work.knowledge.offering import find, fitting
from tests.factories import element, proposal
from tests.work.knowledge.makers import lesson

People = dict[str, User]

# Statement → advice. A small register, as an office would have after some years.
REGISTER = {
    "Guardians for unaccompanied children have to be named before the first arrivals.":
        "Agree with the municipality who is the guardian of each child.",
    "Victims of trafficking leave shelters that do not offer work.":
        "Join each shelter place with vocational training and a job.",
    "Border guards forget training on identification of victims within a year.":
        "Plan refresher courses and give border posts checklists of indicators.",
    "Yearly labour market surveys come too late for returning workers.":
        "Publish vacancies and skills monthly with the employment service.",
    "Returnees sell equipment when grants are paid at once.":
        "Pay reintegration grants in parts, tied to a business plan.",
    "Diaspora funds stay unused without a trusted local partner.":
        "Let municipalities and diaspora associations choose projects together.",
    "Interpreters booked by the day are missing at night.":
        "Keep interpreters on call by telephone for reception centres.",
    "Data on migrants held in three registers never agree.":
        "Give ministries one personal number and a protocol of exchange before software is bought.",
    "Climate displacement plans fail where land titles are missing.":
        "Map land tenure with elders before relocation is planned.",
    "Visa facilitation needs consular staff to be trained at the same time.":
        "Train consular officers together with border officers.",
}  # fmt: skip
ASKED = {
    "Unaccompanied children arrive at the border and wait for a guardian to be appointed by the municipality.": 0,
    "The shelter assists victims of human trafficking; they need work after they leave.": 1,
    "Border police will be trained to identify victims of trafficking at crossing posts.": 2,
    "Workers who return do not know which vacancies and skills the labour market asks for.": 3,
    "Returnees receive a grant to start a small business as reintegration assistance.": 4,
    "Diaspora associations will invest in their municipalities of origin.": 5,
    "Reception centres need interpretation around the clock.": 6,
    "The ministries exchange data on migrants between their registers.": 7,
    "Villages are relocated because of climate change; land is scarce.": 8,
}


@pytest.fixture
def record(people: People) -> Record:
    """A proposal of Tirana that Ana owns."""
    made = proposal(
        office=Office.objects.get(code="tirana"), owner=people["ana"], places=["ALB"], themes=["protection"]
    )
    return made.project.record


def asked(record: Record, viewer: Any, text: str = "", section: str = "rationale") -> Asked:
    return Asked(record, section, text, viewer)


def test_the_right_lesson_comes_first(people: People, record: Record) -> None:
    made = [lesson(statement, advice=advice).pk for statement, advice in REGISTER.items()]
    first = {}
    for text, right in ASKED.items():
        found = fitting(asked(record, people["ana"], text))
        first[text] = bool(found) and found[0].key == made[right]
    assert sum(first.values()) >= 8, [text for text, right in first.items() if not right]
    assert fitting(asked(record, people["ana"], "The vehicle fleet is renewed every five years.")) == []


def test_it_says_why(people: People, record: Record) -> None:
    lesson(places=["ALB"], themes=["protection"], sections=["rationale"], elements=["7"])
    alignments.declare(record, element("7"), by=SYSTEM)
    hint = find(asked(record, people["ana"], "Guardians for unaccompanied children."))[0]
    for words in ("unaccompanied children", "GCM 7", "same country: Albania", "same theme", "meant for this part"):
        assert words in hint.because


def test_what_is_aligned_alike_is_offered_without_a_shared_word(people: People, record: Record) -> None:
    made = lesson(elements=["7"])
    assert fitting(asked(record, people["ana"])) == []
    alignments.declare(record, element("7"), by=SYSTEM)
    assert [fit.key for fit in fitting(asked(record, people["ana"]))] == [made.pk]


def test_country_or_theme_alone_is_not_enough_and_both_are(people: People, record: Record) -> None:
    lesson("One", places=["ALB"], advice="Do it")
    lesson("Two", themes=["protection"], advice="Do it")
    both = lesson("Three", places=["ALB"], themes=["protection"], advice="Do it")
    assert [fit.key for fit in fitting(asked(record, people["ana"]))] == [both.pk]


def test_lessons_for_this_part_come_before_those_for_another(people: People, record: Record) -> None:
    text = "Guardians for unaccompanied children are named by municipalities."
    other = lesson(sections=["budget"])
    here = lesson(sections=["risks"])
    later = lesson(cycle="closure")
    found = [fit.key for fit in fitting(asked(record, people["ana"], text, "risks"))]
    assert found[0] == here.pk and set(found) == {here.pk, other.pk, later.pk}


@pytest.mark.parametrize("state", [State.PROPOSED, State.RETURNED, State.RETIRED])
def test_only_validated_lessons_are_offered(people: People, record: Record, state: str) -> None:
    lesson(state=state)
    assert find(asked(record, people["ana"], "Guardians for unaccompanied children.")) == []


def test_only_what_the_viewer_sees_is_offered_and_nothing_to_outsiders(people: People, record: Record) -> None:
    text = "Guardians for unaccompanied children."
    lesson(office="chisinau", audience=Visibility.OFFICE)
    lesson("Public: guardians for unaccompanied children.", audience=Visibility.PUBLIC, places=["MDA"])
    assert len(find(asked(record, people["ana"], text))) == 1
    assert len(find(asked(record, people["emil"], text))) == 2
    for who in ("ion", "jan", "nobody"):
        assert find(asked(record, people[who], text)) == [], who


def test_dismissed_lessons_are_not_offered_there_again_and_used_ones_say_so(people: People, record: Record) -> None:
    made = lesson()
    question = asked(record, people["ana"], "Guardians for unaccompanied children.")
    usage.say(made, record, Said.DISMISSED, by=people["ana"])
    assert find(question) == []
    other = proposal(places=["ALB"]).project.record
    assert len(find(asked(other, people["emil"], question.text))) == 1
    usage.say(made, record, Said.USED, by=people["ana"])
    hint = find(question)[0]
    assert hint.because.startswith("Used in this project") and [words for words, _url in hint.actions] == [
        "Not used after all"
    ]
    assert Answer.objects.count() == 2


def test_who_only_reads_is_shown_them_without_buttons_and_not_counted(people: People, record: Record) -> None:
    lesson()
    text = "Guardians for unaccompanied children."
    writer, reader = find(asked(record, people["ana"], text))[0], find(asked(record, people["carla"], text))[0]
    assert [words for words, _url in writer.actions] == ["", "I used this", "Not helpful here"]
    assert reader.actions == ()


def test_at_most_four_and_through_the_registry_of_hints(people: People, record: Record) -> None:
    for number in range(7):
        lesson(f"Guardians for unaccompanied children, lesson {number}.")
    (_provider, found), = [
        (provider, some)
        for provider, some in hints(asked(record, people["ana"], "Guardians for unaccompanied children."))
        if provider.code == "lessons"
    ]  # fmt: skip
    assert len(found) == 4 and all(isinstance(hint, Hint) for hint in found)
    assert sum(words == "" for hint in found for words, _url in hint.actions) == 1


def test_the_number_of_queries_is_bounded(people: People, record: Record, django_assert_max_num_queries: Any) -> None:
    for statement, advice in REGISTER.items():
        lesson(statement, advice=advice, places=["ALB"], themes=["protection"], elements=["7"], sections=["rationale"])
    question = asked(record, people["ana"], "Guardians for unaccompanied children.")
    find(question)
    with django_assert_max_num_queries(12):
        assert len(find(question)) == 4
