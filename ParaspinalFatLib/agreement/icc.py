"""Intraclass correlation, all six forms of Shrout and Fleiss (Psychol Bull 1979, 86:420), computed by pingouin.

Confidence intervals after McGraw and Wong (Psychol Methods 1996, 1:30).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ParaspinalFatLib.agreement.estimate import Estimate
from ParaspinalFatLib.agreement.packages import full_precision
from ParaspinalFatLib.agreement.pairs import Series

FORMS = {
    "ICC(1,1)": ("ICC1", "ICC(1,1)"),
    "ICC(2,1)": ("ICC2", "ICC(A,1)"),
    "ICC(3,1)": ("ICC3", "ICC(C,1)"),
    "ICC(1,k)": ("ICC1k", "ICC(1,k)"),
    "ICC(2,k)": ("ICC2k", "ICC(A,k)"),
    "ICC(3,k)": ("ICC3k", "ICC(C,k)"),
}
"""Shrout and Fleiss' name, and those that versions of pingouin use."""

MEANING = {
    "1": "one-way random: raters differ from case to case",
    "2": "two-way random, absolute agreement",
    "3": "two-way mixed, consistency",
}


def intraclass_correlations(ratings: Sequence[Series]) -> tuple[Estimate, ...]:
    """The six intraclass correlations with 95 % confidence intervals.

    Args:
        ratings: one series (n,) per rater, without gaps.

    Raises:
        MissingPackageError: pingouin is not installed.
    """
    table = np.column_stack(ratings)
    cases, raters = np.indices(table.shape)
    with full_precision() as pingouin, np.errstate(all="ignore"):
        import pandas  # which pingouin brings

        long = pandas.DataFrame({"case": cases.ravel(), "rater": raters.ravel(), "rating": table.ravel()})
        found = pingouin.intraclass_corr(long, targets="case", raters="rater", ratings="rating").set_index("Type")
    interval = "CI95" if "CI95" in found else "CI95%"
    return tuple(_estimate(name, found, interval) for name in FORMS)


def _estimate(name: str, found: Any, interval: str) -> Estimate:
    row = found.loc[next(theirs for theirs in FORMS[name] if theirs in found.index)]
    low, high = (float(end) for end in row[interval])
    return Estimate(name, float(row["ICC"]), low, high, note=MEANING[name[4]])


def absolute_agreement(reference: Series, other: Series) -> float:
    """ICC(2,1) of two raters in closed form, for resampling; NaN where nothing varies.

    >>> round(absolute_agreement(np.array([1.0, 2, 3]), np.array([2.0, 3, 4])), 3)
    0.667
    """
    n = len(reference)
    both = np.stack([reference, other])
    total = both.mean()
    between_cases = 2 * np.sum((both.mean(0) - total) ** 2) / (n - 1)
    between_raters = n * np.sum((both.mean(1) - total) ** 2)
    residual = np.sum((both - both.mean(0) - both.mean(1)[:, None] + total) ** 2) / (n - 1)
    whole = between_cases + residual + 2 * (between_raters - residual) / n
    return float((between_cases - residual) / whole) if whole else math.nan
