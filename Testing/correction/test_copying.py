"""A copy replaces one outline in one slice."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.correction.copying import copied
from ParaspinalFatLib.errors import InputError

MF = BY_IDENTIFIER["MF_right"]


def test_the_next_slice_gets_the_outline_and_its_neighbours_stay(spine):
    spine.array[6, 60:64, 40:60] = BY_IDENTIFIER["MF_left"].value
    correction = copied(spine, MF, 5, 6)
    expected = (spine.array[5] == MF.value) & (spine.array[6] != BY_IDENTIFIER["MF_left"].value)
    np.testing.assert_array_equal(correction.labels[6] == MF.value, expected)
    np.testing.assert_array_equal(correction.labels[:6], spine.array[:6])
    assert (correction.slices, correction.why) == ((6,), "copied from slice 5")


def test_the_old_outline_goes_away(spine):
    spine.array[6, 70, 10] = MF.value
    assert copied(spine, MF, 5, 6).labels[6, 70, 10] == 0


def test_a_slice_beyond_the_scan_an_empty_one_and_itself_are_refused(spine):
    with pytest.raises(InputError, match="no slice 7"):
        copied(spine, MF, 5, 7)
    with pytest.raises(InputError, match="not outlined in slice 6"):
        copied(spine, MF, 6, 5)
    with pytest.raises(InputError, match="copied to itself"):
        copied(spine, MF, 5, 5)
