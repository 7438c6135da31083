"""Intervals that allow for several pairs of one person."""

import numpy as np
import pytest

from ParaspinalFatLib.agreement.bland_altman import bland_altman
from ParaspinalFatLib.agreement.clustered import clustered_intervals
from ParaspinalFatLib.agreement.pairs import Pairs


def pairs_of(persons, of_each, seed):
    """Differences that are nearly the same within a person."""
    random = np.random.default_rng(seed)
    own = np.repeat(random.normal(0, 5, persons), of_each)
    truth = random.normal(100, 20, persons * of_each)
    names = np.repeat([f"p{k}" for k in range(persons)], of_each).tolist()
    return Pairs(truth, truth + own + random.normal(0, 0.5, len(truth)), persons=names)


def width(estimate):
    return estimate.high - estimate.low


def test_pairs_of_one_person_widen_the_interval_as_their_number_says():
    pairs = pairs_of(60, 5, 1)
    bias = clustered_intervals(pairs, resamples=400)[0]
    assert width(bias) / width(bland_altman(pairs).bias) == pytest.approx(np.sqrt(5), rel=0.2)


def test_the_interval_covers_the_truth_where_the_formula_s_does_not():
    by_person = by_formula = 0
    for seed in range(40):
        pairs = pairs_of(30, 6, seed)
        bias = clustered_intervals(pairs, resamples=150)[0]
        by_person += bias.low <= 0 <= bias.high
        formula = bland_altman(pairs).bias
        by_formula += formula.low <= 0 <= formula.high
    assert by_person >= 34
    assert by_formula < 30


def test_without_repeated_persons_there_is_nothing_to_add(drawn_pairs):
    assert clustered_intervals(drawn_pairs) == ()


def test_few_persons_get_a_reason_instead_of_an_interval():
    found = clustered_intervals(pairs_of(4, 3, 1))
    assert all(np.isnan(one.value) and "fewer than 10 persons" in one.note for one in found)


def test_the_same_table_gives_the_same_interval():
    pairs = pairs_of(20, 2, 1)
    assert clustered_intervals(pairs, resamples=50) == clustered_intervals(pairs, resamples=50)
