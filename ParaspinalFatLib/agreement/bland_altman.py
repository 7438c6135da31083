"""Bland-Altman analysis: bias, limits of agreement, and whether the difference depends on the size.

Bland and Altman, Lancet 1986, 1:307; standard error of the limits from Stat Methods Med Res 1999, 8:135:
s^2 (1/n + 1.96^2 / (2 (n - 1))).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ParaspinalFatLib.agreement.estimate import CONFIDENCE, Estimate
from ParaspinalFatLib.agreement.pairs import Pairs, Series

LIMIT = float(stats.norm.ppf((1 + CONFIDENCE) / 2))
"""Standard deviations between bias and limit: 1.96."""


@dataclass(frozen=True)
class BlandAltman:
    """Differences other - reference against the mean of both.

    Attributes:
        bias: mean difference; p: paired t test against 0.
        lower, upper: limits of agreement with their intervals.
        deviation: standard deviation of the differences.
        slope: of the difference on the mean (proportional bias); p: against 0.
        intercept: of that line.
        bias_pct: mean difference in per cent of the mean of each pair.
        normality: Shapiro-Wilk test of the differences; the limits assume that they are normal.
    """

    bias: Estimate
    lower: Estimate
    upper: Estimate
    deviation: Estimate
    slope: Estimate
    intercept: Estimate
    bias_pct: Estimate
    normality: Estimate

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """All of them, in the order of the table."""
        return (
            self.bias, self.lower, self.upper, self.deviation, self.bias_pct, self.slope, self.intercept, self.normality,
        )  # fmt: skip


def bland_altman(pairs: Pairs) -> BlandAltman:
    """Analyse at least three pairs."""
    difference, n, unit = pairs.difference, pairs.n, pairs.unit
    bias, deviation = float(difference.mean()), float(difference.std(ddof=1))
    t = float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1))
    half = t * deviation / math.sqrt(n)
    half_limit = t * deviation * math.sqrt(1 / n + LIMIT**2 / (2 * (n - 1)))
    ends = {name: bias + sign * LIMIT * deviation for name, sign in (("lower", -1), ("upper", 1))}
    p = float(stats.ttest_1samp(difference, 0).pvalue) if deviation else math.nan
    slope, intercept = _line(pairs.mean, difference, unit)
    return BlandAltman(
        bias=Estimate("bias", bias, bias - half, bias + half, p, unit, "mean of other - reference; paired t test"),
        lower=_limit("lower limit of agreement", ends["lower"], half_limit, unit),
        upper=_limit("upper limit of agreement", ends["upper"], half_limit, unit),
        deviation=Estimate("SD of differences", deviation, unit=unit),
        slope=slope,
        intercept=intercept,
        bias_pct=_relative_bias(pairs, t),
        normality=_normality(difference),
    )


def _limit(name: str, value: float, half: float, unit: str) -> Estimate:
    return Estimate(name, value, value - half, value + half, unit=unit, note="bias -+ 1.96 SD")


def _line(mean: Series, difference: Series, unit: str) -> tuple[Estimate, Estimate]:
    """Least squares of the difference on the mean."""
    names = ("proportional bias (slope)", "proportional bias (intercept)")
    if not np.ptp(mean):
        return Estimate(names[0], math.nan, note="all means are equal"), Estimate(names[1], math.nan)
    line = stats.linregress(mean, difference)
    t = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(mean) - 2))
    slope, at_zero = float(line.slope), float(line.intercept)
    half, half_zero = t * float(line.stderr), t * float(line.intercept_stderr)
    note = "difference on mean, least squares"
    return (
        Estimate(names[0], slope, slope - half, slope + half, float(line.pvalue), note=note),
        Estimate(names[1], at_zero, at_zero - half_zero, at_zero + half_zero, unit=unit, note=note),
    )


def _relative_bias(pairs: Pairs, t: float) -> Estimate:
    if np.any(pairs.mean <= 0):
        return Estimate("relative bias", math.nan, unit="%", note="some pair has a mean of 0 or less")
    relative = 100 * pairs.difference / pairs.mean
    value, half = float(relative.mean()), t * float(relative.std(ddof=1)) / math.sqrt(pairs.n)
    return Estimate("relative bias", value, value - half, value + half, unit="%", note="of the mean of each pair")


def _normality(difference: Series) -> Estimate:
    name = "Shapiro-Wilk W of differences"
    if not np.ptp(difference) or len(difference) > 5000:
        return Estimate(name, math.nan, note="differences do not vary, or more than 5000")
    found = stats.shapiro(difference)
    return Estimate(name, float(found.statistic), p=float(found.pvalue), note="small p: limits are only approximate")
