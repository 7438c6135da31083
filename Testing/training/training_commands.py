"""What every training command does: the same for outlines, fat and levels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., int]
"""Runs a training command into a folder, with further arguments; returns its exit status."""


def require_an_earlier_run_to_be_kept(run: Run, tmp_path: Path, card_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is written over only with --overwrite, and resumed only with its checkpoint."""
    out = tmp_path / "out"
    assert run(out, "--iterations", "1") == 0
    card = (out / card_name).read_bytes()
    assert run(out, "--iterations", "2") == 7
    assert "--overwrite" in capsys.readouterr().err
    (out / "checkpoint.pt").unlink()
    assert run(out, "--iterations", "2", "--resume") == 7
    assert run(out, "--iterations", "2", "--name", "other") == 7
    assert run(out, "--preview", str(tmp_path / "sheet.png")) == 0
    assert (out / card_name).read_bytes() == card
    assert run(out, "--iterations", "2", "--overwrite") == 0
    assert (out / card_name).read_bytes() != card


def require_an_end_without_matplotlib(run: Run, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is read. Matplotlib must be hidden already."""
    assert run(out, "--iterations", "1") == 9
    assert "paraspinalfat[training]" in capsys.readouterr().err
    assert not out.exists()
