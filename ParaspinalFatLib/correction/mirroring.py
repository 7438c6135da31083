"""A muscle's outline brought to the other side of the body, mirrored at the spine's midline."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import STRUCTURES, Side, Structure, mirrored
from ParaspinalFatLib.correction.outline import Correction, Mask, OutlinedSlices
from ParaspinalFatLib.correction.signed_distance import sampled, signed_distance, window_around
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation.sides import Midline, midline


def mirrored_to_other_side(labels: Image, structure: Structure, first: int, last: int) -> Correction:
    """Outline the other side's muscle as the mirror image of this one.

    The midline is found from canal, arch, body or disc, and from back muscles that are outlined on both sides, in the rows
    and columns of the (possibly oblique) slices. The muscle that is mirrored has no say in it: its other side may be wrong.

    Args:
        labels: uint8 label image, voxels in any order.
        structure: the muscle that is outlined well; its mirror image replaces the other side's outline.
        first, last: numbers of the first and last slice (axial order); slices without ``structure`` are left alone.

    Raises:
        InputError: a midline structure, no outline in these slices, or nothing shows the midline.
        GeometryError: the slices are not near axial.
    """
    if structure.side is Side.MIDLINE:
        raise InputError(f"The {structure.name} has no other side. Choose a muscle.")
    slices = OutlinedSlices(labels)
    first, last = min(first, last), max(first, last)
    slices.require_slices(first, last)
    chosen = [int(k) for k in slices.drawn(structure) if first <= k <= last]
    if not chosen:
        raise InputError(f"The {structure.name} is not outlined in slices {first} to {last}. Outline it there first.")
    line = _midline(slices, structure)
    outlines = {k: _reflected(slices.mask(structure, k), line, k, slices.spacing_ji) for k in chosen}
    return slices.with_outlines(mirrored(structure), outlines, f"mirrored from the {structure.name}")


def _midline(slices: OutlinedSlices, structure: Structure) -> Midline:
    """The midline from all but the structure itself and muscles that, in a slice, are outlined on one side only."""
    landmarks = np.array(slices.array, dtype=np.uint8)
    for muscle in STRUCTURES:
        if muscle.side is Side.RIGHT:
            pair = landmarks == muscle.value, landmarks == mirrored(muscle).value
            one_sided = pair[0].any(axis=(1, 2)) ^ pair[1].any(axis=(1, 2))
            unusable = np.full(len(landmarks), structure in (muscle, mirrored(muscle))) | one_sided
            landmarks[(pair[0] | pair[1]) & unusable[:, None, None]] = 0
    line = midline(landmarks, slices.spacing_ji)
    if line is None:
        raise InputError(
            "Nothing shows where the midline is. Outline the spinal canal, a vertebral body or disc, or another back muscle "
            "on both sides, then mirror again."
        )
    return line


def _reflected(mask: Mask, line: Midline, k: int, spacing_ji: tuple[float, float]) -> Mask:
    """The mirror image of one slice's mask; between pixels by its signed distance."""
    window = window_around(mask)
    distance = signed_distance(mask[window], spacing_ji)
    corner_rows, corner_columns = np.meshgrid(*([part.start, part.stop] for part in window), indexing="ij")
    corners = _mirrored_places(corner_rows, corner_columns, line, k, spacing_ji)
    target = [_span(places, size) for places, size in zip(corners, mask.shape, strict=True)]
    rows, columns = np.meshgrid(*(np.arange(first, last) for first, last in target), indexing="ij")
    source_rows, source_columns = _mirrored_places(rows, columns, line, k, spacing_ji)
    there = sampled(distance, source_rows - window[0].start, source_columns - window[1].start, spacing_ji)
    reflected = np.zeros_like(mask)
    reflected[rows, columns] = there > 0
    return reflected


def _mirrored_places(
    rows: np.ndarray, columns: np.ndarray, line: Midline, k: int, spacing_ji: tuple[float, float]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Pixel positions (rows, columns; fractions allowed) mirrored at the midline of one slice."""
    rows_mm, columns_mm = rows * spacing_ji[0], columns * spacing_ji[1]
    length = np.hypot(1.0, line.lean)
    distance = (columns_mm - line.column_mm[k] - line.lean * rows_mm) / length
    down, across = -line.lean / length, 1.0 / length
    return (rows_mm - 2 * distance * down) / spacing_ji[0], (columns_mm - 2 * distance * across) / spacing_ji[1]


def _span(places: npt.NDArray[np.float64], size: int) -> tuple[int, int]:
    """First pixel and the one after the last that hold all these places, within an axis of some size."""
    first = int(np.clip(np.floor(places.min()), 0, size))
    return first, int(np.clip(np.ceil(places.max()) + 1, first, size))
