"""LabelledSlices: the statistics of every slice of a case, renewed only where labels or fat fractions changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_VALUE, STRUCTURES
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.slice_statistics import (
    Groups,
    SliceStatistics,
    Voxels,
    grouped,
    slice_statistics,
    with_fat_of,
)

Pieces = Mapping[int, SliceStatistics]
"""Label value to its statistics, in one slice."""

_KNOWN: npt.NDArray[np.bool_] = np.isin(np.arange(256), list(BY_VALUE))
_MUSCLE: npt.NDArray[np.bool_] = np.isin(np.arange(256), [s.value for s in STRUCTURES if s.is_muscle])


@dataclass(frozen=True, eq=False)
class LabelledSlices:
    """The labels of a case in axial order, and what follows from them slice by slice.

    Attributes:
        labels: (k, j, i) uint8; a copy that nobody else changes.
        voxels: the data measured inside the labels.
        pieces: for each slice, label value to its statistics.
        counts: (slices, 256) voxels of every label value, known or not.
        muscles: slice number to its muscle voxels, where another fat map made it worth while to keep them.
    """

    labels: npt.NDArray[np.uint8]
    voxels: Voxels
    pieces: Sequence[Pieces]
    counts: npt.NDArray[np.int64]
    muscles: Mapping[int, Groups | None] = field(default_factory=dict)

    @property
    def present(self) -> set[int]:
        """Label values that are measured and occur."""
        return {value for pieces in self.pieces for value in pieces}

    def slices_with(self, values: Sequence[int]) -> dict[int, Pieces]:
        """Slice number to the statistics of the slice, for the slices that hold any of the label values."""
        return {k: pieces for k, pieces in enumerate(self.pieces) if any(value in pieces for value in values)}

    def box_of(self, value: int) -> tuple[slice, slice, slice] | None:
        """The smallest box (k, j, i) around a label value; None if it does not occur."""
        found = {k: pieces[value].box for k, pieces in enumerate(self.pieces) if value in pieces}
        if not found:
            return None
        lowest_i, highest_i, lowest_j, highest_j = zip(*found.values(), strict=True)
        return (
            slice(min(found), max(found) + 1),
            slice(min(lowest_j), max(highest_j) + 1),
            slice(min(lowest_i), max(highest_i) + 1),
        )


Places = frozenset[tuple[int, int]]
"""Pairs of slice number and label value."""


@dataclass(frozen=True)
class Change:
    """Where two states of a case differ.

    Attributes:
        sizes: where size, place or signal of a structure differ, or where it came or went.
        fats: where its fat differs; where it came or went too.
    """

    sizes: Places
    fats: Places

    @property
    def slices(self) -> frozenset[int]:
        """Slices in which anything differs."""
        return frozenset(k for k, _ in self.sizes | self.fats)

    @property
    def values(self) -> frozenset[int]:
        """Label values of which anything differs."""
        return frozenset(value for _, value in self.sizes | self.fats)


def measured_slices(
    labels: npt.NDArray[np.uint8], voxels: Voxels, before: LabelledSlices | None
) -> tuple[LabelledSlices, Change]:
    """Statistics of every slice, those of unchanged slices taken over from an earlier state.

    Args:
        labels: (k, j, i) in axial order; kept, so it must be a copy.
        voxels: the data; compared by value with that of ``before``.
        before: the state so far; None to measure everything.
    """
    pieces = [{}] * labels.shape[0] if before is None else list(before.pieces)
    counts = np.zeros((labels.shape[0], 256), np.int64) if before is None else before.counts.copy()
    muscles = {} if before is None else dict(before.muscles)
    sizes: set[tuple[int, int]] = set()
    fats: set[tuple[int, int]] = set()
    for k, old in enumerate(pieces):
        if before is None or _size_differs(labels, voxels, before, k):
            muscles.pop(k, None)
            pieces[k], counts[k] = slice_statistics(labels, voxels, k, _KNOWN, _MUSCLE)
            sizes.update((k, value) for value in _differing(old, pieces[k], SliceStatistics.same_size))
        elif voxels.fat_differs(before.voxels, k):
            if k not in muscles:
                muscles[k] = grouped(labels[k], _MUSCLE)
            pieces[k] = with_fat_of(old, muscles[k], voxels, k)
        else:
            continue
        fats.update((k, value) for value in _differing(old, pieces[k], SliceStatistics.same_fat))
    return LabelledSlices(labels, voxels, pieces, counts, muscles), Change(frozenset(sizes), frozenset(fats))


def _size_differs(labels: npt.NDArray[np.uint8], voxels: Voxels, before: LabelledSlices, k: int) -> bool:
    return not np.array_equal(labels[k], before.labels[k]) or voxels.signal_differs(before.voxels, k)


def _differing(old: Pieces, new: Pieces, same: Callable[[SliceStatistics, SliceStatistics], bool]) -> list[int]:
    """Label values whose statistics differ, or which came or went."""
    both = old.keys() & new.keys()
    return [value for value in old.keys() | new.keys() if value not in both or not same(old[value], new[value])]


def as_label_values(labels: Image) -> npt.NDArray[np.uint8]:
    """The array of a label image as uint8.

    Raises:
        InputError: it holds fractions, negative numbers or numbers above 255.
    """
    array = labels.array
    if array.dtype == np.uint8:
        return array
    if array.size == 0 or not (array.min() >= 0 and array.max() <= 255) or not np.array_equal(array, np.floor(array)):
        raise InputError(
            "The segmentation does not hold label values (whole numbers from 0 to 255). "
            "Give a label image, not an intensity image."
        )
    return array.astype(np.uint8)
