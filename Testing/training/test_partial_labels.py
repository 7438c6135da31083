"""Unknown is narrowed only where the images or the distance decide."""

import numpy as np

from ParaspinalFatLib.training.partial_labels import UNKNOWN, far_unknown_is_background, settle_rims


def test_a_lean_rim_becomes_muscle_a_fatty_one_background_and_a_doubtful_one_stays_unknown():
    labels = np.array([[[5, 5, UNKNOWN, UNKNOWN, 0], [5, 5, UNKNOWN, UNKNOWN, 0], [5, 5, UNKNOWN, UNKNOWN, 0]]], np.uint8)
    fat = np.zeros((1, 3, 5), np.float32)
    fat[0, 0, 2], fat[0, 1, 2], fat[0, 2, 2] = 0.1, 0.5, 0.9
    settled = settle_rims(labels, 1 - fat, fat, muscles=[5])
    assert settled[0, 0, 2] == 5
    assert settled[0, 1, 2] == UNKNOWN
    assert settled[0, 2, 2] == 0


def test_a_rim_dark_in_both_images_stays_unknown():
    labels = np.array([[[5, UNKNOWN, 0]]], np.uint8)
    dark = np.full((1, 1, 3), 0.05, np.float32)
    assert settle_rims(labels, dark, dark, muscles=[5])[0, 0, 1] == UNKNOWN


def test_only_unknown_voxels_far_from_every_structure_become_background():
    labels = np.full((1, 1, 40), UNKNOWN, np.uint8)
    labels[0, 0, 0] = 3
    result = far_unknown_is_background(labels, (1.0, 1.0), distance_mm=18.0)[0, 0]
    assert result[0] == 3
    assert (result[1:19] == UNKNOWN).all()
    assert (result[19:] == 0).all()


def test_a_slice_without_any_structure_stays_unknown():
    labels = np.full((1, 2, 2), UNKNOWN, np.uint8)
    assert (far_unknown_is_background(labels, (1.0, 1.0)) == UNKNOWN).all()
