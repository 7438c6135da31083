"""Where the body lies in the slices: the network need not look at the air around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.segmentation.intensity import HIGH_PERCENTILE

BLOCK_MM = 4.0
"""Side of the squares over which a slice is averaged first: noise of single pixels in air averages out."""

AIR_PERCENTILE = 5.0
"""Percentile of the averaged slice that stands for air, or for the darkest tissue where the image holds no air."""

BODY_FRACTION = 0.05
"""Part of the way from air to the brightest tissue above which a square is body. Muscle on T2 lies at 0.1 or above, also
far from a surface coil; squares of air stay below 0.03 unless the image is very noisy, and then nothing is cropped."""

DARKEST_AIR = 0.1
"""Where the darkest squares are brighter than this part of the brightest there is no air: the field of view lies within the
body, and its dim side, far from the coil, must stay."""

MARGIN_MM = 12.0
"""Kept around the body: what is dark at its rim (skin, cortical bone, wrapped edges) and the air a network needs to see."""


@dataclass(frozen=True)
class Box:
    """Half-open pixel ranges of the body in the plane of all slices: rows (j) and columns (i)."""

    row_start: int
    row_stop: int
    column_start: int
    column_stop: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of a (j, i) slice."""
        return slice(self.row_start, self.row_stop), slice(self.column_start, self.column_stop)


def body_box(array: npt.NDArray[np.floating | np.integer], spacing_ji: tuple[float, float]) -> Box:
    """The smallest box that holds the body in every slice, with a margin.

    A small field of view without air gives the whole slice, and so does an image too noisy to tell.

    Args:
        array: (k, j, i) in axial order.
        spacing_ji: pixel size in mm along rows (j) and columns (i).
    """
    body = np.zeros(array.shape[1:], bool)
    for plane in array:
        body |= _body_of(plane, spacing_ji)
    if not body.any():
        return Box(0, array.shape[1], 0, array.shape[2])
    rows = _range(np.any(body, axis=1), MARGIN_MM / spacing_ji[0])
    columns = _range(np.any(body, axis=0), MARGIN_MM / spacing_ji[1])
    return Box(*rows, *columns)


def _body_of(plane: np.ndarray, spacing_ji: tuple[float, float]) -> npt.NDArray[np.bool_]:
    """(j, i) where the slice is brighter than air."""
    width = [max(1, round(BLOCK_MM / spacing)) for spacing in spacing_ji]
    smooth = ndimage.uniform_filter(plane.astype(np.float32), width, mode="nearest")
    one_of_each_square = smooth[:: width[0], :: width[1]]
    air, bright = np.percentile(one_of_each_square, (AIR_PERCENTILE, HIGH_PERCENTILE))
    zero = min(0.0, float(smooth.min()))
    if air - zero > DARKEST_AIR * (bright - zero):
        return np.ones(plane.shape, bool)
    return smooth > air + BODY_FRACTION * (bright - air)


def _range(occupied: np.ndarray, margin: float) -> tuple[int, int]:
    indices = np.flatnonzero(occupied)
    start = max(0, int(np.floor(indices[0] - margin)))
    stop = min(occupied.size, int(np.ceil(indices[-1] + 1 + margin)))
    return start, stop
