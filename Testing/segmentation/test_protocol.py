"""Requests and results survive the folder, messages survive the line, and chatter is ignored."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from ParaspinalFatLib.errors import ParaspinalFatError, WeightsError, WorkerError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation.protocol import (
    DoneMessage,
    ErrorMessage,
    Options,
    ProgressMessage,
    discard,
    ended_without_word,
    format_message,
    parse_line,
    read_request,
    read_result,
    worker_command,
    worker_environment,
    write_request,
    write_result,
)


def test_a_request_arrives_as_it_was_sent(tmp_path):
    strided = np.arange(24, dtype=np.int16).reshape(2, 3, 4).transpose(2, 0, 1)[::-1]
    affine = np.array([[0, -0.3, 0, 1 / 3], [0.1, 0, 0, 7], [0, 0, 4, -9], [0, 0, 0, 1]])
    options = Options("card.json", "cpu", 2, True, mean_probability=True)
    write_request(tmp_path, Image(strided, affine), options)
    image, received = read_request(tmp_path)
    np.testing.assert_array_equal(image.array, strided)
    assert image.array.dtype == strided.dtype
    np.testing.assert_array_equal(image.affine, affine)
    assert received == options


def test_a_result_arrives_as_it_was_sent(tmp_path):
    labels = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    write_result(tmp_path, labels, {"device": "cpu"})
    received, record = read_result(tmp_path)
    np.testing.assert_array_equal(received, labels)
    assert record == {"device": "cpu"}


def test_a_folder_without_a_complete_result_is_an_error_of_the_worker(tmp_path):
    np.save(tmp_path / "result.npy", np.zeros((1, 2, 3), np.uint8))
    with pytest.raises(WorkerError, match="without a result"):
        read_result(tmp_path)


def test_only_files_of_the_protocol_are_discarded(tmp_path):
    folder = tmp_path / "request"
    folder.mkdir()
    write_request(folder, Image(np.zeros((1, 2, 2)), np.eye(4)), Options("card.json"))
    write_result(folder, np.zeros((1, 2, 2), np.uint8), {})
    (folder / ".part-x1-result.npy").touch()
    (folder / "own.txt").touch()
    discard(folder)
    assert [path.name for path in folder.iterdir()] == ["own.txt"]
    (folder / "own.txt").unlink()
    discard(folder)
    assert not folder.exists()


@pytest.mark.parametrize(
    "message", [ProgressMessage(0.25, "Slice “3” of 12"), ErrorMessage("WeightsError", "two\nlines"), DoneMessage()]
)
def test_a_message_takes_one_line_and_comes_back(message):
    line = format_message(message)
    assert "\n" not in line
    assert parse_line(line + "\n") == message


@pytest.mark.parametrize(
    "line", ["", "Using cuDNN", "3", "[]", "null", '{"type": "progress"}', '{"type": "new"}', '{"a": 1}']
)
def test_whatever_else_is_printed_is_no_message(line):
    assert parse_line(line) is None


def test_an_error_is_raised_as_its_own_kind_on_this_side():
    error = ErrorMessage("WeightsError", "altered").exception()
    assert type(error) is WeightsError
    assert str(error) == "altered"


@pytest.mark.parametrize("kind", ["SystemExit", "annotations", "Unheard", "__doc__"])
def test_an_unknown_kind_of_error_is_an_error_of_the_worker(kind):
    error = ErrorMessage(kind, "why").exception()
    assert isinstance(error, ParaspinalFatError)
    assert type(error) is WorkerError


@pytest.mark.parametrize(
    ("status", "words"), [(-9, "out of memory"), (137, "out of memory"), (-11, "segmentation fault"), (3, "status 3")]
)
def test_a_silent_end_is_explained(status, words):
    assert words in str(ended_without_word(status, "last line"))
    assert "last line" in str(ended_without_word(status, "last line"))


def test_the_command_runs_this_python_unless_another_is_given(tmp_path):
    assert worker_command(tmp_path)[0] == sys.executable
    assert worker_command(tmp_path, "/opt/PythonSlicer") == [
        "/opt/PythonSlicer",
        "-m",
        "ParaspinalFatLib.segmentation.worker",
        str(tmp_path),
    ]


def test_the_worker_imports_the_same_library_and_keeps_to_its_threads(repository):
    environment = worker_environment(2, {"PYTHONPATH": "/elsewhere", "HOME": "/home"})
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(repository), "/elsewhere"]
    assert environment["OMP_NUM_THREADS"] == "2"
    assert environment["HOME"] == "/home"
    assert "OMP_NUM_THREADS" not in worker_environment(0, {})


def test_waiting_threads_sleep_unless_the_user_wants_otherwise():
    assert worker_environment(0, {})["OMP_WAIT_POLICY"] == "PASSIVE"
    assert worker_environment(2, {})["OPENBLAS_NUM_THREADS"] == "1"
    assert worker_environment(0, {"OMP_WAIT_POLICY": "ACTIVE"})["OMP_WAIT_POLICY"] == "ACTIVE"
