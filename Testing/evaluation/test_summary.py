"""Means over cases, recall and average precision over slices, and what the notes say."""

import math

import pytest
from evaluation.drawn_truth import box, truth_of

from ParaspinalFatLib.agreement.detection import Detection
from ParaspinalFatLib.evaluation.by_slice import Item, by_slice
from ParaspinalFatLib.evaluation.case_figures import WHOLE, case_figures
from ParaspinalFatLib.evaluation.fat_figures import FatFigures
from ParaspinalFatLib.evaluation.summary import COLUMNS, fat_rows, outline_rows

ANNA, BEN = Item("network", "anna", "T2w"), Item("network", "ben", "T2w")


def judged(item, predicted, scores=None):
    """Figures of a box in slices 1 and 2."""
    truth = truth_of({"MF_right": box(slices=(1, 3))})
    slices = by_slice(item, truth, {"MF_right": predicted}, (None, None), scores=scores)
    return case_figures(item, truth, {"MF_right": predicted}, slices)


def measures(rows):
    return {row["measure"]: row for row in rows if row["level"] == WHOLE}


def test_means_and_deviations_are_over_cases():
    rows = outline_rows([*judged(ANNA, box(slices=(1, 3))), *judged(BEN, box(slices=(1, 3), columns=(12, 32)))])
    dice = measures(rows)["dice"]
    assert (dice["n"], dice["mean"]) == (2, pytest.approx(0.95))
    assert dice["sd"] == pytest.approx(0.1 / math.sqrt(2))
    assert set(dice) <= set(COLUMNS)


def test_recall_and_precision_are_over_the_slices_of_all_cases():
    rows = measures(outline_rows([*judged(ANNA, box(slices=(1, 4))), *judged(BEN, box(slices=(1, 2)))]))
    assert rows["recall_at_iou_0.75"]["mean"] == pytest.approx(3 / 4)
    assert rows["ap_at_iou_0.75"]["mean"] == pytest.approx((3 / 4) * (3 / 4))  # of four found, one lies beyond the muscle
    assert "no scores: precision x recall" in rows["ap_at_iou_0.75"]["note"]


def test_with_scores_the_average_precision_is_an_area_over_all_cases():
    anna = judged(ANNA, box(slices=(1, 4)), {"MF_right": [None, 0.9, 0.8, 0.1, None]})
    ben = judged(BEN, box(slices=(1, 2)), {"MF_right": [None, 0.7, None, None, None]})
    row = measures(outline_rows([*anna, *ben]))["ap_at_iou_0.75"]
    assert row["mean"] == pytest.approx(3 / 4)  # the wrong one comes last
    assert "area under the precision-recall curve" in row["note"]


def test_where_nothing_was_found_the_note_does_not_say_that_scores_were_missing():
    row = measures(outline_rows(judged(ANNA, box(slices=(0, 0)), {"MF_right": [None] * 5})))["ap_at_iou_0.75"]
    assert (row["mean"], row["note"].split("; ")[-1]) == (0, "nothing was found")


def test_a_measure_without_a_value_is_counted_in_the_note():
    hd95 = measures(outline_rows([*judged(ANNA, box(slices=(1, 3))), *judged(BEN, box(slices=(0, 0)))]))["hd95_mm"]
    assert (hd95["n"], hd95["mean"]) == (1, 0)
    assert hd95["note"] == "1 of 2 cases without a value"


def test_images_with_a_remark_are_counted_in_the_notes_of_their_figures():
    figures = [*judged(ANNA, box(slices=(1, 3))), *judged(BEN, box(slices=(1, 3)))]
    remarked = outline_rows(figures, {BEN})
    assert all("1 of 2 images with a remark" in row["note"] for row in remarked)
    assert not any("remark" in row["note"] for row in outline_rows(figures))


def test_contrasts_and_methods_are_never_pooled():
    other = Item("network", "anna", "T1w"), Item("atlas", "anna", "T2w")
    rows = outline_rows([one for item in (ANNA, *other) for one in judged(item, box())])
    assert {(row["method"], row["contrast"], row["n"]) for row in rows if row["measure"] == "dice"} == {
        ("network", "T2w", 1), ("network", "T1w", 1), ("atlas", "T2w", 1),
    }  # fmt: skip


def test_mse_and_mape_are_means_over_cases_and_cases_without_true_fat_are_counted():
    counts = Detection(30, 10, 10, 50)
    fat = [FatFigures(ANNA, "MF", "right", counts, 0.8, 20.0, 23.0), FatFigures(BEN, "MF", "right", counts, 0.8, 0.0, 1.0)]
    rows = measures(fat_rows(fat))
    assert (rows["ff_mse_points2"]["mean"], rows["ff_mse_points2"]["unit"]) == (pytest.approx(5.0), "points^2")
    mape = rows["ff_mape_pct"]
    assert (mape["n"], mape["mean"], mape["unit"]) == (1, pytest.approx(15.0), "%")
    assert mape["note"] == "1 of 2 cases without a value"


def test_fat_figures_with_a_remark_are_counted_in_their_notes():
    fat = [FatFigures(one, "MF", "right", Detection(30, 10, 10, 50), 0.8, 20.0, 22.0) for one in (ANNA, BEN)]
    assert all("1 of 2 images with a remark" in row["note"] for row in fat_rows(fat, {ANNA}))


def test_fat_maps_are_summarised_by_muscle():
    fat = [FatFigures(ANNA, "MF", "right", Detection(30, 10, 10, 50), 0.8, 20.0, 22.0)]
    rows = measures(fat_rows(fat))
    assert rows["kappa"]["mean"] == pytest.approx(0.28 / 0.48)
    assert (rows["ff_error_points"]["mean"], rows["ff_error_points"]["unit"]) == (pytest.approx(2.0), "points")
