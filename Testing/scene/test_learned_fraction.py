"""A predicted fat fraction kept beside its volume: measured again without the network, also after saving and reopening."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.errors import InputError, MeasurementError
from ParaspinalFatLib.fat.learned import PredictedFraction, fingerprint
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.progress import Progress
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.learned_fraction import FRACTION_REFERENCE
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.volumes import add_volume, image_of

LEARNED = MeasurementSettings("learned")
RECORD: dict[str, object] = {"weights": {"name": "tiny"}}


class Network:
    """Gives the true labels, and 0.2 fat on the right, 0.6 elsewhere; counts how often it was asked for fat."""

    def __init__(self, labels: Image) -> None:
        self.labels = labels
        self.asked = 0

    def outline(self, image: Image, progress: Progress) -> Image:
        progress(1.0, "Outlining")
        return image.with_array(self.labels.array.copy())

    def predict(self, image: Image, progress: Progress) -> tuple[Image, dict[str, object]]:
        progress(1.0, "Finding fat")
        self.asked += 1
        return image.with_array(np.where(self.labels.array == 1, 0.2, 0.6).astype(np.float32)), RECORD


@pytest.fixture
def network(labels: Image) -> Network:
    return Network(labels)


@pytest.fixture
def logic(network: Network) -> SceneLogic:
    return SceneLogic(network.outline, network.predict)


def t2(scene: Any, labels: Image) -> dict[Role, Any]:
    signal = np.random.default_rng(0).integers(50, 500, labels.array.shape).astype(np.int16)
    return {Role.ANATOMY: add_volume(scene, labels.with_array(signal), "t2")}


def fat_of(logic: SceneLogic, volumes: dict[Role, Any], segmentation: Any) -> dict[str, Any]:
    table = logic.measurement(volumes, segmentation, LEARNED).table
    return {side: table.one(structure="MF", side=side, region="whole")["ff_mean_pct"] for side in ("right", "left")}


def test_a_processed_case_is_measured_again_without_asking_the_network(
    scene: Any, labels: Image, logic: SceneLogic, network: Network
) -> None:
    volumes = t2(scene, labels)
    nodes = logic.process(volumes, LEARNED)
    assert fat_of(logic, volumes, nodes.segmentation) == pytest.approx({"right": 20.0, "left": 60.0}, abs=1e-4)
    logic.process(volumes, LEARNED)
    assert network.asked == 1
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 2


def test_a_segmented_case_is_predicted_when_asked_for(scene: Any, labels: Image, logic: SceneLogic) -> None:
    volumes = t2(scene, labels)
    segmentation = logic.segment(volumes)
    with pytest.raises(MeasurementError, match="has not been predicted yet"):
        logic.measurement(volumes, segmentation, LEARNED)
    node = logic.predict_fat(volumes)
    assert node.GetName() == "t2 learned fat fraction"
    assert fat_of(logic, volumes, segmentation)["left"] == pytest.approx(60.0, abs=1e-4)
    assert logic.predict_fat(volumes) is node


def test_the_network_that_predicted_is_recorded(scene: Any, labels: Image, logic: SceneLogic) -> None:
    volumes = t2(scene, labels)
    logic.predict_fat(volumes)
    learned = logic.images(volumes)[Role.LEARNED_FRACTION]
    assert isinstance(learned, PredictedFraction)
    assert learned.record == RECORD


def test_the_prediction_of_other_voxels_counts_no_more(scene: Any, labels: Image, logic: SceneLogic) -> None:
    volumes = t2(scene, labels)
    logic.predict_fat(volumes)
    vtk_to_numpy(volumes[Role.ANATOMY].GetImageData().GetPointData().GetScalars())[:] += 1
    assert Role.LEARNED_FRACTION not in logic.images(volumes)


def test_the_prediction_of_a_volume_that_was_moved_counts_no_more(scene: Any, labels: Image, logic: SceneLogic) -> None:
    volumes = t2(scene, labels)
    logic.predict_fat(volumes)
    volumes[Role.ANATOMY].SetOrigin(0.0, 0.0, 5.0)
    assert Role.LEARNED_FRACTION not in logic.images(volumes)


def test_a_volume_under_a_transform_keeps_its_prediction(scene: Any, labels: Image, logic: SceneLogic) -> None:
    volumes = t2(scene, labels)
    transform = slicer.vtkMRMLLinearTransformNode()
    scene.AddNode(transform)
    shift = vtk.vtkMatrix4x4()
    shift.SetElement(2, 3, 7.0)
    transform.SetMatrixTransformToParent(shift)
    volumes[Role.ANATOMY].SetAndObserveTransformNodeID(transform.GetID())
    logic.predict_fat(volumes)
    assert Role.LEARNED_FRACTION in logic.images(volumes)


def test_a_failed_run_leaves_no_prediction_behind(
    scene: Any, labels: Image, logic: SceneLogic, monkeypatch: pytest.MonkeyPatch
) -> None:
    volumes = t2(scene, labels)

    def fail(*_arguments: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("ParaspinalFatLib.scene.learned_fraction.place_beside", fail)
    with pytest.raises(RuntimeError, match="broken"):
        logic.predict_fat(volumes)
    assert volumes[Role.ANATOMY].GetNodeReference(FRACTION_REFERENCE) is None
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 1


def test_it_survives_saving_and_reopening(labels: Image, logic: SceneLogic, tmp_path: Path) -> None:
    with embedded_scene() as embedded:
        volumes = t2(embedded.scene, labels)
        logic.process(volumes, LEARNED)
        embedded.write_bundle(tmp_path / "case.mrb")
    with embedded_scene() as embedded:
        embedded.read_bundle(tmp_path / "case.mrb")
        volumes = {Role.ANATOMY: embedded.scene.GetFirstNodeByName("t2")}
        segmentation = embedded.scene.GetFirstNodeByName("t2 muscles")
        again = fat_of(SceneLogic(), volumes, segmentation)
    assert again == pytest.approx({"right": 20.0, "left": 60.0}, abs=1e-4)


def test_a_prediction_made_beside_the_event_loop_is_kept_as_well(scene: Any, labels: Image, logic: SceneLogic) -> None:
    volumes = t2(scene, labels)
    pieces = logic.finishing(volumes, labels, LEARNED, learned_fraction=fraction_of(volumes, labels))
    answer = None
    with pytest.raises(StopIteration) as end:
        while True:
            work = pieces.send(answer)
            answer = None if work is None else work()
    assert fat_of(logic, volumes, end.value.value.segmentation)["right"] == pytest.approx(40.0, abs=1e-4)


def test_what_was_predicted_before_the_voxels_changed_is_refused(scene: Any, labels: Image, logic: SceneLogic) -> None:
    volumes = t2(scene, labels)
    before = fraction_of(volumes, labels)
    vtk_to_numpy(volumes[Role.ANATOMY].GetImageData().GetPointData().GetScalars())[:] += 1
    with pytest.raises(InputError, match="t2 was changed while the network was at work"):
        logic.keep_fat(volumes, before)
    with pytest.raises(InputError, match="was changed"):
        next(logic.finishing(volumes, labels, LEARNED, learned_fraction=before))
    assert Role.LEARNED_FRACTION not in logic.images(volumes)


def test_what_was_predicted_of_a_removed_volume_is_refused(scene: Any, labels: Image, logic: SceneLogic) -> None:
    volumes = t2(scene, labels)
    fraction = fraction_of(volumes, labels)
    scene.RemoveNode(volumes[Role.ANATOMY])
    with pytest.raises(InputError, match="t2 was removed while the network was at work"):
        logic.keep_fat(volumes, fraction)


def fraction_of(volumes: dict[Role, Any], labels: Image) -> PredictedFraction:
    """0.4 everywhere, as if predicted from the volume's present voxels."""
    source = fingerprint(image_of(volumes[Role.ANATOMY]).array)
    return PredictedFraction(np.full(labels.array.shape, 0.4, np.float32), labels.affine, source, RECORD)
