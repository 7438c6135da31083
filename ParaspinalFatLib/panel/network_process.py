"""The network's process seen from a panel: it runs beside the event loop, reports, and can be stopped at any moment."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qt

from ParaspinalFatLib.errors import ParaspinalFatError, WorkerError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.voxels import require_signal
from ParaspinalFatLib.resources import weights_card_path
from ParaspinalFatLib.segmentation.card import read_card, require_unaltered
from ParaspinalFatLib.segmentation.protocol import (
    DoneMessage,
    ErrorMessage,
    Options,
    ProgressMessage,
    ended_without_word,
    parse_line,
    read_result,
    worker_command,
    worker_environment,
    write_request,
)

LAST_WORDS = 600
"""How many characters of the process' standard error are shown when it ends without a message."""

STOPPING_MS = 3000
"""How long to wait, when the module is closed, for a process that was killed to be gone."""


@dataclass(frozen=True)
class Listener:
    """Who hears of a run. Exactly one of ``labels`` and ``failed`` is called, unless the run is stopped.

    Attributes:
        progress: fraction (0 to 1) and message.
        labels: the label image on the grid of the requested image.
        failed: the error that ended the run.
    """

    progress: Callable[[float, str], None]
    labels: Callable[[Image], None]
    failed: Callable[[ParaspinalFatError], None]


class NetworkProcess:
    """One run of the network.

    Args:
        image: the image to outline.
        device: auto, cpu, cuda or mps.
        python: interpreter of the process (PythonSlicer within Slicer).
        listener: who hears of it.
        card: the weights' card; None for the weights that come with the program.

    Raises:
        ParaspinalFatError: the image cannot be outlined, or the weights are absent or altered.
    """

    def __init__(self, image: Image, device: str, python: str, listener: Listener, card: Path | None = None) -> None:
        require_signal(image, "The image")
        axial_view(image)
        self._image = image
        self._listener = listener
        self._python = python
        self._output = ""
        card = card or _bundled_card()
        self._folder = Path(tempfile.mkdtemp(prefix="paraspinalfat-"))
        self._process = qt.QProcess()
        try:
            write_request(self._folder, image, Options(str(card), device))
        except OSError as error:
            self._forget()
            reason = f"The image cannot be handed to the network: {error.strerror}. Free some disk space."
            raise WorkerError(reason) from error

    def start(self) -> None:
        """Start the process; its end is reported to the listener."""
        environment = qt.QProcessEnvironment()
        for name, value in worker_environment().items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._not_started)
        program, *arguments = worker_command(self._folder, self._python)
        self._process.start(program, arguments)

    def stop(self) -> None:
        """End the process with its children; the listener hears nothing more."""
        self._disconnect()
        self._process.closeWriteChannel()  # what a launcher started ends when its standard input closes
        self._process.kill()
        self._process.waitForFinished(STOPPING_MS)
        self._forget()

    def _read(self) -> None:
        *lines, self._output = (self._output + _text(self._process.readAllStandardOutput())).split("\n")
        for line in lines:
            message = parse_line(line)
            if isinstance(message, ProgressMessage):
                self._listener.progress(message.fraction, message.message)
            elif isinstance(message, ErrorMessage):
                self._fail(message.exception())
                return
            elif isinstance(message, DoneMessage):
                self._succeed()
                return

    def _succeed(self) -> None:
        try:
            labels, _record = read_result(self._folder)
        except ParaspinalFatError as error:
            self._fail(error)
            return
        self._end()
        self._listener.labels(self._image.with_array(labels))

    def _fail(self, error: ParaspinalFatError) -> None:
        self._end()
        self._listener.failed(error)

    def _finished(self, exit_code: int = 0, *_status: Any) -> None:
        """The process has ended without having said that it is done."""
        crashed = self._process.exitStatus() == qt.QProcess.CrashExit
        last_words = _text(self._process.readAllStandardError())[-LAST_WORDS:]
        self._fail(ended_without_word(-exit_code if crashed else exit_code, " ".join(last_words.split())))

    def _not_started(self, error: Any = None) -> None:
        if error == qt.QProcess.FailedToStart:  # a crash is also reported by _finished
            self._fail(WorkerError(f"The network's process cannot be started with {self._python}."))

    def _end(self) -> None:
        """The run is over: forget the process, which ends by itself or is ended now."""
        self.stop()

    def _disconnect(self) -> None:
        self._process.readyReadStandardOutput.disconnect(self._read)
        self._process.finished.disconnect(self._finished)
        self._process.errorOccurred.disconnect(self._not_started)

    def _forget(self) -> None:
        """Remove the files at once, the process a moment later: this may run within one of its own signals."""
        shutil.rmtree(self._folder, ignore_errors=True)
        process = self._process
        qt.QTimer.singleShot(0, lambda: process.deleteLater())  # the lambda keeps it alive until then


def _bundled_card() -> Path:
    card = read_card(weights_card_path())
    require_unaltered(card)
    return card.path.resolve()


def _text(data: Any) -> str:
    """Text of a QByteArray."""
    return bytes(data.data() or b"").decode("utf-8", "replace")
