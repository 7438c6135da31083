"""Histogram: the signal values of some muscle, counted; what every threshold is found from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MAXIMUM_LEVELS = 4096
"""More distinct values than these (floating-point images) are gathered in this many equal steps, so a threshold is exact to
1/4096 of the range. Whole-number images of 12 bits are never gathered."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Values in ascending order with their counts; the order of the voxels, hence of the file's axes, has no influence.

    Attributes:
        means: float64 (n,), mean of the values gathered in each level.
        greatest: float64 (n,), the greatest of them; equal to ``means`` where a level is one distinct value.
        counts: int64 (n,), how many voxels each level has; never 0.
    """

    means: npt.NDArray[np.float64]
    greatest: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]

    @property
    def voxels(self) -> int:
        """All voxels."""
        return int(self.counts.sum())

    @property
    def splits(self) -> npt.NDArray[np.float64]:
        """(n - 1,) thresholds that part the values in two: a value above the threshold belongs to the upper part."""
        return self.greatest[:-1]

    def share_above(self, threshold: float) -> float:
        """Share of the voxels whose value is above a threshold."""
        return float(self.counts[self.greatest > threshold].sum() / self.voxels)


def histogram_of(values: np.ndarray, maximum_levels: int = MAXIMUM_LEVELS) -> Histogram:
    """Count the values of an array of any shape; none may be NaN.

    >>> histogram_of(np.array([3, 1, 3])).counts
    array([1, 2])
    """
    ordered = np.sort(values, axis=None)
    starts = np.flatnonzero(np.append(ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))
    if len(starts) > maximum_levels:
        edges = np.linspace(float(ordered[0]), float(ordered[-1]), maximum_levels + 1)[1:-1]
        starts = np.unique(np.append(0, np.searchsorted(ordered, edges, side="right")))
        starts = starts[starts < len(ordered)]
    counts = np.diff(np.append(starts, len(ordered)))
    greatest = ordered[starts + counts - 1].astype(np.float64)
    if not len(starts):
        return Histogram(greatest, greatest, counts)
    return Histogram(np.add.reduceat(ordered.astype(np.float64), starts) / counts, greatest, counts)
