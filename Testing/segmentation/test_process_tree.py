"""A process is ended with its children and theirs, and with no other process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ParaspinalFatLib.segmentation.process_tree import descendants, kill_tree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="uses signals")

SLEEPER = "import time; time.sleep(60)"
STARTER = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}])
open(sys.argv[1], "w").write(str(child.pid) + "\\n")
time.sleep(60)
"""


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text() if sys.platform == "linux" else os.kill(pid, 0) is None
    except OSError:
        return False


def child_of(announcement: Path) -> int:
    """Identifier of the child that a process running STARTER announces in a file."""
    end = time.monotonic() + 30
    while not announcement.exists() or not announcement.read_text().endswith("\n"):
        assert time.monotonic() < end
        time.sleep(0.01)
    return int(announcement.read_text())


def assert_ends(pid: int) -> None:
    end = time.monotonic() + 5
    while alive(pid):
        assert time.monotonic() < end, "the child outlived its parent"
        time.sleep(0.01)


def test_children_go_with_their_parent_and_others_stay(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", SLEEPER])
    parent = subprocess.Popen([sys.executable, "-c", STARTER, str(tmp_path / "pid")])
    try:
        child = child_of(tmp_path / "pid")
        assert descendants(parent.pid) == [child]
        assert set(descendants(os.getpid())) >= {parent.pid, child, other.pid}
        kill_tree(parent.pid)
        parent.wait(timeout=5)
        assert_ends(child)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_children_of_a_group_leader_that_has_ended_go_too(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", STARTER, str(tmp_path / "pid")], start_new_session=True)
    child = child_of(tmp_path / "pid")
    parent.kill()
    parent.wait()
    assert alive(child)
    kill_tree(parent.pid)
    assert_ends(child)


def test_a_process_that_has_ended_is_passed_over() -> None:
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    kill_tree(ended.pid)
