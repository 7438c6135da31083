"""Figures of a structure in a slice, on boxes whose overlap can be counted."""

import math

import numpy as np
import pytest
from evaluation.drawn_truth import COLUMN_MM, ITEM, ROW_MM, SHAPE, box, truth_of

from ParaspinalFatLib.evaluation.by_slice import by_slice

NO_FAT = (None, None)
PIXEL_MM2 = COLUMN_MM * ROW_MM


def test_overlap_and_areas_of_a_box_moved_by_a_tenth_of_its_width():
    (one,) = by_slice(ITEM, truth_of({"MF_right": box()}), {"MF_right": box(columns=(12, 32))}, NO_FAT)
    assert (one.structure, one.side, one.slice) == ("MF", "right", 2)
    assert one.dice == pytest.approx(18 / 20)
    assert one.iou == pytest.approx(18 / 22)
    assert one.truth_mm2 == one.prediction_mm2 == pytest.approx(400 * PIXEL_MM2)


def test_slices_that_only_one_of_them_has_count_as_no_overlap():
    truth, predicted = truth_of({"MF_right": box(slices=(1, 3))}), {"MF_right": box(slices=(2, 4))}
    first, second, third = by_slice(ITEM, truth, predicted, NO_FAT)
    assert [one.slice for one in (first, second, third)] == [1, 2, 3]
    assert [one.dice for one in (first, second, third)] == [0, 1, 0]
    assert (first.prediction_mm2, third.truth_mm2) == (0, 0)


def test_a_structure_that_only_the_prediction_has_is_not_judged():
    assert (
        by_slice(ITEM, truth_of({"MF_right": box()}), {"MF_right": box(), "PM_right": box()}, NO_FAT)[-1].structure == "MF"
    )


def test_what_the_method_does_not_claim_to_outline_is_not_judged():
    truth = truth_of({"MF_right": box(), "PM_right": box(columns=(0, 5))})
    found = by_slice(ITEM, truth, {}, NO_FAT, frozenset({"PM_right"}))
    assert {one.structure for one in found} == {"MF"}


def test_unknown_voxels_take_part_in_nothing():
    known = np.ones(SHAPE, bool)
    known[:, :, 30:] = False  # what was predicted beyond the box
    (one,) = by_slice(ITEM, truth_of({"MF_right": box()}, known), {"MF_right": box(columns=(12, 40))}, NO_FAT)
    assert one.dice == pytest.approx(2 * 18 / (20 + 18))


def test_fat_fractions_are_means_inside_either_outline_in_per_cent():
    fraction = np.full(SHAPE, 0.1, np.float32)
    fraction[:, :, 30:32] = 0.6
    fraction[:, 10:12, 10:12] = np.nan
    truth = truth_of({"MF_right": box()}, fraction=fraction)
    (one,) = by_slice(ITEM, truth, {"MF_right": box(columns=(12, 32))}, (fraction, fraction))
    assert one.truth_ff_pct == pytest.approx(10.0)
    assert one.prediction_ff_pct == pytest.approx(100 * (18 * 0.1 + 2 * 0.6) / 20)


def test_fat_is_not_measured_in_what_is_no_muscle():
    fraction = np.full(SHAPE, 0.1, np.float32)
    truth = truth_of({"IVD": box(), "MF_right": box(), "ES_right": box(columns=(0, 8))}, fraction=fraction)
    found = {one.structure: one for one in by_slice(ITEM, truth, {"IVD": box()}, (fraction, fraction))}
    assert math.isnan(found["IVD"].truth_ff_pct)
    assert found["MF"].truth_ff_pct == found["ES+MF"].truth_ff_pct == pytest.approx(10.0)


def test_each_slice_has_the_score_that_the_method_gave_it():
    truth = truth_of({"MF_right": box(slices=(1, 3))})
    scores = {"MF_right": [None, 0.7, 0.9, None, None]}
    found = by_slice(ITEM, truth, {"MF_right": box(slices=(1, 3))}, NO_FAT, scores=scores)
    assert [one.score for one in found] == [0.7, 0.9]
    assert all(math.isnan(one.score) for one in by_slice(ITEM, truth, {}, NO_FAT))
