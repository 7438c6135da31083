"""Image: what an array and an affine say together."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.image import Image, require_orthogonal


def test_a_voxel_index_is_placed_by_the_affine_in_i_j_k_order():
    affine = np.array([[-2.0, 0, 0, 10], [0, 0, 3, 20], [0, 4, 0, 30], [0, 0, 0, 1]])
    image = Image(np.zeros((2, 2, 2)), affine)
    assert image.world([1, 0, 0]).tolist() == [8, 20, 30]
    assert image.world([[0, 1, 0], [0, 0, 1]]).tolist() == [[10, 20, 34], [10, 23, 30]]
    assert image.spacing == (2, 4, 3)
    assert image.voxel_volume_mm3 == pytest.approx(24)


def test_a_left_handed_grid_has_a_positive_voxel_volume():
    assert Image(np.zeros((1, 1, 1)), np.diag([1.0, 1.0, -5.0, 1.0])).voxel_volume_mm3 == 5


@pytest.mark.parametrize("array", [np.zeros((2, 2)), np.zeros((2, 2, 2, 2))])
def test_an_array_without_three_axes_is_refused(array):
    with pytest.raises(GeometryError, match="three axes"):
        Image(array, np.eye(4))


def test_an_affine_without_extent_or_with_nan_is_refused():
    with pytest.raises(GeometryError, match="voxel size is zero"):
        Image(np.zeros((1, 1, 1)), np.diag([1.0, 0.0, 1.0, 1.0]))
    with pytest.raises(GeometryError, match="finite"):
        Image(np.zeros((1, 1, 1)), np.full((4, 4), np.nan))


def test_a_sheared_grid_is_refused_with_the_angle_between_its_axes():
    sheared = np.eye(4)
    sheared[0, 2] = np.tan(np.radians(10))
    with pytest.raises(GeometryError, match=r"80\.00 degrees"):
        require_orthogonal(Image(np.zeros((1, 1, 1)), sheared))


def test_an_array_of_another_shape_does_not_fit_the_grid():
    with pytest.raises(GeometryError, match="does not fit"):
        Image(np.zeros((2, 2, 2)), np.eye(4)).with_array(np.zeros((2, 2, 3)))
