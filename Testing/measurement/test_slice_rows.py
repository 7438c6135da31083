import pytest

from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.measurands import measurands_of
from ParaspinalFatLib.measurement.slice_rows import NO_AXIS, add_axis, slice_fat, slice_sizes


def test_a_slice_row_has_every_column(right_multifidus):
    frame, muscle, slices = right_multifidus
    assert list(slice_sizes(frame, muscle, 2, slices.pieces[2])) == [column.name for column in COLUMNS]


def test_an_axis_along_the_slice_normal_leaves_the_area_as_it_is(right_multifidus):
    frame, muscle, slices = right_multifidus
    row = slice_sizes(frame, muscle, 2, slices.pieces[2])
    corrected = add_axis(row, row["csa_mm2"])
    assert corrected["obliquity_deg"] == 0.0
    assert row["csa_perp_mm2"] is None
    assert add_axis(row, row["csa_mm2"] / 2)["obliquity_deg"] == pytest.approx(60.0)


def test_without_an_axis_a_reason_says_so(right_multifidus):
    frame, muscle, slices = right_multifidus
    row = slice_sizes(frame, muscle, 2, slices.pieces[2])
    assert NO_AXIS in add_axis(row, None)["reason"]
    assert NO_AXIS not in row["reason"]


def test_without_an_image_the_signal_has_a_reason(right_multifidus):
    frame, muscle, slices = right_multifidus
    assert "signal: no image" in slice_sizes(frame, muscle, 2, slices.pieces[2])["reason"]


def test_a_sum_of_which_a_part_is_missing_has_no_fat(right_multifidus):
    frame, muscle, slices = right_multifidus
    both = measurands_of(slices.present)[2]
    right_only = {1: slices.pieces[2][1]}
    assert slice_fat(frame, muscle, right_only)["fat_area_mm2"] > 0
    assert slice_fat(frame, both, right_only) is None
    assert slice_sizes(frame, both, 2, right_only)["voxels"] is None
