"""Iliocostalis and longissimus are parts of the outlined erector spinae: never more, never less, on its own side."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation.body import Box
from ParaspinalFatLib.segmentation.division import PARTS, WHOLE, divide, smooth_share
from ParaspinalFatLib.segmentation.preparation import prepare

SIZE, PIXEL_MM = 96, 1.0
RIGHT, LEFT = 3, 4


@pytest.fixture
def preparation():
    """Slices of 96 x 96 pixels of 1 mm for a network of 1.5 mm; everything is looked at."""
    image = Image(np.zeros((2, SIZE, SIZE), np.float32), np.diag([-PIXEL_MM, -PIXEL_MM, 4.0, 1.0]))
    return prepare(image, 1.5, 1, Box(0, SIZE, 0, SIZE))


@pytest.fixture
def labels():
    """Two slices: erector spinae of 40 x 30 mm a side, multifidus between."""
    labels = np.zeros((2, SIZE, SIZE), np.uint8)
    labels[:, 40:70, 4:44], labels[:, 40:70, 52:92] = RIGHT, LEFT
    labels[:, 50:70, 44:52] = 1
    return labels


def shares(preparation, lateral_mm=20.0):
    """Likelihood of iliocostalis on the network's grid: lateral of 20 mm from either edge."""
    height, width = preparation.network_shape
    column_mm = (np.arange(width) - (width - 1) / 2) * 1.5
    plane = np.broadcast_to(np.where(np.abs(column_mm) > 44 - lateral_mm, 0.9, 0.1), (height, width))
    return np.stack([plane, plane]).astype(np.float16)


def test_the_lateral_part_becomes_iliocostalis_and_the_medial_one_longissimus_on_the_same_side(labels, preparation):
    divide(labels, shares(preparation), preparation)
    assert set(np.unique(labels[:, :, :48])) == {0, 1, 16, 18}
    assert set(np.unique(labels[:, :, 48:])) == {0, 1, 17, 19}
    assert np.nonzero(labels == 16)[2].max() < np.nonzero(labels == 18)[2].min()
    assert np.nonzero(labels == 17)[2].min() > np.nonzero(labels == 19)[2].max()
    assert np.count_nonzero(labels == 16) == pytest.approx(np.count_nonzero(labels == 18), rel=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_together_are_the_erector_spinae_voxel_by_voxel_whatever_the_network_says(labels, preparation, seed):
    before = labels.copy()
    rng = np.random.default_rng(seed)
    divide(labels, rng.random((2, *preparation.network_shape)).astype(np.float16), preparation)
    np.testing.assert_array_equal(WHOLE[labels], before)
    assert not np.isin(labels, list(PARTS)).any()


@pytest.mark.parametrize("seed", range(5))
def test_each_part_is_in_one_piece_in_every_slice(labels, preparation, seed):
    from scipy import ndimage

    rng = np.random.default_rng(seed)
    divide(labels, rng.random((2, *preparation.network_shape)).astype(np.float16), preparation)
    for plane in labels:
        for value in (16, 17, 18, 19):
            assert ndimage.label(plane == value)[1] <= 1


def test_a_detached_piece_of_longissimus_is_not_renamed_for_being_small(labels, preparation):
    labels[:, 40:70, 34:38] = 0  # cuts a medial strip off
    divide(labels, shares(preparation), preparation)
    assert set(np.unique(labels[:, 40:70, 38:44])) == {18}


def test_a_slice_alone_is_divided_as_within_its_stack(labels, preparation):
    alone = labels[1:].copy()
    divide(labels, shares(preparation), preparation)
    divide(alone, shares(preparation)[1:], preparation)
    np.testing.assert_array_equal(alone[0], labels[1])


def test_a_fat_streak_within_a_muscle_is_smoothed_away_and_what_lies_outside_says_nothing():
    share = np.full((40, 40), 0.1, np.float32)
    share[:, 20:] = 0.9
    share[:, 8] = 0.9  # a streak of one pixel
    share[:5] = 1.0  # outside
    erector = np.ones_like(share)
    erector[:5] = 0.0
    smooth = smooth_share(share, erector, 1.5)
    assert (smooth[6:-6, :17] < 0.5).all()
    assert (smooth[6:-6, 23:] > 0.5).all()
    assert smooth[5, 2] < 0.2


def test_without_erector_spinae_the_share_is_undecided():
    assert (smooth_share(np.ones((8, 8), np.float32), np.zeros((8, 8), np.float32), 1.5) == 0.5).all()
