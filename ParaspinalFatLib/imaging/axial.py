"""The axial order: the one voxel order in which every algorithm works, reached without resampling.

A file may store its axes permuted, flipped or left-handed. Here the array is only transposed and reversed until slices run
from caudal to cranial, rows from anterior to posterior and columns from the patient's right to left, so the same anatomy
gives the same numbers whatever the file's order, and "left" is always the patient's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.image import Image, require_orthogonal

THICK_SLICE_RATIO = 1.5
"""An axis whose spacing is at least this many times both others is the acquisition's slice axis (thick slices). Below
it the voxels are near isotropic and the axis closest to the patient's long axis serves."""

MAXIMUM_AXIAL_ANGLE_DEGREES = 45.0
"""Cross-sectional areas are defined on slices within this angle of the patient's axial plane (``domain.md``)."""

_LPS_SIGNS = (-1.0, -1.0, 1.0)
"""Signs of the RAS components along which i (to the left), j (to posterior) and k (to superior) must grow."""


@dataclass(frozen=True, eq=False)
class AxialView:
    """An image in axial order, and the way back.

    Attributes:
        image: the reordered image; array (k caudal to cranial, j anterior to posterior, i right to left).
        permutation: for each axial axis (k, j, i) the axis of the original array it came from.
        flipped: for each axial axis (k, j, i) whether it was reversed.
    """

    image: Image
    permutation: tuple[int, int, int]
    flipped: tuple[bool, bool, bool]

    def reorder(self, array: np.ndarray) -> np.ndarray:
        """Bring another array of the original grid into axial order (a view, no copy)."""
        return array.transpose(self.permutation)[self._reversal]

    def restore(self, array: np.ndarray) -> np.ndarray:
        """Bring an array in axial order back to the original grid's order, exactly (contiguous copy)."""
        return np.ascontiguousarray(array[self._reversal].transpose(np.argsort(self.permutation)))

    @property
    def _reversal(self) -> tuple[slice, slice, slice]:
        k, j, i = (slice(None, None, -1) if flip else slice(None) for flip in self.flipped)
        return k, j, i


def slice_axis(image: Image) -> int:
    """Voxel axis (0 = i, 1 = j, 2 = k) across which the slices were acquired.

    A single image has one axis of length 1; thick slices have one clearly largest spacing; otherwise the voxels are near
    isotropic and the axis closest to the patient's long axis is taken.
    """
    lengths = image.array.shape[::-1]
    singles = [axis for axis in range(3) if lengths[axis] == 1]
    if len(singles) == 1:
        return singles[0]
    order = np.argsort(image.spacing)
    if image.spacing[order[2]] >= THICK_SLICE_RATIO * image.spacing[order[1]]:
        return int(order[2])
    return int(np.argmax(np.abs(image.directions[2])))


def slice_normal(image: Image) -> npt.NDArray[np.float64]:
    """Unit vector (RAS) perpendicular to the acquired slices, pointing to superior."""
    normal = image.directions[:, slice_axis(image)]
    return normal if normal[2] >= 0 else -normal


def angle_from_axial_degrees(image: Image) -> float:
    """Angle between the acquired slices and the patient's axial plane, 0 to 90 degrees."""
    return float(np.degrees(np.arccos(np.clip(slice_normal(image)[2], -1.0, 1.0))))


def axial_view(image: Image, name: str = "The image") -> AxialView:
    """Reorder an image's voxels into axial order.

    Args:
        image: any 3D image with a rectangular grid; its array may be permuted, flipped or left-handed.
        name: what to call it in an error message.

    Raises:
        GeometryError: the grid is sheared, or its slices lie more than 45 degrees from the axial plane.

    >>> affine = np.diag([1.0, 1.0, -4.0, 1.0])       # columns to the right, rows to anterior, slices to caudal
    >>> view = axial_view(Image(np.arange(8).reshape(2, 2, 2), affine))
    >>> view.image.array[0, 0]                        # most caudal, most anterior row, from right to left
    array([7, 6])
    """
    require_orthogonal(image, name)
    angle = angle_from_axial_degrees(image)
    if angle > MAXIMUM_AXIAL_ANGLE_DEGREES:
        raise GeometryError(
            f"{name} is not an axial acquisition: its slices lie {angle:.0f} degrees from the axial plane, at most "
            f"{MAXIMUM_AXIAL_ANGLE_DEGREES:.0f} are allowed. Use the axial series of the examination."
        )
    across = slice_axis(image)
    in_plane = [axis for axis in range(3) if axis != across]
    columns = max(in_plane, key=lambda axis: abs(image.directions[0, axis]))
    rows = next(axis for axis in in_plane if axis != columns)
    return _reordered(image, (columns, rows, across))


def patient_order(image: Image, name: str = "The image") -> AxialView:
    """Reorder a sagittal image's voxels as :func:`axial_view` does an axial one's: k to superior, j to posterior, i to left.

    Args:
        image: a 3D image whose planes are near sagittal.
        name: what to call it in an error message.

    Raises:
        GeometryError: the grid is sheared, or the planes lie more than 45 degrees from the sagittal plane.
    """
    require_orthogonal(image, name)
    order = np.argsort(image.spacing)
    across = int(np.argmax(np.abs(image.directions[0])))
    if image.spacing[order[2]] >= THICK_SLICE_RATIO * image.spacing[order[1]]:
        across = int(order[2])
    if np.argmax(np.abs(image.directions[:, across])) != 0:
        raise GeometryError(f"{name} is not a sagittal acquisition. Choose the sagittal series of the examination.")
    others = [axis for axis in range(3) if axis != across]
    up = max(others, key=lambda axis: abs(image.directions[2, axis]))
    front = next(axis for axis in others if axis != up)
    return _reordered(image, (across, front, up))


def _reordered(image: Image, axes: tuple[int, int, int]) -> AxialView:
    """``axes``: the original voxel axes that become i, j, k."""
    signs = [image.directions[component, axis] for component, axis in enumerate(axes)]
    flips = [sign * wanted < 0 for sign, wanted in zip(signs, _LPS_SIGNS, strict=True)]
    affine = np.eye(4)
    origin = np.zeros(3)
    for new, (axis, flip) in enumerate(zip(axes, flips, strict=True)):
        affine[:3, new] = image.affine[:3, axis] * (-1 if flip else 1)
        origin[axis] = image.array.shape[2 - axis] - 1 if flip else 0
    affine[:3, 3] = image.world(origin)
    permutation = (2 - axes[2], 2 - axes[1], 2 - axes[0])
    view = AxialView(image, permutation, (flips[2], flips[1], flips[0]))
    return AxialView(Image(view.reorder(image.array), affine), permutation, view.flipped)
