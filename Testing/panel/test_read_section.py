"""The section Read in the real panel, on the sample case with its true outlines."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import vtk
from host.desktop import Desktop, LoadedModule
from PySide6 import QtGui, QtWidgets

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.volumes import add_volume, matrix_of

MF, ES = 0, 3
"""First rows of two muscles."""

CSA, FF = 2, 3
"""Columns of figures in the table of a level."""


@pytest.fixture
def truth(repository: Any) -> Image:
    labels = read_image(repository / "Resources" / "SampleCase" / "labels.nii.gz")
    return labels.with_array(labels.array.astype(np.uint8))


@pytest.fixture
def view(host: Desktop) -> Any:
    """An axial slice view."""
    node = host.scene.AddNewNodeByClass("vtkMRMLSliceNode")
    node.SetOrientationToAxial()
    node.SetDimensions(400, 400, 1)
    node.SetFieldOfView(400.0, 400.0, 1.0)
    node.UpdateMatrices()
    host.scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    return node


def opened(host: Desktop, module: LoadedModule, volumes: dict[Role, Any], truth: Image) -> Any:
    """The panel with a measured case."""
    widget = module.open()
    names = {Role.WATER: "water", Role.FAT: "fat", Role.ANATOMY: "anatomy"}
    for role, volume in volumes.items():
        getattr(widget.ui, f"{names[role]}Selector").setCurrentNode(volume)
    widget.logic.segmenter = lambda _image, _progress: truth
    nodes = widget.logic.process(volumes)
    widget._parameterNode.table = nodes.table
    widget._parameterNode.segmentation = nodes.segmentation
    host.wait_until(lambda: widget.panel.live_case is not None)
    return widget


@pytest.fixture
def dixon(host: Desktop, module: LoadedModule, sample_volumes: dict[Role, Any], truth: Image, view: Any) -> Any:
    assert view.GetScene() is host.scene
    return opened(host, module, sample_volumes, truth)


@pytest.fixture
def t2(host: Desktop, module: LoadedModule, truth: Image, view: Any, repository: Any) -> Any:
    """The sample's fat image as if it were a T2 image."""
    assert view.GetScene() is host.scene
    image = read_image(repository / "Resources" / "SampleCase" / "fat.nii.gz")
    return opened(host, module, {Role.ANATOMY: add_volume(host.scene, image, "T2")}, truth)


def read_ui(widget: Any) -> Any:
    return widget.sectionUi["Read"]


def text(widget: Any, row: int, column: int) -> str:
    return str(read_ui(widget).levelTable.item(row, column).text())


def measured(widget: Any, **keys: Any) -> Any:
    return widget.panel.live_case.measurement.table.one(**keys)


def slices_mm(view: Any, place: tuple[float, float, float]) -> float:
    """How far a place lies from the plane that a view shows."""
    matrix = matrix_of(view.GetSliceToRAS())
    return float(matrix[:3, 2] @ (np.array(place) - matrix[:3, 3]))


def centroid(row: Any) -> tuple[float, float, float]:
    return row["centroid_r_mm"], row["centroid_a_mm"], row["centroid_s_mm"]


def added_nodes(scene: Any) -> list[str]:
    kinds = ("vtkMRMLPlot", "vtkMRMLColorLegend")
    ids = [scene.GetNthNode(n).GetID() for n in range(scene.GetNumberOfNodes())]
    return [name for name in ids if name.startswith(kinds)]


def test_the_table_shows_the_level_that_is_chosen_with_full_names(dixon: Any) -> None:
    ui = read_ui(dixon)
    levels = [ui.levelSelector.itemText(n) for n in range(ui.levelSelector.count())]
    assert levels == ["disc 4", "disc 3", "disc 2", "disc 1 (most caudal)", "whole scan"]
    assert text(dixon, MF, 0) == "Multifidus\n(MF)"
    ui.levelSelector.setCurrentIndex(1)
    row = measured(dixon, structure="MF", side="right", region="level", level="disc 3")
    assert text(dixon, MF, CSA) == f"{row['csa_mm2']:.0f}"
    assert ui.levelTable.horizontalHeaderItem(CSA).text() == "CSA\nmm²"
    assert "Formula: voxels x pixel area" in ui.levelTable.horizontalHeaderItem(CSA).toolTip()
    assert dixon._parameterNode.readLevel == "disc 3"


def test_the_whole_scan_has_its_own_columns(dixon: Any) -> None:
    ui = read_ui(dixon)
    ui.levelSelector.setCurrentIndex(4)
    assert ui.levelTable.horizontalHeaderItem(CSA).text() == "Volume\nmL"
    row = measured(dixon, structure="MF", side="right", region="whole")
    assert text(dixon, MF, CSA) == f"{row['volume_ml']:.1f}"


def test_a_click_on_a_row_moves_the_views_there_and_shows_its_notes(dixon: Any, view: Any) -> None:
    ui = read_ui(dixon)
    ui.levelSelector.setCurrentIndex(2)
    ui.levelTable.cellClicked.emit(ES, CSA)
    row = measured(dixon, structure="ES", side="right", region="level", level="disc 2")
    assert slices_mm(view, centroid(row)) == pytest.approx(0.0, abs=1e-6)
    assert "reference: " in ui.notesLabel.text()
    assert ui.muscleSelector.currentText() == "erector spinae (ES)"


