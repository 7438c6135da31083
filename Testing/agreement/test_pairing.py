"""Which cells belong together."""

import pytest

from ParaspinalFatLib.agreement.pairing import Identity, Selection, as_numbers, pair_columns, pair_tables
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.spreadsheet import read_sheet

COLUMNS = "case,structure,side,region,level,slice,volume_ml,ff_mean_pct"


@pytest.fixture
def sheet(tmp_path):
    def write(name, *lines, columns=COLUMNS):
        (tmp_path / name).write_text("\n".join([columns, *lines]) + "\n")
        return read_sheet(tmp_path / name)

    return write


def test_rows_are_paired_by_case_structure_side_region_and_level_whatever_their_order(sheet):
    first = sheet("a.csv", "k1,MF,right,whole,,,10,1", "k2,MF,right,whole,,,20,2", "k1,MF,left,whole,,,30,3")
    second = sheet("b.csv", "k1,MF,left,whole,,,31,3", "k2,MF,right,whole,,,21,2", "k1,MF,right,whole,,,11,1")
    found = pair_tables(first, second, Selection(["volume_ml"]), Identity()).groups()
    numbers = {dict(group)["side"]: as_numbers(cells, ("a", "b")) for (_, group), cells in found.items()}
    assert numbers["right"].difference.tolist() == [1, 1]
    assert numbers["left"].difference.tolist() == [1]
    assert numbers["left"].unit == "mL"


def test_sides_and_levels_are_groups_of_their_own(sheet):
    rows = ["k1,MF,right,level,L4/5,3,1,1", "k1,MF,right,level,L3/4,6,1,1", "k1,MF,left,level,L4/5,3,1,1"]
    found = pair_tables(sheet("a.csv", *rows), sheet("b.csv", *rows), Selection(["ff_mean_pct"]), Identity())
    assert len(found.groups()) == 3


def test_slices_take_part_only_if_asked(sheet):
    rows = ["k1,MF,right,whole,,,1,1", "k1,MF,right,slice,,3,1,1", "k1,MF,right,slice,,4,1,1"]
    first, second = sheet("a.csv", *rows), sheet("b.csv", *rows)
    assert len(pair_tables(first, second, Selection(["volume_ml"]), Identity()).matched) == 1
    with_slices = pair_tables(first, second, Selection(["volume_ml"], slices=True), Identity())
    by_region = {dict(group)["region"]: as_numbers(cells, ("a", "b")) for (_, group), cells in with_slices.groups().items()}
    assert by_region["slice"].n == 2
    assert by_region["slice"].repeated


def test_what_has_no_partner_or_no_value_is_listed_with_the_reason(sheet):
    first = sheet("a.csv", "k1,MF,right,whole,,,10,1", "k2,MF,right,whole,,,20,", "k3,MF,right,whole,,,1,1")
    second = sheet("b.csv", "k1,MF,right,whole,,,11,1", "k2,MF,right,whole,,,21,2", "k4,MF,right,whole,,,1,1")
    found = pair_tables(first, second, Selection(["ff_mean_pct"]), Identity())
    assert {one.case: one.reason for one in found.left_out} == {
        "k2": "no value in reference",
        "k3": "no such row in the other table",
        "k4": "no such row in the reference table",
    }
    assert [one.case for one in found.matched] == ["k1"]


def test_rows_that_cannot_be_told_apart_are_refused(sheet):
    twice = sheet("a.csv", "k1,MF,right,whole,,,10,1", "k1,MF,right,whole,,,20,2")
    with pytest.raises(InputError, match=r"two rows for k1, MF, right, whole"):
        pair_tables(twice, twice, Selection(["volume_ml"]), Identity())


def test_columns_of_one_table_are_paired_row_by_row(sheet):
    wide = sheet("w.csv", "0299_T1,1,2", "0299_T2,3,5", "0301_T1,4,", columns="scan,manual,auto")
    identity = Identity(case="scan", pattern="^([0-9]+)_")
    found = pair_columns(wide, {"MF": ("manual", "auto")}, identity)
    pairs = as_numbers(found.matched, ("manual", "auto"))
    assert pairs.difference.tolist() == [1, 2]
    assert pairs.repeated
    assert pairs.person_count == 1
    assert found.left_out[0].reason == "no value in auto"


def test_columns_of_a_table_of_muscles_are_not_pooled_over_muscles_sides_and_slices(sheet):
    rows = ["k1,MF,right,whole,,,1,2", "k1,MF,left,whole,,,1,2", "k1,MF,left,slice,,3,1,2", "k2,MF,right,whole,,,1,2"]
    found = pair_columns(sheet("w.csv", *rows), {"x": ("volume_ml", "ff_mean_pct")}, Identity()).groups()
    assert [len(cells) for cells in found.values()] == [2, 1]


def test_none_is_a_class_and_no_missing_value(sheet):
    grades = sheet("g.csv", "k1,none,mild", "k2,none,none", "k3,n/a,mild", columns="case,a,b")
    assert [one.case for one in pair_columns(grades, {"x": ("a", "b")}, Identity()).matched] == ["k1", "k2"]


def test_a_cell_that_is_no_number_is_named(sheet):
    wide = sheet("w.csv", "k1,1,grade 2", columns="case,a,b")
    with pytest.raises(InputError, match=r"case k1: 'grade 2' is no number"):
        as_numbers(pair_columns(wide, {"x": ("a", "b")}, Identity()).matched, ("a", "b"))


def test_a_pattern_that_is_no_regular_expression_is_refused():
    with pytest.raises(InputError, match="regular expression"):
        Identity(pattern="(")


def test_a_decimal_comma_is_read_where_semicolons_separate_and_refused_elsewhere(tmp_path):
    (tmp_path / "german.csv").write_text("case;a;b\nk1;1,5;2,5\n")
    (tmp_path / "thousands.csv").write_text('case,a,b\nk1,"1,234",2\n')
    found = pair_columns(read_sheet(tmp_path / "german.csv"), {"x": ("a", "b")}, Identity())
    assert as_numbers(found.matched, ("a", "b")).reference.tolist() == [1.5]
    with pytest.raises(InputError, match="'1,234' is no number"):
        as_numbers(pair_columns(read_sheet(tmp_path / "thousands.csv"), {"x": ("a", "b")}, Identity()).matched, ("a", "b"))
