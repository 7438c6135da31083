#!/usr/bin/env python3
"""Set everything up and do one thing: `python3 dev.py sample` runs the main job, `python3 dev.py test` passes the tests.

Needs only Python 3.11 or newer, since the pinned packages have no older one; everything else goes into the folder .venv
beside this file.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = ENVIRONMENT / "installed.txt"
REQUIREMENTS = (ROOT / "pyproject.toml", ROOT / "constraints.txt")

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest", "-n", "2", "--dist", "loadfile"),
)


def install() -> None:
    """Create .venv and install this project with its test tools, unless that was done for the present requirements."""
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in REQUIREMENTS)).hexdigest()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Setting up .venv: about 2 GB, a few minutes the first time ...", flush=True)
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    run("pip", "install", "--quiet", "--constraint", "constraints.txt", "--editable", ".[test]")
    STAMP.write_text(wanted)


def run(module: str, *arguments: str) -> None:
    """Run a Python module in .venv, ending this script with its exit status if it fails."""
    finished = subprocess.run([str(PYTHON), "-m", module, *arguments], cwd=ROOT, check=False)
    if finished.returncode:
        sys.exit(finished.returncode)


def main(arguments: list[str]) -> None:
    """``sample`` with further arguments for ``paraspinalfat sample``, or ``test`` with further arguments for pytest."""
    task, *rest = arguments or ["help"]
    if task == "sample":
        install()
        run("ParaspinalFatLib", "sample", *rest)
    elif task == "test":
        install()
        for module, *options in CHECKS:
            run(module, *options, *(rest if module == "pytest" else ()))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
