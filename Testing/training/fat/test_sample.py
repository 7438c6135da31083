"""Samples of the fat network: image and truth belong together, and the truth is a fraction where it counts."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.training.fat import sample as module
from ParaspinalFatLib.training.fat.sample import (
    diffuse_fat,
    fat_sample,
    fraction_of,
    more_fat,
    to_pixels,
    weight_of,
)
from ParaspinalFatLib.training.view import View

VIEW = View((96, 112), 0.8, 10.0)


def test_the_same_seed_gives_the_same_sample_and_another_seed_another(dixon_subject):
    one, two, other = (fat_sample(np.random.default_rng(seed), dixon_subject, 1, VIEW) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.image, two.image)
    np.testing.assert_array_equal(one.fraction, two.fraction)
    assert not np.array_equal(one.image, other.image)


@pytest.mark.parametrize("seed", range(6))
def test_all_planes_fill_the_canvas_and_keep_their_ranges(dixon_subject, seed):
    drawn = fat_sample(np.random.default_rng(seed), dixon_subject, seed % 4, VIEW)
    for plane in (drawn.image, drawn.fraction):
        assert plane.shape == VIEW.canvas
        assert plane.min() >= 0
        assert plane.max() <= 1
    assert (drawn.weight == 1).sum() > 100
    assert np.isfinite(drawn.fraction[drawn.weight > 0]).all()


def test_without_painted_fat_and_noise_the_image_and_the_fraction_lie_on_one_line(dixon_subject, monkeypatch):
    """Nothing but blur is between them, and both were blurred alike: the image tells the fraction exactly."""
    monkeypatch.setattr(module, "more_fat", lambda _rng, water, fat, _labels: (water, fat))
    monkeypatch.setattr(module, "scanned", lambda _rng, signal: signal)
    monkeypatch.setattr(module, "conventional_signal", lambda _rng, water, fat, _labels: 0.25 * water + fat)
    monkeypatch.setattr(module, "chemically_shifted", lambda _rng, fat, _pixel_mm: fat)
    monkeypatch.setattr(module, "normalise", lambda planes: planes)
    drawn = fat_sample(np.random.default_rng(2), dixon_subject, 0, VIEW)
    known = drawn.weight == 1
    np.testing.assert_allclose(drawn.image[known], 0.25 + 0.75 * drawn.fraction[known], atol=2e-3)


def test_painting_moves_signal_from_water_to_fat_and_makes_none(dixon_subject):
    water, fat, labels = dixon_subject.water[0], dixon_subject.fat[0], dixon_subject.labels[0]
    inside = np.isin(labels, (1, 2, 3, 4))
    gained = 0.0
    for seed in range(8):
        new_water, new_fat = more_fat(np.random.default_rng(seed), water, fat, labels)
        assert new_water.min() >= 0
        assert np.all(new_water + new_fat <= water + fat + 1e-5)
        gained += float((new_fat - fat)[inside].mean()) / 8
    assert 0.05 < gained < 0.6


def test_diffuse_fat_changes_muscles_only(dixon_subject):
    water, fat, labels = dixon_subject.water[0], dixon_subject.fat[0], dixon_subject.labels[0]
    _, more = diffuse_fat(np.random.default_rng(0), water, fat, labels, 0.2)
    assert np.all((more > fat) == ((labels >= 1) & (labels <= 10)))


def test_a_uniform_plane_stays_uniform_on_larger_pixels():
    np.testing.assert_allclose(to_pixels(np.full((40, 60), 0.3, np.float32), (1.2, 0.6)), np.full((20, 30), 0.3), rtol=1e-5)


@pytest.mark.parametrize("acquired", [2.0, 3.0])
def test_a_point_spreads_over_the_acquired_pixel_and_keeps_its_sum(acquired):
    """The blur's variance is that of a Gaussian whose full width at half maximum is the pixel."""
    plane = np.zeros((80, 80), np.float32)
    plane[40:42, 40:42] = 0.25
    found = to_pixels(plane, (acquired, acquired))
    profile, rows = found.sum(axis=1), np.arange(40) - 20.0
    assert found.sum() * 4 == pytest.approx(1.0, rel=1e-3)
    assert float((profile * rows**2).sum() / profile.sum()) == pytest.approx((0.4247 * acquired) ** 2, rel=0.1)


def test_pixels_finer_than_the_networks_make_no_difference():
    plane = np.random.default_rng(0).random((40, 40), dtype=np.float32)
    np.testing.assert_array_equal(to_pixels(plane, (0.4, 0.4)), to_pixels(plane, (1.0, 1.0)))


def test_air_has_no_fraction_and_counts_nothing():
    labels, total = np.ones((4, 4), np.uint8), np.zeros((4, 4), np.float32)
    assert weight_of(labels, total).max() == 0
    assert fraction_of(total, total).max() == 0


def test_muscle_counts_more_than_its_rim_and_the_rim_more_than_the_rest():
    labels = np.zeros((20, 20), np.uint8)
    labels[8:12, 8:12] = 7
    weight = weight_of(labels, np.ones((20, 20), np.float32))
    assert weight[10, 10] == 1 > weight[6, 10] > weight[0, 0] > 0
