"""Group means by sex and age."""

import math

import pandas as pd
import pytest
from scipy import stats
from study.simulated import MEASURE

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.study.groups import Bands, figures, group_means
from ParaspinalFatLib.study.measures import Measure

FF = Measure.read(MEASURE).name


@pytest.fixture
def means(simulated):
    rows = group_means(simulated.frame, [FF, "endurance"], Bands("age", [20, 50, 80]), simulated.words["sex"])
    return {(row["variable"], row["sex"], row["age"]): row for row in rows}


def test_groups_hold_every_case_once(means):
    parts = [means[FF, sex, age]["n"] for sex in ("female", "male") for age in ("20 to below 50", "50 to below 80")]
    assert sum(parts) == means[FF, "all", "all"]["n"] == 400


def test_the_known_mean_of_young_men_lies_in_its_interval(means):
    young = means[FF, "male", "20 to below 50"]
    assert young["ci_low"] < 5 + 0.25 * 35 < young["ci_high"]  # mean age 35


def test_the_interval_is_student_s(simulated, means):
    values = simulated.frame["endurance"].dropna()
    expected = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    found = means["endurance", "all", "all"]
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(expected)
    assert found["missing"] == 7


def test_one_case_has_a_mean_without_an_interval_and_none_has_none():
    one = figures(pd.Series([3.0, None]))
    assert (one["n"], one["mean"]) == (1, 3.0)
    assert math.isnan(one["ci_low"])
    assert figures(pd.Series([None], dtype=float)) == {"n": 0, "missing": 1}


def test_a_sex_that_is_neither_is_refused(simulated):
    with pytest.raises(InputError, match="female or male, not 1"):
        group_means(simulated.frame, [FF], Bands(), simulated.words["sex"].replace("male", "1"))


@pytest.mark.parametrize("edges", [[40], [60, 40], [20, 20, 40]])
def test_bands_that_do_not_rise_are_refused(edges):
    with pytest.raises(InputError, match="age bands"):
        Bands("age", edges)
