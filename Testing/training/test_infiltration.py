"""Painted fat: water and fat are exchanged, only inside muscles, and more with severity."""

import numpy as np
import pytest

from ParaspinalFatLib.training.infiltration import (
    epimuscular_fat,
    fascicle_angle,
    infiltrate,
    replace_whole,
    subfascial_fat,
)


@pytest.fixture
def planes():
    """Lean multifidus (1, 2), erector spinae (3) and psoas (5) in fat, 120 x 120."""
    labels = np.zeros((120, 120), np.uint8)
    labels[70:100, 40:58], labels[70:100, 62:80] = 1, 2
    labels[70:100, 12:40] = 3
    labels[20:50, 20:50] = 5
    fat = np.where(labels == 0, 1.0, 0.05).astype(np.float32)
    return (1 - fat).astype(np.float32), fat, labels


PAINTERS = [
    lambda *args: infiltrate(*args, severity=0.8),
    lambda *args: subfascial_fat(*args, pixel_mm=1.2),
    epimuscular_fat,
    replace_whole,
]


@pytest.mark.parametrize("paint", PAINTERS)
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


def test_whole_parts_of_the_back_muscles_turn_to_fat_at_their_deep_and_medial_end_and_the_rest_stays_lean(planes):
    water, fat, labels = planes
    runs = [replace_whole(np.random.default_rng(seed), water, fat, labels)[1] for seed in range(20)]
    for run in runs:
        np.testing.assert_allclose(run[labels == 5], 0.05, atol=1e-3)
        assert 0.03 < (run[labels == 1] > 0.6).mean() < 0.5
        assert (run[labels == 3] > 0.6).mean() < 0.25
    mean = np.mean(runs, axis=0)
    assert mean[70:76, 34:39].mean() > 0.25
    assert mean[94:100, 12:18].mean() < 0.08
    deep_medial, superficial_lateral = mean[70:78, 52:58].mean(), mean[92:100, 40:46].mean()
    assert deep_medial > 0.4
    assert superficial_lateral < 0.1
    np.testing.assert_allclose(mean[70:78, 52:58].mean(), mean[70:78, 62:68].mean(), atol=0.15)


def test_medial_is_towards_the_other_side_s_muscles_wherever_the_patient_lies_in_the_image(planes):
    moved = [np.roll(plane, 35, axis=1) for plane in planes]  # both multifidi right of the middle of the image
    mean = np.mean([replace_whole(np.random.default_rng(seed), *moved)[1] for seed in range(20)], axis=0)
    assert mean[70:78, 97:103].mean() > mean[70:78, 109:115].mean() + 0.1


def test_fat_under_the_fascia_is_a_layer_at_the_back_of_the_back_muscles_only(planes):
    water, fat, labels = planes
    runs = [subfascial_fat(np.random.default_rng(seed), water, fat, labels, pixel_mm=1.0)[1] for seed in range(20)]
    gained = np.mean([run - fat for run in runs], axis=0)
    rows = gained[:, 45:75].mean(axis=1)
    assert rows[99] > 0.5  # the hindmost row of multifidus and erector spinae
    assert rows[99] > rows[97] > rows[94]
    assert rows[:88].max() < 0.02
    assert np.abs(gained[labels == 5]).max() < 1e-3
    for run in runs:
        assert np.abs((run - fat)[102:]).max() < 1e-3  # nothing behind the fascia


def test_its_thickness_is_in_millimetres(planes):
    def layer(pixel_mm):
        runs = [subfascial_fat(np.random.default_rng(seed), *planes, pixel_mm=pixel_mm)[1] for seed in range(20)]
        return np.mean([run - planes[1] for run in runs], axis=0)[70:100].sum() * pixel_mm

    assert layer(0.5) == pytest.approx(layer(1.0), rel=0.25)


@pytest.mark.parametrize("degrees", [0.0, 30.0, 60.0, -40.0, 89.0])
def test_the_angle_of_the_fascicles_is_that_of_the_muscles_longest_axis(degrees):
    j, i = np.mgrid[-40:41, -40:41]
    angle = np.radians(degrees)
    along, across = i * np.cos(angle) + j * np.sin(angle), j * np.cos(angle) - i * np.sin(angle)
    assert np.degrees(fascicle_angle((along / 35) ** 2 + (across / 12) ** 2 < 1)) == pytest.approx(degrees, abs=1)


@pytest.mark.parametrize("degrees", [25.0, 65.0, -50.0])
def test_streaks_run_along_the_fascicles_of_an_oblique_muscle(degrees):
    j, i = np.mgrid[-60:61, -60:61]
    angle = np.radians(degrees)
    along, across = i * np.cos(angle) + j * np.sin(angle), j * np.cos(angle) - i * np.sin(angle)
    labels = (3 * ((along / 55) ** 2 + (across / 25) ** 2 < 1)).astype(np.uint8)
    lean = np.where(labels > 0, 0.0, 1.0).astype(np.float32)
    steps = {name: [] for name in ("along", "across")}
    for seed in range(30):
        run = infiltrate(np.random.default_rng(seed), 1 - lean, lean, labels, severity=0.5)[1]
        rows, columns = np.gradient(run)
        inner = (along / 50) ** 2 + (across / 20) ** 2 < 1
        steps["along"].append(np.abs(columns * np.cos(angle) + rows * np.sin(angle))[inner].mean())
        steps["across"].append(np.abs(rows * np.cos(angle) - columns * np.sin(angle))[inner].mean())
    assert np.mean(steps["across"]) > 1.1 * np.mean(steps["along"])
