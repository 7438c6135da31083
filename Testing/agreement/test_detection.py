"""Voxel agreement: against scikit-learn, and where there is nothing to divide by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics

from ParaspinalFatLib.agreement.detection import Detection, area_under_curve, detection


@pytest.fixture
def maps() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    truth = rng.random((4, 5, 6)) < 0.3
    score = np.round(0.4 * truth + 0.6 * rng.random(truth.shape), 1)  # rounded, so that there are ties
    return truth, score


def test_all_figures_are_those_of_scikit_learn(maps):
    truth, score = maps
    found = score > 0.5
    measured = detection(truth, found)
    flat, guess = truth.ravel(), found.ravel()
    assert measured.kappa == pytest.approx(metrics.cohen_kappa_score(flat, guess))
    assert measured.recall == pytest.approx(metrics.recall_score(flat, guess))
    assert measured.specificity == pytest.approx(metrics.recall_score(~flat, ~guess))
    assert measured.precision == pytest.approx(metrics.precision_score(flat, guess))
    assert measured.f1 == pytest.approx(metrics.f1_score(flat, guess))
    assert area_under_curve(truth, score) == pytest.approx(metrics.roc_auc_score(flat, score.ravel()))


def test_the_area_of_a_binary_map_is_the_mean_of_recall_and_specificity(maps):
    truth, score = maps
    found = score > 0.5
    measured = detection(truth, found)
    assert area_under_curve(truth, found.astype(float)) == pytest.approx((measured.recall + measured.specificity) / 2)


def test_counts_of_two_scans_add_up():
    assert Detection(1, 2, 3, 4) + Detection(10, 20, 30, 40) == Detection(11, 22, 33, 44)


def test_what_cannot_be_computed_is_not_a_number():
    nothing_true = detection(np.zeros(5, bool), np.zeros(5, bool))
    assert nothing_true.specificity == 1.0
    assert all(math.isnan(figure) for figure in (nothing_true.recall, nothing_true.precision, nothing_true.f1))
    assert math.isnan(nothing_true.kappa)
    assert math.isnan(area_under_curve(np.zeros(5, bool), np.arange(5.0)))
