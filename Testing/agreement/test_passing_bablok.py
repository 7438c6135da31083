"""Passing-Bablok regression against the R package mcr, and the properties its authors asked of it."""

import numpy as np
import pytest
from agreement.published import CREATININE

from ParaspinalFatLib.agreement.passing_bablok import passing_bablok


def test_creatinine_in_serum_and_plasma_is_related_as_the_r_package_mcr_says():
    slope, intercept = passing_bablok(CREATININE[:, 0], CREATININE[:, 1])
    # mcr takes the median of angles instead of slopes, which differ in the fourth decimal place.
    assert (slope.value, slope.low, slope.high) == pytest.approx((1.0880089, 1.0, 1.173005), abs=2e-4)
    assert (intercept.value, intercept.low, intercept.high) == pytest.approx((-0.1171729, -0.2001149, -0.02), abs=2e-4)


def test_exchanging_the_methods_inverts_the_line():
    random = np.random.default_rng(5)
    x = random.uniform(50, 150, 41)
    y = 3 + 1.2 * x + random.normal(0, 4, 41)
    forth, _ = passing_bablok(x, y)
    back, _ = passing_bablok(y, x)
    assert back.value == pytest.approx(1 / forth.value)
    assert (back.low, back.high) == pytest.approx((1 / forth.high, 1 / forth.low))


def test_a_wild_value_hardly_moves_the_line():
    x = np.arange(1.0, 31)
    y = 2 + x + np.random.default_rng(2).normal(0, 0.1, 30)
    y[-1] = 500
    slope, intercept = passing_bablok(x, y)
    assert slope.value == pytest.approx(1, abs=0.02)
    assert intercept.value == pytest.approx(2, abs=0.2)


def test_the_interval_of_the_slope_covers_the_truth_in_95_of_100_samples():
    random, covered = np.random.default_rng(11), 0
    for _ in range(400):
        truth = random.uniform(0, 100, 30)
        slope, _ = passing_bablok(truth + random.normal(0, 3, 30), 1.1 * truth + random.normal(0, 3.3, 30))
        covered += slope.low <= 1.1 <= slope.high
    assert 0.92 <= covered / 400 <= 0.98


def test_pairs_of_equal_points_do_not_count():
    x, y = np.array([1.0, 2, 3, 4, 5, 6]), np.array([1.1, 2.0, 3.2, 3.9, 5.1, 6.0])
    slope, _ = passing_bablok(np.append(x, x[0]), np.append(y, y[0]))
    assert np.isfinite(slope.value)


def test_series_that_oppose_one_another_have_no_line():
    slope, intercept = passing_bablok(np.arange(10.0), -2 * np.arange(10.0))
    assert np.isnan(slope.value)
    assert "positively" in intercept.note
