"""Partial correlations: how two variables go together where the covariates are held constant (pingouin).

Intervals by Fisher's z with the degrees of freedom reduced by the covariates; p-values beside those adjusted by
Benjamini and Hochberg (J R Stat Soc B 1995, 57:289) for all correlations of the study.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.agreement.packages import full_precision

if TYPE_CHECKING:
    from pandas import DataFrame

SPARE = 4
"""Cases needed beyond the number of variables for a correlation with an interval."""


@dataclass(frozen=True)
class Association:
    """A partial correlation.

    Attributes:
        x, y: the variables.
        n: complete cases; missing: cases left out for lack of a value.
        r: the coefficient, with its 95 % interval low to high.
        p, p_adjusted: against 0; adjusted for the number of correlations.
        note: why there is none.
    """

    x: str
    y: str
    n: int
    missing: int
    r: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    p_adjusted: float = math.nan
    note: str = ""

    @property
    def row(self) -> dict[str, object]:
        """The row of the table."""
        return asdict(self)


def partial_correlations(
    frame: DataFrame, pairs: Iterable[tuple[str, str]], covariates: Sequence[str], method: str = "pearson"
) -> list[Association]:
    """Correlations of pairs of columns, given the covariates, each on its complete cases.

    Args:
        frame: one row a case.
        pairs: columns to correlate.
        covariates: columns held constant; none for plain correlations.
        method: ``pearson`` or ``spearman``.

    Raises:
        MissingPackageError: pingouin or statsmodels is not installed.
    """
    return _adjusted([_one(frame, x, y, [name for name in covariates if name not in (x, y)], method) for x, y in pairs])


def _one(frame: DataFrame, x: str, y: str, covariates: list[str], method: str) -> Association:
    complete = frame[[x, y, *covariates]].dropna()
    found = Association(x, y, len(complete), len(frame) - len(complete))
    constant = [str(name) for name in complete.columns if complete[name].nunique() < 2]
    if len(complete) < complete.shape[1] + SPARE:
        return replace(found, note="too few complete cases")
    if constant:
        return replace(found, note=f"{', '.join(constant)} does not vary")
    with full_precision() as pingouin:
        if covariates:
            row = pingouin.partial_corr(complete, x, y, covariates, method=method).iloc[0]
        else:
            row = pingouin.corr(complete[x], complete[y], method=method).iloc[0]
    interval = row["CI95"] if "CI95" in row else row["CI95%"]
    p = row["p_val"] if "p_val" in row else row["p-val"]
    return replace(found, r=float(row["r"]), low=float(interval[0]), high=float(interval[1]), p=float(p))


def _adjusted(found: list[Association]) -> list[Association]:
    from statsmodels.stats.multitest import multipletests

    p = np.array([one.p for one in found])
    known = np.isfinite(p)
    if not known.any():
        return found
    adjusted = np.full(len(p), math.nan)
    adjusted[known] = multipletests(p[known], method="fdr_bh")[1]
    return [replace(one, p_adjusted=float(value)) for one, value in zip(found, adjusted, strict=True)]
