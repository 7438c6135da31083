"""The network's own process: serve one request folder and end. See ``protocol`` for what it reads, writes and prints.

python -m ParaspinalFatLib.segmentation.worker REQUEST_FOLDER
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import numpy as np

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.progress import Progress
from ParaspinalFatLib.segmentation.device import is_out_of_memory
from ParaspinalFatLib.segmentation.protocol import (
    FAT_FRACTION,
    LEVELS,
    OUTLINE,
    DoneMessage,
    ErrorMessage,
    Message,
    Options,
    ProgressMessage,
    discard,
    format_message,
    read_request,
    write_result,
)

OUT_OF_MEMORY = (
    "The network ran out of memory. Close other programs and try again; on a graphics card, choose the device cpu."
)

Found = tuple[np.ndarray, Mapping[str, Any]]
"""What a task found in the image, in the image's voxel order, and facts about it for the provenance."""

PARENT_GONE = 70
"""Exit status when the program that started the worker has ended."""


def serve(folder: Path, output: TextIO) -> int:
    """Do the task requested in ``folder``, report to ``output``, and return the exit status."""

    def say(message: Message) -> None:
        print(format_message(message), file=output, flush=True)

    try:
        image, options = read_request(folder)
        find = TASKS[options.task]
        array, record = find(image, options, lambda fraction, message: say(ProgressMessage(fraction, message)))
        write_result(folder, array, record)
    except Exception as error:
        say(_message_of(error))
        return getattr(error, "exit_code", 1)
    say(DoneMessage())
    return 0


def _outline(image: Image, options: Options, progress: Progress) -> Found:
    from ParaspinalFatLib.segmentation.card import read_card
    from ParaspinalFatLib.segmentation.predict import predict

    prediction = predict(
        image,
        read_card(options.card),
        device=options.device,
        threads=options.threads,
        mirror_averaging=options.mirror_averaging,
        mean_probability=options.mean_probability,
        progress=progress,
    )
    return prediction.labels.array, prediction.record


def _fat_fraction(image: Image, options: Options, progress: Progress) -> Found:
    from ParaspinalFatLib.segmentation.fat_card import read_fat_card
    from ParaspinalFatLib.segmentation.fat_prediction import predict_fat_fraction

    card = read_fat_card(options.card)
    prediction = predict_fat_fraction(image, card, device=options.device, threads=options.threads, progress=progress)
    return prediction.fraction.array, prediction.record


def _levels(image: Image, options: Options, progress: Progress) -> Found:
    from ParaspinalFatLib.segmentation.levels_card import read_levels_card
    from ParaspinalFatLib.segmentation.levels_prediction import predict_levels

    card = read_levels_card(options.card)
    return predict_levels(image.array, card, device=options.device, threads=options.threads, progress=progress)


TASKS: dict[str, Callable[[Image, Options, Progress], Found]] = {
    OUTLINE: _outline,
    FAT_FRACTION: _fat_fraction,
    LEVELS: _levels,
}
"""What the worker can find: name in the request to what finds it."""


def main() -> None:
    """Keep standard output for messages, end with the parent, serve."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder, messages = Path(sys.argv[1]), sys.stdout
    sys.stdout = sys.stderr  # what libraries print is for people
    gone = threading.Event()
    threading.Thread(target=_end_with_parent, args=(sys.stdin.buffer, folder, gone), daemon=True).start()
    try:
        status = serve(folder, messages)
    except OSError:  # nobody hears: the parent has ended, and the thread above may not have seen it yet
        gone.set()
    if gone.is_set():
        discard(folder)
        os._exit(PARENT_GONE)
    os._exit(status)  # the thread above still waits for standard input, which would hold up an ordinary end


def _message_of(error: Exception) -> ErrorMessage:
    if isinstance(error, ParaspinalFatError):
        return ErrorMessage(type(error).__name__, str(error))
    traceback.print_exc()
    if is_out_of_memory(error):
        return ErrorMessage("WorkerError", OUT_OF_MEMORY)
    return ErrorMessage("WorkerError", f"The network failed ({type(error).__name__}: {error}). Please report this.")


def _end_with_parent(stdin: BinaryIO, folder: Path, gone: threading.Event) -> None:
    """Standard input closes when the parent ends, however it ends; nobody would read the result or clear up then."""
    while stdin.read(1 << 16):
        pass
    gone.set()
    discard(folder)
    os._exit(PARENT_GONE)


if __name__ == "__main__":
    main()
