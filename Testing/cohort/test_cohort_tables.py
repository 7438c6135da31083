"""The tables of a cohort are put together from the folders of its cases, in the order of the manifest."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cohort.light import light_case, light_job, write_light_results

from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.cohort_tables import write_tables
from ParaspinalFatLib.cohort.status import State
from ParaspinalFatLib.errors import InputError

TABLES = ("status.tsv", "cases.tsv", "measurements.csv")


@pytest.fixture
def cases(tmp_path: Path) -> list[CaseInput]:
    """Three cases of which the last is not done."""
    (tmp_path / "a.nii").write_bytes(b"one")
    names = {"b": {"odi": "=1+1"}, "a": {"odi": "-3", "state": "x\ty"}, "c": {}}
    found = [light_case(name, tmp_path / "a.nii", **covariates) for name, covariates in names.items()]
    for case in found[:2]:
        write_light_results(light_job(case, tmp_path))
    return found


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ","))


def test_every_case_has_its_state_and_finished_ones_their_rows(cases, tmp_path):
    counts = write_tables(cases, tmp_path, "c")
    assert counts == {State.DONE: 2, State.WAITING: 1}
    assert [(row["case"], row["state"]) for row in read(tmp_path / "status.tsv")] == [
        ("b", "done"),
        ("a", "done"),
        ("c", "waiting"),
    ]
    rows = read(tmp_path / "measurements.csv")
    assert [(row["case"], row["side"], row["volume_ml"]) for row in rows] == [
        ("b", "right", "98"),
        ("b", "left", "98"),
        ("a", "right", "97"),
        ("a", "left", "97"),
    ]


def test_protocol_and_covariates_stand_beside_the_case(cases, tmp_path):
    write_tables(cases, tmp_path, "c")
    first, second, third = read(tmp_path / "cases.tsv")
    assert (first["fat_method"], first["slices"], first["slice_mm"], first["levels"]) == ("otsu", "3", "4", "L4/5;L5/S1")
    assert (second["odi"], second["covariate_state"], second["state"]) == ("-3", "x y", "done")
    assert third["fat_method"] == ""


def test_text_that_a_spreadsheet_would_calculate_is_made_harmless(cases, tmp_path):
    write_tables(cases, tmp_path, "c")
    assert read(tmp_path / "cases.tsv")[0]["odi"] == "'=1+1"


def test_a_name_with_a_comma_or_a_formula_stays_one_cell(tmp_path):
    (tmp_path / "a.nii").write_bytes(b"one")
    case = light_case('=a,"b"', tmp_path / "a.nii")
    write_light_results(light_job(case, tmp_path))
    write_tables([case], tmp_path, "c")
    rows = read(tmp_path / "measurements.csv")
    assert {row["case"] for row in rows} == {'\'=a,"b"'}
    assert [row["volume_ml"] for row in rows] == [str(sum(b'=a,"b"'))] * 2


def test_an_order_of_finishing_leaves_no_trace_in_the_tables(cases, tmp_path):
    write_light_results(light_job(cases[2], tmp_path))
    write_tables(cases, tmp_path, "c")
    before = {name: (tmp_path / name).read_bytes() for name in TABLES}
    for case in cases:
        write_light_results(light_job(case, tmp_path))
    write_tables(cases, tmp_path, "c")
    assert {name: (tmp_path / name).read_bytes() for name in TABLES} == before


def test_a_case_that_is_out_of_date_is_in_no_table_of_measurements(cases, tmp_path):
    (tmp_path / "a.nii").write_bytes(b"another")
    counts = write_tables(cases, tmp_path, "c")
    assert counts[State.CHANGED] == 2
    assert read(tmp_path / "measurements.csv") == []


def test_a_damaged_table_of_a_case_is_named_and_the_old_tables_stay(cases, tmp_path):
    write_tables(cases, tmp_path, "c")
    before = (tmp_path / "measurements.csv").read_bytes()
    (tmp_path / "sub-a" / "measurements.csv").write_text("structure\nMF\n")
    with pytest.raises(InputError, match=r"sub-a.*damaged"):
        write_tables(cases, tmp_path, "c")
    assert (tmp_path / "measurements.csv").read_bytes() == before
    assert not list(tmp_path.glob(".part-*"))
