"""Being stopped: by Ctrl-C, by a closed terminal, by a job scheduler; always with everything cleaned up."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Within the block every stopping signal ends the work like Ctrl-C does: by KeyboardInterrupt."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(interrupt):
        yield


@contextlib.contextmanager
def signals_wait() -> Iterator[None]:
    """Within the block stopping signals only wait; at its end they interrupt.

    For code that an exception in the middle leaves broken, such as the import of an extension module.
    """
    received: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    with _handled(remember):
        yield
    if received:
        raise KeyboardInterrupt


@contextlib.contextmanager
def _handled(handler: object) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # Python delivers signals to the main thread only
        return
    before = {number: signal.signal(number, handler) for number in STOPPING}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
