"""Regression line and sizes of errors against hand counts."""

import numpy as np
import pytest

from ParaspinalFatLib.agreement.pairs import Pairs
from ParaspinalFatLib.agreement.regression import errors, linear_regression


def named(estimates):
    return {one.statistic: one for one in estimates}


def test_the_line_of_anscombe_s_first_set_is_the_published_one():
    x = np.array([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5.0])
    y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])
    found = named(linear_regression(Pairs(x, y)))
    assert found["regression slope"].value == pytest.approx(0.500, abs=5e-4)
    assert found["regression intercept"].value == pytest.approx(3.00, abs=5e-3)
    assert found["R2"].value == pytest.approx(0.67, abs=5e-3)
    assert found["Pearson r"].value == pytest.approx(0.816, abs=5e-4)


def test_errors_are_the_counted_ones():
    found = named(errors(Pairs(np.array([100.0, 200, 0]), np.array([110.0, 190, 4]), unit="mL")))
    assert found["MAPE"].value == pytest.approx((10 + 5) / 2)
    assert found["MAPE"].note == "1 pairs with a reference of 0 left out"
    assert found["MSE"].value == pytest.approx((100 + 100 + 16) / 3)
    assert (found["MSE"].unit, found["RMSE"].unit) == ("mL^2", "mL")


def test_a_series_that_does_not_vary_has_no_line():
    assert np.isnan(linear_regression(Pairs(np.ones(4), np.arange(4.0)))[0].value)
