"""The network's process seen from a panel: it runs beside the event loop, reports, and can be stopped at any moment."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import qt

from ParaspinalFatLib.errors import OutputError, ParaspinalFatError, WorkerError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.voxels import require_signal
from ParaspinalFatLib.resources import weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.card_file import require_unaltered
from ParaspinalFatLib.segmentation.process_tree import kill_tree
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
    """Who hears of a run. Exactly one of ``found`` and ``failed`` is called, unless the run is stopped.

    Attributes:
        progress: fraction (0 to 1) and message.
        found: the array that the network found, and the record for the provenance.
        failed: the error that ended the run.
    """

    progress: Callable[[float, str], None]
    found: Callable[[np.ndarray, dict[str, Any]], None]
    failed: Callable[[ParaspinalFatError], None]


class NetworkProcess:
    """One run of the network: :meth:`prepare`, which may be done in a thread, then :meth:`start`.

    Args:
        image: the image to look at.
        request: checks the image and the weights, and says what to ask the process for (:func:`outline_request`).
        python: interpreter of the process (PythonSlicer within Slicer).
        listener: who hears of it.
    """

    def __init__(self, image: Image, request: Callable[[Image], Options], python: str, listener: Listener) -> None:
        self._image = image
        self._request = request
        self._listener = listener
        self._python = python
        self._output = ""
        self._started = self._stopped = False
        self._folder = Path(tempfile.mkdtemp(prefix="paraspinalfat-"))
        self._process = qt.QProcess()

    def prepare(self) -> None:
        """Check the image and the weights and lay the image down for the process; touches neither Qt nor a scene.

        Raises:
            ParaspinalFatError: the image cannot be outlined, the weights are absent or altered, or the disk is full.
        """
        try:
            write_request(self._folder, self._image, self._request(self._image))
        except (OSError, OutputError) as error:
            reason = f"The image cannot be handed to the network in {self._folder.parent}. Free some space there."
            raise WorkerError(reason) from error
        finally:
            if self._stopped:  # meanwhile; the image must not stay on the disk
                shutil.rmtree(self._folder, ignore_errors=True)

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
        self._started = True  # before: that a program is missing may be reported at once
        self._process.start(program, arguments)

    def stop(self) -> None:
        """End the process with its children; the listener hears nothing more. Stopping again does nothing."""
        if self._stopped:
            return
        self._stopped = True
        if self._started:
            self._started = False
            self._disconnect()
            self._process.closeWriteChannel()  # the worker ends when its standard input closes, whatever started it
            if self._process.state() != qt.QProcess.NotRunning:
                kill_tree(int(self._process.processId()))
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
            array, record = read_result(self._folder)
        except ParaspinalFatError as error:
            self._fail(error)
            return
        self.stop()
        self._listener.found(array, record)

    def _fail(self, error: ParaspinalFatError) -> None:
        self.stop()
        self._listener.failed(error)

    def _finished(self, exit_code: int = 0, *_status: Any) -> None:
        """The process has ended without having said that it is done."""
        crashed = self._process.exitStatus() == qt.QProcess.CrashExit
        last_words = _text(self._process.readAllStandardError())[-LAST_WORDS:]
        self._fail(ended_without_word(-exit_code if crashed else exit_code, " ".join(last_words.split())))

    def _not_started(self, error: Any = None) -> None:
        if error == qt.QProcess.FailedToStart:  # a crash is also reported by _finished
            self._fail(WorkerError(f"The network's process cannot be started with {self._python}."))

    def _disconnect(self) -> None:
        self._process.readyReadStandardOutput.disconnect(self._read)
        self._process.finished.disconnect(self._finished)
        self._process.errorOccurred.disconnect(self._not_started)

    def _forget(self) -> None:
        """Remove the files at once, the process a moment later: this may run within one of its own signals."""
        shutil.rmtree(self._folder, ignore_errors=True)
        process = self._process
        qt.QTimer.singleShot(0, lambda: process.deleteLater())  # the lambda keeps it alive until then


def outline_request(image: Image, device: str = "auto") -> Options:
    """What to ask the process for to have the structures of an image outlined with the bundled weights.

    Raises:
        InputError, GeometryError: the image cannot be outlined.
        WeightsError: the weights are absent or altered.
    """
    require_signal(image, "The image")
    axial_view(image)
    card = read_card(weights_card_path())
    require_unaltered(card)
    return Options(str(card.path.resolve()), device)


def _text(data: Any) -> str:
    """Text of a QByteArray."""
    return bytes(data.data() or b"").decode("utf-8", "replace")
