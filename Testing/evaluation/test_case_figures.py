"""Figures of a whole stack and of levels: distances and errors of moved boxes, in closed form."""

import math

import numpy as np
import pytest
from evaluation.drawn_truth import COLUMN_MM, ITEM, ROW_MM, SHAPE, SLICE_MM, box, truth_of

from ParaspinalFatLib.evaluation.average_precision import Found
from ParaspinalFatLib.evaluation.by_slice import by_slice
from ParaspinalFatLib.evaluation.case_figures import WHOLE, case_figures


def figures(truth, prediction, fraction=None, scores=None):
    """By (structure, level)."""
    slices = by_slice(ITEM, truth, prediction, (fraction, fraction), scores=scores)
    return {(one.structure, one.level): one for one in case_figures(ITEM, truth, prediction, slices)}


def test_distances_of_an_outline_moved_along_its_rows_are_in_mm():
    shift_mm = 4 * COLUMN_MM
    truth = truth_of({"MF_right": box()}, levels={"L4/5": 2})
    found = figures(truth, {"MF_right": box(columns=(14, 34))})["MF", "L4/5"].overlap
    assert found.dice == pytest.approx(16 / 20)
    assert found.hd95_mm == found.hausdorff_mm == pytest.approx(shift_mm)
    # Of 76 voxels of either outline: the leading edge at the shift, the ends of two sides at 1 to 3 columns, and the
    # trailing edge, which is nearest to the other outline's sides, 0 to 9 rows away.
    ends, trailing = 2 * (1 + 2 + 3) * COLUMN_MM, 2 * sum(range(10)) * ROW_MM
    assert found.average_surface_distance_mm == pytest.approx((20 * shift_mm + ends + trailing) / 76)


def test_in_a_stack_every_voxel_of_a_single_slice_is_its_surface():
    found = figures(truth_of({"MF_right": box()}), {"MF_right": box(columns=(14, 34))})["MF", WHOLE].overlap
    assert found.average_surface_distance_mm == pytest.approx((1 + 2 + 3 + 4) * COLUMN_MM / 20)


def test_a_stack_moved_by_one_slice_is_a_slice_thickness_away():
    truth, moved = truth_of({"MF_right": box(slices=(0, 3))}), {"MF_right": box(slices=(1, 4))}
    found = figures(truth, moved)["MF", WHOLE].overlap
    assert found.dice == pytest.approx(2 / 3)
    assert found.iou == pytest.approx(1 / 2)
    assert found.hd95_mm == pytest.approx(SLICE_MM)


def test_volumes_and_areas_too_large_by_a_tenth():
    found = figures(truth_of({"MF_right": box()}), {"MF_right": box(columns=(10, 32))})["MF", WHOLE]
    assert found.overlap.relative_volume_difference_pct == pytest.approx(10.0)
    assert found.csa_error_pct == pytest.approx(10.0)
    assert found.overlap.truth_ml == pytest.approx(400 * COLUMN_MM * ROW_MM * SLICE_MM / 1000)


def test_areas_too_large_here_and_too_small_there_do_not_cancel():
    truth = truth_of({"MF_right": box(slices=(1, 3))})
    predicted = box(slices=(1, 2), columns=(10, 32)) | box(slices=(2, 3), columns=(10, 28))
    found = figures(truth, {"MF_right": predicted})["MF", WHOLE]
    assert found.overlap.relative_volume_difference_pct == pytest.approx(0.0)
    assert found.csa_error_pct == pytest.approx(10.0)


def test_the_fat_fraction_error_is_that_of_all_voxels_not_of_slices():
    fraction = np.full(SHAPE, 0.1, np.float32)
    fraction[2] = 0.5
    truth = truth_of({"MF_right": box(slices=(1, 3))}, fraction=fraction)
    found = figures(truth, {"MF_right": box(slices=(1, 2))}, fraction)["MF", WHOLE]
    assert found.ff_error_points == pytest.approx(10.0 - 30.0)


def test_a_slice_that_dixon_covers_in_part_weighs_by_its_covered_voxels():
    fraction = np.full(SHAPE, 0.1, np.float32)
    fraction[2] = 0.5
    fraction[2, 15:] = np.nan  # of the rows 10 to 30 of the outline a quarter has a fraction
    truth = truth_of({"MF_right": box(slices=(1, 3))}, fraction=fraction)
    found = figures(truth, {"MF_right": box(slices=(1, 2))}, fraction)["MF", WHOLE]
    assert found.ff_error_points == pytest.approx(10.0 - (400 * 10.0 + 100 * 50.0) / 500)


def test_a_level_has_the_figures_of_its_slice_alone():
    truth = truth_of({"MF_right": box(slices=(1, 4))}, levels={"L4/5": 2, "L5/S1": 0})
    found = figures(truth, {"MF_right": box(slices=(1, 3), columns=(12, 32))})
    assert set(found) == {("MF", WHOLE), ("MF", "L4/5")}  # L5/S1 lies below the muscle
    assert found["MF", "L4/5"].overlap.dice == pytest.approx(0.9)
    assert found["MF", "L4/5"].slices_true == 1


def test_only_an_overlap_of_three_quarters_finds_a_structure():
    truth = truth_of({"MF_right": box(slices=(1, 4))})
    predicted = box(slices=(1, 2)) | box(slices=(2, 3), columns=(15, 35)) | box(slices=(4, 5))
    scores = {"MF_right": [None, 0.9, 0.5, None, 0.4]}
    found = figures(truth, {"MF_right": predicted}, scores=scores)["MF", WHOLE]
    assert (found.slices_true, found.slices_predicted, found.slices_hit) == (3, 3, 1)
    assert found.found == (Found(0.9, True), Found(0.5, False), Found(0.4, False))


def test_a_structure_that_was_missed_has_dice_zero_and_no_distance():
    found = figures(truth_of({"MF_right": box()}), {})["MF", WHOLE]
    assert found.overlap.dice == found.overlap.iou == 0
    assert math.isnan(found.overlap.hd95_mm)
    assert found.csa_error_pct == pytest.approx(100.0)
    assert (found.slices_predicted, found.found) == (0, ())


def test_a_row_of_the_table_is_flat():
    row = figures(truth_of({"MF_right": box()}), {"MF_right": box()})["MF", WHOLE].row
    assert {"method", "case", "contrast", "structure", "side", "level", "dice", "hd95_mm", "slices_hit"} <= set(row)
    assert all(isinstance(value, str | int | float) for value in row.values())
