"""Volumes, signal and fat fractions of fields that are known."""

from __future__ import annotations

import numpy as np
import pytest
from measurement.measuring import UP, measured
from phantoms import EllipticCylinder, fat_map_of, grid, labelled, voxel_positions

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.measure import measure_labels


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
