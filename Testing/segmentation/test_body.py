"""The crop keeps the whole body, leaves the air, and keeps everything when it cannot tell."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.segmentation.body import MARGIN_MM, Box, body_box


def torso_in_air(shape=(3, 200, 260), noise=6.0, seed=0):
    """A disc of 60 pixels radius, centred at row 90 and column 150, grey 200 with a bright rim, in Rician noise."""
    rows, columns = np.mgrid[: shape[1], : shape[2]]
    radius = np.hypot(rows - 90, columns - 150)
    tissue = np.where(radius < 55, 200.0, np.where(radius < 60, 700.0, 0.0))
    generator = np.random.default_rng(seed)
    return np.hypot(tissue + generator.normal(0, noise, shape), generator.normal(0, noise, shape))


def test_the_box_is_the_body_with_its_margin():
    box = body_box(torso_in_air(), (1.0, 1.0))
    expected = (90 - 60 - MARGIN_MM, 90 + 61 + MARGIN_MM, 150 - 60 - MARGIN_MM, 150 + 61 + MARGIN_MM)
    assert np.allclose((box.row_start, box.row_stop, box.column_start, box.column_stop), expected, atol=4)


def test_the_margin_is_in_millimetres_in_each_direction():
    box = body_box(torso_in_air(), (0.5, 2.0))
    assert box.row_start == pytest.approx(90 - 60 - 2 * MARGIN_MM, abs=6)
    assert box.column_start == pytest.approx(150 - 60 - MARGIN_MM / 2, abs=3)


def test_a_body_that_moves_between_slices_is_kept_in_all_of_them():
    stack = torso_in_air()
    stack[2] = np.roll(stack[2], 40, axis=1)
    box = body_box(stack, (1.0, 1.0))
    assert box.column_start <= 90
    assert box.column_stop >= 250


def test_a_dim_slice_counts_as_much_as_a_bright_one():
    stack = torso_in_air(noise=1.0)
    stack[2] = np.roll(stack[2], 40, axis=1) / 50
    assert body_box(stack, (1.0, 1.0)).column_stop >= 250


def test_a_small_field_of_view_without_air_is_kept_whole_even_where_the_coil_hardly_reaches():
    rows, _ = np.mgrid[:180, :180]
    tissue = 100.0 + 60 * np.random.default_rng(1).random((2, 180, 180))
    assert body_box(tissue * np.exp((rows - 180) / 90), (1.0, 1.0)) == Box(0, 180, 0, 180)


def test_an_image_too_noisy_to_tell_is_kept_whole():
    assert body_box(torso_in_air(noise=150.0), (1.0, 1.0)) == Box(0, 200, 0, 260)


def test_a_constant_slice_is_kept_whole():
    assert body_box(np.full((1, 20, 30), 7, np.int16), (1.0, 1.0)) == Box(0, 20, 0, 30)
