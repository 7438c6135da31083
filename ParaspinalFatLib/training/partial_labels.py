"""Labels that are only partly known: 255 is unknown, never background, and this page narrows what is unknown."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import ndimage

UNKNOWN = 255
"""Label value of a voxel whose structure nobody has drawn: the loss ignores it."""

FAR_MM = 18.0
"""Unknown voxels at least this far from every drawn structure are none of them: rims, facet joints, transverse processes
and the seam between psoas and quadratus lumborum lie nearer."""

RIM_PIXELS = 2
"""Silver labels leave a rim of one to two pixels open around a structure."""

LEAN_FAT_FRACTION = 0.35
"""A rim voxel next to a muscle with less fat than this belongs to the muscle (partial volume of up to a third fat)."""

FATTY_FAT_FRACTION = 0.6
"""A rim voxel with more fat than this is fat between muscles."""


def settle_rims(
    labels: npt.NDArray[np.uint8], water: np.ndarray, fat: np.ndarray, muscles: Iterable[int]
) -> npt.NDArray[np.uint8]:
    """Give the open rim around drawn muscles to muscle or background by its fat fraction, where that is unambiguous.

    Args:
        labels: (k, j, i) with 255 where unknown.
        water, fat: (k, j, i) on one scale, muscle water and pure fat near 1.
        muscles: label values whose rims are settled.

    Returns:
        A copy; voxels with a fat fraction between the two bounds, or dark in both images (vessels, tendon), stay
        unknown.
    """
    result = labels.copy()
    total = water + fat
    fraction = fat / np.maximum(total, 1e-6)
    open_rim = (labels == UNKNOWN) & (total > 0.5)
    plane = np.ones((1, 3, 3), bool)
    for value in muscles:
        drawn = labels == value
        first = ndimage.binary_dilation(drawn, plane) & open_rim
        result[first & (fraction < LEAN_FAT_FRACTION)] = value
        rim = ndimage.binary_dilation(drawn, plane, iterations=RIM_PIXELS) & open_rim
        result[rim & (fraction > FATTY_FAT_FRACTION)] = 0
    return result


def far_unknown_is_background(
    labels: npt.NDArray[np.uint8], pixel_mm: tuple[float, float], distance_mm: float = FAR_MM
) -> npt.NDArray[np.uint8]:
    """Turn unknown voxels far from every drawn structure of their slice to background (a copy).

    Only for slices in which every structure that the network knows has been drawn.

    Args:
        labels: (k, j, i).
        pixel_mm: (j, i) size of a pixel.
        distance_mm: how far is far.
    """
    result = labels.copy()
    for plane in result:
        drawn = (plane != 0) & (plane != UNKNOWN)
        if drawn.any():
            far = ndimage.distance_transform_edt(~drawn, sampling=pixel_mm) > distance_mm
            plane[far & (plane == UNKNOWN)] = 0
    return result
