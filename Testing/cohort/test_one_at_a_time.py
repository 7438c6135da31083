"""Two batches cannot fill one folder at the same time, and a killed one does not block the next."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ParaspinalFatLib.cohort.one_at_a_time import only_run_in
from ParaspinalFatLib.errors import OutputError

HOLD = """
import sys, time
from pathlib import Path
from ParaspinalFatLib.cohort.one_at_a_time import only_run_in
with only_run_in(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_until_the_first_one_ends_in_whatever_way(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "w")], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(OutputError, match="Another batch is running"), only_run_in(tmp_path / "w"):
        pass
    other.kill()
    other.communicate()
    with only_run_in(tmp_path / "w"):
        pass
