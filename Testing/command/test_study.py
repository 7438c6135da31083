"""The command from a cohort's table and a table of scores to a folder of results, and on to the measuring of a case."""

import csv

import pytest
from command.command_line import run_command
from study.simulated import INDIRECT, MEASURE, write_study

from ParaspinalFatLib.measurement.references import own_references


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("tables"), n=200, missing=3)


def run_study(tables, output, *more):
    given = ["--cohort", tables / "measurements.csv", "--covariates", tables / "covariates.csv", "--measure", MEASURE]
    return run_command("study", *given, "--output", output, "--quiet", *more)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everything_is_written_and_the_known_effect_is_found(tables, tmp_path):
    outcome = run_study(
        tables, tmp_path / "out", "--score", "odi", "--function", "endurance", "--adjust", "age", "sex", "--bootstrap", 300,
        "--sex-column", "sex", "--age-column", "age", "--age-bands", 20, 50, 80, "--reference-group", "group=healthy",
        "--person", "person",
    )  # fmt: skip
    assert outcome.status == 0, outcome.complained
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "joined.csv", "missing.csv", "correlations.csv", "correlations.png", "mediation.csv", "mediation.png",
        "group_means.csv", "group_means_1.png", "reference.json", "methods.txt", "provenance.json",
    }  # fmt: skip
    (indirect,) = [row for row in rows(tmp_path / "out" / "mediation.csv") if row["path"].startswith("indirect")]
    assert float(indirect["ci_low"]) < INDIRECT < float(indirect["ci_high"])
    assert (indirect["n"], indirect["missing"]) == ("197", "3")
    assert own_references(tmp_path / "out" / "reference.json")
    assert "sex coded female = 0, male = 1" in outcome.complained
    assert len(rows(tmp_path / "out" / "joined.csv")) == 200


def test_a_part_of_the_cases_can_be_chosen(tables, tmp_path):
    outcome = run_study(tables, tmp_path / "out", "--score", "odi", "--where", "group=pain", "sex=female")
    assert outcome.status == 0, outcome.complained
    (found,) = rows(tmp_path / "out" / "correlations.csv")
    assert 20 < int(found["n"]) < 100


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--score", "happiness"], "no column happiness"),
        (["--bootstrap", "5"], "too few"),
        (["--age-column", "age", "--age-bands", "40"], "age bands"),
        (["--reference-group", "group=nobody"], "20 values"),
    ],
)
def test_what_cannot_be_analysed_is_one_sentence_and_leaves_nothing(tables, tmp_path, arguments, words):
    outcome = run_study(tables, tmp_path / "out", *arguments)
    assert outcome.status == 3
    assert words in outcome.complained
    assert not (tmp_path / "out").exists()
