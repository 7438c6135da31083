"""Numbers follow edits and undo; each segment tells who drew it; nothing is left behind, and nothing raises unheard."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vtk
from scene.editing import Editor

from ParaspinalFatLib import case
from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.errors import InputError, MeasurementError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.scene.corrections import AUTHOR_TAG, Origin
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.segment_voxels import CHANGE_TAG
from ParaspinalFatLib.scene.segments import ALGORITHM_TYPE_TAG
from ParaspinalFatLib.scene.volumes import add_volume

Volumes = dict[Role, Any]
VOXEL_ML = 1.5 * 1.5 * 4 / 1000
ONE_SLICE = (slice(1, 2), slice(0, 3), slice(0, 4))
"""12 voxels that no structure of the labels has."""


@pytest.fixture
def logic(labels: Image) -> SceneLogic:
    """Logic whose network is not asked: it gives the true labels."""
    return SceneLogic(lambda image, _progress: image.with_array(labels.array.copy()))


@pytest.fixture
def live(logic: SceneLogic, volumes: Volumes) -> Iterator[LiveCase]:
    """The outlined case, open."""
    nodes = logic.process(volumes)
    opened = LiveCase(logic, volumes, nodes.segmentation, nodes.table)
    yield opened
    opened.close()


@pytest.fixture
def editor(live: LiveCase) -> Iterator[Editor]:
    opened = Editor(live.segmentation, live.volumes[Role.WATER])
    yield opened
    opened.close()


def volume_ml(live: LiveCase, structure: str = "MF", side: str = "right") -> float:
    value = live.measurement.table.one(structure=structure, side=side, region="whole")["volume_ml"]
    assert isinstance(value, float)
    return value


def from_scratch(live: LiveCase) -> Table:
    """The table of the present nodes, measured without anything kept from before."""
    return case.measure(live._logic.images(live.volumes), live.labels(), live.settings).table


def test_numbers_follow_a_stroke(live: LiveCase, editor: Editor) -> None:
    before = volume_ml(live)
    editor.paint("MF_right", ONE_SLICE)
    assert live.dirty
    live.recompute()
    assert not live.dirty
    assert volume_ml(live) == pytest.approx(before + 12 * VOXEL_ML)
    assert live.measurement.table == from_scratch(live)


def test_undo_and_redo_bring_back_the_same_numbers_to_the_last_digit(live: LiveCase, editor: Editor) -> None:
    tables = [live.measurement.table]
    for box in (ONE_SLICE, (slice(0, 1), slice(2, 5), slice(15, 19))):
        editor.paint("MF_right", box)
        tables.append(live.recompute().table)
    for expected in (tables[1], tables[0]):
        editor.undo()
        assert live.recompute().table == expected
        assert live.changed
    for expected in (tables[1], tables[2]):
        editor.redo()
        assert live.recompute().table == expected


def test_a_stroke_over_a_neighbour_changes_the_numbers_of_both(live: LiveCase, editor: Editor) -> None:
    editor.node.SetOverwriteMode(editor.node.OverwriteAllSegments)
    editor.paint("MF_right", (slice(0, 1), slice(6, 10), slice(12, 15)))
    live.recompute()
    assert volume_ml(live, side="left") == pytest.approx((36 - 12) * VOXEL_ML)
    assert {(key[0], key[1]) for key in live.changed} >= {("MF", "right"), ("MF", "left"), ("MF", "both")}
    assert live.measurement.table == from_scratch(live)


def test_changed_names_the_cells_that_differ_and_no_others(live: LiveCase, editor: Editor) -> None:
    editor.paint("MF_right", ONE_SLICE)
    live.recompute()
    assert ("MF", "right", "slice", 1, "csa_mm2") in live.changed
    assert ("MF", "right", "whole", None, "volume_ml") in live.changed
    assert not any(key[:4] == ("MF", "right", "slice", 0) and key[4] == "csa_mm2" for key in live.changed)
    assert not any(key[1] == "left" for key in live.changed)


def test_a_change_of_nothing_measured_changes_no_cell(live: LiveCase) -> None:
    live.segmentation.GetSegmentation().GetSegment("MF_right").SetName("checked")
    assert live.dirty
    before = live.measurement
    live.recompute()
    assert live.changed == frozenset()
    assert live.measurement.table is before.table


def test_the_table_node_shows_the_numbers(live: LiveCase, editor: Editor) -> None:
    editor.paint("MF_right", ONE_SLICE)
    live.recompute()
    shown = live.table.GetTable()
    assert shown.GetNumberOfRows() == len(live.measurement.table)
    for name in ("volume_ml", "csa_mm2", "ff_mean_pct"):
        column = [shown.GetColumnByName(name).GetValue(row) for row in range(shown.GetNumberOfRows())]
        expected = [np.nan if cell is None else cell for cell in live.measurement.table.column(name)]
        np.testing.assert_array_equal(column, expected)


def test_listeners_hear_of_each_recompute_until_they_are_removed(live: LiveCase) -> None:
    heard: list[float] = []

    def listener() -> None:
        heard.append(volume_ml(live))

    live.add_listener(listener)
    live.recompute()
    live.remove_listener(listener)
    live.remove_listener(listener)
    live.recompute()
    assert heard == [pytest.approx(48 * VOXEL_ML)]


def test_an_edit_calls_on_dirty_and_measuring_does_not(live: LiveCase, editor: Editor) -> None:
    calls: list[bool] = []
    live.on_dirty = lambda: calls.append(live.dirty)
    editor.paint("MF_right", ONE_SLICE)
    heard = len(calls)
    assert heard >= 1
    assert all(calls)
    live.recompute()
    assert len(calls) == heard


def test_a_networks_segment_is_automatic_until_it_is_edited_and_again_after_undo(live: LiveCase, editor: Editor) -> None:
    live.author = "AB"
    assert {state.kind for state in live.segment_states().values()} == {Origin.AUTOMATIC}
    editor.paint("MF_right", ONE_SLICE)
    live.recompute()
    state = live.segment_states()["MF_right"]
    assert (state.kind, state.author) == (Origin.SEMIAUTOMATIC, "AB")
    assert state.when.startswith("20")
    assert state.dice == pytest.approx(2 * 48 / (48 + 60))
    assert state.volume_change_ml == pytest.approx(12 * VOXEL_ML)
    assert live.segment_states()["MF_left"].kind is Origin.AUTOMATIC
    editor.undo()
    live.recompute()
    state = live.segment_states()["MF_right"]
    assert (state.kind, state.author, state.when, state.dice) == (Origin.AUTOMATIC, "", "", 1.0)
    editor.redo()
    live.recompute()
    assert live.segment_states()["MF_right"].author == "AB"


def test_measuring_after_an_undo_does_not_end_what_can_be_redone(live: LiveCase, editor: Editor) -> None:
    editor.paint("MF_right", ONE_SLICE)
    editor.paint("MF_left", (slice(0, 1), slice(0, 2), slice(0, 2)))  # before the numbers followed the first stroke
    live.recompute()
    editor.undo()
    live.recompute()
    assert live.segment_states()["MF_right"].kind is Origin.SEMIAUTOMATIC
    assert editor.logic.CanRedo()
    live.write_tags()
    assert tag(live, "MF_right", ALGORITHM_TYPE_TAG) == "SEMIAUTOMATIC"


def tag(live: LiveCase, segment_id: str, name: str) -> str:
    value = vtk.mutable("")
    live.segmentation.GetSegmentation().GetSegment(segment_id).GetTag(name, value)
    return str(value)


def test_dicom_tags_tell_who_drew_a_segment(live: LiveCase, editor: Editor) -> None:
    live.author = "AB"
    editor.erase("MF_left", (slice(0, 1), slice(0, 12), slice(0, 20)))
    live.recompute()
    assert tag(live, "MF_left", ALGORITHM_TYPE_TAG) == "SEMIAUTOMATIC"
    assert tag(live, "MF_left", AUTHOR_TAG) == "AB"
    assert tag(live, "MF_right", ALGORITHM_TYPE_TAG) == "AUTOMATIC"


def test_what_the_network_did_not_outline_is_manual(live: LiveCase, editor: Editor) -> None:
    live.segmentation.GetSegmentation().AddEmptySegment("PM_left", "left psoas major")
    editor.paint("PM_left", ONE_SLICE)
    live.recompute()
    state = live.segment_states()["PM_left"]
    assert (state.kind, state.dice, state.volume_change_ml) == (Origin.MANUAL, None, None)
    assert volume_ml(live, "PM", "left") == pytest.approx(12 * VOXEL_ML)


def test_labels_applied_by_program_can_be_undone_and_leave_neighbours_alone(live: LiveCase) -> None:
    before = live.measurement.table
    wanted = live.labels().array.copy()
    wanted[:, 6:10, 2:14] = 1  # reaches into the left multifidus
    live.apply_labels(wanted, ["MF_right"], "test")
    assert live.dirty
    live.recompute()
    assert volume_ml(live) == pytest.approx(3 * 4 * 10 * VOXEL_ML)
    assert volume_ml(live, side="left") == pytest.approx(36 * VOXEL_ML)
    assert live.segment_states()["MF_right"].kind is Origin.SEMIAUTOMATIC
    assert tag(live, "MF_right", CHANGE_TAG) == "test"
    live.history.undo()
    assert live.recompute().table == before


def test_labels_applied_for_a_structure_without_segment_make_one(live: LiveCase) -> None:
    wanted = live.labels().array.copy()
    wanted[1, 0, 0] = 5
    structure = BY_VALUE[5]
    live.apply_labels(wanted, [structure.identifier], "test")
    live.recompute()
    assert live.labels().array[1, 0, 0] == 5
    assert live.segment_states()[structure.identifier].kind is Origin.MANUAL


def test_another_editors_undo_state_is_saved_before_labels_are_applied(live: LiveCase) -> None:
    seen: list[int] = []
    live.save_undo_state = lambda: seen.append(int(np.count_nonzero(live.labels().array == 1)))
    live.apply_labels(np.zeros_like(live.labels().array), ["MF_right"], "test")
    assert seen == [48]
    assert not live.history.can_undo


def test_settings_change_fat_map_and_numbers_together(live: LiveCase) -> None:
    live.set_settings(MeasurementSettings("size_only"))
    assert live.measurement.fat_map.method == "size_only"
    assert live.measurement.table.one(structure="MF", side="right", region="whole")["ff_mean_pct"] is None
    live.set_settings(MeasurementSettings("dixon"))
    assert live.measurement.table.one(structure="MF", side="right", region="whole")["ff_mean_pct"] == pytest.approx(25.0)
    assert live.measurement.table == from_scratch(live)


def test_settings_that_cannot_be_applied_leave_numbers_and_settings(live: LiveCase) -> None:
    before = live.settings, live.measurement
    with pytest.raises(MeasurementError):
        live.set_settings(MeasurementSettings("fat_fraction_map"))
    assert (live.settings, live.measurement) == before
    live.recompute()


def test_a_segmentation_that_cannot_be_measured_is_a_problem_until_it_can_again(live: LiveCase) -> None:
    before = live.measurement
    live.apply_labels(np.zeros_like(live.labels().array), ["MF_right", "MF_left"], "test")
    with pytest.raises(MeasurementError, match="No muscle is labelled"):
        live.recompute()
    assert "No muscle is labelled" in live.problem
    assert live.dirty
    assert live.measurement is before
    live.history.undo()
    live.recompute()
    assert (live.problem, live.dirty) == ("", False)


def test_another_voxel_in_a_volume_is_measured(live: LiveCase) -> None:
    voxels = live.volumes[Role.FAT].GetImageData()
    voxels.GetPointData().GetScalars().Fill(0)
    voxels.Modified()
    live.volumes[Role.FAT].InvokeEvent(live.volumes[Role.FAT].ImageDataModifiedEvent)
    assert live.dirty
    live.recompute()
    assert live.measurement.table.one(structure="MF", side="right", region="whole")["ff_mean_pct"] == 0.0


@pytest.mark.parametrize("what", ["segmentation", "volume"])
def test_a_removed_node_closes_the_case_with_a_sentence(live: LiveCase, scene: Any, what: str) -> None:
    lost: list[str] = []
    live.on_lost = lambda: lost.append(live.lost)
    scene.RemoveNode(live.segmentation if what == "segmentation" else live.volumes[Role.FAT])
    assert len(lost) == 1
    assert "was removed" in lost[0]
    with pytest.raises(InputError, match="was removed"):
        live.recompute()


def test_a_closed_scene_closes_the_case(live: LiveCase, scene: Any) -> None:
    scene.Clear(False)
    assert live.lost == "The scene was closed, and this case with it."
    live.close()


def test_a_closed_case_hears_nothing_and_leaves_no_observer(logic: SceneLogic, volumes: Volumes, scene: Any) -> None:
    nodes = logic.process(volumes)
    count = scene.GetNumberOfNodes()
    for _ in range(3):
        live = LiveCase(logic, volumes, nodes.segmentation, nodes.table)
        calls: list[int] = []
        live.on_dirty = lambda calls=calls: calls.append(1)  # type: ignore[misc]
        watching = weakref.ref(live)
        live.close()
        nodes.segmentation.GetSegmentation().GetSegment("MF_right").SetName("renamed")
        assert calls == []
        del live
        gc.collect()
        assert watching() is None
    assert scene.GetNumberOfNodes() == count


def rounded(table: Table) -> list[dict[str, Any]]:
    return [{name: float(f"{cell:.9g}") if isinstance(cell, float) else cell for name, cell in row.items()} for row in table]


def test_a_corrected_case_goes_on_after_saving_and_reopening(logic: SceneLogic, labels: Image, tmp_path: Path) -> None:
    with embedded_scene() as embedded:
        volumes = {Role.FAT_FRACTION: add_volume(embedded.scene, labels.with_array(labels.array * 0.08), "ff")}
        nodes = logic.process(volumes)
        live = LiveCase(logic, volumes, nodes.segmentation, nodes.table)
        live.author = "AB"
        editor = Editor(live.segmentation, volumes[Role.FAT_FRACTION])
        editor.paint("MF_right", ONE_SLICE)
        live.recompute()
        editor.paint("MF_left", (slice(1, 2), slice(0, 1), slice(10, 12)))
        live.recompute()
        editor.undo()
        live.recompute()
        table, states = live.measurement.table, live.segment_states()
        embedded.write_bundle(tmp_path / "case.mrb")
        live.close()
        editor.close()
    with embedded_scene() as embedded:
        embedded.read_bundle(tmp_path / "case.mrb")
        count = embedded.scene.GetNumberOfNodes()
        volumes = {Role.FAT_FRACTION: embedded.scene.GetFirstNodeByClass("vtkMRMLScalarVolumeNode")}
        segmentation = embedded.scene.GetFirstNodeByName("ff muscles")
        shown = embedded.scene.GetFirstNodeByName("ff measurements")
        live = LiveCase(logic, volumes, segmentation, shown)
        assert embedded.scene.GetNumberOfNodes() == count
        assert rounded(live.measurement.table) == rounded(table)  # files round the positions of voxels
        assert live.segment_states() == states
        assert states["MF_right"].author == "AB"
        assert live.model_labels is not None
        np.testing.assert_array_equal(np.bincount(live.model_labels.array.ravel()), np.bincount(labels.array.ravel()))
        editor = Editor(segmentation, volumes[Role.FAT_FRACTION])
        editor.paint("MF_left", ONE_SLICE)
        live.recompute()
        assert live.segment_states()["MF_left"].kind is Origin.SEMIAUTOMATIC
        live.close()
        editor.close()
        assert embedded.errors == []
