"""The same anatomy reaches the same axial order from every storage order, without a voxel changed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.axial import angle_from_axial_degrees, axial_view, slice_axis
from ParaspinalFatLib.imaging.image import Image

ORDERS = list(itertools.product(itertools.permutations(range(3)), itertools.product((False, True), repeat=3)))


def rotation(axis: int, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    a, b = [n for n in range(3) if n != axis]
    matrix = np.eye(3)
    matrix[a, a], matrix[a, b], matrix[b, a], matrix[b, b] = c, -s, s, c
    return matrix


def axial_stack(shape=(3, 4, 5), spacing=(0.5, 0.5, 4.0), turn=None) -> Image:
    """Voxels numbered in axial order: columns to the left, rows to posterior, slices to superior."""
    affine = np.eye(4)
    affine[:3, :3] = (np.eye(3) if turn is None else turn) @ np.diag([-1, -1, 1]) @ np.diag(spacing)
    affine[:3, 3] = (30.0, 20.0, -100.0)
    return Image(np.arange(np.prod(shape)).reshape(shape), affine)


def stored_as(image: Image, order: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> Image:
    """The same voxels at the same places, stored with permuted array axes, some of them reversed."""
    array = image.array.transpose(order)
    affine = image.affine.copy()
    columns = image.affine[:3, [2 - axis for axis in order]]  # of array axes (0, 1, 2)
    for axis, flip in enumerate(flips):
        if flip:
            affine[:3, 3] += columns[:, axis] * (array.shape[axis] - 1)
            columns[:, axis] *= -1
            array = np.flip(array, axis)
    affine[:3, :3] = columns[:, ::-1]
    return Image(array, affine)


@pytest.mark.parametrize(("order", "flips"), ORDERS)
def test_every_permutation_and_flip_leads_to_one_axial_image_and_back(order, flips):
    expected = axial_stack(turn=rotation(0, 12) @ rotation(1, -7))
    stored = stored_as(expected, order, flips)
    view = axial_view(stored)
    np.testing.assert_array_equal(view.image.array, expected.array)
    np.testing.assert_allclose(view.image.affine, expected.affine, atol=1e-9)
    np.testing.assert_array_equal(view.restore(view.image.array), stored.array)


@given(st.floats(-40, 40), st.floats(-30, 30), st.floats(-40, 40))
def test_columns_always_run_to_the_patients_left_and_slices_to_superior(tilt, lean, turn):
    view = axial_view(axial_stack(turn=rotation(2, turn) @ rotation(0, tilt) @ rotation(1, lean * (45 - abs(tilt)) / 45)))
    assert view.image.directions[0, 0] < 0
    assert view.image.directions[1, 1] < 0
    assert view.image.directions[2, 2] > 0


@pytest.mark.parametrize("tilt", [0, 10, 44.9])
def test_the_angle_from_the_axial_plane_is_that_of_the_tilt(tilt):
    assert angle_from_axial_degrees(axial_stack(turn=rotation(0, tilt))) == pytest.approx(tilt, abs=1e-6)


@pytest.mark.parametrize(("axis", "name"), [(0, "coronal"), (1, "sagittal")])
def test_thick_slices_of_another_plane_are_refused_with_their_angle(axis, name):
    with pytest.raises(GeometryError, match=rf"{name}.*90 degrees"):
        axial_view(axial_stack(turn=rotation(axis, 90)), f"The {name} scan")


def test_thin_pixels_do_not_make_thick_slices_of_an_isotropic_volume():
    assert slice_axis(axial_stack(spacing=(1.0, 1.0, 1.2))) == 2
    assert slice_axis(axial_stack(spacing=(2.0, 2.0, 1.0))) == 2


def test_a_single_slice_is_its_own_slice_axis_however_thin_it_is():
    assert slice_axis(axial_stack(shape=(1, 4, 5), spacing=(1.0, 1.0, 0.5))) == 2
    assert slice_axis(stored_as(axial_stack(shape=(1, 4, 5), spacing=(1.0, 1.0, 1.0)), (1, 0, 2), (False, True, False))) == 1
