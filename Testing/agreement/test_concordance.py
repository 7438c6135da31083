"""Lin's coefficient: identities, a published value, and the coverage of its interval."""

import math

import numpy as np
import pytest
from agreement.published import MINI_WRIGHT, WRIGHT

from ParaspinalFatLib.agreement.concordance import concordance, concordance_coefficient


def test_the_two_flow_meters_have_the_coefficient_of_lin_s_formula():
    ccc, factor = concordance(WRIGHT, MINI_WRIGHT)
    r = np.corrcoef(WRIGHT, MINI_WRIGHT)[0, 1]
    scale = WRIGHT.std() / MINI_WRIGHT.std()
    shift = (WRIGHT.mean() - MINI_WRIGHT.mean()) / np.sqrt(WRIGHT.std() * MINI_WRIGHT.std())
    assert factor.value == pytest.approx(2 / (scale + 1 / scale + shift**2))  # Lin 1989, C_b
    assert ccc.value == pytest.approx(r * factor.value)
    assert ccc.value == pytest.approx(0.943, abs=5e-4)


def test_a_shift_lowers_the_coefficient_but_not_the_correlation():
    x = np.arange(10.0)
    assert concordance_coefficient(x, x + 3) < concordance_coefficient(x, x + 1) < 1


def test_the_interval_covers_the_true_value_in_95_of_100_samples():
    random, true = np.random.default_rng(3), 2 * 0.9 / (1 + 1 + 0.2**2)
    covered = 0
    for _ in range(1000):
        x = random.normal(size=40)
        y = 0.9 * x + np.sqrt(1 - 0.81) * random.normal(size=40) + 0.2
        ccc, _ = concordance(x, y)
        covered += ccc.low <= true <= ccc.high
    assert 0.93 <= covered / 1000 <= 0.97


def test_a_series_that_does_not_vary_has_no_coefficient():
    ccc, _ = concordance(np.ones(5), np.arange(5.0))
    assert np.isnan(ccc.value)
    assert ccc.note


def test_values_that_differ_by_rounding_only_have_a_coefficient():
    random = np.random.default_rng(0)
    for _ in range(500):
        x = random.normal(size=5)
        ccc, _ = concordance(x, -x + 1e-12)
        assert ccc.value >= -1
        assert math.isnan(ccc.low) or -1 <= ccc.low <= ccc.high <= 1


def test_a_series_of_one_number_has_no_coefficient():
    ccc, _ = concordance(np.full(3, 0.1), np.array([0.1, 0.2, 0.3]))
    assert math.isnan(ccc.value)
    assert "vary" in ccc.note
