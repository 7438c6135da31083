"""Joining: nothing is imputed, nothing is lost in silence."""

import math

import pytest
from study.simulated import MEASURE

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.spreadsheet import read_sheet
from ParaspinalFatLib.study.joined import Keys, join, missing_table
from ParaspinalFatLib.study.measures import Measure

NAME = Measure.read(MEASURE).name


@pytest.fixture
def joined_from(tmp_path):
    def build(covariates, numeric=("odi",), text=(), keys=None):
        head = "case,structure,side,region,level,fat_method,ff_mean_pct\n"
        rows = [("a", "dixon", "10"), ("b", "otsu", ""), ("c", "dixon", "30")]
        (tmp_path / "m.csv").write_text(head + "".join(f"{case},MF,both,whole,,{how},{ff}\n" for case, how, ff in rows))
        (tmp_path / "c.csv").write_text(covariates)
        sheets = read_sheet(tmp_path / "m.csv"), read_sheet(tmp_path / "c.csv")
        return join(*sheets, [Measure.read(MEASURE)], numeric, text, keys or Keys())

    return build


def test_missing_values_stay_missing_and_are_counted(joined_from):
    joined = joined_from("case,odi\na,1\nb,2\nc,\n")
    assert math.isnan(joined.frame.loc["b", NAME])
    counts = {row["variable"]: (row["present"], row["missing"]) for row in missing_table(joined.frame)}
    assert counts == {NAME: (2, 1), "odi": (2, 1), "complete in all": (1, 2)}


def test_cases_of_one_table_only_are_left_out_and_said(joined_from):
    joined = joined_from("case,odi\na,1\nx,2\n")
    assert list(joined.frame.index) == ["a"]
    assert joined.remarks[0].startswith("2 cases of m.csv")
    assert joined.remarks[1].startswith("1 cases of c.csv")


def test_two_words_are_coded_and_said_and_kept_as_words(joined_from):
    joined = joined_from("case,odi,sex\na,1,male\nb,1,female\nc,2,\n", ["sex"], ["sex"])
    assert joined.frame["sex"].tolist()[:2] == [1, 0]
    assert math.isnan(joined.frame["sex"].tolist()[2])
    assert "sex coded female = 0, male = 1" in joined.remarks
    assert joined.words["sex"].tolist() == ["male", "female", ""]


def test_the_fat_methods_of_the_rows_are_known(joined_from):
    assert joined_from("case,odi\na,1\nb,2\nc,3\n").fat_methods[NAME] == ("dixon", "otsu")
    assert joined_from("case,odi\na,1\nc,3\n").fat_methods[NAME] == ("dixon",)


@pytest.mark.parametrize(
    ("covariates", "keys", "words"),
    [
        ("case,odi\na,1\na,2\n", Keys(), "two rows for case a"),
        ("case,odi,person\na,1,p\nb,2,p\n", Keys(person="person"), "two cases of one person"),
        ("case,odi\nx,1\n", Keys(), "No case is both"),
        ("case,odi\na,low\nb,middle\nc,high\n", Keys(), "neither numbers nor two groups"),
        ("case,oswestry\na,1\n", Keys(), "no column odi"),
    ],
)
def test_tables_that_do_not_fit_are_refused(joined_from, covariates, keys, words):
    with pytest.raises(InputError, match=words):
        joined_from(covariates, keys=keys)


def test_one_session_of_each_person_can_be_chosen(joined_from):
    covariates = "case,odi,person,session\na,1,p,1\nb,2,p,2\n"
    joined = joined_from(covariates, keys=Keys(person="person", where={"session": "2"}))
    assert list(joined.frame.index) == ["b"]
