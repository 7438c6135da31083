"""Lin's concordance correlation coefficient (CCC).

Lin, Biometrics 1989, 45:255, with the variance as corrected in Biometrics 2000, 56:324; moments with 1/n as Lin's; the
confidence interval through Fisher's z transform.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from ParaspinalFatLib.agreement.estimate import CONFIDENCE, Estimate
from ParaspinalFatLib.agreement.pairs import Series


def concordance_coefficient(x: Series, y: Series) -> float:
    """2 cov(x, y) / (var x + var y + (mean x - mean y)^2).

    >>> round(concordance_coefficient(np.array([1.0, 2, 3]), np.array([2.0, 3, 4])), 3)
    0.571
    """
    spread = np.var(x) + np.var(y) + (np.mean(x) - np.mean(y)) ** 2
    return float(np.clip(2 * np.mean((x - x.mean()) * (y - y.mean())) / spread, -1, 1)) if spread else math.nan


def concordance(x: Series, y: Series) -> tuple[Estimate, Estimate]:
    """CCC with its interval, and the bias correction factor C_b = CCC / r (1: no shift and no change of scale)."""
    ccc = concordance_coefficient(x, y)
    deviations = np.std(x) * np.std(y)
    if not (np.ptp(x) and np.ptp(y) and deviations) or len(x) < 3:
        nothing = Estimate("CCC", math.nan, note="one series does not vary")
        return nothing, Estimate("C_b", math.nan, note=nothing.note)
    r = float(np.clip(np.mean((x - x.mean()) * (y - y.mean())) / deviations, -1, 1))
    factor = Estimate("C_b", ccc / r if r else math.nan, note="bias correction factor, CCC / r")
    if r == 0 or abs(ccc) >= 1:
        return Estimate("CCC", ccc, note="no interval for a coefficient of exactly 0 or 1"), factor
    shift = (np.mean(x) - np.mean(y)) ** 2 / deviations
    variance = (
        (1 - r**2) * ccc**2 * (1 - ccc**2) / r**2 + 2 * ccc**3 * (1 - ccc) * shift / r - ccc**4 * shift**2 / (2 * r**2)
    ) / (len(x) - 2)
    half = stats.norm.ppf((1 + CONFIDENCE) / 2) * math.sqrt(max(variance, 0.0)) / (1 - ccc**2)
    z = math.atanh(ccc)
    return Estimate("CCC", ccc, math.tanh(z - half), math.tanh(z + half), note="interval by Fisher's z"), factor
