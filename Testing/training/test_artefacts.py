"""The scanner: shape kept, values finite, and each artefact does what its name says."""

import numpy as np
import pytest

from ParaspinalFatLib.training.artefacts import (
    LARGEST_SHIFT_MM,
    bias,
    chemically_shifted,
    motion,
    resolution,
    rician_noise,
    scan,
    surface_coil,
    wrap_around,
)


@pytest.fixture
def image():
    """A bright square in a dark frame, 64 x 80."""
    image = np.full((64, 80), 0.1, np.float32)
    image[20:44, 25:55] = 1.0
    return image


@pytest.mark.parametrize("seed", range(20))
def test_a_scan_keeps_the_shape_is_finite_not_negative_and_repeatable(image, seed):
    first, second = (scan(np.random.default_rng(seed), image) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.shape == image.shape
    assert np.isfinite(first).all()
    assert first.min() >= 0


@pytest.mark.parametrize("seed", range(10))
def test_a_spine_coil_is_brightest_at_the_back(seed):
    rows = surface_coil(np.random.default_rng(seed), np.ones((64, 80), np.float32)).mean(axis=1)
    assert rows[-1] > rows[0]


def test_no_bias_leaves_the_image(image):
    np.testing.assert_allclose(bias(np.random.default_rng(0), image, 0.0), image, rtol=1e-6)


def test_wrapped_and_ghosted_tissue_only_adds_signal(image):
    for artefact in (wrap_around, motion):
        changed = artefact(np.random.default_rng(3), image)
        assert (changed >= image - 1e-6).all()
        assert changed.max() > image.max() or changed.sum() > image.sum()


@pytest.mark.parametrize("seed", range(12))
def test_any_resolution_keeps_the_mean_of_an_even_region(image, seed):
    assert resolution(np.random.default_rng(seed), image)[28:36, 35:45].mean() == pytest.approx(1.0, abs=0.05)


def test_noise_is_never_negative_and_lifts_the_empty_background():
    empty_half = np.zeros((40, 40), np.float32)
    empty_half[:, 20:] = 1.0
    noisy = rician_noise(np.random.default_rng(0), empty_half)
    assert noisy.min() >= 0
    assert noisy[:, :20].mean() > 0


@pytest.mark.parametrize("pixel_mm", [0.5, 1.2])
def test_fat_is_shifted_along_one_axis_by_a_millimetre_at_most_and_mostly_not_at_all(image, pixel_mm):
    def middle(plane):
        return np.array([np.average(places, weights=plane - 0.1 + 1e-9) for places in np.indices(plane.shape)])

    moves = [
        (middle(chemically_shifted(np.random.default_rng(seed), image, pixel_mm)) - middle(image)) * pixel_mm
        for seed in range(200)
    ]
    largest, other = np.sort(np.abs(moves), axis=1)[:, ::-1].T
    assert other.max() < 1e-3
    assert 0.8 * LARGEST_SHIFT_MM < largest.max() < LARGEST_SHIFT_MM + 1e-3
    assert 0.15 < np.mean(largest > 1e-6) < 0.35
