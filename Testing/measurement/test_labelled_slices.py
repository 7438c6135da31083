import numpy as np
import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.labelled_slices import as_label_values, measured_slices
from ParaspinalFatLib.measurement.slice_statistics import Voxels


@pytest.fixture
def labels():
    array = np.zeros((3, 6, 6), np.uint8)
    array[:, 1:3, 1:4] = 1
    array[1:, 4, 2:5] = 5
    return array


def voxels(value=0.25):
    return Voxels(np.full((3, 6, 6), value, np.float32), None, None, None)


def test_at_first_everything_is_measured(labels):
    slices, change = measured_slices(labels, voxels(), None)
    assert [set(pieces) for pieces in slices.pieces] == [{1}, {1, 5}, {1, 5}]
    assert change.slices == {0, 1, 2}
    assert change.values == {1, 5}
    assert slices.present == {1, 5}


def test_only_what_changed_is_measured_again(labels):
    before, _ = measured_slices(labels, voxels(), None)
    edited = labels.copy()
    edited[2, 4, 2] = 0
    after, change = measured_slices(edited, before.voxels, before)
    assert (change.slices, change.values) == ({2}, {5})
    assert after.pieces[0] is before.pieces[0]
    assert after.pieces[2][5].voxels == 2
    assert before.pieces[2][5].voxels == 3


def test_a_structure_that_comes_or_goes_is_a_change(labels):
    before, _ = measured_slices(labels, voxels(), None)
    edited = labels.copy()
    edited[1][edited[1] == 5] = 7
    _, change = measured_slices(edited, before.voxels, before)
    assert (change.slices, change.values) == ({1}, {5, 7})


def test_other_fat_fractions_are_a_change_of_the_muscles_that_hold_them(labels):
    before, _ = measured_slices(labels, voxels(), None)
    changed = voxels()
    changed.fraction[1, 4, 3] = 0.5
    _, change = measured_slices(labels, changed, before)
    assert (change.slices, change.values) == ({1}, {5})


def test_equal_data_in_another_array_are_no_change(labels):
    before, _ = measured_slices(labels, voxels(), None)
    _, change = measured_slices(labels.copy(), voxels(), before)
    assert not change.slices


def test_the_box_of_a_structure_holds_just_it(labels):
    slices, _ = measured_slices(labels, voxels(), None)
    assert slices.box_of(5) == (slice(1, 3), slice(4, 5), slice(2, 5))
    assert slices.box_of(11) is None


def test_unknown_label_values_are_counted(labels):
    labels[0, 0, 0] = 200
    slices, _ = measured_slices(labels, voxels(), None)
    assert slices.counts[:, 200].tolist() == [1, 0, 0]


def test_label_values_of_any_number_type_become_uint8(labels):
    for kind in (np.int32, np.float64):
        assert np.array_equal(as_label_values(Image(labels.astype(kind), np.eye(4))), labels)
    with pytest.raises(InputError, match="label values"):
        as_label_values(Image(labels + 0.5, np.eye(4)))
