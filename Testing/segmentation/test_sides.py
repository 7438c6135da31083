"""A muscle on the patient's left is not called right, and a muscle at the midline is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.segmentation.sides import correct_sides, midline

SHAPE = (3, 120, 160)
"""Axial order: columns grow to the patient's left; 1 mm pixels."""


def value(identifier: str) -> int:
    return BY_IDENTIFIER[identifier].value


def spine_with_muscles(turn_degrees: float = 0.0) -> np.ndarray:
    """A body, a canal 30 mm behind it and erector spinae and multifidus of both sides, turned around the canal."""
    rows, columns = np.mgrid[: SHAPE[1], : SHAPE[2]].astype(float)
    turn = np.radians(turn_degrees)
    back = (rows - 50) * np.cos(turn) - (columns - 80) * np.sin(turn)  # distance behind the canal
    left = (rows - 50) * np.sin(turn) + (columns - 80) * np.cos(turn)
    plane = np.zeros(SHAPE[1:], np.uint8)
    for identifier, row, column, radius in (
        ("VB", -30, 0, 18),
        ("canal", 0, 0, 8),
        ("ES_right", 30, -42, 18),
        ("ES_left", 30, 42, 18),
        ("MF_right", 32, -13, 11),
        ("MF_left", 32, 13, 11),
    ):
        plane[np.hypot(back - row, left - column) < radius] = value(identifier)
    return np.stack([plane] * SHAPE[0])


@pytest.mark.parametrize("turn", [-25, 0, 12, 25])
def test_a_right_labelling_is_left_as_it_is_however_the_patient_lies(turn):
    labels = spine_with_muscles(turn)
    before = labels.copy()
    assert correct_sides(labels, (1.0, 1.0)) == {}
    np.testing.assert_array_equal(labels, before)


@pytest.mark.parametrize("turn", [-25, 0, 25])
def test_a_muscle_with_the_other_sides_name_gets_its_own(turn):
    true = spine_with_muscles(turn)
    labels = true.copy()
    labels[1][true[1] == value("ES_left")] = value("ES_right")
    renamed = correct_sides(labels, (1.0, 1.0))
    assert renamed == {"ES_right": np.count_nonzero(true[1] == value("ES_left"))}
    np.testing.assert_array_equal(labels, true)


def test_multifidus_may_reach_a_few_millimetres_beyond_the_midline():
    labels = spine_with_muscles()
    labels[:, 75:85, 80:88] = value("MF_right")
    before = labels.copy()
    assert correct_sides(labels, (1.0, 1.0)) == {}
    np.testing.assert_array_equal(labels, before)


def test_without_a_spine_the_middle_between_the_muscles_is_the_midline():
    true = spine_with_muscles()
    true[np.isin(true, (value("VB"), value("canal")))] = 0
    labels = true.copy()
    crumb = np.zeros(SHAPE, bool)
    crumb[0, 30:36, 130:136] = True
    labels[crumb] = value("ES_right")
    true[crumb] = value("ES_left")
    assert correct_sides(labels, (1.0, 1.0)) == {"ES_right": 36}
    np.testing.assert_array_equal(labels, true)


def test_a_canal_in_a_wrong_place_does_not_move_the_midline():
    labels = spine_with_muscles()
    labels[labels == value("canal")] = 0
    labels[:, 60:76, 130:146][labels[:, 60:76, 130:146] == 0] = value("canal")
    labels[:, 55:65, 70:90] = value("VA")
    before = labels.copy()
    assert correct_sides(labels, (1.0, 1.0)) == {}
    np.testing.assert_array_equal(labels, before)


@pytest.mark.parametrize("turn", [-25, 25])
def test_the_muscles_show_how_the_patient_is_turned_where_the_body_is_missing(turn):
    labels = spine_with_muscles(turn)
    labels[labels == value("VB")] = 0
    before = labels.copy()
    assert correct_sides(labels, (1.0, 1.0)) == {}
    np.testing.assert_array_equal(labels, before)


@pytest.mark.parametrize("turn", [-40, 60])
def test_a_patient_on_the_side_keeps_the_networks_sides(turn):
    labels = spine_with_muscles(turn)
    before = labels.copy()
    assert correct_sides(labels, (1.0, 1.0)) == {}
    np.testing.assert_array_equal(labels, before)


def test_a_slice_without_a_spine_takes_the_midline_of_its_neighbours():
    labels = spine_with_muscles()
    labels[1][np.isin(labels[1], (value("VB"), value("canal")))] = 0
    line = midline(labels, (1.0, 1.0))
    assert line is not None
    np.testing.assert_allclose(line.distance_to_left(SHAPE, (1.0, 1.0))[:, 50, 80], 0.0, atol=0.2)


def test_nothing_labelled_means_no_midline_and_no_change():
    assert midline(np.zeros(SHAPE, np.uint8), (1.0, 1.0)) is None
    assert correct_sides(np.zeros(SHAPE, np.uint8), (1.0, 1.0)) == {}


def test_one_sided_muscle_without_a_spine_is_not_renamed():
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 60:90, 20:60] = value("ES_right")
    assert correct_sides(labels, (1.0, 1.0)) == {}


def test_distances_are_in_millimetres_and_positive_on_the_patients_left():
    line = midline(spine_with_muscles(), (0.5, 2.0))
    assert line is not None
    distance = line.distance_to_left(SHAPE, (0.5, 2.0))
    assert distance[0, 50, 80] == pytest.approx(0, abs=0.2)
    assert distance[0, 50, 90] == pytest.approx(20, abs=0.2)
