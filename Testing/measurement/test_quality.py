import numpy as np
import pytest
from phantoms import grid, lumbar_labels

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.labelled_slices import measured_slices
from ParaspinalFatLib.measurement.levels import Level, nearest_slices
from ParaspinalFatLib.measurement.measurands import measurands_of
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.published_ranges import PublishedRanges
from ParaspinalFatLib.measurement.quality import (
    mask_observations,
    size_observations,
    slices_in_words,
    unknown_label_observation,
)
from ParaspinalFatLib.measurement.slice_statistics import Voxels

RANGES = PublishedRanges("A 2026", "100 scans", ("L5/S1", "L1/2"), {"MF": (3.0, 30.0)}, {"MF": 20.0})
LEVELS = (Level("L5/S1", (0.0, 0.0, -16.0)), Level("L1/2", (0.0, 0.0, 16.0)))


def two_blocks(right=slice(30, 42), left=slice(60, 72)):
    """Ten slices of 4 mm; right and left multifidus as blocks 12 mm long and 12 mm wide."""
    image = grid((10, 40, 100), (1.0, 1.0, 4.0))
    array = image.array.copy()
    array[:, 14:26, right] = 1
    array[:, 14:26, left] = 2
    return image.with_array(array)


def statistics(labels):
    fraction = np.zeros(labels.array.shape, np.float32)
    return measured_slices(labels.array, Voxels(fraction, None, None, None), None)[0]


def seen(labels):
    return {found.code: found for found in mask_observations(statistics(labels).pieces, AxialGrid.of(labels))}


def sizes(labels, levels=LEVELS, ranges=RANGES):
    slices, axial = statistics(labels), AxialGrid.of(labels)
    return size_observations(measurands_of(slices.present), slices.pieces, nearest_slices(levels, axial), axial, ranges)


def test_whole_masks_give_nothing_to_report():
    assert seen(two_blocks()) == {}
    assert sizes(two_blocks()) == []


def test_a_mask_at_the_image_edge_is_reported_with_its_slices():
    labels = two_blocks()
    labels.array[3:6, 14, :30] = 1
    found = seen(labels)["touches_edge"]
    assert found.structures == ("MF_right",)
    assert "right multifidus" in found.sentence
    assert "slices 3-5" in found.sentence


@pytest.mark.parametrize(("j", "i"), [(0, 50), (39, 50), (20, 0), (20, 99)])
def test_every_edge_of_the_image_counts(j, i):
    labels = two_blocks()
    labels.array[4, j, i] = 2
    assert seen(labels)["touches_edge"].structures == ("MF_left",)


def test_the_ends_of_the_stack_are_no_edge():
    assert "touches_edge" not in seen(two_blocks())


def test_a_muscle_missing_between_slices_that_have_it_is_reported():
    labels = two_blocks()
    labels.array[[4, 7]] = np.where(labels.array[[4, 7]] == 2, 0, labels.array[[4, 7]])
    found = seen(labels)["missing_in_between"]
    assert found.structures == ("MF_left",)
    assert "slices 4, 7" in found.sentence


def test_discs_alternate_and_are_not_missing_in_between():
    codes = [found.code for found in mask_observations(statistics(CASE).pieces, AxialGrid.of(CASE))]
    assert "missing_in_between" not in codes


CASE = lumbar_labels((20, 60, 110), (2.0, 2.0, 4.0))


def test_a_muscle_on_one_side_only_is_reported():
    labels = two_blocks()
    labels.array[labels.array == 2] = 0
    assert "right side only" in seen(labels)["one_side_only"].sentence


def test_few_voxels_are_reported():
    labels = two_blocks()
    labels.array[5, 3, 3:8] = 5
    assert "5 voxels only" in seen(labels)["few_voxels"].sentence


def test_a_side_difference_larger_than_any_published_is_reported_without_judging():
    found = sizes(two_blocks(left=slice(60, 69)))
    assert [observation.code for observation in found] == ["side_difference_outside_published"]
    assert "25.0 %" in found[0].sentence
    assert found[0].structures == ("MF_right", "MF_left")
    assert not set(found[0].sentence.lower().split()) & {"abnormal", "pathological", "atrophy", "error", "wrong"}


def test_a_volume_outside_the_published_range_is_reported_with_the_range():
    small = PublishedRanges("A 2026", "100 scans", ("L5/S1", "L1/2"), {"MF": (6.0, 30.0)}, {})
    found = sizes(two_blocks(), ranges=small)
    assert [observation.structures for observation in found] == [("MF_right",), ("MF_left",)]
    assert "5.2 mL" in found[0].sentence  # 12 x 12 x 36 mm between the two levels
    assert "6 to 30 mL" in found[0].sentence


def test_volumes_are_compared_only_over_the_published_extent():
    assert sizes(two_blocks(left=slice(60, 66)), levels=LEVELS[:1]) == []
    outside = (LEVELS[0], Level("L1/2", (0.0, 0.0, 99.0)))
    assert sizes(two_blocks(left=slice(60, 66)), levels=outside) == []


def test_unknown_label_values_are_reported_with_their_voxels():
    counts = np.zeros(256, int)
    counts[[1, 77, 200]] = 50, 3, 12
    (found,) = unknown_label_observation(counts)
    assert "77 (3 voxels), 200 (12 voxels)" in found.sentence
    counts[[77, 200]] = 0
    assert unknown_label_observation(counts) == []


def test_flags_stand_in_the_rows_they_concern():
    labels = two_blocks()
    labels.array[3, 14, :30] = 1
    fraction = labels.with_array(np.full(labels.array.shape, 0.1, np.float32))
    table = measure_labels({}, labels, FatMap(fraction, "dixon")).table
    flagged = [(row["side"], row["region"], row["slice"]) for row in table if "touches_edge" in row["flags"]]
    assert flagged == [("right", "whole", None), ("both", "whole", None), ("right", "slice", 3), ("both", "slice", 3)]


def test_runs_of_slices_are_drawn_together():
    assert slices_in_words([9, 1, 2, 3]) == "slices 1-3, 9"
