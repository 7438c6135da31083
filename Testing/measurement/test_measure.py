import math

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from phantoms import (
    EllipticCylinder,
    StackedEllipses,
    counting_bound,
    fat_map_of,
    grid,
    labelled,
    lumbar_labels,
    orientations,
    rotation,
    stored_as,
    voxel_positions,
)

from ParaspinalFatLib.errors import GeometryError, InputError, MeasurementError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.levels import Level, LevelKind
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.references import Person, Reference

UP = (0.0, 0.0, 1.0)


def measured(labels, fraction=None, images=None, levels=(), **more):
    """The table of a label image; by default every voxel has a fat fraction of 0.2."""
    fraction = labels.with_array(np.full(labels.array.shape, 0.2)) if fraction is None else fraction
    return measure_labels(images or {}, labels, fat_map_of(fraction), levels, **more).table


def assert_same_table(table, expected):
    """Equal text, and numbers equal to 1e-9 relative (1e-9 of a unit where they are 0 but for rounding)."""
    assert len(table) == len(expected)
    for row, wanted in zip(table, expected, strict=True):
        for name, value in wanted.items():
            if isinstance(value, float):
                assert row[name] == pytest.approx(value, rel=1e-9, abs=1e-9), (name, row)
            else:
                assert row[name] == value, (name, row)


# Areas


in_plane = st.floats(0.4, 1.5)


@settings(max_examples=40, deadline=None)
@given(
    tilt=st.floats(0, 35),
    towards=st.floats(0, 360),
    semi_axes=st.tuples(st.floats(6, 20), st.floats(6, 20)),
    pixel=in_plane,
    anisotropy=st.floats(0.75, 1.33),
    thickness=st.floats(1, 10),
    turned=st.floats(0, 30),
    offset=st.floats(-1, 1),
)
def test_the_area_of_a_tilted_cylinder_lies_within_the_counting_bound(
    tilt, towards, semi_axes, pixel, anisotropy, thickness, turned, offset
):
    axis = rotation((math.cos(towards), math.sin(towards), 0), tilt) @ UP
    body = EllipticCylinder((offset, -offset, offset), tuple(axis), semi_axes)
    turn = rotation((1, 0.5, 0), turned)
    normal = turn @ UP
    spacing = (pixel, pixel * anisotropy, thickness)
    cosine = abs(float(axis @ normal))
    if cosine < 0.5:
        return
    reach = 2 * (max(semi_axes) / cosine + 2 * thickness * math.tan(math.acos(cosine)) + 3)
    image = grid((4, math.ceil(reach / spacing[1]), math.ceil(reach / spacing[0])), spacing, turn)
    expected = body.area_in_plane(normal)
    longest = (max(semi_axes) / cosine, min(semi_axes))
    bound = counting_bound(longest, spacing[:2])
    for row in measured(labelled(image, {1: body})).select(region="slice"):
        assert abs(row["csa_mm2"] - expected) <= bound


@settings(max_examples=25, deadline=None)
@given(tilt=st.floats(0, 40), towards=st.floats(0, 360), turned=st.floats(-20, 20))
def test_the_corrected_area_of_oblique_slices_is_the_area_across_the_muscle(tilt, towards, turned):
    axis = rotation((math.cos(towards), math.sin(towards), 0), tilt) @ UP
    body = EllipticCylinder((0, 0, 0), tuple(axis), (14.0, 11.0))
    image = grid((9, 140, 140), (0.6, 0.6, 4.0), rotation((1, 0, 0), turned))
    cosine = abs(float(axis @ rotation((1, 0, 0), turned) @ UP))
    if cosine < math.cos(math.radians(45)):
        return
    rows = measured(labelled(image, {1: body})).select(region="slice")
    bound = counting_bound((14.0 / cosine, 11.0), (0.6, 0.6)) * cosine
    for row in rows:
        assert abs(row["csa_perp_mm2"] - body.perpendicular_area) <= bound + 0.005 * body.perpendicular_area
        assert row["obliquity_deg"] == pytest.approx(math.degrees(math.acos(cosine)), abs=0.6)
        assert row["csa_mm2"] >= row["csa_perp_mm2"]


