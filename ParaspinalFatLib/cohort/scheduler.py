"""Give cases to workers, never more at once than they need, and survive every way in which a case can end.

A worker that dies (crash, kill, out of memory) takes the cases it held with it, the guilty one and perhaps one that only
waited there. They are tried again; whoever was there twice is tried alone, so that a case that kills its worker fails
by itself and no other case does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ParaspinalFatLib.cohort.job import Job, Outcome
from ParaspinalFatLib.errors import OutputError, WorkerError

if TYPE_CHECKING:
    from distributed import Client, Future

Work = Callable[[Job], Outcome]

ATTEMPTS = 3
"""How often a case may lose its worker before it counts as failed."""

WAITING_PER_WORKER = 1
"""Cases handed out beyond those being worked on, so that no worker waits for this program, and a cluster that grows with its
queue sees that there is one."""

WORKER_LOST = (
    "The worker process ended {attempts} times while it ran this case; most likely its memory does not suffice. Give each "
    "worker more memory, or crop the images."
)


def run_jobs(client: Client, work: Work, jobs: Iterable[Job], attempts: int = ATTEMPTS) -> Iterator[tuple[Job, Outcome]]:
    """Run jobs on the client's workers.

    Args:
        client: of a Dask scheduler.
        work: runs one job in a worker; it raises nothing for a case that cannot be done.
        jobs: taken one by one as workers become free, so they need not all exist at once.
        attempts: how often a job may lose its worker.

    Yields:
        Each job with its outcome, in the order in which they end.

    Raises:
        WorkerError: the scheduler has gone, or a worker cannot run this program.
        OutputError: a worker cannot write to the cohort's folder.
    """
    from distributed import as_completed

    again: deque[Job] = deque()
    alone: deque[Job] = deque()
    running: dict[Future, Job] = {}
    source = iter(jobs)
    ended = as_completed(loop=client.loop)
    while True:
        for job in _next_jobs(source, again, alone, len(running), _room(client)):
            future = client.submit(work, job, pure=False, retries=0)
            running[future] = job
            ended.add(future)
        if not running:
            return
        future = next(ended)
        job = running.pop(future)
        outcome = _outcome(future, job, attempts)
        future.release()
        if outcome is not None:
            yield job, outcome
        else:
            retried = replace(job, attempts=job.attempts + 1)
            (alone if retried.attempts > 2 else again).append(retried)


def _room(client: Client) -> int:
    """How many jobs may be out at once; a few even where no worker has come yet."""
    return max(1, len(client.nthreads())) * (1 + WAITING_PER_WORKER)


def _next_jobs(source: Iterator[Job], again: deque[Job], alone: deque[Job], running: int, room: int) -> Iterator[Job]:
    """Jobs to hand out now: new ones, then those to be tried again, and suspects one at a time when nothing else runs."""
    while running < room:
        job = next(source, None) or (again.popleft() if again else None)
        if job is None:
            break
        running += 1
        yield job
    if not running and alone:
        yield alone.popleft()


def _outcome(future: Future, job: Job, attempts: int) -> Outcome | None:
    """How a job ended; None if its worker died and it is to be tried again."""
    from distributed import CancelledError, KilledWorker

    try:
        return future.result()
    except KilledWorker:
        if job.attempts < attempts:
            return None
        return Outcome(WORKER_LOST.format(attempts=job.attempts), "WorkerError")
    except OutputError:
        raise  # a disk that is full would fail every case to come
    except (CancelledError, OSError, TimeoutError) as error:
        raise WorkerError(
            "The Dask scheduler has gone. Finished cases are kept: start it again and run the same command."
        ) from error
    except Exception as error:
        raise WorkerError(
            f"A worker cannot run this program ({type(error).__name__}: {error}). Install the same ParaspinalFat with the "
            "same weights on every worker."
        ) from error