def test_choosing_a_level_moves_the_views_there(dixon: Any, view: Any) -> None:
    read_ui(dixon).levelSelector.setCurrentIndex(3)
    level = dixon.panel.live_case.measurement.levels[0]
    assert slices_mm(view, level.position) == pytest.approx(0.0, abs=1e-6)


def test_a_click_on_a_plot_point_moves_the_views_there(dixon: Any, view: Any) -> None:
    ui = read_ui(dixon)
    chart = ui.profilePlot.mrmlPlotViewNode().GetPlotChartNode()
    series, points, selection = vtk.vtkStringArray(), vtk.vtkIdTypeArray(), vtk.vtkCollection()
    series.InsertNextValue(chart.GetNthPlotSeriesNodeID(1))
    points.InsertNextValue(4)
    selection.AddItem(points)
    ui.profilePlot.plotView().dataSelected.emit(series, selection)
    rows = dixon.panel.live_case.measurement.table.select(structure="MF", side="left", region="slice").rows
    fifth = sorted(rows, key=lambda row: -float(row["slice"] or 0))[4]
    assert slices_mm(view, centroid(fifth)) == pytest.approx(0.0, abs=1e-6)


def test_a_click_beside_every_point_moves_nothing(dixon: Any, view: Any) -> None:
    before = matrix_of(view.GetSliceToRAS())
    read_ui(dixon).profilePlot.plotView().dataSelected.emit(vtk.vtkStringArray(), vtk.vtkCollection())
    np.testing.assert_array_equal(matrix_of(view.GetSliceToRAS()), before)


def test_the_table_is_copied_with_units_and_notes(dixon: Any) -> None:
    read_ui(dixon).copyButton.click()
    lines = QtWidgets.QApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Muscle\tSide\tLevel\tCSA (mm²)\tFF (%)")
    assert lines[1].startswith("multifidus (MF)\tright\tdisc 4\t")
    assert len(lines) == 1 + read_ui(dixon).levelTable.rowCount()


