"""How sure a gain is: the interval of paired differences, the same each time, and what it refuses."""

import numpy as np
import pytest

from zhike.engine.models.margins import MOST_RESAMPLED, Margin, paired_margin


def test_a_gain_that_every_case_shows_is_sure_and_one_of_few_is_not() -> None:
    assert paired_margin([1.0] * 40, [0.5] * 40) == Margin(0.5, 0.5, 0.5, 40)
    lucky = paired_margin([1.0, 1.0, 0.0] + [0.0] * 97, [0.0, 0.0, 1.0] + [0.0] * 97)
    assert lucky.gain == pytest.approx(0.01)
    assert lucky.low < 0 < lucky.high
    assert (lucky.is_proven, paired_margin([], []).is_proven) == (False, False)
    assert paired_margin([0.0] * 9, [0.0] * 9) == Margin(0.0, 0.0, 0.0, 9)


def test_pairing_sees_a_small_gain_that_differs_less_than_the_cases_do() -> None:
    hard = np.random.default_rng(3).normal(0, 10, 400)  # cases differ far more than the two ways do
    found = paired_margin(hard + np.random.default_rng(4).normal(0.3, 1, 400), hard)
    assert found.is_proven
    assert found.gain == pytest.approx(0.3, abs=0.15)
    assert found.over(3.0).gain == pytest.approx(found.gain / 3)


def test_of_many_cases_the_normal_interval_is_that_of_resampling() -> None:
    drawn = np.random.default_rng(5).exponential(1, MOST_RESAMPLED + 1) - 0.9
    normal = paired_margin(drawn, np.zeros(len(drawn)))
    resampled = paired_margin(np.round(drawn, 2), np.zeros(len(drawn)))
    assert (normal.low, normal.high) == pytest.approx((resampled.low, resampled.high), abs=0.004)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance, held = np.random.default_rng(6), 0
    for place in range(250):
        hits = chance.binomial(10, 0.12, 60) - chance.binomial(10, 0.10, 60)
        found = paired_margin(hits / 10, np.zeros(60), seed=place)
        held += found.low <= 0.02 <= found.high
    assert 0.91 <= held / 250 <= 0.97
