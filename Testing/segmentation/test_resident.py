"""The network kept in a process gives the labels of the one in a process of its own, and is loaded once."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.segmentation.levels_process import WorkerLevelNetwork
from ParaspinalFatLib.segmentation.process import WorkerSegmenter
from ParaspinalFatLib.segmentation.resident import ResidentLevelNetwork, ResidentSegmenter


def test_labels_and_record_are_those_of_the_worker_process(torso, weights):
    resident, worker = (kind(weights, "cpu", 1) for kind in (ResidentSegmenter, WorkerSegmenter))
    here, there = resident(torso.image), worker(torso.image)
    np.testing.assert_array_equal(here.array, there.array)
    assert here.array.dtype == there.array.dtype
    assert resident.observations == worker.observations
    assert {**resident.last_report, "seconds": None} == {**worker.last_report, "seconds": None}


def test_the_network_is_loaded_once_for_many_images(torso, weights, monkeypatch):
    from ParaspinalFatLib.segmentation import unet

    segment = ResidentSegmenter(weights, "cpu", 1)
    first = segment(torso.image)
    monkeypatch.setattr(unet, "build_unet", lambda _: pytest.fail("the network was built again"))
    np.testing.assert_array_equal(segment(torso.image).array, first.array)


def test_absent_weights_are_refused(torso, tmp_path):
    with pytest.raises(WeightsError):
        ResidentSegmenter(tmp_path / "nothere.json")(torso.image)


def test_the_resident_level_network_sees_what_the_worker_process_sees():
    planes = np.random.default_rng(3).uniform(0, 100, (2, 70, 45)).astype(np.float32)
    resident, worker = (kind(None, "cpu", 1) for kind in (ResidentLevelNetwork, WorkerLevelNetwork))
    np.testing.assert_array_equal(resident(planes), worker(planes))
    assert {**resident.last_report, "seconds": None} == {**worker.last_report, "seconds": None}
