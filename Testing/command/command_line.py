"""Run the command within the test's process."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

from ParaspinalFatLib.command.main import main


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it printed."""

    status: int
    printed: str
    complained: str


def run_command(*arguments: object) -> Outcome:
    """Run the command within this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(argument) for argument in arguments])
    return Outcome(status, out.getvalue(), err.getvalue())
