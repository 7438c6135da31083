"""How fast two workers do a cohort, against one.

Run: python Testing/benchmarks/cohort_throughput.py [--cases 6] [--drawn]
Goal: two workers at least 1.8 times as fast as one, on the part that is bound by the processor. Each worker has one thread
and has done a case before the clock starts, so starting and loading the network do not count. The case is the bundled
sample, outlined by the bundled network; with --drawn a small torso and the tiny network of the tests. On a busy computer two
workers also get twice the share of its processors that one gets, so the figure says less there.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

from cohort_cases import write_cases
from torso import CARD, trained_network, write_weights

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

if TYPE_CHECKING:
    from distributed import Client

GOAL = 1.8


class Jobs:
    """Jobs that all run the same case under names of their own."""

    def __init__(self, folder: Path, *, drawn: bool) -> None:
        self.folder, self.weights, self.made = folder, None, 0
        self.images = {role: str(resource("SampleCase", f"{role.value}.nii.gz")) for role in (Role.WATER, Role.FAT)}
        if drawn:
            write_cases(folder, 1)
            self.images = {Role.ANATOMY: str(folder / "t2_0.nii.gz")}
            self.weights = str(write_weights(folder, CARD, trained_network()))
        self.digest = digest_of(conditions_of(MeasurementSettings(), self.weights))

    def next(self, count: int) -> list[Job]:
        """That many more jobs."""
        names = [f"p{number}" for number in range(self.made, self.made + count)]
        self.made += count
        cases = [CaseInput(name, name, "", f"sub-{name}", self.images) for name in names]
        output, settings = str(self.folder / "out"), MeasurementSettings()
        return [Job(case, output, settings, self.digest, self.weights, threads=1) for case in cases]


def seconds_a_case(client: Client, jobs: list[Job]) -> float:
    """Wall time of a case."""
    begin = time.perf_counter()
    outcomes = [outcome for _, outcome in run_jobs(client, run_case_of_batch, jobs)]
    assert not any(outcome.reason for outcome in outcomes), outcomes
    return (time.perf_counter() - begin) / len(jobs)


def main() -> int:
    """Print both figures; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=6)
    parser.add_argument("--drawn", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, local_workers(2) as client:
        jobs = Jobs(Path(folder), drawn=options.drawn)
        places = zip(jobs.next(2), client.nthreads(), strict=True)
        client.gather([client.submit(run_case_of_batch, job, workers=[place], pure=False) for job, place in places])
        print(f"load of this computer: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        two = seconds_a_case(client, jobs.next(options.cases))
        client.cluster.scale(1)
        client.retire_workers(list(client.nthreads())[1:])
        while len(client.nthreads()) > 1:
            time.sleep(0.1)
        one = seconds_a_case(client, jobs.next(options.cases))
    print(f"{options.cases} cases: 1 worker {one:.2f} s a case, 2 workers {two:.2f} s a case")
    print(f"{one / two:.2f} times as fast (goal {GOAL})")
    print(f"load of this computer after: {os.getloadavg()[0]:.1f}")
    return int(one / two < GOAL)


if __name__ == "__main__":
    sys.exit(main())
