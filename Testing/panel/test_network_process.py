"""The network's process runs beside the event loop, reports, can be stopped at any moment and leaves no files behind."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from host.desktop import Desktop

from ParaspinalFatLib.errors import InputError, ParaspinalFatError, WeightsError, WorkerError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.volumes import image_of
from ParaspinalFatLib.segmentation.protocol import Options


class Heard:
    """What a listener heard."""

    def __init__(self) -> None:
        self.progress: list[tuple[float, str]] = []
        self.found: list[np.ndarray] = []
        self.records: list[dict[str, Any]] = []
        self.errors: list[ParaspinalFatError] = []

    def finished(self, found: np.ndarray, record: dict[str, Any]) -> None:
        self.found.append(found)
        self.records.append(record)

    @property
    def over(self) -> bool:
        return bool(self.found or self.errors)


def some_request(_image: Image) -> Options:
    return Options("card.json", "cpu")


@pytest.fixture
def run(sample_volumes: dict[Role, Any], network: Any, folders: Path) -> Any:
    """Start a process of a given behaviour on the sample case; returns it and what is heard of it."""
    from ParaspinalFatLib.panel.network_process import Listener, NetworkProcess

    assert list(folders.iterdir()) == []

    def start(behaviour: str = "pass", python: str | None = None) -> tuple[Any, Heard]:
        heard = Heard()
        listener = Listener(lambda *news: heard.progress.append(news), heard.finished, heard.errors.append)
        image = image_of(sample_volumes[Role.WATER])
        process = NetworkProcess(image, some_request, python or network(behaviour), listener)
        process.prepare()
        process.start()
        return process, heard

    return start


def test_progress_and_labels_are_reported(host: Desktop, run: Any, true_labels: Path, folders: Path) -> None:
    _process, heard = run()
    host.wait_until(lambda: heard.over)
    assert heard.progress == [(0.25, "Outlining slice 1 of 4")]
    np.testing.assert_array_equal(heard.found[0], np.load(true_labels))
    assert heard.records == [{"device": "cpu"}]
    assert list(folders.iterdir()) == []


def test_an_error_of_the_network_is_reported_as_what_it_is(host: Desktop, run: Any, folders: Path) -> None:
    _process, heard = run('say(ErrorMessage("MeasurementError", "No muscle was found.")); sys.exit(5)')
    host.wait_until(lambda: heard.over)
    assert [(type(error).__name__, str(error)) for error in heard.errors] == [("MeasurementError", "No muscle was found.")]
    assert list(folders.iterdir()) == []


def test_a_killed_process_is_reported_as_out_of_memory(host: Desktop, run: Any) -> None:
    _process, heard = run("os.kill(os.getpid(), 9)")
    host.wait_until(lambda: heard.over)
    assert "was killed, most likely because the computer ran out of memory" in str(heard.errors[0])


def test_the_last_words_of_a_crash_are_passed_on(host: Desktop, run: Any) -> None:
    _process, heard = run("raise RuntimeError('no such kernel')")
    host.wait_until(lambda: heard.over)
    assert isinstance(heard.errors[0], WorkerError)
    assert "RuntimeError: no such kernel" in str(heard.errors[0])


def test_an_interpreter_that_does_not_exist_is_reported(host: Desktop, run: Any, folders: Path) -> None:
    _process, heard = run(python="/absent/python")
    host.wait_until(lambda: heard.over)
    assert "cannot be started with /absent/python" in str(heard.errors[0])
    assert list(folders.iterdir()) == []


@pytest.mark.parametrize(
    "behaviour", ["time.sleep(60)", "os.kill(os.getpid(), 19)"], ids=["a busy process", "one that no longer listens"]
)
def test_stopping_ends_the_process_within_a_second_and_nothing_more_is_heard(
    host: Desktop, run: Any, folders: Path, tmp_path: Path, behaviour: str
) -> None:
    process, heard = run(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); {behaviour}")
    host.wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    pid = int((tmp_path / "pid").read_text())
    start = time.monotonic()
    process.stop()
    assert time.monotonic() - start < 1.0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    host.process_events()
    assert not heard.over
    assert list(folders.iterdir()) == []


LAUNCHER = """\
#!{python}
# Starts the network as its child, as PythonSlicer does, and gives it its own input and output.
import os, subprocess, sys
sys.exit(subprocess.run([sys.executable, {script!r}, *sys.argv[1:]]).returncode)
"""


@pytest.mark.parametrize(
    "behaviour", ["time.sleep(60)", "os.kill(os.getpid(), 19)"], ids=["a busy process", "one that no longer listens"]
)
def test_stopping_ends_what_a_launcher_has_started(
    host: Desktop, run: Any, network: Any, folders: Path, tmp_path: Path, behaviour: str
) -> None:
    script = network(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); {behaviour}")
    launcher = tmp_path / "launcher.py"
    launcher.write_text(LAUNCHER.format(python=sys.executable, script=script))
    launcher.chmod(0o755)
    process, heard = run(python=str(launcher))
    host.wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    pid = int((tmp_path / "pid").read_text())
    start = time.monotonic()
    process.stop()
    while runs(pid):
        assert time.monotonic() - start < 1.0
        time.sleep(0.005)
    assert time.monotonic() - start < 1.0
    assert not heard.over
    assert list(folders.iterdir()) == []


def runs(pid: int) -> bool:
    """Whether a process is at work; an ended one that nobody has waited for is not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_an_image_laid_down_after_stopping_does_not_stay_on_the_disk(host: Desktop, folders: Path) -> None:
    from ParaspinalFatLib.panel.network_process import Listener, NetworkProcess

    assert host.errors == []
    nobody = Listener(lambda *_: None, lambda *_: None, lambda _: None)
    image = Image(np.arange(128.0).reshape(2, 8, 8), np.diag([1.0, 1.0, 4.0, 1.0]))
    process = NetworkProcess(image, some_request, "python", nobody)
    process.stop()
    with pytest.raises(WorkerError, match="cannot be handed to the network"):
        process.prepare()
    assert list(folders.iterdir()) == []


def test_an_image_that_cannot_be_outlined_is_refused_before_a_process_starts(host: Desktop, folders: Path) -> None:
    from ParaspinalFatLib.panel.network_process import Listener, NetworkProcess, outline_request

    assert host.errors == []
    nobody = Listener(lambda *_: None, lambda *_: None, lambda _: None)
    constant = Image(np.zeros((2, 8, 8)), np.diag([1.0, 1.0, 4.0, 1.0]))
    process = NetworkProcess(constant, outline_request, "python", nobody)
    with pytest.raises(InputError, match="every voxel has the value 0"):
        process.prepare()
    process.stop()
    assert list(folders.iterdir()) == []


def test_absent_weights_are_an_error_before_a_process_starts(
    host: Desktop, folders: Path, monkeypatch: pytest.MonkeyPatch, sample_volumes: dict[Role, Any]
) -> None:
    from ParaspinalFatLib.panel import network_process

    def absent() -> Path:
        raise WeightsError("No network weights")

    assert host.errors == []
    monkeypatch.setattr(network_process, "weights_card_path", absent)
    nobody = network_process.Listener(lambda *_: None, lambda *_: None, lambda _: None)
    process = network_process.NetworkProcess(
        image_of(sample_volumes[Role.WATER]), network_process.outline_request, "python", nobody
    )
    with pytest.raises(WeightsError, match="No network weights"):
        process.prepare()
    process.stop()
    assert list(folders.iterdir()) == []
