"""The mirror image of a circle is a circle at the mirrored place, by the spine's own, leaning midline."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_spine import SPACING_JI, disc, value

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.correction.mirroring import mirrored_to_other_side
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image

MF = BY_IDENTIFIER["MF_right"]


def mirror_place(row_mm: float, column_mm: float) -> np.ndarray:
    """At the line: column = 48 + 0.1 (row - 44)."""
    normal = np.array([-0.1, 1.0]) / np.hypot(1, 0.1)
    distance = (column_mm - 48 - 0.1 * (row_mm - 44)) / np.hypot(1, 0.1)
    return np.array([row_mm, column_mm]) - 2 * distance * normal


def test_the_other_sides_outline_is_the_mirror_image_in_these_slices_only(spine):
    correction = mirrored_to_other_side(spine, MF, 2, 6)
    left = correction.labels == value("MF_left")
    assert correction.slices == (2, 3, 4, 5)  # slice 6 shows no right multifidus
    assert left.any(axis=(1, 2)).tolist() == [False, False, True, True, True, True, False]
    assert left[3].sum() == pytest.approx((spine.array[3] == MF.value).sum(), rel=0.05)
    assert np.argwhere(left[3]).mean(axis=0) * SPACING_JI == pytest.approx(mirror_place(62, 38), abs=0.6)
    np.testing.assert_array_equal(correction.labels == MF.value, spine.array == MF.value)


def test_neighbours_keep_their_voxels(spine):
    place = disc((80, 120), tuple(mirror_place(62, 38)), 3.0)
    spine.array[3][place] = value("ES_left")
    labels = mirrored_to_other_side(spine, MF, 3, 3).labels
    assert np.all(labels[3][place] == value("ES_left"))


def test_a_wrong_outline_on_the_other_side_does_not_move_the_midline(spine):
    clean = mirrored_to_other_side(spine, MF, 3, 3).labels
    spine.array[:, 66:78, 85:118] = value("MF_left")
    redrawn = mirrored_to_other_side(spine, MF, 3, 3).labels
    np.testing.assert_array_equal(redrawn[3] == value("MF_left"), clean[3] == value("MF_left"))


def test_the_voxel_order_makes_no_difference(spine):
    turned = Image(
        np.ascontiguousarray(spine.array[:, ::-1, ::-1]),
        spine.affine @ np.array([[-1, 0, 0, 119], [0, -1, 0, 79], [0, 0, 1, 0], [0, 0, 0, 1]]),
    )
    there = mirrored_to_other_side(turned, MF, 3, 4).labels[:, ::-1, ::-1]
    np.testing.assert_array_equal(there, mirrored_to_other_side(spine, MF, 3, 4).labels)


def test_without_a_midline_and_for_midline_structures_it_is_refused(spine):
    only = spine.with_array(np.where(spine.array == MF.value, spine.array, 0).astype(np.uint8))
    with pytest.raises(InputError, match="Nothing shows where the midline is"):
        mirrored_to_other_side(only, MF, 3, 3)
    with pytest.raises(InputError, match="has no other side"):
        mirrored_to_other_side(spine, BY_IDENTIFIER["canal"], 3, 3)
    with pytest.raises(InputError, match="not outlined in slices 6 to 6"):
        mirrored_to_other_side(spine, MF, 6, 6)
