"""Sums of muscles or sides, and those of which a part is missing."""

from __future__ import annotations

import numpy as np
import pytest
from measurement.measuring import MEASURED, UP, assert_same_table, measured, without
from phantoms import EllipticCylinder, grid, labelled, lumbar_labels

from ParaspinalFatLib.measurement.levels import Level


def test_erector_spinae_put_together_equals_erector_spinae_labelled_as_one():
    image = grid((8, 60, 60), (1.0, 1.0, 4.0))
    fine = labelled(
        image,
        {
            16: EllipticCylinder((12, 0, 0), (0.1, 0, 1), (10, 8)),
            18: EllipticCylinder((2, 0, 0), (0.1, 0.1, 1), (8, 8)),
            1: EllipticCylinder((-12, 0, 0), UP, (7, 8)),
        },
    )
    coarse = fine.with_array(np.where(np.isin(fine.array, (16, 18)), 3, fine.array).astype(np.uint8))
    fraction = image.with_array(np.random.default_rng(0).random(image.array.shape))
    derived, direct = measured(fine, fraction), measured(coarse, fraction)
    for structure, source in (("ES", "IL+LO"), ("ES+MF", "IL+LO+MF")):
        rows = derived.select(structure=structure)
        assert set(rows.column("derived_from")) == {source}
        expected = direct.select(structure=structure)
        assert_same_table([{**row, "derived_from": ""} for row in rows], [{**row, "derived_from": ""} for row in expected])


def test_both_sides_are_not_summed_in_a_slice_where_one_is_missing(two_multifidi):
    table = measured(without(two_multifidi, slice(5, 8), 2), levels=[Level("L3/4", (0.0, 0.0, 10.0))])
    for row in (table.one(side="both", region="slice", slice=6), table.one(side="both", region="level")):
        assert {row[name] for name in MEASURED} == {None}
        assert row["flags"] == "part_missing"
        assert row["reason"] == "part missing: left multifidus not labelled in this slice"
    assert table.one(side="both", region="slice", slice=4)["csa_mm2"] is not None
    assert table.one(side="right", region="slice", slice=6)["flags"] == ""


def test_erector_spinae_and_multifidus_are_not_summed_where_one_of_them_is_missing():
    labels = lumbar_labels((20, 110, 220), (1.0, 1.0, 4.0))
    table = measured(without(labels, slice(0, 4), 1))
    for side, empty in (("right", True), ("both", True), ("left", False)):
        row = table.one(structure="ES+MF", side=side, region="slice", slice=2)
        assert (row["csa_mm2"] is None) is empty
        assert ("right multifidus" in row["reason"]) is empty
    assert table.one(structure="ES+MF", side="right", region="slice", slice=5)["flags"] == ""


def test_longissimus_alone_is_not_erector_spinae(two_multifidi):
    fine = two_multifidi.with_array(np.choose(two_multifidi.array, [0, 16, 18]).astype(np.uint8))
    table = measured(without(fine, slice(0, 2), 16))
    empty, full = (table.one(structure="ES", region="slice", slice=k) for k in (1, 2))
    assert (empty["csa_mm2"], empty["flags"]) == (None, "part_missing")
    assert "right iliocostalis" in empty["reason"]
    assert full["csa_mm2"] is not None


def test_slices_with_half_a_muscle_do_not_bend_its_axis_in_the_others(two_multifidi):
    fine = two_multifidi.with_array(np.choose(two_multifidi.array, [0, 16, 18]).astype(np.uint8))
    straight = measured(without(fine, slice(0, 3), 16)).select(structure="ES", region="slice")
    assert straight.column("obliquity_deg")[:3] == [None] * 3
    assert straight.column("obliquity_deg")[3:] == pytest.approx([0.0] * 5, abs=1e-4)


def test_areas_of_the_whole_are_over_the_slices_that_hold_all_parts_and_the_volume_is_of_all(two_multifidi):
    labels = without(two_multifidi, slice(2, 8), 2)
    table = measured(labels)
    whole = table.one(side="both", region="whole")
    areas = [area for area in table.select(side="both", region="slice").column("csa_mm2") if area is not None]
    assert len(areas) == 2
    assert whole["csa_mean_mm2"] == pytest.approx(np.mean(areas))
    assert whole["csa_max_mm2"] == max(areas)
    assert whole["volume_ml"] == pytest.approx(np.count_nonzero(labels.array) * 0.004)


def test_without_a_slice_that_holds_all_parts_the_whole_has_no_area(two_multifidi):
    whole = measured(without(without(two_multifidi, slice(0, 4), 1), slice(4, 8), 2)).one(side="both", region="whole")
    assert whole["volume_ml"] > 0
    assert (whole["csa_mean_mm2"], whole["csa_max_mm2"]) == (None, None)
    assert "csa_mean_mm2 and csa_max_mm2: no slice holds all of its parts" in whole["reason"]


def test_a_whole_of_which_a_part_is_labelled_nowhere_is_empty(two_multifidi):
    array = np.where(two_multifidi.array == 1, 3, 0).astype(np.uint8)
    array[6:] = np.where(array[6:] == 3, 18, 0)
    row = measured(two_multifidi.with_array(array)).one(structure="ES", side="right", region="whole")
    assert {row[name] for name in MEASURED} == {None}
    assert row["reason"] == "part missing: right iliocostalis not labelled in any slice"
