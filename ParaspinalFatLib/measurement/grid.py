"""AxialGrid: where the voxels of an image in axial order lie, and how large they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.imaging.image import Image


@dataclass(frozen=True, eq=False)
class AxialGrid:
    """The grid of an image in axial order (k caudal to cranial, j anterior to posterior, i right to left).

    Attributes:
        shape: voxels along k, j, i.
        affine: 4x4, voxel (i, j, k, 1) to RAS mm.
    """

    shape: tuple[int, int, int]
    affine: npt.NDArray[np.float64]

    @classmethod
    def of(cls, image: Image) -> AxialGrid:
        """The grid of an image that is in axial order already."""
        k, j, i = image.array.shape
        return cls((k, j, i), image.affine)

    @cached_property
    def spacing(self) -> tuple[float, float, float]:
        """Millimetres between voxel centres along i, j, k."""
        si, sj, sk = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(si), float(sj), float(sk)

    @cached_property
    def pixel_area_mm2(self) -> float:
        """In-plane area of one voxel."""
        return self.spacing[0] * self.spacing[1]

    @cached_property
    def voxel_volume_ml(self) -> float:
        """Volume of one voxel, the gap to the next slice included."""
        return float(abs(np.linalg.det(self.affine[:3, :3]))) / 1000

    def position(self, i: float, j: float, k: float) -> tuple[float, float, float]:
        """RAS mm of a voxel position, fractions allowed."""
        r, a, s = (x * i + y * j + z * k + origin for x, y, z, origin in self._rows)
        return r, a, s

    @cached_property
    def _rows(self) -> list[list[float]]:
        return self.affine[:3].tolist()

    def slice_position_mm(self, k: int) -> float:
        """Superior coordinate of the centre of slice k."""
        _, rows, columns = self.shape
        return self.position((columns - 1) / 2, (rows - 1) / 2, k)[2]

    def slice_coordinate(self, position: tuple[float, float, float]) -> float:
        """The slice number, with its fraction, of a RAS position."""
        return float(np.linalg.solve(self.affine[:3, :3], np.asarray(position) - self.affine[:3, 3])[2])
