"""Run a cohort of light cases as the command does, in a process that a test may kill:

python light_batch.py MANIFEST OUTPUT WORKERS SECONDS_A_CASE
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import sys
import time
from pathlib import Path

TESTING = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTING.parent), str(TESTING)]

from cohort.light import write_light_results

from ParaspinalFatLib.cohort.job import Job, Outcome
from ParaspinalFatLib.cohort.manifest import read_manifest
from ParaspinalFatLib.command.batch_run import BatchChoices, run_cohort
from ParaspinalFatLib.errors import CohortError


def main(manifest: str, output: str, workers: str, seconds: str) -> int:
    """Run it; 10 if some cases failed."""
    pause, places = float(seconds), list(sys.path[:2])

    def work(job: Job) -> Outcome:
        sys.path[:0] = [place for place in places if place not in sys.path]
        if job.case.name.startswith("bad"):
            return Outcome("It is bad.", "InputError", 0.1)
        time.sleep(pause)
        write_light_results(job)
        return Outcome(seconds=0.5)

    try:
        run_cohort(read_manifest(manifest), BatchChoices(Path(output), workers=int(workers), quiet=True), work)
    except CohortError:
        return 10
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
