"""Where the cases run: workers on this computer, sized to its cores and memory, or those of a Dask scheduler elsewhere."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import MissingPackageError, WorkerError

if TYPE_CHECKING:
    from distributed import Client

MEMORY_PER_WORKER = 2 << 30
"""Bytes for one worker: the network, the scene and a case of 512 x 512 x 60 voxels take about 1 GB at their peak."""

SHARE_OF_MEMORY = 0.8
"""Part of the computer's memory that workers may have; the rest is for the system and the files it keeps at hand."""


def workers_here(cores: int, memory_bytes: float, wanted: int = 0) -> tuple[int, int]:
    """How many workers this computer runs, and the processor threads of each.

    Args:
        cores: processor cores this program may use.
        memory_bytes: memory this program may use.
        wanted: number of workers asked for; 0 for as many as fit.

    >>> workers_here(8, 16 << 30), workers_here(8, 4 << 30), workers_here(1, 1 << 30), workers_here(8, 16 << 30, 2)
    ((6, 1), (1, 8), (1, 1), (2, 4))
    """
    fitting = int(SHARE_OF_MEMORY * memory_bytes / MEMORY_PER_WORKER)
    workers = wanted or max(1, min(cores, fitting))
    return workers, max(1, cores // workers)


@contextlib.contextmanager
def local_workers(count: int) -> Iterator[Client]:
    """A client of ``count`` worker processes on this computer, each watched over by a nanny that replaces it when it dies.

    They end with the block, and also when this program is killed.

    Raises:
        MissingPackageError: Dask is not installed.
        WorkerError: the workers do not start.
    """
    dask, distributed = _dask()
    configuration = {
        "distributed.scheduler.allowed-failures": 0,  # this program counts itself, and tries suspects alone
        "distributed.worker.daemon": True,
        "distributed.nanny.pre-spawn-environ.OMP_WAIT_POLICY": "PASSIVE",  # waiting threads sleep instead of spinning
        "distributed.comm.timeouts.connect": "60s",
    }
    with dask.config.set(configuration), contextlib.ExitStack() as stack:
        try:
            cluster = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=count,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",
                    scheduler_kwargs={"dashboard": False},
                    host="127.0.0.1",
                    silence_logs=logging.CRITICAL,
                )
            )
            client = stack.enter_context(distributed.Client(cluster, set_as_default=False))
        except (OSError, RuntimeError, TimeoutError) as error:
            raise WorkerError(f"The workers could not be started ({error}). Try fewer with --workers.") from error
        yield client


@contextlib.contextmanager
def scheduler_at(address: str) -> Iterator[Client]:
    """A client of a Dask scheduler that runs already, here or on another machine.

    Args:
        address: such as ``tcp://10.0.0.5:8786``.

    Raises:
        MissingPackageError: Dask is not installed.
        WorkerError: there is no scheduler at that address.
    """
    _, distributed = _dask()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout="20s", set_as_default=False)
    except (OSError, ValueError, TypeError, TimeoutError, RuntimeError) as error:
        raise WorkerError(
            f"No Dask scheduler answers at {address} ({type(error).__name__}). Start one with: dask scheduler"
        ) from error
    with client:
        yield client


def cores_and_memory() -> tuple[int, float]:
    """Processor cores and bytes of memory this program may use, container limits included."""
    dask, _ = _dask()
    from distributed.system import MEMORY_LIMIT

    return int(dask.system.CPU_COUNT), float(MEMORY_LIMIT)


def _dask() -> tuple:
    try:
        import dask
        import dask.system
        import distributed
    except ImportError as error:
        raise MissingPackageError(
            f"A cohort needs the Python package distributed ({error}). Install it: pip install paraspinalfat[cohort]"
        ) from error
    return dask, distributed
