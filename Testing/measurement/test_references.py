import json
from dataclasses import replace

import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.dictionary import BY_NAME
from ParaspinalFatLib.measurement.measurands import TABLE_ORDER
from ParaspinalFatLib.measurement.references import (
    QUANTITIES,
    Person,
    Reference,
    compare,
    load_references,
    own_references,
    read_study,
)

MEDIAN = Reference(
    study="A 2026",
    cohort="100 adults",
    quantity="ff_mean_pct",
    structure="PM",
    sides=("both",),
    regions=("whole",),
    methods=("dixon",),
    sex=None,
    age_years=(None, None),
    statistic="median_iqr",
    values=(13.4, 10.5, 16.3),
)


def a_row(**changes):
    row = {"structure": "PM", "side": "both", "region": "whole", "level": None, "fat_method": "dixon"}
    return {**row, "ff_mean_pct": 14.0, "csa_mm2": None, "rcsa": None, **changes}


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (9.0, "below the 25th percentile"),
        (10.5, "between the 25th percentile and the median"),
        (13.4, "between the median and the 75th percentile"),
        (16.4, "above the 75th percentile"),
    ],
)
def test_a_matching_value_is_placed_among_the_quartiles(value, band):
    found = compare(a_row(ff_mean_pct=value), [MEDIAN])
    assert found.source == "A 2026: 100 adults"
    assert found.position == f"ff_mean_pct {band} (median 13.4, IQR 10.5 to 16.3)"
    assert found.reason == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fat_method": "otsu"}, "fat fractions by dixon"),
        ({"side": "right"}, "both sides together"),
        ({"region": "level", "level": "L4/5"}, "the whole muscle"),
    ],
)
def test_a_value_of_another_method_side_or_region_is_not_compared(change, words):
    found = compare(a_row(**change), [MEDIAN])
    assert found.position is None
    assert words in found.reason


def test_a_muscle_without_references_says_so():
    assert "no published values for MF" in compare(a_row(structure="MF"), [MEDIAN]).reason


def test_sex_and_age_must_be_known_and_fit():
    women = replace(MEDIAN, sex="female", age_years=(20.0, 40.0))
    assert "women" in compare(a_row(), [women]).reason
    assert "ages 20 to 40 years" in compare(a_row(), [women], Person("female", 41)).reason
    assert compare(a_row(), [women], Person("female", 40)).source
    assert not compare(a_row(), [women], Person("female", 40)).position.endswith("years")


def test_without_an_age_the_comparison_says_for_which_ages_it_holds():
    adults = replace(MEDIAN, age_years=(20.0, 70.0))
    assert compare(a_row(), [adults]).position.endswith(", if the person's age is 20 to 70 years")
    for age in (8, 85):
        found = compare(a_row(), [adults], Person(age_years=age))
        assert (found.source, found.position) == (None, None)
        assert "ages 20 to 70 years" in found.reason


def test_without_an_age_none_of_several_age_groups_is_chosen():
    groups = [replace(MEDIAN, age_years=ages) for ages in ((18.0, 38.0), (38.0, None))]
    assert (
        compare(a_row(), groups).reason
        == "reference: the values of A 2026 are for ages 18 to 38 years or ages from 38 years"
    )
    assert compare(a_row(), groups, Person(age_years=30)).source


def test_a_whole_row_must_cover_enough_of_the_muscle():
    whole = replace(MEDIAN, smallest_extent_mm=120.0)
    assert compare(a_row(), [whole], extent_mm=24 * 4.99998).source
    for extent in (5.0, None):
        assert "at least 120 mm of the muscle" in compare(a_row(), [whole], extent_mm=extent).reason


@pytest.mark.parametrize("age", [float("nan"), float("inf"), -1.0, 131.0, 1962.0])
def test_an_age_that_nobody_has_is_refused(age):
    with pytest.raises(InputError, match="from 0 to 130"):
        Person(age_years=age)


def test_a_sex_in_another_word_is_refused():
    with pytest.raises(InputError, match="female or male, not 'F'"):
        Person("F")


def test_a_mean_gives_the_distance_in_standard_deviations():
    mean = replace(MEDIAN, statistic="mean_sd", values=(10.0, 2.0))
    assert compare(a_row(ff_mean_pct=7.0), [mean]).position == "ff_mean_pct -1.5 SD from the mean (10 +- 2)"


