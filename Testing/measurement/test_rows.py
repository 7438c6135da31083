import pytest

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.labelled_slices import measured_slices
from ParaspinalFatLib.measurement.levels import Level, nearest_slice
from ParaspinalFatLib.measurement.measurands import measurands_of
from ParaspinalFatLib.measurement.rows import AS_PUBLISHED, Frame, add_axis, level_row, slice_row, validity, whole_row
from ParaspinalFatLib.measurement.slice_statistics import Voxels


@pytest.fixture
def a_case(two_multifidi, a_fifth_fat):
    """Frame, right multifidus and the statistics of every slice."""
    voxels = Voxels(a_fifth_fat.fraction.array, a_fifth_fat.fat_signal, a_fifth_fat.total_signal, None)
    slices, _ = measured_slices(two_multifidi.array, voxels, None)
    return Frame(AxialGrid.of(two_multifidi), a_fifth_fat, None), measurands_of(slices.present)[0], slices


def test_every_row_has_every_column(a_case):
    frame, muscle, slices = a_case
    names = [column.name for column in COLUMNS]
    row = slice_row(frame, muscle, 2, slices.pieces[2])
    found = nearest_slice(Level("L4/5", (0, 0, 0)), frame.grid)
    for each in (row, whole_row(frame, muscle, slices.slices_with((1,))), level_row(muscle, found, None, None)):
        assert list(each) == names


def test_an_axis_along_the_slice_normal_leaves_the_area_as_it_is(a_case):
    frame, muscle, slices = a_case
    row = slice_row(frame, muscle, 2, slices.pieces[2])
    corrected = add_axis(row, row["csa_mm2"])
    assert corrected["obliquity_deg"] == 0.0
    assert row["csa_perp_mm2"] is None
    assert add_axis(row, row["csa_mm2"] / 2)["obliquity_deg"] == pytest.approx(60.0)


def test_without_an_image_the_signal_has_a_reason(a_case):
    frame, muscle, slices = a_case
    assert "signal: no image" in slice_row(frame, muscle, 2, slices.pieces[2])["reason"]


def test_a_level_row_adds_the_disc_ratio_and_leaves_the_slice_row_alone(a_case):
    frame, muscle, slices = a_case
    row = slice_row(frame, muscle, 3, slices.pieces[3])
    found = nearest_slice(Level("L4/5", (0, 0, -1)), frame.grid)
    at_level = level_row(muscle, found, row, disc_mm2=row["csa_mm2"] * 4)
    assert (at_level["rcsa"], row["rcsa"]) == (0.25, None)
    assert (at_level["region"], row["region"]) == ("level", "slice")
    assert at_level["level_distance_mm"] == pytest.approx(1.0)


def test_a_sum_is_not_validated_if_one_of_its_muscles_is_not(two_multifidi):
    fat_map = FatMap(two_multifidi, "otsu", not_validated={"LO": "none published"})
    assert validity(fat_map, "MF") == AS_PUBLISHED
    assert validity(fat_map, "ES") == validity(fat_map, "ES+MF") == "not validated: none published"
