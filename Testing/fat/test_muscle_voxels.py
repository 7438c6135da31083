import numpy as np
import pytest

from ParaspinalFatLib.errors import GeometryError, InputError, MeasurementError
from ParaspinalFatLib.fat.muscle_voxels import muscle_voxels, required_labels
from ParaspinalFatLib.imaging.image import Image

MF_RIGHT, MF_LEFT, DISC = 1, 2, 11


def test_only_muscles_are_gathered_and_each_keeps_its_place():
    labels = np.array([[[DISC, MF_RIGHT, 0]], [[MF_LEFT, 0, MF_RIGHT]]], np.uint8)
    voxels = muscle_voxels(labels, np.arange(6).reshape(2, 1, 3))
    assert voxels.labels.tolist() == [MF_RIGHT, MF_LEFT, MF_RIGHT]
    assert voxels.signal.tolist() == [1, 3, 5]
    assert voxels.slices.tolist() == [0, 1, 1]
    assert [structure.identifier for structure in voxels.structures] == ["MF_right", "MF_left"]


def test_the_map_is_1_above_the_limit_0_up_to_it_and_nan_outside_muscle_or_without_an_answer():
    labels = np.array([[[MF_RIGHT, MF_RIGHT, MF_RIGHT, MF_LEFT, MF_LEFT, 0]]], np.uint8)
    voxels = muscle_voxels(labels, np.array([[[5.0, 6.0, 1.0, np.nan, 9.0, 9.0]]]))
    fractions = voxels.fractions(np.array([5.0, 5.0, 5.0, 5.0, np.nan]))
    assert np.array_equal(fractions, [[[0, 1, 0, np.nan, np.nan, np.nan]]], equal_nan=True)


def test_a_voxel_of_signal_0_was_masked_and_has_neither_a_fraction_nor_a_part_in_a_fit():
    labels = np.array([[[MF_RIGHT, MF_RIGHT, MF_RIGHT]]], np.uint8)
    voxels = muscle_voxels(labels, np.array([[[0, 4, 6]]], np.int16))
    assert voxels.signal_of(voxels.structures).tolist() == [4, 6]
    assert np.array_equal(voxels.fractions(np.full(3, 5.0)), [[[np.nan, 0, 1]]], equal_nan=True)


def test_without_a_muscle_there_is_nothing_to_gather():
    with pytest.raises(MeasurementError, match="No muscle is labelled"):
        muscle_voxels(np.full((1, 2, 2), DISC, np.uint8), np.ones((1, 2, 2)))


def test_labels_of_another_grid_are_refused():
    image = Image(np.ones((1, 4, 4)), np.eye(4))
    shifted = Image(np.ones((1, 4, 4), np.uint8), np.array([[1, 0, 0, 3], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]))
    with pytest.raises(GeometryError, match=r"displaced by up to 3\.00 mm"):
        required_labels(shifted, image, "otsu")


def test_labels_of_another_number_type_are_taken_if_their_values_are_labels():
    image = Image(np.ones((1, 1, 2)), np.eye(4))
    assert required_labels(image.with_array(np.array([[[1.0, 2.0]]])), image, "otsu").array.tolist() == [[[1, 2]]]
    with pytest.raises(InputError, match="not whole numbers from 0 to 255"):
        required_labels(image.with_array(np.array([[[1.5, 2.0]]])), image, "otsu")