def test_a_range_of_level_means_needs_one_of_its_levels():
    areas = replace(
        MEDIAN,
        quantity="csa_mm2",
        sides=("right",),
        regions=("L4/5", "L5/S1"),
        methods=(),
        statistic="range_of_means",
        values=(730, 1110),
    )
    row = a_row(side="right", region="level", level="L4/5", csa_mm2=1200.0, fat_method="otsu", ff_mean_pct=None)
    assert compare(row, [areas]).position == "csa_mm2 above the range of means (730 to 1110)"
    assert "L4/5 or L5/S1" in compare({**row, "level": "L1/2"}, [areas]).reason


def test_of_several_obstacles_the_nearest_reference_is_named():
    far = replace(MEDIAN, study="B 2020", sides=("right",), methods=("otsu",))
    assert "A 2026" in compare(a_row(region="slice"), [far, MEDIAN]).reason


def test_all_levels_and_groups_of_the_nearest_study_are_named():
    parts = [replace(MEDIAN, regions=(level,), sex=sex) for level in ("L3/4", "L4/5") for sex in ("female", "male")]
    reason = compare(a_row(), parts).reason
    assert reason == "reference: the values of A 2026 are for L3/4 or L4/5, women or men"


def test_the_registry_holds_the_healthy_percentiles_of_four_muscles():
    medians = {r.structure: r.values for r in load_references() if r.statistic == "median_iqr"}
    assert medians == {
        "ES+MF": (21.8, 17.4, 26.9),
        "QL": (18.0, 14.9, 22.2),
        "PM": (13.4, 10.5, 16.3),
        "IC": (11.6, 9.5, 13.8),
    }


def test_every_value_of_a_whole_muscle_in_the_registry_states_its_ages_and_extent():
    for reference in load_references():
        if "whole" in reference.regions:
            assert reference.age_years == (20, 70)
            assert reference.smallest_extent_mm >= 60


def test_the_total_of_si_2023_holds_the_psoas_and_is_compared_with_no_row():
    totals = {r.sex: r.values for r in load_references() if r.study == "Si 2023" and r.structure not in TABLE_ORDER}
    assert totals == {"female": (14.02, 4.71), "male": (10.34, 4.08)}


def test_every_entry_of_the_registry_is_of_a_known_muscle_quantity_and_statistic():
    sizes = {"median_iqr": 3, "mean_sd": 2, "range_of_means": 2, "mean": 1}
    for reference in load_references():
        assert reference.structure in (*TABLE_ORDER, "ES+MF+PM")
        assert reference.quantity in QUANTITIES
        assert reference.quantity in BY_NAME
        assert len(reference.values) == sizes[reference.statistic]
        assert reference.regions
        assert bool(reference.methods) == reference.quantity.startswith("ff_")


def test_every_study_gives_its_citation_and_muscle_definition(repository):
    for path in (repository / "Resources" / "References").glob("*.json"):
        study = json.loads(path.read_text(encoding="utf-8"))
        assert study["citation"]
        assert study["muscle_definition"]


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "study.json"
    path.write_text('{"study": "A", "values": [{}]}')
    with pytest.raises(InputError, match="not complete"):
        read_study(path)


OWN = {
    "study": "Our healthy volunteers",
    "cohort": "50 volunteers",
    "quantity": "ff_mean_pct",
    "sides": ["both"],
    "regions": ["whole"],
    "methods": ["dixon"],
    "statistic": "median_iqr",
    "values": [{"structure": "PM", "numbers": [10, 8, 12]}],
}


def test_own_references_are_read_from_a_file_or_a_folder(tmp_path):
    (tmp_path / "ours.json").write_text(json.dumps(OWN))
    assert own_references(tmp_path) == own_references(tmp_path / "ours.json")
    assert own_references(tmp_path)[0].values == (10, 8, 12)


def test_an_own_reference_is_preferred_to_a_published_one(tmp_path):
    (tmp_path / "ours.json").write_text(json.dumps(OWN))
    found = compare(a_row(), [*own_references(tmp_path), MEDIAN])
    assert found.source == "Our healthy volunteers: 50 volunteers"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity": "happiness"}, "quantity 'happiness'"),
        ({"statistic": "mean_sd"}, "'mean_sd' with 3 numbers"),
        ({"statistic": "mode"}, "'mode' with 3 numbers"),
    ],
)
def test_own_references_that_could_never_be_compared_are_refused(tmp_path, change, words):
    (tmp_path / "ours.json").write_text(json.dumps(OWN | change))
    with pytest.raises(InputError, match=words):
        own_references(tmp_path)


def test_a_folder_without_references_is_refused(tmp_path):
    with pytest.raises(InputError, match="no reference values"):
        own_references(tmp_path)
