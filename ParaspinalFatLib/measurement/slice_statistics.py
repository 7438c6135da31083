"""What one structure contributes in one slice: the sums and sorted values from which every number of the table follows.

An edit changes few slices of few structures. All figures, of a slice, a level or the whole, are combined from these pieces
by one path, so a table brought up to date after an edit equals a table measured from scratch to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        signal_sum: sum of the signal intensity; NaN if there is no image.
        fractions: their fat fractions, sorted; voxels without one are left out.
        below: for each bin edge, how many fractions lie below it, with 0 in front and the total at the end.
        fraction_sum: sum of ``fractions``.
        fraction_spread: sum of squared deviations of ``fractions`` from their mean.
        fat_sum, total_sum: sums of F and F + W over the voxels that have a fraction; NaN if the method has none.

    The first five tell size and signal, which no fat map changes.
    """

    voxels: int
    sum_i: int
    sum_j: int
    box: tuple[int, int, int, int]
    signal_sum: float
    fractions: npt.NDArray[np.float32]
    below: npt.NDArray[np.int64]
    fraction_sum: float
    fraction_spread: float
    fat_sum: float
    total_sum: float

    def same_size(self, other: SliceStatistics) -> bool:
        """Whether size, place and signal are equal."""
        return self[:4] == other[:4] and _equal(self.signal_sum, other.signal_sum)

    def same_fat(self, other: SliceStatistics) -> bool:
        """Whether all that is known about the fat is equal, the number of voxels without any included."""
        mine = (self.voxels, self.fraction_sum, self.fraction_spread, self.fat_sum, self.total_sum)
        theirs = (other.voxels, other.fraction_sum, other.fraction_spread, other.fat_sum, other.total_sum)
        return all(map(_equal, mine, theirs)) and np.array_equal(self.fractions, other.fractions)

    def with_fat(self, fat: _Fat) -> SliceStatistics:
        """The same size and signal with other fat."""
        return SliceStatistics(self.voxels, self.sum_i, self.sum_j, self.box, self.signal_sum, *fat)


_Fat = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], float, float, float, float]


def _equal(one: float, other: float) -> bool:
    """Whether two sums are equal, or both unknown (NaN)."""
    return one == other or (one != one and other != other)


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

    def fat_differs(self, other: Voxels, k: int) -> bool:
        """Whether the fat data differ in slice k; arrays that are one and the same are not looked at."""
        pairs = ((self.fraction, other.fraction), (self.fat, other.fat), (self.total, other.total))
        return any(_differ(mine, theirs, k) for mine, theirs in pairs)

    def signal_differs(self, other: Voxels, k: int) -> bool:
        """Whether the signal differs in slice k."""
        return _differ(self.signal, other.signal, k)


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
    counts = np.bincount(flat[flat != 0], minlength=256)
    groups = grouped(labels[k], wanted)
    if groups is None:
        return {}, counts
    fats = _fats(groups.of(muscle), voxels, k)
    sizes = _sizes(groups, voxels, k)
    return {value: piece.with_fat(fats[value]) if value in fats else piece for value, piece in sizes.items()}, counts


def with_fat_of(
    pieces: Mapping[int, SliceStatistics], groups: Groups | None, voxels: Voxels, k: int
) -> dict[int, SliceStatistics]:
    """The statistics of slice k after another fat map: as :func:`slice_statistics`, size and signal taken over.

    Args:
        pieces: statistics of the same labels by another map.
        groups: the muscle voxels of the slice (:func:`grouped`).
    """
    fats = {} if groups is None else _fats(groups, voxels, k)
    return {value: piece.with_fat(fats[value]) if value in fats else piece for value, piece in pieces.items()}


