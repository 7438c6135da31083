import csv

import pytest

from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.measurement.dictionary import BY_NAME
from ParaspinalFatLib.measurement.table import Table, cell_text, plain_text

COLUMNS = tuple(BY_NAME[name] for name in ("structure", "side", "csa_mm2", "reason"))


def a_row(structure="MF", side="right", csa_mm2=512.5, reason=""):
    return {"structure": structure, "side": side, "csa_mm2": csa_mm2, "reason": reason}


@pytest.fixture
def a_table():
    return Table([a_row(), a_row(side="left", csa_mm2=None, reason="not labelled"), a_row("ES")], COLUMNS)


def test_a_column_is_given_from_first_row_to_last(a_table):
    assert a_table.column("csa_mm2") == [512.5, None, 512.5]
    with pytest.raises(KeyError):
        a_table.column("csa_cm2")


def test_rows_are_selected_by_equality_and_keep_their_order(a_table):
    assert [row["side"] for row in a_table.select(structure="MF")] == ["right", "left"]
    assert a_table.one(structure="ES")["csa_mm2"] == 512.5


def test_one_refuses_none_and_several(a_table):
    with pytest.raises(LookupError, match="0 rows"):
        a_table.one(structure="PM")
    with pytest.raises(LookupError, match="2 rows"):
        a_table.one(structure="MF")


def test_a_csv_file_holds_plain_numbers_and_empty_cells(a_table, tmp_path):
    a_table.write_csv(tmp_path / "table.csv")
    text = (tmp_path / "table.csv").read_bytes().decode("utf-8")
    assert text == "structure,side,csa_mm2,reason\nMF,right,512.5,\nMF,left,,not labelled\nES,right,512.5,\n"


def test_a_file_is_not_left_half_written(a_table, tmp_path):
    with pytest.raises(OutputError):
        a_table.write_csv(tmp_path / "absent" / "table.csv")
    broken = Table([a_row(), {"structure": "MF"}], COLUMNS)
    with pytest.raises(KeyError):
        broken.write_csv(tmp_path / "table.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", 'say "x"', "two\nlines", "tab\tbed", '\n=cmd|"/c calc"!A0']
)
def test_text_is_no_formula_and_breaks_no_table(text, tmp_path):
    Table([a_row(reason=text)], COLUMNS).write_csv(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        (cell,) = [row["reason"] for row in csv.DictReader(file)]
    assert cell[0] not in "=+-@"
    assert not set('"\n\r\t') & set(cell)
    assert len((tmp_path / "table.csv").read_text().splitlines()) == 2


def test_numbers_are_written_without_exponent_and_without_rounding_noise():
    assert cell_text(1234567.891) == "1234567.891"
    assert cell_text(0.1 + 0.2) == "0.3"
    assert cell_text(1e-14) == "0"
    assert cell_text(-0.0) == "0"
    assert cell_text(-17.25) == "-17.25"
    assert cell_text(float("nan")) == ""


def test_a_table_of_many_cases_begins_with_the_case(a_table):
    joined = a_table.for_case("=evil")
    assert joined.columns[0].name == "case"
    assert joined.column("case") == ["'=evil"] * 3


def test_plain_text_keeps_letters_of_other_alphabets():
    assert plain_text("Rückenstrecker  多裂肌") == "Rückenstrecker 多裂肌"
