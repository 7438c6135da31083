"""Partial correlations recover what was simulated."""

import numpy as np
import pandas as pd
import pytest
from study.simulated import MEASURE, PARTIAL_FF_ENDURANCE, PARTIAL_FF_ODI

from ParaspinalFatLib.study.associations import partial_correlations
from ParaspinalFatLib.study.measures import Measure

FF = Measure.read(MEASURE).name
PAIRS = [(FF, "endurance"), (FF, "odi"), (FF, "noise")]


def test_the_known_correlations_lie_in_their_intervals(simulated):
    endurance, odi, noise = partial_correlations(simulated.frame, PAIRS, ["age", "sex"])
    assert endurance.low < PARTIAL_FF_ENDURANCE < endurance.high < -0.5
    assert 0.3 < odi.low < PARTIAL_FF_ODI < odi.high
    assert noise.low < 0 < noise.high
    assert (endurance.n, endurance.missing, odi.n) == (393, 7, 400)


def test_the_coefficient_is_that_of_the_residuals(simulated):
    (found,) = partial_correlations(simulated.frame, [(FF, "odi")], ["age", "sex"])
    design = np.column_stack([np.ones(400), simulated.frame[["age", "sex"]]])
    x, y = (
        simulated.frame[name] - design @ np.linalg.lstsq(design, simulated.frame[name], rcond=None)[0]
        for name in (FF, "odi")
    )
    assert found.r == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_the_interval_covers_the_truth_in_95_of_100_studies():
    random, covered = np.random.default_rng(2), 0
    for _ in range(150):
        z = random.normal(size=60)
        x, y = z + random.normal(size=60), -z + random.normal(size=60)
        (found,) = partial_correlations(pd.DataFrame({"x": x, "y": y, "z": z}), [("x", "y")], ["z"])
        covered += found.low <= 0 <= found.high
    assert covered >= 136


def test_p_values_are_adjusted_for_all_correlations(simulated):
    found = partial_correlations(simulated.frame, PAIRS, ["age"])
    ranked = sorted(found, key=lambda one: one.p)
    assert ranked[0].p_adjusted == pytest.approx(min(3 * ranked[0].p, 1.5 * ranked[1].p, ranked[2].p))
    assert ranked[2].p_adjusted == pytest.approx(ranked[2].p)


def test_without_covariates_it_is_the_plain_correlation(simulated):
    (found,) = partial_correlations(simulated.frame, [(FF, "odi")], [])
    assert found.r == pytest.approx(simulated.frame[FF].corr(simulated.frame["odi"]))


def test_ranks_can_be_correlated(simulated):
    (plain,) = partial_correlations(simulated.frame, [(FF, "odi")], ["age"])
    (ranks,) = partial_correlations(simulated.frame, [(FF, "odi")], ["age"], "spearman")
    assert ranks.r != plain.r
    assert ranks.r == pytest.approx(plain.r, abs=0.1)


def test_too_few_cases_and_constants_get_a_reason():
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6, 7, 8], "y": [2.0] * 8, "z": [None] * 6 + [1.0, 2.0]})
    constant, few = partial_correlations(frame, [("x", "y"), ("x", "z")], [])
    assert constant.note == "y does not vary"
    assert few.note == "too few complete cases"
    assert np.isnan(few.r)
