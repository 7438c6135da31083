"""``paraspinalfat batch`` on real files: the numbers of ``run``, every bad case named, other workers, no names."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from cohort_cases import add_rows, write_broken, write_cases
from command.command_line import Outcome, run_command
from torso import CARD, make_torso, trained_network, write_weights

RESULTS = [
    "case.json",
    "measurements.csv",
    "measurements_columns.csv",
    "overlay.png",
    "provenance.json",
    "segmentation.seg.nrrd",
]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Card of the tiny network."""
    return write_weights(tmp_path_factory.mktemp("weights"), CARD, trained_network())


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> tuple[Path, Path, Outcome]:
    """Manifest, output folder and outcome of a cohort of two good cases, one with a mask, and every kind of bad one."""
    folder = tmp_path_factory.mktemp("cohort") / "Doe"
    manifest = write_cases(folder, 2)
    rows = {kind: cells for kind, (cells, _) in write_broken(folder).items()}
    add_rows(manifest, {"masked": {"anatomy": "t2_0.nii.gz", "mask": "mask_0.nii.gz", "odi": "=2+2"}, **rows})
    output = folder.parent / "out"
    return manifest, output, batch(manifest, output, weights, "--workers", 1)


def batch(manifest: Path, output: Path, weights: Path, *further: object) -> Outcome:
    return run_command("batch", "--manifest", manifest, "--output", output, "--weights", weights, "--quiet", *further)


