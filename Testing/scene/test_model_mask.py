"""The network's own outlines are kept beside the segmentation, shown when asked for, and are no case of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.case import FinishedCase, MeasurementSettings, measure
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.scene import case_nodes
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.logic import CaseNodes, SceneLogic
from ParaspinalFatLib.scene.model_mask import (
    is_model_mask,
    model_labels,
    model_mask_of,
    model_outline_shown,
    show_model_outline,
    told_with,
)
from ParaspinalFatLib.scene.volumes import add_volume

TOLD = (Observation("withheld", "Not outlined: iliacus.", ("IC_left",)),)
Volumes = dict[Role, Any]


def shown(logic: SceneLogic, volumes: Volumes, labels: Image) -> CaseNodes:
    measurement = measure(logic.images(volumes), labels, MeasurementSettings())
    return logic.show(volumes, FinishedCase(labels, measurement), told=TOLD)


@pytest.fixture
def logic() -> SceneLogic:
    return SceneLogic(lambda image, _progress: image)


@pytest.fixture
def nodes(logic: SceneLogic, volumes: Volumes, labels: Image) -> CaseNodes:
    return shown(logic, volumes, labels)


def test_a_shown_case_keeps_the_networks_own_outlines(nodes: CaseNodes, volumes: Volumes, labels: Image) -> None:
    nodes.segmentation.GetSegmentation().RemoveSegment("MF_left")
    kept = model_labels(nodes.segmentation, volumes[Role.WATER])
    assert kept is not None
    np.testing.assert_array_equal(kept.array, labels.array)
    assert is_model_mask(model_mask_of(nodes.segmentation))
    assert not is_model_mask(nodes.segmentation)


def test_they_are_hidden_until_they_are_shown_as_outlines(nodes: CaseNodes) -> None:
    assert not model_outline_shown(nodes.segmentation)
    show_model_outline(nodes.segmentation, True)
    display = model_mask_of(nodes.segmentation).GetDisplayNode()
    assert model_outline_shown(nodes.segmentation)
    assert (display.GetVisibility2DFill(), display.GetVisibility2DOutline(), display.GetVisibility3D()) == (0, 1, 0)
    show_model_outline(nodes.segmentation, False)
    assert not model_outline_shown(nodes.segmentation)


def test_a_segmentation_without_them_is_no_error(scene: Any, volumes: Volumes) -> None:
    other = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "drawn by hand")
    show_model_outline(other, True)
    assert model_labels(other, volumes[Role.WATER]) is None
    assert not model_outline_shown(other)
    assert told_with(other) == ()


def test_another_run_renews_them_in_the_same_node(
    logic: SceneLogic, nodes: CaseNodes, volumes: Volumes, labels: Image, scene: Any
) -> None:
    count, mask = scene.GetNumberOfNodes(), model_mask_of(nodes.segmentation)
    only_right = labels.with_array(np.where(labels.array == 1, 1, 0).astype(np.uint8))
    again = shown(logic, volumes, only_right)
    assert again.segmentation is nodes.segmentation
    assert model_mask_of(again.segmentation) is mask
    assert scene.GetNumberOfNodes() == count
    kept = model_labels(again.segmentation, volumes[Role.WATER])
    assert kept is not None
    np.testing.assert_array_equal(kept.array, only_right.array)


def test_a_failed_run_keeps_the_earlier_ones(
    logic: SceneLogic, nodes: CaseNodes, volumes: Volumes, labels: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise MemoryError("injected")

    monkeypatch.setattr(case_nodes, "place_beside", fail)
    with pytest.raises(MemoryError):
        shown(logic, volumes, labels.with_array(np.where(labels.array == 1, 1, 0).astype(np.uint8)))
    kept = model_labels(nodes.segmentation, volumes[Role.WATER])
    assert kept is not None
    np.testing.assert_array_equal(kept.array, labels.array)


def test_what_the_network_said_is_still_said_when_measured_again(
    logic: SceneLogic, nodes: CaseNodes, volumes: Volumes
) -> None:
    assert told_with(nodes.segmentation) == TOLD
    assert "Not outlined: iliacus." in logic.measurement(volumes, nodes.segmentation).remarks


def test_they_survive_a_saved_scene(logic: SceneLogic, labels: Image, tmp_path: Path) -> None:
    with embedded_scene() as embedded:
        shown(logic, {Role.FAT_FRACTION: add_volume(embedded.scene, labels.with_array(labels.array * 0.08), "ff")}, labels)
        embedded.write_bundle(tmp_path / "case.mrb")
    with embedded_scene() as embedded:
        embedded.read_bundle(tmp_path / "case.mrb")
        segmentation = embedded.scene.GetFirstNodeByName("ff muscles")
        kept = model_labels(segmentation, embedded.scene.GetFirstNodeByClass("vtkMRMLScalarVolumeNode"))
        assert kept is not None
        np.testing.assert_array_equal(np.bincount(kept.array.ravel()), np.bincount(labels.array.ravel()))
        assert told_with(segmentation) == TOLD
        assert not model_outline_shown(segmentation)
