"""Where water and fat look exchanged inside a muscle.

A reconstruction that takes water for fat shows a connected piece of muscle as nearly pure fat. Real fat can fill a piece of
muscle too. Two things tell them apart: exchanged muscle keeps the brightness of muscle (F + W does not change), whereas fat
is brighter than muscle in every Dixon sequence; and where only fractions are known, an exchange has an edge without voxels
in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_VALUE, Structure, mirrored

FAT_LIKE = 0.8
"""Lean muscle (up to 20 % fat) appears above this when exchanged."""

LEAN = 0.5
"""Below this a voxel is more water than fat."""

SMALLEST_PIECE = 20
"""Smaller pieces of fat-like voxels are strands of fat, or noise."""

SMALLEST_SHARE = 0.2
"""A piece counts if it fills at least this part of the muscle in some slice."""

AS_BRIGHT_AS_MUSCLE = 1.25
"""Up to this F + W, relative to the lean voxels beside it, a piece is as bright as muscle. Fat measures 1.4 and more even at
low flip angles; coil shading within a muscle pair stays below."""

SHARP_EDGE, LEAN_BESIDE_EDGE = 0.5, 0.3
"""Part of a piece's neighbours in the muscle that must be lean, and how lean, where only fractions are known."""


@dataclass(frozen=True, eq=False)
class Scan:
    """What is looked at, in axial order (k, j, i), or single voxels of it in a row where their neighbours do not matter.

    Attributes:
        labels: uint8 label values.
        fraction: fat fractions.
        total: F + W, or None.
    """

    labels: npt.NDArray[np.uint8]
    fraction: np.ndarray
    total: np.ndarray | None

    @cached_property
    def voxels(self) -> npt.NDArray[np.intp]:
        """(256,) number of voxels of each label value."""
        return np.bincount(self.labels.ravel(), minlength=256)


def exchanged_slices(scan: Scan, structure: Structure, box: tuple[slice, slice, slice]) -> list[int]:
    """Slices in which a piece of a muscle looks exchanged.

    Args:
        box: the part of the grid that holds the muscle.
    """
    from scipy import ndimage  # slow to import, and not needed until something is measured

    mask = scan.labels[box] == structure.value
    fraction = scan.fraction[box]
    with np.errstate(invalid="ignore"):
        pieces, count = ndimage.label(mask & (fraction > FAT_LIKE))
    if count == 0:
        return []
    area = np.maximum(mask.sum(axis=(1, 2)), 1)
    found: set[int] = set()
    sizes = np.bincount(pieces.ravel())
    for number in np.flatnonzero(sizes >= SMALLEST_PIECE):
        if number == 0:
            continue
        piece = pieces == number
        large = np.flatnonzero(piece.sum(axis=(1, 2)) >= SMALLEST_SHARE * area)
        if len(large) and _looks_exchanged(scan, structure, box, piece, mask):
            found.update((large + box[0].start).tolist())
    return sorted(found)


def _looks_exchanged(
    scan: Scan,
    structure: Structure,
    box: tuple[slice, slice, slice],
    piece: npt.NDArray[np.bool_],
    mask: npt.NDArray[np.bool_],
) -> bool:
    from scipy import ndimage  # slow to import, and not needed until something is measured

    here = np.flatnonzero(piece.any(axis=(1, 2))) + box[0].start
    lean = _lean_beside(scan, structure, here)
    if scan.total is not None:
        if np.count_nonzero(lean) < SMALLEST_PIECE:
            return False
        return bool(np.median(scan.total[box][piece]) < AS_BRIGHT_AS_MUSCLE * np.median(scan.total[here][lean]))
    around = ndimage.binary_dilation(piece, _IN_PLANE) & mask & ~piece
    if np.count_nonzero(around) < SMALLEST_PIECE:
        return int(np.count_nonzero(lean)) >= SMALLEST_PIECE
    return bool(np.mean(scan.fraction[box][around] < LEAN_BESIDE_EDGE) >= SHARP_EDGE)


def _lean_beside(scan: Scan, structure: Structure, slices: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Lean voxels of the muscle and its mirror image in some slices."""
    labels, fraction = scan.labels[slices], scan.fraction[slices]
    with np.errstate(invalid="ignore"):
        lean: npt.NDArray[np.bool_] = np.isin(labels, (structure.value, mirrored(structure).value)) & (fraction < LEAN)
    return lean


_IN_PLANE = np.array([[[0, 1, 0], [1, 1, 1], [0, 1, 0]]], dtype=bool)


def all_exchanged(scan: Scan, muscle: npt.NDArray[np.bool_]) -> bool:
    """Whether most of all muscle is nearly pure fat: the images given in each other's place, or exchanged throughout."""
    inside = scan.fraction[muscle]
    inside = inside[~np.isnan(inside)]
    return bool(len(inside) and np.median(inside) > FAT_LIKE)


def exchanged_structures(scan: Scan) -> dict[Structure, list[int]]:
    """Muscle to the slices in which part of it looks exchanged."""
    from scipy import ndimage  # slow to import, and not needed until something is measured

    found = {}
    for value, box in enumerate(ndimage.find_objects(scan.labels), start=1):
        structure = BY_VALUE.get(value)
        if box is not None and structure is not None and structure.is_muscle:
            slices = exchanged_slices(scan, structure, box)
            if slices:
                found[structure] = slices
    return found
