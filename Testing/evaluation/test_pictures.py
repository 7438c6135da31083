"""Which slices are shown, and that truth and prediction are seen on them."""

import io

import numpy as np
import pytest
from evaluation.drawn_truth import COLUMN_MM, ROW_MM, SHAPE, box, slice_figures, truth_of

from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.evaluation.pictures import best_median_worst, candidates, draw, picture_of


def chosen(dices, truth_mm2=500.0, case="anna"):
    """Candidates of one case whose slices have these Dice coefficients."""
    item = Item("network", case, "T2w")
    truth = truth_of({"MF_right": box(slices=(0, 5))})
    slices = [slice_figures(item=item, k=k, dice=dice, truth_mm2=truth_mm2) for k, dice in enumerate(dices)]
    return candidates(item, np.arange(np.prod(SHAPE), dtype=np.float32).reshape(SHAPE), truth, {}, slices)


def test_worst_median_and_best_slice_of_a_case_are_taken():
    assert [(one.slice, one.dice) for one in chosen([0.9, 0.5, 0.7, 0.8, 0.6])] == [(1, 0.5), (2, 0.7), (0, 0.9)]


def test_a_single_slice_is_shown_once():
    assert [one.slice for one in chosen([0.9])] == [0]


def test_tips_of_structures_decide_nothing():
    assert chosen([0.1, 0.9], truth_mm2=99.0) == []


def test_over_all_cases_the_median_is_that_of_the_median_slices():
    found = chosen([0.9, 0.5, 0.7]) + chosen([0.8, 0.6, 0.95], case="ben") + chosen([0.2, 0.3, 0.4], case="carl")
    best = best_median_worst(found)
    assert [(name, one.item.case, one.dice) for name, one in best.items()] == [
        ("best", "ben", 0.95), ("median", "anna", 0.7), ("worst", "carl", 0.2),
    ]  # fmt: skip


def test_nothing_judged_has_no_picture():
    assert best_median_worst([]) == {}


def test_the_cut_shows_the_structures_with_a_margin_and_true_proportions():
    (one,) = chosen([0.9])
    assert one.aspect == pytest.approx(ROW_MM / COLUMN_MM)
    assert one.image.shape == one.truth["MF_right"].shape
    assert np.count_nonzero(one.truth["MF_right"]) == 400


def test_the_picture_has_a_panel_for_each_slice():
    from matplotlib.image import imread

    one_panel, three_panels = (
        imread(io.BytesIO(draw(best_median_worst(chosen(dices)) if len(dices) > 1 else {"best": chosen(dices)[0]})))
        for dices in ([0.9], [0.9, 0.5, 0.7])
    )
    assert three_panels.shape[1] == pytest.approx(3 * one_panel.shape[1], abs=3)
    assert one_panel[..., :3].std() > 0.05


def test_the_side_that_is_marked_right_is_the_patients_right():
    sides = {"MF_right": box(columns=(0, 12)), "MF_left": box(columns=(28, 40))}  # columns run from right to left
    item = Item("network", "anna", "T2w")
    found = candidates(item, np.zeros(SHAPE, np.float32), truth_of(sides), sides, [slice_figures(item=item, k=2)])
    axes = picture_of({"best": found[0]}).axes[0]
    across = [one.get_paths()[0].vertices[:, 0].mean() for one in axes.collections[-2:]]
    drawn = dict(zip(sides, axes.transData.transform([(x, 0) for x in across])[:, 0], strict=True))
    marks = {text.get_text(): text.get_transform().transform(text.get_position())[0] for text in axes.texts}
    assert drawn["MF_right"] < drawn["MF_left"]
    assert marks["R"] < marks["L"]
