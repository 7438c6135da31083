import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.fat.swap import Scan, all_exchanged, exchanged_structures

RIGHT, LEFT = BY_IDENTIFIER["MF_right"], BY_IDENTIFIER["MF_left"]
PIECE = (slice(1, 3), slice(5, 15), slice(2, 12))
"""Part of the right multifidus in slices 1 and 2."""


def two_muscles(piece_fraction=0.1, piece_brightness=1.0, with_signal=True, edge=None):
    """Two muscles of 10 % fat; a piece of the right one differs. ``edge``: fraction of the voxels around the piece."""
    labels = np.zeros((4, 20, 40), np.uint8)
    labels[:, :, 1:19], labels[:, :, 21:39] = RIGHT.value, LEFT.value
    fraction, total = np.where(labels > 0, 0.1, np.nan), np.full(labels.shape, 100.0)
    if edge is not None:
        fraction[1:3, 3:17, 1:14] = edge
    fraction[PIECE], total[PIECE] = piece_fraction, 100 * piece_brightness
    return Scan(labels, fraction, total if with_signal else None)


def test_a_piece_that_is_all_fat_but_no_brighter_than_muscle_looks_exchanged():
    assert exchanged_structures(two_muscles(0.9, piece_brightness=1.0)) == {RIGHT: [1, 2]}


def test_real_fat_is_brighter_and_does_not_look_exchanged():
    assert exchanged_structures(two_muscles(0.9, piece_brightness=1.5)) == {}


def test_lean_muscle_does_not_look_exchanged():
    assert exchanged_structures(two_muscles()) == {}


def test_with_fractions_alone_a_sharp_edge_looks_exchanged_and_a_soft_one_does_not():
    assert exchanged_structures(two_muscles(0.9, with_signal=False)) == {RIGHT: [1, 2]}
    assert exchanged_structures(two_muscles(0.9, with_signal=False, edge=0.5)) == {}


@pytest.mark.parametrize("with_signal", [True, False])
def test_a_whole_muscle_is_compared_with_the_other_side(with_signal):
    scan = two_muscles(with_signal=with_signal)
    scan.fraction[scan.labels == RIGHT.value] = 0.9
    assert exchanged_structures(scan) == {RIGHT: [0, 1, 2, 3]}


def test_strands_of_fat_are_too_small_to_look_exchanged():
    scan = two_muscles()
    scan.fraction[:, 4:6, 2:12] = 0.95
    assert exchanged_structures(scan) == {}


def test_images_given_in_each_others_place_make_all_muscle_fat():
    scan = two_muscles()
    assert not all_exchanged(scan, scan.labels > 0)
    scan.fraction[:] = 1 - scan.fraction
    assert all_exchanged(scan, scan.labels > 0)
