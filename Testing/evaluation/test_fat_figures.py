"""Fat maps against Dixon, where the counts are known."""

import math

import numpy as np
import pytest
from evaluation.drawn_truth import ITEM, SHAPE, box, grid, truth_of

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.evaluation.fat_figures import fat_figures

# A muscle of 20 x 20 pixels: 160 are fat by Dixon, 160 are bright, 120 are both.
FRACTION = np.full(SHAPE, 0.1, np.float32)
FRACTION[:, 10:30, 10:18] = 0.9
IMAGE = np.full(SHAPE, 50.0, np.float32)
IMAGE[:, 10:30, 12:20] = 200.0


def figures(image=IMAGE, fraction=FRACTION, methods=("otsu",)):
    truth = truth_of({"MF_right": box(), "IVD": box(columns=(0, 8))}, fraction=fraction)
    return fat_figures(ITEM, truth, grid().with_array(image), methods)


def test_kappa_recall_specificity_precision_f1_and_auc_are_those_of_the_counts():
    (one,) = figures()
    assert (one.counts.hits, one.counts.false_alarms, one.counts.misses, one.counts.rejections) == (120, 40, 40, 200)
    row = one.row
    assert row["recall"] == row["precision"] == row["f1"] == pytest.approx(120 / 160)
    assert row["specificity"] == pytest.approx(200 / 240)
    chance = 0.4 * 0.4 + 0.6 * 0.6
    assert row["kappa"] == pytest.approx((0.8 - chance) / (1 - chance))
    assert row["auc"] == pytest.approx((120 / 160 + 200 / 240) / 2)  # a map of 0 and 1


def test_fat_fractions_and_their_difference_are_in_per_cent_and_points():
    (one,) = figures()
    assert one.truth_ff_pct == pytest.approx(100 * (0.4 * 0.9 + 0.6 * 0.1))
    assert one.found_ff_pct == pytest.approx(40.0)
    assert one.row["ff_error_points"] == pytest.approx(-2.0)


def test_the_squared_error_and_the_percentage_error_are_those_of_the_fat_fraction():
    (one,) = figures()
    assert one.row["ff_mse_points2"] == pytest.approx(4.0, rel=1e-4)
    assert one.row["ff_mape_pct"] == pytest.approx(100 * 2 / 42, rel=1e-4)


def test_a_muscle_without_any_fat_has_no_percentage_error():
    (one,) = figures(fraction=np.zeros(SHAPE, np.float32))
    assert one.row["ff_mse_points2"] == pytest.approx(40.0**2)
    assert math.isnan(one.row["ff_mape_pct"])


def test_only_muscles_are_judged_and_each_method_by_itself():
    found = figures(methods=("otsu", "seed004"))
    assert [(one.item.method, one.structure) for one in found] == [("otsu", "MF"), ("seed004", "MF")]


def test_a_muscle_without_fat_voxels_has_no_roc_curve():
    (one,) = figures(fraction=np.full(SHAPE, 0.1, np.float32))
    assert math.isnan(one.auc)
    assert math.isnan(one.counts.recall)


def test_voxels_without_a_true_fraction_are_left_out():
    fraction = FRACTION.copy()
    fraction[:, :, 10:12] = np.nan  # forty voxels of fat that the image shows dark
    (one,) = figures(fraction=fraction)
    assert (one.counts.voxels, one.counts.misses, one.counts.recall) == (360, 0, 1.0)


def test_without_dixon_there_is_nothing_to_compare_with():
    assert figures(fraction=None) == []


def test_a_fat_method_that_does_not_exist_is_refused():
    with pytest.raises(ParaspinalFatError, match="guess"):
        figures(methods=("guess",))
