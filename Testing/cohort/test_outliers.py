"""Robust z by hand, in the right groups only."""

from __future__ import annotations

import numpy as np
import pytest
from cohort.cohort_tables_drawn import name_of, write_cohort

from ParaspinalFatLib.cohort.outliers import Group, Values, find_outliers, read_values, robust_z
from ParaspinalFatLib.errors import InputError


def test_robust_z_is_that_of_the_formula():
    values = [10.0, 11, 12, 13, 14, 15, 16, 17, 18, 19, 60]
    z = robust_z(values)  # median 15, median absolute deviation 3
    assert z[-1] == pytest.approx(0.6745 * 45 / 3)
    assert z[5] == 0


def test_few_or_equal_values_are_not_judged():
    assert np.isnan(robust_z([1.0] * 5 + [9.0])).all()
    assert np.isnan(robust_z([1.0] * 20 + [9.0])).all()


def test_values_are_gathered_by_structure_side_level_and_method_without_slices(tmp_path):
    folder = write_cohort(tmp_path, 12)
    values = read_values(folder / "measurements.csv", {name_of(n): n for n in range(12)})
    assert set(values) == {
        Group("MF", side, level, column, "dixon" if column == "ff_mean_pct" else "")
        for side in ("right", "left")
        for level, column in (("whole", "ff_mean_pct"), ("L4/5", "csa_mm2"), ("L4/5", "ff_mean_pct"),
                              ("L5/S1", "csa_mm2"), ("L5/S1", "ff_mean_pct"))
    }  # fmt: skip
    assert all(len(one.numbers) == 12 for one in values.values())


def test_a_value_is_far_only_within_its_own_group():
    usual = [100.0, 101, 102, 103, 104, 105, 106, 107, 108, 109]
    ours, others = Values(), Values()
    for number, value in enumerate([*usual, 300.0]):
        ours.add(number, value)
        others.add(number, value + 195 if number < 10 else 300.0)
    here, there = Group("MF", "right", "L4/5", "csa_mm2"), Group("ES", "right", "L4/5", "csa_mm2")
    found = find_outliers({here: ours, there: others}, [name_of(n) for n in range(11)])
    assert [(one.case, one.group) for one in found] == [("P-010", here)]
    assert (found[0].n, found[0].median) == (11, 105.0)


def test_a_damaged_table_is_refused(tmp_path):
    (tmp_path / "measurements.csv").write_text("case,region\nP-1,level\n")
    with pytest.raises(InputError, match="cannot be read"):
        read_values(tmp_path / "measurements.csv", {"P-1": 0})
