import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.spreadsheet import read_sheet
from ParaspinalFatLib.study.measures import Measure, rows_by_case

HEAD = "case,structure,side,region,level,ff_mean_pct\n"


def test_level_rows_are_found_by_the_level_and_whole_rows_by_whole(tmp_path):
    (tmp_path / "t.csv").write_text(HEAD + "a,MF,both,whole,,10\na,MF,both,level,L4/5,12\na,MF,both,slice,,99\n")
    sheet = read_sheet(tmp_path / "t.csv")
    assert rows_by_case(sheet, Measure.read("MF:both:whole:ff_mean_pct"), "case")["a"]["ff_mean_pct"] == "10"
    assert rows_by_case(sheet, Measure.read("MF:both:L4/5:ff_mean_pct"), "case")["a"]["ff_mean_pct"] == "12"


@pytest.mark.parametrize("text", ["MF", "MF:both:whole", "MF:both::ff_mean_pct"])
def test_a_measure_has_four_parts(text):
    with pytest.raises(InputError, match="STRUCTURE:SIDE:REGION:COLUMN"):
        Measure.read(text)


@pytest.mark.parametrize(
    ("rows", "words"),
    [("a,MF,both,whole,,1\na,MF,both,whole,,2\n", "two rows"), ("a,ES,both,whole,,1\n", "No case")],
)
def test_ambiguous_or_absent_rows_are_refused(tmp_path, rows, words):
    (tmp_path / "t.csv").write_text(HEAD + rows)
    with pytest.raises(InputError, match=words):
        rows_by_case(read_sheet(tmp_path / "t.csv"), Measure.read("MF:both:whole:ff_mean_pct"), "case")
