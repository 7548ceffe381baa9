"""Figures against cases worked out by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics

from migov.services.matching import measures
from migov.services.matching.agreement import agreement, cohens_kappa, krippendorffs_alpha

# Three texts, three elements. The second text's first element was never judged.
TRUTH = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
PROBABILITY = np.array([[0.9, 0.2, 0.6], [0.8, 0.7, 0.3], [0.1, 0.4, 0.35]])
SUGGESTED = PROBABILITY >= 0.5
KNOWN = np.array([[1, 1, 1], [0, 1, 1], [1, 1, 1]], dtype=bool)


def chance(seed: int, texts: int = 60, elements: int = 7) -> tuple[measures.Flags, measures.Scores]:
    """Labels with something fitting and something not in each text, every element used, and scores without ties."""
    draw = np.random.default_rng(seed)
    truth = draw.random((texts, elements)) < 0.3
    rows = np.arange(texts)
    truth[rows, rows % elements] = True
    truth[rows, (rows + 1) % elements] = False
    return truth, draw.random((texts, elements))


def test_counts_by_hand():
    found = measures.count(TRUTH, SUGGESTED)
    assert found.right.tolist() == [1, 1, 0]
    assert found.wrong.tolist() == [1, 0, 1]
    assert found.missed.tolist() == [0, 0, 2]
    assert found.rest.tolist() == [1, 2, 0]
    assert found.f1 == pytest.approx([2 / 3, 1.0, 0.0])
    assert found.accuracy == pytest.approx([2 / 3, 1.0, 0.0])


def test_a_pair_that_nobody_judged_counts_nowhere():
    found = measures.count(TRUTH, SUGGESTED, KNOWN)
    assert found.wrong.tolist() == [0, 0, 1]
    assert found.precision == pytest.approx([1.0, 1.0, 0.0])
    assert measures.brier(TRUTH, PROBABILITY, KNOWN) == pytest.approx(
        np.mean([0.01, 0.04, 0.36, 0.09, 0.49, 0.01, 0.16, 0.4225])
    )


def test_rankings_by_hand():
    # Order of the texts' elements: 0 2 1 | 0 1 2 | 1 2 0.
    assert measures.precision_at_1(TRUTH, PROBABILITY) == pytest.approx(1 / 3)
    assert measures.recall_at(TRUTH, PROBABILITY, 2) == pytest.approx((1 + 0.5 + 1) / 3)
    assert measures.mean_average_precision(TRUTH, PROBABILITY) == pytest.approx((1 + (1 / 2 + 2 / 3) / 2 + 1 / 2) / 3)


def test_what_nobody_judged_takes_no_place_in_a_ranking():
    # Without its first element all that is left of the second text fits: it cannot be ranked.
    assert measures.rankable(TRUTH, KNOWN).tolist() == [True, False, True]
    assert measures.precision_at_1(TRUTH, PROBABILITY, KNOWN) == pytest.approx(1 / 2)
    hidden = np.array([[True, True, False]])
    assert measures.mean_average_precision(TRUTH[:1], np.array([[0.2, 0.1, 0.9]]), hidden) == 1.0
    assert measures.lrap(TRUTH[:1], np.array([[0.2, 0.1, 0.9]]), hidden) == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scikit_learn(seed):
    truth, scores = chance(seed)
    suggested = scores > 0.6
    assert measures.macro_f1(truth, suggested) == pytest.approx(metrics.f1_score(truth, suggested, average="macro"))
    assert measures.micro_f1(truth, suggested) == pytest.approx(metrics.f1_score(truth, suggested, average="micro"))
    assert measures.average_precision(truth, scores) == pytest.approx(
        metrics.average_precision_score(truth, scores, average="micro")
    )
    lrap = metrics.label_ranking_average_precision_score(truth, scores)
    assert measures.lrap(truth, scores) == pytest.approx(lrap)
    assert measures.mean_average_precision(truth, scores) == pytest.approx(lrap)
    assert measures.brier(truth, scores) == pytest.approx(metrics.brier_score_loss(truth.ravel(), scores.ravel()))
    top = metrics.top_k_accuracy_score(truth.argmax(axis=1), scores, k=1, labels=range(7))
    first = np.zeros_like(truth)
    first[np.arange(60), truth.argmax(axis=1)] = True
    assert measures.precision_at_1(first, scores) == pytest.approx(top)


def test_equal_scores_count_against_lrap_only():
    level = np.zeros((1, 4))
    truth = np.array([[True, False, False, False]])
    assert measures.mean_average_precision(truth, level) == 1.0
    assert measures.lrap(truth, level) == pytest.approx(1 / 4)


def test_an_element_that_fits_nothing_is_not_averaged_in():
    truth = np.array([[1, 0], [1, 0]], dtype=bool)
    suggested = np.array([[1, 1], [1, 0]], dtype=bool)
    assert measures.macro_f1(truth, suggested) == 1.0
    assert measures.micro_f1(truth, suggested) == pytest.approx(4 / 5)


def test_accuracy_is_averaged_over_elements_not_over_texts():
    right = np.array([True, False, False, False, True, True])
    assert measures.average_accuracy(right, np.array(["1", "1", "1", "1", "2", "2"])) == pytest.approx((0.25 + 1) / 2)


def test_reliability_bins_hold_like_numbers_and_never_part_equals():
    probability = np.array([[0.1, 0.1, 0.1, 0.1, 0.6, 0.7, 0.8, 0.9]])
    truth = np.array([[0, 0, 0, 1, 1, 0, 1, 1]], dtype=bool)
    found = measures.reliability(truth, probability, bins=4)
    assert [one.count for one in found] == [4, 2, 2]
    assert found[0].predicted == pytest.approx(0.1)
    assert [one.observed for one in found] == [0.25, 0.5, 1.0]
    expected = (4 * 0.15 + 2 * 0.15 + 2 * 0.15) / 8
    assert measures.ece(truth, probability, bins=4) == pytest.approx(expected)
    backwards = measures.reliability(truth[:, ::-1], probability[:, ::-1], bins=4)
    assert [(b.count, b.observed) for b in backwards] == [(b.count, b.observed) for b in found]


def test_bins_of_distinct_probabilities_are_of_equal_size():
    truth, scores = chance(3, texts=100, elements=10)
    assert [one.count for one in measures.reliability(truth, scores, bins=10)] == [100] * 10


def test_probabilities_that_hold_have_little_calibration_error():
    draw = np.random.default_rng(1)
    said = draw.random((4000, 5))
    assert measures.ece(draw.random(said.shape) < said, said) < 0.02
    assert measures.ece(draw.random(said.shape) < said**3, said) > 0.15


def test_precision_at_coverage_takes_the_surest_texts_first():
    truth = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=bool)
    probability = np.array([[0.9, 0.1], [0.8, 0.1], [0.7, 0.2], [0.6, 0.5]])
    found = measures.precision_at_coverage(truth, probability, (0.5, 0.75, 1.0))
    assert found == [(0.5, 1.0), (0.75, pytest.approx(2 / 3)), (1.0, 0.5)]


def test_texts_of_equal_probability_count_in_part_at_the_edge():
    truth = np.array([[1], [0]], dtype=bool)
    assert measures.precision_at_coverage(truth, np.array([[0.5], [0.5]]), (0.5,)) == [(0.5, 0.5)]


def test_nothing_to_count_is_no_number():
    none = np.zeros((2, 3), dtype=bool)
    level = np.zeros((2, 3))
    for figure in (measures.average_precision, measures.precision_at_1, measures.mean_average_precision, measures.lrap):
        assert np.isnan(figure(none, level))
    assert np.isnan(measures.macro_f1(none, none))
    assert np.isnan(measures.ece(none, level, none))
    assert measures.reliability(none, level, none) == []


# Agreement


def test_kappa_by_hand():
    first = [True] * 20 + [True] * 5 + [False] * 10 + [False] * 15
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    found = agreement(first, second)
    assert (found.pairs, found.agreed, found.share) == (50, 35, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_is_not_defined_for_one_answer_throughout():
    assert cohens_kappa([True, True], [True, True]) is None
    assert agreement([], []).kappa is None
    assert agreement([], []).share is None


def test_answers_must_come_in_pairs():
    with pytest.raises(ValueError, match="same length"):
        agreement([True], [])


def test_alpha_with_gaps_by_hand():
    # Krippendorff's own example of nominal data: four observers, twelve units, alpha 0.743.
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = list(zip(*observers, strict=True))
    assert krippendorffs_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_alpha_of_full_agreement_and_of_none():
    assert krippendorffs_alpha([[True, True], [False, False]]) == 1.0
    assert krippendorffs_alpha([[True, True], [True, True]]) is None
    assert krippendorffs_alpha([[True, None], [None, False]]) is None
