"""One statistic with its confidence interval: a row of the table of agreement."""

from __future__ import annotations

import math
from dataclasses import dataclass

CONFIDENCE = 0.95
"""All confidence intervals are two-sided at this level unless a name says otherwise."""


@dataclass(frozen=True)
class Estimate:
    """A statistic; NaN stands for what cannot be estimated, and ``note`` says why.

    Attributes:
        statistic: its name.
        value: the point estimate.
        low, high: ends of its confidence interval.
        p: p-value of the test that belongs to it.
        unit: ``mL``, ``%`` ...; empty for pure numbers.
        note: how to read it, or why there is none.
    """

    statistic: str
    value: float
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    unit: str = ""
    note: str = ""
