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


def slice_statistics(
    labels: npt.NDArray[np.uint8], voxels: Voxels, k: int, wanted: npt.NDArray[np.bool_], muscle: npt.NDArray[np.bool_]
) -> tuple[dict[int, SliceStatistics], npt.NDArray[np.int64]]:
    """Statistics of every wanted label value in slice k.

    Args:
        labels: (k, j, i) label values in axial order.
        voxels: the data to measure.
        k: slice number.
        wanted: (256,) whether a label value is measured.
        muscle: (256,) whether fat is measured inside it.

    Returns:
        Label value to its statistics, and (256,) voxels of every label value, wanted or not; background is not counted.
    """
    flat = labels[k].ravel()
    where = np.flatnonzero(flat != 0)
    counts = np.bincount(flat[where], minlength=256)
    if np.any(counts[~wanted]):
        where = where[wanted[flat[where]]]
    where = where[np.argsort(flat[where], kind="stable")]
    values = np.flatnonzero(np.where(wanted, counts, 0))
    if len(values) == 0:
        return {}, counts
    return _by_value(values, counts[values], where, voxels, k, muscle), counts


def _by_value(
    values: npt.NDArray[np.intp],
    counts: npt.NDArray[np.int64],
    where: npt.NDArray[np.intp],
    voxels: Voxels,
    k: int,
    muscle: npt.NDArray[np.bool_],
) -> dict[int, SliceStatistics]:
    """``where``: positions in the flattened slice, grouped by label value and ascending in each group."""
    starts = np.cumsum(counts) - counts
    rows, columns = np.divmod(where, voxels.fraction.shape[2])
    fraction = voxels.fraction[k][rows, columns].astype(np.float64)
    known = ~np.isnan(fraction)
    known_counts = np.add.reduceat(known, starts, dtype=np.int64)
    fraction_sums = np.add.reduceat(np.where(known, fraction, 0.0), starts)
    means = fraction_sums / np.maximum(known_counts, 1)
    deviations = np.where(known, fraction - np.repeat(means, counts), 0.0)
    spreads = np.add.reduceat(np.square(deviations), starts)
    fat, total, signal = (
        _sums(data, k, rows, columns, starts, mask)
        for data, mask in ((voxels.fat, known), (voxels.total, known), (voxels.signal, None))
    )
    boxes = zip(
        np.minimum.reduceat(columns, starts).tolist(),
        np.maximum.reduceat(columns, starts).tolist(),
        rows[starts].tolist(),
        rows[starts + counts - 1].tolist(),
        strict=True,
    )
    sums_i, sums_j = np.add.reduceat(columns, starts).tolist(), np.add.reduceat(rows, starts).tolist()
    ordered = voxels.fraction[k][rows, columns]
    found = {}
    for n, (value, box) in enumerate(zip(values.tolist(), boxes, strict=True)):
        start, count = int(starts[n]), int(counts[n])
        is_muscle = bool(muscle[value])
        fractions = np.sort(ordered[start : start + count])[: known_counts[n]] if is_muscle else _NO_FRACTIONS
        found[value] = SliceStatistics(
            voxels=count,
            sum_i=sums_i[n],
            sum_j=sums_j[n],
            box=box,
            fractions=fractions,
            below=_counts_below(fractions) if is_muscle else _NONE_BELOW,
            fraction_sum=float(fraction_sums[n]) if is_muscle else 0.0,
            fraction_spread=float(spreads[n]) if is_muscle else 0.0,
            fat_sum=float(fat[n]) if is_muscle else float("nan"),
            total_sum=float(total[n]) if is_muscle else float("nan"),
            signal_sum=float(signal[n]),
        )
    return found


def _sums(
    data: np.ndarray | None,
    k: int,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    starts: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_] | None,
) -> npt.NDArray[np.float64]:
    """Sum of the data in every group of places, where known; NaN without data."""
    if data is None:
        return np.full(len(starts), np.nan)
    values = data[k][rows, columns].astype(np.float64)
    return np.add.reduceat(values if known is None else np.where(known, values, 0.0), starts)


def _counts_below(fractions: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    below = np.empty(FRACTION_BINS + 1, np.int64)
    below[0], below[-1] = 0, len(fractions)
    below[1:-1] = fractions.searchsorted(BIN_EDGES)
    return below


_NO_FRACTIONS = np.empty(0, np.float32)
_NONE_BELOW = np.zeros(FRACTION_BINS + 1, np.int64)