def test_a_tapering_muscle_has_the_area_of_each_of_its_slices():
    def semi_axes(z):
        return 12 + 0.1 * z, 9 + 0.075 * z

    body = StackedEllipses(lambda z: (0 * z, 0 * z), semi_axes)
    image = grid((20, 110, 110), (0.5, 0.5, 4.0))
    for row in measured(labelled(image, {1: body})).select(region="slice"):
        a, b = semi_axes(row["slice_position_mm"])
        assert abs(row["csa_mm2"] - math.pi * a * b) <= counting_bound((a, b), (0.5, 0.5))
        assert row["csa_perp_mm2"] == pytest.approx(row["csa_mm2"], rel=1e-3)


def test_a_curved_muscle_is_corrected_by_its_local_direction():
    body = StackedEllipses(lambda z: (0 * z, z**2 / 300), lambda z: (0 * z + 14, 0 * z + 11))
    image = grid((25, 150, 120), (0.5, 0.5, 4.0), centre=(0.0, 8.0, 0.0))
    for row in measured(labelled(image, {1: body})).select(region="slice"):
        slope = 2 * row["slice_position_mm"] / 300
        expected = math.pi * 14 * 11 / math.sqrt(1 + slope**2)
        assert row["csa_perp_mm2"] == pytest.approx(expected, rel=0.012)


def test_too_few_slices_leave_the_corrected_area_empty_with_a_reason():
    image = grid((2, 40, 40), (1.0, 1.0, 4.0))
    row = measured(labelled(image, {1: EllipticCylinder((0, 0, 0), UP, (10, 8))})).select(region="slice").rows[0]
    assert row["csa_perp_mm2"] is None
    assert "csa_perp_mm2" in row["reason"]


# Volumes and fat


def test_volume_and_areas_count_voxels_with_the_gap_between_slices(two_multifidi):
    row = measured(two_multifidi).one(structure="MF", side="right", region="whole")
    voxels = int(np.count_nonzero(two_multifidi.array == 1))
    assert row["voxels"] == voxels
    assert row["volume_ml"] == pytest.approx(voxels * 4.0 / 1000)
    assert row["csa_mean_mm2"] == pytest.approx(voxels / 8)
    assert row["csa_max_mm2"] == pytest.approx(max((two_multifidi.array == 1).sum(axis=(1, 2))))
    assert row["slice_count"] == 8


def test_both_fat_fractions_of_a_known_field_are_right_to_1e_6(two_multifidi):
    r, a, s = np.moveaxis(voxel_positions(two_multifidi), -1, 0)
    field = 0.3 + 0.004 * r - 0.006 * a + 0.002 * s
    shading = 200 + 3 * a + s
    fat_map = fat_map_of(two_multifidi.with_array(field), shading)
    table = measure_labels({}, two_multifidi, fat_map).table
    for value, side in ((1, "right"), (2, "left")):
        mask = two_multifidi.array == value
        row = table.one(structure="MF", side=side, region="whole")
        inside = np.sort(field[mask])
        assert row["ff_mean_pct"] / 100 == pytest.approx(inside.mean(), abs=1e-6)
        assert row["ff_ratio_pct"] / 100 == pytest.approx((field * shading)[mask].sum() / shading[mask].sum(), abs=1e-6)
        assert row["ff_median_pct"] / 100 == pytest.approx(np.median(inside), abs=1e-6)
        assert row["ff_sd_pct"] / 100 == pytest.approx(inside.std(ddof=1), abs=1e-6)
        for rank in (5, 25, 75, 95):
            assert row[f"ff_p{rank}_pct"] / 100 == pytest.approx(np.percentile(inside, rank), abs=1e-6)
        assert row["fat_volume_ml"] == pytest.approx(inside.sum() * 4 / 1000, rel=1e-6)
        assert row["fat_volume_ml"] + row["lean_volume_ml"] == pytest.approx(row["volume_ml"])


