"""Painted fat: water and fat are exchanged, only inside muscles, and more with severity."""

import numpy as np
import pytest
from scipy import ndimage

from ParaspinalFatLib.training.infiltration import epimuscular_fat, fat_collar, infiltrate
from ParaspinalFatLib.training.partial_labels import UNKNOWN


@pytest.fixture
def planes():
    """Lean multifidus (1, 2), erector spinae (3) and psoas (5) in fat, 120 x 120."""
    labels = np.zeros((120, 120), np.uint8)
    labels[70:100, 40:58], labels[70:100, 62:80] = 1, 2
    labels[70:100, 12:40] = 3
    labels[20:50, 20:50] = 5
    fat = np.where(labels == 0, 1.0, 0.05).astype(np.float32)
    return (1 - fat).astype(np.float32), fat, labels


@pytest.mark.parametrize("paint", [lambda *args: infiltrate(*args, severity=0.8), epimuscular_fat])
def test_water_and_fat_stay_positive_and_outside_muscle_nothing_changes(planes, paint):
    water, fat, labels = planes
    new_water, new_fat = paint(np.random.default_rng(1), water, fat, labels)
    assert min(new_water.min(), new_fat.min()) >= 0
    np.testing.assert_allclose(new_fat[:10], fat[:10], atol=1e-5)


def test_infiltration_keeps_the_sum_of_water_and_fat(planes):
    water, fat, labels = planes
    new_water, new_fat = infiltrate(np.random.default_rng(2), water, fat, labels, severity=0.6)
    np.testing.assert_allclose(new_water + new_fat, water + fat, atol=1e-5)


def test_more_severe_means_more_fat_and_psoas_keeps_more_muscle_than_multifidus(planes):
    water, fat, labels = planes

    def mean_fat(severity, value):
        runs = [infiltrate(np.random.default_rng(seed), water, fat, labels, severity)[1] for seed in range(6)]
        return np.mean([run[labels == value].mean() for run in runs])

    assert mean_fat(0.9, 1) > mean_fat(0.4, 1) > mean_fat(0.05, 1)
    assert mean_fat(0.9, 1) > mean_fat(0.9, 5) + 0.1


def test_epimuscular_fat_lies_along_the_seam_between_muscles(planes):
    water, fat, labels = planes
    runs = [epimuscular_fat(np.random.default_rng(seed), water, fat, labels)[0] for seed in range(6)]
    lost = np.mean([water - run for run in runs], axis=0)
    assert lost[75:95, 38:42].mean() > 5 * lost[75:95, 20:30].mean()


def test_a_collar_of_fat_lies_around_the_psoas_is_background_and_takes_no_pixel_of_a_drawn_structure():
    labels = np.full((80, 80), UNKNOWN, np.uint8)
    labels[30:50, 30:50], labels[30:50, 50:60] = 5, 12
    water, fat = np.ones((80, 80), np.float32), np.full((80, 80), 0.05, np.float32)
    collars = [fat_collar(np.random.default_rng(seed), water, fat, labels) for seed in range(8)]
    painted = [new == 0 for _, _, new in collars]
    assert all(np.array_equal(new[labels < UNKNOWN], labels[labels < UNKNOWN]) for _, _, new in collars)
    assert sum(where[28, 40] or where[40, 28] for where in painted) >= 4
    assert not any(where[:18].any() or where[:, 72:].any() for where in painted)
    for where, (new_water, new_fat, _) in zip(painted, collars, strict=True):
        deep = ndimage.binary_erosion(where, iterations=2)
        assert (new_fat[deep] > 0.6).all()
        assert (new_water[deep] < 0.2).all()
        np.testing.assert_allclose(new_fat[36:44, 36:44], 0.05, atol=1e-3)


def test_without_psoas_and_quadratus_lumborum_a_collar_changes_nothing(planes):
    water, fat, labels = planes
    lower = (water, fat, np.where(labels == 5, 0, labels))
    for before, after in zip(lower, fat_collar(np.random.default_rng(0), *lower), strict=True):
        np.testing.assert_array_equal(after, before)
