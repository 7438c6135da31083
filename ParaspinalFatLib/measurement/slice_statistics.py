"""What one structure contributes in one slice: the sums and sorted values from which every number of the table follows.

An edit changes few slices of few structures. All figures, of a slice, a level or the whole, are combined from these pieces
by one path, so a table brought up to date after an edit equals a table measured from scratch to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FRACTION_BINS = 256
"""Bins of the cumulative count kept beside the sorted fractions; they only narrow the search for a percentile, which is
exact whatever their number (:mod:`order_statistics`)."""

BIN_EDGES: npt.NDArray[np.float32] = np.linspace(0, 1, FRACTION_BINS + 1, dtype=np.float32)[1:-1]


class SliceStatistics(NamedTuple):
    """The voxels of one label value in one slice.

    Attributes:
        voxels: how many there are; never 0.
        sum_i, sum_j: sums of their column and row numbers.
        box: lowest and highest column, lowest and highest row.
        fractions: their fat fractions, sorted; voxels without one are left out.
        below: for each bin edge, how many fractions lie below it, with 0 in front and the total at the end.
        fraction_sum: sum of ``fractions``.
        fraction_spread: sum of squared deviations of ``fractions`` from their mean.
        fat_sum, total_sum: sums of F and F + W over the voxels that have a fraction; NaN if the method has none.
        signal_sum: sum of the signal intensity; NaN if there is no image.
    """

    voxels: int
    sum_i: int
    sum_j: int
    box: tuple[int, int, int, int]
    fractions: npt.NDArray[np.float32]
    below: npt.NDArray[np.int64]
    fraction_sum: float
    fraction_spread: float
    fat_sum: float
    total_sum: float
    signal_sum: float


@dataclass(frozen=True, eq=False)
class Voxels:
    """The voxel data behind the table, all in axial order (k, j, i) on one grid.

    Attributes:
        fraction: float32, NaN where there is no fat fraction.
        fat, total: F and F + W, or None.
        signal: the image whose intensity is measured, or None.
    """

    fraction: npt.NDArray[np.float32]
    fat: npt.NDArray[np.floating] | None
    total: npt.NDArray[np.floating] | None
    signal: np.ndarray | None

    def differ_in_slice(self, other: Voxels, k: int) -> bool:
        """Whether any of the data differ in slice k; arrays that are one and the same are not looked at."""
        pairs = (
            (self.fraction, other.fraction),
            (self.fat, other.fat),
            (self.total, other.total),
            (self.signal, other.signal),
        )
        return any(_differ(mine, theirs, k) for mine, theirs in pairs)


def _differ(mine: np.ndarray | None, theirs: np.ndarray | None, k: int) -> bool:
    if mine is theirs:
        return False
    if mine is None or theirs is None or mine.dtype != theirs.dtype:
        return True
    bits = np.dtype(f"u{mine.dtype.itemsize}")  # bit by bit: NaN then equals NaN, and no copy is made
    return not np.array_equal(mine[k].view(bits), theirs[k].view(bits))


_NO_FRACTIONS = np.empty(0, np.float32)


def slice_statistics(
    labels: npt.NDArray[np.uint8], voxels: Voxels, k: int, wanted: npt.NDArray[np.bool_], muscle: npt.NDArray[np.bool_]
) -> dict[int, SliceStatistics]:
    """Statistics of every wanted label value in slice k.

    Args:
        labels: (k, j, i) label values in axial order.
        voxels: the data to measure.
        k: slice number.
        wanted: (256,) whether a label value is measured.
        muscle: (256,) whether fat is measured inside it.
    """
    flat = np.ascontiguousarray(labels[k]).ravel()
    where = np.flatnonzero(wanted[flat])
    values = flat[where]
    where = where[np.argsort(values, kind="stable")]
    counts = np.bincount(values, minlength=256)
    ends = np.cumsum(counts)
    found = {}
    for value in np.flatnonzero(counts):
        places = where[ends[value] - counts[value] : ends[value]]
        found[int(value)] = _of_places(places, voxels, k, bool(muscle[value]))
    return found


def _of_places(places: npt.NDArray[np.intp], voxels: Voxels, k: int, is_muscle: bool) -> SliceStatistics:
    """``places``: ascending positions in the flattened slice."""
    rows, columns = np.divmod(places, voxels.fraction.shape[2])
    box = (int(columns.min()), int(columns.max()), int(rows[0]), int(rows[-1]))
    signal_sum = float("nan") if voxels.signal is None else _sum(voxels.signal[k][rows, columns])
    fractions, fat_sum, total_sum = _NO_FRACTIONS, float("nan"), float("nan")
    if is_muscle:
        unsorted = voxels.fraction[k][rows, columns]
        known = ~np.isnan(unsorted)
        fractions = np.sort(unsorted[known])
        if voxels.fat is not None and voxels.total is not None:
            fat_sum, total_sum = (_sum(signal[k][rows, columns][known]) for signal in (voxels.fat, voxels.total))
    fraction_sum = _sum(fractions)
    return SliceStatistics(
        voxels=len(places),
        sum_i=int(columns.sum()),
        sum_j=int(rows.sum()),
        box=box,
        fractions=fractions,
        below=_counts_below(fractions),
        fraction_sum=fraction_sum,
        fraction_spread=_spread(fractions, fraction_sum),
        fat_sum=fat_sum,
        total_sum=total_sum,
        signal_sum=signal_sum,
    )


def _sum(values: np.ndarray) -> float:
    return float(np.sum(values, dtype=np.float64))


def _spread(fractions: npt.NDArray[np.float32], total: float) -> float:
    if len(fractions) == 0:
        return 0.0
    return _sum(np.square(fractions - total / len(fractions), dtype=np.float64))


def _counts_below(fractions: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    inner = np.searchsorted(fractions, BIN_EDGES)
    return np.concatenate(([0], inner, [len(fractions)]))
