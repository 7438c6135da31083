"""A layer is read onto the volume's voxels exactly, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.scene.layers import new_layer, to_volume, voxels_in_volume
from ParaspinalFatLib.scene.volumes import add_volume, vtk_matrix

OBLIQUE = np.array([[-1.2, 0.0, 0.5, 7.0], [0.0, 1.1, 0.0, -3.0], [0.15, 0.0, 4.0, 11.0], [0, 0, 0, 1]])
ARRAY = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)

FINER = np.diag([0.5, 1.0, 1.0, 1.0])
SLIGHTLY_LARGER = np.diag([1.01, 1.0, 1.0, 1.0])
TURNED = np.array([[0.8, -0.6, 0, 0], [0.6, 0.8, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
BESIDE = np.array([[1, 0, 0, 0.4], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])


@pytest.fixture
def volume(scene: Any) -> Any:
    return add_volume(scene, Image(ARRAY, OBLIQUE), "scan")


@pytest.fixture
def matrix(scene: Any, volume: Any) -> npt.NDArray[np.float64]:
    return to_volume(scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles"), volume)


def test_a_new_layer_lies_on_the_volume_and_is_a_copy(volume: Any, matrix: npt.NDArray[np.float64]) -> None:
    labels = ARRAY.copy()
    layer = new_layer(labels, volume)
    labels[:] = 0
    box, voxels = voxels_in_volume(layer, matrix, ARRAY.shape, "muscles")  # type: ignore[misc]
    assert box == (slice(0, 2), slice(0, 3), slice(0, 4))
    np.testing.assert_array_equal(voxels, ARRAY)


def test_rounding_of_a_file_header_is_no_difference(volume: Any, matrix: npt.NDArray[np.float64]) -> None:
    layer = new_layer(ARRAY, volume)
    layer.SetImageToWorldMatrix(vtk_matrix(OBLIQUE.astype(np.float32).astype(float)))
    assert voxels_in_volume(layer, matrix, ARRAY.shape, "muscles") is not None


@pytest.mark.parametrize("change", [FINER, SLIGHTLY_LARGER, TURNED, BESIDE])
def test_other_voxels_are_refused_not_resampled(
    volume: Any, matrix: npt.NDArray[np.float64], change: npt.NDArray[np.float64]
) -> None:
    layer = new_layer(ARRAY, volume)
    layer.SetImageToWorldMatrix(vtk_matrix(OBLIQUE @ change))
    with pytest.raises(GeometryError, match="muscles has other voxels than the volume"):
        voxels_in_volume(layer, matrix, ARRAY.shape, "muscles")


def test_a_layer_beside_the_volume_or_without_voxels_has_nothing_in_it(volume: Any, matrix: npt.NDArray[np.float64]) -> None:
    layer = new_layer(ARRAY, volume)
    shift = np.eye(4)
    shift[0, 3] = 4
    layer.SetImageToWorldMatrix(vtk_matrix(OBLIQUE @ shift))
    assert voxels_in_volume(layer, matrix, ARRAY.shape, "muscles") is None
    layer.SetExtent(0, -1, 0, -1, 0, -1)
    layer.AllocateScalars(3, 1)
    assert voxels_in_volume(layer, matrix, ARRAY.shape, "muscles") is None
