"""The painted atlas: structures keep their names and sides, untrusted muscles are unknown, tissue looks like tissue."""

import numpy as np
import pytest

from ParaspinalFatLib.training.atlas import atlas_labels, load_bodyparts3d, paint_atlas_slice
from ParaspinalFatLib.training.partial_labels import UNKNOWN


def test_atlas_values_become_the_structures_of_the_same_name():
    atlas = np.array([7, 8, 9, 10, 54, 66, 76, 86, 96, 88, 105, 103], np.uint8)
    np.testing.assert_array_equal(atlas_labels(atlas), [5, 6, 9, 10, 15, 12, 13, 11, 11, 14, 0, 0])


def test_multifidus_erector_spinae_and_the_space_around_them_are_unknown():
    assert (atlas_labels(np.array([1, 4, 6, 11, 100, 101], np.uint8)) == UNKNOWN).all()


def test_muscle_is_water_fat_is_fat_and_air_is_neither():
    plane = np.zeros((90, 30), np.uint8)
    plane[30:60], plane[60:] = 7, 105
    water, fat = paint_atlas_slice(np.random.default_rng(0), plane)
    assert water[35:55].mean() > 0.8 > 0.2 > fat[35:55].mean()
    assert fat[65:85].mean() > 0.8 > 0.2 > water[65:85].mean()
    assert max(water[:25].max(), fat[:25].max()) < 0.02


def test_the_real_atlas_gives_psoas_on_the_right_sides(shared_data):
    subject = load_bodyparts3d(shared_data)
    right, left = (np.nonzero(subject.labels == value)[2].mean() for value in (5, 6))
    assert right < left
    assert subject.water.shape == subject.labels.shape
    assert np.mean(subject.labels == UNKNOWN) == pytest.approx(0.05, abs=0.05)
