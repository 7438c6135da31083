"""Run the network in its own process: it can be killed at any moment, and torch never enters this one."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from ParaspinalFatLib.errors import OutputError, WorkerError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.voxels import require_signal
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.resources import weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.card_file import require_unaltered
from ParaspinalFatLib.segmentation.process_tree import kill_tree
from ParaspinalFatLib.segmentation.protocol import (
    LAST_WORDS,
    DoneMessage,
    ErrorMessage,
    Message,
    Options,
    ProgressMessage,
    ended_without_word,
    parse_line,
    read_result,
    worker_command,
    worker_environment,
    write_request,
)
from ParaspinalFatLib.segmentation.withheld import withheld_observations

HEARTBEAT_SECONDS = 0.2
"""Progress is called at least this often, so that a user's Cancel is heard while the worker is silent."""

LAST_WORDS_BYTES = 600
"""How much of the end of the worker's standard error is shown when it ends without a message."""


class WorkerSegmenter:
    """Outlines the structures of an image with the network in a process of its own; a ``case.Segmenter``.

    Attributes:
        last_report: facts about the last finished run for ``provenance.json`` (weights and their digest, device, torch,
            seconds, crop, voxels removed); None before.
    """

    def __init__(
        self,
        weights: str | Path | None = None,
        device: str = "auto",
        threads: int = 0,
        python: str | Path | None = None,
        mirror_averaging: bool | None = None,
        mean_probability: bool = False,
    ) -> None:
        """
        Args:
            weights: name or path of a weights card; None for the weights that come with the program.
            device: auto, cpu, cuda or mps.
            threads: CPU threads; 0 leaves the number to torch.
            python: interpreter of the worker; None for this one (within Slicer: PythonSlicer).
            mirror_averaging: average with the mirrored slice; None follows the card.
            mean_probability: also report how sure the network is of each outline.
        """
        self.weights = weights
        self.device = device
        self.threads = threads
        self.python = python
        self.mirror_averaging = mirror_averaging
        self.mean_probability = mean_probability
        self.last_report: dict[str, Any] | None = None

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What the reader should know about the outlines of the last finished run."""
        return withheld_observations(self.last_report)

    def __call__(self, image: Image, progress: Progress = no_progress) -> Image:
        """Label image (uint8, values of ``anatomy``) on the grid of ``image``.

        ``progress`` is called from this thread, also while nothing is new; if it raises (``Cancelled``), the worker and all
        its children are killed and nothing is left behind.

        Raises:
            InputError, GeometryError: the image cannot be used.
            WeightsError: the weights are absent or altered.
            MissingPackageError: torch is not installed for the worker's Python.
            MeasurementError: no muscle was found.
            WorkerError: the worker could not start, ran out of memory, crashed or was killed.
        """
        require_signal(image, "The image")
        axial_view(image)
        card = read_card(weights_card_path(self.weights))
        require_unaltered(card)
        options = Options(
            str(card.path.resolve()),
            self.device,
            self.threads,
            self.mirror_averaging,
            mean_probability=self.mean_probability,
        )
        labels, self.last_report = run_worker(image, options, self.python, progress)
        return image.with_array(labels)


def run_worker(
    image: Image, options: Options, python: str | Path | None = None, progress: Progress = no_progress
) -> tuple[np.ndarray, dict[str, Any]]:
    """Do one task in a process of its own: what it found, in the image's voxel order, and its record.

    Args:
        image: what to look at; checked already.
        options: the task, and how to do it.
        python: interpreter of the worker; None for this one.
        progress: called from this thread, also while nothing is new; if it raises (``Cancelled``), the worker and all its
            children are killed and nothing is left behind.

    Raises:
        ParaspinalFatError: what the worker reports, or ``WorkerError`` if it could not start, crashed or was killed.
    """
    with _request_folder(image, options) as folder:
        with _running_worker(folder, python, options.threads) as worker:
            _follow(worker, folder, progress)
        return read_result(folder)


@contextlib.contextmanager
def _request_folder(image: Image, options: Options) -> Iterator[Path]:
    """A folder that holds the request, removed when the block ends."""
    with contextlib.ExitStack() as stack:
        try:
            temporary = tempfile.TemporaryDirectory(prefix="paraspinalfat-", ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(temporary))
            write_request(folder, image, options)
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(
                f"The image cannot be handed to the network in {tempfile.gettempdir()}: {reason}. "
                "Free some space there, or set the environment variable TMPDIR to another folder."
            ) from error
        yield folder


@contextlib.contextmanager
def _running_worker(folder: Path, python: str | Path | None, threads: int) -> Iterator[subprocess.Popen[str]]:
    """A worker serving ``folder``; when the block ends, in whatever way, it and its children are gone."""
    command = worker_command(folder, python)
    with (folder / LAST_WORDS).open("wb") as stderr:
        try:
            worker = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=folder,
                env=worker_environment(threads),
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # a process group of its own: a Ctrl-C in the shell is ours to handle
            )
        except OSError as error:
            raise WorkerError(f"The network's process cannot be started with {command[0]}: {error.strerror}.") from error
        try:
            yield worker
        finally:
            _end(worker)


def _follow(worker: subprocess.Popen[str], folder: Path, progress: Progress) -> None:
    """Pass the worker's progress on until it is done; raise the error it reports or ends with."""
    assert worker.stdout is not None
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(worker.stdout, lines), daemon=True).start()
    news = ProgressMessage(0.0, "Starting the network")
    while True:
        message = _next_message(lines)
        if isinstance(message, ErrorMessage):
            raise message.exception()
        if isinstance(message, DoneMessage):
            return
        if isinstance(message, _EndOfOutput):
            raise ended_without_word(worker.wait(), _last_words(folder / LAST_WORDS))
        if isinstance(message, ProgressMessage):
            news = message
        progress(news.fraction, news.message)


class _EndOfOutput:
    """The worker has closed its output without having said that it is done."""


def _next_message(lines: queue.SimpleQueue[str | None]) -> Message | _EndOfOutput | None:
    """The next message, the end, or None when there is nothing new for a heartbeat's time."""
    try:
        line = lines.get(timeout=HEARTBEAT_SECONDS)
    except queue.Empty:
        return None
    return _EndOfOutput() if line is None else parse_line(line)


def _read_lines(stream: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    """Runs in a thread, because reading a pipe blocks; None marks the end."""
    with contextlib.suppress(ValueError, OSError):  # closed while reading: the run was cancelled
        for line in stream:
            lines.put(line)
    lines.put(None)


def _end(worker: subprocess.Popen[str]) -> None:
    """End the worker with all processes it started, and wait until it is gone."""
    kill_tree(worker.pid)
    worker.wait()
    for stream in (worker.stdin, worker.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _last_words(path: Path) -> str:
    """The end of the worker's standard error as one line."""
    return " ".join(path.read_bytes()[-LAST_WORDS_BYTES:].decode("utf-8", "replace").split())
