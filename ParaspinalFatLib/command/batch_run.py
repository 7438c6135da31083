"""A cohort from its list of cases to its tables: what is still to be done, by whom, and what is told on the way."""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib import __version__
from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.case_folder import WORKPLACE, forget_failure, note_failure, sweep
from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.check import problem_of
from ParaspinalFatLib.cohort.cluster import cores_and_memory, local_workers, scheduler_at, workers_here
from ParaspinalFatLib.cohort.cohort_tables import STATUS_TABLE, write_tables
from ParaspinalFatLib.cohort.conditions import conditions_of, record_conditions, require_same_conditions
from ParaspinalFatLib.cohort.fingerprint import digest_of, fingerprint
from ParaspinalFatLib.cohort.job import Job, Outcome
from ParaspinalFatLib.cohort.one_at_a_time import only_run_in
from ParaspinalFatLib.cohort.scheduler import Work, run_jobs
from ParaspinalFatLib.cohort.status import State, person_record, statuses
from ParaspinalFatLib.command.cases_bar import cases_bar
from ParaspinalFatLib.errors import Cancelled, CohortError, InputError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.report.write_case import require_packages

if TYPE_CHECKING:
    from distributed import Client

DESCRIPTION_FILE = "dataset_description.json"

TABLES_SECONDS = 5.0
"""The tables are written anew while cases finish, at most this often ..."""

TABLES_SHARE = 0.05
"""... and so seldom that it takes no more than this part of the time."""


@dataclass(frozen=True)
class BatchChoices:
    """How to run a cohort.

    Attributes:
        output: the cohort's folder, absolute.
        settings: of all cases.
        name_levels: name levels from the images where neither a file nor the lowest one's name is given; else number them.
        weights: card of other weights than the bundled ones.
        device, threads: where the network runs; threads 0 for the cores that each worker has.
        workers: number of workers on this computer; 0 for as many as fit.
        scheduler: address of a Dask scheduler whose workers to use instead.
        only: names of the cases to run; empty for all.
        retry_failed, overwrite: whether failed and changed cases are run again.
        anonymised: keep names of files out of the results.
        report: also write each case's report, without what DICOM headers say.
        quiet: no progress bar.
    """

    output: Path
    settings: MeasurementSettings = field(default_factory=MeasurementSettings)
    name_levels: bool = False
    weights: Path | None = None
    device: str = "auto"
    threads: int = 0
    workers: int = 0
    scheduler: str | None = None
    only: tuple[str, ...] = ()
    retry_failed: bool = False
    overwrite: bool = False
    anonymised: bool = False
    report: bool = False
    quiet: bool = False


def check_cohort(cases: Sequence[CaseInput], choices: BatchChoices) -> None:
    """Look through all inputs and print what cannot be used; nothing is written.

    Raises:
        CohortError: some cases cannot be used.
    """
    conditions_of(choices.settings, choices.weights, name_levels=choices.name_levels)
    chosen = _chosen(cases, choices.only)
    bad = 0
    with cases_bar(len(chosen), "Checking", shown=not choices.quiet) as advance:
        for case in chosen:
            problem = problem_of(case, choices.settings, anonymised=choices.anonymised)
            bad += bool(problem)
            if problem:
                advance.say(f"{case.name}: {problem}")
            advance(f"{bad} with a problem")
    print(f"{len(chosen) - bad} of {len(chosen)} cases can be used, as far as their headers show. Nothing was written.")
    if bad:
        raise CohortError(f"{bad} of {len(chosen)} cases cannot be used; each is named above. The others can be run.")


def run_cohort(cases: Sequence[CaseInput], choices: BatchChoices, work: Work | None = None) -> None:
    """Run every case that is still to be done, and write the tables of the cohort.

    Args:
        cases: of the cohort.
        choices: how, and where the results go.
        work: runs one case in a worker; None for :func:`batch_case.run_case_of_batch`.

    Raises:
        OutputError: the folder cannot be written, is in use, or was filled under other conditions.
        InputError: a case asked for is not in the cohort.
        WorkerError: the workers cannot be reached.
        CohortError: some cases failed or are out of date; the others are done.
        Cancelled: the run was stopped; finished cases are kept.
    """
    if choices.report:
        require_packages()
    conditions = conditions_of(choices.settings, choices.weights, name_levels=choices.name_levels)
    digest = digest_of(conditions)
    chosen = _chosen(cases, choices.only)
    require_same_conditions(choices.output, conditions, overwrite=choices.overwrite)
    with only_run_in(choices.output / WORKPLACE):
        sweep(choices.output)
        record_conditions(choices.output, conditions)
        _write_description(choices.output)
        tables = _Tables(cases, choices.output, digest)
        states = (status.state for status in statuses(chosen, choices.output, digest))
        wanted = [case for case, state in zip(chosen, states, strict=True) if _to_be_done(state, choices)]
        try:
            if wanted:
                _run(wanted, choices, work or _real_work(), digest, tables)
        except KeyboardInterrupt:
            counts = tables.write()
            raise Cancelled(
                f"Stopped: {counts[State.DONE]} of {len(cases)} cases are done. Run the same command again to go on."
            ) from None
        counts = tables.write()
    _report(counts, len(cases), len(chosen) - len(wanted), choices.output)


