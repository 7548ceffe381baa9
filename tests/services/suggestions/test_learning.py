"""Learning from decisions: what teaches, when a new model is used, and going back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.access import SYSTEM, allowed
from migov.foundation.records.models import JournalEntry, Record
from migov.services.alignment import actions as alignment
from migov.services.jobs.models import Job, JobState
from migov.services.matching.answers import Labelled
from migov.services.suggestions import decisions, learning, matcher
from migov.services.suggestions.comparing import halves, unlike
from migov.services.suggestions.models import ModelVersion
from tests.factories import element, project
from tests.services.suggestions.taught import (
    ACTIVE,
    BEFORE,
    FIGURES,
    REFUSED,
    RETIRED,
    SUBJECTS,
    Engine,
    decide,
    decide_enough,
    version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    monkeypatch.setattr(learning, "_learn", made.learn)
    monkeypatch.setattr(learning, "_compare", made.compare)
    return made


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record says its title, whatever readers its room has registered."""

    def titles(records: Iterable[Record]) -> dict[int, str]:
        return dict(Record.objects.filter(pk__in=[record.pk for record in records]).values_list("pk", "title"))

    monkeypatch.setattr("migov.services.suggestions.sources.texts_of", titles)


@pytest.fixture
def gcm() -> Framework:
    return Framework.objects.get(code="gcm")


# What teaches


def test_confirmed_and_rejected_proposals_teach_and_the_rest_is_unknown(people: dict, gcm: Framework) -> None:
    record = project(title="Referral of victims").record
    alignment.declare(record, element("10"), by=people["carla"])
    alignment.reject(alignment.propose(record, element("7"), origin="suggested"), by=people["carla"])
    alignment.propose(record, element("2"), origin="suggested")
    (one,) = decisions.labelled(gcm)
    assert (one.text, one.fits, one.rejected) == ("Referral of victims", frozenset({"10"}), frozenset({"7"}))
    assert not one.complete and one.key == str(record.pk)
    assert decisions.number_of([one]) == 2


@pytest.mark.parametrize("origin", ["published", "sector", "suggested"])
def test_what_no_person_decided_does_not_teach(people: dict, gcm: Framework, origin: str) -> None:
    record = project().record
    proposed = alignment.propose(record, element("10"), origin=origin)
    by_program = alignment.confirm(proposed, by=SYSTEM)
    assert decisions.labelled(gcm) == []
    alignment.confirm(by_program, significance="principal", by=people["carla"])
    assert [one.fits for one in decisions.labelled(gcm)] == [{"10"}]


def test_targets_count_under_their_goal_but_their_rejection_does_not(people: dict) -> None:
    sdg = Framework.objects.get(code="sdg")
    record = project().record
    alignment.declare(record, element("10.7", "sdg"), by=people["carla"])
    alignment.reject(alignment.propose(record, element("8.8", "sdg"), origin="suggested"), by=people["carla"])
    alignment.reject(alignment.propose(record, element("5", "sdg"), origin="suggested"), by=people["carla"])
    (one,) = decisions.labelled(sdg)
    assert one.fits == {"10"} and one.rejected == {"5"}


def test_records_that_were_removed_and_decisions_taken_back_do_not_teach(people: dict, gcm: Framework) -> None:
    removed, taken_back = decide(2, people["carla"])
    Record.objects.filter(pk=removed.pk).update(removed_at=timezone.now())
    alignment.withdraw(taken_back.alignments.current().get(), by=people["carla"])
    assert decisions.labelled(gcm) == []


