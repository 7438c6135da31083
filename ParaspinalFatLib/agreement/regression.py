"""Least-squares line of the other values on the reference, and the size of the errors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ParaspinalFatLib.agreement.estimate import CONFIDENCE, Estimate
from ParaspinalFatLib.agreement.pairs import Pairs
from ParaspinalFatLib.errors import MissingPackageError


def linear_regression(pairs: Pairs) -> tuple[Estimate, ...]:
    """Slope, intercept and R2 of ordinary least squares (statsmodels), and Pearson's r with its interval."""
    names = ("regression slope", "regression intercept", "R2", "Pearson r")
    if not np.ptp(pairs.reference) or not np.ptp(pairs.other):
        return tuple(Estimate(name, math.nan, note="one series does not vary") for name in names)
    line = _statsmodels().OLS(pairs.other, np.column_stack([np.ones(pairs.n), pairs.reference])).fit()
    (low_zero, high_zero), (low, high) = line.conf_int(1 - CONFIDENCE)
    intercept, slope = line.params
    return (
        Estimate(names[0], float(slope), float(low), float(high), float(line.pvalues[1]), note="other on reference"),
        Estimate(names[1], float(intercept), float(low_zero), float(high_zero), float(line.pvalues[0]), pairs.unit),
        Estimate(names[2], float(line.rsquared)),
        _pearson(pairs),
    )


def _pearson(pairs: Pairs) -> Estimate:
    from scipy import stats

    found = stats.pearsonr(pairs.reference, pairs.other)
    ends = found.confidence_interval(CONFIDENCE) if pairs.n > 3 else (math.nan, math.nan)
    return Estimate("Pearson r", float(found.statistic), float(ends[0]), float(ends[1]), float(found.pvalue))


def errors(pairs: Pairs) -> tuple[Estimate, ...]:
    """Mean absolute error and percentage error, mean squared error and its root.

    The percentage error is |other - reference| / |reference| x 100; pairs whose reference is 0 have none and are counted.
    """
    difference = pairs.difference
    absolute = np.abs(difference)
    usable = pairs.reference != 0
    percentage = 100 * absolute[usable] / np.abs(pairs.reference[usable])
    left_out = int(np.sum(~usable))
    note = f"{left_out} pairs with a reference of 0 left out" if left_out else ""
    squared = float(np.mean(difference**2))
    return (
        Estimate("MAE", float(absolute.mean()), unit=pairs.unit),
        Estimate("MAPE", float(percentage.mean()) if len(percentage) else math.nan, unit="%", note=note),
        Estimate(
            "95th percentile of percentage error",
            float(np.percentile(percentage, 95)) if len(percentage) else math.nan,
            unit="%",
            note=note,
        ),
        Estimate("MSE", squared, unit=f"{pairs.unit}^2" if pairs.unit else ""),
        Estimate("RMSE", math.sqrt(squared), unit=pairs.unit),
    )


def _statsmodels() -> Any:
    try:
        import statsmodels.api as models
    except ImportError as error:
        raise MissingPackageError(
            "The regression needs statsmodels, which is not installed. Run: python -m pip install statsmodels"
        ) from error
    return models