def test_voxels_without_fat_fraction_are_counted_and_left_out(two_multifidi):
    fraction = np.full(two_multifidi.array.shape, 0.25)
    hole = (two_multifidi.array == 1) & (np.arange(60) < 15)
    fraction[hole] = np.nan
    row = measured(two_multifidi, two_multifidi.with_array(fraction)).one(side="right", region="whole")
    assert row["voxels_without_ff"] == np.count_nonzero(hole)
    assert row["ff_mean_pct"] == pytest.approx(25.0)
    assert row["fat_volume_ml"] + row["lean_volume_ml"] == pytest.approx((row["voxels"] - row["voxels_without_ff"]) * 0.004)


def test_fat_and_lean_area_of_a_slice_add_up_to_its_area(two_multifidi):
    for row in measured(two_multifidi).select(region="slice"):
        assert row["fat_area_mm2"] == pytest.approx(0.2 * row["csa_mm2"], rel=1e-6)
        assert row["fat_area_mm2"] + row["lean_area_mm2"] == pytest.approx(row["csa_mm2"])


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("scale", [1, 3])
def test_signal_intensity_follows_the_image_and_fat_does_not(two_multifidi, kind, scale):
    values = (np.arange(two_multifidi.array.size).reshape(two_multifidi.array.shape) % 80).astype(kind) * kind(scale)
    row = measured(two_multifidi, images={Role.ANATOMY: two_multifidi.with_array(values)}).one(
        structure="MF", side="left", region="slice", slice=3
    )
    expected = values[3][two_multifidi.array[3] == 2].mean(dtype=float)
    assert row["si_mean"] == pytest.approx(expected)
    assert row["csa_over_si"] == pytest.approx(row["csa_mm2"] / expected)
    assert row["ff_mean_pct"] == pytest.approx(20.0)
    assert row["si_image"] == "anatomy"


def test_asymmetry_is_given_in_both_definitions(two_multifidi):
    right, left = (np.count_nonzero(two_multifidi.array == value) for value in (1, 2))
    row = measured(two_multifidi).one(structure="MF", side="both", region="whole")
    assert right > left
    assert row["asymmetry_larger_pct"] == pytest.approx((right - left) / right * 100)
    assert row["asymmetry_rl_pct"] == pytest.approx((right - left) / ((right + left) / 2) * 100)


def test_the_patients_right_is_the_side_of_larger_r(two_multifidi):
    table = measured(two_multifidi)
    assert table.one(structure="MF", side="right", region="whole")["centroid_r_mm"] == pytest.approx(15.0, abs=0.2)
    assert table.one(structure="MF", side="left", region="whole")["centroid_r_mm"] == pytest.approx(-15.0, abs=0.2)


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


def test_a_method_that_is_not_validated_for_a_muscle_says_so_in_its_rows():
    image = grid((4, 60, 60), (1.0, 1.0, 4.0))
    labels = labelled(image, {1: EllipticCylinder((15, 0, 0), UP, (8, 8)), 5: EllipticCylinder((-15, 0, 0), UP, (8, 8))})
    fat_map = fat_map_of(labels.with_array(np.full(labels.array.shape, 0.2)), not_validated={"PM": 'no agreement "found"'})
    table = measure_labels({}, labels, fat_map).table
    assert set(table.select(structure="PM").column("ff_validity")) == {"not validated: no agreement 'found'"}
    assert set(table.select(structure="MF").column("ff_validity")) == {"as published"}


def test_a_method_without_separate_signals_leaves_the_ratio_empty_with_a_reason(two_multifidi):
    fat_map = FatMap(two_multifidi.with_array(np.zeros(two_multifidi.array.shape, np.float32)), "otsu")
    row = measure_labels({}, two_multifidi, fat_map).table.one(side="right", region="whole")
    assert row["ff_ratio_pct"] is None
    assert "ff_ratio_pct" in row["reason"]
    assert row["ff_mean_pct"] == 0.0


