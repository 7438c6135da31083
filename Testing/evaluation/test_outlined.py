"""How sure a method is of a coarser muscle follows from its parts."""

import math

import numpy as np
import pytest

from ParaspinalFatLib.evaluation.outlined import score_of


@pytest.fixture
def masks():
    """In the first slice 3 pixels of multifidus and 1 of erector spinae, in the second none."""
    multifidus, erector = np.zeros((2, 1, 4), bool), np.zeros((2, 1, 4), bool)
    multifidus[0, 0, :3], erector[0, 0, 3] = True, True
    return {"MF_left": multifidus, "ES_left": erector, "ES+MF_left": multifidus | erector}


def test_a_structure_has_its_own_score(masks):
    assert score_of("MF_left", 0, {"MF_left": [0.8, None]}, masks) == 0.8


def test_a_coarser_muscle_has_the_mean_of_its_parts_by_area(masks):
    scores = {"MF_left": [0.8, None], "ES_left": [0.4, None]}
    assert score_of("ES+MF_left", 0, scores, masks) == pytest.approx((3 * 0.8 + 1 * 0.4) / 4)


def test_a_part_that_is_not_there_does_not_count(masks):
    masks["MF_left"][:] = False
    assert score_of("ES+MF_left", 0, {"ES_left": [0.4, None]}, masks) == pytest.approx(0.4)


def test_a_coarser_muscle_of_parts_without_a_score_has_none(masks):
    assert math.isnan(score_of("ES+MF_left", 0, {"MF_left": [0.8, None]}, masks))


@pytest.mark.parametrize("name", ["MF_left", "ES+MF_left", "canal"])
def test_without_scores_there_is_none(masks, name):
    assert math.isnan(score_of(name, 0, {}, masks))


def test_a_slice_without_the_structure_has_none(masks):
    scores = {"MF_left": [0.8, None], "ES_left": [0.4, None]}
    assert math.isnan(score_of("MF_left", 1, scores, masks))
    assert math.isnan(score_of("ES+MF_left", 1, scores, masks))
