"""Learning from decisions: never worse silently, the more decisions the better, saved and read back."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from migov.services.matching import Element, Framework, Labelled, Learned, Matcher, TooFewDecisions, learn
from migov.services.matching.build import shipped_frameworks
from migov.services.matching.knowledge import knowledge_of

HABITS = {"A": ["orange lantern", "silver comb", "wooden spoon"], "B": ["paper boat", "iron kettle", "glass marble"]}
PLAN = Framework(
    "plan", "Plan", (Element("A", "Tables and chairs", main="A"), Element("B", "Doors and windows", main="B"))
)


def passages(number: int, seed: int = 0) -> list[Labelled]:
    """Texts whose element shows only in the office's own words, which the framework does not name."""
    draw = random.Random(seed)
    filler = [
        "report",
        "meeting",
        "district",
        "support",
        "plan",
        "measure",
        "result",
        "ministry",
        "training",
        "visit",
        "staff",
        "unit",
    ]
    found = []
    for at in range(number):
        code = "AB"[at % 2]
        text = " ".join(
            [
                *draw.sample(filler, 6),
                draw.choice(HABITS[code]),
                *draw.sample(filler, 6),
                f"case {chr(97 + at % 26)}{chr(97 + at // 26)}",
            ]
        )
        found.append(Labelled(text, frozenset({code}), frozenset("AB") - {code}, False, str(at)))
    return found


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([PLAN, *shipped_frameworks()], sentence_model=False)


def test_decisions_teach_the_words_of_the_office(matcher: Matcher) -> None:
    trained = learn(matcher, "plan", passages(160))
    assert trained.better
    card = trained.card
    assert card["learned"]["log_loss"] < card["base"]["log_loss"]
    assert card["learned"]["p_at_1"] > 0.9 > card["base"]["p_at_1"]
    assert card["held_out"] == pytest.approx(40, abs=5)
    taught = Matcher([PLAN], sentence_model=False, learned={"plan": trained.learned})
    answer = taught.match("A visit to the office with an orange lantern and a silver comb.", "plan")
    assert answer.matches[0].code == "A"
    assert "orange lantern" in " ".join(reason.text for reason in answer.matches[0].reasons)
    assert taught.model_name("plan").endswith(trained.learned.name)


def test_few_decisions_cannot_make_it_much_worse() -> None:
    """Twenty-four random decisions against the base model of the Global Compact: the penalty holds."""
    matcher = Matcher(shipped_frameworks(), sentence_model=False)
    examples = list(knowledge_of("gcm").examples)
    random.Random(1).shuffle(examples)
    trained = learn(matcher, "gcm", examples[:24])
    card = trained.card
    assert card["learned"]["log_loss"] <= card["base"]["log_loss"] + 0.02
    rest = [one.text for one in examples[24:200]]
    plain = matcher.match_many(rest, "gcm", reasons=False)
    taught = Matcher(shipped_frameworks(), sentence_model=False, learned={"gcm": trained.learned}).match_many(
        rest, "gcm", reasons=False
    )
    right = [
        (a.matches[0].code in e.fits, b.matches[0].code in e.fits)
        for a, b, e in zip(plain, taught, examples[24:200], strict=True)
    ]
    assert sum(b for _, b in right) >= sum(a for a, _ in right) - 5


def test_a_hundred_confirmations_do_not_teach_that_everything_fits() -> None:
    """Reviewers mostly confirm what is proposed; a text about nothing of the kind still gets no suggestion."""
    matcher = Matcher(shipped_frameworks(), sentence_model=False)
    examples = [one for one in knowledge_of("gcm").examples if one.fits][::4][:110]
    confirmed = [Labelled(one.text, one.fits, frozenset(), False) for one in examples]
    rejected = [
        Labelled(one.text, frozenset(), frozenset({"23"}), False)
        for one in knowledge_of("gcm").examples[2:12:3]
        if "23" not in one.fits
    ]
    trained = learn(matcher, "gcm", [*confirmed, *rejected])
    taught = Matcher(shipped_frameworks(), sentence_model=False, learned={"gcm": trained.learned})
    copper = "The price of copper rose by three per cent in the second quarter."
    assert taught.match(copper, "gcm").nothing_fits
    assert trained.learned.threshold >= matcher.reader("gcm").weights.threshold
    texts = [one.text for one in knowledge_of("gcm").examples[1::9]]
    often = [sum(len(a.suggested) for a in m.match_many(texts, "gcm", reasons=False)) for m in (matcher, taught)]
    assert often[1] < 1.5 * often[0]


def test_decisions_without_sense_are_not_taken_up(matcher: Matcher) -> None:
    draw = random.Random(3)
    noise = [
        Labelled(one.text, frozenset(code), frozenset("AB") - frozenset(code), False)
        for one in passages(120, seed=5)
        for code in [draw.choice("AB")]
    ]
    trained = learn(matcher, "plan", noise)
    assert trained.better is (trained.card["learned"]["log_loss"] < trained.card["base"]["log_loss"])
    assert trained.card["learned"]["log_loss"] > 0.6


def test_the_same_decisions_give_the_same_model_and_it_is_read_back_as_it_was(matcher: Matcher) -> None:
    one, two = (learn(matcher, "plan", passages(60)) for _ in range(2))
    assert one.card == two.card
    again = Learned.load(one.learned.dump())
    assert again.codes == one.learned.codes
    assert again.threshold == one.learned.threshold
    assert np.allclose(again.heads, two.learned.heads, atol=1e-6)
    whole = one.learned.dump()
    for damaged in (b"not one", b"PK\x03\x04junk", whole[: len(whole) // 2], b""):
        with pytest.raises(ValueError, match="not a learned model"):
            Learned.load(damaged)
    wrong = replace(one.learned, heads=np.zeros((1, 1)))
    with pytest.raises(ValueError, match="do not fit together"):
        Learned.load(wrong.dump())


def test_a_correction_is_set_aside_where_the_base_model_is_another(matcher: Matcher) -> None:
    learned = learn(matcher, "plan", passages(60)).learned
    same = Matcher([PLAN], sentence_model=False, learned={"plan": learned})
    assert same.learned_for("plan") is learned
    changed = replace(PLAN, elements=(*PLAN.elements, Element("C", "Floors", main="C")))
    other = Matcher([changed], sentence_model=False, learned={"plan": learned})
    assert other.learned_for("plan") is None
    assert "learned" not in other.model_name("plan")


def test_what_repeats_is_counted_once(matcher: Matcher) -> None:
    some = passages(60)
    again = [Labelled(one.text + " indeed", one.fits, one.rejected, one.complete, f"{one.key}-2") for one in some[:20]]
    assert learn(matcher, "plan", [*some, *again]).card["leaks_removed"] >= 20


@pytest.mark.parametrize(
    "labelled",
    [
        [],
        passages(8),
        [Labelled(f"text number {n} of an office", frozenset("A"), frozenset(), False) for n in range(60)],
    ],
)
def test_too_few_decisions_are_refused(matcher: Matcher, labelled: list[Labelled]) -> None:
    with pytest.raises(TooFewDecisions, match="20 decisions are needed"):
        learn(matcher, "plan", labelled)
