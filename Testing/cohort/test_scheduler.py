"""Jobs on real worker processes: never too many at once, and a worker that dies costs only the case that killed it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from cohort.light import light_case, light_job

from ParaspinalFatLib.cohort.job import Job, Outcome
from ParaspinalFatLib.cohort.scheduler import run_jobs
from ParaspinalFatLib.errors import OutputError, WorkerError


def jobs_named(folder: Path, *names: str) -> list[Job]:
    return [light_job(light_case(name, folder / "a.nii"), folder) for name in names]


def test_every_job_comes_back_once_and_is_not_taken_before_it_is_needed(client, tmp_path):
    def work(job):
        return Outcome(seconds=float(job.case.name))

    taken = most = 0

    def jobs():
        nonlocal taken
        for job in jobs_named(tmp_path, *map(str, range(40))):
            taken += 1
            yield job

    seconds = []
    for back, (_job, outcome) in enumerate(run_jobs(client, work, jobs()), start=1):
        most = max(most, taken - back)
        seconds.append(outcome.seconds)
    assert sorted(seconds) == list(range(40))
    assert most <= 4


def test_a_case_that_kills_its_worker_fails_alone(client, tmp_path):
    def work(job):
        import os
        import signal
        import time

        if job.case.name == "killer":
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.05)
        return Outcome()

    names = ["a", "b", "killer", *map(str, range(8))]
    outcomes = {job.case.name: (job, outcome) for job, outcome in run_jobs(client, work, jobs_named(tmp_path, *names))}
    assert outcomes.keys() == set(names)
    job, outcome = outcomes.pop("killer")
    assert job.attempts == 3
    assert "worker process ended 3 times" in outcome.reason
    assert outcome.error == "WorkerError"
    assert all(outcome.reason == "" for _, outcome in outcomes.values())


def test_a_case_whose_worker_was_killed_by_somebody_else_is_done_by_another(client, tmp_path):
    def work(job):
        import os
        import signal

        first_time = Path(job.output) / "first_time"
        if job.case.name == "b" and not first_time.exists():
            first_time.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Outcome()

    outcomes = {job.case.name: (job, outcome) for job, outcome in run_jobs(client, work, jobs_named(tmp_path, *"abcd"))}
    assert outcomes.keys() == set("abcd")
    assert all(outcome.reason == "" for _, outcome in outcomes.values())
    assert outcomes["b"][0].attempts > 1


def test_a_worker_that_cannot_run_the_program_ends_the_run(client, tmp_path):
    def work(_job):
        raise ModuleNotFoundError("No module named 'ParaspinalFatLib'")

    with pytest.raises(WorkerError, match="Install the same ParaspinalFat"):
        list(run_jobs(client, work, jobs_named(tmp_path, "a", "b")))


def test_a_full_disk_ends_the_run_with_its_own_words(client, tmp_path):
    def work(_job):
        raise OutputError("The disk is full.")

    with pytest.raises(OutputError, match="The disk is full"):
        list(run_jobs(client, work, itertools.islice(jobs_named(tmp_path, "a", "b"), 1)))
