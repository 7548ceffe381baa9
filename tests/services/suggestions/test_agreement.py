"""Second opinions: who is asked what, what they are not told, and how agreement is counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.models import Office
from migov.foundation.records.models import JournalEntry, Record
from migov.services.alignment import actions as alignment
from migov.services.alignment.models import Alignment
from migov.services.suggestions import agreement
from migov.services.suggestions.models import Examined, Opinion
from tests.factories import element, project

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}
SECOND, AGREEMENT = "/matching/second/", "/matching/agreement/"


def decided(by: Any, *, confirmed: bool = True, code: str = "10", title: str = "Referral", **fields: Any) -> Alignment:
    """A project with one decided proposal."""
    proposed = alignment.propose(project(title=title, **fields).record, element(code), origin="suggested")
    return (alignment.confirm if confirmed else alignment.reject)(proposed, by=by)


def answer(row: Alignment, by: Any, fits: bool) -> Opinion:
    return agreement.give_opinion(row.record, row.element, fits=fits, by=by)


# Who is asked what


def test_people_are_asked_about_decisions_of_others_that_they_have_not_judged(people: dict) -> None:
    theirs, own = decided(people["carla"]), decided(people["fatos"])
    judged = decided(people["carla"])
    answer(judged, people["fatos"], True)
    alignment.propose(project().record, element("10"), origin="suggested")  # nobody has decided it
    assert list(agreement.to_judge(people["fatos"])) == [theirs]
    assert set(agreement.to_judge(people["carla"])) == {own}


def test_nobody_judges_what_they_ever_decided(people: dict) -> None:
    """Also where somebody else has overturned it since."""
    first = decided(people["fatos"])
    standing = alignment.reject(first, by=people["carla"])
    assert not agreement.to_judge(people["fatos"]).exists()
    with pytest.raises(agreement.NoOpinion, match="You decided this one yourself"):
        answer(standing, people["fatos"], True)


def test_people_are_not_asked_about_work_that_they_do_not_see(people: dict) -> None:
    tirana = Office.objects.get(code="tirana")
    kept = decided(people["carla"], visibility="office", office=tirana)
    removed = decided(people["carla"])
    Record.objects.filter(pk=removed.record_id).update(removed_at=timezone.now())
    assert not agreement.to_judge(people["boris"]).exists()
    assert list(agreement.to_judge(people["ana"])) == [kept]
    with pytest.raises(PermissionDenied):
        answer(kept, people["boris"], True)


def test_the_unsure_and_any_by_chance_take_turns(people: dict) -> None:
    rows = [decided(people["carla"], title=f"Work {n}") for n in range(5)]
    for row, unsure in zip(rows, (0.1, 0.2, 0.9, 0.3, 0.0), strict=True):
        Examined.objects.create(
            record=row.record, framework=row.element.framework, at=timezone.now(), best=0.5, unsure=unsure
        )  # fmt: skip
    picks: list[int] = []

    def last(number: int) -> int:
        picks.append(number)
        return number - 1

    asked = []
    for _turn in range(4):
        row, waiting = agreement.next_to_judge(people["fatos"], pick=last)
        assert row is not None and waiting == 5 - len(asked)
        asked.append(row)
        answer(row, people["fatos"], True)
    # By turns the least sure, then the last key that was drawn; after the last one the draw begins anew.
    assert asked == [rows[2], rows[4], rows[3], rows[0]]
    assert len(picks) == 2


def test_without_what_the_matcher_said_any_is_asked(people: dict) -> None:
    row = decided(people["carla"])
    assert agreement.next_to_judge(people["fatos"]) == (row, 1)
    assert agreement.next_to_judge(people["fatos"], "sdg") == (None, 0)
    assert agreement.next_to_judge(people["fatos"], without=[row.pk]) == (None, 0)


def test_a_long_list_is_counted_only_so_far(people: dict, client_for: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        decided(people["carla"], title=f"Work {n}")
    monkeypatch.setattr(agreement, "MOST_COUNTED", 2)
    assert agreement.next_to_judge(people["fatos"])[1] == 3
    assert "More than 2 decisions" in client_for(people["fatos"]).get(SECOND).content.decode()


def test_choosing_takes_few_queries(people: dict, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for n in range(8):
        decided(people["carla"], title=f"Work {n}")
    agreement.next_to_judge(people["fatos"])
    with django_assert_max_num_queries(7):
        agreement.next_to_judge(people["fatos"])


# Giving an opinion


def test_an_opinion_changes_nothing_of_the_decision(people: dict) -> None:
    row = decided(people["carla"])
    before = Record.objects.get(pk=row.record_id).revision
    given = answer(row, people["fatos"], False)
    assert (given.fits, given.by, Alignment.objects.current().get(record=row.record)) == (False, people["fatos"], row)
    assert Record.objects.get(pk=row.record_id).revision == before
    entry = JournalEntry.objects.get(verb="second opinion given")
    assert "fits" not in entry.detail and entry.record_id is None


def test_another_answer_supersedes_the_one_before(people: dict) -> None:
    row = decided(people["carla"])
    first = answer(row, people["fatos"], False)
    assert answer(row, people["fatos"], False) == first
    second = answer(row, people["fatos"], True)
    assert list(Opinion.objects.current()) == [second] and Opinion.objects.count() == 2


def test_there_must_be_a_decision_of_a_person_to_compare_with(people: dict) -> None:
    proposed = alignment.propose(project().record, element("10"), origin="suggested")
    with pytest.raises(agreement.NoOpinion, match="no longer decided"):
        answer(proposed, people["fatos"], True)


@pytest.mark.parametrize("who", ["galina", "hana", "ion", "jan", "nobody"])
def test_only_people_who_decide_alignments_give_opinions(people: dict, who: str) -> None:
    row = decided(people["carla"], visibility="public")
    with pytest.raises(PermissionDenied):
        answer(row, people[who], True)


# Agreement


def test_pairs_hold_the_answers_of_their_time(people: dict) -> None:
    """Who settles a disagreement afterwards does not make the agreement look better than it was."""
    row = decided(people["carla"])
    answer(row, people["fatos"], False)
    (pair,) = agreement.pairs(people["emil"])
    assert (pair.decided_fits, pair.opinion.fits, pair.agrees, pair.settled) == (True, False, False, False)
    alignment.reject(row, by=people["dora"])
    (pair,) = agreement.pairs(people["emil"])
    assert (pair.decided_fits, pair.agrees, pair.settled) == (True, False, True)
    assert agreement.disagreements([pair]) == ([], [pair])


def test_setting_shares_settles_nothing(people: dict) -> None:
    """Shares append a row, but nobody has looked at the question again."""
    row = decided(people["carla"])
    other = alignment.declare(row.record, element("7"), by=people["carla"])
    answer(row, people["fatos"], False)
    alignment.set_shares(
        row.record, row.element.framework, {row.element_id: 60, other.element_id: 40}, by=people["carla"]
    )
    (pair,) = agreement.pairs(people["emil"])
    assert pair.decision == row and not pair.settled


def test_few_pairs_show_counts_and_no_kappa(people: dict) -> None:
    for n in range(19):
        answer(decided(people["carla"], confirmed=n % 2 == 0), people["fatos"], n % 2 == 0)
    (one,) = agreement.by_framework(agreement.pairs(people["emil"]))
    assert (one.pairs, one.both_fit, one.both_not, one.differ, one.kappa) == (19, 10, 9, 0, None)
    assert one.words == "" and not one.enough


def test_kappa_is_agreement_beyond_chance(people: dict) -> None:
    """The classic table 20, 5, 10, 15: observed 0.70, by chance 0.50, so kappa is 0.40."""
    for decision, opinion, number in ((True, True, 20), (True, False, 5), (False, True, 10), (False, False, 15)):
        for _n in range(number):
            answer(decided(people["carla"], confirmed=decision), people["fatos"], opinion)
    (one,) = agreement.by_framework(agreement.pairs(people["emil"], "gcm"))
    assert one.kappa == pytest.approx(0.4) and one.share == pytest.approx(0.7)
    assert one.words == "fair" and [part.about for part in one.elements] == [element("10")]
    assert one.elements[0].kappa == pytest.approx(0.4)


def test_kappa_is_not_defined_where_all_say_the_same(people: dict) -> None:
    for _n in range(20):
        answer(decided(people["carla"]), people["fatos"], True)
    (one,) = agreement.by_framework(agreement.pairs(people["emil"]))
    assert one.enough and one.kappa is None and one.share == 1


def test_elements_below_the_main_level_count_under_it(people: dict) -> None:
    for code in ("10.7", "10"):
        row = alignment.declare(project().record, element(code, "sdg"), by=people["carla"])
        answer(row, people["fatos"], True)
    (one,) = agreement.by_framework(agreement.pairs(people["emil"]))
    assert [(part.about.code, part.pairs) for part in one.elements] == [("10", 2)]


def test_comparing_takes_a_fixed_number_of_queries(
    people: dict, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(12):
        answer(decided(people["carla"], code=str(n + 1)), people["fatos"], True)
    list(agreement.pairs(people["emil"]))
    with django_assert_max_num_queries(2):
        assert len(agreement.by_framework(agreement.pairs(people["emil"]))[0].elements) == 12


# The pages


@pytest.mark.parametrize(
    ("page", "inside", "outside"),
    [
        (SECOND, ("ana", "carla", "emil"), ("galina", "hana", "ion", "jan", "nobody")),
        (AGREEMENT, ("ana", "galina", "hana"), ("ion", "jan", "nobody")),
    ],
)
def test_who_sees_the_pages(
    people: dict, client_for: Browser, client: Client, page: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    decided(people["carla"], visibility="public")
    assert client.get(page).status_code == 302
    for who in inside:
        assert client_for(people[who]).get(page).status_code == 200, who
    for who in outside:
        assert client_for(people[who]).get(page).status_code == 403, who


def test_outsiders_give_no_opinion_in_the_browser(people: dict, client_for: Browser, client: Client) -> None:
    row = decided(people["carla"], visibility="public")
    sent = {"question": row.pk, "answer": "fits"}
    assert client.post(SECOND, sent).status_code == 302
    for who in ("ion", "jan", "nobody", "galina"):
        assert client_for(people[who]).post(SECOND, sent).status_code == 403
    assert not Opinion.objects.exists()


def test_the_question_does_not_tell_what_was_decided(people: dict, client_for: Browser) -> None:
    row = decided(people["carla"], confirmed=False, title="Referral of victims")
    html = client_for(people["fatos"]).get(SECOND).content.decode()
    main = html.split("<main")[1]
    assert "Referral of victims" in main and row.element.title in main
    for told in ("carla", "reject", "confirmed", "probab", f"/alignments/records/{row.record_id}/", "/portfolio/"):
        assert told not in main.lower(), told
    for key in ("f", "x", "s"):
        assert f'data-key="{key}"' in main


def test_an_answer_brings_the_next_question(people: dict, client_for: Browser) -> None:
    rows = [decided(people["carla"], title=f"Work {n}") for n in range(2)]
    browser = client_for(people["fatos"])
    asked = browser.get(SECOND).context["row"]
    part = browser.post(SECOND, {"question": asked.pk, "answer": "not", "note": "Not its aim"}, **HTMX)
    assert "<html" not in part.content.decode() and "does not fit" in part.content.decode()
    assert part.context["row"] in rows and part.context["row"] != asked
    opinion = Opinion.objects.get()
    assert (opinion.fits, opinion.note, opinion.record_id) == (False, "Not its aim", asked.record_id)


def test_without_scripts_an_answer_leads_back_to_the_page(people: dict, client_for: Browser) -> None:
    row = decided(people["carla"])
    answered = client_for(people["fatos"]).post(SECOND, {"question": row.pk, "answer": "fits", "framework": "gcm"})
    assert answered.status_code == 302 and answered["Location"] == f"{SECOND}?framework=gcm"


def test_what_is_skipped_is_not_asked_again_for_now(people: dict, client_for: Browser) -> None:
    row = decided(people["carla"])
    browser = client_for(people["fatos"])
    html = browser.post(SECOND, {"question": row.pk, "answer": "skip"}, **HTMX).content.decode()
    assert "What you skipped comes back" in html and not Opinion.objects.exists()
    assert client_for(people["fatos"]).get(SECOND).context["row"] == row


@pytest.mark.parametrize(
    "sent", [{}, {"question": "x", "answer": "fits"}, {"question": "1", "answer": "perhaps"}, {"question": 2**70}]
)
def test_nonsense_is_refused_in_words(people: dict, client_for: Browser, sent: dict[str, Any]) -> None:
    decided(people["carla"])
    html = client_for(people["fatos"]).post(SECOND, sent, **HTMX).content.decode()
    assert "could not be read" in html and not Opinion.objects.exists()


def test_a_decision_that_changed_meanwhile_is_not_judged(people: dict, client_for: Browser) -> None:
    row = decided(people["carla"])
    alignment.reject(row, by=people["dora"])
    html = client_for(people["fatos"]).post(SECOND, {"question": row.pk, "answer": "fits"}, **HTMX).content.decode()
    assert "decided anew meanwhile" in html and not Opinion.objects.exists()


def test_disagreements_are_listed_with_both_answers_and_the_way_to_settle_them(
    people: dict, client_for: Browser
) -> None:
    row = decided(people["carla"], title="Referral of victims")
    answer(row, people["fatos"], False)
    html = client_for(people["galina"]).get(AGREEMENT).content.decode()
    for words in (
        "Referral of victims",
        "carla",
        "fatos",
        "too few pairs",
        reverse("alignment:record", args=[row.record_id]),
    ):
        assert words in html, words
    alignment.reject(row, by=people["dora"])
    html = client_for(people["galina"]).get(AGREEMENT).content.decode()
    assert "1 more was settled since (kept: 0, decided anew: 1)" in html and "Referral of victims" not in html


def test_pairs_on_work_of_another_office_are_not_shown(people: dict, client_for: Browser) -> None:
    tirana = Office.objects.get(code="tirana")
    row = decided(people["carla"], title="Kept work", visibility="office", office=tirana)
    answer(row, people["fatos"], False)
    assert agreement.pairs(people["boris"]) == [] and len(agreement.pairs(people["ana"])) == 1
    assert "Kept work" not in client_for(people["boris"]).get(AGREEMENT).content.decode()


def test_an_unknown_framework_has_no_agreement(people: dict, client_for: Browser) -> None:
    assert client_for(people["emil"]).get(f"{AGREEMENT}?framework=nothing").status_code == 404
    assert client_for(people["emil"]).get(f"{AGREEMENT}?framework=gcm").status_code == 200
    assert Framework.objects.filter(code="gcm").exists()


def test_the_pages_take_few_queries(
    people: dict, client_for: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        answer(decided(people["carla"], code=str(n % 20 + 1)), people["fatos"], n % 3 == 0)
    decided(people["carla"])
    for page, most in ((SECOND, 20), (AGREEMENT, 14)):
        browser = client_for(people["fatos"])
        browser.get(page)
        with django_assert_max_num_queries(most):
            browser.get(page)
