"""Volumes in, a segmentation and a table out: complete or not at all, and the same nodes when run again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import slicer
from vtk.util.numpy_support import vtk_to_numpy

from ParaspinalFatLib import case_session
from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.errors import Cancelled, GeometryError, InputError, MeasurementError, WorkerError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.progress import Progress
from ParaspinalFatLib.scene import case_nodes
from ParaspinalFatLib.scene import logic as logic_module
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.logic import CaseNodes, SceneLogic
from ParaspinalFatLib.scene.segmentations import labels_of
from ParaspinalFatLib.scene.volumes import add_volume

Volumes = dict[Role, Any]


@pytest.fixture
def logic(labels: Image) -> SceneLogic:
    """Logic whose network is not asked: it gives the true labels."""

    def segment(image: Image, progress: Progress) -> Image:
        progress(0.5, "Outlining")
        return image.with_array(labels.array.copy())

    return SceneLogic(segment)


def whole(nodes: CaseNodes, structure: str, side: str) -> dict[str, float]:
    """The row of one structure over the whole scan, read from the table node."""
    table = nodes.table.GetTable()
    columns = {table.GetColumnName(n): table.GetColumn(n) for n in range(table.GetNumberOfColumns())}
    for row in range(table.GetNumberOfRows()):
        key = tuple(columns[name].GetValue(row) for name in ("structure", "side", "region"))
        if key == (structure, side, "whole"):
            return {name: array.GetValue(row) for name, array in columns.items()}
    raise LookupError(structure, side)


def content(scene: Any) -> dict[str, tuple[object, ...]]:
    """Everything a run could change: nodes, when they were modified, what they hold, where they stand."""
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    items: list[int] = []
    hierarchy.GetItemChildren(hierarchy.GetSceneItemID(), items, True)
    state: dict[str, tuple[object, ...]] = {"items": tuple((item, hierarchy.GetItemParent(item)) for item in items)}
    for n in range(scene.GetNumberOfNodes()):
        node = scene.GetNthNode(n)
        state[node.GetID()] = (node.GetName(), node.GetMTime(), *held_by(node))
    return state


def held_by(node: Any) -> tuple[object, ...]:
    """The data of a segmentation or table node."""
    if node.IsA("vtkMRMLSegmentationNode"):
        segmentation = node.GetSegmentation()
        parts = [segmentation.GetNthSegment(n) for n in range(segmentation.GetNumberOfSegments())]
        layers = [part.GetRepresentation("Binary labelmap").GetPointData().GetScalars() for part in parts]
        return tuple((part.GetName(), vtk_to_numpy(layer).tobytes()) for part, layer in zip(parts, layers, strict=True))
    if node.IsA("vtkMRMLTableNode"):
        table = node.GetTable()
        return tuple(str(table.GetValue(row, 0)) for row in range(table.GetNumberOfRows()))
    return ()


def test_a_case_becomes_a_segmentation_and_a_table_of_true_numbers(
    logic: SceneLogic, volumes: Volumes, labels: Image
) -> None:
    nodes = logic.process(volumes)
    np.testing.assert_array_equal(labels_of(nodes.segmentation, volumes[Role.WATER]).labels.array, labels.array)
    right, left = whole(nodes, "MF", "right"), whole(nodes, "MF", "left")
    assert right["volume_ml"] == pytest.approx(48 * 1.5 * 1.5 * 4 / 1000)
    assert left["volume_ml"] == pytest.approx(36 * 1.5 * 1.5 * 4 / 1000)
    assert (right["ff_mean_pct"], left["ff_mean_pct"]) == pytest.approx((25.0, 50.0))
    assert nodes.segmentation.GetName() == "water muscles"
    assert nodes.segmentation.GetDisplayNode() is not None
    assert nodes.table.GetName() == "water measurements"


def test_a_single_axial_image_is_measured(scene: Any, labels: Image) -> None:
    slice_1 = Image(labels.array[1:2], labels.affine + np.array([[0] * 4, [0] * 4, [0, 0, 0, 4.0], [0] * 4]))
    logic = SceneLogic(lambda image, _progress: image.with_array(slice_1.array))
    nodes = logic.process({Role.FAT_FRACTION: add_volume(scene, slice_1.with_array(slice_1.array * 8.0), "disc level")})
    assert whole(nodes, "MF", "right")["csa_max_mm2"] == pytest.approx(16 * 1.5 * 1.5)


def test_table_and_plain_result_are_the_same(logic: SceneLogic, volumes: Volumes) -> None:
    nodes = logic.process(volumes)
    plain = nodes.finished.measurement.table.one(structure="MF", side="right", region="whole")
    assert whole(nodes, "MF", "right")["ff_ratio_pct"] == plain["ff_ratio_pct"]
    assert nodes.table.GetNumberOfRows() == len(nodes.finished.measurement.table)


def test_running_again_updates_the_same_nodes(logic: SceneLogic, volumes: Volumes, scene: Any) -> None:
    first = logic.process(volumes)
    count = scene.GetNumberOfNodes()
    again = logic.process(volumes)
    assert (again.segmentation, again.table) == (first.segmentation, first.table)
    assert scene.GetNumberOfNodes() == count


def test_the_nodes_that_are_given_are_filled(logic: SceneLogic, volumes: Volumes, scene: Any) -> None:
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", "mine too")
    nodes = logic.process(volumes, segmentation=segmentation, table=table)
    assert (nodes.segmentation, nodes.table) == (segmentation, table)
    assert (segmentation.GetName(), table.GetName()) == ("mine", "mine too")
    assert table.GetNumberOfRows() > 0


def test_an_edited_segmentation_is_measured_as_it_is(logic: SceneLogic, volumes: Volumes) -> None:
    segmentation = logic.segment(volumes)
    segmentation.GetSegmentation().RemoveSegment("MF_left")
    table = logic.measure(volumes, segmentation)
    sides = table.GetTable().GetColumnByName("side")
    assert "left" not in {sides.GetValue(row) for row in range(table.GetNumberOfRows())}
    assert logic.measure(volumes, segmentation) is table


def test_what_was_not_measured_is_said(logic: SceneLogic, volumes: Volumes) -> None:
    segmentation = logic.segment(volumes)
    segmentation.GetSegmentation().AddEmptySegment("cyst", "cyst")
    remarks = logic.measurement(volumes, segmentation).remarks
    assert "Not measured, because no structure of this program: cyst." in remarks


def test_results_are_found_again_after_saving_the_scene(logic: SceneLogic, labels: Image, tmp_path: Any) -> None:
    with embedded_scene() as embedded:
        logic.process({Role.FAT_FRACTION: add_volume(embedded.scene, labels.with_array(labels.array * 0.08), "ff")})
        embedded.write_bundle(tmp_path / "case.mrb")
    with embedded_scene() as embedded:
        embedded.read_bundle(tmp_path / "case.mrb")
        count = embedded.scene.GetNumberOfNodes()
        volume = embedded.scene.GetFirstNodeByClass("vtkMRMLScalarVolumeNode")
        segmentation = embedded.scene.GetFirstNodeByClass("vtkMRMLSegmentationNode")
        logic.measure({Role.FAT_FRACTION: volume}, segmentation)
        assert embedded.scene.GetNumberOfNodes() == count
        assert embedded.errors == []


def stopping(error: Exception) -> Callable[..., Any]:
    def stop(*_arguments: object, **_options: object) -> Any:
        raise error

    return stop


STEPS = [
    (logic_module, "images_of"),
    (case_session, "fat_mapper"),
    (case_session, "fat_observations"),
    (case_session, "MeasuringSession"),
    (case_nodes, "fill_segmentation"),
    (case_nodes, "fill_table"),
    (case_nodes, "place_beside"),
]


@pytest.mark.parametrize(("module", "step"), STEPS)
def test_a_failure_at_any_step_of_the_first_run_leaves_the_scene_as_it_was(
    logic: SceneLogic, volumes: Volumes, scene: Any, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    before = content(scene)
    monkeypatch.setattr(module, step, stopping(MemoryError("injected")))
    with pytest.raises(MemoryError, match="injected"):
        logic.process(volumes)
    assert content(scene) == before


@pytest.mark.parametrize(("module", "step"), STEPS)
def test_a_failure_at_any_step_of_a_later_run_keeps_the_earlier_result(
    logic: SceneLogic, volumes: Volumes, scene: Any, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    nodes = logic.process(volumes)
    edited = nodes.segmentation.GetSegmentation()
    edited.GetSegment("MF_right").SetName("checked")
    before = [held_by(node) for node in (nodes.segmentation, nodes.table)]
    ids = list(content(scene))
    monkeypatch.setattr(module, step, stopping(MemoryError("injected")))
    with pytest.raises(MemoryError, match="injected"):
        logic.process(volumes)
    assert [held_by(node) for node in (nodes.segmentation, nodes.table)] == before
    assert list(content(scene)) == ids
    assert nodes.segmentation.GetDisplayNode() is not None


@pytest.mark.parametrize("error", [Cancelled("Cancelled."), WorkerError("The network's process was killed.")])
def test_a_cancelled_or_killed_network_leaves_the_scene_as_it_was(volumes: Volumes, scene: Any, error: Exception) -> None:
    before = content(scene)
    for run in (SceneLogic(stopping(error)).process, SceneLogic(stopping(error)).segment):
        with pytest.raises(type(error)):
            run(volumes)
    assert content(scene) == before


def test_a_cancel_heard_by_progress_leaves_the_scene_as_it_was(logic: SceneLogic, volumes: Volumes, scene: Any) -> None:
    before = content(scene)
    with pytest.raises(Cancelled):
        logic.process(volumes, progress=stopping(Cancelled("Cancelled.")))
    assert content(scene) == before


def test_volumes_that_do_not_fit_together_are_refused_before_the_network_runs(
    volumes: Volumes, scene: Any, labels: Image
) -> None:
    logic = SceneLogic(stopping(AssertionError("the network was asked")))
    shifted = labels.affine + np.array([[0, 0, 0, 3.0], [0] * 4, [0] * 4, [0] * 4])
    other = add_volume(scene, Image(labels.array, shifted), "shifted")
    with pytest.raises(GeometryError, match=r"displaced by up to 3\.00 mm"):
        logic.process({**volumes, Role.FAT: other})
    with pytest.raises(InputError, match="No image was given"):
        logic.process({})


def test_a_scan_without_muscle_has_nothing_to_show(volumes: Volumes, scene: Any) -> None:
    before = content(scene)
    empty = SceneLogic(lambda image, _progress: image.with_array(np.zeros(image.array.shape, np.uint8)))
    with pytest.raises(MeasurementError):
        empty.process(volumes)
    assert content(scene) == before


def finished_in_pieces(pieces: Any) -> CaseNodes:
    """Do all pieces, those for a thread at once."""
    result = None
    while True:
        try:
            piece = pieces.send(result)
        except StopIteration as end:
            nodes: CaseNodes = end.value
            return nodes
        result = None if piece is None else piece()


def test_a_case_finished_in_pieces_is_that_finished_at_once(logic: SceneLogic, volumes: Volumes, labels: Image) -> None:
    at_once = logic.process(volumes)
    in_pieces = finished_in_pieces(logic.finishing(volumes, labels, MeasurementSettings()))
    assert (in_pieces.segmentation, in_pieces.table) == (at_once.segmentation, at_once.table)
    assert in_pieces.finished.measurement.table == at_once.finished.measurement.table
    assert in_pieces.session is not None
    assert in_pieces.session.has_measured(labels)


@pytest.mark.parametrize("done", range(5))
def test_pieces_that_are_given_up_leave_the_scene_as_it_was(
    logic: SceneLogic, volumes: Volumes, labels: Image, scene: Any, done: int
) -> None:
    before = content(scene)
    pieces = logic.finishing(volumes, labels, MeasurementSettings())
    result = None
    for _ in range(done):
        piece = pieces.send(result)
        result = None if piece is None else piece()
    pieces.close()
    assert content(scene) == before


def test_a_volume_removed_between_pieces_is_said_and_nothing_is_shown(
    logic: SceneLogic, volumes: Volumes, labels: Image, scene: Any
) -> None:
    pieces = logic.finishing(volumes, labels, MeasurementSettings())
    session = next(pieces)()
    scene.RemoveNode(volumes[Role.FAT])
    with pytest.raises(InputError, match="fat was removed"):
        pieces.send(session)
    assert scene.GetFirstNodeByClass("vtkMRMLSegmentationNode") is None


def test_what_the_segmenter_says_is_told_with_the_case(volumes: Volumes, labels: Image) -> None:
    class Telling:
        observations = (Observation("withheld", "Not outlined: iliacus.", ("IC_left",)),)

        def __call__(self, image: Image, _progress: Progress) -> Image:
            return image.with_array(labels.array.copy())

    logic = SceneLogic(Telling())
    nodes = logic.process(volumes)
    assert "Not outlined: iliacus." in nodes.finished.measurement.remarks
    assert "Not outlined: iliacus." in logic.measurement(volumes, nodes.segmentation).remarks
