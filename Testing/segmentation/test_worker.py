"""The worker as a program: what it prints and writes, and that it never outlives its parent."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from ParaspinalFatLib.segmentation.protocol import (
    DoneMessage,
    ErrorMessage,
    Options,
    ProgressMessage,
    parse_line,
    read_result,
    worker_command,
    worker_environment,
    write_request,
)
from ParaspinalFatLib.segmentation.worker import OUT_OF_MEMORY, PARENT_GONE, serve


def messages(output: io.StringIO) -> list:
    return [parse_line(line) for line in output.getvalue().splitlines()]


def test_a_served_request_leaves_a_result_and_ends_with_done(torso, weights, tmp_path):
    write_request(tmp_path, torso.image, Options(str(weights), "cpu", 1))
    output = io.StringIO()
    assert serve(tmp_path, output) == 0
    *news, last = messages(output)
    assert last == DoneMessage()
    assert news
    assert all(isinstance(message, ProgressMessage) for message in news)
    labels, record = read_result(tmp_path)
    assert labels.shape == torso.image.array.shape
    assert record["device"] == "cpu"


def test_an_error_is_told_by_kind_and_sentence_and_leaves_no_result(torso, weights, tmp_path):
    write_request(tmp_path, torso.image, Options(str(weights.with_name("other.json"))))
    output = io.StringIO()
    assert serve(tmp_path, output) == 6
    (message,) = messages(output)
    assert isinstance(message, ErrorMessage)
    assert message.kind == "WeightsError"
    assert "other.json" in message.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["image.npy", "request.json"]


def test_running_out_of_memory_is_told_in_words(torso, weights, tmp_path, monkeypatch):
    import torch

    def exhaust(*_: object) -> None:
        torch.empty(1 << 60, dtype=torch.uint8)

    monkeypatch.setattr("ParaspinalFatLib.segmentation.outline.load_network", exhaust)
    write_request(tmp_path, torso.image, Options(str(weights), "cpu", 1))
    output = io.StringIO()
    assert serve(tmp_path, output) != 0
    assert messages(output)[-1] == ErrorMessage("WorkerError", OUT_OF_MEMORY)


def test_a_folder_without_a_request_is_an_error_and_no_crash(tmp_path):
    output = io.StringIO()
    assert serve(tmp_path, output) != 0
    assert isinstance(messages(output)[-1], ErrorMessage)


def test_the_worker_ends_when_its_standard_input_closes(tmp_path):
    """A fifo nobody writes to keeps the worker waiting for its request for ever, so only its parent's end can end it."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    os.mkfifo(tmp_path / "request.json")
    worker = subprocess.Popen(
        worker_command(tmp_path, sys.executable),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=worker_environment(1),
    )
    time.sleep(1.0)
    assert worker.poll() is None
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(timeout=5) == PARENT_GONE
    assert worker.stdout is not None
    worker.stdout.close()


def test_nothing_is_imported_from_torch_before_a_request_needs_it():
    code = "import sys; from ParaspinalFatLib.segmentation import worker, process; print('torch' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], env=worker_environment(), capture_output=True, check=True)
    assert finished.stdout.strip() == b"False"


def test_without_a_folder_it_says_how_it_is_used():
    command = [sys.executable, "-m", "ParaspinalFatLib.segmentation.worker"]
    finished = subprocess.run(command, env=worker_environment(), capture_output=True, check=False)
    assert finished.returncode != 0
    assert b"REQUEST_FOLDER" in finished.stderr


def test_labels_are_whole_numbers_of_known_structures(torso, weights, tmp_path):
    write_request(tmp_path, torso.image, Options(str(weights), "cpu", 1))
    serve(tmp_path, io.StringIO())
    assert set(np.unique(read_result(tmp_path)[0])) <= {0, 3, 4, 14}


def test_a_worker_that_nobody_hears_removes_the_image_it_was_given(torso, tmp_path):
    """Its messages fail before it sees its standard input close: the parent was killed, and the worker was busy."""
    folder = tmp_path / "request"
    folder.mkdir()
    write_request(folder, torso.image, Options("absent.json"))
    worker = subprocess.Popen(
        worker_command(folder, None),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=worker_environment(1),
    )
    worker.stdout.close()
    assert worker.wait(timeout=120) == PARENT_GONE
    worker.stdin.close()
    assert not folder.exists()
