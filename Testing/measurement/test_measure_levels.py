"""Levels: their slices, their discs, and what lies outside or far away."""

from __future__ import annotations

import numpy as np
import pytest
from measurement.measuring import a_case_with_discs, measured
from phantoms import fat_map_of

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.levels import Level, LevelKind
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.references import Person


def test_without_levels_the_labelled_discs_are_levels_and_give_the_disc_ratio():
    table = measured(a_case_with_discs())
    names = dict.fromkeys(table.select(region="level").column("level"))
    assert list(names) == ["disc 1 (most caudal)", "disc 2"]
    row = table.one(region="level", level="disc 1 (most caudal)", structure="MF", side="right")
    disc = table.one(region="slice", structure="IVD", slice=row["slice"])
    assert row["rcsa"] == pytest.approx(row["csa_mm2"] / disc["csa_mm2"])


def test_a_given_level_takes_its_values_from_the_nearest_slice():
    labels = a_case_with_discs()
    table = measured(labels, levels=[Level("L4/5", (0.0, 0.0, 1.0))])
    row = table.one(region="level", structure="PM", side="left")
    same = table.one(region="slice", structure="PM", side="left", slice=row["slice"])
    assert row["level_distance_mm"] == pytest.approx(-1.0)
    for name in ("csa_mm2", "ff_mean_pct", "csa_perp_mm2", "slice_position_mm"):
        assert row[name] == same[name]


def test_a_level_outside_the_field_of_view_has_rows_with_the_reason():
    table = measured(a_case_with_discs(), levels=[Level("L1/2", (0.0, 0.0, 90.0)), Level("L4/5", (0.0, 0.0, 0.0))])
    rows = table.select(region="level", level="L1/2")
    assert {row["reason"] for row in rows} == {"level lies 52.0 mm above the most cranial slice"}
    assert set(rows.column("csa_mm2")) == {None}
    assert len(rows) == len(table.select(region="level", level="L4/5"))


def test_a_muscle_that_does_not_reach_a_level_says_so(two_multifidi):
    array = two_multifidi.array.copy()
    array[5:][array[5:] == 2] = 0
    table = measured(two_multifidi.with_array(array), levels=[Level("L3/4", (0.0, 0.0, 10.0))])
    row = table.one(region="level", side="left")
    assert row["csa_mm2"] is None
    assert row["reason"] == "MF is not labelled in this slice"


def test_the_disc_ratio_needs_a_disc_level_and_a_labelled_disc():
    labels = a_case_with_discs()
    middle = measured(labels, levels=[Level("L4", (0.0, 0.0, 0.0), LevelKind.VERTEBRA)])
    assert "marks a vertebra, not a disc" in middle.one(region="level", structure="MF", side="right")["reason"]
    no_disc = labels.with_array(np.where(labels.array == 11, 0, labels.array))
    row = measured(no_disc, levels=[Level("L4/5", (0.0, 0.0, 0.0))]).one(region="level", structure="MF", side="right")
    assert row["rcsa"] is None
    assert "no disc is labelled" in row["reason"]


def test_a_single_axial_image_through_a_disc_is_measured_at_that_disc():
    stack = a_case_with_discs()
    one = Image(stack.array[10:11], stack.affine)
    row = measured(one).one(region="level", structure="ES", side="left")
    muscle, disc = (np.count_nonzero(one.array == value) for value in (4, 11))
    assert row["level"] == "disc 1 (most caudal)"
    assert row["csa_mm2"] == muscle
    assert row["rcsa"] == pytest.approx(muscle / disc)
    assert row["csa_perp_mm2"] is None


@pytest.fixture
def thick_slices(two_multifidi):
    """Slices of 20 mm centred at heights -70, -50, ... 70 mm, a disc in each."""
    array = two_multifidi.array.copy()
    array[:, 2:8, 26:34] = 11
    affine = two_multifidi.affine @ np.diag([1.0, 1.0, 5.0, 1.0])
    affine[2, 3] = -70.0
    return Image(array, affine)


def test_a_level_far_from_its_nearest_slice_is_measured_but_not_compared(thick_slices):
    levels = [Level("L5/S1", (0.0, 0.0, 0.0)), Level("L4/5", (0.0, 0.0, 15.5))]
    result = measure_labels(
        {},
        thick_slices,
        fat_map_of(thick_slices.with_array(np.full(thick_slices.array.shape, 0.2))),
        levels,
        person=Person("male", 40),
    )
    near, far = (result.table.one(region="level", structure="MF", side="right", level=name) for name in ("L4/5", "L5/S1"))
    assert near["level_distance_mm"] == pytest.approx(5.5)
    assert near["rcsa"] is not None
    assert near["reference_source"] is not None
    assert "level_far" not in near["flags"]
    assert abs(far["level_distance_mm"]) == pytest.approx(10.0)
    assert far["csa_mm2"] == near["csa_mm2"]
    assert (far["rcsa"], far["reference_source"], far["reference_position"]) == (None, None, None)
    assert far["flags"] == "level_far"
    assert "rcsa and reference: the nearest slice lies 10.0 mm from the level" in far["reason"]
    assert [seen.code for seen in result.observations] == ["level_far"]
    assert "L5/S1" in result.observations[0].sentence
