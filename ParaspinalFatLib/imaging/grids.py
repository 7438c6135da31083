"""Whether two images lie on one grid, and in which words they differ."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.image import Image

POSITION_TOLERANCE_VOXELS = 0.05
"""Two grids are one if no corner of the volume is displaced by more than this part of the smallest voxel edge.
Headers of one examination differ by rounding (about 1e-4 mm); a twentieth of a voxel moves an area by far less than
the partial volume at its rim, and any true shift between series is larger."""


def corner_displacement_mm(a: Image, b: Image) -> float:
    """Largest distance in mm between the same corner voxel of two grids of equal shape."""
    k, j, i = (size - 1 for size in a.array.shape)
    corners = np.array([(x, y, z) for x in (0, i) for y in (0, j) for z in (0, k)], dtype=float)
    return float(np.max(np.linalg.norm(a.world(corners) - b.world(corners), axis=1)))


def grid_difference(a: Image, b: Image) -> str | None:
    """How two grids differ, as a phrase for an error message; None if they are the same.

    >>> unit = Image(np.zeros((2, 2, 2)), np.eye(4))
    >>> grid_difference(unit, Image(np.zeros((2, 2, 3)), np.eye(4)))
    'sizes 2 x 2 x 2 and 3 x 2 x 2 voxels (i x j x k)'
    """
    if a.array.shape != b.array.shape:
        return f"sizes {_size(a)} and {_size(b)} voxels (i x j x k)"
    if not np.allclose(a.spacing, b.spacing, rtol=1e-3):
        return f"voxel sizes {_triple(a.spacing)} and {_triple(b.spacing)} mm"
    displacement = corner_displacement_mm(a, b)
    if displacement <= POSITION_TOLERANCE_VOXELS * min(a.spacing):
        return None
    angle = _largest_axis_angle(a, b)
    turned = f", turned by {angle:.2f} degrees" if angle > 0.01 else ""
    return f"the same size, but displaced by up to {displacement:.2f} mm{turned}"


def require_same_grid(a: Image, b: Image, name_a: str, name_b: str) -> None:
    """Raise GeometryError naming the difference unless both images lie on one grid."""
    difference = grid_difference(a, b)
    if difference is not None:
        raise GeometryError(
            f"{name_a} and {name_b} do not lie on one grid: {difference}. "
            "Use images of one acquisition, or resample one onto the other first."
        )


def _size(image: Image) -> str:
    k, j, i = image.array.shape
    return f"{i} x {j} x {k}"


def _triple(values: tuple[float, float, float]) -> str:
    return " x ".join(f"{value:.4g}" for value in values)


def _largest_axis_angle(a: Image, b: Image) -> float:
    cosines = np.sum(a.directions * b.directions, axis=0)
    return float(np.degrees(np.max(np.arccos(np.clip(cosines, -1, 1)))))
