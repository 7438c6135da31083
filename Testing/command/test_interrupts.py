"""A run that is stopped from outside ends at once, with its own exit status, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from ParaspinalFatLib.command.interrupts import signals_interrupt, signals_wait


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_every_stopping_signal_interrupts_and_the_old_handlers_come_back(number):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), signals_interrupt():
        os.kill(os.getpid(), number)
        time.sleep(1)
    assert signal.getsignal(number) is before


def test_a_signal_waits_for_the_end_of_what_must_not_be_broken():
    done = []
    with pytest.raises(KeyboardInterrupt), signals_wait():
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("the import is complete")
    assert done


def test_a_terminated_command_says_so_and_leaves_no_file_and_no_process(sample_case, tmp_path):
    arguments = ["run", "--water", str(sample_case / "water.nii.gz"), "--output", str(tmp_path / "out"), "--threads", "1"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = subprocess.Popen(
        [sys.executable, "-m", "ParaspinalFatLib", *arguments], stderr=subprocess.PIPE, text=True, env=environment
    )
    assert command.stderr is not None
    seen = ""
    while "Starting the network" not in seen and "Outlining" not in seen:
        character = command.stderr.read(1)
        assert character, seen
        seen += character
    command.send_signal(signal.SIGTERM)
    _, complained = command.communicate(timeout=20)
    assert command.returncode == 130
    assert "Cancelled" in complained
    assert list(tmp_path.iterdir()) == []
