"""Learning from decisions: never worse silently, the more decisions the better, saved and read back."""

from __future__ import annotations

import random

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
    with pytest.raises(ValueError, match="not a learned model"):
        Learned.load(b"not one")


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