# Levels


def a_case_with_discs():
    return lumbar_labels((20, 110, 220), (1.0, 1.0, 4.0))


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


# Sums of which a part is missing


MEASURED = [column.name for column in COLUMNS if column.topic not in ("key", "note")]


def without(labels, slices, *values):
    array = labels.array.copy()
    array[slices] = np.where(np.isin(array[slices], values), 0, array[slices])
    return labels.with_array(array)


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


# The table


def test_every_empty_cell_that_applies_has_its_reason(two_multifidi):
    labels = a_case_with_discs()
    fraction = labels.with_array(np.where(labels.array == 7, np.nan, 0.2))
    tables = [
        measured(labels, fraction, levels=[Level("L4/5", (0, 0, 0)), Level("L1/2", (0, 0, 500.0))]),
        measured(two_multifidi, images={Role.ANATOMY: two_multifidi.with_array(np.zeros(two_multifidi.array.shape))}),
        measured(without(labels, slice(0, 9), 1)),
    ]
    for row in (row for table in tables for row in table):
        if row["voxels"] is None:
            assert row["reason"]
            continue
        is_muscle = row["fat_method"] is not None
        for column in COLUMNS:
            if row[column.name] is None and column.applies_to(row["region"], row["side"], is_muscle):
                assert column.name in row["reason"] or f"{column.topic}:" in row["reason"], (column.name, row)


def test_cells_that_do_not_apply_are_empty():
    for row in measured(a_case_with_discs()):
        for column in COLUMNS:
            if not column.applies_to(row["region"], row["side"], row["fat_method"] is not None):
                assert row[column.name] is None, (column.name, row)


def test_rows_come_whole_first_then_levels_then_slices_each_in_the_order_of_structures():
    table = measured(a_case_with_discs())
    regions = table.column("region")
    assert regions == sorted(regions, key=["whole", "level", "slice"].index)
    keys = [tuple(row[name] for name in ("structure", "side", "region", "level", "slice")) for row in table]
    assert len(set(keys)) == len(keys)
    slices = table.select(region="slice", structure="MF", side="right").column("slice")
    assert slices == sorted(slices)


def test_the_same_anatomy_gives_the_same_table_in_every_voxel_order():
    labels = lumbar_labels((6, 70, 150), (1.4, 1.2, 8.0))
    turned = Image(labels.array, np.vstack([rotation((1, 0.4, 0.2), 17) @ labels.affine[:3], [0, 0, 0, 1]]))
    random = np.random.default_rng(4)
    fraction = turned.with_array(random.random(labels.array.shape).astype(np.float32))
    water = turned.with_array(random.integers(0, 900, labels.array.shape).astype(np.int16))
    levels = [Level("L4/5", turned.world((70.0, 30.0, 2.4)))]
    expected = measured(turned, fraction, {Role.WATER: water}, levels)
    for permutation, flips in orientations():
        again = [stored_as(image, permutation, flips) for image in (turned, fraction, water)]
        assert_same_table(measured(again[0], again[1], {Role.WATER: again[2]}, levels), expected)


def test_the_side_of_a_mirrored_array_is_not_mirrored(two_multifidi):
    left_handed = stored_as(two_multifidi, (0, 1, 2), (False, False, True))
    assert np.linalg.det(left_handed.affine[:3, :3]) < 0 < np.linalg.det(two_multifidi.affine[:3, :3])
    assert measured(left_handed).one(side="right", region="whole")["centroid_r_mm"] > 0


