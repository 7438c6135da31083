"""Right and left of the spine: muscle labelled with the wrong side is given the right one.

The patient's side is a fact of geometry once the spine's midline is known. In every slice the midline passes through the
spinal canal and runs from the vertebral body to the arch; muscle clearly beyond it carries the other side's name.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, STRUCTURES, Side, mirrored

BEYOND_MIDLINE_MM = 10.0
"""Muscle is the other side's from this distance beyond the midline on. The multifidi meet at the midline, whose estimate is
good to a few mm; the centre of no muscle lies nearer to it than this."""

LARGEST_TURN_DEGREES = 30.0
"""A midline turned further than this against the image's rows is a wrong estimate; the image's own direction is taken."""

SMALLEST_ARM_MM = 15.0
"""Body and canal must lie at least this far apart to show the direction of the midline (normal: 25 to 40 mm)."""

_CANAL = ("canal",)
_ARCH = ("VA",)
_FRONT = ("VB", "IVD", "sacrum")


@dataclass(frozen=True)
class Midline:
    """The spine's midline in every slice.

    Attributes:
        column_mm, row_mm: (k,) a point of the midline in each slice, in mm from the first pixel's centre (axial order).
        lean: columns (mm to the patient's left) that the midline moves per mm to posterior.
    """

    column_mm: npt.NDArray[np.float64]
    row_mm: npt.NDArray[np.float64]
    lean: float

    def distance_to_left(self, shape: tuple[int, int, int], spacing_ji: tuple[float, float]) -> npt.NDArray[np.float32]:
        """(k, j, i) distance of every voxel from the midline in mm, positive on the patient's left."""
        rows = (np.arange(shape[1]) * spacing_ji[0])[None, :, None]
        columns = (np.arange(shape[2]) * spacing_ji[1])[None, None, :]
        middle = self.column_mm[:, None, None] + self.lean * (rows - self.row_mm[:, None, None])
        return ((columns - middle) / np.hypot(1.0, self.lean)).astype(np.float32)


def midline(labels: npt.NDArray[np.uint8], spacing_ji: tuple[float, float]) -> Midline | None:
    """Estimate the midline from canal, arch, body and disc, or else from the muscles of both sides.

    Args:
        labels: (k, j, i) in axial order.
        spacing_ji: pixel size in mm along rows and columns.

    Returns:
        None where neither is labelled. Slices without an estimate take that of their neighbours.
    """
    canal, arch, front = (_centres(labels, _values(names), spacing_ji) for names in (_CANAL, _ARCH, _FRONT))
    points = np.where(np.isnan(canal), np.where(np.isnan(arch), front, arch), canal)  # the surest there is
    lean = _lean(front, canal)
    if np.isnan(points).all():
        points, lean = _between_muscles(labels, spacing_ji), 0.0
    known = np.flatnonzero(~np.isnan(points[:, 0]))
    if known.size == 0:
        return None
    every = np.arange(len(labels))
    row_mm, column_mm = (np.interp(every, known, points[known, axis]) for axis in (0, 1))
    return Midline(column_mm, row_mm, lean)


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


def _values(identifiers: tuple[str, ...]) -> list[int]:
    return [BY_IDENTIFIER[identifier].value for identifier in identifiers]


def _centres(labels: npt.NDArray[np.uint8], values: list[int], spacing_ji: tuple[float, float]) -> npt.NDArray[np.float64]:
    """(k, 2) centre (row, column) in mm of some label values in each slice; NaN where there is none."""
    mask = np.isin(labels, values)
    row_sums, column_sums = mask.sum(axis=2), mask.sum(axis=1)
    voxels = np.maximum(row_sums.sum(axis=1), 1)
    rows = row_sums @ np.arange(labels.shape[1]) / voxels
    columns = column_sums @ np.arange(labels.shape[2]) / voxels
    centres = np.stack([rows, columns], axis=1) * spacing_ji
    centres[~mask.any(axis=(1, 2))] = np.nan
    return centres


def _lean(front: npt.NDArray[np.float64], back: npt.NDArray[np.float64]) -> float:
    """Median over the slices of the midline's direction; 0 where nothing shows it."""
    rows, columns = (back - front).T
    known = ~np.isnan(rows)
    known[known] = rows[known] >= SMALLEST_ARM_MM
    if not known.any():
        return 0.0
    lean = float(np.median(columns[known] / rows[known]))
    return lean if abs(lean) <= np.tan(np.radians(LARGEST_TURN_DEGREES)) else 0.0


def _between_muscles(labels: npt.NDArray[np.uint8], spacing_ji: tuple[float, float]) -> npt.NDArray[np.float64]:
    """(k, 2) halfway between the centres of right and left erector spinae with multifidus; NaN where one side is missing."""
    sides = []
    for side in (Side.RIGHT, Side.LEFT):
        values = [s.value for s in STRUCTURES if s.side is side and s.abbreviation in ("MF", "ES", "IL", "LO")]
        sides.append(_centres(labels, values, spacing_ji))
    return (sides[0] + sides[1]) / 2
