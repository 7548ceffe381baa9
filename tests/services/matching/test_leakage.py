"""Near-duplicates are found whatever their layout, and never stand on both sides of a split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.services.matching import Labelled
from migov.services.matching.leakage import Leak, drop_leaks, duplicates, leaks, split

WELL = (
    "The project drills forty wells in rural districts of Tajikistan and trains committees that keep the pumps running."
)
JOB = (
    "Welders, cooks and care assistants can have the trade that they learned abroad assessed and certified in Georgia."
)
LAW = (
    "Draft article nine shortens the longest stay in detention to thirty days and asks for a judge within two of them."
)


def filler(number: int) -> str:
    """A text of its own: no five words in a row are shared between two numbers."""
    return " ".join(f"word{number}x{at}" for at in range(30))


def test_layout_case_and_punctuation_do_not_hide_a_copy():
    copy = WELL.upper().replace(",", " —").replace(" ", "\n  ")
    assert leaks([JOB, copy], [LAW, WELL]) == [Leak(1, 1, 1.0)]


def test_a_passage_of_a_longer_text_is_found():
    page = f"{filler(1)} {WELL} {filler(2)}"
    assert leaks([WELL], [JOB, page]) == [Leak(0, 1, 1.0)]
    assert leaks([page], [JOB, WELL]) == [Leak(0, 1, 1.0)]


def test_a_few_changed_words_do_not_hide_a_copy():
    changed = WELL.replace("forty", "fifty")
    [leak] = leaks([changed], [WELL])
    assert 0.5 < leak.score < 1


def test_other_words_on_the_same_thing_are_no_copy():
    other = "Forty wells are drilled in Tajikistan's countryside; committees learn how to keep pumps running there."
    assert leaks([other], [WELL]) == []


def test_a_common_turn_of_phrase_is_no_copy():
    assert (
        leaks(
            ["access to basic services for migrants"],
            [f"{filler(1)} access to basic services for migrants {filler(2)}"],
        )
        == []
    )
    assert leaks(["access to basic services"], ["Access to basic services."]) == [Leak(0, 0, 1.0)]


def test_the_closest_partner_is_named():
    near = WELL.replace("forty", "fifty")
    assert leaks([WELL], [near, WELL, WELL]) == [Leak(0, 1, 1.0)]


def test_empty_texts_are_like_nothing():
    assert leaks(["", "…"], ["", "…", WELL]) == []
    assert leaks([], [WELL]) == leaks([WELL], []) == []


def test_duplicates_within_a_set_point_back():
    assert duplicates([WELL, JOB, WELL.lower(), LAW, JOB]) == [Leak(2, 0, 1.0), Leak(4, 1, 1.0)]


def test_training_texts_that_leak_are_dropped():
    train, test = [Labelled(WELL), Labelled(JOB), Labelled(LAW)], [Labelled(JOB.upper())]
    kept, dropped = drop_leaks(train, test)
    assert [one.text for one in kept] == [WELL, LAW]
    assert dropped == [Leak(1, 0, 1.0)]


def test_other_alphabets_are_compared_alike():
    text = "Проект бурит сорок колодцев в сельских районах и обучает комитеты, которые следят за насосами."
    assert leaks([text.upper()], [WELL, text]) == [Leak(0, 1, 1.0)]


def test_thousands_of_texts_with_one_standard_sentence_are_told_apart():
    standard = "This activity shows details of the operations for the year and of those that follow it in later years."
    texts = [f"{standard} {filler(at)}" for at in range(3000)]
    assert leaks(texts[:300], texts) == [Leak(at, at, 1.0) for at in range(300)]


# Splitting


def labelled(number: int, codes: str = "ab") -> list[Labelled]:
    return [Labelled(filler(at), frozenset({codes[at % len(codes)]})) for at in range(number)]


def test_a_split_has_the_stated_size_and_loses_nothing():
    texts = labelled(40)
    train, test = split(texts, 0.25, seed=1)
    assert len(test) == 10
    assert sorted(one.text for one in [*train, *test]) == sorted(one.text for one in texts)
    assert [one for one in texts if one in train] == train


def test_a_split_can_be_repeated():
    texts = labelled(40)
    assert split(texts, seed=1) == split(texts, seed=1)
    assert split(texts, seed=1) != split(texts, seed=2)


def test_near_duplicates_stay_on_one_side():
    texts = [Labelled(f"{filler(at // 3)} {'again ' * (at % 3)}", frozenset({"a"})) for at in range(60)]
    train, test = split(texts, 0.3, seed=0)
    assert len(test) == 18
    assert leaks([one.text for one in test], [one.text for one in train]) == []


def test_elements_are_shared_out_evenly():
    texts = [*labelled(80, "a"), *[Labelled(filler(100 + at), frozenset({"rare"})) for at in range(8)]]
    for seed in range(5):
        _, test = split(texts, 0.25, seed)
        assert sum("rare" in one.fits for one in test) == 2
        assert sum("a" in one.fits for one in test) == 20


def test_what_is_rejected_and_what_fits_nothing_is_shared_out_as_well():
    texts = [Labelled(filler(at), rejected=frozenset({"a"}), complete=False) for at in range(12)]
    texts += [Labelled(filler(50 + at)) for at in range(12)]
    _, test = split(texts, 0.25, seed=0)
    assert sum(bool(one.rejected) for one in test) == 3
    assert len(test) == 6


def test_two_texts_make_two_parts():
    train, test = split(labelled(2), 0.25)
    assert len(train) == len(test) == 1


def test_copies_of_one_text_cannot_be_parted():
    train, test = split([Labelled(WELL)] * 5)
    assert (len(train), len(test)) == (5, 0)


@pytest.mark.parametrize("share", [0, 1, -0.5, 2])
def test_a_share_outside_nought_and_one_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        split(labelled(4), share)


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["a", "b", "c", ""])), max_size=30), st.integers(0, 3))
def test_any_split_keeps_every_text_once_and_copies_together(made, seed):
    texts = [Labelled(filler(number), frozenset({code} - {""}), key=str(at)) for at, (number, code) in enumerate(made)]
    train, test = split(texts, 0.25, seed)
    assert sorted(int(one.key) for one in [*train, *test]) == list(range(len(texts)))
    assert not {one.text for one in train} & {one.text for one in test}
    if len({number for number, _ in made}) > 1:
        assert train and test
