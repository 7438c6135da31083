"""Image: a voxel array and the affine that places it in the patient."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.errors import GeometryError

ORTHOGONALITY_TOLERANCE = 1e-3
"""Largest |cosine| between two voxel axes that still counts as a right angle (0.06 degrees). MRML volumes cannot hold
shear, and file headers written in single precision deviate by about 1e-6."""


@dataclass(frozen=True, eq=False)
class Image:
    """A 3D image.

    Attributes:
        array: voxels indexed (k, j, i), as SimpleITK and ``slicer.util`` give them; a label image is uint8 with the
            values of :mod:`ParaspinalFatLib.anatomy`.
        affine: 4x4 float64, maps a voxel centre (i, j, k, 1) to RAS millimetres (x right, y anterior, z superior).

    >>> image = Image(np.zeros((2, 3, 4)), np.diag([0.5, 0.5, 4.0, 1.0]))
    >>> image.spacing
    (0.5, 0.5, 4.0)
    >>> image.voxel_volume_mm3
    1.0
    """

    array: np.ndarray
    affine: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "affine", np.asarray(self.affine, dtype=np.float64))
        if self.array.ndim != 3:
            raise GeometryError(f"An image needs three axes, this array has {self.array.ndim}.")
        if self.affine.shape != (4, 4) or not np.all(np.isfinite(self.affine)):
            raise GeometryError("The image's position in the patient is not a finite 4x4 matrix; export the image again.")
        if min(self.spacing) <= 0 or abs(np.linalg.det(self.affine[:3, :3])) == 0:
            raise GeometryError("The image's voxel size is zero in at least one direction; export the image again.")

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Distance in mm between neighbouring voxel centres along i, j, k."""
        si, sj, sk = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(si), float(sj), float(sk)

    @property
    def directions(self) -> npt.NDArray[np.float64]:
        """3x3; column n is the unit vector (RAS) along which voxel axis n (i, j, k) grows."""
        return self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0)

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of one voxel of a rectangular grid in cubic millimetres, gaps between slices included."""
        return math.prod(self.spacing)

    def with_array(self, array: np.ndarray) -> Image:
        """Another image on this grid; ``array`` must have this image's shape."""
        if array.shape != self.array.shape:
            raise GeometryError(f"An array of shape {array.shape} does not fit a grid of shape {self.array.shape}.")
        return replace(self, array=array)

    def world(self, ijk: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """RAS millimetres of voxel positions.

        Args:
            ijk: (..., 3) positions in voxels (i, j, k), fractions allowed.

        Returns:
            (..., 3) positions in mm (right, anterior, superior).
        """
        positions = np.asarray(ijk, dtype=np.float64)
        return positions @ self.affine[:3, :3].T + self.affine[:3, 3]


def require_orthogonal(image: Image, name: str = "The image") -> None:
    """Raise GeometryError if the voxel axes are not at right angles: areas and MRML volumes need that they are."""
    cosines = image.directions.T @ image.directions - np.eye(3)
    worst = float(np.max(np.abs(cosines)))
    if worst > ORTHOGONALITY_TOLERANCE:
        angle = float(np.degrees(np.arccos(min(worst, 1.0))))
        raise GeometryError(
            f"{name} has a sheared grid (two voxel axes meet at {angle:.2f} degrees, not 90). "
            "Resample it to a rectangular grid first."
        )
