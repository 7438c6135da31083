"""End a process with all that it has started: within Slicer the network's Python is the child of a launcher."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def kill_tree(pid: int) -> None:
    """Kill a process and all processes it has started, directly or not; those that have ended already are passed over.

    If it leads a process group (not on Windows), the whole group is killed: also children whose parent has ended already.

    Args:
        pid: process identifier of the topmost one; it must not have ended long ago, or its number may be another's.
    """
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
        return
    family = (pid, *descendants(pid))
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for one in family:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(one, signal.SIGKILL)


def descendants(pid: int, pairs: Iterable[tuple[int, int]] | None = None) -> list[int]:
    """Identifiers of the processes that a process has started, directly or not.

    Args:
        pid: the topmost one, which is not in the result.
        pairs: process and its parent, for all processes; None for those of this computer (not on Windows).

    >>> descendants(1, [(2, 1), (3, 2), (4, 9)])
    [2, 3]
    """
    children: dict[int, list[int]] = {}
    for one, parent in _processes() if pairs is None else pairs:
        children.setdefault(parent, []).append(one)
    found, waiting = [], [pid]
    while waiting:
        new = children.pop(waiting.pop(0), [])
        found += new
        waiting += new
    return found


def _processes() -> list[tuple[int, int]]:
    """Every process of this computer with its parent."""
    if sys.platform == "linux":
        return [pair for folder in Path("/proc").glob("[0-9]*") if (pair := _linux_process(folder)) is not None]
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
    return [(int(pid), int(parent)) for pid, parent in (line.split() for line in listed.splitlines() if line.strip())]


def _linux_process(folder: Path) -> tuple[int, int] | None:
    try:
        status = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended meanwhile
        return None
    after_name = status.rpartition(")")[2].split()  # the name, in brackets, may hold anything
    return int(folder.name), int(after_name[1])
