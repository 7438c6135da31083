"""A new outline for one structure in some slices; everything else in a label image is protected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import AxialView, axial_view
from ParaspinalFatLib.imaging.image import Image

Mask = npt.NDArray[np.bool_]
"""One slice in axial order (j anterior to posterior, i right to left), True inside."""


@dataclass(frozen=True)
class Correction:
    """A label image with one structure outlined anew in some slices.

    Attributes:
        labels: uint8 values of :mod:`anatomy`, in the voxel order of the image it was made from.
        structure: what was outlined anew.
        slices: numbers of the slices (axial order) whose outline of it changed.
        why: what was done, for the list of corrections ("interpolated between slices 3 and 7").
    """

    labels: npt.NDArray[np.uint8]
    structure: Structure
    slices: tuple[int, ...]
    why: str


class OutlinedSlices:
    """The label image of a case, slice by slice in axial order.

    Args:
        labels: uint8 label image, voxels in any order.

    Raises:
        GeometryError: its slices are not near axial.
    """

    def __init__(self, labels: Image) -> None:
        self._labels = labels
        self._view: AxialView = axial_view(labels, "The segmentation")
        self.array: np.ndarray = self._view.reorder(labels.array)

    @property
    def spacing_ji(self) -> tuple[float, float]:
        """Pixel size in mm along rows and columns."""
        i, j, _k = self._view.image.spacing
        return j, i

    def mask(self, structure: Structure, k: int) -> Mask:
        """Where a structure is in slice ``k``."""
        inside: Mask = self.array[k] == structure.value
        return inside

    def drawn(self, structure: Structure) -> npt.NDArray[np.intp]:
        """Numbers of the slices in which a structure has voxels."""
        return np.flatnonzero((self.array == structure.value).any(axis=(1, 2)))

    def require_slices(self, *numbers: int) -> None:
        """Raise InputError unless all slices exist."""
        for k in numbers:
            if not 0 <= k < len(self.array):
                raise InputError(f"There is no slice {k}. Choose slices from 0 to {len(self.array) - 1}.")

    def require_drawn(self, structure: Structure, *numbers: int) -> None:
        """Raise InputError unless a structure is outlined in all of these slices."""
        self.require_slices(*numbers)
        for k in numbers:
            if not self.mask(structure, k).any():
                raise InputError(
                    f"The {structure.name} is not outlined in slice {k}. Outline it there, or choose another slice."
                )

    def with_outlines(self, structure: Structure, outlines: Mapping[int, Mask], why: str) -> Correction:
        """The label image with new outlines of one structure.

        In the given slices the structure's old outline goes away; voxels of other structures stay theirs. Other slices are
        not touched.

        Args:
            structure: what is outlined.
            outlines: slice number to mask.
            why: see :class:`Correction`.
        """
        array = self.array.copy()
        for k, outline in outlines.items():
            own = array[k] == structure.value
            array[k][own & ~outline] = 0
            array[k][outline & (array[k] == 0)] = structure.value
        changed = tuple(int(k) for k in sorted(outlines) if not np.array_equal(array[k], self.array[k]))
        return Correction(self._view.restore(array).astype(np.uint8, copy=False), structure, changed, why)
