"""Passing-Bablok regression: a line between two methods that both have error, without assumptions on its distribution.

Passing and Bablok, J Clin Chem Clin Biochem 1983, 21:709. Slopes of all pairs of points; 0/0 and -1 are left out; vertical
ones count as infinite with the sign of their difference in y; the slope is the median shifted by the number of slopes below
-1. For methods that are positively related, as that paper presumes.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from ParaspinalFatLib.agreement.estimate import CONFIDENCE, Estimate
from ParaspinalFatLib.agreement.pairs import Series

MOST_PAIRS = 5000
"""Points above which the slopes of all their pairs (12.5 million) would need too much memory."""


ROUNDING = 1e-9
"""Decimal numbers have no exact double: a slope this close to -1 is -1."""


def passing_bablok(x: Series, y: Series) -> tuple[Estimate, Estimate]:
    """Slope and intercept of y on x, with 95 % confidence intervals.

    Proportional difference: the slope's interval leaves out 1; constant difference: the intercept's leaves out 0.
    """
    slopes = _slopes(x, y) if len(x) <= MOST_PAIRS else np.empty(0)
    number, below = len(slopes), int(np.sum(slopes < -1))
    half = stats.norm.ppf((1 + CONFIDENCE) / 2) * math.sqrt(len(x) * (len(x) - 1) * (2 * len(x) + 5) / 18)
    first = math.floor((number - half) / 2 + 0.5)
    if not number or 2 * below >= number:
        why = f"more than {MOST_PAIRS} pairs" if len(x) > MOST_PAIRS else "the series are not positively related"
        return tuple(Estimate(name, math.nan, note=why) for name in _NAMES)  # type: ignore[return-value]
    slope = float((slopes[(number - 1) // 2 + below] + slopes[number // 2 + below]) / 2)
    low, high = (_ordered(slopes, rank + below) for rank in (first, number - first + 1))
    at_zero, highest, lowest = (float(np.median(y - b * x)) if math.isfinite(b) else math.nan for b in (slope, low, high))
    return Estimate(_NAMES[0], slope, low, high), Estimate(_NAMES[1], at_zero, lowest, highest)


_NAMES = ("Passing-Bablok slope", "Passing-Bablok intercept")


def _slopes(x: Series, y: Series) -> Series:
    """Sorted slopes between all points, without 0/0 and -1."""
    i, j = np.triu_indices(len(x), 1)
    dx, dy = x[j] - x[i], y[j] - y[i]
    informative = (dx != 0) | (dy != 0)
    dx, dy = dx[informative], dy[informative]
    with np.errstate(divide="ignore"):
        slopes = np.where(dx == 0, np.copysign(np.inf, dy), dy / np.where(dx == 0, 1.0, dx))
    return np.sort(slopes[np.abs(slopes + 1) > ROUNDING])


def _ordered(slopes: Series, rank: int) -> float:
    """The slope of a rank counted from 1; NaN beyond the ends, where there are too few points for an interval."""
    return float(slopes[rank - 1]) if 1 <= rank <= len(slopes) else math.nan
