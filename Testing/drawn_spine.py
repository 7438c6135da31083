"""A drawn spine: a body, a canal and back muscles about a midline of known place and lean."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.image import Image

SPACING_JI = (1.0, 0.8)


def disc(shape: tuple[int, int], centre_mm: tuple[float, float], radius_mm: float) -> np.ndarray:
    """Pixels (j, i) whose centre lies within a circle, in mm from the first pixel's centre."""
    rows, columns = (grid * step for grid, step in zip(np.indices(shape), SPACING_JI, strict=True))
    return np.hypot(rows - centre_mm[0], columns - centre_mm[1]) < radius_mm


def value(identifier: str) -> int:
    """Label value of a structure."""
    return BY_IDENTIFIER[identifier].value


def make_spine() -> Image:
    """Seven slices of 80 x 120 pixels in axial order: body, canal, both ES, and a right MF in slices 1 to 5.

    The midline leans by 0.1 columns a row to the patient's left; at the canal's row (44 mm) it is at 48 mm.
    """
    labels = np.zeros((7, 80, 120), np.uint8)
    for k in range(7):
        labels[k][disc((80, 120), (14.0, 45.0), 9.0)] = value("VB")
        labels[k][disc((80, 120), (44.0, 48.0), 5.0)] = value("canal")
        for side, sign in (("right", -1), ("left", 1)):
            centre = np.array([60.0, 49.6]) + sign * 30 * np.array([-0.1, 1.0]) / np.hypot(1, 0.1)
            labels[k][disc((80, 120), tuple(centre), 10.0)] = value(f"ES_{side}")
        if 1 <= k <= 5:
            labels[k][disc((80, 120), (62.0, 38.0), 7.0)] = value("MF_right")
    affine = np.array([[-0.8, 0, 0, 40], [0, -1.0, 0, 30], [0, 0, 4.0, -10], [0, 0, 0, 1]])
    return Image(labels, affine)


def make_spine_with_discs() -> Image:
    """The same with discs in slices 1 and 5, so that there are two levels."""
    spine = make_spine()
    for k in (1, 5):
        spine.array[k][spine.array[k] == value("VB")] = value("IVD")
    return spine
