"""Right and left are the patient's."""

from __future__ import annotations

import numpy as np
import pytest
from measurement.measuring import measured
from phantoms import stored_as


def test_asymmetry_is_given_in_both_definitions(two_multifidi):
    right, left = (np.count_nonzero(two_multifidi.array == value) for value in (1, 2))
    row = measured(two_multifidi).one(structure="MF", side="both", region="whole")
    assert right > left
    assert row["asymmetry_larger_pct"] == pytest.approx((right - left) / right * 100)
    assert row["asymmetry_rl_pct"] == pytest.approx((right - left) / ((right + left) / 2) * 100)


def test_the_patients_right_is_the_side_of_larger_r(two_multifidi):
    table = measured(two_multifidi)
    assert table.one(structure="MF", side="right", region="whole")["centroid_r_mm"] == pytest.approx(15.0, abs=0.2)
    assert table.one(structure="MF", side="left", region="whole")["centroid_r_mm"] == pytest.approx(-15.0, abs=0.2)


def test_the_side_of_a_mirrored_array_is_not_mirrored(two_multifidi):
    left_handed = stored_as(two_multifidi, (0, 1, 2), (False, False, True))
    assert np.linalg.det(left_handed.affine[:3, :3]) < 0 < np.linalg.det(two_multifidi.affine[:3, :3])
    assert measured(left_handed).one(side="right", region="whole")["centroid_r_mm"] > 0
