"""``paraspinalfat sample``: what a newcomer sees first is near the known truth."""

from __future__ import annotations

import pytest
from command.command_line import run_command

from ParaspinalFatLib.command.sample import truth_of
from ParaspinalFatLib.command.summary import printed_table
from ParaspinalFatLib.measurement.table import Table


@pytest.mark.parametrize(
    ("muscle", "ff_points"),
    # The network learned from outlines that take in fat at the borders and under the fascia of the erector spinae.
    [("MF", 3.0), ("ES", 7.0), ("PM", 5.0)],
)
def test_volumes_and_fat_fractions_of_the_large_muscles_are_near_the_truth(sample_results, sample_case, muscle, ff_points):
    truth = truth_of(sample_case / "truth.csv")
    rows = {(row["structure"], row["side"]): row for row in sample_results[1]["rows"]}
    for side in ("right", "left"):
        measured, known = rows[muscle, side], truth[muscle, side]
        assert measured["volume_ml"] == pytest.approx(known["volume_ml"], rel=0.15)
        assert measured["ff_mean_pct"] == pytest.approx(known["ff_mean_pct"], abs=ff_points)


def test_the_fatter_left_multifidus_is_on_the_left(sample_results, sample_case):
    rows = {(row["structure"], row["side"]): row for row in sample_results[1]["rows"]}
    truth = truth_of(sample_case / "truth.csv")
    assert truth["MF", "left"]["ff_mean_pct"] > truth["MF", "right"]["ff_mean_pct"] + 3
    assert rows["MF", "left"]["ff_mean_pct"] > rows["MF", "right"]["ff_mean_pct"]


def test_running_it_again_replaces_its_own_results(sample_results, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "output" / "sample").mkdir(parents=True)
    (tmp_path / "output" / "sample" / "measurements.csv").write_text("of an earlier run")
    outcome = run_command("sample", "--quiet", "--threads", 1)
    assert outcome.status == 0, outcome.complained
    assert "(known truth)" in outcome.printed
    again = (tmp_path / "output" / "sample" / "measurements.csv").read_bytes()
    assert again == (sample_results[0] / "measurements.csv").read_bytes()


def test_the_truth_of_areas_comes_from_the_slices_that_hold_the_structure(tmp_path):
    (tmp_path / "truth.csv").write_text(
        "structure,side,region,slice,csa_mm2,volume_ml,ff_mean_pct,ff_ratio_pct,ff_field_pct\n"
        "MF,right,whole,,,10.5,20,21,19\n"
        "MF,right,slice,0,0.00,,,,\nMF,right,slice,1,100,,20,21,19\nMF,right,slice,2,300,,20,21,19\n"
    )
    known = truth_of(tmp_path / "truth.csv")["MF", "right"]
    assert known == {"volume_ml": 10.5, "ff_mean_pct": 20, "ff_ratio_pct": 21, "csa_mean_mm2": 200, "csa_max_mm2": 300}


def test_an_empty_table_prints_its_headings_only():
    assert printed_table(Table([])).splitlines() == [printed_table(Table([]))]
