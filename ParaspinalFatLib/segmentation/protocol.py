"""How a program and the network's process talk: a folder for the data, JSON lines for the news. Knows neither Qt nor torch.

The folder holds the request (``request.json``, ``image.npy``) and, once the worker is done, the result (``result.npy``,
``result.json``). The worker prints one JSON object a line; whatever else appears on its output is no message. When its
standard input closes, the program that started it has gone: it removes these files, since they hold a patient's image and
nobody else will, and ends. So keep that pipe open while you wait.

``segmentation.process`` runs a worker with ``subprocess``; the panel runs the same command with ``qt.QProcess``.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ParaspinalFatLib import errors
from ParaspinalFatLib.errors import ParaspinalFatError, WorkerError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.image import Image

LAST_WORDS = "stderr.txt"
"""File in the folder to which the worker's standard error goes, if the program that starts it likes."""

MODULE = "ParaspinalFatLib.segmentation.worker"
PACKAGE_PARENT = Path(__file__).resolve().parents[2]
"""The folder from which the worker imports ParaspinalFatLib: the one this program imported it from."""

THREADS_THAT_SLEEP = {"OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_NUM_THREADS": "1"}
"""Waiting threads of torch (OpenMP) sleep instead of spinning, and numpy's small matrices stay in one thread. On an idle
computer this costs nothing; on a busy one (as many programs as cores) a case of 60 slices took 25 s instead of 66 s."""


OUTLINE = "outline"
"""Task: label values of the structures (uint8), with the weights of an outlining network."""

FAT_FRACTION = "fat_fraction"
"""Task: the fat fraction of every voxel (float32), with the weights of a fat network."""

LEVELS = "levels"
"""Task: probabilities of disc, body and lowest disc (float32) in the midline planes of a spine, with the weights of a level
network."""


@dataclass(frozen=True)
class Options:
    """What the worker is asked to do with the image.

    Attributes:
        card: path of the weights card, of the kind that the task needs.
        device: a name of ``device.DEVICES``.
        threads: CPU threads, 0 for torch's own choice.
        mirror_averaging: None follows the card.
        task: what to find; :data:`OUTLINE`, :data:`FAT_FRACTION` or :data:`LEVELS`.
        mean_probability: also record how sure the network is of each outline.
    """

    card: str
    device: str = "auto"
    threads: int = 0
    mirror_averaging: bool | None = None
    task: str = OUTLINE
    mean_probability: bool = False


@dataclass(frozen=True)
class ProgressMessage:
    """The worker has done ``fraction`` (0 to 1) of its work."""

    fraction: float
    message: str


@dataclass(frozen=True)
class ErrorMessage:
    """The worker stopped at an error; ``kind`` is a class name of ``ParaspinalFatLib.errors``."""

    kind: str
    message: str

    def exception(self) -> ParaspinalFatError:
        """The error to raise on this side."""
        kind = getattr(errors, self.kind, WorkerError)
        known = isinstance(kind, type) and issubclass(kind, ParaspinalFatError)
        return kind(self.message) if known else WorkerError(self.message)


@dataclass(frozen=True)
class DoneMessage:
    """The result lies in the folder."""


Message = ProgressMessage | ErrorMessage | DoneMessage


def write_request(folder: Path, image: Image, options: Options) -> None:
    """Lay an image and what to do with it into an empty folder for the worker."""
    with written_whole(folder / "image.npy") as path, path.open("wb") as file:
        np.save(file, image.array, allow_pickle=False)
    content = {"affine": image.affine.tolist(), "options": asdict(options)}
    with written_whole(folder / "request.json") as path:
        path.write_text(json.dumps(content), encoding="utf-8")


def read_request(folder: Path) -> tuple[Image, Options]:
    """The image (mapped from the file, so it takes no memory until it is used) and what to do with it."""
    content = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    array = np.load(folder / "image.npy", mmap_mode="r", allow_pickle=False)
    return Image(array, np.array(content["affine"])), Options(**content["options"])


