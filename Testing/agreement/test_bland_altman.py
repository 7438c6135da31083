"""Bland-Altman analysis against the worked example of 1986."""

import numpy as np
import pytest
from agreement.published import MINI_WRIGHT, WRIGHT

from ParaspinalFatLib.agreement.bland_altman import bland_altman
from ParaspinalFatLib.agreement.pairs import Pairs


@pytest.fixture
def flow_meters():
    return bland_altman(Pairs(reference=MINI_WRIGHT, other=WRIGHT, unit="L/min"))


def test_bias_deviation_and_limits_are_the_published_ones(flow_meters):
    assert flow_meters.bias.value == pytest.approx(-2.1, abs=0.05)
    assert flow_meters.deviation.value == pytest.approx(38.8, abs=0.05)
    # The paper takes 2 SD: -79.7 and 75.5; 1.96 SD are 1.55 nearer to the bias.
    assert flow_meters.lower.value == pytest.approx(-79.7 + 0.04 * 38.8, abs=0.1)
    assert flow_meters.upper.value == pytest.approx(75.5 - 0.04 * 38.8, abs=0.1)


def test_the_interval_of_the_bias_is_the_published_one(flow_meters):
    assert (flow_meters.bias.low, flow_meters.bias.high) == pytest.approx((-22.0, 17.8), abs=0.1)


def test_the_interval_of_a_limit_is_nearly_the_published_one(flow_meters):
    # 1986: t sqrt(3 s^2 / n) = 34.6; the formula of 1999, used here, has 2.92 + instead of 3.
    assert (flow_meters.upper.high - flow_meters.upper.low) / 2 == pytest.approx(34.6, rel=0.03)


def test_limits_hold_95_of_100_differences(drawn_pairs):
    found = bland_altman(drawn_pairs)
    inside = (drawn_pairs.difference > found.lower.value) & (drawn_pairs.difference < found.upper.value)
    assert 0.92 <= inside.mean() <= 0.98
    assert found.bias.low < 2 < found.bias.high


def test_a_proportional_bias_is_found():
    size = np.linspace(100, 200, 60)
    noise = np.random.default_rng(1).normal(0, 1, 60)
    found = bland_altman(Pairs(size, 1.1 * size + noise))
    assert found.slope.value == pytest.approx(0.1 / 1.05, abs=0.005)
    assert found.slope.low > 0


def test_without_a_proportional_bias_none_is_claimed(drawn_pairs):
    found = bland_altman(drawn_pairs).slope
    assert found.low < 0 < found.high


def test_equal_series_have_no_test_and_no_warning():
    found = bland_altman(Pairs(np.arange(1.0, 6), np.arange(1.0, 6)))
    assert found.bias.value == found.deviation.value == 0
    assert np.isnan(found.bias.p)
