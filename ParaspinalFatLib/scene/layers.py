"""One layer of a segmentation <-> voxels on a volume's grid, exactly: what would need resampling is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.grids import POSITION_TOLERANCE_VOXELS
from ParaspinalFatLib.imaging.occupied import Box, occupied
from ParaspinalFatLib.scene.volumes import local_affine, matrix_of, vtk_matrix

VOXEL_STEP_TOLERANCE = 1e-4
"""Largest difference between the voxel steps of two grids that still counts as one direction and spacing: over 500 voxels it
adds up to the twentieth of a voxel allowed for positions."""


def new_layer(labels: np.ndarray, volume: Any) -> Any:
    """Labels (k, j, i) on the grid of a volume node as a vtkOrientedImageData (copied).

    It reaches as far as the labels, not as far as the volume: Slicer shrinks layers likewise when they are edited, and what
    it does with a layer takes time in proportion.
    """
    k, j, i = box = occupied(labels)
    layer = slicer.vtkOrientedImageData()
    layer.SetExtent(i.start, i.stop - 1, j.start, j.stop - 1, k.start, k.stop - 1)
    layer.SetImageToWorldMatrix(vtk_matrix(local_affine(volume)))
    scalars = numpy_to_vtk(np.ascontiguousarray(labels[box]).ravel(), deep=True)
    scalars.SetName("labels")
    layer.GetPointData().SetScalars(scalars)
    return layer


def to_volume(node: Any, volume: Any) -> npt.NDArray[np.float64]:
    """4x4, from a segmentation node's coordinates to voxels (i, j, k) of a volume node, both with their parent transforms.

    Raises:
        GeometryError: a non-linear transform lies between them.
    """
    between = vtk.vtkMatrix4x4()
    transforms = node.GetParentTransformNode(), volume.GetParentTransformNode()
    if not slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes(*transforms, between):
        raise GeometryError(
            f"{node.GetName()} and {volume.GetName()} lie under different non-linear transforms. Harden or remove them."
        )
    matrix: npt.NDArray[np.float64] = np.linalg.inv(local_affine(volume)) @ matrix_of(between)
    return matrix


def voxels_in_volume(
    layer: Any, matrix: npt.NDArray[np.float64], shape: tuple[int, ...], name: str
) -> tuple[Box, np.ndarray] | None:
    """The part of a layer that lies in a volume, in the volume's voxel order.

    Slicer flips the slices of some volumes when it loads them, but not those of their segmentations, so the axes of the two
    may be permuted and reversed; anything else would need resampling.

    Args:
        layer: vtkOrientedImageData.
        matrix: from :func:`to_volume`.
        shape: of the volume's array (k, j, i).
        name: of the segmentation, for messages.

    Returns:
        the part of the volume's array, and the layer's values there (k, j, i); None if nothing of the layer lies in it.

    Raises:
        GeometryError: the layer's voxels are not those of the volume.
    """
    scalars = layer.GetPointData().GetScalars()
    if scalars is None or scalars.GetNumberOfTuples() == 0:
        return None
    turn, shift = _lattice_step(layer, matrix, name)
    extent = np.array(layer.GetExtent()).reshape(3, 2)
    voxels = vtk_to_numpy(scalars).reshape((extent[:, 1] - extent[:, 0] + 1)[::-1]).transpose()
    flipped = tuple(axis for axis in range(3) if turn[axis].sum() < 0)
    voxels = np.flip(voxels.transpose(np.argmax(np.abs(turn), axis=1)), flipped)  # along the volume's i, j, k
    first = (turn @ extent + shift[:, np.newaxis]).min(axis=1)
    start, stop = np.maximum(first, 0), np.minimum(first + voxels.shape, shape[::-1])
    if np.any(start >= stop):
        return None
    return _box(start, stop), voxels.transpose()[_box(start - first, stop - first)]


def _lattice_step(
    layer: Any, matrix: npt.NDArray[np.float64], name: str
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    """Whole numbers (3x3, 3): volume voxel = turn @ layer voxel + shift."""
    image_to_world = vtk.vtkMatrix4x4()
    layer.GetImageToWorldMatrix(image_to_world)
    step = matrix @ matrix_of(image_to_world)
    turn, shift = np.rint(step[:3, :3]).astype(int), np.rint(step[:3, 3]).astype(int)
    same_steps = np.max(np.abs(step[:3, :3] - turn)) <= VOXEL_STEP_TOLERANCE
    same_positions = np.max(np.abs(step[:3, 3] - shift)) <= POSITION_TOLERANCE_VOXELS
    if not (same_steps and same_positions and np.array_equal(np.abs(turn @ turn.T), np.eye(3, dtype=int))):
        raise GeometryError(
            f"The segmentation {name} has other voxels than the volume; resampling would change areas unseen. "
            "Select the volume it was drawn on, or set that volume as its reference geometry in the Segmentations module."
        )
    return turn, shift


def _box(start: npt.NDArray[np.int_], stop: npt.NDArray[np.int_]) -> Box:
    i, j, k = (slice(int(first), int(last)) for first, last in zip(start, stop, strict=True))
    return k, j, i
