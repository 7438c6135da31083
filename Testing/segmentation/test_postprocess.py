"""Cleaning removes crumbs, keeps one disc a level, and reports every voxel it touched."""

from __future__ import annotations

import time

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.segmentation.postprocess import clean


def value(identifier: str) -> int:
    return BY_IDENTIFIER[identifier].value


@pytest.fixture
def labels():
    """Ten slices of 1 mm pixels: both erectors spinae, a canal through all, discs at slices 2 and 7 with a body between."""
    array = np.zeros((10, 120, 160), np.uint8)
    array[:, 70:100, 20:60] = value("ES_right")
    array[:, 70:100, 100:140] = value("ES_left")
    array[:, 50:65, 72:88] = value("canal")
    for slices, identifier in ((2, "IVD"), (slice(4, 6), "VB"), (7, "IVD")):
        array[slices, 15:45, 60:100] = value(identifier)
    return array


def test_plausible_labels_are_not_touched(labels):
    cleaned, cleaning = clean(labels, (1.0, 1.0))
    np.testing.assert_array_equal(cleaned, labels)
    assert cleaning.record() == {"voxels_removed": {}, "voxels_side_corrected": {}, "voxels_filled": 0}


def test_crumbs_are_removed_and_counted_and_the_discs_of_all_levels_stay(labels):
    true = labels.copy()
    labels[3, 5:10, 5:10] = value("IVD")
    labels[8, 110:118, 30:40] = value("ES_right")
    cleaned, cleaning = clean(labels, (1.0, 1.0))
    np.testing.assert_array_equal(cleaned, true)
    assert cleaning.removed == {"IVD": 25, "ES_right": 80}


def test_a_crumb_is_judged_by_its_area_in_millimetres(labels):
    labels[3, 5:20, 5:15] = value("VB")  # 150 pixels
    assert clean(labels, (1.0, 1.0))[1].removed == {}
    assert clean(labels, (0.5, 0.5))[1].removed["VB"] == 150


def test_a_piece_with_the_wrong_sides_name_joins_the_muscle_it_belongs_to(labels):
    true = labels.copy()
    labels[4, 70:100, 120:140] = value("ES_right")
    cleaned, cleaning = clean(labels, (1.0, 1.0))
    np.testing.assert_array_equal(cleaned, true)
    assert cleaning.side_corrected == {"ES_right": 600}
    assert cleaning.removed == {}


def test_a_false_canal_far_from_the_spine_does_not_move_the_midline(labels):
    true = labels.copy()
    labels[5, 20:30, 140:150] = value("canal")
    cleaned, _ = clean(labels, (1.0, 1.0))
    np.testing.assert_array_equal(cleaned, true)


def test_tiny_holes_are_filled_and_large_ones_left(labels):
    labels[1, 80:83, 30:33] = 0
    labels[2, 80:90, 30:40] = 0
    cleaned, cleaning = clean(labels, (1.0, 1.0))
    assert cleaning.filled == 9
    assert (cleaned[1, 80:83, 30:33] == value("ES_right")).all()
    assert not cleaned[2, 80:90, 30:40].any()


@pytest.mark.parametrize("index", [0, 2, 4])
def test_a_single_slice_is_cleaned_like_a_stack(labels, index):
    alone = labels[index : index + 1]
    cleaned, cleaning = clean(alone, (1.0, 1.0))
    np.testing.assert_array_equal(cleaned, alone)
    assert cleaning.removed == {}


def test_nothing_labelled_stays_nothing():
    cleaned, cleaning = clean(np.zeros((2, 5, 5), np.uint8), (1.0, 1.0))
    assert not cleaned.any()
    assert cleaning.removed == {}


def test_the_input_is_not_changed(labels):
    labels[3, 5:10, 5:10] = value("IVD")
    before = labels.copy()
    clean(labels, (1.0, 1.0))
    np.testing.assert_array_equal(labels, before)


def test_a_large_case_is_cleaned_in_seconds(labels):
    large = np.repeat(np.kron(labels, np.ones((1, 4, 3), np.uint8)), 6, axis=0)
    assert large.shape == (60, 480, 480)
    begin = time.perf_counter()
    clean(large, (0.7, 0.7))
    assert time.perf_counter() - begin < 6.0
