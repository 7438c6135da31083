import pytest

from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.level_rows import LEVEL_FAR, level_row
from ParaspinalFatLib.measurement.levels import LARGEST_DISTANCE_MM, Level, NearestSlice, nearest_slice
from ParaspinalFatLib.measurement.slice_rows import slice_sizes


def test_a_level_without_the_muscle_still_has_every_column_and_a_reason(right_multifidus):
    frame, muscle, _slices = right_multifidus
    row = level_row(muscle, nearest_slice(Level("L4/5", (0, 0, 0)), frame.grid), None, None)
    assert list(row) == [column.name for column in COLUMNS]
    assert row["reason"] == "MF is not labelled in this slice"


def test_a_level_row_adds_the_disc_ratio_and_leaves_the_slice_row_alone(right_multifidus):
    frame, muscle, slices = right_multifidus
    row = slice_sizes(frame, muscle, 3, slices.pieces[3])
    found = nearest_slice(Level("L4/5", (0, 0, -1)), frame.grid)
    at_level = level_row(muscle, found, row, disc_mm2=row["csa_mm2"] * 4)
    assert (at_level["rcsa"], row["rcsa"]) == (0.25, None)
    assert (at_level["region"], row["region"]) == ("level", "slice")
    assert at_level["level_distance_mm"] == pytest.approx(1.0)


def test_a_level_far_from_its_slice_is_flagged_and_not_compared_with_the_disc(right_multifidus):
    frame, muscle, slices = right_multifidus
    row = slice_sizes(frame, muscle, 7, slices.pieces[7])
    found = NearestSlice(Level("L1/2", (0, 0, 30)), 7, 2 * LARGEST_DISTANCE_MM)
    at_level = level_row(muscle, found, row, disc_mm2=400.0)
    assert at_level["flags"].endswith(LEVEL_FAR)
    assert at_level["rcsa"] is None
