from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.rows import AS_PUBLISHED, NO_IMAGE, NO_RATIO, fat_cells, size_row, validity, with_fat

AREAS = ("fat_area_mm2", "lean_area_mm2")


def parts_of(slices):
    return [pieces[1] for pieces in slices.pieces]


def test_size_and_fat_together_have_every_column(right_multifidus):
    frame, muscle, slices = right_multifidus
    fat = fat_cells(frame, muscle, parts_of(slices), 2.0, AREAS)
    row = with_fat(size_row(frame, muscle, "whole", parts_of(slices)), fat)
    assert list(row) == [column.name for column in COLUMNS]
    assert row["fat_area_mm2"] + row["lean_area_mm2"] == 2.0 * row["voxels"]
    assert (row["fat_method"], row["ff_validity"]) == ("dixon", AS_PUBLISHED)


def test_the_reasons_of_size_and_fat_stand_side_by_side(right_multifidus):
    frame, muscle, slices = right_multifidus
    size, fat = size_row(frame, muscle, "whole", parts_of(slices)), {"reason": NO_RATIO}
    assert size["reason"] == NO_IMAGE
    assert with_fat(size, fat)["reason"] == f"{NO_IMAGE}; {NO_RATIO}"
    assert with_fat(size, {"reason": ""})["reason"] == size["reason"] == NO_IMAGE


def test_fat_says_nothing_about_size(right_multifidus):
    frame, muscle, slices = right_multifidus
    sized = {name for name, cell in size_row(frame, muscle, "whole", parts_of(slices)).items() if cell is not None}
    assert sized & fat_cells(frame, muscle, parts_of(slices), 1.0, AREAS).keys() == {"reason"}


def test_a_sum_is_not_validated_if_one_of_its_muscles_is_not(two_multifidi):
    fat_map = FatMap(two_multifidi, "otsu", not_validated={"LO": "none published"})
    assert validity(fat_map, "MF") == AS_PUBLISHED
    assert validity(fat_map, "ES") == validity(fat_map, "ES+MF") == "not validated: none published"
