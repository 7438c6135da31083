"""Resampling keeps positions, averages what it merges, and invents nothing beyond the edge."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.segmentation.resampling import Axis, Window, centred_axis, covering_window, resampling_matrix

SPACINGS = (0.3, 0.7, 1.0, 1.3, 2.0)


@pytest.mark.parametrize("source_mm", SPACINGS)
@pytest.mark.parametrize("target_mm", SPACINGS)
def test_a_ramp_keeps_its_values_at_the_same_positions(source_mm, target_mm):
    source = Axis(5.0, source_mm, 100)
    target = centred_axis(source, target_mm)
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
    target = centred_axis(fine, 1.0)
    resampled = (resampling_matrix(fine, target) @ stripes)[5:-5]
    np.testing.assert_allclose(resampled, 0.5, atol=0.02)


@pytest.mark.parametrize("size", [1, 15, 16, 17, 33])
def test_a_centred_axis_has_the_same_middle_and_lies_within_the_other(size):
    around = Axis(3.0, 0.9, size)
    axis = centred_axis(around, 1.0)
    assert axis.middle_mm == pytest.approx(around.middle_mm)
    assert abs(axis.size * axis.spacing_mm - size * 0.9) <= 0.5
    np.testing.assert_allclose(resampling_matrix(around, axis).sum(axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize("start", [-2, 0, 13, 60])
@pytest.mark.parametrize("size", [1, 15, 40])
def test_a_window_covers_a_part_in_whole_strides_and_has_it_in_its_middle(start, size):
    whole, part = Axis(0.5, 1.0, 90), Axis(0.2 + start * 0.8, 0.8, size)
    window = covering_window(whole, part, 16)
    pixels = window.axis(whole)
    before = part.start_mm - 0.4 - (pixels.start_mm - 0.5)
    after = pixels.start_mm + window.size - 0.5 - (part.start_mm - 0.4 + size * 0.8)
    assert window.size % 16 == 0
    assert min(before, after) >= -1e-9
    assert abs(before - after) <= 2.0
    assert before + after < 16 + 2


def test_a_windows_pixels_on_the_axis_are_found_where_it_overhangs():
    axis = Axis(0.0, 1.0, 10)
    assert Window(-3, 16).inside(axis) == (slice(0, 10), slice(3, 13))
    assert Window(4, 4).inside(axis) == (slice(4, 8), slice(0, 4))
