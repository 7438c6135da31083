"""Equivalence within a margin: two one-sided paired t tests (Schuirmann, J Pharmacokinet Biopharm 1987, 15:657)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ParaspinalFatLib.agreement.estimate import Estimate
from ParaspinalFatLib.agreement.pairs import Pairs
from ParaspinalFatLib.errors import InputError, MissingPackageError

LEVEL = 0.05
"""Of each one-sided test; equivalence at this level is the 90 % interval of the mean difference lying within the margin."""


@dataclass(frozen=True)
class Margin:
    """How large a mean difference may be.

    Attributes:
        size: in the unit of the values, or in per cent of the mean of the reference.
        percent: which of the two.

    >>> Margin.read("5%"), Margin.read("2.5").text
    (Margin(size=5.0, percent=True), '+-2.5')
    """

    size: float
    percent: bool = False

    @classmethod
    def read(cls, text: str) -> Margin:
        """A margin as people write it: ``5%`` or ``2.5``.

        Raises:
            InputError: it is no positive number.
        """
        try:
            size = float(text.strip().removesuffix("%"))
        except ValueError:
            size = math.nan
        if not 0 < size < math.inf:
            raise InputError(f"The margin {text!r} is no positive number. Give one such as 5% or 2.5.")
        return cls(size, text.strip().endswith("%"))

    @property
    def text(self) -> str:
        """The margin in words."""
        return f"+-{self.size:g}{' %' if self.percent else ''}"

    def in_unit(self, pairs: Pairs) -> float:
        """The margin in the unit of the values."""
        return abs(float(pairs.reference.mean())) * self.size / 100 if self.percent else self.size


def equivalence(pairs: Pairs, margin: Margin) -> Estimate:
    """Mean difference with its 90 % interval; p is the larger one of the two one-sided tests (statsmodels).

    A margin in per cent is taken of the reference's mean in this sample, as if that were known without error.
    """
    try:
        from statsmodels.stats.weightstats import ttost_paired
    except ImportError as error:
        raise MissingPackageError(
            "The equivalence test needs statsmodels, which is not installed. Run: python -m pip install statsmodels"
        ) from error
    limit = margin.in_unit(pairs)
    name = f"TOST {margin.text}"
    difference = pairs.difference
    if not np.ptp(difference) or not limit:
        return Estimate(name, float(difference.mean()), unit=pairs.unit, note="differences do not vary, or no margin")
    p = float(ttost_paired(pairs.other, pairs.reference, -limit, limit)[0])
    half = float(stats.t.ppf(1 - LEVEL, pairs.n - 1) * difference.std(ddof=1) / math.sqrt(pairs.n))
    bias = float(difference.mean())
    verdict = "equivalent" if p < LEVEL else "equivalence not shown"
    note = f"{verdict} within +-{limit:.4g} {pairs.unit}".rstrip() + "; 90 % interval"
    return Estimate(name, bias, bias - half, bias + half, p, pairs.unit, note)
