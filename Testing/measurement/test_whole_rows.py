import pytest

from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.measurands import measurands_of
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.whole_rows import covered_mm, whole_fat, whole_sizes, with_flags


def test_a_whole_row_has_every_column_and_the_sums_of_its_slices(right_multifidus):
    frame, muscle, slices = right_multifidus
    row = whole_sizes(frame, muscle, slices.slices_with((1,)))
    assert list(row) == [column.name for column in COLUMNS]
    assert row["slice_count"] == 8
    assert row["voxels"] == sum(pieces[1].voxels for pieces in slices.pieces)
    assert whole_fat(frame, muscle, slices.slices_with((1,)))["fat_volume_ml"] == pytest.approx(row["volume_ml"] / 5)


def test_a_sum_of_which_a_part_is_nowhere_labelled_is_empty(right_multifidus):
    frame, _muscle, slices = right_multifidus
    both = measurands_of(slices.present)[2]
    right_only = {k: {1: pieces[1]} for k, pieces in enumerate(slices.pieces)}
    assert whole_sizes(frame, both, right_only)["volume_ml"] is None
    assert whole_fat(frame, both, right_only) is None
    assert covered_mm(both, right_only, frame.grid) == 0.0


def test_flags_name_what_was_observed_in_the_muscle_and_leave_the_row_alone(right_multifidus):
    frame, muscle, slices = right_multifidus
    row = whole_sizes(frame, muscle, slices.slices_with((1,)))
    seen = [Observation("touches_edge", "...", ("MF_right",)), Observation("signal_void", "...", ("PM_left",))]
    assert with_flags(row, muscle, seen)["flags"] == "touches_edge"
    assert row["flags"] == ""
