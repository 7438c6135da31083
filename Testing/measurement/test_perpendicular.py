import numpy as np
import pytest
from phantoms import EllipticCylinder, fat_map_of, grid, labelled

from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.labelled_slices import measured_slices
from ParaspinalFatLib.measurement.measurands import measurands_of
from ParaspinalFatLib.measurement.perpendicular import perpendicular_areas
from ParaspinalFatLib.measurement.slice_statistics import Voxels

RIGHT = EllipticCylinder((16.0, 0.0, 0.0), (0.2, 0.4, 1.0), (10.0, 8.0))
LEFT = EllipticCylinder((-16.0, 0.0, 0.0), (-0.2, 0.4, 1.0), (9.0, 9.0))


@pytest.fixture
def areas():
    return areas_of(labels_of_two_muscles())


def labels_of_two_muscles():
    return labelled(
        grid((8, 160, 160), (0.5, 0.5, 4.0)), {1: RIGHT, 2: LEFT, 14: EllipticCylinder((0, 0, 0), (0, 0, 1), (3, 3))}
    )


def areas_of(labels):
    fraction = fat_map_of(labels.with_array(np.zeros(labels.array.shape))).fraction.array
    slices, _ = measured_slices(labels.array, Voxels(fraction, None, None, None), None)
    found = {m.identifier: m for m in measurands_of(slices.present)}
    return lambda name: perpendicular_areas(found[name], slices, AxialGrid.of(labels))


def test_the_area_across_the_axis_of_a_tilted_muscle_is_found(areas):
    assert list(areas("MF_right").values()) == pytest.approx([RIGHT.perpendicular_area] * 8, rel=0.01)


def test_both_sides_are_corrected_each_along_its_own_axis(areas):
    right, left, both = areas("MF_right"), areas("MF_left"), areas("MF_both")
    assert list(both.values()) == pytest.approx([right[k] + left[k] for k in range(8)])


def test_a_sum_has_no_corrected_area_where_the_axis_of_one_of_its_muscles_is_not_known():
    labels = labels_of_two_muscles()
    labels.array[2:][labels.array[2:] == 2] = 0
    of = areas_of(labels)
    assert of("MF_left") == {}
    assert sorted(of("MF_both")) == [2, 3, 4, 5, 6, 7]
