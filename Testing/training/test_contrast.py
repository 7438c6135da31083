"""Contrasts follow their physics where they claim to, and are finite and repeatable always."""

import numpy as np
import pytest

from ParaspinalFatLib.training.contrast import (
    fat_fraction_map,
    fat_image,
    fat_saturated,
    in_phase,
    noise,
    random_contrast,
    random_curve,
    t1_weighted,
    t2_weighted,
    tissue_gain,
    varied_contrast,
    water_image,
)


@pytest.fixture
def planes():
    """Water, fat and labels of 60 x 60: fat, muscle (3), canal (14), air."""
    labels = np.zeros((60, 60), np.uint8)
    labels[20:40, 5:25] = 3
    labels[25:35, 35:45] = 14
    fat = np.where(labels == 0, 1.0, 0.05).astype(np.float32)
    water = np.where(labels == 0, 0.03, 1.0).astype(np.float32)
    fat[50:], water[50:] = 0.0, 0.0
    return water, fat, labels


def means(image):
    return {"muscle": image[23:37, 8:22].mean(), "canal": image[27:33, 37:43].mean(), "fat": image[5:15, 5:55].mean()}


@pytest.mark.parametrize("seed", range(10))
def test_fat_is_brightest_on_t1_and_fluid_darker_than_muscle(planes, seed):
    value = means(t1_weighted(np.random.default_rng(seed), *planes))
    assert value["fat"] > value["muscle"] > value["canal"]


@pytest.mark.parametrize("seed", range(10))
def test_fluid_and_fat_are_brighter_than_muscle_on_t2(planes, seed):
    value = means(t2_weighted(np.random.default_rng(seed), *planes))
    assert min(value["fat"], value["canal"]) > value["muscle"]


@pytest.mark.parametrize("seed", range(5))
def test_dixon_images_show_their_own_component(planes, seed):
    water, fat = (means(make(np.random.default_rng(seed), *planes)) for make in (water_image, fat_image))
    assert water["muscle"] > 3 * water["fat"]
    assert fat["fat"] > 3 * fat["muscle"]


@pytest.mark.parametrize("seed", range(8))
def test_in_phase_fat_and_muscle_are_both_bright(planes, seed):
    value = means(in_phase(np.random.default_rng(seed), *planes))
    assert 0.4 < value["fat"] / value["muscle"] < 2.2


def test_saturated_fat_is_darker_than_fluid(planes):
    value = means(fat_saturated(np.random.default_rng(0), *planes))
    assert value["fat"] < value["canal"]


def test_a_fat_fraction_map_holds_fat_over_water_plus_fat_inside_the_body(planes):
    water, fat, labels = planes
    result = fat_fraction_map(np.random.default_rng(0), water, fat, labels)
    np.testing.assert_allclose(result[:50], fat[:50] / (water + fat)[:50], rtol=1e-5)


@pytest.mark.parametrize("seed", range(25))
def test_every_random_contrast_is_finite_not_negative_and_repeatable(planes, seed):
    first, second = (random_contrast(np.random.default_rng(seed), *planes) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.isfinite(first).all()
    assert first.min() >= 0


def test_gains_follow_the_labels_except_for_soft_borders(planes):
    gain = tissue_gain(np.random.default_rng(0), planes[2], 0.5, {14: 2.0}, spread=0.0, patches=0.0)
    assert gain[30, 15] == pytest.approx(0.5, rel=1e-4)
    assert gain[30, 40] == pytest.approx(2.0, rel=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_a_random_curve_keeps_zero_at_zero_and_stays_within_one(seed):
    signal = np.linspace(0, 3, 100, dtype=np.float32).reshape(10, 10)
    curved = random_curve(np.random.default_rng(seed), signal)
    assert curved[0, 0] == 0
    assert 0 <= curved.min() <= curved.max() <= 1


def test_a_given_contrast_stays_finite_even_where_resampling_went_below_zero():
    image = np.linspace(-0.1, 1, 100, dtype=np.float32).reshape(10, 10)
    assert all(np.isfinite(varied_contrast(np.random.default_rng(seed), image)).all() for seed in range(8))


def test_noise_has_unit_variance_however_smooth():
    assert noise(np.random.default_rng(0), (80, 80), 4.0).std() == pytest.approx(1.0, rel=1e-3)
