"""A muscle between two outlined slices: the shape changes evenly from one to the other.

Shape-based interpolation by signed distances (Raya and Udupa, IEEE Trans Med Imaging 1990;9:32-42), on masks brought to a
common centre first, so that a muscle that moves from slice to slice does not thin out half-way.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.correction.outline import Correction, Mask, OutlinedSlices
from ParaspinalFatLib.correction.signed_distance import sampled, signed_distance, window_around
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image


def interpolated(labels: Image, structure: Structure, first: int, last: int, *, keep_drawn: bool = False) -> Correction:
    """Outline a structure in the slices between two that are outlined.

    Args:
        labels: uint8 label image, voxels in any order.
        structure: what to outline.
        first, last: numbers of the outlined slices (axial order); their outlines stay as they are.
        keep_drawn: keep, and go through, outlines that some slices between have already; else they are replaced.

    Raises:
        InputError: nothing lies between, or the structure is not outlined in the first or the last slice.
        GeometryError: the slices are not near axial.
    """
    slices = OutlinedSlices(labels)
    first, last = min(first, last), max(first, last)
    if last - first < 2:
        raise InputError(f"No slice lies between {first} and {last}. Choose two outlined slices that are further apart.")
    slices.require_drawn(structure, first, last)
    drawn = slices.drawn(structure)
    keys = [int(k) for k in drawn if first <= k <= last] if keep_drawn else [first, last]
    outlines = {}
    for lower, upper in pairwise(keys):
        ends = slices.mask(structure, lower), slices.mask(structure, upper)
        for k in range(lower + 1, upper):
            outlines[k] = between(*ends, (k - lower) / (upper - lower), slices.spacing_ji)
    if not outlines:
        raise InputError(f"The {structure.name} is outlined in every slice from {first} to {last}. Nothing was changed.")
    return slices.with_outlines(structure, outlines, f"interpolated between slices {first} and {last}")


def between(start: Mask, end: Mask, part: float, spacing_ji: tuple[float, float]) -> Mask:
    """The mask that lies between two masks.

    Args:
        start, end: (j, i), neither empty.
        part: 0 gives ``start``, 1 gives ``end``.
        spacing_ji: pixel size in mm.
    """
    window = window_around(start | end)
    masks = start[window], end[window]
    centres = [_centre(mask) for mask in masks]
    centre = (1 - part) * centres[0] + part * centres[1]
    rows, columns = np.indices(masks[0].shape, dtype=np.float32)
    distance = np.zeros(masks[0].shape, np.float32)
    for mask, own_centre, weight in zip(masks, centres, (1 - part, part), strict=True):
        down, across = own_centre - centre
        there = sampled(signed_distance(mask, spacing_ji), rows + down, columns + across, spacing_ji)
        distance += np.float32(weight) * there
    whole = np.zeros(start.shape, bool)
    whole[window] = distance > 0
    return whole


def _centre(mask: Mask) -> npt.NDArray[np.float64]:
    return np.argwhere(mask).mean(axis=0)
