"""Signed distance to an outline: what lets a mask be moved by parts of a pixel and blended with another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.correction.outline import Mask

MARGIN_PIXELS = 2
"""Kept around a mask: its distance is known on both sides of its border, and rounding has room."""


def window_around(mask: Mask) -> tuple[slice, slice]:
    """Rows and columns around a mask that is not empty: distances need not be known further away."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(0, int(rows[0]) - MARGIN_PIXELS), int(rows[-1]) + 1 + MARGIN_PIXELS),
        slice(max(0, int(columns[0]) - MARGIN_PIXELS), int(columns[-1]) + 1 + MARGIN_PIXELS),
    )


def signed_distance(mask: Mask, spacing_ji: tuple[float, float]) -> npt.NDArray[np.float32]:
    """Distance of every pixel from the border of a mask in mm, positive inside.

    Pixel centres on both sides of the border have the same distance, so that ``signed_distance(mask) > 0`` is the mask.

    Args:
        mask: (j, i), not empty.
        spacing_ji: pixel size in mm.

    >>> signed_distance(np.array([[False, True, True, False]]), (1.0, 1.0)).tolist()
    [[-1.0, 1.0, 1.0, -1.0]]
    """
    from scipy import ndimage  # slow to import, and not needed until something is corrected

    beyond = np.pad(mask, 1)  # a mask that reaches the image's edge ends there
    inside = ndimage.distance_transform_edt(beyond, sampling=spacing_ji)
    outside = ndimage.distance_transform_edt(~beyond, sampling=spacing_ji)
    distance: npt.NDArray[np.float32] = (inside - outside)[1:-1, 1:-1].astype(np.float32)
    return distance


def sampled(
    distance: npt.NDArray[np.float32], rows: np.ndarray, columns: np.ndarray, spacing_ji: tuple[float, float]
) -> npt.NDArray[np.float32]:
    """Distance at fractional pixel positions, linear between pixels; beyond the array it falls with every mm.

    Args:
        distance: (j, i) from :func:`signed_distance`.
        rows, columns: positions in pixels, of equal shape, which is that of the result.
        spacing_ji: pixel size in mm.
    """
    from scipy import ndimage

    height, width = distance.shape
    near_rows, near_columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    values = ndimage.map_coordinates(distance, [near_rows, near_columns], order=1, mode="nearest")
    beyond = np.hypot((rows - near_rows) * spacing_ji[0], (columns - near_columns) * spacing_ji[1])
    falling = np.where(beyond > 0, np.minimum(values, 0) - beyond, values)
    return falling.astype(np.float32)
