"""Volume nodes <-> images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role

VolumeNodes = Mapping[Role, Any]
"""The volume nodes (vtkMRMLScalarVolumeNode) of one case."""


def images_of(volumes: VolumeNodes) -> Images:
    """The images of a case's volume nodes; :func:`image_of` describes the errors."""
    return {role: image_of(volume) for role, volume in volumes.items()}


def image_of(volume: Any) -> Image:
    """The image a volume node shows, where it lies in the world: a linear parent transform is taken into account.

    Args:
        volume: vtkMRMLScalarVolumeNode. The array is a view of its voxels: do not write to it.

    Raises:
        InputError: not a single-component 3D volume with voxels (vector, colour, label map, empty, None).
        GeometryError: the volume lies under a non-linear transform.
    """
    name = require_scalar_volume(volume)
    affine = matrix_of(_ijk_to_ras(volume))
    parent = volume.GetParentTransformNode()
    if parent is not None:
        affine = _to_world(parent, f"The volume {name}") @ affine
    voxels = volume.GetImageData()
    i, j, k = voxels.GetDimensions()
    array = vtk_to_numpy(voxels.GetPointData().GetScalars())
    return Image(array.reshape(k, j, i), affine)


def require_scalar_volume(volume: Any) -> str:
    """Raise InputError unless a volume node can be measured; returns its name."""
    if volume is None or not volume.IsA("vtkMRMLVolumeNode"):
        raise InputError("No volume is selected. Select a scalar volume.")
    name = volume.GetName() or volume.GetID()
    if volume.IsA("vtkMRMLLabelMapVolumeNode"):
        raise InputError(f"{name} is a label map, not an image. Select the image itself.")
    voxels = volume.GetImageData()
    if voxels is None or voxels.GetPointData().GetScalars() is None or 0 in voxels.GetDimensions():
        raise InputError(f"The volume {name} has no voxels. Load it again.")
    components = voxels.GetNumberOfScalarComponents()
    if not volume.IsA("vtkMRMLScalarVolumeNode") or volume.IsA("vtkMRMLTensorVolumeNode") or components != 1:
        raise InputError(
            f"The volume {name} has {components} values in each voxel (colour, vector or several time points). "
            "Extract one of them as a scalar volume."
        )
    return str(name)


def add_volume(scene: Any, image: Image, name: str) -> Any:
    """Add an image to a scene as a scalar volume node and return the node (the voxels are copied)."""
    volume = slicer.vtkMRMLScalarVolumeNode()
    volume.SetName(scene.GenerateUniqueName(name))
    volume.SetIJKToRASMatrix(vtk_matrix(image.affine))
    volume.SetAndObserveImageData(vtk_image(image.array))
    scene.AddNode(volume)
    volume.CreateDefaultDisplayNodes()
    return volume


def matrix_of(matrix: Any) -> npt.NDArray[np.float64]:
    """4x4 array of a vtkMatrix4x4."""
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def vtk_matrix(affine: npt.NDArray[np.float64]) -> Any:
    """vtkMatrix4x4 of a 4x4 array."""
    matrix = vtk.vtkMatrix4x4()
    matrix.DeepCopy(affine.ravel().tolist())
    return matrix


def local_affine(volume: Any) -> npt.NDArray[np.float64]:
    """4x4, voxel (i, j, k) to the volume's own coordinates, before its parent transform."""
    return matrix_of(_ijk_to_ras(volume))


def _ijk_to_ras(volume: Any) -> Any:
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    return matrix


def _to_world(transform: Any, what: str) -> npt.NDArray[np.float64]:
    if not transform.IsTransformToWorldLinear():
        raise GeometryError(
            f"{what} lies under the non-linear transform {transform.GetName()}, which changes areas from place to place. "
            "Harden the transform or remove it, then try again."
        )
    matrix = vtk.vtkMatrix4x4()
    transform.GetMatrixTransformToWorld(matrix)
    return matrix_of(matrix)


def vtk_image(array: np.ndarray) -> Any:
    """A vtkImageData of an array (k, j, i), copied."""
    k, j, i = array.shape
    voxels = vtk.vtkImageData()
    voxels.SetDimensions(i, j, k)
    scalars = numpy_to_vtk(np.ascontiguousarray(array).ravel(), deep=True)
    scalars.SetName("voxels")
    voxels.GetPointData().SetScalars(scalars)
    return voxels
