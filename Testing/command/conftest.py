"""The bundled sample case, run once for all tests of the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command.command_line import run_command

from ParaspinalFatLib.resources import resource


@pytest.fixture(scope="session")
def sample_case() -> Path:
    """Folder of the bundled synthetic scan."""
    return resource("SampleCase")


@pytest.fixture(scope="session")
def sample_results(tmp_path_factory) -> tuple[Path, dict]:
    """Folder of results of the sample case, and the JSON summary that was printed."""
    folder = tmp_path_factory.mktemp("sample") / "results"
    outcome = run_command("sample", "--output", folder, "--scene", "--json", "--quiet", "--threads", 1)
    assert outcome.status == 0, outcome.complained
    return folder, json.loads(outcome.printed)
