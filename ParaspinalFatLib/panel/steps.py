"""Work in pieces between which the event loop runs: what computes goes to a thread, what touches the scene stays here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from typing import Any

import qt

Work = Generator[Callable[[], Any] | None, Any, None]
"""Yields a function to have it called in a thread (it must not touch Qt or the scene) and gets its result; yields None to
let the event loop run. Everything between two yields runs in the main thread."""

POLL_MS = 10
"""How often the main thread looks whether the thread's piece is done."""

YIELD_TO_THREAD_S = 0.002
"""How long it then waits for the thread: waiting lends it Python's lock, which an application's event loop may keep."""


class Steps:
    """Runs work in pieces.

    Args:
        work: the pieces.
        failed: called with the exception that ended the work.
    """

    def __init__(self, work: Work, failed: Callable[[Exception], None]) -> None:
        self._work: Work | None = work
        self._failed = failed
        self._in_piece = False
        self._thread: threading.Thread | None = None
        self._result: list[Any] = []
        self._timer = qt.QTimer()
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def running(self) -> bool:
        """Whether there is work left."""
        return self._work is not None

    def start(self) -> None:
        """Begin with the first piece at the event loop's next turn."""
        self._timer.start()

    def stop(self) -> None:
        """Do no further piece: a generator's ``finally`` and ``with`` blocks end here. A thread's piece ends by itself, and
        its result is dropped."""
        work, self._work = self._work, None
        self._timer.stop()
        if work is not None and not self._in_piece:
            work.close()

    def _poll(self) -> None:
        if self._thread is not None:
            self._thread.join(YIELD_TO_THREAD_S)
            if self._thread.is_alive():
                return
            self._thread = None
        self._advance()

    def _advance(self) -> None:
        """Do the next piece in the main thread, and start the thread it asks for."""
        work = self._work
        if work is None:
            return
        result, self._result = self._result, []
        self._in_piece = True
        try:
            if result and isinstance(result[0], BaseException):
                piece = work.throw(result[0])
            else:
                piece = work.send(result[0] if result else None)
        except StopIteration:
            self.stop()
            return
        except Exception as error:
            self.stop()
            self._failed(error)
            return
        finally:
            self._in_piece = False
        if self._work is None:  # the piece itself has stopped the work
            work.close()
        elif piece is not None:
            self._start_thread(piece)

    def _start_thread(self, piece: Callable[[], Any]) -> None:
        result: list[Any] = []
        self._result = result  # of this piece: a thread that outlives its run writes into its own list

        def call() -> None:
            try:
                result.append(piece())
            except Exception as error:
                result.append(error)

        self._thread = threading.Thread(target=call, daemon=True)
        self._thread.start()
