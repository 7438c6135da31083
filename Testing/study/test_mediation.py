"""Mediation recovers what was simulated."""

import math

import pytest
from study.simulated import DIRECT, INDIRECT, MEASURE, TOTAL

from ParaspinalFatLib.study.measures import Measure
from ParaspinalFatLib.study.mediation import mediate

FF = Measure.read(MEASURE).name


@pytest.fixture(scope="module")
def through_endurance(simulated):
    return mediate(simulated.frame, FF, "endurance", "odi", ["age", "sex"], bootstrap=500)


def test_the_known_effects_lie_in_their_intervals(through_endurance):
    a, _, total, direct, indirect = through_endurance.paths
    for path, truth in ((a, -2), (total, TOTAL), (direct, DIRECT), (indirect, INDIRECT)):
        assert path.low < truth < path.high, path
    assert indirect.low > 0
    assert (through_endurance.n, through_endurance.missing) == (393, 7)


def test_the_indirect_effect_is_the_rest_of_the_total_one(through_endurance):
    _, _, total, direct, indirect = (path.value for path in through_endurance.paths)
    assert indirect == pytest.approx(total - direct)
    assert through_endurance.proportion.value == pytest.approx(100 * indirect / total)


def test_a_bootstrap_p_value_is_not_below_what_its_samples_resolve(through_endurance):
    assert through_endurance.indirect.p == 1 / 500


def test_what_has_no_effect_mediates_nothing(simulated):
    found = mediate(simulated.frame, FF, "noise", "odi", ["age", "sex"], bootstrap=500)
    assert found.indirect.low < 0 < found.indirect.high


def test_no_proportion_of_a_total_effect_that_may_be_none(simulated):
    found = mediate(simulated.frame, FF, "endurance", "noise", ["age", "sex"], bootstrap=200)
    assert math.isnan(found.proportion.value)
    assert "holds 0" in found.proportion.note


def test_the_same_table_gives_the_same_interval(simulated):
    once, again = (mediate(simulated.frame, FF, "endurance", "odi", [], bootstrap=100) for _ in range(2))
    assert once == again


def test_few_cases_get_a_reason(simulated):
    found = mediate(simulated.frame.head(10), FF, "endurance", "odi", [])
    assert found.note == "fewer than 20 complete cases"
    assert found.rows[0]["note"] == found.note