def test_reading_decisions_takes_few_queries(
    people: dict, gcm: Framework, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    decide(30, people["carla"])
    with django_assert_max_num_queries(3):
        assert len(decisions.labelled(gcm)) == 30


# Training


def test_a_better_model_is_used_and_the_one_before_retires(people: dict, gcm: Framework, engine: Engine) -> None:
    decide(20, people["carla"])
    first = learning.train(gcm, by=people["emil"])
    decide(20, people["carla"], code="7")
    second = learning.train(gcm, by=people["hana"])
    first.refresh_from_db()
    assert (first.number, first.state, second.number, second.state) == (1, RETIRED, 2, ACTIVE)
    assert (first.card["before"], second.card["before"]) == (0, 1)
    assert (bytes(first.data), bytes(second.data)) == (b"learned 1", b"learned 2")
    assert second.trained_by == people["hana"] and second.decisions == 40
    entry = JournalEntry.objects.filter(verb="matcher trained").first()
    assert entry is not None and entry.detail == {"framework": "gcm", "model": 2, "state": "active", "decisions": 40}


def test_a_model_that_is_not_better_is_kept_with_the_reason_and_not_used(
    people: dict, gcm: Framework, engine: Engine
) -> None:
    decide(20, people["carla"])
    engine.better = False
    refused = learning.train(gcm, by=people["emil"])
    assert refused.state == REFUSED and "not better than the base model" in refused.card["reason"]
    with pytest.raises(learning.CannotLearn, match="cannot be put in use"):
        learning.activate(refused, by=people["emil"])
    assert learning.active(gcm) is None


def test_without_any_rejection_it_is_said_what_is_missing(
    people: dict, gcm: Framework, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = matcher.Recipe(matcher.read_frameworks(["gcm"])).build(sentence_model=False)
    monkeypatch.setattr(matcher, "current", lambda: real)
    decide(20, people["carla"])
    with pytest.raises(learning.CannotLearn, match="All 20 decisions say that an element fits"):
        learning.train(gcm, by=people["emil"])


@pytest.mark.parametrize(("confirmed", "state"), [(111, REFUSED), (110, REFUSED), (106, ACTIVE), (60, ACTIVE)])
def test_a_model_that_has_seen_hardly_any_rejection_is_not_used(
    people: dict, gcm: Framework, engine: Engine, confirmed: int, state: str
) -> None:
    """It would look right whatever it proposed, since of what was held out nearly everything fits."""
    decide(20, people["carla"])
    engine.card = {"decisions": 116, "confirmed": confirmed}
    made = learning.train(gcm, by=people["emil"])
    assert made.state == state
    assert (state == REFUSED) == ("are rejections; at least 10 are needed" in made.card.get("reason", ""))


def test_a_model_must_beat_the_one_in_use_on_what_that_has_not_seen(
    people: dict, gcm: Framework, engine: Engine
) -> None:
    """Better than the base model is not enough: it could still be worse than what people work with."""
    old = decide(20, people["carla"])
    standing = learning.train(gcm, by=people["emil"])
    decide(20, people["carla"], code="7")
    # A record that the model in use has read teaches nothing about it, however new the decision on it is.
    alignment.declare(old[0], element("7"), by=people["carla"])
    engine.better_than_in_use = False
    refused = learning.train(gcm, by=people["emil"])
    standing.refresh_from_db()
    assert engine.compared == [(b"learned 1", 20, 20)]
    assert (standing.state, refused.state) == (ACTIVE, REFUSED)
    assert "not better than model 1, which stays in use" in refused.card["reason"]
    assert refused.card["since"]["decisions"] == 20 and refused.card["better"] is False


def test_without_enough_decisions_since_the_model_in_use_nothing_can_be_told(
    people: dict, gcm: Framework, engine: Engine
) -> None:
    decide_enough(people["carla"])
    learning.train(gcm, by=people["emil"])
    decide(3, people["carla"], code="7")
    for ask in (learning.train, learning.ask_to_train):
        with pytest.raises(learning.CannotLearn, match="Since model 1 was trained there are 3 decisions"):
            ask(gcm, by=people["emil"])
    assert ModelVersion.objects.count() == 1 and not Job.objects.exists()
    learning.use_none(gcm, by=people["emil"])
    assert learning.train(gcm, by=people["emil"]).number == 2


def test_near_copies_of_what_a_model_has_read_do_not_test_it() -> None:
    text = "Training of border guards and police officers on the identification and referral of victims of trafficking"
    copied, other = (
        Labelled(f"{text} in Moldova"),
        Labelled("Housing of displaced families in the host communities of Jordan"),
    )
    assert unlike([copied, other], [Labelled(text)]) == [other]


def test_every_new_decision_is_asked_about_and_never_of_who_has_learnt_it() -> None:
    texts = [Labelled(f"subject {n} of work number {n * 7}", frozenset({"10"})) for n in range(20)]
    parts = halves(texts)
    assert sorted(one.text for _learnt, asked in parts for one in asked) == sorted(one.text for one in texts)
    assert all(not {one.text for one in learnt} & {one.text for one in asked} for learnt, asked in parts)


def test_a_model_put_in_use_meanwhile_is_not_pushed_aside(
    people: dict, gcm: Framework, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(20, people["carla"])

    def learn(framework: Framework, examples: Sequence[Labelled]) -> Any:
        version(framework, 1, ACTIVE)
        return engine.learn(framework, examples)

    monkeypatch.setattr(learning, "_learn", learn)
    with pytest.raises(learning.CannotLearn, match="put in use meanwhile"):
        learning.train(gcm, by=people["emil"])
    assert ModelVersion.objects.get().number == 1


def test_fewer_than_twenty_decisions_are_refused_in_a_clear_sentence(
    people: dict, gcm: Framework, engine: Engine
) -> None:
    decide(19, people["carla"])
    for ask in (learning.train, learning.ask_to_train):
        with pytest.raises(learning.CannotLearn, match="There are 19 decisions to learn from; at least 20 are needed"):
            ask(gcm, by=people["emil"])
    assert engine.given == [] and not ModelVersion.objects.exists() and not Job.objects.exists()


def test_too_few_rejections_are_refused_before_a_worker_is_asked(people: dict, gcm: Framework, engine: Engine) -> None:
    decide(30, people["carla"])
    decide(9, people["carla"], confirmed=False)
    with pytest.raises(learning.CannotLearn, match="Of 39 decisions 9 are rejections; at least 10 are needed"):
        learning.ask_to_train(gcm, by=people["emil"])
    assert not Job.objects.exists()
    decide(1, people["carla"], confirmed=False, code="7")
    assert learning.ask_to_train(gcm, by=people["emil"]).title == "Matcher: learn GCM from decisions"


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"log_loss": 0.5}, "They surprised it no less: log loss 0.500, and 0.400 of the base model."),
        ({"log_loss": 0.3, "average_precision": 0.6}, "average precision 60.0"),
        ({"log_loss": 0.3}, "base model. What was in use stays in use."),
    ],
)
def test_a_model_that_is_not_used_says_in_what_it_was_not_better(
    people: dict, gcm: Framework, engine: Engine, figures: dict[str, float], said: str
) -> None:
    decide(20, people["carla"])
    engine.better = False
    engine.card = {"base": BEFORE | {"log_loss": 0.4}, "learned": FIGURES | figures}
    refused = learning.train(gcm, by=people["emil"])
    assert said in refused.card["reason"] and refused.card["reason"].endswith("What was in use stays in use.")