class Groups(NamedTuple):
    """Voxels of a slice, grouped by label value; in each group in the order of the array.

    Attributes:
        values: (n,) label values, ascending.
        counts: (n,) how many voxels each has.
        rows, columns: where they are.
    """

    values: npt.NDArray[np.intp]
    counts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """(n,) where each group begins."""
        return np.cumsum(self.counts) - self.counts

    def of(self, wanted: npt.NDArray[np.bool_]) -> Groups:
        """Only the groups of some values."""
        kept = wanted[self.values]
        if kept.all():
            return self
        voxels = np.repeat(kept, self.counts)
        return Groups(self.values[kept], self.counts[kept], self.rows[voxels], self.columns[voxels])


def grouped(labels: npt.NDArray[np.uint8], wanted: npt.NDArray[np.bool_]) -> Groups | None:
    """Group the voxels of one slice by label value; None if there are none.

    Args:
        labels: (j, i) label values.
        wanted: (256,) which of them count.
    """
    flat = labels.ravel()
    where = np.flatnonzero(flat != 0)
    values = flat[where]
    kept = wanted[values]
    if not kept.all():
        where, values = where[kept], values[kept]
    if not len(where):
        return None
    where = where[np.argsort(values, kind="stable")]
    counts = np.bincount(values)
    present = np.flatnonzero(counts)
    return Groups(present, counts[present], *np.divmod(where, labels.shape[1]))


def _sizes(groups: Groups, voxels: Voxels, k: int) -> dict[int, SliceStatistics]:
    """Label value to its size and signal, without fat."""
    rows, columns, starts, counts = groups.rows, groups.columns, groups.starts, groups.counts
    boxes = zip(
        np.minimum.reduceat(columns, starts).tolist(),
        np.maximum.reduceat(columns, starts).tolist(),
        rows[starts].tolist(),
        rows[starts + counts - 1].tolist(),
        strict=True,
    )
    sums = (np.add.reduceat(places, starts).tolist() for places in (columns, rows))
    figures = zip(counts.tolist(), *sums, boxes, _sums(voxels.signal, k, groups).tolist(), strict=True)
    sizes = (SliceStatistics(n, i, j, box, signal, *_NO_FAT) for n, i, j, box, signal in figures)
    return dict(zip(groups.values.tolist(), sizes, strict=True))


def _fats(groups: Groups, voxels: Voxels, k: int) -> dict[int, _Fat]:
    if not len(groups.values):
        return {}
    starts, counts = groups.starts, groups.counts
    fraction = voxels.fraction[k][groups.rows, groups.columns]
    known = ~np.isnan(fraction)
    known_counts = np.add.reduceat(known, starts, dtype=np.int64)
    precise = np.where(known, fraction, np.float64(0.0))
    sums = np.add.reduceat(precise, starts)
    means = sums / np.maximum(known_counts, 1)
    deviations = np.where(known, precise - np.repeat(means, counts), 0.0)
    spreads = np.add.reduceat(np.square(deviations), starts)
    fat, total = (_sums(data, k, groups, known).tolist() for data in (voxels.fat, voxels.total))
    parts = np.split(fraction, starts[1:])
    ordered = [np.sort(part)[:count] for part, count in zip(parts, known_counts.tolist(), strict=True)]
    below = [_counts_below(fractions) for fractions in ordered]
    figures = zip(ordered, below, sums.tolist(), spreads.tolist(), fat, total, strict=True)
    return dict(zip(groups.values.tolist(), figures, strict=True))


def _sums(
    data: np.ndarray | None, k: int, groups: Groups, known: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.float64]:
    """Sum of the data in every group, where known; NaN without data."""
    if data is None:
        return np.full(len(groups.values), np.nan)
    values = data[k][groups.rows, groups.columns].astype(np.float64)
    return np.add.reduceat(values if known is None else np.where(known, values, 0.0), groups.starts)


def _counts_below(fractions: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    below = np.empty(FRACTION_BINS + 1, np.int64)
    below[0], below[-1] = 0, len(fractions)
    below[1:-1] = fractions.searchsorted(BIN_EDGES)
    return below


_NO_FAT: _Fat = (np.empty(0, np.float32), np.zeros(FRACTION_BINS + 1, np.int64), 0.0, 0.0, float("nan"), float("nan"))
"""Of what is no muscle."""
