"""Cohen's kappa of two readers' classes, computed by statsmodels.

Cohen, Educ Psychol Meas 1960, 20:37; weighted: Psychol Bull 1968, 70:213; standard error: Fleiss, Cohen and Everitt 1969.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ParaspinalFatLib.agreement.estimate import Estimate
from ParaspinalFatLib.errors import InputError, MissingPackageError

WEIGHTS = {"": None, "linear": "linear", "quadratic": "quadratic"}
"""Weighting of disagreements; only the unweighted one is for classes without an order."""


def cohens_kappas(
    reference: Sequence[object], other: Sequence[object], classes: Sequence[object], *, ordered: bool
) -> tuple[Estimate, ...]:
    """Kappa with 95 % interval and share of equal classes; for ordered classes also with linear and quadratic weights.

    Args:
        reference, other: class of each pair.
        classes: every class, in order.
        ordered: whether the order of the classes means something.

    Raises:
        MissingPackageError: statsmodels is not installed.
    """
    try:
        from statsmodels.stats.inter_rater import cohens_kappa
    except ImportError as error:
        raise MissingPackageError(
            "Kappa needs statsmodels, which is not installed. Run: python -m pip install statsmodels"
        ) from error
    table = contingency(reference, other, classes)
    equal = Estimate("equal classes", float(100 * np.trace(table) / table.sum()), unit="%")
    found = []
    for name, weight in WEIGHTS.items():
        if weight and not ordered:
            continue
        label = f"Cohen kappa, {name} weights" if name else "Cohen kappa"
        if len(set(reference) | set(other)) < 2:
            found.append(Estimate(label, math.nan, note="every pair is in one class"))
            continue
        result = cohens_kappa(table, wt=weight)
        found.append(
            Estimate(
                label, float(result.kappa), float(result.kappa_low), float(result.kappa_upp), float(result.pvalue_two_sided)
            )
        )
    return (*found, equal)


def contingency(reference: Sequence[object], other: Sequence[object], classes: Sequence[object]) -> np.ndarray:
    """Counts (class of reference, class of other).

    >>> contingency(["a", "b", "b"], ["a", "a", "b"], ["a", "b"]).tolist()
    [[1, 0], [1, 1]]
    """
    place = {name: number for number, name in enumerate(classes)}
    table = np.zeros((len(classes), len(classes)), int)
    for one, two in zip(reference, other, strict=True):
        table[place[one], place[two]] += 1
    return table


def classes_by_limits(values: Sequence[float], limits: Sequence[float]) -> list[int]:
    """Class numbers of values: 0 below the first limit, 1 from the first limit to below the second ...

    Raises:
        InputError: the limits do not rise.

    >>> classes_by_limits([9.9, 10, 60], [10, 50])
    [0, 1, 2]
    """
    if list(limits) != sorted(set(limits)):
        raise InputError(f"The limits of the classes must rise: {', '.join(f'{limit:g}' for limit in limits)}.")
    return np.digitize(values, limits).tolist()