def test_further_labelled_sets_count_and_are_named_in_the_card(people: dict, gcm: Framework, engine: Engine) -> None:
    decide(5, people["carla"])
    more = [Labelled(f"text {n}", frozenset({"10"})) for n in range(15)]
    made = learning.train(gcm, by=SYSTEM, more=more, sources=["labels.jsonl"])
    assert made.state == ACTIVE and made.decisions == 20 and made.trained_by is None
    assert made.card["sources"] == ["labels.jsonl"] and len(engine.given) == 20


def test_figures_that_no_row_gives_are_kept_as_nothing(people: dict, gcm: Framework, engine: Engine) -> None:
    """NaN is no JSON: PostgreSQL would refuse the whole card."""
    decide(20, people["carla"])
    engine.card = {"learned": FIGURES | {"precision": float("nan")}, "threshold": float("inf")}
    made = learning.train(gcm, by=people["emil"])
    json.dumps(made.card, allow_nan=False)
    assert made.card["learned"]["precision"] is None and made.card["threshold"] is None


def test_the_database_holds_one_model_in_use(gcm: Framework) -> None:
    version(gcm, 1, ACTIVE)
    with pytest.raises(IntegrityError), transaction.atomic():
        version(gcm, 2, ACTIVE)


def test_the_job_trains_and_leads_to_the_card(
    people: dict, gcm: Framework, engine: Engine, django_capture_on_commit_callbacks: Any
) -> None:
    decide_enough(people["carla"])
    with django_capture_on_commit_callbacks(execute=True):
        job = learning.ask_to_train(gcm, by=people["emil"])
    job.refresh_from_db()
    made = ModelVersion.objects.get()
    assert (job.state, job.summary["state"]) == (JobState.DONE, "active"), job.error
    assert learning.page_of(job) == reverse("suggestions:model", args=[made.pk])


