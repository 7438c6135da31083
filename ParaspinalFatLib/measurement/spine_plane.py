"""Midline planes: what the level network looks at, cut out of an axial stack or a sagittal series.

A plane's rows run from caudal to cranial and its columns from anterior to posterior, on pixels of
:data:`~ParaspinalFatLib.measurement.spine_classes.PLANE_PIXEL_MM`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.axial import AxialView, axial_view, patient_order
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM

WIDTH_MM = 190.0
"""Columns of a plane: from the front of the spine's surroundings to the skin of the back, not the whole belly."""

SPINE_LABELS = tuple(BY_IDENTIFIER[name].value for name in ("IVD", "VB", "VA", "canal"))

HALF_THICKNESS_MM = 3.0
"""A plane of an axial stack is the mean of three lines per slice, this far apart."""

FINEST_STEPS_MM = (-0.5, 0.0, 0.5)

SEARCHED_MM, MOST_PLANES = 24.0, 9
"""The spine's midline lies within this distance of the middle of a sagittal series; so many planes are looked at."""

LEAST_HEIGHT_MM = 60.0
"""A stack lower than this shows fewer than two discs."""


@dataclass(frozen=True, eq=False)
class MidlinePlanes:
    """Parallel planes of one image, or one curved plane.

    Attributes:
        images: (n, h, w) float32.
        grid: of the image they were cut from, in its axial order.
        lateral: (n, h) column i of the image at each row of each plane.
        first_column: column j of the image at the planes' first column.
    """

    images: npt.NDArray[np.float32]
    grid: AxialGrid
    lateral: npt.NDArray[np.float64]
    first_column: float

    def position(self, plane: int, row: float, column: float) -> tuple[float, float, float]:
        """RAS mm of a place in a plane (pixels, fractions allowed)."""
        _, height = self.lateral.shape
        _, sj, sk = self.grid.spacing
        i = float(np.interp(row, np.arange(height), self.lateral[plane]))
        return self.grid.position(i, self.first_column + column * PLANE_PIXEL_MM / sj, row * PLANE_PIXEL_MM / sk)


def axial_midline(image: Image, labels: Image) -> MidlinePlanes:
    """The curved midline plane of an axial stack: along the middle of disc, body, arch and canal in every slice.

    Args:
        image: near axial stack.
        labels: of the same grid; where nothing of the spine is labelled the middle of what is labelled serves.

    Raises:
        GeometryError: not near axial, or too few slices to show two discs.
    """
    view = axial_view(image)
    grid = AxialGrid.of(view.image)
    slices, _, columns = grid.shape
    height_mm = (slices - 1) * grid.spacing[2]
    if height_mm < LEAST_HEIGHT_MM:
        raise GeometryError(f"The stack is {height_mm:.0f} mm high; at least {LEAST_HEIGHT_MM:.0f} mm show two discs.")
    marked = view.reorder(labels.array)
    spine = np.isin(marked, SPINE_LABELS)
    spine = spine if spine.any() else np.isin(marked, [value for value, one in BY_VALUE.items() if one.is_muscle])
    middle = _curve(spine, 2, (columns - 1) / 2)
    rows_j = float(np.median(np.nonzero(spine)[1])) if spine.any() else (grid.shape[1] - 1) / 2
    heights = np.arange(0, height_mm + 1e-6, PLANE_PIXEL_MM) / grid.spacing[2]
    lateral = np.interp(heights, np.arange(slices), middle)
    offsets = np.array([-HALF_THICKNESS_MM, 0.0, HALF_THICKNESS_MM]) / grid.spacing[0]
    first, width = _columns(rows_j, grid)
    planes = [_sampled(view.image.array, grid, heights, lateral + offset, first, width) for offset in offsets]
    return MidlinePlanes(np.stack(planes).mean(axis=0, keepdims=True), grid, lateral[None], first)


