"""A healthy group's percentiles, from the study to the measuring engine."""

import json

import numpy as np
import pytest
from study.simulated import MEASURE

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.references import Person, compare, load_references, own_references
from ParaspinalFatLib.study.groups import Bands
from ParaspinalFatLib.study.measures import Measure
from ParaspinalFatLib.study.own_references import Description, reference_content

FF = Measure.read(MEASURE)
HERE = Description("Our volunteers", "simulated healthy persons")
METHODS = {FF.name: ("dixon",)}


@pytest.fixture
def healthy(simulated):
    return simulated.frame[simulated.words["group"] == "healthy"]


@pytest.fixture
def engine(simulated, healthy, tmp_path):
    """What the measuring engine reads of the file."""
    content, _ = reference_content(healthy, [FF], METHODS, Bands("age", [20, 50, 80]), simulated.words["sex"], HERE)
    (tmp_path / "ours.json").write_text(json.dumps(content))
    return own_references(tmp_path / "ours.json")


def a_row(ff):
    row = {"structure": "MF", "side": "both", "region": "whole", "level": None, "fat_method": "dixon"}
    return {**row, "ff_mean_pct": ff, "csa_mm2": None, "rcsa": None}


def test_the_engine_places_a_person_among_those_of_the_same_sex_and_age(simulated, healthy, engine):
    young_men = healthy[(simulated.words["sex"].reindex(healthy.index) == "male") & (healthy["age"] < 50)][FF.name]
    lower, median, upper = np.percentile(young_men, [25, 50, 75])
    found = compare(a_row(median + 0.01), [*engine, *load_references()], Person("male", 30))
    assert found.source == "Our volunteers: simulated healthy persons"
    assert found.position == (
        f"ff_mean_pct between the median and the 75th percentile (median {median:g}, IQR {lower:g} to {upper:g})"
    )


def test_a_person_of_unknown_sex_and_age_is_placed_among_all(healthy, engine):
    median = np.percentile(healthy[FF.name], 50)
    assert f"median {median:g}" in compare(a_row(10.0), engine).position


def test_another_fat_method_is_not_compared(engine):
    found = compare({**a_row(10.0), "fat_method": "otsu"}, engine)
    assert found.position is None
    assert "fat fractions by dixon" in found.reason


def test_small_groups_are_not_written_and_this_is_said(simulated, healthy):
    content, remarks = reference_content(
        healthy.head(45), [FF], METHODS, Bands("age", [20, 50, 80]), simulated.words["sex"], HERE
    )
    assert all(entry["n"] >= 20 for entry in content["values"])
    assert any("fewer than 20; not written" in remark for remark in remarks)


def test_no_group_large_enough_is_refused(healthy):
    with pytest.raises(InputError, match="20 values"):
        reference_content(healthy.head(5), [FF], METHODS, Bands(), None, HERE)


def test_fat_fractions_of_two_methods_are_not_mixed(healthy):
    with pytest.raises(InputError, match="dixon and otsu"):
        reference_content(healthy, [FF], {FF.name: ("dixon", "otsu")}, Bands(), None, HERE)


def test_quantities_that_the_engine_does_not_compare_are_refused(healthy):
    with pytest.raises(InputError, match="not for volume_ml"):
        reference_content(healthy, [Measure.read("MF:both:whole:volume_ml")], METHODS, Bands(), None, HERE)
