import pytest

from ParaspinalFatLib.spreadsheet import safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "\x00=1", "＝1"])
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(text):
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["MF", "-1.5", "+2e-3", "L4/5", "", "a=b", "Müller, Anna"])
def test_ordinary_text_and_numbers_stay_as_they_are(text):
    assert safe_cell(text) == text


def test_a_cell_is_one_line():
    assert safe_cell("a\nb\r\n\tc") == "a b c"
