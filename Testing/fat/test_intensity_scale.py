import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ParaspinalFatLib.fat.intensity_scale import factor_applied_to_one, fat_to_muscle_brightness, storage_step

STORED = np.random.default_rng(0).integers(0, 1500, 5000)


@given(st.floats(0.01, 50).filter(lambda step: abs(step - round(step)) > 1e-3), st.sampled_from([np.float32, np.float64]))
def test_the_factor_of_stored_whole_numbers_is_found(step, dtype):
    assert storage_step((STORED * step).astype(dtype)) == pytest.approx(step, rel=1e-5)


def test_sixteen_bits_in_single_precision_still_show_their_factor():
    stored = np.random.default_rng(0).integers(0, 65535, 30_000)
    assert storage_step((stored * 1.5492063).astype(np.float32)) == pytest.approx(1.5492063, rel=1e-6)


def test_whole_numbers_have_a_whole_step():
    assert storage_step(STORED) == 1
    assert storage_step(STORED * 4.0) == 4


def test_values_without_a_step_have_none():
    assert storage_step(np.random.default_rng(0).normal(500, 100, 5000)) is None
    assert storage_step(np.array([1.5, 3.0])) is None


def test_a_factor_applied_to_one_image_only_is_told_with_its_image():
    assert factor_applied_to_one(STORED * 1.5, STORED) == ("fat", 1.5)
    assert factor_applied_to_one(STORED, STORED * 1.5) == ("water", 1.5)


@pytest.mark.parametrize("factors", [(1, 1), (1.5, 1.5), (1.5, 1.7), (2, 1)])
def test_images_stored_in_the_same_way_raise_no_suspicion(factors):
    fat, water = factors
    assert factor_applied_to_one(STORED * fat, STORED[::-1] * water) is None


def test_the_brightness_of_fat_is_that_beside_lean_muscle():
    labels = np.zeros((1, 40, 40), np.uint8)
    labels[:, :, :20] = 1
    fraction, total = np.full(labels.shape, 0.1), np.full(labels.shape, 100.0)
    fraction[:, :4, 20:], total[:, :4, 20:] = 0.95, 240.0
    fraction[:, :4, :20], total[:, :4, :20] = 0.9, 999.0  # fat inside the muscle is not lean
    assert fat_to_muscle_brightness(fraction, total, labels, labels == 1) == pytest.approx(2.4)


def test_too_little_tissue_tells_nothing():
    labels = np.ones((1, 4, 4), np.uint8)
    assert fat_to_muscle_brightness(labels * 0.1, labels * 1.0, labels, labels == 1) is None
