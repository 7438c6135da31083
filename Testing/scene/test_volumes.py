"""A volume node and its image are one and the same, wherever a transform puts the volume; other nodes are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import vtk

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.scene.volumes import add_volume, image_of, matrix_of, vtk_matrix

OBLIQUE = np.array([[-1.2, 0.1, 0.3, 7.0], [0.1, 1.1, 0.5, -3.0], [-0.2, -0.4, 4.0, 11.0], [0, 0, 0, 1]])


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])
def test_an_image_comes_back_unchanged(scene: Any, dtype: type) -> None:
    array = np.arange(24, dtype=dtype).reshape(2, 3, 4)
    image = image_of(add_volume(scene, Image(array, OBLIQUE), "scan"))
    assert image.array.dtype == dtype
    np.testing.assert_array_equal(image.array, array)
    np.testing.assert_allclose(image.affine, OBLIQUE, rtol=0, atol=1e-12)


def test_a_linear_parent_transform_places_the_image_in_the_world(scene: Any) -> None:
    volume = add_volume(scene, Image(np.ones((2, 3, 4)), np.diag([1.0, 2.0, 3.0, 1.0])), "scan")
    quarter_turn = np.array([[0, -1.0, 0, 5], [1, 0, 0, 6], [0, 0, 1, 7], [0, 0, 0, 1]])
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(vtk_matrix(quarter_turn))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    np.testing.assert_allclose(image_of(volume).affine, quarter_turn @ np.diag([1.0, 2.0, 3.0, 1.0]))


def test_a_non_linear_transform_is_refused_by_name(scene: Any) -> None:
    volume = add_volume(scene, Image(np.ones((2, 3, 4)), np.eye(4)), "scan")
    transform = scene.AddNewNodeByClass("vtkMRMLBSplineTransformNode", "warp")
    transform.SetAndObserveTransformToParent(vtk.vtkThinPlateSplineTransform())
    volume.SetAndObserveTransformNodeID(transform.GetID())
    with pytest.raises(GeometryError, match="scan lies under the non-linear transform warp"):
        image_of(volume)


def test_what_is_not_a_scalar_image_is_refused(scene: Any) -> None:
    with pytest.raises(InputError, match="No volume is selected"):
        image_of(None)
    with pytest.raises(InputError, match="No volume is selected"):
        image_of(scene.AddNewNodeByClass("vtkMRMLTableNode"))
    with pytest.raises(InputError, match="empty has no voxels"):
        image_of(scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty"))
    with pytest.raises(InputError, match="outline is a label map"):
        image_of(scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", "outline"))


@pytest.mark.parametrize("node_class", ["vtkMRMLVectorVolumeNode", "vtkMRMLScalarVolumeNode"])
def test_a_colour_volume_is_refused(scene: Any, node_class: str) -> None:
    voxels = vtk.vtkImageData()
    voxels.SetDimensions(4, 3, 2)
    voxels.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 3)
    volume = scene.AddNewNodeByClass(node_class, "photograph")
    volume.SetAndObserveImageData(voxels)
    with pytest.raises(InputError, match="photograph has 3 values in each voxel"):
        image_of(volume)


def test_matrices_survive_the_way_to_vtk_and_back() -> None:
    np.testing.assert_array_equal(matrix_of(vtk_matrix(OBLIQUE)), OBLIQUE)
