"""Confidence intervals where persons contribute several pairs: whole persons are drawn again, with all their pairs.

The formulas of the other modules take every pair as independent; with several pairs of one person their intervals are too
narrow. Here persons are resampled (cluster bootstrap, percentile interval; Field and Welsh, J R Stat Soc B 2007, 69:369),
the pairs of a person staying together.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ParaspinalFatLib.agreement.bland_altman import LIMIT
from ParaspinalFatLib.agreement.concordance import concordance_coefficient
from ParaspinalFatLib.agreement.estimate import CONFIDENCE, Estimate
from ParaspinalFatLib.agreement.icc import absolute_agreement
from ParaspinalFatLib.agreement.pairs import Pairs, Series

RESAMPLES = 2000
SEED = 20240229
"""Fixed, so that the same table gives the same interval."""

FEWEST_PERSONS = 10
"""Below it resampling persons says nothing."""


def _mape(reference: Series, other: Series) -> float:
    usable = reference != 0
    return float(np.mean(100 * np.abs(other[usable] / reference[usable] - 1))) if usable.any() else math.nan


def _limit(sign: int) -> Callable[[Series, Series], float]:
    def limit(reference: Series, other: Series) -> float:
        difference = other - reference
        return float(difference.mean() + sign * LIMIT * difference.std(ddof=1))

    return limit


STATISTICS: dict[str, Callable[[Series, Series], float]] = {
    "bias": lambda reference, other: float(np.mean(other - reference)),
    "lower limit of agreement": _limit(-1),
    "upper limit of agreement": _limit(1),
    "ICC(2,1)": absolute_agreement,
    "CCC": concordance_coefficient,
    "MAPE": _mape,
}
"""What is resampled."""


def clustered_intervals(pairs: Pairs, resamples: int = RESAMPLES, seed: int = SEED) -> tuple[Estimate, ...]:
    """The statistics whose intervals allow for persons with several pairs; nothing where no person has several."""
    if not pairs.repeated:
        return ()
    persons = sorted(set(pairs.persons))
    if len(persons) < FEWEST_PERSONS:
        note = f"fewer than {FEWEST_PERSONS} persons: no interval that allows for several pairs of one person"
        return tuple(Estimate(f"{name}, by person", math.nan, note=note) for name in STATISTICS)
    names = np.asarray(pairs.persons)
    of_person = [np.flatnonzero(names == person) for person in persons]
    random = np.random.default_rng(seed)
    drawn = {name: np.empty(resamples) for name in STATISTICS}
    with np.errstate(invalid="ignore", divide="ignore"):
        for number in range(resamples):
            chosen = np.concatenate([of_person[k] for k in random.integers(0, len(persons), len(persons))])
            for name, statistic in STATISTICS.items():
                drawn[name][number] = statistic(pairs.reference[chosen], pairs.other[chosen])
    note = f"{len(persons)} persons drawn again {resamples} times, percentile interval"
    return tuple(_estimate(name, pairs, drawn[name], note) for name in STATISTICS)


def _estimate(name: str, pairs: Pairs, drawn: Series, note: str) -> Estimate:
    low, high = np.nanpercentile(drawn, [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)])
    unit = {"ICC(2,1)": "", "CCC": "", "MAPE": "%"}.get(name, pairs.unit)
    value = STATISTICS[name](pairs.reference, pairs.other)
    return Estimate(f"{name}, by person", value, float(low), float(high), unit=unit, note=note)
