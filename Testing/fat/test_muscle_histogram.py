"""Histograms count every voxel of a muscle once, and show the thresholds by which its fat was found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.methods import fat_map_of
from ParaspinalFatLib.fat.muscle_histogram import muscle_histogram, parted_image, signal_range, thresholds_of
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels, muscle_voxels
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role

SHAPE = (2, 8, 40)


def inside(labels: Image) -> MuscleVoxels:
    return muscle_voxels(labels.array, labels.array)


@pytest.fixture
def labels(labelled: Any) -> Image:
    return labelled(SHAPE, MF_right=(0, 10), MF_left=(10, 18), ES_right=(20, 30), ES_left=(30, 40))


@pytest.fixture
def t2(labels: Image) -> Image:
    """Muscle of 100, with a column of fat of 400 in the right multifidus and one of 600 in the left erector spinae."""
    array = np.full(SHAPE, 100.0, np.float32)
    array[:, :, 9], array[:, :, 39] = 400, 600
    return labels.with_array(array)


def test_every_voxel_of_each_side_is_counted(t2: Image, labels: Image) -> None:
    images = {Role.ANATOMY: t2}
    histogram = muscle_histogram(inside(labels), images, fat_map_of(images, labels, "otsu"), "MF")
    assert histogram is not None
    assert {side: int(counts.sum()) for side, counts in histogram.counts.items()} == {"right": 160, "left": 128}
    assert histogram.quantity == "signal, a.u."


def test_the_line_parts_the_bars_as_the_fat_map_parts_the_voxels(t2: Image, labels: Image) -> None:
    images = {Role.ANATOMY: t2}
    fat_map = fat_map_of(images, labels, "user_threshold", {"threshold": 250.0})
    histogram = muscle_histogram(inside(labels), images, fat_map, "MF")
    assert histogram is not None
    assert histogram.thresholds == (250.0,)
    above = histogram.edges[:-1] >= 250.0
    fat = int(np.nansum(fat_map.fraction.array[labels.array == 1]))
    assert int(histogram.counts["right"][above].sum()) == fat == 16


def test_dixon_is_counted_by_fat_fraction_and_has_no_threshold(t2: Image, labels: Image) -> None:
    images = {Role.WATER: t2, Role.FAT: t2.with_array(np.full(SHAPE, 100.0, np.float32))}
    histogram = muscle_histogram(inside(labels), images, fat_map_of(images, labels, "dixon"), "MF")
    assert histogram is not None
    assert histogram.quantity == "fat fraction, %"
    assert histogram.thresholds == ()
    assert (histogram.edges[0], histogram.edges[-1]) == (0.0, 100.0)
    assert histogram.counts["left"][25] == 128  # 100 / (100 + 100)


def test_voxels_without_a_fat_fraction_are_not_counted(t2: Image, labels: Image) -> None:
    fraction = np.full(SHAPE, 0.3, np.float32)
    fraction[0] = np.nan
    histogram = muscle_histogram(inside(labels), {Role.WATER: t2}, FatMap(t2.with_array(fraction), "dixon"), "MF")
    assert histogram is not None
    assert int(histogram.counts["right"].sum()) == 80


def test_a_muscle_that_is_not_labelled_has_no_histogram(t2: Image, labels: Image) -> None:
    images = {Role.ANATOMY: t2}
    assert muscle_histogram(inside(labels), images, fat_map_of(images, labels, "otsu"), "PM") is None


def test_each_muscle_has_its_own_threshold_and_a_sum_those_of_its_muscles(t2: Image, labels: Image) -> None:
    fat_map = fat_map_of({Role.ANATOMY: t2}, labels, "otsu")
    fits: Any = fat_map.parameters["fits"]
    assert thresholds_of(fat_map, "MF") == (fits["MF"]["threshold"],)
    assert thresholds_of(fat_map, "ES+MF") == tuple(sorted({fits["ES"]["threshold"], fits["MF"]["threshold"]}))


def test_a_shared_threshold_is_that_of_every_muscle(t2: Image, labels: Image) -> None:
    fat_map = fat_map_of({Role.ANATOMY: t2}, labels, "otsu", {"shared": True})
    assert thresholds_of(fat_map, "MF") == thresholds_of(fat_map, "ES") != ()


def test_thresholds_per_side_are_both_shown(t2: Image, labels: Image) -> None:
    fat_map = fat_map_of({Role.ANATOMY: t2}, labels, "otsu", {"per_side": True})
    fits: Any = fat_map.parameters["fits"]
    expected = {fits[name]["threshold"] for name in ("MF_right", "MF_left")} - {None}
    assert set(thresholds_of(fat_map, "MF")) == expected


def test_thresholds_per_slice_are_shown_by_the_lowest_and_the_highest() -> None:
    fraction = Image(np.zeros((1, 1, 1), np.float32), np.eye(4))
    found = {"MF_right": [90.0, None, 120.0], "MF_left": [100.0, 80.0, 95.0], "PM_right": [5.0, 5.0, 5.0]}
    fat_map = FatMap(fraction, "seed004", {"image": "anatomy", "thresholds": found})
    assert thresholds_of(fat_map, "MF") == (80.0, 120.0)


def test_a_threshold_of_the_corrected_image_is_not_drawn_into_the_uncorrected_one(t2: Image, labels: Image) -> None:
    fits = {"MF": {"threshold": 250.0}}
    fat_map = FatMap(t2, "otsu", {"image": "anatomy", "bias_correction": True, "fits": fits})
    histogram = muscle_histogram(inside(labels), {Role.ANATOMY: t2}, fat_map, "MF")
    assert histogram is not None
    assert histogram.thresholds == ()
    assert histogram.quantity == "signal before bias correction, a.u."


def test_a_learned_map_is_no_thresholded_one(t2: Image) -> None:
    assert parted_image(FatMap(t2, "learned", {"image": "anatomy"})) is None
    assert parted_image(FatMap(t2, "otsu", {"image": "anatomy", "fits": {}})) is Role.ANATOMY


def test_a_threshold_can_be_chosen_between_the_signals_of_the_muscles(t2: Image, labels: Image) -> None:
    assert signal_range(inside(labels), t2) == (100.0, 600.0)
    assert signal_range(inside(labels), t2.with_array(np.zeros(SHAPE))) is None