def table(path: Path) -> dict[str, dict[str, str]]:
    """Rows of a table of cases, by case."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["case"]: row for row in csv.DictReader(file, delimiter="\t")}


def test_numbers_and_outlines_are_those_of_run_to_the_last_digit(cohort, weights, tmp_path):
    manifest, output, _ = cohort
    arguments = ["--input", manifest.parent / "t2_1.nii.gz", "--sex", "male", "--age", 41, "--weights", weights]
    outcome = run_command("run", *arguments, "--output", tmp_path / "one", "--quiet", "--threads", 1)
    assert outcome.status == 0, outcome.complained
    for name in ("measurements.csv", "segmentation.seg.nrrd", "overlay.png"):
        assert (output / "sub-P01" / name).read_bytes() == (tmp_path / "one" / name).read_bytes(), name


def test_good_cases_are_done_and_every_bad_one_is_named(cohort, tmp_path):
    _, output, outcome = cohort
    assert outcome.status == 10
    assert "Traceback" not in outcome.complained
    states = table(output / "status.tsv")
    (tmp_path / "again").mkdir()
    broken = write_broken(tmp_path / "again")
    assert {name for name, row in states.items() if row["state"] == "done"} == {"P-00", "P-01", "masked"}
    assert {name for name, row in states.items() if row["state"] == "failed"} == set(broken)
    for kind, (_, sentence) in broken.items():
        assert sentence in states[kind]["reason"], kind


def test_the_cohort_has_a_folder_for_each_finished_case_and_its_tables(cohort):
    _, output, _ = cohort
    folders = sorted(path.name for path in output.iterdir() if path.is_dir() and not path.name.startswith("."))
    assert folders == ["sub-P00", "sub-P01", "sub-masked"]
    for folder in folders:
        assert sorted(file.name for file in (output / folder).iterdir()) == RESULTS
    assert json.loads((output / "dataset_description.json").read_text())["DatasetType"] == "derivative"
    lines = (output / "measurements.csv").read_text().splitlines()
    own = (output / "sub-P00" / "measurements.csv").read_text().splitlines()
    assert lines[0] == f"case,{own[0]}"
    assert [line for line in lines if line.startswith("P-00,")] == [f"P-00,{line}" for line in own[1:]]


def test_a_given_mask_is_measured_as_it_is_without_the_network(cohort):
    _, output, _ = cohort
    with (output / "sub-masked" / "measurements.csv").open(newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if (row["region"], row["structure"], row["side"]) == ("whole", "ES", "right")
        ]
    torso = make_torso(slices=3)
    assert [int(row["voxels"]) for row in rows] == [np.count_nonzero(torso.truth == 3)]
    record = json.loads((output / "sub-masked" / "provenance.json").read_text())
    assert record["network"] is None
    assert record["inputs"]["mask"]["name"] == "mask_0.nii.gz"
    assert table(output / "cases.tsv")["masked"]["outlined_by"] == "mask"


def test_protocol_and_covariates_are_in_the_table_of_cases(cohort):
    row = table(cohort[1] / "cases.tsv")["P-01"]
    assert (row["sex"], row["age_years"], row["odi"]) == ("male", "41", "10")
    assert (row["images"], row["outlined_by"], row["fat_method"]) == ("anatomy", "network", "otsu")
    assert (row["columns"], row["rows"], row["slices"], row["slice_mm"]) == ("104", "104", "3", "4")
    assert table(cohort[1] / "cases.tsv")["masked"]["odi"] == "'=2+2"


def test_no_output_holds_a_folder_of_this_machine(cohort):
    manifest, output, outcome = cohort
    for file in output.rglob("*"):
        if file.is_file():
            assert str(manifest.parent).encode() not in file.read_bytes(), file
            assert b"/Doe" not in file.read_bytes(), file
    assert str(manifest.parent) not in outcome.printed


def test_a_second_run_does_nothing_twice_and_a_repaired_case_is_tried_again(cohort, weights):
    manifest, output, _ = cohort
    before = {path: path.stat().st_mtime_ns for path in output.glob("sub-*/case.json")}
    (manifest.parent / "constant.nii.gz").write_bytes((manifest.parent / "t2_1.nii.gz").read_bytes())
    outcome = batch(manifest, output, weights, "--workers", 1)
    assert outcome.status == 10
    assert "were not run this time" in outcome.printed
    assert {path: path.stat().st_mtime_ns for path in before} == before
    states = table(output / "status.tsv")
    assert states["constant"]["state"] == "done"
    assert (output / "sub-constant" / "segmentation.seg.nrrd").exists()


def test_other_settings_are_refused_with_what_differs(cohort, weights):
    manifest, output, _ = cohort
    before = (output / "measurements.csv").read_bytes()
    outcome = batch(manifest, output, weights, "--fat-method", "gmm3")
    assert outcome.status == 7
    assert "fat method otsu" in outcome.complained.replace("auto", "otsu")
    assert "--overwrite" in outcome.complained
    assert (output / "measurements.csv").read_bytes() == before


def test_a_dry_run_names_what_headers_show_and_writes_nothing(cohort, weights, tmp_path):
    manifest, _, _ = cohort
    outcome = batch(manifest, tmp_path / "new", weights, "--dry-run")
    assert outcome.status == 10
    assert "sagittal: " in outcome.printed
    assert "missing: nothere.nii.gz does not exist" in outcome.printed
    assert list(tmp_path.iterdir()) == []
    only = batch(manifest, tmp_path / "new", weights, "--dry-run", "--only", "P-00", "P-01")
    assert only.status == 0
    assert "2 of 2 cases can be used" in only.printed


def test_a_case_that_is_not_in_the_cohort_is_refused(cohort, weights, tmp_path):
    outcome = batch(cohort[0], tmp_path / "new", weights, "--only", "nobody")
    assert outcome.status == 3
    assert "has no case nobody" in outcome.complained


def test_overwriting_measures_again_what_other_settings_made_untrue_and_only_what_was_asked_for(cohort, weights):
    manifest, output, _ = cohort
    further = ("--fat-method", "size_only", "--overwrite", "--only", "P-00", "--workers", 1)
    assert batch(manifest, output, weights, *further).status == 10
    states = table(output / "status.tsv")
    assert states["P-00"]["state"] == "done"
    assert states["P-01"]["state"] == "changed"
    assert "--overwrite" in states["P-01"]["reason"]
    assert table(output / "cases.tsv")["P-00"]["fat_method"] == "size_only"
    with (output / "measurements.csv").open(newline="") as file:
        assert {row["case"] for row in csv.DictReader(file)} == {"P-00"}


@pytest.fixture
def dask_processes(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Address of a real scheduler, and the processes of its two workers."""
    dask = [sys.executable, "-m", "dask"]
    where = {"cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    file = tmp_path / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    processes = [subprocess.Popen([*dask, "scheduler", *options], **where)]
    try:
        while not file.exists():
            assert processes[0].poll() is None
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        worker = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        processes += [subprocess.Popen(worker, **where) for _ in range(2)]
        yield address, processes[1:]
    finally:
        for process in processes[::-1]:
            process.kill()
            process.wait()


def test_workers_of_another_scheduler_do_the_cohort_though_one_is_killed_and_learn_no_name(
    dask_processes, weights, tmp_path
):
    address, workers = dask_processes
    manifest = write_cases(tmp_path / "Doe", 6)
    manifest.write_text(manifest.read_text().replace("odi", "patient_name").replace("P-", "Doe"))
    output, key = tmp_path / "out", tmp_path / "key.tsv"
    arguments = ["--manifest", manifest, "--output", output, "--weights", weights, "--anonymise", key, "--quiet"]
    command = [
        sys.executable,
        "-m",
        "ParaspinalFatLib",
        "batch",
        *map(str, arguments),
        "--scheduler",
        address,
        "--threads",
        "1",
    ]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not list(output.glob("sub-*/case.json")):
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)
    workers[0].kill()
    printed, complained = running.communicate(timeout=120)
    assert running.returncode == 0, complained
    assert "6 of 6 cases are done" in printed
    states = table(output / "status.tsv")
    assert {row["state"] for row in states.values()} == {"done"}
    assert "Doe" in key.read_text()
    assert "Doe" not in (printed + complained).replace(str(tmp_path), "")
    assert "patient_name" not in table(output / "cases.tsv")[next(iter(states))]
    for file in output.rglob("*"):
        assert "Doe" not in file.name
        assert file.is_dir() or b"Doe" not in file.read_bytes(), file
        assert file.is_dir() or b"t2_0.nii" not in file.read_bytes(), file