def test_references_are_shown_where_they_match_and_a_reason_where_not(two_multifidi):
    array = np.where(two_multifidi.array > 0, two_multifidi.array + 4, 0).astype(np.uint8)
    psoas = Image(np.repeat(array, 4, axis=0), two_multifidi.affine)
    table = measured(psoas)
    both, right = (table.one(side=side, region="whole") for side in ("both", "right"))
    assert "173 healthy adults" in both["reference_source"]
    assert "above the 75th percentile" in both["reference_position"]
    assert both["reference_position"].endswith("if the person's age is 20 to 70 years")
    assert right["reference_source"] is None
    assert "both sides together" in right["reason"]


def test_a_short_stack_or_a_few_slices_far_apart_are_not_a_whole_muscle(two_multifidi):
    psoas = np.where(two_multifidi.array > 0, two_multifidi.array + 4, 0).astype(np.uint8)
    gapped = Image(psoas, two_multifidi.affine @ np.diag([1.0, 1.0, 10.0, 1.0]))
    one_side_short = np.repeat(psoas, 4, axis=0)
    one_side_short[20:][one_side_short[20:] == 6] = 0
    for labels in (Image(psoas, two_multifidi.affine), gapped, Image(one_side_short, two_multifidi.affine)):
        row = measured(labels).one(side="both", region="whole")
        assert row["reference_source"] is None
        assert "at least 120 mm of the muscle" in row["reason"]


def test_sex_is_asked_for_where_a_reference_needs_it(two_multifidi):
    levels = [Level("L4/5", (0.0, 0.0, 0.0))]
    unknown = measured(two_multifidi, levels=levels).one(side="right", region="level")
    assert "men" in unknown["reason"]
    known = measured(two_multifidi, levels=levels, person=Person("male", 50)).one(side="right", region="level")
    assert "Niemeläinen 2011" in known["reference_source"]
    assert known["reference_position"] == "csa_mm2 below the range of means (730 to 1110)"


# Refusals


def test_labels_on_another_grid_are_refused_even_if_their_shape_fits(two_multifidi, a_fifth_fat):
    moved = two_multifidi.affine.copy()
    moved[2, 3] += 2.0
    with pytest.raises(GeometryError, match=r"displaced by up to 2\.00 mm"):
        measure_labels({}, Image(two_multifidi.array, moved), a_fifth_fat)


def test_labels_that_do_not_overlap_the_image_are_refused(two_multifidi, a_fifth_fat):
    moved = two_multifidi.affine.copy()
    moved[0, 3] += 500.0
    with pytest.raises(GeometryError, match=r"displaced by up to 500\.00 mm"):
        measure_labels({}, Image(two_multifidi.array, moved), a_fifth_fat)


def test_another_size_and_another_voxel_size_are_refused(two_multifidi, a_fifth_fat):
    with pytest.raises(GeometryError, match="sizes"):
        measure_labels({}, Image(two_multifidi.array[:7], two_multifidi.affine), a_fifth_fat)
    scaled = two_multifidi.affine @ np.diag([1.0, 1.0, 1.1, 1.0])
    with pytest.raises(GeometryError, match="voxel sizes"):
        measure_labels({}, Image(two_multifidi.array, scaled), a_fifth_fat)


def test_an_image_of_another_grid_is_refused_by_name(two_multifidi, a_fifth_fat):
    water = Image(np.ones((8, 60, 61)), two_multifidi.affine)
    with pytest.raises(GeometryError, match="the water image"):
        measure_labels({Role.WATER: water}, two_multifidi, a_fifth_fat)


def test_a_sagittal_acquisition_is_refused_with_its_angle():
    body = EllipticCylinder((0, 0, 0), UP, (10, 8))
    image = grid((8, 60, 60), (1.0, 1.0, 4.0), rotation((0, 1, 0), 80))
    with pytest.raises(GeometryError, match="80 degrees"):
        measured(labelled(image, {1: body}))


def test_a_sheared_grid_is_refused(two_multifidi):
    shear = two_multifidi.affine.copy()
    shear[0, 2] = 1.0
    sheared = Image(two_multifidi.array, shear)
    with pytest.raises(GeometryError, match="sheared"):
        measured(sheared)


