"""One run at a time fills a cohort's folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ParaspinalFatLib.errors import OutputError

LOCK = "lock"


@contextlib.contextmanager
def only_run_in(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder, which is made if absent; the system releases it when the program ends, however it ends.

    Raises:
        OutputError: another run holds it, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a")
    except OSError as error:
        raise OutputError(f"Cannot write to {folder}: {error.strerror}. Choose a folder that can be written.") from error
    with file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise OutputError(f"Another batch is running in {folder.parent}. Wait for its end, or stop it.") from error
        yield


def _lock(descriptor: int) -> None:
    """Raises OSError where another process has the lock."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows only
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
