"""Unknown is narrowed only where the images or the distance decide."""

import numpy as np

from ParaspinalFatLib.training.partial_labels import (
    BESIDE,
    BESIDE_ALL,
    BESIDE_PSOAS,
    UNDRAWN,
    UNKNOWN,
    beside_is_no_muscle,
    far_unknown_is_background,
    far_unknown_is_undrawn,
    settle_rims,
    unknown_before_psoas_is_background,
    unknown_is_beside,
)


def test_a_lean_rim_becomes_muscle_a_fatty_one_background_and_a_doubtful_one_stays_unknown():
    labels = np.array([[[5, 5, UNKNOWN, UNKNOWN, 0], [5, 5, UNKNOWN, UNKNOWN, 0], [5, 5, UNKNOWN, UNKNOWN, 0]]], np.uint8)
    fat = np.zeros((1, 3, 5), np.float32)
    fat[0, 0, 2], fat[0, 1, 2], fat[0, 2, 2] = 0.1, 0.5, 0.9
    settled = settle_rims(labels, 1 - fat, fat, eroded=[5], whole=[])
    assert settled[0, 0, 2] == 5
    assert settled[0, 1, 2] == UNKNOWN
    assert settled[0, 2, 2] == 0


def test_a_lean_rim_that_borders_on_no_fat_is_a_neighbour_and_stays_unknown():
    labels = np.array([[[5, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]]], np.uint8)
    fat = np.array([[[0.0, 0.0, 0.0, 0.0, 0.9, 0.9]]], np.float32)
    assert settle_rims(labels, 1 - fat, fat, eroded=[5], whole=[])[0, 0, 1] == UNKNOWN
    nearer = np.roll(fat, -1, axis=2)
    assert settle_rims(labels, 1 - nearer, nearer, eroded=[5], whole=[])[0, 0, 1] == 5


def test_a_muscle_drawn_whole_does_not_grow_but_the_fat_beside_it_is_background():
    labels = np.array([[[UNKNOWN, 3, UNKNOWN]]], np.uint8)
    fat = np.array([[[0.1, 0.1, 0.9]]], np.float32)
    np.testing.assert_array_equal(settle_rims(labels, 1 - fat, fat, eroded=[], whole=[3]), [[[UNKNOWN, 3, 0]]])


def test_a_rim_dark_in_both_images_stays_unknown():
    labels = np.array([[[5, UNKNOWN, 0]]], np.uint8)
    dark = np.full((1, 1, 3), 0.05, np.float32)
    assert settle_rims(labels, dark, dark, eroded=[5], whole=[])[0, 0, 1] == UNKNOWN


def test_unknown_beyond_the_rim_of_a_body_becomes_background():
    labels = np.full((1, 1, 40), UNKNOWN, np.uint8)
    labels[0, 0, 0] = 12
    result = far_unknown_is_background(labels, (1.0, 1.0))[0, 0]
    assert result[0] == 12
    assert (result[1:4] == UNKNOWN).all()
    assert (result[4:] == 0).all()


def test_unknown_stays_unknown_further_from_an_arch_whose_processes_are_not_drawn():
    labels = np.full((1, 1, 40), UNKNOWN, np.uint8)
    labels[0, 0, 0], labels[0, 0, 39] = 13, 12
    result = far_unknown_is_background(labels, (1.0, 1.0))[0, 0]
    assert (result[1:19] == UNKNOWN).all()
    assert (result[19:36] == 0).all()


def test_only_what_lies_before_and_between_the_psoas_muscles_is_bowel():
    labels = np.full((1, 40, 60), UNKNOWN, np.uint8)
    labels[0, 20:30, 10:18], labels[0, 20:30, 42:50] = 5, 6
    labels[0, 20:30, 25:35] = 11
    result = unknown_before_psoas_is_background(labels, (1.0, 1.0))[0]
    assert (result[:16, 10:50] == 0).all()
    assert (result[17:20, 10:18] == UNKNOWN).all()  # the rim of the psoas
    assert (result[:, :10] == UNKNOWN).all()  # beside it, where the iliacus may be
    assert (result[30:] == UNKNOWN).all()


def test_without_a_drawn_body_the_surroundings_of_the_canal_stay_unknown():
    labels = np.full((1, 1, 80), UNKNOWN, np.uint8)
    labels[0, 0, 0] = 14
    result = far_unknown_is_background(labels, (1.0, 1.0))[0, 0]
    assert (result[1:51] == UNKNOWN).all()
    assert (result[51:] == 0).all()


def test_a_slice_without_a_drawn_disc_body_or_canal_stays_as_it_is():
    labels = np.full((1, 40, 60), UNKNOWN, np.uint8)
    labels[0, 20:30, 10:18], labels[0, 20:30, 42:50] = 5, 6
    for rule in (far_unknown_is_background, unknown_before_psoas_is_background):
        np.testing.assert_array_equal(rule(labels, (1.0, 1.0)), labels)


def test_at_the_pelvis_unknown_beyond_the_rims_is_undrawn_and_further_from_the_tips_of_quadratus_lumborum():
    labels = np.full((1, 1, 60), UNKNOWN, np.uint8)
    labels[0, 0, 20], labels[0, 0, 40] = 15, 8
    result = far_unknown_is_undrawn(labels, (1.0, 1.0))[0, 0]
    assert (result[:17] == UNDRAWN).all()
    assert (result[17:20] == UNKNOWN).all()
    assert (result[41:56] == UNKNOWN).all()
    assert (result[56:] == UNDRAWN).all()


def test_unknown_is_beside_the_muscles_only_where_all_of_them_are_drawn():
    labels = np.array([[[1, 2, 3, 4, UNKNOWN, 0]], [[1, 2, 3, 0, UNKNOWN, 0]]], np.uint8)
    assert unknown_is_beside(labels).tolist() == [[[1, 2, 3, 4, BESIDE, 0]], [[1, 2, 3, 0, UNKNOWN, 0]]]


def test_beside_drawn_psoas_and_quadratus_there_is_none_of_them():
    plane = [5, 6, BESIDE, BESIDE, 7, 8]
    labels = np.array([[plane], [[5, 6, BESIDE, BESIDE, 0, 0]], [[5, 0, BESIDE, BESIDE, 7, 8]], [plane]], np.uint8)
    found = beside_is_no_muscle(labels, (1.0, 1.0), rim_mm=0.0, quadratus=slice(0, 3))
    assert found[0, 0].tolist() == [5, 6, BESIDE_ALL, BESIDE_ALL, 7, 8]
    assert found[1, 0].tolist() == [5, 6, BESIDE_PSOAS, BESIDE_PSOAS, 0, 0]
    assert found[2, 0].tolist() == labels[2, 0].tolist()  # one psoas is not drawn
    assert found[3, 0].tolist() == [5, 6, BESIDE_PSOAS, BESIDE_PSOAS, 7, 8]  # tips of the quadratus are not drawn here


def test_the_rim_of_a_muscle_that_was_drawn_too_small_stays_open():
    labels = np.array([[[5, 6, *[BESIDE] * 4]]], np.uint8)
    found = beside_is_no_muscle(labels, (1.0, 1.0), rim_mm=1.2, quadratus=slice(0, 1))
    assert found[0, 0].tolist() == [5, 6, BESIDE, *[BESIDE_PSOAS] * 3]