@pytest.mark.parametrize("value", [0, 11, 200])
def test_a_mask_without_muscle_is_refused(two_multifidi, value):
    with pytest.raises(MeasurementError, match="No muscle is labelled"):
        measured(two_multifidi.with_array(np.where(two_multifidi.array > 0, value, 0).astype(np.uint8)))


@pytest.mark.parametrize("bad", [0.5, -1.0, 300.0, np.nan])
def test_an_intensity_image_is_not_taken_for_labels(two_multifidi, a_fifth_fat, bad):
    array = two_multifidi.array.astype(float)
    array[0, 0, 0] = bad
    with pytest.raises(InputError, match="label values"):
        measure_labels({}, two_multifidi.with_array(array), a_fifth_fat)


def test_labels_of_another_number_type_are_the_same_labels(two_multifidi):
    expected = measured(two_multifidi)
    for kind in (np.int16, np.int64, np.float64):
        assert measured(two_multifidi.with_array(two_multifidi.array.astype(kind))) == expected


# A real scan


def read(path):
    """An image file; the axes of NIfTI as SimpleITK gives them, LPS to RAS."""
    image = sitk.ReadImage(str(path))
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    return Image(sitk.GetArrayFromImage(image), np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine)


@pytest.fixture(scope="module")
def a_volunteer(shared_data):
    """Table of the volunteer's Dixon scan with its manual labels; FF over all voxels with signal, as its README has it."""
    folder = shared_data / "tum01_dixon"
    water, fat, labels = (read(folder / f"{name}.nii.gz") for name in ("water", "fat", "labels"))
    ours = np.array([0, 3, 1, 2, 4], np.uint8)[labels.array]
    total = fat.array.astype(float) + water.array
    known = np.where(total > 0, total, np.nan)
    fat_map = fat_map_of(labels.with_array(fat.array / known), known)
    return measure_labels({Role.WATER: water}, labels.with_array(ours), fat_map).table


@pytest.mark.parametrize(
    ("structure", "side", "voxels", "ml", "mean", "ratio"),
    [
        ("ES", "right", 48953, 203.13, 13.21, 14.57),
        ("MF", "right", 15355, 63.72, 14.91, 16.01),
        ("MF", "left", 16771, 69.59, 12.85, 13.82),
        ("ES", "left", 46041, 191.05, 12.22, 13.58),
    ],
)
def test_a_real_scan_gives_its_published_volumes_and_fat_fractions(a_volunteer, structure, side, voxels, ml, mean, ratio):
    row = a_volunteer.one(structure=structure, side=side, region="whole")
    assert row["voxels"] == voxels
    assert round(row["volume_ml"], 2) == ml
    assert round(row["ff_mean_pct"], 2) == mean
    assert round(row["ff_ratio_pct"], 2) == ratio


def test_a_real_scan_gives_its_published_areas(a_volunteer):
    expected = {
        ("ES", "right"): (1155, 1995, 1913),
        ("MF", "right"): (1048, 523, 260),
        ("MF", "left"): (955, 548, 297),
        ("ES", "left"): (974, 1856, 1842),
    }
    for (structure, side), areas in expected.items():
        rows = [a_volunteer.one(structure=structure, side=side, region="slice", slice=k) for k in (0, 14, 28)]
        assert tuple(round(row["csa_mm2"]) for row in rows) == areas


def test_own_references_come_before_the_published_ones(two_multifidi):
    own = Reference(
        "Our volunteers", "50 persons", "ff_mean_pct", "MF", ("both",), ("whole",), ("dixon",), None, (None, None),
        "median_iqr", (10.0, 8.0, 12.0),
    )  # fmt: skip
    fat_map = fat_map_of(two_multifidi.with_array(np.full(two_multifidi.array.shape, 0.2)))
    table = measure_labels({}, two_multifidi, fat_map, references=[own]).table
    row = table.one(side="both", region="whole")
    assert row["reference_source"] == "Our volunteers: 50 persons"
    assert "above the 75th percentile" in row["reference_position"]
