"""The network in its own process, the real one: results, errors, kills, cancels; and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from torso import make_torso

from ParaspinalFatLib.errors import Cancelled, InputError, MissingPackageError, OutputError, WeightsError, WorkerError
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.predict import predict
from ParaspinalFatLib.segmentation.process import WorkerSegmenter
from ParaspinalFatLib.segmentation.protocol import worker_environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and shell scripts")


@pytest.fixture
def temporary_folder(tmp_path, monkeypatch) -> Path:
    """A folder for temporary files of this test alone, to see what is left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def worker_processes() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def interpreter(tmp_path):
    """Make an executable that the segmenter takes for Python."""

    def write(script: str) -> Path:
        path = tmp_path / "python"
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        return path

    return write


def test_the_process_gives_the_same_labels_as_the_library_and_a_report(torso, weights, temporary_folder):
    segmenter = WorkerSegmenter(weights, "cpu", threads=1)
    fractions: list[float] = []
    labels = segmenter(torso.image, lambda fraction, _: fractions.append(fraction))
    expected = predict(torso.image, read_card(weights), device="cpu", threads=1).labels
    np.testing.assert_array_equal(labels.array, expected.array)
    np.testing.assert_array_equal(labels.affine, torso.image.affine)
    assert fractions == sorted(fractions)
    assert segmenter.last_report is not None
    assert segmenter.last_report["weights"]["sha256"] == read_card(weights).sha256
    assert segmenter.last_report["threads"] == 1
    assert list(temporary_folder.iterdir()) == []
    assert worker_processes() == []


def test_a_killed_worker_is_reported_in_words_and_leaves_nothing(torso, weights, temporary_folder):
    def kill_once_it_works(_: float, message: str) -> None:
        for process in worker_processes():
            if message == "Loading the network":
                process.send_signal(signal.SIGKILL)

    with pytest.raises(WorkerError, match="was killed, most likely because the computer ran out of memory"):
        WorkerSegmenter(weights, "cpu", 1)(torso.image, kill_once_it_works)
    assert list(temporary_folder.iterdir()) == []


def test_cancel_kills_worker_and_its_children_at_once(torso, weights, temporary_folder, interpreter):
    """The stand-in for Python starts a child of its own and is silent: only the heartbeat can hear the user."""
    silent = interpreter("sleep 60 &\nsleep 60\n")
    asked_at = []

    def cancel_once_both_run(*_: object) -> None:
        if len(worker_processes()) >= 3:
            asked_at.append(time.monotonic())
            raise Cancelled("stopped by the test")

    with pytest.raises(Cancelled):
        WorkerSegmenter(weights, python=silent)(torso.image, cancel_once_both_run)
    assert time.monotonic() - asked_at[0] < 3.0
    assert worker_processes() == []
    assert list(temporary_folder.iterdir()) == []


def test_cancel_while_the_real_network_works_is_heard_within_seconds(weights, temporary_folder):
    asked_at = []

    def cancel_while_outlining(_: float, message: str) -> None:
        if message.startswith("Outlining"):
            asked_at.append(time.monotonic())
            raise Cancelled("stopped by the test")

    with pytest.raises(Cancelled):
        WorkerSegmenter(weights, "cpu", 1)(make_torso(0.6, slices=20).image, cancel_while_outlining)
    assert time.monotonic() - asked_at[0] < 3.0
    assert worker_processes() == []
    assert list(temporary_folder.iterdir()) == []


def test_the_worker_dies_with_a_program_that_is_killed_itself(weights, tmp_path):
    """kill -9 on the program (Slicer crashing): its worker must not go on computing, nor leave a patient's image behind."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from torso import make_torso; from ParaspinalFatLib.segmentation.process import WorkerSegmenter;"
        "WorkerSegmenter(sys.argv[2], 'cpu', 1)(make_torso(0.6, slices=400).image)"
    )
    testing = Path(__file__).resolve().parents[1]
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(testing), str(weights)], env=worker_environment(1) | {"TMPDIR": str(tmp_path)}
    )
    try:
        deadline = time.monotonic() + 120
        while not (children := psutil.Process(parent.pid).children()) and time.monotonic() < deadline:
            time.sleep(0.05)
        (worker,) = children
        time.sleep(0.5)
    finally:
        parent.kill()
        parent.wait()
    worker.wait(timeout=30)
    assert list(tmp_path.iterdir()) == []


def test_an_absent_and_an_altered_weights_file_are_refused_before_anything_starts(torso, weights, tmp_path):
    shutil.copytree(weights.parent, tmp_path / "copy")
    stored = tmp_path / "copy" / "tiny.safetensors"
    stored.write_bytes(stored.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="altered or are incomplete"):
        WorkerSegmenter(tmp_path / "copy" / "tiny.json", python="/nowhere/python")(torso.image)
    stored.unlink()
    with pytest.raises(WeightsError, match="absent"):
        WorkerSegmenter(tmp_path / "copy" / "tiny.json")(torso.image)


def test_an_image_that_cannot_be_measured_is_refused_before_anything_starts(torso, weights):
    with pytest.raises(InputError, match="not finite"):
        WorkerSegmenter(weights)(torso.image.with_array(np.full(torso.image.array.shape, np.nan)))


def test_an_error_in_the_worker_arrives_as_its_own_kind(torso, weights):
    import torch

    if torch.cuda.is_available():
        pytest.skip("this computer has CUDA")
    with pytest.raises(WorkerError, match="no usable cuda device"):
        WorkerSegmenter(weights, "cuda", 1)(torso.image)


def test_a_python_without_torch_is_told_what_to_install(torso, weights, tmp_path, interpreter):
    (tmp_path / "torch.py").write_text("print('chatter', end='')\nraise ImportError('No module named torch')\n")
    without_torch = interpreter(f'PYTHONPATH="{tmp_path}:$PYTHONPATH" exec "{sys.executable}" "$@"\n')
    with pytest.raises(MissingPackageError, match=r"No module named torch.*PyTorch extension.*pip install torch"):
        WorkerSegmenter(weights, python=without_torch)(torso.image)


def test_a_worker_that_runs_out_of_memory_says_so(torso, weights, interpreter):
    """A real limit on the address space (kB), below what the features of one slice of 10 x 10 m take."""
    limited = interpreter(f'ulimit -v 3000000\nexec "{sys.executable}" "$@"\n')
    huge = replace(torso.image, affine=torso.image.affine @ np.diag([100 / 1.5, 100 / 1.5, 100, 1]))
    with pytest.raises(WorkerError, match="ran out of memory"):
        WorkerSegmenter(weights, "cpu", 1, python=limited)(huge)


def test_last_words_of_a_worker_that_fails_to_start_are_shown(torso, weights, interpreter):
    with pytest.raises(WorkerError, match=r"status 3.*Its last words: no such library"):
        WorkerSegmenter(weights, python=interpreter("echo no such library >&2\nexit 3\n"))(torso.image)


def test_a_python_that_does_not_exist_is_named(torso, weights):
    with pytest.raises(WorkerError, match=r"cannot be started with /nowhere/python"):
        WorkerSegmenter(weights, python="/nowhere/python")(torso.image)


def test_a_temporary_folder_that_cannot_be_written_is_named(torso, weights, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    with pytest.raises(OutputError, match=r"/nowhere/at/all.*TMPDIR"):
        WorkerSegmenter(weights)(torso.image)
