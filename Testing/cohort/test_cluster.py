"""Where the cases run is sized to the computer, and an address without a scheduler is refused."""

from __future__ import annotations

import pytest

from ParaspinalFatLib.cohort.cluster import MEMORY_PER_WORKER, cores_and_memory, scheduler_at, workers_here
from ParaspinalFatLib.errors import WorkerError


@pytest.mark.parametrize("cores", [1, 2, 7, 64])
@pytest.mark.parametrize("memory", [1 << 30, 5 << 30, 256 << 30])
def test_workers_fit_the_memory_and_share_the_cores(cores, memory):
    workers, threads = workers_here(cores, memory)
    assert workers >= 1
    assert workers * threads <= cores
    assert workers == 1 or workers * MEMORY_PER_WORKER <= memory


def test_this_computer_has_cores_and_memory():
    cores, memory = cores_and_memory()
    assert cores >= 1
    assert memory > 1e8


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:notaport"])
def test_an_address_without_a_scheduler_is_refused_in_one_sentence(address):
    with pytest.raises(WorkerError, match="dask scheduler"), scheduler_at(address):
        pass
