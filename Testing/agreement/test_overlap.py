"""Overlap of drawn masks against hand counts and SimpleITK."""

import math

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ParaspinalFatLib.agreement.overlap import overlap
from ParaspinalFatLib.errors import GeometryError

SPACING = (4.0, 0.7, 0.5)


def box(k, j, i, shape=(6, 12, 12)):
    mask = np.zeros(shape, bool)
    mask[slice(*k), slice(*j), slice(*i)] = True
    return mask


def test_boxes_have_the_counted_overlap():
    found = overlap(box((1, 4), (2, 8), (2, 8)), box((1, 4), (2, 8), (4, 10)), SPACING)  # 108 voxels each, 72 shared
    assert found.dice == pytest.approx(144 / 216)
    assert found.iou == pytest.approx(72 / 144)
    assert found.precision == found.recall == pytest.approx(72 / 108)
    assert found.relative_volume_difference_pct == 0
    assert found.truth_ml == pytest.approx(108 * 1.4 / 1000)
    assert found.hausdorff_mm == pytest.approx(1.0)  # two voxels of 0.5 mm


@settings(max_examples=40, deadline=None)
@given(arrays(bool, (4, 5, 6)), arrays(bool, (4, 5, 6)))
def test_counts_are_those_of_simpleitk(truth, prediction):
    if not truth.any() or not prediction.any():
        return
    judge = sitk.LabelOverlapMeasuresImageFilter()
    judge.Execute(*(sitk.GetImageFromArray(mask.astype(np.uint8)) for mask in (prediction, truth)))
    found = overlap(truth, prediction, SPACING)
    assert found.dice == pytest.approx(judge.GetDiceCoefficient(1))
    assert found.iou == pytest.approx(judge.GetJaccardCoefficient(1))
    assert 1 - found.recall == pytest.approx(judge.GetFalseNegativeError(1))


@settings(max_examples=40, deadline=None)
@given(arrays(bool, (3, 4, 5)), arrays(bool, (3, 4, 5)), st.integers(0, 3))
def test_empty_space_around_the_masks_changes_nothing(truth, prediction, margin):
    wider = [np.pad(mask, margin) for mask in (truth, prediction)]
    once, again = overlap(truth, prediction, SPACING), overlap(*wider, SPACING)
    assert vars(once) == pytest.approx(vars(again), nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(arrays(bool, (3, 4, 5)), arrays(bool, (3, 4, 5)))
def test_distances_and_dice_do_not_depend_on_which_one_is_called_truth(truth, prediction):
    once, again = overlap(truth, prediction, SPACING), overlap(prediction, truth, SPACING)
    for name in ("dice", "iou", "hausdorff_mm", "hd95_mm", "average_surface_distance_mm"):
        assert getattr(once, name) == pytest.approx(getattr(again, name), nan_ok=True)
    assert once.precision == pytest.approx(again.recall, nan_ok=True)


def test_the_relative_volume_difference_is_positive_where_the_prediction_is_larger():
    found = overlap(box((1, 2), (2, 6), (2, 6)), box((1, 3), (2, 6), (2, 6)), SPACING)
    assert found.relative_volume_difference_pct == 100


def test_two_empty_masks_have_nothing_to_agree_on():
    nothing = np.zeros((2, 3, 4), bool)
    found = overlap(nothing, nothing, SPACING)
    assert (found.truth_ml, found.prediction_ml) == (0, 0)
    assert all(math.isnan(value) for name, value in vars(found).items() if not name.endswith("_ml"))


def test_a_missed_structure_has_dice_0_and_no_distance():
    found = overlap(box((1, 2), (2, 6), (2, 6)), np.zeros((6, 12, 12), bool), SPACING)
    assert (found.dice, found.iou, found.recall, found.relative_volume_difference_pct) == (0, 0, 0, -100)
    assert math.isnan(found.precision)
    assert math.isnan(found.hausdorff_mm)


def test_what_is_not_known_is_left_out():
    truth, prediction = box((1, 2), (2, 6), (2, 6)), box((1, 2), (2, 6), (2, 10))
    known = np.ones(truth.shape, bool)
    known[..., 6:] = False
    found = overlap(truth, prediction, SPACING, known)
    assert (found.dice, found.hausdorff_mm, found.truth_ml) == (1, 0, found.prediction_ml)


def test_masks_of_different_shapes_are_refused():
    with pytest.raises(GeometryError, match="one grid"):
        overlap(np.ones((2, 2, 2)), np.ones((2, 2, 3)), SPACING)
