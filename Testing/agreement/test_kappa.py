"""Kappa against a textbook's example and scikit-learn."""

import numpy as np
import pytest
from agreement.published import DIAGNOSES
from sklearn.metrics import cohen_kappa_score

from ParaspinalFatLib.agreement.kappa import classes_by_limits, cohens_kappas
from ParaspinalFatLib.errors import InputError


def pairs_of(table):
    rows, columns = np.indices(table.shape)
    return np.repeat(rows.ravel(), table.ravel()).tolist(), np.repeat(columns.ravel(), table.ravel()).tolist()


def test_kappa_of_the_hundred_diagnoses_is_the_published_one():
    kappa, equal = cohens_kappas(*pairs_of(DIAGNOSES), [0, 1, 2], ordered=False)
    assert kappa.value == pytest.approx(0.68, abs=0.005)
    assert equal.value == 89


def test_weighted_kappas_are_those_of_scikit_learn():
    random = np.random.default_rng(4)
    reference = random.integers(0, 5, 80)
    other = np.clip(reference + random.integers(-1, 2, 80), 0, 4)
    found = {one.statistic: one.value for one in cohens_kappas(reference.tolist(), other.tolist(), range(5), ordered=True)}
    assert found["Cohen kappa"] == pytest.approx(cohen_kappa_score(reference, other))
    for weights in ("linear", "quadratic"):
        assert found[f"Cohen kappa, {weights} weights"] == pytest.approx(
            cohen_kappa_score(reference, other, weights=weights)
        )


def test_a_single_class_has_no_kappa():
    kappa, _ = cohens_kappas(["a", "a"], ["a", "a"], ["a", "b"], ordered=False)
    assert np.isnan(kappa.value)


def test_limits_of_classes_must_rise():
    with pytest.raises(InputError, match="rise"):
        classes_by_limits([1.0], [50, 10])
