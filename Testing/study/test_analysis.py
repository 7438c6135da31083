"""A whole study from two tables."""

from study.simulated import MEASURE

from ParaspinalFatLib.spreadsheet import read_sheet
from ParaspinalFatLib.study.analysis import Plan, analyse
from ParaspinalFatLib.study.measures import Measure


def analysed(folder, **plan):
    tables = read_sheet(folder / "measurements.csv"), read_sheet(folder / "covariates.csv")
    return analyse(*tables, Plan([Measure.read(MEASURE)], **plan))


def test_every_pair_of_measure_function_and_score_is_correlated_once(simulated_folder):
    found = analysed(simulated_folder, scores=["odi", "noise"], functions=["endurance"], adjust=["age"], bootstrap=100)
    ff = Measure.read(MEASURE).name
    assert [(one.x, one.y) for one in found.correlations] == [
        (ff, "odi"), (ff, "noise"), (ff, "endurance"), ("endurance", "odi"), ("endurance", "noise"),
    ]  # fmt: skip
    assert [(one.mediator, one.y) for one in found.mediations] == [("endurance", "odi"), ("endurance", "noise")]


def test_without_scores_there_are_means_only(simulated_folder):
    found = analysed(simulated_folder)
    assert not found.correlations
    assert not found.mediations
    assert found.reference is None
    assert found.means[0]["n"] == 400


def test_sex_can_be_a_covariate_and_a_group_at_once(simulated_folder):
    found = analysed(simulated_folder, scores=["odi"], adjust=["sex"], sex="sex", healthy=("group", "healthy"))
    assert {row["sex"] for row in found.means} == {"all", "female", "male"}
    assert {entry.get("sex") for entry in found.reference["values"]} == {None, "female", "male"}