def sagittal_midlines(image: Image) -> MidlinePlanes:
    """Planes of a sagittal series around its middle; which of them shows the spine best is for the network to say.

    Raises:
        GeometryError: the series is not near sagittal.
    """
    view = require_sagittal(image)
    grid = AxialGrid.of(view.image)
    slices, rows, columns = grid.shape
    height_mm = (slices - 1) * grid.spacing[2]
    heights = np.arange(0, height_mm + 1e-6, PLANE_PIXEL_MM) / grid.spacing[2]
    reach = SEARCHED_MM / grid.spacing[0]
    low, high = max(0.0, (columns - 1) / 2 - reach), min(columns - 1.0, (columns - 1) / 2 + reach)
    chosen = np.unique(np.round(np.linspace(low, high, MOST_PLANES)))
    lateral = np.repeat(chosen[:, None], len(heights), axis=1)
    width = int((rows - 1) * grid.spacing[1] / PLANE_PIXEL_MM) + 1
    planes = [_sampled(view.image.array, grid, heights, line, 0.0, width) for line in lateral]
    return MidlinePlanes(np.stack(planes), grid, lateral, 0.0)


def require_sagittal(image: Image) -> AxialView:
    """A sagittal series in the order of :func:`imaging.axial.patient_order`; only its grid is looked at.

    Raises:
        GeometryError: it is not near sagittal, or its planes are too small to show the spine.
    """
    view = patient_order(image, "The sagittal series")
    grid = AxialGrid.of(view.image)
    slices, rows, _ = grid.shape
    if min((slices - 1) * grid.spacing[2], (rows - 1) * grid.spacing[1]) < LEAST_HEIGHT_MM:
        raise GeometryError("The sagittal series is no sagittal series of the spine: its planes are too small.")
    return view


def _curve(spine: npt.NDArray[np.bool_], axis: int, otherwise: float) -> npt.NDArray[np.float64]:
    """Smooth middle of what is labelled, along ``axis``, for every slice."""
    heights = np.flatnonzero(spine.any(axis=(1, 2)))
    everywhere = np.arange(len(spine))
    if not len(heights):
        return np.full(len(spine), otherwise)
    middles = np.array([np.median(np.nonzero(spine[k])[axis - 1]) for k in heights])
    if len(heights) < 4:
        return np.full(len(spine), float(np.median(middles)))
    curve = np.polynomial.Polynomial.fit(heights, middles, 3 if len(heights) > 12 else 1)
    return np.asarray(curve(np.clip(everywhere, heights[0], heights[-1])))


def _columns(middle: float, grid: AxialGrid) -> tuple[float, int]:
    """First column (j) and number of columns of a plane around ``middle``, within the image."""
    half = WIDTH_MM / 2 / grid.spacing[1]
    first = max(0.0, middle - half)
    last = min(grid.shape[1] - 1.0, middle + half)
    return first, int((last - first) * grid.spacing[1] / PLANE_PIXEL_MM) + 1


def _sampled(
    array: np.ndarray,
    grid: AxialGrid,
    heights: npt.NDArray[np.float64],
    lateral: npt.NDArray[np.float64],
    first: float,
    width: int,
) -> npt.NDArray[np.float32]:
    """One plane (h, w): rows at ``heights`` (k), columns from ``first`` (j) on, each row at its ``lateral`` (i)."""
    from scipy import ndimage  # slow to import, and not needed until levels are looked for

    step = PLANE_PIXEL_MM / grid.spacing[1]
    columns = first + step * np.arange(width)
    fine = FINEST_STEPS_MM if grid.spacing[1] < PLANE_PIXEL_MM else (0.0,)
    shape = (len(heights), width)
    total = np.zeros(shape, np.float32)
    for offset in fine:
        places = (
            np.broadcast_to(heights[:, None], shape),
            np.broadcast_to(columns + offset / grid.spacing[1], shape),
            np.broadcast_to(lateral[:, None], shape),
        )
        total += ndimage.map_coordinates(array, places, np.float32, order=1, mode="nearest")
    return total / np.float32(len(fine))
