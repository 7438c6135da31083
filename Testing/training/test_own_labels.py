"""What a voxel without a label may be, and that one which is said to be unknown stays so."""

import numpy as np
import pytest

from ParaspinalFatLib.training.own_labels import undrawn_is_unknown, unknown_is_beside_muscles
from ParaspinalFatLib.training.partial_labels import BESIDE, BESIDE_ALL, BESIDE_PSOAS, UNKNOWN


@pytest.mark.parametrize(
    ("drawn", "beside"),
    [((1, 2, 3, 4), BESIDE), ((1, 2, 3, 4, 5, 6), BESIDE_PSOAS), ((*range(1, 9),), BESIDE_ALL), ((1, 2, 3), UNKNOWN)],
)
def test_only_voxels_without_a_label_are_narrowed_and_255_may_still_be_any_muscle(drawn, beside):
    labels = np.array([[[*drawn, 0, UNKNOWN, 0]]], np.uint8)
    assert undrawn_is_unknown(labels, (1.0, 1.0), background_known=False).tolist() == [[[*drawn, beside, UNKNOWN, beside]]]


def test_in_an_exported_case_255_is_what_nobody_drew():
    labels = np.array([[[1, 2, 3, 4, UNKNOWN]]], np.uint8)
    assert unknown_is_beside_muscles(labels, (1.0, 1.0)).tolist() == [[[1, 2, 3, 4, BESIDE]]]


def test_labels_stay_as_they_are_where_the_background_is_known_or_nothing_is_missing():
    labels = np.array([[[1, 2, 3, 4, 0, UNKNOWN]]], np.uint8)
    assert undrawn_is_unknown(labels, (1.0, 1.0), background_known=True) is labels
    whole = np.array([[[*range(1, 16), 0, UNKNOWN]]], np.uint8)
    assert undrawn_is_unknown(whole, (1.0, 1.0), background_known=False) is whole
