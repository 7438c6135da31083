"""A manifest of any common spelling gives the same cases; what is wrong with one row stays with its case."""

from __future__ import annotations

import pytest
from cohort_cases import write_lines

from ParaspinalFatLib.cohort.manifest import read_manifest
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.references import Person


@pytest.mark.parametrize(("ending", "delimiter"), [("tsv", "\t"), ("csv", ","), ("csv", ";")])
def test_columns_are_read_whatever_separates_them(tmp_path, ending, delimiter):
    lines = [["Case", "water", "fat", "sex", "age", "ODI"], ["a", "w.nii", "sub/f.nii", "F", "61", "22"]]
    path = write_lines(tmp_path / f"cases.{ending}", [delimiter.join(line) for line in lines])
    (case,) = read_manifest(path)
    assert case.name == "a"
    assert case.folder == "sub-a"
    assert case.images == {Role.WATER: str(tmp_path / "w.nii"), Role.FAT: str(tmp_path / "sub" / "f.nii")}
    assert case.person == Person("female", 61.0)
    assert case.covariates == {"odi": "22"}
    assert case.problem == ""


def test_a_byte_order_mark_blank_lines_and_not_known_cells_are_passed_over(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_bytes("\ufeffcase,anatomy,sex,age,mask\na,/data/t2.nii,n/a,NaN,n/a\n,,,,\n".encode())
    (case,) = read_manifest(path)
    assert case.person == Person()
    assert case.mask is None
    assert case.images[Role.ANATOMY] == "/data/t2.nii"


def test_decimal_commas_become_points_and_none_is_a_word(tmp_path):
    path = write_lines(tmp_path / "m.csv", ["case;anatomy;bmi;surgery;age", "1,5;t2,5.nii;22,5;none;61,5"])
    (case,) = read_manifest(path)
    assert (case.name, case.images[Role.ANATOMY]) == ("1,5", str(tmp_path / "t2,5.nii"))
    assert case.covariates == {"bmi": "22.5", "surgery": "none"}
    assert case.person.age_years == 61.5


def test_visits_of_one_participant_are_cases_of_their_own(tmp_path):
    path = write_lines(tmp_path / "m.tsv", ["participant_id\tsession_id\tanatomy", "sub-1\tses-a\tx.nii", "sub-1\tb\ty.nii"])
    first, second = read_manifest(path)
    assert (first.name, first.folder) == ("sub-1_ses-a", "sub-1/ses-a")
    assert (second.name, second.folder) == ("sub-1_ses-b", "sub-1/ses-b")
    assert first.participant == second.participant == "sub-1"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [("a,,f,50", "No image"), ("a,x.nii,f,old", "no number of years"), ("a,x.nii,other,50", "female or male")],
)
def test_what_is_wrong_with_a_row_becomes_the_problem_of_its_case(tmp_path, row, sentence):
    path = write_lines(tmp_path / "m.csv", ["case,anatomy,sex,age", row, "b,y.nii,m,40"])
    bad, good = read_manifest(path)
    assert sentence in bad.problem
    assert good.problem == ""


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["name,anatomy", "a,x.nii"], "no column case"),
        (["case,picture", "a,x.nii"], "no column of images"),
        (["case,anatomy,anatomy", "a,x,y"], "twice"),
        (["case,anatomy"], "lists no case"),
        (["case,anatomy", "a,x.nii", "a,y.nii"], "listed twice"),
        (["case,anatomy", "a,x.nii,more"], "more cells"),
        (["case,anatomy", ",x.nii"], "names no case"),
        (["case,anatomy", 'a,"x.nii'], "cannot be read"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused_with_the_reason(tmp_path, lines, sentence):
    with pytest.raises(InputError, match=sentence):
        read_manifest(write_lines(tmp_path / "m.csv", lines))


def test_a_manifest_that_is_absent_or_no_text_is_refused(tmp_path):
    with pytest.raises(InputError, match="Check the path"):
        read_manifest(tmp_path / "nothere.csv")
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_manifest(tmp_path / "book.csv")


@pytest.mark.parametrize("name", ["NA", "nan", "None"])
def test_a_case_may_have_a_name_that_elsewhere_means_not_known(tmp_path, name):
    (case,) = read_manifest(write_lines(tmp_path / "m.csv", ["case,anatomy", f"{name},x.nii"]))
    assert case.name == name
