"""Profiles run along the slice normal, from cranial to caudal, on oblique grids too."""

from __future__ import annotations

import numpy as np
import pytest
from phantoms import EllipticCylinder, fat_map_of, grid, labelled, rotation

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.profile import profile_of
from ParaspinalFatLib.measurement.result import Measurement

LEVELS = (Level("L5/S1", (0.0, 0.0, -13.0)), Level("L4/5", (0.0, 0.0, 9.0)))


@pytest.fixture
def measurement(two_multifidi: Image, a_fifth_fat: FatMap) -> Measurement:
    return measure_labels({}, two_multifidi, a_fifth_fat, LEVELS)


def test_positions_count_from_the_most_cranial_level_towards_caudal(measurement: Measurement) -> None:
    profile = profile_of(measurement, "MF", "csa_mm2")
    assert profile.origin == "L4/5"
    assert list(profile.levels) == ["L4/5", "L5/S1"]
    assert list(profile.levels.values()) == pytest.approx([0.0, 22.0])
    assert [point.slice for point in profile.points["right"]] == list(range(7, -1, -1))
    assert profile.points["right"][0].position_mm == pytest.approx(9.0 - 14.0)  # the top slice's centre lies at S = 14 mm
    assert profile.range_mm == pytest.approx((-5.0, 23.0))


def test_values_and_places_are_those_of_the_slice_rows(measurement: Measurement) -> None:
    for side, points in profile_of(measurement, "MF", "lean_area_mm2").points.items():
        for point in points:
            row = measurement.table.one(structure="MF", side=side, region="slice", slice=point.slice)
            assert point.value == row["lean_area_mm2"]
            assert point.centroid == (row["centroid_r_mm"], row["centroid_a_mm"], row["centroid_s_mm"])


def test_slices_without_the_muscle_are_left_out(two_multifidi: Image, a_fifth_fat: FatMap) -> None:
    array = two_multifidi.array.copy()
    array[3][array[3] == 2] = 0
    profile = profile_of(measure_labels({}, two_multifidi.with_array(array), a_fifth_fat), "MF", "csa_mm2")
    assert [point.slice for point in profile.points["left"]] == [7, 6, 5, 4, 2, 1, 0]
    assert len(profile.points["right"]) == 8


def test_without_levels_the_most_cranial_slice_is_the_origin(two_multifidi: Image, a_fifth_fat: FatMap) -> None:
    profile = profile_of(measure_labels({}, two_multifidi, a_fifth_fat), "MF", "csa_mm2")
    assert profile.origin == "the most cranial slice"
    assert profile.range_mm == pytest.approx((0.0, 28.0))


def test_on_oblique_slices_the_step_is_the_distance_of_the_slices() -> None:
    tilted = grid((6, 60, 60), (1.0, 1.0, 5.0), turn=rotation((1.0, 0.0, 0.0), 20.0))
    labels = labelled(tilted, {1: EllipticCylinder((0.0, 0.0, 0.0), (0.0, 0.0, 1.0), (10.0, 8.0))})
    fat_map = fat_map_of(labels.with_array(np.full(labels.array.shape, 0.1)))
    points = profile_of(measure_labels({}, labels, fat_map), "MF", "csa_mm2").points["right"]
    assert np.diff([point.position_mm for point in points]) == pytest.approx(np.full(5, 5.0))


def test_a_muscle_that_is_not_there_has_an_empty_profile(measurement: Measurement) -> None:
    profile = profile_of(measurement, "PM", "csa_mm2")
    assert (profile.points["right"], profile.largest) == ((), 0.0)
