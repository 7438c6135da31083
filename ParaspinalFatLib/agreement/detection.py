"""Agreement of a binary map with the truth, voxel by voxel: kappa, recall, specificity, precision, F1, ROC area."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Detection:
    """Counts of voxels; figures that would divide by 0 are NaN.

    Attributes:
        hits: found and true.
        false_alarms: found, not true.
        misses: true, not found.
        rejections: neither.
    """

    hits: int
    false_alarms: int
    misses: int
    rejections: int

    def __add__(self, other: Detection) -> Detection:
        """The counts of both together."""
        return Detection(
            self.hits + other.hits,
            self.false_alarms + other.false_alarms,
            self.misses + other.misses,
            self.rejections + other.rejections,
        )

    @property
    def voxels(self) -> int:
        """All of them."""
        return self.hits + self.false_alarms + self.misses + self.rejections

    @property
    def recall(self) -> float:
        """Part of the true voxels that were found (sensitivity)."""
        return _ratio(self.hits, self.hits + self.misses)

    @property
    def specificity(self) -> float:
        """Part of the other voxels that were left alone."""
        return _ratio(self.rejections, self.rejections + self.false_alarms)

    @property
    def precision(self) -> float:
        """Part of the found voxels that are true."""
        return _ratio(self.hits, self.hits + self.false_alarms)

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision, which is the Dice coefficient of the two maps."""
        return _ratio(2 * self.hits, 2 * self.hits + self.misses + self.false_alarms)

    @property
    def kappa(self) -> float:
        """Cohen's kappa: agreement beyond what the two shares alone would give by chance (Cohen 1960)."""
        total = self.voxels
        if total == 0:
            return math.nan
        observed = (self.hits + self.rejections) / total
        found, true = self.hits + self.false_alarms, self.hits + self.misses
        chance = (found * true + (total - found) * (total - true)) / total**2
        return _ratio(observed - chance, 1 - chance)


def detection(truth: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_]) -> Detection:
    """Count the voxels of two maps of one shape.

    >>> detection(np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 0], bool)).kappa
    0.0
    """
    return Detection(
        int(np.count_nonzero(truth & found)),
        int(np.count_nonzero(~truth & found)),
        int(np.count_nonzero(truth & ~found)),
        int(np.count_nonzero(~truth & ~found)),
    )


def area_under_curve(truth: npt.NDArray[np.bool_], score: npt.NDArray[np.floating]) -> float:
    """Area under the ROC curve: how often a true voxel scores higher than another one, ties counting one half.

    For a map that is 0 or 1 this is the mean of recall and specificity.

    >>> area_under_curve(np.array([True, False, True]), np.array([0.9, 0.2, 0.2]))
    0.75
    """
    from scipy.stats import rankdata

    true = int(np.count_nonzero(truth))
    others = truth.size - true
    ranks = float(rankdata(score.ravel())[truth.ravel()].sum()) if true and others else math.nan
    return _ratio(ranks - true * (true + 1) / 2, true * others)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
