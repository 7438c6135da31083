"""Right and left of the spine: muscle labelled with the wrong side is given the right one.

The patient's side is a fact of geometry once the spine's midline is known. It runs from the vertebral body through the canal
to the arch, between the back muscles; muscle clearly beyond it carries the other side's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, STRUCTURES, Side, mirrored

BEYOND_MIDLINE_MM = 10.0
"""Muscle is the other side's from this distance beyond the midline on. The multifidi meet at the midline, whose estimate is
good to a few mm; the centre of no muscle lies nearer to it than this."""

LARGEST_TURN_DEGREES = 30.0
"""If the midline seems turned further than this against the image's rows, the estimate is wrong or the patient lies on the
side; sides are then left as the network gave them."""

SMALLEST_ARM_MM = 15.0
"""Body and canal, or the muscles of both sides, must lie at least this far apart to show the midline's direction (normal: 25
to 40 mm, and 60 mm and more)."""

_BACK_MUSCLES = ("MF", "ES", "IL", "LO")
_CANAL = [BY_IDENTIFIER["canal"].value]
_ARCH = [BY_IDENTIFIER["VA"].value]
_FRONT = [BY_IDENTIFIER[identifier].value for identifier in ("VB", "IVD", "sacrum")]
_RIGHT = [BY_IDENTIFIER[f"{muscle}_right"].value for muscle in _BACK_MUSCLES]
_LEFT = [BY_IDENTIFIER[f"{muscle}_left"].value for muscle in _BACK_MUSCLES]


@dataclass(frozen=True)
class Midline:
    """The spine's midline in every slice.

    Attributes:
        column_mm: (k,) where it crosses the first row of each slice, in mm from the first column's centre (axial order).
        lean: columns (mm to the patient's left) that it moves per mm to posterior.
    """

    column_mm: npt.NDArray[np.float64]
    lean: float

    def distance_to_left(self, shape: tuple[int, int, int], spacing_ji: tuple[float, float]) -> npt.NDArray[np.float32]:
        """(k, j, i) distance of every voxel from the midline in mm, positive on the patient's left."""
        rows = (np.arange(shape[1]) * spacing_ji[0])[None, :, None]
        columns = (np.arange(shape[2]) * spacing_ji[1])[None, None, :]
        middle = self.column_mm[:, None, None] + self.lean * rows
        return ((columns - middle) / np.hypot(1.0, self.lean)).astype(np.float32)


def midline(labels: npt.NDArray[np.uint8], spacing_ji: tuple[float, float]) -> Midline | None:
    """Estimate the midline from what should lie on it: canal, arch, body or disc, the middle between the back muscles.

    The median of these is taken in every slice, so that one of them in a wrong place does not move the midline.

    Args:
        labels: (k, j, i) in axial order.
        spacing_ji: pixel size in mm along rows and columns.

    Returns:
        None where none of these is labelled or the midline is turned too far. Slices without an estimate take that of their
        neighbours.
    """
    canal, arch, front, right, left = (
        _centres(labels, values, spacing_ji) for values in (_CANAL, _ARCH, _FRONT, _RIGHT, _LEFT)
    )
    lean = _lean(np.concatenate([canal - front, arch - front]), left - right)
    points = np.stack([canal, arch, front, (right + left) / 2])
    crossings = points[..., 1] - lean * points[..., 0]
    known = np.flatnonzero(~np.isnan(crossings).all(axis=0))
    if known.size == 0 or abs(lean) > np.tan(np.radians(LARGEST_TURN_DEGREES)):
        return None
    return Midline(np.interp(np.arange(len(labels)), known, np.nanmedian(crossings[:, known], axis=0)), lean)


def correct_sides(labels: npt.NDArray[np.uint8], spacing_ji: tuple[float, float]) -> dict[str, int]:
    """Rename, in place, muscle that lies clearly on the other side of the midline than its label says.

    Returns:
        How many voxels of each structure (identifier, as labelled before) were renamed; only those that were.
    """
    line = midline(labels, spacing_ji)
    if line is None:
        return {}
    to_left = line.distance_to_left(labels.shape, spacing_ji)
    lookup = {Side.RIGHT: to_left > BEYOND_MIDLINE_MM, Side.LEFT: to_left < -BEYOND_MIDLINE_MM}
    renamed = {}
    for structure in STRUCTURES:
        if structure.is_muscle:
            wrong = (labels == structure.value) & lookup[structure.side]
            labels[wrong] = mirrored(structure).value
            renamed[structure.identifier] = int(np.count_nonzero(wrong))
    return {identifier: count for identifier, count in renamed.items() if count}


def _centres(
    labels: npt.NDArray[np.uint8], values: Sequence[int], spacing_ji: tuple[float, float]
) -> npt.NDArray[np.float64]:
    """(k, 2) centre (row, column) in mm of some label values in each slice; NaN where there is none."""
    mask = np.isin(labels, values)
    row_sums, column_sums = mask.sum(axis=2), mask.sum(axis=1)
    voxels = np.maximum(row_sums.sum(axis=1), 1)
    rows = row_sums @ np.arange(labels.shape[1]) / voxels
    columns = column_sums @ np.arange(labels.shape[2]) / voxels
    centres = np.stack([rows, columns], axis=1) * spacing_ji
    centres[~mask.any(axis=(1, 2))] = np.nan
    return centres


def _lean(to_back: npt.NDArray[np.float64], to_left: npt.NDArray[np.float64]) -> float:
    """Columns per row of the midline: the median over the slices, 0 where nothing shows it.

    Args:
        to_back: (n, 2) from body or disc to canal or arch (row, column) in mm: along the midline.
        to_left: (n, 2) from right to left muscle: across the midline. The wrong name on both sides does not change it.
    """
    rows, columns = to_back[to_back[:, 0] >= SMALLEST_ARM_MM].T
    if rows.size:
        return float(np.median(columns / rows))
    rows, columns = to_left[np.abs(to_left[:, 1]) >= SMALLEST_ARM_MM].T
    return float(np.median(-rows / columns)) if rows.size else 0.0
