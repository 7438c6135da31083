import math

import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.spreadsheet import read_sheet, safe_cell, write_sheet


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "\x00=1", "＝1"])
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(text):
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["MF", "-1.5", "+2e-3", "L4/5", "", "a=b", "Müller, Anna"])
def test_ordinary_text_and_numbers_stay_as_they_are(text):
    assert safe_cell(text) == text


def test_a_cell_is_one_line():
    assert safe_cell("a\nb\r\n\tc") == "a b c"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_whatever_its_separator(tmp_path, separator):
    file = tmp_path / "t.csv"
    file.write_text("﻿" + "\n".join(separator.join(line) for line in (["case", "ff"], ["a", "12.5"], ["b", "NA"])), "utf-8")
    sheet = read_sheet(file)
    assert sheet.columns == ("case", "ff")
    assert sheet.number(sheet.rows[0], "ff") == 12.5
    assert math.isnan(sheet.number(sheet.rows[1], "ff"))


def test_a_decimal_comma_is_understood_where_semicolons_separate(tmp_path):
    (tmp_path / "t.csv").write_text("case;ff\na;12,5\n")
    sheet = read_sheet(tmp_path / "t.csv")
    assert sheet.number(sheet.rows[0], "ff") == 12.5


@pytest.mark.parametrize(
    ("content", "words"),
    [("case,ff\n", "has no rows"), ("a,a\n1,2\n", "two columns named 'a'"), ("a,b\n1,2,3\n", "more cells than columns")],
)
def test_a_table_that_cannot_be_understood_is_refused(tmp_path, content, words):
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(InputError, match=words):
        read_sheet(tmp_path / "t.csv")


def test_a_cell_that_is_no_number_is_named_with_its_line(tmp_path):
    (tmp_path / "t.csv").write_text("case,ff\na,1\nb,high\n")
    sheet = read_sheet(tmp_path / "t.csv")
    with pytest.raises(InputError, match=r"line 3, column ff: 'high'"):
        sheet.number(sheet.rows[1], "ff")


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    (tmp_path / "t.csv").write_text("case,ff\na,1\n")
    with pytest.raises(InputError, match=r"no column age.*case, ff"):
        read_sheet(tmp_path / "t.csv").require("case", "age")


def test_what_is_written_is_safe_and_read_again(tmp_path):
    write_sheet(tmp_path / "t.csv", ["case", "x"], [{"case": "=cmd", "x": 0.1 + 0.2}, {"case": "b", "x": math.nan}])
    assert (tmp_path / "t.csv").read_text() == "case,x\n'=cmd,0.3\nb,\n"