def test_a_single_muscle_can_be_painted_from_its_row_and_a_sum_cannot(dixon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ui, asked = read_ui(dixon), []
    monkeypatch.setattr(dixon.panel, "paint", lambda *wanted: asked.append(wanted))
    ui.levelTable.cellClicked.emit(MF + 2, CSA)  # both sides
    assert not ui.paintButton.isEnabled()
    ui.levelTable.cellClicked.emit(MF + 1, CSA)
    ui.paintButton.click()
    row = measured(dixon, structure="MF", side="left", region="level", level="disc 4")
    assert asked == [("MF_left", row["slice"])]


def test_muscle_and_quantity_of_the_profile_can_be_chosen(dixon: Any) -> None:
    ui = read_ui(dixon)
    ui.muscleSelector.setCurrentIndex(3)
    ui.columnSelector.setCurrentIndex(1)
    chart = ui.profilePlot.mrmlPlotViewNode().GetPlotChartNode()
    assert (chart.GetTitle(), chart.GetYAxisTitle()) == ("Psoas major (PM)", "FF, %")
    assert (dixon._parameterNode.readMuscle, dixon._parameterNode.readColumn) == ("PM", "ff_mean_pct")


def test_an_edit_marks_the_changed_cells_by_sign_weight_and_colour(host: Desktop, dixon: Any) -> None:
    case = dixon.panel.live_case
    row = measured(dixon, structure="MF", side="right", region="level", level="disc 4")
    before = text(dixon, MF, CSA)
    array = case.labels().array.copy()
    k = int(row["slice"] or 0)
    plane = array[k]
    plane[tuple(np.argwhere(plane == 1)[:40].T)] = 0
    case.apply_labels(array, ["MF_right"], "erased")
    host.wait_until(lambda: not case.dirty)
    item = read_ui(dixon).levelTable.item(MF, CSA)
    assert (
        item.text()
        == f"● {case.measurement.table.one(structure='MF', side='right', region='level', level='disc 4')['csa_mm2']:.0f}"
    )
    assert item.text() != f"● {before}"
    assert item.font().bold()
    assert item.background().color() == QtGui.QColor("#fff3c4")
    assert "changed" in item.toolTip()
    assert not text(dixon, MF + 1, CSA).startswith("●")


def test_fat_colours_can_be_switched_and_are_not_part_of_the_saved_scene(dixon: Any, host: Desktop) -> None:
    ui = read_ui(dixon)
    composite = host.scene.GetFirstNodeByClass("vtkMRMLSliceCompositeNode")
    ui.coloursCheckBox.setChecked(True)
    volume = host.scene.GetNodeByID(composite.GetForegroundVolumeID())
    assert not volume.GetSaveWithScene()
    ui.opacitySlider.setValue(30)
    assert composite.GetForegroundOpacity() == pytest.approx(0.3)
    dixon.panel.exit()
    assert volume.GetScene() is host.scene  # the user made it visible
    ui.coloursCheckBox.setChecked(False)
    assert composite.GetForegroundVolumeID() is None
    assert volume.GetScene() is None


def test_with_dixon_there_is_no_threshold_to_set(dixon: Any) -> None:
    ui = read_ui(dixon)
    assert not ui.thresholdSlider.isEnabled()
    assert "T1 and T2" in ui.thresholdHint.text()


def test_the_slider_moves_numbers_colours_and_line_together(host: Desktop, t2: Any) -> None:
    ui, case = read_ui(t2), t2.panel.live_case
    ui.coloursCheckBox.setChecked(True)
    composite = host.scene.GetFirstNodeByClass("vtkMRMLSliceCompositeNode")
    assert ui.thresholdSlider.isEnabled()
    assert "Otsu" in ui.thresholdHint.text()
    before = text(t2, MF, FF)
    ui.thresholdSlider.setValue(90.0)
    host.wait_until(lambda: case.settings.fat_method == "user_threshold")
    assert case.settings.fat_parameters == {"threshold": 90.0}
    row = measured(t2, structure="MF", side="right", region="level", level="disc 4")
    assert text(t2, MF, FF) == f"● {row['ff_mean_pct']:.1f} †"
    assert float(before.removesuffix(" †")) > row["ff_mean_pct"]
    shown = vtk.util.numpy_support.vtk_to_numpy(
        host.scene.GetNodeByID(composite.GetForegroundVolumeID()).GetImageData().GetPointData().GetScalars()
    )
    assert np.count_nonzero(shown == 100) == int(np.nansum(case.measurement.fat_map.fraction.array))
    line = ui.histogramPlot.mrmlPlotViewNode().GetPlotChartNode().GetNthPlotSeriesNode(2)
    assert line.GetName() == "threshold 90"
    assert line.GetTableNode().GetTable().GetColumnByName("x").GetValue(0) == 90.0
    assert "by hand" in ui.thresholdHint.text()


def test_while_the_slider_is_dragged_only_its_last_place_is_measured(
    host: Desktop, t2: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, thresholds = t2.panel.live_case, []
    original = case.set_settings
    monkeypatch.setattr(
        case, "set_settings", lambda s: thresholds.append(s.fat_parameters["threshold"]) or original(s), raising=False
    )
    for threshold in (50.0, 70.0, 85.0):
        read_ui(t2).thresholdSlider.setValue(threshold)
    host.wait_until(lambda: bool(thresholds))
    assert thresholds == [85.0]


def test_automatic_goes_back_to_the_threshold_that_the_program_finds(host: Desktop, t2: Any) -> None:
    ui, case = read_ui(t2), t2.panel.live_case
    before = case.measurement.table
    ui.thresholdSlider.setValue(90.0)
    host.wait_until(lambda: case.settings.fat_method == "user_threshold")
    ui.automaticButton.click()
    host.wait_until(lambda: case.settings.fat_method == "auto")
    assert case.measurement.table == before
    assert not ui.automaticButton.isEnabled()


def test_a_threshold_by_hand_starts_from_the_one_that_was_found(t2: Any) -> None:
    fits = t2.panel.live_case.measurement.fat_map.parameters["fits"]
    found = sorted({fit["threshold"] for fit in fits.values()})
    assert found[0] <= t2._parameterNode.fatThreshold <= found[-1]


def test_without_a_case_it_is_empty(host: Desktop, module: LoadedModule) -> None:
    ui = read_ui(module.open())
    assert ui.levelTable.rowCount() == 0
    assert ui.levelSelector.count() == 0
    assert ui.profilePlot.isHidden()
    assert not ui.thresholdSlider.isEnabled()
    assert added_nodes(host.scene) == []


def test_a_closed_scene_leaves_it_empty(host: Desktop, dixon: Any) -> None:
    read_ui(dixon).coloursCheckBox.setChecked(True)
    host.scene.Clear(False)
    assert read_ui(dixon).levelTable.rowCount() == 0
    assert added_nodes(host.scene) == []


def test_nothing_stays_in_the_scene_after_many_times_of_opening_and_closing(host: Desktop, dixon: Any) -> None:
    from ParaspinalFatLib.panel.read_section import ReadSection

    dixon._parameterNode.fatColours = True
    case, ui, logic = dixon.panel.live_case, read_ui(dixon), dixon.logic
    dixon.panel._sections["Read"].close()
    before = [host.scene.GetNthNode(n).GetID() for n in range(host.scene.GetNumberOfNodes())]
    composite = host.scene.GetFirstNodeByClass("vtkMRMLSliceCompositeNode")
    workplace = SimpleNamespace(live_case=case, say=print, reported=lambda step: step(), paint=print)
    for _time in range(10):
        section = ReadSection(ui, logic, workplace)
        section.set_parameters(dixon._parameterNode)
        assert composite.GetForegroundVolumeID() is not None
        section.close()
    assert [host.scene.GetNthNode(n).GetID() for n in range(host.scene.GetNumberOfNodes())] == before
    assert composite.GetForegroundVolumeID() is None
