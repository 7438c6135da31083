"""How many cases an hour two workers do, against one.

Run: python Testing/benchmarks/cohort_throughput.py [--cases 6]
Goal: two workers at least 1.8 times as fast as one, on the part that is bound by the processor. Each worker has one thread
and has done a case before the clock starts, so starting and loading the network do not count. The case is the bundled
sample, outlined by the bundled network.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.cluster import local_workers
from ParaspinalFatLib.cohort.conditions import conditions_of
from ParaspinalFatLib.cohort.fingerprint import digest_of
from ParaspinalFatLib.cohort.job import Job
from ParaspinalFatLib.cohort.scheduler import run_jobs
from ParaspinalFatLib.command.batch_case import run_case_of_batch
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.resources import resource

GOAL = 1.8


def jobs(names: Sequence[str], output: Path) -> list[Job]:
    """The sample case under several names."""
    settings = MeasurementSettings()
    digest = digest_of(conditions_of(settings))
    images = {role: str(resource("SampleCase", f"{role.value}.nii.gz")) for role in (Role.WATER, Role.FAT)}
    return [
        Job(CaseInput(name, name, "", f"sub-{name}", images), str(output), settings, digest, threads=1) for name in names
    ]


def seconds_a_case(workers: int, cases: int) -> float:
    """Wall time of a case when that many workers are busy with ``cases`` each."""
    with tempfile.TemporaryDirectory() as folder, local_workers(workers) as client:
        output = Path(folder)
        first = jobs([f"warm{number}" for number in range(workers)], output)
        places = zip(first, client.nthreads(), strict=True)
        warm = [client.submit(run_case_of_batch, job, workers=[address], pure=False) for job, address in places]
        client.gather(warm)
        begin = time.perf_counter()
        outcomes = [
            outcome for _, outcome in run_jobs(client, run_case_of_batch, jobs([f"p{n}" for n in range(cases)], output))
        ]
        elapsed = time.perf_counter() - begin
    assert not any(outcome.reason for outcome in outcomes), outcomes
    return elapsed / cases


def main() -> int:
    """Print both figures; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=6)
    cases = parser.parse_args().cases
    print(f"load of this computer before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    one, two = seconds_a_case(1, cases), seconds_a_case(2, cases)
    print(f"{cases} cases: 1 worker {one:.2f} s a case, 2 workers {two:.2f} s a case: {one / two:.2f} times (goal {GOAL})")
    print(f"load of this computer after: {os.getloadavg()[0]:.1f}")
    return int(one / two < GOAL)


if __name__ == "__main__":
    sys.exit(main())
