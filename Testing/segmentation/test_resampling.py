"""Resampling keeps positions, averages what it merges, and invents nothing beyond the edge."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.segmentation.resampling import Axis, centred_axis, resampling_matrix

SPACINGS = (0.3, 0.7, 1.0, 1.3, 2.0)


@pytest.mark.parametrize("source_mm", SPACINGS)
@pytest.mark.parametrize("target_mm", SPACINGS)
def test_a_ramp_keeps_its_values_at_the_same_positions(source_mm, target_mm):
    source = Axis(5.0, source_mm, 100)
    target = centred_axis(source, target_mm, 1)
    resampled = resampling_matrix(source, target) @ source.centres_mm
    inner = np.abs(target.centres_mm - source.middle_mm) < source.size * source_mm / 2 - 4 * max(source_mm, target_mm)
    assert inner.sum() > 5
    np.testing.assert_allclose(resampled[inner], target.centres_mm[inner], atol=1e-4)


def test_equal_grids_are_copied():
    axis = Axis(0.0, 1.0, 7)
    np.testing.assert_array_equal(resampling_matrix(axis, axis), np.eye(7))


def test_beyond_the_outer_pixel_edges_the_result_is_zero_and_within_them_weights_sum_to_one():
    matrix = resampling_matrix(Axis(0.0, 1.0, 4), Axis(-2.0, 0.5, 16))  # centres from -2 to 5.5; edges at -0.5 and 3.5
    np.testing.assert_allclose(matrix.sum(axis=1), [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0], atol=1e-6)


def test_a_pattern_finer_than_the_target_becomes_its_mean_and_no_coarse_waves():
    fine = Axis(0.0, 0.4, 400)
    stripes = np.arange(400) % 2
    target = centred_axis(fine, 1.0, 1)
    resampled = (resampling_matrix(fine, target) @ stripes)[5:-5]
    np.testing.assert_allclose(resampled, 0.5, atol=0.02)


@pytest.mark.parametrize("size", [1, 15, 16, 17, 33])
def test_a_centred_axis_covers_the_other_in_whole_strides_and_shares_its_middle(size):
    around = Axis(3.0, 0.9, size)
    axis = centred_axis(around, 1.0, 16)
    assert axis.size % 16 == 0
    assert axis.size * axis.spacing_mm >= around.size * around.spacing_mm > (axis.size - 16) * axis.spacing_mm
    assert axis.middle_mm == pytest.approx(around.middle_mm)
