import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ParaspinalFatLib.measurement.axis import in_plane_centroid, obliquity_cosines


def along(curve, slices, spacing=4.0):
    """Cosines of a muscle whose centroid at height h is ``curve(h)``."""
    return obliquity_cosines({k: curve(k * spacing) for k in slices}, dict.fromkeys(slices, 500.0), spacing)


@settings(deadline=None)
@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.integers(3, 30), st.floats(1.0, 10.0))
def test_a_straight_muscle_has_its_exact_angle_everywhere(slope_i, slope_j, count, spacing):
    cosines = along(lambda h: (slope_i * h + 7, slope_j * h - 3), range(count), spacing)
    assert list(cosines.values()) == pytest.approx([1 / np.sqrt(1 + slope_i**2 + slope_j**2)] * count, abs=1e-9)


def test_a_parabola_has_the_exact_angle_of_its_tangent():
    cosines = along(lambda h: (0.0, h**2 / 400), range(20))
    tangent = [2 * k * 4.0 / 400 for k in range(20)]
    assert list(cosines.values()) == pytest.approx([1 / np.sqrt(1 + slope**2) for slope in tangent], abs=1e-9)


def test_a_curve_of_a_lumbar_muscle_is_followed_within_half_a_degree():
    radius = 200.0
    cosines = along(lambda h: (0.0, radius - np.sqrt(radius**2 - (h - 60) ** 2)), range(31))
    angles = np.degrees(np.arccos(list(cosines.values())))
    expected = np.degrees(np.abs(np.arcsin((np.arange(31) * 4.0 - 60) / radius)))
    assert np.abs(angles - expected).max() < 0.5


def test_jitter_of_hand_contours_is_smoothed():
    angles = []
    for seed in range(50):
        jitter = np.random.default_rng(seed).normal(0, 0.5, (31, 2))
        cosines = along(lambda h, jitter=jitter: tuple(jitter[int(h // 4)]), range(31))
        angles.append(np.degrees(np.arccos(list(cosines.values()))))
    typical = np.sqrt(np.mean(np.square(angles), axis=0) / 2)  # two directions
    assert typical[15] < 0.5
    assert typical.max() < 1.6


def test_a_hole_in_the_muscle_does_not_matter():
    slices = [0, 1, 2, 5, 6, 7, 12]
    assert list(along(lambda h: (h, 0.0), slices).values()) == pytest.approx([np.sqrt(0.5)] * 7)


def test_fewer_than_three_slices_have_no_axis():
    assert along(lambda h: (h, 0.0), range(2)) == {}


def test_far_apart_slices_still_have_one():
    assert list(along(lambda h: (h, 0.0), range(5), spacing=35.0).values()) == pytest.approx([np.sqrt(0.5)] * 5)


def test_a_sliver_pulls_the_axis_less_than_a_full_slice():
    centroids = dict.fromkeys(range(10), (0.0, 0.0)) | {10: (6.0, 0.0)}
    full = obliquity_cosines(centroids, dict.fromkeys(range(11), 500.0), 4.0)
    sliver = obliquity_cosines(centroids, dict.fromkeys(range(10), 500.0) | {10: 5.0}, 4.0)
    assert sliver[9] > full[9]


def test_the_centroid_of_several_masks_counts_their_voxels():
    assert in_plane_centroid([(1, 10, 4), (3, 42, 0)], (0.5, 2.0, 4.0)) == (52 / 4 * 0.5, 4 / 4 * 2.0)
