"""A cohort that is killed at any moment goes on where it was, and ends with the tables of one that was not."""

from __future__ import annotations

import csv
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cohort_cases import write_lines

TABLES = ("measurements.csv", "cases.tsv", "status.tsv")
SCRIPT = Path(__file__).resolve().parents[1] / "cohort" / "light_batch.py"
CASES = 30


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty light cases, three of them bad."""
    folder = tmp_path_factory.mktemp("light")
    (folder / "image").write_bytes(b"any")
    names = [f"{'bad' if number % 10 == 7 else 'p'}{number}" for number in range(CASES)]
    return write_lines(folder / "cases.csv", ["case,anatomy,odi", *(f"{name},image,{len(name)}" for name in names)])


def start(manifest: Path, output: Path, seconds: float) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(manifest), str(output), "2", str(seconds)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_interrupts,
    )


def _heed_interrupts() -> None:
    """Tests that run in a shell's background inherit that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finish(process: subprocess.Popen) -> int:
    _, complained = process.communicate(timeout=120)
    assert "Traceback" not in complained, complained
    return process.returncode


@pytest.fixture(scope="module")
def undisturbed(manifest: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of a run that nobody stopped."""
    output = tmp_path_factory.mktemp("undisturbed") / "out"
    assert finish(start(manifest, output, 0.0)) == 10
    return {name: (output / name).read_bytes() for name in TABLES}


def finished(output: Path) -> dict[str, int]:
    """Time of every marker."""
    return {str(marker): marker.stat().st_mtime_ns for marker in output.glob("sub-*/case.json")}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_run_goes_on_and_ends_with_the_same_tables(manifest, undisturbed, tmp_path, seed):
    output = tmp_path / "out"
    wanted = random.Random(seed).randint(2, 20)
    process = start(manifest, output, 0.1)
    while len(finished(output)) < wanted:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    time.sleep(1.0)  # the workers notice
    before = finished(output)
    assert 0 < len(before) < CASES
    assert all((output / Path(marker).parent.name / "measurements.csv").exists() for marker in before)
    assert finish(start(manifest, output, 0.0)) == 10
    assert {marker: finished(output)[marker] for marker in before} == before, "a finished case was done twice"
    assert {name: (output / name).read_bytes() for name in TABLES} == undisturbed
    assert not list((output / ".batch" / "unfinished").iterdir())


def test_bad_cases_are_named_and_the_others_are_done(undisturbed):
    rows = list(csv.DictReader(undisturbed["status.tsv"].decode().splitlines(), delimiter="\t"))
    failed = [row for row in rows if row["state"] == "failed"]
    assert [row["case"] for row in failed] == ["bad7", "bad17", "bad27"]
    assert {row["reason"] for row in failed} == {"It is bad."}
    assert sum(row["state"] == "done" for row in rows) == CASES - 3
    assert undisturbed["measurements.csv"].count(b"\n") == 1 + 2 * (CASES - 3)


def test_an_interrupted_run_stops_soon_and_keeps_what_is_done(manifest, tmp_path):
    output = tmp_path / "out"
    process = start(manifest, output, 0.3)
    while not finished(output):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, complained = process.communicate(timeout=30)
    assert "Run the same command again to go on" in complained
    assert (output / "status.tsv").read_text().count("\tdone\t") == len(finished(output))
