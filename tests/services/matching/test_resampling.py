"""Intervals, tests and thresholds."""

import numpy as np
import pytest
from scipy.stats import binom

from migov.services.matching.resampling import (
    bootstrap,
    curve,
    draws,
    holm,
    lower_bound,
    mcnemar,
    paired,
    threshold_for,
)

RIGHT = np.arange(200) % 4 > 0  # three in four


def test_the_interval_of_a_share_is_about_that_of_theory():
    found = bootstrap(lambda rows: float(RIGHT[rows].mean()), 200)
    low, high = binom.ppf([0.025, 0.975], 200, 0.75) / 200
    assert found.low == pytest.approx(low, abs=0.011)
    assert found.high == pytest.approx(high, abs=0.011)


def test_the_same_seed_gives_the_same_rows():
    assert (draws(200, repeats=5, seed=3) == draws(200, repeats=5, seed=3)).all()
    assert (draws(200, repeats=5, seed=3) != draws(200, repeats=5, seed=4)).any()


def test_each_stratum_keeps_its_size():
    strata = np.array(["a"] * 3 + ["b"] * 7)
    for rows in draws(10, strata=strata, repeats=20):
        assert (strata[rows] == strata).all()


def test_draws_that_give_no_figure_are_left_out():
    found = bootstrap(lambda rows: float("nan") if rows[0] else 1.0, 2, repeats=50)
    assert (found.low, found.high) == (1.0, 1.0)


def test_a_clear_difference_is_told_from_a_slight_one():
    better = np.arange(200) % 10 > 0
    clear = paired(lambda r: float(better[r].mean()), lambda r: float(RIGHT[r].mean()), 200)
    assert clear.value == pytest.approx(0.15)
    assert 0 < clear.low < 0.15 < clear.high
    assert clear.p < 0.01
    level = paired(lambda r: float(RIGHT[r].mean()), lambda r: float(RIGHT[r].mean()), 200)
    assert (level.value, level.low, level.high, level.p) == (0, 0, 0, 1)


def test_mcnemar_by_hand():
    # One alone right on 8 questions, the other on 2: both tails of a fair coin thrown ten times.
    first = np.array([True] * 8 + [False] * 2 + [True] * 5)
    other = np.array([False] * 8 + [True] * 2 + [True] * 5)
    assert mcnemar(first, other) == pytest.approx(2 * (1 + 10 + 45) / 1024)
    assert mcnemar(first, first) == 1.0


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_the_lower_bound_of_a_share():
    assert lower_bound(29, 29) == pytest.approx(0.05 ** (1 / 29))
    assert lower_bound(0, 5) == 0
    # At the bound, so many right answers or more come up once in twenty times.
    assert binom.sf(17, 20, lower_bound(18, 20)) == pytest.approx(0.05)


def made(seed: int, texts: int = 400) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    said = draw.random((texts, 5))
    return draw.random(said.shape) < said, said


def test_the_curve_runs_from_strict_to_lenient():
    truth, said = made(0)
    found = curve(truth, said)
    assert [p.threshold for p in found] == sorted((p.threshold for p in found), reverse=True)
    last = found[-1]
    assert (last.suggested, last.recall, last.coverage) == (2000, 1.0, 1.0)
    for point in found:
        chosen = said >= point.threshold
        assert point.suggested == chosen.sum()
        assert point.precision == pytest.approx(truth[chosen].mean())
        assert point.coverage == pytest.approx(chosen.any(axis=1).mean())
        assert point.lower < point.precision


def test_the_threshold_keeps_its_promise_on_new_texts():
    broken = 0
    for seed in range(60):
        truth, said = made(seed)
        point = threshold_for(truth, said, 0.8)
        assert point is not None
        # Probabilities are true here: the precision above t is the mean probability above it.
        broken += (1 + point.threshold) / 2 < 0.8
    assert broken <= 3


def test_no_threshold_where_none_can_promise():
    truth, said = made(0, texts=4)
    assert threshold_for(truth, said, 0.95) is None
    assert threshold_for(np.zeros((200, 5), dtype=bool), made(0, 200)[1], 0.8) is None


def test_perfection_cannot_be_promised():
    truth, said = made(0)
    assert threshold_for(np.ones_like(truth), said, 1.0) is None


@pytest.mark.parametrize("precision", [0, -0.1, 1.1])
def test_a_promise_outside_nought_and_one_is_refused(precision):
    truth, said = made(0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        threshold_for(truth, said, precision)