def test_one_training_of_a_framework_at_a_time(people: dict, gcm: Framework, engine: Engine) -> None:
    decide_enough(people["carla"])
    learning.ask_to_train(gcm, by=people["emil"])
    with pytest.raises(learning.CannotLearn, match="being trained for this framework already"):
        learning.ask_to_train(gcm, by=people["hana"])


def test_a_training_that_is_stopped_keeps_nothing(people: dict, gcm: Framework, engine: Engine) -> None:
    decide(20, people["carla"])

    def stop(step: int, words: str) -> None:
        if step == 2:
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        learning.train(gcm, by=people["emil"], tell=stop)
    assert not ModelVersion.objects.exists()


def test_the_real_matcher_learns_from_decisions_and_is_compared_with_itself(
    people: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without stand-ins: people call the work of a fictitious programme P1, which no base model can know, and later P3."""
    migof = Framework.objects.get(code="migof")
    frameworks = matcher.read_frameworks(["migof"])

    def current() -> Any:
        used = ModelVersion.objects.filter(state=ACTIVE).values_list("framework__code", "data")
        data = {code: bytes(content) for code, content in used}
        return matcher.Recipe(frameworks, data).build(sentence_model=False)

    monkeypatch.setattr(matcher, "current", lambda: base)
    base = current()

    def taught(words: str, fits: str, other: str, number: int) -> None:
        for n in range(number):
            title = f"{words} {SUBJECTS[n % len(SUBJECTS)]} {n} {SUBJECTS[(n * 3 + 1) % len(SUBJECTS)]} phase {n + 2}"
            record = project(title=title).record
            alignment.declare(record, element(fits, "migof"), by=people["carla"])
            alignment.reject(alignment.propose(record, element(other, "migof"), origin="suggested"), by=people["carla"])

    taught("Zephyr", "P1", "P3", 12)
    first = learning.train(migof, by=people["emil"])
    assert first.state == ACTIVE and first.card["learned"]["log_loss"] < first.card["base"]["log_loss"]
    top = current().match("Zephyr orchard phase 3", "migof").matches[0]
    assert top.code == "P1" and current().model_name("migof").endswith("learned 1")
    taught("Quokka", "P3", "P1", 12)
    second = learning.train(migof, by=people["emil"])
    assert second.state == ACTIVE, second.card
    assert second.card["since"]["decisions"] == 24
    assert second.card["since"]["learned"]["brier"] < second.card["since"]["base"]["brier"]


# Going back


def test_going_back_and_forward_again(people: dict, gcm: Framework) -> None:
    old, new = version(gcm, 1, RETIRED), version(gcm, 2, ACTIVE)
    learning.activate(old, by=people["emil"])
    assert learning.active(gcm) == old
    learning.activate(new, by=people["kim"])
    assert learning.active(gcm) == new
    assert learning.use_none(gcm, by=people["hana"]) is True
    assert learning.active(gcm) is None and learning.use_none(gcm, by=people["hana"]) is False
    told = JournalEntry.objects.filter(verb="matcher model put in use").values_list("by_name", "detail__model")
    assert list(told) == [("hana", 0), ("kim", 2), ("emil", 1)]


@pytest.mark.parametrize("who", ["ana", "carla", "fatos", "galina", "ion", "jan", "nobody"])
def test_only_those_who_answer_for_the_matcher_change_it(
    people: dict, gcm: Framework, engine: Engine, who: str
) -> None:
    decide(20, people["carla"])
    old = version(gcm, 1, RETIRED)
    for act in (
        lambda: learning.train(gcm, by=people[who]),
        lambda: learning.ask_to_train(gcm, by=people[who]),
        lambda: learning.activate(old, by=people[who]),
        lambda: learning.use_none(gcm, by=people[who]),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not allowed(people[who], "matching.train")
    assert ModelVersion.objects.get().state == RETIRED and not Job.objects.exists()


@pytest.mark.parametrize("who", ["emil", "hana", "kim"])
def test_officers_management_and_administrators_may_train(people: dict, who: str) -> None:
    assert allowed(people[who], "matching.train") and allowed(people[who], "matching.see")