def write_result(folder: Path, array: np.ndarray, record: Mapping[str, Any]) -> None:
    """Lay the result beside the request; ``result.json`` comes last and says that all is there."""
    with written_whole(folder / "result.npy") as path, path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    with written_whole(folder / "result.json") as path:
        path.write_text(json.dumps(record), encoding="utf-8")


def read_result(folder: Path) -> tuple[np.ndarray, dict[str, Any]]:
    """What the task found, in the voxel order of the requested image, and the record for the provenance.

    Raises:
        WorkerError: the worker ended without a complete result.
    """
    try:
        record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        return np.load(folder / "result.npy", allow_pickle=False), record
    except (OSError, ValueError) as error:
        raise WorkerError(f"The network's process ended without a result ({error}). Try again.") from error


def discard(folder: Path) -> None:
    """Remove the files of this protocol from a folder, and the folder if it holds nothing else."""
    for name in ("request.json", "image.npy", "result.npy", "result.json", LAST_WORDS):
        for path in (folder / name, *folder.glob(f".part-*-{name}")):
            with contextlib.suppress(OSError):
                path.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()


def format_message(message: Message) -> str:
    """One line of the worker's output, without the line's end."""
    if isinstance(message, ProgressMessage):
        return json.dumps({"type": "progress", "fraction": message.fraction, "message": message.message})
    if isinstance(message, ErrorMessage):
        return json.dumps({"type": "error", "kind": message.kind, "message": message.message})
    return json.dumps({"type": "done"})


def parse_line(line: str) -> Message | None:
    """The message in one line of the worker's output; None if it is none (a library's chatter).

    >>> parse_line('{"type": "progress", "fraction": 0.5, "message": "Outlining slice 3 of 6"}')
    ProgressMessage(fraction=0.5, message='Outlining slice 3 of 6')
    >>> parse_line("Using cuDNN 9") is None
    True
    """
    try:
        content = json.loads(line)
        kind = content["type"]
        if kind == "progress":
            return ProgressMessage(float(content["fraction"]), str(content["message"]))
        if kind == "error":
            return ErrorMessage(str(content["kind"]), str(content["message"]))
        return DoneMessage() if kind == "done" else None
    except (ValueError, KeyError, TypeError):
        return None


def worker_command(folder: Path, python: str | Path | None = None) -> list[str]:
    """Program and arguments that serve the request in ``folder``.

    Args:
        python: the interpreter; None for this one, which within Slicer is PythonSlicer (Slicer sets ``sys.executable`` so).
    """
    return [str(python or sys.executable), "-m", MODULE, str(folder)]


def worker_environment(threads: int = 0, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment variables for the worker.

    Args:
        threads: also limits the threads of torch's numerical libraries; 0 leaves them alone.
        base: the environment to start from, this process's if None. PythonSlicer needs Slicer's own, another Python the one
            of before Slicer's start (``slicer.util.startupEnvironment()``).
    """
    environment = dict(os.environ if base is None else base)
    others = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    environment["PYTHONPATH"] = os.pathsep.join([str(PACKAGE_PARENT), *others])
    environment = THREADS_THAT_SLEEP | environment
    if threads > 0:
        environment |= {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    return environment


def ended_without_word(exit_status: int, last_output: str) -> WorkerError:
    """The error for a worker that ended by itself and reported neither a result nor an error.

    Args:
        exit_status: as ``subprocess`` gives it (a signal negative) or as a shell does (128 + signal).
        last_output: the end of its standard error, shown to the user.
    """
    signal = -exit_status if exit_status < 0 else exit_status - 128 if 128 < exit_status < 160 else 0
    how = {
        9: "was killed, most likely because the computer ran out of memory. Close other programs and try again",
        15: "was stopped from outside. Try again",
        11: "crashed (segmentation fault). Try again with the device cpu, or install torch again",
    }.get(signal, f"ended unexpectedly with status {exit_status}. Try again, and report it if it stays")
    tail = f" Its last words: {last_output.strip()}" if last_output.strip() else ""
    return WorkerError(f"The network's process {how}. Nothing else was changed.{tail}")
