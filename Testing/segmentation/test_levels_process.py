"""The shipped level network, in a process of its own."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from ParaspinalFatLib.errors import Cancelled
from ParaspinalFatLib.segmentation.levels_process import WorkerLevelNetwork

PLANES = np.random.default_rng(1).uniform(0, 100, (2, 70, 45)).astype(np.float32)


def test_planes_of_any_size_give_probabilities_and_a_record_and_no_torch_here():
    had_torch = "torch" in sys.modules
    network = WorkerLevelNetwork(device="cpu", threads=1)
    found = network(PLANES)
    assert found.shape == (2, 5, 70, 45)
    assert found.sum(axis=1) == pytest.approx(1.0, abs=1e-4)
    assert network.last_report is not None
    assert network.last_report["weights"]["name"] == "spine-levels"
    assert ("torch" in sys.modules) == had_torch


def test_a_run_can_be_cancelled():
    def stop(_fraction: float, _message: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        WorkerLevelNetwork(device="cpu", threads=1)(PLANES, stop)