def _real_work() -> Work:
    from ParaspinalFatLib.command.batch_case import run_case_of_batch

    return run_case_of_batch


def _run(wanted: Sequence[CaseInput], choices: BatchChoices, work: Work, digest: str, tables: _Tables) -> None:
    done: Counter[bool] = Counter()
    with (
        cases_bar(len(wanted), "Starting workers", shown=not choices.quiet) as advance,
        _workers(choices) as (client, threads),
    ):
        advance("", moved=0, title="Measuring")
        jobs = (_job(case, choices, digest, threads) for case in wanted)
        for job, outcome in run_jobs(client, work, jobs):
            _take_note(job, outcome, choices.output)
            done[not outcome.reason] += 1
            tables.write_if_due()
            advance(f"{done[True]} done, {done[False]} failed")


@contextlib.contextmanager
def _workers(choices: BatchChoices) -> Iterator[tuple[Client, int]]:
    """A client of the workers asked for, and the threads each may use."""
    if choices.scheduler:
        with scheduler_at(choices.scheduler) as client:
            yield client, choices.threads
        return
    count, threads = workers_here(*cores_and_memory(), choices.workers)
    with local_workers(count) as client:
        yield client, choices.threads or threads


def _job(case: CaseInput, choices: BatchChoices, digest: str, threads: int) -> Job:
    weights = str(choices.weights) if choices.weights else None
    computing = (weights, choices.device, threads, choices.anonymised)
    job = Job(case, str(choices.output), choices.settings, digest, *computing)
    return replace(job, report=choices.report, name_levels=choices.name_levels)


def _take_note(job: Job, outcome: Outcome, output: Path) -> None:
    if not outcome.reason:
        forget_failure(output, job.case.folder)
        return
    note = {
        "case": job.case.name,
        "reason": outcome.reason,
        "error": outcome.error,
        "seconds": outcome.seconds,
        "attempts": job.attempts,
        "conditions_sha256": job.conditions_digest,
        "person": person_record(job.case),
        "problem": job.case.problem,
        "inputs": fingerprint(job.case),
    }
    note_failure(output, job.case.folder, note)


def _chosen(cases: Sequence[CaseInput], only: Sequence[str]) -> list[CaseInput]:
    """The cases asked for, by name or participant."""
    unknown = set(only) - {name for case in cases for name in (case.name, case.participant)}
    if unknown:
        raise InputError(f"The cohort has no case {', '.join(sorted(unknown))}. Use names of the manifest, or pseudonyms.")
    return [case for case in cases if not only or case.name in only or case.participant in only]


def _to_be_done(state: State, choices: BatchChoices) -> bool:
    again = {State.FAILED: choices.retry_failed, State.CHANGED: choices.overwrite, State.DONE: False}
    return again.get(state, True)


def _write_description(output: Path) -> None:
    """BIDS's description of a data set that was derived from another one."""
    content = {
        "Name": "Fat and size of the paraspinal muscles",
        "BIDSVersion": "1.10.0",
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": "ParaspinalFat", "Version": __version__, "Description": "Research use only."}],
    }
    with written_whole(output / DESCRIPTION_FILE) as beside:
        beside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


class _Tables:
    """The cohort's tables, written anew from time to time while cases finish."""

    def __init__(self, cases: Sequence[CaseInput], output: Path, digest: str) -> None:
        self._arguments = (cases, output, digest)
        self._due = time.monotonic() + TABLES_SECONDS

    def write(self) -> Counter[State]:
        """Write them now."""
        begin = time.monotonic()
        counts = write_tables(*self._arguments)
        now = time.monotonic()
        self._due = now + max(TABLES_SECONDS, (now - begin) / TABLES_SHARE)
        return counts

    def write_if_due(self) -> None:
        """Write them if it has been long enough."""
        if time.monotonic() >= self._due:
            self.write()


def _report(counts: Counter[State], total: int, kept: int, output: Path) -> None:
    """Print how the cohort stands; raise CohortError if not all of it is done."""
    print(f"{counts[State.DONE]} of {total} cases are done ({kept} were not run this time). Research use only.")
    words = {State.FAILED: "failed", State.CHANGED: "are out of date", State.WAITING: "wait"}
    open_ends = ", ".join(f"{counts[state]} {word}" for state, word in words.items() if counts[state])
    if counts[State.FAILED] or counts[State.CHANGED]:
        raise CohortError(f"{open_ends} of {total} cases; {output / STATUS_TABLE} tells why. All others are done.")
