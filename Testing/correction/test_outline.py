"""A new outline goes where it belongs and nowhere else, in every voxel order."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.correction.outline import OutlinedSlices
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image

MF, ES = BY_IDENTIFIER["MF_right"], BY_IDENTIFIER["ES_right"]


@pytest.fixture
def two_muscles() -> Image:
    labels = np.zeros((2, 2, 4), np.uint8)
    labels[:, :, 0], labels[:, :, 2] = MF.value, ES.value
    return Image(labels, np.diag([-1.0, -1.0, 4.0, 1.0]))


def test_neighbours_and_other_slices_are_protected(two_muscles):
    wanted = np.array([[False, True, True, True], [False, True, True, True]])
    correction = OutlinedSlices(two_muscles).with_outlines(MF, {1: wanted}, "drawn")
    assert correction.labels.tolist() == [[[1, 0, 3, 0], [1, 0, 3, 0]], [[0, 1, 3, 1], [0, 1, 3, 1]]]
    assert correction.slices == (1,)


def test_slices_are_counted_from_caudal_whatever_the_files_order(two_muscles):
    upside_down = Image(
        two_muscles.array[::-1].copy(), np.array([[-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -4, 4], [0, 0, 0, 1]])
    )
    correction = OutlinedSlices(upside_down).with_outlines(MF, {0: np.zeros((2, 4), bool)}, "erased")
    assert (correction.labels == MF.value).any(axis=(1, 2)).tolist() == [True, False]


def test_an_outline_that_is_there_already_changes_no_slice(two_muscles):
    slices = OutlinedSlices(two_muscles)
    correction = slices.with_outlines(MF, {0: slices.mask(MF, 0)}, "drawn")
    assert correction.slices == ()
    np.testing.assert_array_equal(correction.labels, two_muscles.array)


def test_slices_that_do_not_exist_or_are_empty_are_named(two_muscles):
    slices = OutlinedSlices(two_muscles)
    with pytest.raises(InputError, match=r"no slice 2\. Choose slices from 0 to 1"):
        slices.require_slices(2)
    with pytest.raises(InputError, match="left psoas major is not outlined in slice 0"):
        slices.require_drawn(BY_IDENTIFIER["PM_left"], 0)
