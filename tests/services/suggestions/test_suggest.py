"""The matcher reads work: what it proposes, what it leaves alone, what it takes back, and what it remembers."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office
from migov.foundation.records.models import JournalEntry, Record
from migov.services.alignment import actions as alignment
from migov.services.alignment.models import Alignment
from migov.services.matching import Answer, Match, Reason
from migov.services.suggestions import actions, many, matcher, sources
from migov.services.suggestions.actions import NothingToRead, suggest
from migov.services.suggestions.many import Tally, suggest_many
from migov.services.suggestions.models import Examined, ModelVersion
from migov.services.suggestions.usefulness import usefulness
from migov.services.suggestions.wording import as_json
from tests.factories import RecordFactory, element, indicator, project, result
from tests.services.suggestions.conftest import PredictableMatcher

pytestmark = pytest.mark.django_db
TEXT = "Help for people. Victims of trafficking are found at the border; they are given shelter."


@pytest.fixture
def record(people: dict[str, Any], reader: PredictableMatcher) -> Record:
    """A project of Tirana about trafficking."""
    office = Office.objects.get(code="tirana")
    return project(office=office, title="Referral", summary=TEXT).record


def standing(record: Record) -> dict[str, str]:
    """Element → "status origin" of what stands."""
    rows = Alignment.objects.current().filter(record=record).select_related("element__framework")
    return {f"{row.element.framework.code} {row.element.code}": f"{row.status} {row.origin}" for row in rows}


# One record


def test_what_fits_is_proposed_with_its_words_in_their_sentence(record: Record, people: dict) -> None:
    readings = {reading.framework.code: reading for reading in suggest(record, by=people["ana"])}
    assert standing(record) == {
        "gcm 10": "proposed suggested",
        "gcm 11": "proposed suggested",
        "migof P1": "proposed suggested",
    }
    row = Alignment.objects.current().get(record=record, element=element("10"))
    assert row.source == "gcm test 1" and row.decided_by is None
    assert (row.reasons["probability"], row.reasons["model"], row.reasons["language"]) == (0.92, "gcm test 1", "en")
    assert row.reasons["words"] == ["trafficking"]
    (span,) = row.reasons["spans"]
    sentence = "Victims of trafficking are found at the border; they are given shelter."
    assert (span["text"], span["from"]) == (sentence, "Summary")
    assert [span["text"][start:end] for start, end in span["marks"]] == ["trafficking"]
    assert readings["gcm"].proposed == ("10", "11") and readings["gcm"].fits == 2


def test_nothing_fits_is_an_answer_that_is_kept(people: dict, reader: PredictableMatcher) -> None:
    record = project(office=Office.objects.get(code="tirana"), title="Housing for staff").record
    gcm = next(reading for reading in suggest(record, by=people["ana"]) if reading.framework.code == "gcm")
    assert standing(record) == {} and gcm.fits == 0
    assert gcm.best is not None and (gcm.best[0].code, gcm.best[1].probability) == ("15", 0.35)
    kept = Examined.objects.get(record=record, framework__code="gcm")
    assert (kept.best, kept.proposed, kept.model, kept.language) == (0.35, 0, "gcm test 1", "en")
    assert kept.unsure == pytest.approx(4 * 0.35 * 0.65)
    entry = JournalEntry.objects.get(record_id=record.pk, verb="matcher read")
    assert entry.by_id == people["ana"].pk and entry.detail["GCM"] == "nothing fits"


def test_what_people_decided_or_proposed_stands(record: Record, people: dict) -> None:
    alignment.reject(alignment.propose(record, element("10"), origin="sector"), by=people["carla"])
    alignment.propose(record, element("11"), origin="sector", source="DAC 15190", reasons=["The code says so"])
    suggest(record, by=people["ana"])
    suggest(record, ["gcm"], by=people["ana"])
    assert standing(record)["gcm 10"] == "rejected sector"
    assert standing(record)["gcm 11"] == "proposed sector"
    assert Examined.objects.get(record=record, framework__code="gcm").proposed == 2  # it fits, people see it otherwise


def test_a_decided_framework_is_left_alone_unless_it_is_named(record: Record, people: dict) -> None:
    alignment.declare(record, element("11"), by=people["ana"])
    assert [reading.framework.code for reading in suggest(record, by=people["ana"])] == ["migof"]
    suggest(record, ["gcm"], by=people["ana"])
    assert standing(record)["gcm 11"] == "confirmed declared" and standing(record)["gcm 10"] == "proposed suggested"


def test_an_element_is_not_proposed_above_one_that_is_confirmed(record: Record, people: dict) -> None:
    below = element("10.1", parent=element("10"), main=element("10"), kind="action")
    alignment.declare(record, below, by=people["ana"])
    suggest(record, ["gcm"], by=people["ana"])
    assert "gcm 10" not in standing(record) and "gcm 11" in standing(record)


def test_a_new_model_renews_what_it_gives_and_takes_back_the_rest(
    record: Record, people: dict, reader: PredictableMatcher
) -> None:
    suggest(record, by=people["ana"])
    alignment.confirm(Alignment.objects.current().get(record=record, element__code="P1"), by=people["ana"])
    reader.model, reader.words = "test 2", {"trafficking": {"gcm": {"10": 0.7}}}
    (reading,) = suggest(record, ["gcm"], by=people["ana"])
    assert standing(record) == {"gcm 10": "proposed suggested", "migof P1": "confirmed suggested"}
    assert reading.withdrawn == ("11",)
    assert Alignment.objects.current().get(record=record, element=element("10")).source == "gcm test 2"
    assert Alignment.objects.filter(record=record, element=element("11")).count() == 1  # the row stays for earlier days


def test_reading_the_same_again_changes_nothing(record: Record, people: dict) -> None:
    suggest(record, by=people["ana"])
    before = list(Alignment.objects.values_list("pk", flat=True))
    suggest(record, by=people["ana"])
    assert list(Alignment.objects.values_list("pk", flat=True)) == before


def test_a_framework_that_was_over_is_passed_by(people: dict, reader: PredictableMatcher) -> None:
    Framework.objects.filter(code="migof").update(valid_to=date(2020, 12, 31))
    record = project(title="Trafficking", starts=date(2021, 1, 1)).record
    assert {reading.framework.code for reading in suggest(record, by=people["carla"])} == {"gcm"}


def test_what_says_nothing_or_was_removed_is_refused_in_words(people: dict, reader: PredictableMatcher) -> None:
    with pytest.raises(NothingToRead, match="no text"):
        suggest(project(title=" ").record, by=people["carla"])
    gone = project(title="Trafficking").record
    Record.objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    with pytest.raises(NothingToRead, match="removed"):
        suggest(gone, by=people["carla"])
    assert not Examined.objects.exists()


@pytest.mark.parametrize("who", ["boris", "galina", "hana", "ion", "jan", "nobody"])
def test_others_may_not_have_it_read(record: Record, people: dict, who: str) -> None:
    with pytest.raises(PermissionDenied):
        suggest(record, by=people[who])
    assert not Alignment.objects.exists() and not Examined.objects.exists()


# Many records


def test_many_are_read_by_the_same_rules(people: dict, reader: PredictableMatcher) -> None:
    tirana, chisinau = Office.objects.get(code="tirana"), Office.objects.get(code="chisinau")
    first = project(office=tirana, title="Trafficking").record
    decided = project(office=tirana, title="Trafficking too").record
    alignment.declare(decided, element("10"), by=people["ana"])
    rejected = project(office=tirana, title="Trafficking three").record
    alignment.reject(alignment.propose(rejected, element("10"), origin="sector"), by=people["ana"])
    nothing = project(office=tirana, title="Housing").record
    empty = project(office=tirana, title=" ").record
    foreign = project(office=chisinau, title="Smuggling").record
    revision = Record.objects.get(pk=first.pk).revision
    keys = [record.pk for record in (first, decided, rejected, nothing, empty, foreign)]
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    tally = suggest_many(keys, ["gcm"], by=people["ana"], progress=tell)
    assert tally == Tally(read=3, nothing_fits=1, decided=1, without_text=1, proposed=1)
    assert told == [(0, 6), (6, 6)]
    assert standing(first) == {"gcm 10": "proposed suggested"}
    assert standing(rejected) == {"gcm 10": "rejected sector"} and standing(foreign) == {}
    made = Alignment.objects.current().get(record=first)
    assert made.reasons["spans"][0]["text"] == "Trafficking" and made.source == "gcm test 1"
    entry = JournalEntry.objects.get(record_id=first.pk, verb="alignments suggested")
    assert entry.detail == {"proposed": ["GCM 10"]} and entry.by_id == people["ana"].pk
    assert Record.objects.get(pk=first.pk).revision == revision  # no figure changed
    assert suggest_many(keys, ["gcm"], by=people["ana"]).read_before == 3
    assert suggest_many(keys, ["gcm"], by=people["ana"], anew=True).read == 3


def test_a_changed_text_and_a_new_model_are_read_again(people: dict, reader: PredictableMatcher) -> None:
    record = project(title="Trafficking and borders", summary="").record
    suggest_many([record.pk], ["gcm"], by=SYSTEM)
    Record.objects.filter(pk=record.pk).update(title="Smuggling")
    assert suggest_many([record.pk], ["gcm"], by=SYSTEM) == Tally(read=1, proposed=1, withdrawn=2)
    reader.model = "test 2"
    assert suggest_many([record.pk], ["gcm"], by=SYSTEM) == Tally(read=1, proposed=1)
    assert standing(record) == {"gcm 9": "proposed suggested"}
    assert Examined.objects.get(record=record).model == "gcm test 2"


def test_one_and_many_agree(people: dict, reader: PredictableMatcher) -> None:
    one, other = (project(title="Trafficking", summary=TEXT).record for _ in range(2))
    suggest(one, ["gcm", "migof"], by=SYSTEM)
    suggest_many([other.pk], ["gcm", "migof"], by=SYSTEM)

    def facts(record: Record) -> list[Any]:
        rows = Alignment.objects.current().filter(record=record).order_by("element_id")
        return list(rows.values_list("element_id", "status", "origin", "significance", "source", "reasons"))

    assert facts(one) == facts(other) and len(facts(one)) == 3
    read = Examined.objects.order_by("framework_id").values_list("framework_id", "best", "proposed", "unsure", "digest")
    assert list(read.filter(record=one)) == list(read.filter(record=other))


def test_the_number_of_queries_does_not_grow_with_the_records(
    people: dict, reader: PredictableMatcher, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    keys = [project(title=f"Trafficking {number}").record.pk for number in range(30)]
    parts = [result(project(title="Whole"), f"Border {number}").record.pk for number in range(10)]
    with django_assert_max_num_queries(24):
        assert suggest_many([*keys, *parts], ["gcm", "migof"], by=people["carla"]).read == 80


def test_a_stop_keeps_what_was_read(people: dict, reader: PredictableMatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migov.services.suggestions.many.PORTION", 2)
    keys = [project(title=f"Trafficking {number}").record.pk for number in range(5)]

    class Stopped(Exception):
        pass

    def stop_after_two(done: int, total: int) -> None:
        if done >= 2:
            raise Stopped

    with pytest.raises(Stopped):
        suggest_many(keys, ["gcm"], by=SYSTEM, progress=stop_after_two)
    assert Examined.objects.count() == 2
    assert suggest_many(keys, ["gcm"], by=SYSTEM) == Tally(read=3, proposed=3, read_before=2)


# What is read


def test_a_project_speaks_with_its_published_objectives_once_each(people: dict) -> None:
    made = project(title="Referral", summary="People are referred.")
    made.published = {
        "description": [
            {"@type": "1", "narrative": [["fr", "Les gens."], ["en", "People are referred."]]},
            {"@type": "2", "narrative": [["fr", "Objectif"]]},
        ]
    }
    made.save()
    (wording,) = sources.wordings([made.record]).values()
    assert wording.text == "Referral\n\nPeople are referred.\n\nObjectif"
    assert str(wording.at(wording.text.index("Obj"))[1].label) == "Objectives"


def test_a_result_speaks_with_its_indicators_and_a_little_of_its_project() -> None:
    whole = project(title=" ".join(f"word{number}" for number in range(40)))
    part = result(whole, "Victims are protected")
    indicator(part, "Victims assisted")
    (text,) = sources.texts_of([part.record]).values()
    context = " ".join(f"word{number}" for number in range(sources.CONTEXT_WORDS))
    assert text == f"Victims are protected\n\nVictims assisted\n\n{context}"


def test_kinds_without_a_reader_say_nothing() -> None:
    assert sources.texts_of([RecordFactory(kind="meeting", title="Minutes")]) == {}


def test_a_kind_has_one_reader() -> None:
    with pytest.raises(ValueError, match="already"):
        sources.register("project", lambda keys: {})


# The matcher of this process


def test_the_matcher_is_kept_until_a_framework_or_a_model_changes(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def build(made_of: matcher.Recipe, **options: Any) -> Any:
        return pickle.loads(pickle.dumps(made_of))  # noqa: S301

    monkeypatch.setattr(matcher.Recipe, "build", build)
    matcher.forget()
    try:
        first: Any = matcher.current()
        with django_assert_max_num_queries(2):
            assert matcher.current() is first
        Element.objects.filter(framework__code="gcm", code="10").update(terms=["modern slavery"])
        second: Any = matcher.current()
        assert second is not first
        gcm = next(framework for framework in second.frameworks if framework.code == "gcm")
        assert next(one for one in gcm.main if one.code == "10").terms == ("modern slavery",)
        home = Framework.objects.get(code="gcm")
        facts = {"trained_at": timezone.now(), "decisions": 20, "card": {}}
        ModelVersion.objects.create(framework=home, number=1, state="retired", data=b"old", **facts)
        assert matcher.current() is second
        ModelVersion.objects.create(framework=home, number=2, state="active", data=b"learned", **facts)
        third: Any = matcher.current()
        assert third is not second and third.learned == {"gcm": b"learned"} == matcher.recipe().learned
    finally:
        matcher.forget()


def test_a_label_teaches_most_where_the_matcher_is_unsure_and_nobody_decided() -> None:
    assert usefulness([(0.5, 0)]) == 1 > usefulness([(0.5, 5)]) > usefulness([(0.5, 20)]) == 0.5
    assert usefulness([(0.5, 0), (0.9, 0)]) == 1 > usefulness([(0.9, 0)]) > usefulness([(0.99, 0)])
    assert usefulness([]) == 0 == usefulness([(1.0, 0), (0.0, 0)])


def test_the_real_matcher_finds_the_obvious_and_shows_its_words(people: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    real = matcher.Recipe(matcher.read_frameworks(["gcm"])).build(sentence_model=False)
    monkeypatch.setattr(matcher, "current", lambda: real)
    summary = "Police, prosecutors and shelters identify and protect victims of trafficking in persons."
    record = project(title="Against trafficking in persons", summary=summary).record
    (reading,) = suggest(record, by=people["carla"])
    assert reading.best is not None and reading.best[0].code == "10" and "10" in reading.proposed
    reasons = Alignment.objects.current().get(record=record, element=element("10")).reasons
    words = [span["text"][start:end].lower() for span in reasons["spans"] for start, end in span["marks"]]
    assert any("trafficking" in word for word in words)


# While others work


def test_a_retired_element_is_not_proposed_even_where_the_matcher_still_knew_it(record: Record, people: dict) -> None:
    Element.objects.filter(pk=element("10").pk).update(retired_at=timezone.now())
    (alone,) = suggest(record, ["gcm"], by=people["ana"])
    assert alone.proposed == ("11",) and standing(record) == {"gcm 11": "proposed suggested"}
    other = project(title="Trafficking").record
    suggest_many([other.pk], ["gcm"], by=SYSTEM)
    assert standing(other) == {}


def test_an_element_that_is_retired_while_a_job_runs_is_not_proposed_after_that(
    reader: PredictableMatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "PORTION", 1)
    first, second = (project(title=f"Trafficking {number}").record for number in range(2))

    def retire(done: int, total: int) -> None:
        if done == 1:
            Element.objects.filter(pk=element("10").pk).update(retired_at=timezone.now())

    suggest_many([first.pk, second.pk], ["gcm"], by=SYSTEM, progress=retire)
    assert standing(first) == {"gcm 10": "proposed suggested"} and standing(second) == {}


def test_what_people_take_back_while_a_job_runs_did_not_stand_beside_what_the_job_writes(
    people: dict, reader: PredictableMatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "PORTION", 1)
    first, second = (project(title=f"Trafficking {number}").record for number in range(2))
    before = alignment.propose(second, element("10"), origin="sector", source="DAC 15190")

    def take_back(done: int, total: int) -> None:
        if done == 1:
            alignment.withdraw(before, by=people["carla"])

    suggest_many([first.pk, second.pk], ["gcm"], by=SYSTEM, progress=take_back)
    earlier, later = Alignment.objects.filter(record=second, element=element("10")).order_by("pk")
    assert earlier.superseded_at is not None and later.recorded_at >= earlier.superseded_at


def test_two_people_who_have_the_same_record_read_take_turns(
    record: Record, people: dict, reader: PredictableMatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = actions._write

    def somebody_else_first(*given: Any) -> Any:
        monkeypatch.setattr(actions, "_write", write)
        reader.model = "test 2"
        suggest(record, ["gcm"], by=people["carla"])
        return write(*given)

    monkeypatch.setattr(actions, "_write", somebody_else_first)
    suggest(record, ["gcm"], by=people["ana"])
    sources_given = Alignment.objects.filter(record=record, element=element("10")).order_by("pk").values_list("source")
    assert [source for (source,) in sources_given] == ["gcm test 2", "gcm test 1"]


def test_a_text_without_full_stops_is_quoted_near_the_strongest_words_only() -> None:
    text = "Trafficking in persons " + "and so on " * 5000 + "border posts"
    far = Reason(len(text) - 12, len(text) - 6, "border", 1.0)
    match = Match("10", 1.0, 0.7, True, (far, Reason(0, 11, "Trafficking", 2.0), Reason(15, 22, "persons", 1.5)))
    kept = as_json(match, Answer("gcm", (match,)), sources.join([sources.Part(text)]))
    (span,) = kept["spans"]
    assert [span["text"][start:end] for start, end in span["marks"]] == ["Trafficking", "persons"]
    assert len(span["text"]) < 200 and kept["words"] == ["Trafficking", "persons", "border"]
