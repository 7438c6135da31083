"""What cannot be measured is refused with its reason."""

from __future__ import annotations

import numpy as np
import pytest
from measurement.measuring import UP, measured
from phantoms import EllipticCylinder, grid, labelled, rotation

from ParaspinalFatLib.errors import GeometryError, InputError, MeasurementError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.measure import measure_labels


def test_labels_on_another_grid_are_refused_even_if_their_shape_fits(two_multifidi, a_fifth_fat):
    moved = two_multifidi.affine.copy()
    moved[2, 3] += 2.0
    with pytest.raises(GeometryError, match=r"displaced by up to 2\.00 mm"):
        measure_labels({}, Image(two_multifidi.array, moved), a_fifth_fat)


def test_labels_that_do_not_overlap_the_image_are_refused(two_multifidi, a_fifth_fat):
    moved = two_multifidi.affine.copy()
    moved[0, 3] += 500.0
    with pytest.raises(GeometryError, match=r"displaced by up to 500\.00 mm"):
        measure_labels({}, Image(two_multifidi.array, moved), a_fifth_fat)


def test_another_size_and_another_voxel_size_are_refused(two_multifidi, a_fifth_fat):
    with pytest.raises(GeometryError, match="sizes"):
        measure_labels({}, Image(two_multifidi.array[:7], two_multifidi.affine), a_fifth_fat)
    scaled = two_multifidi.affine @ np.diag([1.0, 1.0, 1.1, 1.0])
    with pytest.raises(GeometryError, match="voxel sizes"):
        measure_labels({}, Image(two_multifidi.array, scaled), a_fifth_fat)


def test_an_image_of_another_grid_is_refused_by_name(two_multifidi, a_fifth_fat):
    water = Image(np.ones((8, 60, 61)), two_multifidi.affine)
    with pytest.raises(GeometryError, match="the water image"):
        measure_labels({Role.WATER: water}, two_multifidi, a_fifth_fat)


def test_a_sagittal_acquisition_is_refused_with_its_angle():
    body = EllipticCylinder((0, 0, 0), UP, (10, 8))
    image = grid((8, 60, 60), (1.0, 1.0, 4.0), rotation((0, 1, 0), 80))
    with pytest.raises(GeometryError, match="80 degrees"):
        measured(labelled(image, {1: body}))


def test_a_sheared_grid_is_refused(two_multifidi):
    shear = two_multifidi.affine.copy()
    shear[0, 2] = 1.0
    sheared = Image(two_multifidi.array, shear)
    with pytest.raises(GeometryError, match="sheared"):
        measured(sheared)


@pytest.mark.parametrize("value", [0, 11, 200])
def test_a_mask_without_muscle_is_refused(two_multifidi, value):
    with pytest.raises(MeasurementError, match="No muscle is labelled"):
        measured(two_multifidi.with_array(np.where(two_multifidi.array > 0, value, 0).astype(np.uint8)))


@pytest.mark.parametrize("bad", [0.5, -1.0, 300.0, np.nan])
def test_an_intensity_image_is_not_taken_for_labels(two_multifidi, a_fifth_fat, bad):
    array = two_multifidi.array.astype(float)
    array[0, 0, 0] = bad
    with pytest.raises(InputError, match="label values"):
        measure_labels({}, two_multifidi.with_array(array), a_fifth_fat)


def test_labels_of_another_number_type_are_the_same_labels(two_multifidi):
    expected = measured(two_multifidi)
    for kind in (np.int16, np.int64, np.float64):
        assert measured(two_multifidi.with_array(two_multifidi.array.astype(kind))) == expected
