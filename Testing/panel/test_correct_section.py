"""The section Correct in the real module: paint, undo, carry outlines between slices, and who drew what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawn_spine import make_spine
from host.desktop import Desktop, LoadedModule
from host.segment_editor import stroke

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.segment_editor import SINGLETON_TAG
from ParaspinalFatLib.scene.slice_places import place_in_slice, shown_slice

MF, ES = BY_IDENTIFIER["MF_right"].value, BY_IDENTIFIER["ES_right"].value


@pytest.fixture
def ui(widget: Any) -> Any:
    return widget.sectionUi["Correct"]


def labels(widget: Any) -> np.ndarray:
    return widget.panel.live_case.labels().array


def measured(host: Desktop, widget: Any) -> None:
    """Wait for the numbers to follow."""
    assert widget.panel.live_case.dirty
    host.wait_until(lambda: not widget.panel.live_case.dirty)


def row_of(ui: Any, name: str) -> list[str]:
    table = ui.segmentsTable
    rows = [[table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())]
    return next(row for row in rows if row[1] == name)


def test_without_a_case_everything_is_off_and_says_what_to_do(module: LoadedModule) -> None:
    ui = module.open().sectionUi["Correct"]
    assert not ui.segmentEditorWidget.isEnabled()
    assert not ui.betweenCollapsibleButton.isEnabled()
    assert "Apply" in ui.correctHintLabel.text()


def test_the_editor_is_open_on_the_case_with_a_parameter_node_of_its_own(widget: Any, ui: Any, volumes: Any) -> None:
    editor = ui.segmentEditorWidget
    assert editor.segmentationNode() is widget.panel.live_case.segmentation
    assert editor.sourceVolumeNode() is volumes[Role.WATER]
    assert editor.mrmlSegmentEditorNode().GetSingletonTag() == SINGLETON_TAG
    assert not editor.segmentationNodeSelectorVisible


def test_one_click_in_the_table_is_enough_to_paint_and_the_numbers_follow(
    host: Desktop, widget: Any, ui: Any, volumes: Any
) -> None:
    before = widget.panel.live_case.measurement.table.one(structure="MF", side="right", region="whole")["volume_ml"]
    ui.segmentsTable.cellClicked.emit(0, 0)
    editor = ui.segmentEditorWidget
    assert editor.currentSegmentID() == "MF_right"
    assert editor.activeEffect().objectName() == "Paint"
    assert not widget.ui.correctCollapsibleButton.collapsed
    k = shown_slice(host.scene, widget.panel.live_case.measured_labels)
    assert np.any(labels(widget)[k] == MF)
    stroke(editor, (k, slice(50, 70), slice(20, 60)), volumes[Role.WATER])
    measured(host, widget)
    after = widget.panel.live_case.measurement.table.one(structure="MF", side="right", region="whole")["volume_ml"]
    assert after > before
    assert np.array_equal(labels(widget) == ES, make_spine().array == ES)  # the neighbour was painted over, and is whole
    assert row_of(ui, "right multifidus")[2] == "corrected"
    assert float(row_of(ui, "right multifidus")[3]) < 1
    editor.undo()
    measured(host, widget)
    assert row_of(ui, "right multifidus")[2:5] == ["network", "1.000", "+0.0"]


def test_protection_can_be_lifted(host: Desktop, widget: Any, ui: Any, volumes: Any) -> None:
    ui.protectCheckBox.setChecked(False)
    widget.panel.paint("MF_right", 3)
    stroke(ui.segmentEditorWidget, (3, slice(None), slice(None)), volumes[Role.WATER])
    measured(host, widget)
    assert not np.any(labels(widget)[3] == ES)


def test_erasing_takes_only_the_structure_that_is_selected(host: Desktop, widget: Any, ui: Any, volumes: Any) -> None:
    widget.panel.paint("MF_right", 3)
    ui.segmentEditorWidget.setActiveEffectByName("Erase")
    stroke(ui.segmentEditorWidget, (3, slice(None), slice(None)), volumes[Role.WATER])
    measured(host, widget)
    expected = make_spine().array
    expected[3][expected[3] == MF] = 0
    np.testing.assert_array_equal(labels(widget), expected)


def test_a_structure_nobody_outlined_can_be_painted_and_is_drawn_by_hand(
    host: Desktop, widget: Any, ui: Any, volumes: Any
) -> None:
    ui.absentComboBox.setCurrentText("left iliacus (IC)")
    ui.addButton.click()
    assert ui.segmentEditorWidget.currentSegmentID() == "IC_left"
    stroke(ui.segmentEditorWidget, (2, slice(0, 4), slice(100, 110)), volumes[Role.WATER])
    measured(host, widget)
    assert row_of(ui, "left iliacus")[2] == "by hand"


def test_interpolation_is_one_step_to_undo(host: Desktop, widget: Any, ui: Any, volumes: Any) -> None:
    before = labels(widget).copy()
    widget.panel.paint("MF_right", 3)
    ui.segmentEditorWidget.setActiveEffectByName("Erase")
    stroke(ui.segmentEditorWidget, (slice(2, 5), slice(None), slice(None)), volumes[Role.WATER])
    erased = labels(widget).copy()
    ui.firstSliceSpinBox.setValue(1)
    ui.lastSliceSpinBox.setValue(5)
    ui.interpolateButton.click()
    np.testing.assert_array_equal(labels(widget), before)  # between two equal circles lie equal circles
    assert "changed slices: 2-4" in ui.correctMessageLabel.text()
    ui.segmentEditorWidget.undo()
    np.testing.assert_array_equal(labels(widget), erased)
    ui.segmentEditorWidget.undo()
    np.testing.assert_array_equal(labels(widget), before)
    measured(host, widget)


def test_a_muscle_is_mirrored_to_the_other_side(host: Desktop, widget: Any, ui: Any) -> None:
    widget.panel.paint("MF_right", 3)
    ui.firstSliceSpinBox.setValue(3)
    ui.lastSliceSpinBox.setValue(3)
    ui.mirrorButton.click()
    measured(host, widget)
    left = labels(widget) == BY_IDENTIFIER["MF_left"].value
    assert np.flatnonzero(left.any(axis=(1, 2))).tolist() == [3]
    assert row_of(ui, "left multifidus")[2] == "by hand"


def test_copying_goes_on_from_slice_to_slice(host: Desktop, widget: Any, ui: Any, view: Any) -> None:
    widget.panel.paint("MF_right", 5)
    view.JumpSliceByCentering(*place_in_slice(widget.panel.live_case.labels(), 5))
    ui.copyUpButton.click()
    assert shown_slice(host.scene, widget.panel.live_case.labels()) == 6
    np.testing.assert_array_equal(labels(widget)[6] == MF, labels(widget)[5] == MF)
    ui.copyUpButton.click()
    assert "no slice 7" in ui.correctMessageLabel.text()
    measured(host, widget)


def test_what_cannot_be_done_is_said_beside_the_buttons_and_changes_nothing(widget: Any, ui: Any) -> None:
    before = labels(widget).copy()
    ui.structureComboBox.setCurrentText("right multifidus (MF)")
    ui.interpolateButton.click()
    assert "is not outlined in slice 0" in ui.correctMessageLabel.text()
    np.testing.assert_array_equal(labels(widget), before)
    assert not widget.panel.live_case.dirty


def test_shown_takes_the_slice_of_the_view(widget: Any, ui: Any, view: Any) -> None:
    view.JumpSliceByCentering(*place_in_slice(widget.panel.live_case.labels(), 4))
    ui.firstHereButton.click()
    assert ui.firstSliceSpinBox.value() == 4


def test_keys_and_mouse_are_given_back_when_another_module_is_shown(module: LoadedModule, widget: Any, ui: Any) -> None:
    editor = ui.segmentEditorWidget
    widget.panel.paint("MF_right", 3)
    assert editor._shortcuts
    assert editor._views_observed
    module.leave()
    assert editor._shortcuts == []
    assert not editor._views_observed
    assert editor.activeEffect() is None


def test_the_networks_own_outlines_can_be_shown(widget: Any, ui: Any) -> None:
    from ParaspinalFatLib.scene.model_mask import model_outline_shown

    ui.modelOutlineCheckBox.setChecked(True)
    assert model_outline_shown(widget.panel.live_case.segmentation)
    ui.modelOutlineCheckBox.setChecked(False)
    assert not model_outline_shown(widget.panel.live_case.segmentation)


def test_a_closed_scene_is_let_go_and_a_closed_panel_leaves_no_editor_node(
    host: Desktop, module: LoadedModule, widget: Any, ui: Any
) -> None:
    host.scene.Clear(False)
    host.process_events()
    assert ui.segmentEditorWidget.segmentationNode() is None
    assert not ui.segmentEditorWidget.isEnabled()
    assert widget.panel.live_case is None
    module.close()
    assert host.scene.GetNumberOfNodesByClass("vtkMRMLSegmentEditorNode") == 0
