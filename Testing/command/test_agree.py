"""The command from files to a folder of results."""

import csv

import numpy as np
import pytest
from agreement.drawn_masks import boxes, write_labels
from command.command_line import run_command


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def wide_table(tmp_path):
    random = np.random.default_rng(1)
    truth = random.normal(100, 20, 30)
    lines = [f"{k:03}_T{1 + k % 2},{value:.4f},{value + random.normal(1, 2):.4f}" for k, value in enumerate(truth)]
    (tmp_path / "wide.csv").write_text("\n".join(["scan,manual,auto", *lines]) + "\n")
    return tmp_path / "wide.csv"


def test_columns_of_one_table_give_table_picture_methods_and_provenance(wide_table, tmp_path):
    arguments = ["--table", wide_table, "--pair", "MF=manual:auto", "--case", "scan", "--unit", "mL"]
    outcome = run_command("agree", *arguments, "--output", tmp_path / "out")
    assert outcome.status == 0, outcome.complained
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"agreement.csv", "agreement.png", "pairs.csv", "methods.txt", "provenance.json"}
    table = {row["statistic"]: row for row in rows(tmp_path / "out" / "agreement.csv")}
    assert float(table["bias"]["ci_low"]) < 1 < float(table["bias"]["ci_high"])
    assert table["bias"]["n"] == "30"
    assert "ICC(2,1)" in outcome.printed


def test_two_folders_of_masks_give_overlaps_and_volumes(tmp_path):
    for k in range(4):
        write_labels(tmp_path / "a" / f"k{k}.nii.gz", boxes())
        write_labels(tmp_path / "b" / f"k{k}" / "segmentation.nrrd", boxes(shift=k % 2))
    outcome = run_command(
        "agree", "--reference", tmp_path / "a", "--other", tmp_path / "b", "--output", tmp_path / "out", "--quiet"
    )
    assert outcome.status == 0, outcome.complained
    assert (tmp_path / "out" / "dice.png").exists()
    overlaps = rows(tmp_path / "out" / "overlap.csv")
    assert len(overlaps) == 4 * 3  # MF, ES and their sum
    table = rows(tmp_path / "out" / "agreement.csv")
    dice = [row for row in table if (row["measure"], row["structure"], row["statistic"]) == ("dice", "MF", "mean")]
    assert float(dice[0]["value"]) == pytest.approx((1 + 5 / 6) / 2)
    assert any(row["measure"] == "volume_ml" and row["statistic"] == "bias" for row in table)


def test_a_new_analysis_leaves_no_picture_of_an_earlier_one(wide_table, tmp_path):
    given = ["agree", "--table", wide_table, "--case", "scan", "--output", tmp_path / "out"]
    pairs = [argument for k in range(5) for argument in ("--pair", f"{k}=manual:auto")]
    assert run_command(*given, *pairs).status == 0
    assert (tmp_path / "out" / "agreement_2.png").exists()
    assert run_command(*given, "--pair", "MF=manual:auto", "--overwrite").status == 0
    assert [path.name for path in (tmp_path / "out").glob("*.png")] == ["agreement.png"]


def test_two_single_masks_are_compared_whatever_their_names(tmp_path):
    first, second = write_labels(tmp_path / "me.nii.gz", boxes()), write_labels(tmp_path / "you.nii.gz", boxes())
    outcome = run_command("agree", "--reference", first, "--other", second, "--output", tmp_path / "out", "--quiet")
    assert outcome.status == 0, outcome.complained
    assert {row["dice"] for row in rows(tmp_path / "out" / "overlap.csv")} == {"1"}


def test_two_measurement_tables_are_compared_and_what_is_left_out_is_said(tmp_path):
    head = "case,structure,side,region,level,ff_mean_pct"
    lines = [f"k{k},{muscle},right,whole,,{10 + k + (muscle == 'ES')}" for k in range(6) for muscle in ("MF", "ES")]
    (tmp_path / "a.csv").write_text("\n".join([head, *lines, "=k9,MF,right,whole,,5"]) + "\n")
    (tmp_path / "b.csv").write_text("\n".join([head, *lines]) + "\n")
    arguments = [
        "--reference",
        tmp_path / "a.csv",
        "--other",
        tmp_path / "b.csv",
        "--value",
        "ff_mean_pct",
        "--limits",
        12,
        14,
    ]
    outcome = run_command("agree", *arguments, "--output", tmp_path / "out")
    assert outcome.status == 0, outcome.complained
    assert "1 left out" in outcome.complained
    assert (tmp_path / "out" / "left_out.csv").read_text().splitlines()[1].split(",")[5] == "'=k9"
    table = rows(tmp_path / "out" / "agreement.csv")
    assert {row["structure"] for row in table} == {"MF", "ES"}
    assert any(row["statistic"] == "Cohen kappa, linear weights" for row in table)


def test_several_scans_of_a_person_are_pointed_out(wide_table, tmp_path):
    outcome = run_command(
        "agree", "--table", wide_table, "--pair", "MF=manual:auto", "--case", "scan", "--person-pattern", "_(T.)",
        "--output", tmp_path / "out",
    )  # fmt: skip
    assert "30 pairs of 2 persons" in outcome.complained


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Nothing to compare"),
        (["--reference", "nowhere", "--other", "nowhere"], "does not exist"),
        (["--table", "{table}"], "--pair"),
        (["--table", "{table}", "--pair", "x=manual:sono", "--case", "scan"], "no column sono"),
        (["--table", "{table}", "--pair", "x=manual:auto", "--case", "scan", "--margin", "0"], "margin"),
        (["--table", "{table}", "--pair", "x=manual:auto", "--names", "MF", "MF"], "'MF' twice"),
        (["--table", "{table}", "--pair", "x=manual:auto", "--pair", "x=auto:manual"], "'x' twice"),
        (["--reference", "{table}", "--other", "."], "cannot be compared"),
        (["--reference", ".", "--other", ".", "--person", "name"], "--person-pattern"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence_and_leaves_nothing(wide_table, tmp_path, arguments, words):
    given = [argument.format(table=wide_table) for argument in arguments]
    outcome = run_command("agree", *given, "--output", tmp_path / "out")
    assert outcome.status == 3
    assert words in outcome.complained
    assert not (tmp_path / "out").exists()


def test_the_public_table_of_331_scans_has_the_published_agreement(shared_data, tmp_path):
    table = shared_data / "lpm_volumes_331" / "lpm_volumes_331.csv"
    pairs = [argument for k in range(1, 5) for argument in ("--pair", f"class {k}=volume{k}_gd:volume{k}_ai")]
    outcome = run_command("agree", "--table", table, "--case", "CT_id", *pairs, "--unit", "mL", "--output", tmp_path / "out")
    assert outcome.status == 0, outcome.complained
    found = {(row["measure"], row["statistic"]): row for row in rows(tmp_path / "out" / "agreement.csv")}
    icc = [float(found[f"class {k}", "ICC(2,1)"]["value"]) for k in range(1, 5)]
    mape = [float(found[f"class {k}", "MAPE"]["value"]) for k in range(1, 5)]
    assert (min(icc), max(icc)) == pytest.approx((0.9975, 0.9992), abs=6e-5)
    assert (min(mape), max(mape)) == pytest.approx((1.06, 1.35), abs=6e-3)
    assert all(float(found[f"class {k}", "TOST +-5 %"]["p"]) < 0.001 for k in range(1, 5))
