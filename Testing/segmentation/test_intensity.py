"""Input scaling: one result whatever the units, the air around the body and the number of slices."""

import numpy as np
import pytest

from ParaspinalFatLib.segmentation.intensity import normalise


@pytest.fixture
def stack():
    """Three slices of a bright ring (fat) around a dark disc (muscle) in noisy air."""
    j, i = np.mgrid[-64:64, -64:64]
    radius = np.hypot(j, i)
    tissue = np.where(radius < 30, 200.0, np.where(radius < 45, 800.0, 0.0))
    noise = np.random.default_rng(0).normal(0, 8, (3, 128, 128))
    return np.abs(tissue + noise)


@pytest.mark.parametrize("factor", [1e-4, 0.5, 1.5492063, 1000.0])
def test_any_positive_scale_and_offset_give_the_same_input(stack, factor):
    np.testing.assert_allclose(normalise(stack * factor + 17.0 * factor), normalise(stack), atol=1e-6)


def test_a_slice_alone_is_scaled_as_within_its_stack(stack):
    np.testing.assert_array_equal(normalise(stack[1:2])[0], normalise(stack)[1])


def test_integers_and_floats_of_the_same_values_agree(stack):
    whole = np.round(stack)
    np.testing.assert_array_equal(normalise(whole.astype(np.int16)), normalise(whole))


def test_air_around_the_body_hardly_moves_the_tissue_values(stack):
    padded = np.pad(stack, ((0, 0), (64, 64), (64, 64)))
    inner = normalise(padded)[:, 64:-64, 64:-64]
    muscle = np.hypot(*np.mgrid[-64:64, -64:64]) < 28
    assert np.abs(inner - normalise(stack))[:, muscle].max() < 0.03


def test_values_lie_between_0_and_1_and_are_single_precision(stack):
    result = normalise(stack)
    assert result.dtype == np.float32
    assert result.min() >= 0.0
    assert result.max() < 1.0


def test_a_constant_slice_becomes_zero():
    assert not normalise(np.full((1, 8, 8), 42, np.int16)).any()


def test_a_single_bright_pixel_does_not_change_the_scale(stack):
    spike = stack.copy()
    spike[:, 10, 10] = 1e6
    difference = np.abs(normalise(spike) - normalise(stack))
    difference[:, 10, 10] = 0
    assert difference.max() < 0.01
